"""What every page has in common: styles, the service, and an error of ours as one line."""

from collections.abc import Callable

import streamlit as st

from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.ui import draw, state


def page(title: str, show: Callable[[Pipeline], None]) -> None:
    """A page as Streamlit runs it: its heading, then what `show` draws over the service."""
    draw.styles()
    st.title(title, anchor=False)
    try:
        pipeline = state.service()
        show(pipeline)
        if state.is_indexed(pipeline):
            state.warm_up(pipeline)  # last, so that what is drawn does not wait for it
    except RagError as error:
        draw.problem(str(error))

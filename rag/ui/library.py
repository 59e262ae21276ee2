"""Library."""

from rag.pipeline import Pipeline
from rag.ui import frame


def page() -> None:
    """The page as Streamlit runs it."""
    frame.page("Library", show)


def show(pipeline: Pipeline) -> None:
    """The page over a service."""

"""The other questions of a conversation, a line each, and what can be done with an answer."""

from collections.abc import Sequence

import streamlit as st

from rag.pipeline import Pipeline
from rag.store.answers import Answers
from rag.types import Answer
from rag.ui import brief_adding, copying, draw, words
from rag.ui.html import element

# Questions that are shown beside the one at hand; the others are folded.
SHOWN = 4
SUMMARY_CHARS = 160
LABEL_CHARS = 120


def turns(held: Answers, ids: Sequence[str]) -> str | None:
    """Other answers of a conversation as lines that open them; the id of the chosen one.

    `ids` come in the order in which they are shown; those after the first few are folded.
    """
    if not ids:
        return None
    st.html(element("h3", "In this conversation"))
    chosen: str | None = None
    for identity in ids[:SHOWN]:
        chosen = _line(held.get(identity)) or chosen
    if folded := ids[SHOWN:]:
        rest = st.expander(f"{len(folded)} more", key="more-turns", on_change="rerun")
        if rest.open:
            with rest:
                for identity in folded:
                    chosen = _line(held.get(identity)) or chosen
    return chosen


def tools(pipeline: Pipeline, given: Answer | None) -> bool:
    """Copy an answer, put it into a brief, or ask its question again; whether that was chosen."""
    with st.container(horizontal=True, key="tools"):
        again = st.button("Ask again", help="Searches anew; this answer stays kept")
        if given is not None:
            with st.popover("Copy with citations"):
                for name, text in (
                    ("Markdown", copying.markdown(given)),
                    ("Plain text", copying.plain(given)),
                ):
                    st.markdown(name)
                    st.code(text, language=None, wrap_lines=True, height=220)
            if st.button("Add to brief"):
                brief_adding.add_from_ask(pipeline, given)
    return again


def _line(given: Answer) -> str | None:
    """The question, which opens its answer, and the beginning of that."""
    question = copying.escaped_label(words.shortened(given.question, LABEL_CHARS))
    with st.container(key=f"turn-{given.id}", gap=None):
        opened = st.button(question, key=f"turn-button-{given.id}", type="tertiary")
        draw.note(words.shortened(words.summary(given), SUMMARY_CHARS))
    return given.id if opened else None

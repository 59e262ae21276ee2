"""Conversations at the side of the page: begin one, open, name and delete earlier ones."""

import streamlit as st

from rag.errors import RagError
from rag.store import Conversation
from rag.store.conversations import MAX_TITLE_CHARS, Conversations
from rag.ui import draw, state, words
from rag.ui.copying import escaped_label
from rag.ui.state import View

LISTED = 30
LABEL_CHARS = 70


def sidebar(held: Conversations, owner: str, current: str | None) -> View | None:
    """The list, read only while it is open; returns the view that was chosen, if any."""
    chosen: View | None = None
    with st.sidebar:
        if st.button("New conversation", icon=":material/add:", width="stretch"):
            chosen = View()
        unfolded = st.expander("Conversations", key="history", on_change="rerun")
        if not unfolded.open:
            return chosen
        with unfolded:
            wanted = st.text_input("Search conversations", placeholder="words of a question")
            found = held.all(owner, containing=wanted, limit=LISTED + 1)
            if not found:
                draw.note("None holds these words." if wanted else "None yet.")
            for one in found[:LISTED]:
                if _row(held, one, is_open=one.id == current):
                    last = held.answers(one.id)[-1:]
                    chosen = View(conversation=one.id, answer=last[0] if last else None)
            if len(found) > LISTED:
                draw.note(f"The latest {LISTED} are shown; search for earlier ones.")
    return chosen


def _row(held: Conversations, one: Conversation, *, is_open: bool) -> bool:
    """A conversation with its menu; whether it was opened."""
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key=f"row-{one.id}"):
        opened = st.button(
            escaped_label(words.shortened(one.title, LABEL_CHARS)),
            key=f"open-{one.id}",
            type="tertiary",
            width="stretch",
            disabled=is_open,
            help=f"{words.counted(one.n_turns, 'question')}, the last one "
            f"{words.published(one.changed_at, 'time')}",
        )
        if st.button("Edit", key=f"edit-{one.id}", type="tertiary", help="Rename or delete"):
            _edit(held, one)
    return opened


@st.dialog("Conversation")
def _edit(held: Conversations, one: Conversation) -> None:
    title = st.text_input("Name", value=one.title[:MAX_TITLE_CHARS], max_chars=MAX_TITLE_CHARS)
    if st.button("Rename", type="primary"):
        try:
            held.rename(one.id, title)
            st.rerun()
        except RagError as error:
            draw.problem(str(error))
    st.divider()
    draw.note(
        f"Deleting it deletes its {words.counted(one.n_turns, 'answer')} for good; links to them "
        "lead nowhere then. Documents stay."
    )
    sure = st.checkbox("Delete this conversation and its answers")
    if st.button("Delete", disabled=not sure):
        held.delete(one.id)
        state.forget_view()
        st.rerun()

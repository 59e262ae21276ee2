"""An answer into a brief, from the page that shows it."""

import streamlit as st

from rag.brief import editing
from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.store import BriefRow
from rag.store.briefs import MAX_LINE_CHARS
from rag.types import Answer, AnswerItem
from rag.ui import draw, state, words
from rag.ui.html import element

_NEW = "a new brief"


@st.dialog("Add to a brief")
def add_from_ask(pipeline: Pipeline, given: Answer) -> None:
    """Put an answer into a brief, from the page that shows it."""
    briefs = pipeline.store.briefs.all(state.owner())
    with st.form(f"add-{given.id}", border=False):
        options: list[BriefRow | None] = [*briefs, None]
        chosen = st.selectbox(
            "Into",
            options,
            format_func=lambda row: _NEW if row is None else words.shortened(row.title, 80),
        )
        title = st.text_input(
            "Or a new one",
            placeholder="its title; left empty, the one above",
            max_chars=MAX_LINE_CHARS,
        )
        section = st.text_input(
            "Section",
            placeholder="its heading or number; empty: a new one under the question",
            max_chars=MAX_LINE_CHARS,
        )
        if st.form_submit_button("Add"):
            try:
                store = pipeline.store
                brief = (
                    store.briefs.new(title or given.question, owner=state.owner())
                    if chosen is None or title.strip()
                    else store.briefs.get(chosen.id)
                )
                held = [one.answer.id for one in brief.items() if isinstance(one, AnswerItem)]
                if given.id in held:
                    draw.problem(f"{brief.title} has this answer already.")
                    return
                edited = editing.add_answer(brief, given, section.strip() or None)
                saved = editing.save(store, edited)
            except RagError as error:
                draw.problem(str(error))
            else:
                draw.notices([f"Added to {saved.title}.", *edited.notices])
                st.html(
                    element("p", element("a", "Open the brief", href=f"briefs?brief={saved.id}"))
                )

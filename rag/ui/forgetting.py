"""Forgetting a document: what goes with it is named first, then it is done in the background."""

import streamlit as st

from rag.errors import NotFoundError
from rag.pipeline import Pipeline
from rag.types import DocumentRecord
from rag.ui import draw, indexing, state, words
from rag.ui.jobs import Step

SHOWN_QUESTIONS = 5


@st.dialog("Forget a document")
def ask(pipeline: Pipeline, record: DocumentRecord) -> None:
    """Name what is lost, and forget it once the person is sure."""
    store = pipeline.store
    draw.note(words.labelled(record))
    inside = store.documents.attached_to(record.id)
    quoting = store.answers.quoting(record.id)
    lines = [
        "Its text, original, passages and everything known of it are deleted for good; the file "
        "itself stays where it lies, and is not read again unless it is asked for."
    ]
    if inside:
        lines.append(f"What is attached to it goes too: {words.counted(len(inside), 'document')}.")
    if quoting:
        n = words.counted(len(quoting), "kept answer")
        lines.append(f"{n} quote{'s' if len(quoting) == 1 else ''} it and would show no words.")
        asked = dict.fromkeys(store.answers.get(name).question for name in quoting[-50:])
        lines += [f"“{question}”" for question in list(asked)[:SHOWN_QUESTIONS]]
    if briefs := store.briefs.citing(record.id):
        titles = ", ".join(f"“{words.shortened(row.title, 60)}”" for row in briefs[:5])
        n = words.counted(len(briefs), "brief")
        cite = "cites" if len(briefs) == 1 else "cite"
        lines.append(f"{n} {cite} it ({titles}) and would stand without its source.")
    draw.notices(lines)
    with_answers = bool(quoting) and st.checkbox("Delete these answers as well")
    sure = st.checkbox("Forget this document")
    if st.button("Forget", type="primary", disabled=not sure):
        start(pipeline, record, with_answers=with_answers)
        st.query_params.clear()
        st.rerun()


def start(pipeline: Pipeline, record: DocumentRecord, *, with_answers: bool) -> None:
    """Queue it behind what is being indexed: there is one writer."""

    def work(step: Step) -> tuple[str, ...]:
        step(0.0, "Deleting, and making the index anew without it…")
        try:
            indexing.patiently(step, lambda: pipeline.forget([record], with_answers=with_answers))
        except NotFoundError:
            return (f"{record.source} was gone already.",)
        return (f"Forgotten: {record.source}.",)

    label = f"Forgetting {words.shortened(record.source, 60)}"
    state.jobs().start(indexing.LANE, label, work, about=record.id, owner=state.session())

"""What is known of a document, where it is stated, and corrections by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.provenance import corrections, explained
from rag.types import METADATA_FIELDS, DocumentRecord
from rag.ui import draw, indexing, state, words
from rag.ui.html import Html, element, fragment, isolated
from rag.ui.jobs import Step

ORIGINS = {"user": "by hand", "file": "the file", "page": "its words"}
_SAID = "known-said"


def show(pipeline: Pipeline, record: DocumentRecord) -> None:
    """Every field with what is in force, the other statements folded away, and the form."""
    rows = explained(pipeline.store.documents.facts(record.id))
    held = [row for row in rows if row["standing"].startswith("in force")]
    others = [row for row in rows if not row["standing"].startswith("in force")]
    missing = [name for name in METADATA_FIELDS if name not in {row["field"] for row in held}]
    st.html(element("ul", *map(_in_force, held), *map(_unknown, missing)))
    copies = pipeline.store.near_identical(record)
    if copies:
        draw.note(f"Near-identical to {', '.join(copy['source'] for copy in copies)}.")
    if others:
        with st.popover(f"Other statements ({len(others)})"):
            st.html(element("ul", *map(_statement, others)))
    _form(pipeline, record)


def _in_force(row: Mapping[str, Any]) -> Html:
    return element(
        "li",
        element("strong", row["field"]),
        ": ",
        isolated(row["value"]) if row["value"] is not None else "unknown",
        element("small", fragment(" — ", isolated(_where(row)))),
    )


def _unknown(name: str) -> Html:
    return element("li", element("strong", name), ": unknown")


def _statement(row: Mapping[str, Any]) -> Html:
    return element(
        "li",
        element("strong", row["field"]),
        ": ",
        isolated(row["value"] or "unknown"),
        element("small", fragment(" — ", isolated(f"{_where(row)}; {row['standing']}"))),
    )


def _where(row: Mapping[str, Any]) -> str:
    """Who or what states it, where in it, and when that was noted."""
    origin = ORIGINS[row["origin"]]
    detail = f", {row['detail']}" if row["detail"] and row["origin"] != "user" else ""
    return f"{origin}{detail}, noted {words.published(row['recorded_at'], 'time')}"


def _form(pipeline: Pipeline, record: DocumentRecord) -> None:
    """Corrections; a field left as it is stays, an emptied one is shown as unknown."""
    metadata = record.metadata
    before = {
        "title": metadata.title or "",
        "publisher": metadata.publisher or "",
        "published": metadata.published.value if metadata.published else "",
        "authors": "; ".join(metadata.authors),
        "url": metadata.url or "",
        "language": metadata.language or "",
    }
    st.subheader("Correct it by hand", anchor=False)
    with st.form(f"describe-{record.id}", border=False):
        given = {
            name: st.text_input(label, value=before[name], placeholder=hint)
            for name, label, hint in _FIELDS
        }
        if st.form_submit_button("Save"):
            _save(pipeline, record, before, given)
    if said := st.session_state.pop(_SAID, None):
        draw.notices([said])


_FIELDS: Sequence[tuple[str, str, str | None]] = (
    ("title", "Title", None),
    ("publisher", "Publisher", None),
    ("published", "Published", "2023, 2023-10 or 2023-10-07"),
    ("authors", "Authors", "several with a semicolon between them"),
    ("url", "Address (URL)", None),
    ("language", "Language", "its code: en, fr, ar"),
)


def changes(
    before: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """What was changed: values by field, authors, and the fields that were emptied."""
    changed = {
        name: value.strip() for name, value in given.items() if value.strip() != before[name]
    }
    unknown = [name for name, value in changed.items() if not value]
    authors = [author.strip() for author in changed.pop("authors", "").split(";") if author.strip()]
    values = {name: value for name, value in changed.items() if value}
    return values, authors, unknown


def _queue(
    pipeline: Pipeline, record: DocumentRecord, checked: Mapping[str, Sequence[str | None]]
) -> None:
    """Write corrections when it is their turn: there is one writer, and nobody waits for it."""
    values = {name: held[0] for name, held in checked.items() if name != "authors" and held[0]}
    authors = [name for name in checked.get("authors", ()) if name]
    unknown = [name for name, held in checked.items() if held[0] is None]

    def work(step: Step) -> tuple[str, ...]:
        def describe() -> DocumentRecord:
            return pipeline.describe(record, values, authors=authors, unknown=unknown)

        indexing.patiently(step, describe)
        return (f"Saved: what was corrected of {record.source}.",)

    label = f"Correcting {words.shortened(record.source, 60)}"
    state.jobs().start(indexing.LANE, label, work, about=record.id, owner=state.session())


def _save(
    pipeline: Pipeline,
    record: DocumentRecord,
    before: Mapping[str, str],
    given: Mapping[str, str],
) -> None:
    values, authors, unknown = changes(before, given)
    if not (values or authors or unknown):
        draw.note("Nothing was changed.")
        return
    said = "Saved. What stood there before is kept among the other statements."
    try:
        if indexing.is_running():
            _queue(pipeline, record, corrections(values, authors=authors, unknown=unknown))
            said = "It is saved once the indexing that is under way is done."
        else:
            pipeline.describe(record, values, authors=authors, unknown=unknown)
    except RagError as error:
        draw.problem(str(error))
        return
    if "title" in values or "title" in unknown:
        said += " The new title enters the passages with the next “Index again”."
    st.session_state[_SAID] = said
    st.rerun()

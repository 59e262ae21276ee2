"""The page of documents: what there is, what could not be read, what is added and taken away.

The address holds the document that is open and the place in it; without one the list is shown.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rag.ingestion import SyncOptions
from rag.pipeline import Pipeline
from rag.types import DocumentRecord
from rag.ui import charts, document, draw, forgetting, frame, indexing, uploading, words
from rag.ui.html import element, isolated

STATES = ("current", "failed")
SHOWN_FAILED = 8
# Documents that one list offers; more are found by their words first.
MOST_OFFERED = 200
_QUERY, _STATES, _TYPES, _OPEN = "library-query", "library-states", "library-types", "library-open"


def page() -> None:
    """The page as Streamlit runs it."""
    frame.page("Library", show)


def show(pipeline: Pipeline) -> None:
    """The page over a service."""
    if st.query_params.get("document"):
        document.show(pipeline)
        return
    indexing.progress()
    records = documents(pipeline, str(pipeline.store.data_dir), pipeline.store.stamp())
    uploading.show(pipeline)
    _failed(pipeline, [record for record in records if record.state == "failed"])
    if not records:
        draw.note("No document yet. Drop files above, or put them into the corpus folder.")
        return
    shown = _filtered(records)
    _list(shown)
    charts.published(shown)
    charts.publishers(shown)


@st.cache_resource(show_spinner=False, max_entries=2)  # frozen values: nobody needs a copy
def documents(_pipeline: Pipeline, data_dir: str, stamp: tuple[str, ...]) -> list[DocumentRecord]:
    """The documents that are in the answers or should be, read anew when any of them changes."""
    return _pipeline.store.documents.records(states=STATES)


def matching(
    records: Sequence[DocumentRecord],
    query: str,
    *,
    states: Sequence[str] = (),
    kinds: Sequence[str] = (),
) -> list[DocumentRecord]:
    """Those whose title, publisher, authors or path hold all words of `query`, in any case.

    Accents do not count. `states` and `kinds` (as `words.kind` says them) restrict further.
    """
    wanted = words.folded(query).split()
    found = []
    for record in records:
        known = record.metadata
        held = words.folded(
            " ".join(
                [known.title or "", known.publisher or "", *known.authors, record.source, record.id]
            )
        )
        if (
            all(word in held for word in wanted)
            and (not states or record.state in states)
            and (not kinds or words.kind(record.media_type) in kinds)
        ):
            found.append(record)
    return found


def row(record: DocumentRecord) -> dict[str, Any]:
    """A document as a line of the list."""
    known = record.metadata
    return {
        "Title": known.title or words.UNTITLED,
        "Publisher": known.publisher or "unknown",
        "Published": known.published.value[:10] if known.published else "unknown",
        "Type": words.kind(record.media_type),
        "Pages": record.n_pages or None,
        "Language": known.language or "unknown",
        "Passages": record.n_chunks,
        "State": "sample" if record.sample and record.state == "current" else record.state,
        "Look at": words.to_look_at(record),
        "File": record.source,
    }


def _filtered(records: Sequence[DocumentRecord]) -> list[DocumentRecord]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="library-filters"):
        query = st.text_input("Find documents", key=_QUERY, placeholder="words of title or file")
        states = st.multiselect("State", STATES, key=_STATES, placeholder="any")
        kinds = sorted({words.kind(record.media_type) for record in records})
        chosen = st.multiselect("Type", kinds, key=_TYPES, placeholder="any")
    shown = matching(records, query, states=states, kinds=chosen)
    total = words.counted(len(records), "document")
    draw.note(total if len(shown) == len(records) else f"{len(shown):,} of {total}")
    return shown


def _list(records: Sequence[DocumentRecord]) -> None:
    """The table, and a way to open a document without a mouse."""
    if not records:
        return
    titles = {record.id: words.labelled(record) for record in records[:MOST_OFFERED]}
    st.selectbox(
        "Open a document",
        list(titles),
        index=None,
        key=_OPEN,
        format_func=lambda identity: titles[identity],
        placeholder="choose one here, or select its line below"
        if len(titles) == len(records)
        else f"one of the first {MOST_OFFERED}; find others above, or select a line below",
        on_change=lambda: _open(st.session_state[_OPEN]),
    )
    chosen = st.dataframe(
        [row(record) for record in records],
        hide_index=True,
        height=min(38 * (len(records) + 1), 460),
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        key="library-list",
        column_config={
            "Title": st.column_config.TextColumn(width="large"),
            "Passages": st.column_config.NumberColumn(format="localized"),
            "Pages": st.column_config.NumberColumn(format="localized"),
        },
    )
    if lines := chosen["selection"]["rows"]:
        _open(records[lines[0]].id)
        st.rerun()


def _open(identity: str | None) -> None:
    if identity:
        st.query_params.from_dict({"document": identity})


def _failed(pipeline: Pipeline, records: Sequence[DocumentRecord]) -> None:
    """What could not be read, until it is read, mended or forgotten."""
    if not records:
        return
    st.subheader("Could not be read", anchor=False)
    for record in records[:SHOWN_FAILED]:
        with st.container(horizontal=True, key=f"row-failed-{record.id}"):
            st.html(
                element(
                    "p",
                    element("strong", isolated(record.source)),
                    ": ",
                    isolated(words.failure(record)),
                )
            )
            if st.button("Forget", key=f"forget-{record.id}"):
                forgetting.ask(pipeline, record)
    if len(records) > SHOWN_FAILED:
        draw.note(
            f"and {len(records) - SHOWN_FAILED:,} more, in the list below under the state “failed”"
        )
    encrypted = any(words.ASKS_PASSWORD in (record.error or "") for record in records)
    with st.form("retry", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        password = (
            st.text_input("Password of the encrypted ones", type="password") if encrypted else ""
        )
        if st.form_submit_button("Try again", disabled=indexing.is_running()):
            passwords = (password,) if password else ()
            options = SyncOptions(retry_failed=True, passwords=passwords)
            indexing.start(pipeline, "Trying failed files again", options=options)
            st.rerun()

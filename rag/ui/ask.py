"""The page: ask, and read the answer beside the words it rests on.

An answer is made when the question or a filter changes, and only then: everything else shows the
one at hand again. The address holds question, filters and answer, so that a link or a reload
shows the same answer without asking again.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import streamlit as st

from rag.asking import Watch
from rag.errors import NotFoundError, RagError
from rag.ingestion import Progress
from rag.pipeline import Pipeline
from rag.types import Answer, Filters
from rag.ui import draw, state, words
from rag.ui.live import Live
from rag.ui.state import Choices, View

# Keys of the session: the view that is shown, the address as last seen or written, the answer, a
# question that waits for its answer, the report of indexing; the others are those of widgets.
_VIEW, _SEEN, _ANSWER, _ASKED, _REPORT = "view", "seen", "answer", "asked", "report"
_QUESTION = "question"
_LISTS = ("publishers", "languages", "media_types", "documents")
_DATES = ("since", "until")


def page() -> None:
    """The page as Streamlit runs it."""
    draw.styles()
    try:
        pipeline = state.service()
    except RagError as error:
        st.title("Attest", anchor=False)
        draw.problem(str(error))
        return
    show(pipeline)
    if _is_indexed(pipeline):
        state.warm_up(pipeline)  # last, so that what is drawn does not wait for it


def show(pipeline: Pipeline) -> None:
    """The page over a service."""
    st.title("Attest", anchor=False)
    draw.note(words.hosts(pipeline.settings))
    try:
        if _is_indexed(pipeline):
            _ask(pipeline)
        else:
            _first_run(pipeline)
    except RagError as error:
        draw.problem(str(error))


def _ask(pipeline: Pipeline) -> None:
    offered = _choices(pipeline)
    address = state.view_of(state.current_address())
    if address != st.session_state.get(_SEEN):  # the first run, a reload, the Back button
        _adopt(pipeline, address)
    filters = _filter_widgets(pipeline, offered)
    _question_form()
    fault = words.date_fault(filters.since, filters.until)
    if fault:
        draw.problem(fault)
    else:
        draw.note(words.filters_in_force(filters, offered.documents, len(offered.documents)))
    draw.notices(st.session_state.get(_REPORT, ()))

    view: View = st.session_state[_VIEW]
    wanted = View(st.session_state.get(_ASKED, view.question), filters)
    if not wanted.question:
        if wanted != view:
            _keep(wanted)
        return
    if fault:
        return
    answer: Answer | None = st.session_state[_ANSWER]
    is_same = _ASKED not in st.session_state and filters == view.filters
    if answer is None or not is_same:
        answer = _answer(pipeline, wanted)
        st.session_state[_ANSWER] = answer
        # The address changes only now, once an answer: the Back button leads to the one before.
        _keep(replace(wanted, answer=answer.id))
        st.session_state.pop(_ASKED, None)
    # Read past any cache, each version once a run: what is shown stands in the store now.
    draw.answer(answer, cache(pipeline.store.documents.fresh_text_of))


def _answer(pipeline: Pipeline, view: View) -> Answer:
    loading = state.warm_up(pipeline).is_alive()
    waiting = (
        "Loading the embedding model; this takes a few seconds, once…"
        if loading
        else "Reading the corpus…"
    )
    live = Live()
    with st.spinner(waiting):
        answer = pipeline.ask(view.question, filters=view.filters, watch=Watch(live.hear))
    live.clear()
    return answer


def _keep(view: View) -> None:
    """Make this the view, in the session and in the address."""
    st.session_state[_VIEW] = st.session_state[_SEEN] = view
    st.query_params.from_dict(state.address_of(view))


def _adopt(pipeline: Pipeline, address: View) -> None:
    """Let widgets and answer follow the address; an answer that is not kept is asked for again."""
    view, answer = address, None
    if address.answer is not None:
        try:
            answer = pipeline.store.answers.get(address.answer)
            view = replace(address, question=answer.question, answer=answer.id)
        except NotFoundError:
            draw.note(f"The answer {address.answer} is not kept here; the question is asked again.")
            view = replace(address, answer=None)
    st.session_state[_SEEN] = address
    st.session_state[_VIEW] = view
    st.session_state[_ANSWER] = answer
    st.session_state.pop(_ASKED, None)
    st.session_state[_QUESTION] = view.question
    for name in _LISTS:
        st.session_state[name] = list(getattr(view.filters, name))
    for name in _DATES:
        st.session_state[name] = getattr(view.filters, name) or ""


def _question_form() -> None:
    """The question; one that was asked waits in the session until it is answered."""
    with (
        st.form("ask", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        text = st.text_input(
            "Question", key=_QUESTION, placeholder="Ask the documents in plain words"
        )
        if st.form_submit_button("Ask", type="primary") and text.strip():
            st.session_state[_ASKED] = text.strip()
            st.session_state.pop(_REPORT, None)


def _filter_widgets(pipeline: Pipeline, offered: Choices) -> Filters:
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        _choose("Publisher", "publishers", offered.publishers)
        since = st.text_input("From", key="since", placeholder="2023, 2023-10 or 2023-10-07")
        until = st.text_input("To", key="until", placeholder="2023, 2023-10 or 2023-10-07")
        _choose("Language", "languages", offered.languages)
        _choose("Type", "media_types", offered.media_types)
        _choose("Documents", "documents", tuple(offered.documents), offered.documents)
        chosen = {name: tuple(st.session_state[name]) for name in _LISTS}
        filters = Filters(since=since.strip() or None, until=until.strip() or None, **chosen)
        st.button("Clear filters", on_click=_clear_filters, disabled=not filters)
        st.divider()
        draw.note(f"{words.counted(len(offered.documents), 'document')} indexed")
        if st.button("Index again", help="Reads what is new or changed in the remembered folders"):
            _index(pipeline)
    return filters


def _choose(
    label: str, name: str, values: tuple[str, ...], labels: Mapping[str, str] | None = None
) -> None:
    """A choice of many; a value that the address names but the store does not know is kept."""
    unknown = tuple(value for value in st.session_state[name] if value not in values)
    titles = labels or {}
    st.multiselect(
        label,
        (*values, *unknown),
        key=name,
        format_func=lambda value: titles.get(value, value),
        placeholder="any",
    )


def _clear_filters() -> None:
    for name in _LISTS:
        st.session_state[name] = []
    for name in _DATES:
        st.session_state[name] = ""


def _first_run(pipeline: Pipeline) -> None:
    draw.first_run(str(pipeline.settings.corpus_dir))
    draw.notices(st.session_state.get(_REPORT, ()))
    if st.button("Index now", type="primary"):
        _index(pipeline)


def _index(pipeline: Pipeline) -> None:
    """Index in this run of the script; leaving stops it, and the next run goes on from there."""
    bar = st.progress(0.0, "Looking through the folder and loading the embedding model…")

    def advance(done: Progress) -> None:
        bar.progress(*words.progress(done))

    try:
        report = pipeline.index(show=advance)
    except RagError as error:
        bar.empty()
        draw.problem(str(error))
        return
    st.session_state[_REPORT] = words.report(report)
    st.rerun()


def _choices(pipeline: Pipeline) -> Choices:
    record = pipeline.store.chunks.current_index()
    generation = record.generation if record else 0
    return state.choices(pipeline, str(pipeline.settings.data_dir), generation)


def _is_indexed(pipeline: Pipeline) -> bool:
    record = pipeline.store.chunks.current_index()
    return record is not None and pipeline.store.chunks.count(record) > 0

"""The page: ask, and read the answer beside the words it rests on.

An answer is made when the question or a filter changes, and only then: everything else shows the
one at hand again. The address holds question, filters, conversation and answer, so that a link or
a reload shows the same answer without asking again.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import islice

import streamlit as st

from rag.errors import NotFoundError, RagError
from rag.pipeline import MAX_QUESTION_CHARS, Pipeline
from rag.types import Answer, Filters
from rag.ui import answers, draw, frame, history, indexing, state, thread, words
from rag.ui.live import Live
from rag.ui.pending import Pending
from rag.ui.state import Choices, View

_VIEW, _SEEN, _ANSWER, _PENDING, _FAILED = state.VIEW_KEYS
_LISTS = ("publishers", "languages", "media_types", "documents")
_DATES = ("since", "until")
# Seconds between two looks at a question on its way, and between two drawings without news.
LOOK_SECONDS = 0.1
DRAW_SECONDS = 1.0
# Documents that one list offers; more are found by their words first.
MOST_OFFERED = 200


def page() -> None:
    """The page as Streamlit runs it."""
    frame.page("Attest", show)


def show(pipeline: Pipeline) -> None:
    """The page over a service."""
    if state.is_indexed(pipeline):
        _ask(pipeline)
    else:
        draw.note(words.hosts(pipeline.settings))
        _first_run(pipeline)


def _ask(pipeline: Pipeline) -> None:
    store = pipeline.store
    offered = state.choices(pipeline, str(store.data_dir), store.stamp())
    address = state.view_of(state.current_address())
    came_back = _LISTS[0] not in st.session_state  # Streamlit forgets the widgets of other pages
    if came_back and address == View() and _VIEW in st.session_state:
        _fill_filters(st.session_state[_VIEW].filters)
        _keep(st.session_state[_VIEW])
    elif came_back or address != st.session_state.get(_SEEN):  # a first run, a reload, Back
        _adopt(pipeline, address)
    view: View = st.session_state[_VIEW]
    chosen = history.sidebar(pipeline.store.conversations, state.owner(), view.conversation)
    if chosen is not None:
        _go(pipeline, replace(chosen, filters=view.filters))
    filters = _filter_widgets(pipeline, offered)
    with st.container():  # in its place: at the foot of the page it would scroll that to its end
        text = st.chat_input(
            "Ask a question in plain words", max_chars=MAX_QUESTION_CHARS, submit_mode="disable"
        )
    fault = words.date_fault(filters.since, filters.until)
    within = words.filters_in_force(filters, offered.documents, len(offered.documents))
    draw.note(f"{words.hosts(pipeline.settings)} {'' if fault else within}")
    indexing.progress(brief=True)
    if fault:
        draw.problem(fault)
    else:
        _send(pipeline, (text or "").strip(), filters)
    _conversation(pipeline, filters, can_ask=not fault)


def _send(pipeline: Pipeline, text: str, filters: Filters) -> None:
    """Begin to ask what is new: a question, or the one at hand within other filters."""
    view: View = st.session_state[_VIEW]
    pending: Pending | None = st.session_state.get(_PENDING)
    if text:
        st.session_state.pop(_FAILED, None)
        _begin(pipeline, text, filters, instead_of=None)
    elif pending is not None:
        if pending.filters != filters:
            _begin(pipeline, pending.question, filters, instead_of=pending.instead_of)
    elif view.question and filters != view.filters:
        _begin(pipeline, view.question, filters, instead_of=view.answer)
    elif view.question and st.session_state[_ANSWER] is None and _FAILED not in st.session_state:
        _begin(pipeline, view.question, filters, instead_of=None)  # a link that holds no answer
    elif filters != view.filters:
        _keep(replace(view, filters=filters))


def _begin(pipeline: Pipeline, question: str, filters: Filters, *, instead_of: str | None) -> None:
    """Ask in the background; what was on its way for this page is stopped."""
    before: Pending | None = st.session_state.get(_PENDING)
    if before is not None:
        before.stop()
    view: View = st.session_state[_VIEW]
    st.session_state[_PENDING] = Pending(
        pipeline,
        question,
        filters,
        conversation=view.conversation,
        owner=state.owner(),
        instead_of=instead_of,
        turn=state.turns(pipeline),
    )


def _conversation(pipeline: Pipeline, filters: Filters, *, can_ask: bool) -> None:
    """The question at hand with its answer, and beneath it the others of its conversation."""
    view: View = st.session_state[_VIEW]
    pending: Pending | None = st.session_state.get(_PENDING)
    held = pipeline.store.conversations.answers(view.conversation) if view.conversation else []
    at_hand = view.answer if pending is None else pending.instead_of
    place = held.index(at_hand) if at_hand in held else len(held)
    if pending is not None:
        _await(pipeline, pending)
        view = st.session_state[_VIEW]
    answer: Answer | None = st.session_state[_ANSWER]
    if failed := st.session_state.get(_FAILED):
        draw.problem(failed)
    elif answer is not None:
        asked_within = state.filters_of(answer)
        if asked_within != view.filters:
            draw.note(f"Asked within other filters: {words.filters_in_force(asked_within, {}, 0)}")
        # Read past any cache, each version once a run: what is shown stands in the store now.
        answers.answer(answer, cache(pipeline.store.documents.fresh_text_of))
    if view.question and can_ask and thread.tools(pipeline, answer):
        st.session_state.pop(_FAILED, None)
        _begin(pipeline, view.question, filters, instead_of=view.answer)
        st.rerun()
    others = [*held[:place], *held[place + 1 :]]
    chosen = thread.turns(pipeline.store.answers, others[::-1])
    if chosen is not None:
        _go(pipeline, replace(view, answer=chosen))


def _await(pipeline: Pipeline, pending: Pending) -> None:
    """Show a question on its way until its answer is there, and make that the view."""
    loading = state.warm_up(pipeline).is_alive()
    live = Live(
        pending.question,
        "Loading the models; this takes a few seconds, once" if loading else "Reading the corpus",
    )
    stop = st.empty()
    if pipeline.settings.chat_model is not None:
        stop.button("Stop", on_click=pending.stop, disabled=pending.stopping, key="stop")
    live.draw()
    waited = 0.0
    while not pending.wait(LOOK_SECONDS):
        waited += LOOK_SECONDS
        heard = pending.heard()
        live.hear(heard)
        if heard or waited >= DRAW_SECONDS:
            waited = 0.0
            live.draw()
    live.clear()
    stop.empty()
    del st.session_state[_PENDING]
    view: View = st.session_state[_VIEW]
    try:
        answer, conversation = pending.result()
    except RagError as error:
        st.session_state[_FAILED] = str(error)
        st.session_state[_ANSWER] = None
        st.session_state[_VIEW] = replace(
            view, question=pending.question, filters=pending.filters, answer=None
        )
        return
    st.session_state[_ANSWER] = answer
    # The address changes only now, once an answer: the Back button leads to the one before.
    _keep(View(pending.question, pending.filters, answer.id, conversation))


def _keep(view: View) -> None:
    """Make this the view, in the session and in the address."""
    st.session_state[_VIEW] = st.session_state[_SEEN] = view
    st.query_params.from_dict(state.address_of(view))


def _go(pipeline: Pipeline, view: View) -> None:
    """Show another answer or conversation, in a run of its own; filters stay in force."""
    answer = None
    if view.answer is not None:
        answer = pipeline.store.answers.get(view.answer)
        view = replace(view, question=answer.question)
    else:
        view = replace(view, question="")
    pending: Pending | None = st.session_state.pop(_PENDING, None)
    if pending is not None:
        pending.stop()
    st.session_state.pop(_FAILED, None)
    st.session_state[_ANSWER] = answer
    _keep(view)
    st.rerun()


def _adopt(pipeline: Pipeline, address: View) -> None:
    """Let widgets and answer follow the address; an answer that is not kept is asked for again."""
    view, answer = address, None
    if address.conversation is not None and address.answer is None:
        last = pipeline.store.conversations.answers(address.conversation)[-1:]
        address = replace(address, answer=last[0] if last else None)
    if address.answer is not None:
        try:
            answer = pipeline.store.answers.get(address.answer)
            held = pipeline.store.conversations.holding(answer.id)
            view = replace(address, question=answer.question, answer=answer.id, conversation=held)
        except NotFoundError:
            again = "the question is asked again" if address.question else "ask its question anew"
            draw.note(f"The answer {address.answer} is not kept here; {again}.")
            view = replace(address, answer=None)
    st.session_state[_SEEN] = state.view_of(state.current_address())
    st.session_state[_VIEW] = view
    st.session_state[_ANSWER] = answer
    st.session_state.pop(_PENDING, None)
    st.session_state.pop(_FAILED, None)
    _fill_filters(view.filters)


def _fill_filters(filters: Filters) -> None:
    for name in _LISTS:
        st.session_state[name] = list(getattr(filters, name))
    for name in _DATES:
        st.session_state[name] = getattr(filters, name) or ""


def _filter_widgets(pipeline: Pipeline, offered: Choices) -> Filters:
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        _choose("Publisher", "publishers", offered.publishers)
        since = st.text_input("From", key="since", placeholder="2023, 2023-10 or 2023-10-07")
        until = st.text_input("To", key="until", placeholder="2023, 2023-10 or 2023-10-07")
        _choose("Language", "languages", offered.languages)
        _choose("Type", "media_types", offered.media_types)
        _choose("Documents", "documents", _findable(offered.documents), offered.documents)
        chosen = {name: tuple(st.session_state[name]) for name in _LISTS}
        filters = Filters(since=since.strip() or None, until=until.strip() or None, **chosen)
        st.button("Clear filters", on_click=_clear_filters, disabled=not filters)
        st.divider()
        draw.note(f"{words.counted(len(offered.documents), 'document')} indexed")
        if st.button(
            "Index again",
            help="Reads what is new or changed in the remembered folders",
            disabled=indexing.is_running(),
        ):
            indexing.start(pipeline, "Indexing again")
            st.rerun()
    return filters


def _findable(documents: Mapping[str, str]) -> tuple[str, ...]:
    """The documents to choose from: all of a few; of many those that hold the words typed."""
    if len(documents) <= MOST_OFFERED:
        return tuple(documents)
    wanted = words.folded(st.text_input("Find a document", placeholder="words of title or file"))
    held = (
        identity
        for identity, label in documents.items()
        if all(word in words.folded(label) for word in wanted.split())
    )
    return tuple(islice(held, MOST_OFFERED))


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
    indexing.progress()
    draw.first_run(str(pipeline.settings.corpus_dir))
    if st.button("Index now", type="primary", disabled=indexing.is_running()):
        indexing.start(pipeline, "Indexing")
        st.rerun()

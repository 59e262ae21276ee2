"""What outlives one run of the script: the service, and the view as the address keeps it.

The service is one value for all sessions and is safe to share between threads; everything that
belongs to one person is in `st.session_state` or in the address.
"""

import logging
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit import net_util

from rag.errors import RagError
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import load_settings
from rag.types import Answer, Filters
from rag.ui import words
from rag.ui.jobs import Jobs

_log = logging.getLogger(__name__)

# Keys of the session: the view that is shown, the address as last seen or written, its answer, a
# question on its way, what went wrong with the last one; the others are those of widgets.
VIEW_KEYS = ("view", "seen", "answer", "pending", "failed")
# Names in the address → fields of `Filters`.
_MANY = {
    "document": "documents",
    "publisher": "publishers",
    "language": "languages",
    "type": "media_types",
}
_ONE = ("since", "until")


@dataclass(frozen=True, slots=True)
class View:
    """What a link reproduces: the question, its filters, the ids of answer and conversation."""

    question: str = ""
    filters: Filters = field(default_factory=Filters)
    answer: str | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: documents as id → label, and the values that occur."""

    documents: Mapping[str, str]
    publishers: tuple[str, ...]
    languages: tuple[str, ...]
    media_types: tuple[str, ...]


def view_of(address: Mapping[str, list[str]]) -> View:
    """The view that the parameters of an address name; unknown ones are passed over."""
    many = {
        attribute: tuple(dict.fromkeys(value for value in address.get(name, ()) if value))
        for name, attribute in _MANY.items()
    }
    since, until = _first(address, "since"), _first(address, "until")
    filters = Filters(**many, since=since, until=until)
    return View(
        _first(address, "q") or "",
        filters,
        _first(address, "answer"),
        _first(address, "conversation"),
    )


def address_of(view: View) -> dict[str, list[str]]:
    """The inverse of `view_of`; what is empty is left out."""
    address: dict[str, list[str]] = {}
    if view.question:
        address["q"] = [view.question]
    for name, attribute in {**_MANY, **{name: name for name in _ONE}}.items():
        value = getattr(view.filters, attribute)
        if value:
            address[name] = [value] if isinstance(value, str) else list(value)
    if view.conversation:
        address["conversation"] = [view.conversation]
    if view.answer:
        address["answer"] = [view.answer]
    return address


def filters_of(answer: Answer) -> Filters:
    """What a kept answer was restricted to."""
    kept = answer.settings.get("filters", {})
    values: dict[str, Any] = {name: tuple(kept.get(name, ())) for name in _MANY.values()}
    return Filters(**values, **{name: kept.get(name) for name in _ONE})


def owner() -> str:
    """Whose conversations these are.

    Who is logged in; without a login, everybody on a page that only this machine reaches, and on
    one that others reach each session for itself: what somebody asks there is nobody else's.
    """
    person = st.user.get("email") or st.user.get("sub")
    if person:
        return str(person)
    address = st.get_option("server.address")
    return "" if address in ("127.0.0.1", "localhost", "::1") else session()


def forget_view() -> None:
    """Show an empty page at the next run: what was shown is gone."""
    for name in VIEW_KEYS:
        st.session_state.pop(name, None)
    st.query_params.clear()


def current_address() -> dict[str, list[str]]:
    """The parameters of the address that the browser shows."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


@st.cache_resource(show_spinner=False)
def service() -> Pipeline:
    """The service for the settings in force; an error is not kept, so that it can be mended.

    Raises:
        ConfigurationError, StoreError: the settings or the data folder cannot be used.
    """
    settings = load_settings()
    # When a page from elsewhere opens a socket to this one, Streamlit asks a host on the network
    # for this machine's address, to compare origins; it does not ask when it believes to know it.
    net_util._external_ip = "127.0.0.1"
    return build_pipeline(settings)


@st.cache_resource(show_spinner=False)
def warm_up(_pipeline: Pipeline) -> threading.Thread:
    """A thread that loads the model (seconds) while the first question is being typed."""

    def load() -> None:
        try:
            _pipeline.load()
        except RagError as error:
            # The first question meets the same error and shows it.
            _log.warning("the embedding model was not loaded: %s", error)

    thread = threading.Thread(target=load, name="attest-warm-up", daemon=True)
    thread.start()
    return thread


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The work in the background of this process, the same for all sessions."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def turns(_pipeline: Pipeline) -> threading.Semaphore:
    """As many questions at once as there are processors: more would only delay each other.

    With a chat model most of the time is spent waiting for it, so that many may.
    """
    writes = _pipeline.settings.chat_model is not None
    return threading.Semaphore(64 if writes else max(2, os.cpu_count() or 2))


def session() -> str:
    """A name for this window, by which it knows what it began."""
    return str(st.session_state.setdefault("session", secrets.token_hex(8)))


def is_indexed(pipeline: Pipeline) -> bool:
    """Whether there is anything to ask."""
    record = pipeline.store.chunks.current_index()
    return record is not None and pipeline.store.chunks.count(record) > 0


@st.cache_resource(show_spinner=False, max_entries=4)  # frozen: nobody needs a copy
def choices(_pipeline: Pipeline, data_dir: str, stamp: tuple[str, ...]) -> Choices:
    """What the filters offer, read anew when any document changes; `stamp` is the store's."""
    store = _pipeline.store
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for record in store.documents.records():
        if record.version is None:
            continue
        title = words.shortened(record.metadata.title or words.UNTITLED, 70)
        label = f"{title} ({words.shortened(record.source, 50)})"
        labels[record.id] = f"{label} {record.id}" if label in taken else label
        taken.add(label)
    return Choices(
        documents=labels,
        publishers=tuple(sorted(store.chunks.facets("publisher"))),
        languages=tuple(sorted(store.chunks.facets("language"))),
        media_types=tuple(sorted(store.chunks.facets("media_type"))),
    )


def _first(address: Mapping[str, list[str]], name: str) -> str | None:
    found = address.get(name) or [""]
    return found[0].strip() or None

"""Values that take seconds, made in a thread: a page says that it waits and stays usable.

Whoever keeps the `Future` (a cache over all sessions) shares what is made among all who wait.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar

import streamlit as st

from rag.ui import draw

_P = ParamSpec("_P")
_Made = TypeVar("_Made")

# What is ready within this is shown without a word that it is waited for.
_AT_ONCE_SECONDS = 0.4
_LOOK_SECONDS = 0.5


@st.cache_resource(show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="attest-pages")


def begin(make: Callable[_P, _Made], *args: _P.args, **kwargs: _P.kwargs) -> "Future[_Made]":
    """Make a value in one of the threads that all sessions share."""
    return _threads().submit(make, *args, **kwargs)


def ready(future: "Future[_Made]", words: str) -> bool:
    """Whether the value is there; if not, `words` are shown and the page looks again by itself."""
    wait([future], _AT_ONCE_SECONDS)
    if future.done():
        return True
    st.fragment(_look, run_every=_LOOK_SECONDS)(future, words)
    return False


def _look(future: "Future[_Made]", words: str) -> None:
    if future.done():
        st.rerun()
    draw.note(words)

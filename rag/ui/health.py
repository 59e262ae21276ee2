"""The page of settings and health: what `rag doctor` knows, in words, and nothing secret.

What costs nothing is drawn at once; the examination, which tries the chat model with one request,
is made in the background, once for all sessions, and again where somebody asks for it.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import streamlit as st

from rag.doctor import Findings, examine
from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.settings import PREFIX, Settings, masked
from rag.store.facts import now
from rag.ui import draw, frame, waiting, words
from rag.ui.html import Html, element, fragment, isolated

# Sections of the findings, without the settings, which have a part of their own.
_SECTIONS = {
    "store": "Documents and answers",
    "index": "Index",
    "model": "Models",
    "hosts reached": "Hosts reached",
    "versions": "Versions",
}
# An examination is made anew after so long, where somebody looks.
_KEPT_SECONDS = 900


def page() -> None:
    """The page as Streamlit runs it."""
    frame.page("Settings and health", show)


def show(pipeline: Pipeline) -> None:
    """The page over a service."""
    draw.note(words.hosts(pipeline.settings))
    examination = st.container()
    settings(pipeline.settings)
    with examination:  # last, since it may have to be waited for
        _examination(pipeline)


@st.cache_resource(show_spinner=False, max_entries=4, ttl=_KEPT_SECONDS)
def examined(_pipeline: Pipeline, data_dir: str) -> "Future[tuple[Findings, str]]":
    """The findings and when they were made."""
    return waiting.begin(_examine, _pipeline)


def _examine(pipeline: Pipeline) -> tuple[Findings, str]:
    return examine(pipeline), now()


def _examination(pipeline: Pipeline) -> None:
    future = examined(pipeline, str(pipeline.settings.data_dir))
    if not waiting.ready(future, "Examining the store, the index and the models…"):
        return
    try:
        found, stamp = future.result()
    except RagError as error:
        draw.problem(str(error))
    else:
        findings(found)
        draw.note(f"Examined {words.published(stamp, 'time')}.")
    st.button("Examine again", on_click=examined.clear)


def findings(found: Findings) -> None:
    """What was found, the problems first, each with its remedy."""
    if found.problems:
        st.html(element("h2", words.counted(len(found.problems), "problem")))
        for one in found.problems:
            draw.problem(one)
    else:
        draw.notices(["No problem was found."])
    parts = [
        element("section", element("h3", title), rows(found.sections[name]), aria_label=title)
        for name, title in _SECTIONS.items()
        if found.sections.get(name)
    ]
    st.html(element("div", *parts, class_="attest-sections"))


def rows(values: Mapping[str, str]) -> Html:
    """Names with their values, a line each."""
    lines = (
        element(
            "li",
            element("span", isolated(f"{name[:1].upper()}{name[1:]}"), class_="attest-quiet"),
            element("span", isolated(value)),
        )
        for name, value in values.items()
    )
    return element("ul", *lines, class_="attest-rows")


def settings(inforce: Settings) -> None:
    """The settings: those that were set, then those left at their defaults; secrets as stars."""
    values = masked(inforce)
    stated = [name for name in values if name in inforce.model_fields_set]
    left = [name for name in values if name not in inforce.model_fields_set]
    st.html(
        fragment(
            element("h2", "Settings"),
            element(
                "p",
                "Nothing is changed here: settings stand in the environment or in the file .env "
                "and are read at the start.",
                class_="attest-quiet",
            ),
            _settings(inforce, values, stated) if stated else element("p", "None is set."),
        )
    )
    with st.expander(f"Left at their defaults ({len(left)})"):
        st.html(_settings(inforce, values, left))


def _settings(inforce: Settings, values: Mapping[str, Any], names: list[str]) -> Html:
    return element(
        "ul",
        *(_setting(inforce, name, values[name]) for name in names),
        class_="attest-rows attest-settings",
    )


def _setting(inforce: Settings, name: str, value: object) -> Html:
    field = type(inforce).model_fields[name]
    said = [element("strong", isolated(in_words(value)))]
    if name in inforce.model_fields_set:
        default = in_words(field.get_default(call_default_factory=True))
        said.append(element("small", " set; the default is ", isolated(default)))
    about = element("small", field.description or "")
    return element(
        "li",
        element("span", f"{PREFIX}{name}".upper(), class_="attest-name"),
        element("span", *said, element("div", about)),
    )


def in_words(value: object) -> str:
    """A setting's value in one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)

"""An answer while it comes about: sources first, then a model's words, then verdicts."""

import time
from collections.abc import Iterable

import streamlit as st

from rag.asking import Found
from rag.types import CheckedSentence
from rag.ui import words
from rag.ui.html import Html, direction, element, fragment, isolated
from rag.writing import Event, Settled, Token


class Live:
    """A place on the page that shows what is heard, unchecked words as such, until it is cleared.

    Every `draw` is a moment at which Streamlit can end the run of the page.
    """

    def __init__(self, question: str, waiting: str) -> None:
        self._place = st.empty()
        self._question = question
        self._waiting = waiting
        self._sources: tuple[str, ...] | None = None
        self._text = ""
        self._settled: list[CheckedSentence] = []
        self._started = time.monotonic()

    def hear(self, events: Iterable[Found | Event]) -> None:
        """Take in what happened; `draw` shows it."""
        for event in events:
            match event:
                case Found(passages):
                    self._sources = tuple(dict.fromkeys(words.title(one) for one in passages))
                case Token(text):
                    self._text += text
                case Settled(sentence):
                    self._settled.append(sentence)

    def clear(self) -> None:
        """Leave nothing behind."""
        self._place.empty()

    def draw(self) -> None:
        """Show what there is by now."""
        self._place.html(
            element(
                "div",
                element("h2", isolated(self._question), dir=direction(self._question)),
                *self._parts(),
                role="status",
            )
        )

    def _parts(self) -> list[Html]:
        waited = int(time.monotonic() - self._started)
        since = f" {words.counted(waited, 'second')}" if waited else ""
        if self._sources is None:
            return [element("p", f"{self._waiting}…{since}", class_="attest-quiet")]
        parts = [
            element("p", isolated(f"Reading: {'; '.join(self._sources)}"), class_="attest-quiet")
        ]
        if self._settled:
            rows = [
                element(
                    "li",
                    isolated(one.text),
                    element("span", f" ({one.verdict})", class_="attest-aside"),
                    dir=direction(one.text),
                )
                for one in self._settled
            ]
            parts += [
                element("p", f"Checking…{since}", class_="attest-quiet"),
                element("ul", *rows),
            ]
        elif self._text:
            parts += [
                element("p", "The model writes; nothing is checked yet.", class_="attest-quiet"),
                element(
                    "p", isolated(self._text), class_="attest-context", dir=direction(self._text)
                ),
            ]
        else:
            parts.append(element("p", f"The model reads…{since}", class_="attest-quiet"))
        return [fragment(*parts)]

"""An answer while a chat model writes it: sources first, then words, then verdicts."""

import time

import streamlit as st

from rag.asking import Found
from rag.types import CheckedSentence
from rag.ui import words
from rag.ui.html import direction, element, fragment, isolated
from rag.writing import Event, Settled, Token

# Seconds between two drawings: words come faster than anybody reads.
EVERY_SECONDS = 0.15


class Live:
    """A place on the page that shows what is heard, unchecked words as such, until it is cleared.

    Streamlit's own Stop ends the run at the next drawing, and with it the request.
    """

    def __init__(self) -> None:
        self._place = st.empty()
        self._sources: tuple[str, ...] = ()
        self._text = ""
        self._settled: list[CheckedSentence] = []
        self._drawn = 0.0

    def hear(self, event: Found | Event) -> None:
        """Show what happened; words at most a few times a second."""
        match event:
            case Found(passages):
                self._sources = tuple(dict.fromkeys(words.title(one) for one in passages))
            case Token(text):
                self._text += text
                if time.monotonic() - self._drawn < EVERY_SECONDS:
                    return
            case Settled(sentence):
                self._settled.append(sentence)
        self._draw()

    def clear(self) -> None:
        """Leave nothing behind."""
        self._place.empty()

    def _draw(self) -> None:
        self._drawn = time.monotonic()
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
            parts += [element("p", "Checking…", class_="attest-quiet"), element("ul", *rows)]
        elif self._text:
            parts += [
                element("p", "The model writes; nothing is checked yet.", class_="attest-quiet"),
                element(
                    "p", isolated(self._text), class_="attest-context", dir=direction(self._text)
                ),
            ]
        self._place.html(element("div", fragment(*parts), role="status"))

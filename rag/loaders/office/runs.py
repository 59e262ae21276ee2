"""Pieces of a paragraph put together, with where those end up that cannot be seen on the page.

For every office format whose text comes in runs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.loaders.canonical import canonical
from rag.loaders.composition import Composition
from rag.types import BlockKind, Flag

_PIECES = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class Run:
    """Text, and why it cannot be seen on the page; "" where it can."""

    text: str
    hidden: str = ""


CELL = Run(" | ")
# A table of months may hold one value a row, and its place says of which.
MAX_EMPTY = 12
SPACE = Run(" ")


class Writer:
    """Adds blocks made of runs to a composition and collects the flags of hidden ones."""

    def __init__(self) -> None:
        self.composition = Composition()
        self.flags: list[Flag] = []
        self.end = 0  # of the last block

    def add(
        self, kind: BlockKind, runs: Sequence[Run], *, level: int = 0, near: bool = False
    ) -> tuple[int, int] | None:
        """Append a block; returns its span, or None where the runs hold nothing."""
        if kind != "code" and not any(run.hidden for run in runs):
            # Nearly always; the composition collapses white space, and once is enough.
            span = self.composition.add(
                kind, "".join(run.text for run in runs), level=level, near=near
            )
            self.end = self.end if span is None else span[1]
            return span
        text, hidden = collapsed(runs)
        span = self.composition.add(kind, text, level=level, near=near)
        if span is None:
            return None
        whole = span[1] - span[0] != len(text)  # characters were composed over a run's border
        for start, end, why in hidden:
            place = span if whole else (span[0] + start, span[0] + end)
            last = self.flags[-1] if self.flags else None
            follows = last is not None and last.end == self.end and place[0] == span[0]
            if last is not None and follows and last.detail == why:
                self.flags[-1] = Flag("hidden", last.start, place[1], why)  # a hidden page is one
            else:
                self.flags.append(Flag("hidden", *place, why))
            if whole:
                break
        self.end = span[1]
        return span


def collapsed(runs: Iterable[Run]) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of runs with its white space collapsed, and the hidden spans in it."""
    held = list(runs)
    if not any(run.hidden for run in held):  # nearly always, and fast
        text = "".join(run.text for run in held)
        if text.isascii() and text.isprintable():  # canonical as it is
            return " ".join(text.split()), []
        return canonical(" ".join(canonical(text).split())), []
    parts: list[str] = []
    hidden: list[tuple[int, int, str]] = []
    length = 0
    gap = False
    for run in held:
        start = None
        for match in _PIECES.finditer(canonical(run.text)):
            piece = match[0]
            if piece[0].isspace():
                gap = length > 0
                continue
            if gap:
                parts.append(" ")
                length += 1
                gap = False
            if start is None:
                start = length
            parts.append(piece)
            length += len(piece)
        if run.hidden and start is not None:
            if hidden and hidden[-1][2] == run.hidden and start <= hidden[-1][1] + 1:
                start = hidden.pop()[0]
            hidden.append((start, length, run.hidden))
    return "".join(parts), hidden


def row(cells: Iterable[Sequence[Run]]) -> list[Run]:
    """The runs of a table row: cells with " | " between them, empty last ones left out.

    More than `MAX_EMPTY` empty cells on end, as before a remark far out, are written as one.
    """
    runs: list[Run] = []
    empty = 0
    is_first = True
    for cell in cells:
        if not any(run.text.strip() for run in cell):
            empty += 1
            continue
        runs += [CELL] * (min(empty, 1 if empty > MAX_EMPTY else empty) + (not is_first))
        runs.extend(cell)
        empty = 0
        is_first = False
    return runs

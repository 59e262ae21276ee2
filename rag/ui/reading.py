"""A document's text in pieces that a page can show, and where words stand in it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rag.store import Text

# Characters of a piece of a text that has no pages, as far as its blocks allow.
PIECE_CHARS = 8_000
# A page as long as a book (a web page saved as PDF) is cut too.
MAX_PIECE_CHARS = 24_000
MAX_FOUND = 1_000
MAX_HEADINGS = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` of a version; `page` is its page from 1, None where there are none."""

    start: int
    end: int
    page: int | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, where it begins, and how deep it stands, from 1."""

    text: str
    start: int
    level: int


def pieces(read: Text) -> list[Piece]:
    """The whole text in its order: its pages, or pieces cut where blocks end."""
    if not read.text:
        return [Piece(0, 0)]
    starts = [block.start for block in read.blocks]
    if not read.pages:
        spans = _cut(read.text, starts, (0, len(read.text)), PIECE_CHARS)
        return [Piece(start, end) for start, end in spans]
    found = []
    for number, page in enumerate(read.pages):
        # What stands between two pages belongs to the first of them.
        start = page.start if number else 0
        end = read.pages[number + 1].start if number + 1 < len(read.pages) else len(read.text)
        found += [
            Piece(low, high, page.number, page.label)
            for low, high in _cut(read.text, starts, (start, end), MAX_PIECE_CHARS)
        ] or [Piece(start, end, page.number, page.label)]
    return found


def piece_at(found: Sequence[Piece], place: int) -> int:
    """The number, from 0, of the piece in which a character stands; the last one beyond its end."""
    for number, piece in enumerate(found):
        if place < piece.end:
            return number
    return len(found) - 1


def headings(read: Text) -> list[Heading]:
    """The headings of a text in their order."""
    return [
        Heading(" ".join(read.text[block.start : block.end].split()), block.start, block.level)
        for block in read.blocks
        if block.kind == "heading"
    ][:MAX_HEADINGS]


def find(text: str, words: str) -> list[tuple[int, int]]:
    """The spans in which these words stand one after the other, in any case, any space between.

    The first `MAX_FOUND` of them.
    """
    wanted = words.split()
    if not wanted:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, wanted)), re.IGNORECASE)
    spans: list[tuple[int, int]] = []
    for found in pattern.finditer(text):
        spans.append(found.span())
        if len(spans) == MAX_FOUND:
            break
    return spans


def _cut(
    text: str, starts: Sequence[int], span: tuple[int, int], most: int
) -> list[tuple[int, int]]:
    """Spans of at most `most` characters that cover this one, cut where blocks or words begin."""
    start, end = span
    spans: list[tuple[int, int]] = []
    while end - start > most:
        low, high = start + most // 2, start + most
        before = bisect_right(starts, high)
        is_near = before > 0 and starts[before - 1] > low
        place = starts[before - 1] if is_near else _space(text, low, high)
        spans.append((start, place))
        start = place
    if start < end:
        spans.append((start, end))
    return spans


def _space(text: str, low: int, high: int) -> int:
    """Just after the last space within these bounds; the upper one where there is none."""
    for place in range(high, low, -1):
        if text[place - 1].isspace():
            return place
    return high

"""The quotations of a text, and whether one stands in a source word for word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.particulars.words import Word, words_of

# What opens and what closes; none may run over a blank line. Single marks only where they cannot
# be apostrophes: the opening one after a space, the closing one before a space or a mark.
_QUOTED = re.compile(
    r"“([^“”\n]{1,2000})[”\"]|\"([^\"\n]{1,2000})\"|«([^«»\n]{1,2000})»|„([^„“”\n]{1,2000})[“”]"
    r"|(?<![\w’'])‘((?:[^‘’\n]|’(?=\w)){1,400})’(?!\w)"
    r"|(?<![\w'’])'((?:[^'\n]|'(?=\w)){1,400})'(?!\w)"
)
_GAP = re.compile(r"…|\.\s?\.\s?\.|\[[^\]\n]{0,200}\]|\([^)\n]{0,200}\)")
# Share of a quotation's words that a stretch of the source must have to be what it was made from.
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks: `start` and `end` leave the marks out."""

    text: str
    start: int
    end: int

    @property
    def segments(self) -> tuple[tuple[str, ...], ...]:
        """Its words, parted where something is left out or put in: "…", "[…]", "[he]"."""
        parts = (tuple(_plain(words_of(part))) for part in _GAP.split(self.text))
        return tuple(part for part in parts if part)


@lru_cache(maxsize=256)
def quotations_of(text: str) -> tuple[Quotation, ...]:
    """What stands between quotation marks, in order."""
    found: list[Quotation] = []
    for match in _QUOTED.finditer(text):
        group = match.lastindex or 1
        start, end = match.span(group)
        if any(char.isalnum() for char in text[start:end]):
            found.append(Quotation(text[start:end], start, end))
    return tuple(found)


# A mark that opens a quotation whose end is cut off, and one that closes one without its beginning.
_OPENED = re.compile(r"(?:^|(?<=[\s(\[]))[“\"](?=\w)")
_CLOSED = re.compile(r"(?<=[^\W\d_]|[.,!?…])[”\"](?=$|[\s.,;)\]])")


def quotations_in(sentence: str) -> list[Quotation]:
    """What one sentence quotes, with what it begins or goes on to quote.

    A quotation of two sentences leaves each with one mark: "“It is late.", "We go,” she said".
    """
    found = list(quotations_of(sentence))
    left = list(sentence)
    for one in found:
        left[one.start - 1 : one.end + 1] = "_" * (one.end - one.start + 2)
    bare = "".join(left)
    for pattern, ends in ((_OPENED, True), (_CLOSED, False)):
        marks = list(pattern.finditer(bare))
        if len(marks) != 1:
            continue
        at = marks[0].end() if ends else marks[0].start()
        start, end = (at, len(sentence.rstrip())) if ends else (0, at)
        inside = [one for one in found if start <= one.start and one.end <= end]
        if any(char.isalnum() for char in sentence[start:end]):
            found = [one for one in found if one not in inside]
            found.append(Quotation(sentence[start:end], start, end))
    return sorted(found, key=lambda one: one.start)


def _plain(found: Sequence[Word]) -> list[str]:
    """The words alone, without marks and letter case."""
    return [word.text.casefold().replace("’", "'") for word in found if word.kind != "mark"]


def verbatim(quotation: Quotation, source: Sequence[Word]) -> tuple[int, int] | None:
    """The place of a quotation in a source, by the source's offsets; None where it is not there.

    Its words stand in one row, or in several in the same order where it has gaps.
    """
    kept = [word for word in source if word.kind != "mark"]
    words = _plain(kept)
    first, place = None, 0
    last = 0
    for segment in quotation.segments:
        at = _find(words, segment, place)
        if at is None:
            return None
        first = at if first is None else first
        place = last = at + len(segment)
    if first is None:
        return None
    return kept[first].start, kept[last - 1].end


def _find(words: Sequence[str], wanted: Sequence[str], start: int) -> int | None:
    """Where a row of words stands in another, from `start`: Knuth, Morris and Pratt, 1977."""
    fallback = [0] * len(wanted)
    length = 0
    for index in range(1, len(wanted)):
        while length and wanted[index] != wanted[length]:
            length = fallback[length - 1]
        length += wanted[index] == wanted[length]
        fallback[index] = length
    length = 0
    for index in range(start, len(words)):
        while length and words[index] != wanted[length]:
            length = fallback[length - 1]
        length += words[index] == wanted[length]
        if length == len(wanted):
            return index - length + 1
    return None


def nearest(quotation: Quotation, source: Sequence[Word]) -> tuple[int, int] | None:
    """The stretch of a source that shares most words with a quotation, if that is half or more."""
    kept = [word for word in source if word.kind != "mark"]
    wanted = [word for segment in quotation.segments for word in segment]
    if not wanted or not kept:
        return None
    sought = set(wanted)
    hits = [word in sought for word in _plain(kept)]
    size = min(len(wanted), len(kept))
    count = sum(hits[:size])
    best, at = count, 0
    for place in range(size, len(kept)):
        count += hits[place] - hits[place - size]
        if count > best:
            best, at = count, place - size + 1
    if best < ALIKE * len(wanted):
        return None
    return kept[at].start, kept[at + size - 1].end

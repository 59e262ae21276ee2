"""A source as a sentence is held against it: the passage, the cited span, what names it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.particulars.numbers import quantities_of
from rag.particulars.quantity import Quantity
from rag.particulars.reckoning import Moment
from rag.particulars.times import moments_of
from rag.particulars.units import SYMBOLS
from rag.particulars.words import Word, content_stems, sentences_of, within, words_of

Span = tuple[int, int]
# By so many words more must the surroundings of another number or date be alike, to be meant.
CROSSED = 2
_WAYS = frozenset("from to by at of in with against than for until since before after".split())
# "Up from 51", "against 51", "compared with 51": what a number is measured by.
_BASES = frozenset("from with against".split())
BASE = "from …"
# These stand beside any number.
_OF_NUMBERS = frozenset("per cent percent million billion thousand euros dollars pounds".split())


@dataclass(frozen=True, slots=True)
class Source:
    """The passage, the span of it that is cited, when it was published, and what names it."""

    passage: str
    span: Span
    published: str | None = None
    about: str = ""

    @property
    def cited(self) -> str:
        """The words of the span."""
        return self.passage[self.span[0] : self.span[1]]

    @property
    def words(self) -> list[Word]:
        """The words of the span, with their places in the passage."""
        return _cited_words(self.passage, self.span)

    @property
    def stems(self) -> set[str]:
        """The stems of the content words of the span."""
        return content_stems(self.words)

    def cites(self, start: int, end: int) -> bool:
        """Whether a place of the passage lies in the cited span."""
        return self.span[0] <= start and end <= self.span[1]

    def quantities(self) -> tuple[list[Quantity], list[Quantity]]:
        """The numbers of the span, then those of the rest and of what is known about it."""
        inside: list[Quantity] = []
        outside: list[Quantity] = []
        for quantity in quantities_of(self.passage):
            (inside if self.cites(quantity.start, quantity.end) else outside).append(quantity)
        return inside, [*outside, *quantities_of(self.about)]

    def moments(self) -> tuple[list[Moment], list[Moment]]:
        """The moments of the span, then those of the rest and of what is known about it."""
        inside: list[Moment] = []
        outside: list[Moment] = []
        for moment in moments_of(self.passage, self.published):
            (inside if self.cites(moment.start, moment.end) else outside).append(moment)
        return inside, [*outside, *moments_of(self.about, self.published)]

    def place_of(self, found: Moment | Quantity) -> Span | None:
        """Where a moment or a number stands in the passage; None for what is known about it."""
        told: Sequence[Moment | Quantity] = (
            moments_of(self.passage, self.published)
            if isinstance(found, Moment)
            else quantities_of(self.passage)
        )
        return (found.start, found.end) if found in told else None

    def copied(self, sentence: str) -> Span | None:
        """Where the sentence stands in the passage whole and word for word, the span first.

        A part of a sentence does not count: "he forged it" of "they allege that he forged it".
        """
        wanted = [word.text for word in words_of(sentence)]
        if not wanted:
            return None
        found = words_of(self.passage)
        ranges = sentences_of(self.passage)
        starts = {first for first, _ in ranges}
        ends = {last for _, last in ranges}
        places = [
            first
            for first in sorted(starts)
            if first + len(wanted) in ends
            and found[first].text == wanted[0]
            and [word.text for word in found[first : first + len(wanted)]] == wanted
        ]
        spans = [(found[at].start, found[at + len(wanted) - 1].end) for at in places]
        cited = [span for span in spans if self.cites(*span)]
        return next(iter(cited or spans), None)


@lru_cache(maxsize=256)
def _cited_words(passage: str, span: Span) -> list[Word]:
    return within(words_of(passage), *span)


def surroundings(found: Sequence[Word], first: int, last: int) -> frozenset[str]:
    """What stands around a number or a date: its clause's content words, and the word before it.

    Other numbers and the ends of clauses bound it.
    """
    stems: set[str] = set()
    before = first - 1
    while before > 0 and found[before].text in SYMBOLS:
        before -= 1
    if before >= 0 and found[before].low in _WAYS:
        way = found[before].low
        stems.add(f"{'from' if way in _BASES else way} …")
    for step, begin in ((-1, first - 1), (1, last + 1)):
        place, kept = begin, 0
        while 0 <= place < len(found) and kept < 5:
            word = found[place]
            if word.text in "()" and not kept:
                place += step
                continue
            if word.kind == "number":
                stems.add(word.text)
                break
            if word.text in ".;:!?()" or word.low in ("and", "while"):
                break
            if word.text == "," and (kept or (step < 0 and place != first - 1)):
                break
            if word.content and word.low not in _OF_NUMBERS:
                stems.add(word.stem)
                kept += 1
            place += step
    return frozenset(stems)

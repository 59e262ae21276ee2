"""What of a document a person should look at before trusting it, whatever its format.

A flag blocks nothing. The loader's own flags (text that cannot be seen) are joined by what the text
shows: characters without a shape, and words that speak to a machine instead of a person.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from rag.loaders.instructions import instructions_in
from rag.types import Document, Flag

_MAX_FLAGS = 50
_MAX_FOUND = 5000  # a text of nothing else must not take all memory
# Where there are too many, what is likelier to be meant is kept.
_WEIGHT = {"instructions": 0, "hidden": 1, "invisible": 2}
_QUOTED_CHARS = 80

_ZERO_WIDTH = "\u200b\u2060-\u2064\u206a-\u206f\u180e"
# These join or part the letters of Arabic, Indic and other scripts, and make one of several emoji.
_JOINERS = "\u200c\u200d"
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters of Hangul and Braille that are blank
_LATIN = "0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f"  # with Greek and Cyrillic
_UNSEEN = f"{_ZERO_WIDTH}{_JOINERS}{_FILLERS}\u00ad\u200e\u200f"
# Editors leave runs of one such character behind; what is written with them takes two at least.
_RUN = re.compile(f"[{_UNSEEN}]{{4,}}")
_IN_WORD = re.compile(f"(?<=[{_LATIN}])[{_ZERO_WIDTH}{_JOINERS}]{{1,64}}(?=[{_LATIN}])")
_IN_NUMBER = re.compile(f"(?<=\\d)[{_ZERO_WIDTH}{_JOINERS}]{{1,64}}(?=\\d)")
# A web page puts one into a long word now and then, so that it can be parted there.
_FEWEST_IN_WORDS = 3
_TAGS = re.compile("[\U000e0000-\U000e007f]+")
# The flags of England, Scotland and Wales: a black flag, tags, the tag that ends them.
_FLAG_EMOJI = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}")
# Marks that Latin letters take; no language puts more than four on one.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{6,}")
_OVERRIDES = "\u202d\u202e"
_OPENERS = "\u202a\u202b\u2066\u2067\u2068"
_CLOSERS = {
    "\u202c": frozenset("\u202a\u202b\u202d\u202e"),
    "\u2069": frozenset("\u2066\u2067\u2068"),
}
_TURNING = (
    "\u202b\u2066\u2067\u2068"  # an embedding from left to right changes nothing in Latin text
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_BIDI = re.compile("[\n\u202a-\u202e\u2066-\u2069]")
_NEAR_CHARS = 200  # invisible characters closer than this are one thing to look at


def flagged(document: Document) -> tuple[Flag, ...]:
    """The flags of a document's loader and those that its text shows, by place, at most 50.

    Flags of one kind that overlap are one; of too many, instructions are kept first.
    """
    text = document.text
    found = [
        *document.flags,
        *islice((Flag("instructions", *place) for place in instructions_in(text)), _MAX_FOUND),
        *islice(_invisible(text), _MAX_FOUND),
    ]
    flags = sorted(_merged(found), key=lambda flag: _WEIGHT[flag.kind])[:_MAX_FLAGS]
    return tuple(sorted(flags, key=_place))


def _place(flag: Flag) -> tuple[int, int, str]:
    return flag.start, flag.end, flag.kind


def _merged(flags: Iterable[Flag]) -> list[Flag]:
    merged: dict[str, list[Flag]] = {}
    for flag in sorted(dict.fromkeys(flags), key=_place):
        kept = merged.setdefault(flag.kind, [])
        if kept and flag.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Flag(flag.kind, last.start, max(last.end, flag.end), last.detail)
        else:
            kept.append(flag)
    return sorted((flag for kept in merged.values() for flag in kept), key=_place)


def _invisible(text: str) -> Iterator[Flag]:
    if text.isascii():
        return
    yield from _zero_width(text)
    for match in _TAGS.finditer(text):
        emoji = _FLAG_EMOJI.match(text, max(0, match.start() - 1))
        if emoji is None or emoji.end() != match.end():
            spelt = "".join(chr(ord(char) & 0x7F) for char in match[0])
            yield _flag(match, "tag", _spelling(spelt))
    for match in _SELECTORS.finditer(text):
        # Each may stand for a byte: FE00 to FE0F for 0 to 15, E0100 to E01EF for 16 to 255.
        numbers = (ord(char) for char in match[0])
        codes = bytes(code - 0xE00F0 if code > 0xFFFF else code - 0xFE00 for code in numbers)
        yield _flag(match, "variation selector", _spelling(codes.decode("utf-8", "replace")))
    for match in _MARKS.finditer(text):
        n_marks = match.end() - match.start()
        yield Flag(
            "invisible", match.start(), match.end(), f"{n_marks} combining marks on one letter"
        )
    yield from _reordering(text)


def _zero_width(text: str) -> Iterator[Flag]:
    """Runs that could be written with, and characters within words or numbers."""
    places = [match.span() for match in _IN_WORD.finditer(text)]
    if sum(end - start for start, end in places) < _FEWEST_IN_WORDS:
        places = [match.span() for match in _IN_NUMBER.finditer(text)]
    runs = (match for match in _RUN.finditer(text) if len(set(match[0])) > 1)
    places = sorted({*places, *(match.span() for match in runs)})
    near: list[tuple[int, int]] = []
    for start, end in places:
        if near and start - near[-1][1] > _NEAR_CHARS:
            yield _zero_width_flag(near)
            near = []
        near.append((start, end))
    if near:
        yield _zero_width_flag(near)


def _zero_width_flag(near: list[tuple[int, int]]) -> Flag:
    number = sum(end - start for start, end in near)
    plural = "" if number == 1 else "s"
    return Flag("invisible", near[0][0], near[-1][1], f"{number} zero-width character{plural}")


def _flag(match: re.Match[str], called: str, spelling: str) -> Flag:
    number = match.end() - match.start()
    plural = "" if number == 1 else "s"
    return Flag(
        "invisible", match.start(), match.end(), f"{number} {called} character{plural}{spelling}"
    )


def _spelling(spelt: str) -> str:
    shown = "".join(char for char in spelt if char.isprintable() and char != "\ufffd").strip()
    if len(shown) < 2 or len(shown) < len(spelt) / 2:
        return ""
    shortened = shown if len(shown) <= _QUOTED_CHARS else f"{shown[:_QUOTED_CHARS]}…"
    return f' that spell "{shortened}"'


def _reordering(text: str) -> Iterator[Flag]:
    """Overrides of the order in which characters are shown, and changes of it left unclosed."""
    opened: list[tuple[int, str]] = []
    line = 0
    for match in _BIDI.finditer(text):
        char = match[0]
        if char == "\n":
            yield from _unclosed(text, line, opened)
            opened, line = [], match.end()
        elif char in _OVERRIDES:
            yield Flag("invisible", match.start(), match.end(), "a character that reverses others")
            opened.append((match.start(), char))
        elif char in _OPENERS:
            opened.append((match.start(), char))
        elif opened and opened[-1][1] in _CLOSERS[char]:
            opened.pop()
    yield from _unclosed(text, line, opened)


def _unclosed(text: str, line: int, opened: list[tuple[int, str]]) -> Iterator[Flag]:
    """Flags for what a line leaves open; in Arabic and Hebrew that is common and does no harm."""
    places = [start for start, char in opened if char in _TURNING]
    if places and not _RIGHT_TO_LEFT.search(text, line, places[-1] + _NEAR_CHARS):
        for start in places:
            yield Flag("invisible", start, start + 1, "a change of reading direction left open")

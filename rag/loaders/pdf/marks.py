"""Raised digits before a word: the mark of a note, or a part of the word as in ¹⁴C."""

import re

_NOTE_START = re.compile(r"(\d{1,3})(?=([^\W\d_]+)(.?))")
# Elements with isotopes lighter than 100, which are written as ¹⁴C: no words behind a mark.
_ELEMENTS = frozenset(
    "H D T He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge "
    "Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru".split()
)


def note_mark_chars(text: str, *, at_start: bool) -> int:
    """How many raised digits at the beginning mark a note whose word follows without a space.

    0 where they may belong to it, as in ¹⁴C. At a line's start shorter words are words too.
    """
    match = _NOTE_START.match(text)
    if match is None:
        return 0
    mark, word, after = match.groups()
    is_short = len(word) < 3
    if is_short and not (
        at_start and len(mark) < 3 and word not in _ELEMENTS and (not after or after == " ")
    ):
        return 0
    return len(mark)

"""What the places of a text in which somebody is named tell: whose name, whose thing, what else."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.names import Name, key_of, names_of
from rag.particulars.places import ROLES, SAME_ROLE
from rag.particulars.speaking import BODIES, SPEAKING
from rag.particulars.words import STOP_WORDS, Word, stem_of, words_of


def names_within(text: str, start: int, end: int) -> frozenset[str]:
    """The keys of the names in a place, without those whose something is meant."""
    every = names_of(text)
    near = every[bisect_left(every, start, key=lambda name: name.start) :]
    near = near[: bisect_left(near, end, key=lambda name: name.start)]
    # "Weller's finance director" is not Weller.
    # "Weller's finance director" is not Weller, "Ilse Tarn of Brone" is not Brone.
    whose = [one for one in near if not one.text.endswith(("'s", "’s")) or one.end >= end]
    if _is_person(whose):
        whose = [one for one in whose if one is whose[0] or not _follows_of(text, one)]
    return frozenset(key for name in whose for key in name.keys if key not in ROLES)


def owners_within(text: str, start: int, end: int) -> frozenset[str]:
    """The keys of the names whose something speaks: "Brone's clerk"."""
    names = names_of(text[start:end])
    whose = [name for name in names if name.text.endswith(("'s", "’s", "s'", "s’"))]
    return frozenset(key for name in whose for key in name.keys if key not in ROLES)


def homes_within(text: str, start: int, end: int) -> frozenset[str]:
    """The keys of the names where somebody is from: "Ilse Tarn of Brone"."""
    part = text[start:end]
    names = names_of(part)
    if not _is_person(names):
        return frozenset()
    return frozenset(
        key
        for name in names[1:]
        if _follows_of(part, name)
        for key in name.keys
        if key not in ROLES
    )


def _is_person(names: Sequence[Name]) -> bool:
    """Whether the first of some names is one of several words that names no body."""
    return bool(names) and len(names[0].keys) > 1 and not set(names[0].keys) & BODIES


def _follows_of(text: str, name: Name) -> bool:
    before = text[max(0, name.start - 10) : name.start].rstrip()
    return before.endswith((" of", " of the", " from", " at", " for"))


def repeated(text: str, words: Sequence[Word]) -> frozenset[str]:
    """One word that opens a sentence, and has its capital elsewhere too: "Rock" is a name."""
    if len(words) > 2 or not words[0].capital:
        return frozenset()
    known = _inner_capitals(text)[words[0].text] - (not words[0].opens)
    return frozenset({key_of(words[0].low)}) if known > 0 else frozenset()


@lru_cache(maxsize=256)
def _inner_capitals(text: str) -> Counter[str]:
    """How often each word has a capital that no sentence gives it."""
    return Counter(word.text for word in words_of(text) if word.capital and not word.opens)


def described(text: str) -> dict[str, frozenset[str]]:
    """For each word of a name, the stems of the ordinary words right around its mentions."""
    return _described(text)


@lru_cache(maxsize=256)
def _described(text: str) -> dict[str, frozenset[str]]:
    found = words_of(text)
    around: dict[str, set[str]] = {}
    for name in names_of(text):
        low, high = max(0, name.first - 6), min(len(found), name.last + 7)
        stems: set[str] = set()
        for place in range(name.first - 1, low - 1, -1):
            if found[place].stem in SPEAKING:
                break
            if found[place].text in ".;:!?" or (found[place].opens and place < name.first - 1):
                stems |= {found[place].stem} if found[place].opens else set()
                break
            stems.add(stem_of(SAME_ROLE.get(found[place].low, found[place].low)))
        for place in range(name.last + 1, high):
            if found[place].text in ".;:!?" or found[place].stem in SPEAKING:
                break
            stems.add(found[place].stem)
        stems |= {word.stem for word in found[name.first : name.last + 1]}
        for key in name.keys:
            around.setdefault(key, set()).update(stems - STOP_WORDS)
    return {key: frozenset(stems) for key, stems in around.items()}

"""Whether a name stands among the words that a source has around another name.

"The plume from Orsa rose to 4,500 metres" where only Etna's plume is told of: nothing around the
name in the sentence stands near it in the source, and much of it near another.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.cues import stem_set
from rag.particulars.names import SEATS_BY_KEY, Name, names_of
from rag.particulars.openers import ORDINARY
from rag.particulars.rivals import in_one_list, may_stand_for
from rag.particulars.source import Source
from rag.particulars.words import Word, content_stems, sentences_of, words_of

# Words on each side of a name that are its company.
REACH = 7
# Of a passage with more names none is judged, and of a sentence no more: it would take long.
MOST_NAMES, MOST_SAID = 200, 12
# So many of a name's company must stand near another name, and none near its own.
ENOUGH = 2
_PLACING = frozenset("in at near from to around outside inside into off onto across".split())
_BEFORE_PLACES = frozenset("the a northern southern eastern western port city".split())
# Verbs that say nothing of whom they are told.
_LIGHT = stem_set("make take give get put set have go come use one")
_PRONOUNS = frozenset("he she it they".split())
Company = tuple[frozenset[str], frozenset[str], bool, bool, bool]


def wrong_company(sentence: str, source: Source, name: Name) -> str:
    """Why a name is not what the source has there: what is told of it is told of another."""
    found = words_of(sentence)
    if _owns(found, name) or _referred_to(source, name):
        return ""
    mine = _near(found, name)
    every, there = names_of(source.passage), words_of(source.passage)
    if len(mine) < ENOUGH or len(every) > MOST_NAMES:
        return ""
    keys, land, placed = set(name.keys), _lands(name), _placed(found, name)
    said = {key for other in names_of(sentence) for key in other.keys}
    rival, most, own = "", 0, 0
    own_before = False
    companies = _companies(source.passage)
    # "Islanders" may be no name where it opens a sentence.
    sure = {
        key
        for other, company in zip(every, companies, strict=True)
        if not company[-1]
        for key in other.keys
    }
    for number, (other, (near, whole, place, spoken_of, opens)) in enumerate(
        zip(every, companies, strict=True)
    ):
        if keys & set(other.keys):
            own_before = True
            if mine & near:
                return ""
            own = max(own, len(mine & whole))
            continue
        alike = len(mine & near)
        if (
            alike <= most
            or said & set(other.keys)
            or land & _lands(other)
            or other.text.isupper() != name.text.isupper()
            or (opens and not set(other.keys) & sure)
            or (other.first == other.last and there[other.first].stem in ORDINARY)
            or place != placed
            or not source.cites(other.start, other.end)
            or (spoken_of and own_before)
            or _with(there, every, number, said)
            or not may_stand_for(found, name, there, other)
            or any(in_one_list(there, other, one) for one in every if keys & set(one.keys))
        ):
            continue
        rival, most = other.text, alike
    if most < ENOUGH or own >= most or not keys & {key for other in every for key in other.keys}:
        return ""
    return f'"{name.text}" is put where the source says "{rival}"'


@lru_cache(maxsize=64)
def _companies(text: str) -> list[Company]:
    """Of each name of a text: the words near it, those of its sentence, whether it is a place.

    Then whether its sentence begins with a pronoun, which may be for a name before it; last,
    whether it is one word that opens a sentence.
    """
    found = words_of(text)
    ranges = sentences_of(text)
    companies: list[Company] = []
    wholes: dict[int, frozenset[str]] = {}
    for name in names_of(text):
        number = bisect_right(ranges, name.first, key=lambda one: one[0]) - 1
        first, last = ranges[number]
        if number not in wholes:
            wholes[number] = frozenset(content_stems(found[first:last]))
        whole = wholes[number]
        spoken_of = found[first].low in _PRONOUNS
        opens = name.first == name.last and found[name.first].opens and not _owns(found, name)
        companies.append((_near(found, name), whole, _placed(found, name), spoken_of, opens))
    return companies


def _near(found: Sequence[Word], name: Name, reach: int = REACH) -> frozenset[str]:
    """The content stems around a name in its sentence."""
    low, high = name.first, name.last + 1
    while low > max(0, name.first - reach) and not found[low].opens:
        low -= 1
    while high < min(len(found), name.last + 1 + reach) and not found[high].opens:
        high += 1
    beside = (*found[low : name.first], *found[name.last + 1 : high])
    return frozenset(word.stem for word in beside if word.content) - _LIGHT


def _owns(found: Sequence[Word], name: Name) -> bool:
    return found[name.last].text.endswith(("'s", "’s", "s’", "s'"))


def _referred_to(source: Source, name: Name) -> bool:
    """Whether a "he" of the cited words may be a name that stands before it."""
    keys = set(name.keys)
    early = min((one.start for one in names_of(source.passage) if keys & set(one.keys)), default=-1)
    return early >= 0 and any(
        word.start > early and re.split("['’]", word.low)[0] in _PRONOUNS - {"it"}
        for word in source.words
    )


def _lands(name: Name) -> set[str]:
    return {SEATS_BY_KEY.get(key, key) for key in name.keys}


def _placed(found: Sequence[Word], name: Name) -> bool:
    """Whether a name is told as a place: "in", "at", "from" stands before it."""
    for place in range(name.first - 1, max(-1, name.first - 4), -1):
        if found[place].low in _PLACING:
            return True
        if found[place].low not in _BEFORE_PLACES:
            break
    return False


def _with(found: Sequence[Word], names: Sequence[Name], number: int, said: set[str]) -> bool:
    """Whether a name is told together with one of the sentence: "Ailsa and Morag Kerr"."""
    if number + 1 == len(names):
        return False
    name, following = names[number], names[number + 1]
    between = [word.low for word in found[name.last + 1 : following.first]]
    return between == ["and"] and bool(said & set(following.keys))

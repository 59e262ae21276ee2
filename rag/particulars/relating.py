"""What a name is told to be of another, "his niece, Ada", and which way: "from A", "to B"."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rag.particulars.names import Name, codes_of, names_of
from rag.particulars.places import HONORIFICS
from rag.particulars.rivals import attributive, in_one_list, may_stand_for
from rag.particulars.source import Source
from rag.particulars.words import Word, words_of

FAMILY = frozenset(
    "daughter son wife husband widow widower brother sister father mother parents cousin uncle "
    "aunt nephew niece grandson granddaughter grandfather grandmother stepson stepdaughter".split()
)
# These may be one person.
_SAME_KIN = (
    frozenset({"wife", "widow"}),
    frozenset({"husband", "widower"}),
    frozenset({"father", "parents"}),
    frozenset({"mother", "parents"}),
)
_WAYS = frozenset("from to into onto by against over via towards".split())
_OF = frozenset("his her their its my our the a".split())
# What ministers are for, each by one name, and by what else they are called.
_FIELDS = {
    name: names.split()[0]
    for names in (
        "foreign external", "defence defense", "finance treasury economy", "interior home",
        "health", "justice", "education", "energy", "transport transportation", "trade commerce",
        "agriculture farm", "labour labor employment", "environment", "culture", "tourism",
        "housing", "immigration migration", "sport sports", "science", "development",
    )
    for name in names.split()
}  # fmt: skip
_OFFICES = {
    name: names.split()[0]
    for names in ("minister ministers ministry", "secretary secretaries department")
    for name in names.split()
}
# Words around a name in which the thing is that it may own.
REACH = 6
# The two content words before a name and the two after it.
Slot = tuple[list[str], list[str]]


def wrong_kin(sentence: str, source: Source, name: Name) -> str:
    """Why "her sister, Ada Foss" is not what the source says: it has "her niece" there."""
    mine = {word.low for word in _kin_of(words_of(sentence), name)}
    if len(mine) != 1:
        return ""
    theirs: set[str] = set()
    for other in names_of(source.passage):
        if set(name.keys) & set(other.keys):
            theirs |= {word.low for word in _kin_of(words_of(source.passage), other)}
    if not theirs or mine & theirs:
        return ""
    if any(mine <= kin and theirs & kin for kin in _SAME_KIN):
        return ""
    if {word.low for word in words_of(source.passage)} & mine:
        # "Her sister, whose daughter is Ada": who is whose needs more than words near a name.
        return ""
    return f'"{next(iter(mine))} {name.text}": the source says "{sorted(theirs)[0]}"'


def _kin_of(found: Sequence[Word], name: Name) -> Iterator[Word]:
    """The words of kinship that stand as one with a name: "her sister, Ada", "Ada, her sister"."""
    commas = 0
    for place in range(name.first - 1, max(-1, name.first - 6), -1):
        # "Her brother, the composer Miles Halloran"
        word = found[place]
        commas += word.text == ","
        if commas > 1 or (word.kind == "mark" and word.text != ",") or word.capital:
            break
        if word.low in FAMILY:
            yield word
            break
    following = found[name.last + 1 : name.last + 4]
    if len(following) == 3 and following[0].text == "," and following[1].low in _OF:
        yield from (word for word in following[2:] if word.low in FAMILY)


def wrong_owner(sentence: str, source: Source, name: Name) -> str:
    """Why "Harbour's coach" is not what the source says: it has "Elmsworth's coach"."""
    found, there = words_of(sentence), words_of(source.passage)
    thing = _owned(found, name)
    if thing is None:
        return ""
    rivals: list[Name] = []
    own: list[Name] = []
    for other in names_of(source.passage):
        mine = set(name.keys) & set(other.keys)
        low, high = other.first, other.last + 1
        while low > max(0, other.first - REACH) and not there[low].opens:
            low -= 1
        while high < min(len(there), other.last + 1 + REACH) and not there[high].opens:
            high += 1
        beside = there[low:high]
        if mine and any(word.stem == thing.stem for word in beside):
            return ""
        if mine:
            own.append(other)
        owned = None if mine else _owned(there, other) or _before(there, other)
        if owned is not None and owned.stem == thing.stem and source.cites(owned.start, owned.end):
            rivals.append(other)
    said = {key for other in names_of(sentence) for key in other.keys}
    rivals = [
        other
        for other in rivals
        if not set(other.keys) & said
        and may_stand_for(found, name, there, other, owners=False, bynames=False)
        # "Arle, N.Y., police" are the police of both.
        and not any(in_one_list(there, other, one) for one in own)
    ]
    return f'"{name.text}" is put where the source says "{rivals[0].text}"' if rivals else ""


def _owned(found: Sequence[Word], name: Name) -> Word | None:
    """The thing that a name in the possessive has: the "coach" of "Harbour's coach"."""
    if not found[name.last].text.endswith(("'s", "’s", "s’", "s'")):
        return None
    return _before(found, name)


def _before(found: Sequence[Word], name: Name) -> Word | None:
    """The thing that a name without an ending stands before: "the Granger government"."""
    following = found[name.last + 1 : name.last + 2]
    plain = bool(following) and following[0].kind == "word" and not following[0].capital
    return following[0] if plain and following[0].content else None


def wrong_slot(sentence: str, source: Source, name: Name) -> str:
    """Why a name stands in another's place: the words around it are those around that one.

    Two content words of each side count, or the nearest of both.
    """
    every, here = _things_of(source.passage), _things_of(sentence)
    said = {key for other in here for key in other.keys}
    own = set(name.keys)
    if not any(own & set(other.keys) for other in every):
        return ""
    found, there = words_of(sentence), words_of(source.passage)
    mine = _slot(found, name)
    rivals: list[tuple[Name, frozenset[int]]] = []
    sides: frozenset[int] = frozenset()
    for other, slot in zip(every, _slots(source.passage), strict=True):
        alike = _same_sides(mine, slot)
        if not alike:
            continue
        keys = set(other.keys)
        if own & keys and (own <= keys or keys <= own or len(keys) < 2):
            sides |= alike
            continue
        follows = there[other.last + 1].low if other.last + 1 < len(there) else ""
        listed = follows in ("and", "or", ",") and any(
            own & set(one.keys) and 0 < one.first - other.last < REACH + 2 for one in every
        )
        listed = listed or any(
            in_one_list(there, other, one) for one in every if own & set(one.keys)
        )
        # "Worked in Kraków and, from 1912, in Paris": both stand there.
        away = not said & (keys - own)
        fits = away and not listed and may_stand_for(found, name, there, other)
        if 1 not in alike:
            # "Overruled the Ohm case" and "overruled a Supreme Court case, Ohm"
            fits = fits and attributive(found, name) == attributive(there, other)
            # "The school where Ada taught" and "the school in Skelby"
            fits = fits and _link(found, name) == _link(there, other)
        # "The Lund-led pact" is not Lund.
        fits = fits and follows != "-"
        if fits and source.cites(other.start, other.end):
            rivals.append((other, alike))
    for other, alike in rivals:
        # "Captain Lund was the first" where he is "Captain Lund", and another "was the first".
        if not alike & sides:
            return f'"{name.text}" is put where the source says "{other.text}"'
    return ""


@lru_cache(maxsize=64)
def _slots(text: str) -> list[Slot]:
    found = words_of(text)
    return [_slot(found, name) for name in _things_of(text)]


def _things_of(text: str) -> tuple[Name, ...]:
    """Names of a text, then those that have figures in them."""
    return (*names_of(text), *codes_of(text))


def _slot(found: Sequence[Word], name: Name) -> Slot:
    """The stems of the two content words before a name, the nearest first, and of those after."""
    sides: list[list[str]] = []
    for step, first in ((-1, name.first - 1), (1, name.last + 1)):
        place = first
        stems: list[str] = []
        if step > 0:
            place = after_bracket(found, place)
        while 0 <= place < len(found) and len(stems) < 2:
            word = found[place]
            if word.text in ".;:!?()" or (step > 0 and word.opens):
                break
            if word.text == "," and step < 0:
                # "A notice of dismissal, Lund said": what is before belongs to another.
                break
            if word.content and word.low not in HONORIFICS:
                stems.append(word.stem)
            if step < 0 and word.opens:
                break
            place += step
        sides.append(stems)
    return sides[0], sides[1]


def _link(found: Sequence[Word], name: Name) -> str:
    """The small word right before a name and its article, "" where it has none."""
    at = name.first - 1
    while at >= 0 and (found[at].low in ("the", "a", "an", *HONORIFICS) or found[at].text == "."):
        at -= 1
    plain = at >= 0 and found[at].kind == "word" and not found[at].content
    return found[at].low if plain else ""


def after_bracket(found: Sequence[Word], place: int) -> int:
    """The place behind a short form in brackets that follows a name: "Lumen Corp (LMN) closed"."""
    if place + 2 < len(found) and found[place].text == "(" and found[place + 2].text == ")":
        return place + 3
    return place


def _same_sides(one: Slot, two: Slot) -> frozenset[int]:
    """The sides on which two slots are alike: before (0), after (1); none where neither is."""
    same = [len(mine) == 2 and mine == theirs for mine, theirs in zip(one, two, strict=True)]
    if any(same):
        return frozenset(side for side in (0, 1) if same[side])
    both = all(
        mine and theirs and mine[0] == theirs[0] for mine, theirs in zip(one, two, strict=True)
    )
    return frozenset({0, 1}) if both else frozenset()


def wrong_office(sentence: str, source: Source) -> tuple[Word, str] | None:
    """Why "the foreign minister" is not what the source says: it has "the defence minister" there.

    With the word that is wrong; None where the source tells of that field anywhere.
    """
    mine, theirs = _fields(words_of(sentence)), _fields(source.words)
    said = {_FIELDS[word.low] for word, _ in mine}
    told = {_FIELDS.get(word.low) for word in words_of(source.passage)}
    for word, office in mine:
        others = [
            other for other, held in theirs if held == office and _FIELDS[other.low] not in said
        ]
        if _FIELDS[word.low] not in told and len({other.low for other in others}) == 1:
            return word, f'"{word.text}" is not in the source, which says "{others[0].text}"'
    return None


def _fields(found: Sequence[Word]) -> list[tuple[Word, str]]:
    """Each field of an office with the office: ("defence", "minister")."""
    return [
        (one, _OFFICES[two.low])
        for one, two in pairwise(found)
        if one.low in _FIELDS and two.low in _OFFICES
    ]


def wrong_way(sentence: str, source: Source, name: Name) -> str:
    """Why "from A" is not what the source says: it has "to A" and "from B"."""
    found = words_of(sentence)
    way = _way(found, name)
    if way is None or any(
        word.low in ("not", "rather", "instead", "than")
        for word in found[max(0, name.first - 4) : name.first]
    ):
        return ""
    theirs = [
        (other, _way(words_of(source.passage), other))
        for other in names_of(source.passage)
        if source.cites(other.start, other.end)
    ]
    mine = [other for other, how in theirs if set(name.keys) & set(other.keys) and how]
    ways = {how for other, how in theirs if other in mine}
    rival = [other for other, how in theirs if how == way and not set(name.keys) & set(other.keys)]
    if ways and way not in ways and rival:
        return f'"{way} {name.text}": the source says "{way} {rival[0].text}"'
    return ""


def _way(found: Sequence[Word], name: Name) -> str | None:
    """The "from" or "to" right before a name, or before the one word in front of it."""
    for place in (name.first - 1, name.first - 2):
        if place >= 0 and found[place].low in _WAYS:
            return found[place].low
    return None

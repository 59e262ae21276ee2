"""The names that are plainly the subject of a verb.

A subject counts only where it is plain: right before its verb, before an aside, before a "who", or
as the one whose other deed went before ("A sold it and left"). Any other verb is nobody's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.particulars.names import Name
from rag.particulars.rivals import in_possessive
from rag.particulars.speaking import SPEAKING
from rag.particulars.words import Word, is_irregular

_BE = frozenset("is are was were been being be".split())
_HAVE = frozenset("has have had having did does do".split())
_MODALS = frozenset("may might will would could should must can".split())
_BETWEEN = frozenset(
    "also then later now once never not first still soon just already since ever both all then "
    "again previously".split()
)
_RELATIVE = frozenset("who which that".split())
PREPOSITIONS = frozenset(
    "of in at by for with from to on near against under over into about after before since until "
    "than like between among via around during without including".split()
)
_ARTICLES = frozenset("the a an his her its their this that".split())
# A verb with its "not", and an aside between commas, are no longer.
MOST_BETWEEN, MOST_ASIDE = 4, 18
# How far a sentence is followed from a name on to the verbs that may be its own.
AHEAD = 24


@dataclass(frozen=True, slots=True)
class Subject:
    """The names that do something; `head` is the noun that one is told of: "banks of Oslo"."""

    names: tuple[Name, ...]
    head: str = ""

    @property
    def keys(self) -> set[str]:
        """The words of all the names, as they are compared."""
        return {key for name in self.names for key in name.keys}


def subject_of(found: Sequence[Word], names: Sequence[Name], place: int) -> Subject | None:
    """The names that are plainly the subject of the verb at a place; None where that is unsure."""
    at = _before_verb(found, place)
    if at < 0:
        return None
    ending = {name.last: name for name in names}
    if at in ending and not in_possessive(found, ending[at]):
        return _named_subject(found, names, ending[at])
    word = found[at]
    if word.low == "to" and at > 0:
        # "Berg was chosen to run it", "chose Berg to run it"
        if at - 1 in ending:
            return _named_subject(found, names, ending[at - 1], apart=True)
        return subject_of(found, names, at - 1) if acts(found, at - 1) else None
    if word.content and word.kind == "word" and at - 1 in ending:
        # "Tolley's force relieved the town", "The Rook family sold it"
        return Subject((ending[at - 1],), word.stem)
    if word.low in _RELATIVE:
        # "Ada Berg, who sold it", but not "the firm of Ada Berg that sold it".
        before = at - 2 if found[at - 1].text == "," else at - 1
        name = ending.get(before)
        plain = name is not None and not in_possessive(found, name)
        # Of "the head of Lund, who" and "a friend of Lund who" either may be meant.
        plain = plain and name is not None and found[name.first - 1].low not in PREPOSITIONS
        return _named_subject(found, names, name, apart=True) if name and plain else None
    if word.text == ",":
        return _before_aside(found, names, at)
    if word.low in ("and", "but") and found[at - 1].text != ",":
        for earlier in range(at - 1, max(-1, at - AHEAD), -1):
            if found[earlier].text in ".;:" or found[earlier].low in ("and", "but", "while"):
                break
            if acts(found, earlier):
                return subject_of(found, names, earlier)
    return None


def _before_verb(found: Sequence[Word], place: int) -> int:
    """The place before a verb and all that belongs to it: "has never", "will not"."""
    at = place - 1
    while at >= 0 and at >= place - MOST_BETWEEN:
        word = found[at]
        low = word.low
        helps = low in _BE or low in _HAVE or low in _MODALS or low in _BETWEEN
        if not (helps or (low.endswith("ly") and not word.capital) or word.text in "“”\"'"):
            break
        at -= 1
    return at


def _named_subject(
    found: Sequence[Word], names: Sequence[Name], name: Name, *, apart: bool = False
) -> Subject | None:
    """The subject that ends in a name, with those that an "and" joins to it.

    None for one that may belong to what stands before it: "the firm that hired Ada Berg sold it".
    With `apart` it is told by itself, after a comma, whatever it belongs to.
    """
    together = [name]
    for other in reversed([one for one in names if one.last < name.first]):
        between = [word.low for word in found[other.last + 1 : together[-1].first]]
        if between not in (["and"], [","]) or in_possessive(found, other):
            break
        together.append(other)
    if len(together) > 1 and "and" not in {
        found[one.last + 1].low for one in together if one.last + 1 < len(found)
    }:
        # "In Oslo, Berg said"
        together = together[:1]
    first = together[-1].first
    before = first - 1
    while before >= 0 and (
        found[before].low in _ARTICLES or (found[before].content and not found[before].capital)
    ):
        if found[before].kind != "word" or found[before].low in PREPOSITIONS or first - before > 3:
            break
        before -= 1
    direct = first - 1 >= 0 and found[first - 1].low in ("the", *PREPOSITIONS)
    # "The Kingdom of Lund" is a name as a whole.
    whole = before > 0 and found[before].low == "of" and found[before - 1].capital
    governed = before >= 0 and found[before].low in PREPOSITIONS and not whole
    if governed and (direct or before == first - 1):
        head = "" if apart else _head(found, before)
        return Subject(tuple(together), head) if head or apart else None
    return Subject(tuple(together))


def _head(found: Sequence[Word], place: int) -> str:
    """The noun that a "of the island of" before a name belongs to: "numbers"."""
    head = ""
    at = place
    while at > 0 and found[at].low in PREPOSITIONS:
        noun = found[at - 1]
        if not noun.content or noun.kind != "word":
            break
        head = noun.stem
        at -= 2
        steps = 0
        while at > 0 and steps < 3 and (found[at].content or found[at].low in _ARTICLES):
            if found[at].low in PREPOSITIONS or found[at].kind != "word":
                break
            at -= 1
            steps += 1
    return head


def _before_aside(found: Sequence[Word], names: Sequence[Name], at: int) -> Subject | None:
    """The name before an aside that ends at a comma, or the one that the aside is."""
    ending = {name.last: name for name in names}
    starting = {name.first for name in names}
    name = ending.get(at - 1)
    if name is not None and found[name.first - 1].text == "," and name.first > 1:
        # "His employer, Castle Print, must pay"
        earlier = ending.get(name.first - 2)
        return Subject((name,)) if earlier is None else None
    for place in range(at - 1, max(0, at - MOST_ASIDE), -1):
        if found[place].text in ".;:":
            break
        if found[place].text != "," or place - 1 not in ending:
            continue
        opening = found[place + 1]
        if place + 1 in starting and not opening.opens:
            continue
        name = ending[place - 1]
        return None if in_possessive(found, name) else _named_subject(found, names, name)
    return None


def acts(found: Sequence[Word], place: int) -> bool:
    """Whether the word at a place may be a verb told of somebody. Saying is checked apart."""
    word = found[place]
    before = found[place - 1] if place else None
    if word.kind != "word" or word.capital or not word.content or word.stem in SPEAKING:
        return False
    if word.stem in ("man", "woman", "child", "foot") or (before and before.text in "-–"):
        return False
    if place + 1 < len(found) and found[place + 1].text == ":":
        # As in "Countries deployed:", which tells of nobody.
        return False
    # "Had been expected to win" does not say who won.
    modal = before is not None and before.low in _MODALS
    return modal or word.low.endswith("ed") or is_irregular(word.low)


def is_passive(found: Sequence[Word], place: int) -> bool:
    """Whether a verb is told of what is done to its subject."""
    if place + 1 < len(found) and found[place + 1].low == "by":
        return True
    before = place - 1
    while before > 0 and (found[before].low.endswith("ly") or found[before].low in _BETWEEN):
        before -= 1
    return before >= 0 and found[before].low in _BE

"""A word that denies or weakens, and the words of its clause that it reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.particulars.words import Word, ends_clause, stem_of

Force = Literal["possible", "intended", "alleged"]


def stem_set(words: str) -> frozenset[str]:
    """The stems of the words of a line."""
    return frozenset(stem_of(word) for word in words.split())


AUXILIARY = frozenset(
    """
    not never be is are was were been being am do does did done have has had having will would
    shall should can could may might must to a an the any yet also ever even very so still of
    that it he she they there this these his her its their in on at by for with from as all both
    either most very quite rather whether how or nor
    """.split()
)
MODALS = frozenset("should would will may might must could can shall".split())
# Verbs that say little of what is denied or expected: what follows them does.
LIGHT = stem_set(
    "plan intend expect want try begin start continue seek hope manage able come "
    "say get go make take give find go be use face aware"
)
_ASKED = stem_set(
    "say tell answer disclose reveal comment specify clarify explain confirm know elaborate discuss"
)
_ASKING = frozenset("whether if how what why who when where which".split())
_WANTING = stem_set("want seek hope expect intend plan try face")
SAYING = stem_set(
    "say tell accord report deny testify state describe call insist argue add "
    "according dispute reject maintain assert write"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that denies or weakens, and the content stems it reaches, nearest first.

    `force` is empty for a denial. `whole` says that it denies the verb before it as well ("found
    no evidence"), so that `focus` holds words of both sides. `double` is a "not" before a word
    that denies by itself ("did not rule out"), which alone is its focus.
    """

    text: str
    start: int
    end: int
    focus: tuple[str, ...]
    force: Force | Literal[""] = ""
    stem: str = ""
    whole: bool = False
    places: tuple[int, ...] = ()
    double: bool = False


def cue_at(found: Sequence[Word], place: int, force: Force | Literal[""], size: int = 4) -> Cue:
    """The cue that stands at a place, with what it reaches after it."""
    word = found[place]
    places = reach(found, place + 1, size)
    stems = stems_at(found, places)
    if places and found[places[0]].stem in _WANTING:
        after = found[places[0] + 1].low if places[0] + 1 < len(found) else ""
        if after in ("the", "a", "an", "his", "her", "its", "their"):
            # "Did not want the tower": the tower is not what is denied.
            stems = tuple(found[place].stem for place in places)
    return Cue(word.text, word.start, word.end, stems, force, word.stem, places=places)


def stems_at(found: Sequence[Word], places: Sequence[int]) -> tuple[str, ...]:
    """The stems at some places; "intend" and "begin" only where nothing else is reached."""
    stems = tuple(found[place].stem for place in places)
    return tuple(stem for stem in stems if stem not in LIGHT) or stems


def reach(found: Sequence[Word], place: int, size: int = 4) -> tuple[int, ...]:
    """The content words from a place on, up to where the clause ends."""
    reached: list[int] = []
    for index in range(place, min(place + 14, len(found))):
        word = found[index]
        # "Not because of the price" denies the price, "not as a service" the service.
        opens = word.low in ("and", "because") or (
            word.low == "as" and found[place - 1].low == "not"
        )
        if ends_clause(word) and not (opens and index == place):
            break
        if reached and (word.low in MODALS or word.low == "without"):
            break
        if word.stem in _ASKED and index + 1 < len(found) and found[index + 1].low in _ASKING:
            # "Declined to say whether" denies the saying.
            reached.append(index)
            break
        empty = not word.content and word.low != "over"
        if empty or word.low in AUXILIARY or ends_clause(word) or manner(word):
            continue
        reached.append(index)
        if len(reached) == size:
            break
    return tuple(reached)


def manner(word: Word) -> bool:
    """Whether a word tells how or how often: "publicly". An ending serves, "reply" apart."""
    long = len(word.low) > 5 or word.low in ("fully", "truly", "badly")
    return long and word.low.endswith("ly") and not word.low.endswith("ply")


def reach_back(found: Sequence[Word], place: int, size: int = 2) -> tuple[int, ...]:
    """The content words before a place, back to where the clause begins, nearest first."""
    reached: list[int] = []
    for index in range(place - 1, max(-1, place - 10), -1):
        word = found[index]
        if ends_clause(word) or word.low == "that":
            break
        if word.kind == "mark" or word.low in AUXILIARY:
            continue
        reached.append(index)
        if len(reached) == size:
            break
    return tuple(reached)

"""What a text denies and what it only holds possible: cues of both, and the words they reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.particulars.words import Word, ends_clause, stem_of, words_of

Force = Literal["possible", "intended", "alleged"]


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in words.split())


# Words that turn what follows into its opposite. These make a check; the weak ones only meet one.
_NOT = frozenset("not never cannot without nor neither unable n't unaware hardly scarcely".split())
_NONE = frozenset("no none nobody nothing neither nowhere".split())
# "Rejected the claim" is not among them: the claim may be told of without its rejection.
_VERBS = _stems("fail deny refuse decline lack")
_WEAK = _stems(
    """reject dismiss dispute refute too
    avoid prevent stop halt absence contradict except exclude against instead rather ban bar
    forbid prohibit withhold miss barely free overturn withdraw drop abandon oppose contest rule
    short object otherwise turn resist cancel block quash discontinue reluctant impossible zero
    rarely seldom unlikely unclear unchanged unknown not-yet yet only until remain still stay keep
    continue devoid far negative lose disprove disagree reverse abstain spare escape"""
)
# "No longer than", "not only", "no fewer than": no denial.
_NO_DENIAL = frozenset("only least matter doubt wonder".split())
_COMPARED = frozenset("longer fewer less more later earlier smaller sooner higher lower".split())
_AUXILIARY = frozenset(
    """
    not never be is are was were been being am do does did done have has had having will would
    shall should can could may might must to a an the any yet also ever even very so still of
    that it he she they there this these his her its their in on at by for with from as all both
    either
    """.split()
)
_MODALS = frozenset("should would will may might must could can shall".split())
_BE = frozenset("is are was were been be being".split())
_UN = ("un", "non", "dis", "mis")
_IN = _stems(
    "inaccurate incorrect incomplete impossible improper inadequate insufficient invalid inactive "
    "ineffective illegal irregular irrelevant inconsistent independent infrequent insecure indirect"
)

_POSSIBLE = frozenset(
    "may might could possibly perhaps probably likely potentially possible "
    "unlikely apparently seemingly presumably".split()
)
_POSSIBLE_VERBS = _stems(
    "expect believe think suspect appear seem suggest forecast predict estimate "
    "fear anticipate potential probable"
)
_INTENDED = _stems(
    "plan intend aim threaten propose seek hope want vow promise pledge offer try attempt "
    "wish proposal intention threat"
)
_ALLEGED_VERBS = _stems(
    "allege claim accuse suspect rumour rumor charge purport allegation accusation suspicion"
)
_ALLEGED = frozenset("reportedly allegedly purportedly supposedly apparently".split())
# What a sentence may have instead, beside the cues themselves.
_SOFT = _POSSIBLE | frozenset(
    "if unless can would should risk chance prospect eventual reportedly allegedly purportedly "
    "supposedly whether pending future candidate".split()
)
_SOFT_STEMS = (
    _POSSIBLE_VERBS
    | _INTENDED
    | _ALLEGED_VERBS
    | _stems(
        "warn project danger possibility deny dispute call ask urge advise recommend "
        "prepare schedule due ready draft set await invite request agree demand order tell "
        "should must need ought mean design want keen would intent caution doubt question "
        "hypothesis indicate imply hint propose proposed prediction expectation "
        "consideration outlook guidance forecast projection target"
    )
)
# "Will" for these is no more than the source says; for the others it is.
_SETTLED = _stems("plan intend aim promise pledge vow agree schedule set propose")
# Verbs that say little of what is denied or expected: what follows them does.
_LIGHT = _stems(
    "plan intend expect want try begin start continue seek hope manage able come "
    "say get go make take give find go be use face"
)
# What was proposed and then decided is no mere proposal any more.
_DECIDED = _stems("approve carry pass adopt agree accept")
_SAYING = _stems(
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


@lru_cache(maxsize=256)
def denials_of(text: str) -> tuple[Cue, ...]:
    """The denials of a text in order, quotations included."""
    found = words_of(text)
    cues: list[Cue] = []
    doubled = -1
    for place, word in enumerate(found):
        if word.kind != "word" or place == doubled:
            continue
        cue = _denial(found, place)
        if cue is None:
            continue
        at = cue.places[0] if cue.places and not cue.whole else -1
        if at >= 0 and (found[at].stem in _VERBS or found[at].stem == "rul"):
            doubled = at
            cue = Cue(cue.text, cue.start, cue.end, (found[at].stem,), stem=cue.stem, double=True)
        cues.append(cue)
    return tuple(cues)


def _denial(found: Sequence[Word], place: int) -> Cue | None:
    word = found[place]
    following = found[place + 1].low if place + 1 < len(found) else ""
    negative = word.low in _NOT or word.low.endswith("n't")
    none = word.low in _NONE
    third = found[place + 2].low if place + 2 < len(found) else ""
    compared = following in _COMPARED and third == "than"
    if (negative or none) and (following in _NO_DENIAL or compared):
        return None
    if negative and not none:
        return _cue(found, place, "")
    if none:
        before = _reach_back(found, place)
        after = _reach(found, place + 1)
        places = (*after, *before)
        return Cue(
            word.text,
            word.start,
            word.end,
            _stems_at(found, places),
            stem=word.stem,
            whole=True,
            places=places,
        )
    if word.stem in _VERBS:
        # "Declined 3 per cent" is no refusal, "the failed bank" denies nothing.
        if word.stem in ("declin", "fail") and following != "to":
            return None
        if word.stem == "lack" and place and found[place - 1].low in ("the", "a", "no"):
            return _cue(found, place, "")
        return _cue(found, place, "")
    if word.stem == "rul" and following == "out":
        return _cue(found, place + 1, "")
    return None


def _cue(found: Sequence[Word], place: int, force: Force | Literal[""], size: int = 4) -> Cue:
    word = found[place]
    places = _reach(found, place + 1, size)
    return Cue(
        word.text, word.start, word.end, _stems_at(found, places), force, word.stem, places=places
    )


def _stems_at(found: Sequence[Word], places: Sequence[int]) -> tuple[str, ...]:
    """The stems at some places; "intend" and "begin" only where nothing else is reached."""
    stems = tuple(found[place].stem for place in places)
    return tuple(stem for stem in stems if stem not in _LIGHT) or stems


def _reach(found: Sequence[Word], place: int, size: int = 4) -> tuple[int, ...]:
    """The content words from a place on, up to where the clause ends."""
    reached: list[int] = []
    for index in range(place, min(place + 14, len(found))):
        word = found[index]
        if ends_clause(word) and not (word.low == "and" and not reached):
            break
        if reached and word.low in _MODALS:
            break
        if word.kind == "mark" or word.low in _AUXILIARY or _manner(word):
            continue
        reached.append(index)
        if len(reached) == size:
            break
    return tuple(reached)


def _manner(word: Word) -> bool:
    """Whether a word tells how or how often: "publicly". An ending serves, "reply" apart."""
    return len(word.low) > 5 and word.low.endswith("ly") and not word.low.endswith("ply")


def _reach_back(found: Sequence[Word], place: int, size: int = 2) -> tuple[int, ...]:
    """The content words before a place, back to where the clause begins, nearest first."""
    reached: list[int] = []
    for index in range(place - 1, max(-1, place - 10), -1):
        word = found[index]
        if ends_clause(word) or word.low == "that":
            break
        if word.kind == "mark" or word.low in _AUXILIARY:
            continue
        reached.append(index)
        if len(reached) == size:
            break
    return tuple(reached)


def denies_weakly(word: Word) -> bool:
    """Whether a word can stand for a denial without being one: "avoid", "against"."""
    if word.capital and not word.opens:
        return False
    return word.stem in _WEAK or (word.low.startswith(("un", "non")) and len(word.low) > 5)


def is_denial(word: Word) -> bool:
    """Whether a word denies, by itself."""
    return word.low in _NOT or word.low in _NONE or word.low.endswith("n't") or word.stem in _VERBS


def negative_of(word: Word) -> str | None:
    """The stem that a word denies by its first letters: "unknown" → that of "known"."""
    for prefix in _UN:
        rest = word.low.removeprefix(prefix)
        if rest != word.low and len(rest) >= 4:
            return stem_of(rest)
    if word.stem in _IN:
        return stem_of(word.low[2:])
    return None


@lru_cache(maxsize=256)
def hedges_of(text: str) -> tuple[Cue, ...]:
    """What a text holds only possible, intended or alleged, in order."""
    found = words_of(text)
    cues: list[Cue] = []
    for place, word in enumerate(found):
        if word.kind == "word":
            cue = _hedge(found, place)
            if cue is not None:
                cues.append(cue)
    return tuple(cues)


def _hedge(found: Sequence[Word], place: int) -> Cue | None:
    word = found[place]
    following = found[place + 1].low if place + 1 < len(found) else ""
    before = found[place - 1].low if place else ""
    if word.low == "may" and word.capital and not word.opens:
        return None
    hearsay = before in _BE and following == "to" and word.low in ("said", "reported", "understood")
    if word.low in _ALLEGED or hearsay:
        return _both(found, place, "alleged")
    if word.low in _POSSIBLE:
        if word.low in ("likely", "possible", "unlikely", "probably", "possibly", "perhaps"):
            return _both(found, place, "possible")
        return _cue(found, place, "possible")
    passive = before in _BE
    if word.stem in _ALLEGED_VERBS:
        if (word.stem == "claim" and following == "to") or (word.stem == "charg" and not passive):
            return _cue(found, place, "alleged", 8) if word.stem == "claim" else None
        return _both(found, place, "alleged") if passive else _cue(found, place, "alleged", 8)
    if word.stem in _POSSIBLE_VERBS:
        if word.stem in ("estimat",) or (
            word.stem in ("suggest", "think", "believ", "expect") and following == "that"
        ):
            return None if word.stem == "estimat" else _cue(found, place, "possible", 6)
        return _both(found, place, "possible") if passive else _cue(found, place, "possible")
    if word.stem == "agre" and following == "to":
        return _cue(found, place, "intended")
    if word.low == "considering" or (word.stem == "consider" and following.endswith("ing")):
        return _cue(found, place, "intended")
    if word.stem in _INTENDED and before != "-":
        return _both(found, place, "intended") if passive else _cue(found, place, "intended")
    if (
        passive
        and word.low in ("due", "set", "scheduled", "planned")
        and following in ("to", "for")
    ):
        return _both(found, place, "intended")
    if word.low in ("will", "would"):
        return _cue(found, place, "intended")
    return None


def _both(found: Sequence[Word], place: int, force: Force) -> Cue:
    """A cue that reaches what stands before it as well: "a round is planned for April"."""
    word = found[place]
    after, before = _reach(found, place + 1), _reach_back(found, place)
    places = (*after, *before)
    return Cue(
        word.text,
        word.start,
        word.end,
        _stems_at(found, places),
        force,
        word.stem,
        whole=True,
        places=places,
    )


def softens(word: Word, before: str, cue: Cue) -> bool:
    """Whether a word of a sentence, after `before`, keeps what a cue of the source says."""
    if cue.stem == "propos" and word.stem in _DECIDED:
        return True
    if (word.low == "may" and word.capital and not word.opens) or word.stem in cue.focus:
        return False
    if word.low == "reported":
        return before in ("is", "are", "was", "were", "been")
    if word.low in _SOFT or word.stem in _SOFT_STEMS:
        return True
    if cue.force == "alleged":
        return word.stem in _SAYING
    if cue.force == "intended":
        if word.low == "to" and before not in ("is", "are", "was", "were", "be", "due", "set"):
            return False
        return word.low in ("will", "would", "to", "shall") and (
            cue.stem in _SETTLED
            or cue.text.casefold() in ("will", "would", "due", "set", "scheduled")
        )
    return False


_TURNS = _stems(
    "reject dismiss dispute refute "
    "too avoid prevent halt absence except exclude against ban bar forbid prohibit withhold miss "
    "overturn withdraw abandon cancel block quash impossible unlikely stop disprove instead "
    "rather"
)


def turns(word: Word) -> bool:
    """Whether a word of a source may be what a sentence says with a "not": "prevented"."""
    return word.stem in _TURNS

"""What a text holds only possible, intended or alleged: cues and the words they reach."""

from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.cues import (
    SAYING,
    Cue,
    Force,
    cue_at,
    reach,
    reach_back,
    stem_set,
    stems_at,
)
from rag.particulars.words import Word, words_of

_TIMES = stem_set("day week fortnight month year time")
_BE = frozenset("is are was were been be being".split())
# Before these "due to" tells what is coming, before anything else why something is so.
_DUE_TO = frozenset(
    """be start begin open end close appear meet stand go expire report return arrive leave vote
    speak take hold come launch face play run retire publish release finish complete land visit
    testify sign resume rise fall join move receive make give become follow reopen host deliver
    undergo""".split()
)
_POSSIBLE = frozenset(
    "may might could possibly perhaps probably likely potentially possible "
    "unlikely apparently seemingly presumably likeliest".split()
)
_POSSIBLE_VERBS = stem_set(
    "expect believe think suspect appear seem suggest forecast predict estimate "
    "fear anticipate potential probable"
)
_INTENDED = stem_set(
    "plan intend aim threaten propose seek hope want vow promise pledge offer try attempt "
    "wish proposal intention threat undertook"
)
_ALLEGED_VERBS = stem_set(
    "allege claim accuse suspect rumour rumor charge purport allegation accusation suspicion"
)
_ALLEGED = frozenset("reportedly allegedly purportedly supposedly apparently".split())
# What a sentence may have instead, beside the cues themselves.
_SOFT = _POSSIBLE | frozenset(
    "if unless can would should risk chance prospect eventual reportedly allegedly purportedly "
    "supposedly whether pending future candidate running".split()
)
_SOFT_STEMS = (
    _POSSIBLE_VERBS
    | _INTENDED
    | _ALLEGED_VERBS
    | stem_set(
        "warn project danger possibility deny dispute call ask urge advise recommend "
        "prepare schedule due ready draft set await invite request agree demand order tell "
        "should must need ought mean design want keen would intent caution doubt question "
        "hypothesis indicate imply hint propose proposed prediction expectation "
        "consideration outlook guidance forecast projection target bid campaign candidacy apply"
    )
)
# "Will" for these is no more than the source says; for the others it is.
_SETTLED = stem_set("plan intend aim promise pledge vow agree schedule set propose")
# What was proposed and then decided is no mere proposal any more.
_DECIDED = stem_set("approve carry pass adopt agree accept")


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
        if word.low not in ("may", "might", "could", "potentially"):
            return _both(found, place, "possible")
        return cue_at(found, place, "possible")
    passive = before in _BE
    if word.low in ("charge", "charges") and following == "of":
        return cue_at(found, place, "alleged", 8)
    if word.stem in _ALLEGED_VERBS:
        if (word.stem == "claim" and following == "to") or (word.stem == "charg" and not passive):
            return cue_at(found, place, "alleged", 8) if word.stem == "claim" else None
        return _both(found, place, "alleged") if passive else cue_at(found, place, "alleged", 8)
    if word.stem in ("appear", "seem") and following not in ("to", "that", "as", "likely"):
        return None
    if word.stem in _POSSIBLE_VERBS:
        if word.stem in ("estimat",) or (
            word.stem in ("suggest", "think", "believ", "expect") and following == "that"
        ):
            return None if word.stem == "estimat" else cue_at(found, place, "possible", 6)
        return _both(found, place, "possible") if passive else cue_at(found, place, "possible")
    if word.stem == "agre" and following == "to":
        return cue_at(found, place, "intended")
    if word.low == "considering" or (word.stem == "consider" and following.endswith("ing")):
        return cue_at(found, place, "intended")
    if word.stem in _INTENDED and before != "-":
        return _both(found, place, "intended") if passive else cue_at(found, place, "intended")
    if word.low in ("due", "set", "scheduled", "planned", "slated") and following in ("to", "for"):
        third = found[place + 2].low if place + 2 < len(found) else ""
        # "Due to high temperatures" tells why.
        cause = word.low == "due" and following == "to" and third not in _DUE_TO
        if not cause and (passive or (following == "to" and word.low != "set")):
            return _both(found, place, "intended")
    timed = word.low == "to" and place > 1 and found[place - 1].stem in _TIMES
    if timed and {other.low for other in found[max(0, place - 5) : place]} & {"has", "have"}:
        # "Has two months to appeal"
        return cue_at(found, place, "intended")
    if word.low in ("will", "would", "should", "must"):
        return cue_at(found, place, "intended")
    if word.low in ("has", "have") and following == "to" and place + 2 < len(found):
        return cue_at(found, place, "intended")
    return None


def _both(found: Sequence[Word], place: int, force: Force) -> Cue:
    """A cue that reaches what stands before it as well: "a round is planned for April"."""
    word = found[place]
    after, before = reach(found, place + 1), reach_back(found, place)
    places = (*after, *before)
    return Cue(
        word.text,
        word.start,
        word.end,
        stems_at(found, places),
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
    if word.low == "to" and before in ("have", "has", "had"):
        return cue.text.casefold() in ("must", "has", "have", "should")
    if cue.force == "alleged":
        return word.stem in SAYING
    if cue.force == "intended":
        if word.low == "to" and before not in ("is", "are", "was", "were", "be", "due", "set"):
            return False
        return word.low in ("will", "would", "to", "shall") and (
            cue.stem in _SETTLED
            or cue.text.casefold()
            in ("will", "would", "should", "must", "has", "have", "due", "set", "scheduled")
        )
    return False

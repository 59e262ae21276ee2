"""What a text holds only possible, intended or alleged: cues and the words they reach."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.particulars.cues import (
    MODALS,
    SAYING,
    Cue,
    Force,
    cue_at,
    manner,
    reach,
    reach_back,
    stem_set,
    stems_at,
)
from rag.particulars.words import Word, ends_clause, words_of

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
_BEFORE_NOUN = frozenset("a an the any some about of for as its his her their and other".split())
_DETERMINERS = frozenset("a an the its his her their our this that".split())
_FINITE = MODALS | _BE | frozenset("has have had did does do".split())
_UNSURE = stem_set("know unknown unclear unsure uncertain wonder doubt")
_QUOTES = frozenset("\"“”'‘’")
_POSSIBLE_VERBS = stem_set(
    "expect believe think suspect appear seem suggest forecast predict estimate "
    "fear anticipate potential probable postulate speculate conjecture"
)
_INTENDED = stem_set(
    "plan intend aim threaten propose seek hope want vow promise pledge offer try attempt "
    "wish proposal intention threat undertook"
)
_ALLEGED_VERBS = stem_set(
    "allege claim accuse suspect rumour rumor charge purport allegation accusation suspicion"
)
_ALLEGED = frozenset("reportedly allegedly purportedly supposedly apparently".split())
_WEIGHING = frozenset("considering weighing mulling exploring contemplating pondering".split())
_LEGENDS = frozenset("legend legends tradition folklore rumour rumours rumor rumors myth".split())
# What a sentence may have instead, beside the cues themselves.
_SOFT = _POSSIBLE | frozenset(
    "if unless can cannot would should risk chance prospect eventual reportedly allegedly "
    "purportedly supposedly whether pending future candidate running".split()
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
        "consideration outlook guidance forecast projection target bid campaign candidacy apply "
        "judge deem regard reckon assess"
    )
)
# What depends on something is not told of by hearsay.
_IFS = frozenset("if unless can should pending future eventual running".split())
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
        return (_both if hearsay else _of_what_follows)(found, place, "alleged")
    if word.low in _POSSIBLE:
        if word.low in ("may", "might", "could", "potentially"):
            return cue_at(found, place, "possible")
        if word.low in ("possible", "likely") and before in _BEFORE_NOUN:
            # "Is a likely cause" is about what is called so.
            called = place > 1 and found[place - 2].low in _BE
            return (_both if called else _of_noun)(found, place, "possible")
        if manner(word):
            return _of_what_follows(found, place, "possible")
        return _both(found, place, "possible")
    if word.low in _LEGENDS and place > 1 and found[place - 2].low == "according":
        places = reach(found, place + (2 if following == "," else 1), 6)
        stems = stems_at(found, places)
        return Cue(word.text, word.start, word.end, stems, "alleged", word.stem, places=places)
    if (
        word.low == "whether"
        and {other.stem for other in found[max(0, place - 4) : place]} & _UNSURE
    ):
        # "It is not known whether": of what is asked two words must be told.
        asked = tuple(at for at in reach(found, place + 1, 6) if not found[at].capital)
        stems = stems_at(found, asked)
        return replace(cue_at(found, place, "possible"), focus=stems, whole=True, places=asked)
    passive = before in _BE
    if word.low in ("charge", "charges") and following == "of":
        return cue_at(found, place, "alleged", 8)
    if word.low in ("suspect", "suspects") and before in _BEFORE_NOUN:
        return None
    if word.stem in _ALLEGED_VERBS:
        if (word.stem == "claim" and following == "to") or (word.stem == "charg" and not passive):
            return cue_at(found, place, "alleged", 8) if word.stem == "claim" else None
        if word.stem == "claim" and not passive and not _says(found, place):
            # "Claimed the throne", "claimed 12 lives"
            return None
        return _both(found, place, "alleged") if passive else cue_at(found, place, "alleged", 8)
    if word.stem in ("appear", "seem") and following not in ("to", "that", "as", "likely"):
        return None
    if word.stem in _POSSIBLE_VERBS:
        if word.stem in ("estimat",) or (
            word.stem in ("suggest", "think", "believ", "expect") and following == "that"
        ):
            return None if word.stem == "estimat" else _expected(found, place, "possible", 6)
        return _both(found, place, "possible") if passive else _expected(found, place, "possible")
    if word.stem == "agre" and following == "to":
        return cue_at(found, place, "intended")
    if word.low in _WEIGHING or (word.stem == "consider" and following.endswith("ing")):
        return cue_at(found, place, "intended")
    if word.stem in _INTENDED and before in _DETERMINERS and following not in ("to", "that"):
        # "A plan with low fees" is no intention.
        return None
    if word.stem in _INTENDED and before != "-":
        return _both(found, place, "intended") if passive else _expected(found, place, "intended")
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


def _says(found: Sequence[Word], place: int) -> bool:
    """Whether a clause follows a "claim": "that", or a verb that stands with its subject."""
    for word in found[place + 1 : place + 9]:
        if word.low == "that" or word.low in _FINITE:
            return True
        if ends_clause(word):
            break
    return (
        found[place].low in ("claim", "claims")
        and place > 0
        and found[place - 1].low in _DETERMINERS
    )


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


def _of_what_follows(found: Sequence[Word], place: int, force: Force) -> Cue:
    """A cue of the verb right after it: "reportedly sold it"; of what is before it at an end."""
    cue = cue_at(found, place, force)
    return cue if cue.focus else _both(found, place, force)


def _of_noun(found: Sequence[Word], place: int, force: Force) -> Cue:
    """A cue of the noun that it stands before, the last word of its phrase: "a possible sequel"."""
    last = place
    for index in range(place + 1, min(place + 6, len(found))):
        word = found[index]
        if word.text in _QUOTES:
            continue
        if word.kind == "mark" or not word.content or (last > place and _is_participle(word)):
            break
        last = index
    if last == place:
        return _both(found, place, force)
    cue, focus = found[place], (found[last].stem,)
    return Cue(cue.text, cue.start, cue.end, focus, force, cue.stem, places=(last,))


def _is_participle(word: Word) -> bool:
    return word.low.endswith(("ed", "ing"))


def _expected(found: Sequence[Word], place: int, force: Force, size: int = 4) -> Cue:
    """A cue of the clause after a verb: of its verb, where a "will" shows it.

    "Hoping the reserves will change the country" tells of the change and not of the reserves.
    """
    for index in range(place + 1, min(place + 9, len(found))):
        if ends_clause(found[index]):
            break
        if found[index].low in MODALS:
            cue, word = cue_at(found, index, force, size), found[place]
            return replace(cue, text=word.text, start=word.start, end=word.end, stem=word.stem)
    return cue_at(found, place, force, size)


def softens(word: Word, before: str, cue: Cue) -> bool:
    """Whether a word of a sentence, after `before`, keeps what a cue of the source says."""
    if cue.stem == "propos" and word.stem in _DECIDED:
        return True
    if (word.low == "may" and word.capital and not word.opens) or word.stem in cue.focus:
        return False
    if word.low == "reported":
        return before in ("is", "are", "was", "were", "been")
    if cue.force == "alleged" and word.low in _IFS:
        return False
    if word.low in ("suspect", "suspects") and before in _BEFORE_NOUN:
        return False
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

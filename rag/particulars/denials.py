"""What a text denies: cues and the words they reach, and words that deny in another way."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.particulars.cues import (
    AUXILIARY,
    SAYING,
    Cue,
    cue_at,
    reach,
    reach_back,
    stem_set,
    stems_at,
)
from rag.particulars.words import Word, stem_of, words_of

# Words that turn what follows into its opposite. These make a check; the weak ones only meet one.
_NOT = frozenset("not never cannot without nor neither unable n't unaware hardly scarcely".split())
_NONE = frozenset("no none nobody nothing neither nowhere".split())
# "Rejected the claim" is not among them: the claim may be told of without its rejection.
_VERBS = stem_set("fail deny refuse decline lack refrain")
_WEAK = stem_set(
    """reject dismiss dispute refute too
    avoid prevent stop halt absence contradict except exclude against instead rather ban bar
    forbid prohibit withhold miss barely free overturn withdraw drop abandon oppose contest rule
    short object otherwise turn resist cancel block quash discontinue reluctant impossible zero
    rarely seldom unlikely unclear unchanged unknown not-yet yet only until remain still stay keep
    continue devoid far negative lose disprove disagree reverse abstain spare escape outside exempt
    omit neglect ignore overlook skip forgo waive immune contrary false untrue wrong baseless myth
    deficient notwithstanding loss unless beyond revoke scrap axe shelve unconfirmed shortage
    scarce independent delay postpone overdue pending await safe secure intact guarantee
    empty vacant desert owe exonerate absolve acquit little few denial refusal off away"""
)
# "No longer than", "not only", "no fewer than": no denial.
_NO_DENIAL = frozenset("only least matter doubt wonder".split())
_COMPARED = frozenset("longer fewer less more later earlier smaller sooner higher lower".split())
_HAVE = frozenset("have has had is are was were".split())
_AFTER_ANSWER = frozenset(".,;:!?\"”’'")
_SUBJECTS = frozenset("it they he she this".split())
_NO_LESS = frozenset("regardless nevertheless nonetheless".split())
_UN = ("un", "non", "dis", "mis")
_IN = stem_set(
    "inaccurate incorrect incomplete impossible improper inadequate insufficient invalid inactive "
    "ineffective illegal irregular irrelevant inconsistent independent infrequent insecure indirect"
)
# These begin like denials and are none.
_NO_PREFIX = stem_set(
    "dismiss dismissal discover discovery discharge discount display dispose disposal distance "
    "dispatch discuss district distinct disturb distress misses mission missed missing mistake "
    "union unit unite united university disclose disclosure discard discourse disease disguise "
    "dispense dispute distract dissolve distill distort mischief missile under unless until "
    "nonetheless"
)
_IN_ENDS = ("ible", "able", "ent", "ant", "ate", "ive", "ect", "ous", "ete", "ure", "ile", "ite")
_NOT_IN = frozenset("invaluable inflammable instant invent incident indent".split())


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
    none = word.low in _NONE and word.text != "NO"
    third = found[place + 2].low if place + 2 < len(found) else ""
    compared = following in _COMPARED and third == "than"
    ahead = [other.low for other in found[place + 1 : place + 5]]
    same = "than" in ahead and following in ("worse", "better", "greater", "different")
    # "No worse off than" is as well off.
    if (negative or none) and (following in _NO_DENIAL or compared or (none and same)):
        return None
    if none and following == "but":
        # "With nothing but cunning"
        return None
    if word.low == "none" and following == "to" and place and found[place - 1].low == "from":
        # "From none to five" counts.
        return None
    if word.low == "yet" and following == "to" and place and found[place - 1].low in _HAVE:
        return replace(cue_at(found, place + 1, ""), text=word.text, start=word.start)
    if word.low == "no" and (not following or following in _AFTER_ANSWER):
        # "He answered no"
        return None
    if none and following == "-":
        # "A no-fly zone", "a no-brainer"
        return None
    if none and following == "longer":
        return replace(cue_at(found, place + 1, ""), text=word.text, start=word.start)
    if negative and not none:
        cue = cue_at(found, place, "")
        ends = not following or following in ".,;:!?"
        subject = {other.low for other in found[max(0, place - 2) : place]} & _SUBJECTS
        return _elliptic(found, place) if ends and subject else cue
    if none:
        before = reach_back(found, place)
        # "No one" is nobody.
        # "None of which had led to it"
        which = following == "of" and third in ("which", "whom", "them", "these", "those")
        after = reach(found, place + (3 if which else 2 if following == "one" else 1))
        places = (*after, *before)
        return Cue(
            word.text,
            word.start,
            word.end,
            stems_at(found, places),
            stem=word.stem,
            whole=True,
            places=places,
        )
    if word.stem in _VERBS:
        # "Declined 3 per cent" is no refusal, "the failed bank" denies nothing.
        if word.stem in ("declin", "fail") and following != "to":
            return None
        if word.stem == "lack" and place and found[place - 1].low in ("the", "a", "no"):
            return cue_at(found, place, "")
        return cue_at(found, place, "")
    if word.stem == "stop" and following == "short" and third == "of":
        # "Stopped short of closing it"
        return cue_at(found, place + 2, "")
    if word.stem == "rul" and following == "out":
        return cue_at(found, place + 1, "")
    return None


def _elliptic(found: Sequence[Word], place: int) -> Cue:
    """A "not" with nothing after it denies what was said before: "asked if …; it did not"."""
    word = found[place]
    reached: list[int] = []
    index = place - 1
    while index >= 0 and found[index].text not in ".!?":
        other = found[index]
        told = other.low in AUXILIARY or other.stem in SAYING or other.capital
        if other.content and other.kind != "mark" and not told:
            reached.append(index)
        if len(reached) == 5:
            break
        index -= 1
    return Cue(
        word.text,
        word.start,
        word.end,
        tuple(found[index].stem for index in reached),
        stem=word.stem,
        whole=True,
        places=tuple(reached),
    )


def denies_weakly(word: Word) -> bool:
    """Whether a word can stand for a denial without being one: "avoid", "against"."""
    if word.capital and not word.opens:
        return False
    if word.low.endswith("less") and len(word.low) > 6 and word.low not in _NO_LESS:
        return True
    return (
        word.stem in _WEAK
        or word.low == "cleared"
        or (word.low.startswith(("un", "non")) and len(word.low) > 5)
    )


def is_denial(word: Word) -> bool:
    """Whether a word denies, by itself."""
    none = word.low in _NONE and word.text != "NO"
    return word.low in _NOT or none or word.low.endswith("n't") or word.stem in _VERBS


def negative_of(word: Word) -> str | None:
    """The stem that a word denies by its first letters: "unknown" → that of "known"."""
    if word.low in ("unbeaten", "undefeated"):
        return stem_of("lose")
    if word.stem in _NO_PREFIX:
        return None
    for prefix in _UN:
        rest = word.low.removeprefix(prefix)
        if rest != word.low and len(rest) >= 4:
            return stem_of(rest)
    adjective = word.low.startswith(("in", "im", "ir", "il")) and word.low.endswith(_IN_ENDS)
    if word.stem in _IN or (adjective and len(word.low) > 6 and word.low not in _NOT_IN):
        return stem_of(word.low[2:])
    return None


_TURNS = stem_set(
    "reject dismiss dispute refute "
    "too avoid prevent halt absence except exclude against ban bar forbid prohibit withhold miss "
    "overturn withdraw abandon cancel block quash impossible unlikely stop disprove instead "
    "rather outside exempt omit neglect ignore overlook immune deficient devoid false untrue "
    "baseless myth wrong free absent loss shortage scarce insufficient revoke unless "
    "delete break breach renege scrap axe shelve contrary "
    "decline pend await denial refusal "
    "reluctant hesitant loath wary unwilling defer postpone adjourn unanimous unanimously avert"
)


# These turn what is said after them: "the loss of contact".
_TURNS_AFTER = stem_set("loss absence breach myth")


def turns(word: Word, *, before: bool = True) -> bool:
    """Whether a word of a source may be what a sentence says with a "not": "prevented".

    `before` says whether it stands before what it is to turn.
    """
    if word.stem in _TURNS_AFTER and not before:
        return False
    return word.stem in _TURNS or word.low in ("non", "short") or word.low.startswith("deficien")

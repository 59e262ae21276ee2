"""One predicate told as done that is only possible, as a duty that is leave, and the other way."""

from collections.abc import Sequence

from rag.particulars.cues import SAYING, stem_set
from rag.particulars.denials import is_denial
from rag.particulars.hedges import hedges_of
from rag.particulars.particular import Finding, Particular
from rag.particulars.polarity import (
    alike,
    around,
    beside,
    bounds,
    conditional,
    same,
    sentence_around,
    shared,
)
from rag.particulars.predicates import Mode, Predicate, governs, light, predicates_of, root_of
from rag.particulars.source import Source
from rag.particulars.words import Word, ends_clause, words_of

_MODALS = frozenset("may might could can would will".split())
_SOFT = frozenset(
    """may might could perhaps possibly probably likely potentially apparently seemingly
    reportedly allegedly supposedly purportedly presumably would should whether can""".split()
)
_POTENTIAL = frozenset({"possible", "able", "future", "would", "must"})
_CAUSING = stem_set("allow cause lead result permit enable trigger")
_DUTY = frozenset(
    "must shall should required requires require have has need needs obliged mandatory only "
    "compulsory obligatory necessary".split()
)
_FORESEEN = frozenset("may might could will would certain likely bound".split())
# What is announced may be yet to come.
_PROSPECTIVE = SAYING | stem_set(
    """announce unveil decide approve confirm reveal outline set order back urge vote discuss
    consider rule propose plan expect promise pledge agree vow warn forecast predict schedule
    offer express show publish launch sign commission invite name choose pick select appoint"""
)
# Words after a noun in which its verb stands: "exploitation of these flaws may cause".
TO_VERB = 8
# The share of what stands around the one that must stand around the other.
MOST = 0.6


def check_modes(sentence: str, source: Source) -> list[Finding]:
    """Predicates of a sentence that it tells as done or due, where the source does not."""
    words, there = words_of(sentence), words_of(source.passage)
    for mine in predicates_of(sentence):
        if light(mine) or mine.denied or conditional(words, mine):
            continue
        if any(is_denial(word) for word in beside(words, mine.place)):
            continue
        told = same(mine, source)
        if not told:
            continue
        best = max(told, key=lambda one: len(shared(words, mine.place, there, one.place)))
        if not alike(words, mine.place, there, best.place, MOST):
            continue
        modes = {mode for one in told for mode in [_mode_of(one, there)] if mode or not one.noun}
        if not modes:
            continue
        why = ""
        actual = mine.governed and not mine.mode and modes == {"possible"}
        if mine.mode == "future" and modes == {"would"}:
            # "Will scrap it" for "would scrap it if it won"
            modes = (
                {"possible"}
                if "if" in {word.low for word in sentence_around(there, best.place)}
                else modes
            )
        decided = mine.mode == "future" and modes == {"possible"}
        if actual or decided or (mine.done and modes <= _POTENTIAL):
            # "Ordered the old system retired"
            ordered = not mine.governed and any(
                governs(word.stem)
                for word in beside(words, mine.place)
                if word.start < mine.word.start
            )
            if not ordered and not _softened(sentence, words, mine):
                why = f'the source does not say that "{best.word.text}" is done'
        elif mine.mode == "must" and modes <= {"possible", "able"}:
            if not _DUTY & {word.low for word in beside(there, best.place, 7, 7)}:
                why = f'"{best.word.text}" is no duty in the source'
        elif (
            mine.mode in ("possible", "able")
            and modes == {"must"}
            and not _DUTY & {word.low for word in beside(words, mine.place, 4, 4)}
        ):
            why = f'"{best.word.text}" is a duty in the source'
        if why:
            start, end = mine.word.start, mine.word.end
            part = Particular("modality", mine.word.text, start, end, (mine.mode, mine.root))
            return [Finding(part, "altered", (best.word.start, best.word.end), why)]
    return _foreseen(sentence, source)


def _foreseen(sentence: str, source: Source) -> list[Finding]:
    """What a sentence tells as done in words of its own, where the source says "will" or "may".

    "A has beaten B in the final" for "A will face B in the final": what follows the "will" stands
    around a verb that the source does not have.
    """
    words, there = words_of(sentence), words_of(source.passage)
    roots = {root_of(word.stem) for word in source.words}
    for mine in predicates_of(sentence):
        near = beside(words, mine.place)
        now = bool({"now", "already"} & {word.low for word in near}) and mine.mode != "future"
        if not ((mine.perfect and mine.done) or (now and mine.governed)) or mine.denied:
            continue
        if mine.root in roots or mine.word.stem in _PROSPECTIVE or mine.nominal or light(mine):
            continue
        if any(_soft(word) and word.low != "can" for word in near) or conditional(words, mine):
            continue
        after = around(words, mine.place) - {mine.root}
        for place, word in enumerate(there):
            if word.low not in _FORESEEN or not source.cites(word.start, word.end):
                continue
            clause = _clause_after(there, place)
            same = {root_of(one.stem) for one in clause if one.content} & after
            if len(same) >= 3 or (len(same) >= 2 and 2 * len(same) >= len(after)):
                why = f'the source does not say so plainly: "{word.text}"'
                start, end = mine.word.start, mine.word.end
                part = Particular("modality", mine.word.text, start, end, (word.low, mine.root))
                return [Finding(part, "altered", (word.start, word.end), why)]
    return []


def _clause_after(there: Sequence[Word], place: int) -> list[Word]:
    """The words after one, to where its clause ends."""
    last = place + 1
    while last < len(there) and not bounds(there[last]) and there[last].text != ",":
        last += 1
    return list(there[place + 1 : last])


def _mode_of(one: Predicate, words: Sequence[Word]) -> Mode:
    """The mode of a predicate, or that of the verb whose subject it is."""
    if one.mode:
        return one.mode
    if _asked(one, words):
        return "possible"
    if not one.noun:
        return ""
    for word in words[one.place + 1 : one.place + 1 + TO_VERB]:
        if ends_clause(word):
            break
        if word.low in _MODALS:
            return "possible"
    causes = False
    before = words[max(0, one.place - 2 * TO_VERB) : one.place][::-1]
    for word in before:
        if bounds(word):
            break
        if word.stem in _CAUSING:
            causes = True
        elif word.low in _MODALS and causes:
            # "Could allow escalation of privileges or execution of code"
            return "possible"
    return ""


def _asked(one: Predicate, words: Sequence[Word]) -> bool:
    """Whether a source only asks: "Did it take the bait?"."""
    if not one.governed or {"who", "which", "that"} & {
        word.low for word in beside(words, one.place)
    }:
        return False
    end = next((word for word in words[one.place :] if word.text in ".!?;"), None)
    return end is not None and end.text == "?"


def _softened(sentence: str, words: Sequence[Word], mine: Predicate) -> bool:
    """Whether a sentence itself holds a predicate only possible."""
    if any(mine.place in cue.places for cue in hedges_of(sentence)):
        return True
    return any(_soft(word) for word in beside(words, mine.place))


def _soft(word: Word) -> bool:
    """Whether a word holds something only possible; the month of May does not."""
    return word.low in _SOFT and not (word.capital and not word.opens)

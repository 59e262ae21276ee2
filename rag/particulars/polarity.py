"""One predicate told two ways: "pressed" for "did not press", "has used" for "can use".

Both texts must tell it of the same things, and nothing around it may tell it the other way in
other words. What this finds is sure; what is denied or hedged of more than one word is found by
`denying` and `hedging`.
"""

from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.cues import stem_set
from rag.particulars.denials import denials_of, denies_weakly, is_denial, negative_of, turns
from rag.particulars.particular import Finding, Particular
from rag.particulars.predicates import Predicate, light, predicates_of, root_of, synonyms
from rag.particulars.source import Source
from rag.particulars.words import Word, words_of

_NO_WORDS: frozenset[str] = frozenset()
# Before a predicate and after a denied one.
_OPEN = frozenset("if whether unless until till once before except because than otherwise".split())
_ENDED = frozenset("if unless until till before except because than".split())
_OVER = stem_set(
    "end expire cease freeze suspend lapse stop scrap abolish drop lift remove replace"
)
_REFERRING = frozenset("this that these those such".split())
_ENDS = frozenset(".;!?:")
_TURN = frozenset("but while although though whereas that".split())
# Words on each side of a predicate that it is told with, and in which it may be turned.
AROUND, NEAR, FAR = 7, 5, 14
# Of so many predicates of one root a sentence may be about any.
MOST = 12
# The share of what stands around two words of one meaning that must be the same.
SYNONYM_SHARE = 0.6


def check_polarity(sentence: str, source: Source) -> list[Finding]:
    """Predicates that the one text denies and the other tells plainly."""
    words, there = words_of(sentence), words_of(source.passage)
    for mine in predicates_of(sentence):
        if light(mine) or not (mine.denied or _verbal(mine)):
            continue
        others = same(mine, source)
        if not others:
            continue
        best = max(others, key=lambda one: len(shared(words, mine.place, there, one.place)))
        share = 0.5 if best.root == mine.root else SYNONYM_SHARE
        if not alike(words, mine.place, there, best.place, share):
            continue
        if conditional(words, mine) != conditional(there, best):
            continue
        if mine.denied:
            # "Has not opened" is no denial of "will open", nor "need not" of "does".
            agrees = (
                best.mode in ("future", "possible", "would")
                if mine.perfect
                else mine.mode == "must" != best.mode and not _attributive(best)
            )
            required = mine.mode == "must" and _attributive(best)
            wrong = (_verbal(best) or required) and not (
                agrees
                or any(one.denied or _turned(there, one, words, source) for one in others)
                or _turned_beside(words, mine, there)
                or _since(words, mine, there)
            )
            why = f'"{mine.word.text}" is denied, and the source says "{best.word.text}"'
        else:
            rivals = [one for one in others if _verbal(one) or one.denied]
            wrong = best in rivals and all(one.denied for one in rivals)
            wrong = wrong and not (
                _kept(sentence, mine, source) or _still_to_come(mine, best, there)
            )
            why = f'the source denies it: "{best.word.text}"'
        if wrong:
            part = Particular("negation", mine.word.text, mine.word.start, mine.word.end, mine.root)
            return [Finding(part, "altered", (best.word.start, best.word.end), why)]
    return []


def same(mine: Predicate, source: Source) -> list[Predicate]:
    """The first predicates of the cited span of the same root; of what something is, only such.

    Where there is none, those of the same meaning.
    """
    cited = _cited(source.passage, source.span)
    every = cited.get(mine.root, ())
    if not every and mine.governed:
        close = [roots for roots in cited.values() if synonyms(mine.word.stem, roots[0].word.stem)]
        every = tuple(one for roots in close for one in roots if one.governed or one.mode)
    found = [one for one in every if one.nominal] if mine.nominal else every
    return list(found[:MOST])


@lru_cache(maxsize=64)
def _cited(passage: str, span: tuple[int, int]) -> dict[str, tuple[Predicate, ...]]:
    """The predicates of a span by their roots."""
    found: dict[str, tuple[Predicate, ...]] = {}
    for one in predicates_of(passage):
        if span[0] <= one.word.start and one.word.end <= span[1]:
            known = found.get(one.root, ())
            if len(known) < 4 * MOST:
                found[one.root] = (*known, one)
    return found


def _attributive(one: Predicate) -> bool:
    """Whether a participle stands with its noun: "an authenticated attacker"."""
    return one.word.low.endswith("ed") and not (one.governed or one.done)


def _verbal(one: Predicate) -> bool:
    """Whether a word is told as a verb or as what something is."""
    return one.governed or one.done or not one.noun


def conditional(words: Sequence[Word], one: Predicate) -> frozenset[str]:
    """The words that make a predicate depend on something, or give its denial an end."""
    start = one.word.start
    ended = _ENDED if one.denied else _NO_WORDS
    if one.mode == "must":
        ended -= {"before"}
    near = beside(words, one.place)
    return frozenset(
        word.low for word in near if word.low in (_OPEN if word.start < start else ended)
    )


def beside(words: Sequence[Word], place: int, before: int = NEAR, after: int = NEAR) -> list[Word]:
    """So many words around one that carry meaning, and those between, up to a "but"."""
    low, high = place, place + 1
    while low and before and not bounds(words[low - 1]):
        low -= 1
        before -= words[low].content
    while high < len(words) and after and not bounds(words[high]):
        after -= words[high].content
        high += 1
    return list(words[low:high])


def bounds(word: Word) -> bool:
    """Whether something else is told from this word on."""
    return word.text in _ENDS or word.low in _TURN


def around(words: Sequence[Word], place: int) -> set[str]:
    """The roots of the content words around one; "this never happened" is about what was before."""
    near = beside(words, place, AROUND, AROUND)
    first = place - sum(word.start < words[place].start for word in near)
    if first > 1 and near[0].low in _REFERRING:
        near += list(words[max(0, first - FAR) : first])
    return {
        root_of(word.stem) for word in near if word.content and word.start != words[place].start
    }


def shared(words: Sequence[Word], at: int, there: Sequence[Word], other: int) -> set[str]:
    """The roots that stand around both of two words."""
    return around(words, at) & around(there, other)


def alike(
    words: Sequence[Word], at: int, there: Sequence[Word], other: int, share: float = 0.5
) -> bool:
    """Whether two words are told of the same things: of two of them, or of such a share."""
    mine, theirs = around(words, at), around(there, other)
    n_shared = len(mine & theirs)
    least = min(len(mine), len(theirs))
    return (n_shared >= 2 and share < 1) or n_shared >= share * least > 0


def _turned(there: Sequence[Word], one: Predicate, words: Sequence[Word], source: Source) -> bool:
    """Whether the source denies a predicate in another way near it."""
    if any(one.place in cue.places for cue in denials_of(source.passage)):
        return True
    own = {word.stem for word in words}
    before = ""
    for word in sentence_around(there, one.place):
        later = word.start > one.word.start
        if is_denial(word):
            # "Eat the eggs but not the adults"; "and does not work" denies its own verb.
            if not later or before in ("but", ",", "and", "—", "–"):
                return True
        elif (
            word.start != one.word.start
            and _turns(word, before=not later)
            and (one.mode or word.stem not in own)
        ):
            return True
        before = word.low
    return False


def _turns(word: Word, *, before: bool = True) -> bool:
    if not turns(word, before=before) and turns(word):
        return False
    if negative_of(word) is not None:
        return True
    return denies_weakly(word) or turns(word) or word.stem in _OVER or word.low == "again"


def _turned_beside(words: Sequence[Word], mine: Predicate, there: Sequence[Word]) -> bool:
    """Whether a sentence turns what it denies once more: "did not stop short of"."""
    stems = {word.stem for word in there}
    own = {mine.word.start, words[mine.by].start if mine.by >= 0 else -1}
    return any(
        _turns(word) and word.stem not in stems and word.start not in own
        for word in beside(words, mine.place)
        if word.low != "yet"
    )


def _kept(sentence: str, mine: Predicate, source: Source) -> bool:
    """Whether a sentence that tells a predicate plainly keeps its denial in another place."""
    words = words_of(sentence)
    stems = {word.stem for word in source.words}
    said = denials_of(sentence)
    told = [cue for cue in denials_of(source.passage) if source.cites(cue.start, cue.end)]
    answered = all(any(set(one.focus) & set(other.focus) for other in told) for one in said)
    if not answered or any(mine.place in one.places for one in said):
        return True
    if any(is_denial(word) for word in beside(words, mine.place)):
        return True
    return any(
        _turns(word) and word.stem not in stems and word.start != mine.word.start
        for word in beside(words, mine.place, 3, 2)
    )


def _still_to_come(mine: Predicate, best: Predicate, there: Sequence[Word]) -> bool:
    """Whether "must be tested" tells what "has still not been tested" asks for."""
    near = {word.low for word in beside(there, best.place)}
    return mine.mode in ("must", "future", "would") and bool(near & {"still", "yet"})


def _since(words: Sequence[Word], mine: Predicate, there: Sequence[Word]) -> bool:
    """Whether "not since 1998" tells what "the first since 1998" does."""
    lows = {word.low for word in sentence_around(words, mine.place)}
    return "since" in lows and "since" in {word.low for word in there}


def sentence_around(words: Sequence[Word], place: int) -> list[Word]:
    """The words around one in its sentence."""
    low, high = place, place + 1
    while low > max(0, place - FAR) and words[low - 1].text not in _ENDS:
        low -= 1
    while high < min(len(words), place + FAR) and words[high].text not in _ENDS:
        high += 1
    return list(words[low:high])

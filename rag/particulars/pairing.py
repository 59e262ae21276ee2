"""Two numbers of a source that can be set against each other, and words that say that they are."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from rag.particulars.quantity import Quantity
from rag.particulars.source import Source
from rag.particulars.units import SYMBOLS, Unit
from rag.particulars.words import Word, sentences_of, stem_of, words_of

# Words on each side of a number in which it is said how it was reckoned.
BESIDE = 6
# Counts of different things that differ by less are not told apart from any other small number.
SMALL = 10
LESS_MORE = frozenset(
    "more less fewer lower higher longer shorter later earlier older younger ahead behind below "
    "above short faster slower larger smaller cheaper dearer better worse wider narrower "
    "hotter colder warmer cooler heavier lighter deeper taller wetter drier "
    "under".split()
)
WAYS = frozenset("by up down extra additional further another".split())
GAPS = frozenset(
    map(
        stem_of,
        "difference gap majority margin lead increase decrease rise fall drop decline gain loss "
        "reduction improvement add lose shed trim save excess shortfall surplus overrun "
        "cut".split(),
    )
)
# After a number: "a 12-vote majority".
NOUNS = frozenset(map(stem_of, "difference gap majority margin lead increase decrease".split()))
# What may stand between a "by" and its number.
ROUND = frozenset(
    "about around roughly nearly almost some just over under a an the only at least most than more "
    "less fewer much many as".split()
)
RISES = frozenset(map(stem_of, "rise increase grow gain climb more higher up jump".split()))
FALLS = frozenset(
    map(stem_of, "fall decrease drop decline lose shrink less fewer lower down slip cut".split())
)
TIMES = frozenset("times fold".split())
Pair = tuple[Quantity, Quantity]


def words_near(words: Sequence[Word], asked: Quantity) -> list[Word]:
    """The words around a number in its clause."""
    low, high = asked.word, asked.last + 1
    while low > max(0, asked.word - BESIDE) and words[low - 1].text not in ".;:!?–—":
        low -= 1
    while high < min(len(words), asked.last + 1 + BESIDE) and words[high].text not in ".;:!?–—":
        high += 1
    return [*words[low : asked.word], *words[asked.last + 1 : high]]


def followed(words: Sequence[Word], asked: Quantity, by: frozenset[str]) -> bool:
    """Whether a number is followed by one of some words, a hyphen apart."""
    following = [word.low for word in words[asked.last + 1 : asked.last + 3] if word.text != "-"]
    return following[:1] != [] and following[0] in by


def alike(one: Quantity, two: Quantity) -> bool:
    """Whether two numbers are of one kind, so that they can be taken from each other."""
    if one.form != two.form or (one.per and two.per and one.per != two.per):
        return False
    if dimension(one) == dimension(two):
        counts = one.unit is None and one.heads and two.heads and not one.heads & two.heads
        return not counts or abs(one.value - two.value) >= SMALL
    # "6.5 per cent but settled for 5", "210 million crowns" and "365 million was spent"
    bare = [item for item in (one, two) if item.unit is None]
    return any(not item.heads for item in bare) or (one.scaled and two.scaled and bool(bare))


def dimension(quantity: Quantity) -> str:
    """What a number measures; of money the currency, of a count nothing."""
    unit = quantity.unit
    if unit is None:
        return ""
    return unit.name if unit.dimension == "money" else unit.dimension


def measured(quantity: Quantity, unit: Unit | None) -> float:
    """A value in its dimension's own unit, `unit` where the number has none."""
    own = quantity.unit or unit
    return quantity.value * (own.factor if own is not None and own.dimension != "money" else 1)


def sentence_at(place: int, source: Source) -> int:
    """The number of the sentence of the cited words that a place lies in."""
    return bisect_left(_starts(source.cited), place + 1)


@lru_cache(maxsize=64)
def _starts(cited: str) -> list[int]:
    found = words_of(cited)
    return [found[first].start for first, _ in sentences_of(cited)]


def apart(one: Quantity, two: Quantity, source: Source) -> int:
    """How many sentences lie between two numbers of the cited words, one after the other."""
    return abs(sentence_at(one.start, source) - sentence_at(two.start, source))


def beside(pair: Pair, source: Source) -> set[str]:
    """The stems of the sentences that two numbers stand in."""
    numbers = {sentence_at(one.start, source) for one in pair}
    ranges = list(enumerate(sentences_of(source.cited), 1))
    found = words_of(source.cited)
    return {
        word.stem
        for number, (first, last) in ranges
        if number in numbers
        for word in found[first:last]
    }


def pairs(source: Source, plain: Sequence[Quantity]) -> Iterator[tuple[float, float, Pair]]:
    """Two numbers of one kind in one sentence of the cited words or in two that follow each other.

    The larger value first, each in its own measure, then the two, one with a unit first.
    """
    for one, two in combinations(plain, 2):
        if one.form != "cardinal" or not alike(one, two) or apart(one, two, source) > 1:
            continue
        unit = one.unit or two.unit
        low, high = sorted((measured(one, unit), measured(two, unit)))
        yield high, low, (one, two) if one.unit is not None else (two, one)


def changes(asked: Quantity, words: Sequence[Word]) -> bool:
    """Whether a number is told as a distance: "by 12", "up 12", "12 more", "a gap of 12"."""
    place = asked.word - 1
    while place > 0 and (words[place].low in ROUND or words[place].text in SYMBOLS):
        place -= 1
    before = words[place].low if place >= 0 else ""
    after = words[asked.last + 1 : asked.last + 5]
    more = any(
        word.low in LESS_MORE and other.low != "or"
        for other, word in pairwise([words[asked.last], *after])
    )
    gaps = {word.stem for word in words[max(0, place - 4) : asked.word]} & GAPS
    gaps = gaps | ({word.stem for word in after[:2]} & NOUNS)
    return before in WAYS or more or bool(gaps)

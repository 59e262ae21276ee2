"""Figures that a sentence works out of a source's: differences, remainders, shares, sums, ages.

Each needs words that say how it was reckoned ("by 12", "74 of the 112", "three times as many"), so
that a wrong number is not let pass because some two numbers happen to make it.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import isclose

from rag.particulars.denials import is_denial, negative_of
from rag.particulars.durations import lasting, matches, within_rounding
from rag.particulars.names import names_of
from rag.particulars.numbers import quantities_of
from rag.particulars.opposites import OPPOSITE_GROUPS, SIDES
from rag.particulars.pairing import (
    FALLS,
    GAPS,
    LESS_MORE,
    RISES,
    TIMES,
    alike,
    apart,
    changes,
    dimension,
    followed,
    measured,
    pairs,
    sentence_at,
    words_near,
)
from rag.particulars.quantity import Quantity
from rag.particulars.shares import is_multiple, is_part, is_ratio, is_share
from rag.particulars.source import Source
from rag.particulars.units import SYMBOLS
from rag.particulars.words import Word, stem_of, words_of

# Numbers of the cited words that are reckoned with.
MOST = 24
# The most numbers that are added up: "seven for, two against and one abstention".
ADDENDS = 4

_TOTALS = frozenset("total altogether combined together overall sum both".split())
_MOVES = RISES | FALLS | GAPS | frozenset(map(stem_of, "beat exceed miss undershoot".split()))
_OTHERS = frozenset("other rest remaining remainder others except but unchanged without".split())
_LEFT = frozenset(map(stem_of, "remain left rest".split()))
_MADE_OF = frozenset("of in".split())


def derived(asked: Quantity, source: Source, sentence: str, undated: Sequence[Quantity]) -> bool:
    """Whether a number of a sentence follows from numbers or dates of the cited words.

    `undated` are the numbers of the source that are no dates.
    """
    if asked.form not in ("cardinal", "times") or asked.value <= 0:
        return False
    words = words_of(sentence)
    if lasting(asked, source, words):
        return True
    counts = {item.start - source.span[0] for item in undated}
    plain = [
        item
        for item in quantities_of(source.cited)
        if item.form in ("cardinal", "pair") and item.value > 0 and item.start in counts
    ][:MOST]
    if asked.form == "times" or followed(words, asked, TIMES):
        return is_ratio(asked, source, plain) or _grown(asked, source, plain)
    if is_multiple(asked, source, plain) or is_part(asked, source, plain):
        return True
    if asked.unit is not None and asked.unit.dimension == "share":
        return (
            is_share(asked, source, plain, sentence)
            or _from_distance(asked, source, plain)
            or _remains(asked, source, plain, sentence)
        )
    return (
        _differs(asked, source, plain, words)
        or _from_distance(asked, source, plain)
        or _remains(asked, source, plain, sentence)
        or _adds_up(asked, source, plain, sentence)
    )


def _grown(asked: Quantity, source: Source, plain: Sequence[Quantity]) -> bool:
    """Whether "nearly doubled" is what rose by 90 per cent."""
    there = words_of(source.cited)
    for item in plain:
        if item.unit is None or item.unit.dimension != "share" or item.word < 2:
            continue
        before = [word.stem for word in there[item.word - 3 : item.word]]
        ratio = 1 + item.value / 100
        rises = "by" in before and bool(RISES & set(before))
        if rises and asked.bound and matches(asked, asked.value, ratio):
            return True
    return False


def _differs(
    asked: Quantity, source: Source, plain: Sequence[Quantity], words: Sequence[Word]
) -> bool:
    """Whether a number is by how much two of the source differ: "fell by 12", "2.7 points"."""
    points = dimension(asked) == "points" or bool(
        {word.low for word in words_near(words, asked)} & {"point", "points"}
    )
    if not points and not changes(asked, words):
        return False
    wanted = measured(asked, None)
    kind = dimension(asked)
    if not kind and any(
        item.form == "pair" and abs(item.value - item.second) == asked.value for item in plain
    ):
        # "Won by two goals" for 31-29
        return True
    for high, low, (of, other) in pairs(source, plain):
        same = dimension(of)
        degrees = kind == "degree" and same in ("celsius", "fahrenheit")
        if not (same == kind or (points and same == "share") or degrees):
            continue
        difference = abs(of.value - other.value) if degrees else high - low
        if difference > 0 and (
            matches(asked, wanted, difference)
            or (asked.bound == "" and isclose(wanted, difference, rel_tol=1e-6))
        ):
            return True
    return False


def _from_distance(asked: Quantity, source: Source, plain: Sequence[Quantity]) -> bool:
    """Whether a number lies as far from one of the source as that says: "12 more than before"."""
    there = words_of(source.cited)
    wanted, kind = measured(asked, None), dimension(asked)
    for one, two in combinations(plain, 2):
        if apart(one, two, source):
            continue
        for base, step in ((one, two), (two, one)):
            degrees = base.unit is not None and dimension(step) == "degree"
            if base.form != "cardinal" or step.form != "cardinal" or dimension(base) != kind:
                continue
            points = kind == "share" and dimension(step) == "points"
            same = degrees or points or dimension(step) in (kind, "")
            if not same or not _steps(step, there):
                continue
            size = step.value if degrees else measured(step, base.unit)
            start = base.value if degrees else measured(base, None)
            aim = asked.value if degrees else wanted
            if any(isclose(aim, value, rel_tol=1e-6) for value in (start - size, start + size)):
                return True
    return False


def _steps(step: Quantity, there: Sequence[Word]) -> bool:
    """Whether a number of the source says how far something is from another number."""
    place = step.word - 1
    while place > 0 and there[place].text in SYMBOLS:
        place -= 1
    before = there[place].low if place >= 0 else ""
    after = [word.low for word in there[step.last + 1 : step.last + 4]]
    moved = {word.stem for word in words_near(there, step)} & _MOVES
    return (before == "by" and bool(moved)) or (
        bool(LESS_MORE & set(after)) and "or" not in after and "than" in after
    )


def told_of_the_rest(sentence: str, source: Source) -> bool:
    """Whether a sentence tells of those that a number of the source leaves: "23 have none"."""
    plain = [item for item in quantities_of(source.cited) if item.form == "cardinal"][:MOST]
    return any(
        asked.form == "cardinal"
        and asked.value > 0
        and not any(item.value == asked.value for item in plain)
        and _remains(asked, source, plain, sentence)
        for asked in quantities_of(sentence)
    )


def _remains(asked: Quantity, source: Source, plain: Sequence[Quantity], sentence: str) -> bool:
    """Whether "74 of the 112" is what "38 of the 112" leaves, told with a "not" or without one.

    The same for shares: "three in ten did not vote" of a turnout of 71 per cent.
    """
    words = words_of(sentence)
    there = words_of(source.cited)
    kind = dimension(asked)
    if kind not in ("", "share"):
        return False
    parts = [
        item
        for item in plain
        if item.form == "cardinal" and dimension(item) == kind and not item.bound
    ]
    denied = _denied(words, asked, there)
    if kind == "share":
        remainders = [
            100 - sum(item.value for item in parts if not apart(item, one, source)) for one in parts
        ]
        rest = {"rest", "remainder"} & {word.low for word in there}
        if rest and any(within_rounding(asked, left) for left in remainders if left > 0):
            # "58 per cent by this, 29 by that, the rest by the weather"
            return True
        return any(
            within_rounding(asked, 100 - item.value)
            and (denied != _denied(there, item, words) or _another(item, source, sentence))
            for item in parts
            if item.value < 100
        )
    left = {word.stem for word in words_near(words, asked)} & _LEFT
    said = {item.value for item in quantities_of(sentence)}
    counted = followed(words, asked, _MADE_OF)
    for whole, part in combinations(sorted(parts, key=lambda item: -item.value), 2):
        if whole.value - part.value != asked.value or apart(whole, part, source) > 1:
            continue
        told = bool(said & {whole.value, part.value}) and alike(whole, part)
        if not (counted or left or told):
            continue
        if left or denied != _denied(there, part, words):
            return True
    return False


def _another(told: Quantity, source: Source, sentence: str) -> bool:
    """Whether a sentence tells a share of another name than the source: two that make a whole."""
    every = names_of(source.cited)
    here = sentence_at(told.start, source)
    before = [
        name for name in every if name.last < told.word and sentence_at(name.start, source) == here
    ]
    said = {key for name in names_of(sentence) for key in name.keys}
    own = set(before[-1].keys) if before else said
    return not own & said and any(said & set(name.keys) for name in every)


def _denied(words: Sequence[Word], quantity: Quantity, others: Sequence[Word]) -> bool:
    """Whether what is told of a number is denied, told of the rest, or by an opposite word."""
    high = quantity.last + 1
    while high < len(words) and words[high].text not in ".;:!?":
        high += 1
    stems = {word.stem for word in others}
    return any(
        is_denial(word)
        or word.low in _OTHERS
        or (word.stem not in stems and (negative_of(word) is not None or _turned(word, stems)))
        for word in words[max(0, quantity.word - 2) : high]
    )


def _turned(word: Word, stems: set[str]) -> bool:
    """Whether a word says with its second meaning the opposite of one of some others."""
    return any(
        side == 1 and OPPOSITE_GROUPS[number][0] & stems
        for number, side in SIDES.get(word.stem, ())
    )


def _adds_up(asked: Quantity, source: Source, plain: Sequence[Quantity], sentence: str) -> bool:
    """Whether a number is a sum that is called one, or whose parts the sentence gives."""
    words, there = words_of(sentence), words_of(source.cited)
    wanted, kind = measured(asked, None), dimension(asked)
    parts = [item for item in plain if item.form == "cardinal" and dimension(item) == kind]
    lows = {word.low for word in words_near(words, asked)}
    called = bool(lows & _TOTALS) or {"in", "all"} <= lows
    before = followed(words, asked, frozenset({"other", "others", "more", "previous", "earlier"}))
    if before and any(
        item.form == "ordinal" and item.value == asked.value + 1
        for item in quantities_of(source.cited)
    ):
        # "Two others before" for "the third this year"
        return True
    if called and any(
        item.value + 1 == asked.value and followed(there, item, frozenset({"other", "others"}))
        for item in parts
    ):
        # "Seven in all" for one and "six others"
        return True
    if (
        "vot" in source.stems
        and "vot" not in asked.heads
        and any(
            one.value + two.value == asked.value
            for one, two in pairwise(parts)
            if any(word.low in ("to", "-", "against") for word in there[one.last + 1 : two.word])
            and two.word - one.last <= 3
        )
    ):
        # "The five judges" of a vote of four to one
        return True
    said = {item.value for item in quantities_of(sentence) if item.start != asked.start}
    for size in range(2, ADDENDS + 1):
        for first in range(len(parts) - size + 1):
            these = parts[first : first + size]
            if not isclose(sum(measured(item, None) for item in these), wanted, rel_tol=1e-6):
                continue
            if called or {item.value for item in these} <= said:
                return True
    return False

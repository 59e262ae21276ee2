"""Shares, ratios and multiples that a sentence works out of two numbers of a source."""

from collections.abc import Sequence
from math import isclose

from rag.particulars.durations import within_rounding
from rag.particulars.numbers import quantities_of
from rag.particulars.pairing import (
    BESIDE,
    FALLS,
    RISES,
    TIMES,
    apart,
    beside,
    changes,
    dimension,
    followed,
    measured,
    pairs,
    sentence_at,
    words_near,
)
from rag.particulars.quantity import Quantity
from rag.particulars.source import Source
from rag.particulars.words import Word, stem_of, words_of

_CHANGING = frozenset(map(stem_of, "double treble triple quadruple halve".split()))
_COMPARING = frozenset("as the that its their his her what larger higher more bigger".split())


def is_share(asked: Quantity, source: Source, plain: Sequence[Quantity], sentence: str) -> bool:
    """Whether a share is that of two numbers of the source, or by how much one is above another."""
    words = words_of(sentence)
    after = words[asked.last + 1].low if asked.last + 1 < len(words) else ""
    changed = changes(asked, words)
    others = [
        item
        for item in quantities_of(source.cited)
        if item.unit is not None and item.unit.dimension == "share"
    ]
    said = {item.value for item in quantities_of(sentence)}
    guarded = {sentence_at(item.start, source) for item in others if item.value not in said}
    rises = {word.stem for word in words_near(words, asked)} & RISES
    falls = {word.stem for word in words_near(words, asked)} & FALLS
    for high, low, pair in pairs(source, plain):
        if low == high or dimension(pair[0]) == "share":
            continue
        if (changed or asked.digits < 9) and guarded & {
            sentence_at(one.start, source) for one in pair
        }:
            # The source says itself by how much, and what share.
            continue
        # What it is a share of must be told beside the two: "80 per cent of cancellations".
        whole = after == "of" or asked.digits == 9
        if whole and asked.digits < 9 and asked.heads:
            whole = bool(asked.heads & beside(pair, source))
        values = [100 * low / high] if whole else []
        values += [100 * (high - low) / high] if changed and not rises else []
        values += [100 * (high - low) / low] if changed and not falls else []
        if any(within_rounding(asked, value) for value in values):
            return True
    return False


def is_ratio(asked: Quantity, source: Source, plain: Sequence[Quantity]) -> bool:
    """Whether one number of the source is so many times another."""
    return any(
        low > 0 and (within_rounding(asked, high / low) or within_rounding(asked, low / high))
        for high, low, (one, two) in pairs(source, plain)
        if one.unit is not None or not (one.heads and two.heads) or one.heads & two.heads
    )


def is_part(asked: Quantity, source: Source, plain: Sequence[Quantity]) -> bool:
    """Whether a number is a share of another one, "a third of 600,000", "12, half of them"."""
    there = words_of(source.cited)
    shares = [
        item
        for item in quantities_of(source.cited)
        if item.unit is not None and item.unit.dimension == "share"
    ]
    for share in shares:
        following = [word.low for word in there[share.last + 1 : share.last + 3]]
        them = following[:1] == ["of"] and following[1:] in (["them"], ["whom"], ["these"])
        for item in plain:
            whole = item.word - share.last
            if them:
                # The nearest number before it.
                reached = -2 * BESIDE <= whole < 0
            else:
                reached = 0 < whole <= BESIDE and following[:1] == ["of"]
            if (
                reached
                and item.form == "cardinal"
                and dimension(item) in ("", dimension(asked))
                and isclose(asked.value, item.value * share.value / 100, rel_tol=1e-3)
            ):
                return True
    return False


def _multiplies(there: Sequence[Word], factor: Quantity) -> bool:
    """Whether "twice" compares two amounts, "twice the average", and is not how often."""
    if there[factor.word].stem in _CHANGING:
        return True
    following = [word.low for word in there[factor.last + 1 : factor.last + 4]]
    return bool(set(following) & _COMPARING) and "a" not in following


def is_multiple(asked: Quantity, source: Source, plain: Sequence[Quantity]) -> bool:
    """Whether a number is another told of by a "twice", "ten times" or "doubled" of the source."""
    there = words_of(source.cited)
    factors = [
        item
        for item in quantities_of(source.cited)
        if (item.form == "times" or followed(there, item, TIMES)) and _multiplies(there, item)
    ]
    wanted, kind = measured(asked, None), dimension(asked)
    return any(
        dimension(item) == kind
        and item is not factor
        and abs(item.word - factor.word) <= 2 * BESIDE
        and not apart(item, factor, source)
        and any(
            isclose(wanted, value, rel_tol=1e-6)
            for value in (measured(item, None) * factor.value, measured(item, None) / factor.value)
        )
        for factor in factors
        for item in plain
        if factor.value > 0 and item.form == "cardinal"
        if item.unit is None or item.unit.factor == (asked.unit.factor if asked.unit else 0)
    )

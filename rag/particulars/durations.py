"""How long something lasted and how old somebody was, worked out of the dates of a source.

Also when a reckoned value is what a number says, as far as its digits and its bound go.
"""

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import floor, isclose, log10

from rag.particulars.quantity import Quantity
from rag.particulars.reckoning import Moment, published_days
from rag.particulars.source import Source
from rag.particulars.units import UNITS
from rag.particulars.words import Word, words_of

# Dates of the cited words that are set against each other.
MOST = 24
# How far a share or a ratio in words ("a quarter", "three times") may be from the true one, and
# "just over" or "nearly" from it on their side.
NEAR, ROUGH, ONE_SIDED = 0.06, 0.10, 0.15
# Words that tell of the time between two days.
_APART = frozenset("after later before earlier between passed within".split())
_AND_A_HALF = re.compile(
    r"\b(year|month|week|day|hour|decade)[ -]and[ -]a[ -]half\b", re.IGNORECASE
)
_AGES = frozenset("aged age ages".split())


def matches(asked: Quantity, wanted: float, value: float) -> bool:
    """Whether a reckoned value is what is asked for, as far as its digits or bound say."""
    exact = isclose(value, wanted, rel_tol=1e-6)
    match asked.bound:
        case "over" | "from":
            return exact or wanted < value <= wanted * (1 + ONE_SIDED)
        case "under" | "to":
            return exact or wanted * (1 - ONE_SIDED) <= value < wanted
        case "about":
            return exact or (asked.digits <= 2 and bool(abs(value - wanted) <= NEAR * value))
        case _:
            return exact


def within_rounding(asked: Quantity, value: float) -> bool:
    """Whether a ratio or a share is near a value: rounded, or on the side that its bound says."""
    if asked.bound not in ("", "about"):
        return matches(asked, asked.value, value)
    if asked.digits >= 9:
        return abs(value - asked.value) <= (ROUGH if asked.bound else NEAR) * value
    places = asked.digits - 1 - floor(log10(asked.value))
    return abs(value - asked.value) <= 0.5 * 10.0**-places * (1 + 1e-9)


def lasting(asked: Quantity, source: Source, words: Sequence[Word]) -> bool:
    """Whether a number is the years between two dates of the source: how long, or what age."""
    time = asked.unit is not None and asked.unit.dimension == "time"
    after = words[asked.last + 1].low if asked.last + 1 < len(words) else ""
    aged = asked.unit is None and (
        any(word.low in _AGES for word in words[max(0, asked.word - 3) : asked.word])
        or (after == "when" and words[asked.word - 1].low in ("was", "were", "is", "only", "just"))
    )
    if not (time or aged):
        return False
    year = UNITS["year"].factor
    wanted = asked.value * asked.unit.factor / year if asked.unit is not None else asked.value
    if asked.unit is not None and asked.unit.name == "day" and _APART & {w.low for w in words}:
        days = {moment.weekday for moment in source.moments()[0] if moment.weekday is not None}
        gaps = [(two - one) % 7 for one in days for two in days if one != two]
        if any(gap == asked.value <= 7 - gap for gap in gaps):
            # "Two days after" for "on Wednesday" and "on Friday".
            return True
    for match in _AND_A_HALF.finditer(source.cited):
        length = 1.5 * UNITS[match[1].lower()].factor
        if asked.unit is not None and isclose(
            asked.value * asked.unit.factor, length, rel_tol=0.02
        ):
            # "18 months" for "the first year and a half"
            return True
    if (
        asked.unit is not None
        and asked.bound in ("over", "under")
        and any(
            item.unit is not None
            and item.unit.dimension == "time"
            and item.unit.name != asked.unit.name
            and matches(asked, asked.value * asked.unit.factor, item.value * item.unit.factor)
            for item in source.quantities()[0]
        )
    ):
        # "More than two months" for "nine weeks".
        return True
    if asked.unit is not None and asked.unit.name in ("hour", "minute"):
        clocks = [_minutes(moment) for moment in source.moments()[0]]
        minutes = asked.value * asked.unit.factor / UNITS["minute"].factor
        return any(
            (two - one) % (24 * 60) == minutes
            for one, two in pairwise(clocks)
            if one is not None and two is not None
        )
    if asked.unit is not None and asked.unit.name == "month":
        dates = [moment for moment in source.moments()[0] if moment.month][:MOST]
        if any(_months(one, two) == asked.value for one, two in combinations(dates, 2)):
            # "In nine months" for "from January to October".
            return True
    if wanted < 1:
        return False
    dated = [moment for moment in source.moments()[0] if moment.year and not moment.decade]
    base = published_days(source.published)
    since = "since" in {word.low for word in source.words}
    if (
        base is not None
        and since
        and any(moment.year and base[0].year - moment.year == wanted for moment in dated)
    ):
        return True
    for one, two in combinations(dated[:MOST], 2):
        if any(matches(asked, wanted, value) for value in _between(one, two)):
            return True
    return False


def _months(one: Moment, two: Moment) -> int:
    """The months from one date to a later one; where a year is not named, within a year."""
    months = (two.month or 0) - (one.month or 0)
    if one.year is None or two.year is None:
        return months % 12
    return 12 * (two.year - one.year) + months


def _minutes(moment: Moment) -> float | None:
    """The minutes after midnight of a clock time, of "noon" and of "midnight"."""
    if moment.clock is not None:
        return moment.clock
    return {"midnight": 0.0, "noon": 720.0}.get(moment.phrase)


def _between(one: Moment, two: Moment) -> tuple[int, ...]:
    """The whole years between two dates; where one has no day, either of two."""
    early, late = sorted((one, two), key=lambda moment: moment.year or 0)
    years = (late.year or 0) - (early.year or 0)
    if None in (early.month, early.day, late.month, late.day):
        return (years,)
    before = (late.month or 0, late.day or 0) < (early.month or 0, early.day or 0)
    return (years - before,)


def and_a_half(asked: Quantity, plain: Sequence[Quantity], sentence: str) -> bool:
    """Whether a "half" is that of "a year and a half", which the source has as 18 months."""
    found = [word for word in words_of(sentence)[: asked.word] if word.text != "-"]
    lows = [word.low for word in found[-4:]]
    if lows[-2:] != ["and", "a"] and lows[-1:] != ["and"]:
        return False
    names = [low for low in lows if low in UNITS]
    unit = UNITS[names[-1]] if names else None
    return unit is not None and any(
        item.unit is not None
        and item.unit.dimension == unit.dimension
        and isclose(item.value * item.unit.factor, 1.5 * unit.factor, rel_tol=0.02)
        for item in plain
    )

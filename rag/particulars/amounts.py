"""A number of a sentence held against the numbers of a source: its value, unit and bound."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.particulars.quantity import Quantity

# Numbers that differ by less are one: 1,609 m and a mile, 3.1 miles and 5 km.
CONVERTED = 0.015
# How far "about 100" may be from what the source says, and "more than 100" or "nearly 100" below
# or above it: round figures are chosen near the true one.
ABOUT = 0.08
ROUND_BELOW, ROUND_ABOVE = 0.30, 0.20
# Nouns that are counted by the number behind them.
_LABELS = frozenset("step part phase stage point chapter round".split())


@dataclass(frozen=True, slots=True)
class Match:
    """How a number of a source answers to one of a sentence; `why` is empty where it does."""

    quantity: Quantity
    why: str = ""


def answer(asked: Quantity, source: Sequence[Quantity], units: Iterable[str]) -> Match | None:
    """The number of the source that states what is asked, or the one that nearly does.

    `units` names the units that stand anywhere in the source: a bare "94 million" beside "1.2
    billion kroner" may be kroner, and cannot be euros. None where nothing is near.
    """
    known = set(units)
    near: Match | None = None
    loose: Match | None = None
    if asked.form == "pair":
        for one, two in pairwise(source):
            # "Six votes to three" for "6-3".
            apart = two.word - one.last
            if (
                one.form == two.form == "cardinal"
                and 0 < apart <= 5
                and (
                    (one.value, two.value)
                    in ((asked.value, asked.second), (asked.second, asked.value))
                )
            ):
                return Match(one)
    for quantity in source:
        why = _difference(asked, quantity, known)
        if why == "":
            if not asked.bound or quantity.value == asked.value:
                return Match(quantity)
            loose = loose or Match(quantity)
        elif why is not None and near is None:
            near = Match(quantity, why)
    # "Over 80" is "under 80" turned round, whatever number a little above 80 stands elsewhere.
    turned = near is not None and near.why == "bound" and near.quantity.value == asked.value
    return near if turned or loose is None else loose


def _difference(asked: Quantity, told: Quantity, known: set[str]) -> str | None:
    """Empty where `told` states `asked`; what differs where only unit or bound does; else None."""
    if asked.form == "code" or told.form == "code":
        return _code(asked, told)
    if asked.form == "pair" or told.form == "pair":
        return _pair(asked, told)
    if "ordinal" in (asked.form, told.form):
        return "" if asked.value == told.value and _same_place(asked, told) else None
    if "vague" in (asked.form, told.form):
        return _vague(asked, told)
    if "times" in (asked.form, told.form):
        return _times(asked, told)
    factor = _factor(asked, told, known)
    if factor is None:
        same = math.isclose(asked.value, told.value, rel_tol=1e-9)
        return "unit" if same else None
    value, source = asked.value * factor[0], told.value * factor[1]
    if asked.per and told.per and asked.per != told.per:
        return "unit" if math.isclose(value, source, rel_tol=1e-9) else None
    return _bounds(asked, told, value, source)


def _same_place(asked: Quantity, told: Quantity) -> bool:
    """Whether an ordinal is told of what the other number counts or labels."""
    if asked.form == told.form:
        return True
    counted, ordinal = (asked, told) if told.form == "ordinal" else (told, asked)
    if counted.form != "cardinal":
        return False
    if counted.label in _LABELS:
        # "The second" for "step two"
        return True
    # "After 71 minutes" for "in the 71st minute", "day 9" for "the ninth day", "five times".
    timed = counted.unit is not None and counted.unit.dimension == "time"
    counts = counted.label == "number" or counted.label in ordinal.heads
    return timed or counts or "tim" in counted.heads


def _code(asked: Quantity, told: Quantity) -> str | None:
    if asked.form == told.form == "code":
        return "" if asked.code == told.code else None
    number = told if asked.form == "code" else asked
    code = asked.code if asked.form == "code" else told.code
    if number.form != "cardinal":
        return None
    # "Oct-4" and "TiO 2" are "Oct4" and "TiO2".
    whole = f"{number.label}{number.value:g}"
    return "" if code.lstrip("0") == f"{number.value:g}" or code == whole else None


def _pair(asked: Quantity, told: Quantity) -> str | None:
    if asked.form == told.form:
        one, two = (asked.value, asked.second), (told.value, told.second)
        return "" if one in (two, two[::-1]) else None
    pair, single = (asked, told) if asked.form == "pair" else (told, asked)
    if _share(single) and pair.second:
        # "9.1/10" for "9.1 out of 10"
        return "" if math.isclose(100 * pair.value / pair.second, single.value) else None
    if asked.form == "pair" or single.form != "cardinal":
        return None
    return "" if single.value in (pair.value, pair.second) else None


def _vague(asked: Quantity, told: Quantity) -> str | None:
    if asked.form == told.form:
        return "" if asked.value == told.value else None
    if asked.form == "vague":
        return "" if asked.value <= told.value < asked.value * 50 else None
    return None


def _times(asked: Quantity, told: Quantity) -> str | None:
    """Whether "twice" is "two times", "two goals", and for "halved" a half."""
    values = []
    for quantity in (asked, told):
        share = quantity.unit is not None and quantity.unit.dimension == "share"
        if quantity.unit is not None and not share:
            return None
        values.append(quantity.value / 100 if share else quantity.value)
    return "" if math.isclose(values[0], values[1], rel_tol=1e-6) else None


def _factor(asked: Quantity, told: Quantity, known: set[str]) -> tuple[float, float] | None:
    """What both values are multiplied by before they are compared, None where units differ."""
    one, two = asked.unit, told.unit
    if one is None:
        return 1.0, 1.0
    if two is None:
        # The source may name the unit once for several numbers, or in the heading of a table.
        counts = one.dimension == "time" and bool(told.heads)
        return (
            (1.0, 1.0) if (one.name in known and not counts) or one.dimension == "degree" else None
        )
    if one.dimension == two.dimension:
        if one.dimension == "money":
            special = one.special and two.special and one.special != two.special
            return None if one.name != two.name or special else (1.0, 1.0)
        return one.factor, two.factor
    degrees = {one.dimension, two.dimension}
    if "degree" in degrees and degrees & {"celsius", "fahrenheit"}:
        return 1.0, 1.0
    return None


def _bounds(asked: Quantity, told: Quantity, value: float, source: float) -> str | None:
    """Whether value and bound of a sentence follow from those of the source."""
    converted = (
        asked.unit is not None and told.unit is not None and asked.unit.factor != told.unit.factor
    )
    equal = math.isclose(value, source, rel_tol=CONVERTED if converted else 1e-9)
    if equal:
        told_as = ("", told.spent) if told.spent else (told.bound,)
        return "" if any(_follows(asked.bound, bound) for bound in told_as) else "bound"
    if _rounded(asked, told, value, source):
        return ""
    if _share(asked) and _share(told) and asked.digits == told.digits == 9:
        # "Nearly three quarters" and "nearly two thirds" are two fractions, neither of them round.
        return None
    if told.bound == asked.bound != "" and told.digits <= asked.digits:
        # "Up to 5.4" is not "up to 4.5": both are bounds, and one is no rounder.
        return None
    near = asked.digits <= 2 or (_share(asked) and asked.digits == 9)
    match asked.bound:
        case "over" | "from":
            round_number = near and told.bound not in ("under", "to")
            ok = round_number and value < source <= value * (1 + ROUND_BELOW)
        case "under" | "to":
            round_number = near and told.bound not in ("over", "from")
            ok = round_number and value * (1 - ROUND_ABOVE) <= source < value
        case "about":
            # "A quarter" is round for 26.3 per cent, not for "two sevenths".
            fraction = _share(asked) and asked.digits == 9
            rounder = told.digits < 9 if fraction else asked.digits < told.digits
            ok = rounder and abs(value - source) <= ABOUT * abs(source)
        case _:
            ok = False
    return "" if ok else None


def _follows(asked: str, told: str) -> bool:
    """Whether a bound of a sentence keeps to the source's, the values being equal.

    Leaving a bound out is let pass: a headline's "12 dead" for "at least 12".
    """
    if asked in ("", "about", told):
        return True
    up, down = {"over", "from"}, {"under", "to"}
    if asked in up:
        return told in up or (asked == "from" and told == "")
    return told in down or (asked == "to" and told == "")


def _share(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.unit.dimension == "share"


def _rounded(asked: Quantity, told: Quantity, value: float, source: float) -> bool:
    """Whether "1.2 million" stands for 1,234,567: scaled, two digits or more, rightly rounded."""
    if _share(asked) and asked.digits <= 2 and value == int(value):
        # "33 per cent" for "a third", and "66 per cent" for "two thirds".
        return abs(value - source) < 0.7 and told.digits == 9 and _share(told)
    if asked.digits < 2 or value == 0:
        return False
    if not asked.scaled:
        # "1,036 km" for 1036.2 km: what stands behind the point is left out.
        whole = asked.value == int(asked.value) and told.value != int(told.value)
        same = asked.unit == told.unit and asked.form == told.form
        return whole and same and abs(asked.value - told.value) <= 0.5
    unit = 10 ** (math.floor(math.log10(abs(value))) - asked.digits + 1)
    return bool(abs(value - source) <= unit / 2 * (1 + 1e-9))

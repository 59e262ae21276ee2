"""Numbers that a source shows without saying them: lists, pairs, distances, comparisons."""

from collections.abc import Sequence
from itertools import pairwise
from math import isclose

from rag.particulars.amounts import CONVERTED
from rag.particulars.numbers import quantities_of
from rag.particulars.quantity import Quantity
from rag.particulars.source import Source
from rag.particulars.units import UNITS
from rag.particulars.words import Word, words_of

# Numbers of a source that are compared with each other.
MOST = 40
_ONE = frozenset("a an the one each next last past per every".split())
_CHEMICALS = {
    "co2": "carbon dioxide", "ch4": "methane", "n2o": "nitrous oxide", "no2": "nitrogen dioxide",
    "so2": "sulphur dioxide", "h2o": "water", "o3": "ozone", "nh3": "ammonia",
}  # fmt: skip
_APART = frozenset("earlier before previously later after".split())
_PAIR_WORDS = frozenset("both pair couple duo twin neither either".split())


def spelled_alike(text: str, source: Source) -> bool:
    """Whether a number in words stands in the cited words as it is: "a third"."""
    asked = [word.low for word in words_of(text)]
    told = [word.low for word in source.words]
    if not all(low.isalpha() for low in asked):
        return False
    return any(told[at : at + len(asked)] == asked for at in range(len(told)))


def _one_of_a_unit(asked: Quantity, source: Source) -> bool:
    """Whether a length of time is a single unit of the source: "24 hours" for "a day"."""
    if asked.unit is None or asked.unit.dimension != "time":
        return False
    seconds = asked.value * asked.unit.factor
    found = source.words
    return any(
        one.low in _ONE
        and (unit := UNITS.get(two.low)) is not None
        and unit.dimension == "time"
        and isclose(seconds, unit.factor, rel_tol=CONVERTED)
        for one, two in pairwise(found)
    )


def chemical(asked: Quantity, source: Source) -> bool:
    """Whether a formula stands in the source by its name: "CO2", "carbon dioxide"."""
    name = _CHEMICALS.get(asked.code)
    return name is not None and name in " ".join(word.low for word in source.words)


def _between_years(asked: Quantity, source: Source, sentence: str) -> bool:
    """Whether "three years before" is what lies between two years that the source names."""
    if asked.unit is None or asked.unit.name != "year":
        return False
    following = words_of(sentence)[asked.last + 1 : asked.last + 2]
    if not following or following[0].low not in _APART:
        return False
    years = {moment.year for moment in source.moments()[0] if moment.year is not None}
    return any(year + int(asked.value) in years for year in years)


def counted(asked: Quantity, source: Source, sentence: str) -> bool:
    """Small numbers that a source shows without saying them: "both", a list of three."""
    lows = {word.low for word in source.words}
    if _one_of_a_unit(asked, source) or _between_years(asked, source, sentence):
        return True
    if asked.unit is not None and asked.unit.name == "month":
        # "In the first three months" of a source that has "in the first quarter".
        return {3: "quarter", 6: "half"}.get(int(asked.value)) in lows
    if asked.unit is not None and asked.unit.name == "day":
        # "The two-day battle" of a source that has "on 2 and 3 October".
        days = [moment.day for moment in source.moments()[0] if moment.day is not None]
        return len(days) > 1 and max(days) - min(days) + 1 == asked.value
    if asked.unit is not None and asked.unit.dimension not in ("time", "degree"):
        return False
    if asked.form == "times":
        return _ratio(asked, source)
    if asked.form == "ordinal":
        if asked.value == 2 and lows & {"another", "again", "further", "new", "followed"}:
            return True
        others = [item for item in quantities_of(source.cited) if item.form == "ordinal"]
        return asked.value == 1 and not any(item.heads & asked.heads for item in others)
    if asked.form != "cardinal" or asked.value != int(asked.value):
        return False
    if asked.value == 1:
        others = [item for item in quantities_of(source.cited) if item.heads & asked.heads]
        return not others
    if asked.value == 2 and asked.unit is None and lows & _PAIR_WORDS:
        return True
    if asked.unit is None and _all_but(asked, source, sentence):
        return True
    if asked.unit is None and _meant_before(asked, source, sentence):
        return True
    following = [word.low for word in words_of(sentence)[asked.last + 1 : asked.last + 2]]
    if following == ["of"] and not asked.heads:
        # "Three of the 19" counts no list.
        return False
    if 2 <= asked.value <= 6 and asked.unit is None:
        # A source that counts the same thing shows nothing else.
        others = [item for item in quantities_of(source.cited) if item.heads & asked.heads]
        return not others and _lists(source.words, int(asked.value))
    return False


def _ratio(asked: Quantity, source: Source) -> bool:
    """Whether "more than double" is how two numbers of the source compare."""
    plain = [item for item in quantities_of(source.cited) if item.form == "cardinal"][:MOST]
    within = {"over": (1.0, 1.3), "under": (0.8, 1.0)}.get(asked.bound, (0.95, 1.05))
    return any(
        within[0] * asked.value <= one.value / two.value <= within[1] * asked.value
        for one in plain
        for two in plain
        if one is not two and one.unit == two.unit and two.value > 0
    )


def _all_but(asked: Quantity, source: Source, sentence: str) -> bool:
    """Whether "41 of the 44" is "all but three of 44" of the source, or the other way round."""
    plain = [item for item in quantities_of(source.cited) if item.form == "cardinal"]
    found, there = words_of(sentence), words_of(source.cited)
    left = {item.value for item in plain if all_but_before(there, item)}
    if all_but_before(found, asked):
        values = {item.value for item in plain}
        # A source that says "all but three" itself does not leave five.
        return not left and any(value - asked.value in values for value in values)
    return any(item.value - asked.value in left for item in plain)


def all_but_before(found: Sequence[Word], quantity: Quantity) -> bool:
    """Whether a number follows an "all but"."""
    before = found[max(0, quantity.word - 2) : quantity.word]
    return [word.low for word in before] == ["all", "but"]


def _meant_before(asked: Quantity, source: Source, sentence: str) -> bool:
    """Whether "the two groups" only counts what the source tells of without a number."""
    found = words_of(sentence)
    before = found[asked.word - 1].low if asked.word else ""
    if asked.value == 2 and before == "between":
        return before in {word.low for word in source.words}
    if asked.value > 4 or before not in ("the", "these", "those") or not asked.heads:
        return False
    others = [item for item in quantities_of(source.passage) if item.form == "cardinal"]
    return not any(item.heads & asked.heads or item.value <= 4 for item in others)


def _lists(found: Sequence[Word], size: int) -> bool:
    """Whether a list of just so many members stands in a text: "A, B and C"."""
    commas = 0
    run = 0
    for word in found:
        run += 1
        if word.text == "," and run <= 6:
            commas, run = commas + 1, 0
        elif word.text == ",":
            commas, run = 1, 0
        elif word.low == "and" and run <= 7 and commas + 2 == size:
            return True
        elif word.text in ".;:":
            commas, run = 0, 0
    return False

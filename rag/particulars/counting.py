"""The numbers of a sentence held against a source, and whether each counts the same."""

from collections.abc import Callable, Sequence

from rag.particulars import amounts
from rag.particulars.numbers import quantities_of
from rag.particulars.particular import Finding, Particular
from rag.particulars.quantity import Quantity
from rag.particulars.reckoning import Moment
from rag.particulars.source import CROSSED, Source, surroundings
from rag.particulars.times import moments_of
from rag.particulars.words import Word, covered, words_of

# Two numbers no more words apart are the ends of one range.
NEAR = 5
_PAIR_WORDS = frozenset("both pair couple duo twin neither either".split())


def number_particulars(sentence: str) -> list[tuple[Particular, Quantity]]:
    """The numbers of a sentence that are no dates."""
    dated = [(moment.start, moment.end) for moment in moments_of(sentence)]
    found = []
    for quantity in quantities_of(sentence):
        if covered(dated, quantity.start) and covered(dated, quantity.end - 1):
            continue
        unit = f"{quantity.unit.dimension}" if quantity.unit else ""
        value: tuple[object, ...] = (
            quantity.form,
            round(quantity.value * (quantity.unit.factor if quantity.unit else 1), 9),
            quantity.unit.name if quantity.unit and unit == "money" else unit, quantity.bound,
            quantity.code or quantity.second,
        )  # fmt: skip
        text = sentence[quantity.start : quantity.end]
        found.append((Particular("number", text, quantity.start, quantity.end, value), quantity))
    return found


def check_numbers(sentence: str, source: Source) -> list[Finding]:
    """Each number of a sentence held against the source."""
    inside, outside = source.quantities()
    moments, other_moments = source.moments()
    units = {item.unit.name for item in (*inside, *outside) if item.unit is not None}
    # A day of a month or a year is no count of anything.
    plain = _undated(inside, moments)
    rest = _undated(outside, other_moments)
    findings: list[Finding] = []
    pairs = number_particulars(sentence)
    asked_all = [asked for _, asked in pairs]
    for particular, asked in pairs:
        match = amounts.answer(asked, plain, units)
        if match is not None and not match.why:
            meant = _meant(sentence, source, asked, match.quantity, plain, asked_all)
            if meant is None:
                findings.append(Finding(particular, "held", _place(match.quantity), ""))
            else:
                told = source.passage[meant.start : meant.end]
                why = f'"{particular.text}" is told of something else; for this it says "{told}"'
                findings.append(Finding(particular, "altered", _place(meant), why))
            continue
        other = amounts.answer(asked, rest, units)
        if other is not None and not other.why:
            replaced = _replaced(sentence, source, asked, plain, asked_all)
            if replaced is None:
                place = source.place_of(other.quantity)
                findings.append(Finding(particular, "elsewhere", place, ""))
                continue
            told = source.passage[replaced.start : replaced.end]
            why = f'"{particular.text}" is not in the cited words, which say "{told}"'
            findings.append(Finding(particular, "altered", _place(replaced), why))
            continue
        if match is None and _counted(asked, source, sentence):
            findings.append(Finding(particular, "held", None, ""))
            continue
        findings.append(_not_there(particular, asked, match, plain, source))
    return findings


def _undated(quantities: Sequence[Quantity], moments: Sequence[Moment]) -> list[Quantity]:
    """The numbers that are no part of a date."""
    dated = sorted(
        (moment.start, moment.end) for moment in moments if not moment.phrase.endswith(" ago")
    )
    return [
        item
        for item in quantities
        if not (covered(dated, item.start) and covered(dated, item.end - 1))
    ]


def _place(item: Quantity) -> tuple[int, int]:
    return item.start, item.end


def _not_there(
    particular: Particular,
    asked: Quantity,
    match: amounts.Match | None,
    plain: Sequence[Quantity],
    source: Source,
) -> Finding:
    """What is said of a number that the source does not have."""
    nearest = match.quantity if match is not None else _nearest(asked, plain)
    if nearest is None:
        return Finding(particular, "missing", None, f'"{particular.text}" is not in the source')
    told = source.passage[nearest.start : nearest.end]
    if match is not None and match.why == "bound":
        start = max(0, nearest.start - 15)
        told = " ".join(source.passage[start : nearest.end].split()[-4:])
    why = f'"{particular.text}" is not in the source, which says "{told}"'
    return Finding(particular, "altered", _place(nearest), why)


def _nearest(asked: Quantity, plain: Sequence[Quantity]) -> Quantity | None:
    """The number of the cited words that a person would compare with this one."""
    dimension = asked.unit.dimension if asked.unit else ""
    alike = [
        item
        for item in plain
        if item.form == asked.form and (item.unit.dimension if item.unit else "") == dimension
    ]
    return max(alike, key=lambda item: len(item.heads & asked.heads), default=None)


def _counted(asked: Quantity, source: Source, sentence: str) -> bool:
    """Small numbers that a source shows without saying them: "both", a list of three."""
    lows = {word.low for word in source.words}
    if asked.unit is not None and asked.unit.name == "month":
        # "In the first three months" of a source that has "in the first quarter".
        return {3: "quarter", 6: "half"}.get(int(asked.value), "-") in lows
    if asked.unit is not None and asked.unit.name == "day":
        # "The two-day battle" of a source that has "on 2 and 3 October".
        days = [moment.day for moment in source.moments()[0] if moment.day is not None]
        return len(days) > 1 and max(days) - min(days) + 1 == asked.value
    if asked.unit is not None and asked.unit.dimension not in ("time", "degree"):
        return False
    if asked.form == "ordinal":
        if asked.value == 2 and lows & {"another", "again", "further", "new"}:
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
    if 2 <= asked.value <= 6 and asked.unit is None:
        return _lists(source.words, int(asked.value))
    return False


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


def _meant(
    sentence: str,
    source: Source,
    asked: Quantity,
    told: Quantity,
    plain: Sequence[Quantity],
    asked_all: Sequence[Quantity],
) -> Quantity | None:
    """The number that the source gives where the sentence has another of its numbers, or None."""
    around = _around(sentence)
    there = _around(source.passage)
    same = [item for item in plain if _equal(item, told)]
    mine = around(asked)
    straight = max(len(mine & there(item)) for item in same)
    for other in plain:
        if not _swappable(other, asked) or _equal(other, told):
            continue
        crossed = len(mine & there(other))
        partner = next((item for item in asked_all if _states(item, other)), None)
        if partner is None:
            if straight == 0 and crossed > CROSSED:
                return other
            continue
        if _same_range(asked, partner, told, other):
            continue
        theirs = around(partner)
        gain = crossed + max(len(theirs & there(item)) for item in same)
        if gain >= straight + len(theirs & there(other)) + CROSSED:
            return other
    return None


def _same_range(asked: Quantity, partner: Quantity, told: Quantity, other: Quantity) -> bool:
    """Whether two numbers stand side by side in one order in both texts: "€1.1-1.3 billion"."""
    here, there = partner.word - asked.word, other.word - told.word
    return here * there > 0 and abs(here) <= NEAR and abs(there) <= NEAR


def _replaced(
    sentence: str,
    source: Source,
    asked: Quantity,
    plain: Sequence[Quantity],
    asked_all: Sequence[Quantity],
) -> Quantity | None:
    """The number of the cited words in whose place a number from elsewhere was put, or None."""
    mine = _around(sentence)(asked)
    there = _around(source.passage)
    for other in plain:
        taken = any(_states(item, other) for item in asked_all)
        if not taken and _swappable(other, asked) and len(mine & there(other)) >= CROSSED:
            return other
    return None


def _around(text: str) -> Callable[[Quantity], frozenset[str]]:
    found = words_of(text)
    return lambda quantity: surroundings(found, quantity.word, quantity.last)


def _equal(one: Quantity, two: Quantity) -> bool:
    return (one.form, one.value, one.second, one.code) == (
        two.form,
        two.value,
        two.second,
        two.code,
    )


def _states(one: Quantity, two: Quantity) -> bool:
    return amounts.answer(one, [two], ()) is not None


def _swappable(one: Quantity, two: Quantity) -> bool:
    """Whether one number could be put where the other is without a unit looking wrong."""
    if one.form != two.form or one.form == "code":
        return False
    dimensions = {one.unit.dimension if one.unit else "", two.unit.dimension if two.unit else ""}
    return len(dimensions) == 1 or (dimensions == {"", "money"})

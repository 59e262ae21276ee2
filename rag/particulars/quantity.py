"""A number as it is read: its value with unit, magnitude, bound, rate and what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rag.particulars.units import (
    CODES,
    CURRENCIES,
    MAGNITUDES,
    SHORT,
    SYMBOLS,
    TOUCHING,
    UNITS,
    Unit,
)
from rag.particulars.words import Word

Form = Literal["cardinal", "ordinal", "times", "pair", "code", "vague"]
Bound = Literal["", "over", "from", "under", "to", "about"]

# What stands before a number and bounds it; the longest are tried first.
_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(
        ("more than", "over", "above", "exceeding", "exceeds", "exceed", "exceeded", "greater than",
         "larger than", "higher than", "upwards of", "in excess of", "topped", "bigger than",
         "longer than", "older than", "surpassed", "surpassing", "surpass", "surpasses", "to top",
         "will top", "would top", "could top", "may top", "might top", "tops", "topping",
         "beyond", ">", "heavier than",
         "just over", "well over", "passed", "crossed", "deeper than", "later than", "north of"),
        "over",
    ),
    **dict.fromkeys(
        ("at least", "no fewer than", "no less than", "not less than", "a minimum of", "minimum of",
         "not fewer than", "≥", "no smaller than"), "from"
    ),
    **dict.fromkeys(
        ("fewer than", "less than", "under", "below", "smaller than", "lower than", "nearly",
         "almost", "just under", "short of", "not quite", "shorter than", "younger than", "<",
         "well below", "close to", "lighter than", "earlier than", "approaching"), "under"
    ),
    **dict.fromkeys(
        ("at most", "up to", "as much as", "as many as", "no more than", "not more than",
         "a maximum of", "maximum of", "at the most",
            "within", "≤", "no later than", "as high as"), "to"
    ),
    **dict.fromkeys(
        ("about", "around", "roughly", "some", "approximately", "an estimated", "estimated",
         "circa", "ca", "~", "on the order of", "in the region of"), "about"
    ),
}  # fmt: skip
_TURNED: dict[Bound, Bound] = {"over": "to", "from": "under", "under": "from", "to": "over"}
_MOVES = frozenset(
    "fall drop go dip sink rise climb get be come expected likely forecast to far".split()
)
_MARKS = frozenset(
    "limit target threshold ceiling maximum minimum level mark average record norm cap".split()
)
# Numbers in words: what follows one is no more counted by the number before it.
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty".split()
)
_STAYING = frozenset("stay keep remain kept stand".split())
_SIDES = frozenset("ago after later before earlier".split())
_LONGEST_BOUND = max(len(bound.split()) for bound in _BOUNDS)
_AFTER: dict[tuple[str, str], Bound] = {
    ("or", "more"): "from", ("or", "so"): "about", ("or", "less"): "to", ("or", "fewer"): "to",
    ("and", "more"): "from", ("or", "above"): "from", ("or", "under"): "to",
}  # fmt: skip
_RATES = {
    "annually": "year", "yearly": "year", "monthly": "month", "weekly": "week", "daily": "day",
    "hourly": "hour", "annual": "year",
}  # fmt: skip
# "over two years" is how long something took, no bound.
_SPENT = frozenset({"over", "under", "beyond"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with all that it says of itself.

    `second` is the other half of a pair such as a score; `digits` how many of the value's digits
    mean something; `per` the time a rate is counted by; `word` is the place of its first word;
    `label` the stem of a noun that it numbers: "day 9", "number four"; `spent` an "over" before a
    time, which may be a bound or tell how long something took.
    """

    start: int
    end: int
    form: Form
    value: float
    unit: Unit | None = None
    bound: Bound = ""
    second: float = 0.0
    digits: int = 9
    per: str = ""
    word: int = 0
    last: int = 0
    heads: frozenset[str] = field(default_factory=frozenset)
    code: str = ""
    bare_year: bool = False
    scaled: bool = False
    label: str = ""
    spent: Bound = ""


def scaled(found: Sequence[Word], quantity: Quantity) -> Quantity:
    """The number with the magnitudes that follow it: "1.2 million", "5bn", "3 hundred thousand"."""
    last = quantity.last
    value = quantity.value
    place = last + 1
    if place < len(found) and found[place].text == "-" and place + 1 < len(found):
        place += 1 if found[place + 1].low in MAGNITUDES else 0
    while place < len(found) and found[place].low in MAGNITUDES:
        word = found[place]
        if word.low in TOUCHING and word.start != found[place - 1].end:
            break
        # "312m" is of money; "186m" alone is as likely a length.
        following = found[place + 1].low if place + 1 < len(found) else ""
        if word.low == "m" and not (_money_before(found, quantity.word) or following in CURRENCIES):
            break
        value *= MAGNITUDES[word.low]
        last = place
        place += 1
    if last == quantity.last:
        return quantity
    return replace(
        quantity, value=value, last=last, end=found[last].end, bare_year=False, scaled=True
    )


def _money_before(found: Sequence[Word], place: int) -> bool:
    """Whether a currency stands right before a number."""
    before = found[place - 1] if place else None
    return before is not None and (before.text in SYMBOLS or before.low in CODES)


def with_unit(found: Sequence[Word], quantity: Quantity) -> Quantity:
    """The number with the currency before it, or the unit after it."""
    place = quantity.word
    before = found[place - 1] if place else None
    if before is not None and (before.text in SYMBOLS or before.low in CODES):
        unit = CURRENCIES.get(before.low)
        start = before.start
        prefix = found[place - 2] if place > 1 else None
        if before.text == "$" and prefix is not None and prefix.end == before.start:
            unit = CURRENCIES.get(prefix.low + "$", unit)
            start = prefix.start if unit is not CURRENCIES["$"] else start
        if unit is not None:
            return _with_rate(found, replace(quantity, unit=unit, start=start, bare_year=False))
    after = quantity.last + 1
    if after < len(found) and found[after].text in '"”' and found[after].start == quantity.end:
        # "“5 to 8” minutes"
        after += 1
    joined = after < len(found) and found[after].text in "-–" and found[after].start == quantity.end
    if joined:
        after += 1
    for length in (3, 2, 1):
        words = found[after : after + length]
        if len(words) < length:
            continue
        name = " ".join(word.low for word in words)
        if length == 3 and words[1].text == "/":
            name = name.replace(" ", "")
        unit = UNITS.get(name) or CURRENCIES.get(name)
        if unit is None:
            continue
        touches = words[0].start == found[quantity.last].end
        if name in SHORT and not touches and not words[0].text.islower():
            continue
        if name in ("p", "try", "rs") and not touches:
            continue
        age = [word.low for word in found[after + length : after + length + 2]]
        old = bool({"old", "olds"} & {*age[:2]})
        if unit.name == "year" and old and age[0] in ("old", "olds", "-"):
            # "A 34-year-old" for "Aubert, 34,".
            return replace(quantity, last=after + length, bare_year=False)
        following = unit_at(found, after + length) if joined else None
        if following is not None and following.dimension == "time":
            # "A 35-hour week"
            rate = replace(quantity, unit=unit, last=after + length, per=following.name)
            return replace(rate, end=found[after + length].end, bare_year=False)
        wide = replace(
            quantity, unit=unit, last=after + length - 1, end=words[-1].end, bare_year=False
        )
        return _with_rate(found, wide)
    return replace(
        quantity,
        per=_rate_near(found, quantity.word, after),
        heads=heads_after(found, quantity.last),
        label=_label(found, place),
    )


def _label(found: Sequence[Word], place: int) -> str:
    """The noun that a number follows: "day 9", "Oct-4"."""
    hyphen = (
        place > 1
        and found[place - 1].text == "-"
        and found[place - 2].end + 1 == (found[place].start)
    )
    before = found[place - (2 if hyphen else 1)] if place else None
    return before.stem if before is not None and before.content and before.kind == "word" else ""


def unit_at(found: Sequence[Word], place: int) -> Unit | None:
    """The unit that begins at a word, the longest: "megawatt hour" before "megawatt"."""
    for length in (3, 2, 1):
        unit = UNITS.get(" ".join(word.low for word in found[place : place + length]))
        if unit is not None:
            return unit
    return None


def _rate_near(found: Sequence[Word], first: int, after: int) -> str:
    """What something is counted by: "310 particles per kilogram", "80 mg of it daily"."""
    for place in range(first - 1, max(-1, first - 8), -1):
        # "Daily use was 131 litres"
        word = found[place]
        if word.kind == "mark" or word.kind == "number":
            break
        if word.low in _RATES:
            return _RATES[word.low]
    for place in range(after, min(after + 8, len(found))):
        word = found[place]
        if word.kind == "mark":
            break
        if word.low in _RATES:
            return _RATES[word.low]
        if place + 1 == len(found) or place > after + 3:
            continue
        later = found[place + 2].low if place + 2 < len(found) else ""
        every = word.low in ("a", "an", "every") and later not in (
            "ago",
            "after",
            "later",
            "before",
        )
        if word.low == "per" or (every and place > after):
            unit = unit_at(found, place + 1)
            if unit is not None and (word.low == "per" or unit.dimension == "time"):
                return unit.name
    return ""


def _with_rate(found: Sequence[Word], quantity: Quantity) -> Quantity:
    """The number with the time it is counted by: "5.4 hours a day", "€39.90 per month"."""
    after = quantity.last + 1
    per = ""
    if after + 1 < len(found) and found[after].low in ("a", "an", "per", "each", "every", "/"):
        unit = unit_at(found, after + 1)
        measured = found[after].low in ("per", "/") and found[after + 1].low not in SHORT
        if unit is not None and (unit.dimension == "time" or measured):
            per = unit.name
    else:
        per = _rate_near(found, quantity.word, after)
    return replace(quantity, per=per, heads=heads_after(found, quantity.last))


def bounded(found: Sequence[Word], quantity: Quantity) -> Quantity:
    """The number with the "more than" or "nearly" before it or the "or so" after it."""
    first = quantity.word
    compared = first > 0 and found[first - 1].low == "the"
    while first > 0 and (
        found[first - 1].text in SYMBOLS
        or found[first - 1].low in CODES
        or found[first - 1].low in ("the", "a", "minus", "-", "−")
    ):
        first -= 1
    bound: Bound = ""
    phrase = ""
    for length in range(_LONGEST_BOUND, 0, -1):
        if first - length < 0:
            continue
        phrase = " ".join(word.low for word in found[first - length : first])
        # "More than the 2 billion that was expected" is no bound.
        if phrase in _BOUNDS and not compared:
            bound = _BOUNDS[phrase]
            if _turned(found, first - length):
                bound = _TURNED.get(bound, "")
            break
    time = quantity.unit is not None and quantity.unit.dimension == "time"
    spent: Bound = _past_mark(found, first)
    if time and phrase in _SPENT:
        bound, spent = "", bound
    after = tuple(word.low for word in found[quantity.last + 1 : quantity.last + 3])
    if bound in ("from", "over") and after[:1] in (("away",), ("clear",), ("off",)):
        # "Stay at least 20 km away" is "do not go within 20 km".
        staying = {word.low for word in found[max(0, first - 5) : first]} & _STAYING
        bound = "to" if staying else bound
    if not bound and len(after) == 2:
        bound = _AFTER.get((after[0], after[1]), "")
    if after[:1] == ("+",):
        bound = "from"
    return replace(quantity, bound=bound, spent=spent) if bound or spent else quantity


def _past_mark(found: Sequence[Word], first: int) -> Bound:
    """The bound of "below the limit of 100", which says both what the limit is and where."""
    before = [word.low for word in found[max(0, first - 4) : first]]
    if len(before) < 4 or before[3] != "of" or before[2] not in _MARKS:
        return ""
    return _BOUNDS.get(before[0], "")


def _turned(found: Sequence[Word], place: int) -> bool:
    """Whether a bound is denied: "not expected to drop below 25" bounds from the other side."""
    if place > 0 and found[place - 1].low == "no" and found[place + 1].low == "than":
        return True
    for index in range(place - 1, max(-1, place - 6), -1):
        low = found[index].low
        if low in ("not", "never") or low.endswith("n't"):
            return True
        if low not in _MOVES:
            return False
    return False


def heads_after(found: Sequence[Word], last: int) -> frozenset[str]:
    """The stems of what a number counts: the content words that follow it in its clause."""
    heads: list[str] = []
    for word in found[last + 1 : last + 7]:
        ends = word.kind == "number" or word.low in _COUNTS or word.text in ".;:()"
        ends = ends or (word.low in ("that", "which") and not heads)
        if ends or len(heads) == 3:
            break
        if word.text == "," and heads:
            break
        if word.content and word.kind == "word":
            heads.append(word.stem)
    return frozenset(heads)

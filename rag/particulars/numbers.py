"""The numbers of a text, in digits or words, each with its unit, its bound and what it counts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.particulars.numerals import in_so_many, spelled
from rag.particulars.quantity import Quantity, bounded, heads_after, scaled, with_unit
from rag.particulars.units import SYMBOLS
from rag.particulars.words import Word, words_of

_TIMES = {
    "twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0, "treble": 3.0, "quadruple": 4.0,
    "twofold": 2.0, "threefold": 3.0, "fourfold": 4.0, "fivefold": 5.0, "tenfold": 10.0,
    "halve": 0.5,
}  # fmt: skip
TIMES = {
    f"{name.removesuffix('e')}{ending}" if ending and name.endswith("e") else name + ending: value
    for name, value in _TIMES.items()
    for ending in ("", "ed", "ing", "d", "s", "es")
} | {"halves": 0.0}
VAGUE = {"dozens": 24.0, "scores": 40.0, "hundreds": 200.0, "thousands": 2e3, "millions": 2e6,
          "billions": 2e9}  # fmt: skip
_SUFFIX = re.compile(r"(?:st|nd|rd|th)$")
_RANGE = frozenset({"to", "-", "–", "—", "and", "or", "±"})


@lru_cache(maxsize=256)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text in order; years, days of months and clock times are among them."""
    found = words_of(text)
    kept: list[Quantity] = []
    place = 0
    while place < len(found):
        quantity = _read(found, place)
        if quantity is None:
            place += 1
            continue
        kept.append(quantity)
        place = quantity.last + 1
    return tuple(_share_units(found, _pairs(found, kept)))


def _read(found: Sequence[Word], place: int) -> Quantity | None:
    """The number that begins at a word, or None."""
    word = found[place]
    if word.kind == "number":
        return _digits(found, place)
    if word.low in VAGUE:
        return bounded(
            found, Quantity(word.start, word.end, "vague", VAGUE[word.low], word=place, last=place)
        )
    if TIMES.get(word.low):
        times = Quantity(word.start, word.end, "times", TIMES[word.low], word=place, last=place)
        return bounded(found, times)
    return spelled(found, place)


def _digits(found: Sequence[Word], place: int) -> Quantity:
    """A number in digits, with a sign, a currency before it and a magnitude after it."""
    word = found[place]
    previous = found[place - 1] if place else None
    touching = previous is not None and previous.end == word.start
    if touching and previous is not None and previous.low == "v":
        # "v2.4.7" is version 2.4.7.
        touching, previous = False, None
    if touching and previous is not None and previous.kind == "word":
        code = previous.low + word.text
        return Quantity(previous.start, word.end, "code", 0.0, code=code, word=place, last=place)
    plain = re.sub(r"[,\u00a0\u202f\u2009 ](?=\d{3}(?!\d))", "", word.text)
    if plain.count(".") > 1 or (len(plain) > 1 and plain[0] == "0" and plain[1] not in ".,"):
        return Quantity(word.start, word.end, "code", 0.0, code=plain, word=place, last=place)
    plain = plain.replace(",", ".") if plain.count(",") == 1 else plain.replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return Quantity(word.start, word.end, "code", 0.0, code=plain, word=place, last=place)
    digits = len(plain.replace(".", "").lstrip("0")) if "." in plain else len(plain.rstrip("0"))
    following = found[place + 1] if place + 1 < len(found) else None
    if following and following.end - word.end <= 2 and following.start == word.end:
        if _SUFFIX.match(following.low):
            return Quantity(
                word.start,
                following.end,
                "ordinal",
                value,
                word=place,
                last=place + 1,
                heads=heads_after(found, place + 1),
            )
        if following.low == "s" and place > 1 and found[place - 2].low in ("over", "under"):
            # "The over-65s"
            aged = Quantity(
                word.start, following.end, "cardinal", value, word=place, last=place + 1
            )
            return bounded(found, replace(aged, digits=max(digits, 1)))
        if following.low == "s":
            return Quantity(
                word.start,
                following.end,
                "code",
                value,
                code=plain + "s",
                word=place,
                last=place + 1,
            )
    year = (
        word.text.isdecimal()
        and len(word.text) == 4
        and 1000 <= value <= 2199
        and not (previous and previous.text in SYMBOLS)
    )
    start = word.start
    negative = False
    if touching and previous is not None and previous.text in "-−–":
        earlier = found[place - 2] if place > 1 else None
        if earlier is None or earlier.end < previous.start or earlier.text in "(":
            negative, start = True, previous.start
    elif previous is not None and previous.low == "minus":
        negative, start = True, previous.start
    if value <= 20 and (share := in_so_many(found, place, place, value)) is not None:
        return share
    quantity = Quantity(
        start,
        word.end,
        "cardinal",
        -value if negative else value,
        digits=max(digits, 1),
        word=place,
        last=place,
        bare_year=year,
    )
    return bounded(found, with_unit(found, scaled(found, quantity)))


def _pairs(found: Sequence[Word], kept: list[Quantity]) -> list[Quantity]:
    """Scores and votes ("6-4", "3-1") as one; a range keeps its two ends."""
    joined: list[Quantity] = []
    for quantity in kept:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.form == quantity.form == "cardinal"
            and before.unit is None
            and (quantity.unit is None or found[quantity.word - 1].text == "/")
            and not before.bare_year
            and not quantity.bare_year
            and before.last + 2 == quantity.word
            and found[quantity.word - 1].text in "-–/"
            and found[quantity.word - 1].start == before.end
            and found[quantity.word].start == found[quantity.word - 1].end
            and max(before.value, quantity.value) < 1000
        ):
            joined[-1] = replace(
                before,
                form="pair",
                second=abs(quantity.value),
                end=quantity.end,
                last=quantity.last,
                heads=quantity.heads,
            )
        else:
            joined.append(quantity)
    return joined


def _share_units(found: Sequence[Word], kept: list[Quantity]) -> list[Quantity]:
    """In "40 to 60 mm" and "28 to £32" both ends have the unit and, if small, the magnitude."""
    shared = list(kept)
    for place in range(len(kept) - 1):
        one, two = shared[place], shared[place + 1]
        between = [word.low for word in found[one.last + 1 : two.word] if word.text not in SYMBOLS]
        if one.form != "cardinal" or two.form != "cardinal" or len(between) != 1:
            continue
        if between[0] not in _RANGE or one.bare_year:
            continue
        share = one.unit is not None and one.unit.dimension == "share"
        if share and two.unit is None and (two.scaled or one.digits == 9):
            # "Rose by a fifth to 640 million"
            continue
        own = one.unit is not None and two.unit is not None
        if one.unit is None and two.unit is not None and two.unit.dimension != "time":
            one = replace(one, unit=two.unit, per=two.per)
        elif one.unit is None and two.unit is not None and between[0] != "and":
            one = replace(one, unit=two.unit)
        elif (
            two.unit is None
            and one.unit is not None
            and between[0] in ("to", "-", "–")
            # "Children of ten years to four arms of treatment"
            and not (one.unit.dimension == "time" and two.heads)
        ):
            two = replace(two, unit=one.unit)
        ranged = between[0] in ("to", "-", "–") or (
            between[0] == "and" and one.word > 0 and found[one.word - 1].low == "between"
        )
        if not own and not one.scaled and two.scaled and one.value < 1000 and ranged:
            magnitude = two.value / max(_plain(found, two), 1e-9)
            if one.value * magnitude <= two.value:
                one = replace(one, value=one.value * magnitude, scaled=True)
        shared[place], shared[place + 1] = one, two
    return shared


def _plain(found: Sequence[Word], quantity: Quantity) -> float:
    """The number before its magnitude, where it is in digits."""
    try:
        return float(found[quantity.word].text.replace(",", ""))
    except ValueError:
        return quantity.value

"""Numbers in words: "twenty-one", "a dozen", "two thirds", "half a million", "one in ten"."""

from collections.abc import Sequence

from rag.particulars.quantity import Quantity, bounded, heads_after, with_unit
from rag.particulars.units import MAGNITUDES, TOUCHING, UNITS
from rag.particulars.words import Word

SMALL_NUMBERS = {
    name: value
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    name: 10 * value
    for value, name in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
ORDINALS = {
    name: value
    for value, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        " twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "hundredth": 100}
NUMBER_WORDS = frozenset((*SMALL_NUMBERS, *_TENS, "dozens", "hundreds", "thousands"))
_FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_BEFORE_SHARE = frozenset("than nearly almost about over around roughly just under".split())
_AFTER_SHARE = frozenset(
    """in by during on of as less more fewer to since over above below higher lower from had have
    were said between against compared within and or but than after before when while at""".split()
)
_NOT_ONE = frozenset({"no", "this", "that", "each", "every", "any", "which", "another", "the"})


def spelled(found: Sequence[Word], place: int) -> Quantity | None:
    """A number in words: "twenty-one", "a dozen", "two thirds", "half a million", "sixth"."""
    word = found[place]
    previous = found[place - 1] if place else None
    total, group, last = 0.0, 0.0, place - 1
    index = place
    if word.low in ("a", "an"):
        follows = found[place + 1].low if place + 1 < len(found) else ""
        if follows in MAGNITUDES and follows not in TOUCHING and follows != "score":
            index, group, last = place + 1, 1.0, place
        elif follows in _FRACTIONS and follows not in ("half", "second"):
            return _fraction(found, place, place + 1, 1.0)
        elif follows in ("century", "decade", "fortnight"):
            end = found[place + 1].end
            one = Quantity(
                word.start, end, "cardinal", 1.0, unit=UNITS[follows], word=place, last=place + 1
            )
            return bounded(found, one)
        else:
            return None
    digits = 0
    while index < len(found):
        low = found[index].low
        if low in SMALL_NUMBERS:
            group += SMALL_NUMBERS[low]
        elif low in _TENS:
            group += _TENS[low]
        elif low in MAGNITUDES and low not in TOUCHING and last >= place:
            if MAGNITUDES[low] == 100:
                group *= 100
            else:
                total += group * MAGNITUDES[low]
                group = 0.0
        elif (
            low in ("and", "-", "–")
            and last >= place
            and index + 1 < len(found)
            and _continues(found, index, last)
        ):
            index += 1
            continue
        else:
            break
        last = index
        digits += 1
        index += 1
    if last < place:
        if word.low == "half":
            return _half(found, place)
        if word.low in ORDINALS:
            return Quantity(
                word.start,
                word.end,
                "ordinal",
                float(ORDINALS[word.low]),
                word=place,
                last=place,
                heads=heads_after(found, place),
            )
        return None
    value = total + group
    after = last + 1
    if after < len(found) and found[after].text == "-":
        after += 1
    if after < len(found):
        name = found[after].low.removesuffix("s") if found[after].low != "halves" else "halves"
        if name in _FRACTIONS and name != "half" and value < 20:
            return _fraction(found, place, after, value)
        # "twenty-first"
        if found[after].low in ORDINALS and found[last].low in _TENS and after == last + 2:
            value += ORDINALS[found[after].low]
            return Quantity(
                word.start,
                found[after].end,
                "ordinal",
                value,
                word=place,
                last=after,
                heads=heads_after(found, after),
            )
    if value == 1 and last == place and previous is not None and previous.low in _NOT_ONE:
        return None
    value, last = _and_a_half(found, value, last)
    if (share := in_so_many(found, place, last, value)) is not None:
        return share
    quantity = Quantity(
        word.start,
        found[last].end,
        "cardinal",
        value,
        word=place,
        last=last,
        digits=len(f"{value:.0f}".rstrip("0")) or 1,
    )
    return bounded(found, with_unit(found, quantity))


def _continues(found: Sequence[Word], index: int, last: int) -> bool:
    """Whether "and" or a hyphen joins two words of one number: "two hundred and five"."""
    after = found[index + 1].low
    if found[index].low == "and":
        return found[last].low in MAGNITUDES and (after in SMALL_NUMBERS or after in _TENS)
    return (found[last].low in _TENS and after in SMALL_NUMBERS) or after in MAGNITUDES


def _and_a_half(found: Sequence[Word], value: float, last: int) -> tuple[float, int]:
    words = [word.low for word in found[last + 1 : last + 4]]
    return (value + 0.5, last + 3) if words == ["and", "a", "half"] else (value, last)


def in_so_many(found: Sequence[Word], place: int, last: int, value: float) -> Quantity | None:
    """Read "one in ten", "three out of five" as a share."""
    after = last + 1
    words = [word.low for word in found[after : after + 2]]
    if words[:1] != ["in"] and words != ["out", "of"]:
        return None
    whole = found[after + len(words) - 1] if words == ["out", "of"] else None
    index = after + (2 if words == ["out", "of"] else 1)
    whole = found[index] if index < len(found) else None
    if whole is None or (whole.low not in (*SMALL_NUMBERS, *_TENS) and whole.kind != "number"):
        return None
    number = SMALL_NUMBERS.get(whole.low) or _TENS.get(whole.low)
    plain = whole.text.replace(",", "")
    if number is None and plain.isdecimal() and not (len(whole.text) == 4 and plain < "2200"):
        number = int(plain)
    if not number or number <= value:
        return None
    share = Quantity(
        found[place].start,
        whole.end,
        "cardinal",
        100 * value / number,
        unit=UNITS["%"],
        bound="about",
        digits=1,
        word=place,
        last=index,
        heads=heads_after(found, index),
    )
    return bounded(found, share)


def _half(found: Sequence[Word], place: int) -> Quantity | None:
    """Read "half a million", "half an hour", "half of the", but not "the first half"."""
    previous = found[place - 1] if place else None
    if previous is not None and (previous.low in ORDINALS or previous.low in ("last", "a")):
        return None
    words = found[place + 1 : place + 3]
    if any(word.low in ("time", "way") for word in words) and words[0].low in ("-", "time", "way"):
        return None
    if len(words) == 2 and words[0].low in ("a", "an"):
        if words[1].low in MAGNITUDES and words[1].low not in TOUCHING:
            quantity = Quantity(
                found[place].start,
                words[1].end,
                "cardinal",
                MAGNITUDES[words[1].low] / 2,
                word=place,
                last=place + 2,
                digits=1,
                scaled=True,
            )
            return bounded(found, with_unit(found, quantity))
        for length in (2, 1):
            named = found[place + 2 : place + 2 + length]
            joined = " ".join(word.low for word in named)
            # "Half a point less" is half a percentage point.
            unit = UNITS.get("percentage point" if joined == "point" else joined)
            if unit is not None and len(named) == length:
                last = place + 1 + length
                start, end = found[place].start, found[last].end
                half = Quantity(
                    start, end, "cardinal", 0.5, unit=unit, word=place, last=last, digits=1
                )
                return bounded(found, half)
    return _fraction(found, place, place, 1.0)


def _fraction(found: Sequence[Word], place: int, name: int, above: float) -> Quantity | None:
    """A share in words; "a third title" is none, "a quarter of a percentage point" has a unit."""
    word = found[name]
    following = [item.low for item in found[name + 1 : name + 6]]
    base = word.low if word.low in _FRACTIONS else word.low.removesuffix("s")
    if above == 1 and base not in ("half", "quarter") and found[place].low != "one":
        after = found[name + 1] if name + 1 < len(found) else None
        # "A third of them" is a share, "a third title" is none.
        before = found[place - 1].low if place else ""
        ok = before in _BEFORE_SHARE or (
            after is not None and (after.low in _AFTER_SHARE or after.text in ",.;)")
        )
        if not ok:
            return None
    share = above / _FRACTIONS[base]
    if following[:2] in (["of", "a"], ["of", "an"]) or following[:1] in (["-"],):
        skipped = 1 if following[0] == "-" else 2
        magnitude = following[skipped] if skipped < len(following) else ""
        if magnitude in MAGNITUDES and magnitude not in TOUCHING and following[0] == "of":
            # "Three-quarters of a million"
            last = name + skipped + 1
            whole = Quantity(
                found[place].start,
                found[last].end,
                "cardinal",
                share * MAGNITUDES[magnitude],
                word=place,
                last=last,
                digits=2,
                scaled=True,
            )
            return bounded(found, with_unit(found, whole))
        for length in (2, 1):
            named = following[skipped : skipped + length]
            if len(named) < length:
                continue
            name_of = " ".join(named)
            # "A quarter-point rise"
            unit = UNITS.get("percentage point" if name_of == "point" else name_of)
            if unit is not None:
                last = name + skipped + length
                return Quantity(
                    found[place].start,
                    found[last].end,
                    "cardinal",
                    share,
                    unit=unit,
                    word=place,
                    last=last,
                )
    quantity = Quantity(
        found[place].start,
        word.end,
        "cardinal",
        100 * share,
        unit=UNITS["%"],
        word=place,
        last=name,
        digits=9,
        heads=heads_after(found, name),
    )
    return bounded(found, quantity)

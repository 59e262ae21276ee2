"""What a number looks like in a sheet: the number formats of Office Open XML.

Dates are told apart and not written here, since what they look like depends on the language.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

# The formats that files name by number alone (Source: ECMA-376 part 1, 18.8.30). Those of a
# currency differ by country and are left without its sign.
COMMON = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "#,##0;-#,##0",
    6: "#,##0;-#,##0",
    7: "#,##0.00;-#,##0.00",
    8: "#,##0.00;-#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"',
    42: '#,##0;(#,##0);"-"',
    43: '#,##0.00;(#,##0.00);"-"',
    44: '#,##0.00;(#,##0.00);"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
} | dict.fromkeys([*range(27, 37), *range(50, 59)], "yyyy-mm-dd")  # East Asian dates
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<space>[_*].)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|E(?P<sign>[+-])(?P<exponent>0{1,5})"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+,*)|(?P<bare>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)$")
_ELAPSED = re.compile(r"(?:h+|m+|s+)$", re.IGNORECASE)
_MAX_CODE_CHARS = 255  # what Excel takes
_MAX_DECIMALS = 30  # what Excel takes
# The longest number, 1e308, with its decimals; halves go away from zero, as people round.
_CONTEXT = Context(prec=700, rounding=ROUND_HALF_UP)
# Plain digits between these; beyond them they would be hundreds of zeros.
_PLAIN_EXPONENTS = range(-15, 21)


@dataclass(slots=True)
class _Section:
    """What a format says of some numbers; `digits` is None where it shows words alone."""

    before: str = ""
    after: str = ""
    digits: str | None = None
    exponent: tuple[str, int] | None = None
    percents: int = 0
    condition: tuple[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class _Holders:
    """What places for digits ask for: digits at least, decimals at least and at most."""

    zeros: int
    kept: int
    step: Decimal
    thousands: int
    is_grouped: bool


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format's sections; none where it is the general one or one that is not known."""

    sections: tuple[_Section, ...] = ()
    is_date: bool = False
    is_elapsed: bool = False
    hides_text: bool = False

    def shown(self, value: float) -> str:
        """What a number looks like; "" where the format shows nothing of it."""
        number = Decimal(f"{value:.15g}")  # as many digits as spreadsheets reckon with
        if not self.sections or not number.is_finite():
            return plain(value)
        chosen = _chosen(self.sections, number)
        if chosen is None:
            return plain(value)
        section, number = chosen
        sign = "-" if number < 0 else ""
        return (sign + section.before + _digits(section, abs(number)) + section.after).strip()


@lru_cache(maxsize=4096)
def number_format(code: str) -> NumberFormat:
    """The format that a code such as '#,##0.00 "€"' stands for."""
    if len(code) > _MAX_CODE_CHARS:
        return NumberFormat()
    sections: list[_Section | None] = []
    section: _Section | None = _Section()
    is_date = is_elapsed = False
    length = 0  # of the section's code so far
    for match in _TOKEN.finditer(code):
        if match["bare"] == ";":
            sections.append(section)
            section, length = _Section(), 0
            continue
        length += 1
        kind = match.lastgroup
        is_elapsed |= kind == "bracket" and bool(_ELAPSED.match(match["bracket"]))
        is_date |= kind == "bare" and match["bare"] in "ymdhsYMDHS"
        if section is not None and not _take(section, match):
            section = None
    sections.append(section)
    if is_date or is_elapsed:
        return NumberFormat(is_date=True, is_elapsed=is_elapsed)
    hides_text = len(sections) == 4 and length == 0
    known = [held for held in sections[:3] if held is not None]
    if len(known) < len(sections[:3]):
        return NumberFormat(hides_text=hides_text)
    return NumberFormat(tuple(known), hides_text=hides_text)


def plain(value: float) -> str:
    """A number in digits, without the noise of binary fractions and without an exponent."""
    text = f"{value:.15g}"
    if "e" not in text:
        return "0" if text == "-0" else text
    number = Decimal(text)
    return format(number, "f") if number.adjusted() in _PLAIN_EXPONENTS else text


def _take(section: _Section, match: re.Match[str]) -> bool:
    """Add a token to a section; returns False where numbers of that form are not written here."""
    kind = match.lastgroup
    if kind == "digits":
        if section.digits is not None:  # a fraction, or digits with signs between them
            return False
        section.digits = match["digits"]
    elif kind == "general" or match["bare"] == "@":
        if section.digits is not None:
            return False
        section.digits = "General"
    elif kind == "exponent":
        if section.digits is None or section.after:
            return False
        section.exponent = (match["sign"], len(match["exponent"]))
    elif kind == "bracket":
        condition = _CONDITION.match(match["bracket"])
        if condition is not None:
            section.condition = (condition[1], Decimal(condition[2]))
        elif match["bracket"].startswith("$"):
            _put(section, match["bracket"][1:].partition("-")[0])
    elif kind != "space":
        words = match["quoted"] or match["escaped"] or match["bare"] or ""
        section.percents += match["bare"] == "%"
        _put(section, words)
    return True


def _put(section: _Section, words: str) -> None:
    if section.digits is None:
        section.before += words
    else:
        section.after += words


def _chosen(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section, Decimal] | None:
    if any(section.condition is not None for section in sections):
        for section in sections:
            if section.condition is None or _holds(number, *section.condition):
                return section, number
        return None
    if len(sections) == 3 and number == 0:
        return sections[2], number
    if len(sections) >= 2 and number < 0:
        return sections[1], -number
    return sections[0], number


def _holds(number: Decimal, sign: str, limit: Decimal) -> bool:
    order = (number > limit) - (number < limit)
    return (
        order in {"<": {-1}, "<=": {-1, 0}, "=": {0}, ">=": {0, 1}, ">": {1}, "<>": {-1, 1}}[sign]
    )


def _digits(section: _Section, number: Decimal) -> str:
    """A number's digits as a section's placeholders ask for them."""
    if section.digits is None:
        return ""
    if section.digits == "General":
        return plain(float(number))
    holders = _holders(section.digits)
    places = 2 * section.percents - 3 * holders.thousands
    if places:
        number = number.scaleb(places)
    exponent = ""
    if section.exponent is not None:
        power = number.adjusted() if number else 0
        if _CONTEXT.quantize(number.scaleb(-power), holders.step) >= 10:
            power += 1
        number = number.scaleb(-power)
        sign = "-" if power < 0 else section.exponent[0].replace("-", "")
        exponent = f"E{sign}{abs(power):0{section.exponent[1]}d}"
    number = _CONTEXT.quantize(number, holders.step)
    units, _, rest = format(number, ",f" if holders.is_grouped else "f").partition(".")
    units = "" if units == "0" and holders.zeros == 0 else units.zfill(holders.zeros)
    rest = rest[: holders.kept] + rest[holders.kept :].rstrip("0")
    return units + (f".{rest}" if rest else "") + exponent


@lru_cache(maxsize=4096)
def _holders(digits: str) -> _Holders:
    held = digits.rstrip(",")
    whole, _, fraction = held.partition(".")
    return _Holders(
        zeros=whole.count("0"),
        kept=fraction.rfind("0") + 1,
        step=Decimal(1).scaleb(-min(len(fraction), _MAX_DECIMALS)),
        thousands=len(digits) - len(held),
        is_grouped="," in whole,
    )

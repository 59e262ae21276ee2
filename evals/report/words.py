"""Numbers, shares, times and labels as the report says them."""

import math
import string
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evals.scoring import Estimate

NONE = "–"
_MINUS = "\u2212"
_SPACE = "\u00a0"  # keeps a number and its sign on one line


def figure(value: float, *, sign: bool = False, digits: int = 3) -> str:
    """A measure's value: so many decimals, fewer for large ones, a dash for NaN."""
    if not math.isfinite(value):
        return NONE
    digits = digits if abs(value) < 10 else 1 if abs(value) < 100 else 0
    words = f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"
    if float(words.replace(",", "")) == 0:
        words = words.lstrip("+-")
    return words.replace("-", _MINUS)


def span(low: float, high: float, *, sign: bool = False, digits: int = 3) -> str:
    """An interval in brackets, a dash where there is none."""
    if math.isnan(low):
        return NONE
    ends = (figure(end, sign=sign, digits=digits) for end in (low, high))
    return f"[{', '.join(ends)}]"


def percent(value: float) -> str:
    """A share in percent; only all is 100 % and only nothing is 0 %."""
    if math.isnan(value):
        return NONE
    for digits in (0, 1, 2):
        words = f"{100 * value:.{digits}f}"
        if float(words) not in (0, 100) or value in (0, 1):
            return f"{words}{_SPACE}%"
    return f"more than 99.99{_SPACE}%" if value > 0.5 else f"less than 0.01{_SPACE}%"


def percent_span(one: Estimate) -> str:
    """An interval in percent, in brackets, or nothing where there is none."""
    if math.isnan(one.low):
        return ""
    low, high = (percent(end).removesuffix(f"{_SPACE}%") for end in (one.low, one.high))
    return f" [{low}, {high}]"


def p_words(p: float) -> str:
    """The p of a test, a dash where there is none."""
    if math.isnan(p):
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def seconds(value: float) -> str:
    """A time, in the unit in which it can be read."""
    if not math.isfinite(value):
        return NONE
    if value < 0.9995:
        return f"{1000 * value:.0f}{_SPACE}ms"
    return f"{value:.1f}{_SPACE}s" if value < 99.95 else f"{value / 60:.1f}{_SPACE}min"


def counted(n: int, what: str) -> str:
    """A number with its noun: "1 question", "1,204 questions"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def letter(place: int) -> str:
    """What a run is called: A, B and so on to Z, then R27."""
    return string.ascii_uppercase[place] if place < 26 else f"R{place + 1}"


def when(stamp: object) -> str:
    """A time of a header as a person writes it; as it stands where it is none."""
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError:
        return str(stamp)
    zone = " UTC" if moment.utcoffset() is not None and not moment.utcoffset() else ""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment:%Y, %H:%M}{zone}"


def published(value: object, precision: object) -> str | None:
    """A date of publication as far as it is known, as it stands where it is none."""
    if value is None:
        return None
    try:
        parts = [int(part) for part in str(value)[:10].split("-")]
        words = f"{_MONTHS[parts[1] - 1]} {parts[0]}" if len(parts) > 1 else str(parts[0])
    except (ValueError, IndexError):
        return str(value)
    if len(parts) < 3:
        return words
    time = f", {str(value)[11:16]}" if precision == "time" else ""
    return f"{parts[2]} {words}{time}"


# Not by strftime: it goes by the language of the system.
_MONTHS = (
    "January February March April May June July August September October November December".split()
)


def plain(value: object) -> str:
    """A value of a header in one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or "none"
    return " ".join(str(value).split())


def mapping(value: object) -> Mapping[str, Any]:
    """A part of a header; empty where an importer wrote none."""
    return value if isinstance(value, dict) else {}

"""Dates of publication with their precision: from the words of a source to a `Published`.

Only forms that can be read in one way are taken; "03/04/2024" stays unknown. Nothing here looks
at a clock or at a file's times.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Precision = Literal["year", "month", "day", "time"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_DAY_MONTH = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]+)\.?,?\s+(\d{4})$")
_MONTH_DAY = re.compile(r"(?:[a-z]+,?\s+)?([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_MONTH = re.compile(r"([a-z]+)\.?,?\s+(\d{4})$")


@dataclass(frozen=True, slots=True)
class Published:
    """A date of publication: ISO 8601 `value` cut to its `precision` ("2023", "2023-10", …)."""

    value: str
    precision: Precision

    def span(self) -> tuple[str, str]:
        """The first and the last day it may mean, as ISO dates; of a time, the day it states."""
        if self.precision == "year":
            return f"{self.value}-01-01", f"{self.value}-12-31"
        if self.precision == "month":
            year, month = (int(part) for part in self.value.split("-"))
            return f"{self.value}-01", f"{self.value}-{monthrange(year, month)[1]}"
        return self.value[:10], self.value[:10]


def parse_published(text: str) -> Published | None:
    """The date that `text` states, or None where it states none or could mean several.

    Read are ISO 8601 dates and date-times (with the offset they state) and English dates with
    the month in letters: "7 October 2023", "Oct. 7, 2023", "October 2023".
    """
    words = " ".join(text.split())
    if match := _ISO.match(words):
        return _from_parts(*match.groups())
    if _ISO_TIME.match(words):
        return _from_datetime(words)
    lower = words.casefold()
    if match := _DAY_MONTH.match(lower):
        day, month, year = match.groups()
        return _from_names(year, month, day)
    if match := _MONTH_DAY.match(lower):
        month, day, year = match.groups()
        return _from_names(year, month, day)
    if match := _MONTH.match(lower):
        month, year = match.groups()
        return _from_names(year, month, None)
    return None


def _from_parts(year: str, month: str | None, day: str | None) -> Published | None:
    precision: Precision = "day" if day else "month" if month else "year"
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return Published("-".join(part for part in (year, month, day) if part), precision)


def _from_names(year: str, month: str, day: str | None) -> Published | None:
    number = _MONTHS.get(month)
    if number is None:
        return None
    return _from_parts(year, f"{number:02d}", None if day is None else f"{int(day):02d}")


def _from_datetime(text: str) -> Published | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _from_parts(*text[:10].split("-"))
    # The day is the publisher's own: turned to UTC, an evening in New York would be another day.
    # Not strftime, whose %Y has no zeros before the years under 1000 on Linux.
    value = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Published(value, "time")

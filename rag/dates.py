"""Dates of publication with their precision: from the words of a source to a `Published`.

Only forms that can be read in one way are taken; "03/04/2024" stays unknown. Nothing here looks
at a clock or at a file's times.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Precision = Literal["year", "month", "day", "time"]

# English, then German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Polish,
# Russian and Turkish. "listopada" is left out: it is November in Polish, October in Croatian.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari jänner janvier enero gennaio janeiro stycznia января ocak",
            "february feb februar februari février fevrier febrero febbraio fevereiro lutego "
            "февраля şubat",
            "march mar märz maerz maart mars marzo março marca marts марта mart",
            "april apr avril abril aprile kwietnia апреля nisan",
            "may mai mei maj mayo maggio maio maja мая mayıs",
            "june jun juni juin junio giugno junho czerwca июня haziran",
            "july jul juli juillet julio luglio julho lipca июля temmuz",
            "august aug augustus augusti août aout agosto sierpnia августа ağustos",
            "september sep sept septembre septiembre settembre setembro września сентября eylül",
            "october oct oktober octobre octubre ottobre outubro października октября ekim",
            "november nov novembre noviembre novembro ноября kasım",
            "december dec dezember décembre decembre diciembre dicembre dezembro grudnia декабря "
            "desember aralık",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_WORD = r"[^\W\d_]+"
_WEEKDAY = rf"(?:{_WORD},?\s+)?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_DAY_MONTH = re.compile(rf"{_WEEKDAY}{_DAY}\s+(?:de\s+)?({_WORD})\.?,?\s+(?:del?\s+)?(\d{{4}})$")
_MONTH_DAY = re.compile(rf"{_WEEKDAY}({_WORD})\.?\s+{_DAY},?\s+(\d{{4}})$")
_MONTH = re.compile(rf"({_WORD})\.?,?\s+(\d{{4}})$")
# Chinese, Japanese and Korean name the parts: 2024年3月12日, 2024년 3월 12일.
_NAMED = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?$")
# Whole days only: a month or a year within a sentence is seldom its date. Longest forms first.
_IN_TEXT = re.compile(
    rf"(?<![\w./-])(?:\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?{_WORD}\.?,?\s+(?:del?\s+)?\d{{4}}"
    rf"|{_WORD}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])(?![\w/-])"
)


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

    Read are ISO 8601 dates and date-times (with the offset they state) and dates with the month
    in letters, in English and eleven other languages: "7 October 2023", "Oct. 7, 2023",
    "October 2023", "7. Oktober 2023", "1er mars 2024", "2024年3月12日".
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
    if match := _NAMED.match(words):
        return _from_parts(*(part and part.zfill(2) for part in match.groups()))
    return None


def dates_in(text: str) -> Iterator[tuple[int, int, Published]]:
    """The whole days that are stated in `text`, each with its span, in order."""
    for match in _IN_TEXT.finditer(text):
        published = parse_published(match[0])
        if published is not None:
            yield match.start(), match.end(), published


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

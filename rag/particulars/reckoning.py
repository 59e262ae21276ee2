"""A date as far as it is stated, and the days that it may mean, reckoned from a publication."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from rag.dates import parse_published

Days = tuple[date, date]

# The first and last month of each, of the north; a winter goes on into the next year.
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a clock time as far as it is stated.

    `days` are what it may mean: several where "on Tuesday" may be the last one or the next. A
    relative one keeps its words in `phrase`. `side` is "before" or "after" where the text says
    so; `clock` is minutes after midnight, `half` whether a.m. or p.m. is known.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    phrase: str = ""
    days: tuple[Days, ...] = ()
    side: str = ""
    clock: float | None = None
    half: bool = False
    decade: bool = False

    @property
    def fine(self) -> bool:
        """Whether it names one day."""
        return self.day is not None or self.weekday is not None


def published_days(published: str | None) -> Days | None:
    """The first and the last day that a date of publication may mean."""
    stated = parse_published(published) if published else None
    if stated is None:
        return None
    first, last = stated.span()
    return date.fromisoformat(first), date.fromisoformat(last)


def resolved(moment: Moment, base: Days | None) -> Moment:
    """The moment with the days that it may mean."""
    if moment.days:
        return moment
    try:
        return changed(moment, days=tuple(_days(moment, base)))
    except (ValueError, OverflowError):
        return moment


def changed(moment: Moment, *, side: str | None = None, days: tuple[Days, ...] = ()) -> Moment:
    """The moment with another side or other days."""
    return Moment(
        moment.start, moment.end, moment.year, moment.month, moment.day, moment.weekday,
        moment.phrase, days or moment.days, moment.side if side is None else side, moment.clock,
        moment.half, moment.decade,
    )  # fmt: skip


def valid(year: int, month: int, day: int | None) -> bool:
    """Whether a month has such a day."""
    return day is None or 1 <= day <= monthrange(year, month)[1]


def _days(moment: Moment, base: Days | None) -> list[Days]:
    years = [moment.year] if moment.year else []
    if moment.decade and moment.year:
        return [(date(moment.year, 1, 1), date(moment.year + 9, 12, 31))]
    if not years and moment.month and base is not None:
        years = [base[0].year, base[0].year - 1, base[0].year + 1]
        # The nearest of that month before the source or after it, not one more than a year off.
        years = [y for y in years if abs((date(y, moment.month, 15) - base[0]).days) <= 365]
    if years and moment.month:
        return [
            (date(y, moment.month, moment.day), date(y, moment.month, moment.day))
            if moment.day
            else (date(y, moment.month, 1), date(y, moment.month, monthrange(y, moment.month)[1]))
            for y in years
            if y is not None and valid(y, moment.month, moment.day)
        ]
    if years and years[0]:
        return [(date(years[0], 1, 1), date(years[0], 12, 31))]
    if base is None:
        return []
    if moment.weekday is not None:
        if base[0] != base[1]:
            return []
        back = (base[0].weekday() - moment.weekday) % 7
        last = base[0] - timedelta(days=back)
        return [(day, day) for day in (last, last + timedelta(days=7), last - timedelta(days=7))]
    return _relative_days(moment.phrase, base)


def _relative_days(phrase: str, base: Days) -> list[Days]:
    """What a relative phrase means of a source whose day of publication is `base`."""
    exact = base[0] == base[1]
    shift = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(phrase)
    if shift is not None:
        day = base[0] + timedelta(days=shift)
        return [(day, day)] if exact else []
    parts = phrase.split()
    if len(parts) == 3:
        number, unit = int(parts[0]), parts[1]
        if unit == "year":
            return [(date(base[0].year - number, 1, 1), date(base[0].year - number, 12, 31))]
        if not exact:
            return []
        if unit == "month":
            return [_month_days(base[0], -number)]
        day = base[0] - timedelta(days=number * (7 if unit == "week" else 1))
        return [(day, day)]
    if len(parts) != 2 or parts[0] not in ("last", "this", "next"):
        return []
    step = {"last": -1, "this": 0, "next": 1}[parts[0]]
    if parts[1] in SEASONS:
        return _season_days(parts[1], base[0], step)
    if parts[1] == "year":
        year = base[0].year + step
        return [(date(year, 1, 1), date(year, 12, 31))]
    if parts[1] == "month":
        same = (base[0].year, base[0].month) == (base[1].year, base[1].month)
        return [_month_days(base[0], step)] if same else []
    if not exact:
        return []
    monday = base[0] - timedelta(days=base[0].weekday()) + timedelta(days=7 * step)
    return [(monday, monday + timedelta(days=6))]


def _season_days(name: str, day: date, step: int) -> list[Days]:
    """The seasons that "last summer" may mean: that of the same year, if it is over, or before."""
    first, last = SEASONS[name]
    years = {-1: (day.year - 1, day.year), 0: (day.year,), 1: (day.year, day.year + 1)}[step]
    found: list[Days] = []
    for year in years:
        begins = date(year, first, 1)
        if (step < 0 and begins > day) or (step > 0 and begins <= day):
            continue
        if first < last:
            found.append((begins, date(year, last, monthrange(year, last)[1])))
        else:
            # In two parts, as each lies in another year.
            found.append((begins, date(year, 12, 31)))
            found.append((date(year + 1, 1, 1), date(year + 1, last, 28)))
    return found


def _month_days(day: date, step: int) -> Days:
    months = day.year * 12 + day.month - 1 + step
    year, month = divmod(months, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])

"""A moment of a sentence held against the moments of a source."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.particulars.reckoning import SEASONS, Days, Moment

_PARTS = frozenset("morning afternoon evening night noon midnight".split())
# "Thursday night" is also that evening.
_LATE = frozenset({"evening", "night"})
# Minutes that are "shortly after" an hour.
SOON = 30


@dataclass(frozen=True, slots=True)
class Dated:
    """The moment of a source that states what is asked; `why` where it only nearly does."""

    moment: Moment
    why: str = ""


def answer(asked: Moment, source: Sequence[Moment], years: frozenset[int]) -> Dated | None:
    """The moment that states `asked`, or one that says "before" for "after"; None without one.

    A moment is stated by one that is as precise or more. `years` are those named anywhere in the
    source: "3 May" and "2024" may stand apart.
    """
    near: Dated | None = None
    for moment in source:
        if not _states(moment, asked, years):
            continue
        if asked.side and moment.side and asked.side != moment.side:
            near = near or Dated(moment, f'says "{moment.side}" for "{asked.side}"')
            continue
        return Dated(moment)
    return near


def comparable(asked: Moment, moment: Moment) -> bool:
    """Whether two moments are told in the same terms, so that one could stand for the other."""
    if asked.clock is not None or moment.clock is not None:
        return asked.clock is not None and moment.clock is not None
    if asked.phrase in _PARTS or moment.phrase in _PARTS:
        return asked.phrase in _PARTS and moment.phrase in _PARTS
    if _season(asked) or _season(moment):
        return bool(_season(asked) and _season(moment))
    return True


def optional(asked: Moment) -> bool:
    """Whether a moment is one that a paraphrase may well add: "morning", "summer"."""
    return asked.phrase in _PARTS or asked.phrase in SEASONS


def _season(moment: Moment) -> str:
    """The season that a moment names: that of "summer", and of "last summer"."""
    name = moment.phrase.rpartition(" ")[2]
    return name if name in SEASONS else ""


def _states(moment: Moment, asked: Moment, years: frozenset[int]) -> bool:
    if asked.clock is not None:
        if moment.clock is None:
            noon = {"noon": 720, "midnight": 0}.get(moment.phrase)
            return noon is not None and noon == asked.clock % 1440
        if asked.side in ("soon after", "soon before"):
            gone = (moment.clock - asked.clock) * (1 if asked.side == "soon after" else -1)
            return 0 <= gone % (1440 if moment.half and asked.half else 720) <= SOON
        difference = abs(moment.clock - asked.clock)
        return difference == 0 or (difference == 720 and not (moment.half and asked.half))
    if asked.phrase:
        if asked.phrase == moment.phrase or {asked.phrase, moment.phrase} == _LATE:
            return True
        if _season(asked) and not (asked.days and moment.days):
            return _season(asked) == _season(moment)
        if asked.phrase in ("noon", "midnight"):
            return moment.clock == (720 if asked.phrase == "noon" else 0)
        return any(
            first <= low and high <= last for first, last in asked.days for low, high in moment.days
        )
    if moment.days:
        # A weekday may be meant of either side; the year that a source names itself decides.
        if any(_fits(asked, days) for days in moment.days):
            return True
        if moment.year is not None or asked.year is None:
            return _same_weekday(asked, moment)
    return _same_fields(asked, moment, years)


def _same_weekday(asked: Moment, moment: Moment) -> bool:
    alone = asked.day is None and asked.month is None and asked.year is None
    return alone and asked.weekday is not None and asked.weekday == moment.weekday


def _fits(asked: Moment, days: Days) -> bool:
    """Whether every part of a date that is asked for follows from a stretch of days."""
    first, last = days
    if asked.year is not None:
        if asked.decade:
            if not first.year // 10 == last.year // 10 == asked.year // 10:
                return False
        elif not first.year == last.year == asked.year:
            return False
    if asked.month is not None:
        same_month = (first.year, first.month) == (last.year, last.month)
        if not same_month or first.month != asked.month:
            return False
    if asked.day is not None and (first != last or first.day != asked.day):
        return False
    return asked.weekday is None or (first == last and first.weekday() == asked.weekday)


def _same_fields(asked: Moment, moment: Moment, years: frozenset[int]) -> bool:
    """The same, part by part, where the source does not say enough to name days."""
    if asked.year is not None and moment.year is None and asked.year not in years:
        return False
    if asked.year is not None and moment.year is not None and asked.year != moment.year:
        return False
    if asked.year is not None and moment.year is None and asked.month is None:
        return False
    for wanted, told in (
        (asked.month, moment.month),
        (asked.day, moment.day),
        (asked.weekday, moment.weekday),
    ):
        if wanted is not None and wanted != told:
            return False
    return bool(asked.year or asked.month or asked.weekday is not None)

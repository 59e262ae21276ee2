"""The dates of a sentence held against a source, and whether each is of the same event."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import isclose

from rag.particulars import dating
from rag.particulars.numbers import quantities_of
from rag.particulars.particular import Finding, Particular
from rag.particulars.reckoning import Moment, published_days
from rag.particulars.source import CROSSED, Source, surroundings
from rag.particulars.times import MONTHS, moments_of
from rag.particulars.units import UNITS
from rag.particulars.words import Word, stem_of, words_of

_SIDES = {"earlier": -1, "before": -1, "previously": -1, "later": 1, "after": 1, "on": 1}
_NOW = frozenset("modern current currently now present contemporary nowadays".split())
_YEARLY = frozenset(("year", "spring", "summer", "autumn", "winter", *MONTHS))
_DISTANCE = re.compile(r"\b(?:years?|months?|weeks?|days?|hours?) (?:after|before|later|earlier)\b")
_TELLING = frozenset(
    stem_of(word)
    for word in "say report publish announce warn issue release write date tell state".split()
)


def date_particulars(
    sentence: str, published: str | None = None
) -> list[tuple[Particular, Moment]]:
    """The dates and clock times of a sentence."""
    found = []
    for moment in moments_of(sentence, published):
        value = (moment.year, moment.month, moment.day, moment.weekday, moment.phrase, moment.clock)
        text = sentence[moment.start : moment.end]
        found.append((Particular("date", text, moment.start, moment.end, value), moment))
    return found


def check_dates(sentence: str, source: Source) -> list[Finding]:
    """Each date of a sentence held against the source."""
    inside, outside = source.moments()
    years = frozenset(m.year for m in (*inside, *outside) if m.year) | _published_years(source)
    findings: list[Finding] = []
    pairs = date_particulars(sentence, source.published)
    for particular, asked in pairs:
        dated = dating.answer(asked, inside, years)
        if dated is not None and not dated.why:
            meant = _meant_date(sentence, source, asked, dated.moment, inside)
            if meant is None:
                findings.append(
                    Finding(particular, "held", (dated.moment.start, dated.moment.end), "")
                )
                continue
            told = source.passage[meant.start : meant.end]
            why = f'"{particular.text}" is told of something else; for this it says "{told}"'
            findings.append(Finding(particular, "altered", (meant.start, meant.end), why))
            continue
        comparable = [m for m in inside if dating.comparable(asked, m)]
        if dated is not None:
            why = f'"{particular.text}": the source {dated.why}'
            findings.append(
                Finding(particular, "altered", (dated.moment.start, dated.moment.end), why)
            )
            continue
        other = dating.answer(asked, outside, years)
        others = [m for _, m in pairs if m is not asked]
        free = [m for m in comparable if not any(dating.answer(o, [m], years) for o in others)]
        if (other is not None and not other.why) and not _fixed(asked, free):
            findings.append(Finding(particular, "elsewhere", source.place_of(other.moment), ""))
        elif (asked.phrase == "today" and _NOW & {word.low for word in source.words}) or (
            dating.optional(asked) and not comparable
        ):
            findings.append(Finding(particular, "held", None, ""))
        elif not comparable and _of_publication(asked, source, sentence):
            findings.append(Finding(particular, "elsewhere", None, ""))
        elif (
            _year_before(asked, source, [m for _, m in pairs])
            or _reckoned(asked, source, inside, _lead(sentence, asked))
            or _as_number(asked, source)
            or _in_quarter(asked, source)
        ):
            findings.append(Finding(particular, "held", None, ""))
        elif comparable:
            told = source.passage[comparable[0].start : comparable[0].end]
            why = f'"{particular.text}" is not in the source, which says "{told}"'
            findings.append(
                Finding(particular, "altered", (comparable[0].start, comparable[0].end), why)
            )
        else:
            why = f'"{particular.text}" is not in the source'
            findings.append(Finding(particular, "missing", None, why))
    return findings


def _now(asked: Moment, source: Source) -> bool:
    """Whether "today" only says what "modern" or "now" says in the source."""
    return asked.phrase == "today" and bool(_NOW & {word.low for word in source.words})


def _fixed(asked: Moment, comparable: Sequence[Moment]) -> bool:
    """Whether the cited words have a date of the same form, in whose place this one was put."""
    form = (
        asked.year is not None,
        asked.month is not None,
        asked.day is not None,
        asked.weekday is not None,
    )
    days = asked.fine or any(first == last for first, last in asked.days)
    return any(
        (
            any(form)
            and form
            == (m.year is not None, m.month is not None, m.day is not None, m.weekday is not None)
        )
        or (days and any(first == last for first, last in m.days))
        for m in comparable
    )


def _published_years(source: Source) -> frozenset[int]:
    days = published_days(source.published)
    return frozenset({days[0].year} if days else ())


def _of_publication(asked: Moment, source: Source, sentence: str) -> bool:
    """Whether a date is the source's own: the year of it always, the day where it is told so."""
    days = published_days(source.published)
    if days is None:
        return False
    first, last = days
    if asked.year not in (None, first.year) or asked.month not in (None, first.month):
        return False
    telling = any(word.stem in _TELLING for word in words_of(sentence))
    if asked.day is None and asked.weekday is None:
        return bool(asked.year or asked.month) or asked.phrase in ("", "this year")
    exact = first == last and asked.day in (None, first.day)
    return exact and telling and asked.weekday in (None, first.weekday())


def _as_number(asked: Moment, source: Source) -> bool:
    """Whether four digits that look like a year are a count of the source."""
    if asked.phrase.endswith(" ago"):
        # "Three years ago" for "three years earlier".
        number, unit, _ = asked.phrase.split()
        return any(
            item.unit is not None
            and item.unit.dimension == "time"
            and isclose(item.value * item.unit.factor, int(number) * UNITS[unit].factor)
            for item in quantities_of(source.cited)
        )
    bare = asked.year is not None and asked.month is None and not asked.decade
    return bare and any(item.value == asked.year for item in quantities_of(source.cited))


def _year_before(asked: Moment, source: Source, said: Sequence[Moment]) -> bool:
    """Whether a year is the one before or after another, and the source tells of one so."""
    if asked.year is None or asked.month is not None:
        return False
    cited = " ".join(word.low for word in source.words)
    told = any(words in cited for words in ("year before", "year earlier", "previous year"))
    if told and any(moment.year == asked.year + 1 for moment in said):
        return True
    # "In 1469" for "the following spring" of a source that tells of 1468.
    lows = [word.low for word in source.words]
    follows = any(one in ("following", "next") and two in _YEARLY for one, two in pairwise(lows))
    return follows and any(moment.year == asked.year - 1 for moment in source.moments()[0])


def _reckoned(asked: Moment, source: Source, inside: Sequence[Moment], lead: str) -> bool:
    """Whether a year follows from one of the source and a distance: "2021 … five years earlier"."""
    if asked.year is None or asked.month is not None or asked.decade:
        return False
    found = source.words
    base_years = {m.year for m in inside if m.year} | _published_years(source)
    for item in quantities_of(source.passage):
        born = [m.year for m in inside if m.year]
        aged = any(_before(found, item.start, low) for low in ("at", "aged", "age", "of"))
        if item.unit is None and aged and any(asked.year == year + item.value for year in born):
            # "In 1953" for "at 15" of somebody born in 1938
            return True
        years = item.unit is not None and item.unit.name == "year"
        if not years or item.value % 1 or not source.cites(item.start, item.end):
            continue
        after = bisect_left(found, item.end, key=lambda word: word.start)
        ends = asked.side == "before" and lead != "before" and _before(found, item.start, "for")
        if ends and asked.year - int(item.value) in base_years:
            # "Runs until 2026" for "signed for four years" in 2022.
            return True
        side = _SIDES.get(found[after].low if after < len(found) else "", 0)
        base = published_days(source.published)
        way = found[after - 3].low if after > 2 else ""
        since = base is not None and way in ("in", "for", "past", "last")
        if since and base is not None and asked.year == base[0].year - int(item.value):
            # "Since 1984" for "for the first time in 38 years".
            return True
        before = [m.year for m in inside if m.year and m.start < item.start]
        if side and before and asked.year == before[-1] + side * int(item.value):
            return True
    return False


def _lead(sentence: str, asked: Moment) -> str:
    """The side that a sentence tells a date from: the nearest "until" or "before" in front."""
    lows = sentence[: asked.start].casefold().split()[-3:]
    return next((low for low in reversed(lows) if low in ("until", "till", "to", "before")), "")


def _before(found: Sequence[Word], start: int, low: str) -> bool:
    """Whether a word stands right before a place."""
    at = bisect_left(found, start, key=lambda word: word.start)
    return at > 0 and found[at - 1].low == low


def _in_quarter(asked: Moment, source: Source) -> bool:
    """Whether a month is the first or last of a quarter that the cited words name."""
    if asked.month is None or asked.day is not None or asked.month % 3 == 2:
        return False
    number = (asked.month - 1) // 3
    cited = " ".join(word.low for word in source.words)
    name = ("first", "second", "third", "fourth")[number]
    return f"{name} quarter" in cited or f"{name} - quarter" in cited or f"q {number + 1}" in cited


def _meant_date(
    sentence: str, source: Source, asked: Moment, told: Moment, inside: Sequence[Moment]
) -> Moment | None:
    """The date that the source gives where the sentence has another of its dates, or None."""
    if _DISTANCE.search(sentence):
        # "In 1983, eleven years after the first had ended": what stands near is of the other date.
        return None
    said = [m for m in moments_of(sentence, source.published) if m.start != asked.start]
    mine = _around_moment(sentence, asked)
    there = _around_moment(source.passage, told)
    straight = len(mine & there)
    for other in inside:
        same = (other.year, other.month, other.day, other.weekday) == (
            told.year, told.month, told.day, told.weekday,
        )  # fmt: skip
        if same or dating.answer(asked, [other], frozenset()) is not None:
            continue
        if (other.year is None) != (told.year is None) or other.phrase or told.phrase:
            continue
        around = _around_moment(source.passage, other)
        gain, kept = len(mine & around), straight
        partner = next((m for m in said if dating.answer(m, [other], frozenset())), None)
        if partner is not None:
            theirs = _around_moment(sentence, partner)
            gain, kept = gain + len(theirs & there), kept + len(theirs & around)
        if gain >= kept + CROSSED:
            return other
    return None


def _around_moment(text: str, moment: Moment) -> frozenset[str]:
    found = words_of(text)
    first = bisect_left(found, moment.start, key=lambda word: word.start)
    last = bisect_left(found, moment.end, key=lambda word: word.start)
    return surroundings(found, first, last - 1) if first < last else frozenset()

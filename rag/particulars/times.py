"""The dates and clock times of a text, also those told from the day it was published."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from rag.particulars.numerals import ORDINALS, SMALL_NUMBERS
from rag.particulars.reckoning import SEASONS, Moment, changed, published_days, resolved, valid
from rag.particulars.words import Word, covered, words_of

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,"
        "september sep sept,october oct,november nov,december dec".split(","),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        "monday mon,tuesday tue tues,wednesday wed,thursday thu thurs,friday fri,saturday sat,"
        "sunday sun".split(",")
    )
    for name in names.split()
}
# Short forms are names too ("Mar", "Sun", "Sat"): only next to a number are they dates.
_SOON = re.compile(r"\b(?:shortly|just|soon|a little) (after|before) $", re.IGNORECASE)
_SHORT = frozenset(name for name in (*MONTHS, *WEEKDAYS) if len(name) <= 4) - {
    "june",
    "july",
    "may",
}
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})(?:-(\d{2}))?(?![\d-])")
_CLOCK = re.compile(
    r"(?<![\d.,:])(?:(\d{1,2})[:.](\d{2})(?::(\d{2}))?\s?(a\.?m\.?|p\.?m\.?)?|(\d{1,2})\s?"
    r"(a\.?m\.?|p\.?m\.?)(?!\w)|(\d{1,2}) (?:o'clock|o’clock))",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"\b(?:at|until|till|by|from|before|after|since|around|about) (\d{1,2}|[a-z]{3,6}) "
    r"(?:in the |on \w+day |at |that |this )(morning|afternoon|evening|night)\b",
    re.IGNORECASE,
)
_DAY_PARTS = {
    "morning": "morning", "afternoon": "afternoon", "evening": "evening", "night": "night",
    "tonight": "night", "overnight": "night", "dawn": "morning", "midday": "noon", "noon": "noon",
    "midnight": "midnight", "dusk": "evening",
}  # fmt: skip
_BEFORE = frozenset(("before", "until", "till", "by", "to"))
_AFTER = frozenset(("after", "since", "from", "following"))


@lru_cache(maxsize=256)
def moments_of(text: str, published: str | None = None) -> tuple[Moment, ...]:
    """The moments of a text in order; relative ones have days where `published` is known."""
    base = published_days(published)
    return tuple(
        moment if moment.clock is not None else resolved(moment, base) for moment in _told(text)
    )


@lru_cache(maxsize=256)
def _told(text: str) -> tuple[Moment, ...]:
    """The moments of a text as far as it says itself."""
    found = words_of(text)
    moments: list[Moment] = []
    taken = 0
    for match in _ISO.finditer(text):
        year, month, day = (int(part) if part else None for part in match.groups())
        if year and month and 1 <= month <= 12 and valid(year, month, day):
            moments.append(Moment(match.start(), match.end(), year, month, day))
    for match in _CLOCK.finditer(text):
        moment = _clock(match)
        if moment is not None:
            soon = _SOON.search(text, max(0, match.start() - 20), match.start())
            side = f"soon {soon[1].lower()}" if soon else ""
            moments.append(changed(moment, side=side))
    moments += _spoken(text)
    place = 0
    fixed = sorted((moment.start, moment.end) for moment in moments)
    while place < len(found):
        word = found[place]
        inside = covered(fixed, word.start)
        read = None if inside else _read(found, place)
        if read is None:
            place += 1
            continue
        moment, place = read
        if moment.start >= taken:
            taken = moment.end
            moments.append(_sided(found, moment, place))
    return tuple(sorted(moments, key=lambda moment: moment.start))


def _spoken(text: str) -> list[Moment]:
    """Clock times in words: "at six on Thursday morning", "until nine in the evening"."""
    moments: list[Moment] = []
    for match in _HOUR.finditer(text):
        number = match[1].lower()
        hour = int(number) if number.isdecimal() else SMALL_NUMBERS.get(number, 0)
        if not 0 < hour <= 12:
            continue
        late = match[2].lower() != "morning"
        clock = 60.0 * (hour % 12 + 12 * late)
        moments.append(Moment(match.start(1), match.end(1), clock=clock, half=True))
    return moments


def _clock(match: re.Match[str]) -> Moment | None:
    hour = int(match[1] or match[5] or match[7])
    minute = int(match[2] or 0)
    mark = (match[4] or match[6] or "").replace(".", "").lower()
    if hour > 23 or minute > 59 or (not mark and match[2] and "." in match.group()):
        return None
    if mark == "pm" and hour < 12:
        hour += 12
    elif mark == "am" and hour == 12:
        hour = 0
    clock = 60 * hour + minute + int(match[3] or 0) / 60
    return Moment(match.start(), match.end(), clock=clock, half=bool(mark) or hour > 12)


def _read(found: Sequence[Word], place: int) -> tuple[Moment, int] | None:
    """The moment that begins at a word, and the place after it."""
    word = found[place]
    relative = _relative(found, place)
    if relative is not None:
        return relative
    century = _century(found, place)
    if century is not None:
        return century
    if word.kind == "number":
        return _from_number(found, place)
    month = _month(found, place)
    if month is not None:
        return _from_month(found, place, month)
    weekday = WEEKDAYS.get(word.low.removesuffix("s") if len(word.low) > 6 else word.low)
    if weekday is not None and word.capital and word.low not in _SHORT:
        moment = Moment(word.start, word.end, weekday=weekday)
        after = place + 1
        while after < len(found) and (found[after].text == "," or found[after].low == "the"):
            after += 1
        inner = _read(found, after) if after < len(found) and after - place <= 3 else None
        if inner is not None and inner[0].day is not None:
            one, end = inner
            return Moment(word.start, one.end, one.year, one.month, one.day, moment.weekday), end
        return moment, place + 1
    part = _DAY_PARTS.get(word.low) or _DAY_PARTS.get(word.low.removesuffix("s"))
    if part is not None:
        return Moment(word.start, word.end, phrase=part), place + 1
    if word.low in SEASONS:
        return Moment(word.start, word.end, phrase=word.low), place + 1
    return None


def _month(found: Sequence[Word], place: int) -> int | None:
    """The month that a word names; "may" and "march" only where they are one."""
    word = found[place]
    month = MONTHS.get(word.low)
    if month is None or not word.capital:
        return None
    near = [found[other] for other in (place - 1, place + 1, place + 2) if 0 <= other < len(found)]
    number = any(other.kind == "number" for other in near if other.text != ".")
    if word.low in _SHORT:
        return month if number else None
    if word.opens and word.low in ("may", "march"):
        told = len(found) > place + 1 and found[place + 1].low in ("was", "saw", "brought")
        return month if number or (word.low == "may" and told) else None
    return month


def _from_month(found: Sequence[Word], place: int, month: int) -> tuple[Moment, int]:
    """Read "May 2024", "May 3, 2024", "May 3", "May"."""
    word = found[place]
    after = place + 1
    if after < len(found) and found[after].text == "." and word.low in _SHORT:
        after += 1
    end, day = word.end, None
    apart = after < len(found) and found[after].start > word.end
    if apart and found[after].text.isdecimal() and len(found[after].text) <= 2:
        number = int(found[after].text)
        if 1 <= number <= 31:
            day, end = number, found[after].end
            after += 1
            if after < len(found) and found[after].low in ("st", "nd", "rd", "th"):
                end = found[after].end
                after += 1
    year, after, end = _year_after(found, after, end)
    return Moment(word.start, end, year, month, day), after


def _year_after(found: Sequence[Word], after: int, end: int) -> tuple[int | None, int, int]:
    comma = after < len(found) and found[after].text == ","
    of = after < len(found) and found[after].low == "of"
    index = after + 1 if comma or of else after
    if index < len(found) and _is_year(found[index].text):
        return int(found[index].text), index + 1, found[index].end
    return None, after, end


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and 1000 <= int(text) <= 2199


def _from_number(found: Sequence[Word], place: int) -> tuple[Moment, int] | None:
    """Read "3 May 2024", "3rd of May", "14 and 15 March", "1-30 September", "2024", "the 1990s"."""
    word = found[place]
    text = word.text
    if not text.isdecimal():
        return None
    if len(text) <= 2 and 1 <= int(text) <= 31:
        after = place + 1
        if after < len(found) and found[after].low in ("st", "nd", "rd", "th"):
            after += 1
        if after < len(found) and found[after].low == "of":
            after += 1
        month = _month(found, after) if after < len(found) else None
        if month is not None:
            ahead, end = _from_month(found, after, month)
            if ahead.day is None or ahead.year is None:
                year, end, stop = _year_after(found, after + 1, found[after].end)
                return Moment(word.start, stop, year, month, int(text)), end
        # The first of two days with one month: "14 and 15 March", "1 to 30 September".
        if after + 2 < len(found) and found[after].low in ("and", "to", "or", "-", "–", ","):
            other = found[after + 1]
            if other.text.isdecimal() and len(other.text) <= 2:
                month = _month(found, after + 2)
                if month is not None:
                    year, _, _ = _year_after(found, after + 3, word.end)
                    return Moment(word.start, word.end, year, month, int(text)), place + 1
        # "March 14 and 15"
        if (
            place > 2
            and found[place - 1].low in ("and", "to", "-", "–")
            and (
                found[place - 2].text.isdecimal()
                and _month(found, place - 3) is not None
                and found[place - 3].low in MONTHS
            )
        ):
            return Moment(
                word.start, word.end, None, _month(found, place - 3), int(text)
            ), place + 1
        return None
    if _is_year(text):
        before = found[place - 1] if place else None
        touching = before is not None and before.end == word.start
        if touching and before is not None and (before.kind == "word" or before.text in "$€£¥"):
            return None
        if (
            place + 1 < len(found)
            and found[place + 1].low == "s"
            and (found[place + 1].start == word.end)
        ):
            return (Moment(word.start, found[place + 1].end, int(text), decade=True), place + 2)
        return Moment(word.start, word.end, int(text)), place + 1
    return None


def _century(found: Sequence[Word], place: int) -> tuple[Moment, int] | None:
    """Read "the 18th century", "the eighteenth century", as the years 1700 to 1800."""
    word = found[place]
    after = place + 1
    number = ORDINALS.get(word.low)
    ending = found[after].low if after < len(found) else ""
    digits = word.text.isdecimal() and len(word.text) <= 2
    if number is None and digits and ending in ("st", "nd", "rd", "th"):
        number, after = int(word.text), after + 1
    if after < len(found) and found[after].text == "-":
        after += 1
    if (
        not number
        or number > 21
        or after >= len(found)
        or found[after].low not in ("century", "centuries")
    ):
        return None
    days = (date(max(100 * number - 100, 1), 1, 1), date(100 * number, 12, 31))
    phrase = f"century {number}"
    return Moment(word.start, found[after].end, phrase=phrase, days=(days,)), after + 1


def _relative(found: Sequence[Word], place: int) -> tuple[Moment, int] | None:
    """Read "yesterday", "last month", "this year", "three days ago"."""
    word = found[place]
    low = word.low
    if low in ("yesterday", "today", "tomorrow"):
        return Moment(word.start, word.end, phrase=low), place + 1
    following = found[place + 1] if place + 1 < len(found) else None
    if following is not None and low in ("last", "next", "this", "previous", "past", "coming"):
        which = {"previous": "last", "past": "last", "coming": "next"}.get(low, low)
        if following.low in WEEKDAYS and following.low not in _SHORT:
            return Moment(word.start, following.end, weekday=WEEKDAYS[following.low]), place + 2
        if following.low in MONTHS and following.capital and following.low not in _SHORT:
            return Moment(word.start, following.end, month=MONTHS[following.low]), place + 2
        half = [other.low for other in found[place + 2 : place + 5]] == ["and", "a", "half"]
        period = "autumn" if following.low == "fall" else following.low
        timed = period in ("week", "month", "year") or (period in SEASONS and low != "coming")
        if timed and not half:
            return Moment(word.start, following.end, phrase=f"{which} {period}"), place + 2
    number = SMALL_NUMBERS.get(low) or (1 if low in ("a", "an") else None)
    if number is None and word.text.isdecimal() and len(word.text) <= 3:
        number = int(word.text)
    if number and following is not None and place + 2 < len(found):
        unit = following.low.removesuffix("s")
        if unit in ("day", "week", "month", "year") and found[place + 2].low == "ago":
            phrase = f"{number} {unit} ago"
            return Moment(word.start, found[place + 2].end, phrase=phrase), place + 3
    return None


def _sided(found: Sequence[Word], moment: Moment, after: int) -> Moment:
    """The moment with the "before" or "since" in front of it."""
    place = after - 1
    while place > 0 and found[place].start > moment.start:
        place -= 1
    steps = 0
    while place > 0 and steps < 3:
        low = found[place - 1].low
        side = "before" if low in _BEFORE else "after" if low in _AFTER else ""
        if (
            low == "to"
            and place > 1
            and found[place - 2].low in ("back", "dates", "date", "dating")
        ):
            # "Traced back to the 1790s" says when something began.
            side = ""
        if side:
            return changed(moment, side=side)
        if low not in ("the", "early", "late", "mid", "end", "of", "-", "shortly", "on"):
            break
        place -= 1
        steps += 1
    return moment

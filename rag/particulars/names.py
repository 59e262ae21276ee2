"""The names of a text, and whether those of a sentence are those of a source.

A name is a run of words with capitals. It is held where one name of the source has all its words:
"Berg" by "Anna Berg", never "Anna Keller" by "Anna Berg" and "Tom Keller".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.particulars.numerals import NUMBER_WORDS
from rag.particulars.openers import ORDINARY
from rag.particulars.places import HONORIFICS, JOINED, ONE_NAME, ROLES, SAME_ROLE, SEATS
from rag.particulars.times import MONTHS, WEEKDAYS
from rag.particulars.units import CODES, CURRENCIES, MAGNITUDES, SYMBOLS, UNITS
from rag.particulars.words import STOP_WORDS, Word, is_irregular, words_of

_INNER_LINKS = frozenset("& - ' ’ de du da di del la le van von der den bin al el ibn e y".split())
_PRONOUNS = frozenset("i he she it we they you".split())
# Spellings of one sound in names from other scripts.
_SOUNDS = (
    (re.compile(r"(?<=sk)(?:yy|iy|ij|i|y)$|(?<=v)ii$"), "y"),
    (re.compile(r"isation"), "ization"),
    (re.compile(r"entre$"), "enter"),
    (re.compile(r"efence"), "efense"),
    (re.compile(r"(?<=[a-z]{2})our(?=s?$)"), "or"),
    (re.compile(r"(?<=gra)mme(?=s?$)"), "m"),
    (re.compile(r"(?<=[a-z]{2}[iy])se(?=[dsr]?$)"), "ze"),
    (re.compile(r"ou"), "u"),
    (re.compile(r"kh|gh"), "h"),
    (re.compile(r"q|ck"), "k"),
    (re.compile(r"dj|zh"), "j"),
    (re.compile(r"([ao u])e(?=[bcdfghklmnprst])"), r"\1"),
    (re.compile(r"([b-df-hj-np-tv-z])\1"), r"\1"),
)
_VERBAL = frozenset(
    "has had have is was are were will would may might can could should must did does do said says "
    "and et then later first never not".split()
)
# "Harbourside.com" is Harbourside.
_SITES = re.compile(r"(?<=\w{4})\.(?:com|org|net)$|(?<=\w{4})\.co\.\w\w$")
_CODE = re.compile(
    r"(?<![\w.-])(?!(?:Q|H|FY|CY)\d+\b)(?=[A-Za-z.-]*\d)[A-Z]\w*(?:[.-]\w+)*(?![\w-])"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitals: `keys` are its words as they are compared, `first`/`last` word places.

    `sure` is false for one word that opens a sentence and might be an ordinary one.
    """

    text: str
    start: int
    end: int
    keys: tuple[str, ...]
    first: int
    last: int
    sure: bool = True


@lru_cache(maxsize=50_000)
def key_of(low: str) -> str:
    """A folded word of a name as it is compared: countries by one name, sounds by one spelling."""
    low = _SITES.sub("", low).replace(".", "")
    if low in ONE_NAME or low.removesuffix("s") in ONE_NAME:
        return ONE_NAME.get(low) or ONE_NAME[low.removesuffix("s")]
    if low in SAME_ROLE:
        return SAME_ROLE[low]
    if len(low) > 4:
        for pattern, letters in _SOUNDS:
            low = pattern.sub(letters, low)
    return low


SEATS_BY_KEY = {key_of(seat): country for seat, country in SEATS.items()}


@lru_cache(maxsize=256)
def names_of(text: str) -> tuple[Name, ...]:
    """The names of a text in order: runs of words with capitals, without links such as "of"."""
    found = words_of(text)
    names: list[Name] = []
    place = 0
    while place < len(found):
        if not _named(found[place]) or _of_money(found, place):
            place += 1
            continue
        last = place
        while True:
            after = last + 1
            while after < len(found) and after - last <= 3 and _joins(found, last, after):
                after += 1
            if (
                after < len(found)
                and after - last <= 4
                and _named(found[after])
                and (after == last + 1 or _joins(found, last, after - 1))
                and not _parted(found, last, after)
                and "\n\n" not in text[found[last].end : found[after].start]
            ):
                last = after
            else:
                break
        names += _name(text, found, place, last)
        place = last + 1
    return tuple(names)


def _of_money(found: Sequence[Word], place: int) -> bool:
    """Whether capitals belong to a sign of money: "US$96"."""
    following = found[place + 1] if place + 1 < len(found) else None
    return (
        following is not None and following.text in SYMBOLS and following.start == found[place].end
    )


def _joins(found: Sequence[Word], last: int, place: int) -> bool:
    """Whether a small word or an initial's dot goes on with a name."""
    word = found[place]
    if word.text == ".":
        return len(found[last].text) == 1 and found[place].start == found[place - 1].end
    if word.text == "-":
        return word.start == found[place - 1].end
    return word.low in _INNER_LINKS


def _parted(found: Sequence[Word], last: int, after: int) -> bool:
    """Whether a sentence ends between two capitals, or one is the other's: "Brahe's Saxons"."""
    return found[after].opens or found[last].text.endswith(("'s", "’s", "s'", "s’"))


def _named(word: Word) -> bool:
    if not word.capital or word.kind not in ("word", "acronym") or not word.low:
        return False
    if word.low in MONTHS and (len(word.low) > 4 or word.low in ("may", "june", "july")):
        return False
    if word.low in WEEKDAYS and len(word.low) > 5:
        return False
    if word.low in _PRONOUNS or (word.low in MAGNITUDES and not word.text.isupper()):
        return False
    unit = (
        word.text.isupper()
        and len(word.text) > 1
        and (word.low in CODES or word.low in CURRENCIES or word.low in UNITS)
    )
    if (
        word.low in NUMBER_WORDS
        or word.low in ("celsius", "fahrenheit")
        or (word.low in UNITS and (not word.text[1:].islower() or word.low.endswith("bit")))
    ):
        return False
    return not (unit and word.low not in ("us", "a", "try", "pp"))


def _name(text: str, found: Sequence[Word], first: int, last: int) -> list[Name]:
    """The name that a run of words is, without an ordinary word that opens it; none or one."""
    opener = found[first]
    sure = True
    while first <= last and (
        found[first].low in STOP_WORDS
        or found[first].low in HONORIFICS
        or (not found[first].capital and first != last)
        or found[first].kind == "mark"
    ):
        if found[first].low == "us" and found[first].text.isupper():
            break
        first += 1
    if first > last:
        return []
    if found[first] is opener and opener.opens and not opener.text[1:].isupper():
        ordinary = opener.stem in ORDINARY or opener.low in ROLES
        following = found[first + 1].low if first < last else ""
        ordinary = ordinary and (opener.low, following) not in JOINED
        if ordinary and key_of(opener.low) not in ONE_NAME.values():
            first += 1
            while first <= last and not found[first].capital:
                first += 1
            if first > last:
                return []
        elif first == last:
            known = key_of(opener.low) in ONE_NAME.values()
            sure = known or (not ordinary_shape(opener.low) and _acts(found, last))
    land = _land(found, first, last)
    if land:
        # "US President Berg" is two names: what country, and who.
        lead = tuple(_keys([word for word in found[first : first + land] if word.capital]))
        start, end = found[first].start, found[first + land - 1].end
        country = Name(text[start:end], start, end, lead, first, first + land - 1)
        return [country, *_name(text, found, first + land, last)]
    words = [word for word in found[first : last + 1] if word.capital]
    keys = tuple(_keys(words))
    after = found[last + 1] if last + 1 < len(found) else None
    coded = after is not None and after.kind == "number" and after.start == found[last].end
    # A letter alone is a label, and "BRCA" of "BRCA2" is checked with its number.
    if not keys or (len(keys) == 1 and (len(keys[0]) == 1 or coded)):
        return []
    start, end = found[first].start, found[last].end
    return [Name(text[start:end], start, end, keys, first, last, sure)]


def _land(found: Sequence[Word], first: int, last: int) -> int:
    """How many words of a longer run name the country that it begins with; 0 without one."""
    pair = (found[first].low, found[first + 1].low) if first < last else ("", "")
    size = 2 if pair in JOINED else 1 if found[first].low.replace(".", "") in ONE_NAME else 0
    follows = found[first + size] if first + size <= last else None
    return size if size and follows is not None and follows.capital else 0


def _keys(words: Sequence[Word]) -> list[str]:
    keys: list[str] = []
    place = 0
    while place < len(words):
        low = words[place].low
        pair = (low, words[place + 1].low) if place + 1 < len(words) else ("", "")
        if pair in JOINED:
            keys.append(JOINED[pair])
            place += 2
            continue
        place += 1
        if low in HONORIFICS or (low in STOP_WORDS and low != "us"):
            continue
        keys.append(key_of(low))
    return keys


def _acts(found: Sequence[Word], last: int) -> bool:
    """Whether what follows an opening word is what follows a name: a verb, an "and", a possessive.

    "Downstream of", "Atmospheric rivers" and "Yesterday," are not told of anybody.
    """
    if found[last].text.endswith(("'s", "’s")) or last + 1 >= len(found):
        return True
    following = found[last + 1]
    after = found[last + 2].low if last + 2 < len(found) else ""
    if following.text == "," and after in ("who", "which", "whose"):
        return True
    if following.low in _VERBAL or following.capital:
        return True
    if following.kind != "word" or (following.low in STOP_WORDS and following.low != "said"):
        return False
    return is_irregular(following.low) or following.low.endswith(("ed", "es", "ly", "s"))


def ordinary_shape(low: str) -> bool:
    """Whether a word that opens a sentence ends as names seldom do."""
    return low.endswith(("ing", "ed", "ly", "tion", "ment", "ness", "ity", "ism", "ists", "ers",
                         "ies", "tions", "ments"))  # fmt: skip


@lru_cache(maxsize=256)
def codes_of(text: str) -> tuple[Name, ...]:
    """The names of a text that have figures in them: "BRCA2", "X.25", "CVE-2020-1".

    They are none of `names_of`, since they are checked as numbers; "Q3" and the like name nothing.
    """
    found = words_of(text)
    starts = {word.start: place for place, word in enumerate(found)}
    ends = {word.end: place for place, word in enumerate(found)}
    codes: list[Name] = []
    for match in _CODE.finditer(text):
        first, last = starts.get(match.start()), ends.get(match.end())
        if first is not None and last is not None:
            key = (match.group().casefold(),)
            codes.append(Name(match.group(), match.start(), match.end(), key, first, last))
    return tuple(codes)


_COMMON_SHORTS = {"mp", "ceo", "tv", "ai", "hq", "gp", "pm", "cfo", "vp", "dna", "rna", "pc", "id"}


def common_short(name: Name) -> bool:
    """Whether a name is a short form of ordinary words that no source spells out."""
    return name.text.casefold().removesuffix("s") in _COMMON_SHORTS


def likeness(one: str, two: str) -> float:
    """How alike two words are, in [0, 1]: the share of their pairs of letters that both have."""
    pairs, others = _letter_pairs(one), _letter_pairs(two)
    shared = len(pairs & others)
    return 2 * shared / max(len(pairs) + len(others), 1)


def _letter_pairs(word: str) -> set[str]:
    marked = f"^{word}$"
    return {marked[place : place + 2] for place in range(len(marked) - 1)}

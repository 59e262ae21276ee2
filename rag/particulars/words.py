"""A text → its words, folded and stemmed lightly, with the sentences and clauses they stand in.

A lighter analysis than that of `rag.terms`, which needs a stemmer: here "built" and "builds" must
meet, and "objection" and "object", while what is stemmed wrongly costs one comparison.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# "U.S.", then numbers (grouped by commas, thin or plain spaces), words, and single marks.
_TOKEN = re.compile(
    r"(?P<acronym>(?<![^\W\d_])(?:[A-Za-z]\.){2,})"
    r"|(?P<number>\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:[.,]\d+)*)"
    r"|(?P<word>(?:[^\W\d_][\u0300-\u036f]*)+(?:['’](?:[^\W\d_][\u0300-\u036f]*)+)*)"
    r"|(?P<mark>[^\w\s]|_)"
)
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)
_IRREGULAR = {
    form: base
    for base, *forms in (
        line.split()
        for line in """
        arise arose arisen|be is are was were been being am|bear bore born borne|beat beaten
        become became|begin began begun|bend bent|bind bound|bite bit bitten|blow blew blown
        break broke broken|bring brought|build built|buy bought|catch caught|choose chose chosen
        come came|cost|cut cutting|deal dealt|dig dug|do did done does|draw drew drawn|drink drank
        drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought
        find found|fly flew flown|forbid forbade forbidden|forget forgot forgotten|freeze froze
        get got gotten|give gave given|go went gone|grow grew grown|hang hung|have has had having
        hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|leave left
        lend lent|lie lay lain|lose lost|make made|mean meant|meet met|pay paid|ride rode ridden
        rise rose risen|run ran|say said says|see saw seen|seek sought|sell sold|send sent
        shake shook shaken|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk
        sit sat|sleep slept|speak spoke spoken|spend spent|stand stood|steal stole stolen
        strike struck stricken|swear swore sworn|swim swam|take took taken|teach taught|tell told
        think thought|throw threw thrown|understand understood|undergo underwent|wear wore worn
        win won|withdraw withdrew withdrawn|write wrote written
        uphold upheld|mistake mistook|foresee foresaw|forecast|quit|woman women|man men
        child children|foot feet|die dying|overrun overran|withhold withheld|wake woke woken
        rebuild rebuilt|retake retook retaken|rewrite rewrote rewritten|overcome overcame
        overtake overtook overtaken|withstand withstood|repay repaid
        """.replace("\n", "|").split("|")
        if line.strip()
    )
    for form in forms
}
# Adjectives of a noun whose denial they meet: "no fault", "faulty".
_OF_NOUNS = {
    "faulty": "fault",
    "risky": "risk",
    "harmful": "harm",
    "painful": "pain",
    "winner": "win",
}
_UNCHANGED = frozenset("beat cut put set hit hurt let shut cost read spread".split())
_AGREED = frozenset("agreed disagreed freed guaranteed refereed decreed".split())
_DOUBLED = re.compile(r"([bdfgklmnprt])\1$")
STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being between both
    but by can could did do does doing down during each few for from had has have having he her
    here him his how i if in into is it its itself just me more most much must my no nor not now of
    off on once only or other our out over own same she should so some such than that the their
    them then there these they this those through to too under until up us very was we were what
    when where which while who whom whose why will with would you your may might shall yet
    said say says according told tell the’s n't however although though among
    """.split()
)
# Marks and words at which the reach of a "not" or a "may" ends.
_ENDS = frozenset({",", ";", ":", ".", "!", "?", "(", ")", "–", "—", "…"})
_CLAUSE_WORDS = frozenset(
    "and but while although though because when whereas which who since as if unless".split()
)
_OPENING_MARKS = frozenset("\"“”'‘’«»„([*•")
_ABBREVIATED = frozenset(
    """mr mrs ms dr prof st sir cllr gen col lt capt sgt sen rep gov hon jr sr vs no nos art sec
    fig inc ltd co corp jan feb mar apr jun jul aug sept sep oct nov dec approx ca cf e.g. i.e. p pp
    a.m. p.m.""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or mark: as written, folded, its stem, and where it stands.

    `opens` says that a sentence begins with it, so that its capital means nothing.
    """

    text: str
    low: str
    stem: str
    start: int
    end: int
    kind: str
    opens: bool

    @property
    def content(self) -> bool:
        """Whether it carries meaning of its own."""
        return self.kind != "mark" and self.low not in STOP_WORDS

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.text[:1].isupper()


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[Word, ...]:
    """The words and marks of a text in order."""
    found: list[Word] = []
    opens = True
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        surface = match.group()
        low = surface if kind == "number" else fold(surface)
        stem = low if kind in ("number", "mark") else stem_of(low)
        found.append(Word(surface, low, stem, match.start(), match.end(), kind, opens))
        if kind == "mark":
            opens = _opens_after(surface, found, text) or (opens and surface in _OPENING_MARKS)
        else:
            opens = False
    return tuple(found)


def _opens_after(mark: str, found: Sequence[Word], text: str) -> bool:
    """Whether a sentence begins after this mark."""
    if mark in "!?:":
        return True
    if mark == ".":
        end = found[-1].end
        before = found[-2] if len(found) > 1 else None
        spaced = end >= len(text) or text[end].isspace() or text[end] in "\"”’')"
        short = before is not None and (
            before.low in _ABBREVIATED or (len(before.text) == 1 and before.capital)
        )
        return spaced and not short
    # After a quotation mark that opens a quotation, or that closed a whole sentence.
    if mark in '“"«„‘':
        return True
    return mark in "”»’" and len(found) > 1 and found[-2].text in ".!?"


def content_stems(found: Sequence[Word]) -> set[str]:
    """The stems of the words that carry meaning."""
    return {word.stem for word in found if word.content}


def within(found: Sequence[Word], start: int, end: int) -> list[Word]:
    """The words that stand inside a span."""
    return [word for word in found if start <= word.start and word.end <= end]


def covered(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether a place lies in one of some spans, which are in order and do not overlap."""
    before = bisect_right(spans, place, key=lambda span: span[0])
    return before > 0 and place < spans[before - 1][1]


def ends_clause(word: Word) -> bool:
    """Whether a clause ends before this word."""
    return word.text in _ENDS or word.low in _CLAUSE_WORDS


@lru_cache(maxsize=256)
def sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as ranges of its words: (first, one after the last)."""
    found = words_of(text)
    ranges: list[tuple[int, int]] = []
    first = 0
    for place, word in enumerate(found):
        if word.text in (".", "!", "?") and _opens_after(
            word.text, found[max(0, place - 1) : place + 1], text
        ):
            last = place + 1
            while last < len(found) and found[last].text in "”’\"'»)":
                if found[last].start > found[last - 1].end:
                    break
                last += 1
            if last > first:
                ranges.append((first, last))
                first = last
    if first < len(found):
        ranges.append((first, len(found)))
    return tuple(ranges)


def is_irregular(low: str) -> bool:
    """Whether a word is a form of an irregular verb told as past: "rose", "built"."""
    return low in _IRREGULAR or low in _UNCHANGED


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word in lower case and without accents, apostrophes straight, no possessive ending."""
    low = word.casefold().replace("’", "'")
    if not low.isascii():
        low = unicodedata.normalize("NFKD", low).translate(_LETTERS)
        low = "".join(char for char in low if not unicodedata.combining(char))
    return low.removesuffix("'s").removesuffix("'")


@lru_cache(maxsize=50_000)
def stem_of(low: str) -> str:
    """A folded word without its common endings: a key to compare by, not a word."""
    low = _OF_NOUNS.get(low) or _IRREGULAR.get(low, low)
    if len(low) <= 3 or not low.isalpha():
        return low
    for ending, instead in (
        ("ies", "y"),
        ("ied", "y"),
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
    ):
        if low.endswith(ending) and len(low) > len(ending) + 1:
            low = low.removesuffix(ending) + instead
            break
    else:
        if low.endswith("s") and not low.endswith(("ss", "us", "is")):
            low = low[:-1]
    if len(low) <= 5 and low.endswith("ed") and low[-3] in "aeiouswl" and low[-4:-3] not in "lrt":
        low = low[:-1]
    if low.endswith("eed"):
        return low[:-2] if low in _AGREED else low
    for ending in ("ing", "ed", "ly"):
        bare = low.removesuffix(ending)
        if bare != low and len(bare) >= 3 and any(char in "aeiouy" for char in bare):
            low = bare
            break
    for ending in ("ment", "ence", "ance", "ion", "al"):
        bare = low.removesuffix(ending)
        if bare != low and len(bare) >= 4:
            low = bare
            break
    low = _IRREGULAR.get(low, low)
    low = low.removesuffix("e") if len(low) > 3 else low
    # "Stopped" and "stop", "called" and "call", whichever is doubled.
    return _DOUBLED.sub(r"\1", low) if len(low) > 3 else low

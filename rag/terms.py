"""Text → terms: what the word index holds, what a question asks for, what is marked in a passage.

One analysis for all of them, so that a match that ranks is a match that can be shown. A term
is a word, case-folded, without accents, stemmed (Porter 2); a number without thousands marks;
or a pair of characters where a script writes no spaces. Spans are characters of the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

TERMS_VERSION = 2

# Scripts written without spaces: Thai to Myanmar, Khmer, kana, bopomofo, Han, Hangul (which has
# spaces, but glues particles to its words), half-width kana, Han beyond the basic plane.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
# Accents, vowel signs, apostrophes, soft hyphens and joiners stand inside words.
_INSIDE = (
    r"[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0dff"
    r"'’\u00ad\u200c\u200d]"
)
_TOKEN = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)"
    r"|(?P<acronym>\b(?:[^\W\d_]\.)+[^\W\d_]\b\.?)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<word>(?:(?![{_UNSPACED}])[^\W_])"
    rf"(?:(?![{_UNSPACED}])(?:[^\W_]|{_INSIDE}))*)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_FOLDED_SCRIPTS = re.compile(r"[\u0041-\u024f\u0370-\u052f\u0590-\u06ff\u1e00-\u1fff]")

# French and Italian articles and pronouns that lean on the word after them: "l'accord".
_ELIDED = re.compile(
    r"(?:[ldjmtscn]|qu|lorsqu|puisqu|jusqu|quelqu|[dns]ell|all|dall|un|quest|quell)['’]"
    r"(?=[aeiouyhàâäéèêëîïôöùûüœæAEIOUYHÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ]\w)",
    re.IGNORECASE,
)

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before
    being below between both but by can could did do does doing down during each few for from
    further had has have having he her here hers herself him himself his how i if in into is it
    its itself just let me more most much must my myself no nor not now of off on once only or
    other our ours out over own please s same shall she should so some such t tell than that the
    their theirs them themselves then there these they this those through to too under until up
    upon us very was we were what when where which while who whom whose why will with would you
    your yours yourself don't doesn't didn't isn't wasn't weren't can't couldn't won't wouldn't
    it's that's what's who's there's i'm he's she's we're they're
    """.split()
)


class Term(NamedTuple):
    """One term with its place; `surface` is `text[start:end]` as written, `stop` a stop word."""

    term: str
    start: int
    end: int
    surface: str
    stop: bool


def terms(text: str) -> Iterator[Term]:
    """The terms of a text in order; their positions in this order are those of the word index.

    Source of the stemmer: Porter, Snowball, 2001 (its English algorithm).
    """
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        surface = match.group()
        match match.lastgroup:
            case "unspaced":
                yield from _pairs(surface, start)
            case "acronym":
                term, stop = normalise(surface.replace(".", "").upper())
                yield Term(term, start, end, surface, stop)
            case "number":
                plain = surface.replace(",", "") if _THOUSANDS.match(surface) else surface
                yield Term(_digits(plain), start, end, surface, False)
            case _:
                surface = surface.rstrip("'’\u00ad\u200c\u200d")
                end = start + len(surface)
                if elided := _ELIDED.match(surface):
                    start += elided.end()
                    surface = surface[elided.end() :]
                term, stop = normalise(surface)
                yield Term(term, start, end, surface, stop)


def content_terms(text: str) -> list[Term]:
    """The terms that carry meaning; all of them where a text consists of stop words."""
    found = list(terms(text))
    return [term for term in found if not term.stop] or found


# Passages and their sentences are looked at for each sentence of a draft.
@lru_cache(maxsize=2_000)
def content_words(text: str) -> frozenset[str]:
    """The terms of `content_terms`, each once."""
    return frozenset(term.term for term in content_terms(text))


@lru_cache(maxsize=200_000)
def normalise(word: str) -> tuple[str, bool]:
    """A word as a term, and whether it is a stop word.

    "US", "IT" and "WHO" in capitals are names: they keep their capitals and are no stop words.
    """
    folded = _fold(word)
    if folded in STOP_WORDS:
        if len(word) > 1 and word.isupper():
            return word, False
        return folded, True
    folded = folded.removesuffix("'s").replace("'", "")
    return (_stem(folded) if folded.isascii() else folded), False


def matches(text: str, wanted: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """The spans of the words of `text` whose terms are in `wanted`, in order, overlaps joined."""
    sought = set(wanted)
    spans: list[tuple[int, int]] = []
    for term in terms(text):
        if term.term not in sought:
            continue
        if spans and term.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], term.end)
        else:
            spans.append((term.start, term.end))
    return tuple(spans)


def exact_matches(text: str, phrase: str) -> tuple[tuple[int, int], ...]:
    """The spans where the words of `phrase` stand in `text` one after the other.

    Words are compared whole, folded for case and accents but not stemmed; what stands between
    them (spaces, line ends, punctuation) does not matter.
    """
    wanted = [_fold(term.surface) for term in terms(phrase)]
    if not wanted:
        return ()
    found = list(terms(text))
    folded = [_fold(term.surface) for term in found]
    return tuple(
        (found[first].start, found[first + len(wanted) - 1].end)
        for first in range(len(found) - len(wanted) + 1)
        if folded[first] == wanted[0] and folded[first : first + len(wanted)] == wanted
    )


def _pairs(run: str, offset: int) -> Iterator[Term]:
    """Overlapping pairs of characters, or the one character of a run of one."""
    if len(run) == 1:
        yield Term(run, offset, offset + 1, run, False)
    for place in range(len(run) - 1):
        pair = run[place : place + 2]
        yield Term(pair, offset + place, offset + place + 2, pair, False)


def _digits(number: str) -> str:
    return "".join(
        str(unicodedata.decimal(char, char)) if not char.isascii() else char for char in number
    )


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    """Case-folded, compatibility forms resolved, accents off where they are not letters."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    folded = folded.replace("\u00ad", "").replace("’", "'")
    if folded.isascii():
        return folded
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", folded):
        # A vowel sign of an Indic script is a mark too, and part of the spelling: only where
        # marks are accents or pointing do they go.
        accent = unicodedata.category(char) == "Mn" and kept and _FOLDED_SCRIPTS.match(kept[-1])
        if not accent:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=1)
def _stemmer() -> Any:  # noqa: ANN401 (the library ships no types)
    import snowballstemmer  # 15 ms that `rag --help` does not need

    return snowballstemmer.stemmer("english")


def _stem(word: str) -> str:
    stemmed: str = _stemmer().stemWord(word)
    return stemmed

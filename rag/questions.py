"""What a question asks for: its terms, names and exact phrases, and the kind of its answer.

The kind is told by rules over the words of an English question; one in another language simply
has no kind, and its own small words are no terms.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.languages import is_small, without_small_runs
from rag.terms import Term, content_terms, normalise, terms

Kind = Literal["who", "when", "number", "where", "other"]

_PHRASE = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»')
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|when|where|what|which|why|how)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|time|century|decade)\b|\bhow long ago\b"
    r"|\bhow recently\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|old|high|tall|deep|wide|large|big|heavy|fast|often|big)\b"
    r"|\b(?:what|which) (?:is the |was the |were the |are the )?(?:total |average |exact )?"
    r"(?:number|percentage|share|proportion|amount|sum|price|cost|size|length|height|depth|width"
    r"|weight|speed|population|age|rate|toll|figure|temperature|distance|budget)\b"
    r"|\bwhat (?:percent|per cent)\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:city|country|town|place|state)\b", re.IGNORECASE
)
_LISTED = re.compile(r"\s*(?:list|name|enumerate|who (?:are|were))\b", re.IGNORECASE)
_ASKED_NOUN = re.compile(
    r"\b(?:which|what)\s+(?:(?:other|two|three|four|five|main|different|of the)\s+)*([^\W\d_]+)",
    re.IGNORECASE,
)
_PLURALS = frozenset("people men women children media criteria data".split())
_NO_PLURALS = frozenset(
    "is was does has this process loss class status basis analysis crisis business virus bus "
    "series species news gas mass press address".split()
)
_YES_OR_NO = re.compile(
    r"\s*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
    r"(?:n['’]t)?\s",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\W_]*(?:[-'’.][^\W\d_]+)*")
_DIGITS = re.compile(r"\d")
# A number like a year counts as one after a word of time, or where nothing follows to be counted.
_YEAR = re.compile(
    r"(?i:\b(?:in|since|by|of|until|till|from|between|during|before|after|late|early|mid|year"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|\d{1,2},)[ -])(?:1\d|20)\d\d\b|\b(?:1\d|20)\d\d(?:s\b|(?=\s*(?:[^\w\s]|$)))"
)
_NUMBER_WORD = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|twice|once|none"
    r"|single|double|couple|several|a quarter|a third)\b",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|tomorrow|tonight"
    r"|morning|afternoon|evening|noon|midnight|spring|summer|autumn|winter|century|decade"
    r"|ago|last (?:week|month|year|night)|next (?:week|month|year)|\d{1,2}[:.]\d{2}|\d{4}s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    `terms` are its content terms; `names` the terms of words written like names ("al-Kaabi",
    "UN"), a subset of them; `phrases` what stands in quotation marks and must be found as it is;
    `language` its language where its words tell; `yes_or_no` whether it begins like a question
    for yes or no ("Did …", "Is …"); `wants_list` whether it asks for several things ("Which
    groups …", "Name the …").
    """

    text: str
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    phrases: tuple[str, ...]
    kind: Kind
    language: str | None = None
    yes_or_no: bool = False
    wants_list: bool = False


def readable(question: str) -> str:
    """The question in NFC; bytes of a terminal that are no UTF-8 become replacement marks."""
    readable = question.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", readable)


def analyse(text: str, language: str | None = None) -> Question:
    """Take a question apart that is in this language, or in one that cannot be told."""
    found = tuple(asked_terms(text, language))
    phrases = tuple(
        phrase
        for groups in _PHRASE.findall(text)
        for phrase in groups
        if any(True for _ in terms(phrase))
    )
    foreign = language not in (None, "en")
    return Question(
        text=text,
        terms=found,
        # German writes every noun with a capital.
        names=() if language == "de" else _names(text, found),
        phrases=phrases,
        kind="other" if foreign else _kind(text),
        language=language,
        yes_or_no=not foreign and bool(_YES_OR_NO.match(text)),
        wants_list=not foreign and _wants_list(text),
    )


def asked_terms(text: str, language: str | None) -> list[Term]:
    """The terms of a question, or a part of it, that carry meaning in its language."""
    if language in (None, "en"):
        return content_terms(text)
    blanked = without_small_runs(text, language)
    found = [term for term in terms(blanked) if not is_small(term.surface, language)]
    if blanked != text:  # a lone character is what blanking left of a word
        found = [term for term in found if len(term.surface) > 1]
    return found or content_terms(text)


def answers_kind(sentence: str, kind: Kind, asked: Sequence[str] = ()) -> bool:
    """Whether a sentence holds something of the kind that is asked for, besides what was asked.

    A number for "how many" (a bare year is none), a time for "when", a name that the question
    does not itself hold for "who" and "where". True for kinds that cannot be told.
    """
    match kind:
        case "number":
            without_years = _YEAR.sub("", sentence)
            return bool(_DIGITS.search(without_years) or _NUMBER_WORD.search(without_years))
        case "when":
            return bool(_TIME_WORD.search(sentence))
        case "who" | "where":
            known = set(asked)
            return any(name not in known for name in name_terms(sentence, first=kind == "who"))
        case _:
            return True


def name_terms(text: str, *, first: bool) -> list[str]:
    """The terms of words written like names; `first` counts the first word too.

    A capital at the start of a sentence says nothing, so elsewhere the first word of the text
    counts only in capitals or with a further capital inside.
    """
    names: list[str] = []
    for place, match in enumerate(_NAME.finditer(text)):
        word = match.group()
        if not any(part[:1].isupper() for part in re.split(r"[-'’.]", word)):
            continue
        initial = place == 0 or text[: match.start()].rstrip()[-1:] in ".!?:"
        if initial and not first and not any(char.isupper() for char in word[1:]):
            continue
        if word in ("I", "I'm", "I’m") or normalise(word)[1]:
            continue
        names += [term.term for term in terms(word) if not term.stop]
    return names


def _wants_list(text: str) -> bool:
    if _LISTED.match(text):
        return True
    asked = _ASKED_NOUN.search(text)
    if asked is None:
        return False
    noun = asked[1].lower()
    return noun in _PLURALS or (noun.endswith("s") and noun not in _NO_PLURALS)


def _names(text: str, found: Sequence[Term]) -> tuple[str, ...]:
    known = {term.term for term in found}
    named = [name for name in name_terms(text, first=False) if name in known]
    # In a question that is written in capitals throughout, capitals say nothing.
    return () if text.isupper() else tuple(dict.fromkeys(named))


def _kind(text: str) -> Kind:
    """What the first question word asks for; a later one opens a clause inside the question."""
    first = _QUESTION_WORD.search(text)
    if first is None:
        return "other"
    patterns: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (_WHO, "who"),
        (_WHEN, "when"),
        (_NUMBER, "number"),
        (_WHERE, "where"),
    )
    for pattern, kind in patterns:
        if pattern.match(text, first.start()):
            return kind
    return "other"

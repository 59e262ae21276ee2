"""Sentences and the flags of their text → what of them may be quoted as an answer.

Words of a source that ask their reader to say something are nobody's answer: neither those that
were flagged when the document was read, nor those that `rag.directives` sees now. The clauses
before them in their sentence may be one, and those after them where a mark shows their end.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.directives import addresses, directives, in_another_script, marks
from rag.terms import content_terms, content_words
from rag.types import Flag

Span = tuple[int, int]
# (document, version) → the flags of its text.
FlagsOf = Callable[[str, str], Sequence[Flag]]

# Flags whose words are not to be quoted as an answer. Invisible characters only hide words.
KINDS = frozenset({"instructions", "hidden"})
# What is left of a sentence must have this many words to be one.
FEWEST_WORDS = 3
# So many words of content in a row are taken from where they stand.
RUN_TERMS = 4
_BOUNDARY = re.compile(r"[,;:(\[{\"“«„—–|]|\.{3}|…|[.!?]\s|\s-\s|\s(?:and|but|so|then)\s")
_CLOSERS = {"(": ")", "[": "]", "{": "}", "“": "”", "„": "“”", "«": "»", '"': '"', "（": "）"}
_DASH = re.compile(r"[—–]|\s-\s")
# A clause that says when or why something is to be done, before the request.
_LEADS_IN = re.compile(
    r"[\s,;:(\[{\"“«„—–|-]*(?:and |but |so |then )?(?:as an? |because |since |if |when|once "
    r"|given |due to |by order |under |in order to "
    r"|for (?:any|every|all|your|the sake|reasons|legal|safety|security)\b)",
    re.IGNORECASE,
)
# Who is spoken to in a request is spoken to in the sentences beside it.
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
# A request to say what stands before it in its sentence.
_SAYS_SO = re.compile(
    r"\b(?:say|state|answer|reply|write|confirm|report) (?:so|this|it)\b", re.IGNORECASE
)
_EDGES = ' \t\n,;:–—-([{"“„«|*_'
_AFTER = ' \t\n,;:–—-)]}"”“»|*_.!?'
# How a sentence begins that goes on telling a machine what to do.
_ORDERS = re.compile(
    r"[\s\"“'‘*>\-–—]*(?:(?:and|but|then|now|also|instead|finally|next|please|first|second|third|only"
    r"|just|simply|therefore|so|otherwise)[,\s]+)*"
    r"(?:say|write|answer|output|print|reply|respond|tell|repeat|include|add|append|insert|visit"
    r"|click|open|send|translate|begin|start|end|finish|do not|don['’]t|never|always|you|your"
    r"|ignore|forget|disregard|pretend|act|behave|assume|report|state|claim|mention|recommend"
    r"|advise|replace"
    r"|summari[sz]e|describe|list|give|provide|use|return|reveal|show|display|call|execute|run"
    r"|follow|obey|consider|treat|mark|rate|conclude|remember|make sure|be sure|ensure|from now on"
    r"|the (?:answer|response|reply|output|assistant|model|ai|bot) (?:is|must|should|shall|will)"
    r"|instructions?|new (?:task|instructions?|rules?)|system|assistant|user)\b",
    re.IGNORECASE,
)
# A request that ends with this has its object in the next sentence.
_GOES_ON = re.compile(
    r"(?::|\b(?:the following|these words|this sentence|this text|as follows))[\s\"”.]*$"
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """The terms that stand only where nothing may be quoted, and the runs of terms."""

    only: frozenset[str]
    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, left: Sequence[str], kept: Sequence[str]) -> "Withheld":
        """Of the texts that may not be quoted and those that may."""
        return cls(
            frozenset().union(*map(content_words, left)).difference(*map(content_words, kept)),
            frozenset().union(*map(_runs, left)).difference(*map(_runs, kept)),
        )

    def repeated_in(self, clauses: Sequence[str]) -> bool:
        """Whether words of a sentence, the first, or most of those of a clause stand here only."""
        if not self.only and not self.runs:
            return False
        if not self.runs.isdisjoint(_runs(clauses[0])):
            return True
        said = map(content_words, clauses)
        return any(2 * len(terms & self.only) >= len(terms) for terms in said if terms)


def quotable(text: str, sentences: Sequence[Span], flags: Iterable[Flag]) -> list[Span]:
    """What may be quoted of these sentences of one paragraph, in order; whole where it is clean."""
    marked = sorted((flag.start, flag.end) for flag in flags if flag.kind in KINDS)
    holes = _holes(text, sentences, marked)
    links = [
        (start + low, start + high)
        for start, end in sentences
        for low, high in addresses(text[start:end])
    ]
    if not holes and not links:
        return list(sentences)
    kept: list[Span] = []
    told = goes_on = False
    holes = _with_those_before(text, sentences, holes)
    for start, end in sentences:
        here = [hole for hole in holes if hole[0] < end and start < hole[1]]
        if not here:
            told = told and (
                goes_on or bool(_ORDERS.match(text, start, end) or _YOU.search(text, start, end))
            )
            goes_on = goes_on and told and bool(_GOES_ON.search(text[start:end]))
            if told:
                continue
        elif here[-1][1] >= end - 1:
            told, goes_on = True, bool(_GOES_ON.search(text[start:end]))
        kept += _left(text, (start, end), [*here, *links])
    return kept


def _runs(text: str) -> list[tuple[str, ...]]:
    """Each `RUN_TERMS` terms of content in a row."""
    found = [term.term for term in content_terms(text)]
    return [tuple(found[at : at + RUN_TERMS]) for at in range(len(found) - RUN_TERMS + 1)]


def _left(text: str, sentence: Span, holes: Sequence[Span]) -> list[Span]:
    """The pieces of a sentence outside the holes that are long enough to say something."""
    start, end = sentence
    here = sorted(hole for hole in holes if hole[0] < end and start < hole[1])
    if not here:
        return [sentence]
    pieces, reached = [], start
    for low, high in [*here, (end, end)]:
        if low > reached:
            pieces.append((reached, min(low, end)))
        reached = max(reached, high)
    return [
        trimmed
        for low, high in pieces
        if (trimmed := _trimmed(text, low, high, sentence))
        and len(text[slice(*trimmed)].split()) >= FEWEST_WORDS
    ]


def _trimmed(text: str, low: int, high: int, sentence: Span) -> Span | None:
    if low > sentence[0]:
        low += len(text[low:high]) - len(text[low:high].lstrip(_AFTER))
    if high < sentence[1]:
        high -= len(text[low:high]) - len(text[low:high].rstrip(_EDGES))
    return (low, high) if low < high else None


def _holes(text: str, sentences: Sequence[Span], marked: Sequence[Span]) -> list[Span]:
    """The stretches of a paragraph that ask for something to be said, whole clauses each."""
    if not sentences:
        return []
    last = max(end for _, end in sentences)
    foreign = not in_another_script(text[:5000])
    holes: list[Span] = []
    for start, end in sentences:
        sentence = text[start:end]
        seen = [span for span in marked if span[0] < end and start < span[1]]
        seen += [(start + low, start + high) for low, high in directives(sentence)]
        if foreign and in_another_script(sentence):
            seen.append((start, start + 1))
        for place in sorted(max(low, start) for low, _ in seen):  # a flag may begin earlier
            if any(low <= place < high for low, high in holes):
                continue
            low, high = _clauses(text, (start, end), place, last)
            so = any(at == place and _SAYS_SO.search(text, at, to) for at, to in seen)
            holes.append((start if so else low, high))
        holes += [(max(low, start), min(high, end)) for low, high in seen]
    seen = [
        (start + low, start + high)
        for start, end in sentences
        for low, high in marks(text[start:end])
    ]
    if len(seen) > 1:
        holes.append((min(low for low, _ in seen), max(high for _, high in seen)))
    # A bracket may be opened in one sentence and closed in another, or hold a second request.
    merged: list[Span] = []
    for low, high in sorted(holes):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _with_those_before(text: str, sentences: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """The holes, and sentences in a row before one that begins its sentence which say "you"."""
    found = list(holes)
    leads = False
    for start, end in reversed(sentences):
        inside = [low for low, high in holes if low < end and start < high]
        if inside:
            leads = not text[start : min(inside)].strip(_EDGES) or min(inside) < start
        elif leads and _YOU.search(text, start, end):
            found.append((start, end))
        else:
            leads = False
    return sorted(found)


def _clauses(text: str, sentence: Span, place: int, last: int) -> Span:
    """From the clause in which something was seen to the mark that closes it, or the end."""
    start, end = sentence
    for opened in _opened(text, start, place):
        close = _closed(text, opened, place, last, end)
        if close is not None:
            return opened, close
    bounds = [match.start() for match in _BOUNDARY.finditer(text, start, max(place, start))]
    low = bounds[-1] if bounds else start
    before = next((at for at in bounds[-2::-1] if not text[at].isspace()), start)
    if bounds and _LEADS_IN.match(text, before, low):
        low = before
    if bounds and _DASH.match(text, low):
        closing = _DASH.search(text, place, end)
        if closing is not None and len(text[closing.end() : end].split()) >= FEWEST_WORDS:
            return low, closing.end()
    return low, end


def _opened(text: str, start: int, place: int) -> list[int]:
    """Brackets and quotation marks that are open at a place of a sentence, the outermost first."""
    open_: list[int] = []
    for at in range(start, place):
        char = text[at]
        if open_ and char in _CLOSERS[text[open_[-1]]]:
            open_.pop()
        elif char in _CLOSERS:
            open_.append(at)
    if place < len(text) and text[place] in _CLOSERS and text[place] != "{":
        open_.append(place)
    return open_


def _closed(text: str, opened: int, place: int, last: int, end: int) -> int | None:
    """Behind the mark that closes what was opened: the last such mark of the sentence.

    Not the first: who plants words may put marks among them. Round brackets may close in a later
    sentence of the paragraph.
    """
    closers = _CLOSERS[text[opened]]
    for until in (end, last if text[opened] in "([（" else end):
        found = max((text.rfind(char, place, until) for char in closers), default=-1)
        if found > place:
            return found + 1
    return None

"""Sentences and the flags of their text → what of them may be quoted as an answer.

Words of a source that speak to a machine are nobody's answer. What stands before them in their
sentence may be one, and what goes on from them ("Say that …") is left out with them. Rules over
English words; what is no such phrase and merely false is not seen here.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from rag.types import Flag

Span = tuple[int, int]
# (document, version) → the flags of its text.
FlagsOf = Callable[[str, str], Sequence[Flag]]

# Flags whose words are not to be quoted as an answer. Invisible characters only hide words.
KINDS = frozenset({"instructions", "hidden"})
# What is left of a sentence must have this many words to be one.
FEWEST_WORDS = 3
_BOUNDARY = re.compile(r"[,;:(\[—–]|\.{3}|…|\s-\s|\s(?:and|but|so|then)\s")
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


def quotable(text: str, sentences: Sequence[Span], flags: Iterable[Flag]) -> list[Span]:
    """What may be quoted of these sentences of one paragraph, in order; whole where it is clean."""
    marked = sorted((flag.start, flag.end) for flag in flags if flag.kind in KINDS)
    if not marked:
        return list(sentences)
    kept: list[Span] = []
    told = False
    for start, end in sentences:
        here = [span for span in marked if span[0] < end and start < span[1]]
        if not here:
            told = told and bool(_ORDERS.match(text, start, end))
            if not told:
                kept.append((start, end))
            continue
        told = True
        before = _before(text, start, here[0][0])
        if before is not None:
            kept.append(before)
    return kept


def _before(text: str, start: int, flagged: int) -> Span | None:
    """The clauses of a sentence that stand before the one which is flagged."""
    bounds = [match.start() for match in _BOUNDARY.finditer(text, start, max(flagged, start))]
    for bound in reversed(bounds):
        words = text[start:bound].rstrip()
        if len(words.split()) >= FEWEST_WORDS:
            return start, start + len(words)
    return None

"""Citations and passages held against gold evidence, by the characters that they share.

Each function judges one question; shares are left as counts, so that they can be summed (micro)
or averaged over questions (macro). The standard library alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

from evals.answer_measures import contains_answer


class Span(NamedTuple):
    """`text[start:end]` of a document, which is named by its path under `documents/`."""

    document: str
    start: int
    end: int


class Share(NamedTuple):
    """So many of so many; `of` is 0 where there is nothing to judge."""

    hits: float
    of: float


NOTHING = Share(0, 0)


def matches(one: Span, other: Span) -> bool:
    """True if both stand in one document and share half the characters of the shorter, or more.

    An empty span matches nothing.
    """
    shorter = min(one.end - one.start, other.end - other.start)
    shared = min(one.end, other.end) - max(one.start, other.start)
    return one.document == other.document and shorter > 0 and 2 * shared >= shorter


def citation_precision(
    cited: Sequence[Span], quotes: Sequence[str], evidence: Sequence[Span], accepted: Sequence[str]
) -> Share:
    """How many of the citations match gold evidence.

    Without evidence, how many of their quotes hold an accepted answer; with neither there is
    nothing to judge. Source: after Gao et al., Enabling Large Language Models to Generate Text
    with Citations (ALCE), EMNLP 2023, with gold spans in the place of an entailment model.
    """
    if evidence:
        good = sum(any(matches(span, gold) for gold in evidence) for span in cited)
        return Share(good, len(cited))
    judged = [contains_answer(quote, accepted) for quote in quotes]
    known = [value for value in judged if value == value]
    return Share(sum(known), len(known))


def citation_recall(cited: Sequence[Span], evidence: Sequence[Span]) -> Share:
    """How many pieces of gold evidence some citation matches. Source: as `citation_precision`."""
    found = sum(any(matches(span, gold) for span in cited) for gold in evidence)
    return Share(found, len(evidence))


def share_true(checks: Sequence[bool]) -> Share:
    """How many citations held when their quote was read again from the store."""
    return Share(sum(checks), len(checks))


def sentences_cited(numbers: Sequence[Sequence[int]]) -> Share:
    """How many sentences have a citation; `numbers` has each sentence's citation numbers."""
    return Share(sum(bool(of_one) for of_one in numbers), len(numbers))

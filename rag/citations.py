"""A draft → sentences whose every citation holds, and a list of those that did not.

A citation is proved by reading the stored text again: its quote must be `text[start:end]`.
Pure functions; the texts are handed in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    DraftCitation,
    DraftSentence,
    Dropped,
    PageSpan,
    Passage,
)

TextOf = Callable[[str], str]
PagesOf = Callable[[str, int, int], PageSpan]


@dataclass(frozen=True, slots=True)
class Proved:
    """What of a draft holds: citations are numbered from 1 in reading order."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[Dropped, ...]


def prove(
    draft: Sequence[DraftSentence],
    passages: Sequence[Passage],
    *,
    text_of: TextOf,
    pages_of: PagesOf = lambda _version, _start, _end: PageSpan(),
) -> Proved:
    """Keep the citations that hold and the sentences that still have one.

    `text_of` gives the stored text of a version, read anew; it may raise `LookupError` where the
    version is gone. A citation of the same span keeps the number it got first.
    """
    by_rank = {passage.rank: passage for passage in passages}
    numbers: dict[tuple[str, str, int, int], int] = {}
    citations: list[Citation] = []
    sentences: list[AnswerSentence] = []
    dropped: list[Dropped] = []
    for sentence in draft:
        held: list[int] = []
        for claim in sentence.citations:
            reason = _fault(claim, by_rank, text_of)
            if reason is not None:
                dropped.append(Dropped(f"[{claim.passage}]", reason))
                continue
            passage = by_rank[claim.passage]
            key = (passage.document, passage.version, claim.start, claim.end)
            if key not in numbers:
                numbers[key] = len(citations) + 1
                pages = pages_of(passage.version, claim.start, claim.end)
                citations.append(_citation(numbers[key], claim, passage, pages))
            if numbers[key] not in held:
                held.append(numbers[key])
        if held:
            sentences.append(
                AnswerSentence(
                    text=sentence.text,
                    role=sentence.role,
                    citations=tuple(held),
                    verdict=sentence.verdict,
                    needs_context=sentence.needs_context,
                )
            )
        elif not sentence.citations:
            dropped.append(Dropped("", f"no citation: {_short(sentence.text)}"))
    return Proved(tuple(sentences), tuple(citations), tuple(dropped))


def fault(citation: Citation, text_of: TextOf) -> str | None:
    """What is wrong with a kept citation, or None: for showing and exporting it again later."""
    try:
        text = text_of(citation.version)
    except LookupError:
        return "the text it quotes is not in the store any more"
    return _fault_of_span(text, citation.start, citation.end, citation.quote)


def _fault(claim: DraftCitation, by_rank: Mapping[int, Passage], text_of: TextOf) -> str | None:
    passage = by_rank.get(claim.passage)
    if passage is None:
        return "no passage has this number"
    try:
        text = text_of(passage.version)
    except LookupError:
        return "the text it quotes is not in the store any more"
    return _fault_of_span(text, claim.start, claim.end, claim.quote)


def _fault_of_span(text: str, start: int, end: int, quote: str) -> str | None:
    if not quote.strip():
        return "the quote is empty"
    if not 0 <= start < end <= len(text):
        return f"the span {start}-{end} is not inside the text"
    if text[start:end] != quote:
        return f"the words are not those of the source: {_short(quote)}"
    return None


def _citation(
    number: int,
    claim: DraftCitation,
    passage: Passage,
    pages: PageSpan,
) -> Citation:
    return Citation(
        number=number,
        document=passage.document,
        version=passage.version,
        chunk=passage.chunk,
        source=passage.source,
        title=passage.title,
        publisher=passage.publisher,
        published=passage.published,
        published_precision=passage.published_precision,
        url=passage.url,
        page=pages.first,
        page_end=pages.last,
        page_label=pages.label,
        also_in=passage.also_in,
        start=claim.start,
        end=claim.end,
        quote=claim.quote,
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:79]}…"


def short_citations(answer: Answer) -> tuple[int, ...]:
    """The citations of the sentence that the short answer stands in; none without one."""
    short = answer.short_answer
    held = (
        sentence.citations
        for sentence in answer.sentences
        if sentence.role == "answer" and short and short in sentence.text
    )
    return next(held, ())

"""The passages of a question as evidence: which particulars of a sentence each of them holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.directives import directives
from rag.particulars import Finding, check, fuller_names
from rag.support import Source, Support, with_words
from rag.terms import content_words
from rag.types import DraftCitation, Passage

Span = tuple[int, int]
Key = tuple[str, int, int]

# A figure is of something.
_OWNED = frozenset({"number", "date"})
# Particulars that a fuller name may hold.
_NAMED = frozenset({"name", "speaker"})
# A passage that has one word less of a clause than another says as much of it.
NEARLY = 2
_PARTS = re.compile(r".+?(?:, |; | and | but | while | whereas |\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Held:
    """A passage with the support that was found in it."""

    passage: Passage
    support: Support
    findings: tuple[Finding, ...]

    @property
    def span(self) -> Span:
        """The words that support, in the passage."""
        return self.support.span


class Given:
    """The passages of a question by rank, and what may be quoted of each."""

    def __init__(
        self, passages: Sequence[Passage], sources: Mapping[int, Source], question: str
    ) -> None:
        self.passages = {passage.rank: passage for passage in passages}
        self.sources = sources
        self.question = question

    def findings(self, sentence: str, rank: int, span: Span | None = None) -> tuple[Finding, ...]:
        """The particulars of a sentence held against a passage; without a span all of it is cited.

        A surname of it is also the full name that the other passages give to its bearer.
        """
        passage, text = self.passages[rank], self.sources[rank].text
        about = clean_names(passage.title, passage.publisher, passage.published, passage.heading)
        found = self._check(sentence, passage, span, about)
        if any(fails(one) and one.particular.kind in _NAMED for one in found):
            others = [source.text for place, source in self.sources.items() if place != rank]
            if fuller := fuller_names(text, others):
                return self._check(sentence, passage, span, [*about, *fuller])
        return found

    def _check(
        self, sentence: str, passage: Passage, span: Span | None, about: Sequence[str]
    ) -> tuple[Finding, ...]:
        text = self.sources[passage.rank].text
        return check(
            sentence,
            text,
            span=span or (0, len(text)),
            published=passage.published,
            about=". ".join(about),
        )


def around(rank: int, cited: Span, given: Given) -> str:
    """What stands around cited words: their title, and the other sentences of their passage."""
    source = given.sources[rank]
    others = [
        source.text[slice(*span)]
        for span in source.sentences
        if not (span[0] < cited[1] and cited[0] < span[1])
    ]
    return f"{source.prefix} {' '.join(others)}".strip()


def others_than(ranks: Sequence[int], spans: Sequence[Span], given: Given) -> list[str]:
    """The texts of the other passages that do not hold the cited words as well."""
    cited = [
        given.sources[rank].text[slice(*span)] for rank, span in zip(ranks, spans, strict=True)
    ]
    return [
        source.text
        for rank, source in given.sources.items()
        if rank not in ranks and not any(words in source.text for words in cited)
    ]


def joined(sentence: str, held: Sequence[Held], given: Given) -> Held:
    """The best of several passages, with the support that the words of all of them give."""
    best = held[0]
    if best.support.entails is not None:
        return best
    cited = [given.sources[row.passage.rank].text[slice(*row.span)] for row in held]
    support = with_words(best.support, sentence, " ".join(cited))
    return replace(best, support=support)


def citations_of(row: Held, given: Given) -> list[DraftCitation]:
    """The span that supports, and the sentences that hold a particular which it lacks."""
    spans = [row.span]
    for finding in row.findings:
        if finding.verdict == "elsewhere" and finding.found is not None:
            low, high = finding.found
            spans += [
                span
                for span in given.sources[row.passage.rank].sentences
                if span[0] < high and low < span[1]
            ][:1]
    text, at = row.passage.text, row.passage.start
    kept = [span for span in dict.fromkeys(spans) if not _inside(span, row.span)]
    return [
        DraftCitation(row.passage.rank, at + start, at + end, text[start:end])
        for start, end in [row.span, *kept]
    ]


def _inside(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def key_of(finding: Finding) -> Key:
    """Which particular of its sentence a finding is about."""
    return (finding.particular.kind, finding.particular.start, finding.particular.end)


def fails(finding: Finding) -> bool:
    """Whether a passage does not hold it."""
    return finding.verdict in ("missing", "altered")


def missing_in(row: Held) -> set[Key]:
    """The particulars that a passage does not hold."""
    return {key_of(finding) for finding in row.findings if fails(finding)}


def open_findings(sentence: str, rows: Sequence[Held], given: Given) -> list[Finding]:
    """What stands in none of these passages, as the best of them is told it.

    A name counts only in a passage that has as much of what its clause says beside it as the best:
    "Ada Lorne built the quay" is not said by one that tells of the quay and one that names her.
    A figure counts only in a passage that also has the names of its clause, where any has them:
    "Arle has 800 shops" is not said by one source that has Arle and one of Brone's 800 shops.
    """
    failing = [{key_of(one) for one in row.findings if fails(one)} for row in rows]
    told = [
        {key_of(one) for one in row.findings} - gone
        for row, gone in zip(rows, failing, strict=True)
    ]
    parts = [match.span() for match in _PARTS.finditer(sentence)]
    texts = [content_words(given.sources[row.passage.rank].text) for row in rows]

    def stands(key: Key, place: int) -> bool:
        if key not in told[place] or key[0] != "name":
            return key in told[place]
        low, high = next(part for part in parts if part[0] <= key[1] < part[1])
        beside = content_words(f"{sentence[low : key[1]]} {sentence[key[2] : high]}")
        return len(beside & texts[place]) > len(beside & texts[0]) - NEARLY

    open_ = [
        finding
        for finding in rows[0].findings
        if fails(finding)
        and not any(stands(key_of(finding), place) for place in range(1, len(rows)))
    ]
    names = {key for keys in told for key in keys if key[0] == "name"}
    for finding in rows[0].findings if len(rows) > 1 else ():
        key = key_of(finding)
        if key[0] not in _OWNED or not any(key in keys for keys in told):
            continue
        low, high = next(part for part in parts if part[0] <= key[1] < part[1])
        near = {name for name in names if low <= name[1] < high}
        if not any(key in keys and near <= keys for keys in told):
            why = f'no passage has "{finding.particular.text}" with the names beside it'
            open_.append(replace(finding, verdict="missing", why=why))
    return open_


def clean_names(*named: str | None) -> list[str]:
    """What names a source, as far as it asks nobody to say anything."""
    return [text for text in named if text and not directives(text)]

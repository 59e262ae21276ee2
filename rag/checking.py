"""Sentences that a model wrote → each bound to the words it rests on, with a verdict.

A sentence is held against the passages that its marks name: which words support it, and whether
its numbers, dates, names, quotations, speakers and negations stand there. The code here decides;
no model is believed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.chunking import sentences_within
from rag.marks import Written
from rag.particulars import Finding, check
from rag.planted import FlagsOf, quotable
from rag.store import Text
from rag.support import PARTLY_FROM, SUPPORTED_FROM, Source, Support, Supporter
from rag.types import CheckedSentence, DraftCitation, Passage, Verdict

Span = tuple[int, int]

# A second passage that a mark names is cited too if it is about as good a support as the best.
ALSO_WITHIN = 0.25
# An entailment model that is surer than this that the passage says the opposite is believed.
CONTRADICTS_FROM = 0.5
# A reply's sentences that are checked; further ones are left out and said to be.
MAX_SENTENCES = 40


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence with its verdict, and the citations that it would be shown with."""

    sentence: CheckedSentence
    citations: tuple[DraftCitation, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing that was checked failed."""
        return not self.sentence.failed


@dataclass(frozen=True, slots=True)
class _Held:
    """A passage with the support that was found in it."""

    passage: Passage
    support: Support
    span: Span
    findings: tuple[Finding, ...]


class Checker:
    """Checks sentences against passages; `text_of` gives a version's text with its blocks.

    `flags_of` gives those of a document's version: what speaks to a machine supports nothing.
    """

    def __init__(
        self,
        supporter: Supporter,
        text_of: Callable[[str], Text],
        flags_of: FlagsOf = lambda _document, _version: (),
    ) -> None:
        self._supporter = supporter
        self._text_of = text_of
        self._flags_of = flags_of

    def check(self, written: Sequence[Written], passages: Sequence[Passage]) -> list[Checked]:
        """A verdict for each sentence, in their order; silent ones are to be left out before."""
        by_rank = {passage.rank: passage for passage in passages}
        sources = {passage.rank: self._source(passage) for passage in passages}
        named = [self._named(one, by_rank) for one in written]
        found = self._supported(written, named, sources)
        checked = [
            self._judged(one, [by_rank[rank] for rank in ranks], supports, sources)
            for one, ranks, supports in zip(written, named, found, strict=True)
        ]
        # A true sentence with a wrong mark: another passage that was given may say it.
        again = [
            place
            for place, one in enumerate(checked)
            if not one.holds and len(named[place]) < len(by_rank)
        ]
        others = [[rank for rank in by_rank if rank not in named[place]] for place in again]
        found = self._supported([written[place] for place in again], others, sources)
        for place, ranks, supports in zip(again, others, found, strict=True):
            other = self._judged(
                written[place], [by_rank[rank] for rank in ranks], supports, sources
            )
            if other.holds and other.sentence.verdict == "supported":
                checked[place] = _moved(other, written[place])
        return checked

    def _source(self, passage: Passage) -> Source:
        stored = self._text_of(passage.version)
        spans = sentences_within(stored.text, stored.blocks, (passage.start, passage.end))
        clean = quotable(stored.text, spans, self._flags_of(passage.document, passage.version))
        own = tuple((start - passage.start, end - passage.start) for start, end in clean)
        named = " / ".join(filter(None, (passage.title, passage.heading)))
        return Source(
            text=passage.text,
            # A piece of one long sentence is quoted whole, unless it is what was left out.
            sentences=own if spans else ((0, len(passage.text)),),
            prefix=f"{' '.join(named.split())}\n" if named else "",
        )

    @staticmethod
    def _named(one: Written, by_rank: Mapping[int, Passage]) -> list[int]:
        ranks = [rank for rank in (one.cites or one.near) if rank in by_rank]
        return ranks or list(by_rank)

    def _supported(
        self,
        written: Sequence[Written],
        named: Sequence[Sequence[int]],
        sources: Mapping[int, Source],
    ) -> list[list[Support]]:
        asked = [
            (one.text, [sources[rank] for rank in ranks])
            for one, ranks in zip(written, named, strict=True)
        ]
        return self._supporter.of_all(asked)

    def _judged(
        self,
        one: Written,
        passages: Sequence[Passage],
        supports: Sequence[Support],
        sources: Mapping[int, Source],
    ) -> Checked:
        held = [self._held(one.text, passages[support.source], support) for support in supports]
        if not held:
            sentence = CheckedSentence(
                one.text, one.cites, "not supported", 0.0, ("no passage holds any sentence",)
            )
            return Checked(sentence, ())
        best = held[0]
        near = [
            row for row in held if row.support.probability >= best.support.probability - ALSO_WITHIN
        ]
        open_ = _open(near)
        verdict, failed = _verdict(best, open_)
        cited = [best]
        # Another passage is cited where it is named and says it too, or holds what the best lacks.
        needed = _missing_in(best)
        for row in near[1:]:
            says_it = bool(one.cites) and row.support.probability >= SUPPORTED_FROM
            helps = needed - _missing_in(row)
            if says_it or helps:
                cited.append(row)
                needed -= helps
        citations = [citation for row in cited for citation in self._citations(row, sources)]
        sentence = CheckedSentence(
            text=one.text,
            cites=one.cites,
            verdict=verdict,
            probability=round(best.support.probability, 4),
            failed=tuple(failed),
        )
        return Checked(sentence, tuple(dict.fromkeys(citations)))

    def _held(self, sentence: str, passage: Passage, support: Support) -> _Held:
        about = " ".join(
            filter(None, (passage.title, passage.publisher, passage.published, passage.heading))
        )
        findings = check(
            sentence,
            passage.text,
            span=support.span,
            published=passage.published,
            about=about,
        )
        return _Held(passage, support, support.span, tuple(findings))

    def _citations(self, row: _Held, sources: Mapping[int, Source]) -> list[DraftCitation]:
        """The span that supports, and the sentences that hold a particular which it lacks."""
        spans = [row.span]
        for finding in row.findings:
            if finding.verdict == "elsewhere" and finding.found is not None:
                low, high = finding.found
                spans += [
                    span
                    for span in sources[row.passage.rank].sentences
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


def _key(finding: Finding) -> tuple[str, int, int]:
    return (finding.particular.kind, finding.particular.start, finding.particular.end)


def _fails(finding: Finding) -> bool:
    return finding.verdict in ("missing", "altered")


def _missing_in(row: _Held) -> set[tuple[str, int, int]]:
    return {_key(finding) for finding in row.findings if _fails(finding)}


def _open(rows: Sequence[_Held]) -> list[Finding]:
    """What stands in none of these passages, as the best of them is told it."""
    held = {_key(finding) for row in rows for finding in row.findings if not _fails(finding)}
    return [one for one in rows[0].findings if _fails(one) and _key(one) not in held]


def _verdict(best: _Held, open_: Sequence[Finding]) -> tuple[Verdict, list[str]]:
    probability, support = best.support.probability, best.support
    failed = [finding.why for finding in open_]
    if support.contradicts is not None and support.contradicts >= CONTRADICTS_FROM:
        return "contradicted", [*failed, "the passage says the opposite"]
    if any(finding.verdict == "altered" for finding in open_) and probability >= PARTLY_FROM:
        return "contradicted", failed
    if probability < PARTLY_FROM:
        return "not supported", [*failed, "the passages it cites do not say this"]
    if failed:
        return ("partly" if probability >= SUPPORTED_FROM else "not supported"), failed
    return ("supported" if probability >= SUPPORTED_FROM else "partly"), []


def _moved(checked: Checked, written: Written) -> Checked:
    """The sentence as it is with another passage than its marks name."""
    sentence = checked.sentence
    ranks = "".join(f"[{rank}]" for rank in dict.fromkeys(one.passage for one in checked.citations))
    said = "".join(f"[{rank}]" for rank in written.cites)
    note = f"marked {said}, but {ranks} says it" if said else f"not marked; {ranks} says it"
    return Checked(
        CheckedSentence(
            sentence.text, written.cites, sentence.verdict, sentence.probability, (), (note,)
        ),
        checked.citations,
    )

"""A brief held against its sources again: which citations hold, which do not, and why.

In a store it says what became of the sources since; texts may be handed in instead, so that a
bundle is checked by the same code. No index and no model takes part.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rag.brief.authored import blocks_of
from rag.brief.composing import called_by, standing
from rag.brief.editing import place_of
from rag.brief.manuscript import (
    Block,
    Listing,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    Subheading,
    Table,
)
from rag.chunking import sentence_spans
from rag.citations import fault
from rag.languages import language_of
from rag.particulars import Finding, check
from rag.store import Store
from rag.terms import content_terms
from rag.types import (
    AnswerItem,
    Brief,
    Citation,
    citation_key,
    plain_values,
)
from rag.types import Block as TextBlock

Standing = Literal["holds", "moved", "changed", "removed", "withdrawn", "broken"]
# A sentence of fewer words of content may share none with what it cites.
FEWEST_TERMS = 2


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """One citation, the notes that call it, and what came of reading its source again.

    "holds": the quote is the stored text, and the source is as it was. "moved": the source has
    changed, and still has the quote. "removed": the source left its folder, its text is kept.
    "changed": the source no longer has the quote; "withdrawn": it was forgotten; "broken": the
    quote is not the text it names. `why` is one line.
    """

    key: str
    notes: tuple[int, ...]
    source: str
    quote: str
    standing: Standing
    why: str

    @property
    def holds(self) -> bool:
        """Whether a reader can rely on the quote as it is."""
        return self.standing in ("holds", "moved", "removed")


@dataclass(frozen=True, slots=True)
class SentenceFault:
    """A sentence that says something else than what it cites: its place, and what differs."""

    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of verifying a brief; `files` are faults of a bundle's files, `digest` its hash."""

    brief: str
    version: int
    title: str
    citations: tuple[CitationCheck, ...]
    sentences: tuple[SentenceFault, ...]
    n_sentences: int
    files: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    digest: str | None = None

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return (
            not self.files and not self.sentences and all(check.holds for check in self.citations)
        )

    def to_dict(self) -> dict[str, Any]:
        """The verification as JSON-ready values."""
        names = ("brief", "version", "title", "n_sentences", "digest")
        return {
            **{name: getattr(self, name) for name in names},
            "holds": self.holds,
            "citations": [
                {**plain_values(asdict(check)), "holds": check.holds} for check in self.citations
            ],
            "sentences": [asdict(row) for row in self.sentences],
            "files": list(self.files),
            "remarks": list(self.remarks),
        }


def verify_in_store(store: Store, brief: Brief) -> Verification:
    """Hold a brief against the store as it is now."""
    documents = store.documents

    def told(citation: Citation) -> tuple[Standing, str]:
        problem = fault(citation, documents.fresh_text_of)
        state, version = _state(store, citation.document)
        if state == "forgotten":
            since = store.changed_at(citation.document)
            return "withdrawn", f"withdrawn: the document was forgotten on {since}"
        if problem is not None:
            return "broken", problem
        if state == "removed":
            since = store.changed_at(citation.document)
            return "removed", f"the source left its folder on {since}; its stored text has it"
        if version in (None, citation.version):
            return "holds", "the quote is the stored text"
        return _since(store, citation, str(version))

    return verified(brief, told)


def said_otherwise(brief: Brief, before: Brief) -> tuple[str, ...]:
    """For each text that an edit brought, its sentences that say something else than they cite."""
    known = tuple(before.items())
    new = {place_of(brief, item.id) for item in brief.items() if item not in known}
    return tuple(
        f"“{text}” says something else than it cites: {why}"
        for place, text, citations, own, mine in _sentences(brief)
        if place in new and (why := _said_otherwise(text, citations, own=own, by_author=mine))
    )


def verified(
    brief: Brief,
    told: Callable[[Citation], tuple[Standing, str]],
) -> Verification:
    """Check every citation that a note calls by `told`, and every sentence by what it cites."""
    numbers: dict[str, list[int]] = {}
    cited: dict[str, Citation] = {}
    for number, citation in enumerate(
        (one for item in brief.items() for one in called_by(item)), start=1
    ):
        numbers.setdefault(citation_key(citation), []).append(number)
        cited.setdefault(citation_key(citation), citation)
    checks = []
    for key, citation in cited.items():
        stands, reason = told(citation)
        source = citation.title or citation.source
        checks.append(
            CitationCheck(key, tuple(numbers[key]), source, citation.quote, stands, reason)
        )
    sentences = list(_sentences(brief))
    faults = [
        SentenceFault(place, text, why)
        for place, text, citations, own, mine in sentences
        if (why := _said_otherwise(text, citations, own=own, by_author=mine))
    ]
    return Verification(
        brief.id, brief.version, brief.title, tuple(checks), tuple(faults), len(sentences)
    )


def _state(store: Store, document: str) -> tuple[str, str | None]:
    try:
        record = store.documents.record(document)
    except LookupError:
        return "forgotten", None
    return record.state, record.version


def _since(store: Store, citation: Citation, version: str) -> tuple[Standing, str]:
    """What a source says now that its file has changed."""
    versions = store.documents.versions_of(citation.document)
    day = next((row["first_seen"][:10] for row in versions if row["version"] == version), "unknown")
    text = store.documents.fresh_text_of(version)
    found = _place_in(text, citation.quote)
    if found is None:
        return "changed", f"source changed on {day}, and its new text does not have the quote"
    return "moved", f"source changed on {day}, quote still stands at {found[0]}-{found[1]}"


def _place_in(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text, however its lines are broken there."""
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    spaced = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    return spaced.span() if spaced else None


def _sentences(brief: Brief) -> Iterator[tuple[str, str, list[Citation], bool, bool]]:
    """Every sentence that cites: place, words, citations; a source's own words, the author's."""
    for item in brief.items():
        place = place_of(brief, item.id)
        if isinstance(item, AnswerItem):
            by_number = {one.number: one for one in item.answer.citations}
            for sentence in standing(item.answer):
                cited = [by_number[n] for n in sentence.citations if n in by_number]
                yield place, sentence.text, cited, item.answer.mode == "extractive", False
        else:
            keys = [citation_key(one) for one in item.citations]
            for text, marks in _marked(blocks_of(item.text, keys)):
                yield place, text, [item.citations[mark] for mark in marks], False, True


def _marked(blocks: Sequence[Block]) -> Iterator[tuple[str, list[int]]]:
    """The sentences of an author's blocks that have marks, with them."""
    for block in blocks:
        match block:
            case Paragraph(runs) | Subheading(_, runs):
                yield from _marked_in(runs)
            case Quotation(inside):
                yield from _marked(inside)
            case Listing(items=items):
                for item in items:
                    yield from _marked(item)
            case Table(header, rows):
                for row in (header, *rows):
                    for cell in row:
                        yield from _marked_in(cell)
            case Preformatted():
                pass


def _marked_in(runs: Runs) -> Iterator[tuple[str, list[int]]]:
    text = ""
    marks: list[tuple[int, int]] = []
    for run in runs:
        if isinstance(run, NoteMark):
            marks.append((len(text.rstrip()), run.number))
        else:
            text += run.text
    for start, end in sentence_spans(text, TextBlock("paragraph", 0, len(text))):
        held = [number for at, number in marks if start < at <= end]
        if held:
            yield text[start:end], held


def _said_otherwise(
    sentence: str, citations: Sequence[Citation], *, own: bool, by_author: bool
) -> str | None:
    """What a sentence says that none of its citations does, in one line, or None.

    A source's own sentence has to be all that is quoted, since a part of it may say the opposite.
    Of others the particulars are held against the cited words alone.
    """
    quotes = [" ".join(one.quote.split()) for one in citations]
    if own:
        if " ".join(sentence.split()) in (*quotes, " ".join(quotes)):
            return None
        return "these are not the words of the source that it quotes"
    findings = [_findings(sentence, citation) for citation in citations]
    if not findings:
        return None
    held = {_key(one) for row in findings for one in row if not one.failed}
    open_ = [one for one in findings[0] if one.failed and _key(one) not in held]
    if language_of(sentence) not in (None, "en", language_of(" ".join(quotes))):
        # The rules know English names and denials; figures and quotations are the same anywhere.
        open_ = [one for one in open_ if one.particular.kind in ("number", "date", "quotation")]
    if open_:
        return "; ".join(dict.fromkeys(one.why for one in open_))
    return _nothing_shared(sentence, " ".join(quotes)) if by_author else None


def _nothing_shared(sentence: str, quoted: str) -> str | None:
    """That an author's sentence has no word of what it cites, where both are of one language."""
    said = {term.term for term in content_terms(sentence)}
    if len(said) < FEWEST_TERMS or said & {term.term for term in content_terms(quoted)}:
        return None
    if language_of(sentence) != language_of(quoted):
        return None
    return "it shares no word with what it cites"


def _findings(sentence: str, citation: Citation) -> tuple[Finding, ...]:
    known = (citation.title, citation.publisher, citation.published)
    return check(
        sentence,
        citation.quote,
        span=(0, len(citation.quote)),
        published=citation.published,
        about=" ".join(value for value in known if value),
    )


def _key(finding: Finding) -> tuple[str, int, int]:
    return (finding.particular.kind, finding.particular.start, finding.particular.end)

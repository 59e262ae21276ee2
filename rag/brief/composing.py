"""A brief → its manuscript: sentences with their attribution, numbered notes, sources, summary.

Notes are numbered in reading order; each call has one of its own, in short form where its source
was named before. Nothing is read but the brief: the same version gives the same manuscript.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.brief.authored import blocks_of, note_marks
from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    Note,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Run,
    Runs,
    Section,
    SourceEntry,
    Subheading,
    Table,
    Text,
)
from rag.brief.references import Locator, Reference
from rag.brief.sources import descriptor_of, reference_of, summary_of
from rag.brief.styles import STYLES, entry, full_note, short_note
from rag.dates import Published
from rag.errors import ConfigurationError
from rag.types import (
    Answer,
    AnswerItem,
    AnswerSentence,
    Brief,
    Citation,
    Item,
    SourceFacts,
    TextItem,
    citation_key,
)

DEFAULT_STYLE = "chicago"
# Verdicts with which a sentence of a chat model stands in a brief.
_STANDING = (None, "supported", "partly")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a brief is written out: the style of its references, and quotes in the notes or not."""

    style: str = DEFAULT_STYLE
    quotes: bool = False


def compose(brief: Brief, manner: Manner | None = None) -> Manuscript:
    """The manuscript of a brief.

    Raises:
        ConfigurationError: the style is unknown, or the brief holds nothing yet.
    """
    manner = manner or Manner()
    if manner.style not in STYLES:
        raise ConfigurationError(
            f"{manner.style!r} is no style of references; there are {', '.join(STYLES)}"
        )
    if not any(True for _ in brief.items()):
        raise ConfigurationError(
            f"brief {brief.id} ({brief.title}) is empty; `rag brief add {brief.id} QUESTION` "
            "puts an answer into it"
        )
    notes = _Notes(brief, manner)
    bottom: tuple[Block, ...] = ()
    left_out = [row for item in brief.items() for row in left_out_of(item)]
    if brief.bottom_line is not None:
        bottom = tuple(_item(brief.bottom_line, notes))
    sections = tuple(
        Section(section.heading, tuple(_section(section.heading, section.items, notes)))
        for section in brief.sections
    )
    unanswered = unanswered_of(brief)
    return Manuscript(
        title=brief.title,
        sections=sections,
        notes=tuple(notes.notes),
        sources=notes.entries(),
        summary=summary_of(brief, notes.cited, unanswered),
        author=brief.author,
        date=brief.date,
        handling=brief.handling,
        bottom_line=bottom,
        unanswered=unanswered,
        left_out=tuple(left_out),
    )


def unanswered_of(brief: Brief) -> tuple[str, ...]:
    """The questions of a brief that its sources do not answer, each once."""
    return tuple(
        dict.fromkeys(
            item.answer.question
            for item in brief.items()
            if isinstance(item, AnswerItem) and not standing(item.answer)
        )
    )


def standing(answer: Answer) -> list[AnswerSentence]:
    """The sentences of an answer that a brief shows: those with support."""
    held = () if answer.abstained else answer.sentences
    shown = [one for one in held if one.verdict in _STANDING and one.citations]
    if answer.mode == "chat" or all(one.role == "answer" for one in shown):
        return shown
    # What a sentence leans on is read before it, as in its source.
    place = {one.number: (one.document, one.start) for one in answer.citations}
    ordered: list[AnswerSentence] = []
    for _, group in groupby(shown, key=lambda one: place[one.citations[0]][0]):
        ordered += sorted(group, key=lambda one: place[one.citations[0]][1])
    return ordered


def left_out_of(item: Item) -> list[tuple[str, str]]:
    """What an item's model wrote that the checks kept out, each with why; for the author."""
    if not isinstance(item, AnswerItem):
        return []
    rows = [
        (one.text, f"{one.verdict}: {'; '.join(one.failed) or 'not shown in the answer'}")
        for one in (item.answer.writing.sentences if item.answer.writing else ())
        if not one.shown
    ]
    shown = () if item.answer.abstained else item.answer.sentences
    return rows + [(one.text, str(one.verdict)) for one in shown if one.verdict not in _STANDING]


class _Notes:
    """The notes as they are called, and the sources by the first of them."""

    def __init__(self, brief: Brief, manner: Manner) -> None:
        self._brief = brief
        self._manner = manner
        self._numbers: dict[str, int] = {}
        self.references: dict[str, Reference] = {}
        self._alike = _alike(brief, manner.style)
        self.notes: list[Note] = []
        self.cited: dict[str, list[Citation]] = {}

    def call(self, citation: Citation) -> NoteMark:
        """A new note on a citation, and its mark."""
        document = citation.document
        first = document not in self._numbers
        if first:
            self._numbers[document] = len(self._numbers) + 1
            facts = self._brief.sources[document]
            self.references[document] = reference_of(document, facts)
        reference, source = self.references[document], self._numbers[document]
        style, where = self._manner.style, locator_of(citation)
        runs = (
            full_note(style, reference, where)
            if first or document in self._alike
            else short_note(style, reference, where, number=source)
        )
        number = len(self.notes) + 1
        quote = citation.quote if self._manner.quotes else None
        self.notes.append(Note(number, source, runs, quote, first))
        self.cited.setdefault(document, []).append(citation)
        return NoteMark(number)

    def attribution(self, document: str) -> str:
        """Who says what a document says, as the notes name it too."""
        return attribution(self._brief.sources[document])

    def entries(self) -> tuple[SourceEntry, ...]:
        """The list of sources."""
        return tuple(
            SourceEntry(
                number,
                entry(self._manner.style, self.references[document], number=number),
                descriptor_of(
                    self._brief.sources[document],
                    self._brief.descriptors.get(document),
                    self.cited[document],
                ),
            )
            for document, number in self._numbers.items()
        )


def _alike(brief: Brief, style: str) -> set[str]:
    """The documents whose short form is another's too: they are always named in full."""
    shorts: dict[tuple[Text, ...], list[str]] = {}
    for document in dict.fromkeys(
        one.document for item in brief.items() for one in called_by(item)
    ):
        reference = reference_of(document, brief.sources[document])
        number = len(shorts) if style == "ieee" else 0  # IEEE's short form is a number of its own
        shorts.setdefault(short_note(style, reference, None, number=number), []).append(document)
    return {name for names in shorts.values() if len(names) > 1 for name in names}


def references_of(brief: Brief) -> tuple[Reference, ...]:
    """The references of what a brief's notes cite, in the order of its list of sources."""
    notes = _Notes(brief, Manner())
    for item in brief.items():
        for citation in called_by(item):
            notes.call(citation)
    return tuple(notes.references.values())


def called_by(item: Item) -> Iterator[Citation]:
    """The citations that the notes of an item call, in order, with repetitions."""
    if isinstance(item, AnswerItem):
        by_number = {one.number: one for one in item.answer.citations}
        for sentence in standing(item.answer):
            yield from (by_number[number] for number in sentence.citations if number in by_number)
    else:
        for mark in _marks(item):
            yield item.citations[mark]


def _marks(item: TextItem) -> Iterator[int]:
    yield from note_marks(blocks_of(item.text, [citation_key(one) for one in item.citations]))


def locator_of(citation: Citation) -> Locator | None:
    """Where in its source a citation stands, as its pages are named; None where it has none."""
    if citation.page is None:
        return None
    if citation.page_label:
        first, _, last = citation.page_label.partition("-")
        return Locator(first, last or None)
    last_page = citation.page_end
    apart = last_page not in (None, citation.page)
    return Locator(str(citation.page), str(last_page) if apart else None)


def _section(heading: str, items: Sequence[Item], notes: _Notes) -> Iterator[Block]:
    for item in items:
        question = item.answer.question if isinstance(item, AnswerItem) else ""
        if question and _plain(question) != _plain(heading):
            yield Subheading(1, (Text(question),))
        yield from _item(item, notes)


def _item(item: Item, notes: _Notes) -> Iterator[Block]:
    if isinstance(item, TextItem):
        keys = [citation_key(one) for one in item.citations]
        for block in blocks_of(item.text, keys):
            yield _called(block, item.citations, notes)
        return
    answer = item.answer
    sentences = standing(answer)
    if not sentences:
        yield Paragraph((Text("The sources at hand do not answer this question."),))
        return
    by_number = {one.number: one for one in answer.citations}
    if answer.mode == "chat":
        runs: list[Run] = []
        for sentence in sentences:
            space = " " if runs else ""
            runs.append(Text(f"{space}{' '.join(sentence.text.split())}"))
            runs += _apart([notes.call(by_number[number]) for number in sentence.citations])
        yield Paragraph(tuple(runs))
        return
    yield from _attributed(sentences, by_number, notes)


def _attributed(
    sentences: Sequence[AnswerSentence], by_number: dict[int, Citation], notes: _Notes
) -> Iterator[Block]:
    """A source's own sentences, quoted, under the name of who published them."""
    runs: list[Run] = []
    before: str | None = None
    for sentence in sentences:
        cited = [by_number[number] for number in sentence.citations]
        if cited[0].document != before:
            if runs:
                yield Paragraph(tuple(runs))
            runs = [Text(f"According to {notes.attribution(cited[0].document)}:")]
            before = cited[0].document
        runs.append(Text(f" “{' '.join(sentence.text.split())}”"))
        runs += _apart([notes.call(one) for one in cited])
    yield Paragraph(tuple(runs))


def attribution(facts: SourceFacts | Citation) -> str:
    """Who says it: publisher, title and date of a source, as far as they are known."""
    file = facts.file if isinstance(facts, SourceFacts) else facts.source
    title = f"“{facts.title}”" if facts.title else f"the file {file}"
    if facts.published is None or facts.published_precision is None:
        date = "undated"
    else:
        date = day_in_words(Published(facts.published, facts.published_precision))
    who = f"{facts.publisher}, {title}" if facts.publisher else title
    what = date if facts.publisher else f"publisher unknown, {date}"
    return f"{who} ({what})"


def day_in_words(published: Published) -> str:
    """A date as "12 March 2024", "March 2024" or "2024"."""
    year, *rest = published.value[:10].split("-")
    if published.precision == "year" or not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    if published.precision == "month" or len(rest) < 2:
        return f"{month} {year}"
    return f"{int(rest[1])} {month} {year}"


def _called(block: Block, citations: Sequence[Citation], notes: _Notes) -> Block:
    """The block with each mark, so far the place of a citation, as that of a new note."""
    match block:
        case Paragraph(runs):
            return Paragraph(_noted(runs, citations, notes))
        case Subheading(level, runs):
            return Subheading(level, _noted(runs, citations, notes))
        case Quotation(inside):
            return Quotation(tuple(_called(one, citations, notes) for one in inside))
        case Listing(items=items):
            made = tuple(tuple(_called(one, citations, notes) for one in item) for item in items)
            return replace(block, items=made)
        case Table(header, rows):
            head = tuple(_noted(cell, citations, notes) for cell in header)
            body = tuple(tuple(_noted(cell, citations, notes) for cell in row) for row in rows)
            return Table(head, body)
        case Preformatted():
            return block


def _noted(runs: Runs, citations: Sequence[Citation], notes: _Notes) -> Runs:
    return tuple(
        _apart(
            [
                notes.call(citations[run.number]) if isinstance(run, NoteMark) else run
                for run in _unspaced(runs)
            ]
        )
    )


def _apart(runs: Sequence[Run]) -> list[Run]:
    """The runs with a space between two calls: 17 and 18 are not 1718."""
    kept: list[Run] = []
    for run in runs:
        if isinstance(run, NoteMark) and kept and isinstance(kept[-1], NoteMark):
            kept.append(Text("\u00a0"))
        kept.append(run)
    return kept


def _unspaced(runs: Iterable[Run]) -> list[Run]:
    """The runs without the space that an author leaves before a mark."""
    kept: list[Run] = []
    for run in runs:
        if isinstance(run, NoteMark) and kept and isinstance(kept[-1], Text):
            stripped = replace(kept[-1], text=kept[-1].text.rstrip(" "))
            kept[-1:] = [stripped] if stripped.text else []
        kept.append(run)
    return kept


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?.! ")

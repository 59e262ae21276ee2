"""A brief made ready for export: what each of its forms says, in reading order.

Composed once from a brief and the store; Markdown, HTML, DOCX and PDF are written from it alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Words of one kind. `link` is an absolute http(s) address, None where there is none."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The place where a note is called; `number` is that of a `Note`, each called once."""

    number: int


Run = Text | NoteMark
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a hard line break inside it is a line end in a `Text`."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section; `level` from 1, below the section's own."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `start` is the first number of an ordered one. Items hold blocks."""

    ordered: bool
    items: tuple[tuple["Block", ...], ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quotation:
    """Blocks that are quoted."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Lines that are shown as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `header` and each row have as many cells."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Paragraph | Subheading | Listing | Quotation | Preformatted | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a brief under its heading, which may be empty for text that has none."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered note: `runs` name the source in a style, `quote` its exact words if wanted.

    `source` is the number of the entry in the list of sources; `first` whether it is the first
    note that names it.
    """

    number: int
    source: int
    runs: tuple[Text, ...]
    quote: str | None = None
    first: bool = True


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An entry of the list of sources: the reference in a style, and what is known of it.

    `descriptor` is (label, value) in order: kind, originator, first-hand or relayed, known limits.
    """

    number: int
    runs: tuple[Text, ...]
    descriptor: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A brief, whole, in the order in which it is read.

    `date` is ISO 8601, `handling` the line that stands on top of each page, such as "Internal".
    `bottom_line` is empty where there is none. `summary` is the source summary statement as
    (label, sentence); `unanswered` the questions that the sources do not answer; `left_out` what
    the checks kept out, with the reason, for the author alone: it is shown, and not exported.
    """

    title: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    sources: tuple[SourceEntry, ...]
    summary: tuple[tuple[str, str], ...]
    author: str | None = None
    date: str | None = None
    handling: str | None = None
    bottom_line: tuple[Block, ...] = ()
    unanswered: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def texts(self) -> Iterator[str]:
        """Every text that a reader sees, for what has to know its letters."""
        yield from (self.title, self.author or "", self.date or "", self.handling or "")
        for blocks in (self.bottom_line, *(section.blocks for section in self.sections)):
            yield from texts_of(blocks)
        yield from (section.heading for section in self.sections)
        for note in self.notes:
            yield from (run.text for run in note.runs)
            yield note.quote or ""
        for source in self.sources:
            yield from (run.text for run in source.runs)
            yield from (part for row in source.descriptor for part in row)
        yield from (part for row in self.summary for part in row)
        yield from self.unanswered


def texts_of(blocks: tuple[Block, ...]) -> Iterator[str]:
    """The texts of blocks in reading order, one for each run of words of one look."""
    for block in blocks:
        match block:
            case Paragraph(runs) | Subheading(_, runs):
                yield from _words(runs)
            case Listing(items=items):
                for item in items:
                    yield from texts_of(item)
            case Quotation(inside):
                yield from texts_of(inside)
            case Preformatted(text):
                yield text
            case Table(header, rows):
                for row in (header, *rows):
                    for cell in row:
                        yield from _words(cell)


def _words(runs: Runs) -> Iterator[str]:
    yield from (run.text for run in runs if isinstance(run, Text))

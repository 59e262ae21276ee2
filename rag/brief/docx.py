"""A manuscript as a Word document with real footnotes; the same manuscript, the same bytes.

python-docx opens its template and keeps the package; it has no footnotes, so their part and the
body are written as WordprocessingML (`docx_parts`).
"""

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.brief.docx_frame import (
    EPOCH,
    MARGIN,
    PAGE,
    footnotes_part,
    insert,
    parsed,
    set_page,
    set_properties,
    tag,
)
from rag.brief.docx_parts import (
    FOOTNOTE_SIGN,
    STYLES,
    Cell,
    Look,
    Writer,
    footnote,
    levels,
    plain,
    right_to_left,
    table,
)
from rag.brief.docx_template import opened
from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    Note,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    SourceEntry,
    Subheading,
    Table,
    Text,
)
from rag.brief.markdown import BOTTOM_LINE, SOURCES, SUMMARY, UNANSWERED

if TYPE_CHECKING:
    from docx.document import Document

_TEXT_WIDTH = PAGE[0] - 2 * MARGIN
_STEP = 360
_QUOTE_STEP = 400
_MIN_TABLE_WIDTH = 2_000
_SOURCE_WIDTHS = (620, 2_000, _TEXT_WIDTH - 2_620)
_DEEPEST_LEVEL = 8
_DEEPEST_HEADING = 9
# Word counts lists no further.
_MAX_START = 32_767
# The template's picture of an empty page, its bibliography and its second set of styles.
_UNWANTED = ("/thumbnail", "/extended-properties", "/customXml", "/stylesWithEffects")


def to_docx(manuscript: Manuscript, *, template: bytes | None = None) -> bytes:
    """The brief as a .docx file, in the order in which it is read.

    `template` is a .docx file whose styles, page, headers and footers are used. Characters that
    XML cannot hold become U+FFFD. Links other than http and https are text.

    Raises:
        ConfigurationError: the template is no .docx file.
    """
    # python-docx and lxml take 0.2 s to load, and most runs export nothing.
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE

    document = Document()
    _clear_template(document)
    if template is not None:
        document = opened(template, document)
    notes = footnotes_part(document)
    numbering = _Numbering(document)

    def relate(link: str) -> str:
        return document.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    def relate_in_notes(link: str) -> str:
        return notes.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    body = _Body(Writer(relate), numbering)
    body.whole(manuscript)
    insert(document.element.body, "".join(body.written))
    in_notes = Writer(relate_in_notes)
    insert(notes.element, "".join(_footnote(in_notes, note) for note in manuscript.notes))
    numbering.write()
    set_page(document, manuscript, own=template is None)
    set_properties(document, manuscript)
    return _packed(document)


class _Numbering:
    """The lists of a document: one id for all bulleted ones, one for each ordered one."""

    def __init__(self, document: "Document") -> None:
        self._element = document.part.numbering_part.element
        taken = [int(key) for key in self._element.xpath("w:abstractNum/@w:abstractNumId")]
        self._kinds = {ordered: max(taken, default=-1) + 1 + ordered for ordered in (False, True)}
        taken = [int(key) for key in self._element.xpath("w:num/@w:numId")]
        self._bullets = max(taken, default=0) + 1
        self._next = self._bullets
        self._nums: list[str] = []
        self._add(False, "")

    def _add(self, ordered: bool, override: str) -> int:
        number, self._next = self._next, self._next + 1
        self._nums.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{self._kinds[ordered]}"/>'
            f"{override}</w:num>"
        )
        return number

    def of(self, listing: Listing, level: int) -> int:
        """The id of a list at this level; an ordered one begins at its own start."""
        if not listing.ordered:
            return self._bullets
        start = min(max(listing.start, 0), _MAX_START)
        return self._add(
            True,
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>',
        )

    def write(self) -> None:
        """Put the lists into their part: kinds stand before lists there."""
        kinds = "".join(
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
            f"{levels(ordered)}</w:abstractNum>"
            for ordered, number in self._kinds.items()
        )
        first = self._element.xpath("w:num[1]")
        for element in parsed(kinds):
            first[0].addprevious(element) if first else self._element.append(element)
        insert(self._element, "".join(self._nums))


class _Body:
    """Writes blocks in order into `written`."""

    def __init__(self, writer: Writer, numbering: _Numbering) -> None:
        self.written: list[str] = []
        self._writer = writer
        self._numbering = numbering

    def whole(self, manuscript: Manuscript) -> None:
        """Title, bottom line, sections, sources, summary, questions without an answer."""
        if manuscript.title:
            self._add(plain(manuscript.title), Look("Title"))
        by = " · ".join(part for part in (manuscript.author, manuscript.date) if part)
        if by:
            self._add(plain(by), Look("Subtitle"))
        if manuscript.bottom_line:
            self._heading(plain(BOTTOM_LINE), 1)
            self._blocks(manuscript.bottom_line, Look())
        for section in manuscript.sections:
            if section.heading:
                self._heading(plain(section.heading), 1)
            self._blocks(section.blocks, Look())
        if manuscript.sources:
            self._heading(plain(SOURCES), 1)
            self._sources(manuscript.sources)
        if manuscript.summary:
            self._heading(plain(SUMMARY), 1)
            for label, sentence in manuscript.summary:
                named = (Text(f"{label}: ", bold=True),) if label else ()
                self._add((*named, Text(sentence)), Look())
        if manuscript.unanswered:
            self._heading(plain(UNANSWERED), 1)
            items = tuple((Paragraph(plain(question)),) for question in manuscript.unanswered)
            self._listing(Listing(ordered=False, items=items), Look(), 0)

    def _add(self, runs: Runs, look: Look) -> None:
        self.written.append(self._writer.paragraph(runs, look))

    def _heading(self, runs: Runs, level: int, indent: int = 0) -> None:
        self._add(runs, Look(f"Heading{min(level, _DEEPEST_HEADING)}", indent=indent))

    def _blocks(self, blocks: Sequence[Block], look: Look, level: int = 0) -> None:
        """Blocks one after the other; `level` is the level of a list among them."""
        for block in blocks:
            match block:
                case Paragraph(runs):
                    self._add(runs, look)
                case Subheading(depth, runs):
                    self._heading(runs, depth + 1, look.indent)
                case Listing():
                    self._listing(block, look, level)
                case Quotation(inside):
                    quoted = Look("Quote", indent=look.indent + _QUOTE_STEP)
                    self._blocks(inside, quoted, level)
                case Preformatted(text):
                    self._add(plain(text.rstrip("\n")), Look("Code", indent=look.indent))
                case Table():
                    self._table(block, look.indent)

    def _listing(self, listing: Listing, look: Look, level: int) -> None:
        level = min(level, _DEEPEST_LEVEL)
        number = self._numbering.of(listing, level)
        indent = look.indent + _STEP
        style = "ListNumber" if listing.ordered else "ListBullet"
        numbered = Look(style, (number, level), indent=indent, hanging=_STEP)
        further = Look("ListContinue", indent=indent)
        for item in listing.items:
            # The mark stands before words: before a table, a list or nothing, in a line of its own.
            match item:
                case (Paragraph(runs), *rest):
                    self._add(runs, numbered)
                    self._blocks(rest, further, level + 1)
                case _:
                    self._add((), numbered)
                    self._blocks(item, further, level + 1)

    def _table(self, block: Table, indent: int) -> None:
        columns = len(block.header)
        if not columns:
            return
        indent = min(indent, _TEXT_WIDTH - _MIN_TABLE_WIDTH)
        widths = [(_TEXT_WIDTH - indent) // columns] * columns
        named = any(block.header)
        rows = (block.header, *block.rows) if named else block.rows
        if not rows:
            return
        words = "".join(
            run.text for row in rows for cell in row for run in cell if isinstance(run, Text)
        )
        self.written.append(
            table(
                [[self._cell(runs, widths[0]) for runs in row] for row in rows],
                widths,
                header=named,
                indent=indent,
                backwards=right_to_left(words),
            )
        )

    def _cell(self, runs: Runs, width: int) -> Cell:
        return Cell(self._writer.paragraph(runs, Look("TableText")), width)

    def _sources(self, sources: Sequence[SourceEntry]) -> None:
        """One table: each source's number beside its reference and what is known of it."""
        narrow, label_width, wide = _SOURCE_WIDTHS
        head = Look("TableText", keep_next=True)
        rows = [
            [
                Cell(self._writer.paragraph(plain("No."), head), narrow),
                Cell(self._writer.paragraph(plain("Source"), head), label_width + wide, span=2),
            ]
        ]
        for source in sources:
            n_rows = len(source.descriptor)
            # A source's rows stand on one page.
            looks = [Look("TableText", keep_next=row < n_rows) for row in range(n_rows + 1)]
            number = self._writer.paragraph(plain(str(source.number)), looks[0])
            rows.append(
                [
                    Cell(number, narrow, merge="restart" if n_rows else None),
                    Cell(self._writer.paragraph(source.runs, looks[0]), label_width + wide, span=2),
                ]
            )
            for (label, value), look in zip(source.descriptor, looks[1:], strict=True):
                rows.append(
                    [
                        Cell(self._writer.paragraph((), look), narrow, merge="continue"),
                        Cell(self._writer.paragraph(plain(label), look), label_width),
                        Cell(self._writer.paragraph(plain(value), look), wide),
                    ]
                )
        self.written.append(table(rows, _SOURCE_WIDTHS))


def _footnote(writer: Writer, note: Note) -> str:
    # A quote stands as it is between the marks, whatever marks it has inside.
    quote = (Text(f" “{note.quote}”"),) if note.quote else ()
    paragraph = writer.paragraph((*note.runs, *quote), Look("FootnoteText"), before=FOOTNOTE_SIGN)
    return footnote(note.number, paragraph)


def _clear_template(document: "Document") -> None:
    """Take out what the template brings and a brief does not want, and put our styles in."""
    for relationships in (document.part.package.rels, document.part.rels):
        for key, relationship in list(relationships.items()):
            if relationship.reltype.endswith(_UNWANTED):
                del relationships[key]
    styles = document.styles.element
    ours = {element.get(tag("styleId")) for element in parsed("".join(STYLES))}
    for style in styles.xpath("w:style"):
        name, pair = style.get(tag("styleId")), style.xpath("string(w:link/@w:val)")
        is_table = style.get(tag("type")) == "table" and name != "TableNormal"
        if name in ours or pair in ours or is_table:
            styles.remove(style)
    insert(styles, "".join(STYLES))


def _packed(document: "Document") -> bytes:
    """The package with every date at its earliest, since a zip file holds the time of writing."""
    saved, packed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with (
        zipfile.ZipFile(saved) as source,
        zipfile.ZipFile(packed, "w", compression=zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            info = zipfile.ZipInfo(name, date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it is that of the machine
            target.writestr(info, source.read(name))
    return packed.getvalue()

"""Word documents: what the page shows, block by block, from the XML itself.

Tracked deletions and comments are left out and counted; hidden text is kept and flagged. The
marks of foot- and endnotes are not put into sentences, which stay as they are written: a note
follows its paragraph, table or list as "Footnote 1: …", an endnote the document.
"""

from dataclasses import dataclass, field
from itertools import count, islice
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.canonical import holds_text
from rag.loaders.docx.numbering import Numbering
from rag.loaders.docx.parts import Parts
from rag.loaders.docx.styles import VALUE, Style, Styles, W, is_shaded, list_of, paragraph_level
from rag.loaders.docx.table import (
    cells_of,
    is_hidden_row,
    is_layout,
    is_shaded_cell,
    lies_on_paper,
    rows_of,
)
from rag.loaders.docx.words import (
    DELETED,
    INSERTED,
    MC,
    Changes,
    WordReader,
    Words,
    alternative,
)
from rag.loaders.facts import stated
from rag.loaders.office.packages import Package
from rag.loaders.office.runs import SPACE, Run, Writer, collapsed, row
from rag.types import Document, Fact

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_THROUGH = frozenset(
    f"{W}{name}" for name in "sdt sdtContent customXml smartTag ins moveTo body".split()
)
_HEADING_CHARS = 500  # a longer one is a paragraph with the wrong style
_TITLE_WITHIN_CHARS = 2000
# Ten thousand pages have 200,000; a million take 23 s, and on a slow machine a worker's limit.
_MAX_PARAGRAPHS = 500_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where blocks stand: on white paper or not, how deep, hidden or not.

    Tables and boxes in one another are at most 85 deep, since XML ends at 256 elements.
    """

    on_paper: bool = True
    depth: int = 0
    hidden: str = ""


@dataclass(slots=True)
class _Story:
    """The body or a note while it is read; `words` that a deleted paragraph end leaves open."""

    reader: WordReader
    in_note: bool = False
    prefix: str = ""
    open_runs: list[Run] = field(default_factory=list)


def parse(data: bytes) -> Document:
    """The document that the bytes of a .docx, .docm or .dotx file hold.

    Raises:
        DocumentError: No package, damaged, or beyond the bounds of `Package`.
    """
    package = Package(data)
    notes: list[str] = []
    main = package.main("word/document.xml", notes)
    if main is None:
        raise DocumentError("damaged: holds no main document part; save it anew")
    body = package.xml(main)
    counted_paragraphs = islice(body.iter(f"{W}p"), _MAX_PARAGRAPHS + 1)
    if sum(1 for _ in counted_paragraphs) > _MAX_PARAGRAPHS:
        raise DocumentError(f"holds more than {_MAX_PARAGRAPHS:,} paragraphs; split it")
    return _Reader(Parts(package, main, notes), notes).document(body)


class _Reader:
    """One document on its way from a package to a `Document`."""

    def __init__(self, parts: Parts, notes: list[str]) -> None:
        self._parts = parts
        self._notes = notes
        self._styles = Styles(parts.root("styles"))
        self._numbering = Numbering(parts.root("numbering"), self._styles)
        self._stories = {
            "Footnote": parts.notes_by_id("footnote"),
            "Endnote": parts.notes_by_id("endnote"),
        }
        self._numbers = {kind: count(1) for kind in self._stories}
        self._waiting: dict[str, list[tuple[str, _Element]]] = {"Footnote": [], "Endnote": []}
        self._writer = Writer()
        self._changes = Changes()
        self._titles: list[Fact] = []
        self._near = False  # whether the last block was an item of a list

    def document(self, body: "_Element") -> Document:
        """Read everything."""
        story = _Story(WordReader(self._styles, self._changes))
        self._blocks(body, story, _Place())
        self._end_paragraph(story)
        self._add_notes("Footnote")
        self._add_notes("Endnote")
        attachments = self._parts.embedded()
        composition = self._writer.composition
        text = composition.text
        self._parts.say_what_was_left_out(self._changes)
        facts = self._parts.facts(self._titles, self._changes, text)
        return Document(
            text,
            composition.blocks,
            facts,
            MEDIA_TYPE,
            notes=tuple(self._notes),
            flags=tuple(self._writer.flags),
            attachments=attachments,
        )

    # Blocks

    def _blocks(self, container: "_Element", story: _Story, place: _Place) -> None:
        """Add what a body, cell, note or text box holds."""
        waiting = [iter(container)]
        while waiting:
            for child in waiting[-1]:
                tag = child.tag
                if tag == f"{W}p":
                    self._paragraph(child, story, place)
                elif tag == f"{W}tbl":
                    self._end_paragraph(story)
                    self._table(child, story, place)
                elif tag in DELETED:
                    self._changes.deletions += 1
                elif tag in _THROUGH:
                    self._changes.insertions += tag in INSERTED
                    waiting.append(iter(child))
                    break
                elif tag == f"{MC}AlternateContent":
                    branch = alternative(child)
                    if branch is not None:
                        waiting.append(iter(branch))
                        break
                elif tag == f"{W}altChunk":
                    self._parts.add_chunk(child, self._writer)
            else:
                waiting.pop()

    def _paragraph(self, paragraph: "_Element", story: _Story, place: _Place) -> None:
        style, properties = self._style(paragraph)
        words = self._words(paragraph, story, place)
        if _end_is_deleted(properties):
            # Without its end, a paragraph goes on with the next one.
            story.open_runs += words.runs
            self._after(words, story, place)
            return
        runs = [*story.open_runs, *words.runs]
        story.open_runs = []
        label = self._label(paragraph, style, properties)
        level = style.level
        if properties is not None:
            own = paragraph_level(properties)
            level = level if own is None else own
        if any(run.text.strip() for run in runs):
            if level:
                text, _ = collapsed(runs)
                if len(text) > _HEADING_CHARS or not holds_text(text):
                    level = 0
                elif not story.in_note:
                    self._maybe_title(text, level, style)
            self._add(runs, label, level, story)
        self._after(words, story, place)

    def _add(self, runs: list[Run], label: str | None, level: int, story: _Story) -> None:
        is_item = label is not None and not level
        if not is_item:
            self._near = False
            if not story.in_note:
                self._add_notes("Footnote")
        before = story.prefix + (f"{label} " if label else "")
        story.prefix = ""
        kind = "heading" if level else "item" if is_item else "paragraph"
        self._writer.add(
            "heading" if kind == "heading" else "item" if is_item else "paragraph",
            [Run(before), *runs] if before else runs,
            level=level,
            near=self._near,
        )
        self._near = is_item

    def _after(self, words: Words, story: _Story, place: _Place) -> None:
        """Keep the notes that a paragraph refers to, and add what stands beside it."""
        if not story.in_note:
            for kind, name, numbered in words.notes:
                note = self._stories[kind].pop(name, None)  # once, however often it is referred to
                label = f"{kind} {next(self._numbers[kind])}: " if numbered else f"{kind}: "
                if note is not None:
                    self._waiting[kind].append((label, note))
            if not self._near and place.depth == 0:
                self._add_notes("Footnote")
        for element in words.apart:
            if element.tag == f"{W}txbxContent":
                self._near = False
                box = _Story(WordReader(self._styles, self._changes), story.in_note)
                self._blocks(element, box, _Place(False, place.depth + 1, place.hidden))
                self._end_paragraph(box)
            else:
                self._parts.add_drawing(element, self._writer)

    def _end_paragraph(self, story: _Story) -> None:
        """Add words whose paragraph's end was deleted and that nothing followed."""
        runs, story.open_runs = story.open_runs, []
        if any(run.text.strip() for run in runs):
            self._add(runs, None, 0, story)

    def _words(self, paragraph: "_Element", story: _Story, place: _Place) -> Words:
        style, properties = self._style(paragraph)
        look = style.look.over(self._styles.default)
        on_paper = place.on_paper
        if properties is not None:
            shading = properties.find(f"{W}shd")
            on_paper = on_paper and not is_shaded(shading)
        words = story.reader.read(paragraph, look, on_paper=on_paper)
        if place.hidden:
            words.runs = [Run(run.text, run.hidden or place.hidden) for run in words.runs]
        return words

    def _style(self, paragraph: "_Element") -> tuple[Style, "_Element | None"]:
        properties = paragraph.find(f"{W}pPr")
        return self._styles.style(self._style_name(properties)), properties

    def _style_name(self, properties: "_Element | None") -> str:
        named = None if properties is None else properties.find(f"{W}pStyle")
        if named is None:
            return self._styles.default_paragraph
        name: str = named.get(VALUE, "")
        return name

    def _label(
        self, paragraph: "_Element", style: Style, properties: "_Element | None"
    ) -> str | None:
        """The number or bullet of a paragraph; None where it is in no list."""
        number = level = None
        if properties is not None:
            number, level = list_of(properties)
        number = number or style.numbering
        if number is None or paragraph.getparent() is None:
            return None
        if level is None:
            level = style.numbering_level
        return self._numbering.label(number, level, self._style_name(properties))

    def _maybe_title(self, text: str, level: int, style: Style) -> None:
        detail = "title style" if style.is_title else "first heading"
        if level != 1 or any(fact.detail == detail for fact in self._titles):
            return
        if self._writer.end > _TITLE_WITHIN_CHARS:
            return
        title = stated("title", text, detail)
        if title is not None:
            self._titles.append(title)

    def _table(self, table: "_Element", story: _Story, place: _Place) -> None:
        self._add_waiting(story)
        on_paper = place.on_paper and lies_on_paper(table, self._styles)
        rows = [(held, cells_of(held)) for held in rows_of(table, self._changes)]
        self._near = False
        near = False
        for held, cells in rows:
            hidden = "marked hidden" if is_hidden_row(held) else place.hidden
            callout = len(rows) == len(cells) == 1
            if callout or is_layout(cells):
                for cell in cells:
                    if cell is not None:
                        plain = on_paper and not is_shaded_cell(cell)
                        self._blocks(cell, story, _Place(plain, place.depth + 1, hidden))
                        self._end_paragraph(story)
                near = False
                continue
            runs = row(self._cell(cell, story, _Place(on_paper, 0, hidden)) for cell in cells)
            if story.prefix and runs:
                runs.insert(0, Run(story.prefix))
                story.prefix = ""
            near = self._writer.add("row", runs, near=near) is not None or near
        self._near = False
        if place.depth == 0:
            self._add_waiting(story)

    def _cell(self, cell: "_Element | None", story: _Story, place: _Place) -> list[Run]:
        """The words of a cell's paragraphs, one after the other."""
        runs: list[Run] = []
        if cell is None:
            return runs
        place = _Place(place.on_paper and not is_shaded_cell(cell), place.depth, place.hidden)
        for paragraph in cell.iter(f"{W}p"):
            if next(paragraph.iterancestors(f"{W}p", f"{W}tc", *DELETED)) is not cell:
                continue  # in a text box, read with the paragraph that holds it
            words = self._words(paragraph, story, place)
            label = self._label(paragraph, *self._style(paragraph))
            if runs:
                runs.append(SPACE)
            if label and words.runs:
                runs.append(Run(f"{label} "))
            runs += words.runs
            words.runs = []
            if not story.in_note:
                self._near = True  # notes wait for the table's end
                self._after(words, story, place)
        return runs

    # What is in parts of its own

    def _add_waiting(self, story: _Story) -> None:
        if not story.in_note:
            self._add_notes("Footnote")

    def _add_notes(self, kind: str) -> None:
        waiting, self._waiting[kind] = self._waiting[kind], []
        for label, element in waiting:
            story = _Story(WordReader(self._styles, self._changes), True, label)
            self._near = False
            self._blocks(element, story, _Place())
            self._end_paragraph(story)
            self._near = False


def _end_is_deleted(properties: "_Element | None") -> bool:
    mark = None if properties is None else properties.find(f"{W}rPr")
    return mark is not None and any(child.tag in DELETED for child in mark)

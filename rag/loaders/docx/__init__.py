"""Word documents: what the page shows, block by block, from the XML itself.

Tracked deletions and comments are left out and counted; hidden text is kept and flagged. The
marks of foot- and endnotes are not put into sentences, which stay as they are written: a note
follows its paragraph, table or list as "Footnote 1: …", an endnote the document.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.canonical import holds_text
from rag.loaders.docx.numbering import Numbering
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
from rag.loaders.language import detected_language
from rag.loaders.office.drawings import C, add_chart, add_diagram
from rag.loaders.office.packages import Package, counted, package_facts
from rag.loaders.office.runs import SPACE, Run, Writer, collapsed, row
from rag.types import Attachment, Document, Fact

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_THROUGH = frozenset(
    f"{W}{name}" for name in "sdt sdtContent customXml smartTag ins moveTo body".split()
)
_HEADING_CHARS = 500  # a longer one is a paragraph with the wrong style
_TITLE_WITHIN_CHARS = 2000


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
    main = package.related("", "officeDocument")
    if main is None:
        raise DocumentError("damaged: holds no main document part; save it anew")
    return _Reader(package, main).document()


class _Reader:
    """One document on its way from a package to a `Document`."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._main = main
        self._related = package.relationships(main)
        self._notes: list[str] = []
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._stories = {
            "Footnote": _by_id(self._part("footnotes"), "footnote"),
            "Endnote": _by_id(self._part("endnotes"), "endnote"),
        }
        self._numbers = {kind: itertools.count(1) for kind in self._stories}
        self._waiting: dict[str, list[tuple[str, _Element]]] = {"Footnote": [], "Endnote": []}
        self._writer = Writer()
        self._changes = Changes()
        self._titles: list[Fact] = []
        self._near = False  # whether the last block was an item of a list
        self._unread_chunks = 0

    def document(self) -> Document:
        """Read everything."""
        body = self._package.xml(self._main)
        story = _Story(WordReader(self._styles, self._changes))
        self._blocks(body, story, _Place())
        self._end_paragraph(story)
        self._add_notes("Footnote")
        self._add_notes("Endnote")
        attachments = self._embedded()
        composition = self._writer.composition
        self._say_what_was_left_out()
        return Document(
            composition.text,
            composition.blocks,
            self._facts(composition.text),
            MEDIA_TYPE,
            notes=tuple(self._notes),
            flags=tuple(self._writer.flags),
            attachments=attachments,
        )

    def _part(self, kind: str) -> "_Element | None":
        for relationship in self._related.values():
            if relationship.kind == kind and not relationship.external:
                return self._package.optional_xml(relationship.target, self._notes)
        return None

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
                    self._chunk(child)
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
                self._drawing(element)

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

    def _drawing(self, element: "_Element") -> None:
        name = element.get(f"{_R}id") or element.get(f"{_R}dm") or ""
        relationship = self._related.get(name)
        if relationship is None or relationship.external:
            return
        root = self._package.optional_xml(relationship.target, self._notes)
        if root is None:
            return
        if element.tag == f"{C}chart":
            add_chart(self._writer, root)
        else:
            add_diagram(self._writer, root)

    def _chunk(self, element: "_Element") -> None:
        """Add a file that Word would put in place of a w:altChunk: a web page, or plain text."""
        from rag.loaders import html, rtf, text

        relationship = self._related.get(element.get(f"{_R}id", ""))
        try:
            if relationship is None or relationship.external:
                raise DocumentError("refers to no part")
            data = self._package.read(relationship.target)
            suffix = relationship.target.rpartition(".")[2].casefold()
            readers = {"txt": text.parse, "rtf": rtf.parse}
            readers |= dict.fromkeys(("htm", "html", "xhtml"), html.parse)
            if suffix not in readers:
                raise DocumentError("of a kind that is not read here")
            chunk = readers[suffix](data)
        except DocumentError:
            self._unread_chunks += 1
            return
        previous = None
        for block in chunk.blocks:
            # The chunk's own nearness: a line end alone between two blocks.
            near = previous is not None and block.start - previous == 1
            self._writer.add(
                block.kind,
                [Run(chunk.text[block.start : block.end])],
                level=block.level,
                near=near,
            )
            previous = block.end

    def _embedded(self) -> tuple[Attachment, ...]:
        kinds = {"footnotes", "endnotes"}
        parts = [self._main]
        parts += [held.target for held in self._related.values() if held.kind in kinds]
        return self._package.embedded(parts, self._notes)

    def _say_what_was_left_out(self) -> None:
        comments = self._part("comments")
        n_comments = 0 if comments is None else sum(1 for _ in comments.iter(f"{W}comment"))
        self._notes += _sentences(self._changes, n_comments, self._unread_chunks)
        for relationship in self._related.values():
            if relationship.kind in {"header", "footer"} and not relationship.external:
                root = self._package.optional_xml(relationship.target, self._notes)
                if root is not None and _holds_words(root.iter(f"{W}t")):
                    self._notes.append("The headers and footers of its pages were left out.")
                    return

    def _facts(self, text: str) -> tuple[Fact, ...]:
        stated_facts = package_facts(self._package, self._notes)
        self._titles.sort(key=lambda fact: fact.detail != "title style")
        facts = [*self._titles, *stated_facts]
        if not any(fact.field == "language" for fact in facts):
            facts += _languages(self._changes, text)
        kept: dict[tuple[str, str], Fact] = {}
        for fact in facts:
            kept.setdefault((fact.field, fact.value), fact)
        return tuple(kept.values())


def _languages(changes: Changes, text: str) -> list[Fact]:
    """The language that most words are marked with, behind the detected one where they differ.

    Programs mark words with their own language, whoever writes in which.
    """
    detected = detected_language(text)
    marked = None
    if changes.languages:
        most = changes.languages.most_common(1)[0][0]
        marked = stated("language", most, "language of its words")
    if marked is not None and (detected is None or detected.value == marked.value):
        return [marked]
    return [fact for fact in (detected, marked) if fact is not None]


def _sentences(changes: Changes, n_comments: int, n_chunks: int) -> list[str]:
    notes = []
    made, undone = changes.insertions, changes.deletions
    if made and undone:
        notes.append(
            f"{made} tracked insertion{'s' * (made > 1)} {'were' if made > 1 else 'was'} kept and "
            f"{undone} tracked deletion{'s' * (undone > 1)} left out."
        )
    elif made:
        notes.append(counted(made, "tracked insertion", "kept."))
    elif undone:
        notes.append(counted(undone, "tracked deletion", "left out."))
    if n_comments:
        notes.append(counted(n_comments, "comment", "left out."))
    if n_chunks:
        notes.append(counted(n_chunks, "inserted file", "left out: of no kind that is read there."))
    return notes


def _by_id(root: "_Element | None", name: str) -> dict[str, "_Element"]:
    """The notes of a part by id, without the lines that separate them from the text."""
    if root is None:
        return {}
    return {
        element.get(f"{W}id", ""): element
        for element in root.iter(f"{W}{name}")
        if element.get(f"{W}type", "normal") == "normal"
    }


def _end_is_deleted(properties: "_Element | None") -> bool:
    mark = None if properties is None else properties.find(f"{W}rPr")
    return mark is not None and any(child.tag in DELETED for child in mark)


def _holds_words(texts: Iterable["_Element"]) -> bool:
    return any((text.text or "").strip() for text in texts)

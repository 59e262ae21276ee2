"""OpenDocument texts, presentations and spreadsheets: what is shown, block by block.

Deleted words and comments are left out and counted; hidden text is kept and flagged. A note
follows its paragraph, list or table as "Footnote 1: …". Slides and sheets are pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.facts import stated
from rag.loaders.office.languages import languages
from rag.loaders.office.packages import Package, counted, property_facts
from rag.loaders.office.runs import SPACE, Run, Writer, collapsed
from rag.loaders.opendocument.styles import SHOW, SPACE_OF_NAMES, TABLE, TEXT, Styles
from rag.loaders.opendocument.tables import MAX_ROWS, Tables
from rag.loaders.opendocument.words import DRAW, DRAWN, OFFICE, PARAGRAPHS, Words, words_of
from rag.types import BlockKind, Document, Fact

if TYPE_CHECKING:
    from lxml.etree import _Element

_META = f"{{{SPACE_OF_NAMES}meta:1.0}}"
_MANIFEST = f"{{{SPACE_OF_NAMES}manifest:1.0}}"
_LINK = "{http://www.w3.org/1999/xlink}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NOT_SHOWN = frozenset(
    {f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{OFFICE}forms", f"{TABLE}shapes"}
    | {f"{TEXT}sequence-decls", f"{TEXT}variable-decls", f"{TEXT}user-field-decls"}
)
# Objects of a document by the last word of their media type.
_OBJECTS = {"chart": "chart", "formula": "equation"}
_REPEATED = frozenset({"page-number", "date-time", "footer", "header"})
_HEADING_CHARS = 500
_TITLE_WITHIN_CHARS = 2000


@dataclass(slots=True)
class _Place:
    """Where blocks stand: the style and depth of a list, and whether their page is hidden."""

    list_style: str = ""
    list_level: int = 0
    counts: list[int] = field(default_factory=list)
    hidden: str = ""
    depth: int = 0


def parse(data: bytes) -> Document:
    """The document that the bytes of an OpenDocument file hold.

    Raises:
        DocumentError: No package, damaged, encrypted, or beyond the bounds of `Package`.
    """
    package = Package(data)
    notes: list[str] = []
    kinds = _kinds_of_objects(package, notes)
    if "content.xml" not in package:
        raise DocumentError("damaged: holds no content.xml; save it anew")
    return _Reader(package, kinds, notes).document()


class _Reader:
    """One document on its way from a package to a `Document`."""

    def __init__(self, package: Package, kinds: dict[str, str], notes: list[str]) -> None:
        self._package = package
        self._object_kinds = kinds
        self._notes = notes
        self._root = package.xml("content.xml")
        self._writer = Writer()
        self._titles: list[Fact] = []
        self._waiting: list[_Element] = []
        self._near = False
        self._styles = Styles(
            [self._root, package.optional_xml("styles.xml", self._notes)]  # own styles first
        )
        self._tables = Tables(self._styles, self._waiting)

    def document(self) -> Document:
        """Read everything."""
        body = self._root.find(f"{OFFICE}body")
        content = None if body is None else next(iter(body), None)
        if content is None:
            raise DocumentError("damaged: its content.xml has no body; save it anew")
        kind = content.tag.removeprefix(OFFICE)
        if kind == "presentation":
            self._slides(content)
        elif kind == "spreadsheet":
            self._sheets(content)
        else:
            self._styles.on_paper = True
            self._blocks(content, _Place())
            self._add_notes()
        self._say_what_was_left_out()
        composition = self._writer.composition
        return Document(
            composition.text,
            composition.blocks,
            self._facts(composition.text),
            f"application/vnd.oasis.opendocument.{kind}",
            pages=composition.pages if kind != "text" and composition.text else (),
            notes=tuple(self._notes),
            flags=tuple(self._writer.flags),
        )

    # Pages

    def _slides(self, content: "_Element") -> None:
        hidden_numbers = []
        for number, page in enumerate(content.findall(f"{DRAW}page"), start=1):
            self._writer.composition.begin_page(number)
            hidden = self._styles.hidden_page(page.get(f"{DRAW}style-name", ""))
            if hidden:
                hidden_numbers.append(str(number))
            shapes = [child for child in page if child.tag in DRAWN]
            shapes.sort(key=lambda shape: shape.get(f"{SHOW}class") != "title")  # stable
            for shape in shapes:
                self._shape(shape, _Place(hidden=hidden), number)
            self._add_notes()
            for notes in page.findall(f"{SHOW}notes"):
                before = "Notes: "
                for paragraph in _of_speaker(notes):
                    words = words_of(paragraph, self._styles, hidden)
                    if any(run.text.strip() for run in words.runs):
                        self._writer.add("paragraph", [Run(before), *words.runs])
                        before = ""
        if hidden_numbers:
            word = "Slide" if len(hidden_numbers) == 1 else "Slides"
            verb = "is" if len(hidden_numbers) == 1 else "are"
            self._notes.append(
                f"{word} {', '.join(hidden_numbers[:20])} {verb} hidden in the show."
            )

    def _shape(self, shape: "_Element", place: _Place, number: int) -> None:
        kind = shape.get(f"{SHOW}class", "")
        if kind in _REPEATED:
            return
        if kind == "title":
            runs: list[Run] = []
            for paragraph in shape.iter(*PARAGRAPHS):
                runs += [*words_of(paragraph, self._styles, place.hidden).runs, SPACE]
            level = 1 if number == 1 else 2
            span = self._writer.add("heading", runs, level=level)
            self._near = False
            if span is not None and number == 1:
                self._keep_title(self._writer.composition.text[span[0] : span[1]], "first slide")
            return
        self._near = False
        self._blocks(shape, place)

    def _sheets(self, content: "_Element") -> None:
        hidden_names = []
        for number, table in enumerate(content.findall(f"{TABLE}table"), start=1):
            name = " ".join(table.get(f"{TABLE}name", "").split())
            self._writer.composition.begin_page(number, name or None)
            hidden = self._styles.hidden_table(table.get(f"{TABLE}style-name", ""))
            if hidden:
                hidden_names.append(f'"{name}"')
            rows = list(self._tables.rows(table, hidden, cut_left=False))
            if any(rows):
                self._writer.add("heading", [Run(name, hidden)], level=1)
            near = False
            for runs in rows:
                added = self._writer.add("row", runs, near=near)
                near = added is not None  # an empty row parts two tables of one sheet
        if hidden_names:
            word = "Sheet" if len(hidden_names) == 1 else "Sheets"
            verb = "is" if len(hidden_names) == 1 else "are"
            self._notes.append(f"{word} {', '.join(hidden_names[:20])} {verb} hidden.")

    # Blocks

    def _blocks(self, container: "_Element", place: _Place) -> None:
        """Add what a body, section, cell, list item, frame or note holds."""
        first = True
        for child in container:
            tag = child.tag
            if tag in PARAGRAPHS:
                self._paragraph(child, place, in_item=place.list_level > 0 and first)
                first = False
            elif tag == f"{TEXT}list":
                self._list(child, place)
            elif tag == f"{TABLE}table":
                self._table(child, place)
            elif tag not in _NOT_SHOWN:
                # Sections, indexes, frames, groups; what is none of them holds no paragraphs.
                inner = _Place(
                    place.list_style, place.list_level, place.counts, place.hidden, place.depth + 1
                )
                if child.get(f"{TEXT}display") == "none":
                    inner.hidden = "marked hidden"
                self._blocks(child, inner)

    def _paragraph(self, paragraph: "_Element", place: _Place, *, in_item: bool) -> None:
        words = words_of(paragraph, self._styles, place.hidden)
        level = 0
        if paragraph.tag == f"{TEXT}h":
            stated_level = paragraph.get(f"{TEXT}outline-level", "1")
            level = min(int(stated_level), 10) if stated_level.isdecimal() else 1
        is_title = self._styles.is_title(paragraph.get(f"{TEXT}style-name", ""))
        text, _ = collapsed(words.runs)
        if is_title:
            level = 1
        if len(text) > _HEADING_CHARS:
            level = 0
        level = max(level, 0)
        if text:
            if level == 1 and self._writer.end <= _TITLE_WITHIN_CHARS:
                self._keep_title(text, "title style" if is_title else "first heading")
            kind: BlockKind = "heading" if level else "item" if in_item else "paragraph"
            if kind != "item":
                self._near = False
                self._add_notes()
            label = self._styles.label(place.list_style, place.counts) if kind == "item" else ""
            runs = [Run(f"{label} "), *words.runs] if label else words.runs
            self._writer.add(kind, runs, level=level, near=self._near)
            self._near = kind == "item"
        self._after(words, place)

    def _after(self, words: Words, place: _Place) -> None:
        self._waiting += words.notes
        if not self._near and place.depth == 0:
            self._add_notes()
        for element in words.drawn:
            self._near = False
            self._blocks(element, _Place(hidden=place.hidden, depth=place.depth + 1))
            self._near = False

    def _list(self, element: "_Element", place: _Place) -> None:
        style = element.get(f"{TEXT}style-name") or place.list_style
        counts = [*place.counts, self._styles.first(style, place.list_level) - 1]
        if element.get(f"{TEXT}continue-numbering") == "true" or element.get(
            f"{TEXT}continue-list"
        ):
            counts[-1] = self._styles.last_counts.get((style, place.list_level), counts[-1])
        for child in element:
            if child.tag == f"{TEXT}list-item":
                start = child.get(f"{TEXT}start-value", "")
                holds = any(held.tag in PARAGRAPHS for held in child)
                counts[-1] = int(start) if start.isdecimal() else counts[-1] + holds
                inner = _Place(style, place.list_level + 1, counts, place.hidden, place.depth + 1)
                self._blocks(child, inner)
            elif child.tag == f"{TEXT}list-header":
                self._blocks(child, _Place(hidden=place.hidden, depth=place.depth + 1))
        self._styles.last_counts[style, place.list_level] = counts[-1]

    def _table(self, table: "_Element", place: _Place) -> None:
        if place.depth == 0:
            self._add_notes()
        self._near = False
        near = False
        for runs in self._tables.rows(table, place.hidden, cut_left=True):
            near = self._writer.add("row", runs, near=near) is not None or near
        if place.depth == 0:
            self._add_notes()

    def _add_notes(self) -> None:
        waiting = self._waiting[:]
        self._waiting.clear()
        for note in waiting:
            kind = "Endnote" if note.get(f"{TEXT}note-class") == "endnote" else "Footnote"
            label = "".join(note.itertext(f"{TEXT}note-citation")).strip()
            before = f"{kind} {label}: " if label else f"{kind}: "
            body = note.find(f"{TEXT}note-body")
            for paragraph in () if body is None else body.iter(*PARAGRAPHS):
                runs = words_of(paragraph, self._styles, "").runs
                if any(run.text.strip() for run in runs):
                    self._writer.add("paragraph", [Run(before), *runs])
                    before = ""
            self._near = False

    # What it says about itself

    def _keep_title(self, text: str, detail: str) -> None:
        title = stated("title", text, detail)
        if title is not None and all(fact.detail != detail for fact in self._titles):
            self._titles.append(title)

    def _say_what_was_left_out(self) -> None:
        regions = list(self._root.iter(f"{TEXT}changed-region"))
        undone = sum(region.find(f"{TEXT}deletion") is not None for region in regions)
        made = sum(region.find(f"{TEXT}insertion") is not None for region in regions)
        if made:
            self._notes.append(counted(made, "tracked insertion", "kept."))
        if undone:
            self._notes.append(counted(undone, "tracked deletion", "left out."))
        comments = sum(1 for _ in self._root.iter(f"{OFFICE}annotation"))
        if comments:
            self._notes.append(counted(comments, "comment", "left out."))
        objects: dict[str, int] = {}
        for element in self._root.iter(f"{DRAW}object", f"{DRAW}object-ole"):
            thing = self._object_kinds.get(_folder(element.get(f"{_LINK}href", "")), "")
            thing = _OBJECTS.get(thing, "embedded object")
            objects[thing] = objects.get(thing, 0) + 1
        for thing, number in objects.items():
            self._notes.append(counted(number, thing, "left out."))
        if self._tables.left_out:
            self._notes.append(f"Only the first {MAX_ROWS} rows were read.")

    def _facts(self, text: str) -> tuple[Fact, ...]:
        meta = self._package.optional_xml("meta.xml", self._notes)
        found: list[Fact | None] = []
        named = None
        self._titles.sort(key=lambda fact: fact.detail == "first heading")
        found += self._titles
        if meta is not None:

            def said(name: str) -> str | None:
                value: str | None = meta.findtext(f".//{name}")
                return value

            found += property_facts(
                title=said(f"{_DC}title"),
                creators=(said(f"{_META}initial-creator") or said(f"{_DC}creator"),),
                created=_moment(said(f"{_META}creation-date")),
                modified=_moment(said(f"{_DC}date")),
            )
            detail = "document properties"
            found.append(stated("software", said(f"{_META}generator") or "", detail))
            named = stated("language", said(f"{_DC}language") or "", detail)
        default = stated("language", self._styles.language, "default style")
        found += languages(text, named, default)
        kept = {(fact.field, fact.value): fact for fact in reversed(found) if fact is not None}
        return tuple(reversed(kept.values()))


def _of_speaker(notes: "_Element") -> Iterator["_Element"]:
    """The paragraphs of a slide's notes, without its number, date, head and foot."""
    for shape in notes:
        if shape.get(f"{SHOW}class") not in _REPEATED:
            yield from shape.iter(*PARAGRAPHS)


def _moment(value: str | None) -> str | None:
    """A time without its fraction of a second, which has nine digits here."""
    return None if value is None else value.partition(".")[0]


def _kinds_of_objects(package: Package, notes: list[str]) -> dict[str, str]:
    """The last word of the media type of each folder with an object, as "chart".

    Raises:
        DocumentError: The package is encrypted.
    """
    root = package.optional_xml("META-INF/manifest.xml", notes)
    kinds: dict[str, str] = {}
    for entry in () if root is None else root.iter(f"{_MANIFEST}file-entry"):
        if entry.find(f"{_MANIFEST}encryption-data") is not None:
            raise DocumentError("encrypted: save it without a password, then index again")
        kind = entry.get(f"{_MANIFEST}media-type", "").rpartition(".")[2]
        kinds[_folder(entry.get(f"{_MANIFEST}full-path", ""))] = kind
    return kinds


def _folder(name: str) -> str:
    return name.removeprefix("./").rstrip("/")

"""Presentations: a page a slide, its title as heading, its shapes in the order they are read.

That is the order in which PowerPoint reads them aloud, the title first. Speaker notes follow
their slide as "Notes: …". Numbers, dates and footers repeated on every slide are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.docx.numbering import numeral
from rag.loaders.docx.words import MC
from rag.loaders.facts import stated
from rag.loaders.office.drawings import DIAGRAM, A, C, add_chart, add_diagram
from rag.loaders.office.languages import languages
from rag.loaders.office.packages import Package, Relationship, counted, package_facts
from rag.loaders.office.runs import SPACE, Run, Writer, row
from rag.types import Attachment, BlockKind, Document, Fact

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
_REPEATED = frozenset({"sldNum", "dt", "ftr", "hdr"})
_LISTS = frozenset({"body", "obj", ""})  # placeholders whose paragraphs have bullets by default
_SHAPES = frozenset(f"{_P}{name}" for name in ("sp", "graphicFrame", "cxnSp"))
_TINY = 100  # hundredths of a point
_MAX_SLIDES = 5000
_SLIDE = re.compile(r"(?:^|/)slides/slide(\d{1,9})\.xml$")
# The number formats of a:buAutoNum: a numeral's form, then what stands around it.
_FORMS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}


@dataclass(frozen=True, slots=True)
class _Slide:
    """A slide's part, what it refers to, its size, and why it cannot be seen, if so."""

    part: str
    related: dict[str, Relationship]
    size: tuple[int, int]
    number: int
    hidden: str


def parse(data: bytes) -> Document:
    """The document that the bytes of a .pptx, .pptm or .ppsx file hold.

    Raises:
        DocumentError: No package, damaged, or beyond the bounds of `Package`.
    """
    package = Package(data)
    notes: list[str] = []
    main = package.main("ppt/presentation.xml", notes)
    if main is None:
        raise DocumentError("damaged: holds no presentation part; save it anew")
    return _Reader(package, main, notes).document()


class _Reader:
    """One presentation on its way from a package to a `Document`."""

    def __init__(self, package: Package, main: str, notes: list[str]) -> None:
        self._package = package
        self._main = main
        self._notes = notes
        self._writer = Writer()
        self._title: Fact | None = None
        self._comments = 0
        self._hidden_slides: list[int] = []

    def document(self) -> Document:
        """Read everything."""
        root = self._package.xml(self._main)
        slides = list(self._slides(root))
        for slide in slides:
            self._writer.composition.begin_page(slide.number)
            self._slide(slide)
        text = self._writer.composition.text
        if self._hidden_slides:
            numbers = ", ".join(map(str, self._hidden_slides[:20]))
            word = "Slide" if len(self._hidden_slides) == 1 else "Slides"
            verb = "is" if len(self._hidden_slides) == 1 else "are"
            self._notes.append(f"{word} {numbers} {verb} hidden in the show.")
        if self._comments:
            self._notes.append(counted(self._comments, "comment", "left out."))
        attachments = self._embedded(slides)
        return Document(
            text,
            self._writer.composition.blocks,
            self._facts(text),
            MEDIA_TYPE,
            pages=self._writer.composition.pages if slides else (),
            notes=tuple(self._notes),
            flags=tuple(self._writer.flags),
            attachments=attachments,
        )

    def _slides(self, root: "_Element") -> Iterator[_Slide]:
        size_element = root.find(f"{_P}sldSz")
        size = (0, 0)
        if size_element is not None:
            size = (_integer(size_element.get("cx")), _integer(size_element.get("cy")))
        parts = self._parts(root)
        for number, part in enumerate(parts[:_MAX_SLIDES], start=1):
            if part is None:
                self._notes.append(f"Slide {number} is missing from the file.")
                continue
            yield _Slide(part, self._package.relationships(part, self._notes), size, number, "")
        if len(parts) > _MAX_SLIDES:
            self._notes.append(f"Only the first {_MAX_SLIDES} of {len(parts)} slides were read.")

    def _parts(self, root: "_Element") -> list[str | None]:
        """The parts of the slides in the show's order, None for one that is missing."""
        if self._package.is_unlisted(self._main, self._notes):
            slides = [found for name in self._package.names if (found := _SLIDE.search(name))]
            slides.sort(key=lambda found: int(found[1]))
            if slides:
                self._notes.append("The order of its slides is lost; they were read by number.")
            return [found.string for found in slides]
        related = self._package.relationships(self._main, self._notes)
        parts: list[str | None] = []
        for element in root.findall(f"{_P}sldIdLst/{_P}sldId"):
            relationship = related.get(element.get(f"{_R}id", ""))
            if relationship is None or relationship.external:
                parts.append(None)
            else:
                parts.append(relationship.target)
        return parts

    def _slide(self, slide: _Slide) -> None:
        if slide.part not in self._package:
            self._notes.append(f"Slide {slide.number} is missing from the file.")
            return
        root = self._package.optional_xml(slide.part, self._notes)
        if root is None:
            return
        if root.get("show") in {"0", "false"}:
            slide = replace(slide, hidden="hidden slide")
            self._hidden_slides.append(slide.number)
        tree = root.find(f"{_P}cSld/{_P}spTree")
        shapes = [] if tree is None else list(_shapes(tree))
        shapes.sort(key=lambda shape: _placeholder(shape[0]) not in _TITLES)  # stable
        for shape, hidden in shapes:
            why = slide.hidden or hidden or _off_slide(shape, slide)
            if shape.tag == f"{_P}graphicFrame":
                self._frame(shape, slide, why)
            else:
                self._shape(shape, slide, why)
        for relationship in slide.related.values():
            if relationship.external:
                continue
            if relationship.kind == "notesSlide":
                self._speaker_notes(relationship.target, slide.hidden)
            elif relationship.kind == "comments":
                self._count_comments(relationship.target)

    def _shape(self, shape: "_Element", slide: _Slide, hidden: str) -> None:
        kind = _placeholder(shape)
        body = shape.find(f"{_P}txBody")
        if body is None or kind in _REPEATED:
            return
        if kind in _TITLES:
            runs: list[Run] = []
            for paragraph in body.iter(f"{A}p"):
                runs += [*_runs(paragraph, hidden), SPACE]
            level = 1 if slide.number == 1 else 2
            span = self._writer.add("heading", runs, level=level)
            if span is not None and slide.number == 1 and self._title is None:
                words = self._writer.composition.text[span[0] : span[1]]
                self._title = stated("title", words, "first slide")
            return
        counts: dict[int, int] = {}
        near = False
        for paragraph in body.iter(f"{A}p"):
            runs = _runs(paragraph, hidden)
            if not any(run.text.strip() for run in runs):
                continue
            block, label = _list_mark(paragraph, kind, counts)
            if label:
                runs.insert(0, Run(f"{label} "))
            self._writer.add(block, runs, near=near)
            near = block == "item"

    def _frame(self, frame: "_Element", slide: _Slide, hidden: str) -> None:
        """A table, chart or diagram."""
        for table in frame.iter(f"{A}tbl"):
            near = False
            for held in table.iter(f"{A}tr"):
                cells: list[list[Run]] = []
                for cell in held.findall(f"{A}tc"):
                    if cell.get("hMerge") in {"1", "true"}:
                        continue
                    runs: list[Run] = []
                    if cell.get("vMerge") not in {"1", "true"}:
                        for paragraph in cell.iter(f"{A}p"):
                            runs += [*_runs(paragraph, hidden), SPACE]
                    cells.append(runs)
                near = self._writer.add("row", row(cells), near=near) is not None or near
        for element in frame.iter(f"{C}chart", f"{DIAGRAM}relIds"):
            name = element.get(f"{_R}id") or element.get(f"{_R}dm") or ""
            relationship = slide.related.get(name)
            if relationship is None or relationship.external:
                continue
            root = self._package.optional_xml(relationship.target, self._notes)
            if root is not None and element.tag == f"{C}chart":
                add_chart(self._writer, root, hidden)
            elif root is not None:
                add_diagram(self._writer, root, hidden)

    def _speaker_notes(self, part: str, hidden: str) -> None:
        root = self._package.optional_xml(part, self._notes)
        if root is None:
            return
        before = "Notes: "
        for shape in root.iter(f"{_P}sp"):
            if _placeholder(shape) != "body":
                continue
            for paragraph in shape.iter(f"{A}p"):
                runs = _runs(paragraph, hidden)
                if any(run.text.strip() for run in runs):
                    self._writer.add("paragraph", [Run(before), *runs])
                    before = ""

    def _count_comments(self, part: str) -> None:
        root = self._package.optional_xml(part, self._notes)
        if root is not None:
            self._comments += sum(1 for _ in root.iter("{*}cm", "{*}reply"))

    def _embedded(self, slides: list[_Slide]) -> tuple[Attachment, ...]:
        return self._package.embedded([slide.part for slide in slides], self._notes)

    def _facts(self, text: str) -> tuple[Fact, ...]:
        facts = [] if self._title is None else [self._title]
        properties = package_facts(self._package, self._notes)
        named = [fact for fact in properties if fact.field == "language"]
        facts += [fact for fact in properties if fact.field != "language"]
        facts += languages(text, *named)
        kept: dict[tuple[str, str], Fact] = {}
        for fact in facts:
            kept.setdefault((fact.field, fact.value), fact)
        return tuple(kept.values())


def _shapes(tree: "_Element") -> Iterator[tuple["_Element", str]]:
    """The shapes of a slide with why they are hidden, those of groups among them."""
    waiting = [(iter(tree), "")]
    while waiting:
        children, above = waiting[-1]
        for child in children:
            hidden = above or _marked_hidden(child)
            if child.tag in _SHAPES:
                yield child, hidden
            elif child.tag == f"{_P}grpSp":
                waiting.append((iter(child), hidden))
                break
            elif child.tag == f"{MC}AlternateContent":
                branches = [*child.findall(f"{MC}Choice"), *child.findall(f"{MC}Fallback")]
                shows = (f"{A}t", f"{C}chart", f"{DIAGRAM}relIds")
                told = [held for held in branches if next(held.iter(*shows), None) is not None]
                if told:
                    waiting.append((iter(told[0]), hidden))
                    break
        else:
            waiting.pop()


def _marked_hidden(shape: "_Element") -> str:
    for name in ("nvSpPr", "nvGraphicFramePr", "nvGrpSpPr"):
        properties = shape.find(f"{_P}{name}/{_P}cNvPr")
        if properties is not None:
            return "marked hidden" if properties.get("hidden") in {"1", "true"} else ""
    return ""


def _placeholder(shape: "_Element") -> str | None:
    """The type of the placeholder that a shape fills, "" for the common one; None for none."""
    placeholder = shape.find(f"*/{_P}nvPr/{_P}ph")
    kind: str | None = None if placeholder is None else placeholder.get("type", "")
    return kind


def _off_slide(shape: "_Element", slide: _Slide) -> str:
    """Whether a shape lies wholly outside its slide; not judged within groups."""
    parent = shape.getparent()
    if parent is None or parent.tag != f"{_P}spTree" or 0 in slide.size:
        return ""
    place = shape.find(f"{_P}spPr/{A}xfrm")
    if place is None:
        place = shape.find(f"{_P}xfrm")
    corner = None if place is None else place.find(f"{A}off")
    extent = None if place is None else place.find(f"{A}ext")
    if corner is None or extent is None:
        return ""
    left, top = _integer(corner.get("x")), _integer(corner.get("y"))
    right, bottom = left + _integer(extent.get("cx")), top + _integer(extent.get("cy"))
    outside = left >= slide.size[0] or top >= slide.size[1] or right <= 0 or bottom <= 0
    return "outside the slide" if outside else ""


def _runs(paragraph: "_Element", hidden: str) -> list[Run]:
    runs = []
    for element in paragraph.iter(f"{A}r", f"{A}fld", f"{A}br", "{*}oMath"):
        if element.tag == f"{A}br":
            runs.append(Run("\n", hidden))
        elif element.tag.endswith("}oMath"):
            runs.append(Run("".join(text.text or "" for text in element.iter("{*}t")), hidden))
        else:
            properties = element.find(f"{A}rPr")
            size = None if properties is None else properties.get("sz")
            tiny = size is not None and 0 < _integer(size) <= _TINY
            why = hidden or ("text of 1 point or less" if tiny else "")
            runs.append(Run(element.findtext(f"{A}t") or "", why))
    return runs


def _list_mark(
    paragraph: "_Element", placeholder: str | None, counts: dict[int, int]
) -> tuple[BlockKind, str]:
    """Whether a paragraph is an item, and its number where it has one."""
    properties = paragraph.find(f"{A}pPr")
    level = 0 if properties is None else _integer(properties.get("lvl"))
    for deeper in [held for held in counts if held > level]:
        del counts[deeper]
    if properties is not None:
        automatic = properties.find(f"{A}buAutoNum")
        if automatic is not None:
            first = _integer(automatic.get("startAt")) or 1
            counts[level] = counts.get(level, first - 1) + 1
            return "item", _number(counts[level], automatic.get("type", ""))
        if properties.find(f"{A}buChar") is not None or properties.find(f"{A}buBlip") is not None:
            return "item", "•"
        if properties.find(f"{A}buNone") is not None:
            return "paragraph", ""
    return ("item" if placeholder in _LISTS else "paragraph"), ""


def _number(count: int, form: str) -> str:
    for name, numeral_form in _FORMS.items():
        if form.startswith(name):
            around = _AROUND.get(form[len(name) :])
            number = numeral(count, numeral_form)
            return around.format(number) if around and number else ""
    return ""


def _integer(value: str | None) -> int:
    try:
        return int(value or 0)
    except ValueError:
        return 0

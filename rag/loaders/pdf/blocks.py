"""Paragraphs, headings, list items and table rows from the ordered lines of PDF pages."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rag.loaders.pdf.edges import first_word_width, is_centred, set_edges
from rag.loaders.pdf.joining import HYPHENS, Vocabulary, glued
from rag.loaders.pdf.lines import Line
from rag.types import BlockKind

# Source for the marks: what word processors offer as bullets.
_ITEM = re.compile(
    r"(?:[-*•‣▪▫◦●○■□◆▶►➢✓✔❖·–—o\ufffd]|\(?\d{1,3}[.)]|\(\w{1,4}\)|[a-zA-Z][.)])\s+\S"
)
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟۔][\"'”’»)\]\d]*$")
_NOTE_MARK = re.compile(r"(?:\d{1,3}|[*†‡§¶∗])\s?[^\W\d]")
_LEADERS = re.compile(r"(?:[.…·]\s?){4}")
_LEADING = re.compile(r"\s*(?:[.…·]\s?){4,}\s*")
# An entry of a table of contents: words, leaders, and the number of a page.
_ENTRY = re.compile(r"\w.*(?:[.…·]\s?){4,}\s*(?:[A-Z]{1,2}[-.–])?(?:\d{1,4}|[ivxl]{1,8})$", re.I)
_DOTS = re.compile(r"[.…·\s]*[.…·][.…·\s]*$")  # leaders, which guide the eye to the next cell
# In parts of the font size or of the usual distance between lines.
_SAME_SIZE = 0.12
_OTHER_WEIGHT = 0.6  # of the characters: one word in bold is no heading
_WIDE_LINES = 1.3
_WIDEST_LINES = 2.0
_INDENT = 0.7
_BELOW_DROP = 4.0
_HEADING_SIZE = 1.12
_NOTE_SIZE = 0.93
_HEADING_CHARS = 200
_BOLD_HEADING_CHARS = 120
_MAX_LEVEL = 6


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, by page; `goes_on` where it begins in the one before it."""

    page: int
    lines: list[Line]
    kind: BlockKind = "paragraph"
    level: int = 0
    goes_on: bool = False
    near: bool = False

    @property
    def first(self) -> Line:
        """Its first line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """Its last line."""
        return self.lines[-1]

    @property
    def is_aside(self) -> bool:
        """Whether it is a head or foot of its page, and not the last words of a paragraph."""
        text = self.first.text.strip()
        alone = self.first.aside and len(self.lines) == 1
        return alone and not text[:1].islower() and not _SENTENCE_END.search(text)

    @property
    def hidden(self) -> str:
        """Why it cannot be seen, or ""."""
        return self.lines[0].hidden


def page_paragraphs(page: int, lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a page's ordered lines; entries of a table of contents are items."""
    made: list[Paragraph] = []
    for (_, table, _), group in groupby(
        lines, key=lambda line: (line.column, line.table, line.hidden)
    ):
        column = list(group)
        if table:
            made += _table_rows(page, column)
        else:
            made += _column_paragraphs(page, column)
    return made


def _column_paragraphs(page: int, lines: Sequence[Line]) -> Iterator[Paragraph]:
    usual = _usual_distance(lines)
    set_edges(lines)
    held: list[Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if held and _begins(held, line, following, usual):
            yield _paragraph(page, held)
            held = []
        held.append(line)
    if held:
        yield _paragraph(page, held)


def _paragraph(page: int, lines: list[Line]) -> Paragraph:
    is_item = _ITEM.match(lines[0].text.lstrip()) or _ENTRY.search(lines[-1].text.rstrip())
    return Paragraph(page, lines, "item" if is_item else "paragraph")


def _usual_distance(lines: Sequence[Line]) -> float:
    """The least common distance of baselines, in parts of the font size."""
    found = [
        round((earlier.base - later.base) / later.size, 2)
        for earlier, later in pairwise(lines)
        if 0 < earlier.base - later.base < 3 * later.size
        and abs(earlier.size - later.size) < 0.05 * later.size
    ]
    if not found:
        return 1.25
    counts = Counter(round(distance, 1) for distance in found)
    best = max(counts.values())
    # Of two that are about as common the lesser: the other parts paragraphs.
    common = min(distance for distance, count in counts.items() if count >= 0.6 * best)
    return statistics.median([one for one in found if abs(one - common) <= 0.1])


def _begins(held: Sequence[Line], line: Line, following: Line | None, usual: float) -> bool:
    """Whether a line begins a new paragraph after those held."""
    last = held[-1]
    if _ENTRY.search(last.text.rstrip()):
        return True
    size = max(last.size, line.size)
    if abs(last.boldness - line.boldness) > _OTHER_WEIGHT:
        return True
    if abs(last.size - line.size) > _SAME_SIZE * size and min(last.n_chars, line.n_chars) > 2:
        return True
    distance = (last.base - line.base) / line.size
    drop = held[0].drop
    if drop is not None and last.base > drop - 0.5 * size and 0 < distance < _BELOW_DROP:
        return False  # beside a large first letter, or the first line below it
    if distance > max(usual * _WIDE_LINES, 1.0) or distance > _WIDEST_LINES or distance <= 0:
        return True
    text = line.text.lstrip()
    if _ITEM.match(text) and not (last.text.rstrip()[-1:] in ",-" and text[0].isalnum()):
        return True
    start, _, right = _flipped(line)
    last_start, last_end, _ = _flipped(last)
    ending = last.text.rstrip()
    goes_on = right - last_end < size and not _SENTENCE_END.search(ending)
    if is_centred(line) and (goes_on or is_centred(last)):
        return False
    shift = (start - last_start) / size
    in_item = _ITEM.match(held[0].text.lstrip()) is not None
    if shift > _INDENT and not in_item:
        # The first line of a paragraph stands in; all but the first of a reference do.
        next_start = _flipped(following)[0] if following is not None else last_start
        if len(held) > 1 or abs(next_start - last_start) < _INDENT * size:
            return True
    if shift < -_INDENT and (len(held) > 1 or in_item):
        return True
    if ending[-1:] in HYPHENS and ending[-2:-1].isalpha():
        return False  # parted, however short the line is
    room = right - last_end
    return room > first_word_width(line) + size and (
        _SENTENCE_END.search(ending) is not None or room > 0.25 * (right - last_start)
    )


def _flipped(line: Line) -> tuple[float, float, float]:
    """Where a line starts and ends and the column's end, as if all text ran to the right."""
    left, right = line.edges
    return (-line.right, -line.left, -left) if line.rtl else (line.left, line.right, right)


def _table_rows(page: int, lines: Sequence[Line]) -> Iterator[Paragraph]:
    """The rows of a table; a line that stands close to the last, with no first cell, goes on."""
    if lines[0].row:
        for number, group in groupby(lines, key=lambda line: line.row):
            yield Paragraph(page, list(group), "row", near=number > 1)
        return
    rows: list[list[Line]] = []
    distances = [a.base - b.base for a, b in pairwise(lines)]
    usual = statistics.median(distances) if distances else 0.0
    for line in lines:
        close = rows and rows[-1][-1].base - line.base < 0.85 * usual
        if rows and close and line.cells and not line.cells[0] and rows[-1][0].cells:
            rows[-1].append(line)
        else:
            rows.append([line])
    for index, row in enumerate(rows):
        yield Paragraph(page, row, "row", near=index > 0)


def row_text(lines: Sequence[Line], vocabulary: Vocabulary) -> str:
    """The cells of a table row, parted by " | "; those of its further lines put to them."""
    cells: list[str] = []
    for line in lines:
        for index, cell in enumerate(line.cells or (line.text,)):
            if index < len(cells):
                cells[index] = glued(cells[index], cell.strip(), vocabulary)
            else:
                cells.append(cell.strip())
    while cells and not cells[-1]:
        cells.pop()
    return " | ".join(cell for cell in cells if not _DOTS.match(cell))


def with_kinds(paragraphs: Sequence[Paragraph], vocabulary: Vocabulary) -> None:
    """Tell headings with their levels, by size and weight against the document's usual ones."""
    body = vocabulary.body_size
    mostly_bold = vocabulary.n_bold > 0.5 * vocabulary.n_chars
    found: list[tuple[Paragraph, tuple[float, bool]]] = []
    for index, paragraph in enumerate(paragraphs):
        if paragraph.kind == "row" or paragraph.hidden or len(paragraph.lines) > 4:
            continue
        if paragraph.kind == "item" and not re.match(
            r"[\d(]|[A-Z][.)]", paragraph.first.text.lstrip()
        ):
            continue
        text = " ".join(line.text.strip() for line in paragraph.lines)
        if not any(char.isalpha() for char in text) or len(text) > _HEADING_CHARS:
            continue
        if _LEADERS.search(text):
            continue
        size = paragraph.first.size
        bold = all(line.bold for line in paragraph.lines)
        larger = size >= _HEADING_SIZE * body and not text.endswith((",", ";"))
        before = paragraphs[index - 1] if index else None
        weighty = (
            bold
            and not mostly_bold
            and size >= _NOTE_SIZE * body
            and len(text) <= _BOLD_HEADING_CHARS
            and len(paragraph.lines) <= 2
            and not text.endswith((".", ",", ";"))
            and not (before is not None and before.kind == "row" and before.page == paragraph.page)
        )
        if (larger and sum(map(str.isalpha, text)) > 1) or weighty:
            found.append((paragraph, (round(size * 2) / 2, bold)))
    ranks = sorted({style for _, style in found}, reverse=True)
    for paragraph, style in found:
        paragraph.kind = "heading"
        paragraph.level = min(ranks.index(style) + 1, _MAX_LEVEL)


def notes_last(paragraphs: list[Paragraph], body: float) -> list[Paragraph]:
    """A page's paragraphs, the footnotes of its columns put behind the last one."""
    columns = [list(group) for _, group in groupby(paragraphs, key=lambda one: one.first.column)]
    texts: list[Paragraph] = []
    notes: list[Paragraph] = []
    for column in columns:
        split = len(column)
        while split > 0 and _is_small(column[split - 1], body):
            split -= 1
        while split < len(column) and not _NOTE_MARK.match(column[split].first.text.lstrip()):
            split += 1
        texts += column[:split]
        notes += column[split:]
    return [*texts, *notes] if texts else paragraphs


def _is_small(paragraph: Paragraph, body: float) -> bool:
    return (
        paragraph.kind in {"paragraph", "item"}
        and paragraph.first.size <= _NOTE_SIZE * body
        and not paragraph.hidden
    )


def is_entry(paragraph: Paragraph) -> bool:
    """Whether it is an entry of a table of contents, with its page."""
    return paragraph.kind == "item" and _ENTRY.search(paragraph.last.text.rstrip()) is not None


def without_leaders(words: str) -> str:
    """The words with an ellipsis instead of the dots that guide the eye."""
    return _LEADING.sub(" … ", words)


def continues(before: Paragraph, after: Paragraph) -> bool:
    """Whether a paragraph of the next column or page clearly goes on with one before it."""
    if before.kind not in {"paragraph", "item"} or after.kind != "paragraph" or is_entry(before):
        return False
    last, first = before.last, after.first
    if before.is_aside or after.is_aside:
        return False
    if abs(last.size - first.size) > 0.06 * last.size or last.bold != first.bold:
        return False
    if last.hidden != first.hidden or last.rtl != first.rtl or last.turn != first.turn:
        return False
    end, start = last.text.rstrip(), first.text.lstrip()
    if not end or not start or _SENTENCE_END.search(end):
        return False
    _, last_end, right = _flipped(last)
    full = right - last_end < 3 * last.size or len(before.lines) == 1
    if end[-1] in HYPHENS or start[0].islower():
        return full
    return full and len(before.lines) > 1 and (start[0].isalpha() or end[-1] == ",")

"""The paragraphs, rows and notes of rich text, put together as their ends are met."""

import re
from dataclasses import dataclass, field

from rag.loaders.facts import stated
from rag.loaders.office.runs import SPACE, Run, Writer, row
from rag.types import Fact

_BULLET = re.compile("[·o§\ue000-\uf8ff]$")  # signs of a symbol font
_TITLE_WITHIN_CHARS = 2000
_HEADING_CHARS = 500


@dataclass(frozen=True, slots=True)
class Look:
    """What is said of a paragraph where it ends; `level` is a heading's, 0 for none."""

    level: int = 0
    is_title: bool = False
    in_table: bool = False


@dataclass(slots=True)
class _Block:
    """The paragraph, and the row around it, that words go to."""

    runs: list[Run] = field(default_factory=list)
    cells: list[list[Run]] = field(default_factory=list)
    is_item: bool = False
    prefix: str = ""


class Blocks:
    """Blocks on their way to `writer`; notes and text boxes are texts of their own within one."""

    def __init__(self) -> None:
        self.writer = Writer()
        self.titles: list[Fact] = []
        self._open = [_Block()]
        self._notes: list[list[Run]] = []
        self._n_footnotes = 0
        # The columns of a row, None until they are known, and those of one defined within it.
        self._n_columns: int | None = None
        self._n_next: int | None = None
        self._near = ""

    def write(self, run: Run) -> None:
        """Let the paragraph go on."""
        self._open[-1].runs.append(run)

    def mark_item(self) -> None:
        """Say that the paragraph is an item of a list."""
        self._open[-1].is_item = True

    def mark_endnote(self) -> None:
        """Say that the footnote that was begun is an endnote."""
        self._open[-1].prefix = self._open[-1].prefix.replace("Footnote", "Endnote")

    def begin_inner(self, *, is_note: bool) -> None:
        """Begin a note or text box, a text of its own within a paragraph."""
        self._n_footnotes += is_note
        self._open.append(_Block(prefix=f"Footnote {self._n_footnotes}: " if is_note else ""))

    def end_all(self, look: Look) -> None:
        """End whatever is open."""
        while len(self._open) > 1:
            self.end_inner(look)
        self.end_row()
        self.end_paragraph(look)
        self._add_notes()

    def end_inner(self, look: Look) -> None:
        """End a note or text box."""
        self.end_row()
        self.end_paragraph(look)
        if len(self._open) > 1:
            self._open.pop()

    def end_paragraph(self, look: Look) -> None:
        """End the paragraph, which in a row is a space within its cell."""
        block = self._open[-1]
        if look.in_table and len(self._open) == 1:
            block.runs.append(SPACE)
            return
        if block.cells:
            self.end_row()
        runs, block.runs = block.runs, []
        is_item, block.is_item = block.is_item, False
        if not any(run.text.strip() for run in runs):
            return
        if len(self._open) > 1:
            self._notes.append([Run(block.prefix), *runs])
            block.prefix = ""
            return
        self._add(runs, look, is_item=is_item)

    def _add(self, runs: list[Run], look: Look, *, is_item: bool) -> None:
        level = look.level if 0 < look.level <= 9 else 0
        n_chars = sum(len(run.text) for run in runs)
        before = self.writer.end
        if level and n_chars <= _HEADING_CHARS:
            span = self.writer.add("heading", runs, level=level)
            if span is not None and level == 1 and before <= _TITLE_WITHIN_CHARS:
                words = self.writer.composition.text[span[0] : span[1]]
                detail = "title style" if look.is_title else "first heading"
                title = stated("title", words, detail)
                if title is not None and all(fact.detail != detail for fact in self.titles):
                    self.titles.append(title)
            self._near = ""
        elif is_item:
            mark = next(place for place, run in enumerate(runs) if run.text.strip())
            if _BULLET.match(runs[mark].text.strip()):
                runs = [Run("• ", runs[mark].hidden), *runs[mark + 1 :]]
            self.writer.add("item", runs, near=self._near == "item")
            self._near = "item"
            return
        else:
            self._near = ""
            self.writer.add("paragraph", runs)
        self._add_notes()

    def define_row(self) -> None:
        """Begin to define a row; many programs define each twice, in front of it and behind."""
        if len(self._open) == 1:
            if self._open[0].cells:
                self._n_next = 0
            else:
                self._n_columns, self._n_next = 0, None

    def define_cell(self) -> None:
        """Say that the row being defined has one more column."""
        if len(self._open) > 1:
            return
        if self._n_next is not None:
            self._n_next += 1
        elif self._n_columns is not None:
            self._n_columns += 1

    def end_cell(self) -> None:
        """End a cell of the row."""
        block = self._open[-1]
        defined_anew = len(self._open) == 1 and self._n_next is not None
        if defined_anew and 0 < (self._n_columns or 0) <= len(block.cells):
            # LibreOffice does not end a row whose last cell holds a table.
            self.end_row()
        block.cells.append(block.runs)
        block.runs = []
        block.is_item = False

    def end_row(self) -> None:
        """End a row; where no cell was, nothing happens."""
        block = self._open[-1]
        cells, block.cells = block.cells, []
        if len(self._open) == 1:
            # Rows after it may do without a definition of their own.
            self._n_columns = self._n_columns if self._n_next is None else self._n_next
            self._n_next = None
        runs = row(cells)
        if runs and len(self._open) > 1:
            self._notes.append(runs)
        elif runs:
            self.writer.add("row", runs, near=self._near == "row")
            self._near = "row"

    def _add_notes(self) -> None:
        notes, self._notes = self._notes, []
        for runs in notes:
            self.writer.add("paragraph", runs)
            self._near = ""

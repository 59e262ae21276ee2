"""Tables whose cells hold several lines, found by the order in which the file writes them.

Programs write such a table cell by cell. Where its cells are centred or few lines long, no line of
one cell stands beside a line of the next, so that places alone tell nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.loaders.pdf.lines import Line, Row, line_of, rows_of
from rag.loaders.pdf.runs import Run

# In parts of the font size.
_GUTTER = 0.25  # between cells, which have a frame or some room around their text
_WORD_GAP = 1.2
_NEXT_LINE = (0.8, 1.7)
_ALIGNED = 0.5
_OVERLAP = 0.6  # of the lesser height, for cells of one row
_ROW_GAP = 4.0
_MIN_ROWS = 2
_MAX_TABLES = 50  # of a page; each is looked for among all runs
_SAME_SIZE = 0.12
_WORD = re.compile(r"[^\W\d_]{3}")  # formulas are set in lines too
_MARK_CHARS = 6  # numbers of paragraphs, which are no cells


@dataclass(slots=True)
class _Cell:
    """Runs that follow each other in the file, line under line."""

    runs: list[Run]
    left: float
    right: float
    top: float
    bottom: float
    n_lines: int = 1

    @classmethod
    def begun(cls, run: Run) -> "_Cell":
        """A cell with its first run."""
        return cls([run], run.left, run.right, run.top, run.bottom)

    def takes(self, run: Run) -> bool:
        """Add the run where it goes on with the last line or stands right below it."""
        last = self.runs[-1]
        size = max(last.size, run.size)
        shared = min(last.top, run.top) - max(last.bottom, run.bottom)
        if shared >= 0.5 * min(last.top - last.bottom, run.top - run.bottom):
            if not -_ALIGNED * size < run.left - last.right < _WORD_GAP * size:
                return False
        else:
            least, most = _NEXT_LINE
            # A heading in the margin of a table is no first line of its first cell.
            bold = [other.bold for other in self.runs]
            if abs(run.size - self.runs[0].size) > _SAME_SIZE * size or run.bold not in bold:
                return False
            if not least * size < last.base - run.base < most * size:
                return False
            edges = (
                run.left - self.left,
                run.right - self.right,
                (run.left + run.right - self.left - self.right) / 2,
            )
            if min(map(abs, edges)) > _ALIGNED * size:
                return False
            self.n_lines += 1
        self.runs.append(run)
        self.left, self.right = min(self.left, run.left), max(self.right, run.right)
        self.top, self.bottom = max(self.top, run.top), min(self.bottom, run.bottom)
        return True

    def add(self, other: "_Cell") -> None:
        """Take in another paragraph of the same cell."""
        self.runs += other.runs
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.top, self.bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        self.n_lines += other.n_lines


@dataclass(slots=True)
class WrittenTable:
    """Rows of cells from the top down; `edges` are the left and right of each column."""

    rows: list[list[_Cell]]
    edges: list[tuple[float, float]]

    @property
    def top(self) -> float:
        """The upper edge of its letters."""
        return max(cell.top for row in self.rows for cell in row)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return min(cell.bottom for row in self.rows for cell in row)

    def lines(self) -> list[Line]:
        """Its lines, row by row; the first lines of a row's cells are one line, and so on."""
        made: list[Line] = []
        for number, row in enumerate(self.rows, start=1):
            columns: list[list[Row]] = [[] for _ in self.edges]
            for cell in row:
                columns[self._column(cell)] += rows_of(cell.runs)
            for index in range(max(map(len, columns))):
                beside = [rows[index] if index < len(rows) else None for rows in columns]
                runs = [run for part in beside if part is not None for run in part.runs]
                cells = [line_of(part).text if part is not None else "" for part in beside]
                line = line_of(Row(runs))
                texts = tuple(cells[::-1] if line.rtl else cells)
                made.append(replace(line, text=" ".join(texts).strip(), cells=texts, row=number))
        return made

    def _column(self, cell: _Cell) -> int:
        middle = (cell.left + cell.right) / 2
        return sum(middle > edge for _, edge in self.edges[:-1])


def written_tables(runs: Sequence[Run]) -> list[WrittenTable]:
    """The tables among the runs of one direction, from the top down, that have wrapped cells.

    Nothing else stands beside them.
    """
    found: list[WrittenTable] = []
    for table in islice(_stretches(_rows(_cells(runs))), _MAX_TABLES):
        top, bottom = table.top, table.bottom
        own = {id(run) for row in table.rows for cell in row for run in cell.runs}
        beside = any(id(run) not in own and run.base <= top and run.top >= bottom for run in runs)
        if not beside:
            found.append(table)
    return sorted(found, key=lambda table: -table.top)


def _cells(runs: Iterable[Run]) -> list[_Cell]:
    cells: list[_Cell] = []
    for run in sorted(runs, key=lambda run: run.order):
        if not run.n_chars:
            continue
        if not cells or not cells[-1].takes(run):
            cells.append(_Cell.begun(run))
    return cells


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Cells that follow each other in the file and stand beside each other."""
    rows: list[list[_Cell]] = []
    for cell in cells:
        row = rows[-1] if rows else []
        if row and _is_beside(row, cell):
            row.append(cell)
        elif len(row) > 1 and _goes_on(row[-1], cell):
            row[-1].add(cell)
        else:
            rows.append([cell])
    return rows


def _is_beside(row: Sequence[_Cell], cell: _Cell) -> bool:
    top, bottom = max(other.top for other in row), min(other.bottom for other in row)
    shared = min(top, cell.top) - max(bottom, cell.bottom)
    if shared < _OVERLAP * min(top - bottom, cell.top - cell.bottom):
        return False
    return all(cell.left > other.right or cell.right < other.left for other in row)


def _goes_on(last: _Cell, cell: _Cell) -> bool:
    size = cell.runs[0].size
    return abs(cell.left - last.left) < _ALIGNED * size and 0 <= last.bottom - cell.top < size


def _stretches(rows: Sequence[list[_Cell]]) -> Iterator[WrittenTable]:
    """Rows one below another that have columns in common."""
    start = 0
    while start < len(rows):
        edges = _edges([], rows[start])
        end = start + 1
        while len(edges) > 1 and end < len(rows) and _is_below(rows[end - 1], rows[end]):
            # A cell alone may be a row whose others are empty, if more rows follow.
            further = _edges(edges, rows[end])
            is_alone = len(rows[end]) == 1
            if len(further) < max(len(edges), len(rows[end])) or (
                is_alone and len(further) > len(edges)
            ):
                break
            edges = further
            end += 1
        part = list(rows[start:end])
        while len(part) > 1 and len(part[-1]) == 1:
            part.pop()
        if _is_table(part):
            yield WrittenTable(part, edges)
        start += len(part)


def _is_below(above: Sequence[_Cell], below: Sequence[_Cell]) -> bool:
    size, last_size = below[0].runs[0].size, above[0].runs[0].size
    if len(below) == 1 and abs(size - last_size) > _SAME_SIZE * size:
        return False
    gap = min(cell.bottom for cell in above) - max(cell.top for cell in below)
    return -0.2 * size < gap < _ROW_GAP * size


def _edges(edges: Iterable[tuple[float, float]], row: Sequence[_Cell]) -> list[tuple[float, float]]:
    """The left and right of the columns when a row is added, gutters left between them."""
    least = _GUTTER * row[0].runs[0].size
    made: list[tuple[float, float]] = []
    for left, right in sorted([*edges, *((cell.left, cell.right) for cell in row)]):
        if made and left - made[-1][1] < least:
            made[-1] = made[-1][0], max(made[-1][1], right)
        else:
            made.append((left, right))
    return made


def _holds_words(cell: _Cell) -> bool:
    return any(_WORD.search("".join(run.chars)) for run in cell.runs)


def _is_table(rows: Sequence[Sequence[_Cell]]) -> bool:
    several = [row for row in rows if len(row) > 1]
    wrapped = (cell for row in rows for cell in row if cell.n_lines > 1)
    if len(several) < _MIN_ROWS or not any(map(_holds_words, wrapped)):
        return False
    firsts = [min(row, key=lambda cell: cell.left) for row in several]
    # Paragraphs with numbers in the margin are no table.
    marked = all(
        len(row) == 2 and sum(run.n_chars for run in first.runs) < _MARK_CHARS
        for row, first in zip(several, firsts, strict=True)
    )
    return not marked and all(
        max(one.bottom for one in row) < max(one.top for one in row) for row in several
    )

"""The rows of an OpenDocument table or sheet, with repeated ones as often as they are worth."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.office.runs import MAX_EMPTY, SPACE, Run, row
from rag.loaders.opendocument.styles import TABLE, Styles
from rag.loaders.opendocument.words import OFFICE, PARAGRAPHS, SKIPPED, words_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# Repeated cells and rows mostly fill a sheet's edge; what holds words repeats a few times.
_MAX_REPEATED = 1000
MAX_ROWS = 200_000
_MAX_CELLS = 5_000_000  # of a sheet, empty ones between others included


class Tables:
    """Reads the tables of a document, of which no more than `MAX_ROWS` rows together.

    Notes that cells refer to join `notes`, for whoever adds them; `left_out` counts rows.
    """

    def __init__(self, styles: Styles, notes: list["_Element"]) -> None:
        self._styles = styles
        self._notes = notes
        self._rows_left = MAX_ROWS
        self.left_out = 0

    def rows(self, table: "_Element", hidden: str, *, cut_left: bool) -> Iterator[list[Run]]:
        """The rows of a table as runs; nested tables are read within their cells.

        `hidden` is why the table cannot be seen, or ""; without `cut_left`, empty rows are given
        as empty.
        """
        cells_left = _MAX_CELLS
        hidden_columns = _hidden_columns(table)
        for held in _rows(table):
            why = hidden
            if held.get(f"{TABLE}visibility", "visible") != "visible":
                why = why or "marked hidden"
            cells: list[list[Run]] = []
            gap = 0
            column = 0
            covered = 0  # cells that the one before them goes over
            for cell in held:
                times = _repeated(cell, "columns")
                if cell.tag == f"{TABLE}covered-table-cell" and covered > 0:
                    covered, times = covered - times, max(times - covered, 0)
                else:
                    covered = _count(cell.get(f"{TABLE}number-columns-spanned")) - 1
                runs: list[Run] = []
                if cell.tag == f"{TABLE}table-cell":
                    unseen = column in hidden_columns and times == 1
                    runs = self._cell(cell, why or ("marked hidden" if unseen else ""))
                column += _repeated(cell, "columns")
                if not any(run.text.strip() for run in runs):
                    gap += times
                    continue
                gap = min(gap, MAX_EMPTY + 1)
                cells_left -= gap + times
                if cells_left < 0:
                    raise DocumentError("a table has more than 5 million cells; split it")
                cells += [[] for _ in range(gap)]
                gap = 0
                cells += [runs] * min(times, _MAX_REPEATED)
            runs = row(cells)
            if not runs:
                if not cut_left:
                    yield []
                continue
            for _ in range(min(_repeated(held, "rows"), _MAX_REPEATED)):
                if self._rows_left <= 0:
                    self.left_out += 1
                    break
                self._rows_left -= 1
                yield runs

    def _cell(self, cell: "_Element", hidden: str) -> list[Run]:
        value = cell.get(f"{OFFICE}date-value")
        if value is not None:
            # What is shown depends on the language: 03/04/24.
            return [Run(value.removesuffix("T00:00:00").replace("T", " "), hidden)]
        runs: list[Run] = []
        for paragraph in cell.iter(*PARAGRAPHS):
            if any(held.tag in SKIPPED for held in _between(paragraph, cell)):
                continue
            words = words_of(paragraph, self._styles, hidden)
            if runs:
                runs.append(SPACE)
            runs += words.runs
            self._notes += words.notes
            for element in words.drawn:
                for inner in element.iter(*PARAGRAPHS):
                    runs += [SPACE, *words_of(inner, self._styles, hidden).runs]
        return runs


def _rows(table: "_Element") -> Iterator["_Element"]:
    waiting = [iter(table)]
    while waiting:
        for child in waiting[-1]:
            if child.tag == f"{TABLE}table-row":
                yield child
            elif child.tag in {
                f"{TABLE}table-header-rows",
                f"{TABLE}table-rows",
                f"{TABLE}table-row-group",
            }:
                waiting.append(iter(child))
                break
        else:
            waiting.pop()


def _hidden_columns(table: "_Element") -> set[int]:
    hidden: set[int] = set()
    place = 0
    for column in table.iterfind(f".//{TABLE}table-column"):
        times = _repeated(column, "columns")
        if column.get(f"{TABLE}visibility", "visible") != "visible":
            hidden.update(range(place, place + min(times, _MAX_REPEATED)))
        place += times
    return hidden


def _between(inner: "_Element", outer: "_Element") -> Iterator["_Element"]:
    for element in inner.iterancestors():
        if element is outer:
            return
        yield element


def _repeated(element: "_Element", what: str) -> int:
    return _count(element.get(f"{TABLE}number-{what}-repeated"))


def _count(value: str | None) -> int:
    return max(int(value), 1) if value and value.isdecimal() and len(value) < 8 else 1

"""The sheets of an Office Open XML workbook, row after row: only cells that hold something.

Read from the XML itself: a parser that makes room for every place between two cells cannot read
a sheet with one value in its last corner, and gives numbers without what they look like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.office.number_formats import COMMON, NumberFormat, number_format, plain
from rag.loaders.office.packages import Package
from rag.loaders.office.runs import Run

if TYPE_CHECKING:
    from lxml.etree import _Element

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHEET = re.compile(r"xl/worksheets/sheet(\d{1,9})\.xml$")
_PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}$")
_LETTERS = re.compile(r"[A-Z]{1,3}$")
# A character that XML cannot hold, or not at a text's edge (Source: ECMA-376 part 1, 22.9.2.19).
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_COLUMNS = 16384
_MAX_DAYS = 2_958_466  # the first day of the year 10000
# Days are counted from here so that 60 is 29 February 1900, which was none.
_FIRST_DAY = datetime.fromisoformat("1899-12-30")
_FIRST_DAY_OF_MACS = datetime.fromisoformat("1904-01-01")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by name; `part` is None where it holds no cells but a chart, or is missing."""

    name: str
    hidden: bool
    part: str | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row's number, from 1, and its cells with their columns, from 0, in order."""

    number: int
    cells: list[tuple[int, Run]]


class Workbook:
    """A package's sheets; `notes` are told of damaged parts, `without_value` counts formulas."""

    def __init__(self, package: Package, main: str, notes: list[str]) -> None:
        self._package = package
        self._main = main
        self._notes = notes
        self.without_value = 0
        self._columns: dict[str, int] = {}
        root = package.xml(main)
        properties = root.find("{*}workbookPr")
        of_macs = properties is not None and properties.get("date1904") in {"1", "true"}
        self._first_day = _FIRST_DAY_OF_MACS if of_macs else _FIRST_DAY
        self.sheets = self._listed(root)
        self._formats = self._read_formats()
        self._strings = self._read_strings()

    def rows(self, part: str, hidden: str) -> Iterator[SheetRow]:
        """The rows of a sheet that hold something; `hidden` is why it cannot be seen, or "".

        Raises:
            DocumentError: The part is damaged, from the row on that comes next.
        """
        hidden_columns: set[int] = set()
        first = 0
        number = 0
        wanted = ("{*}dimension", "{*}cols", "{*}row")
        for element in self._package.elements(part, wanted):
            name = element.tag.rpartition("}")[2]
            if name == "dimension":
                # Columns before the first are no part of the table.
                place = _PLACE.match(element.get("ref", "").partition(":")[0])
                first = _column(place[1]) if place else 0
            elif name == "cols":
                hidden_columns |= _hidden_columns(element)
            else:
                stated = element.get("r", "")
                number = int(stated) if stated.isdecimal() and len(stated) < 8 else number + 1
                why = hidden or ("marked hidden" if _is_on(element.get("hidden")) else "")
                cells = self._cells(element, why, hidden_columns)
                if cells:
                    cells.sort(key=lambda cell: cell[0])
                    moved = [(max(column - first, 0), run) for column, run in cells]
                    yield SheetRow(number, moved)

    def _cells(
        self, element: "_Element", hidden: str, hidden_columns: set[int]
    ) -> list[tuple[int, Run]]:
        cells: list[tuple[int, Run]] = []
        column = -1
        for cell in element:
            letters = cell.get("r", "").rstrip("0123456789")
            found = self._columns.get(letters)
            if found is None:
                found = column + 1
                if _LETTERS.match(letters):
                    self._columns[letters] = found = _column(letters)
            column = found
            if len(cell) == 0 or column >= _MAX_COLUMNS:
                continue
            text, unseen = self._shown(cell)
            if text and not text.isspace():
                why = hidden or ("marked hidden" if column in hidden_columns else unseen)
                cells.append((column, Run(text, why)))
        return cells

    def _shown(self, cell: "_Element") -> tuple[str, str]:
        """What a cell shows, and why its format hides it, if so."""
        kind = cell.get("t", "n")
        value: str | None = None
        is_formula = False
        for child in cell:
            tag = child.tag
            if tag.endswith("}v"):
                value = child.text or ""
            elif tag.endswith("}f"):
                is_formula = True
            elif tag.endswith("}is"):
                value = _words(child)
        if is_formula and not value and kind != "str":
            self.without_value += 1
        if not value:
            return "", ""
        style = cell.get("s", "0")
        place = int(style) if style.isdecimal() and len(style) < 8 else 0
        form = self._formats[place] if place < len(self._formats) else NumberFormat()
        if kind == "n":
            return self._number(value, form)
        if kind == "s":
            index = int(value) if value.isdecimal() and len(value) < 10 else -1
            text = self._strings[index] if 0 <= index < len(self._strings) else ""
        elif kind == "b":
            return ("FALSE" if value.strip() in {"0", "false"} else "TRUE"), ""
        elif kind == "d":
            return value.removesuffix("T00:00:00").replace("T", " "), ""
        else:
            text = _unescaped(value)
        return text, ("hidden by its format" if form.hides_text else "")

    def _number(self, value: str, form: NumberFormat) -> tuple[str, str]:
        try:
            number = float(value)
        except ValueError:
            return value, ""
        if form.is_date:
            return self._moment(number, is_elapsed=form.is_elapsed) or plain(number), ""
        if not form.sections and len(value) <= 15 and value.isdecimal():
            return value, ""
        text = form.shown(number)
        if text:
            return text, ""
        # An empty zero is seen as an empty cell, which is meant; other numbers are hidden.
        return ("", "") if number == 0 else (plain(number), "hidden by its format")

    def _moment(self, number: float, *, is_elapsed: bool) -> str:
        """A date or time in ISO's form; "" where the number is none."""
        if not 0 <= number < _MAX_DAYS:
            return ""
        seconds = round(number * 86400)
        if is_elapsed:
            return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        if seconds < 86400:
            moment = _FIRST_DAY + timedelta(seconds=seconds)
            return moment.time().isoformat()
        # The day after 28 February 1900 counts as two.
        early = number < 60 and self._first_day is _FIRST_DAY
        try:
            moment = self._first_day + timedelta(days=int(early), seconds=seconds)
        except OverflowError:
            return ""
        if seconds % 86400 == 0:
            return moment.date().isoformat()
        return moment.isoformat(sep=" ")

    # Parts of the workbook

    def _listed(self, root: "_Element") -> list[Sheet]:
        related = self._package.relationships(self._main, self._notes)
        by_number = sorted(
            (int(found[1]), name) for name in self._package.names if (found := _SHEET.match(name))
        )
        lost = self._package.is_unlisted(self._main, self._notes)
        sheets = []
        for place, element in enumerate(root.iterfind("{*}sheets/{*}sheet")):
            hidden = element.get("state", "visible") != "visible"
            part = None
            relationship = related.get(element.get(f"{_R}id", ""))
            if relationship is not None and relationship.kind == "worksheet":
                part = relationship.target
            elif lost and place < len(by_number):
                part = by_number[place][1]
            sheets.append(Sheet(element.get("name", ""), hidden, part))
        return sheets

    def _part(self, kind: str, usual: str) -> str | None:
        related = self._package.related(self._main, kind, self._notes)
        return related or (usual if usual in self._package else None)

    def _read_formats(self) -> list[NumberFormat]:
        """The number format of each cell style, by its place in the list."""
        root = self._package.optional_xml(self._part("styles", "xl/styles.xml"), self._notes)
        if root is None:
            return []
        codes = dict(COMMON)
        for element in root.iterfind("{*}numFmts/{*}numFmt"):
            name = element.get("numFmtId", "")
            if name.isdecimal() and len(name) < 8:
                codes[int(name)] = element.get("formatCode", "")
        found = []
        for element in root.iterfind("{*}cellXfs/{*}xf"):
            name = element.get("numFmtId", "")
            code = codes.get(int(name), "") if name.isdecimal() and len(name) < 8 else ""
            general = code.strip().casefold() in {"", "general", "@"}
            found.append(NumberFormat() if general else number_format(code))
        return found

    def _read_strings(self) -> list[str]:
        """The texts that cells refer to by number."""
        part = self._part("sharedStrings", "xl/sharedStrings.xml")
        strings: list[str] = []
        if part is None:
            return strings
        try:
            strings.extend(_words(element) for element in self._package.elements(part, ("{*}si",)))
        except DocumentError:
            self._notes.append("The list of its texts is damaged: cells are missing.")
        return strings


def _words(element: "_Element") -> str:
    """The text of a string, without the reading of its characters that may stand above them."""
    parts = []
    for text in element.iter("{*}t"):
        parent = text.getparent()
        if text.text and (parent is None or not parent.tag.endswith("}rPh")):
            parts.append(text.text)
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code < 0xE000 else chr(code)  # half of a pair is no character


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _hidden_columns(element: "_Element") -> set[int]:
    hidden: set[int] = set()
    for held in element:
        first, last = held.get("min", ""), held.get("max", "")
        known = all(place.isdecimal() and len(place) < 8 for place in (first, last))
        if known and _is_on(held.get("hidden")):
            hidden.update(range(int(first) - 1, min(int(last), _MAX_COLUMNS)))
    return hidden


def _is_on(value: str | None) -> bool:
    return value in {"1", "true"}

"""Spreadsheets: a page a sheet, its name as heading, its rows as they are stored.

Cells are parted by " | ", dates are ISO, whole numbers have no ".0"; a formula is its last result.
What a number looks like in the sheet (a percentage, a currency) is not known.
"""

import io
import re
import struct
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders import opendocument
from rag.loaders.language import detected_language
from rag.loaders.office.packages import Package, counted, package_facts
from rag.loaders.office.runs import Run, Writer, row
from rag.types import Document, Fact

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_ZIP = b"PK\x03\x04"
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OLD_MEDIA_TYPE = "application/vnd.ms-excel"
MAX_ROWS = 200_000
# The parser makes room for the rectangle that holds every cell, 32 bytes each, and ends the
# process where it cannot: one value in the last corner would take 550 GB.
_MAX_CELLS = 20_000_000
_REFERENCE = re.compile(rb'<(?:\w+:)?c\s[^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW_TAG = re.compile(rb"<(?:\w+:)?row[\s>/]")
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s")
# Records of an .xlsb sheet (Source: MS-XLSB 2.3.2): a row's header, and the cells 1 to 11.
_ROW_RECORD = 0
_CELL_RECORDS = range(1, 12)


def parse(data: bytes) -> Document:
    """The document that the bytes of an .xlsx, .xlsm, .xlsb, .xls or .ods file hold.

    Raises:
        DocumentError: Damaged, encrypted, or with cells too far apart.
    """
    notes: list[str] = []
    facts: list[Fact] = []
    media_type = _OLD_MEDIA_TYPE
    if data.startswith(_ZIP):
        package = Package(data)
        if "content.xml" in package:
            return opendocument.parse(data)
        _refuse_vast(package)
        facts = package_facts(package, notes)
        media_type = _MEDIA_TYPE
        comments = sum(
            len(_COMMENT.findall(package.read(name)))
            for name in package.names
            if re.match(r"xl/comments[^/]*\.xml$|xl/comments/[^/]*\.xml$", name)
        )
        if comments:
            notes.append(counted(comments, "comment", "left out."))
        charts = sum(bool(re.match(r"xl/charts/chart\d*\.xml$", name)) for name in package.names)
        if charts:
            notes.append(counted(charts, "chart", "left out."))
    writer = _written(data, notes)
    text = writer.composition.text
    if not any(fact.field == "language" for fact in facts):
        language = detected_language(text)
        facts += [] if language is None else [language]
    pages = writer.composition.pages if text else ()
    return Document(
        text,
        writer.composition.blocks,
        tuple(facts),
        media_type,
        pages=pages,
        notes=tuple(notes),
        flags=tuple(writer.flags),
    )


def _written(data: bytes, notes: list[str]) -> Writer:
    """The sheets, as pages."""
    # A compiled module; only spreadsheets need it.
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        XmlError,
        ZipError,
    )

    writer = Writer()
    hidden_names = []
    left = MAX_ROWS
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise DocumentError("encrypted: save it without a password, then index again") from error
    except (CalamineError, XmlError, ZipError, OSError, ValueError) as error:
        raise _damaged(error) from error
    with workbook:
        for number, sheet in enumerate(workbook.sheets_metadata, start=1):
            name = " ".join(sheet.name.split())
            writer.composition.begin_page(number, name or None)
            hidden = ""
            if sheet.visible != SheetVisibleEnum.Visible:
                hidden = "hidden sheet"
                hidden_names.append(f'"{name}"')
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            try:
                left -= _add_sheet(writer, workbook, sheet.name, hidden, left, notes)
            except (CalamineError, XmlError, ZipError, OSError, ValueError):
                notes.append(f'The sheet "{name}" is damaged and was left out.')
    if hidden_names:
        names = ", ".join(hidden_names[:20])
        plural = len(hidden_names) > 1
        notes.append(
            f"{'Sheets' if plural else 'Sheet'} {names} {'are' if plural else 'is'} hidden."
        )
    return writer


def _add_sheet(
    writer: Writer,
    workbook: "CalamineWorkbook",
    name: str,
    hidden: str,
    left: int,
    notes: list[str],
) -> int:
    """Add the rows of a sheet that are not empty, at most `left`; returns how many."""
    sheet = workbook.get_sheet_by_name(name)
    if sheet.height == 0:
        return 0
    written = 0
    left_out = 0
    near = False
    for values in sheet.iter_rows():
        cells = [[Run(_shown(value), hidden)] if value != "" else [] for value in values]
        runs = row(cells)
        if not runs:
            near = False  # an empty row parts two tables of one sheet
            continue
        if written >= left:
            left_out += 1
            continue
        if written == 0:
            writer.add("heading", [Run(name, hidden)], level=1)
        written += 1
        near = writer.add("row", runs, near=near) is not None
    if left_out:
        notes.append(
            f'{left_out} rows of the sheet "{" ".join(name.split())}" were left out: no more than '
            f"{MAX_ROWS} rows of a file are read."
        )
    return written


def _shown(value: object) -> str:
    """A cell's value as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def _refuse_vast(package: Package) -> None:
    """Unpack every sheet once, counting bytes, and refuse one whose cells lie too far apart."""
    for name in package.names:
        if re.match(r"xl/worksheets/[^/]*\.xml$", name):
            _check(_extent_of_xml(package.read(name)))
        elif re.match(r"xl/worksheets/[^/]*\.bin$", name):
            _check(_extent_of_records(package.read(name)))
        elif name.startswith("xl/") and name.endswith((".xml", ".bin")) and name.count("/") == 1:
            package.read(name)


def _check(extent: tuple[int, int]) -> None:
    rows, columns = extent
    if rows * columns > _MAX_CELLS:
        raise DocumentError(
            f"a sheet spans {rows} rows and {columns} columns, more than {_MAX_CELLS:,} cells; "
            "delete what stands far out, or save it as CSV"
        )


def _extent_of_xml(data: bytes) -> tuple[int, int]:
    """The last row and column that a sheet's cells name or count up to."""
    rows = columns = 0
    for match in _REFERENCE.finditer(data):
        rows = max(rows, int(match[2]))
        columns = max(columns, _column(match[1]))
    # Cells without a reference follow one another.
    n_rows = len(_ROW_TAG.findall(data))
    if n_rows > rows or columns == 0:
        rows = max(rows, n_rows)
        cells_of_rows: Sequence[bytes] = _ROW_TAG.split(data)
        columns = max([columns, *(len(_CELL.findall(cells)) for cells in cells_of_rows)])
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _extent_of_records(data: bytes) -> tuple[int, int]:
    """The last row and column of a sheet of records: a kind, a length, then that many bytes."""
    place = 0
    rows = columns = 0
    try:
        while place < len(data):
            kind, place = _varied(data, place, 2)
            length, place = _varied(data, place, 4)
            if kind == _ROW_RECORD:
                rows = max(rows, struct.unpack_from("<I", data, place)[0] + 1)
            elif kind in _CELL_RECORDS:
                columns = max(columns, struct.unpack_from("<I", data, place)[0] + 1)
            place += length
    except (struct.error, IndexError):
        pass  # cut short: the parser says so
    return rows, columns


def _varied(data: bytes, place: int, n_bytes: int) -> tuple[int, int]:
    """A number of seven bits a byte, the highest bit set in all but the last."""
    number = 0
    for index in range(n_bytes):
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            break
    return number, place


def _damaged(error: Exception) -> DocumentError:
    reason = " ".join(str(error).split())[:120]
    return DocumentError(f"damaged: cannot be read as a spreadsheet ({reason}); save it anew")

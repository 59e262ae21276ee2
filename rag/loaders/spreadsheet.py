"""Spreadsheets: a page a sheet, its name as heading, its rows as they are shown.

Cells are parted by " | ", dates are ISO; a formula is its last result. In .xls and .xlsb files,
what a number looks like in the sheet (a percentage, a currency) is not known.
"""

import io
import re
import struct
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders import opendocument
from rag.loaders.office.containers import OLE, is_endless
from rag.loaders.office.extents import extent_of_records, extents_of_container
from rag.loaders.office.languages import languages
from rag.loaders.office.number_formats import plain
from rag.loaders.office.packages import DamagedPartError, Package, counted, package_facts
from rag.loaders.office.runs import CELL, MAX_EMPTY, Run, Writer, row
from rag.loaders.office.workbooks import SheetRow, Workbook
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
_MAX_WRITTEN_CELLS = 4_000_000  # that hold something; half a minute's work
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s")


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
        facts = package_facts(package, notes)
        media_type = _MEDIA_TYPE
        main = package.main("xl/workbook.xml", notes)
        if main is not None and main.casefold().endswith(".xml"):
            writer = _written_workbook(Workbook(package, main, notes), notes)
        else:
            _refuse_vast(package)
            writer = _written(data, notes)
        comments = _comments(package)
        if comments:
            notes.append(counted(comments, "comment", "left out."))
        charts = sum(bool(re.match(r"xl/charts/chart\d*\.xml$", name)) for name in package.names)
        if charts:
            notes.append(counted(charts, "chart", "left out."))
    else:
        if data.startswith(OLE):
            _refuse_vast_container(data)
        writer = _written(data, notes)
    text = writer.composition.text
    named = [fact for fact in facts if fact.field == "language"]
    facts = [fact for fact in facts if fact.field != "language"] + languages(text, *named)
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


def _comments(package: Package) -> int:
    found = 0
    for name in package.names:
        if re.match(r"xl/comments[^/]*\.xml$|xl/comments/[^/]*\.xml$", name):
            with suppress(DamagedPartError):
                found += len(_COMMENT.findall(package.read(name)))
    return found


def _written_workbook(workbook: Workbook, notes: list[str]) -> Writer:
    """The sheets of Office Open XML, as pages."""
    writer = Writer()
    hidden_names = []
    unread: DocumentError | None = None
    rows_left, cells_left = MAX_ROWS, _MAX_WRITTEN_CELLS
    for number, sheet in enumerate(workbook.sheets, start=1):
        name = " ".join(sheet.name.split())
        writer.composition.begin_page(number, name or None)
        hidden = "hidden sheet" if sheet.hidden else ""
        if hidden:
            hidden_names.append(f'"{name}"')
        if sheet.part is None:
            continue
        left_out = 0
        last = 0
        try:
            for held in workbook.rows(sheet.part, hidden):
                if rows_left <= 0 or cells_left <= 0:
                    left_out += 1
                    continue
                if last == 0:
                    writer.add("heading", [Run(name, hidden)], level=1)
                # An empty row parts two tables of one sheet.
                near = held.number == last + 1 and last > 0
                writer.add("row", _runs(held), near=near)
                last = held.number
                rows_left -= 1
                cells_left -= len(held.cells)
        except DocumentError as error:
            unread = unread or error
            rest = f"was read up to row {last}" if last else "was left out"
            notes.append(f'The sheet "{name}" {rest}: {error}.')
        if left_out:
            notes.append(_rows_left_out(left_out, name))
    if unread is not None and not writer.composition.text:
        raise unread
    if workbook.without_value:
        many = workbook.without_value > 1
        notes.append(
            f"{workbook.without_value} formula{'s have' if many else ' has'} no stored value."
        )
    _say_hidden(hidden_names, notes)
    return writer


def _runs(held: SheetRow) -> list[Run]:
    """As `row`, for cells that all hold something: there may be millions."""
    runs: list[Run] = []
    end = 0
    for column, run in held.cells:
        gap = column - end
        runs += [CELL] * ((1 if gap > MAX_EMPTY else max(gap, 0)) + (end > 0))
        runs.append(run)
        end = column + 1
    return runs


def _say_hidden(names: list[str], notes: list[str]) -> None:
    if names:
        plural = len(names) > 1
        notes.append(
            f"{'Sheets' if plural else 'Sheet'} {', '.join(names[:20])} "
            f"{'are' if plural else 'is'} hidden."
        )


def _rows_left_out(number: int, name: str) -> str:
    return (
        f'{number} rows of the sheet "{name}" were left out: no more than {MAX_ROWS} rows or '
        f"{_MAX_WRITTEN_CELLS} cells of a file are read."
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
    except BaseException as error:
        # What Rust calls a panic is no Exception in Python, and its class has no name to import.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(ValueError("the parser gave up")) from error
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
    _say_hidden(hidden_names, notes)
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
        notes.append(_rows_left_out(left_out, " ".join(name.split())))
    return written


def _shown(value: object) -> str:
    """A cell's value as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain(value)
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
        if not name.startswith("xl/") or not name.endswith(".bin"):
            continue
        is_sheet = name.startswith("xl/worksheets/") and name.count("/") == 2
        if not is_sheet and name.count("/") > 1:
            continue
        try:
            data = package.read(name)
        except DamagedPartError:
            continue  # the parser says so, or does not need it
        if is_sheet:
            _check(extent_of_records(data))


def _refuse_vast_container(data: bytes) -> None:
    """Refuse an .xls file that would make the parser ask for more memory than there is."""
    try:
        if is_endless(data):
            raise DocumentError("damaged: its sectors go in a circle; get the file again")
        extents = extents_of_container(data)
    except (ValueError, struct.error, IndexError) as error:
        raise DocumentError(
            "damaged: its table of sectors leads out of the file; get the file again"
        ) from error
    # The parser holds all of them at once.
    if sum(rows * columns for rows, columns in extents) > _MAX_CELLS:
        _check(max(extents, key=lambda extent: extent[0] * extent[1]))
        raise DocumentError(f"its sheets span more than {_MAX_CELLS:,} cells together; split it")


def _check(extent: tuple[int, int]) -> None:
    rows, columns = extent
    if rows * columns > _MAX_CELLS:
        raise DocumentError(
            f"a sheet spans {rows} rows and {columns} columns, more than {_MAX_CELLS:,} cells; "
            "delete what stands far out, or save it as CSV"
        )


def _damaged(error: Exception) -> DocumentError:
    reason = " ".join(str(error).split())[:120]
    return DocumentError(f"damaged: cannot be read as a spreadsheet ({reason}); save it anew")

"""How far the cells of a sheet reach, counted before a parser makes room for all of them."""

import struct
from collections import Counter
from collections.abc import Iterator

from rag.loaders.office.containers import Container

# Records of an .xlsb sheet (Source: MS-XLSB 2.3.2): a row's header, and the cells 1 to 11.
_ROW_RECORD = 0
_CELL_RECORDS = range(1, 12)
# Records of an .xls sheet (Source: MS-XLS 2.3.2).
_BOUND_SHEET = 0x0085
_DIMENSIONS = 0x0200
_END = 0x000A
_MULTIPLE = 0x00BD  # several cells of a row, 6 bytes each
_OLD_CELL_RECORDS = frozenset({0x0006, _MULTIPLE, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")


def extent_of_records(data: bytes) -> tuple[int, int]:
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


def extents_of_container(data: bytes) -> list[tuple[int, int]]:
    """The rows and columns of every sheet of an .xls file, as declared or as its cells reach.

    Raises:
        ValueError, struct.error, IndexError: Damaged.
    """
    streams = Container(data).streams
    name = next((name for name in _STREAMS if name in streams), None)
    if name is None:
        return []
    stream = streams[name]()
    starts: Counter[int] = Counter()
    for kind, place, length in _old_records(stream, 0):
        if kind == _BOUND_SHEET and length >= 4:
            starts[struct.unpack_from("<I", stream, place)[0]] += 1
    found = []
    for start, times in starts.items():
        rows = columns = 0
        for kind, place, length in _old_records(stream, start):
            if kind == _DIMENSIONS:
                n_rows, n_columns = _declared(stream[place : place + length])
                rows, columns = max(rows, n_rows), max(columns, n_columns)
            elif kind in _OLD_CELL_RECORDS and length >= 4:
                row, column = struct.unpack_from("<2H", stream, place)
                rows = max(rows, row + 1)
                more = max(length - 6, 0) // 6 if kind == _MULTIPLE else 1
                columns = max(columns, column + more)
        found += [(rows, columns)] * times
    return found


def _old_records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """The records up to the end of a part: kind, place, length."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, place)
        place += 4
        if kind == _END:
            return
        yield kind, place, min(length, len(stream) - place)
        place += length


def _declared(data: bytes) -> tuple[int, int]:
    if len(data) not in {10, 14}:
        return 0, 0
    first, end, left, right = struct.unpack_from("<4H" if len(data) == 10 else "<2I2H", data)
    # An end before its beginning is counted as the parser does: round to the highest number.
    return (end - first) & 0xFFFFFFFF, (right - left) & 0xFFFFFFFF

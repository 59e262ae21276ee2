"""OLE compound files, in which the office files of before 2007 and embedded ones are kept."""

import struct
from collections.abc import Iterator
from itertools import islice

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFA  # this and above are marks, not sectors (Source: MS-CFB 2.1)
_ENTRY_BYTES = 128
_MAX_DECLARED = 1 << 24  # tables of sectors, of a terabyte


class _Stream:
    """A stream of a container, read when it is called."""

    def __init__(self, container: "Container", start: int, size: int) -> None:
        self._container = container
        self._start = start
        self._size = size

    def __call__(self) -> bytes:
        return self._container.content(self._start, self._size)


class Container:
    """The streams of an OLE compound file by name. Source: MS-CFB, section 2.

    Raises:
        ValueError, struct.error, IndexError: Damaged; or when a stream is read.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in {9, 12}:
            raise ValueError("no sector size of MS-CFB")
        self._sector = 1 << shift
        directory, _, self._cutoff, mini_table = struct.unpack_from("<4I", data, 48)
        first_more, n_more = struct.unpack_from("<2I", data, 68)
        listed = list(struct.unpack_from("<109I", data, 76))
        more = first_more
        for _ in range(min(n_more, len(data) // self._sector)):
            numbers = self._numbers(more)
            listed += numbers[:-1]
            more = numbers[-1]
        self._table: list[int] = []
        for sector in listed:
            if sector < _END_OF_CHAIN and (sector + 1) * self._sector < len(data):
                self._table += self._numbers(sector)
        self._mini_table = [
            number for sector in self._chain(mini_table) for number in self._numbers(sector)
        ]
        self.streams: dict[str, _Stream] = {}
        self._mini = b""
        entries = b"".join(self._bytes(sector) for sector in self._chain(directory))
        for place in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            self._add(entries[place : place + _ENTRY_BYTES])

    def content(self, start: int, size: int) -> bytes:
        """The bytes of a stream; short ones stand in the small sectors of the root's stream."""
        if size >= self._cutoff:
            # No further than its size: beyond it, a damaged chain may lead anywhere.
            sectors = islice(self._chain(start), -(-size // self._sector))
            whole = b"".join(self._bytes(sector) for sector in sectors)
            return whole[:size]
        parts: list[bytes] = []
        while start < _END_OF_CHAIN and len(parts) <= len(self._mini_table):
            parts.append(self._mini[start * 64 : start * 64 + 64])
            start = self._mini_table[start]
        return b"".join(parts)[:size]

    def _add(self, entry: bytes) -> None:
        (name_bytes, kind) = struct.unpack_from("<HB", entry, 64)
        name = entry[: max(name_bytes - 2, 0)].decode("utf-16-le", "replace")
        (start,) = struct.unpack_from("<I", entry, 116)
        (size,) = struct.unpack_from("<I", entry, 120)
        if kind == 5:
            self._mini = b"".join(self._bytes(sector) for sector in self._chain(start))
        elif kind == 2:
            self.streams.setdefault(name, _Stream(self, start, size))

    def _bytes(self, sector: int) -> bytes:
        return self._data[(sector + 1) * self._sector : (sector + 2) * self._sector]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self._sector // 4}I", self._bytes(sector))

    def _chain(self, sector: int) -> Iterator[int]:
        """The sectors that follow one another; a circle ends with the table's length."""
        for _ in range(len(self._table)):
            if sector >= _END_OF_CHAIN:
                return
            yield sector
            sector = self._table[sector]


def is_endless(data: bytes) -> bool:
    """Whether a chain of sectors comes back to itself, or more are declared than there are.

    What follows the chains without counting would need all memory there is.
    """
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in {9, 12}:
        return False
    per_sector = 1 << (shift - 2)
    n_sectors = len(data) >> shift
    n_tables, directory = struct.unpack_from("<2I", data, 44)
    n_mini_tables, more = struct.unpack_from("<2I", data, 64)
    # calamine 0.37 makes room for these numbers as declared, the second times 65,536.
    if n_tables > _MAX_DECLARED or (n_mini_tables & 0xFFFF) << 16 > 16 * _MAX_DECLARED:
        return True
    try:
        listed = list(struct.unpack_from("<109I", data, 76))
        for _ in range(n_sectors + 1):
            if more >= _END_OF_CHAIN:
                break
            numbers = struct.unpack_from(f"<{per_sector}I", data, (more + 1) << shift)
            listed += numbers[:-1]
            more = numbers[-1]
        else:
            return True
        table: list[int] = []
        for sector in listed:
            if sector < _END_OF_CHAIN:
                table += struct.unpack_from(f"<{per_sector}I", data, (sector + 1) << shift)
        entries: list[int] = []
        sector = directory
        while sector < _END_OF_CHAIN:
            entries.append(sector)
            if len(entries) > len(table):
                return True
            sector = table[sector]
        for held in entries:
            for place in range((held + 1) << shift, (held + 2) << shift, _ENTRY_BYTES):
                start, size = struct.unpack_from("<2I", data, place + 116)
                if size > len(data) and _comes_back(start, table):
                    return True
    except (struct.error, IndexError):
        pass  # leads out of the file, where whoever follows it stops
    return False


def _comes_back(sector: int, table: list[int]) -> bool:
    for _ in range(len(table) + 1):
        if sector >= len(table):
            return False
        sector = table[sector]
    return True

"""A file put into an office document: taken out of the OLE container that Office wraps it in."""

import struct
from collections.abc import Iterator

from rag.loaders.canonical import canonical

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFA  # this and above are marks, not sectors (Source: MS-CFB 2.1)
_ENTRY_BYTES = 128


def packed_file(name: str, data: bytes) -> tuple[str, bytes]:
    """The name and bytes of the file that an embedded part holds; its own where it is no wrapper.

    Read are the streams "Package" (a document), "CONTENTS" (a PDF) and Ole10Native (any file).
    """
    if not data.startswith(_OLE):
        return safe_name(name), data
    try:
        streams = _Container(data).streams
        for stream in ("Package", "CONTENTS", "Contents"):
            if stream in streams:
                data = streams[stream]()
                suffix = ".pdf" if data.startswith(b"%PDF-") else ""
                return safe_name(name.rpartition(".")[0] + suffix), data
        if "\x01Ole10Native" in streams:
            return _native(streams["\x01Ole10Native"](), name)
    except (struct.error, IndexError, ValueError):
        pass  # damaged: given back as it is, which nothing reads
    return safe_name(name), data


def safe_name(name: str) -> str:
    """The last part of a path, fit to be shown and never to be followed."""
    last = canonical(name).replace("\\", "/").rpartition("/")[2]
    return " ".join(last.split()).strip(".")[:120] or "embedded file"


def _native(data: bytes, name: str) -> tuple[str, bytes]:
    """Ole10Native: sizes, the file's label, two paths, then its bytes behind their length."""
    place = 6
    end = data.index(b"\0", place)
    label = data[place:end].decode("cp1252", "replace")
    place = data.index(b"\0", end + 1) + 1  # behind the path it came from
    place += 4
    (length,) = struct.unpack_from("<I", data, place)
    place += 4 + length
    (length,) = struct.unpack_from("<I", data, place)
    content = data[place + 4 : place + 4 + length]
    return (safe_name(label or name), content)


class _Stream:
    """A stream of a container, read when it is called."""

    def __init__(self, container: "_Container", start: int, size: int) -> None:
        self._container = container
        self._start = start
        self._size = size

    def __call__(self) -> bytes:
        return self._container.content(self._start, self._size)


class _Container:
    """The streams of an OLE compound file by name. Source: MS-CFB, section 2."""

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
            whole = b"".join(self._bytes(sector) for sector in self._chain(start))
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

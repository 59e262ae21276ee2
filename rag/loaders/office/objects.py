"""A file put into an office document: taken out of the OLE container that Office wraps it in."""

import struct

from rag.loaders.canonical import canonical
from rag.loaders.office.containers import OLE, Container


def packed_file(name: str, data: bytes) -> tuple[str, bytes]:
    """The name and bytes of the file that an embedded part holds; its own where it is no wrapper.

    Read are the streams "Package" (a document), "CONTENTS" (a PDF) and Ole10Native (any file).
    """
    if not data.startswith(OLE):
        return safe_name(name), data
    try:
        streams = Container(data).streams
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

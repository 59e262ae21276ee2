"""A page of a PDF as it looks, as a PNG; to be made in the process apart, as all of PDFium."""

import ctypes
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import DocumentError
from rag.loaders.pdf import opened
from rag.loaders.pdf.sight import Pdfium, Pointer

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A page may be a strip of any length: it is drawn smaller than asked rather than higher than this.
_MAX_HEIGHT = 4_000
_WHITE = 0xFFFFFFFF
_FASTER = 4  # of zlib's levels: half the time of its default, a few hundredths more bytes
_UP = 2  # Source: PNG (ISO/IEC 15948), 9.2: each byte less the one above it


def picture(data: bytes, number: int, *, width: int) -> bytes:
    """Page `number`, from 1, of the PDF that the bytes hold, at most `width` pixels wide.

    Raises:
        DocumentError: Damaged, encrypted, or without such a page.
    """
    import pypdfium2.raw as pdfium  # see `rag.loaders.pdf.parse`

    with opened(pdfium, data, ()) as (document, form):
        count = pdfium.FPDF_GetPageCount(document)
        page = pdfium.FPDF_LoadPage(document, number - 1) if 1 <= number <= count else None
        if not page:
            raise DocumentError(f"page {number} of {count} cannot be drawn")
        try:
            return _png(_painted(pdfium, page, form, width))
        finally:
            pdfium.FPDF_ClosePage(page)


def _painted(pdfium: Pdfium, page: Pointer, form: Pointer, width: int) -> "NDArray[np.uint8]":
    """The colours of a page: (height, width, 3) in red, green, blue."""
    wide, high = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(width / max(wide, 1.0), _MAX_HEIGHT / max(high, 1.0))
    columns, rows = max(1, round(wide * scale)), max(1, round(high * scale))
    bitmap = pdfium.FPDFBitmap_Create(columns, rows, 0)
    if not bitmap:
        raise DocumentError(f"a picture of {columns} by {rows} needs more memory than there is")
    try:
        place = (bitmap, page, 0, 0, columns, rows, 0, pdfium.FPDF_ANNOT)
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, _WHITE)
        pdfium.FPDF_RenderPageBitmap(*place)
        if form:
            pdfium.FPDF_FFLDraw(form, *place)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        drawn = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * rows)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    colours = np.frombuffer(drawn, dtype=np.uint8).reshape(rows, stride)[:, : columns * 4]
    return colours.reshape(rows, columns, 4)[:, :, 2::-1]


def _png(colours: "NDArray[np.uint8]") -> bytes:
    """Colours as a PNG. Source: PNG (ISO/IEC 15948), sections 5 and 11."""
    rows, columns, _ = colours.shape
    lines = colours.reshape(rows, columns * 3)
    filtered = np.empty((rows, columns * 3 + 1), dtype=np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = lines[0]
    np.subtract(lines[1:], lines[:-1], out=filtered[1:, 1:])

    def piece(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)  # 8 bits each of three colours
    body = zlib.compress(filtered.tobytes(), _FASTER)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", body) + piece(b"IEND", b"")

"""What of a PDF page can be seen: words in layers that are off, clipped, covered, or replaced.

Places and colours only make a suspicion; pictures of the page, with and without the words, decide.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from ctypes import (
    POINTER,
    addressof,
    byref,
    c_float,
    c_int,
    c_uint,
    c_ulong,
    cast,
    create_string_buffer,
    string_at,
)
from dataclasses import dataclass, field
from typing import Any

# What ctypes gives for functions and structures of PDFium.
Pdfium = Any
Pointer = Any
Box = tuple[float, float, float, float]

_MAX_OBJECTS = 20_000  # of one page
_MAX_DEPTH = 3  # forms in forms
_MAX_PAINTED = 2000
_MAX_PAIRS = 400_000  # of texts and what is painted, the largest first
_MAX_COMPARED = 200  # pages of a document; two pictures of a page may take 0.1 s
_MAX_CLIPS = 4
_MAX_VALUE_BYTES = 2000
_LONGEST_SIDE = 1500  # of a picture of the page, in pixels
_SEEN = 24  # of 255: what paper and ink must differ by
_SAME_COLOUR = 40
_OPAQUE = 250
_LEAST_HEIGHT = 4.0  # points: rules cover no words
_SHOWN_CHARS = 80
_WORD = re.compile(r"[^\W\d_]+")
_PAGE_SHARE = 0.5

LAYER = "in a layer that is off"
CLIPPED = "clipped away"
COVERED = "covered"
SAME_COLOUR = "of the colour under it"


@dataclass(slots=True)
class _Text:
    """A text object: its place in the order of painting, and its box where that is known."""

    pointer: Pointer
    order: int
    box: Box
    reason: str = ""


@dataclass(slots=True)
class _Painted:
    """A filled path or a picture, with its colour where it has one."""

    order: int
    box: Box
    colour: tuple[int, int, int] | None


@dataclass(slots=True)
class _Content:
    texts: list[_Text] = field(default_factory=list)
    painted: list[_Painted] = field(default_factory=list)
    # By the address of the mark: what it says instead, and the objects that it stands for.
    replaced: dict[int, tuple[str, list[Pointer]]] = field(default_factory=dict)
    n_objects: int = 0


class SightReader:
    """Tells what of the pages of one document cannot be seen."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium  # 40 ms, and a library of 7 MB

        self._pdfium: Pdfium = pdfium
        self._n_compared = 0
        self._edges = [c_float() for _ in range(4)]
        self._refs = [byref(edge) for edge in self._edges]

    def reasons(self, page: Pointer, box: Box) -> dict[int, str]:
        """Why text objects, by their address, cannot be seen as they are read."""
        pdfium = self._pdfium
        content = _Content()
        count = pdfium.FPDFPage_CountObjects(page)
        objects = (pdfium.FPDFPage_GetObject(page, index) for index in range(count))
        self._gather(objects, content, 0)
        painted = [
            item
            for item in sorted(content.painted, key=lambda item: -_area(item.box))
            # A scan lies over the text that OCR read in it.
            if item.colour is not None or _area(item.box) < _PAGE_SHARE * _area(box)
        ]
        painted = painted[: _MAX_PAIRS // max(len(content.texts), 1)]
        suspects = [text for text in content.texts if self._suspect(text, painted)]
        found: dict[int, str] = {}
        if suspects and self._n_compared < _MAX_COMPARED:
            self._n_compared += 1
            unseen = self._unseen(page, suspects, box)
            found = {addressof(text.pointer.contents): text.reason for text in unseen}
        return found | self._replacements(page, content)

    def _gather(self, objects: Iterator[Pointer], content: _Content, depth: int) -> None:
        pdfium = self._pdfium
        for item in objects:
            content.n_objects += 1
            if content.n_objects > _MAX_OBJECTS:
                return
            if not item:
                continue
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                reason = self._marked(item, content) if pdfium.FPDFPageObj_CountMarks(item) else ""
                text = _Text(item, content.n_objects, self._box(item), reason)
                if not text.reason and self._is_clipped(text):
                    text.reason = CLIPPED
                content.texts.append(text)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                matrix = pdfium.FS_MATRIX()
                pdfium.FPDFPageObj_GetMatrix(item, byref(matrix))
                values = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
                # Boxes within others would have to be turned and shifted.
                if depth < _MAX_DEPTH and values == (1, 0, 0, 1, 0, 0):
                    count = max(pdfium.FPDFFormObj_CountObjects(item), 0)
                    inner = (pdfium.FPDFFormObj_GetObject(item, index) for index in range(count))
                    self._gather(inner, content, depth + 1)
            elif len(content.painted) < _MAX_PAINTED:
                painted = self._painted(item, kind, content.n_objects)
                if painted is not None:
                    content.painted.append(painted)

    def _box(self, item: Pointer) -> Box:
        if not self._pdfium.FPDFPageObj_GetBounds(item, *self._refs):
            return 0.0, 0.0, 0.0, 0.0
        left, bottom, right, top = self._edges
        return left.value, bottom.value, right.value, top.value

    def _painted(self, item: Pointer, kind: int, order: int) -> _Painted | None:
        pdfium = self._pdfium
        box = self._box(item)
        if box[3] - box[1] < _LEAST_HEIGHT:
            return None
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            return _Painted(order, box, None)
        mode, stroke = c_int(), c_int()
        pdfium.FPDFPath_GetDrawMode(item, byref(mode), byref(stroke))
        colour = self._colour(item)
        return _Painted(order, box, colour) if mode.value and colour is not None else None

    def _colour(self, item: Pointer) -> tuple[int, int, int] | None:
        parts = [c_uint() for _ in range(4)]
        if not self._pdfium.FPDFPageObj_GetFillColor(item, *map(byref, parts)):
            return None
        red, green, blue, alpha = (part.value for part in parts)
        return (red, green, blue) if alpha >= _OPAQUE else None

    def _marked(self, item: Pointer, content: _Content) -> str:
        """Whether marks put a text object into a layer; what they say instead is noted."""
        pdfium = self._pdfium
        reason = ""
        for index in range(min(pdfium.FPDFPageObj_CountMarks(item), 20)):
            mark = pdfium.FPDFPageObj_GetMark(item, index)
            if not mark or not pdfium.FPDFPageObjMark_CountParams(mark):
                continue
            address = addressof(mark.contents)
            if address in content.replaced:
                content.replaced[address][1].append(item)
                continue
            if self._value(pdfium.FPDFPageObjMark_GetName, mark) == "OC":
                reason = LAYER
                continue
            words = self._value(pdfium.FPDFPageObjMark_GetParamStringValue, mark, b"ActualText")
            if _WORD.search(words):
                content.replaced[address] = words, [item]
        return reason

    def _value(self, read: Callable[..., int], *given: Pointer) -> str:
        buffer, size = create_string_buffer(_MAX_VALUE_BYTES), c_ulong()
        target = cast(buffer, POINTER(self._pdfium.FPDF_WCHAR))
        if not read(*given, target, _MAX_VALUE_BYTES, byref(size)) or size.value < 2:
            return ""
        return buffer.raw[: min(size.value, _MAX_VALUE_BYTES) - 2].decode("utf-16-le", "replace")

    def _is_clipped(self, text: _Text) -> bool:
        """Whether a rectangle to which painting is confined has no part in the text's box."""
        pdfium = self._pdfium
        path = pdfium.FPDFPageObj_GetClipPath(text.pointer)
        if not path:
            return False
        left, bottom, right, top = text.box
        if left >= right or bottom >= top:
            return False  # spaces
        x, y = self._edges[:2]
        for index in range(min(pdfium.FPDFClipPath_CountPaths(path), _MAX_CLIPS)):
            if pdfium.FPDFClipPath_CountPathSegments(path, index) not in (4, 5):
                continue
            corners = []
            for place in (0, 2):
                segment = pdfium.FPDFClipPath_GetPathSegment(path, index, place)
                pdfium.FPDFPathSegment_GetPoint(segment, *self._refs[:2])
                corners.append((x.value, y.value))
            (x0, y0), (x1, y1) = corners
            across = min(right, max(x0, x1)) - max(left, min(x0, x1))
            up = min(top, max(y0, y1)) - max(bottom, min(y0, y1))
            if across <= 0 or up <= 0:
                return True
        return False

    def _suspect(self, text: _Text, painted: Sequence[_Painted]) -> bool:
        """Whether something lies over a text, or something of its colour under it."""
        left, bottom, right, top = text.box
        middle = (bottom + top) / 2
        under: _Painted | None = None
        for item in painted if not text.reason else ():
            low_x, low_y, high_x, high_y = item.box
            if not (low_x <= left + 1 and right - 1 <= high_x and low_y < middle < high_y):
                continue
            if item.order > text.order:
                text.reason = COVERED
            elif under is None or under.order < item.order:
                under = item
        if not text.reason and under is not None and under.colour is not None:
            colour = self._colour(text.pointer)
            if colour is not None and max(map(_distance, colour, under.colour)) <= _SAME_COLOUR:
                text.reason = SAME_COLOUR
        return text.reason != ""

    def _unseen(self, page: Pointer, suspects: list[_Text], box: Box) -> list[_Text]:
        """Those of the texts without which the page looks the same."""
        pdfium = self._pdfium
        shown = picture_of(pdfium, page, box)
        for text in suspects:
            pdfium.FPDFPageObj_SetIsActive(text.pointer, False)
        try:
            bare = picture_of(pdfium, page, box)
        finally:
            for text in suspects:
                pdfium.FPDFPageObj_SetIsActive(text.pointer, True)
        if shown is None or bare is None:
            return []
        return [
            text
            for text in suspects
            if all(
                one == other or max(map(_distance, one, other)) < _SEEN
                for one, other in zip(shown.rows(text.box), bare.rows(text.box), strict=True)
            )
        ]

    def _replacements(self, page: Pointer, content: _Content) -> dict[int, str]:
        """Text objects for which the file gives other words than those that it prints."""
        pdfium = self._pdfium
        if not content.replaced:
            return {}
        for address, (_, items) in content.replaced.items():
            for item in items:
                for index in reversed(range(pdfium.FPDFPageObj_CountMarks(item))):
                    mark = pdfium.FPDFPageObj_GetMark(item, index)
                    if mark and addressof(mark.contents) == address:
                        pdfium.FPDFPageObj_RemoveMark(item, mark)
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            return {}
        found: dict[int, str] = {}
        try:
            for words, items in content.replaced.values():
                printed = "".join(self._printed(item, text_page) for item in items)
                if _differ(words, printed):
                    shown = " ".join(printed.split())[:_SHOWN_CHARS]
                    found |= {addressof(one.contents): f'the page shows "{shown}"' for one in items}
        finally:
            pdfium.FPDFText_ClosePage(text_page)
        return found

    def _printed(self, item: Pointer, text_page: Pointer) -> str:
        buffer = create_string_buffer(_MAX_VALUE_BYTES)
        target = cast(buffer, POINTER(self._pdfium.FPDF_WCHAR))
        size = self._pdfium.FPDFTextObj_GetText(item, text_page, target, _MAX_VALUE_BYTES)
        if not 2 < size <= _MAX_VALUE_BYTES:
            return ""
        return buffer.raw[: size - 2].decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page, four bytes a pixel, whose box and scale say where things are."""

    pixels: bytes
    stride: int
    width: int
    height: int
    left: float
    top: float
    scale: float

    def rows(self, box: Box) -> Iterator[bytes]:
        """The rows of pixels within a box of the page (left, bottom, right, top)."""
        left, bottom, right, top = box
        first = min(max(int((left - self.left) * self.scale), 0), self.width - 1)
        last = min(max(int((right - self.left) * self.scale), first + 1), self.width)
        high = min(max(int((self.top - top) * self.scale), 0), self.height - 1)
        low = min(max(int((self.top - bottom) * self.scale), high + 1), self.height)
        for row in range(high, low):
            yield self.pixels[row * self.stride + 4 * first : row * self.stride + 4 * last]


def picture_of(pdfium: Pdfium, page: Pointer, box: Box) -> Picture | None:
    """The page as it is shown on white paper, not turned; None without room for it."""
    left, bottom, right, top = box
    scale = min(1.0, _LONGEST_SIDE / max(right - left, top - bottom, 1.0))
    width, height = max(1, int((right - left) * scale)), max(1, int((top - bottom) * scale))
    bitmap = pdfium.FPDFBitmap_Create(width, height, 0)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        # Undo the page's own rotation: runs are in coordinates before it.
        back = (4 - pdfium.FPDFPage_GetRotation(page)) % 4
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, back, 0)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Picture(pixels, stride, width, height, left, top, scale)


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _distance(one: int, other: int) -> int:
    return abs(one - other)


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def _differ(words: str, printed: str) -> bool:
    """Whether two texts differ in words: letters without a known meaning tell nothing."""
    if any(unicodedata.category(char) in {"Co", "Cn", "Cc"} for char in printed.strip()):
        return False
    if "\ufffd" in printed or not any(len(word) > 2 for word in _WORD.findall(printed)):
        return False
    return any(len(word) > 2 for word in _WORD.findall(words)) and _words(words) != _words(printed)

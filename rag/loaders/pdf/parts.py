"""What a PDF holds beside the text of its pages: form values, comments, pictures, files."""

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from rag.loaders.canonical import canonical
from rag.loaders.pdf.runs import PageGlyphs, Run, turned_box
from rag.loaders.pdf.sight import Pdfium, Pointer
from rag.types import Attachment

_MAX_FILES = 100
_MAX_FILES_BYTES = 100 * 2**20
_MAX_ANNOTATIONS = 5000  # of one page
_MAX_OBJECTS = 20_000
_MAX_VALUE_BYTES = 200_000
_NAME_CHARS = 150
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:]+")
_HIDDEN_FLAG = 2  # Source: ISO 32000-1, table 165: bit 2, Hidden


@dataclass(frozen=True, slots=True)
class Annotations:
    """What the annotations of a page say: shown values as runs, and how many comments."""

    runs: list[Run]
    n_comments: int


class PartReader:
    """Reads what stands beside the text in one open document; `form` is its form handle."""

    def __init__(self, document: Pointer, form: Pointer) -> None:
        import pypdfium2.raw as pdfium  # see GlyphReader

        self._pdfium: Pdfium = pdfium
        self._document = document
        self._form = form

    def annotations(self, page: Pointer, glyphs: PageGlyphs) -> Annotations:
        """The form values and text boxes shown on a page, and the number of its comments."""
        pdfium = self._pdfium
        runs: list[Run] = []
        comments = 0
        count = min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)
        for index in range(count):
            annotation = pdfium.FPDFPage_GetAnnot(page, index)
            if not annotation:
                continue
            try:
                kind = pdfium.FPDFAnnot_GetSubtype(annotation)
                if kind in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
                    continue
                if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAG:
                    continue
                if kind == pdfium.FPDF_ANNOT_WIDGET:
                    value = self._field_value(annotation)
                elif kind == pdfium.FPDF_ANNOT_FREETEXT:
                    value = self._string(annotation, b"Contents")
                else:
                    comments += bool(self._string(annotation, b"Contents").strip())
                    continue
                if value.strip():
                    runs += self._shown(annotation, value, glyphs, len(runs))
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)
        return Annotations(runs, comments)

    def _field_value(self, annotation: Pointer) -> str:
        pdfium = self._pdfium
        if not self._form:
            return ""
        kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, annotation)
        if kind not in (
            pdfium.FPDF_FORMFIELD_TEXTFIELD,
            pdfium.FPDF_FORMFIELD_COMBOBOX,
            pdfium.FPDF_FORMFIELD_LISTBOX,
        ):
            return ""
        if pdfium.FPDFAnnot_GetFormFieldFlags(self._form, annotation) & (1 << 13):
            return ""  # a password
        return _utf16(
            lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(
                self._form, annotation, buffer, size
            ),
            pdfium,
        )

    def _string(self, annotation: Pointer, key: bytes) -> str:
        pdfium = self._pdfium
        return _utf16(
            lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size),
            pdfium,
        )

    def _shown(
        self,
        annotation: Pointer,
        value: str,
        glyphs: PageGlyphs,
        order: int,
    ) -> Iterator[Run]:
        """Runs for a value in its box on the page, letters spread evenly."""
        pdfium = self._pdfium
        rect = pdfium.FS_RECTF()
        if not pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
            return
        turn = glyphs.main_turn
        left, low, right, high = turned_box((rect.left, rect.bottom, rect.right, rect.top), turn)
        lines = [line.strip() for line in canonical(value).split("\n") if line.strip()]
        if not lines:
            return
        height = (high - low) / len(lines)
        size = min(max(height * 0.7, 4.0), 10.0)
        longest = max(len(line) for line in lines)
        step = min(0.5 * size, max(right - left, 1.0) / longest)
        for number, line in enumerate(lines):
            base = high - (number + 0.5) * height - 0.3 * size
            lefts = [left + index * step for index in range(len(line))]
            yield Run(
                turn=turn,
                base=base,
                size=size,
                bold=False,
                hidden="",
                order=10**6 + order + number,  # after all that the page itself holds
                left=left,
                right=lefts[-1] + step,
                chars=[" " if char.isspace() else char for char in line],
                lefts=lefts,
                rights=[start + step for start in lefts],
            )

    def image_share(self, page: Pointer, box: tuple[float, float, float, float]) -> float:
        """How much of a page pictures cover, from 0 to 1; over 1 where they overlap."""
        pdfium = self._pdfium
        area = max((box[2] - box[0]) * (box[3] - box[1]), 1.0)
        edges = [ctypes.c_float() for _ in range(4)]
        covered = 0.0
        for index in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
            item = pdfium.FPDFPage_GetObject(page, index)
            kind = pdfium.FPDFPageObj_GetType(item) if item else 0
            if kind not in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
                continue
            if kind == pdfium.FPDF_PAGEOBJ_FORM and not self._holds_image(item):
                continue
            if pdfium.FPDFPageObj_GetBounds(item, *(ctypes.byref(edge) for edge in edges)):
                left, bottom, right, top = (edge.value for edge in edges)
                width = max(0.0, min(right, box[2]) - max(left, box[0]))
                covered += width * max(0.0, min(top, box[3]) - max(bottom, box[1]))
        return covered / area

    def _holds_image(self, form: Pointer) -> bool:
        pdfium = self._pdfium
        count = min(max(pdfium.FPDFFormObj_CountObjects(form), 0), 100)
        inner = (pdfium.FPDFFormObj_GetObject(form, index) for index in range(count))
        return any(
            item and pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_IMAGE for item in inner
        )

    def files(self) -> tuple[list[Attachment], list[str]]:
        """The embedded files that are read, and a note for each kind of loss."""
        from rag.loaders import HEAD_BYTES, loader_for  # it imports this loader's modules lazily

        pdfium = self._pdfium
        count = pdfium.FPDFDoc_GetAttachmentCount(self._document)
        kept: list[Attachment] = []
        unread: list[str] = []
        total = 0
        for index in range(min(count, _MAX_FILES)):
            handle = pdfium.FPDFDoc_GetAttachment(self._document, index)
            if not handle:
                unread.append(f"file {index + 1}")
                continue
            name = _safe_name(self._file_name(handle), index)
            data = self._file_data(handle, _MAX_FILES_BYTES - total)
            if data is None or loader_for(PurePath(name), data[:HEAD_BYTES]) is None:
                unread.append(name)
                continue
            total += len(data)
            kept.append(Attachment(name, data))
        notes = []
        if count > _MAX_FILES:
            notes.append(f"Of {count} embedded files only the first {_MAX_FILES} were looked at.")
        if unread:
            names = ", ".join(unread[:10]) + (" and others" if len(unread) > 10 else "")
            kind = (
                "1 embedded file was" if len(unread) == 1 else f"{len(unread)} embedded files were"
            )
            notes.append(f"{kind} not read: {names}.")
        return kept, notes

    def _file_name(self, handle: Pointer) -> str:
        pdfium = self._pdfium
        return _utf16(
            lambda buffer, size: pdfium.FPDFAttachment_GetName(handle, buffer, size), pdfium
        )

    def _file_data(self, handle: Pointer, room: int) -> bytes | None:
        pdfium = self._pdfium
        size = ctypes.c_ulong()
        if not pdfium.FPDFAttachment_GetFile(handle, None, 0, ctypes.byref(size)):
            return None
        if not 0 < size.value <= room:
            return None
        buffer = ctypes.create_string_buffer(size.value)
        if not pdfium.FPDFAttachment_GetFile(handle, buffer, size.value, ctypes.byref(size)):
            return None
        return buffer.raw[: size.value]


def _utf16(read: Callable[..., int], pdfium: Pdfium) -> str:
    """A string that PDFium writes into a buffer of the size it names first."""
    size = read(None, 0)
    if not 2 < size <= _MAX_VALUE_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    try:
        read(pointer, size)
    except ctypes.ArgumentError:  # some functions take bytes
        read(buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _safe_name(name: str, index: int) -> str:
    words = _UNSAFE.sub("_", canonical(name)).strip(" ._")
    stem, dot, suffix = words.rpartition(".")
    if dot and len(words) > _NAME_CHARS:
        words = stem[: _NAME_CHARS - len(suffix) - 1] + dot + suffix
    return words[:_NAME_CHARS] or f"file {index + 1}"

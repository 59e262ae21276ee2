"""The characters of a PDF page with their places, gathered into runs along a baseline.

Coordinates are turned so that every run reads from left to right and lines go down, whatever the
rotation of page or text; `Run.turn` keeps apart what is turned differently.
"""

import math
import re
import unicodedata
from ctypes import addressof, byref, c_double, c_uint, create_string_buffer
from dataclasses import dataclass

from rag.loaders.pdf.marks import note_mark_chars
from rag.loaders.pdf.runs import PageGlyphs, Run, with_bullets
from rag.loaders.pdf.sight import Box, Pdfium, Pointer, SightReader, picture_of

# Distances in parts of the font size. Words of one line stand nearer than columns do.
_RUN_GAP = 1.2
_CELL_GAP = 0.9  # between text objects without a space, as cells of a narrow table stand
_RUN_OVERLAP = 0.5
_BASELINE_SHIFT = 0.12
_TINY_POINTS = 2.0
_LIGHT = 240  # of 255, in each colour: on white paper it could not be read
_BOLD = re.compile(r"bold|black|heavy|[-,]bd\b|^(?:[A-Z]{6}\+)?CMBX", re.I)
_BOLD_WEIGHT = 600
_MAX_CHARS = 400_000  # of one page; a poster has some 50,000
_INVISIBLE_MODES = frozenset({3, 7})  # Source: ISO 32000-1, table 106: neither fill nor stroke
_PDFIUM_HYPHEN = 2  # what pdfium gives for a hyphen at a line's end
_FORMS = re.compile("[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]")
_SPACES = frozenset(
    " \t\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
UNKNOWN = "\ufffd"
_RAISED = 0.2
_NOTE_CHARS = 40  # enough for a mark and the word after it


@dataclass(frozen=True, slots=True)
class _Look:
    """How a text object is set: direction, size, weight, and why it may not be seen."""

    turn: int
    across: float
    up: float
    size: float
    bold: bool
    hidden: str
    base: float
    mapped: bool


class GlyphReader:
    """Reads the pages of one document; fonts are looked up once each."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium  # 40 ms, and a library of 7 MB

        self._pdfium: Pdfium = pdfium
        self._sight = SightReader()
        self._unseen: dict[int, str] = {}
        self._bold_fonts: dict[int, bool] = {}
        self._rect = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()

    def read(self, page: Pointer) -> PageGlyphs:
        """The runs of a loaded page, in the order of the file."""
        pdfium = self._pdfium
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            raise ValueError("the page's text cannot be read")
        try:
            box = self._crop_box(page)
            self._unseen = self._sight.reasons(page, box)
            runs, unknown = self._runs(text_page, box)
            for run in runs:
                if run.upright and run.chars[0].isdecimal():
                    self._part_note_mark(text_page, run)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
        if any(run.hidden == "white text" for run in runs):
            self._clear_seen(page, runs, box)
        return PageGlyphs(runs, box, unknown)

    def _crop_box(self, page: Pointer) -> Box:
        rect = self._rect
        if not self._pdfium.FPDF_GetPageBoundingBox(page, byref(rect)):
            return 0.0, 0.0, 612.0, 792.0
        return rect.left, rect.bottom, rect.right, rect.top

    def _runs(self, text_page: Pointer, box: tuple[float, ...]) -> tuple[list[Run], int]:
        pdfium = self._pdfium
        get_unicode, get_object = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
        get_loose, get_tight = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharBox
        get_origin = pdfium.FPDFText_GetCharOrigin
        is_generated = pdfium.FPDFText_IsGenerated
        has_error = pdfium.FPDFText_HasUnicodeMapError
        rect = self._rect
        rect_ref = byref(rect)
        edges = [c_double() for _ in range(4)]
        edge_refs = [byref(edge) for edge in edges]
        looks: dict[int, _Look] = {}
        runs: list[Run] = []
        run: Run | None = None
        current = 0
        fresh = False  # the first character of a text object
        private: set[int] = set()
        look: _Look | None = None
        unknown = high = 0
        count = min(pdfium.FPDFText_CountChars(text_page), _MAX_CHARS)
        for place in range(count):
            pointer = get_object(text_page, place)
            if not pointer:
                continue  # a space or line end that pdfium put in: gaps tell better
            code = get_unicode(text_page, place)
            if code == 32 and is_generated(text_page, place):
                continue
            if 0xD800 <= code < 0xDC00:  # half of a character beyond the first 65,536
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
                high = 0
            address = addressof(pointer.contents)
            if address != current or look is None:
                current = address
                fresh = True
                look = looks.get(address)
                if look is None:
                    look = looks[address] = self._look(text_page, place, pointer)
            char = _char(code)
            if not char:
                continue
            if (not look.mapped or code < 32 or 127 <= code < 160 or code > 0x24F) and (
                char == UNKNOWN
                or "\ue000" <= char <= "\uf8ff"
                or (
                    char not in _SPACES
                    and not "\xc0" <= char <= "\xff"  # unnamed codes mostly are Latin-1
                    and has_error(text_page, place)
                )
            ):
                if "\ue000" <= char <= "\uf8ff":
                    private.add(place)
                char = UNKNOWN
                unknown += 1
            if look.turn == 0:
                get_loose(text_page, place, rect_ref)
                left, right, base = rect.left, rect.right, look.base
                if right < left:
                    left, right = right, left
                if not box[0] <= (left + right) / 2 <= box[2] or not box[1] <= base <= box[3]:
                    hidden = look.hidden or "outside the page"
                else:
                    hidden = look.hidden
            else:
                get_tight(text_page, place, *edge_refs)
                left, right = _turned([edge.value for edge in edges], look)
                get_origin(text_page, place, *edge_refs[:2])
                base = edges[1].value * look.across - edges[0].value * look.up
                hidden = look.hidden
            size = look.size
            if run is not None and (
                run.turn != look.turn
                or run.hidden != hidden
                or run.bold != look.bold
                or abs(run.size - size) > 0.05 * size
                or abs(run.base - base) > (_BASELINE_SHIFT if look.turn == 0 else 0.5) * size
                or not _adjoins(run, left, right)
                or (fresh and left - run.rights[-1] > _CELL_GAP * size)
            ):
                run = None
            fresh = False
            if char in _SPACES:
                if run is not None:
                    run.chars.append(" ")
                    run.lefts.append(left)
                    run.rights.append(right)
                continue
            if run is None:
                run = Run(
                    look.turn, base, size, look.bold, hidden, place, left, right, look.turn == 0
                )
                runs.append(run)
            elif left < run.left:
                run.left = left
                run.right = max(run.right, right)
            elif right > run.right:
                run.right = right
            run.chars.append(char)
            run.lefts.append(left)
            run.rights.append(right)
        return runs, unknown - with_bullets(runs, private)

    def _part_note_mark(self, text_page: Pointer, run: Run) -> None:
        """Put a space behind raised digits before a word: some fonts have them in full size."""
        first = "".join(run.chars[:_NOTE_CHARS])
        count = note_mark_chars(first, at_start=True)
        if not count or len(first) < min(len(run.chars), _NOTE_CHARS):
            return
        left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
        for place in range(run.order, run.order + count):
            self._pdfium.FPDFText_GetCharBox(
                text_page, place, byref(left), byref(right), byref(bottom), byref(top)
            )
            if bottom.value < run.base + _RAISED * run.size:
                return
        run.chars.insert(count, " ")
        run.lefts.insert(count, run.rights[count - 1])
        run.rights.insert(count, run.lefts[count + 1])

    def _look(self, text_page: Pointer, place: int, pointer: Pointer) -> _Look:
        pdfium = self._pdfium
        matrix = self._matrix
        pdfium.FPDFText_GetMatrix(text_page, place, byref(matrix))
        a, b, c, d = matrix.a, matrix.b, matrix.c, matrix.d
        size = pdfium.FPDFText_GetFontSize(text_page, place) * (math.hypot(c, d) or 1.0)
        size = abs(size) if math.isfinite(size) and size else 1.0
        x, y = c_double(), c_double()
        pdfium.FPDFText_GetCharOrigin(text_page, place, byref(x), byref(y))
        length = math.hypot(a, b)
        across, up = (a / length, b / length) if length > 0 else (1.0, 0.0)
        if self._is_vertical(text_page, place, pointer, size):
            across, up = 0.0, -1.0
        turn = round(math.degrees(math.atan2(up, across))) % 360
        font = pdfium.FPDFTextObj_GetFont(pointer)
        red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
        coloured = pdfium.FPDFPageObj_GetFillColor(
            pointer, byref(red), byref(green), byref(blue), byref(alpha)
        )
        mode = pdfium.FPDFTextObj_GetTextRenderMode(pointer)
        hidden = ""
        if mode in _INVISIBLE_MODES or (coloured and alpha.value == 0 and mode == 0):
            hidden = "invisible"
        elif size < _TINY_POINTS:
            hidden = "smaller than 2 points"
        elif coloured and mode == 0 and min(red.value, green.value, blue.value) >= _LIGHT:
            hidden = "white text"
        hidden = hidden or self._unseen.get(addressof(pointer.contents), "")
        weight = pdfium.FPDFText_GetFontWeight(text_page, place)
        bold = weight >= _BOLD_WEIGHT or (bool(font) and self._is_bold(font))
        mapped = not pdfium.FPDFText_HasUnicodeMapError(text_page, place)
        return _Look(turn, across, up, size, bold, hidden, y.value, mapped)

    def _is_vertical(self, text_page: Pointer, place: int, pointer: Pointer, size: float) -> bool:
        """Whether the next character of the same object stands below, not beside."""
        pdfium = self._pdfium
        following = pdfium.FPDFText_GetTextObject(text_page, place + 1)
        if not following or addressof(following.contents) != addressof(pointer.contents):
            return False
        places = []
        for index in (place, place + 1):
            x, y = c_double(), c_double()
            pdfium.FPDFText_GetCharOrigin(text_page, index, byref(x), byref(y))
            places.append((x.value, y.value))
        (x0, y0), (x1, y1) = places
        code = pdfium.FPDFText_GetUnicode(text_page, place)
        # CJK only: other letters one below another are turned text, which the matrix tells.
        return code >= 0x2E80 and abs(x1 - x0) < 0.6 * size and 0.3 * size < y0 - y1 < 3 * size

    def _is_bold(self, font: Pointer) -> bool:
        key = addressof(font.contents)
        if key not in self._bold_fonts:
            buffer = create_string_buffer(256)
            self._pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
            name = buffer.value.decode("latin-1")
            self._bold_fonts[key] = _BOLD.search(name) is not None
        return self._bold_fonts[key]

    def _clear_seen(self, page: Pointer, runs: list[Run], box: Box) -> None:
        """Light text is seen where something dark lies under it, as a picture of the page tells."""
        picture = picture_of(self._pdfium, page, box)
        if picture is None:
            return
        for run in runs:
            if run.hidden != "white text":
                continue
            if run.turn:
                run.hidden = ""  # its place on the picture is not known
                continue
            rows = picture.rows((run.left, run.bottom, run.right, run.top))
            if min(min(row, default=255) for row in rows) < _LIGHT - 25:
                run.hidden = ""


def _char(code: int) -> str:
    """The letters of a code point: ligatures and presentation forms expanded, controls dropped."""
    if 32 <= code < 127:
        return chr(code)
    if code == _PDFIUM_HYPHEN:
        return "-"
    if code == 9:
        return " "
    if code < 32 or 127 <= code < 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return UNKNOWN if code not in (10, 13, 0x85) else " "
    char = chr(code)
    if code > 0xFAFF and _FORMS.match(char):
        return unicodedata.normalize("NFKC", char).strip() or char
    return char


def _adjoins(run: Run, left: float, right: float) -> bool:
    """Whether a character goes on with the run, to the right or (right to left) to the left."""
    nearest, farthest = -_RUN_OVERLAP * run.size, _RUN_GAP * run.size
    if nearest < left - run.right < farthest or nearest < run.left - right < farthest:
        return True
    # Letters of one glyph share its box; an accent stands over the letter before it.
    return bool(run.lefts) and left >= run.lefts[-1] - 0.01 and right <= run.rights[-1] + 0.01


def _turned(edges: list[float], look: _Look) -> tuple[float, float]:
    """Where a box (left, right, bottom, top) begins and ends along the text's direction."""
    left, right, bottom, top = edges
    alongs = [x * look.across + y * look.up for x in (left, right) for y in (bottom, top)]
    return min(alongs), max(alongs)

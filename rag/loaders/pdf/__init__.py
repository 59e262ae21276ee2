"""PDF: the text of its pages in reading order, with paragraphs, headings, rows and page labels.

PDFium reads the characters and their places; the `pdf_*` modules beside this one put them
together. Running heads are left out, pages without text are counted: nothing here is OCR.
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rag.errors import DocumentError
from rag.loaders.canonical import canonical, holds_text
from rag.loaders.composition import Composition
from rag.loaders.pdf.blocks import (
    Paragraph,
    continues,
    is_entry,
    notes_last,
    page_paragraphs,
    row_text,
    with_kinds,
    without_leaders,
)
from rag.loaders.pdf.facts import dates_on_page, hints, languages, titles
from rag.loaders.pdf.glyphs import UNKNOWN, GlyphReader
from rag.loaders.pdf.joining import Vocabulary, glue_of, joined
from rag.loaders.pdf.order import ordered_lines
from rag.loaders.pdf.parts import PartReader
from rag.loaders.pdf.running import RunningHeads
from rag.loaders.pdf.runs import PageGlyphs
from rag.loaders.pdf.sight import Pdfium, Pointer
from rag.types import Document, Flag

_MAX_PAGES = 20_000
# Pages whose characters are held at once, to find what repeats on them; some 150 kB each.
_WINDOW_PAGES = 100
_SCAN_SHARE = 0.5  # of a page covered by pictures
_IMAGE_SHARE = 0.02  # less is an ornament of an empty page
_FEW_UNKNOWN = 10  # on a page, and the share of its characters: symbols of formulas
_FEW_UNKNOWN_SHARE = 0.02
_MAX_TEXT_CHARS = 60_000_000
_NAMED_PAGES = 12
_TITLE_WITHIN = 12  # paragraphs of the first page
_TITLE_SIZE = 1.12  # of the usual letters
_CLEARLY = 1.15  # times the size of a heading before it
_UNKNOWN_SECURITY = (
    "no text can be had: it is encrypted in a way that is not known; "
    "save it without protection, then index again"
)
_PROPERTIES = ("Title", "Author", "Creator", "Producer", "CreationDate", "ModDate")


@dataclass(slots=True)
class _Read:
    """What was found while the pages were read, all numbers of pages from 1."""

    paragraphs: list[list[Paragraph]] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    labels: dict[int, str] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)
    textless: list[int] = field(default_factory=list)
    images: int = 0
    blank: int = 0
    unknown: dict[int, int] = field(default_factory=dict)
    ocr: list[int] = field(default_factory=list)
    n_running: int = 0
    n_comments: int = 0
    first_lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Piece:
    """A paragraph's words on one page; `glue` stands before them where they go on another's."""

    paragraph: Paragraph
    words: str
    glue: str | None = None


def parse(data: bytes, *, passwords: Sequence[str] = ()) -> Document:
    """The document that the bytes of a PDF hold; `passwords` are tried after the empty one.

    Raises:
        DocumentError: Damaged beyond repair, encrypted, too long, or without any text.
    """
    import pypdfium2.raw as pdfium  # 40 ms, and a library of 7 MB

    with opened(pdfium, data, passwords) as (document, form):
        count = pdfium.FPDF_GetPageCount(document)
        if count > _MAX_PAGES:
            raise DocumentError(f"has {count:,} pages, more than {_MAX_PAGES:,}; split it")
        parts = PartReader(document, form)
        read = _read_pages(pdfium, document, parts, count)
        properties = {name: _property(pdfium, document, name) for name in _PROPERTIES}
        tag = _language_tag(pdfium, document)
        attachments, notes = parts.files()
        secured = pdfium.FPDF_GetSecurityHandlerRevision(document) >= 0
    composition, flags, headings = _composed(read, count)
    text = composition.text
    if not holds_text(text) and not attachments:
        raise DocumentError(_why_no_text(read, count, secured=secured))
    pages = composition.pages
    first_pages = text[: pages[min(1, count - 1)].end] if pages else ""
    facts = [
        *titles(properties["Title"], first_pages, headings),
        *dates_on_page(read.first_lines),
        *languages(tag, text),
        *hints(properties),
    ]
    return Document(
        text,
        composition.blocks,
        tuple(facts),
        "application/pdf",
        pages=pages,
        notes=(*_notes(read, count, len(attachments)), *notes),
        flags=flags,
        attachments=tuple(attachments),
    )


@contextmanager
def opened(
    pdfium: Pdfium,
    data: bytes,
    passwords: Sequence[str],
) -> Iterator[tuple[Pointer, Pointer]]:
    """The document and its form, or None where it has none; both closed at the end."""
    document = _loaded(pdfium, data, passwords)
    form = None
    try:
        if pdfium.FPDF_GetFormType(document) != pdfium.FORMTYPE_NONE:
            settings = pdfium.FPDF_FORMFILLINFO(version=2)
            form = pdfium.FPDFDOC_InitFormFillEnvironment(document, ctypes.byref(settings))
        yield document, form
    finally:
        if form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(form)
        pdfium.FPDF_CloseDocument(document)


def _loaded(pdfium: Pdfium, data: bytes, passwords: Sequence[str]) -> Pointer:
    from rag.loaders import ENCRYPTED  # it imports this module

    code = 0
    tried: list[bytes | None] = [None]
    for password in passwords:
        for encoding in ("utf-8", "latin-1"):  # revision 6 takes UTF-8, older ones Latin-1
            try:
                tried.append(password.encode(encoding))
            except UnicodeEncodeError:
                continue
    for password_bytes in dict.fromkeys(tried):
        document = pdfium.FPDF_LoadMemDocument64(data, len(data), password_bytes)
        if document:
            return document
        code = pdfium.FPDF_GetLastError()
        if code != pdfium.FPDF_ERR_PASSWORD:
            break
    if code == pdfium.FPDF_ERR_PASSWORD:
        raise DocumentError(f"{ENCRYPTED}: give its password with `rag index --password`")
    if code == pdfium.FPDF_ERR_SECURITY:
        raise DocumentError(_UNKNOWN_SECURITY)
    raise DocumentError("damaged: no PDF can be read from it; get it anew or print it to a PDF")


def _read_pages(pdfium: Pdfium, document: Pointer, parts: PartReader, count: int) -> _Read:
    read = _Read()
    glyph_reader = GlyphReader()
    stated = {
        index + 1: label
        for index in range(count)
        if (label := _page_label(pdfium, document, index))
    }
    heads = RunningHeads(count, stated)
    window: list[tuple[int, PageGlyphs]] = []
    for number in range(1, count + 1):
        glyphs = _read_page(pdfium, document, number, (glyph_reader, parts, read))
        window.append((number, glyphs))
        if len(window) == _WINDOW_PAGES or number == count:
            heads.take_out(window)
            for window_number, window_glyphs in window:
                lines = ordered_lines(window_glyphs.runs)
                read.vocabulary.add([line for line in lines if not line.hidden])
                read.paragraphs.append(page_paragraphs(window_number, lines))
                if window_number == 1:
                    read.first_lines = [line.text for line in lines if not line.hidden]
            window = []
    read.labels.update(heads.labels | stated)
    read.n_running = heads.n_removed
    return read


def _read_page(
    pdfium: Pdfium,
    document: Pointer,
    number: int,
    readers: tuple[GlyphReader, PartReader, _Read],
) -> PageGlyphs:
    glyph_reader, parts, read = readers
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        read.unread.append(number)
        return PageGlyphs([], (0.0, 0.0, 612.0, 792.0))
    try:
        glyphs = glyph_reader.read(page)
        shown = parts.annotations(page, glyphs)
        read.n_comments += shown.n_comments
        unseen = sum(run.n_chars for run in glyphs.runs if run.hidden == "invisible")
        total = sum(run.n_chars for run in glyphs.runs)
        glyphs.runs += shown.runs
        if not glyphs.runs or unseen:
            share = parts.image_share(page, glyphs.box)
            is_scan = share >= _SCAN_SHARE
            if not glyphs.runs:
                read.textless.append(number)
                read.images += share >= _IMAGE_SHARE
                read.blank += share < _IMAGE_SHARE
            elif is_scan and unseen >= 0.5 * total:
                read.ocr.append(number)
                for run in glyphs.runs:
                    run.hidden = "" if run.hidden == "invisible" else run.hidden
        if glyphs.n_unknown >= max(_FEW_UNKNOWN, _FEW_UNKNOWN_SHARE * total):
            read.unknown[number] = glyphs.n_unknown
        return glyphs
    except (ValueError, OverflowError):
        read.unread.append(number)
        return PageGlyphs([], (0.0, 0.0, 612.0, 792.0))
    finally:
        pdfium.FPDF_ClosePage(page)


def _composed(read: _Read, count: int) -> tuple[Composition, tuple[Flag, ...], str]:
    """The text put together, the flags of what is hidden, and the largest heading of page 1."""
    vocabulary = read.vocabulary
    pages = [notes_last(page, vocabulary.body_size) for page in read.paragraphs]
    every = [paragraph for page in pages for paragraph in page]
    with_kinds(every, vocabulary)
    composition = Composition()
    flags: list[Flag] = []
    before: _Piece | None = None
    title, title_size = "", 0.0
    pieces = _pieces(pages, vocabulary)
    turns = [line.turn for page in pages[:1] for paragraph in page for line in paragraph.lines]
    main_turn = max(set(turns), key=turns.count, default=0)
    for number in range(1, count + 1):
        composition.begin_page(number, read.labels.get(number))
        for rank, piece in enumerate(pieces.get(number, ())):
            paragraph = piece.paragraph
            if piece.glue is not None:
                span = composition.extend(piece.words, glue=piece.glue)
            else:
                near = paragraph.near
                if paragraph.kind == "item" and before is not None:
                    near = before.paragraph.kind == "item"
                span = composition.add(
                    paragraph.kind, piece.words, level=paragraph.level, near=near
                )
            if paragraph.hidden and span is not None:
                flags.append(Flag("hidden", *span, paragraph.hidden))
            if number == 1 and rank < _TITLE_WITHIN and _may_be_title(paragraph, main_turn):
                size = paragraph.first.size
                if (
                    size > max(title_size * _CLEARLY, _TITLE_SIZE * vocabulary.body_size)
                    or rank == 0
                ):
                    title, title_size = piece.words, size
            before = piece
    return composition, tuple(flags), title


def _is_elsewhere(before: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph stands on another page or in another column than the one before."""
    return (before.page, before.first.column) != (paragraph.page, paragraph.first.column)


def _may_be_title(paragraph: Paragraph, main_turn: int) -> bool:
    return paragraph.kind == "heading" and paragraph.first.turn == main_turn


def _pieces(
    pages: Sequence[Sequence[Paragraph]], vocabulary: Vocabulary
) -> dict[int, list[_Piece]]:
    """The words of each page's paragraphs; hyphens at the end of a page go with what follows."""
    made: dict[int, list[_Piece]] = {}
    before: _Piece | None = None
    for page in pages:
        for paragraph in _head_after(page, before):
            row = paragraph.kind == "row"
            words = (row_text if row else joined)(paragraph.lines, vocabulary)
            words = without_leaders(words) if row or is_entry(paragraph) else words
            if not holds_text(words):
                continue
            piece = _Piece(paragraph, words.strip())
            if (
                before is not None
                and _is_elsewhere(before.paragraph, paragraph)
                and continues(before.paragraph, paragraph)
            ):
                piece.glue, cut = glue_of(before.words, piece.words, vocabulary)
                before.words = before.words[: len(before.words) - cut]
            made.setdefault(paragraph.page, []).append(piece)
            before = piece
    return made


def _head_after(page: Sequence[Paragraph], before: _Piece | None) -> Sequence[Paragraph]:
    """The page's paragraphs, a head behind what goes on from the page before."""
    if len(page) < 2 or before is None or not page[0].is_aside:
        return page
    head, first, *others = page
    return [first, head, *others] if continues(before.paragraph, first) else page


def _why_no_text(read: _Read, count: int, *, secured: bool) -> str:
    if count == 0 or len(read.unread) == count:
        return "damaged: none of its pages can be read; get it anew or print it to a PDF"
    if read.images:
        kind = "1 page is an image" if read.images == 1 else f"{read.images} pages are images"
        return f"no text: needs OCR ({kind}); set RAG_OCR_LANGUAGES, or run it through ocrmypdf"
    if secured:
        return _UNKNOWN_SECURITY
    return "no text: its pages are empty or drawings; remove it, or run it through ocrmypdf"


def _notes(read: _Read, count: int, n_attachments: int) -> list[str]:
    notes = []
    if read.unread:
        kind = "Page" if len(read.unread) == 1 else "Pages"
        notes.append(f"{kind} {_listed(read.unread)} could not be read.")
    if read.textless:
        n = len(read.textless)
        verb, noun = ("has", "page") if n == 1 else ("have", "pages")
        need = "it needs OCR" if n == 1 else "they need OCR"
        if read.blank == n:
            need = "it is blank or a drawing" if n == 1 else "they are blank or drawings"
        elif read.blank:
            need = f"{read.blank} blank or drawn, the others need OCR"
        notes.append(
            f"{n} of {count} pages {verb} no text ({noun} {_listed(read.textless)}): {need}."
        )
    if read.ocr:
        kind = "1 page is" if len(read.ocr) == 1 else f"{len(read.ocr)} pages is"
        notes.append(
            f"The text of {kind} an invisible layer, as OCR writes it; it may hold reading errors."
        )
    if read.n_running:
        kind = "1 line" if read.n_running == 1 else f"{read.n_running} lines"
        notes.append(f"Running heads and page numbers were left out ({kind}).")
    if read.n_comments:
        kind = "1 comment was" if read.n_comments == 1 else f"{read.n_comments} comments were"
        notes.append(f"{kind} left out.")
    if len(read.unknown) == 1:
        ((page, n),) = read.unknown.items()
        notes.append(f"{n} characters on page {page} have no known letter.")
    elif read.unknown:
        pages = sorted(read.unknown, key=lambda page: -read.unknown[page])
        notes.append(
            f"{sum(read.unknown.values())} characters on {len(pages)} pages have no known letter "
            f"(most on {'page' if len(pages) == 1 else 'pages'} {_listed(sorted(pages[:5]))})."
        )
    return notes


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_NAMED_PAGES])
    return shown if len(numbers) <= _NAMED_PAGES else f"{shown}, …"


def _page_label(pdfium: Pdfium, document: Pointer, index: int) -> str:
    size = pdfium.FPDF_GetPageLabel(document, index, None, 0)
    if not 2 < size < 1000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetPageLabel(document, index, buffer, size)
    return canonical(buffer.raw[: size - 2].decode("utf-16-le", "replace")).strip()


def _property(pdfium: Pdfium, document: Pointer, name: str) -> str:
    size = pdfium.FPDF_GetMetaText(document, name.encode(), None, 0)
    if not 2 < size < 20_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetMetaText(document, name.encode(), buffer, size)
    return canonical(buffer.raw[: size - 2].decode("utf-16-le", "replace")).replace(UNKNOWN, "")


def _language_tag(pdfium: Pdfium, document: Pointer) -> str:
    size = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < size < 200:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFCatalog_GetLanguage(document, pointer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")

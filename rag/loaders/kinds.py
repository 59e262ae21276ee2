"""What kind of file bytes are, whatever their name says."""

import io
import re
import zipfile

# Kinds that we read have the names of `rag.loaders`; others are named for the person.
_UNREAD_MAGIC = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"%!PS", "a PostScript file"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OLE_STREAMS = (  # the first that is there decides; names stand in UTF-16 in the directory
    ("EncryptedPackage", "encrypted-office"),
    ("__substg1.0_", "an Outlook message"),
    ("WordDocument", "an old Word document (.doc)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("Workbook", "spreadsheet"),
    ("Book", "spreadsheet"),
)
_CONTENT_TYPES = (
    (rb"wordprocessingml|ms-word\.document|ms-word\.template", "docx"),
    (rb"presentationml|ms-powerpoint\.(presentation|slideshow|template)", "pptx"),
    (rb"spreadsheetml|ms-excel\.(sheet|template)", "spreadsheet"),
)
_OPEN_DOCUMENT = {
    b"text": "opendocument",
    b"presentation": "opendocument",
    b"spreadsheet": "spreadsheet",
}
# Members by which a document is known whose list of types is damaged.
_MAIN_MEMBERS = (
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
    ("xl/workbook.xml", "spreadsheet"),
    ("xl/workbook.bin", "spreadsheet"),
    ("META-INF/container.xml", "epub"),
)
_BESIDE_CONTENT = frozenset({"mimetype", "META-INF/manifest.xml", "styles.xml", "meta.xml"})
_OFFICE_HEAD = re.compile(
    rb"\[Content_Types\]\.xml|_rels/|docProps/|word/|ppt/|xl/|mimetypeapplication/"
)
# A PDF's header may stand behind other bytes (Source: ISO 32000-1, annex H.3, note 13).
_PDF_WITHIN = 1024
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html[\s>])"
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]?[^\n]*\n(?:[ \t]+[^\n]*\n)*")
# Headers that a mail program writes and a person does not.
_MACHINE_HEADERS = frozenset(
    {
        b"received",
        b"message-id",
        b"mime-version",
        b"return-path",
        b"delivered-to",
        b"dkim-signature",
    }
)
_MAIL_HEADERS = frozenset({b"from", b"to", b"subject", b"date", b"sender", b"cc", b"reply-to"})
_MBOX = re.compile(rb"From \S[^\n]{0,200}\d\d:\d\d[^\n]{0,60}\d{4}[^\n]{0,40}\r?\n")
_MAX_MEMBER_BYTES = 1 << 20
HEAD_BYTES = 4096


def kind_of_head(head: bytes) -> str | None:
    """The kind that the first `HEAD_BYTES` bytes show beyond doubt; "zip" is not opened."""
    for magic, name in _UNREAD_MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_ZIP):
        return "office" if _OFFICE_HEAD.search(head[:200]) else "a ZIP archive"
    if head.startswith(_OLE):
        return "an old office document"  # or an encrypted one; its suffix says more
    if head.startswith(b"%PDF-"):
        return "pdf"
    # A byte order mark and blank lines may stand before text.
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(text.lower()):
        return "html"
    if _MBOX.match(text):
        return "mbox"
    if _is_mail(text):
        return "mail"
    # A text about PDFs may name the mark too, but has no object after it.
    place = head.find(b"%PDF-", 0, _PDF_WITHIN)
    return "pdf" if place >= 0 and b" obj" in head[place:] else None


def kind_of(data: bytes) -> str | None:
    """The kind that the bytes show beyond doubt; office documents are told apart by looking in."""
    if data.startswith(_OLE):
        for name, kind in _OLE_STREAMS:
            if name.encode("utf-16-le") in data:
                return kind
        return "an old office document"
    if data.startswith(_ZIP):
        return _kind_of_zip(data)
    return kind_of_head(data[:HEAD_BYTES])


def _kind_of_zip(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            stated = _member(archive, "mimetype").strip()
            if stated == b"application/epub+zip":
                return "epub"
            kind = stated.rpartition(b"opendocument.")[2].removesuffix(b"-template")
            if kind in _OPEN_DOCUMENT:
                return _OPEN_DOCUMENT[kind]
            types = _member(archive, "[Content_Types].xml")
            main = b" ".join(re.findall(rb"[\w.+/-]*main\+xml", types))
            for pattern, kind_name in _CONTENT_TYPES:
                if re.search(pattern, main):
                    return kind_name
            # What should say it is damaged, or the archive is no document.
            for member, kind_name in _MAIN_MEMBERS:
                if member in names:
                    return kind_name
            if "content.xml" in names and not names.isdisjoint(_BESIDE_CONTENT):
                content = _member(archive, "content.xml")
                return "spreadsheet" if b"<office:spreadsheet" in content else "opendocument"
            return "a ZIP archive"
    except Exception:  # noqa: BLE001 (whatever is damaged: the loader of its suffix says how)
        return None


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a member; none where it is missing or damaged."""
    try:
        with archive.open(name) as file:
            return file.read(_MAX_MEMBER_BYTES)
    except Exception:  # noqa: BLE001 (zlib.error and others of the decompressors)
        return b""


def _is_mail(text: bytes) -> bool:
    """Whether text begins with a mail's headers, at least one of which a program wrote."""
    place = 0
    names = set()
    text = text.replace(b"\r\n", b"\n")
    while match := _HEADER.match(text, place):
        names.add(match[0].partition(b":")[0].lower())
        place = match.end()
    return bool(names & _MACHINE_HEADERS) and len(names & (_MACHINE_HEADERS | _MAIL_HEADERS)) >= 3

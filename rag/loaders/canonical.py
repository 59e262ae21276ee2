r"""From bytes to canonical text: which encoding a file is in, and one form for what it says.

Decoding is never lossy without a word: `decode` takes bytes that fit no encoding for an error, and
`decode_damaged` says how many it shows as "\ufffd". Canonical text has NFC characters, "\n" line
ends and no control characters; zero-width characters and soft hyphens stay, since a quote must be
found in the source as it is written.
"""

import codecs
import re
import unicodedata

from rag.errors import DocumentError
from rag.loaders.charset import guessed_text

_BOMS = (  # the four-byte marks first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
)
# What browsers read for these labels (Source: WHATWG Encoding Standard, section 4.2): the older
# name is nearly always a mistake for its superset.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
# Python codecs that are no charset of a document, or that would run escapes of its text.
_NOT_A_CHARSET = frozenset(
    {"utf-7", "utf-16", "utf-32", "idna", "punycode", "unicode_escape", "raw-unicode-escape"}
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# \ufeff is a byte order mark that was pasted into the middle; lone surrogates (from JSON escapes)
# cannot be stored as UTF-8.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
# Tab, line ends, form feed, escape (terminal logs) and backspace are found in real text.
_CONTROL_BYTES = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27})
_CONTROLS = re.compile("[\x00-\x07\x0e-\x1a\x1c-\x1f]")
# Of the bytes beyond ASCII, how many may be broken in a text that still is UTF-8. In other charsets
# hardly any of them happen to be UTF-8. Where a text says that it is, browsers replace all.
_BROKEN_SHARE = 0.05
_BROKEN_SHARE_DECLARED = 0.25
_HIGH_BYTES = bytes(range(0x80, 0x100))
_FEW_CONTROLS = 8
_CONTROL_SHARE = 0.05


def canonical(text: str) -> str:
    """`text` in canonical form; applying it twice changes nothing."""
    text = _LINE_ENDS.sub("\n", text)
    # Before NFC: what is dropped may have stood between a letter and its accent.
    text = _DROPPED.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def holds_text(text: str) -> bool:
    """Whether anything in `text` can be seen: neither spaces nor format characters alone."""
    return any(not char.isspace() and unicodedata.category(char) != "Cf" for char in text)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text that `data` encodes, not yet canonical.

    A byte order mark decides, then UTF-8 where every byte fits, then the `declared` charset,
    then the charset in which the bytes are likeliest to be a language.

    Raises:
        DocumentError: `data` is no text, fits no encoding, or mixes two.
    """
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise DocumentError(f"not text: it looks like {name}; give it its proper suffix")
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _checked(_strict(data, codec))
    codec_of_nuls = _wide_codec(data)
    if codec_of_nuls is not None:
        return _checked(_strict(data, codec_of_nuls))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        first_bad = error.start
    if _too_many(len(data) - len(data.translate(None, _CONTROL_BYTES)), len(data)):
        raise DocumentError("not text: too many control characters; it may be a binary file")
    charset = _charset(declared)
    if charset is not None:
        try:
            return _checked(data.decode(charset))
        except UnicodeDecodeError:
            pass  # a wrong declaration is common; the bytes may still tell
    return _checked(guessed_text(data, first_bad))


def decode_damaged(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """As `decode`, but a few broken bytes do not cost a text in UTF-8; a note counts them.

    Raises:
        DocumentError: As `decode`.
    """
    broken = _broken_utf_8(data, declared)
    if not broken:
        return decode(data, declared), ()
    text = _checked(data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))
    said = "1 byte that is no UTF-8 is" if broken == 1 else f"{broken} bytes that are no UTF-8 are"
    return text, (f"{said} shown as \ufffd.",)


def _broken_utf_8(data: bytes, declared: str | None) -> int:
    """How many bytes are broken in what still is UTF-8; 0 where none are or it is no UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return 0
    mark = next((mark for mark, _ in _BOMS if data.startswith(mark)), None)
    if mark not in {None, codecs.BOM_UTF8} or _wide_codec(data) is not None:
        return 0
    marked = mark is not None or _charset(declared) == "utf-8"
    n_high = len(data) - len(data.translate(None, _HIGH_BYTES))
    broken = len(data) - len(data.decode("utf-8", "ignore").encode("utf-8"))
    share = _BROKEN_SHARE_DECLARED if marked else _BROKEN_SHARE
    return broken if broken <= share * n_high else 0


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"not valid {codec.upper()} at byte {error.start}; save it as UTF-8"
        ) from error


def _checked(text: str) -> str:
    if _too_many(len(_CONTROLS.findall(text)), len(text)):
        raise DocumentError("not text: too many control characters; it may be a binary file")
    return text


def _too_many(controls: int, length: int) -> bool:
    return controls > _FEW_CONTROLS and controls > _CONTROL_SHARE * length


def _wide_codec(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: Latin letters leave NULs at every other place."""
    nuls = data.count(0)
    if nuls <= _FEW_CONTROLS or nuls < 0.2 * len(data):
        return None
    places = [data[offset::4].count(0) / nuls for offset in range(4)]
    for codec, letter, width in (("utf-32-le", 0, 4), ("utf-32-be", 3, 4)):
        if nuls > 0.6 * len(data) and places[letter] < 0.02 and len(data) % width == 0:
            return codec
    if places[1] + places[3] > 0.95:
        return "utf-16-le"
    if places[0] + places[2] > 0.95:
        return "utf-16-be"
    return None


def _charset(declared: str | None) -> str | None:
    """The Python codec for a declared charset, or None for one that is unknown or unfit."""
    if declared is None:
        return None
    try:
        info = codecs.lookup(declared.strip())
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(info.name, info.name)
    # `_is_text_encoding` is how the standard library itself tells "rot13" and "zip" from charsets.
    if name.startswith(("utf-16", "utf-32")) or name in _NOT_A_CHARSET:
        return None
    return name if info._is_text_encoding else None

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
# Letters in UTF-8 of more than one byte. In Western charsets hardly any two signs follow each
# other that would be one from C2 or C3 on, or of three bytes; in others those of two bytes may.
_SEQUENCE = re.compile(
    rb"([\xc2\xc3][\x80-\xbf]|[\xe1-\xec\xee][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xef[\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
    rb"|[\xf1-\xf3][\x80-\xbf]{3})|[\xc4-\xdf][\x80-\xbf]"
)
# Of a file in two encodings; real text of one other charset had less than 1 for 1 in 20 charsets.
_SEQUENCES_PER_BROKEN = 4
# Bytes beyond ASCII that are no letter at, and no quotation mark or dash about, a Latin word.
_NOT_WESTERN = re.compile(
    rb"(?<![a-zA-Z\xc0-\xff])[\xc0-\xff]+(?![a-zA-Z\xc0-\xff])|[\xc0-\xff]{3}|[\x80-\x90\x98-\x9f]"
    rb"|[\xa1-\xaa\xac-\xba\xbc-\xbf](?=[\x80-\xff])"
)
# Of the characters that may be lost in what fits no encoding; where there are more it is no text.
_LOST_SHARE = 1 / 3
# Within words: no damage then, but the letters of a charset that could not be told.
_LOST_LETTER = re.compile("[A-Za-z]\ufffd|\ufffd[A-Za-z]")
_MAX_LOST_LETTERS = 3
# Lines of another encoding that a guess looks at.
_MAX_LINES_GUESSED = 10_000
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
    """As `decode`, but damage does not cost a text; notes say what was done about it.

    A few broken bytes in UTF-8 are shown as "\ufffd". Where lines are in two encodings, or some in
    none, each is read by itself.

    Raises:
        DocumentError: As `decode`, but for text that is only broken or mixed.
    """
    if not _is_damaged_utf_8(data):
        return decode(data, declared), ()
    plain = data.removeprefix(codecs.BOM_UTF8)
    n_sequences, n_likely, broken = _sequences(plain)
    marked = plain is not data or _charset(declared) == "utf-8"
    share = _BROKEN_SHARE_DECLARED if marked else _BROKEN_SHARE
    if broken <= share * len(_high_bytes(data)):
        text = _checked(plain.decode("utf-8", "replace"))
        return text, (_said_of_broken(broken),)
    # Alone, a letter or two might be another charset's by chance.
    mixed = n_sequences >= _SEQUENCES_PER_BROKEN * broken or (
        n_likely == n_sequences and n_sequences >= broken
    )
    if not mixed:
        try:
            return decode(data, declared), ()
        except DocumentError:
            if _too_many(len(data) - len(data.translate(None, _CONTROL_BYTES)), len(data)):
                raise
            text, notes = _by_lines(plain)
            lost = text.count("\ufffd") > _LOST_SHARE * len(text)
            if lost or len(_LOST_LETTER.findall(text)) > _MAX_LOST_LETTERS:
                raise
            return _checked(text), notes
    text, notes = _by_lines(plain)
    return _checked(text), notes


def _is_damaged_utf_8(data: bytes) -> bool:
    """Whether some of the bytes are no UTF-8, and they are in no encoding that is sure."""
    if any(data.startswith(magic) for magic, _ in _MAGIC):
        return False
    mark = next((mark for mark, _ in _BOMS if data.startswith(mark)), None)
    if mark not in {None, codecs.BOM_UTF8} or _wide_codec(data) is not None:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _sequences(data: bytes) -> tuple[int, int, int]:
    """How many letters beyond ASCII are UTF-8, how many of them not by chance, and broken bytes."""
    found = [match.lastindex is not None for match in _SEQUENCE.finditer(data)]
    broken = len(data) - len(data.decode("utf-8", "ignore").encode("utf-8"))
    return len(found), sum(found), broken


def _high_bytes(data: bytes) -> bytes:
    return data.translate(None, bytes(range(0x80)))


def _by_lines(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Each line as UTF-8 where it is, the others in the charset likeliest for all of them.

    A line in which both occur stays UTF-8: its other bytes are shown as "\ufffd".
    """
    lines = data.splitlines(keepends=True)
    others = [line for line in lines if not _SEQUENCE.search(line) and not line.isascii()][
        :_MAX_LINES_GUESSED
    ]
    alike = _guessed_lines(others)
    made = []
    n_guessed = broken = 0
    for line in lines:
        try:
            made.append(line.decode("utf-8"))
            continue
        except UnicodeDecodeError:
            pass
        guess = alike.get(line)
        if guess is None:
            broken += _sequences(line)[2]
            guess = line.decode("utf-8", "replace")
        else:
            n_guessed += 1
        made.append(guess)
    notes = []
    if n_guessed:
        said = "1 line is" if n_guessed == 1 else f"{n_guessed} lines are"
        notes.append(f"{said} not in UTF-8 as others are, and read in the likeliest encoding.")
    if broken:
        notes.append(_said_of_broken(broken))
    return "".join(made), tuple(notes)


def _guessed_lines(lines: list[bytes]) -> dict[bytes, str]:
    """The text of the lines whose charset can be told, together or else each as Western words."""
    if not lines:
        return {}
    try:
        parted = guessed_text(b"".join(lines), 0).splitlines(keepends=True)
    except DocumentError:
        parted = []
    if len(parted) == len(lines) > 1:
        return dict(zip(lines, parted, strict=True))
    # Any guess at a few bytes alone is words of some language.
    western = (line for line in lines if not _NOT_WESTERN.search(line))
    return {line: line.decode("cp1252") for line in western}


def _said_of_broken(broken: int) -> str:
    said = "1 byte that is no UTF-8 is" if broken == 1 else f"{broken} bytes that are no UTF-8 are"
    return f"{said} shown as \ufffd."


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

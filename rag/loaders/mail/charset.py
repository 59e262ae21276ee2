"""The words of a mail's bytes: charsets as mails name them, and encoded words in headers.

A mail is never refused for its letters: what fits no charset is salvaged line by line, and the
caller is told.
"""

import binascii
import codecs
import re

from rag.errors import DocumentError
from rag.loaders.canonical import _SUPERSETS, decode

# Names seen in mails that Python does not know.
_ALIASES = {
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-big5": "big5",
    "ks_c_5601": "cp949",
    "x-windows-949": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
}
# Charsets whose bytes are ASCII, so that they pass for UTF-8, and say more to those who know.
_SHIFTED = ("iso2022_", "hz", "utf-7")
_JIS_ESCAPE = re.compile(rb"\x1b\$[@B]")
_KOREAN_ESCAPE = b"\x1b$)C"
_JIS_RUN = re.compile(rb"\x1b(\$\(?[@A-Z]|\([A-Z])?([^\x1b]*)")
_TOKEN = re.compile(r"\s*[\"']?([\w.:+-]{1,40})")
# RFC 2047 allows 75 characters and no space within; programs break both, and write "?" too.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,4000})\?=")
# A word or two in another script; fewer are an accent or a sign in a Western line, and any guess
# at them is wrong as often as right.
_FEWEST_TO_GUESS = 6
_HIGH = bytes(range(0x80, 0x100))
_MAX_CONTROLS = 0.05
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27})


def charset_of(stated: str) -> str | None:
    """Python's name of the charset that a header states, or None for one that nobody knows."""
    match = _TOKEN.match(stated)
    if match is None:
        return None
    name = match[1].lower()
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    # `_is_text_encoding` is how the standard library itself tells "rot13" from charsets.
    if not info._is_text_encoding:
        return None
    return "ascii" if info.name == "ascii" else _SUPERSETS.get(info.name, info.name)


def decoded(data: bytes, charset: str | None) -> tuple[str | None, bool]:
    """The text of `data` and whether letters of it were lost; None where it is no text.

    The declared charset (as `charset_of` gives it) goes before a guess. A declared ASCII that
    holds other bytes says nothing.
    """
    shifted = _shifted_text(data, charset)
    if shifted is not None:
        return shifted
    try:
        return decode(data, None if charset == "ascii" else charset), False
    except DocumentError:
        controls = len(data) - len(data.translate(None, _CONTROLS))
        if controls > _MAX_CONTROLS * len(data):
            return None, True
    return _by_lines(data, charset)


def unfolded(value: bytes, charset: str | None, *, guess: bool = True, sample: bytes = b"") -> str:
    """The words of a header's raw value: bytes beyond ASCII and encoded words read, on one line.

    `charset` is the body's, which headers mostly share, and `sample` some of a body that
    declares none. A guess takes milliseconds, so that headers of which a mail may have
    thousands do without.
    """
    if value.isascii() and not _is_shifted(value):
        text = value.decode("ascii")
    elif guess and _n_high(value) >= _FEWEST_TO_GUESS:
        text = _guessed(value, charset, sample)
    else:
        text = without_guess(value, charset)
    return " ".join(encoded_words(text, charset).split())


def _guessed(value: bytes, charset: str | None, sample: bytes) -> str:
    line = b" ".join(value.split())
    if sample:
        try:
            return decode(line + b"\n" + sample, charset).partition("\n")[0]
        except DocumentError:
            pass  # the header is in another charset, or the sample is cut within a letter
    return decoded(line, charset)[0] or line.decode("latin-1")


def encoded_words(text: str, charset: str | None = None) -> str:
    """`text` with its encoded words (RFC 2047) read; one that is damaged stays as it is written.

    Neighbours are joined before they are decoded where they share a charset, since some
    programs part them within a letter.
    """
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    reached = 0
    for match in _ENCODED_WORD.finditer(text):
        between = text[reached : match.start()]
        held = _word_bytes(match[2], match[3])
        if held is None:
            continue
        name = match[1].partition("*")[0].lower()  # "utf-8*en": with a language, RFC 2231
        if pending is not None and not between.strip():
            if pending[0] == name:
                pending = (name, pending[1] + held)
                reached = match.end()
                continue
            between = ""
        if pending is not None:
            pieces.append(without_guess(pending[1], charset_of(pending[0]) or charset))
        pieces.append(between)
        pending = (name, held)
        reached = match.end()
    if pending is not None:
        pieces.append(without_guess(pending[1], charset_of(pending[0]) or charset))
    pieces.append(text[reached:])
    return "".join(pieces)


def _word_bytes(encoding: str, words: str) -> bytes | None:
    if not words.isascii():
        return None
    try:
        if encoding in "qQ":
            return binascii.a2b_qp(words.encode("ascii"), header=True)
        letters = words.rstrip("= ")
        return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
    except (binascii.Error, ValueError):
        return None


def without_guess(data: bytes, charset: str | None) -> str:
    """The text of a few bytes: UTF-8, the declared charset, or Windows' Western one."""
    shifted = _shifted_text(data, charset)
    if shifted is not None and shifted[0] is not None:
        return shifted[0]
    for name in ("utf-8", charset, "cp1252"):
        if name is not None and name != "ascii":
            try:
                return data.decode(name)
            except (UnicodeDecodeError, ValueError):
                continue
    return data.decode("latin-1")


def _n_high(data: bytes) -> int:
    return len(data) - len(data.translate(None, _HIGH))


def _is_shifted(data: bytes) -> bool:
    return _JIS_ESCAPE.search(data) is not None or _KOREAN_ESCAPE in data


def _shifted_text(data: bytes, charset: str | None) -> tuple[str | None, bool] | None:
    """The text of a charset that escapes out of ASCII; None where the bytes are of no such one."""
    declared = charset is not None and charset.startswith(_SHIFTED)
    if not data.isascii() or not (declared or _is_shifted(data)):
        if charset is not None and charset.startswith(("utf-16", "utf-32")):
            return _wide_text(data, charset)
        return None
    if _JIS_ESCAPE.search(data):
        return _japanese(data)
    name = charset if declared and charset is not None else "iso2022_kr"
    try:
        return data.decode(name), False
    except (UnicodeDecodeError, ValueError):
        return data.decode(name, "replace"), True


def _wide_text(data: bytes, charset: str) -> tuple[str | None, bool] | None:
    if 0 not in data:
        return None  # a mail saved anew as UTF-8 still declares what it was
    try:
        return data.decode(charset), False
    except UnicodeDecodeError:
        return data.decode(charset, "replace"), True


def _japanese(data: bytes) -> tuple[str | None, bool]:
    """ISO-2022-JP as programs write it: with the letters of Windows beyond the standard."""
    for name in ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext"):
        try:
            return data.decode(name), False
        except UnicodeDecodeError:
            continue
    # The same two-byte letters with the high bits of Shift JIS, in which Python knows the rows
    # that makers added (Source: JIS X 0208, appendix 1).
    first = _JIS_RUN.search(data)
    parts = [data[: first.start() if first else None]]
    for match in _JIS_RUN.finditer(data):
        if match[1] == b"(I":
            parts.append(bytes(byte | 0x80 if byte > 0x20 else byte for byte in match[2]))
        elif match[1] is not None and match[1][:1] == b"$":
            parts.append(_as_shift_jis(match[2]))
        else:
            parts.append(match[2])
    joined = b"".join(parts)
    try:
        return joined.decode("cp932"), False
    except UnicodeDecodeError:
        return joined.decode("cp932", "replace"), True


def _as_shift_jis(codes: bytes) -> bytes:
    made = bytearray()
    place = 0
    while place + 1 < len(codes):
        row, cell = codes[place], codes[place + 1]
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            made.append(row)
            place += 1
            continue
        lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
        trail = cell + 0x7E if row % 2 == 0 else cell + (0x1F if cell < 0x60 else 0x20)
        made += bytes((lead, trail))
        place += 2
    return bytes(made + codes[place:])


def _by_lines(data: bytes, charset: str | None) -> tuple[str | None, bool]:
    """Text that fits no charset as a whole: each line in UTF-8, the declared one, or Windows'."""
    other = "cp1252" if charset is None or charset in {"ascii", "utf-8"} else charset
    names = ("utf-8", other)
    lost = False
    lines = []
    for line in data.split(b"\n"):
        for name in names:
            try:
                lines.append(line.decode(name))
                break
            except UnicodeDecodeError:
                continue
        else:
            lost = True
            lines.append(line.decode(names[-1], "replace"))
    return "\n".join(lines), lost

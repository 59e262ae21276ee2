"""The parts of a mail: its headers, and its body split where MIME says so.

The splitting is our own and not `email.parser`'s, which recurses without end, tries every open
boundary on every line, and gives an attached mail back rewritten. Here each level is one search,
parts are spans of the mail's bytes, and damage is read as mail programs read it.
Source: RFC 5322, RFC 2045, RFC 2046.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from rag.loaders.mail.charset import charset_of, encoded_words, without_guess

MAX_DEPTH = 50
MAX_PARTS = 10_000
_MAX_HEADERS = 2_000  # fields of one part; a mail that went round for weeks has some hundreds
# `email` reads the parameters of a header in quadratic time.
_MAX_STRUCTURE_BYTES = 8_192
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|mime-version|received|"
    rb"return-path|references|in-reply-to|content-[a-z-]{2,30}|x-[a-z0-9-]{1,60}):",
    re.IGNORECASE,
)
_BROKEN_LINES = 3  # lines that are no field, between headers that go on after them
_BARE_DELIMITER = re.compile(rb"^--([^\s].{0,200}?)[ \t]*\r?\n(?=content-)", re.I | re.M)
_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,80})\s*/\s*([\w!#$&^.+-]{1,100})")
# A line with something behind the letters of base 64.
_NO_BASE64_LINE = re.compile(rb"^[ \t]*+[A-Za-z0-9+/=]*+[ \t]*+\S", re.M)
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_BROKEN_QP = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail: `data[start:end]` is its body, still encoded for the transfer.

    `headers` are names in lower case with raw values, in order. `parts` are the parts of a
    multipart that could be split; `is_whole` is False where its end is missing, `is_capped`
    where more parts or levels followed than are split.
    """

    data: bytes = field(repr=False)
    start: int
    end: int
    headers: tuple[tuple[str, bytes], ...]
    content_type: str
    charset: str | None
    disposition: str
    name: str
    parameters: dict[str, str]
    parts: tuple["Part", ...] = ()
    is_whole: bool = True
    is_capped: bool = False

    @property
    def body(self) -> bytes:
        """The body as it was sent."""
        return self.data[self.start : self.end]

    def header(self, name: str) -> bytes | None:
        """The raw value of the first header of this name."""
        return next((value for key, value in self.headers if key == name), None)

    def content(self) -> tuple[bytes, bool]:
        """The body without its transfer encoding, and whether that was damaged."""
        stated = (self.header("content-transfer-encoding") or b"").strip(b" \t\r\n\"';").lower()
        body = self.body
        if stated == b"base64":
            return _from_base64(body, self.content_type.startswith("text/"))
        if stated == b"quoted-printable":
            return binascii.a2b_qp(body), _BROKEN_QP.search(body) is not None
        if stated in {b"x-uuencode", b"uuencode", b"x-uue", b"uue"}:
            lines = body.splitlines()
            first = next((at for at, line in enumerate(lines) if line.startswith(b"begin ")), -1)
            return from_uuencode(lines[first + 1 :])
        return body, False

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.parts))


def read_parts(data: bytes) -> Part:
    """A mail's bytes as its parts; a root without headers where they begin with none."""
    start = len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n \t")) if data[:1] != b"-" else 0
    return _Splitter(data).part(start, len(data), 0, "text/plain")


def read_headers(data: bytes) -> Part:
    """A mail's headers alone, its body left unsplit."""
    start = len(data) - len(data.lstrip(b"\r\n"))
    return _Splitter(data, splits=False).part(start, len(data), 0, "text/plain")


def from_uuencode(lines: list[bytes]) -> tuple[bytes, bool]:
    """The bytes of uuencoded lines up to "end", and whether some of them were damaged."""
    made = []
    damaged = False
    for line in lines:
        if line.strip() in {b"end", b"`", b""}:
            if line.strip() == b"end":
                break
            continue
        try:
            made.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            # Encoders that pad a line with more than it counts (Source: Python's `uu`).
            n_chars = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                made.append(binascii.a2b_uu(line[: n_chars + 1]))
            except (binascii.Error, ValueError):
                damaged = True
    return b"".join(made), damaged


class _Splitter:
    def __init__(self, data: bytes, *, splits: bool = True) -> None:
        self._data = data
        self._n_parts = 0
        self._splits = splits

    def part(self, start: int, end: int, depth: int, default_type: str) -> Part:
        """The part that `data[start:end]` holds."""
        self._n_parts += 1
        headers, body = self._headers(start, end)
        kind, parameters = _content_type(headers, default_type)
        placed = _structured(headers, "content-disposition")
        disposition = placed[0][0].strip().lower() if placed else ""
        name = _file_name(dict(placed), parameters)
        parts: tuple[Part, ...] = ()
        is_whole, is_capped = True, False
        if kind.startswith("multipart/") and self._splits:
            if depth >= MAX_DEPTH:
                is_capped = True
            else:
                inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
                spans, is_whole, is_capped = self._spans(body, end, parameters.get("boundary", ""))
                parts = tuple(self.part(*span, depth + 1, inner) for span in spans)
        return Part(
            self._data, body, end, headers, kind, charset_of(parameters.get("charset", "")),
            disposition, name, parameters, parts, is_whole, is_capped,
        )  # fmt: skip

    def _headers(self, start: int, end: int) -> tuple[tuple[tuple[str, bytes], ...], int]:
        """The fields from `start` on, and where the body begins."""
        data = self._data
        fields: list[tuple[str, list[bytes]]] = []
        place = start
        while place < end and len(fields) <= _MAX_HEADERS:
            stop, after = self._line(place, end)
            line = data[place:stop]
            match = _FIELD.match(line)
            if not line.strip():
                # Lines of spaces alone go on a header, in the mails that have them within.
                if not line or not self._known_field_at(after, end):
                    return _joined(fields), after
            elif line[:1] in b" \t" and fields:
                fields[-1][1].append(line)
            elif match is not None:
                fields.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
            elif line.startswith((b"From ", b">From ")) and not fields:
                pass  # the envelope of a mailbox
            elif fields and self._goes_on(after, end):
                fields[-1][1].append(line)
            else:
                return _joined(fields), place
            place = after
        return _joined(fields), min(place, end)

    def _line(self, place: int, end: int) -> tuple[int, int]:
        """Where the line at `place` ends without its line end, and where the next begins."""
        stop = self._data.find(b"\n", place, end)
        if stop < 0:
            return end, end
        return (stop - 1 if stop > place and self._data[stop - 1] == 13 else stop), stop + 1

    def _known_field_at(self, place: int, end: int) -> bool:
        return _KNOWN_FIELD.match(self._data, place, min(end, place + 100)) is not None

    def _goes_on(self, place: int, end: int) -> bool:
        """Whether headers follow after some lines that are none: one was broken without indent."""
        for _ in range(_BROKEN_LINES):
            if self._known_field_at(place, end):
                return True
            stop, after = self._line(place, end)
            if stop == place:
                return False
            place = after
        return False

    def _spans(
        self, start: int, end: int, boundary: str
    ) -> tuple[list[tuple[int, int]], bool, bool]:
        """The spans of a multipart's parts, whether its end is there, and whether there are more.

        Where the boundary that is stated occurs nowhere, the first line that looks like one is.
        """
        found = self._delimited(start, end, boundary.rstrip().encode("utf-8", "replace"))
        if not found[0]:
            match = _BARE_DELIMITER.search(self._data, start, min(end, start + 100_000))
            if match is not None:
                found = self._delimited(start, end, match[1])
        return found

    def _delimited(
        self, start: int, end: int, boundary: bytes
    ) -> tuple[list[tuple[int, int]], bool, bool]:
        data = self._data
        spans: list[tuple[int, int]] = []
        if not boundary:
            return spans, True, False
        marker = b"--" + boundary
        opened = -1
        place = start
        while (at := data.find(marker, place, end)) >= 0:
            place = at + len(marker)
            if at > start and data[at - 1] not in b"\r\n":
                continue
            line_end = data.find(b"\n", place, end)
            line_end = end if line_end < 0 else line_end
            tail = data[place:line_end].strip()
            if tail not in {b"", b"--"}:
                continue
            if opened >= 0:
                spans.append((opened, max(opened, self._before(at))))
            opened = min(line_end + 1, end)
            if tail == b"--":
                return spans, True, False
            if self._n_parts + len(spans) >= MAX_PARTS:
                return spans, True, True
        # A mail that is cut off may end within the next delimiter.
        last = data.rfind(b"\n", start, end) + 1 or start
        is_cut = 2 < end - last <= len(marker) and marker.startswith(data[max(last, start) : end])
        if opened >= 0:
            spans.append((opened, max(opened, last) if is_cut else end))
        return spans, not spans and not is_cut, False

    def _before(self, at: int) -> int:
        """The end of what stands before a delimiter, whose line end belongs to the delimiter."""
        at -= self._data[at - 1 : at] == b"\n"
        return at - (self._data[at - 1 : at] == b"\r")


def _joined(fields: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, b"\n".join(lines).strip()) for name, lines in fields)


def _structured(headers: tuple[tuple[str, bytes], ...], name: str) -> list[tuple[str, str]]:
    """The value and the parameters of a header, as `email` reads them; [] where there is none."""
    for key, value in headers:
        if key == name and value:
            return _parameters(value)
    return []


def _parameters(value: bytes) -> list[tuple[str, str]]:
    raw = value[:_MAX_STRUCTURE_BYTES]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    message = Message()
    message["content-type"] = " ".join(text.split())
    try:
        found = message.get_params(header="content-type") or []
        return [(key.lower(), _parameter_text(held)) for key, held in found]
    except Exception:  # noqa: BLE001 (damaged RFC 2231 raises whatever it runs into)
        return [(text.partition(";")[0], "")]


def _parameter_text(held: str | tuple[str | None, str | None, str]) -> str:
    """A parameter's text; RFC 2231 gives a charset, a language, and bytes as Latin-1 letters."""
    if isinstance(held, str):
        return held
    data = held[2].encode("latin-1", "replace")
    return without_guess(data, charset_of(held[0] or ""))


def _content_type(
    headers: tuple[tuple[str, bytes], ...], default: str
) -> tuple[str, dict[str, str]]:
    """The type of a part and its parameters; of several, the one that has parts."""
    stated = [_parameters(value) for key, value in headers if key == "content-type" and value]
    if not stated:
        return default, {}
    kinds = []
    for parameters in stated:
        match = _TYPE.match(parameters[0][0]) if parameters else None
        # RFC 2045, section 5.2: what is no type is plain text.
        kinds.append(f"{match[1]}/{match[2]}".lower() if match else "text/plain")
    chosen = next((at for at, kind in enumerate(kinds) if kind.startswith("multipart/")), 0)
    return kinds[chosen], dict(reversed(stated[chosen][1:]))


def _file_name(placed: dict[str, str], parameters: dict[str, str]) -> str:
    name = placed.get("filename") or placed.get("name") or parameters.get("name") or ""
    return " ".join(encoded_words(name).split())


def _from_base64(body: bytes, is_text: bool) -> tuple[bytes, bool]:
    """The bytes of base 64, with what programs on the way have added behind it as it stands."""
    match = _NO_BASE64_LINE.search(body)
    if match is None:
        return _decoded_base64(body)
    at = match.start()
    # The alphabet has no space: words that were never encoded, or a list's below the body.
    if is_text and b" " in body[at:].strip():
        return _decoded_base64(body[:at])[0] + b"\n" + body[at:], True
    return _decoded_base64(body)[0], True


def _decoded_base64(body: bytes) -> tuple[bytes, bool]:
    pieces = []
    damaged = False
    # Some join several encoded texts, each with its own padding.
    for piece in re.split(rb"=[=\s]*", body):
        letters = piece.translate(None, _NOT_BASE64)
        if len(letters) % 4 == 1:  # six bits are no byte
            damaged = True
            letters = letters[:-1]
        pieces.append(binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)))
    return b"".join(pieces), damaged

"""The words of a mail: which of its parts are its body, and in which form they are read.

Plain text is taken where it is real, HTML where that says more. Files are handed on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.errors import DocumentError
from rag.loaders.canonical import canonical
from rag.loaders.mail.attachments import CALENDARS, Attachments
from rag.loaders.mail.calendar import REPEATS, calendar_passages
from rag.loaders.mail.charset import charset_of, decoded
from rag.loaders.mail.parts import Part, from_uuencode
from rag.loaders.mail.quotes import (
    BEGIN_QUOTE,
    END_QUOTE,
    Passage,
    joined_flowed,
    mark_quotes,
    plain_passages,
    voiced_pieces,
)
from rag.types import Flag

_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_REPORTS = frozenset(
    {"message/delivery-status", "message/disposition-notification", "message/feedback-report"}
)
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_MAX_TEXTS = 50  # parts that are shown one below the other; more are files
_MAX_CALENDARS = 20
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # Source: RFC 5652, section 5.1
_STUB = re.compile(
    r"html|(?:view|read|open|see)\b.{0,40}\b(?:browser|online|web)|im browser|dans (?:votre|un) "
    r"navigateur|en (?:su|tu|el) navegador|nel browser",
    re.IGNORECASE,
)
_STUB_WORDS = 60
_SAMPLE_BYTES = 2000
_TABLE_ROWS = 3
_IS_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_ENRICHED = re.compile(r"<(/?[A-Za-z-]{1,60})>")
_PGP_MESSAGE = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} (\S[^\n]{0,200})")
_UU_LINE = re.compile(r"[ -`]{1,90}")
_REPORT_FIELD = re.compile(r"[A-Z][A-Za-z-]{1,60}:\s*\S")


@dataclass(frozen=True, slots=True)
class _Choice:
    """Parts that say the same in two forms; one of them may be empty."""

    plain: tuple[Part, ...] = ()
    html: tuple[Part, ...] = ()


@dataclass(slots=True)
class Body:
    """What a mail's parts give: passages in order, files, and sentences about what was lost.

    `sample` is of a text that declares no charset, from which headers' can be guessed too.
    """

    files: Attachments
    passages: list[Passage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    is_encrypted: bool = False
    sample: bytes = b""
    n_calendars: int = 0

    def note(self, sentence: str) -> None:
        """Say something once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


def read_body(root: Part, files: Attachments) -> Body:
    """The body of a mail and the files beside it."""
    body = Body(files)
    choices: list[_Choice] = []
    reports: list[Part] = []
    others: list[Part] = []
    _Sorter(body, reports, others).sort(root, choices)
    if not choices:
        # Some programs name the only text there is.
        first = next((part for part in others if _may_be_body(part)), None)
        if first is not None:
            others.remove(first)
            choices.append(_choice(first))
    others += [part for choice in choices[_MAX_TEXTS:] for part in (*choice.plain, *choice.html)]
    said: set[str] = set()
    for choice in choices[:_MAX_TEXTS]:
        passages = _best(choice, body)
        # Both forms one below the other, from programs that know no alternative.
        letters = _letters(passages) if len(choices) > 1 else ""
        if letters and letters in said:
            continue
        said.add(letters)
        body.passages += passages
    for part in reports[:_MAX_TEXTS]:
        body.passages += _report(part, body)
    for part in others:
        if part.content_type not in CALENDARS or not _add_calendar(part, body):
            files.add_part(part)
    return body


def _add_calendar(part: Part, body: Body) -> bool:
    """Whether a part held events; a mail has the same ones as a part and as a file."""
    if body.n_calendars >= _MAX_CALENDARS:
        return False
    body.n_calendars += 1
    # RFC 5545, section 3.1.4: UTF-8 where no charset is stated.
    passages, repeats = calendar_passages(_text(part, body, part.charset)[0])
    if repeats:
        body.note(REPEATS)
    said = {passage.text for passage in body.passages}
    if not all(passage.text in said for passage in passages):
        body.passages += passages
    return bool(passages)


def _may_be_body(part: Part) -> bool:
    return part.content_type in {"text/plain", "text/html"} and part.disposition != "attachment"


def _choice(part: Part) -> _Choice:
    return _Choice(html=(part,)) if part.content_type == "text/html" else _Choice(plain=(part,))


@dataclass(frozen=True, slots=True)
class _Sorter:
    """Sorts the parts of a mail, which nest at most `parts.MAX_DEPTH` deep."""

    body: Body
    reports: list[Part]
    others: list[Part]

    def sort(self, part: Part, choices: list[_Choice]) -> None:
        """Put a part, and what is in it, where it belongs."""
        kind = part.content_type
        if kind == "multipart/encrypted":
            self.body.is_encrypted = True
        elif kind == "multipart/alternative" and part.parts:
            choices += self._alternative(part)
        elif part.parts:
            for inner in part.parts:
                self.sort(inner, choices)
        elif kind in _SMIME:
            self._secured(part)
        elif kind in _REPORTS:
            self.reports.append(part)
        elif kind.startswith("multipart/"):
            if part.is_capped:
                self.body.note("Some of its parts are nested too deep and were left out.")
            elif part.is_whole and part.body.strip():
                choices.append(_Choice(plain=(part,)))
        elif kind in _TEXTS and not part.name and part.disposition != "attachment":
            choices.append(_choice(part))
        elif kind in {"text/x-amp-html", "text/watch-html"}:
            pass  # the same words for another program
        elif kind != "application/pgp-encrypted":
            self.others.append(part)

    def _alternative(self, part: Part) -> list[_Choice]:
        """One choice of the forms in which an alternative says the same."""
        plain: tuple[Part, ...] = ()
        html: tuple[Part, ...] = ()
        for inner in part.parts:
            inside: list[_Choice] = []
            self.sort(inner, inside)
            held = tuple(leaf for choice in inside for leaf in (choice.html or choice.plain))
            if any(choice.html for choice in inside):
                html = held
                plain = plain or tuple(leaf for choice in inside for leaf in choice.plain)
            else:
                plain = plain or held
        return [_Choice(plain, html)] if plain or html else []

    def _secured(self, part: Part) -> None:
        data, _ = part.content()
        if _SIGNED_DATA in data[:100]:
            self.body.note(
                "Its body stands inside an S/MIME signature, which is not read; "
                "save it from a mail program."
            )
        else:
            self.body.is_encrypted = True


def _best(choice: _Choice, body: Body) -> list[Passage]:
    """The form of a choice that says more."""
    plain = [passage for part in choice.plain for passage in _plain(part, body)]
    n_flags = len(body.flags)
    html = [passage for part in choice.html for passage in _either(part, body)]
    if _says_more(html, plain):
        return html
    del body.flags[n_flags:]  # of words that are not taken
    return plain


def _says_more(html: Sequence[Passage], plain: Sequence[Passage]) -> bool:
    """Whether HTML is to be taken instead of the plain text beside it."""
    plain_words, html_words = _n_words(plain), _n_words(html)
    if plain_words == 0 or html_words == 0:
        return html_words > 0 or not plain
    words = " ".join(passage.text for passage in plain)
    if plain_words <= _STUB_WORDS and _STUB.search(words) and 2 * html_words > plain_words:
        return True
    if html_words > 1.5 * plain_words + 30:
        return True
    # Plain text gives each cell a line, and nobody knows what belongs together.
    rows = sum(passage.kind == "row" and " | " in passage.text for passage in html)
    return rows >= _TABLE_ROWS and html_words > 0.7 * plain_words


def _n_words(passages: Sequence[Passage]) -> int:
    """Words that can be read; HTML hides its addresses behind them."""
    return sum("://" not in word for passage in passages for word in passage.text.split())


def _letters(passages: Sequence[Passage]) -> str:
    return "".join(char for held in passages for char in held.text if char.isalnum())


def _either(part: Part, body: Body) -> list[Passage]:
    return _html(part, body) if part.content_type == "text/html" else _plain(part, body)


def _text(part: Part, body: Body, charset: str | None) -> tuple[str, bytes]:
    """The text of a part and its bytes; a note where something of it was damaged."""
    data, damaged = part.content()
    if damaged:
        body.note("The encoding of its body is damaged; what could be decoded is kept.")
    if charset is None and part.content_type == "text/html":
        match = _META_CHARSET.search(data[:4096])
        charset = charset_of(match[1].decode("ascii", "replace")) if match else None
    text, lost = decoded(data, charset)
    if charset is None and not body.sample and text and not data.isascii():
        body.sample = data[:_SAMPLE_BYTES]
    if text is None:
        body.note("A part of its body is no text and was left out.")
        return "", data
    if lost:
        body.note("Letters of its body fit no known charset and are shown as \ufffd.")
    return text, data


def _plain(part: Part, body: Body) -> list[Passage]:
    text, _ = _text(part, body, part.charset)
    if _IS_HTML.match(text):
        return _html_passages(text, body)
    text = canonical(text)
    if part.content_type in {"text/enriched", "text/richtext"}:
        text = _ENRICHED.sub("", text).replace("<<", "<")
    text = _without_files(_without_armour(text, body), body)
    if part.parameters.get("format", "").lower() == "flowed":
        deletes_space = part.parameters.get("delsp", "").lower() == "yes"
        text = joined_flowed(text, deletes_space=deletes_space)
    return [passage for passage in plain_passages(text) if passage.text.strip()]


def _without_armour(text: str, body: Body) -> str:
    """Text without what PGP put into it; only what it had encrypted is lost."""
    begin, end = _PGP_MESSAGE
    if begin in text:
        body.is_encrypted = True
        text = _cut(text, begin, end)
    if _PGP_SIGNED in text:
        text = _cut(text, *_PGP_SIGNATURE)
        head, _, signed = text.partition(_PGP_SIGNED)
        # Its own headers ("Hash: SHA256") end with a blank line; "- " escapes lines with a dash.
        signed = signed.partition("\n\n")[2] or signed
        text = head + "\n".join(line.removeprefix("- ") for line in signed.split("\n"))
        body.note("It is signed; the signature was not checked.")
    return text


def _cut(text: str, begin: str, end: str) -> str:
    kept = []
    place = 0
    while (start := text.find(begin, place)) >= 0:
        kept.append(text[place:start])
        stop = text.find(end, start)
        place = len(text) if stop < 0 else stop + len(end)
    kept.append(text[place:])
    return "".join(kept)


def _without_files(text: str, body: Body) -> str:
    """Text without the uuencoded files in it, which are kept as files."""
    if "begin " not in text:
        return text
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        match = _UU_BEGIN.fullmatch(lines[at])
        stop = at + 1
        while match and stop < len(lines) and _UU_LINE.fullmatch(lines[stop]):
            stop += 1
        if match is None or stop - at < 2 or lines[stop : stop + 1] != ["end"]:
            kept += lines[at:stop]
        else:
            encoded = [line.encode("ascii") for line in lines[at + 1 : stop]]
            body.files.add(match[1], from_uuencode(encoded)[0], "application/octet-stream")
            stop += 1
        at = stop
    return "\n".join(kept)


def _html(part: Part, body: Body) -> list[Passage]:
    return _html_passages(_text(part, body, part.charset)[0], body)


def _html_passages(source: str, body: Body) -> list[Passage]:
    # lxml comes with these; most mails are plain.
    from rag.loaders.html import _tree
    from rag.loaders.html.hidden import take_out_hidden
    from rag.loaders.html.walk import Walk

    source = canonical(source).replace(BEGIN_QUOTE, "").replace(END_QUOTE, "")
    if not source.strip():
        return []
    try:
        tree = _tree(source)
    except DocumentError as error:
        if "holds no text" not in str(error):
            body.note(f"Its HTML is {error}.")
        return []
    body.flags += take_out_hidden(tree, source)
    mark_quotes(tree)
    passages = []
    group = 0
    for piece in Walk().pieces(tree):
        near = piece.group == group != 0
        passages.append(Passage(piece.text, 0, piece.kind, piece.level, near=near))
        group = piece.group
    return voiced_pieces(passages)


def _report(part: Part, body: Body) -> list[Passage]:
    """What a mail server says of a delivery: fields as rows, prose as prose."""
    text = canonical(_text(part, body, part.charset)[0])
    passages: list[Passage] = []
    for line in text.split("\n"):
        if line[:1] in {" ", "\t"} and line.strip() and passages:
            last = passages[-1]
            passages[-1] = Passage(f"{last.text} {line.strip()}", 0, last.kind, near=last.near)
        elif line.strip():
            kind_row = _REPORT_FIELD.match(line) is not None
            passages.append(Passage(line, 0, "row" if kind_row else "paragraph", near=True))
    return passages

"""Mails (.eml): the headers a person sees as rows, then the body, then nothing of the machinery.

Files in a mail, attached mails among them, become documents of their own. What is quoted of
earlier mails stands in blocks of its own and a note says where, since its words are another's.
"""

import re
from collections.abc import Iterator
from email.utils import getaddresses, parsedate_to_datetime

from rag.errors import DocumentError
from rag.loaders.canonical import decode
from rag.loaders.composition import Composition
from rag.loaders.facts import stated, stated_authors
from rag.loaders.language import detected_language
from rag.loaders.mail.attachments import Attachments
from rag.loaders.mail.body import Body, read_body
from rag.loaders.mail.charset import encoded_words, unfolded
from rag.loaders.mail.parts import Part, read_parts
from rag.loaders.mail.quotes import Passage
from rag.loaders.text import text_blocks
from rag.types import Document, Fact

_SHOWN = ("From", "To", "Cc", "Bcc", "Date", "Subject")
_MAX_SAME_HEADERS = 5
_MAX_HEADER_BYTES = 50_000
_MAX_ADDRESS_BYTES = 2_000  # of a From that is parsed; `email` reads nested comments recursively
_MAX_QUOTES_NAMED = 20
# One person, also where the name breaks the grammar: "a@b <c@d>", "Name, First <c@d>".
_ANGLED = re.compile(r"([^<>\"]*|\s*\"[^\"]*\"\s*)<([^<>]{1,320})>")
_HEAD_BYTES = 4096
_ENDS_OF_RECEIVED = re.compile(rb";([^;]{5,100})\Z")


def parse(data: bytes) -> Document:
    """The document that the bytes of a mail hold.

    Raises:
        DocumentError: Not a mail: no headers, and no text either.
    """
    if not data.strip():
        raise DocumentError("holds no text; remove it or replace it by one that does")
    root = read_parts(_with_line_ends(_narrow(data)))
    charset = next((part.charset for part in root.walk() if part.charset), None)
    files = Attachments(charset)
    body = read_body(root, files)
    if not root.headers and not body.passages and not files.kept:
        raise DocumentError("is no mail: it has no headers and no text; give it its proper suffix")
    composition = Composition()
    for row in _rows(root, charset, body.sample):
        composition.add("row", row, near=True)
    own_words, quotes = _compose(composition, body.passages)
    facts = list(_facts(root, charset, body.sample))
    if not any(fact.field == "language" for fact in facts):
        language = detected_language(own_words)
        facts += [] if language is None else [language]
    return Document(
        composition.text,
        composition.blocks,
        tuple(facts),
        "message/rfc822",
        notes=tuple(_notes(root, body, quotes)),
        flags=tuple(body.flags),
        attachments=tuple(files.kept),
    )


def _narrow(data: bytes) -> bytes:
    """UTF-16 as some editors save a mail, as UTF-8; anything else as it is."""
    head = data[:_HEAD_BYTES]
    if head[:2] not in {b"\xff\xfe", b"\xfe\xff"} and head.count(0) < 0.2 * len(head):
        return data
    try:
        return decode(data).encode("utf-8", "replace")
    except DocumentError:
        return data


def _with_line_ends(data: bytes) -> bytes:
    """The line ends of old Macs, which no mail program understood, as LF."""
    return data.replace(b"\r", b"\n") if b"\n" not in data else data


def _rows(root: Part, charset: str | None, sample: bytes) -> Iterator[str]:
    for name in _SHOWN:
        values = [value for key, value in root.headers if key == name.lower()]
        for value in values[:_MAX_SAME_HEADERS]:
            words = unfolded(value[:_MAX_HEADER_BYTES], charset, sample=sample)
            if words:
                yield f"{name}: {words}"


def _compose(
    composition: Composition, passages: list[Passage]
) -> tuple[str, list[tuple[int, int]]]:
    """Add the passages; returns the sender's own words, and where others' are quoted."""
    own: list[str] = []
    quotes: list[tuple[int, int]] = []
    goes_on = False
    for passage in passages:
        span = _added(composition, passage)
        if span is None:
            continue
        if passage.depth == 0:
            own.append(passage.text)
            goes_on = False
        elif goes_on:
            quotes[-1] = (quotes[-1][0], span[1])
        else:
            quotes.append(span)
            goes_on = True
    return "\n".join(own), quotes


def _added(composition: Composition, passage: Passage) -> tuple[int, int] | None:
    """The span of what a passage has added; the lines of plain text stay lines."""
    if passage.kind is not None:
        return composition.add(passage.kind, passage.text, level=passage.level, near=passage.near)
    spans: list[tuple[int, int] | None] = []
    blocks = text_blocks(passage.text)
    for block in blocks:
        lines = passage.text[block.start : block.end].split("\n")
        kind = "paragraph" if passage.is_signature else block.kind
        if passage.is_signature and spans:
            spans += [composition.extend(line, glue="\n") for line in lines]
            continue
        near = block.kind == "item"
        level = block.level if kind == "heading" else 0
        spans.append(composition.add(kind, lines[0], level=level, near=near))
        spans += [composition.extend(line, glue="\n") for line in lines[1:]]
    added = [span for span in spans if span is not None]
    return (added[0][0], added[-1][1]) if added else None


def _facts(root: Part, charset: str | None, sample: bytes) -> Iterator[Fact]:
    subject = unfolded((root.header("subject") or b"")[:_MAX_HEADER_BYTES], charset, sample=sample)
    title = stated("title", subject, "Subject header")
    if title is not None:
        yield title
    yield from stated_authors(_names(root.header("from") or b"", charset, sample), "From header")
    published = stated("published", _moment(root.header("date")), "Date header")
    if published is not None:
        yield published
    for tag in (root.header("content-language") or b"")[:200].decode("latin-1").split(",")[:1]:
        language = stated("language", tag.strip(), "Content-Language header")
        if language is not None:
            yield language
    received = _ENDS_OF_RECEIVED.search((root.header("received") or b"")[-200:])
    if received is not None:
        arrived = stated("published", _moment(received[1]), "Received header")
        if arrived is not None:
            yield Fact("created", arrived.value, "file", arrived.detail)
    for name in ("user-agent", "x-mailer"):
        software = stated(
            "software", unfolded((root.header(name) or b"")[:500], charset, guess=False), name
        )
        if software is not None:
            yield software
            break


def _names(value: bytes, charset: str | None, sample: bytes) -> list[str]:
    """The names of a header's people, the address of one who has none."""
    head = value[:_MAX_ADDRESS_BYTES]
    # Encoded words stay until the people are parted: a comma within one is no end of a name.
    text = head.decode("ascii") if head.isascii() else unfolded(head, charset, sample=sample)
    text = " ".join(text.split())
    alone = _ANGLED.fullmatch(text)
    if alone is not None:
        people = [(alone[1], alone[2])]
    else:
        try:
            people = getaddresses([text])
        except Exception:  # noqa: BLE001 (recursion and whatever else hostile addresses cause)
            people = []
    names = []
    for name, address in people or [(text, "")]:
        words = " ".join(encoded_words(name, charset).split()).strip("\"' ")
        # An address shown as a name may be another's; the one below it is where mail goes.
        shown = address if "@" in words and address else words
        names.append(shown or encoded_words(address, charset))
    # ";" parts authors elsewhere; here it is a letter of a name, or ends a group.
    return [name.replace(";", ",") for name in names if name.strip(" ;,")]


def _moment(value: bytes | None) -> str:
    """A date as headers have it in ISO 8601 with the offset it states, else its own words."""
    words = " ".join((value or b"")[:200].decode("latin-1").split())
    try:
        return parsedate_to_datetime(words).isoformat()
    except Exception:  # noqa: BLE001 (damaged dates raise whatever they run into)
        return words


def _notes(root: Part, body: Body, quotes: list[tuple[int, int]]) -> Iterator[str]:
    if not root.headers:
        yield "It has no mail headers."
    if body.is_encrypted:
        yield "Its body is encrypted and was not read; decrypt it in a mail program and save it."
    elif root.headers and not body.passages:
        yield "It has no text beside its headers."
    if not all(part.is_whole for part in (root, *root.parts)):
        yield "It ends before its last part does; it may be cut off."
    if any(part.is_capped and part.parts for part in root.walk()):
        yield "It has more parts than are read; the last ones were left out."
    if any(len(value) > _MAX_HEADER_BYTES for key, value in root.headers if key.title() in _SHOWN):
        yield f"Headers longer than {_MAX_HEADER_BYTES // 1000} kB are cut."
    if len(quotes) == 1:
        yield (
            f"Earlier messages are quoted from character {quotes[0][0]} to {quotes[0][1]}; "
            "what they say is not this sender's."
        )
    elif quotes:
        named = ", ".join(f"{start} to {end}" for start, end in quotes[:_MAX_QUOTES_NAMED])
        more = " and after" if len(quotes) > _MAX_QUOTES_NAMED else ""
        yield (
            f"Earlier messages are quoted at characters {named}{more}; "
            "what they say is not this sender's."
        )
    yield from body.notes
    yield from (note for note in body.files.notes if note not in body.notes)

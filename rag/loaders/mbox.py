"""Mailboxes (.mbox): each message becomes a document of its own, as an attachment.

Source: RFC 4155, and the "mboxrd" convention for lines that begin with "From ".
"""

import re
from collections.abc import Iterator

from rag.errors import DocumentError
from rag.loaders.mail.attachments import safe_name
from rag.loaders.mail.charset import unfolded
from rag.loaders.mail.parts import Part, read_headers
from rag.types import Attachment, Document

_MAX_MESSAGES = 20_000
_HEADER_BYTES = 100_000
# A line that a mailbox puts before a message has its time; people begin sentences with "From".
_ENVELOPE = re.compile(
    rb"From [^\n]{0,300}?\d\d?:\d\d[^\n]{0,100}\d{4}|From [^\n]{0,300}\r?\n"
    rb"(?:>From [^\n]{0,300}\r?\n)?[!-9;-~]{1,100}:[ \t\r\n]"
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_EXPUNGED = 0x0008  # Source: Mozilla's nsMsgMessageFlags.h
_FOLDER_DATA = b"folder internal data"  # the first message of some IMAP servers' mailboxes


def parse(data: bytes) -> Document:
    """The mailbox that the bytes hold: no text, and an attachment for each message.

    Raises:
        DocumentError: No message in it, or more than 20,000.
    """
    attachments: list[Attachment] = []
    n_deleted = 0
    for start, end in _spans(data):
        if len(attachments) >= _MAX_MESSAGES:
            raise DocumentError(f"holds more than {_MAX_MESSAGES:,} messages; split it")
        head = read_headers(data[start : min(end, start + _HEADER_BYTES)])
        if _is_deleted(head):
            n_deleted += 1
            continue
        if _FOLDER_DATA in (head.header("subject") or b"")[:200].lower():
            continue
        message = _QUOTED.sub(rb"\1", data[start:end])
        attachments.append(Attachment(_name(head, len(attachments) + 1), message))
    if not attachments and not n_deleted:
        raise DocumentError('holds no message: no line begins with "From "; name a mail .eml')
    if not attachments:
        raise DocumentError("holds deleted messages only; compact or remove it")
    n = len(attachments)
    notes = [
        f"A mailbox of {n} messages: each is a document of its own."
        if n != 1
        else "A mailbox of 1 message, which is a document of its own."
    ]
    if n_deleted:
        were = "deleted messages were" if n_deleted != 1 else "deleted message was"
        notes.append(f"{n_deleted} {were} left out.")
    return Document(
        "", (), (), "application/mbox", notes=tuple(notes), attachments=tuple(attachments)
    )


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each message begins and ends, without the line before it."""
    begun = -1
    place = len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n"))
    if not data.startswith(b"From ", place):
        return
    while place >= 0:
        if begun >= 0:
            yield begun, place
        line_end = data.find(b"\n", place)
        begun = len(data) if line_end < 0 else line_end + 1
        place = _next_envelope(data, max(place + 1, begun - 1))
    if begun < len(data):
        yield begun, len(data)


def _next_envelope(data: bytes, place: int) -> int:
    """Where the next line before a message begins; -1 where there is none."""
    while (found := data.find(b"\nFrom ", place)) >= 0:
        blank = data[max(0, found - 2) : found]
        if (blank.endswith((b"\n", b"\n\r"))) and _ENVELOPE.match(data, found + 1):
            return found + 1
        place = found + 1
    return -1


def _is_deleted(head: Part) -> bool:
    """Whether Thunderbird has deleted a message, which stays in the file until it is compacted."""
    stated = (head.header("x-mozilla-status") or b"").strip()
    try:
        return bool(int(stated[:8] or b"0", 16) & _EXPUNGED)
    except ValueError:
        return False


def _name(head: Part, number: int) -> str:
    subject = (head.header("subject") or b"")[:1000]
    words = unfolded(subject, head.charset, guess=False)[:100].strip()
    return safe_name(f"{number:04d} {words or 'no subject'}.eml")

"""The files in a mail: which become documents, under which names, and what is said of the rest."""

import mimetypes
import re
import unicodedata
from functools import lru_cache
from pathlib import PurePath

from rag.loaders import HEAD_BYTES, loader_for
from rag.loaders.canonical import canonical
from rag.loaders.mail.charset import unfolded
from rag.loaders.mail.parts import Part, read_headers
from rag.types import Attachment

_MAX_ATTACHMENTS = 500
_MAX_UNREAD_NOTES = 20
_MAX_NAME_CHARS = 120
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,11}")
_SEPARATORS = re.compile(r"[\\/]")
# The registered types of what we read, which `mimetypes` leaves to the system's own tables.
_SUFFIXES = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/mbox": ".mbox",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/rfc822-headers": ".eml",
    "text/calendar": ".ics",
    "application/ics": ".ics",
}
CALENDARS = frozenset({"text/calendar", "application/ics"})
MAILS = frozenset({"message/rfc822", "message/global", "message/news", "text/rfc822-headers"})
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


class Attachments:
    """Collects the files of one mail; `kept` become documents, `notes` name the others."""

    def __init__(self, charset: str | None = None) -> None:
        self.kept: list[Attachment] = []
        self._charset = charset
        self._taken: set[str] = set()
        self._unread: list[str] = []
        self._n_dropped = 0
        self._n_inline_images = 0
        self._damaged: list[str] = []
        self._is_signed = False

    def add_part(self, part: Part) -> None:
        """Keep a part, or note it where it is of no kind that is read."""
        if part.content_type in _SIGNATURES:
            self._is_signed = True
            return
        if not part.name and part.content_type.startswith("image/"):
            self._n_inline_images += 1
            return
        data, damaged = part.content()
        if part.content_type in MAILS:
            data = data.lstrip(b"\r\n")
        n_kept = len(self.kept)
        name = self.add(part.name or _own_name(part, data, self._charset), data, part.content_type)
        if damaged and len(self.kept) > n_kept:
            self._damaged.append(name)

    def add(self, stated: str, data: bytes, media_type: str) -> str:
        """Keep a file under its stated name made safe, or note it; returns the name."""
        suffix = _SUFFIXES.get(media_type) or _builtin_types().guess_extension(media_type) or ""
        name = safe_name(stated, suffix)
        if media_type in MAILS and PurePath(name).suffix.lower() != ".eml":
            name = safe_name(f"{name}.eml", ".eml")
        if not data:
            self._unread.append(f'Attachment "{name}" is empty.')
        elif loader_for(PurePath(name), data[:HEAD_BYTES]) is None:
            more = " It holds what Outlook attached." if media_type.endswith("ms-tnef") else ""
            self._unread.append(
                f'Attachment "{name}" ({media_type}, {size(len(data))}) is of a kind that is '
                f"not read.{more}"
            )
        elif len(self.kept) >= _MAX_ATTACHMENTS:
            self._n_dropped += 1
        else:
            name = unique_name(name, self._taken)
            self.kept.append(Attachment(name, data))
        return name

    @property
    def notes(self) -> list[str]:
        """What a person should know of the files."""
        notes = list(self._unread[:_MAX_UNREAD_NOTES])
        if len(self._unread) > _MAX_UNREAD_NOTES:
            rest = len(self._unread) - _MAX_UNREAD_NOTES
            notes.append(f"{rest} more attachments are not read.")
        if self._n_inline_images == 1:
            notes.append("1 image without a name is not read.")
        elif self._n_inline_images:
            notes.append(f"{self._n_inline_images} images without names are not read.")
        if self._n_dropped:
            notes.append(
                f"Only the first {_MAX_ATTACHMENTS} attachments are kept; {self._n_dropped} "
                "others were left out."
            )
        notes += [
            f'Attachment "{name}" is damaged; what could be decoded of it is kept.'
            for name in self._damaged[:_MAX_UNREAD_NOTES]
        ]
        if self._is_signed:
            notes.append("It is signed; the signature was not checked.")
        return notes


def safe_name(stated: str, suffix: str = "") -> str:
    """A name to show and to go by, never a path: one line of visible characters.

    It gets `suffix` where it has none, and keeps its own where it is cut.
    """
    words = canonical(stated)
    kept = "".join(
        char for char in words if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cn", "Cs"}
    )
    kept = " ".join(_SEPARATORS.sub("_", kept).split()).strip(". ")
    if not kept.strip("_"):
        kept = "unnamed"
    own = PurePath(kept).suffix
    if not _SUFFIX.fullmatch(own):
        own = suffix
        stem = kept
    else:
        stem = kept[: -len(own)]
    stem = stem[: _MAX_NAME_CHARS - len(own)].rstrip(". ")
    # Cut between a letter and its accent, the name would no longer be canonical.
    return canonical(stem + own)


def unique_name(name: str, taken: set[str]) -> str:
    """`name`, or "name (2)" where it is taken in this mail; it is taken from now on."""
    suffix = PurePath(name).suffix
    stem = name[: -len(suffix)] if suffix else name
    made = name
    number = 1
    while made.casefold() in taken:
        number += 1
        ending = f" ({number}){suffix}"
        made = stem[: _MAX_NAME_CHARS - len(ending)] + ending
    taken.add(made.casefold())
    return made


def size(n_bytes: int) -> str:
    """A number of bytes as people read it."""
    if n_bytes < 1000:
        return f"{n_bytes} bytes" if n_bytes != 1 else "1 byte"
    if n_bytes < 1_000_000:
        return f"{n_bytes / 1000:.0f} kB"
    return f"{n_bytes / 1_000_000:.1f} MB"


def _own_name(part: Part, data: bytes, charset: str | None) -> str:
    """The name of a part without one: a mail's subject, else its kind."""
    if part.content_type in MAILS:
        subject = read_headers(data[:100_000]).header("subject") or b""
        words = unfolded(subject[:1000], charset, guess=False)
        # Not its suffix: what stands behind a subject's last dot is none.
        return f"{words[:100].strip()}.eml" if words.strip() else "message.eml"
    if part.content_type in CALENDARS:
        return "invite.ics"
    return "text" if part.content_type.startswith("text/") else "attachment"


@lru_cache(maxsize=1)
def _builtin_types() -> mimetypes.MimeTypes:
    # Without files: the same on every machine.
    return mimetypes.MimeTypes(filenames=())

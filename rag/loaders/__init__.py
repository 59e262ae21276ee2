"""From a file to a `Document`: canonical text, blocks, facts. One module a format.

A format's module has `parse(data: bytes) -> Document`. To add one, write the module and name it
and its suffixes in `_FORMATS`; raise its version when the same bytes would give another document,
since files are then read again. `rag.loaders.worker` does the same in a process of its own.
"""

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePath

from rag.errors import DocumentError
from rag.loaders.kinds import HEAD_BYTES, kind_of, kind_of_head
from rag.types import Document

__all__ = ["ENCRYPTED", "HEAD_BYTES", "LOADERS", "load", "loader_for", "parse"]

# What the reason of a file begins with that a password would open.
ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True)
class _Format:
    """A kind of file: the version of its loader, its suffixes, and what people call it."""

    version: int
    module: str
    suffixes: tuple[str, ...]
    called: str
    takes_passwords: bool = False


_FORMATS = {
    "text": _Format(2, "rag.loaders.text", (".txt", ".text"), "plain text"),
    "markdown": _Format(2, "rag.loaders.markdown", (".md", ".markdown"), "Markdown"),
    "html": _Format(2, "rag.loaders.html", (".html", ".htm", ".xhtml"), "a web page"),
    "pdf": _Format(1, "rag.loaders.pdf", (".pdf",), "a PDF", takes_passwords=True),
    "docx": _Format(1, "rag.loaders.docx", (".docx", ".docm", ".dotx"), "a Word document"),
    "opendocument": _Format(
        1, "rag.loaders.opendocument", (".odt", ".odp", ".ott"), "an OpenDocument file"
    ),
    "pptx": _Format(1, "rag.loaders.pptx", (".pptx", ".pptm", ".ppsx"), "a presentation"),
    "spreadsheet": _Format(
        1, "rag.loaders.spreadsheet", (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), "a spreadsheet"
    ),
    "delimited": _Format(1, "rag.loaders.delimited", (".csv", ".tsv"), "a table of text"),
    "rtf": _Format(1, "rag.loaders.rtf", (".rtf",), "rich text"),
    "mail": _Format(1, "rag.loaders.mail", (".eml",), "a mail"),
    "mbox": _Format(1, "rag.loaders.mbox", (".mbox",), "a mailbox"),
    "epub": _Format(1, "rag.loaders.epub", (".epub",), "an e-book"),
}
_BY_SUFFIX = {suffix: kind for kind, held in _FORMATS.items() for suffix in held.suffixes}
# The loaders there are, as the store names them: what another one read is read again.
LOADERS = frozenset(f"{kind}/{held.version}" for kind, held in _FORMATS.items())
# Kinds that are text with marks: their suffix says more than what they begin with.
_TEXTUAL = frozenset({"markdown", "html", "delimited", "mail", "mbox"})
_FROM_TEXT = frozenset({"html", "mail", "mbox"})
_MAX_BYTES = 256 * 2**20  # read whole into memory, several times over


def loader_for(path: PurePath, head: bytes = b"") -> str | None:
    """The name and version of the loader for `path`, or None for a kind that is not read.

    The suffix decides; where it is of no kind that is read, the first `HEAD_BYTES` bytes do.
    """
    kind = _BY_SUFFIX.get(path.suffix.lower())
    if kind is None:
        kind = kind_of_head(head)
        if kind == "office":  # which one shows when it is opened, in the process apart
            kind = "docx"
    held = _FORMATS.get(kind or "")
    return None if held is None else f"{kind}/{held.version}"


def load(path: Path) -> Document:
    """Read and parse `path` in this process; see `parse`."""
    return parse(_read(path), path.name)


def parse(data: bytes, name: str, *, passwords: Sequence[str] = ()) -> Document:
    """The document that the bytes of a file called `name` hold; it has text or attachments.

    What the bytes are goes before what the name says, where the two differ beyond doubt.

    Raises:
        DocumentError: Whatever is wrong with the file, in one line without its path; it begins
            with `ENCRYPTED` where a password is missing.
    """
    from rag.loaders.canonical import holds_text
    from rag.loaders.flags import flagged

    suffix = PurePath(name).suffix.lower()
    kind, note = _chosen(data, suffix)
    held = _FORMATS[kind]
    make: Callable[..., Document] = import_module(held.module).parse
    try:
        document = make(data, passwords=passwords) if held.takes_passwords else make(data)
    except DocumentError:
        raise
    except RecursionError as error:
        raise DocumentError("nested too deep to be parsed; flatten or simplify it") from error
    except MemoryError as error:
        raise DocumentError("needed more memory than there is; split it") from error
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DocumentError(f"could not be parsed ({reason}); save it anew") from error
    if not holds_text(document.text) and not document.attachments:
        raise DocumentError("holds no text; remove it or replace it by one that does")
    return replace(
        document,
        loader=f"{kind}/{held.version}",
        notes=(*note, *document.notes),
        flags=flagged(document),
    )


def _chosen(data: bytes, suffix: str) -> tuple[str, tuple[str, ...]]:
    """The kind to read the bytes as, and a note where the name says another."""
    if not data:
        raise DocumentError("is empty; remove it or replace it by one that holds text")
    named = _BY_SUFFIX.get(suffix)
    found = kind_of(data)
    if found == "encrypted-office":
        raise DocumentError(f"{ENCRYPTED}: save it without a password, then index again")
    if found is None or found == named:
        if named is None:
            known = " ".join(sorted(_BY_SUFFIX))
            raise DocumentError(f'files of kind "{suffix}" are not read; convert to one of {known}')
        return named, ()
    if found in _FROM_TEXT and named in _TEXTUAL:
        return named or found, ()
    if found not in _FORMATS:
        raise DocumentError(f'is {found}, not what "{suffix}" says; convert it to a kind we read')
    called = _FORMATS[found].called
    if named is None:
        return found, (f"Its name does not say so, but it is {called}.",)
    return found, (f'It is named "{suffix}" but is {called}, and was read as that.',)


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # A named pipe would be waited on for ever.
            raise DocumentError("not a regular file; replace it by one")
        if status.st_size > _MAX_BYTES:
            size = f"{status.st_size / 2**20:.0f} MB"
            raise DocumentError(f"larger than {_MAX_BYTES // 2**20} MB ({size}); split it")
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be opened: {reason}; check that it can be read") from error

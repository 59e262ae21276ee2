"""From a file to a `Document`: canonical text, blocks, facts. One module a format.

A format's module has `parse(data: bytes) -> Document`. To add one, write the module and name its
suffixes in `_FORMATS`; raise its version when the same bytes would give another document, since
files are then read again. `rag.loaders.worker` does the same work in a process of its own.
"""

import stat
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from rag.errors import DocumentError
from rag.types import Document

__all__ = ["load", "loader_for"]

_FORMATS = {
    ".txt": ("text/1", "rag.loaders.text"),
    ".text": ("text/1", "rag.loaders.text"),
    ".md": ("markdown/1", "rag.loaders.markdown"),
    ".markdown": ("markdown/1", "rag.loaders.markdown"),
    ".html": ("html/1", "rag.loaders.html"),
    ".htm": ("html/1", "rag.loaders.html"),
    ".xhtml": ("html/1", "rag.loaders.html"),
}
_MAX_BYTES = 256 * 2**20  # read whole into memory, several times over


def loader_for(path: Path) -> str | None:
    """The name and version of the loader for `path`'s suffix, or None for a kind not read."""
    entry = _FORMATS.get(path.suffix.lower())
    return None if entry is None else entry[0]


def load(path: Path) -> Document:
    """Read and parse `path` in this process; the text of the document is never empty.

    Raises:
        DocumentError: Whatever is wrong with the file, in one line without its path.
    """
    # Imported here, so that asking `loader_for` of many paths costs nothing.
    from rag.loaders.canonical import holds_text

    entry = _FORMATS.get(path.suffix.lower())
    if entry is None:
        known = " ".join(sorted(_FORMATS))
        raise DocumentError(
            f'files of kind "{path.suffix}" are not read; convert to one of {known}'
        )
    parse: Callable[[bytes], Document] = import_module(entry[1]).parse
    data = _read(path)
    try:
        document = parse(data)
    except DocumentError:
        raise
    except RecursionError as error:
        raise DocumentError("nested too deep to be parsed; flatten or simplify it") from error
    except MemoryError as error:
        raise DocumentError("needed more memory than there is; split it") from error
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DocumentError(f"could not be parsed ({reason}); save it anew") from error
    if not holds_text(document.text):
        raise DocumentError("holds no text; remove it or replace it by one that does")
    return document


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

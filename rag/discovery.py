"""Which files there are: a root's tree, walked without leaving it, and the roots to be walked.

What is found is only listed here, not read. Names that start with a dot, a README at the root,
links that leave the root, and anything that is no regular file are passed over and counted.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import ConfigurationError, DocumentError


@dataclass(slots=True)
class Found:
    """The files of one root: relative path → absolute path; and what was passed over."""

    files: dict[str, Path] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def discover(root: Path, *, skip: Sequence[Path] = ()) -> Found:
    """Every file under `root`, by relative path in POSIX form, sorted; `root` may be one file.

    `skip` names what lies inside it and is not its own: the data folder, other roots.

    Raises:
        ConfigurationError: the root is missing, or cannot be listed.
    """
    found = Found()
    if root.is_file():
        found.files[source_name(Path(root.name))] = root
        return found
    if not root.is_dir():
        raise ConfigurationError(
            f"{root} is not there; nothing was removed. Bring it back, or take its documents out "
            f"with `rag forget --root {root}`"
        )
    real_root = root.resolve()
    skipped = {path.resolve() for path in skip}
    files_elsewhere = set(skip)

    def failed(error: OSError) -> None:
        # Unlisted is not empty: to go on would remove what cannot be seen.
        raise ConfigurationError(
            f"{error.filename} cannot be listed ({error.strerror}); nothing was removed"
        ) from error

    for folder, folders, names in os.walk(root, onerror=failed):
        here = Path(folder)
        kept = []
        for name in sorted(folders):
            path = here / name
            if name.startswith(".") or path.is_symlink() or path.resolve() in skipped:
                found.ignored.append(source_name(path.relative_to(root)))
            else:
                kept.append(name)
        folders[:] = kept
        for name in sorted(names):
            path = here / name
            source = source_name(path.relative_to(root))
            own = path not in files_elsewhere and source not in found.files
            if own and _is_document(path, at_root=here == root, real_root=real_root):
                found.files[source] = path
            else:
                found.ignored.append(source)
    return found


def file_hash(path: Path, max_mb: float) -> tuple[int, str]:
    """The size in bytes and the sha256 of a file.

    Raises:
        DocumentError: it cannot be opened, or is larger than `max_mb` million bytes.
    """
    try:
        size = path.stat().st_size
        if size > max_mb * 1e6:
            raise DocumentError(
                f"is larger than {max_mb:g} MB ({size / 1e6:.0f} MB); raise RAG_MAX_FILE_MB or "
                "split it"
            )
        with path.open("rb") as file:
            return size, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(
            f"cannot be opened ({error.strerror}); check who may read it"
        ) from error


def absolute(path: Path) -> Path:
    """The path from the root of the file system, without ".." and links left as they are."""
    return Path(os.path.normpath(path.absolute()))


def source_name(path: Path) -> str:
    """A relative path as text: POSIX form, bytes that are no UTF-8 written as escapes."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_document(path: Path, *, at_root: bool, real_root: Path) -> bool:
    if path.name.startswith(".") or (at_root and path.stem.upper() == "README"):
        return False
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(real_root):
            return False
        return path.is_file()
    except (OSError, RuntimeError):  # a link that leads to itself
        return False

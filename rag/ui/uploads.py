"""Files that a person hands over → files of the corpus folder, indexed in the background.

What is handed over is foreign, its name too: the name becomes one of ours, nothing that is there
is overwritten, and a file stands in the folder whole or not at all.
"""

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from rag.discovery import absolute
from rag.errors import DocumentError
from rag.ingestion import Progress, Report, SyncOptions
from rag.loaders import HEAD_BYTES, loader_for
from rag.loaders.kinds import kind_of_head
from rag.pipeline import Pipeline
from rag.store import document_id
from rag.ui import indexing, state, words
from rag.ui.jobs import Job, Step

Outcome = Literal["new", "there", "beside", "refused"]

# Bytes of a name in UTF-8: file systems take 255, and " (99)" and more may come to it.
MAX_NAME_BYTES = 200
MAX_BESIDE = 99
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # on Windows, and awkward in any shell
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # Windows opens these instead
# Of an archive or an old office document the first bytes do not say which; its parser does.
_OPENED_LATER = frozenset({"office", "a ZIP archive", "an old office document"})


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file: its name as it was given, where it is kept (None: refused), why.

    `state` is "there" where the same bytes were kept already, "beside" where another file has the
    name; `said` is empty where there is nothing to tell.
    """

    name: str
    path: Path | None
    state: Outcome
    said: str


def receive(folder: Path, name: str, data: bytes, *, most_bytes: int) -> Received:
    """Keep a file in `folder`, or refuse it with the reason; never raises for what it holds."""
    shown = words.shortened(_SEPARATORS.split(name)[-1], 120) or "a file without a name"
    if why := _fault(name, data, most_bytes):
        return Received(shown, None, "refused", why)
    kept = kept_name(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path, outcome = _keep(folder, kept, data)
    except OSError as error:
        return Received(
            shown, None, "refused", f"cannot be kept in {folder} ({error.strerror or error})"
        )
    said = {
        "new": "" if path.name == shown else f"kept as {path.name}",
        "there": "already there" if path.name == shown else f"already there as {path.name}",
        "beside": f"another file has this name; kept as {path.name}",
    }
    return Received(shown, path, outcome, said[outcome])


def kept_name(name: str) -> str:
    """The name under which a file is kept: one part of a path, short, and what it looks like."""
    last = unicodedata.normalize("NFC", _SEPARATORS.split(name)[-1])
    # Characters that steer (bidi, control), have no shape or no meaning: categories C and Zl, Zp.
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in last
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    plain = _FORBIDDEN.sub("_", " ".join(seen.split())).strip(". ")
    path = PurePath(plain or "file")
    suffix = path.suffix if len(path.suffix.encode()) <= 12 else ""
    stem = path.name.removesuffix(suffix)
    stem = stem.encode()[: MAX_NAME_BYTES - len(suffix.encode())].decode(errors="ignore").rstrip()
    if _DEVICES.fullmatch(stem) or stem.upper() == "README":  # the latter is no document at a root
        stem = f"{stem}_"
    return f"{stem}{suffix}"


def index_received(pipeline: Pipeline, received: Received) -> Job:
    """Queue the indexing of a file that was kept; the job ends as failed with the file's reason.

    A file that was forgotten is read again: who hands it over means it.
    """
    path = received.path
    if path is None:
        raise ValueError(f"{received.name} was not kept")

    def work(step: Step) -> tuple[str, ...]:
        def show(done: Progress) -> None:
            step(*words.progress(done))

        def index() -> Report:
            whole, paths = _to_index(pipeline, path)
            return pipeline.index(paths, options=SyncOptions(again=not whole), show=show)

        step(0.0, "Looking at the file and loading the embedding model…")
        report = indexing.patiently(step, index)
        return (_outcome(pipeline, received, path), *report.notices)

    label = f"Taking in {received.name}"
    return state.jobs().start(indexing.LANE, label, work, about=path.name, owner=state.session())


def _to_index(pipeline: Pipeline, path: Path) -> tuple[bool, list[Path]]:
    """The file alone, or its folder with all in it where that is not remembered yet."""
    known = any(absolute(path).is_relative_to(root.path) for root in pipeline.store.roots.all())
    return (False, [path]) if known else (True, [path.parent])


def _outcome(pipeline: Pipeline, received: Received, path: Path) -> str:
    """What is said of a file once it was read.

    Raises:
        DocumentError: it could not be read.
    """
    where = f"{received.name}{f' ({received.said})' if received.said else ''}"
    for root in pipeline.store.roots.all():
        if absolute(path).is_relative_to(root.path):
            source = absolute(path).relative_to(root.path).as_posix()
            record = pipeline.store.documents.record(document_id(root.path, source))
            if record.state == "failed":
                raise DocumentError(f"{where}: {record.error}")
            return f"{where}: {words.counted(record.n_chunks, 'passage')} can be asked now."
    raise DocumentError(f"{where}: its folder is not remembered any more; use “Index again”")


def _fault(name: str, data: bytes, most_bytes: int) -> str | None:
    """Why a file is not taken, as far as its size and its first bytes say."""
    if not data.strip(b"\0 \t\r\n"):
        return "is empty"
    if len(data) > most_bytes:
        size, most = len(data) / 1e6, most_bytes / 1e6
        return f"is larger than {most:g} MB ({size:,.0f} MB); split it, or raise RAG_MAX_FILE_MB"
    head = data[:HEAD_BYTES]
    found = kind_of_head(head)
    if found and found not in _OPENED_LATER and loader_for(PurePath("x"), head) is None:
        return f"is {found}; that kind of file is not read"
    if loader_for(PurePath(kept_name(name)), head) is None:
        suffix = PurePath(kept_name(name)).suffix
        what = found or (f"of kind “{suffix}”" if suffix else "of no kind that its name tells")
        return f"is {what}; that kind of file is not read"
    return None


def _keep(folder: Path, name: str, data: bytes) -> tuple[Path, Outcome]:
    """Write bytes under the first free form of a name, unless one of them holds the same."""
    unfinished = folder / f".{secrets.token_hex(8)}.part"  # a dot: not taken for a document
    try:
        for number, path in enumerate(_forms(folder, name)):
            if _holds(path, data):
                return path, "there"
            if path.exists() or path.is_symlink():
                continue
            if not unfinished.exists():
                unfinished.write_bytes(data)
            with suppress(FileExistsError):  # somebody else's, a moment ago: look again
                _name(unfinished, path)
                return path, "beside" if number else "new"
            if _holds(path, data):
                return path, "there"
    finally:
        unfinished.unlink(missing_ok=True)
    raise OSError(f"{MAX_BESIDE} others have this name")


def _forms(folder: Path, name: str) -> Iterator[Path]:
    plain = PurePath(name)
    yield folder / name
    for number in range(2, MAX_BESIDE + 1):
        yield folder / f"{plain.stem} ({number}){plain.suffix}"


def _name(unfinished: Path, path: Path) -> None:
    """Give a whole file its name, if that is free.

    Raises:
        FileExistsError: it is not.
    """
    try:
        os.link(unfinished, path)  # unlike a rename it never takes another's place
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as on memory cards
        path.touch(exist_ok=False)
        unfinished.replace(path)


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file of this name holds these bytes."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
        return False
    with path.open("rb") as file:
        held = hashlib.file_digest(file, "sha256").digest()
    return held == hashlib.sha256(data).digest()

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
from rag.errors import DocumentError, NotFoundError
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
# Windows opens these instead, whatever stands behind a dot.
_DEVICES = re.compile(r"(?i)con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]")
# No shape of their own, though not of category C (Source: Unicode, Default_Ignorable_Code_Point).
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_MAX_SUFFIX_BYTES = 12
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
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    last = _SHAPELESS.sub("", _SEPARATORS.split(name)[-1])
    # Characters that steer (bidi, control), have no shape or no meaning: categories C and Zl, Zp.
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in last
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    # Once those are gone: they kept letters and their marks apart.
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", " ".join(seen.split())))
    plain = re.sub(r"[. ]+\.", ".", plain).rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    suffix = f"{dot}{ending}" if dot else ""
    if not dot or len(suffix.encode()) > _MAX_SUFFIX_BYTES:
        stem, suffix = plain, ""
    stem = stem.lstrip(". ") or "file"
    first, dot, rest = stem.partition(".")
    if _DEVICES.fullmatch(first.rstrip()) or stem.upper() == "README":  # no document at a root
        stem = f"{first}_{dot}{rest}"
    stem = stem.encode()[: MAX_NAME_BYTES - len(suffix.encode())].decode(errors="ignore")
    stem = stem.rstrip(". ")
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
        return (*_outcome(pipeline, received, path, report), *report.notices)

    label = f"Taking in {received.name}"
    return state.jobs().start(indexing.LANE, label, work, about=path.name, owner=state.session())


def _to_index(pipeline: Pipeline, path: Path) -> tuple[bool, list[Path]]:
    """The file alone, or its folder with all in it where that is not remembered yet."""
    known = any(absolute(path).is_relative_to(root.path) for root in pipeline.store.roots.all())
    return (False, [path]) if known else (True, [path.parent])


def _outcome(pipeline: Pipeline, received: Received, path: Path, report: Report) -> tuple[str, ...]:
    """What is said of a file once it was read, and of what is attached to it.

    Raises:
        DocumentError: it could not be read, or was not reached.
    """
    where = f"{received.name}{f' ({received.said})' if received.said else ''}"
    inmost = sorted(pipeline.store.roots.all(), key=lambda root: -len(Path(root.path).parts))
    for root in inmost:
        if absolute(path).is_relative_to(root.path):
            source = absolute(path).relative_to(root.path).as_posix()
            try:
                record = pipeline.store.documents.record(document_id(root.path, source))
            except NotFoundError as error:
                why = "; ".join(report.errors) or "passed over; another folder may take its place"
                raise DocumentError(f"{where}: {why}") from error
            if record.state == "failed":
                raise DocumentError(f"{where}: {record.error}")
            said = f"{where}: {words.counted(record.n_chunks, 'passage')} can be asked now."
            return (said, *_attached(report, f"{source}/"))
    raise DocumentError(f"{where}: its folder is not remembered any more; use “Index again”")


def _attached(report: Report, prefix: str) -> tuple[str, ...]:
    """What a run did with what is attached to a file; their paths begin with `prefix`."""
    read = [
        source
        for source in (*report.new, *report.changed, *report.unchanged)
        if source.startswith(prefix)
    ]
    failed = [(source, why) for source, why in report.failed if source.startswith(prefix)]
    said = [f"Attached to it and read: {words.counted(len(read), 'document')}."] if read else []
    said += [f"{source} could not be read: {why}" for source, why in failed[: words.MAX_NAMES]]
    if len(failed) > words.MAX_NAMES:
        said.append(f"and {len(failed) - words.MAX_NAMES:,} more that are attached to it")
    return tuple(said)


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
                _write(unfinished, data)
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


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # before it has its name: no crash leaves half a document


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
        try:
            unfinished.replace(path)
        except OSError:
            path.unlink(missing_ok=True)
            raise


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file of this name holds these bytes."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
        return False
    with path.open("rb") as file:
        held = hashlib.file_digest(file, "sha256").digest()
    return held == hashlib.sha256(data).digest()

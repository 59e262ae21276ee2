"""What a run has to do: files of roots held against the store, sorted into jobs and lists."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.discovery import Found, discover, file_hash
from rag.errors import ConfigurationError, DocumentError
from rag.ingestion.report import Report
from rag.loaders import ENCRYPTED, HEAD_BYTES, LOADERS, loader_for
from rag.ocr import NO_TEXT
from rag.settings import Settings
from rag.store import Known, Root, Store
from rag.types import DocumentRecord


@dataclass(frozen=True, slots=True)
class Job:
    """Bytes to be read as a document: those of the file at `path`, or an attachment's `data`.

    `moved_from` is the document that had the same bytes under another path, `parent` the id of
    what an attachment hangs on; `depth` counts from 0, for a file.
    """

    root: Root
    source: str
    loader: str
    size: int
    path: Path | None = None
    data: bytes = b""
    moved_from: Known | None = None
    parent: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What was asked for: read forgotten files, read failed ones, remove more than half."""

    again: bool = False
    retry_failed: bool = False
    yes: bool = False
    passwords: tuple[str, ...] = field(default=(), repr=False)


class Plan:
    """Jobs, and documents of the store that are to be chunked anew; the rest is in the report."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        options: SyncOptions,
        chunked: set[str],
        report: Report,
    ) -> None:
        self.jobs: list[Job] = []
        self.stored: list[DocumentRecord] = []
        self._store = store
        self._options = options
        self._chunked = chunked
        self._report = report
        self._max_file_mb = settings.max_file_mb
        self._reads_pictures = settings.ocr_languages is not None
        self._attached: dict[tuple[str, str], dict[str, Known]] = {}

    @property
    def total_bytes(self) -> int:
        """The size of all files to be read."""
        return sum(job.size for job in self.jobs)

    def attached(self, root: Root, source: str) -> dict[str, Known]:
        """What the store held as attached to a file, and to those in turn, by path."""
        return self._attached.get((root.path, source), {})

    def sync(self, root: Root, only: str | None) -> None:
        """Compare a root with the store and note what is to be done; removals are done here."""
        others = [Path(known.path) for known in self._store.roots.all() if known != root]
        try:
            found = discover(Path(root.path), skip=[self._store.data_dir, *others])
        except ConfigurationError as error:
            self._report.errors.append(str(error))
            return
        if only is not None:
            found = Found(
                {name: path for name, path in found.files.items() if _within(name, only)},
                [name for name in found.ignored if _within(name, only)],
            )
        everything = {
            name: held
            for name, held in self._store.documents.known(root).items()
            if only is None or _within(name, only)
        }
        known = {name: held for name, held in everything.items() if held.parent is None}
        for name, held in everything.items():
            if held.parent is not None:
                top = _file_of(name, known, found.files)
                self._attached.setdefault((root.path, top), {})[name] = held
        self._report.ignored += found.ignored
        supported: dict[str, tuple[Path, str]] = {}
        for source, path in found.files.items():
            loader = loader_of(path)
            if loader is None:
                self._report.unsupported.append(source)
            else:
                supported[source] = (path, loader)
        live = {name: held for name, held in known.items() if held.state in ("current", "failed")}
        gone = {name: held for name, held in live.items() if name not in supported}
        if only is None and live and not supported:
            self._report.errors.append(
                f"{root.path} holds no document any more, {len(live)} are indexed from it; nothing "
                f"was removed. Bring them back, or run `rag forget --root {root.path}`"
            )
            return
        moved = self._compare(root, supported, known, gone)
        self._remove(root, live, gone, moved)
        self._store.roots.synced(root)

    def _compare(
        self,
        root: Root,
        supported: Mapping[str, tuple[Path, str]],
        known: Mapping[str, Known],
        gone: Mapping[str, Known],
    ) -> set[str]:
        """Sort the files of a root into jobs and lists; returns the sources that were renamed."""
        by_hash: dict[str | None, list[Known]] = {}
        for left in gone.values():
            if left.version is not None:
                by_hash.setdefault(left.file_sha256, []).append(left)
        moved: set[str] = set()
        for source, (path, loader) in supported.items():
            held = known.get(source)
            inside = list(self.attached(root, source).values())
            if held is not None and held.state == "forgotten" and not self._options.again:
                self._report.forgotten += [source, *(one.source for one in inside)]
                continue
            try:
                size, digest = file_hash(path, self._max_file_mb)
            except DocumentError as error:
                self._fail(root, source, str(error), loader)
                continue
            if held is not None and self._is_same(held, digest, inside):
                self._unchanged([held, *inside])
                continue
            is_new = held is None or held.version is None or held.state == "removed"
            before = by_hash[digest].pop(0) if is_new and by_hash.get(digest) else None
            if before is not None:
                moved.add(before.source)
                self._report.renamed.append((before.source, source))
            self.jobs.append(Job(root, source, loader, size, path, moved_from=before))
            (self._report.new if is_new else self._report.changed).append(source)
        return moved

    def _is_same(self, held: Known, digest: str, inside: Sequence[Known]) -> bool:
        """Whether a file and all that is attached to it need not be read again."""
        if held.file_sha256 != digest:
            return False
        return all(
            one.state in ("current", "failed")
            and one.loader in LOADERS
            and not (one.state == "failed" and self._is_to_retry(one))
            for one in (held, *inside)
            if one is held or one.state != "removed"
        )

    def _is_to_retry(self, held: Known) -> bool:
        reason = held.error or ""
        return (
            self._options.retry_failed
            or (bool(self._options.passwords) and reason.startswith(ENCRYPTED))
            or (self._reads_pictures and reason.startswith(NO_TEXT))
        )

    def _unchanged(self, documents: Sequence[Known]) -> None:
        for held in documents:
            if held.state == "failed":
                self._report.failed.append((held.source, held.error or "could not be read"))
            elif held.state == "current":
                self._report.unchanged.append(held.source)
                if held.stale or held.id not in self._chunked:
                    self.stored.append(self._store.documents.record(held.id))

    def _remove(
        self, root: Root, live: Mapping[str, Known], gone: Mapping[str, Known], moved: set[str]
    ) -> None:
        leaving = [source for source in gone if source not in moved]
        if 2 * len(leaving) > len(live) and not self._options.yes:
            self._report.errors.append(
                f"{len(leaving)} of {len(live)} documents are gone from {root.path}; nothing was "
                "removed. If that is meant, run again with --yes"
            )
            return
        # Renamed ones go once their new name is committed, lest a kill lose what was said of them.
        # Under "": attachments of a file that was never committed and is gone.
        for source in (*leaving, ""):
            first = [gone[source]] if source else []
            for held in (*first, *self.attached(root, source).values()):
                if held.state in ("current", "failed"):
                    self._store.remove(held.id)
                    self._report.removed.append(held.source)

    def _fail(self, root: Root, source: str, reason: str, loader: str) -> None:
        self._store.documents.put_failed(
            root, source, file_sha256=None, loader=loader, error=reason
        )
        self._report.failed.append((source, reason))


def loader_of(path: Path) -> str | None:
    """The loader for a file: by its suffix, or where that says nothing by its first bytes."""
    known = loader_for(path)
    if known is not None:
        return known
    try:
        with path.open("rb") as file:
            return loader_for(path, file.read(HEAD_BYTES))
    except OSError:
        return None


def _file_of(name: str, *files: Container[str]) -> str:
    """The path of the file that an attachment hangs on: the shortest part of its own that is one.

    The store may not know that file, where a run was killed before it was committed.
    """
    end = name.find("/")
    while end >= 0:
        if any(name[:end] in held for held in files):
            return name[:end]
        end = name.find("/", end + 1)
    return ""


def _within(source: str, only: str) -> bool:
    return source == only or source.startswith(f"{only}/")

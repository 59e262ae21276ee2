"""Sync: what is new, changed or gone under the roots; load, chunk, embed, record, index; report.

A document is committed to the store whole, then the indexes are told. A run that is killed
anywhere is finished by the next: what was committed is not parsed or embedded again.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.chunking import CHUNKER_VERSION, ChunkRecipe, chunk
from rag.discovery import Found, discover
from rag.errors import (
    ConfigurationError,
    DocumentError,
    IndexBusyError,
    IndexingError,
    IndexMismatchError,
)
from rag.index import STEP_BESIDE, STEP_LIVE, IndexWriter, delete_folder, sweep_folders
from rag.loaders import loader_for
from rag.loaders.worker import Parser
from rag.models import EmbeddingModel
from rag.settings import Settings
from rag.store import IndexRecord, Known, Root, Store, Vector, document_id, version_id
from rag.terms import TERMS_VERSION
from rag.types import Chunk, Document, DocumentRecord

_log = logging.getLogger(__name__)

# Texts embedded before their documents are committed: about a second's work, all a kill costs.
EMBED_TOGETHER = 64
# Chunks committed before the indexes are told, so that a long run can be asked while it goes on.
INDEX_EVERY = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files and bytes of those to be read, chunks embedded or indexed."""

    stage: str
    files: int
    n_files: int
    n_bytes: int
    total_bytes: int
    chunks: int


ShowProgress = Callable[[Progress], None]


@dataclass(slots=True)
class Report:
    """What a run did: every file of its roots stands in exactly one of the lists."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    n_chunks: int = 0
    n_embedded: int = 0
    seconds: float = 0.0
    embed_seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        rows = {name: list(getattr(self, name)) for name in _LISTS}
        rows["failed"] = [{"source": source, "reason": reason} for source, reason in self.failed]
        rows["renamed"] = [{"from": old, "to": new} for old, new in self.renamed]
        return {
            **rows,
            "chunks": self.n_chunks,
            "embedded": self.n_embedded,
            "seconds": round(self.seconds, 3),
            "embed_seconds": round(self.embed_seconds, 3),
        }


_LISTS = (
    *("new", "changed", "unchanged", "removed", "forgotten", "ignored", "unsupported"),
    *("errors", "notices"),
)


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to be read (`path`), or a version in the store to be chunked anew (`document`)."""

    root: Root
    source: str
    path: Path | None
    data_sha256: str
    loader: str
    size: int
    moved_from: Known | None = None


@dataclass(slots=True)
class _Ready:
    """A document parsed and chunked, waiting for its vectors."""

    job: _Job
    document: Document
    chunks: list[Chunk]
    keys: list[str]
    texts: list[str]


def fingerprint(model: EmbeddingModel, settings: Settings) -> dict[str, Any]:
    """What makes an index: with another of these it would hold other chunks or vectors."""
    return {
        "model": model.identity,
        "normalised": True,
        "window": model.window,
        "chunk_tokens": settings.chunk_tokens,
        "chunk_overlap_tokens": settings.chunk_overlap_tokens,
        "chunker": CHUNKER_VERSION,
        "terms": TERMS_VERSION,
    }


def check_fingerprint(record: IndexRecord, wanted: Mapping[str, Any]) -> None:
    """Hold an index against the settings.

    Raises:
        IndexMismatchError: with what differs and the command that makes the index anew.
    """
    differing = [name for name in wanted if record.fingerprint.get(name) != wanted[name]]
    if differing:
        parts = "; ".join(
            f"{name} is {record.fingerprint.get(name)!r} in the index and {wanted[name]!r} in the "
            "settings"
            for name in differing
        )
        raise IndexMismatchError(
            f"{parts}. `rag index --rebuild` makes the index anew from the store; the old one "
            "answers until that is done"
        )


@contextmanager
def writing(data_dir: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock of the one writer of documents and indexes.

    Raises:
        IndexBusyError: another process holds it.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(data_dir / "write.lock", timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(
            f"another process is indexing into {data_dir}; wait until it is done, then try again"
        ) from error
    try:
        yield
    finally:
        lock.release()


class Ingestion:
    """Brings the store and the indexes up to folders of files; every method holds the lock."""

    def __init__(self, store: Store, model: EmbeddingModel, settings: Settings) -> None:
        self._store = store
        self._model = model
        self._settings = settings
        self._recipe = ChunkRecipe(
            count_tokens=model.count_tokens,
            window=model.window,
            target=min(settings.chunk_tokens, model.window),
            overlap=settings.chunk_overlap_tokens,
        )

    def index(
        self,
        paths: Sequence[Path] = (),
        *,
        again: bool = False,
        retry_failed: bool = False,
        yes: bool = False,
        show: ShowProgress = lambda _: None,
    ) -> Report:
        """Sync these folders or files; without any, the corpus and every remembered root.

        `again` reads forgotten files, `retry_failed` those that failed unchanged, `yes` allows
        removing more than half of a root.

        Raises:
            ConfigurationError: a path that is not there, or nothing to index.
            IndexBusyError: another process is indexing.
            IndexMismatchError: the index was made with other settings.
        """
        started = time.perf_counter()
        with writing(self._store.data_dir):
            record = self._record()
            report = Report()
            run = _Run(self, record, report, show)
            for root, only in self._targets(paths, report):
                run.sync(root, only, again=again, retry_failed=retry_failed, yes=yes)
            run.work()
            self._retire_samples(report)
            with self._writer(record) as writer:
                writer.carry_out(run.indexed)
            self._store.chunks.sweep_vectors()
            sweep_folders(self._store)
            report.n_chunks = self._store.chunks.count(record)
        report.seconds = time.perf_counter() - started
        return report

    def rebuild(self, *, show: ShowProgress = lambda _: None) -> Report:
        """Make the index anew from the store, by the settings in force, beside the old one.

        Files are not read; texts are embedded only where no vector of this model is kept.
        """
        started = time.perf_counter()
        report = Report()
        with writing(self._store.data_dir):
            self._rebuild(report, show)
        report.seconds = time.perf_counter() - started
        return report

    def repair(self) -> None:
        """Make both indexes again from the store, if they do not fit it.

        Raises:
            IndexBusyError: another process is indexing.
        """
        with writing(self._store.data_dir):
            record = self._store.chunks.current_index()
            if record is not None:
                with self._writer(record) as writer:
                    writer.carry_out()

    def forget(
        self, records: Sequence[DocumentRecord], *, root: Path | None = None
    ) -> dict[str, list[str]]:
        """Delete documents from everything, the disk included; leave a tombstone each.

        With `root`, that folder is not remembered any more, and its tombstones go too. The
        indexes are made anew, since deleted entries stay in their files. Returns, by document
        id, the kept answers that quote it.
        """
        with writing(self._store.data_dir):
            quoted = self._store.forget(records)
            if root is not None:
                self._store.documents.drop_root(str(root.absolute()))
            if self._store.chunks.current_index() is not None:
                self._rebuild(Report(), lambda _: None)
            self._store.database.purge()
        return quoted

    def _record(self) -> IndexRecord:
        wanted = fingerprint(self._model, self._settings)
        record = self._store.chunks.current_index()
        if record is None:
            return self._store.chunks.new_index(wanted, current=True)
        if self._store.chunks.count(record) == 0 and not self._store.chunks.n_orders(record):
            if dict(record.fingerprint) != wanted:  # nothing made with it: nothing to rebuild
                self._store.chunks.drop_index(record)
                return self._store.chunks.new_index(wanted, current=True)
            return record
        check_fingerprint(record, wanted)
        return record

    def _writer(self, record: IndexRecord) -> IndexWriter:
        """A writer on indexes that can be opened and fit the store; others are made anew."""
        try:
            writer = IndexWriter(self._store, record, step=STEP_LIVE)
            if writer.fits():
                return writer
            writer.close()
            _log.warning("the indexes do not fit the store; making them again")
        except IndexingError as error:
            _log.warning("making the indexes again: %s", error)
        delete_folder(self._store.data_dir / record.directory)
        self._store.chunks.order_all(record)
        return IndexWriter(self._store, record, step=STEP_BESIDE)

    def _targets(self, paths: Sequence[Path], report: Report) -> list[tuple[Root, str | None]]:
        """The roots to sync, each with the part of it that was asked for (None: all of it)."""
        documents = self._store.documents
        if paths:
            return [self._target(path.absolute()) for path in paths]
        corpus = self._settings.corpus_dir.absolute()
        own = [root for root in documents.roots() if not root.sample]
        targets = [root for root in own if Path(root.path) != corpus]
        known_corpus = [root for root in own if Path(root.path) == corpus]
        if known_corpus or _holds_documents(corpus):
            targets.insert(0, documents.add_root(str(corpus), sample=False))
        if targets:
            return [(root, None) for root in targets]
        samples = self._settings.samples_dir.absolute()
        if not _holds_documents(samples):
            raise ConfigurationError(
                f"there is nothing to index: {corpus} holds no document; put files there, or run "
                "`rag index FOLDER`"
            )
        report.notices.append(
            f"{self._settings.corpus_dir} holds no document yet: the sample documents in "
            f"{self._settings.samples_dir} are indexed; they leave once it does"
        )
        return [(documents.add_root(str(samples), sample=True), None)]

    def _target(self, path: Path) -> tuple[Root, str | None]:
        documents = self._store.documents
        if not path.exists():
            raise ConfigurationError(f"{path} is not there; nothing was removed. Check the path")
        for root in documents.roots():
            base = Path(root.path)
            if path != base and path.is_relative_to(base) and base.is_dir():
                return root, path.relative_to(base).as_posix()
        return documents.claim_root(str(path)), None

    def _retire_samples(self, report: Report) -> None:
        """Take the samples out of the answers once there is a document of the person's own."""
        records = self._store.documents.records()
        samples = [record for record in records if record.sample]
        if not samples or len(samples) == len(records):
            return
        for record in samples:
            self._store.remove(record.id)
        report.notices.append(
            f"{len(samples)} sample documents left the index: there are documents of your own"
        )

    def _rebuild(self, report: Report, show: ShowProgress) -> None:
        chunks = self._store.chunks
        old = chunks.current_index()
        for index in chunks.indexes():
            if index.state != "current":  # left by a run that was killed
                chunks.drop_index(index)
        sweep_folders(self._store)
        wanted = fingerprint(self._model, self._settings)
        record = chunks.new_index(wanted, current=old is None)
        run = _Run(self, record, report, show)
        run.from_store(self._store.documents.records())
        run.work()
        with IndexWriter(self._store, record, step=STEP_BESIDE) as writer:
            writer.carry_out(run.indexed)
        if old is not None:
            chunks.promote(record)
            chunks.drop_index(old)
        sweep_folders(self._store)
        chunks.sweep_vectors()
        report.n_chunks = chunks.count(record)


class _Run:
    """One run over some roots: collects jobs, then works them off."""

    def __init__(
        self, ingestion: Ingestion, record: IndexRecord, report: Report, show: ShowProgress
    ) -> None:
        self._parts = ingestion
        self._store = ingestion._store
        self._settings = ingestion._settings
        self._record = record
        self._report = report
        self._show = show
        self._jobs: list[_Job] = []
        self._stored: list[DocumentRecord] = []
        self._ready: list[_Ready] = []
        self._done_files = self._done_bytes = self._n_indexed = self._uncarried = 0
        self._total_bytes = 0

    def sync(
        self, root: Root, only: str | None, *, again: bool, retry_failed: bool, yes: bool
    ) -> None:
        """Compare a root with the store and note what is to be done; removals are done here."""
        others = [Path(known.path) for known in self._store.documents.roots() if known != root]
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
        known = {
            name: held
            for name, held in self._store.documents.known(root).items()
            if only is None or _within(name, only)
        }
        self._report.ignored += found.ignored
        supported: dict[str, tuple[Path, str]] = {}
        for source, path in found.files.items():
            loader = loader_for(path)
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
        moved = self._compare(root, supported, known, gone, again=again, retry=retry_failed)
        self._remove(root, live, gone, moved, yes=yes)
        self._store.documents.root_synced(root)

    def _compare(
        self,
        root: Root,
        supported: Mapping[str, tuple[Path, str]],
        known: Mapping[str, Known],
        gone: Mapping[str, Known],
        *,
        again: bool,
        retry: bool,
    ) -> set[str]:
        """Sort the files of a root into jobs and lists; returns the sources that were renamed."""
        by_hash = {held.file_sha256: held for held in gone.values() if held.version is not None}
        moved: set[str] = set()
        for source, (path, loader) in supported.items():
            held = known.get(source)
            if held is not None and held.state == "forgotten" and not again:
                self._report.forgotten.append(source)
                continue
            try:
                size, digest = _hash(path, self._settings.max_file_mb)
            except DocumentError as error:
                self._fail(root, source, str(error), digest=None, loader=loader)
                continue
            same = (
                held is not None and held.file_sha256 == digest and held.loader == loader
            ) and held.state in ("current", "failed")
            if same and held is not None and held.state == "failed" and not retry:
                self._report.failed.append((source, held.error or "could not be read"))
                continue
            if same and held is not None and held.state == "current":
                self._report.unchanged.append(source)
                if held.stale or not self._store.chunks.has_document(self._record, held.id):
                    self._stored.append(self._store.documents.record(held.id))
                continue
            before = by_hash.get(digest) if held is None or held.version is None else None
            if before is not None:
                moved.add(before.source)
                self._report.renamed.append((before.source, source))
            self._jobs.append(_Job(root, source, path, digest, loader, size, before))
            self._total_bytes += size
            is_new = held is None or held.version is None or held.state == "removed"
            (self._report.new if is_new else self._report.changed).append(source)
        return moved

    def _remove(
        self,
        root: Root,
        live: Mapping[str, Known],
        gone: Mapping[str, Known],
        moved: set[str],
        *,
        yes: bool,
    ) -> None:
        leaving = [source for source in gone if source not in moved]
        if 2 * len(leaving) > len(live) and not yes:
            self._report.errors.append(
                f"{len(leaving)} of {len(live)} documents are gone from {root.path}; nothing was "
                "removed. If that is meant, run again with --yes"
            )
            return
        # Renamed ones go once their new name is committed, lest a kill lose what was said of them.
        for source in leaving:
            self._store.remove(gone[source].id)
            self._report.removed.append(source)

    def from_store(self, records: Sequence[DocumentRecord]) -> None:
        """Note that these documents are to be chunked again from their stored text."""
        self._stored += [record for record in records if record.version is not None]

    def work(self) -> None:
        """Read, chunk, embed, commit and index all that was noted."""
        with Parser(
            timeout_seconds=self._settings.parse_timeout_seconds,
            memory_mb=self._settings.parse_memory_mb,
        ) as parser:
            for record in self._stored:
                self._again(record)
                self._flush(at_least=EMBED_TOGETHER)
            for job in self._jobs:
                self._read(parser, job)
                self._flush(at_least=EMBED_TOGETHER)
            self._flush(at_least=0)

    def indexed(self, n_chunks: int) -> None:
        """Show that the indexes were told of so many chunks."""
        self._n_indexed += n_chunks
        self._tell("indexing")

    def _read(self, parser: Parser, job: _Job) -> None:
        assert job.path is not None
        before = job.path.stat()
        try:
            data = job.path.read_bytes()
            document = parser.load(job.path)
            after = job.path.stat()
            if hashlib.sha256(data).hexdigest() != job.data_sha256 or (
                (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)
            ):
                raise DocumentError("it changed while it was read; run `rag index` again")
            if self._settings.keep_originals:
                self._store.documents.keep_original(data, job.data_sha256)
        except (DocumentError, OSError) as error:
            reason = str(error)
            for names in (self._report.new, self._report.changed):
                if job.source in names:
                    names.remove(job.source)
            digest = None if "changed while" in reason else job.data_sha256
            self._fail(job.root, job.source, reason, digest=digest, loader=job.loader)
            self._finish(job)
            return
        self._prepare(job, document)

    def _again(self, record: DocumentRecord) -> None:
        assert record.version is not None
        stored = self._store.documents.text(record.version)
        document = Document(
            text=stored.text,
            blocks=stored.blocks,
            facts=(),
            media_type=record.media_type or "",
            pages=stored.pages,
        )
        root = Root(0, record.root, record.sample)
        self._prepare(_Job(root, record.source, None, "", "", 0), document)

    def _prepare(self, job: _Job, document: Document) -> None:
        identity = document_id(job.root.path, job.source)
        held_from = job.moved_from.id if job.moved_from else identity
        title = self._store.documents.title_for(held_from, document.facts)
        chunks = chunk(
            identity,
            version_id(document.text),
            document.text,
            document.blocks,
            self._parts._recipe,
            title=title,
        )
        texts = [piece.prefix + document.text[piece.start : piece.end] for piece in chunks]
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        self._ready.append(_Ready(job, document, chunks, keys, texts))

    def _flush(self, *, at_least: int) -> None:
        """Embed and commit the waiting documents, once they hold enough texts to be worth it."""
        waiting = {
            key: text
            for ready in self._ready
            for key, text in zip(ready.keys, ready.texts, strict=True)
        }
        if not self._ready or len(waiting) < at_least:
            return
        model = self._parts._model
        have = self._store.chunks.known_vectors(model.identity, list(waiting))
        missing = [key for key in waiting if key not in have]
        vectors: dict[str, Vector] = {}
        for first in range(0, len(missing), EMBED_TOGETHER):
            part = missing[first : first + EMBED_TOGETHER]
            started = time.perf_counter()
            embedded = model.embeddings.embed([waiting[key] for key in part])
            self._report.embed_seconds += time.perf_counter() - started
            vectors.update(zip(part, embedded, strict=True))
            self._report.n_embedded += len(part)
            self._tell("embedding")
        for ready in self._ready:
            self._commit(ready, vectors)
        self._ready.clear()
        if self._uncarried >= INDEX_EVERY:
            with self._parts._writer(self._record) as writer:
                writer.carry_out(self.indexed)
            self._uncarried = 0

    def _commit(self, ready: _Ready, vectors: Mapping[str, Vector]) -> None:
        job, store = ready.job, self._store
        with store.database.transaction() as connection:
            identity = document_id(job.root.path, job.source)
            if job.path is not None:
                store.documents.put(
                    connection,
                    job.root,
                    job.source,
                    ready.document,
                    file_sha256=job.data_sha256,
                    loader=job.loader,
                )
            else:
                store.documents.no_longer_stale(connection, identity)
            if job.moved_from is not None:
                store.documents.copy_user_facts(connection, job.moved_from.id, identity)
            store.chunks.put_vectors(
                connection,
                self._parts._model.identity,
                {key: vectors[key] for key in ready.keys if key in vectors},
            )
            store.chunks.replace(connection, self._record, identity, ready.chunks, ready.keys)
        if job.moved_from is not None:
            store.remove(job.moved_from.id)
        self._uncarried += len(ready.chunks)
        self._finish(job)

    def _finish(self, job: _Job) -> None:
        self._done_files += 1
        self._done_bytes += job.size
        self._tell("embedding")

    def _fail(
        self, root: Root, source: str, reason: str, *, digest: str | None, loader: str
    ) -> None:
        self._store.documents.put_failed(
            root, source, file_sha256=digest, loader=loader, error=reason
        )
        self._report.failed.append((source, reason))

    def _tell(self, stage: str) -> None:
        self._show(
            Progress(
                stage=stage,
                files=self._done_files,
                n_files=len(self._jobs) + len(self._stored),
                n_bytes=self._done_bytes,
                total_bytes=self._total_bytes,
                chunks=self._n_indexed if stage == "indexing" else self._report.n_embedded,
            )
        )


def _holds_documents(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    return any(loader_for(path) is not None for path in discover(folder).files.values())


def _within(source: str, only: str) -> bool:
    return source == only or source.startswith(f"{only}/")


def _hash(path: Path, max_mb: float) -> tuple[int, str]:
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

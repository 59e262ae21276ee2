"""One run over some roots: what is to be done, and doing it, document by document.

A document is committed to the store whole, then the indexes are told. A run that is killed
anywhere is finished by the next: what was committed is not parsed or embedded again.
"""

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.chunking import ChunkRecipe, chunk
from rag.discovery import Found, discover, file_hash
from rag.embedding import EmbeddingModel
from rag.errors import ConfigurationError, DocumentError, IndexingError
from rag.index import STEP_BESIDE, STEP_LIVE, IndexWriter, delete_folder
from rag.ingestion.report import Progress, Report, ShowProgress
from rag.loaders import loader_for
from rag.loaders.worker import Parser
from rag.settings import Settings
from rag.store import IndexRecord, Known, Root, Store, Vector, document_id, version_id
from rag.types import Chunk, Document, DocumentRecord

_log = logging.getLogger(__name__)

# Texts embedded before their documents are committed: about a second's work, all a kill costs.
EMBED_TOGETHER = 64
# Chunks committed before the indexes are told, so that a long run can be asked while it goes on.
INDEX_EVERY = 500


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


class Run:
    """One run over some roots: collects jobs, then works them off."""

    def __init__(
        self,
        store: Store,
        model: EmbeddingModel,
        settings: Settings,
        *,
        record: IndexRecord,
        show: ShowProgress,
    ) -> None:
        self.report = Report()
        self._store = store
        self._model = model
        self._settings = settings
        self._record = record
        self._show = show
        self._recipe = ChunkRecipe(
            count_tokens=model.count_tokens,
            window=model.window,
            target=min(settings.chunk_tokens, model.window),
            overlap=settings.chunk_overlap_tokens,
        )
        self._writer: IndexWriter | None = None
        self._jobs: list[_Job] = []
        self._stored: list[DocumentRecord] = []
        self._ready: list[_Ready] = []
        self._done_files = self._done_bytes = self._n_indexed = self._uncarried = 0
        self._total_bytes = self._n_waiting = 0

    def sync(
        self, root: Root, only: str | None, *, again: bool, retry_failed: bool, yes: bool
    ) -> None:
        """Compare a root with the store and note what is to be done; removals are done here."""
        others = [Path(known.path) for known in self._store.roots.all() if known != root]
        try:
            found = discover(Path(root.path), skip=[self._store.data_dir, *others])
        except ConfigurationError as error:
            self.report.errors.append(str(error))
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
        self.report.ignored += found.ignored
        supported: dict[str, tuple[Path, str]] = {}
        for source, path in found.files.items():
            loader = loader_for(path)
            if loader is None:
                self.report.unsupported.append(source)
            else:
                supported[source] = (path, loader)
        live = {name: held for name, held in known.items() if held.state in ("current", "failed")}
        gone = {name: held for name, held in live.items() if name not in supported}
        if only is None and live and not supported:
            self.report.errors.append(
                f"{root.path} holds no document any more, {len(live)} are indexed from it; nothing "
                f"was removed. Bring them back, or run `rag forget --root {root.path}`"
            )
            return
        moved = self._compare(root, supported, known, gone, again=again, retry=retry_failed)
        self._remove(root, live, gone, moved, yes=yes)
        self._store.roots.synced(root)

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
        chunked = self._store.chunks.documents(self._record)
        by_hash: dict[str | None, list[Known]] = {}
        for left in gone.values():
            if left.version is not None:
                by_hash.setdefault(left.file_sha256, []).append(left)
        moved: set[str] = set()
        for source, (path, loader) in supported.items():
            held = known.get(source)
            if held is not None and held.state == "forgotten" and not again:
                self.report.forgotten.append(source)
                continue
            try:
                size, digest = file_hash(path, self._settings.max_file_mb)
            except DocumentError as error:
                self._fail(root, source, str(error), digest=None, loader=loader)
                continue
            same = (
                held is not None and held.file_sha256 == digest and held.loader == loader
            ) and held.state in ("current", "failed")
            if same and held is not None and held.state == "failed" and not retry:
                self.report.failed.append((source, held.error or "could not be read"))
                continue
            if same and held is not None and held.state == "current":
                self.report.unchanged.append(source)
                if held.stale or held.id not in chunked:
                    self._stored.append(self._store.documents.record(held.id))
                continue
            is_new = held is None or held.version is None or held.state == "removed"
            before = by_hash[digest].pop(0) if is_new and by_hash.get(digest) else None
            if before is not None:
                moved.add(before.source)
                self.report.renamed.append((before.source, source))
            self._jobs.append(_Job(root, source, path, digest, loader, size, before))
            self._total_bytes += size
            (self.report.new if is_new else self.report.changed).append(source)
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
            self.report.errors.append(
                f"{len(leaving)} of {len(live)} documents are gone from {root.path}; nothing was "
                "removed. If that is meant, run again with --yes"
            )
            return
        # Renamed ones go once their new name is committed, lest a kill lose what was said of them.
        for source in leaving:
            self._store.remove(gone[source].id)
            self.report.removed.append(source)

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

    def finish(self) -> Report:
        """Tell the indexes what they still have to learn, and sweep; returns the report."""
        self._carry_out()
        self.close()
        self.report.n_chunks = self._store.chunks.count(self._record)
        return self.report

    def close(self) -> None:
        """Let go of the indexes."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _carry_out(self) -> None:
        """Tell the indexes; they are opened and held against the store once a run."""
        if self._writer is None:
            self._writer = open_writer(self._store, self._record)
        self._writer.carry_out(self._indexed)
        self._uncarried = 0

    def _indexed(self, n_chunks: int) -> None:
        self._n_indexed += n_chunks
        self._tell("indexing")

    def _read(self, parser: Parser, job: _Job) -> None:
        assert job.path is not None
        digest: str | None = job.data_sha256
        try:
            before = job.path.stat()
            data = job.path.read_bytes()
            self.report.n_parsed += 1
            document = parser.load(job.path)
            after = job.path.stat()
            if hashlib.sha256(data).hexdigest() != job.data_sha256 or (
                (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)
            ):
                digest = None  # so that the next run reads it again
                raise DocumentError("it changed while it was read; run `rag index` again")
            if self._settings.keep_originals:
                self._store.documents.keep_original(data, job.data_sha256)
        except (DocumentError, OSError) as error:
            for names in (self.report.new, self.report.changed):
                if job.source in names:
                    names.remove(job.source)
            self._fail(job.root, job.source, str(error), digest=digest, loader=job.loader)
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
            self._recipe,
            title=title,
        )
        texts = [piece.prefix + document.text[piece.start : piece.end] for piece in chunks]
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        self._ready.append(_Ready(job, document, chunks, keys, texts))
        self._n_waiting += len(texts)

    def _flush(self, *, at_least: int) -> None:
        """Embed and commit the waiting documents, once they hold enough texts to be worth it."""
        if not self._ready or self._n_waiting < at_least:
            return
        waiting = {
            key: text
            for ready in self._ready
            for key, text in zip(ready.keys, ready.texts, strict=True)
        }
        model = self._model
        have = self._store.chunks.known_vectors(model.identity, list(waiting))
        missing = [key for key in waiting if key not in have]
        vectors: dict[str, Vector] = {}
        for first in range(0, len(missing), EMBED_TOGETHER):
            part = missing[first : first + EMBED_TOGETHER]
            started = time.perf_counter()
            embedded = model.embeddings.embed([waiting[key] for key in part])
            self.report.embed_seconds += time.perf_counter() - started
            vectors.update(zip(part, embedded, strict=True))
            self.report.n_embedded += len(part)
            self._tell("embedding")
        for ready in self._ready:
            self._commit(ready, vectors)
        self._ready.clear()
        self._n_waiting = 0
        if self._uncarried >= INDEX_EVERY:
            self._carry_out()

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
                self._model.identity,
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
        self.report.failed.append((source, reason))

    def _tell(self, stage: str) -> None:
        self._show(
            Progress(
                stage=stage,
                files=self._done_files,
                n_files=len(self._jobs) + len(self._stored),
                n_bytes=self._done_bytes,
                total_bytes=self._total_bytes,
                chunks=self._n_indexed if stage == "indexing" else self.report.n_embedded,
            )
        )


def _within(source: str, only: str) -> bool:
    return source == only or source.startswith(f"{only}/")


def open_writer(store: Store, record: IndexRecord) -> IndexWriter:
    """A writer on indexes that can be opened and fit the store; others are made anew."""
    step = STEP_LIVE if record.state == "current" else STEP_BESIDE
    try:
        writer = IndexWriter(store, record, step=step)
        if writer.fits():
            return writer
        writer.close()
        _log.warning("the indexes do not fit the store; making them again")
    except IndexingError as error:
        _log.warning("making the indexes again: %s", error)
    delete_folder(store.data_dir / record.directory)
    store.chunks.order_all(record)
    return IndexWriter(store, record, step=STEP_BESIDE)

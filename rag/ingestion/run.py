"""One run over some roots: what is to be done, and doing it, document by document.

A document is committed to the store whole, then the indexes are told. A run that is killed
anywhere is finished by the next: what was committed is not parsed or embedded again.
"""

import hashlib
import logging
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from rag.chunking import ChunkRecipe, chunk
from rag.copies import signature
from rag.embedding import EmbeddingModel
from rag.errors import IndexingError
from rag.index import STEP_BESIDE, STEP_LIVE, IndexWriter, delete_folder
from rag.ingestion.plan import Job, Plan, SyncOptions
from rag.ingestion.reading import Read, Readers
from rag.ingestion.report import Progress, Report, ShowProgress
from rag.loaders import HEAD_BYTES, loader_for
from rag.settings import Settings
from rag.store import IndexRecord, Known, Root, Store, Vector, document_id, version_id
from rag.types import Chunk, Document, DocumentRecord

_log = logging.getLogger(__name__)

# Texts embedded before their documents are committed: about a second's work, all a kill costs.
EMBED_TOGETHER = 64
# Chunks committed before the indexes are told, so that a long run can be asked while it goes on.
INDEX_EVERY = 500
# Mails attached to mails attached to mails: real ones are three deep at the most.
MAX_DEPTH = 5
# What hangs on one file, all in all: the largest mailbox that is read has 20,000 messages.
MAX_ATTACHED = 25_000
MAX_ATTACHED_BYTES = 1_000_000_000


@dataclass(slots=True)
class _Ready:
    """A document parsed and chunked, waiting for its vectors; `sha256` is None for a stored one."""

    job: Job
    sha256: str | None
    document: Document
    chunks: list[Chunk]
    keys: list[str]
    texts: list[str]


class Run:
    """One run over some roots: plans, then works the plan off."""

    def __init__(
        self,
        store: Store,
        model: EmbeddingModel,
        settings: Settings,
        *,
        record: IndexRecord,
        show: ShowProgress,
        options: SyncOptions,
    ) -> None:
        self.report = Report()
        self.plan = Plan(
            store,
            settings,
            options=options,
            chunked=store.chunks.documents(record),
            report=self.report,
        )
        self._store = store
        self._model = model
        self._settings = settings
        self._record = record
        self._show = show
        self._options = options
        self._recipe = ChunkRecipe(
            count_tokens=model.count_tokens,
            window=model.window,
            target=min(settings.chunk_tokens, model.window),
            overlap=settings.chunk_overlap_tokens,
        )
        self._writer: IndexWriter | None = None
        self._ready: list[_Ready] = []
        self._done_files = self._done_bytes = self._n_indexed = self._uncarried = 0
        self._n_attached = self._n_waiting = self._total_bytes = 0

    def from_store(self, records: Sequence[DocumentRecord]) -> None:
        """Note that these documents are to be chunked again from their stored text."""
        self.plan.stored += [record for record in records if record.version is not None]

    def work(self) -> None:
        """Read, chunk, embed, commit and index all that was noted."""
        self._store.copies.fill(self._store.documents.text_of)
        for record in self.plan.stored:
            self._again(record)
            self._flush(at_least=EMBED_TOGETHER)
        self._total_bytes = self.plan.total_bytes
        if self.plan.jobs:
            with Readers(self._settings, passwords=self._options.passwords) as readers:
                for read in readers.read(self.plan.jobs):
                    self._take(readers, read)
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

    def _take(self, readers: Readers, read: Read) -> None:
        """Note what came of a file: what is attached to it first, then itself.

        A kill in between leaves it unknown to the store, so that the next run reads it again.
        """
        self.report.n_parsed += 1
        if read.document is None:
            for names in (self.report.new, self.report.changed):
                if read.job.source in names:
                    names.remove(read.job.source)
            self._fail(read)
        else:
            notes = self._take_attached(readers, read.job, read.document)
            self._keep(read, replace(read.document, notes=(*read.document.notes, *notes)))
        self._flush(at_least=EMBED_TOGETHER)

    def _take_attached(self, readers: Readers, job: Job, document: Document) -> list[str]:
        """Note what is attached to a file, and to that in turn; returns what is to be said of it.

        What was attached to it before and is no more leaves the answers.
        """
        held = self.plan.attached(job.root, job.source)
        moved = self.plan.attached(job.root, job.moved_from.source) if job.moved_from else {}
        n_bytes, seen = 0, set[str]()
        waiting = deque([(job, document)])
        while waiting:
            holder, inside = waiting.popleft()
            for read in readers.read(self._attached_jobs(job, holder, inside, moved)):
                n_bytes += len(read.data)
                if len(seen) >= MAX_ATTACHED or n_bytes > MAX_ATTACHED_BYTES:
                    limits = f"{MAX_ATTACHED:,} or {MAX_ATTACHED_BYTES / 1e9:g} GB"
                    return [f"Not all that is attached was read, since it is more than {limits}."]
                seen.add(read.job.source)
                self._n_attached += 1
                self.report.n_parsed += 1
                known = held.get(read.job.source)
                if read.document is None:
                    self._fail(read)
                    continue
                self._list_attached(read, known)
                self._keep(read, read.document)
                if read.job.depth < MAX_DEPTH:
                    waiting.append((read.job, read.document))
                self._flush(at_least=EMBED_TOGETHER)
        for known in (*held.values(), *moved.values()):
            if known.source not in seen and known.state in ("current", "failed"):
                self._store.remove(known.id)
                self.report.removed.append(known.source)
        return []

    def _attached_jobs(
        self, top: Job, holder: Job, document: Document, moved: Mapping[str, Known]
    ) -> Iterator[Job]:
        """The jobs for what is attached to a document, which hangs on the file of `top`."""
        for attachment in document.attachments:
            source = f"{holder.source}/{attachment.name}"
            before = top.moved_from
            old = f"{before.source}{source.removeprefix(top.source)}" if before else ""
            loader = loader_for(PurePath(attachment.name), attachment.data[:HEAD_BYTES])
            yield Job(
                root=holder.root,
                source=source,
                loader=loader or "",
                size=0,
                data=attachment.data,
                moved_from=moved.get(old),
                parent=document_id(holder.root.path, holder.source),
                depth=holder.depth + 1,
            )

    def _list_attached(self, read: Read, known: Known | None) -> None:
        source = read.job.source
        if known is None or known.version is None or known.state == "removed":
            self.report.new.append(source)
        elif known.file_sha256 == read.sha256:
            self.report.unchanged.append(source)
        else:
            self.report.changed.append(source)

    def _keep(self, read: Read, document: Document) -> None:
        """Keep the bytes of what was read, chunk it, and let it wait for its vectors."""
        if read.job.depth >= MAX_DEPTH and document.attachments:
            said = f"{len(document.attachments)} attachments lie too deep inside others to be read."
            document = replace(document, notes=(*document.notes, said))
        source = read.job.source
        self.report.notes += [(source, note) for note in document.notes]
        if document.flags:
            kinds = Counter(flag.kind for flag in document.flags)
            said = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
            self.report.flagged.append((source, said))
        if self._settings.keep_originals and read.sha256 is not None:
            self._store.originals.keep(read.data, read.sha256)
        self._prepare(read.job, replace(document, attachments=()), read.sha256)

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
        job = Job(Root(0, record.root, record.sample), record.source, "", 0)
        self._prepare(job, document, None)

    def _prepare(self, job: Job, document: Document, sha256: str | None) -> None:
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
        self._ready.append(_Ready(job, sha256, document, chunks, keys, texts))
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
            if ready.sha256 is not None:
                store.documents.put(
                    connection,
                    job.root,
                    job.source,
                    ready.document,
                    file_sha256=ready.sha256,
                    parent=job.parent,
                )
                signed = signature(ready.document.text)
                store.copies.put(connection, version_id(ready.document.text), signed)
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

    def _finish(self, job: Job) -> None:
        self._done_files += 1
        self._done_bytes += job.size
        self._tell("embedding")

    def _fail(self, read: Read) -> None:
        job = read.job
        self._store.documents.put_failed(
            job.root,
            job.source,
            file_sha256=read.sha256,
            loader=job.loader,
            error=read.reason,
            parent=job.parent,
        )
        self.report.failed.append((job.source, read.reason))
        self._finish(job)

    def _tell(self, stage: str) -> None:
        self._show(
            Progress(
                stage=stage,
                files=self._done_files,
                n_files=len(self.plan.jobs) + len(self.plan.stored) + self._n_attached,
                n_bytes=self._done_bytes,
                total_bytes=self._total_bytes,
                chunks=self._n_indexed if stage == "indexing" else self.report.n_embedded,
            )
        )


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

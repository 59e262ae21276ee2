"""Sync: bring the store and the indexes up to folders of files, one writer at a time."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.chunking import CHUNKER_VERSION
from rag.discovery import absolute, discover
from rag.embedding import EmbeddingModel
from rag.errors import ConfigurationError, IndexBusyError, IndexMismatchError
from rag.index import sweep_folders
from rag.ingestion.plan import SyncOptions, loader_of
from rag.ingestion.report import Progress, Report, ShowProgress
from rag.ingestion.run import Run, open_writer
from rag.settings import Settings
from rag.store import IndexRecord, Root, Store
from rag.terms import TERMS_VERSION
from rag.types import DocumentRecord

__all__ = [
    "Ingestion",
    "Progress",
    "Report",
    "ShowProgress",
    "SyncOptions",
    "check_fingerprint",
    "fingerprint",
    "writing",
]


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


# A reader that finds the indexes unusable waits this long for whoever is writing them.
REPAIR_WAIT_SECONDS = 60.0
# Stands in the data folder while a document is being forgotten: a run that finds it finishes that.
FORGETTING = "forgetting"


class Ingestion:
    """Brings the store and the indexes up to folders of files; every method holds the lock."""

    def __init__(self, store: Store, model: EmbeddingModel, settings: Settings) -> None:
        self._store = store
        self._model = model
        self._settings = settings

    def index(
        self,
        paths: Sequence[Path] = (),
        *,
        options: SyncOptions | None = None,
        show: ShowProgress = lambda _: None,
    ) -> Report:
        """Sync these folders or files; without any, the corpus and every remembered root.

        `options` say what to do beyond that: forgotten and failed files, passwords, removals.

        Raises:
            ConfigurationError: a path that is not there, or nothing to index.
            IndexBusyError: another process is indexing.
            IndexMismatchError: the index was made with other settings.
        """
        started = time.perf_counter()
        with writing(self._store.data_dir):
            self._finish_what_was_killed()
            with closing(self._run(self._record(), show, options or SyncOptions())) as run:
                for root, only in self._targets(paths, run.report):
                    run.plan.sync(root, only)
                run.work()
                self._retire_samples(run.report)
                report = run.finish()
            self._store.chunks.sweep_vectors()
            sweep_folders(self._store)
        report.seconds = time.perf_counter() - started
        return report

    def rebuild(self, *, show: ShowProgress = lambda _: None) -> Report:
        """Make the index anew from the store, by the settings in force, beside the old one.

        Files are not read; texts are embedded only where no vector of this model is kept.
        """
        started = time.perf_counter()
        with writing(self._store.data_dir):
            report = self._rebuild(show)
        report.seconds = time.perf_counter() - started
        return report

    def repair(self) -> None:
        """Make both indexes again from the store, if they do not fit it.

        Raises:
            IndexBusyError: another process has been indexing for a while.
        """
        with writing(self._store.data_dir, wait_seconds=REPAIR_WAIT_SECONDS):
            record = self._store.chunks.current_index()
            if record is not None:
                with open_writer(self._store, record) as writer:
                    writer.carry_out()

    def forget(
        self,
        records: Sequence[DocumentRecord],
        *,
        root: Path | None = None,
        with_answers: bool = False,
    ) -> dict[str, list[str]]:
        """Delete documents from everything, the disk included; leave a tombstone each.

        With `root`, that folder is not remembered any more, and its tombstones go too. The
        indexes are made anew, since deleted entries stay in their files. Returns, by document
        id, the kept answers that quote it; `with_answers` deletes those too. What is attached to
        a document goes with it.

        Raises:
            ConfigurationError: one is attached to another that would stay, and its bytes with it.
        """
        documents = self._store.documents
        whole = {record.id: record for record in records}
        for record in records:
            whole |= {inside.id: inside for inside in documents.attached_to(record.id)}
        for record in whole.values():
            if record.parent is not None and record.parent not in whole:
                raise ConfigurationError(
                    f"{record.source} is part of {record.source.rpartition('/')[0]}, which holds "
                    "its words too; forget that"
                )
        with writing(self._store.data_dir):
            (self._store.data_dir / FORGETTING).touch()
            quoted = self._store.forget(list(whole.values()))
            if with_answers:
                self._store.answers.delete({name for ids in quoted.values() for name in ids})
            if root is not None:
                self._store.roots.drop(str(absolute(root)))
            self._purge()
        return quoted

    def _purge(self) -> None:
        """Make indexes and files anew, so that nothing of what was forgotten stays in them."""
        if self._store.chunks.current_index() is not None:
            self._rebuild(lambda _: None)
        self._store.originals.sweep()
        self._store.database.purge()
        (self._store.data_dir / FORGETTING).unlink(missing_ok=True)

    def _finish_what_was_killed(self) -> None:
        """Drop indexes that were never completed, and finish a forgetting that was cut short."""
        for index in self._store.chunks.indexes():
            if index.state != "current":
                self._store.chunks.drop_index(index)
        if (self._store.data_dir / FORGETTING).exists():
            self._purge()

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

    def _run(self, record: IndexRecord, show: ShowProgress, options: SyncOptions) -> Run:
        return Run(
            self._store, self._model, self._settings, record=record, show=show, options=options
        )

    def _targets(self, paths: Sequence[Path], report: Report) -> list[tuple[Root, str | None]]:
        """The roots to sync, each with the part of it that was asked for (None: all of it)."""
        roots = self._store.roots
        if paths:
            whole = dict.fromkeys(absolute(path) for path in paths)
            return [self._target(path) for path in whole]
        corpus = absolute(self._settings.corpus_dir)
        own = [root for root in roots.all() if not root.sample]
        targets = [root for root in own if Path(root.path) != corpus]
        known_corpus = [root for root in own if Path(root.path) == corpus]
        if known_corpus or _holds_documents(corpus):
            targets.insert(0, roots.add(str(corpus), sample=False))
        if targets:
            return [(root, None) for root in targets]
        samples = absolute(self._settings.samples_dir)
        if not _holds_documents(samples):
            raise ConfigurationError(
                f"there is nothing to index: {corpus} holds no document; put files there, or run "
                "`rag index FOLDER`"
            )
        report.notices.append(
            f"{self._settings.corpus_dir} holds no document yet: the sample documents in "
            f"{self._settings.samples_dir} are indexed; they leave once it does"
        )
        return [(roots.add(str(samples), sample=True), None)]

    def _target(self, path: Path) -> tuple[Root, str | None]:
        roots = self._store.roots
        if not path.exists():
            raise ConfigurationError(f"{path} is not there; nothing was removed. Check the path")
        around = [
            root
            for root in roots.all()
            if path != Path(root.path)
            and path.is_relative_to(root.path)
            and Path(root.path).is_dir()
        ]
        if str(path) not in {root.path for root in roots.all()} and around:
            # The nearest: what lies in a root inside another root is left to it.
            root = max(around, key=lambda one: len(Path(one.path).parts))
            return root, path.relative_to(root.path).as_posix()
        return roots.claim(str(path)), None

    def _retire_samples(self, report: Report) -> None:
        """Take the samples out of the answers once there is a document of the person's own."""
        records = self._store.documents.records()
        samples = [record for record in records if record.sample]
        own = [record for record in records if not record.sample and record.version is not None]
        if not samples or not own:
            return
        for record in samples:
            self._store.remove(record.id)
        report.notices.append(
            f"{len(samples)} sample documents left the index: there are documents of your own"
        )

    def _rebuild(self, show: ShowProgress) -> Report:
        chunks = self._store.chunks
        old = chunks.current_index()
        for index in chunks.indexes():
            if index.state != "current":  # left by a run that was killed
                chunks.drop_index(index)
        sweep_folders(self._store)
        wanted = fingerprint(self._model, self._settings)
        record = chunks.new_index(wanted, current=old is None)
        with closing(self._run(record, show, SyncOptions())) as run:
            if old is not None and dict(old.fingerprint) == wanted:
                chunks.copy(old, record)
            else:
                run.from_store(self._store.documents.records())
            run.work()
            report = run.finish()
        if old is not None:
            chunks.promote(record)
            chunks.drop_index(old)
        sweep_folders(self._store)
        chunks.sweep_vectors()
        return report


def _holds_documents(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    return any(loader_of(path) is not None for path in discover(folder).files.values())

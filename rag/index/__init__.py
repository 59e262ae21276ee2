"""What is searched: Chroma for meaning, tantivy for words, both made from the store.

`SearchIndex` reads them, following the changes of other processes; `IndexWriter` brings them up
to the store by carrying out its outbox. Nothing here is the truth: a folder that is missing,
damaged or behind is made again.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from rag.errors import IndexingError, IndexMissingError
from rag.index.vectors import VectorIndex
from rag.index.words import WordIndex
from rag.store import IndexRecord, Store, Vector
from rag.store.chunks import Order
from rag.terms import terms
from rag.types import Chunk, Filters

__all__ = ["IndexWriter", "SearchIndex", "View", "sweep_folders"]

# Small steps while people ask (a large write makes queries wait), large ones where none can.
STEP_LIVE = 100
STEP_BESIDE = 2_000
# Up to this many chunks the vectors are compared one by one, which is exact and as fast.
MAX_EXACT = 2_000

# Looks at indexes that another process may be changing, before they are called damaged.
OPEN_ATTEMPTS = 8
OPEN_PAUSE_SECONDS = 0.05

_log = logging.getLogger(__name__)


class View:
    """Both indexes as they stood at one generation; only inside `SearchIndex.view`."""

    def __init__(self, store: Store, record: IndexRecord) -> None:
        self.record = record
        self._store = store
        folder = store.data_dir / record.directory
        self._words = WordIndex(folder / "words", create=False)
        self._vectors: VectorIndex | None = VectorIndex(folder / "vectors", create=False)

    def fault(self) -> str | None:
        """What does not fit between the store and the indexes, or None."""
        n_words = self._words.count()
        n_vectors = self._vectors.count() if self._vectors else 0
        wanted = self._store.chunks.n_told(self.record)
        if n_words == n_vectors == wanted:
            return None
        return f"{wanted} passages in the store, {n_vectors} by meaning, {n_words} by words"

    def allowed(self, filters: Filters) -> set[str]:
        """The chunks that pass the filters and can be found in this view."""
        return self._store.chunks.allowed(self.record, filters, self.record.generation)

    def nearest(self, vector: Vector, k: int, *, allowed: set[str] | None = None) -> list[str]:
        """The ids of the nearest chunks by cosine, best first, at most `k`."""
        if allowed is not None and len(allowed) <= MAX_EXACT:
            cosines = self.cosines(vector, sorted(allowed))
            return sorted(cosines, key=lambda identity: (-cosines[identity], identity))[:k]
        if self._vectors is not None:
            try:
                found = self._vectors.nearest(vector, k, allowed=allowed)
            except IndexingError as error:
                # Another process is writing, or a kill broke the collection: the answer must not
                # hang on that. The store has every vector.
                _log.warning("comparing all vectors of the store: %s", error)
                with suppress(IndexingError):
                    self._vectors.close()
                self._vectors = None
            else:
                wanted = k if allowed is None else min(k, len(allowed))
                if len(found) >= wanted or (allowed is None and len(found) == self._words.count()):
                    return found
        return self._nearest_exact(vector, k, allowed)

    def cosines(self, vector: Vector, ids: Sequence[str]) -> dict[str, float]:
        """The exact cosine of each chunk, from the vectors of the store."""
        held = self._store.chunks.vectors(self.record, ids)
        if not held:
            return {}
        products = np.stack(list(held.values())) @ vector
        return dict(zip(held, (float(product) for product in products), strict=True))

    def search_words(
        self, wanted: Sequence[str], k: int, *, allowed: set[str] | None = None
    ) -> dict[str, float]:
        """The best chunks by BM25: id → raw score, best first."""
        return self._words.search(wanted, k, allowed=allowed)

    def word_scores(self, wanted: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """Raw BM25 of these chunks; one without any of the terms is left out."""
        return self._words.scores(wanted, ids)

    def with_phrase(self, wanted: Sequence[str]) -> set[str]:
        """The chunks in which these terms stand one after the other."""
        return self._words.with_phrase(wanted)

    def rarity(self, wanted: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of terms: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25."""
        total = self._words.count()
        counts = {term: min(total, self._words.n_containing(term)) for term in set(wanted)}
        return {term: float(np.log1p((total - n + 0.5) / (n + 0.5))) for term, n in counts.items()}

    def close(self) -> None:
        """Let go of the files."""
        with suppress(IndexingError):
            self._words.close()
        if self._vectors is not None:
            with suppress(IndexingError):
                self._vectors.close()

    def _nearest_exact(self, vector: Vector, k: int, allowed: set[str] | None) -> list[str]:
        best: list[tuple[float, str]] = []
        for ids, vectors in self._store.chunks.all_vectors(self.record):
            products = vectors @ vector
            pairs = zip((float(product) for product in products), ids, strict=True)
            best += [pair for pair in pairs if allowed is None or pair[1] in allowed]
            best = sorted(best, key=lambda pair: (-pair[0], pair[1]))[:k]
        return [identity for _, identity in best]


class SearchIndex:
    """Reads the current index, from any thread; follows what other processes write.

    `repair` is called when the indexes do not fit the store; it brings them up to it or raises.
    """

    def __init__(self, store: Store, *, repair: Callable[[], None]) -> None:
        self._store = store
        self._repair = repair
        self._lock = threading.RLock()
        self._view: View | None = None

    @contextmanager
    def view(self) -> Iterator[View]:
        """The indexes at the newest generation, not reopened while they are used.

        Raises:
            IndexMissingError: nothing was indexed yet.
            IndexingError: the indexes cannot be used, nor repaired now.
        """
        with self._lock:
            held = self._view
            if held is not None and held.record.generation != self._store.chunks.generation(
                held.record.id
            ):
                self.close()
            if self._view is None:
                self._view = self._open()
            yield self._view

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            if self._view is not None:
                self._view.close()
                self._view = None

    def _open(self) -> View:
        """A view that fits the store; another process at work is given a moment to come round."""
        for attempt in range(OPEN_ATTEMPTS):
            record = self._record()
            try:
                view = View(self._store, record)
                fault = view.fault()
                if fault is None or self._store.chunks.n_orders(record):
                    return view
                view.close()
            except IndexingError as error:
                fault = str(error)
            now = self._record()
            if (now.id, now.generation) == (record.id, record.generation) and attempt > 1:
                break
            time.sleep(OPEN_PAUSE_SECONDS * attempt)
        _log.warning("making the indexes again from the store: %s", fault)
        self._repair()
        return View(self._store, self._record())

    def _record(self) -> IndexRecord:
        record = self._store.chunks.current_index()
        if record is None:
            raise IndexMissingError(
                "nothing is indexed yet; put documents into a folder and run `rag index FOLDER`"
            )
        return record


class IndexWriter:
    """Brings the indexes of one record up to the store; the caller holds the writer's lock."""

    def __init__(self, store: Store, record: IndexRecord, *, step: int) -> None:
        self._store = store
        self._record = record
        self._step = step
        folder = store.data_dir / record.directory
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700, parents=True)
        self._words = WordIndex(folder / "words", create=True)
        self._vectors = VectorIndex(folder / "vectors", create=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def fits(self) -> bool:
        """Whether the indexes hold just what the store says that they were told."""
        current = next(
            index for index in self._store.chunks.indexes() if index.id == self._record.id
        )
        told = self._store.chunks.allowed(current, Filters(), current.generation)
        pending = {order.chunk for order in self._store.chunks.orders(current, 1 << 30)}
        held = self._vectors.ids()
        return (
            held - pending == told - pending
            and abs(self._words.count() - len(told)) <= len(pending)
            and (bool(pending) or self._words.count() == len(told))
        )

    def carry_out(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Tell the indexes all that the outbox holds; returns how many lines that were.

        Each step is idempotent, so one that a kill cut short is simply taken again.
        """
        done = 0
        while orders := self._store.chunks.orders(self._record, self._step):
            self._step_once(orders)
            self._store.chunks.carried_out(self._record, orders)
            done += len(orders)
            progress(len(orders))
        return done

    def close(self) -> None:
        """Let go of the files and locks."""
        with suppress(IndexingError):
            self._words.close()
        with suppress(IndexingError):
            self._vectors.close()

    def _step_once(self, orders: Sequence[Order]) -> None:
        last = {order.chunk: order.action for order in orders}  # a later line overrules
        removed = [chunk for chunk, action in last.items() if action == "remove"]
        located = self._store.chunks.by_id(
            self._record, [chunk for chunk, action in last.items() if action == "add"]
        )
        if removed:
            self._vectors.remove(removed)
            self._words.remove(removed)
        if located:
            vectors = self._store.chunks.vectors(self._record, list(located))
            self._vectors.put(list(vectors), np.stack(list(vectors.values())))
            self._words.put(
                (identity, [term.term for term in terms(self._text(located[identity].chunk))])
                for identity in located
            )
        self._words.commit()

    def _text(self, chunk: Chunk) -> str:
        text = self._store.documents.text_of(chunk.version)
        return chunk.prefix + text[chunk.start : chunk.end]


def sweep_folders(store: Store) -> None:
    """Delete the folders of indexes that the store does not know any more."""
    wanted = {index.directory for index in store.chunks.indexes()}
    for folder in islice(store.data_dir.glob("index-*"), 1_000):
        if folder.is_dir() and folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)


def delete_folder(path: Path) -> None:
    """Delete an index's folder, whatever state it is in."""
    shutil.rmtree(path, ignore_errors=True)

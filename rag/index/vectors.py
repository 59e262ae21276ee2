"""The index by meaning: ids and vectors in an embedded Chroma, no text.

Chroma is not process-safe and a kill can leave a collection that cannot be opened; the store
can always make this again, so every fault of Chroma's comes out as `IndexingError`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rag.errors import IndexingError
from rag.store import Vector

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
# Malkov and Yashunin, 2018: links and candidate lists of the graph. Twice the default lists
# cost 1 ms a query at 100,000 vectors and find what the exact search finds.
HNSW = {"space": "ip", "max_neighbors": 16, "ef_construction": 200, "ef_search": 200}


class VectorIndex:
    """One Chroma collection of unit vectors; open it, use it, close it."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        with _translated(folder):
            import chromadb
            from chromadb.api.shared_system_client import SharedSystemClient
            from chromadb.config import Settings

            if not create and not (folder / "chroma.sqlite3").is_file():
                raise IndexingError(f"there is no vector index in {folder}")
            self._folder = folder
            try:
                opened = chromadb.PersistentClient(
                    str(folder), settings=Settings(anonymized_telemetry=False)
                )
            except BaseException:
                # Chroma keeps what failed to start and would hand it out again for this folder.
                SharedSystemClient._identifier_to_system.pop(str(folder), None)
                raise
            # Any: its declared type lacks `close`, and the form of a configuration.
            self._client = cast("Any", opened)
            try:
                self._collection: Collection = (
                    self._client.get_or_create_collection(
                        COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
                    )
                    if create
                    else self._client.get_collection(COLLECTION, embedding_function=None)
                )
                self._collection.count()
            except BaseException:
                self._client.close()
                raise

    def count(self) -> int:
        """How many vectors the index holds."""
        with _translated(self._folder):
            return self._collection.count()

    def ids(self) -> set[str]:
        """The ids of all vectors."""
        with _translated(self._folder):
            return set(self._collection.get(include=[])["ids"])

    def put(self, ids: Sequence[str], vectors: Vector) -> None:
        """Add or overwrite vectors, shape (n, dim); at most a few thousand at once."""
        with _translated(self._folder):
            self._collection.upsert(ids=list(ids), embeddings=vectors)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove vectors; unknown ids are passed over."""
        with _translated(self._folder):
            self._collection.delete(ids=list(ids))

    def nearest(self, vector: Vector, k: int, *, allowed: set[str] | None = None) -> list[str]:
        """The ids of the nearest vectors by cosine, best first, at most `k`.

        `allowed` must hold no id that is not in the index: Chroma fails on one.
        """
        if allowed is not None and not allowed:
            return []
        with _translated(self._folder):
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1),
                n_results=k,
                ids=None if allowed is None else sorted(allowed),
                include=[],
            )
        return list(found["ids"][0])

    def close(self) -> None:
        """Let go of the files; another process's changes are seen by opening anew."""
        with _translated(self._folder):
            self._client.close()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Chroma's errors, of many unrelated classes and some panics, as `IndexingError`."""
    try:
        yield
    except IndexingError:
        raise
    except Exception as error:
        raise IndexingError(
            f"the vector index in {folder} cannot be used ({type(error).__name__}: {error}); "
            "`rag index` makes it again from the store"
        ) from error
    except BaseException as error:
        # A panic of Chroma's Rust part derives from BaseException alone.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexingError(
            f"the vector index in {folder} is damaged ({error}); "
            "`rag index` makes it again from the store"
        ) from error

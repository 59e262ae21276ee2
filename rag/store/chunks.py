"""Chunks, their vectors, the indexes they are to be found in, and what those still have to learn.

Every change of the chunks writes a line into the outbox in the same transaction; the indexes
follow the outbox. A kill between the two leaves lines that the next run carries out.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.store.facts import metadata_of, now
from rag.store.filters import conditions
from rag.store.schema import Database
from rag.types import Chunk, Filters, Metadata

Vector = NDArray[np.float32]

# Bound variables of one statement; SQLite allows 32,766.
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """One index: what made it, the folder under the data folder it lies in, its generation."""

    id: int
    fingerprint: Mapping[str, Any]
    state: str
    directory: str
    generation: int


@dataclass(frozen=True, slots=True)
class Located:
    """A chunk with the document it belongs to."""

    chunk: Chunk
    source: str
    metadata: Metadata
    sample: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One line of the outbox: `text` is what to index as words, `vector` for the vectors."""

    id: int
    chunk: str
    action: str


class Chunks:
    """The part of the store that the indexes are made from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Indexes

    def current_index(self) -> IndexRecord | None:
        """The index that answers questions, or None before the first one."""
        row = self._database.row("SELECT * FROM indexes WHERE state = 'current'")
        return None if row is None else _index(row)

    def indexes(self) -> list[IndexRecord]:
        """All indexes: the current one, one being built, retired ones not yet swept away."""
        return [_index(row) for row in self._database.rows("SELECT * FROM indexes ORDER BY id")]

    def new_index(self, fingerprint: Mapping[str, Any], *, current: bool) -> IndexRecord:
        """Open the record of an index, as the current one or to be built beside it."""
        with self._database.transaction() as connection:
            number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM indexes").fetchone()[
                0
            ]
            connection.execute(
                "INSERT INTO indexes (id, fingerprint, state, directory, created_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    number,
                    json.dumps(dict(fingerprint), sort_keys=True),
                    "current" if current else "building",
                    f"index-{number}",
                    now(),
                ),
            )
        return next(index for index in self.indexes() if index.id == number)

    def promote(self, index: IndexRecord) -> None:
        """Let an index that was built take the place of the current one."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE indexes SET state = 'retired' WHERE state = 'current'")
            connection.execute("UPDATE indexes SET state = 'current' WHERE id = ?", (index.id,))

    def drop_index(self, index: IndexRecord) -> None:
        """Delete the record of an index with its chunks and its outbox."""
        with self._database.transaction() as connection:
            for table in ("outbox", "chunks"):
                connection.execute(f"DELETE FROM {table} WHERE index_id = ?", (index.id,))
            connection.execute("DELETE FROM indexes WHERE id = ?", (index.id,))

    def generation(self, index_id: int) -> int | None:
        """How often this index was changed, or None once it is not the current one."""
        row = self._database.row(
            "SELECT generation FROM indexes WHERE id = ? AND state = 'current'", (index_id,)
        )
        return None if row is None else int(row["generation"])

    # Writing

    def replace(
        self,
        connection: sqlite3.Connection,
        index: IndexRecord,
        document: str,
        chunks: Sequence[Chunk],
        keys: Sequence[str],
    ) -> None:
        """Make these the chunks of a document, inside a transaction; the outbox learns of it."""
        wanted = {chunk.id for chunk in chunks}
        held = {
            row["id"]
            for row in connection.execute(
                "SELECT id FROM chunks WHERE document = ? AND index_id = ?", (document, index.id)
            )
        }
        for gone in sorted(held - wanted):
            connection.execute("DELETE FROM chunks WHERE index_id = ? AND id = ?", (index.id, gone))
            _order(connection, index, gone, "remove")
        for chunk, key in zip(chunks, keys, strict=True):
            if chunk.id in held:
                continue
            connection.execute(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    index.id,
                    chunk.id,
                    chunk.document,
                    chunk.version,
                    chunk.start,
                    chunk.end,
                    chunk.prefix,
                    chunk.heading,
                    key,
                ),
            )
            _order(connection, index, chunk.id, "add")

    def remove_document(self, connection: sqlite3.Connection, document: str) -> None:
        """Take a document's chunks out of every index, inside a transaction."""
        rows = connection.execute(
            "SELECT index_id, id FROM chunks WHERE document = ?", (document,)
        ).fetchall()
        for row in rows:
            connection.execute(
                "INSERT INTO outbox (index_id, chunk, action) VALUES (?, ?, 'remove')",
                (row["index_id"], row["id"]),
            )
        connection.execute("DELETE FROM chunks WHERE document = ?", (document,))

    def put_vectors(
        self, connection: sqlite3.Connection, model: str, vectors: Mapping[str, Vector]
    ) -> None:
        """Keep vectors under the hash of the text they embed, inside a transaction."""
        connection.executemany(
            "INSERT INTO vectors (model, key, vector) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (model, key, np.ascontiguousarray(vector, dtype="<f4").tobytes())
                for key, vector in vectors.items()
            ],
        )

    def sweep_vectors(self) -> int:
        """Delete the vectors that no chunk uses any more; returns how many."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "DELETE FROM vectors WHERE NOT EXISTS "
                "(SELECT 1 FROM chunks WHERE chunks.vector_key = vectors.key)"
            )
            return int(cursor.rowcount)

    def known_vectors(self, model: str, keys: Sequence[str]) -> set[str]:
        """Which of these embedded texts have a vector of this model already."""
        found: set[str] = set()
        for part in _parts(keys):
            marks = ", ".join("?" * len(part))
            rows = self._database.rows(
                f"SELECT key FROM vectors WHERE model = ? AND key IN ({marks})", (model, *part)
            )
            found.update(row["key"] for row in rows)
        return found

    # The outbox

    def orders(self, index: IndexRecord, limit: int) -> list[Order]:
        """The oldest things that the indexes have not been told yet."""
        rows = self._database.rows(
            "SELECT id, chunk, action FROM outbox WHERE index_id = ? ORDER BY id LIMIT ?",
            (index.id, limit),
        )
        return [Order(row["id"], row["chunk"], row["action"]) for row in rows]

    def n_orders(self, index: IndexRecord) -> int:
        """How many lines the outbox of an index holds."""
        row = self._database.row("SELECT count(*) FROM outbox WHERE index_id = ?", (index.id,))
        return int(row[0]) if row else 0

    def carried_out(self, index: IndexRecord, orders: Sequence[Order]) -> None:
        """Both indexes hold what these orders say: strike them, and open a new generation."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE indexes SET generation = generation + 1 WHERE id = ?", (index.id,)
            )
            connection.executemany(
                "UPDATE chunks SET generation = (SELECT generation FROM indexes WHERE id = ?1) "
                "WHERE index_id = ?1 AND id = ?2",
                [(index.id, order.chunk) for order in orders if order.action == "add"],
            )
            connection.executemany(
                "DELETE FROM outbox WHERE id = ?", [(order.id,) for order in orders]
            )

    def copy(self, old: IndexRecord, new: IndexRecord) -> None:
        """Let a new index that is made alike hold the chunks of an old one."""
        with self._database.transaction() as connection:
            connection.execute(
                """INSERT INTO chunks SELECT ?, id, document, version, start, "end", prefix,
                    heading, vector_key, NULL FROM chunks WHERE index_id = ?""",
                (new.id, old.id),
            )
        self.order_all(new)

    def order_all(self, index: IndexRecord) -> None:
        """Empty the outbox and order every chunk anew, for indexes that start from nothing."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM outbox WHERE index_id = ?", (index.id,))
            connection.execute(
                "UPDATE chunks SET generation = NULL WHERE index_id = ?", (index.id,)
            )
            connection.execute(
                "INSERT INTO outbox (index_id, chunk, action) "
                "SELECT index_id, id, 'add' FROM chunks WHERE index_id = ? "
                "ORDER BY document, start",
                (index.id,),
            )

    # Reading

    def count(self, index: IndexRecord) -> int:
        """How many chunks an index should hold."""
        row = self._database.row("SELECT count(*) FROM chunks WHERE index_id = ?", (index.id,))
        return int(row[0]) if row else 0

    def documents(self, index: IndexRecord) -> set[str]:
        """The documents of which an index holds any chunk."""
        rows = self._database.rows(
            "SELECT DISTINCT document FROM chunks WHERE index_id = ?", (index.id,)
        )
        return {row["document"] for row in rows}

    def n_told(self, index: IndexRecord) -> int:
        """How many chunks both indexes were told of, up to the generation of this record."""
        row = self._database.row(
            "SELECT count(*) FROM chunks WHERE index_id = ? AND generation <= ?",
            (index.id, index.generation),
        )
        return int(row[0]) if row else 0

    def by_id(self, index: IndexRecord, ids: Iterable[str]) -> dict[str, Located]:
        """The chunks of these ids with their documents; unknown ids are left out."""
        found: dict[str, Located] = {}
        for part in _parts(list(ids)):
            marks = ", ".join("?" * len(part))
            rows = self._database.rows(
                f"""SELECT c.id AS chunk_id, c.document, c.version AS chunk_version, c.start,
                    c."end", c.prefix, c.heading, d.*, r.sample AS sample
                FROM chunks c JOIN documents d ON d.id = c.document
                JOIN roots r ON r.id = d.root_id
                WHERE c.index_id = ? AND c.id IN ({marks})""",
                (index.id, *part),
            )
            for row in rows:
                chunk = Chunk(
                    id=row["chunk_id"],
                    document=row["document"],
                    version=row["chunk_version"],
                    start=row["start"],
                    end=row["end"],
                    prefix=row["prefix"],
                    heading=row["heading"],
                )
                found[chunk.id] = Located(
                    chunk, row["source"], metadata_of(row), bool(row["sample"])
                )
        return found

    def vectors(self, index: IndexRecord, ids: Sequence[str]) -> dict[str, Vector]:
        """The vectors of these chunks, each of shape (dim,), float32, length 1."""
        model = str(index.fingerprint["model"])
        found: dict[str, Vector] = {}
        for part in _parts(ids):
            marks = ", ".join("?" * len(part))
            rows = self._database.rows(
                f"""SELECT c.id, v.vector FROM chunks c
                JOIN vectors v ON v.model = ? AND v.key = c.vector_key
                WHERE c.index_id = ? AND c.id IN ({marks})""",
                (model, index.id, *part),
            )
            for row in rows:
                found[row["id"]] = np.frombuffer(row["vector"], dtype="<f4")
        return found

    def all_vectors(self, index: IndexRecord) -> Iterator[tuple[list[str], Vector]]:
        """Every vector of an index in parts: ids, and an array (n, dim) in the same order."""
        model, last = str(index.fingerprint["model"]), ""
        while True:
            rows = self._database.rows(
                """SELECT c.id, v.vector FROM chunks c
                JOIN vectors v ON v.model = ? AND v.key = c.vector_key
                WHERE c.index_id = ? AND c.id > ? ORDER BY c.id LIMIT ?""",
                (model, index.id, last, _BATCH),
            )
            if not rows:
                return
            ids = [str(row["id"]) for row in rows]
            yield (
                ids,
                np.frombuffer(b"".join(row["vector"] for row in rows), "<f4").reshape(len(ids), -1),
            )
            last = ids[-1]

    def allowed(self, index: IndexRecord, filters: Filters, generation: int) -> set[str]:
        """The chunks that pass the filters and stand in both indexes at this generation."""
        condition, values = conditions(filters)
        rows = self._database.rows(
            f"""SELECT c.id FROM documents d JOIN chunks c ON c.document = d.id
            WHERE c.index_id = ? AND c.generation <= ? AND {condition}""",
            (index.id, generation, *values),
        )
        return {row["id"] for row in rows}

    def n_undated(self, index: IndexRecord, filters: Filters) -> int:
        """How many documents `since` and `until` leave out because their date is unknown."""
        undated = Filters(
            documents=filters.documents,
            publishers=filters.publishers,
            languages=filters.languages,
            media_types=filters.media_types,
        )
        condition, values = conditions(undated)
        row = self._database.row(
            f"""SELECT count(*) FROM documents d WHERE d.published IS NULL AND {condition}
            AND EXISTS (SELECT 1 FROM chunks c WHERE c.document = d.id AND c.index_id = ?)""",
            (*values, index.id),
        )
        return int(row[0]) if row else 0

    def facets(self, field: str) -> dict[str, int]:
        """Values of "publisher", "language" or "media_type" among searchable documents."""
        if field not in ("publisher", "language", "media_type"):
            raise ValueError(field)
        rows = self._database.rows(
            f"""SELECT d.{field} AS value, count(*) AS n FROM documents d
            WHERE d.{field} IS NOT NULL AND d.state IN ('current', 'failed')
            GROUP BY d.{field} ORDER BY n DESC, d.{field}"""
        )
        return {row["value"]: row["n"] for row in rows}


def _index(row: sqlite3.Row) -> IndexRecord:
    return IndexRecord(
        id=row["id"],
        fingerprint=json.loads(row["fingerprint"]),
        state=row["state"],
        directory=row["directory"],
        generation=row["generation"],
    )


def _order(connection: sqlite3.Connection, index: IndexRecord, chunk: str, action: str) -> None:
    connection.execute(
        "INSERT INTO outbox (index_id, chunk, action) VALUES (?, ?, ?)", (index.id, chunk, action)
    )


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), _BATCH):
        yield ids[first : first + _BATCH]

"""The store: one SQLite file that is the record; every index can be made from it again.

It is the only place with SQL. Everything else in the data folder (`index-N/`) may be deleted.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rag.store.answers import Answers
from rag.store.briefs import BriefRow, Briefs, Saved
from rag.store.chunks import Chunks, IndexRecord, Located, Vector
from rag.store.conversations import Conversation, Conversations
from rag.store.copies import Copies
from rag.store.documents import Documents, Known, Text, document_id, version_id
from rag.store.facts import now
from rag.store.originals import Originals
from rag.store.roots import Root, Roots
from rag.store.schema import Database
from rag.types import DocumentRecord, Flag

__all__ = [
    "BriefRow",
    "Conversation",
    "Documents",
    "IndexRecord",
    "Known",
    "Located",
    "Root",
    "Saved",
    "Store",
    "Text",
    "Vector",
    "document_id",
    "open_store",
    "version_id",
]


class Store:
    """The record by what it holds: roots, documents and their parts, answers and briefs."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.database = Database(data_dir / "store.sqlite3")
        self.roots = Roots(self.database)
        self.documents = Documents(self.database)
        self.originals = Originals(self.database, data_dir / "originals")
        self.copies = Copies(self.database)
        self.chunks = Chunks(self.database)
        self.answers = Answers(self.database)
        self.conversations = Conversations(self.database)
        self.briefs = Briefs(self.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def flags_of(self, document: str, version: str) -> tuple[Flag, ...]:
        """What is flagged in a document's text; nothing where this is not its version any more."""
        record = self.documents.record(document)
        return record.flags if record.version == version else ()

    def near_identical(self, record: DocumentRecord) -> list[dict[str, Any]]:
        """The near-identical documents: id, path, and the estimated similarity, nearest first."""
        return [
            {
                "document": other,
                "source": self.documents.record(other).source,
                "estimate": round(similarity, 3),
            }
            for other, similarity in self.copies.of([record.id]).get(record.id, [])
        ]

    def changed_at(self, identity: str) -> str:
        """The day on which a document was last read, left its folder or was forgotten."""
        row = self.database.row("SELECT changed_at FROM documents WHERE id = ?", (identity,))
        return "a day unknown" if row is None else str(row["changed_at"])[:10]

    def stamp(self) -> tuple[str, ...]:
        """Changes with everything that a list of the documents shows."""
        row = self.database.row(
            """SELECT count(*), sum(state = 'current'), sum(state = 'failed'), max(changed_at),
                (SELECT max(id) FROM facts), (SELECT max(generation) FROM indexes)
            FROM documents"""
        )
        return tuple(str(value) for value in row or ())

    def remove(self, identity: str) -> None:
        """Take a document out of the answers; its versions stay, so that old answers resolve."""
        with self.database.transaction() as connection:
            self.chunks.remove_document(connection, identity)
            connection.execute(
                "UPDATE documents SET state = 'removed', error = NULL, changed_at = ? WHERE id = ?",
                (now(), identity),
            )

    def forget(self, records: Sequence[DocumentRecord]) -> dict[str, list[str]]:
        """Delete text, original, chunks, vectors and facts of documents; leave a tombstone each.

        What another document shares (the same text, the same bytes) stays. Kept answers keep
        what they quote and lose what they merely found. Returns, for each document id, the ids
        of those that quote it. The indexes still have to be rebuilt, and the database purged.
        """
        quoted = {record.id: self.answers.quoting(record.id) for record in records}
        with self.database.transaction() as connection:
            for record in records:
                self.chunks.remove_document(connection, record.id)
                self.answers.redact(connection, record.id)
                self.documents.release(connection, record.id)
        self.originals.sweep()
        self.chunks.sweep_vectors()
        return quoted

    def close(self) -> None:
        """Close the connections of all threads."""
        self.database.close()


def open_store(data_dir: Path) -> Store:
    """Open the store in a data folder, making the folder (0700) and the file where needed.

    Raises:
        StoreError: the folder or the file cannot be used.
    """
    return Store(data_dir)

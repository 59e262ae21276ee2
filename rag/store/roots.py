"""The folders that are kept in sync."""

from dataclasses import dataclass

from rag.store.facts import now
from rag.store.schema import Database


@dataclass(frozen=True, slots=True)
class Root:
    """A folder (or one file) that is kept in sync; `sample` marks the documents we ship."""

    id: int
    path: str
    sample: bool


class Roots:
    """The part of the store that remembers them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Root]:
        """Every remembered root, the oldest first."""
        rows = self._database.rows("SELECT id, path, sample FROM roots ORDER BY id")
        return [Root(row["id"], row["path"], bool(row["sample"])) for row in rows]

    def add(self, path: str, *, sample: bool) -> Root:
        """Remember a root; a known one is returned as it is."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO roots (path, sample) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
                (path, int(sample)),
            )
        return next(root for root in self.all() if root.path == path)

    def claim(self, path: str) -> Root:
        """Remember a root that a person named: it is theirs, even if it holds the samples."""
        self.add(path, sample=False)
        with self._database.transaction() as connection:
            connection.execute("UPDATE roots SET sample = 0 WHERE path = ?", (path,))
        return next(root for root in self.all() if root.path == path)

    def synced(self, root: Root) -> None:
        """Note when a root was last brought up to date."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE roots SET synced_at = ? WHERE id = ?", (now(), root.id))

    def drop(self, path: str) -> None:
        """Forget a root and the tombstones of its documents, which must all be forgotten."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM documents WHERE state = 'forgotten' "
                "AND root_id = (SELECT id FROM roots WHERE path = ?)",
                (path,),
            )
            connection.execute("DELETE FROM roots WHERE path = ?", (path,))

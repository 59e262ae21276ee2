"""The bytes of what was read, each kept once under its hash, outside the SQLite file."""

from pathlib import Path

from rag.errors import StoreError
from rag.store.facts import now
from rag.store.schema import Database


class Originals:
    """The part of the store that keeps them; the record of each is a row, its bytes a file."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def keep(self, data: bytes, sha256: str) -> None:
        """Keep the bytes of a file under their hash; the same bytes are kept once."""
        path = self.path(sha256)
        if not path.exists():
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                unfinished = path.with_name(f"{path.name}.part")
                unfinished.write_bytes(data)
                unfinished.replace(path)
            except OSError as error:
                raise StoreError(f"an original cannot be kept: {error}; free some space") from error
        with self._database.transaction() as connection:
            connection.execute(
                """INSERT INTO originals VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen""",
                (sha256, len(data), now(), now()),
            )

    def path(self, sha256: str) -> Path:
        """Where the bytes of this hash are kept, if they are."""
        return self._folder / sha256[:2] / sha256

    def sweep(self) -> None:
        """Unlink what lies in the folder and is not in the record."""
        known = {row["sha256"] for row in self._database.rows("SELECT sha256 FROM originals")}
        for path in self._folder.glob("*/*"):
            if path.name not in known:
                path.unlink(missing_ok=True)

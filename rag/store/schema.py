"""The SQLite file: its schema, its migrations, its connections and transactions."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import StoreError

BUSY_TIMEOUT_SECONDS = 30.0

# One script a version; `PRAGMA user_version` counts those that have run.
MIGRATIONS = (
    """
    CREATE TABLE roots (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        sample INTEGER NOT NULL DEFAULT 0,
        synced_at TEXT
    ) STRICT;
    CREATE TABLE versions (
        id TEXT PRIMARY KEY,          -- sha256 of the canonical text
        text TEXT NOT NULL,
        n_chars INTEGER NOT NULL,
        blocks TEXT NOT NULL,         -- JSON: [[kind, start, end, level], ...]
        pages TEXT NOT NULL,          -- JSON: [[number, start, end, label], ...]
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE documents (
        id TEXT PRIMARY KEY,
        root_id INTEGER NOT NULL REFERENCES roots (id),
        source TEXT NOT NULL,         -- path relative to the root
        state TEXT NOT NULL CHECK (state IN ('current', 'failed', 'removed', 'forgotten')),
        version TEXT REFERENCES versions (id),
        file_sha256 TEXT,
        loader TEXT,
        media_type TEXT,
        error TEXT,
        stale INTEGER NOT NULL DEFAULT 0,  -- described since it was embedded
        -- What is in force of the metadata table, for filters and lists.
        title TEXT, authors TEXT, publisher TEXT, publisher_key TEXT, url TEXT, language TEXT,
        published TEXT, published_precision TEXT, published_from TEXT, published_to TEXT,
        changed_at TEXT NOT NULL,
        UNIQUE (root_id, source)
    ) STRICT;
    CREATE INDEX documents_by_version ON documents (version);
    CREATE TABLE document_versions (
        document TEXT NOT NULL REFERENCES documents (id),
        version TEXT NOT NULL REFERENCES versions (id),
        file_sha256 TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (document, version, file_sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE facts (
        id INTEGER PRIMARY KEY,
        document TEXT NOT NULL REFERENCES documents (id),
        field TEXT NOT NULL,
        value TEXT,                   -- NULL: a person says it is unknown
        origin TEXT NOT NULL CHECK (origin IN ('file', 'page', 'user')),
        detail TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        superseded_at TEXT
    ) STRICT;
    CREATE INDEX facts_by_document ON facts (document, field);
    CREATE TABLE originals (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE indexes (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,    -- JSON: what made it
        state TEXT NOT NULL CHECK (state IN ('building', 'current', 'retired')),
        directory TEXT NOT NULL,
        generation INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_current_index ON indexes (state) WHERE state = 'current';
    CREATE TABLE chunks (
        index_id INTEGER NOT NULL REFERENCES indexes (id),
        id TEXT NOT NULL,
        document TEXT NOT NULL REFERENCES documents (id),
        version TEXT NOT NULL REFERENCES versions (id),
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        prefix TEXT NOT NULL,
        heading TEXT,
        vector_key TEXT NOT NULL,
        generation INTEGER,           -- since which both indexes hold it; NULL: not yet
        PRIMARY KEY (index_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX chunks_by_document ON chunks (document, index_id);
    CREATE INDEX chunks_by_vector ON chunks (vector_key);
    CREATE TABLE vectors (
        model TEXT NOT NULL,
        key TEXT NOT NULL,            -- sha256 of the embedded text
        vector BLOB NOT NULL,         -- float32, little endian, length 1
        UNIQUE (model, key)
    ) STRICT;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        index_id INTEGER NOT NULL REFERENCES indexes (id),
        chunk TEXT NOT NULL,
        action TEXT NOT NULL CHECK (action IN ('add', 'remove'))
    ) STRICT;
    CREATE TABLE answers (
        id TEXT PRIMARY KEY,
        asked_at TEXT NOT NULL,
        question TEXT NOT NULL,
        abstained INTEGER NOT NULL,
        body TEXT NOT NULL            -- JSON: rag.types.Answer
    ) STRICT;
    CREATE INDEX answers_by_time ON answers (asked_at);
    CREATE TABLE answer_documents (
        answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        quoted INTEGER NOT NULL,      -- 0: retrieved only
        PRIMARY KEY (answer, document, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX answers_by_document ON answer_documents (document);
    """,
    """
    ALTER TABLE documents ADD COLUMN parent TEXT;  -- the document this one is attached to
    ALTER TABLE documents ADD COLUMN n_pages INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';  -- JSON: sentences
    ALTER TABLE documents ADD COLUMN flags TEXT NOT NULL DEFAULT '[]';  -- JSON: rag.types.Flag
    CREATE INDEX documents_by_parent ON documents (parent);
    CREATE TABLE signatures (
        id INTEGER PRIMARY KEY,
        version TEXT NOT NULL UNIQUE REFERENCES versions (id) ON DELETE CASCADE,
        recipe INTEGER NOT NULL,
        signature BLOB NOT NULL       -- rag.copies.signature, empty without words
    ) STRICT;
    CREATE TABLE bands (
        band INTEGER NOT NULL,
        key INTEGER NOT NULL,
        signature INTEGER NOT NULL REFERENCES signatures (id) ON DELETE CASCADE,
        PRIMARY KEY (band, key, signature)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX bands_by_signature ON bands (signature);
    """,
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,          -- who is logged in, empty where nobody is
        title TEXT,                   -- NULL: the first question
        created_at TEXT NOT NULL,
        changed_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX conversations_by_owner ON conversations (owner, changed_at);
    CREATE TABLE turns (
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
        PRIMARY KEY (conversation, place)
    ) STRICT;
    CREATE INDEX turns_by_answer ON turns (answer);
    """,
    """
    CREATE TABLE briefs (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,          -- who is logged in, empty where nobody is
        title TEXT NOT NULL,
        version INTEGER NOT NULL,     -- the latest
        created_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        n_sections INTEGER NOT NULL,
        n_items INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE brief_versions (
        brief TEXT NOT NULL REFERENCES briefs (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        saved_at TEXT NOT NULL,
        note TEXT NOT NULL,
        body TEXT NOT NULL,           -- JSON: rag.types.Brief, keys of items instead of items
        PRIMARY KEY (brief, version)
    ) STRICT;
    CREATE TABLE brief_items (
        id TEXT PRIMARY KEY,          -- sha256 of the body
        body TEXT NOT NULL            -- JSON: rag.types.Item
    ) STRICT;
    CREATE TABLE brief_item_uses (
        item TEXT NOT NULL REFERENCES brief_items (id),
        brief TEXT NOT NULL REFERENCES briefs (id) ON DELETE CASCADE,
        PRIMARY KEY (item, brief)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX brief_items_by_brief ON brief_item_uses (brief);
    CREATE TABLE brief_documents (    -- cited in any version
        brief TEXT NOT NULL REFERENCES briefs (id) ON DELETE CASCADE,
        document TEXT NOT NULL,
        PRIMARY KEY (brief, document)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX briefs_by_document ON brief_documents (document);
    """,
)


class Database:
    """Connections to one SQLite file, one a thread, and transactions on them.

    Raises:
        StoreError: the file cannot be opened, is no database, or is of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, sqlite3.Connection] = {}
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.chmod(0o700)
        except OSError as error:
            raise StoreError(
                f"the data folder {path.parent} cannot be made: {error.strerror}; "
                "name another with RAG_DATA_DIR"
            ) from error
        self._migrate()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._connect()
            self._local.connection = found
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed whole at the end, or rolled back on any exception."""
        connection = self.connection()
        with translated(self.path):
            connection.execute("BEGIN IMMEDIATE")
        try:
            with translated(self.path):
                yield connection
                connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A read transaction: every query in it sees the same state."""
        connection = self.connection()
        with translated(self.path):
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with translated(self.path):
            return self.connection().execute(sql, values).fetchall()

    def row(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with translated(self.path):
            found: sqlite3.Row | None = self.connection().execute(sql, values).fetchone()
            return found

    def purge(self) -> None:
        """Leave nothing of deleted rows on the disk: no free pages, an empty write-ahead log."""
        with translated(self.path):
            self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.connection().execute("VACUUM")
            self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> str | None:
        """What SQLite's own quick check finds wrong, or None."""
        found = self.row("PRAGMA quick_check(1)")
        return None if found is None or found[0] == "ok" else str(found[0])

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()
            self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        with translated(self.path):
            # Autocommit, so that a transaction begins where the code says so; the thread check
            # is off only so that `close` may close the connections of other threads.
            connection = sqlite3.connect(
                self.path,
                timeout=BUSY_TIMEOUT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.row_factory = sqlite3.Row
            try:
                _use_wal(connection)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA secure_delete = ON")
            except sqlite3.Error:
                connection.close()
                raise
        with self._lock:
            # A page is drawn by a new thread each time: those that ended leave theirs behind.
            for thread in [thread for thread in self._open if not thread.is_alive()]:
                self._open.pop(thread).close()
            self._open[threading.current_thread()] = connection
        return connection

    def _migrate(self) -> None:
        found = self.row("PRAGMA user_version")
        version = int(found[0]) if found else 0
        if version > len(MIGRATIONS):
            self.close()
            raise StoreError(
                f"{self.path} was written by a newer Attest (schema {version}, this one knows "
                f"{len(MIGRATIONS)}); upgrade Attest or name another RAG_DATA_DIR"
            )
        if version == len(MIGRATIONS):
            return
        with self.transaction() as connection:
            # Another process may have migrated while this one waited for the lock.
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging once; that pragma does not wait for locks by itself."""
    deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit the transaction it runs in."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as `StoreError`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        remedy = (
            "another process holds it; try again"
            if "locked" in str(error)
            else "run `rag doctor`; a copy of the folder may still be good"
        )
        raise StoreError(f"the store {path}: {error}; {remedy}") from error

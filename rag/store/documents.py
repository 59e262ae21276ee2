"""Documents, their versions, and what is known about them."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from rag.errors import NotFoundError, VersionGoneError
from rag.store.facts import (
    add_fact,
    metadata_of,
    now,
    put_file_facts,
    refresh_metadata,
    supersede,
)
from rag.store.roots import Root
from rag.store.schema import Database
from rag.types import Block, Document, DocumentRecord, Fact, Flag, Page, PageSpan

CACHED_VERSIONS = 64


@dataclass(frozen=True, slots=True)
class Known:
    """What a sync needs to know of a document it may meet again."""

    id: str
    source: str
    state: str
    version: str | None
    file_sha256: str | None
    loader: str | None
    stale: bool
    error: str | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a document's text with its blocks and pages."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...]

    def pages_of(self, start: int, end: int) -> PageSpan:
        """The first and the last page that a span touches; None where there are no pages."""
        touched = [page for page in self.pages if page.start < end and start < page.end]
        if not touched:
            return PageSpan()
        first, last = touched[0], touched[-1]
        labels = dict.fromkeys(page.label or str(page.number) for page in (first, last))
        differs = any(page.label not in (None, str(page.number)) for page in (first, last))
        return PageSpan(first.number, last.number, "-".join(labels) if differs else None)


def document_id(root: str, source: str) -> str:
    """A document's identity: its root and the path under it."""
    digest = hashlib.sha256(f"{root}\0{source}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:12]


def version_id(text: str) -> str:
    """A version's identity: the sha256 of its canonical text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


class Documents:
    """The part of the store that holds the sources."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._text = lru_cache(maxsize=CACHED_VERSIONS)(self._read_text)

    def known(self, root: Root) -> dict[str, Known]:
        """Every document ever seen under a root, by its relative path."""
        rows = self._database.rows("SELECT * FROM documents WHERE root_id = ?", (root.id,))
        return {
            row["source"]: Known(
                id=row["id"],
                source=row["source"],
                state=row["state"],
                version=row["version"],
                file_sha256=row["file_sha256"],
                loader=row["loader"],
                stale=bool(row["stale"]),
                error=row["error"],
                parent=row["parent"],
            )
            for row in rows
        }

    def records(self, *, states: Sequence[str] = ("current", "failed")) -> list[DocumentRecord]:
        """The documents in these states, by root and path."""
        marks = ", ".join("?" for _ in states)
        rows = self._database.rows(
            f"{_RECORDS} WHERE d.state IN ({marks}) GROUP BY d.id ORDER BY r.id, d.source",
            tuple(states),
        )
        return [_record(row) for row in rows]

    def record(self, name: str) -> DocumentRecord:
        """The document of this id, unique beginning of an id, relative path or title.

        Raises:
            NotFoundError: there is none, or several could be meant.
        """
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        for condition in ("d.id = ?1", "d.source = ?1", "d.title = ?1", "d.id LIKE ?2"):
            if condition == "d.id LIKE ?2" and not (len(name) >= 4 and name.isalnum()):
                continue
            rows = self._database.rows(
                f"{_RECORDS} WHERE {condition} AND ?2 != '' GROUP BY d.id",
                (name, f"{name}%"),
            )
            live = [row for row in rows if row["state"] in ("current", "failed")] or rows
            if len(live) == 1:
                return _record(live[0])
            if live:
                ids = ", ".join(row["id"] for row in live[:5])
                raise NotFoundError(f"{name!r} names {len(live)} documents ({ids}); give an id")
        raise NotFoundError(f"no document is called {name!r}; `rag list` shows those there are")

    def put(
        self,
        connection: sqlite3.Connection,
        root: Root,
        source: str,
        document: Document,
        *,
        file_sha256: str,
        parent: str | None = None,
    ) -> tuple[str, str]:
        """Write a document as just read, inside a transaction; returns (id, version).

        What a person said about it (origin "user") is kept; facts of the file replace those of
        the file before, which stay as history. `parent` is the id of what it is attached to.
        """
        identity, version, moment = document_id(root.path, source), version_id(document.text), now()
        connection.execute(
            """INSERT INTO versions (id, text, n_chars, blocks, pages, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET blocks = excluded.blocks,
                -- The same words in a format without pages must not take the pages away.
                pages = CASE excluded.pages WHEN '[]' THEN pages ELSE excluded.pages END""",
            (
                version,
                document.text,
                len(document.text),
                _blocks_json(document),
                _pages_json(document),
                moment,
            ),
        )
        connection.execute(
            """INSERT INTO documents (id, root_id, source, state, version, file_sha256, loader,
                media_type, parent, n_pages, notes, flags, changed_at)
            VALUES (?, ?, ?, 'current', ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET state = 'current', version = excluded.version,
                file_sha256 = excluded.file_sha256, loader = excluded.loader,
                media_type = excluded.media_type, parent = excluded.parent,
                n_pages = excluded.n_pages, notes = excluded.notes, flags = excluded.flags,
                error = NULL, stale = 0, changed_at = excluded.changed_at""",
            (
                identity,
                root.id,
                source,
                version,
                file_sha256,
                document.loader,
                document.media_type,
                parent,
                len(document.pages),
                _json(list(document.notes)),
                _json([asdict(flag) for flag in document.flags]),
                moment,
            ),
        )
        connection.execute(
            """INSERT INTO document_versions VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen""",
            (identity, version, file_sha256, moment, moment),
        )
        put_file_facts(connection, identity, document.facts, moment)
        refresh_metadata(connection, identity)
        self._text.cache_clear()
        return identity, version

    def put_failed(
        self,
        root: Root,
        source: str,
        *,
        file_sha256: str | None,
        loader: str | None,
        error: str,
        parent: str | None = None,
    ) -> None:
        """Note that a file could not be read; the last readable version goes on answering."""
        with self._database.transaction() as connection:
            connection.execute(
                """INSERT INTO documents (id, root_id, source, state, file_sha256, loader, error,
                    parent, changed_at) VALUES (?, ?, ?, 'failed', ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = 'failed', error = excluded.error,
                    file_sha256 = excluded.file_sha256, loader = excluded.loader,
                    version = CASE documents.state WHEN 'removed' THEN NULL ELSE version END,
                    changed_at = excluded.changed_at""",
                (
                    document_id(root.path, source),
                    root.id,
                    source,
                    file_sha256,
                    loader,
                    error,
                    parent,
                    now(),
                ),
            )

    def attached_to(self, identity: str) -> list[DocumentRecord]:
        """The documents that are attached to one, and to those in turn, by path."""
        rows = self._database.rows(
            f"""WITH RECURSIVE inside (id) AS (
                SELECT id FROM documents WHERE parent = ?1
                UNION SELECT d.id FROM documents d JOIN inside i ON d.parent = i.id)
            {_RECORDS} WHERE d.id IN (SELECT id FROM inside) GROUP BY d.id ORDER BY d.source""",
            (identity,),
        )
        return [_record(row) for row in rows]

    def copy_user_facts(self, connection: sqlite3.Connection, old: str, new: str) -> None:
        """Let what a person said about a document follow it to its new path."""
        rows = connection.execute(
            "SELECT field, value, detail FROM facts "
            "WHERE document = ? AND origin = 'user' AND superseded_at IS NULL",
            (old,),
        ).fetchall()
        for row in rows:
            supersede(connection, new, row["field"], "user")
            add_fact(connection, new, row["field"], row["value"], "user", row["detail"])
        refresh_metadata(connection, new)

    def describe(self, identity: str, corrections: Mapping[str, Sequence[str | None]]) -> None:
        """Correct fields by hand; None says that one is unknown. What stood there is kept."""
        with self._database.transaction() as connection:
            before = _title(connection, identity)
            for field, values in corrections.items():
                supersede(connection, identity, field, "user")
                for value in values:
                    add_fact(connection, identity, field, value, "user", "described by hand")
            refresh_metadata(connection, identity)
            if _title(connection, identity) != before:
                connection.execute("UPDATE documents SET stale = 1 WHERE id = ?", (identity,))

    def title_for(self, identity: str, stated: Sequence[Fact]) -> str | None:
        """The title in force once these facts of the file are: a person's word comes first."""
        row = self._database.row(
            "SELECT value, origin FROM facts WHERE document = ? AND field = 'title' "
            "AND superseded_at IS NULL ORDER BY origin != 'user', id LIMIT 1",
            (identity,),
        )
        if row is not None and (row["origin"] == "user" or not stated):
            held: str | None = row["value"]
            return held
        return next((fact.value for fact in stated if fact.field == "title"), None)

    def no_longer_stale(self, connection: sqlite3.Connection, identity: str) -> None:
        """Note, inside a transaction, that a document's chunks follow its description again."""
        connection.execute("UPDATE documents SET stale = 0 WHERE id = ?", (identity,))

    def facts(self, identity: str) -> list[dict[str, str | None]]:
        """All that was ever stated about a document, the oldest first, with origin and times."""
        rows = self._database.rows(
            "SELECT field, value, origin, detail, recorded_at, superseded_at FROM facts "
            "WHERE document = ? ORDER BY id",
            (identity,),
        )
        return [dict(row) for row in rows]

    # Texts

    def text(self, version: str) -> Text:
        """A version's text with its blocks and pages; the latest ones are kept in memory.

        Raises:
            NotFoundError: there is no such version, or it was forgotten.
        """
        return self._text(version)

    def text_of(self, version: str) -> str:
        """The canonical text of a version, for proving citations; raises `NotFoundError`."""
        return self._text(version).text

    def fresh_text_of(self, version: str) -> str:
        """The canonical text as it stands in the file now, past any cache."""
        return self._read_text(version).text

    def versions_of(self, identity: str) -> list[dict[str, str]]:
        """The versions a document has had, the oldest first."""
        rows = self._database.rows(
            "SELECT version, file_sha256, first_seen, last_seen FROM document_versions "
            "WHERE document = ? ORDER BY first_seen",
            (identity,),
        )
        return [dict(row) for row in rows]

    def _read_text(self, version: str) -> Text:
        row = self._database.row(
            "SELECT text, blocks, pages FROM versions WHERE id = ?", (version,)
        )
        if row is None:
            raise VersionGoneError(f"version {version[:12]} is not in the store any more")
        return Text(
            text=row["text"],
            blocks=tuple(Block(*values) for values in json.loads(row["blocks"])),
            pages=tuple(Page(*values) for values in json.loads(row["pages"])),
        )

    def release(self, connection: sqlite3.Connection, identity: str) -> None:
        """Delete a document's versions, facts and originals that no other document shares.

        The files of the originals go with `Originals.sweep`, once the transaction is committed.
        """
        versions = connection.execute(
            "SELECT DISTINCT version, file_sha256 FROM document_versions WHERE document = ?",
            (identity,),
        ).fetchall()
        connection.execute("DELETE FROM document_versions WHERE document = ?", (identity,))
        connection.execute("DELETE FROM facts WHERE document = ?", (identity,))
        connection.execute(
            """UPDATE documents SET state = 'forgotten', version = NULL, error = NULL, title = NULL,
                authors = NULL, publisher = NULL, publisher_key = NULL, url = NULL,
                language = NULL, published = NULL, published_precision = NULL,
                published_from = NULL, published_to = NULL, n_pages = 0, notes = '[]',
                flags = '[]', changed_at = ? WHERE id = ?""",
            (now(), identity),
        )
        for row in versions:
            connection.execute(
                "DELETE FROM versions WHERE id = ?1 AND NOT EXISTS "
                "(SELECT 1 FROM document_versions WHERE version = ?1)",
                (row["version"],),
            )
            shared = connection.execute(
                "SELECT 1 FROM document_versions WHERE file_sha256 = ?", (row["file_sha256"],)
            ).fetchone()
            if shared is None:
                connection.execute("DELETE FROM originals WHERE sha256 = ?", (row["file_sha256"],))
        self._text.cache_clear()


_RECORDS = """
    SELECT d.*, r.path AS root, r.sample AS sample, v.n_chars AS n_chars,
        (SELECT count(*) FROM chunks c JOIN indexes i ON i.id = c.index_id
            WHERE c.document = d.id AND i.state = 'current') AS n_chunks
    FROM documents d JOIN roots r ON r.id = d.root_id LEFT JOIN versions v ON v.id = d.version
"""


def _record(row: sqlite3.Row) -> DocumentRecord:
    return DocumentRecord(
        id=row["id"],
        root=row["root"],
        source=row["source"],
        state=row["state"],
        version=row["version"],
        media_type=row["media_type"],
        metadata=metadata_of(row),
        n_chunks=row["n_chunks"],
        n_chars=row["n_chars"] or 0,
        sample=bool(row["sample"]),
        error=row["error"],
        n_pages=row["n_pages"],
        notes=tuple(json.loads(row["notes"])),
        flags=tuple(Flag(**flag) for flag in json.loads(row["flags"])),
        parent=row["parent"],
    )


def _blocks_json(document: Document) -> str:
    return _json([[block.kind, block.start, block.end, block.level] for block in document.blocks])


def _pages_json(document: Document) -> str:
    return _json([[page.number, page.start, page.end, page.label] for page in document.pages])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _title(connection: sqlite3.Connection, identity: str) -> str | None:
    row = connection.execute("SELECT title FROM documents WHERE id = ?", (identity,)).fetchone()
    title: str | None = row["title"]
    return title

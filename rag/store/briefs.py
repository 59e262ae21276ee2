"""Briefs, every version of each: what is saved is never overwritten, and equal items stand once."""

import hashlib
import json
import secrets
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from rag.errors import ConfigurationError, NotFoundError, StoreError
from rag.store.facts import now
from rag.store.schema import Database
from rag.types import Brief, Item, item_to_dict

MAX_LINE_CHARS = 500


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A brief in a list; `n_sections` and `n_items` are of its latest version."""

    id: str
    owner: str
    title: str
    version: int
    created_at: str
    changed_at: str
    n_sections: int
    n_items: int


@dataclass(frozen=True, slots=True)
class Saved:
    """One version of a brief: when it was saved, and what was done then."""

    version: int
    saved_at: str
    note: str


class Briefs:
    """The part of the store that holds them; each belongs to an owner, "" where nobody logs in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def new(
        self,
        title: str,
        *,
        author: str | None = None,
        date: str | None = None,
        handling: str | None = None,
        owner: str = "",
    ) -> Brief:
        """A brief without sections, kept as version 1.

        Raises:
            ConfigurationError: the title is empty or too long.
        """
        moment = now()
        brief = Brief(
            id=secrets.token_hex(6),
            version=1,
            title=brief_title(title),
            author=author,
            date=date,
            handling=handling,
            created_at=moment,
            changed_at=moment,
        )
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO briefs VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
                (brief.id, owner, brief.title, 1, moment, moment),
            )
            self._write(connection, brief, "made")
        return brief

    def save(self, brief: Brief, note: str) -> Brief:
        """Keep a brief that was edited as its next version; returns it as that version.

        `brief.version` is the one that was edited; `note` says in a few words what was done.

        Raises:
            StoreError: another version was saved meanwhile.
            NotFoundError: it was deleted.
            ConfigurationError: the title is empty or too long.
        """
        saved = replace(
            brief, version=brief.version + 1, changed_at=now(), title=brief_title(brief.title)
        )
        n_items = sum(1 for _ in saved.items())
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT version FROM briefs WHERE id = ?", (brief.id,)
            ).fetchone()
            if row is None:
                raise NotFoundError(f"brief {brief.id} was deleted; nothing was saved")
            if row["version"] != brief.version:
                raise StoreError(
                    f"brief {brief.id} was changed meanwhile (it is at version {row['version']}, "
                    f"you edited {brief.version}); open it again and repeat the edit"
                )
            connection.execute(
                "UPDATE briefs SET title = ?, version = ?, changed_at = ?, n_sections = ?, "
                "n_items = ? WHERE id = ?",
                (
                    saved.title,
                    saved.version,
                    saved.changed_at,
                    len(saved.sections),
                    n_items,
                    saved.id,
                ),
            )
            self._write(connection, saved, note)
        return saved

    def get(self, name: str, *, version: int | None = None) -> Brief:
        """The brief of this id, unique beginning of an id, or title; its latest version or another.

        Raises:
            NotFoundError: there is none, or several could be meant.
        """
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        rows: list[sqlite3.Row] = []
        for condition in ("id = ?1", "title = ?1", "id LIKE ?2"):
            if not rows and (condition != "id LIKE ?2" or (len(name) >= 4 and name.isalnum())):
                rows = self._database.rows(
                    f"SELECT id, version FROM briefs WHERE {condition} AND ?2 != '' LIMIT 5",
                    (name, f"{name}%"),
                )
        if len(rows) != 1:
            several = f"{len(rows)} briefs are called" if rows else "no brief is called"
            raise NotFoundError(f"{several} {name!r}; `rag brief list` shows those there are")
        wanted = rows[0]["version"] if version is None else version
        row = self._database.row(
            "SELECT body FROM brief_versions WHERE brief = ? AND version = ?",
            (rows[0]["id"], wanted),
        )
        if row is None:
            raise NotFoundError(
                f"brief {rows[0]['id']} has versions 1 to {rows[0]['version']}, and no {wanted}"
            )
        return self._read(json.loads(row["body"]))

    def all(self, owner: str | None = None) -> list[BriefRow]:
        """The briefs of an owner, or of all, the latest changed first."""
        rows = self._database.rows(
            "SELECT * FROM briefs WHERE ?1 IS NULL OR owner = ?1 "
            "ORDER BY changed_at DESC, rowid DESC",
            (owner,),
        )
        return [BriefRow(**dict(row)) for row in rows]

    def versions(self, identity: str) -> list[Saved]:
        """The versions of a brief, the latest first."""
        rows = self._database.rows(
            "SELECT version, saved_at, note FROM brief_versions WHERE brief = ? "
            "ORDER BY version DESC",
            (identity,),
        )
        return [Saved(**dict(row)) for row in rows]

    def citing(self, document: str) -> list[BriefRow]:
        """The briefs of which any version cites a document, the latest changed first."""
        rows = self._database.rows(
            "SELECT b.* FROM briefs b JOIN brief_documents d ON d.brief = b.id "
            "WHERE d.document = ? ORDER BY b.changed_at DESC, b.rowid DESC",
            (document,),
        )
        return [BriefRow(**dict(row)) for row in rows]

    def delete(self, identity: str) -> None:
        """Delete a brief with all its versions for good."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM briefs WHERE id = ?", (identity,))
            connection.execute(
                "DELETE FROM brief_items WHERE id NOT IN (SELECT item FROM brief_item_uses)"
            )

    def count(self) -> int:
        """How many briefs are kept."""
        row = self._database.row("SELECT count(*) FROM briefs")
        return int(row[0]) if row else 0

    def _write(self, connection: sqlite3.Connection, brief: Brief, note: str) -> None:
        body = brief.to_dict()
        keys = {item.id: self._write_item(connection, brief.id, item) for item in brief.items()}
        for section in body["sections"]:
            section["items"] = [keys[item["id"]] for item in section["items"]]
        if body["bottom_line"] is not None:
            body["bottom_line"] = keys[body["bottom_line"]["id"]]
        connection.execute(
            "INSERT INTO brief_versions VALUES (?, ?, ?, ?, ?)",
            (brief.id, brief.version, brief.changed_at, note, _json(body)),
        )
        connection.executemany(
            "INSERT OR IGNORE INTO brief_documents VALUES (?, ?)",
            [(brief.id, one.document) for one in brief.citations().values()],
        )

    @staticmethod
    def _write_item(connection: sqlite3.Connection, brief: str, item: Item) -> str:
        body = _json(item_to_dict(item))
        key = hashlib.sha256(body.encode()).hexdigest()
        connection.execute("INSERT OR IGNORE INTO brief_items VALUES (?, ?)", (key, body))
        connection.execute("INSERT OR IGNORE INTO brief_item_uses VALUES (?, ?)", (key, brief))
        return key

    def _read(self, body: dict[str, Any]) -> Brief:
        keys = [key for section in body["sections"] for key in section["items"]]
        if body["bottom_line"] is not None:
            keys.append(body["bottom_line"])
        rows = self._database.rows(
            "SELECT id, body FROM brief_items WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(keys),),
        )
        items = {row["id"]: json.loads(row["body"]) for row in rows}
        for section in body["sections"]:
            section["items"] = [items[key] for key in section["items"]]
        if body["bottom_line"] is not None:
            body["bottom_line"] = items[body["bottom_line"]]
        return Brief.from_dict(body)


def brief_title(title: str) -> str:
    """A title as one line; raises `ConfigurationError` where it is empty or too long."""
    name = " ".join(title.split())
    if not 0 < len(name) <= MAX_LINE_CHARS:
        raise ConfigurationError(f"a brief's title has 1 to {MAX_LINE_CHARS} characters")
    return name


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

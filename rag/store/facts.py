"""What was ever stated about a document, by whom, and what of it is in force.

A person's word comes before the file's; what is superseded stays as history. Functions on an
open transaction; `rag.store.documents` calls them.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from rag.dates import Published, parse_published
from rag.types import Fact, Metadata


def now() -> str:
    """The present moment in UTC, to the second, as ISO 8601 with a Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def metadata_of(row: sqlite3.Row) -> Metadata:
    """The metadata in force from a row of `documents`."""
    published = row["published"]
    return Metadata(
        title=row["title"],
        authors=tuple(json.loads(row["authors"])) if row["authors"] else (),
        publisher=row["publisher"],
        published=None if published is None else Published(published, row["published_precision"]),
        url=row["url"],
        language=row["language"],
    )


def put_file_facts(
    connection: sqlite3.Connection, identity: str, facts: Iterable[Fact], moment: str
) -> None:
    """Let these be what the file states; nothing is written where nothing changed."""
    wanted = [(fact.field, fact.value, fact.origin, fact.detail) for fact in facts]
    rows = connection.execute(
        "SELECT field, value, origin, detail FROM facts "
        "WHERE document = ? AND origin != 'user' AND superseded_at IS NULL ORDER BY id",
        (identity,),
    ).fetchall()
    if [tuple(row) for row in rows] == wanted:
        return
    connection.execute(
        "UPDATE facts SET superseded_at = ? "
        "WHERE document = ? AND origin != 'user' AND superseded_at IS NULL",
        (moment, identity),
    )
    for fact in wanted:
        add_fact(connection, identity, *fact)


def supersede(connection: sqlite3.Connection, identity: str, field: str, origin: str) -> None:
    """Make history of what this origin stated of a field."""
    connection.execute(
        "UPDATE facts SET superseded_at = ? "
        "WHERE document = ? AND field = ? AND origin = ? AND superseded_at IS NULL",
        (now(), identity, field, origin),
    )


def add_fact(
    connection: sqlite3.Connection,
    identity: str,
    field: str,
    value: str | None,
    origin: str,
    detail: str,
) -> None:
    """Write one statement; a value of None says that it is unknown."""
    connection.execute(
        "INSERT INTO facts (document, field, value, origin, detail, recorded_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (identity, field, value, origin, detail, now()),
    )


def refresh_metadata(connection: sqlite3.Connection, identity: str) -> None:
    """Write what is in force into the document's row: a person's word before the file's."""
    rows = connection.execute(
        "SELECT field, value, origin FROM facts WHERE document = ? AND superseded_at IS NULL "
        "ORDER BY origin != 'user', id",
        (identity,),
    ).fetchall()
    force: dict[str, str | None] = {}
    authors: list[str] = []
    author_origin: str | None = None
    for row in rows:
        if row["field"] == "authors":
            author_origin = author_origin or row["origin"]
            if row["value"] is not None and row["origin"] == author_origin:
                authors.append(row["value"])
        elif row["field"] not in force:
            force[row["field"]] = row["value"]
    published = parse_published(force.get("published") or "")
    first, last = published.span() if published else (None, None)
    publisher = force.get("publisher")
    connection.execute(
        """UPDATE documents SET title = ?, authors = ?, publisher = ?, publisher_key = ?, url = ?,
            language = ?, published = ?, published_precision = ?, published_from = ?,
            published_to = ? WHERE id = ?""",
        (
            force.get("title"),
            json.dumps(authors, ensure_ascii=False) if authors else None,
            publisher,
            publisher.casefold() if publisher else None,
            force.get("url"),
            force.get("language"),
            published.value if published else None,
            published.precision if published else None,
            first,
            last,
            identity,
        ),
    )

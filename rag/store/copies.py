"""Which documents are near-identical: signatures of texts, and bands of them to look copies up.

What is kept is derived from the texts and goes with them: deleting a version deletes its rows.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.copies import NEAR_IDENTICAL, RECIPE, bands, estimate, near_identical, signature
from rag.store.schema import Database

# Documents that answer questions; one whose file can no longer be read does so as it was.
_LIVE = "{0}.state IN ('current', 'failed') AND {0}.version IS NOT NULL"
# Bound variables of one statement.
_BATCH = 1_000


class Copies:
    """The part of the store that tells near-identical documents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, connection: sqlite3.Connection, version: str, signed: bytes) -> None:
        """Keep a version's signature, inside a transaction; one that is kept is replaced."""
        connection.execute("DELETE FROM signatures WHERE version = ?", (version,))
        row = connection.execute(
            "INSERT INTO signatures (version, recipe, signature) VALUES (?, ?, ?)",
            (version, RECIPE, signed),
        )
        connection.executemany(
            "INSERT INTO bands VALUES (?, ?, ?)",
            [(band, key, row.lastrowid) for band, key in enumerate(bands(signed))],
        )

    def missing(self) -> list[str]:
        """The versions in force that have no signature of the present recipe."""
        rows = self._database.rows(
            f"""SELECT DISTINCT d.version FROM documents d WHERE {_LIVE.format("d")} AND NOT EXISTS
            (SELECT 1 FROM signatures s WHERE s.version = d.version AND s.recipe = ?)
            ORDER BY d.version""",
            (RECIPE,),
        )
        return [row["version"] for row in rows]

    def fill(self, text_of: Callable[[str], str]) -> int:
        """Sign the versions that `missing` names, from their texts; returns how many."""
        versions = self.missing()
        for version in versions:
            signed = signature(text_of(version))
            with self._database.transaction() as connection:
                # Another process may have forgotten it meanwhile.
                if connection.execute("SELECT 1 FROM versions WHERE id = ?", (version,)).fetchone():
                    self.put(connection, version, signed)
        return len(versions)

    def of(self, documents: Sequence[str]) -> dict[str, list[tuple[str, float]]]:
        """The near-identical others of each document: (id, estimated similarity), nearest first.

        The same text counts as 1.0. Only what answers questions is looked at; a document without
        a copy is left out. Estimates below `NEAR_IDENTICAL` do not count.
        """
        found: dict[str, dict[str, float]] = {}
        live = f"{_LIVE.format('a')} AND {_LIVE.format('b')}"
        for part in _parts(documents):
            marks = ", ".join("?" * len(part))
            same = self._database.rows(
                f"""SELECT a.id, b.id AS other FROM documents a JOIN documents b
                    ON b.version = a.version AND b.id != a.id
                WHERE a.id IN ({marks}) AND {live}""",
                tuple(part),
            )
            for row in same:
                found.setdefault(row["id"], {})[row["other"]] = 1.0
            alike = self._database.rows(
                f"""SELECT DISTINCT a.id, b.id AS other, s.signature AS one, t.signature AS two
                FROM documents a JOIN signatures s ON s.version = a.version
                JOIN bands p ON p.signature = s.id
                JOIN bands q ON q.band = p.band AND q.key = p.key AND q.signature != p.signature
                JOIN signatures t ON t.id = q.signature AND t.recipe = s.recipe
                JOIN documents b ON b.version = t.version
                WHERE a.id IN ({marks}) AND {live}""",
                tuple(part),
            )
            for row in alike:
                similarity = estimate(row["one"], row["two"])
                if similarity >= NEAR_IDENTICAL:
                    found.setdefault(row["id"], {})[row["other"]] = similarity
        return {
            identity: sorted(others.items(), key=lambda pair: (-pair[1], pair[0]))
            for identity, others in found.items()
        }

    def among(self, documents: Iterable[str]) -> dict[str, set[str]]:
        """Which of these documents are near-identical to which others of them.

        For the few documents of a ranking: every pair is estimated, so that the cost does not
        grow with the copies that the store holds besides.
        """
        signed: dict[str, bytes] = {}
        by_version: dict[str, list[str]] = {}
        for part in _parts(list(documents)):
            rows = self._database.rows(
                f"""SELECT d.id, d.version, s.signature FROM documents d
                LEFT JOIN signatures s ON s.version = d.version AND s.recipe = ?
                WHERE d.id IN ({", ".join("?" * len(part))}) AND d.version IS NOT NULL""",
                (RECIPE, *part),
            )
            for row in rows:
                signed[row["version"]] = row["signature"] or b""
                by_version.setdefault(row["version"], []).append(row["id"])
        groups = {version: {version} for version in by_version}
        for one, other in near_identical(signed):
            groups[one].add(other)
            groups[other].add(one)
        found = {
            identity: {copy for other in groups[version] for copy in by_version[other]} - {identity}
            for version, ids in by_version.items()
            for identity in ids
        }
        return {identity: others for identity, others in found.items() if others}


def _parts(documents: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(documents), _BATCH):
        yield documents[first : first + _BATCH]

"""Answers as they were given: kept whole, brought back identical."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from rag.errors import NotFoundError
from rag.store.schema import Database
from rag.types import Answer


class Answers:
    """The part of the store that holds what was answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, answer: Answer) -> None:
        """Keep an answer, and note which documents it quotes or merely found."""
        held = {(passage.document, passage.version): False for passage in answer.passages}
        for citation in (*answer.citations, *answer.withheld_citations):
            held[citation.document, citation.version] = True
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
                (
                    answer.id,
                    answer.asked_at,
                    answer.question,
                    int(answer.abstained),
                    json.dumps(answer.to_dict(), ensure_ascii=False),
                ),
            )
            connection.executemany(
                "INSERT INTO answer_documents VALUES (?, ?, ?, ?)",
                [(answer.id, *pair, int(quoted)) for pair, quoted in sorted(held.items())],
            )

    def get(self, name: str) -> Answer:
        """The answer of this id, or of its unique beginning.

        Raises:
            NotFoundError: there is none, or several could be meant.
        """
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        rows = self._database.rows("SELECT body FROM answers WHERE id = ?", (name,))
        if not rows and len(name) >= 4 and name.isalnum():
            rows = self._database.rows(
                "SELECT body FROM answers WHERE id LIKE ? LIMIT 2", (f"{name}%",)
            )
        if len(rows) != 1:
            problem = "several answers begin with" if rows else "no answer is called"
            raise NotFoundError(f"{problem} {name!r}; `rag list --answers` shows those there are")
        return Answer.from_dict(json.loads(rows[0]["body"]))

    def recent(self, limit: int = 50) -> list[dict[str, Any]]:
        """The latest answers, newest first: id, asked_at, question, abstained."""
        rows = self._database.rows(
            "SELECT id, asked_at, question, abstained FROM answers "
            "ORDER BY asked_at DESC, rowid DESC LIMIT ?",
            (limit,),
        )
        return [{**dict(row), "abstained": bool(row["abstained"])} for row in rows]

    def quoting(self, document: str) -> list[str]:
        """The ids of the answers that quote a document, the oldest first."""
        rows = self._database.rows(
            "SELECT a.id FROM answers a JOIN answer_documents q ON q.answer = a.id "
            "WHERE q.document = ? AND q.quoted GROUP BY a.id ORDER BY a.asked_at",
            (document,),
        )
        return [row["id"] for row in rows]

    def redact(self, connection: sqlite3.Connection, document: str) -> None:
        """Empty the passages of a document in every answer, inside a transaction.

        Quotes stay: they are what the answer says, and whoever forgets is told of them.
        """
        rows = connection.execute(
            "SELECT a.id, a.body FROM answers a JOIN answer_documents d ON d.answer = a.id "
            "WHERE d.document = ? GROUP BY a.id",
            (document,),
        ).fetchall()
        for row in rows:
            body = json.loads(row["body"])
            for passage in body["passages"]:
                if passage["document"] == document:
                    unknown = dict.fromkeys(("title", "publisher", "published", "url", "heading"))
                    passage.update(unknown, text="", matches=[])
            connection.execute(
                "UPDATE answers SET body = ? WHERE id = ?",
                (json.dumps(body, ensure_ascii=False), row["id"]),
            )

    def delete(self, ids: Iterable[str]) -> None:
        """Delete answers for good."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM answers WHERE id = ?", [(name,) for name in ids])

    def count(self) -> int:
        """How many answers are kept."""
        row = self._database.row("SELECT count(*) FROM answers")
        return int(row[0]) if row else 0

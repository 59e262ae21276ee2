"""Answers as they were given: kept whole, brought back identical."""

import json
from typing import Any

from rag.errors import NotFoundError
from rag.store.schema import Database
from rag.types import Answer


class Answers:
    """The part of the store that holds what was answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, answer: Answer) -> None:
        """Keep an answer with the versions it quotes."""
        quoted = {
            (citation.document, citation.version)
            for citation in (*answer.citations, *answer.withheld_citations)
        }
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
                "INSERT INTO answer_documents VALUES (?, ?, ?)",
                [(answer.id, *pair) for pair in sorted(quoted)],
            )

    def get(self, name: str) -> Answer:
        """The answer of this id, or of its unique beginning.

        Raises:
            NotFoundError: there is none, or several could be meant.
        """
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
            "WHERE q.document = ? GROUP BY a.id ORDER BY a.asked_at",
            (document,),
        )
        return [row["id"] for row in rows]

    def count(self) -> int:
        """How many answers are kept."""
        row = self._database.row("SELECT count(*) FROM answers")
        return int(row[0]) if row else 0

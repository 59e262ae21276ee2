"""Conversations: answers in the order in which they were asked, under a name."""

import secrets
from dataclasses import dataclass

from rag.errors import ConfigurationError, NotFoundError
from rag.store.facts import now
from rag.store.schema import Database

MAX_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation; `title` is the name a person gave it, else its first question.

    `changed_at` is when its last question was asked, ISO in UTC.
    """

    id: str
    owner: str
    title: str
    created_at: str
    changed_at: str
    n_turns: int


class Conversations:
    """The part of the store that holds them; each belongs to an owner, "" where nobody logs in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answer: str, *, to: str | None, owner: str, instead_of: str | None = None) -> str:
        """Put a kept answer at the end of a conversation, a new one with `to` None; its id.

        With `instead_of` the answer takes the place of that one, which stays kept by itself. A
        conversation that was deleted meanwhile is begun anew.
        """
        moment = now()
        with self._database.transaction() as connection:
            known = connection.execute("SELECT 1 FROM conversations WHERE id = ?", (to,))
            if to is None or known.fetchone() is None:
                to = secrets.token_hex(6)
                connection.execute(
                    "INSERT INTO conversations VALUES (?, ?, NULL, ?, ?)",
                    (to, owner, moment, moment),
                )
            place = None
            if instead_of is not None:
                place = connection.execute(
                    "SELECT place FROM turns WHERE conversation = ? AND answer = ?",
                    (to, instead_of),
                ).fetchone()
            if place is not None:
                connection.execute(
                    "UPDATE turns SET answer = ? WHERE conversation = ? AND place = ?",
                    (answer, to, place["place"]),
                )
            else:
                connection.execute(
                    "INSERT INTO turns VALUES (?1, (SELECT coalesce(max(place), 0) + 1 FROM turns "
                    "WHERE conversation = ?1), ?2)",
                    (to, answer),
                )
            connection.execute("UPDATE conversations SET changed_at = ? WHERE id = ?", (moment, to))
        return to

    def get(self, identity: str) -> Conversation:
        """One conversation; raises `NotFoundError`."""
        row = self._database.row(f"{_LISTED} WHERE c.id = ? GROUP BY c.id", (identity,))
        if row is None:
            raise NotFoundError(f"no conversation is called {identity!r}; it may be deleted")
        return Conversation(**dict(row))

    def all(self, owner: str, *, containing: str = "", limit: int = 50) -> list[Conversation]:
        """The latest conversations of an owner, the newest first.

        `containing` restricts them to those whose name or questions hold all of its words, in
        any case.
        """
        rows = self._database.rows(
            f"{_LISTED} WHERE c.owner = ? GROUP BY c.id "
            "ORDER BY c.changed_at DESC, max(t.rowid) DESC",
            (owner,),
        )
        found = [Conversation(**dict(row)) for row in rows]
        wanted = containing.casefold().split()
        if wanted:
            asked = self._asked(owner)
            found = [
                one
                for one in found
                if all(word in f"{one.title}\n{asked[one.id]}".casefold() for word in wanted)
            ]
        return found[:limit]

    def answers(self, identity: str) -> list[str]:
        """The ids of a conversation's answers in their order."""
        rows = self._database.rows(
            "SELECT answer FROM turns WHERE conversation = ? ORDER BY place", (identity,)
        )
        return [row["answer"] for row in rows]

    def holding(self, answer: str) -> str | None:
        """The conversation that an answer stands in, or None."""
        row = self._database.row(
            "SELECT conversation FROM turns WHERE answer = ? ORDER BY rowid DESC LIMIT 1",
            (answer,),
        )
        return None if row is None else str(row["conversation"])

    def rename(self, identity: str, title: str) -> None:
        """Name a conversation.

        Raises:
            ConfigurationError: the name is empty or too long.
            NotFoundError: there is no such conversation.
        """
        name = " ".join(title.split())
        if not 0 < len(name) <= MAX_TITLE_CHARS:
            raise ConfigurationError(f"a name has 1 to {MAX_TITLE_CHARS} characters")
        self.get(identity)
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (name, identity))

    def delete(self, identity: str) -> None:
        """Delete a conversation and its answers for good."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM answers WHERE id IN (SELECT answer FROM turns WHERE conversation = ?)",
                (identity,),
            )
            connection.execute("DELETE FROM conversations WHERE id = ?", (identity,))

    def _asked(self, owner: str) -> dict[str, str]:
        rows = self._database.rows(
            """SELECT t.conversation AS id, group_concat(a.question, char(10)) AS asked
            FROM turns t JOIN answers a ON a.id = t.answer
            JOIN conversations c ON c.id = t.conversation
            WHERE c.owner = ? GROUP BY t.conversation""",
            (owner,),
        )
        return {row["id"]: row["asked"] for row in rows}


# One whose answers were all deleted is not listed: nothing is left of it.
_LISTED = """
    SELECT c.id, c.owner, coalesce(c.title,
            (SELECT a.question FROM turns t JOIN answers a ON a.id = t.answer
             WHERE t.conversation = c.id ORDER BY t.place LIMIT 1)) AS title,
        c.created_at, c.changed_at, count(t.answer) AS n_turns
    FROM conversations c JOIN turns t ON t.conversation = c.id"""

"""A question on its way: a thread of its own asks it, whatever becomes of the page meanwhile."""

import threading
from collections import deque
from contextlib import AbstractContextManager, nullcontext

from rag.asking import Found, Watch
from rag.pipeline import Pipeline
from rag.types import Answer, Filters
from rag.writing import Event


class Pending:
    """One question that is being asked; its answer is kept even if nobody waits for it any more.

    `conversation` is the one it goes on with, None for a new one; its answer takes the place of
    the answer `instead_of` there. `turn` is held while it is asked.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        question: str,
        filters: Filters,
        *,
        conversation: str | None,
        owner: str,
        instead_of: str | None = None,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self.question = question
        self.filters = filters
        self.instead_of = instead_of
        self._events: deque[Found | Event] = deque()
        self._stopped = threading.Event()
        self._answer: Answer | None = None
        self._conversation = conversation
        self._error: Exception | None = None

        def ask() -> None:
            watch = Watch(self._events.append, self._stopped.is_set)
            try:
                with turn or nullcontext():
                    self._answer = pipeline.ask(question, filters=filters, watch=watch)
                self._conversation = pipeline.store.conversations.add(
                    self._answer.id, to=conversation, owner=owner, instead_of=instead_of
                )
            except Exception as error:  # noqa: BLE001 raised again by `result`, in the page's run
                self._error = error

        self._thread = threading.Thread(target=ask, name="attest-ask", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let a model that writes stop; what it has written by then is checked and shown."""
        self._stopped.set()

    @property
    def stopping(self) -> bool:
        """Whether its end was asked for."""
        return self._stopped.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the answer, not longer than that; whether it is there."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def heard(self) -> list[Found | Event]:
        """What happened since this was last called."""
        return [self._events.popleft() for _ in range(len(self._events))]

    def result(self) -> tuple[Answer, str]:
        """The answer and its conversation, once `wait` says so.

        Raises:
            As `Pipeline.ask`.
        """
        if self._error is not None:
            raise self._error
        if self._answer is None or self._conversation is None:
            raise RuntimeError("the answer is not there yet")
        return self._answer, self._conversation

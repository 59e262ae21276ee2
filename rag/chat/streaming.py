"""A provider's asynchronous stream → an ordinary iterator that never waits longer than it may.

Requests run in one event loop, in a thread of its own: there alone a request that waits for a
silent server can be cancelled, which closes its connection at once.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any

from rag.chat.failures import ReplyError

POLL_SECONDS = 0.05
# Shares of the time for a whole reply: until its first piece, and between two pieces. Long
# prompts are read slowly by models on a processor; once they speak, they speak steadily.
FIRST_SHARE, BETWEEN_SHARE = 0.5, 0.25
# After the word that says why a reply ended only the count of its tokens may come.
FINISHING_SECONDS = 2.0

_starting = threading.Lock()


class RequestError(Exception):
    """The provider's package raised; its cause is what. Anything else that is raised is a bug."""


class Patience:
    """How long the next piece of one request may take; the two marks are set as it goes on."""

    def __init__(self, timeout_seconds: float, deadline: float) -> None:
        self.spoken = False
        self.finishing = False
        self._deadline = deadline
        self._first_seconds = timeout_seconds * FIRST_SHARE
        self._between_seconds = timeout_seconds * BETWEEN_SHARE

    def limit(self, now: float) -> tuple[float, str]:
        """When a wait that begins now has to end, and what it is called then."""
        if self.finishing:
            return min(now + FINISHING_SECONDS, self._deadline), "finished"
        if self.spoken:
            until, reason = now + self._between_seconds, "stalled"
        else:
            until, reason = now + self._first_seconds, "silent"
        return (until, reason) if until < self._deadline else (self._deadline, "slow")


def received(
    open_stream: Callable[[], AsyncIterator[Any]],
    *,
    patience: Patience,
    stopped: Callable[[], bool],
) -> Generator[Any]:
    """What the stream gives, in order; None as the last where `stopped` said so.

    However the iteration ends, the request is cancelled and its connection closed.

    Raises:
        ReplyError: nothing came in time ("silent", "stalled", "slow").
        RequestError: the stream raised.
    """
    arrived: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    async def read() -> None:
        try:
            async for chunk in open_stream():
                arrived.put(("chunk", chunk))
        except Exception as error:  # noqa: BLE001 (handed to the thread that waits for it)
            arrived.put(("error", error))
        else:
            arrived.put(("end", None))

    request = asyncio.run_coroutine_threadsafe(read(), _event_loop())
    try:
        while True:
            what, value = _next(arrived, patience, stopped)
            if what == "error":
                raise RequestError from value
            if what == "end":
                return
            yield value
            if what == "stopped":
                return
    finally:
        request.cancel()


def _next(
    arrived: "SimpleQueue[tuple[str, Any]]", patience: Patience, stopped: Callable[[], bool]
) -> tuple[str, Any]:
    until, reason = patience.limit(time.monotonic())
    while True:
        if stopped():
            return "stopped", None
        left = until - time.monotonic()
        try:
            if left > 0:
                return arrived.get(timeout=min(POLL_SECONDS, left))
            # A server that never stops talking is late too, hence no look at what has arrived.
            if reason != "slow":
                return arrived.get_nowait()
        except Empty:
            if left > 0:
                continue
        if reason == "finished":
            return "end", None
        raise ReplyError(reason)


def _event_loop() -> asyncio.AbstractEventLoop:
    """The one loop of this process: a client belongs to the loop it was first used in."""
    with _starting:
        return _started_loop()


@cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-requests", daemon=True).start()
    return loop

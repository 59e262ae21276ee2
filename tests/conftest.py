"""Nothing in a test reaches beyond this machine; no setting of the person who runs it counts."""

import os
import socket
from collections.abc import Iterator

import pytest

_LOOPBACK = ("127.", "::1", "localhost")


class BeyondLoopbackError(RuntimeError):
    """A test tried to connect to another machine."""


@pytest.fixture(autouse=True)
def _no_sockets_beyond_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise BeyondLoopbackError(f"a test connects to {address[0]}")

    def guarded(self: socket.socket, address: object) -> None:
        check(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: object) -> int:
        check(address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """Take RAG_* and tracing variables out of the environment, and put it back afterwards."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("RAG_", "LANGSMITH_", "LANGCHAIN_")):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)

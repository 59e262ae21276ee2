"""A server on loopback that speaks as a provider's and says what a script tells it.

    with ChatServer([fails(429, retry_after="0"), says("Words [1].")]) as server:
        ...  # OPENAI_BASE_URL=server.url
    server.requests[0].body["messages"]

Each request takes the next `Scripted` of the list; the last one is repeated. `says`, `fails` and
`streams` make those of the OpenAI form; `Scripted` takes any bytes.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

EVENTS = "text/event-stream"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer: its pieces are written with `pause_seconds` before each, the first at once.

    `cut`: the connection is closed without the end that the protocol wants. `stall_seconds`:
    before the headers; `hold_seconds`: after the last piece.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] = ()
    pause_seconds: float = 0.0
    stall_seconds: float = 0.0
    hold_seconds: float = 0.0
    cut: bool = False


@dataclass(slots=True)
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]
    body: Any
    at: float


def event(data: object) -> bytes:
    """One server-sent event."""
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


def chunk(
    text: str | None = None,
    *,
    finish: str | None = None,
    usage: tuple[int, int] | None = None,
    reasoning: str | None = None,
) -> bytes:
    """One event of OpenAI's stream; with `usage` alone, the last one that holds no choice."""
    delta: dict[str, Any] = {}
    if text is not None:
        delta = {"role": "assistant", "content": text}
    if reasoning is not None:
        delta = {"role": "assistant", "content": "", "reasoning_content": reasoning}
    told = usage and {
        "prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage),
    }  # fmt: skip
    choices = [] if usage else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return event(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "scripted",
            "choices": choices,
            "usage": told,
        }
    )


DONE = event(b"[DONE]")


def says(
    *texts: str,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = None,
    reasoning: str | None = None,
    **how: Any,
) -> Scripted:
    """A stream that says these texts, a piece each; `how` are other fields of `Scripted`."""
    pieces = [chunk(reasoning=reasoning)] if reasoning else []
    pieces += [chunk(text) for text in texts]
    if finish:
        pieces += [chunk(finish=finish)]
    if usage:
        pieces += [chunk(usage=usage)]
    return streams([*pieces, DONE], **how)


def streams(pieces: Iterable[bytes], **how: Any) -> Scripted:
    """A stream of these bytes."""
    return Scripted(headers={"Content-Type": EVENTS}, pieces=tuple(pieces), **how)


def fails(
    status: int,
    message: str = "no",
    *,
    code: str | None = None,
    retry_after: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Scripted:
    """An error in OpenAI's form."""
    error = {"message": message, "type": "error", "param": None, "code": code}
    return Scripted(
        status=status,
        headers={
            "Content-Type": JSON,
            **({"Retry-After": retry_after} if retry_after is not None else {}),
            **(headers or {}),
        },
        pieces=(json.dumps({"error": error}).encode(),),
    )


class ChatServer(ThreadingHTTPServer):
    """The server; a context. `n_hung_up` counts the clients that left before the end."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Sequence[Scripted]) -> None:
        self.script = list(script)
        self.requests: list[Request] = []
        self.n_hung_up = 0
        self._taking = threading.Lock()
        self._closing = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def host(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """The base URL, as OPENAI_BASE_URL wants it."""
        return f"http://{self.host}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def take(self, request: Request) -> Scripted:
        """The answer to the next request."""
        with self._taking:
            self.requests.append(request)
            return self.script[min(len(self.requests), len(self.script)) - 1]

    def hung_up(self) -> None:
        """Count a client that has left."""
        with self._taking:
            self.n_hung_up += 1

    def wait_for_hang_up(self, seconds: float = 3.0) -> bool:
        """Whether a client leaves within that time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.n_hung_up:
            time.sleep(0.01)
        return self.n_hung_up > 0

    def pause(self, connection: socket.socket, seconds: float) -> bool:
        """Wait; False if the client hangs up meanwhile, or the server is closed."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._closing.is_set():
            ready, _, _ = select.select([connection], [], [], min(left, 0.02))
            if ready and not connection.recv(1, socket.MSG_PEEK):
                return False
        return not self._closing.is_set()

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(asked) if asked else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        script = self.server.take(Request(self.path, headers, body, time.monotonic()))
        self.close_connection = True
        try:
            if not self._write(script):
                self.server.hung_up()
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up()

    do_GET = do_POST  # noqa: N815 (the library's names)

    def _write(self, script: Scripted) -> bool:
        if not self.server.pause(self.connection, script.stall_seconds):
            return False
        self.send_response(script.status)
        for name, value in script.headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, piece in enumerate(script.pieces):
            if number and not self.server.pause(self.connection, script.pause_seconds):
                return False
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if not self.server.pause(self.connection, script.hold_seconds):
            return False
        if not script.cut:
            self.wfile.write(b"0\r\n\r\n")
        return True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

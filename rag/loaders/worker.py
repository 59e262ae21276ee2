"""Parsing in a process apart, so that a parser's crash, hang or greed costs one file.

The parent's `Parser` sends one file's bytes at a time and gets a document, the picture of a page
or an error back, as JSON behind its length: what comes out of a hostile file is data, never code.
The process opens no file of the person's and can fill no disk. Linux and macOS; where the system
has no limit on memory (macOS), time alone is limited.
"""

import base64
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from rag.errors import ConfigurationError, DocumentError
from rag.loaders import parse
from rag.types import Attachment, Block, Document, Fact, Flag, Page

_Made = TypeVar("_Made")
_LENGTH = struct.Struct(">Q")
_READ_BYTES = 1 << 20
_START_SECONDS = 60.0  # for the interpreter alone, on a machine that is busy
_SPENT = 75  # the process's exit when it ran out of memory; any code that Python does not use
_MAX_WRITTEN = 256 * 2**20  # py3langid unpacks its model through a temporary file of 65 MB
_PR_SET_PDEATHSIG = 1  # Source: linux/prctl.h


class Parser:
    """A process that parses files, one at a time, and is kept between them.

    It starts with the first file, and anew after one that broke it. For one thread, within
    `with`. `memory_mb` bounds the address space of the process, of which the interpreter and
    the libraries take about 300.
    """

    def __init__(self, *, timeout_seconds: float = 120.0, memory_mb: int = 2048) -> None:
        self._timeout_seconds = timeout_seconds
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def parse(self, data: bytes, name: str, *, passwords: Sequence[str] = ()) -> Document:
        """What `rag.loaders.parse` makes of the bytes of a file, made in the process.

        Raises:
            DocumentError: The file cannot be read, or the process crashed, took longer than the
                limit, or needed more memory; in one line without the path.
            ConfigurationError: No process can be started.
        """
        request = {"name": name, "passwords": list(passwords)}
        return self._asked(request, data, lambda reply: document_from_json(reply["document"]))

    def picture(self, data: bytes, page: int, *, width: int) -> bytes:
        """A page of a PDF, from 1, as a PNG at most `width` pixels wide, made in the process.

        Raises:
            As `parse`.
        """
        request = {"page": page, "width": width}
        return self._asked(request, data, lambda reply: base64.b64decode(reply["picture"]))

    def _asked(
        self, request: dict[str, Any], data: bytes, made: Callable[[dict[str, Any]], _Made]
    ) -> _Made:
        """What `made` reads in the reply of the process to a request."""
        process = self._started()
        try:
            # JSON escapes the lone surrogates that stand for bytes of a name that are no UTF-8.
            sent = json.dumps(request).encode("ascii")
            reply = json.loads(self._exchanged(process, sent, data))
            if "error" not in reply:
                return made(reply)
        except BaseException as error:
            # What it was doing is unfinished, so the next file must not get this one's reply.
            self._kill()
            if isinstance(error, KeyError | TypeError | ValueError):
                raise DocumentError(
                    "the parser's reply makes no sense; save the file anew"
                ) from error
            raise
        raise DocumentError(str(reply["error"]))

    def close(self) -> None:
        """End the process; the next `parse` would start another."""
        self._kill()

    def interrupt(self) -> None:
        """End the process from another thread: a `parse` under way fails at once."""
        process = self._process
        if process is not None:
            process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is not None and process.poll() is None:
            return process
        self._kill()
        self._process = process = subprocess.Popen(
            # -P: nothing in the working folder, which may hold documents, is imported.
            [sys.executable, "-P", "-m", "rag.loaders.worker", str(self._memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers complain there, about files, to nobody
            bufsize=0,
            env=_environment(),
            process_group=0,  # Ctrl-C on the terminal reaches the parent alone
        )
        try:
            self._received(process, time.monotonic() + _START_SECONDS)
        except (TimeoutError, EOFError) as error:
            self._kill()
            raise ConfigurationError(
                f"the parsing process does not start within {self._memory_mb} MB of memory; "
                "allow it more, or reinstall"
            ) from error
        except BaseException:
            self._kill()
            raise
        return process

    def _exchanged(self, process: subprocess.Popen[bytes], request: bytes, data: bytes) -> bytes:
        try:
            assert process.stdin is not None
            _send(process.stdin.fileno(), request)
            _send(process.stdin.fileno(), data)
            return self._received(process, time.monotonic() + self._timeout_seconds)
        except TimeoutError as error:
            raise DocumentError(
                f"took longer than {self._timeout_seconds:g} s to parse; split or simplify it"
            ) from error
        except (EOFError, OSError) as error:
            raise DocumentError(self._ending(process)) from error

    def _received(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        """The next message of the process.

        Raises:
            TimeoutError: It was not complete at `deadline`.
            EOFError: The process ended before.
        """
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        received = bytearray()
        wanted = _LENGTH.size
        while len(received) < wanted:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise TimeoutError
            piece = os.read(descriptor, min(_READ_BYTES, wanted - len(received)))
            if not piece:
                raise EOFError
            received += piece
            if len(received) == _LENGTH.size == wanted:
                wanted += _LENGTH.unpack(received)[0]
        return bytes(received[_LENGTH.size :])

    def _ending(self, process: subprocess.Popen[bytes]) -> str:
        code = process.wait()
        if code in {_SPENT, -signal.SIGKILL}:  # the signal: the system's, when memory ran out
            return f"needed more than {self._memory_mb} MB of memory to parse; split or simplify it"
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        return f"the parser crashed ({how}); save the file anew or remove it"

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def document_to_json(document: Document) -> dict[str, Any]:
    """A document as JSON-ready values; the bytes of attachments in base 64."""
    values = asdict(replace(document, attachments=()))
    values["attachments"] = [
        {"name": held.name, "data": base64.b64encode(held.data).decode("ascii")}
        for held in document.attachments
    ]
    return values


def document_from_json(values: dict[str, Any]) -> Document:
    """The inverse of `document_to_json`.

    Raises:
        KeyError, TypeError, ValueError: Not the JSON of a document.
    """
    return Document(
        text=values["text"],
        blocks=tuple(Block(**block) for block in values["blocks"]),
        facts=tuple(Fact(**fact) for fact in values["facts"]),
        media_type=values["media_type"],
        pages=tuple(Page(**page) for page in values["pages"]),
        notes=tuple(values["notes"]),
        flags=tuple(Flag(**flag) for flag in values["flags"]),
        attachments=tuple(
            Attachment(held["name"], base64.b64decode(held["data"]))
            for held in values["attachments"]
        ),
        loader=values["loader"],
    )


def _environment() -> dict[str, str]:
    """What the process needs and no more: no keys, no proxies."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # Where `rag` stands may be on the path only by the parent's doing (tests, an editable copy).
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    environment["PYTHONUTF8"] = "1"
    # numpy's threads each take address space, which is what is limited.
    environment["OPENBLAS_NUM_THREADS"] = environment["OMP_NUM_THREADS"] = "1"
    return environment


def _send(descriptor: int, message: bytes) -> None:
    left = memoryview(_LENGTH.pack(len(message)) + message)
    while left:
        left = left[os.write(descriptor, left) :]


def _serve(memory_mb: int) -> None:
    """Answer requests on standard input until it ends, as when the parent has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(memory_mb)
    # A parser that prints must not speak in the protocol's pipes.
    replies = os.dup(1)
    with os.fdopen(os.dup(0), "rb") as requests:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        _send(replies, b"{}")  # ready
        while header := requests.read(_LENGTH.size):
            request = json.loads(requests.read(_LENGTH.unpack(header)[0]))
            data = requests.read(_LENGTH.unpack(requests.read(_LENGTH.size))[0])
            _send(replies, _reply(data, request))
            del data


def _reply(data: bytes, request: dict[str, Any]) -> bytes:
    values: dict[str, Any]
    try:
        if "page" in request:
            from rag.loaders.pdf.picture import picture  # parsing needs none of it

            painted = picture(data, request["page"], width=request["width"])
            values = {"picture": base64.b64encode(painted).decode("ascii")}
        else:
            document = parse(data, request["name"], passwords=request["passwords"])
            values = {"document": document_to_json(document)}
    except DocumentError as error:
        if isinstance(error.__cause__, MemoryError):
            raise MemoryError from error
        values = {"error": str(error)}
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _limit(memory_mb: int) -> None:
    import ctypes
    import resource

    limit = memory_mb * 2**20
    with suppress(ValueError, OSError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_WRITTEN, _MAX_WRITTEN))
    if sys.platform == "linux":
        # A parser that hangs does not see its input end; this ends it with the parent.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    try:
        _serve(int(sys.argv[1]))
    except MemoryError:
        # At once: even a reply, or the end of the interpreter, would need memory again.
        os._exit(_SPENT)

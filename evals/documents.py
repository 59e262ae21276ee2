"""Files of a set → documents: each is parsed once, when it is first asked for, in processes apart.

What is attached to a file is a document of its own, "mail.eml/report.pdf".
"""

import os
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from evals.faults import FaultError, as_json
from rag.errors import DocumentError
from rag.loaders.worker import Parser
from rag.types import Document

_Made = TypeVar("_Made")

_MAX_BYTES = 256 * 2**20  # of one document, as `rag.loaders` has it
_MAX_PARSERS = 4  # processes, each of up to 2 GB


class OpenFile:
    """A file and what is attached to it; what was parsed on the way into it is kept."""

    def __init__(self, parser: Parser, source: str, path: Path) -> None:
        self.source = source
        self._parser = parser
        self._path = path
        self._opened: dict[str, Document] = {}

    def document(self, name: str) -> Document:
        """The document of this name: the file, or one that is attached to it at any depth.

        Raises:
            FaultError: there is none, or it cannot be read; in words that go on from a subject.
        """
        source = self.source
        try:
            if source not in self._opened:
                if self._path.stat().st_size > _MAX_BYTES:
                    raise DocumentError(f"larger than {_MAX_BYTES // 2**20} MB; split it")
                self._opened[source] = self._parser.parse(self._path.read_bytes(), self._path.name)
            while source != name:
                attached = {
                    f"{source}/{held.name}": held for held in self._opened[source].attachments
                }
                inside = next((way for way in attached if f"{name}/".startswith(f"{way}/")), None)
                if inside is None:
                    words = f"names {as_json(name)}, but {as_json(source)} holds no such file"
                    raise FaultError(f"{words}; correct the name", name, attached)
                if inside not in self._opened:
                    held = attached[inside]
                    self._opened[inside] = self._parser.parse(held.data, held.name)
                source = inside
        except (DocumentError, OSError) as error:
            words = f"quotes {as_json(source)}, which cannot be read: {error}"
            raise FaultError(words) from error
        return self._opened[source]


def each_file(
    files: Mapping[str, Path], make: Callable[[OpenFile], _Made]
) -> Generator[tuple[str, _Made], None, None]:
    """What `make` makes of each file, in their order; several are open at once.

    `make` runs in threads, one file in each. Nothing but what it returns is kept. Close it where it
    is not read to its end (`contextlib.closing`): the processes go on until then.
    """
    if not files:
        return
    parsers = [Parser() for _ in range(min(_MAX_PARSERS, os.cpu_count() or 1, len(files)))]
    free: SimpleQueue[Parser] = SimpleQueue()
    for parser in parsers:
        free.put(parser)

    def made(source: str) -> tuple[str, _Made]:
        parser = free.get()
        try:
            return source, make(OpenFile(parser, source, files[source]))
        finally:
            free.put(parser)

    threads = ThreadPoolExecutor(len(parsers), thread_name_prefix="documents")
    try:
        yield from threads.map(made, files)
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        for parser in parsers:  # nobody waits for what is being read
            parser.interrupt()
        raise
    finally:
        threads.shutdown()
        for parser in parsers:
            parser.close()

"""Files → documents, in processes apart: several at once, handed out in the order asked for."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock, local
from types import TracebackType
from typing import Self

from rag.errors import DocumentError
from rag.ingestion.plan import Job
from rag.loaders.worker import Parser
from rag.ocr import NO_TEXT, SOME_PAGES, with_text_layer
from rag.settings import Settings
from rag.types import Document

# Files read ahead of the one that is embedded, for each process: a slow one keeps nobody waiting.
AHEAD = 4


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a job: a document, or why there is none; `sha256` is None if not even bytes."""

    job: Job
    data: bytes
    sha256: str | None
    document: Document | None
    reason: str = ""


class Readers:
    """Threads that each hold a `Parser`; for use within `with`."""

    def __init__(self, settings: Settings, *, passwords: tuple[str, ...] = ()) -> None:
        self._settings = settings
        self._passwords = passwords
        self._local = local()
        self._lock = Lock()
        self._parsers: list[Parser] = []
        self._closed = False
        self._n_workers = settings.parse_workers
        self._threads = ThreadPoolExecutor(self._n_workers, thread_name_prefix="reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._closed = True
            if kind is not None:  # do not wait for a file whose document nobody will take
                for parser in self._parsers:
                    parser.interrupt()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for parser in self._parsers:
            parser.close()

    def read(self, jobs: Iterable[Job]) -> Iterator[Read]:
        """What comes of each job, in order; a few are read ahead."""
        waiting: deque[Future[Read]] = deque()
        upcoming = iter(jobs)
        try:
            for job in upcoming:
                waiting.append(self._threads.submit(self._read, job))
                if len(waiting) >= AHEAD * self._n_workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _read(self, job: Job) -> Read:
        data = job.data
        try:
            if job.path is not None:
                limit = int(self._settings.max_file_mb * 1e6)
                with job.path.open("rb") as file:
                    data = file.read(limit + 1)
                if len(data) > limit:
                    raise DocumentError("grew while it was read; run `rag index` again")
            digest = hashlib.sha256(data).hexdigest()
        except DocumentError as error:
            return Read(job, b"", None, None, str(error))
        except OSError as error:
            reason = f"cannot be opened ({error.strerror}); check who may read it"
            return Read(job, b"", None, None, reason)
        try:
            document = self._document(data, job.source.rpartition("/")[2])
        except DocumentError as error:
            return Read(job, data, digest, None, str(error))
        return Read(job, data, digest, document)

    def _document(self, data: bytes, name: str) -> Document:
        """The document of these bytes; pages without text are read by OCR if that is set."""
        languages = self._settings.ocr_languages
        try:
            document = self._parser().parse(data, name, passwords=self._passwords)
            if languages is None or not any(SOME_PAGES in note for note in document.notes):
                return document
        except DocumentError as error:
            if languages is None or not str(error).startswith(NO_TEXT):
                raise
        read = with_text_layer(
            data,
            languages,
            timeout_seconds=self._settings.ocr_timeout_seconds,
            memory_mb=self._settings.parse_memory_mb,
        )
        try:
            document = self._parser().parse(read, name)
        except DocumentError as error:
            if str(error).startswith(NO_TEXT):  # else it would be tried again with every run
                raise DocumentError("OCR found no words; remove it or scan it anew") from error
            raise
        said = f"Pages without text were read by OCR ({languages}); it may have misread them."
        return replace(document, notes=(said, *document.notes))

    def _parser(self) -> Parser:
        """This thread's own parser."""
        held: Parser | None = getattr(self._local, "parser", None)
        if held is None:
            held = Parser(
                timeout_seconds=self._settings.parse_timeout_seconds,
                memory_mb=self._settings.parse_memory_mb,
            )
            self._local.parser = held
            with self._lock:
                self._parsers.append(held)
        return held

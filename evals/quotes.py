"""Whether the documents hold what evidence quotes: each is read once, in processes apart."""

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from evals.faults import FaultError, as_json
from evals.rows import EvalRow, GoldEvidence, file_of
from rag.errors import DocumentError
from rag.loaders.worker import Parser
from rag.types import Document

ShowDone = Callable[[int, int], None]  # how many are done, of how many
_Quoted = tuple[int, GoldEvidence]  # evidence with the line of its row

_MAX_BYTES = 256 * 2**20  # of one document, as `rag.loaders` has it
_MAX_PARSERS = 4  # processes, each of up to 2 GB


def quote_faults(
    rows: Iterable[EvalRow],
    lines: Mapping[str, int],
    files: Mapping[str, Path],
    show: ShowDone,
) -> list[tuple[int, FaultError]]:
    """Every fault of the rows' evidence with its line, in the order of the lines.

    `lines` has the line of each row by its id, `files` the documents by their paths.
    """
    quoted: dict[str, list[_Quoted]] = {}
    for row in rows:
        for evidence in row.evidence:
            file = file_of(evidence.document, files)
            # A whole document that is a file needs no reading.
            if file is not None and (evidence.quote or evidence.document != file):
                quoted.setdefault(file, []).append((lines[row.id], evidence))
    if not quoted:
        return []
    parsers = [Parser() for _ in range(min(_MAX_PARSERS, os.cpu_count() or 1, len(quoted)))]
    free: SimpleQueue[Parser] = SimpleQueue()
    for parser in parsers:
        free.put(parser)

    def faults_in(file: str) -> list[tuple[int, FaultError]]:
        parser = free.get()
        try:
            return _faults_in(parser, (file, files[file]), quoted[file])
        finally:
            free.put(parser)

    faults = []
    threads = ThreadPoolExecutor(len(parsers), thread_name_prefix="quotes")
    try:
        for done, found in enumerate(threads.map(faults_in, quoted), 1):
            faults.extend(found)
            show(done, len(quoted))
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        for parser in parsers:  # nobody waits for what is being read
            parser.interrupt()
        raise
    finally:
        threads.shutdown()
        for parser in parsers:
            parser.close()
    return sorted(faults, key=lambda fault: fault[0])


def _faults_in(
    parser: Parser, file: tuple[str, Path], held: Iterable[_Quoted]
) -> list[tuple[int, FaultError]]:
    """What is wrong with the evidence in a file and in what is attached to it."""
    faults = []
    texts: dict[str, str | FaultError] = {}
    opened: dict[str, Document] = {}
    for line, evidence in held:
        name = evidence.document
        if name not in texts:
            texts[name] = _text_of(parser, name, file, opened)
        text = texts[name]
        fault = text if isinstance(text, FaultError) else _quote_fault(evidence, text)
        if fault is not None:
            faults.append((line, fault))
    return faults


def _text_of(
    parser: Parser, name: str, file: tuple[str, Path], opened: dict[str, Document]
) -> str | FaultError:
    """The text of a document; `opened` keeps what was parsed on the way into a file."""
    source, path = file
    try:
        if source not in opened:
            if path.stat().st_size > _MAX_BYTES:
                raise DocumentError(f"larger than {_MAX_BYTES // 2**20} MB; split it")
            opened[source] = parser.parse(path.read_bytes(), path.name)
        while source != name:
            attached = {f"{source}/{held.name}": held for held in opened[source].attachments}
            inside = next((way for way in attached if f"{name}/".startswith(f"{way}/")), None)
            if inside is None:
                words = f"names {as_json(name)}, but {as_json(source)} holds no such file"
                return FaultError(f'field "evidence" {words}; correct the name', name, attached)
            if inside not in opened:
                opened[inside] = parser.parse(attached[inside].data, attached[inside].name)
            source = inside
    except (DocumentError, OSError) as error:
        words = f'field "evidence" quotes {as_json(source)}, which cannot be read'
        return FaultError(f"{words}: {error}")
    return opened[source].text


def _quote_fault(evidence: GoldEvidence, text: str) -> FaultError | None:
    quote, start = evidence.quote, evidence.start
    found = text.find(quote)
    if found >= 0 and (start is None or text.startswith(quote, start)):
        return None
    words = f'field "evidence": the quote {as_json(quote)} is not in {as_json(evidence.document)}'
    if found >= 0:
        return FaultError(f"{words} at {start} but at {found}; correct start and end")
    # Line ends of a PDF or of a wrapped text are what differs most often.
    match = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    if match and match.group():
        shown = json.dumps(match.group(), ensure_ascii=False)
        return FaultError(f"{words}; its spaces and line ends are these: {shown}")
    return FaultError(f"{words}; copy the words as its text has them (`rag show`)")

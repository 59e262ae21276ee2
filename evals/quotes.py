"""Whether the documents hold what evidence quotes: each is read once, in processes apart."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from evals.documents import OpenFile, each_file
from evals.faults import FaultError, as_json
from evals.rows import EvalRow, GoldEvidence, file_of

ShowDone = Callable[[int, int], None]  # how many are done, of how many
_Quoted = tuple[int, GoldEvidence]  # evidence with the line of its row


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

    def faults_in(opened: OpenFile) -> list[tuple[int, FaultError]]:
        return _faults_in(opened, quoted[opened.source])

    faults = []
    with closing(each_file({name: files[name] for name in quoted}, faults_in)) as found:
        for done, (_, of_file) in enumerate(found, 1):
            faults.extend(of_file)
            show(done, len(quoted))
    return sorted(faults, key=lambda fault: fault[0])


def _faults_in(opened: OpenFile, held: Iterable[_Quoted]) -> list[tuple[int, FaultError]]:
    """What is wrong with the evidence in a file and in what is attached to it."""
    faults = []
    texts: dict[str, str | FaultError] = {}
    for line, evidence in held:
        name = evidence.document
        if name not in texts:
            texts[name] = _text_of(opened, name)
        text = texts[name]
        fault = text if isinstance(text, FaultError) else _quote_fault(evidence, text)
        if fault is not None:
            faults.append((line, fault))
    return faults


def _text_of(opened: OpenFile, name: str) -> str | FaultError:
    try:
        return opened.document(name).text
    except FaultError as fault:
        return FaultError(f'field "evidence" {fault}', fault.wrong, fault.known)


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

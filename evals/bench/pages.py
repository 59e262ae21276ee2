"""Whether the words of a PDF are put on the right page: each page against pdftotext's.

    python -m evals.bench.pages FOLDER [--list] [--dry]

Needs `pdftotext` (poppler-utils). Two programs part words at line ends and in tables in different
ways, so no figure here can be 1; a page far below the others is a place to look at.
"""

import argparse
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from evals.bench.files import (
    MEMORY_MB,
    TIMEOUT_SECONDS,
    WORST,
    Record,
    passwords,
    printed,
    ratio,
    resampled,
    sources,
    words_of,
)
from evals.bench.record import record
from rag.errors import DocumentError
from rag.loaders.worker import Parser

COMMAND = "python -m evals.bench.pages"


@dataclass(frozen=True, slots=True)
class PageCounts:
    """Words of one page: ours, theirs, those on both, and ours that they have on any page."""

    file: str
    number: int
    ours: int
    theirs: int
    shared: int
    anywhere: int


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true", help="a line for every file")
    parser.add_argument("--dry", action="store_true", help="print, append nothing")
    options = parser.parse_args()
    if shutil.which("pdftotext") is None:
        print("skipped: no pdftotext on this machine; install poppler-utils")
        return
    everything = sources(options.folder)
    files = [source for source in everything if source.path.suffix.lower() == ".pdf"]
    say = partial(
        printed if options.dry else record,
        data=f"{options.folder.name} ({len(files)} PDF files)",
        command=COMMAND,
    )
    candidates = passwords(everything)
    counts: list[PageCounts] = []
    sizes: list[tuple[int, float]] = []
    with Parser(timeout_seconds=TIMEOUT_SECONDS, memory_mb=MEMORY_MB) as worker:
        for source in files:
            theirs = pages_of(source.path, candidates)
            data = source.path.read_bytes()
            started = time.perf_counter()
            try:
                document = worker.parse(data, source.path.name, passwords=candidates)
            except DocumentError as error:
                n = sum(map(len, theirs or []))
                if n:
                    print(f"not read, but pdftotext finds {n} words: {source.name}: {error}")
                continue
            if not document.pages:
                continue
            sizes.append((len(document.pages), time.perf_counter() - started))
            if theirs is None:
                continue
            if len(document.pages) != len(theirs):
                print(f"{source.name}: {len(document.pages)} pages, pdftotext {len(theirs)}")
            ours = {
                page.number: words_of(document.text[page.start : page.end])
                for page in document.pages
            }
            found = compared_pages(source.name, ours, theirs)
            counts += found
            if options.list and found:
                total = [sum(getattr(page, name) for page in found) for name in _SUMS]
                print(source.name, dict(zip(_SUMS, total, strict=True)))
    if counts:
        _report(counts, say)
    if sizes:
        n_pages, seconds = (np.array(column, dtype=float) for column in zip(*sizes, strict=True))
        speed = ratio(n_pages, seconds)
        say("PDF pages read per second", speed, unit="1/s", n=int(n_pages.sum()), files=len(sizes))


_SUMS = ("ours", "theirs", "shared", "anywhere")


def pages_of(path: Path, candidates: Sequence[str] = ()) -> list[list[str]] | None:
    """The words of each page as pdftotext has them; None where it cannot read the file."""
    # Older encryption takes passwords as Latin-1, newer as UTF-8.
    encodings = ("latin-1", "utf-8")
    tried = [name.encode(code, "replace") for name in ("", *candidates) for code in encodings]
    for encoded in dict.fromkeys(tried):
        command = [b"pdftotext", b"-upw", encoded, b"-enc", b"UTF-8", bytes(path), b"-"]
        try:
            found = subprocess.run(
                command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return None
        if not found.returncode:
            # Each page ends with a form feed, the last one too.
            pages = found.stdout.decode("utf-8", "replace").split("\f")[:-1]
            return [words_of(page) for page in pages]
    return None


def compared_pages(
    file: str, ours: dict[int, list[str]], theirs: Sequence[Sequence[str]]
) -> list[PageCounts]:
    """The counts of each page that either has words on, words as bags."""
    numbers = range(1, max(len(theirs), *ours, 0) + 1)
    held = dict(enumerate(theirs, start=1))
    here = {number: Counter(ours.get(number, ())) for number in numbers}
    there = {number: Counter(held.get(number, ())) for number in numbers}
    shared = {number: here[number] & there[number] for number in numbers}
    # What is on the right page is taken first, so that no moved word takes another's place.
    left: Counter[str] = Counter()
    for number in numbers:
        left.update(there[number] - shared[number])
    counts = []
    for number in numbers:
        moved = (here[number] - shared[number]) & left
        left.subtract(moved)
        n_ours, n_theirs, n_shared = (bag[number].total() for bag in (here, there, shared))
        if n_ours or n_theirs:
            anywhere = n_shared + moved.total()
            counts.append(PageCounts(file, number, n_ours, n_theirs, n_shared, anywhere))
    return counts


def _report(counts: Sequence[PageCounts], say: Record) -> None:
    files = [page.file for page in counts]
    with_words = [page for page in counts if page.theirs]
    recalls = [page.shared / page.theirs for page in with_words]
    say(
        "word recall of a PDF page, mean",
        resampled(recalls, np.mean, clusters=[page.file for page in with_words]),
        unit="",
        n=len(recalls),
        median=round(float(np.median(recalls)), 4),
        files=len(set(files)),
    )
    # In a file of one page no word can be on a wrong one.
    several = {name for name, n in Counter(files).items() if n > 1}
    rows = [page for page in counts if page.file in several]
    if rows:
        shared, anywhere = (
            np.array([getattr(page, name) for page in rows]) for name in ("shared", "anywhere")
        )
        right = ratio(shared, anywhere, clusters=[page.file for page in rows])
        n = int(anywhere.sum())
        say("words on the page where pdftotext has them", right, unit="", n=n, files=len(several))
    for page in sorted(with_words, key=lambda page: page.shared - page.theirs)[:WORST]:
        print("worst:", page)


if __name__ == "__main__":
    main()

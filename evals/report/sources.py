"""The set's documents, read again → the surroundings of what was cited and of the evidence.

Only pieces around the spans that are wanted are kept, each once however often it is wanted.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from evals.citation_measures import Span
from evals.documents import OpenFile, each_file
from evals.faults import FaultError, as_json
from evals.report.reported import Reported, ShowStep
from evals.report.words import mapping
from evals.rows import file_of
from evals.sets import EvalSet, load_set
from rag.discovery import discover
from rag.errors import ConfigurationError
from rag.types import Document, Page

# On each side of a quote.
AROUND_CHARS = 300

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it is read now: pieces of its text as (start, text), in order and apart.

    `fault` says why it could not be read.
    """

    n_chars: int = 0
    pieces: tuple[tuple[int, str], ...] = ()
    title: str | None = None
    pages: tuple[Page, ...] = ()
    fault: str | None = None

    def text(self, start: int, end: int) -> str | None:
        """`text[start:end]` of the document; None where that is not in a piece."""
        place = bisect_right(self.pieces, start, key=lambda piece: piece[0]) - 1
        if place < 0:
            return None
        first, piece = self.pieces[place]
        return piece[start - first : end - first] if end <= first + len(piece) else None

    def page(self, place: int) -> int | None:
        """The number of the page on which a character stands."""
        return next((page.number for page in self.pages if page.start <= place < page.end), None)


@dataclass(frozen=True, slots=True)
class SetRead:
    """The set of the runs, if its files still are what was asked.

    `note` says where surroundings are from, or why there are none and quotes stand alone.
    """

    loaded: EvalSet | None
    note: str


@dataclass(slots=True)
class Wanted:
    """What is wanted of which documents; `add` widens a span by its surroundings."""

    windows: dict[str, list[Window]] = field(default_factory=dict)

    def add(self, span: Span, *, around: int = AROUND_CHARS) -> None:
        """Want a span of a document; nothing where it is empty."""
        if 0 <= span.start < span.end:
            window = max(0, span.start - around), span.end + around
            self.windows.setdefault(span.document, []).append(window)


def read_set(runs: Sequence[Reported], folder: Path | None) -> SetRead:
    """The set that was asked, from `folder` or else from where its runs say that it stood.

    Raises:
        ConfigurationError: `folder` is given and holds no set.
    """
    if folder is not None:
        return _unchanged(load_set(folder, check_quotes=False), runs)
    why = SetRead(None, "The runs do not say where their set stands")
    for one in runs:
        stood = mapping(one.run.header["set"]).get("folder")
        if not isinstance(stood, str):
            continue
        try:
            why = _unchanged(load_set(Path(stood), check_quotes=False), runs)
        except (ConfigurationError, ValueError):  # ValueError: no path, such as one with a NUL
            why = SetRead(None, f"The set cannot be read from {stood} any more")
        if why.loaded:
            break
    return why


def read_sources(found: SetRead, wanted: Wanted, show: ShowStep) -> dict[str, Source]:
    """The wanted pieces of each document, by its name; nothing without the set."""
    if found.loaded is None:
        return {}
    files = discover(found.loaded.documents).files
    by_file: dict[str, list[str]] = {}
    sources: dict[str, Source] = {}
    for name in wanted.windows:
        file = file_of(name, files)
        if file is None:
            sources[name] = Source(fault=f"names {as_json(name)}, which the set does not hold")
        else:
            by_file.setdefault(file, []).append(name)

    def excerpts(opened: OpenFile) -> dict[str, Source]:
        return {
            name: _source(opened, name, wanted.windows[name]) for name in by_file[opened.source]
        }

    with closing(each_file({name: files[name] for name in by_file}, excerpts)) as read:
        for done, (_, of_file) in enumerate(read, 1):
            sources |= of_file
            show("reading", done, len(by_file))
    return sources


def _unchanged(loaded: EvalSet, runs: Sequence[Reported]) -> SetRead:
    if loaded.hash == runs[0].run.set_hash:
        words = f"Surroundings are read from “{loaded.name}”, unchanged since the run"
        return SetRead(loaded, words)
    return SetRead(None, f"The set in {loaded.folder} has changed since it was asked")


def _source(opened: OpenFile, name: str, windows: Sequence[Window]) -> Source:
    try:
        document = opened.document(name)
    except FaultError as fault:
        return Source(fault=str(fault))
    text = document.text
    return Source(
        n_chars=len(text),
        pieces=tuple((start, text[start:end]) for start, end in _joined(windows, len(text))),
        title=_title(document),
        pages=document.pages,
    )


def _joined(windows: Sequence[Window], length: int) -> list[Window]:
    """The windows inside the text in its order, those that touch joined."""
    joined: list[Window] = []
    for start, end in sorted((start, min(end, length)) for start, end in windows):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _title(document: Document) -> str | None:
    return next((fact.value for fact in document.facts if fact.field == "title"), None)


def faults(sources: Mapping[str, Source]) -> list[str]:
    """What could not be read, a sentence each."""
    return [f"A question {source.fault}." for source in sources.values() if source.fault]

"""How well real files are read: what is read at all, how much of the words, how fast.

    python -m evals.bench.files FOLDER [--format pdf] [--list] [--fast] [--dry]

FOLDER has `manifest.jsonl`: rows with `path`, `format`, `note` ("password:xyz" where one opens the
file) and `expected`, which names reference Markdown by another tool, or for a web page JSON with
`with`, `without`, `title`, `author` and `date`. Without a manifest every file is a row with none of
these. The reference is another tool's reading, not the truth: a low figure is a place to look at.
"""

import argparse
import gc
import json
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evals.bench.record import interval, once, record
from evals.bench.words import LIST_MARK, Likeness, likeness, plain_markdown
from evals.bench.words import words_of as words_of  # here for evals.bench.pages too
from evals.intervals import wilson
from rag.errors import DocumentError
from rag.loaders import HEAD_BYTES, loader_for, parse
from rag.loaders.worker import Parser
from rag.types import Document

COMMAND = "python -m evals.bench.files"
TIMEOUT_SECONDS = 60
MEMORY_MB = 2048
WORST = 10
Measured = tuple[float, float, float]
Record = Callable[..., None]
Row = NDArray[Any]

_PASSWORD = re.compile(r"password:([^,]+)")
_SPELLED_OUT = {"four spaces": "    "}  # as a note can only say it
_LONG_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read; `kind` is the manifest's format, else the suffix."""

    path: Path
    name: str
    kind: str
    note: str = ""
    expected: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file; `whole` and `inside` are seconds with and without the process apart."""

    source: Source
    status: Literal["read", "unsupported", "failed"]
    reason: str = ""
    document: Document | None = None
    whole: float = float("nan")
    inside: float = float("nan")


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", default=None, help="this format of the manifest alone")
    parser.add_argument("--list", action="store_true", help="a line for every file")
    parser.add_argument("--fast", action="store_true", help="no timings, which take four parses")
    parser.add_argument("--dry", action="store_true", help="print, append nothing")
    options = parser.parse_args()
    everything = sources(options.folder)
    chosen = [source for source in everything if options.format in (None, source.kind)]
    with Parser(timeout_seconds=TIMEOUT_SECONDS, memory_mb=MEMORY_MB) as worker:
        read = partial(_read, worker, candidates=passwords(everything), timed=not options.fast)
        outcomes = [read(source) for source in chosen]
    data = f"{options.folder.name} ({len(chosen)} files)"
    say = partial(printed if options.dry else record, data=data, command=COMMAND)
    likenesses = {found.source.name: compared(found) for found in _judged(outcomes, ".md")}
    for kind in sorted({source.kind for source in chosen}):
        found = [outcome for outcome in outcomes if outcome.source.kind == kind]
        _report_status(kind, found, say)
        names = [item.source.name for item in found]
        _report_words(kind, [likenesses[name] for name in names if name in likenesses], say)
        if not options.fast:
            _report_speed(kind, [item for item in found if item.status == "read"], say)
    _report_pages(_judged(outcomes, ".json"), say)
    if options.list:
        _print_list(outcomes, likenesses)
    worst = sorted(likenesses.items(), key=lambda item: np.nan_to_num(np.prod(item[1])))
    for name, like in worst[:WORST]:
        print("worst:", name, *(f"{part} {value:.3f}" for part, value in like._asdict().items()))


def sources(folder: Path) -> list[Source]:
    """The files of a folder, in the manifest's order or else by path."""
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return [
            Source(path, str(path.relative_to(folder)), path.suffix.lower().lstrip(".") or "none")
            for path in paths
        ]
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return [
        Source(
            folder / row["path"],
            row["path"],
            row["format"],
            row["note"] or "",
            folder / row["expected"] if row["expected"] else None,
        )
        for row in rows
    ]


def passwords(held: Iterable[Source]) -> tuple[str, ...]:
    """The passwords of all notes, each once: a person has several, and most are wrong."""
    found = (name.strip() for source in held for name in _PASSWORD.findall(source.note))
    return tuple(dict.fromkeys(_SPELLED_OUT.get(name, name) for name in found))


def proportion(found: int, n: int) -> Measured:
    """A share with its 95 % interval by Wilson; NaN of nothing."""
    return (found / n, *wilson(found, n)) if n else once(float("nan"))


def printed(what: str, measured: Measured, *, unit: str, n: int, **facts: Any) -> None:  # noqa: ANN401 (JSON)
    """What `record` prints, with the facts, and nothing appended."""
    value, low, high = measured
    more = {name: fact for name, fact in facts.items() if name not in ("data", "command")}
    print(f"{what}: {value:.4g} {unit} [{low:.4g}, {high:.4g}], n = {n} {more or ''}")


def grouped(reason: str) -> str:
    """A reason without its numbers and its tail, so that like ones can be counted."""
    return re.sub(r"\d+(?:\.\d+)?", "#", reason)[:90]


def compared(found: Outcome) -> Likeness:
    """A document against its reference; what could not be read has no word of it."""
    assert found.source.expected is not None
    theirs = words_of(plain_markdown(found.source.expected.read_text(encoding="utf-8")))
    if found.document is None:
        return Likeness(0.0, float("nan"), float("nan"))
    text = found.document.text
    # The Markdown loader keeps the marks on purpose; other text may number its lists.
    marked = found.document.media_type == "text/markdown"
    plain = plain_markdown(text) if marked else LIST_MARK.sub("", text)
    return likeness(words_of(plain), theirs)


def _read(worker: Parser, source: Source, *, candidates: tuple[str, ...], timed: bool) -> Outcome:
    data = source.path.read_bytes()
    if loader_for(source.path, data[:HEAD_BYTES]) is None:
        return Outcome(source, "unsupported")
    name = source.path.name
    try:
        document = worker.parse(data, name, passwords=candidates)
    except DocumentError as error:
        return Outcome(source, "failed", str(error))
    if not timed:
        return Outcome(source, "read", document=document)
    # Both again: the first time imports the parser and loads the models of languages.
    whole = _seconds(lambda: worker.parse(data, name, passwords=candidates))
    parse(data, name, passwords=candidates)
    inside = _seconds(lambda: parse(data, name, passwords=candidates))
    return Outcome(source, "read", "", document, whole, inside)


def _seconds(make: Callable[[], object]) -> float:
    """The shortest of three, of fewer where they are long: the machine has other work too."""
    gc.freeze()  # what is held here is not to be looked through while the parser is timed
    spent: list[float] = []
    while len(spent) < 3 and sum(spent) < 2 * _LONG_SECONDS:
        started = time.perf_counter()
        make()
        spent.append(time.perf_counter() - started)
    return min(spent)


def _judged(outcomes: Sequence[Outcome], suffix: str) -> list[Outcome]:
    """Those of kinds we read whose reference has this suffix."""
    return [
        found
        for found in outcomes
        if found.source.expected is not None
        and found.source.expected.suffix == suffix
        and found.status != "unsupported"
    ]


def _report_status(kind: str, found: Sequence[Outcome], say: Record) -> None:
    counts = Counter(item.status for item in found)
    reasons = Counter(grouped(item.reason) for item in found if item.status == "failed")
    share = proportion(counts["read"], len(found))
    why = dict(reasons.most_common(8))
    say(f"files read, {kind}", share, unit="", n=len(found), counts=dict(counts), reasons=why)


def _report_words(kind: str, found: Sequence[Likeness], say: Record) -> None:
    for measure in Likeness._fields:
        values = [value for like in found if not np.isnan(value := getattr(like, measure))]
        if values:
            mean, median = resampled(values, np.mean), resampled(values, np.median)
            shown = [None if np.isnan(figure) else round(figure, 4) for figure in median]
            say(f"word {measure}, {kind}, mean", mean, unit="", n=len(values), median=shown)


def _report_pages(found: Sequence[Outcome], say: Record) -> None:
    """Web pages against what must and must not be taken of them, and trafilatura alone."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    for tool in ("ours", "trafilatura") if found else ():
        counts: Counter[str] = Counter()
        for item in found:
            assert item.source.expected is not None
            expected = json.loads(item.source.expected.read_text(encoding="utf-8"))
            text, known = _ours(item) if tool == "ours" else _trafilatura(item.source)
            counts += segments(text, expected) + matches(known, expected)
        for name, what in (
            ("found", "must-have segments found"),
            ("absent", "must-not segments absent"),
            ("title", "titles right"),
            ("author", "authors right"),
            ("date", "dates right"),
        ):
            n = counts[f"{name}?"]
            wrong = counts[f"{name} wrong"]
            say(f"{what}, {tool}", proportion(counts[name], n), unit="", n=n, wrong=wrong)


def _report_speed(kind: str, found: Sequence[Outcome], say: Record) -> None:
    if not found:
        return
    n = len(found)
    whole = np.array([item.whole for item in found])
    outside = whole - np.array([item.inside for item in found])
    kilobytes = np.array([item.source.path.stat().st_size / 1000 for item in found])
    pages = np.array([len(item.document.pages) if item.document else 0 for item in found])
    slowest = max(found, key=lambda item: item.whole)
    facts = {"slowest": f"{slowest.source.name}, {slowest.whole:.2f} s"}
    say(f"documents per second, {kind}", ratio(np.ones(n), whole), unit="1/s", n=n, **facts)
    say(f"kB per second, {kind}", ratio(kilobytes, whole), unit="kB/s", n=n)
    if pages.any():
        paged = ratio(pages[pages > 0], whole[pages > 0])
        say(f"pages per second, {kind}", paged, unit="1/s", n=int(pages.sum()))
    say(f"share of time outside the parser, {kind}", ratio(outside, whole), unit="", n=n)


def ratio(part: Row, whole: Row, *, clusters: Sequence[str] | None = None) -> Measured:
    """The sum of the parts over the sum of the wholes; pairs are drawn together."""

    def of(drawn: Any) -> float:  # noqa: ANN401 (an array of places)
        places = np.asarray(drawn).astype(int)
        return float(part[places].sum() / whole[places].sum())

    return resampled([float(place) for place in range(len(part))], of, clusters=clusters)


def resampled(
    values: Sequence[float],
    statistic: Callable[[Any], float],
    *,
    clusters: Sequence[str] | None = None,
) -> Measured:
    """`interval`, which one value or one cluster alone does not have."""
    if len(set(clusters or range(len(values)))) < 2:
        return once(float(statistic(values)))
    return interval(values, statistic, clusters=clusters)


def segments(text: str, expected: dict[str, Any]) -> Counter[str]:
    """How many of the segments that must (`with`) stand in a text do, and must not do not.

    What is not in a text that is not there speaks for nobody.
    """
    words = _flat(text)
    unwanted = expected["without"] if words else ()
    return Counter(
        {
            "found": sum(_flat(segment) in words for segment in expected["with"]),
            "found?": len(expected["with"]),
            "absent": sum(_flat(segment) not in words for segment in unwanted),
            "absent?": len(unwanted),
        }
    )


def matches(known: dict[str, str], expected: dict[str, Any]) -> Counter[str]:
    """Title, authors and date right, wrong, or neither where nothing was said.

    Title and authors are right where they are the same words, authors in any order.
    """
    counts: Counter[str] = Counter()
    for name in ("title", "author", "date"):
        wanted = expected.get(name)
        if not wanted:
            continue
        stated = known.get(name) or ""
        counts[f"{name}?"] += 1
        if name == "author":
            wanted = "; ".join(wanted) if isinstance(wanted, list) else wanted
            right = Counter(words_of(stated)) == Counter(words_of(wanted))
        else:
            right = words_of(stated) == words_of(wanted)
        if stated:
            counts[name if right else f"{name} wrong"] += 1
    return counts


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _ours(found: Outcome) -> tuple[str, dict[str, str]]:
    if found.document is None:
        return "", {}
    facts = found.document.facts
    first = {fact.field: fact.value for fact in reversed(facts)}
    return found.document.text, {
        "title": first.get("title", ""),
        "author": "; ".join(fact.value for fact in facts if fact.field == "authors"),
        "date": first.get("published", "")[:10],
    }


def _trafilatura(source: Source) -> tuple[str, dict[str, str]]:
    from trafilatura import extract, extract_metadata

    data = source.path.read_bytes()
    page = extract_metadata(data)
    known = {name: getattr(page, name, None) or "" for name in ("title", "author", "date")}
    return extract(data) or "", known


def _print_list(outcomes: Sequence[Outcome], likenesses: dict[str, Likeness]) -> None:
    for found in outcomes:
        like = likenesses.get(found.source.name)
        figures = " ".join(f"{figure:.3f}" for figure in like) if like else ""
        made = found.document
        size = f"{len(made.text)} chars {len(made.pages)} pages" if made else found.reason
        print(f"{found.status:11} {found.source.name} {size} {figures} ({found.source.note})")


if __name__ == "__main__":
    main()

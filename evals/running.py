"""A set → its run file: the documents indexed into a store of their own, every question asked.

Only facts are written, and nothing is judged here. Two runs of one set differ in times, in the
random ids of answers (`id`, `asked_at`) and, on another machine, in the last digits of scores.
"""

import glob
import hashlib
import os
import platform
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import rag
from evals.fact_writing import RunWriter, check_resumes, differing, make_room
from evals.facts import header_of, read_run
from evals.faults import as_json
from evals.rows import EvalRow, GoldEvidence
from evals.sets import EvalSet, load_set, sample
from rag.citations import fault
from rag.doctor import PARTS
from rag.errors import ConfigurationError, IndexMismatchError, RagError
from rag.ingestion import Progress, Report, SyncOptions
from rag.loaders.canonical import canonical
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import Settings, masked
from rag.store.facts import now
from rag.types import Answer, Citation, DocumentRecord, Filters, Passage

# What is being done ("checking", "indexing", "asking"), how many are done, of how many.
ShowStep = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is asked of a set, and how.

    `limit` and `seed` are as in `evals.sets.sample`. With `mode` "search" passages are retrieved
    and nothing is answered. `workers` threads ask at once; facts and their order do not depend on
    it, times do.
    """

    limit: int | None = None
    seed: int = 0
    mode: Literal["ask", "search"] = "ask"
    workers: int = 1


def run_set(
    folder: Path,
    settings: Settings,
    *,
    out: Path | None = None,
    options: RunOptions | None = None,
    show: ShowStep = lambda stage, done, total: None,
) -> Path:
    """Ask the questions of the set in `folder` and write what came of each to a run file.

    The set's documents are indexed into a store under `settings.data_dir`, which is kept and only
    brought up to date the next time. A run that was stopped goes on in its file. A question that
    could not be asked has its error in its row.

    Without `out` the file is a new one in `runs_folder(settings)`, or the one there that a run of
    the same set, settings, models and versions was stopped in. Returns the file.

    Raises:
        ConfigurationError: the set is broken, a document with evidence cannot be indexed, or
            `out` holds another run, is being written, or cannot be; nothing is asked then.
        IndexBusyError: another process is indexing this set.
    """
    options = options or RunOptions()
    loaded = load_set(folder, show=lambda done, total: show("checking", done, total))
    rows = sample(loaded.rows, options.limit, options.seed)
    stated = {
        "set": {
            "name": loaded.name,
            "folder": str(loaded.folder.resolve()),
            "hash": loaded.hash,
            "rows": len(loaded.rows),
        },
        "settings": masked(settings),
        **asdict(options),
        "asked": [row.id for row in rows],
    }
    make_room(out or runs_folder(settings) / "run")
    if out is not None:
        check_resumes(out, stated)  # indexing may take hours
    # Links followed: a folder reached in two ways would be indexed twice.
    documents = loaded.documents.resolve()
    own = settings.model_copy(
        update={"data_dir": _store_of(settings, loaded.name, documents), "corpus_dir": documents}
    )
    with build_pipeline(own) as pipeline:
        report = _index(pipeline, documents, show)
        asker = _Asker(pipeline, documents, options.mode)
        asker.check(loaded, rows, report)
        header = {**_made_with(pipeline, report), **stated, "started_at": now()}
        path = out or _place_for(header, runs_folder(settings))
        with RunWriter(path, header) as writer:
            left = [row for row in rows if row.id not in writer.done]
            if left:
                pipeline.load()  # else the first question's time would hold it
            show("asking", len(rows) - len(left), len(rows))
            answers = _in_order(asker.facts, left, options.workers)
            for done, facts in enumerate(answers, len(rows) - len(left) + 1):
                writer.write(facts)
                show("asking", done, len(rows))
    return path


def runs_folder(settings: Settings) -> Path:
    """Where runs lie that were given no file."""
    return settings.data_dir / "evals" / "runs"


def stored_runs(settings: Settings) -> list[dict[str, Any]]:
    """The runs in `runs_folder`, newest first: name, path, set, mode, questions asked, of how many.

    With what a stopped one goes on: the set's folder, limit and seed, None where it does not say.
    Files that are no runs are left out.
    """
    rows = []
    for path in runs_folder(settings).glob("*.jsonl"):
        try:
            with path.open("rb") as file:
                header = header_of(path, file.readline())
                n_rows = sum(line.endswith(b"\n") for line in file)
        except (ConfigurationError, OSError):
            continue
        rows.append(
            {
                "name": path.stem,
                "path": str(path),
                "set": header["set"].get("name"),
                "folder": header["set"].get("folder"),
                "limit": header.get("limit"),
                "seed": header.get("seed"),
                "mode": header.get("mode", "ask"),
                "questions": n_rows,
                "of": len(header["asked"]),
                "started_at": header.get("started_at"),
            }
        )
    return sorted(rows, key=lambda row: (row["started_at"] or "", row["name"]), reverse=True)


def known_sets(settings: Settings) -> list[Path]:
    """The folders of the sets at hand: the samples' own, and those that come with the code.

    Their questions are not read.
    """
    shipped = sorted((Path(__file__).parent / "data").glob("*"))
    return [
        folder
        for folder in (settings.samples_dir.parent, *shipped)
        if any((folder / f"questions.{kind}").is_file() for kind in ("jsonl", "csv"))
    ]


def _place_for(header: Mapping[str, Any], folder: Path) -> Path:
    """The unfinished run file of this very run, else a new one named by set and time."""
    name = header["set"]["name"]
    # Newest first: names end with the time.
    for path in sorted(folder.glob(f"{glob.escape(name)}-*.jsonl"), reverse=True):
        try:
            with path.open("rb") as file:
                held = header_of(path, file.readline())
            if not differing(held, header) and len((run := read_run(path)).rows) < len(run.asked):
                return path
        except ConfigurationError:
            continue  # not ours, or stopped within its first line
    stamp = re.sub(r"[^0-9TZ]", "", header["started_at"])
    path, n = folder / f"{name}-{stamp}.jsonl", 1
    while path.exists():
        n += 1
        path = folder / f"{name}-{stamp}-{n}.jsonl"
    return path


def _in_order(
    facts: Callable[[EvalRow], dict[str, Any]], rows: Sequence[EvalRow], workers: int
) -> Iterator[dict[str, Any]]:
    """The facts of each row in the order of the rows, a few asked ahead by other threads."""
    if workers == 1:
        yield from map(facts, rows)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ask")
    waiting: deque[Future[dict[str, Any]]] = deque()
    try:
        for row in rows:
            waiting.append(pool.submit(facts, row))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Asker:
    """Asks rows of an index and tells the facts; `records` are the readable documents by path."""

    def __init__(self, pipeline: Pipeline, documents: Path, mode: str) -> None:
        self._pipeline = pipeline
        self._mode = mode
        self._texts = pipeline.store.documents
        self._records: Mapping[str, DocumentRecord] = {
            record.source: record
            for record in pipeline.records_under(documents)
            if record.state == "current"
        }

    def check(self, loaded: EvalSet, rows: Sequence[EvalRow], report: Report) -> None:
        """Refuse rows that no index of these documents could be fair to."""
        reasons = dict(report.failed)
        for row in rows:
            where = f'{loaded.folder}: question "{row.id}": field'
            for evidence in row.evidence:
                name = evidence.document
                if name not in self._records:
                    why = reasons.get(name, "no document was read from it")
                    raise ConfigurationError(
                        f'{where} "evidence" stands in {as_json(name)}, which is not in the index '
                        f"({' '.join(why.split())}); correct the file, or delete "
                        f"{self._pipeline.settings.data_dir} to have it read again"
                    )
            if row.without and not self._visible(row):
                raise ConfigurationError(
                    f'{where} "without" hides every document; leave one, or remove the row'
                )

    def facts(self, row: EvalRow) -> dict[str, Any]:
        """The question's row for the run file."""
        started = time.perf_counter()
        answer: Answer | None = None
        passages: tuple[Passage, ...] = ()
        error: str | None = None
        filters = self._filters(row)
        try:
            if self._mode == "search":
                passages = self._pipeline.search(row.question, filters=filters).passages
            else:
                # The run file keeps it: in the store it would be one more copy a run.
                answer = self._pipeline.ask(row.question, filters=filters, keep=False)
                passages = answer.passages
        except RagError as raised:
            error = " ".join(str(raised).split())
        seconds = {"total": round(time.perf_counter() - started, 4)}
        return {
            "id": row.id,
            "gold": self._gold(row),
            "ranking": [_ranked(passage) for passage in passages],
            **self._said(row, answer),
            "seconds": {**(answer.seconds if answer else {}), **seconds},
            "tokens": {"prompt": 0, "completion": 0},
            "error": error,
        }

    def _said(self, row: EvalRow, answer: Answer | None) -> dict[str, Any]:
        if answer is None:
            checks: dict[str, list[bool]] = {"citations": [], "withheld": []}
            return {"answer": None, "checks": checks, "cited": []}
        values = answer.to_dict()
        del values["passages"]
        if row.without:
            # The filter names every other document; in large sets that is megabytes a line.
            values["settings"]["filters"] = {"without": list(row.without)}
        return {
            "answer": values,
            "checks": {
                "citations": [self._holds(one) for one in answer.citations],
                "withheld": [self._holds(one) for one in answer.withheld_citations],
            },
            "cited": [
                {"document": one.source, "start": one.start, "end": one.end}
                for one in answer.citations
            ],
        }

    def _holds(self, citation: Citation) -> bool:
        return fault(citation, self._texts.fresh_text_of) is None

    def _gold(self, row: EvalRow) -> dict[str, Any]:
        gold = asdict(row)
        del gold["id"]
        return {**gold, "evidence": [self._placed(evidence) for evidence in row.evidence]}

    def _placed(self, evidence: GoldEvidence) -> dict[str, Any]:
        """Evidence with its place in the text that was indexed; None where it has none there."""
        quote = canonical(evidence.quote)
        held = self._records[evidence.document].version
        start = -1
        if quote and held is not None:
            text = self._texts.text_of(held)
            start = text.find(quote) if evidence.start is None else evidence.start
            start = start if text.startswith(quote, max(start, 0)) else -1
        place = {"start": start, "end": start + len(quote)} if start >= 0 else {}
        return {**asdict(evidence), "start": None, "end": None, **place}

    def _filters(self, row: EvalRow) -> Filters:
        return Filters(documents=self._visible(row)) if row.without else Filters()

    def _visible(self, row: EvalRow) -> tuple[str, ...]:
        """The ids of all documents that are not hidden, nor attached to one that is."""
        inside = tuple(f"{name}/" for name in row.without)
        return tuple(
            record.id
            for source, record in self._records.items()
            if source not in row.without and not source.startswith(inside)
        )


def _ranked(passage: Passage) -> dict[str, Any]:
    return {
        "rank": passage.rank,
        "document": passage.source,
        "start": passage.start,
        "end": passage.end,
        "score": passage.score,
        "dense": passage.dense,
        "lexical": passage.lexical,
        "relevance": passage.relevance,
        "chunk": passage.chunk,
        "page": passage.page,
        "also_in": list(passage.also_in),
    }


def _store_of(settings: Settings, name: str, documents: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(documents)).hexdigest()
    return settings.data_dir / "evals" / f"{name}-{digest[:12]}"


def _index(pipeline: Pipeline, documents: Path, show: ShowStep) -> Report:
    def step(state: Progress) -> None:
        show("indexing", state.files, state.n_files)

    def index() -> Report:
        return pipeline.index([documents], options=SyncOptions(yes=True), show=step)

    try:
        report = index()
    except IndexMismatchError:
        # Asked with another model or chunk size before: files need not be read again for that.
        pipeline.rebuild(show=step)
        report = index()
    if report.errors:
        raise ConfigurationError(report.errors[0])
    return report


def _made_with(pipeline: Pipeline, report: Report) -> dict[str, Any]:
    """What of a header is known once the documents are indexed."""
    return {
        "models": {
            "embedding": pipeline.model_identity(),
            "reader": pipeline.reader_identity(),
        },
        "versions": {
            "python": platform.python_version(),
            **{part: _version(part) for part in PARTS},
            "code": _code(),
        },
        "machine": {"platform": platform.platform(), "cpus": os.cpu_count()},
        "failed": [{"document": name, "reason": reason} for name, reason in report.failed],
        "unsupported": report.unsupported,
    }


def _code() -> str:
    """A hash over the service's own modules: between two versions their code may have changed."""
    whole = hashlib.sha256()
    folder = Path(rag.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        whole.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def _version(part: str) -> str:
    try:
        return version(part)
    except PackageNotFoundError:
        return "not installed"

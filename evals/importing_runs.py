"""A run of TREC over a set → a run file: rankings by document of any system, scored like ours."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.fact_writing import RunWriter, make_room
from evals.row_files import read_bytes
from evals.rows import EvalRow
from evals.running import runs_folder
from evals.sets import EvalSet, load_set
from rag.discovery import discover
from rag.errors import ConfigurationError, DocumentError
from rag.loaders.canonical import decode
from rag.loaders.front_matter import split_values
from rag.settings import Settings
from rag.store.facts import now

_Ranked = dict[str, list[tuple[float, str]]]  # query → (score, document as the run names it)


def import_trec_run(
    source: Path, folder: Path, settings: Settings, *, out: Path | None = None
) -> Path:
    """Write what a TREC run ranks for the questions of the set in `folder` as a run file.

    Lines have query, "Q0", document, rank, score and the run's name. Documents are ranked by
    score, equal ones by name from the last to the first, and ranks are passed over: as trec_eval
    does (Buckley and Voorhees, TREC: Experiment and Evaluation in Information Retrieval, 2005).
    They are named by their path under the set's documents, by file name, by that without its
    ending, or by the `id` of their front matter, which an imported collection keeps there. A
    question that the run does not rank anything for has an empty ranking. Rankings alone can be
    scored, by document.

    Raises:
        ConfigurationError: a file cannot be read, a line is no line of a run, or names what is
            not in the set; in one line with the remedy.
    """
    loaded = load_set(folder, check_quotes=False)
    ranked, tag = _ranked(source)
    unknown = ranked.keys() - {row.id for row in loaded.rows}
    if len(unknown) == len(ranked):
        raise ConfigurationError(
            f"{source} ranks documents for none of the questions of {folder} (for "
            f'"{min(unknown)}", say); give the set that it is a run of'
        )
    names = _names(loaded, {name for rows in ranked.values() for _, name in rows}, source)
    header = {
        "set": {
            "name": loaded.name,
            "folder": str(loaded.folder.resolve()),
            "hash": loaded.hash,
            "rows": len(loaded.rows),
        },
        "mode": "search",
        "settings": {"imported": source.name},
        "models": {"run": tag},
        "versions": {},
        "machine": {},
        "seed": 0,
        "limit": None,
        "asked": [row.id for row in loaded.rows],
        "started_at": now(),
    }
    path = out or runs_folder(settings) / f"{loaded.name}-{source.stem}.jsonl"
    make_room(path)
    if path.exists():
        raise ConfigurationError(f"{path} is there already; name another with -o, or remove it")
    try:
        with RunWriter(path, header) as writer:
            for row in loaded.rows:
                writer.write(_facts(row, ranked.get(row.id, ()), names))
    except BaseException:
        path.unlink(missing_ok=True)  # it would be taken for the whole of it
        raise
    return path


def _ranked(source: Path) -> tuple[_Ranked, str]:
    """The documents of each query with their scores, and the run's name."""
    ranked: dict[str, dict[str, float]] = {}
    tag = ""
    try:
        text = decode(read_bytes(source))
    except DocumentError as error:
        raise ConfigurationError(f"{source}: {error}") from error
    for line, words in enumerate(text.split("\n"), 1):
        cells = words.split()
        if not cells:
            continue
        try:
            query, _, document, _, score, tag = cells
            value = float(score)
        except ValueError as error:
            raise ConfigurationError(
                f"{source}, line {line}: not a query, Q0, a document, a rank, a score and a name; "
                "correct the line"
            ) from error
        if not abs(value) < float("inf"):
            raise ConfigurationError(
                f"{source}, line {line}: the score {score} orders nothing; correct the line"
            )
        of_query = ranked.setdefault(query, {})
        if document in of_query:
            raise ConfigurationError(
                f"{source}, line {line}: {document} is ranked twice for {query}; keep one"
            )
        of_query[document] = value
    if not ranked:
        raise ConfigurationError(f"{source} ranks nothing; give a run of TREC")
    return {
        query: sorted(((score, name) for name, score in rows.items()), reverse=True)
        for query, rows in ranked.items()
    }, tag


def _names(loaded: EvalSet, wanted: set[str], source: Path) -> Mapping[str, str]:
    """The path in the set of each document that the run names."""
    files = discover(loaded.documents).files
    known: dict[str, str] = {}
    twice: set[str] = set()

    def note(identity: str, path: str) -> None:
        if known.setdefault(identity, path) != path:
            twice.add(identity)

    for path in files:
        for identity in {path, path.rpartition("/")[2], Path(path).stem}:
            note(identity, path)
    if not wanted <= known.keys():
        # Ids that could not be names of files stand in the front matter of an imported set.
        for path, identity in _stated_ids(files):
            note(identity, path)
    for name in sorted(wanted):
        if name not in known or name in twice:
            words = "there are several" if name in twice else "there is none"
            raise ConfigurationError(
                f'{source} ranks the document "{name}", and {words} of that name in '
                f"{loaded.documents}; give the set that it is a run of"
            )
    return known


def _stated_ids(files: Mapping[str, Path]) -> Iterable[tuple[str, str]]:
    for name, path in files.items():
        if path.suffix != ".md":
            continue
        try:
            stated = split_values(decode(read_bytes(path)))[0]
        except DocumentError:
            continue
        if isinstance(identity := stated.get("id"), str | int):
            yield name, str(identity)


def _facts(
    row: EvalRow, ranked: Iterable[tuple[float, str]], names: Mapping[str, str]
) -> dict[str, Any]:
    gold = asdict(row)
    del gold["id"]
    for evidence in gold["evidence"]:
        # A ranking of whole documents cannot be held against a place in one.
        evidence |= {"start": None, "end": None}
    return {
        "id": row.id,
        "gold": gold,
        "ranking": [
            # No place in the document: it is judged as a whole.
            {"rank": rank, "document": names[name], "start": 0, "end": 0, "score": score}
            for rank, (score, name) in enumerate(ranked, 1)
        ],
        "answer": None,
        "checks": {"citations": [], "withheld": []},
        "cited": [],
        "seconds": {},
        "tokens": {},
        "error": None,
    }

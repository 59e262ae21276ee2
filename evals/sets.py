"""Evaluation sets: a folder → rows that were all checked, its documents, and one hash over both.

A set has `questions.jsonl` (or `questions.csv`), `documents/`, and a `README.md` whose YAML front
matter may state `title`, `licence`, `source`, `judges`, and `documents: another/folder`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from evals.faults import FaultError, as_json, line_error, nearest
from evals.quotes import ShowDone, quote_faults
from evals.row_files import read_bytes, read_csv, read_json_lines
from evals.rows import EvalRow, GoldEvidence, checked_row
from rag.discovery import discover
from rag.errors import ConfigurationError

__all__ = ["EvalRow", "EvalSet", "GoldEvidence", "load_set", "sample"]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_ABOUT = ("title", "licence", "license", "source", "judges", "documents")


@dataclass(frozen=True, slots=True)
class EvalSet:
    """A set whose every row was checked.

    `hash` is the sha256 over the bytes of the questions and the names and bytes of the documents;
    `about` is what the README's front matter states.
    """

    name: str
    folder: Path
    documents: Path
    rows: tuple[EvalRow, ...]
    hash: str
    about: Mapping[str, str]


def load_set(
    folder: Path, *, check_quotes: bool = True, show: ShowDone = lambda done, total: None
) -> EvalSet:
    """The set in `folder`, with nothing returned before all of it was checked.

    Each document that evidence quotes is read once, in a process apart, and must hold the quote,
    at `start` and `end` where they are given; `show` hears of each. Without `check_quotes` no
    document is parsed.

    `questions.csv` has the columns question and answer (or answers); id (else the number of the
    row), answerable, document and quote (one piece of evidence), as_of, must_contain,
    should_contain, must_not, without and tags are optional. Lists are split at "|", so that what
    holds this sign has to be written in `questions.jsonl`. Without `answerable`, a row that has
    an answer, evidence or `must_contain` is answerable, and any other is an error.

    Raises:
        ConfigurationError: The first thing that is wrong, with file, line, field and remedy, and
            how many more lines are.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder; give that of an evaluation set")
    about = _about(folder / "README.md")
    documents = _documents(folder, about.get("documents"))
    questions = _questions(folder)
    files = discover(documents).files
    if not files:
        raise ConfigurationError(f"{documents} holds no document; put the set's documents there")
    numbered = read_csv(questions) if questions.suffix == ".csv" else read_json_lines(questions)
    lines: dict[str, int] = {}
    rows: list[EvalRow] = []
    faults: list[tuple[int, FaultError]] = []
    for line, values in numbered:
        try:
            row = checked_row(values, files)
            if (first := lines.setdefault(row.id, line)) != line:
                raise FaultError(
                    f'field "id" is {as_json(row.id)}, as on line {first}; give each row its own'
                )
            rows.append(row)
        except FaultError as fault:
            faults.append((line, fault))
    _raise_first(questions, faults)
    if not rows:
        raise ConfigurationError(f"{questions} has no questions; write one row a line")
    if check_quotes:
        _raise_first(questions, quote_faults(rows, lines, files, show))
    digest = _hash(questions, files)
    return EvalSet(folder.resolve().name, folder, documents, tuple(rows), digest, about)


def sample(rows: Sequence[EvalRow], limit: int | None, seed: int = 0) -> tuple[EvalRow, ...]:
    """At most `limit` of the rows, in their order, the same ones for the same ids and seed.

    Rows are drawn by a hash of seed and id, so a smaller sample is part of a larger one.

    Raises:
        ConfigurationError: `limit` is less than 1.
    """
    if limit is not None and limit < 1:
        raise ConfigurationError(f"a limit of {limit} questions asks nothing; give 1 or more")
    if limit is None or limit >= len(rows):
        return tuple(rows)
    drawn = sorted(
        range(len(rows)),
        key=lambda index: hashlib.sha256(f"{seed}:{rows[index].id}".encode()).digest(),
    )
    return tuple(rows[index] for index in sorted(drawn[:limit]))


def _about(readme: Path) -> dict[str, str]:
    """What the front matter of the README states; nothing where there is neither."""
    if not readme.is_file():
        return {}
    # 20 ms to import, and only here.
    import yaml

    try:
        text = read_bytes(readme).decode("utf-8-sig").replace("\r\n", "\n")
        match = _FRONT_MATTER.match(text)
        # BaseLoader leaves every value as it is written and makes no objects.
        values = yaml.load(match[1], Loader=yaml.BaseLoader) if match else None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{readme} is not UTF-8; save it as UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 2  # from 1, after the "---"
        words = "the front matter is not valid YAML; correct it or put the value in quotes"
        raise line_error(readme, line, words) from error
    if not isinstance(values, Mapping):  # a README may begin with a rule, "---", as well
        return {}
    about = {}
    for key, value in values.items():
        if not isinstance(value, str):
            raise ConfigurationError(
                f"{readme}: field {as_json(key)} is not a text; write it as one"
            )
        if key not in _ABOUT and (near := nearest(FaultError("", key, _ABOUT))):
            raise ConfigurationError(f"{readme}: field {as_json(key)} is unknown{near}")
        about["licence" if key == "license" else key] = value
    return about


def _documents(folder: Path, named: str | None) -> Path:
    """The folder of the documents; a set may share that of another, but not name any place."""
    if named is not None and PurePath(named).is_absolute():
        raise ConfigurationError(
            f'{folder / "README.md"}: field "documents" is the absolute path {as_json(named)}; '
            "write it relative to the set's folder"
        )
    documents = folder / (named or "documents")
    if not documents.is_dir():
        raise ConfigurationError(
            f"{documents} is not there; put the set's documents into it, or name their folder in "
            'README.md\'s front matter ("documents: other/folder")'
        )
    documents = documents.resolve() if named else documents
    if folder.resolve().is_relative_to(documents.resolve()):
        raise ConfigurationError(
            f"{documents} holds the set itself, so that its answers would be found; move the "
            "documents to a folder of their own"
        )
    return documents


def _questions(folder: Path) -> Path:
    there = [path for kind in ("jsonl", "csv") if (path := folder / f"questions.{kind}").is_file()]
    if len(there) > 1:
        raise ConfigurationError(f"{folder} has questions.jsonl and questions.csv; keep one")
    if not there:
        raise ConfigurationError(
            f"{folder / 'questions.jsonl'} is not there; write it, one row a line, or a "
            "questions.csv with the columns question and answer"
        )
    return there[0]


def _raise_first(path: Path, faults: Sequence[tuple[int, FaultError]]) -> None:
    if faults:
        line, fault = faults[0]
        n_more = len({line for line, _ in faults}) - 1
        more = f" ({n_more} more {'line has' if n_more == 1 else 'lines have'} faults)"
        raise line_error(path, line, f"{fault}{nearest(fault)}{more if n_more else ''}") from fault


def _hash(questions: Path, files: Mapping[str, Path]) -> str:
    whole = hashlib.sha256()
    for name, path in (("", questions), *sorted(files.items())):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read ({error.strerror})") from error
        whole.update(f"{name}\0{digest}\n".encode())
    return whole.hexdigest()

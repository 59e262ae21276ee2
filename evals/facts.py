"""Run files: what was asked, found and answered, one JSON line a question under a header.

Reading checks every line and names what is wrong; `evals.fact_writing` writes them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.citation_measures import Span
from evals.fact_checks import problems
from rag.errors import ConfigurationError

KIND = "attest run"
SCHEMA = 1
# "ask": questions were answered; "search": passages were retrieved and nothing was answered.
MODES = ("ask", "search")
_ADVICE = "run the set again into a new file"


@dataclass(frozen=True, slots=True)
class Row:
    """One question's line, as it stands in the file; `line` is its number.

    The properties read what measures need; `values` has all of it.
    """

    line: int
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The question's id."""
        return str(self.values["id"])

    @property
    def gold(self) -> Mapping[str, Any]:
        """What the set says of the question."""
        gold: Mapping[str, Any] = self.values["gold"]
        return gold

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """`Answer.to_dict()` without passages, None where asking failed or none was wanted."""
        answer: Mapping[str, Any] | None = self.values["answer"]
        return answer

    @property
    def ranking(self) -> list[Span]:
        """The passages in the order of their ranks."""
        rows = sorted(self.values["ranking"], key=lambda row: row["rank"])
        return [Span(row["document"], row["start"], row["end"]) for row in rows]

    @property
    def cited(self) -> list[Span]:
        """The spans of the answer's citations, in their order."""
        return [Span(row["document"], row["start"], row["end"]) for row in self.values["cited"]]


@dataclass(frozen=True, slots=True)
class Run:
    """A run file as read; `notes` say in whole sentences what was odd and did no harm."""

    path: Path
    header: Mapping[str, Any]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The ids of all questions that the run set out to ask, in order."""
        return tuple(self.header["asked"])

    @property
    def mode(self) -> str:
        """One of `MODES`."""
        return str(self.header.get("mode", "ask"))

    @property
    def failed(self) -> tuple[Row, ...]:
        """The rows of the questions that could not be asked, as they say."""
        if self.mode == "search":
            return tuple(row for row in self.rows if row.values["error"] is not None)
        return tuple(row for row in self.rows if row.answer is None)

    @property
    def n_failed(self) -> int:
        """How many questions could not be asked."""
        return len(self.failed)

    @property
    def set_hash(self) -> str:
        """The hash of the set that was asked."""
        return str(self.header["set"]["hash"])


def read_run(path: Path) -> Run:
    """Read a run file; a half-written last line, which a stop leaves, is left out and noted.

    Raises:
        ConfigurationError: the file cannot be read, or a line is not what it should be; the
            message names file, line and remedy.
    """
    run, _ = read_whole(path)
    return run


def header_of(path: Path, line: bytes) -> Mapping[str, Any]:
    """The header that the first line of a run file states.

    Raises:
        ConfigurationError: it states none.
    """
    try:
        return _checked_header(path, 1, _parsed(line))
    except ValueError as error:
        raise _fault(path, 1, f"is not JSON ({error})") from error


def read_whole(path: Path) -> tuple[Run, int]:
    """As `read_run`, and how many bytes of the file are whole lines."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{path}: cannot be read ({reason}); name a run file") from error
    header: Mapping[str, Any] | None = None
    rows: dict[str, Row] = {}
    asked: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    whole = 0
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        try:
            values = _parsed(line)
        except ValueError as error:
            if whole + len(line) == len(data) and not line.endswith(b"\n"):
                notes = (f"Line {number}, the last one, is half-written and was left out.",)
                break
            raise _fault(path, number, f"is not JSON ({error})") from error
        whole += len(line)
        if header is None:
            header = _checked_header(path, number, values)
            asked = frozenset(header["asked"])
            continue
        if isinstance(values, dict) and values.get("kind") == KIND:
            raise _fault(path, number, "is a second header")
        row = _checked_row(path, number, values)
        if row.id in rows:
            held = rows[row.id].line
            raise _fault(path, number, f'has the id "{row.id}" of line {held} again')
        if row.id not in asked:
            raise _fault(path, number, f'has the id "{row.id}", which the header does not ask')
        rows[row.id] = row
    if header is None:
        raise ConfigurationError(f"{path}: line 1: there is no header; {_ADVICE}")
    return Run(path, header, tuple(rows.values()), notes), whole


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number; what could not be judged is null")


def _fault(path: Path, number: int, what: str) -> ConfigurationError:
    return ConfigurationError(f"{path}: line {number}: {what}; repair the line, or {_ADVICE}")


def _checked_header(path: Path, number: int, values: object) -> Mapping[str, Any]:
    if not isinstance(values, dict) or values.get("kind") != KIND:
        raise _fault(path, number, f'is no header with "kind": "{KIND}"')
    if values.get("schema") != SCHEMA:
        raise ConfigurationError(
            f"{path}: line {number}: has schema {values.get('schema')!r}, and this version reads "
            f"{SCHEMA}; {_ADVICE}"
        )
    asked = values.get("asked")
    if not isinstance(asked, list) or not all(isinstance(name, str) for name in asked):
        raise _fault(path, number, 'field "asked" is no list of ids')
    if len(set(asked)) < len(asked):
        raise _fault(path, number, 'field "asked" has an id twice')
    if values.get("mode", "ask") not in MODES:
        raise _fault(path, number, f'field "mode" is none of {", ".join(MODES)}')
    about = values.get("set")
    if not isinstance(about, dict) or not isinstance(about.get("hash"), str):
        raise _fault(path, number, 'field "set" has no "hash"')
    settings = values.get("settings", {})
    if not isinstance(settings, dict) or not isinstance(settings.get("k", 1), int):
        raise _fault(path, number, 'field "settings" is no object, or its "k" no whole number')
    return values


def _checked_row(path: Path, number: int, values: object) -> Row:
    if not isinstance(values, dict):
        raise _fault(path, number, "is no JSON object")
    for field, problem in problems(values):
        raise _fault(path, number, f'field "{field}" {problem}')
    return Row(number, values)

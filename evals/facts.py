"""Run files: what was asked, found and answered, one JSON line a question under a header.

Reading checks every line and names what is wrong; writing survives a stop at any moment.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from evals.citation_measures import Span
from evals.fact_checks import problems
from rag.errors import ConfigurationError

KIND = "attest run"
SCHEMA = 1
# Rows between two waits for the disk: what a power cut may cost.
SYNC_EVERY = 20
# What must be the same for a stopped run to go on in its file.
SAME = ("set", "mode", "settings", "models", "versions", "seed", "limit", "asked")
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
    def n_failed(self) -> int:
        """How many questions could not be asked, as their rows say."""
        if self.mode == "search":
            return sum(row.values["error"] is not None for row in self.rows)
        return sum(row.answer is None for row in self.rows)

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
    run, _ = _read(path)
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


def _read(path: Path) -> tuple[Run, int]:
    """The run, and how many bytes of the file are whole lines."""
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
    return values


def _checked_row(path: Path, number: int, values: object) -> Row:
    if not isinstance(values, dict):
        raise _fault(path, number, "is no JSON object")
    for field, problem in problems(values):
        raise _fault(path, number, f'field "{field}" {problem}')
    return Row(number, values)


class RunWriter:
    """Appends rows to a run file, which it makes, or goes on with where one was stopped.

    `done` has the ids that the file holds already. A half-written last line is cut off.

    Raises:
        ConfigurationError: the file is of another run (the message names what differs), or one
            of its lines is not what it should be.
    """

    def __init__(
        self, path: Path, header: Mapping[str, Any], *, sync_every: int = SYNC_EVERY
    ) -> None:
        self._unsynced = 0
        self._sync_every = sync_every
        self._asked = frozenset(header["asked"])
        done: set[str] = set()
        whole = 0
        if _holds_a_line(path):
            run, whole = _read(path)
            _check_same(path, run.header, header)
            done = {row.id for row in run.rows}
        self._done = done
        self._file: BinaryIO = path.open("r+b" if path.exists() else "wb")
        self._file.truncate(whole)
        self._file.seek(whole)
        if whole:
            self._end_line(path)
        else:
            self._append({"kind": KIND, "schema": SCHEMA, **header})
        self._sync()

    @property
    def done(self) -> frozenset[str]:
        """The ids that stand in the file."""
        return frozenset(self._done)

    def write(self, row: Mapping[str, Any]) -> None:
        """Append a question's row.

        Raises:
            ConfigurationError: its id was written before, or is not asked.
        """
        name = row["id"]
        if name in self._done or name not in self._asked:
            wrong = "was written before" if name in self._done else "is not asked by the header"
            raise ConfigurationError(f'the row of question "{name}" {wrong}; write each once')
        self._append(row)
        self._done.add(name)
        self._unsynced += 1
        if self._unsynced >= self._sync_every:
            self._sync()

    def close(self) -> None:
        """Bring everything to the disk and close the file."""
        if not self._file.closed:
            self._sync()
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _append(self, values: Mapping[str, Any]) -> None:
        line = json.dumps(values, ensure_ascii=False, allow_nan=False)
        # A lone surrogate of a damaged text cannot be UTF-8; JSON can say it in ASCII.
        try:
            data = line.encode("utf-8")
        except UnicodeEncodeError:
            data = json.dumps(values, allow_nan=False).encode("ascii")
        self._file.write(data + b"\n")
        self._file.flush()

    def _end_line(self, path: Path) -> None:
        """A whole last line whose line end was not written any more gets it now."""
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                self._file.write(b"\n")

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unsynced = 0


def _holds_a_line(path: Path) -> bool:
    """False for no file, an empty one, and one whose header was never written whole."""
    try:
        with path.open("rb") as file:
            return file.readline().endswith(b"\n")
    except FileNotFoundError:
        return False
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{path}: cannot be read ({reason}); name a file") from error


def differing(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """What of `SAME` differs between two headers, so that one run cannot go on as the other."""
    plain = json.loads(json.dumps(wanted))
    return [name for name in SAME if _identity(held, name) != _identity(plain, name)]


def _check_same(path: Path, held: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    others = differing(held, wanted)
    if others:
        raise ConfigurationError(
            f"{path}: holds a run with other values of {', '.join(others)}; name another file, "
            "or run with what its first line says"
        )


def _identity(header: Mapping[str, Any], name: str) -> object:
    value = header.get(name)
    # A set may have moved to another folder: its hash is what it is.
    return value.get("hash") if name == "set" and isinstance(value, dict) else value

"""Files of questions → rows by the lines they begin on: JSON lines and tables."""

import csv
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from evals.faults import FaultError, as_json, line_error, nearest, unknown_name
from evals.rows import LISTS
from rag.errors import ConfigurationError, DocumentError
from rag.loaders.canonical import decode

Numbered = tuple[int, dict[str, Any]]  # a row with the line that it begins on, from 1

_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_COLUMNS = ("id", "question", "answer", "answerable", "document", "quote", "as_of", *LISTS)


def read_json_lines(path: Path) -> Iterator[Numbered]:
    """The objects of a file of JSON lines with their line numbers; blank lines are passed over.

    Raises:
        ConfigurationError: It cannot be read, or a line is no JSON object; in one line.
    """
    for line, source in enumerate(read_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not source.strip():
            continue
        try:
            values = json.loads(source.decode("utf-8"), object_pairs_hook=_object)
            if b"\\ud" in source.lower():
                json.dumps(values, ensure_ascii=False).encode("utf-8")
        except json.JSONDecodeError as error:
            where = f"column {error.pos + 1}: {error.msg.removesuffix(' at')}"
            raise line_error(path, line, f"no valid JSON ({where}); correct the line") from error
        except UnicodeEncodeError as error:
            raise line_error(path, line, 'half a character ("\\ud…"); write it whole') from error
        except UnicodeDecodeError as error:
            raise line_error(path, line, "not UTF-8; save the file as UTF-8") from error
        except RecursionError as error:
            raise line_error(path, line, "nested too deep; flatten it") from error
        except FaultError as fault:
            raise line_error(path, line, str(fault)) from fault
        except ValueError as error:
            raise line_error(path, line, "a number of thousands of digits; correct it") from error
        if not isinstance(values, dict):
            raise line_error(path, line, 'not an object; write {"id": …, "question": …}')
        yield line, values


def read_csv(path: Path, *, also: Collection[str] = ()) -> Iterator[Numbered]:
    """The rows of a table as `questions.jsonl` would have them, by the lines they begin on.

    `also` names columns that are kept as they are. Commas, semicolons and tabs are told apart by
    the header. See `load_set` for the columns.

    Raises:
        ConfigurationError: No table, or one with an unknown column; in one line.
    """
    try:
        text = decode(read_bytes(path))
    except DocumentError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    n_rows = 0
    try:
        while True:
            line = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            if not names:
                names = [cell.strip().casefold() for cell in cells]
                _check_columns(path, names, {*_COLUMNS, *also})
            elif any(cell.strip() for cell in cells):
                n_rows += 1
                if len(cells) != len(names):
                    words = f"{len(cells)} cells under {len(names)} columns"
                    raise line_error(path, line, f'{words}; put cells with "{delimiter}" in quotes')
                yield line, _from_cells(dict(zip(names, cells, strict=True)), n_rows)
    except csv.Error as error:
        raise line_error(path, line, f"not valid CSV ({error}); correct the line") from error


def _check_columns(path: Path, names: Sequence[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            fault = unknown_name("column", name, known)
            raise line_error(path, 1, f"{fault}{nearest(fault)}")
        if names.count(name) > 1:
            raise line_error(path, 1, f'column "{name}" is there twice; rename one')
    if "question" not in names:
        raise line_error(
            path, 1, 'there is no column "question"; name the columns in the first line'
        )


def _from_cells(cells: Mapping[str, str], number: int) -> dict[str, Any]:
    cells = {name: cell.strip() for name, cell in cells.items()}
    values: dict[str, Any] = {name: cell for name, cell in cells.items() if name not in _COLUMNS}
    values |= {"id": cells.get("id") or str(number), "question": cells["question"]}
    listed = {**cells, "answers": cells.get("answers") or cells.get("answer", "")}
    for name in LISTS:
        values[name] = [item.strip() for item in listed.get(name, "").split("|") if item.strip()]
    if stated := cells.get("answerable"):
        values["answerable"] = _YES.get(stated.casefold(), stated)
    if cells.get("document") or cells.get("quote"):
        values["evidence"] = [{"document": cells.get("document"), "quote": cells.get("quote", "")}]
    if cells.get("as_of"):
        values["as_of"] = cells["as_of"]
    return values


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of the set.

    Raises:
        ConfigurationError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        words = f"{path} cannot be read ({error.strerror}); check that it is there and yours"
        raise ConfigurationError(words) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FaultError(f"field {as_json(twice)} is given twice; keep one")
    return made

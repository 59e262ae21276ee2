"""Evaluation sets: a folder → rows that were all checked, its documents, and one hash over both.

A set has `questions.jsonl` (or `questions.csv`), `documents/`, and a `README.md` whose YAML front
matter may state `title`, `licence`, `source`, `judges`, and `documents: another/folder`.
"""

import csv
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from io import StringIO
from pathlib import Path, PurePath
from queue import SimpleQueue
from typing import Any

from rag.discovery import discover
from rag.errors import ConfigurationError, DocumentError
from rag.loaders.canonical import canonical, decode
from rag.loaders.worker import Parser
from rag.types import Document

Numbered = tuple[int, dict[str, Any]]  # a row with the line that it begins on, from 1
ShowDone = Callable[[int, int], None]  # how many are done, of how many

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_ABOUT = ("title", "licence", "license", "source", "judges", "documents")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LISTS = ("answers", "must_contain", "should_contain", "must_not", "without", "tags")
_ROW = ("id", "question", "answerable", "evidence", "as_of", *_LISTS)
_EVIDENCE = ("document", "quote", "start", "end", "grade")
_COLUMNS = ("id", "question", "answer", "answerable", "document", "quote", "as_of", *_LISTS)
_MAX_BYTES = 256 * 2**20  # of one document, as `rag.loaders` has it
_SHOWN_CHARS = 120
_MAX_PARSERS = 4  # processes, each of up to 2 GB


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """Words that hold what a question asks for, as a person or a source of judgements found them.

    `document` is a path under `documents/` and goes on into files with attachments
    ("mail.eml/report.pdf"). `quote` is canonical, as texts are; an empty one stands for the whole
    document, as in judgements of documents. `start` and `end` count characters of the canonical
    text; `grade` is the relevance, from 1.
    """

    document: str
    quote: str
    start: int | None = None
    end: int | None = None
    grade: int = 1


@dataclass(frozen=True, slots=True)
class EvalRow:
    """One question with all that its answer is held against.

    An item of `must_contain` and `should_contain` is a tuple of alternatives. `without` names
    documents that are hidden for this row. An answerable row without `answers` has its ranking
    judged, not its answer.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    evidence: tuple[GoldEvidence, ...] = ()
    as_of: str | None = None
    must_contain: tuple[tuple[str, ...], ...] = ()
    should_contain: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


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


class _FaultError(Exception):
    """What is wrong with a row; a near match among `known` is sought only when it is shown."""

    def __init__(self, words: str, wrong: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(words)
        self.wrong = wrong
        self.known = known


_Quoted = tuple[int, GoldEvidence]  # evidence with the line of its row


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
    faults: list[tuple[int, _FaultError]] = []
    for line, values in numbered:
        try:
            row = _row(values, files)
            if (first := lines.setdefault(row.id, line)) != line:
                raise _FaultError(
                    f'field "id" is {_shown(row.id)}, as on line {first}; give each row its own'
                )
            rows.append(row)
        except _FaultError as fault:
            faults.append((line, fault))
    _raise_first(questions, faults)
    if not rows:
        raise ConfigurationError(f"{questions} has no questions; write one row a line")
    if check_quotes:
        _raise_first(questions, _quote_faults(rows, lines, files, show))
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


def read_json_lines(path: Path) -> Iterator[Numbered]:
    """The objects of a file of JSON lines with their line numbers; blank lines are passed over.

    Raises:
        ConfigurationError: It cannot be read, or a line is no JSON object; in one line.
    """
    for line, source in enumerate(_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not source.strip():
            continue
        try:
            values = json.loads(source.decode("utf-8"), object_pairs_hook=_object)
            if b"\\ud" in source.lower():
                str(values).encode("utf-8")
        except json.JSONDecodeError as error:
            where = f"{error.msg} at column {error.pos + 1}"
            raise _error(path, line, f"no valid JSON ({where}); correct the line") from error
        except UnicodeEncodeError as error:
            raise _error(path, line, 'half a character ("\\ud…"); write it whole') from error
        except UnicodeDecodeError as error:
            raise _error(path, line, "not UTF-8; save the file as UTF-8") from error
        except RecursionError as error:
            raise _error(path, line, "nested too deep; flatten it") from error
        except _FaultError as fault:
            raise _error(path, line, str(fault)) from fault
        except ValueError as error:  # a number of thousands of digits
            raise _error(path, line, f"no valid JSON ({error}); correct the line") from error
        if not isinstance(values, dict):
            raise _error(path, line, 'not an object; write {"id": …, "question": …}')
        yield line, values


def read_csv(path: Path, *, also: Collection[str] = ()) -> Iterator[Numbered]:
    """The rows of a table as `questions.jsonl` would have them, by the lines they begin on.

    `also` names columns that are kept as they are. Commas, semicolons and tabs are told apart by
    the header. See `load_set` for the columns.

    Raises:
        ConfigurationError: No table, or one with an unknown column; in one line.
    """
    try:
        text = decode(_bytes(path))
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
                    raise _error(path, line, f'{words}; put cells with "{delimiter}" in quotes')
                yield line, _from_cells(dict(zip(names, cells, strict=True)), n_rows)
    except csv.Error as error:
        raise _error(path, line, f"not valid CSV ({error}); correct the line") from error


def _check_columns(path: Path, names: Sequence[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            fault = _unknown("column", name, known)
            raise _error(path, 1, f"{fault}{_near(fault)}")
        if names.count(name) > 1:
            raise _error(path, 1, f'column "{name}" is there twice; rename one')
    if "question" not in names:
        raise _error(path, 1, 'there is no column "question"; name the columns in the first line')


def _from_cells(cells: Mapping[str, str], number: int) -> dict[str, Any]:
    cells = {name: cell.strip() for name, cell in cells.items()}
    values: dict[str, Any] = {name: cell for name, cell in cells.items() if name not in _COLUMNS}
    values |= {"id": cells.get("id") or str(number), "question": cells["question"]}
    listed = {**cells, "answers": cells.get("answers") or cells.get("answer", "")}
    for name in _LISTS:
        values[name] = [item.strip() for item in listed.get(name, "").split("|") if item.strip()]
    if stated := cells.get("answerable"):
        values["answerable"] = _YES.get(stated.casefold(), stated)
    if cells.get("document") or cells.get("quote"):
        values["evidence"] = [{"document": cells.get("document"), "quote": cells.get("quote", "")}]
    if cells.get("as_of"):
        values["as_of"] = cells["as_of"]
    return values


def _about(readme: Path) -> dict[str, str]:
    """What the front matter of the README states; nothing where there is neither."""
    if not readme.is_file():
        return {}
    # 20 ms to import, and only here.
    import yaml

    try:
        text = _bytes(readme).decode("utf-8-sig").replace("\r\n", "\n")
        match = _FRONT_MATTER.match(text)
        # BaseLoader leaves every value as it is written and makes no objects.
        values = yaml.load(match[1], Loader=yaml.BaseLoader) if match else None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{readme} is not UTF-8; save it as UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 2  # from 1, after the "---"
        words = "the front matter is not valid YAML; correct it or put the value in quotes"
        raise _error(readme, line, words) from error
    if not isinstance(values, Mapping):  # a README may begin with a rule, "---", as well
        return {}
    about = {}
    for key, value in values.items():
        if not isinstance(value, str):
            raise ConfigurationError(f'{readme}: field "{key}" is not a text; write it as one')
        if key not in _ABOUT and (near := _near(_FaultError("", key, _ABOUT))):
            raise ConfigurationError(f'{readme}: field "{key}" is unknown{near}')
        about["licence" if key == "license" else key] = value
    return about


def _documents(folder: Path, named: str | None) -> Path:
    """The folder of the documents; a set may share that of another, but not name any place."""
    if named is not None and PurePath(named).is_absolute():
        raise ConfigurationError(
            f'{folder / "README.md"}: field "documents" is the absolute path {_shown(named)}; '
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


def _row(values: Mapping[str, Any], files: Mapping[str, Path]) -> EvalRow:
    _only(values, _ROW, "field")
    stated_id = values.get("id")
    if isinstance(stated_id, int) and not isinstance(stated_id, bool):
        stated_id = str(stated_id)
    evidence = tuple(
        _evidence(item, f'field "evidence", item {number},', files)
        for number, item in enumerate(_list(values, "evidence"), 1)
    )
    must_contain = _alternatives(values, "must_contain")
    row = EvalRow(
        id=_text({"id": stated_id}, "id"),
        question=_text(values, "question"),
        answers=_texts(values, "answers"),
        answerable=_answerable(values, any((values.get("answers"), evidence, must_contain))),
        evidence=evidence,
        as_of=_date(values),
        must_contain=must_contain,
        should_contain=_alternatives(values, "should_contain"),
        must_not=_texts(values, "must_not"),
        without=_texts(values, "without"),
        tags=_texts(values, "tags"),
    )
    for name in row.without:
        _check_document(name, 'field "without"', files)
    for name in ("answers", "evidence") if not row.answerable else ():
        if getattr(row, name):
            raise _FaultError(
                f'field "{name}" is given though "answerable" is false; empty it, or set '
                '"answerable" to true'
            )
    return row


def _answerable(values: Mapping[str, Any], default: bool) -> bool:
    stated = values.get("answerable", default or None)
    if not isinstance(stated, bool):
        missing = "answerable" not in values
        words = "is missing, with no answer to tell it by" if missing else f"is {_shown(stated)}"
        raise _FaultError(f'field "answerable" {words}; write true or false')
    return stated


def _evidence(item: object, where: str, files: Mapping[str, Path]) -> GoldEvidence:
    if not isinstance(item, dict):
        raise _FaultError(f'{where} is no object; write {{"document": "…", "quote": "…"}}')
    _only(item, _EVIDENCE, f"{where} field")
    document = _text(item, "document", where)
    quote = item.get("quote")
    if not isinstance(quote, str) or (quote and not canonical(quote).strip()):
        raise _FaultError(
            f'{where} field "quote" is {_kind(quote)}; copy the words of the document, or write '
            '"" for all of it'
        )
    # As documents are: a quote copied from a source may have what canonical text leaves out.
    quote = canonical(quote)
    _check_document(document, where, files)
    numbers = {name: item.get(name) for name in ("start", "end", "grade")}
    for name, number in numbers.items():
        if number is not None and (type(number) is not int or number < (name == "grade")):
            least = "from 1" if name == "grade" else "from 0"
            raise _FaultError(f'{where} field "{name}" is {_shown(number)}; write a number {least}')
    start, end = numbers["start"], numbers["end"]
    if (start is None) != (end is None):
        raise _FaultError(f'{where} has one of "start" and "end"; give both or neither')
    if start is not None and end is not None and (not quote or end - start != len(quote)):
        raise _FaultError(
            f'{where} "start" and "end" span {end - start} characters, the quote has '
            f"{len(quote)}; correct them or leave both out"
        )
    return GoldEvidence(document, quote, start, end, numbers["grade"] or 1)


def _check_document(name: str, where: str, files: Mapping[str, Path]) -> None:
    if _file_of(name, files) is None:
        raise _FaultError(
            f"{where} names {_shown(name)}, which is not among the documents; add it or write its "
            "path under the documents' folder",
            name,
            files,
        )


def _file_of(name: str, files: Mapping[str, Path]) -> str | None:
    """The file that holds a document: itself, or what it is attached to."""
    while name and name not in files:
        name = name.rpartition("/")[0]
    return name or None


def _quote_faults(
    rows: Iterable[EvalRow],
    lines: Mapping[str, int],
    files: Mapping[str, Path],
    show: ShowDone,
) -> list[tuple[int, _FaultError]]:
    quoted: dict[str, list[_Quoted]] = {}
    for row in rows:
        for evidence in row.evidence:
            file = _file_of(evidence.document, files)
            # A whole document that is a file needs no reading.
            if file is not None and (evidence.quote or evidence.document != file):
                quoted.setdefault(file, []).append((lines[row.id], evidence))
    if not quoted:
        return []
    parsers = [Parser() for _ in range(min(_MAX_PARSERS, os.cpu_count() or 1, len(quoted)))]
    free: SimpleQueue[Parser] = SimpleQueue()
    for parser in parsers:
        free.put(parser)

    def faults_in(file: str) -> list[tuple[int, _FaultError]]:
        parser = free.get()
        try:
            return _faults_in(parser, (file, files[file]), quoted[file])
        finally:
            free.put(parser)

    faults = []
    threads = ThreadPoolExecutor(len(parsers), thread_name_prefix="quotes")
    try:
        for done, found in enumerate(threads.map(faults_in, quoted), 1):
            faults.extend(found)
            show(done, len(quoted))
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        for parser in parsers:  # nobody waits for what is being read
            parser.interrupt()
        raise
    finally:
        threads.shutdown()
        for parser in parsers:
            parser.close()
    return sorted(faults, key=lambda fault: fault[0])


def _faults_in(
    parser: Parser, file: tuple[str, Path], held: Iterable[_Quoted]
) -> list[tuple[int, _FaultError]]:
    """What is wrong with the evidence in a file and in what is attached to it."""
    faults = []
    texts: dict[str, str | _FaultError] = {}
    opened: dict[str, Document] = {}
    for line, evidence in held:
        name = evidence.document
        if name not in texts:
            texts[name] = _text_of(parser, name, file, opened)
        text = texts[name]
        fault = text if isinstance(text, _FaultError) else _quote_fault(evidence, text)
        if fault is not None:
            faults.append((line, fault))
    return faults


def _text_of(
    parser: Parser, name: str, file: tuple[str, Path], opened: dict[str, Document]
) -> str | _FaultError:
    """The text of a document; `opened` keeps what was parsed on the way into a file."""
    source, path = file
    try:
        if source not in opened:
            if path.stat().st_size > _MAX_BYTES:
                raise DocumentError(f"larger than {_MAX_BYTES // 2**20} MB; split it")
            opened[source] = parser.parse(path.read_bytes(), path.name)
        while source != name:
            attached = {f"{source}/{held.name}": held for held in opened[source].attachments}
            inside = next((way for way in attached if f"{name}/".startswith(f"{way}/")), None)
            if inside is None:
                words = f"names {_shown(name)}, but {_shown(source)} holds no such file"
                return _FaultError(f'field "evidence" {words}; correct the name', name, attached)
            if inside not in opened:
                opened[inside] = parser.parse(attached[inside].data, attached[inside].name)
            source = inside
    except (DocumentError, OSError) as error:
        words = f'field "evidence" quotes {_shown(source)}, which cannot be read'
        return _FaultError(f"{words}: {error}")
    return opened[source].text


def _quote_fault(evidence: GoldEvidence, text: str) -> _FaultError | None:
    quote, start = evidence.quote, evidence.start
    found = text.find(quote)
    if found >= 0 and (start is None or text.startswith(quote, start)):
        return None
    words = f'field "evidence": the quote {_shown(quote)} is not in {_shown(evidence.document)}'
    if found >= 0:
        return _FaultError(f"{words} at {start} but at {found}; correct start and end")
    # Line ends of a PDF or of a wrapped text are what differs most often.
    match = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    if match and match.group():
        shown = json.dumps(match.group(), ensure_ascii=False)
        return _FaultError(f"{words}; its spaces and line ends are these: {shown}")
    return _FaultError(f"{words}; copy the words as its text has them (`rag show`)")


def _raise_first(path: Path, faults: Sequence[tuple[int, _FaultError]]) -> None:
    if faults:
        line, fault = faults[0]
        n_more = len({line for line, _ in faults}) - 1
        more = f" ({n_more} more {'line has' if n_more == 1 else 'lines have'} faults)"
        raise _error(path, line, f"{fault}{_near(fault)}{more if n_more else ''}") from fault


def _error(path: Path, line: int, words: str) -> ConfigurationError:
    return ConfigurationError(f"{path}, line {line}: {words}")


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


def _bytes(path: Path) -> bytes:
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
        raise _FaultError(f"field {_shown(twice)} is given twice; keep one")
    return made


def _only(values: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for name in values:
        if name not in known:
            raise _unknown(what, name, known)


def _unknown(what: str, name: str, known: Iterable[str]) -> _FaultError:
    return _FaultError(f"{what} {_shown(name)} is unknown; remove or rename it", name, known)


def _near(fault: _FaultError) -> str:
    near = get_close_matches(fault.wrong, list(fault.known), 1) if fault.wrong else []
    return f'; did you mean "{near[0]}"?' if near else ""


def _text(values: Mapping[str, Any], name: str, where: str = "") -> str:
    field = f'{where} field "{name}"'.lstrip()
    value = values.get(name)
    if not isinstance(value, str):
        raise _FaultError(f"{field} is {_kind(value)}; write a text")
    if not value.strip():
        raise _FaultError(f"{field} is empty; write it or remove the row")
    return value


def _list(values: Mapping[str, Any], name: str) -> list[Any]:
    value = values.get(name, [])
    if not isinstance(value, list):
        raise _FaultError(f'field "{name}" is {_kind(value)}; write a list, […]')
    return value


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    items = _list(values, name)
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise _FaultError(f'field "{name}" holds {_kind(item)}; list texts that are not empty')
    return tuple(items)


def _alternatives(values: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
    groups = [item if isinstance(item, list) else [item] for item in _list(values, name)]
    if not all(groups):
        raise _FaultError(f'field "{name}" holds an empty list; write its alternatives')
    return tuple(_texts({name: group}, name) for group in groups)


def _date(values: Mapping[str, Any]) -> str | None:
    value = values.get("as_of")
    if value is None:
        return None
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass  # the 30th of February
    raise _FaultError(f'field "as_of" is {_shown(value)}; write a date as 2024-12-31')


def _kind(value: object) -> str:
    kinds = {str: "a text", bool: "true or false", int: "a number", float: "a number"}
    if value is None:
        return "missing"
    if isinstance(value, str) and not value.strip():
        return "an empty text"
    return kinds.get(type(value), "a list" if isinstance(value, list) else "an object")


def _shown(value: object) -> str:
    words = json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= _SHOWN_CHARS else f"{words[:_SHOWN_CHARS]}…"

"""The rows of a set: what one may say, and whether what one says can be so."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evals.faults import FaultError, as_json, unknown_name
from rag.loaders.canonical import canonical

LISTS = ("answers", "must_contain", "should_contain", "must_not", "without", "tags")
_ROW = ("id", "question", "answerable", "evidence", "as_of", *LISTS)
_EVIDENCE = ("document", "quote", "start", "end", "grade")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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


def checked_row(values: Mapping[str, Any], files: Mapping[str, Path]) -> EvalRow:
    """The row that a JSON object states; `files` has the documents by their paths.

    Raises:
        FaultError: The first thing that is wrong with it.
    """
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
            raise FaultError(
                f'field "{name}" is given though "answerable" is false; empty it, or set '
                '"answerable" to true'
            )
    return row


def file_of(name: str, files: Mapping[str, Path]) -> str | None:
    """The file that holds a document: itself, or what it is attached to."""
    while name and name not in files:
        name = name.rpartition("/")[0]
    return name or None


def _answerable(values: Mapping[str, Any], default: bool) -> bool:
    stated = values.get("answerable", default or None)
    if not isinstance(stated, bool):
        missing = "answerable" not in values
        words = "is missing, with no answer to tell it by" if missing else f"is {as_json(stated)}"
        raise FaultError(f'field "answerable" {words}; write true or false')
    return stated


def _evidence(item: object, where: str, files: Mapping[str, Path]) -> GoldEvidence:
    if not isinstance(item, dict):
        raise FaultError(f'{where} is no object; write {{"document": "…", "quote": "…"}}')
    _only(item, _EVIDENCE, f"{where} field")
    document = _text(item, "document", where)
    quote = item.get("quote")
    if not isinstance(quote, str) or (quote and not canonical(quote).strip()):
        raise FaultError(
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
            raise FaultError(f'{where} field "{name}" is {as_json(number)}; write a number {least}')
    start, end = numbers["start"], numbers["end"]
    if (start is None) != (end is None):
        raise FaultError(f'{where} has one of "start" and "end"; give both or neither')
    if start is not None and end is not None and (not quote or end - start != len(quote)):
        raise FaultError(
            f'{where} "start" and "end" span {end - start} characters, the quote has '
            f"{len(quote)}; correct them or leave both out"
        )
    return GoldEvidence(document, quote, start, end, numbers["grade"] or 1)


def _check_document(name: str, where: str, files: Mapping[str, Path]) -> None:
    if file_of(name, files) is None:
        raise FaultError(
            f"{where} names {as_json(name)}, which is not among the documents; add it or write its "
            "path under the documents' folder",
            name,
            files,
        )


def _only(values: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for name in values:
        if name not in known:
            raise unknown_name(what, name, known)


def _text(values: Mapping[str, Any], name: str, where: str = "") -> str:
    field = f'{where} field "{name}"'.lstrip()
    value = values.get(name)
    if not isinstance(value, str):
        raise FaultError(f"{field} is {_kind(value)}; write a text")
    if not value.strip():
        raise FaultError(f"{field} is empty; write it or remove the row")
    return value


def _list(values: Mapping[str, Any], name: str) -> list[Any]:
    value = values.get(name)
    if value is None:  # as exports write what is not there
        return []
    if not isinstance(value, list):
        raise FaultError(f'field "{name}" is {_kind(value)}; write a list, […]')
    return value


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    items = _list(values, name)
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise FaultError(f'field "{name}" holds {_kind(item)}; list texts that are not empty')
    return tuple(items)


def _alternatives(values: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
    groups = [item if isinstance(item, list) else [item] for item in _list(values, name)]
    if not all(groups):
        raise FaultError(f'field "{name}" holds an empty list; write its alternatives')
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
    raise FaultError(f'field "as_of" is {as_json(value)}; write a date as 2024-12-31')


def _kind(value: object) -> str:
    kinds = {str: "a text", bool: "true or false", int: "a number", float: "a number"}
    if value is None:
        return "missing"
    if isinstance(value, str) and not value.strip():
        return "an empty text"
    return kinds.get(type(value), "a list" if isinstance(value, list) else "an object")

"""Whether a row of a run file has the shape that measures need."""

from collections.abc import Iterator, Mapping
from typing import Any


def problems(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What would make a measure fail or lie: fields with what is wrong with each."""
    for name, kind in _ROW_FIELDS.items():
        if not isinstance(values.get(name), kind):
            yield name, "is missing or of the wrong type"
            return
    yield from _misfits(values["gold"], _GOLD_FIELDS, "gold")
    for name in ("ranking", "cited"):
        for place, span in enumerate(values[name]):
            yield from _span_problems(span, f"{name}[{place}]", ranked=name == "ranking")
    for name in ("citations", "withheld"):
        checks = values["checks"].get(name, [])
        if not isinstance(checks, list) or not all(isinstance(check, bool) for check in checks):
            yield f"checks.{name}", "is no list of true and false"
    for name in ("seconds", "tokens"):
        if not all(_is_number(number) for number in values[name].values()):
            yield name, "has a value that is no number"
    for name in ("answers", "must_not", "tags"):
        if not _are_texts(values["gold"].get(name) or []):
            yield f"gold.{name}", "is no list of texts"
    for name in ("must_contain", "should_contain"):
        items = values["gold"].get(name) or []
        if not isinstance(items, list) or not all(
            isinstance(item, str) or _are_texts(item) for item in items
        ):
            yield f"gold.{name}", "is no list of texts or of lists of them"
    answer = values["answer"] or {}
    if values["answer"] is not None:
        yield from _answer_problems(answer)
    if len(values["cited"]) != len(answer.get("citations", ())):
        yield "cited", "has not one span for each of the answer's citations"
    if len(values["checks"].get("citations", ())) != len(answer.get("citations", ())):
        yield "checks.citations", "has not one check for each of the answer's citations"


def _answer_problems(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _misfits(answer, _ANSWER_FIELDS, "answer")
    for name in ("short_answer", "mode", "model"):
        if not isinstance(answer.get(name), str | None):
            yield f"answer.{name}", "is no text"
    for name in ("dropped", "notices"):
        if not isinstance(answer.get(name) or [], list):
            yield f"answer.{name}", "is no list"
    for name, (field, kind) in _ANSWER_LISTS.items():
        items = answer.get(name) or []
        if not isinstance(items, list):
            yield f"answer.{name}", "is no list"
            return
        for place, item in enumerate(items):
            if not isinstance(item, dict) or not isinstance(item.get(field), kind):
                yield f"answer.{name}[{place}]", f"has no {field}"
            elif not all(isinstance(item.get(held) or [], list) for held in _HELD):
                yield f"answer.{name}[{place}]", f"has {' or '.join(_HELD)} that is no list"


def _are_texts(items: object) -> bool:
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


def _misfits(
    values: Mapping[str, Any], kinds: Mapping[str, type], where: str
) -> Iterator[tuple[str, str]]:
    for name, kind in kinds.items():
        value = values.get(name)
        if not (_is_number(value) if kind is float else isinstance(value, kind)):
            yield f"{where}.{name}", "is missing or of the wrong type"
            return
    for place, item in enumerate(values.get("evidence", ())):
        if not isinstance(item, dict) or not isinstance(item.get("document"), str):
            yield f"{where}.evidence[{place}]", "names no document"
        elif not all(isinstance(item.get(end), int | None) for end in ("start", "end")):
            yield f"{where}.evidence[{place}]", "has a start or end that is no whole number"
        elif not (isinstance(item.get("grade", 1), int) and item.get("grade", 1) >= 0):
            yield f"{where}.evidence[{place}].grade", "is no whole number from 0"


def _span_problems(span: object, where: str, *, ranked: bool) -> Iterator[tuple[str, str]]:
    numbers = ("start", "end", "rank") if ranked else ("start", "end")
    if not isinstance(span, dict) or not isinstance(span.get("document"), str):
        yield where, "names no document"
    elif not all(isinstance(span.get(name), int) for name in numbers):
        yield where, f"lacks one of {', '.join(numbers)} as whole numbers"


def _is_number(value: object) -> bool:
    # 1e999 is read as infinity, which no measure can be told from.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


_ROW_FIELDS: Mapping[str, Any] = {
    "id": str,
    "gold": dict,
    "ranking": list,
    "answer": dict | None,
    "checks": dict,
    "cited": list,
    "seconds": dict,
    "tokens": dict,
    "error": str | None,
}
_GOLD_FIELDS = {"question": str, "answers": list, "answerable": bool, "evidence": list}
_ANSWER_LISTS: Mapping[str, tuple[str, Any]] = {
    "sentences": ("text", str),
    "withheld": ("text", str),
    "citations": ("quote", str | None),
    "withheld_citations": ("quote", str | None),
}
_HELD = ("citations", "also_in")  # by a sentence, by a citation
_ANSWER_FIELDS = {"abstained": bool, "confidence": float, "sentences": list, "citations": list}

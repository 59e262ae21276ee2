"""What is wrong with a set's rows, said in one line with file, line, field and remedy."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from rag.errors import ConfigurationError

_SHOWN_CHARS = 120


class FaultError(Exception):
    """What is wrong with a row; a near match among `known` is sought only when it is shown."""

    def __init__(self, words: str, wrong: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(words)
        self.wrong = wrong
        self.known = known


def line_error(path: Path, line: int, words: str) -> ConfigurationError:
    """The error of a line; `words` name the field and the remedy."""
    return ConfigurationError(f"{path}, line {line}: {words}")


def unknown_name(what: str, name: str, known: Iterable[str]) -> FaultError:
    """The fault of a field or column that is not among those known."""
    return FaultError(f"{what} {as_json(name)} is unknown; remove or rename it", name, known)


def nearest(fault: FaultError) -> str:
    """The known name that was likely meant, as an ending of a message, or nothing."""
    near = get_close_matches(fault.wrong, list(fault.known), 1) if fault.wrong else []
    return f'; did you mean "{near[0]}"?' if near else ""


def as_json(value: object) -> str:
    """A value as its file has it, cut where it is long."""
    words = json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= _SHOWN_CHARS else f"{words[:_SHOWN_CHARS]}…"

"""YAML front matter of Markdown: where it ends, and the facts it states."""

import re
from collections.abc import Mapping
from typing import Any

from rag.errors import DocumentError
from rag.loaders.facts import stated, stated_authors
from rag.types import Fact

_BLOCK = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
# A file may begin with a rule, "---", as well: front matter's first line is a key or a comment,
# and no blank one (as Pandoc has it).
_KEY = re.compile(r"(?:#[^\n]*\n)*[ \t]*[\"']?[\w-][^:\n]*:(?:\s|$)")
_MAX_CHARS = 64_000
_NOTHING = frozenset({"", "~", "null", "none"})
_KEYS = {
    "title": ("title",),
    "publisher": ("publisher", "site_name"),
    "published": ("published", "date"),
    "url": ("url", "canonical", "link"),
    "language": ("language", "lang"),
}
_DETAIL = "front matter"


def split_front_matter(text: str) -> tuple[tuple[Fact, ...], str]:
    """The facts of the front matter of `text` and the text after it.

    Front matter that has no end, or is no mapping, is text: no facts, and `text` whole.

    Raises:
        DocumentError: The front matter is no YAML; the message has the line.
    """
    values, rest = split_values(text)
    return _facts(values), rest


def split_values(text: str) -> tuple[Mapping[Any, Any], str]:
    """As `split_front_matter`, with all that the front matter says as it is written."""
    match = _BLOCK.match(text)
    if match is None or not _KEY.match(match[1] or ""):
        return {}, text
    if len(match[1]) > _MAX_CHARS:
        raise DocumentError(f"front matter is longer than {_MAX_CHARS} characters; shorten it")
    values = _load(match[1])
    if not isinstance(values, Mapping):
        return {}, text
    return values, text[match.end() :]


def _load(source: str) -> object:
    # 20 ms to import, and only where there is front matter.
    import yaml

    try:
        # BaseLoader makes every scalar the string that is written: no guessed dates or numbers,
        # and "no" is Norwegian, not False. It makes no objects, so it is safe.
        return yaml.load(source, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f" at line {mark.line + 2}"  # from 1, after the "---"
        problem = " ".join((error.problem or error.context or "").split())[:120]
        raise DocumentError(
            f"front matter is not valid YAML{line}: {problem}; correct it"
        ) from error
    except yaml.YAMLError as error:
        raise DocumentError("front matter is not valid YAML; correct it") from error
    except RecursionError as error:
        raise DocumentError("front matter is nested too deep; flatten it") from error


def _facts(values: Mapping[object, object]) -> tuple[Fact, ...]:
    named = {key.strip().casefold(): value for key, value in values.items() if isinstance(key, str)}
    facts: list[Fact] = []
    for field, keys in _KEYS.items():
        stated_by_key = (
            stated(field, text, _DETAIL) for key in keys for text in _texts(named.get(key))[:1]
        )
        facts.extend(fact for fact in stated_by_key if fact is not None)
    facts.extend(stated_authors(_texts(named.get("authors")), _DETAIL))
    if not any(fact.field == "authors" for fact in facts):
        facts.extend(stated_authors(_texts(named.get("author")), _DETAIL))
    return tuple(facts)


def _texts(value: object) -> list[str]:
    """The strings of a scalar, of a list of them, or of a list of mappings with a "name"."""
    # No deeper: a few aliases can make a nest of lists that is endless when it is unfolded.
    items = value if isinstance(value, list) else [value]
    named = (item.get("name") if isinstance(item, Mapping) else item for item in items)
    return [
        item for item in named if isinstance(item, str) and item.strip().casefold() not in _NOTHING
    ]

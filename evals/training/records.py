"""Published records → questions from templates: passages that only their title tells apart.

A country profile or a security advisory states its facts in the same words as all its neighbours,
so that a reader learns to look at the title of a passage. Each template names a field, where its
value stands, and the questions that it answers.
"""

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evals.training.examples import WINDOW_CHARS, Asked, Context, Data, Part, Span

# Questions drawn from a record: all its fields would be more of the same.
A_RECORD = {"profile": 16, "advisory": 1}
_PROFILE = "The World Factbook: "
_FIELD = re.compile(r"^(?:([A-Z][^:\n]{2,70}):[ \n]|(Reported by) )", re.MULTILINE)
_ADVISORY = re.compile(r"^(?P<id>ICS\w*-\d\d-\d\d\d-\d\d\w?)\s+(?P<what>.+?)(?: \(Update \w\))?$")


@dataclass(frozen=True, slots=True)
class Template:
    """`field` begins a block of a record; group 1 of `value` is the answer to the questions."""

    field: str
    value: re.Pattern[str]
    questions: tuple[str, ...]


@cache
def _templates() -> dict[str, list[Template]]:
    held = tomllib.loads(Path(__file__).with_name("templates.toml").read_text("utf-8"))
    return {
        kind: [
            Template(row["field"], re.compile(row["value"]), tuple(row["questions"]))
            for row in rows
        ]
        for kind, rows in held.items()
    }


def holds_records(path: Path) -> bool:
    """Whether a file holds records and no questions."""
    with path.open(encoding="utf-8") as lines:
        first = json.loads(next(lines, "{}"))
    return "title" in first and "question" not in first


def read_records(path: Path, train: int, tune: int, data: Data) -> None:
    """Add the questions of a file of records ({"title", "text"}), cut by these, to `data`."""
    name = path.name.split(".")[0]
    data.contexts[name] = []
    for place, line in enumerate(path.read_text("utf-8").splitlines()):
        part: Part = "train" if place < train else "tune" if place < tune else "report"
        windows, asked = _of_record(name, place, json.loads(line))
        data.contexts[name] += windows
        data.asked[part] += asked


def _of_record(
    name: str, place: int, record: Mapping[str, Any]
) -> tuple[list[Context], list[Asked]]:
    title, text = record["title"], record["text"]
    if title.startswith(_PROFILE):
        about, kind = title.removeprefix(_PROFILE), "profile"
    else:
        found = _ADVISORY.match(title)
        about, kind = (found["what"] if found else title), "advisory"
    templates = _templates()[kind]
    drawn = random.Random(f"{name}:{place}")
    windows = list(_windows(name, place, title, text))
    made = [
        Asked(drawn.choice(template.questions).format(c=about), window, (span,), kind="record")
        for window in windows
        for template, span in _values(window.text, templates)
    ]
    once = list({row.question: row for row in made}.values())
    return windows, drawn.sample(once, min(A_RECORD[kind], len(once)))


def _windows(name: str, place: int, title: str, text: str) -> Iterator[Context]:
    """Whole blocks of one section, of about `WINDOW_CHARS`; a longer block is cut."""
    heading, held = "", ""
    for block in [*text.split("\n\n"), "# "]:
        starts = block.startswith("# ")
        if held and (starts or len(held) + len(block) > WINDOW_CHARS):
            named = " / ".join(filter(None, (title, heading)))
            yield Context(name, place, held, named, by_title=True)
            held = ""
        if starts:
            heading = block.removeprefix("# ").strip()
        else:
            held = f"{held}\n\n{block[: 2 * WINDOW_CHARS]}".strip()


def _values(text: str, templates: Sequence[Template]) -> Iterator[tuple[Template, Span]]:
    """The templates whose field stands in the text with a value, and the span of that."""
    for field in _FIELD.finditer(text):
        name = field[1] or field[2]
        # A field at the beginning of a block is all of the block, another one its line.
        first = field.start() == 0 or text[field.start() - 2 : field.start()] == "\n\n"
        end = text.find("\n\n" if first else "\n", field.end())
        value = text[field.end() : end if end >= 0 else len(text)]
        for template in templates:
            found = template.value.search(value) if template.field == name else None
            if found is not None:
                yield template, (field.end() + found.start(1), field.end() + found.end(1))

"""The parts put together as one page that loads nothing and runs one script, its own."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from evals.report import curves, head, tables
from evals.report.markup import Html, element, foreign, joined, json_text
from evals.report.reported import Reported
from evals.report.words import counted

_SCRIPTS = ("elements.js", "excerpts.js", "question.js", "list.js")
_CURVE_WORDS = (
    "Questions are taken in the order of their confidence. Further to the right more of them are "
    "answered; the line says how many of those are wrong, an unanswerable question always being "
    "so. Of an answer that was withheld the draft is judged: the line shows what any other "
    "threshold would do."
)
_DIFFERENCE_WORDS = (
    "Each measure over the questions that both runs judged. Intervals: the same documents drawn "
    "anew for both (bootstrap). p: how often a difference as large comes about when the runs "
    "change places by chance, document by document. Of twenty measures that do not differ, one "
    "has a p below 0.05."
)
_QUESTION_WORDS = (
    "Worst first. Open one to see what was wanted, what was said, and the sources of both: in the "
    "sources the cited words and the words of the gold evidence are marked."
)


def page(
    runs: Sequence[Reported],
    questions: Mapping[str, Any],
    *,
    about: Mapping[str, str],
    notes: Sequence[str],
) -> str:
    """The whole page; `notes` say in sentences what the list of questions is without."""
    style = _part("page.css")
    # One script in one block, so that what a part names is known to the next and to nobody else.
    script = "\n".join(['"use strict";', "{", *map(_part, _SCRIPTS), "}"])
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = element("title", head.title(runs))
    body = joined(
        element("a", "To the questions", href="#questions", class_="skip"),
        head.heading(runs, about),
        element("main", *_sections(runs, questions, notes)),
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{title}\n<style>{style}</style>\n</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="values">{json_text(questions)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _sections(
    runs: Sequence[Reported], questions: Mapping[str, Any], notes: Sequence[str]
) -> list[Html]:
    several = len(runs) > 1
    curve, tags = curves.risk_coverage(runs), tables.tags(runs)
    costs, times = tables.costs(runs), curves.time_histogram(runs)
    parts: list[tuple[str, str, Sequence[str | None]]] = [
        ("summary", "Summary", [head.summary(runs), head.outcomes(runs)]),
        ("runs", "The runs" if several else "The run", [head.runs_table(runs)]),
        ("measures", "Measures", [tables.measures(runs)]),
    ]
    if several:
        explained = element("p", _DIFFERENCE_WORDS, class_="quiet")
        parts.append(("differences", "Differences", [explained, tables.differences(runs)]))
    if curve:
        explained = element("p", _CURVE_WORDS, class_="quiet")
        parts.append(("risk", "Risk and coverage", [explained, curve]))
    if tags:
        parts.append(("tags", "By tag", [tags]))
    if costs or times:
        parts.append(("costs", "Time and cost", [times, costs]))
    parts.append(("questions", "Questions", [_questions(questions, notes)]))
    links = [element("li", element("a", title, href=f"#{name}")) for name, title, _ in parts]
    contents = element("nav", element("ul", *links), aria_label="Contents")
    return [
        contents,
        *(
            element(
                "section",
                element("h2", title, id=f"{name}-title"),
                *(part for part in inner if part),
                id=name,
                aria_labelledby=f"{name}-title",
            )
            for name, title, inner in parts
        ),
    ]


def _questions(questions: Mapping[str, Any], notes: Sequence[str]) -> Html:
    """The place into which the script draws the questions."""
    n = len(questions["questions"])
    without = (
        f"{counted(n, 'question')} with answers and sources cannot be shown without JavaScript; "
        "the summary, the tables and the curves above are complete."
    )
    return joined(
        element("p", _QUESTION_WORDS, id="how", class_="quiet", hidden=""),
        *(element("p", foreign(note), class_="note") for note in notes),
        element("noscript", element("p", without, class_="note")),
        element("div", id="list"),
    )


def _part(name: str) -> str:
    return files("evals.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a content security policy names a script or style by."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"

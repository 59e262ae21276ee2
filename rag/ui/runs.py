"""Scored runs → what the page shows: sentences, measures, the curve, questions one by one.

What is said and counted is told by `evals.report`; tables come from there as escaped markup.
"""

import math
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.ui import draw, judged, waiting, words
from rag.ui.html import element, isolated

if TYPE_CHECKING:
    # Half a second to import; pages are drawn before.
    from evals.report.reported import Reported

# A run file as it was: its path, when it was changed, how long it was.
File = tuple[str, int, int]

_TABS = ("Measures", "Risk and coverage", "Questions", "By tag", "The run")
# Of the table of questions: rows before it scrolls.
_ROWS = 10
_ROW_PX = 35
# Of the curves: 3.5 : 1 or more on the ground of both themes; dashes tell them apart too.
_LINES = ("#1a7f92", "#c2622d")


@st.cache_resource(show_spinner=False, max_entries=8)
def scored(files: Sequence[File]) -> "Future[list[Reported]]":
    """The runs with their scores, made once for all sessions; with the second compared."""
    from evals.report.reported import reported

    paths = [Path(path) for path, _, _ in files]
    return waiting.begin(reported, paths, seed=0, show=lambda stage, done, total: None)


@st.cache_resource(show_spinner=False, max_entries=32)
def _told(files: Sequence[File], name: str) -> "Future[tuple[dict[str, Any], str]]":
    """What a question is drawn from; the documents it needs are read again for it."""
    from evals.report import question_values

    return waiting.begin(question_values, scored(files).result(), name)


def show(made: "Sequence[Reported]", files: Sequence[File], question: str) -> str:
    """Everything of the runs; returns the id of the question that is open, or nothing."""
    from evals.report import head, tables

    _heading(made)
    _download(made, files)
    report(head.summary(made))
    # The tab of an open question, when a link leads to it; later the browser keeps the tab.
    start = "Questions" if question else "Measures"
    names = [name for name in _TABS if name != "By tag" or any(o.scores.by_tag for o in made)]
    tabs = dict(zip(names, st.tabs(names, default=start), strict=True))
    with tabs["Measures"]:
        report(tables.measures(made))
        if len(made) > 1:
            report(tables.differences(made))
        costs = tables.costs(made)
        if costs:
            st.html(element("h3", "Time and cost"))
            report(costs)
    with tabs["Risk and coverage"]:
        risk(made)
    if "By tag" in tabs:
        with tabs["By tag"]:
            report(tables.tags(made) or "")
    with tabs["The run"]:
        report(head.runs_table(made))
    with tabs["Questions"]:
        report(head.outcomes(made))
        return _questions(made, files, question)


def report(markup: str) -> None:
    """Markup of `evals.report`, in which everything foreign is escaped, in styles of its own."""
    st.html(f'<div class="attest-report">{markup}</div>')


def _heading(made: "Sequence[Reported]") -> None:
    from evals.report import head
    from evals.report.words import when

    st.html(element("h2", isolated(head.set_name(made))))
    for one in made:
        started = one.run.header.get("started_at")
        letter = f"{one.letter}: " if len(made) > 1 else ""
        stamp = f"{when(started)}, " if started else ""
        draw.note(f"{letter}{stamp}{head.made_with(one)}. File {one.run.path.name}.")


def _download(made: "Sequence[Reported]", files: Sequence[File]) -> None:
    name = f"{made[0].run.path.stem}.html"

    def written() -> bytes:
        from evals.report import write_report

        with TemporaryDirectory() as folder:
            out = write_report([Path(path) for path, _, _ in files], Path(folder) / "report.html")
            return out.read_bytes()

    st.download_button(
        "Download the report",
        written,  # called when it is clicked
        file_name=name,
        mime="text/html",
        on_click="ignore",
        help="One page with everything, to be read by anyone; a large run takes a while",
    )


def risk(made: "Sequence[Reported]") -> None:
    """The risk-coverage curves with the thresholds in force, and the same as a table."""
    from evals.report import curves

    if not any(one.scores.curve for one in made):
        draw.note("There is no curve: nothing was answered that can be judged.")
        return
    letters = len(made) > 1
    for one in made:
        draw.note(f"{f'{one.letter}: ' if letters else ''}{curves.in_force(one)}")
    st.vega_lite_chart(_chart(made), width="stretch")
    report(curves.risk_table(made))


def _chart(made: "Sequence[Reported]") -> dict[str, Any]:
    """A drawing for Vega-Lite: a line for each run, a ring at its threshold."""
    from evals.report import curves

    values = [
        {"run": one.letter, "coverage": p.coverage, "risk": p.risk, "at": _threshold(p.threshold)}
        for one in made
        for p in one.scores.curve
    ]
    rings = [
        {"run": one.letter, "coverage": p.coverage, "risk": p.risk, "at": _threshold(p.threshold)}
        for one in made
        if (p := curves.point_in_force(one)) is not None
    ]
    share = {"type": "quantitative", "axis": {"format": "%"}}
    legend = {"title": "run", "orient": "top"} if len(made) > 1 else None
    run = {"field": "run", "type": "nominal", "legend": legend}
    encoding = {
        "x": {"field": "coverage", "title": "coverage: share of questions answered", **share},
        "y": {"field": "risk", "title": "risk: share of those that is wrong", **share},
        "color": {**run, "scale": {"range": list(_LINES)}},
        "strokeDash": run,
        "tooltip": [
            {"field": "coverage", "type": "quantitative", "format": ".1%"},
            {"field": "risk", "type": "quantitative", "format": ".1%"},
            {"field": "at", "type": "nominal", "title": "threshold"},
        ],
    }
    ring = {"type": "point", "size": 130, "filled": False, "strokeWidth": 2.5}
    return {
        "description": "Risk by coverage; the table below says the same",
        "height": 320,
        "layer": [
            {"mark": {"type": "line"}, "data": {"values": values}, "encoding": encoding},
            {"mark": ring, "data": {"values": rings}, "encoding": encoding},
        ],
    }


def _threshold(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "–"


def _questions(made: "Sequence[Reported]", files: Sequence[File], question: str) -> str:
    """The table of questions, the worst first, and the one that is open below it."""
    from evals.report.questions import worst_first

    ids = _filtered(made, worst_first(made))
    asked = {name for one in made for name in one.rows}
    if question and question not in asked:
        draw.problem(f"This run has no question {question}; choose one of the table.")
    opened = _beside(ids, _chosen(made, ids, question)) if ids else question
    if opened == question and question in asked:  # else the page is drawn again, for another one
        _one(files, question)
    return opened


def _filtered(made: "Sequence[Reported]", ids: Sequence[str]) -> list[str]:
    """The questions that pass the filters on outcome and text."""
    from evals.report.outcomes import FLAGS, OUTCOMES

    kinds = {**OUTCOMES, **FLAGS}
    raised = {
        name: {
            kind
            for one in made
            if (found := one.verdicts.get(name)) is not None
            for kind in (found.outcome, *found.flags)
        }
        for name in ids
    }
    occurring = [kind for kind in kinds if any(kind in of_one for of_one in raised.values())]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.multiselect(
            "Outcome",
            occurring,
            key="evaluation-outcomes",
            format_func=lambda kind: kinds[kind].label if kind in kinds else kind,
            placeholder="any",
        )
        text = st.text_input("Words of the question, its id or a tag", key="evaluation-text")
    sought = text.strip().casefold()
    kept = [
        name
        for name in ids
        if (not wanted or raised[name].intersection(wanted)) and sought in _sought(made, name)
    ]
    draw.note(f"{words.counted(len(kept), 'question')}, the worst first.")
    return kept


def _sought(made: "Sequence[Reported]", name: str) -> str:
    gold = next(one.rows[name].gold for one in made if name in one.rows)
    return " ".join([name, gold["question"], *(gold.get("tags") or ())]).casefold()


def _chosen(made: "Sequence[Reported]", ids: Sequence[str], question: str) -> str:
    """The table; the question of the row that is chosen, else the one that was open."""
    # The key holds all that changes the rows: a choice is by place, and must not move along.
    shown = "\n".join([*(str(one.run.path) for one in made), *ids])
    opened = st.session_state.get("evaluation-opened")
    serial = st.session_state.setdefault("evaluation-serial", 0)
    if opened != question:  # a link, the buttons or the Back button, not the table
        st.session_state["evaluation-serial"] = serial = serial + 1
    start = [ids.index(question)] if question in ids else []
    event = st.dataframe(
        _table(made, ids),
        key=f"evaluation-questions-{serial}-{hash(shown)}",
        hide_index=True,
        height=_ROW_PX * (min(len(ids), _ROWS) + 1) + 3,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": start}},
        column_config={"Question": {"width": "large"}},
        alt="Questions with outcome, confidence and seconds",
    )
    rows = event["selection"]["rows"]
    chosen = ids[rows[0]] if rows else "" if question in ids else question
    st.session_state["evaluation-opened"] = chosen
    return chosen


def _table(made: "Sequence[Reported]", ids: Sequence[str]) -> dict[str, list[object]]:
    """The columns of the table of questions."""
    golds = {name: next(o.rows[name].gold for o in made if name in o.rows) for name in ids}
    columns: dict[str, list[object]] = {"Question": [golds[name]["question"] for name in ids]}
    for one in made:
        of = f" {one.letter}" if len(made) > 1 else ""
        rows = [one.rows.get(name) for name in ids]
        columns[f"Outcome{of}"] = [judged.outcome(one.verdicts.get(name)) for name in ids]
        columns[f"Confidence{of}"] = [
            round(row.answer["confidence"], 2) if row and row.answer else None for row in rows
        ]
        columns[f"Seconds{of}"] = [
            row.values["seconds"].get("total") if row else None for row in rows
        ]
    return columns | {"Id": list(ids)}


def _beside(ids: Sequence[str], question: str) -> str:
    """Ways to the question before and after the open one, for who has no mouse for the table."""
    place = ids.index(question) if question in ids else -1
    before = ids[place - 1] if place > 0 else None
    after = ids[place + 1] if place + 1 < len(ids) else None
    label = "Next question" if place >= 0 else "Open the first question"
    with st.container(horizontal=True):
        if place >= 0 and st.button("Previous question", disabled=before is None) and before:
            return before
        if st.button(label, disabled=after is None) and after:
            return after
    return question


def _one(files: Sequence[File], name: str) -> None:
    future = _told(files, name)
    if waiting.ready(future, "Reading the documents that this question needs…"):
        values, note = future.result()
        judged.show(values, note)

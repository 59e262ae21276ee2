"""Scores → the tables of measures, of differences, of tags, and of time and cost."""

import math
from collections.abc import Mapping, Sequence

from evals.comparing import Difference
from evals.judging import LESS_IS_BETTER
from evals.report.marks import difference_mark, interval_mark, run_sign
from evals.report.markup import Html, columns, element, fold, foreign, joined, row, table
from evals.report.meanings import GROUPS, meaning_of
from evals.report.reported import Reported
from evals.report.words import NONE, figure, p_words, seconds, span
from evals.scoring import Estimate

# Of each list the first that was judged; what a column of tags is headed.
_BY_TAG = (
    (("abstention.answered",), "answered"),
    (("answer.contains",), "holds an accepted answer"),
    (("citation.precision.macro",), "citations match"),
    (("citation.recall.macro",), "evidence cited"),
    (("abstention.recall",), "rightly withheld"),
    (("retrieval.quote.R@10", "retrieval.document.R@10"), "found in the first 10"),
)
_BY_TAG_OF_SEARCH = (
    (("retrieval.quote.R@1", "retrieval.document.R@1"), "found first"),
    (("retrieval.quote.R@5", "retrieval.document.R@5"), "found in the first 5"),
    (("retrieval.quote.R@10", "retrieval.document.R@10"), "found in the first 10"),
    (("retrieval.quote.nDCG@10", "retrieval.document.nDCG@10"), "order of the first 10"),
)
# The heading of drawings.
_SCALE = "from 0 to 1"
_MINUS = "\u2212"
_STAGES = {"retrieve": "finding passages", "answer": "answering", "total": "all of a question"}


def judged_names(runs: Sequence[Reported]) -> list[str]:
    """The measures that could be judged in some run, in the order in which they are shown."""
    return [name for name in runs[0].scores.measures if any(_known(one, name) for one in runs)]


def only_searched(runs: Sequence[Reported]) -> bool:
    """Whether no run answered anything."""
    return all(one.run.mode == "search" for one in runs)


def measures(runs: Sequence[Reported]) -> Html:
    """Every measure of every run, by group, with intervals, and what they mean in a fold."""
    names, rows = judged_names(runs), []
    if len(runs) == 1:
        head = ["measure", "value", "95 % interval", _SCALE, "judged", "not judged"]
    else:
        letters = (joined(run_sign(place), one.letter) for place, one in enumerate(runs))
        head = ["measure", *letters, _SCALE]
    for prefix, title in GROUPS.items():
        of_group = [name for name in names if name.startswith(prefix)]
        if of_group:
            across = element("th", title, scope="colgroup", colspan=str(len(head)))
            rows += [element("tr", across, class_="group")]
            rows += [_row(name, runs) for name in of_group]
    parts = [table(_numeric(head), rows, label="Measures", class_="measures")]
    applied = "retrieval." if only_searched(runs) else ""
    all_names = [name for name in runs[0].scores.measures if name.startswith(applied)]
    unjudged = [name for name in all_names if name not in names]
    meanings = [_meaning(name) for name in names]
    parts.append(fold("What the measures mean", element("dl", *meanings, class_="meanings")))
    if unjudged:
        listed = ", ".join(unjudged)
        parts.append(element("p", f"Nothing to judge in any run: {listed}.", class_="quiet"))
    return joined(*parts)


def _row(name: str, runs: Sequence[Reported]) -> Html:
    if len(runs) > 1:
        found = [_estimate(one, name) for one in runs]
        drawn = element("td", interval_mark(found), class_="drawn")
        return row(_label(name), *map(_estimate_cell, found), drawn)
    estimate = runs[0].scores.measures[name]
    return row(
        _label(name),
        element("td", element("strong", figure(estimate.value)), class_="number"),
        element("td", span(estimate.low, estimate.high), class_="number"),
        element("td", interval_mark([estimate]), class_="drawn"),
        element("td", f"{estimate.n:,}", class_="number"),
        element("td", f"{estimate.not_judged:,}", class_="number"),
    )


def _estimate_cell(estimate: Estimate | None) -> Html:
    if estimate is None or math.isnan(estimate.value):
        return element("td", NONE, class_="number")
    return element(
        "td",
        element("strong", figure(estimate.value)),
        element("small", f"{span(estimate.low, estimate.high)} n {estimate.n:,}"),
        class_="number",
        title=f"{estimate.n} judged, {estimate.not_judged} not judged",
    )


def differences(runs: Sequence[Reported]) -> Html:
    """The paired differences of each run from the first, whatever could be judged in both."""
    parts: list[Html] = []
    for one in runs[1:]:
        title = f"{one.letter} \u2212 {runs[0].letter}"
        parts.append(element("h3", title, ": ", foreign(one.name), " against the first run"))
        compared = one.comparison
        if compared is None:
            parts.append(element("p", "No question has a row in both, so nothing is compared."))
            continue
        alone = f" {compared.alone} in one alone are left out." if compared.alone else ""
        words = f"{compared.questions} questions stand in both.{alone}"
        known = {n: d for n, d in compared.differences.items() if not math.isnan(d.difference)}
        moved = {n: d for n, d in known.items() if any((d.difference, d.low, d.high))}
        scale = _scale(moved)
        rows = [_difference_row(name, found, scale) for name, found in moved.items()]
        head = ["measure", runs[0].letter, one.letter, title, "95 % interval"]
        drawn = element("th", f"{_MINUS}{scale:g} to +{scale:g}", scope="col", class_="drawn")
        last = [element("th", name, scope="col", class_="number") for name in ("p", "n")]
        parts.append(element("p", words, class_="quiet"))
        if rows:
            headings = [*_numeric(head), drawn, *last]
            parts.append(table(headings, rows, label=title, class_="measures"))
        still = ", ".join(name for name in known if name not in moved)
        if still:
            parts.append(element("p", f"The same in both: {still}.", class_="quiet"))
    return joined(*parts)


def _scale(found: Mapping[str, Difference]) -> float:
    """The end of the scale on which differences of shares are drawn."""
    ends = [
        abs(end)
        for one in found.values()
        if abs(one.difference) <= 1
        for end in (one.difference, one.low, one.high)
        if not math.isnan(end)
    ]
    most = max(ends, default=0.0)
    return next((end for end in (0.05, 0.1, 0.2, 0.5) if most <= end), 1.0)


def clear(name: str, found: Difference) -> str | None:
    """What a difference beyond chance is, "better" or "worse"; None of one that may be chance.

    Beyond chance: its interval leaves out 0 and its p is below 0.05.
    """
    if math.isnan(found.low) or found.low <= 0 <= found.high or not found.p < 0.05:
        return None
    return "better" if (found.difference > 0) != (name in LESS_IS_BETTER) else "worse"


def _difference_row(name: str, found: Difference, scale: float) -> Html:
    verdict = clear(name, found)
    change = [element("strong", figure(found.difference, sign=True))]
    if verdict:
        sign = "▲" if verdict == "better" else "▼"
        change.append(element("span", f" {sign} {verdict}", class_=verdict))
    return row(
        _label(name),
        element("td", figure(found.a), class_="number"),
        element("td", figure(found.b), class_="number"),
        element("td", *change, class_="number"),
        element("td", span(found.low, found.high, sign=True), class_="number"),
        element("td", difference_mark(found, scale), class_="drawn"),
        element("td", p_words(found.p), class_="number"),
        element("td", f"{found.n:,}", class_="number"),
    )


def tags(runs: Sequence[Reported]) -> Html | None:
    """A few measures by tag, which the page's script can sort; None without tags."""
    names = list(dict.fromkeys(tag for one in runs for tag in one.scores.by_tag))
    chosen = [
        (name, title)
        for candidates, title in (_BY_TAG_OF_SEARCH if only_searched(runs) else _BY_TAG)
        if (name := next((n for n in candidates if any(_known(r, n) for r in runs)), None))
    ]
    if not names or not chosen:
        return None
    head = [
        element("th", "tag", scope="col"),
        element("th", "questions", scope="col", class_="number"),
        *(
            element("th", title, scope="col", class_="number", title=meaning_of(name).words)
            for name, title in chosen
        ),
    ]
    rows = []
    for tag in names:
        n = max(map(_n_questions, (one.scores.by_tag.get(tag, {}) for one in runs)))
        cells = [element("td", f"{n:,}", class_="number", data_value=str(n))]
        for name, _ in chosen:
            found = [one.scores.by_tag.get(tag, {}).get(name) for one in runs]
            cells.append(_tag_cell(found, runs))
        rows.append(row(foreign(tag), *cells, data_value=tag))
    return table(head, rows, label="Measures by tag", class_="measures sortable")


def _tag_cell(found: Sequence[Estimate | None], runs: Sequence[Reported]) -> Html:
    values = [one.value if one is not None else math.nan for one in found]
    key = next((f"{value:.6f}" for value in values if not math.isnan(value)), None)
    if key is None:
        return element("td", NONE, class_="number")
    lines = []
    for one, run in zip(found, runs, strict=True):
        letter = [element("b", f"{run.letter} ")] if len(runs) > 1 else []
        if one is None or math.isnan(one.value):
            lines.append(element("span", *letter, NONE, class_="line"))
        else:
            value = element("strong", figure(one.value, digits=2))
            ends = "" if math.isnan(one.low) else span(one.low, one.high, digits=2)
            words = f"{one.n} judged, {one.not_judged} not judged"
            lines.append(
                element("span", *letter, value, element("small", ends), class_="line", title=words)
            )
    return element("td", *lines, class_="number", data_value=key)


def costs(runs: Sequence[Reported]) -> Html | None:
    """Time by stage and what else was counted, where it is not 0 throughout."""
    names = dict.fromkeys(name for one in runs for name in one.scores.cost)
    shown = [n for n in names if any(_cost(one, n).get("total") for one in runs)]
    if not shown:
        return None
    rows = []
    for name in shown:
        for one in runs:
            cost = _cost(one, name)
            if not cost:
                continue
            cells = [_amount(name, cost[part]) for part in ("p50", "p95", "total")]
            title = _cost_name(name)
            heading = joined(title, " ", element("b", one.letter)) if len(runs) > 1 else title
            numbers = [
                element("td", cell, class_="number") for cell in (*cells, f"{cost['n']:,.0f}")
            ]
            rows.append(row(heading, *numbers))
    head = ["", "half of all up to", "95 % up to", "in all", "questions"]
    return table(_numeric(head), rows, label="Time and cost", class_="measures")


def _cost_name(name: str) -> str:
    group, _, stage = name.partition(".")
    if group == "seconds":
        return f"time: {_STAGES.get(stage, stage)}"
    return f"{group}: {stage}" if stage else f"{group} shown as the answer"


def _amount(name: str, value: float) -> str:
    return seconds(value) if name.startswith("seconds.") else f"{value:,.0f}"


def _cost(one: Reported, name: str) -> Mapping[str, float]:
    return one.scores.cost.get(name, {})


def _n_questions(measures_of_tag: Mapping[str, Estimate]) -> int:
    return min((one.n + one.not_judged for one in measures_of_tag.values()), default=0)


def _estimate(one: Reported, name: str) -> Estimate | None:
    return one.scores.measures.get(name)


def _known(one: Reported, name: str) -> bool:
    found = _estimate(one, name)
    return found is not None and not math.isnan(found.value)


def _label(name: str) -> Html:
    meaning = meaning_of(name)
    return joined(element("span", meaning.label, title=meaning.words), " ", element("code", name))


def _meaning(name: str) -> Html:
    meaning = meaning_of(name)
    return joined(
        element("dt", meaning.label, " ", element("code", name)), element("dd", meaning.words)
    )


def _numeric(names: Sequence[str]) -> list[Html]:
    """Headings of columns, all but the first over figures."""
    first, *others = names
    headings = (
        element("th", name, scope="col", class_="drawn" if name == _SCALE else "number")
        for name in others
    )
    return columns(first, *headings)

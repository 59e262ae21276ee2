"""A run file → scores: every measure with its interval, by tag, and what it cost.

Computed from the file alone; how each question did is told by `evals.judging`. What cannot be
judged is NaN in Python and null in JSON.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from evals.abstention_measures import CurvePoint, area_under, auroc, rejected_at_kept, risk_coverage
from evals.facts import Run, read_run
from evals.intervals import (
    Array,
    Mask,
    Statistic,
    clusters,
    interval,
    ratio_intervals,
    weighted_area,
    weighted_auroc,
    weighted_rejected,
)
from evals.judging import LESS_IS_BETTER, RATIOS, Judged, judge, shown
from evals.rankings import CUTOFFS
from rag.errors import ConfigurationError

# Tags beyond these would make the table unreadable, and cost a bootstrap each.
MAX_TAGS = 100


MAX_CURVE_POINTS = 500

# What the breakdown by tag shows as text, with the heads of its columns.
TAG_MEASURES = {
    "retrieval.document.R@10": "document R@10",
    "retrieval.quote.R@10": "quote R@10",
    "answer.contains": "contains",
    "citation.precision.micro": "cit. precis.",
    "citation.recall.micro": "cit. recall",
    "abstention.answered": "answered",
    "abstention.recall": "abst. recall",
    "abstention.auroc": "AUROC",
}
# Of a kind of unanswerable question these are taken against all answerable ones of the run.
_AGAINST_ANSWERABLE = ("abstention.auroc", "abstention.rejected_at_90")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over questions: its value, 95 % interval, and how many were judged.

    `of` is the denominator: n for a mean, the number of citations, say, for a micro average.
    `value` is NaN where nothing could be judged, `low` and `high` where no interval can be told.
    A share of what was said is 0, of 0, where questions ask for something and nothing was said.
    """

    value: float
    low: float
    high: float
    n: int
    not_judged: int
    of: float

    def to_dict(self) -> dict[str, float | None]:
        """JSON-ready values, NaN as None."""
        return {name: plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run file says of the system that made it.

    `measures` maps names to estimates, `by_tag` tags to the same over their questions;
    `cost` maps "seconds.retrieve", "tokens.prompt", "characters" to p50, p95, total and n;
    `questions` maps ids to each measure's value, NaN where not judged. `not_run` counts questions
    that were to be asked and have no row, `failed` those whose row holds an error.
    """

    run: Path
    set: Mapping[str, Any]
    asked: int
    not_run: int
    failed: int
    measures: Mapping[str, Estimate]
    by_tag: Mapping[str, Mapping[str, Estimate]]
    cost: Mapping[str, Mapping[str, float]]
    curve: Sequence[CurvePoint]
    questions: Mapping[str, Mapping[str, float]]
    notes: Sequence[str]

    def to_dict(self, *, with_questions: bool = False) -> dict[str, Any]:
        """JSON-ready values, NaN and infinity as None; single questions where asked for."""
        values: dict[str, Any] = {
            "run": str(self.run),
            "set": dict(self.set),
            "asked": self.asked,
            "not_run": self.not_run,
            "failed": self.failed,
            "notes": list(self.notes),
            "measures": {name: one.to_dict() for name, one in self.measures.items()},
            "by_tag": {
                tag: {name: one.to_dict() for name, one in of_tag.items()}
                for tag, of_tag in self.by_tag.items()
            },
            "cost": {name: dict(one) for name, one in self.cost.items()},
            "curve": [
                {name: plain(value) for name, value in point._asdict().items()}
                for point in self.curve
            ],
        }
        if with_questions:
            values["questions"] = {
                id_: {name: plain(value) for name, value in of_one.items()}
                for id_, of_one in self.questions.items()
            }
        return values


def plain(value: float) -> float | None:
    """The number as JSON can hold it: None for NaN and infinity."""
    return value if math.isfinite(value) else None


def score(run: Path, *, seed: int = 0) -> Scores:
    """The scores of a run file; nothing is asked again.

    Every measure stands under "group.measure". Means are over all judged questions, each with a
    95 % percentile bootstrap interval over documents (2,000 resamples by `seed`). A question
    that was to be asked and has no row counts zero wherever any row is judged, but not in shares
    of what was said (citations' precision, say); one whose row holds an error counts zero.

    Raises:
        ConfigurationError: the file cannot be read; the message names file and line.
    """
    read = read_run(run)
    judged = judge(read)
    numbers = Counter(tag for tags in judged.tags for tag in tags)
    broken_down = sorted(tag for tag, _ in numbers.most_common(MAX_TAGS))
    notes = [*read.notes, *_shallow(read)]
    if len(numbers) > len(broken_down):
        notes.append(f"{len(numbers) - len(broken_down)} rare tags are left out of the breakdown.")
    curve_rows = ~np.isnan(judged.risk)
    curve = risk_coverage(judged.confidence[curve_rows].tolist(), judged.risk[curve_rows].tolist())
    return Scores(
        run=run,
        set=read.header["set"],
        asked=len(judged.ids),
        not_run=len(judged.ids) - len(read.rows),
        failed=read.n_failed,
        measures=estimates(judged, seed=seed),
        by_tag={tag: _of_tag(judged, tag, seed) for tag in broken_down},
        cost=_cost(read),
        curve=_thinned(curve),
        questions={name: judged.values(place) for place, name in enumerate(judged.ids)},
        notes=notes,
    )


def _of_tag(judged: Judged, tag: str, seed: int) -> dict[str, Estimate]:
    """The estimates of a tag's questions.

    Where these are all unanswerable (near misses, say, or matters off topic) they are told from
    the answerable questions of the whole run, so that kinds of them can be held side by side.
    """
    rows = [n for n, tags in enumerate(judged.tags) if tag in tags]
    found = estimates(judged.part(rows), seed=seed)
    if (judged.answerable[rows] == 0).all():
        answerable = np.flatnonzero(judged.answerable == 1).tolist()
        against = judged.part(sorted([*rows, *answerable]))
        for name in _AGAINST_ANSWERABLE:
            found[name] = _statistic(against, name, seed)
    return found


def _shallow(run: Run) -> list[str]:
    """That a cut-off lies beyond what was retrieved, where it does."""
    k = run.header.get("settings", {}).get("k", CUTOFFS[-1])
    if k >= CUTOFFS[-1]:
        return []
    return [
        f"Rankings hold at most {k} passages, so R@{CUTOFFS[-1]} counts no more than these; run "
        f"with --k {CUTOFFS[-1]} or more to measure it."
    ]


def estimates(judged: Judged, *, seed: int = 0) -> dict[str, Estimate]:
    """Every measure over these questions, in the order in which it is shown."""
    groups = judged.clusters()
    spans = ratio_intervals(judged.hits, judged.of, groups, seed=seed)
    found: dict[str, Estimate] = {}
    for place, name in enumerate(judged.names):
        of = judged.of[:, place]
        total, n = float(of.sum()), int((of > 0).sum())
        value = float(judged.hits[:, place].sum()) / total if total else math.nan
        if not total and judged.wanted[:, place].any():
            value = 0.0
        low, high = (float(end) for end in spans[place])
        found[name] = Estimate(value, low, high, n, len(of) - n, total)
    return found | {name: _statistic(judged, name, seed) for name in STATISTICS}


def _statistic(judged: Judged, name: str, seed: int) -> Estimate:
    rows, value, weighted = STATISTICS[name](judged)
    n = int(rows.sum())
    low = high = math.nan
    if not math.isnan(value):
        documents = list(compress(judged.documents, rows))
        low, high = interval(weighted, clusters(documents), seed=seed)
    return Estimate(value, low, high, n, len(rows) - n, n)


# What is no ratio of sums: (questions that take part, value, the same of weighted ones).
Measured = tuple[Mask, float, Statistic]


def _measured_sides(
    judged: Judged,
    exact: Callable[[Sequence[float], Sequence[float]], float],
    weighted: Callable[[Array, Mask], Statistic],
) -> Measured:
    rows = ~np.isnan(judged.answerable)
    values, kinds = judged.mistrust[rows], judged.answerable[rows] == 1
    return rows, exact(values[kinds].tolist(), values[~kinds].tolist()), weighted(values, kinds)


def _measured_area(judged: Judged) -> Measured:
    rows = ~np.isnan(judged.risk)
    values, risks = judged.confidence[rows], judged.risk[rows]
    area = area_under(risk_coverage(values.tolist(), risks.tolist()))
    return rows, area, weighted_area(values, risks)


STATISTICS: Mapping[str, Callable[[Judged], Measured]] = {
    "abstention.auroc": lambda judged: _measured_sides(judged, auroc, weighted_auroc),
    "abstention.rejected_at_90": lambda judged: _measured_sides(
        judged, rejected_at_kept, weighted_rejected
    ),
    "abstention.aurc": _measured_area,
}


def measure_names() -> list[str]:
    """The names of all measures, in the order in which they are shown."""
    return [*RATIOS, *STATISTICS]


def _cost(run: Run) -> dict[str, dict[str, float]]:
    """p50 and p95 (linear between neighbours), total and n of what each row took and showed."""
    columns: dict[str, list[float]] = {}
    for row in run.rows:
        for group in ("seconds", "tokens"):
            for name, value in row.values[group].items():
                columns.setdefault(f"{group}.{name}", []).append(float(value))
        columns.setdefault("characters", []).append(len(" ".join(shown(row))))
    return {
        name: {
            "p50": float(np.percentile(values, 50)),
            "p95": float(np.percentile(values, 95)),
            "total": float(sum(values)),
            "n": len(values),
        }
        for name, values in columns.items()
    }


def _thinned(curve: Sequence[CurvePoint]) -> list[CurvePoint]:
    """At most `MAX_CURVE_POINTS` of the points, the first and the last among them."""
    if len(curve) <= MAX_CURVE_POINTS:
        return list(curve)
    places = np.linspace(0, len(curve) - 1, MAX_CURVE_POINTS).round().astype(int)
    return [curve[place] for place in dict.fromkeys(places.tolist())]


def known_measure(name: str, known: Sequence[str]) -> str:
    """The name, if there is such a measure.

    Raises:
        ConfigurationError: there is none; the message names the nearest.
    """
    if name in known:
        return name
    lowered = {one.lower(): one for one in known}
    ending = [one for one in known if one.lower().endswith(f".{name.lower()}")]
    near = ending or [lowered[one] for one in get_close_matches(name.lower(), lowered, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise ConfigurationError(f'there is no measure "{name}"; {hint}')


def split_condition(text: str, separator: str) -> tuple[str, float | None]:
    """The two sides of "answer.f1=0.8"; None without a number.

    Raises:
        ConfigurationError: what follows the separator is no number.
    """
    name, found, number = text.partition(separator)
    if not found:
        return name.strip(), None
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigurationError(f'"{text}": "{number}" is no number; write {name}{separator}0.8')
    return name.strip(), value


def below(scores: Scores, condition: str) -> str | None:
    """What to say where a measure is worse than "measure=value", else None.

    Worse is below, or above for a measure of which less is better; what could not be judged
    is worse than anything.

    Raises:
        ConfigurationError: there is no such measure, or no value.
    """
    name, bound = split_condition(condition, "=")
    known_measure(name, list(scores.measures))
    if bound is None:
        raise ConfigurationError(f'"{condition}" names no value; write {name}=0.8')
    value = scores.measures[name].value
    if math.isnan(value):
        least = "most" if name in LESS_IS_BETTER else "least"
        return f"{name} could not be judged; at {least} {bound:g} was asked for"
    less = name in LESS_IS_BETTER
    if value <= bound if less else value >= bound:
        return None
    return f"{name} is {value:.6g}, {'above' if less else 'below'} {bound:g}"


def scores_text(scores: Scores) -> str:
    """The scores as a plain table."""
    about = scores.set.get("name") or scores.set["hash"]
    lines = [
        f"Run {scores.run} of set {about}: {scores.asked} questions, {scores.not_run} not run, "
        f"{scores.failed} failed.",
        *scores.notes,
        "",
        *_table(judged_of(scores.measures)),
    ]
    unjudged = [name for name in scores.measures if name not in judged_of(scores.measures)]
    if unjudged:
        lines += ["", f"Nothing to judge: {', '.join(unjudged)}."]
    if scores.cost:
        lines += ["", f"{'cost':<32}{'p50':>12}{'p95':>12}{'total':>14}{'n':>8}"]
        lines += [
            f"{name:<32}{one['p50']:>12.4g}{one['p95']:>12.4g}{one['total']:>14.6g}{one['n']:>8.0f}"
            for name, one in scores.cost.items()
        ]
    if scores.by_tag:
        lines += ["", *_tag_table(scores.by_tag)]
    return "\n".join(lines) + "\n"


def _tag_table(by_tag: Mapping[str, Mapping[str, Estimate]]) -> list[str]:
    """A line a tag with the measures that a table has room for; the JSON holds all."""
    chosen = [
        name
        for name in TAG_MEASURES
        if any(not math.isnan(of_tag[name].value) for of_tag in by_tag.values())
    ]
    width = min(max(len(tag) for tag in by_tag), 32) + 2
    lines = [f"{'tag':<{width}}{'n':>6}" + "".join(f"{TAG_MEASURES[name]:>14}" for name in chosen)]
    for tag, of_tag in by_tag.items():
        # The AUROC of a kind of unanswerable questions counts the answerable ones too.
        n = min(one.n + one.not_judged for one in of_tag.values())
        cells = "".join(f"{figure(of_tag[name].value):>14}" for name in chosen)
        lines.append(f"{tag[: width - 2]:<{width}}{n:>6}{cells}")
    return [*lines, "Each with its interval, and all other measures: --json."]


def judged_of(measures: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The measures of which there is something to show."""
    return {name: one for name, one in measures.items() if not math.isnan(one.value)}


def _table(measures: Mapping[str, Estimate]) -> list[str]:
    lines = [f"{'measure':<32}{'value':>10}  {'95 % interval':<20}{'n':>8}{'not judged':>12}"]
    for name, one in measures.items():
        span = "–" if math.isnan(one.low) else f"[{figure(one.low)}, {figure(one.high)}]"
        lines.append(f"{name:<32}{figure(one.value):>10}  {span:<20}{one.n:>8}{one.not_judged:>12}")
    return lines


def figure(value: float) -> str:
    """A figure as tables show it: four decimals, a dash for NaN."""
    if math.isnan(value):
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.4f}"

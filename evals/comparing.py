"""Two run files of one set → paired differences, with intervals, a test, and what changed.

Compared are the questions that have a row in both; each measure over those judged in both.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from evals.facts import Run, read_run
from evals.intervals import (
    PERMUTATIONS,
    Array,
    Clusters,
    Mask,
    Statistic,
    clusters,
    p_value,
    percentiles,
    ratio_draws,
    ratio_swaps,
    resampled,
    swaps,
    weighted_area,
    weighted_auroc,
    weighted_rejected,
)
from evals.judging import LESS_IS_BETTER, Judged, judge
from evals.scoring import STATISTICS, figure, known_measure, plain, split_condition
from rag.errors import ConfigurationError

# Questions listed each way.
N_CHANGED = 10
# The measures whose changed questions the text shows: the first that changed for any.
_TOLD_BY = ("answer.f1", "answer.contains", "retrieval.quote.nDCG@10", "retrieval.document.nDCG@10")


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in both runs; `difference` is b - a with its 95 % interval and two-sided p.

    `n` questions were judged in both; those values are of these questions alone.
    """

    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose value changed from `a` to `b`."""

    id: str
    question: str
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs of one set differ in.

    `gained` and `lost` map measures to the questions that changed most, at most ten each way,
    the greatest change first, then by id. `alone` counts questions with a row in only one of
    the two, which are left out.
    """

    a: Path
    b: Path
    questions: int
    alone: int
    differences: Mapping[str, Difference]
    gained: Mapping[str, Sequence[Changed]]
    lost: Mapping[str, Sequence[Changed]]
    notes: Sequence[str]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, NaN as None."""
        return {
            "a": str(self.a),
            "b": str(self.b),
            "questions": self.questions,
            "alone": self.alone,
            "notes": list(self.notes),
            "differences": {
                name: {field: plain(value) for field, value in asdict(one).items()}
                for name, one in self.differences.items()
            },
            "gained": {name: [asdict(one) for one in rows] for name, rows in self.gained.items()},
            "lost": {name: [asdict(one) for one in rows] for name, rows in self.lost.items()},
        }


def compare(a: Path, b: Path, *, seed: int = 0) -> Comparison:
    """Paired differences of two runs of the same set, b - a.

    Intervals: percentile bootstrap over documents, 2,000 resamples, both runs drawn alike. p: a
    permutation test in which the runs change places document by document, 10,000 times (for a
    mean, the signs of a document's differences flip). Sources: see `evals.intervals`.

    Raises:
        ConfigurationError: a file cannot be read, the sets differ, or no question is in both.
    """
    runs = read_run(a), read_run(b)
    if runs[0].set_hash != runs[1].set_hash:
        raise ConfigurationError(
            f"{a} (set {_named(runs[0])}) and {b} (set {_named(runs[1])}) are of different sets "
            "and cannot be compared; run one set with both systems"
        )
    held = [{row.id: row for row in run.rows} for run in runs]
    common = [name for name in runs[0].asked if name in held[0] and name in held[1]]
    if not common:
        raise ConfigurationError(f"{a} and {b} have no question in common; run the same questions")
    first, second = (_of(run, common) for run in runs)
    differences, gained, lost = _ratios(first, second, seed)
    texts = {name: str(held[0][name].gold["question"]) for name in common}
    for name in STATISTICS:
        differences[name] = _of_statistic(name, first, second, seed)
    return Comparison(
        a=a,
        b=b,
        questions=len(common),
        alone=len(held[0].keys() ^ held[1].keys()),
        differences=differences,
        gained={name: [Changed(i, texts[i], *v) for i, v in rows] for name, rows in gained.items()},
        lost={name: [Changed(i, texts[i], *v) for i, v in rows] for name, rows in lost.items()},
        notes=[f"{run.path}: {note}" for run in runs for note in run.notes],
    )


def _named(run: Run) -> str:
    name = run.header["set"].get("name")
    return f"{name}, {run.set_hash[:12]}" if name else run.set_hash[:12]


def _of(run: Run, ids: Sequence[str]) -> Judged:
    """How these questions did, in this order, as if no other had been asked."""
    chosen = set(ids)
    rows = tuple(row for row in run.rows if row.id in chosen)
    return judge(Run(run.path, {**run.header, "asked": list(ids)}, rows))


_Rows = dict[str, list[tuple[str, tuple[float, float]]]]


def _ratios(a: Judged, b: Judged, seed: int) -> tuple[dict[str, Difference], _Rows, _Rows]:
    """The differences of everything that is a ratio of sums, and what changed in each.

    A mean is over the questions judged in both. A share of what was said (citations, sentences,
    abstentions) is over what each run said: it would else be of the questions both spoke to.
    """
    both = (a.of > 0) & (b.of > 0)
    loose = [name.endswith(".micro") or name in _OF_ABSTENTION for name in a.names]
    kept = both | np.array(loose)
    tables = [(one.hits * kept, one.of * kept) for one in (a, b)]
    groups = a.clusters()
    drawn = [ratio_draws(hits, of, groups, seed=seed) for hits, of in tables]
    swapped = ratio_swaps(tables[0], tables[1], groups, seed=seed)
    differences: dict[str, Difference] = {}
    gained: _Rows = {}
    lost: _Rows = {}
    for place, name in enumerate(a.names):
        values = [_value(hits[:, place], of[:, place]) for hits, of in tables]
        change = values[1] - values[0]
        if not kept[:, place].any():
            # Nothing was judged in both; where one of them could be judged, that is to be seen.
            values = [_value(one.hits[:, place], one.of[:, place]) for one in (a, b)]
        low, high = _ends(drawn[1][:, place] - drawn[0][:, place], groups)
        differences[name] = Difference(
            values[0],
            values[1],
            change,
            low,
            high,
            p_value(change, swapped[:, place]),
            int((kept[:, place] & ((a.of[:, place] > 0) | (b.of[:, place] > 0))).sum()),
        )
        up, down = _changed(a, b, place, both[:, place])
        if name in LESS_IS_BETTER:
            up, down = down, up
        gained |= {name: up} if up else {}
        lost |= {name: down} if down else {}
    return differences, gained, lost


_OF_ABSTENTION = ("abstention.precision", "abstention.f1")


def _value(hits: Array, of: Array) -> float:
    total = float(of.sum())
    return float(hits.sum()) / total if total else math.nan


def _ends(draws: Array, groups: Clusters) -> tuple[float, float]:
    return percentiles(draws) if groups.n > 1 else (math.nan, math.nan)


def _changed(
    a: Judged, b: Judged, place: int, both: Mask
) -> tuple[list[tuple[str, tuple[float, float]]], list[tuple[str, tuple[float, float]]]]:
    """The questions whose value rose and fell most, with both values."""
    rows = []
    for number in np.flatnonzero(both).tolist():
        before = float(a.hits[number, place] / a.of[number, place])
        after = float(b.hits[number, place] / b.of[number, place])
        if abs(after - before) > 1e-12:
            rows.append((a.ids[number], (before, after)))
    rows.sort(key=lambda row: (-abs(row[1][1] - row[1][0]), row[0]))
    rose = [row for row in rows if row[1][1] > row[1][0]]
    fell = [row for row in rows if row[1][1] < row[1][0]]
    return rose[:N_CHANGED], fell[:N_CHANGED]


def _of_statistic(name: str, a: Judged, b: Judged, seed: int) -> Difference:
    """The difference of what is no ratio of sums; runs swap by weights 1 and 0 on both their rows.

    Answerable and gold are of the set, so that the same questions are judged in both.
    """
    rows, before, of_a = STATISTICS[name](a)
    _, after, of_b = STATISTICS[name](b)
    n = int(rows.sum())
    if math.isnan(before) or math.isnan(after):
        return Difference(before, after, math.nan, math.nan, math.nan, math.nan, n)
    groups = clusters(list(compress(a.documents, rows)))
    together = _together(name, a, b, rows)
    draws = []
    for weights in resampled(groups, seed=seed):
        each = weights[:, groups.of]
        draws.append(of_b(each) - of_a(each))
    swapped = []
    for swap in swaps(groups, PERMUTATIONS, seed):
        each = swap[:, groups.of]
        first = together(np.hstack([1 - each, each]))
        swapped.append(together(np.hstack([each, 1 - each])) - first)
    low, high = _ends(np.concatenate(draws), groups)
    change = after - before
    return Difference(before, after, change, low, high, p_value(change, np.concatenate(swapped)), n)


def _together(name: str, a: Judged, b: Judged, rows: Mask) -> Statistic:
    """The statistic over the rows of a followed by those of b, to be told apart by weights."""
    if name == "abstention.aurc":
        return weighted_area(
            np.concatenate([a.confidence[rows], b.confidence[rows]]),
            np.concatenate([a.risk[rows], b.risk[rows]]),
        )
    values = np.concatenate([a.mistrust[rows], b.mistrust[rows]])
    kinds = np.concatenate([a.answerable[rows], b.answerable[rows]]) == 1
    return (weighted_auroc if name == "abstention.auroc" else weighted_rejected)(values, kinds)


def worse_than(comparison: Comparison, condition: str) -> str | None:
    """What to say where b is worse than a by more than "measure:margin", else None.

    Without a margin, by anything at all. Where a is judged and b is not, b is worse.

    Raises:
        ConfigurationError: there is no such measure, the margin is no number, or below 0.
    """
    name, given = split_condition(condition, ":")
    known_measure(name, list(comparison.differences))
    margin = given or 0.0
    if margin < 0:
        raise ConfigurationError(f'"{condition}": the margin is below 0; write {name}:0.01')
    one = comparison.differences[name]
    if math.isnan(one.difference):
        return None if math.isnan(one.a) else f"{name} could not be judged in {comparison.b}"
    loss = one.difference if name in LESS_IS_BETTER else -one.difference
    if loss <= margin + 1e-12:
        return None
    return (
        f"{name} is {one.b:.6g} in {comparison.b} and {one.a:.6g} in {comparison.a}: worse by "
        f"{loss:.6g}, more than {margin:g} (p = {one.p:.3g})"
    )


def comparison_text(comparison: Comparison) -> str:
    """The comparison as a plain table, with the questions that changed most."""
    lines = [
        f"a: {comparison.a}",
        f"b: {comparison.b}",
        f"{comparison.questions} questions in both; {comparison.alone} in one alone, left out.",
        *comparison.notes,
        "",
        f"{'measure':<32}{'a':>10}{'b':>10}{'b - a':>10}  {'95 % interval':<20}{'p':>8}{'n':>8}",
    ]
    for name, one in comparison.differences.items():
        if not one.n:
            continue
        span = "–" if math.isnan(one.low) else f"[{figure(one.low)}, {figure(one.high)}]"
        lines.append(
            f"{name:<32}{figure(one.a):>10}{figure(one.b):>10}{figure(one.difference):>10}  "
            f"{span:<20}{figure(one.p):>8}{one.n:>8}"
        )
    moved = {*comparison.gained, *comparison.lost}
    told = next((name for name in _TOLD_BY if name in moved), None)
    if told:
        for title, rows in (("better", comparison.gained), ("worse", comparison.lost)):
            lines += ["", f"{title} by {told}:"]
            lines += [
                f"  {one.id}  {figure(one.a)} → {figure(one.b)}  {one.question}"
                for one in rows.get(told, ())
            ] or ["  none"]
    return "\n".join(lines) + "\n"

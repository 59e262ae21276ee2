"""A run file → the abstention threshold that half of its documents ask for, held against the rest.

A row that abstained keeps the draft it withheld, so that the file alone tells what another
threshold would have shown.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.abstention_measures import CurvePoint, risk_coverage
from evals.facts import read_run
from evals.intervals import Array, clusters, interval, ratio_of_sums
from evals.judging import Judged, judge
from evals.scoring import Estimate, figure, plain
from rag.errors import ConfigurationError

# Answers on which a precision is chosen at the least: a few right ones would promise anything.
MIN_ANSWERED = 20
# Run files hold confidences of four decimals: what was rounded up is to be answered as well.
_HALF_A_DIGIT = 5e-5


@dataclass(frozen=True, slots=True)
class Calibration:
    """The threshold with the greatest coverage at the target, and how it does on either half.

    `precision` is the share of the answers shown that are right (that hold an accepted answer; one
    to an unanswerable question never is). `threshold` is None where none reaches the target.
    `tuning` and `report` have the same estimates at this threshold (at `in_force` without one),
    `before` those of the report half at the threshold that the run was made with.
    """

    run: Path
    target: float
    threshold: float | None
    in_force: float | None
    best: float
    n_documents: tuple[int, int]
    tuning: Mapping[str, Estimate]
    report: Mapping[str, Estimate]
    before: Mapping[str, Estimate]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, NaN as None."""
        values = asdict(self)
        for name in ("tuning", "report", "before"):
            values[name] = {key: one.to_dict() for key, one in getattr(self, name).items()}
        return {**values, "run": str(self.run), "best": plain(self.best)}


def calibrate(run: Path, target: float, *, seed: int = 0) -> Calibration:
    """The lowest abstention threshold at which `target` of what is answered is right.

    It is chosen on the questions of one half of the documents, drawn by `seed`, with the greatest
    coverage that has the precision and at least `MIN_ANSWERED` answers; what it is worth is told
    by the other half. Source: El-Yaniv and Wiener, JMLR 2010 (selective prediction); Geifman and
    El-Yaniv, NeurIPS 2017.

    Raises:
        ConfigurationError: the target is no share, or the run has too few judged questions.
    """
    if not 0 < target <= 1:
        raise ConfigurationError(f"a target precision of {target:g} is no share; give 0.9, say")
    read = read_run(run)
    if read.mode == "search":
        raise ConfigurationError(
            f"{run} only searched and has no answer to withhold; run the set without --search"
        )
    judged = judge(read)
    usable = np.flatnonzero(~np.isnan(judged.risk) & np.isfinite(judged.confidence)).tolist()
    names = sorted(
        {judged.documents[place] for place in usable}, key=lambda name: _draw(name, seed)
    )
    chosen = set(names[: len(names) // 2])
    halves = [
        judged.part([place for place in usable if (judged.documents[place] in chosen) == tuned])
        for tuned in (True, False)
    ]
    if min(len(half.ids) for half in halves) < MIN_ANSWERED:
        raise ConfigurationError(
            f"{run}: {len(usable)} questions on {len(names)} documents can be judged, too few to "
            f"choose a threshold on one half and report on the other ({MIN_ANSWERED} each); run a "
            "larger set"
        )
    tuning, report = halves
    curve = _curve(tuning)
    enough = [point for point in curve if point.coverage * len(tuning.ids) >= MIN_ANSWERED - 1e-9]
    reached = [point for point in enough if 1 - point.risk >= target - 1e-12]
    # No less than the setting may be: a confidence can be 0.
    threshold = max(0.0, round(reached[-1].threshold - _HALF_A_DIGIT, 5)) if reached else None
    in_force = read.header.get("settings", {}).get("abstain_threshold")
    at = in_force if threshold is None else threshold
    at = math.inf if at is None else float(at)
    return Calibration(
        run=run,
        target=target,
        threshold=threshold,
        in_force=in_force,
        best=max((1 - point.risk for point in enough), default=math.nan),
        n_documents=(len(chosen), len(names) - len(chosen)),
        tuning=_at(tuning, at, seed),
        report=_at(report, at, seed),
        before=_at(report, float(in_force), seed) if in_force is not None else {},
    )


def _draw(name: str, seed: int) -> bytes:
    """The same order of documents for the same seed, whatever the others are."""
    return hashlib.sha256(f"{seed}:{name}".encode()).digest()


def _curve(half: Judged) -> Sequence[CurvePoint]:
    return risk_coverage(half.confidence.tolist(), half.risk.tolist())


def _at(half: Judged, threshold: float, seed: int) -> dict[str, Estimate]:
    """What is answered at a threshold: how right, how much, and what is rejected."""
    shown: Array = (half.confidence >= threshold).astype(np.float64)
    can: Array = half.answerable
    every = np.ones_like(shown)
    ratios = {
        "precision": ((1 - half.risk) * shown, shown),
        "coverage": (shown, every),
        "answerable_answered": (shown * can, can),
        "unanswerable_rejected": ((1 - shown) * (1 - can), 1 - can),
    }
    groups = clusters(half.documents)
    found = {}
    for name, (hits, of) in ratios.items():
        total, n = float(of.sum()), int((of > 0).sum())
        value = float(hits.sum()) / total if total else math.nan
        low, high = interval(ratio_of_sums(hits, of), groups, seed=seed) if n else (math.nan,) * 2
        found[name] = Estimate(value, low, high, n, len(of) - n, total)
    return found


def calibration_text(found: Calibration) -> str:
    """The calibration as plain lines, with the setting to write."""
    where = f"the questions of {found.n_documents[0]} of {sum(found.n_documents)} documents"
    if found.threshold is None:
        lines = [
            f"No threshold reaches a precision of {found.target:g} with at least {MIN_ANSWERED} "
            f"answers on {where}; the best is {figure(found.best)}. At the one in force:"
        ]
    else:
        lines = [
            f"RAG_ABSTAIN_THRESHOLD={found.threshold:g}",
            "",
            f"Chosen for a precision of {found.target:g} on {where}. The report half took no part:",
        ]
    lines += [
        "",
        f"{'':<24}{'tuning half':<34}{'report half':<34}report half at {found.in_force}",
    ]
    for name in found.report:
        cells = [_cell(part.get(name)) for part in (found.tuning, found.report, found.before)]
        lines.append(f"{name.replace('_', ' '):<24}{cells[0]:<34}{cells[1]:<34}{cells[2]}".rstrip())
    return "\n".join(lines) + "\n"


def _cell(one: Estimate | None) -> str:
    if one is None or math.isnan(one.value):
        return "–"
    return f"{figure(one.value)} [{figure(one.low)}, {figure(one.high)}] n {one.n}"

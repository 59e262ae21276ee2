"""Whether a system abstains where it should, and whether its confidence tells right from wrong.

The plain definitions over one set of questions; `evals.intervals` has the same ones with weights.
A confidence of minus infinity stands for a question that failed: it is answered last.
The standard library alone.
"""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

# The share of the answerable questions that is to be answered when rejections are counted.
KEPT_TENTHS = 9


class CurvePoint(NamedTuple):
    """At this threshold `coverage` of the questions are answered, with this mean risk."""

    threshold: float
    coverage: float
    risk: float


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """The probability that an answerable question has more confidence than an unanswerable one.

    In [0, 1], ties count half; NaN where either kind is missing. It is the statistic of Mann and
    Whitney (Annals of Mathematical Statistics, 1947) over the number of pairs. Source: Hanley and
    McNeil, Radiology, 1982.
    """
    if not answerable or not unanswerable:
        return math.nan
    rows = sorted([(value, 1) for value in answerable] + [(value, 0) for value in unanswerable])
    below, won = 0, 0.0
    for _, group in groupby(rows, key=lambda row: row[0]):
        kinds = [kind for _, kind in group]
        positive = sum(kinds)
        negative = len(kinds) - positive
        won += positive * (below + negative / 2)
        below += negative
    return won / (len(answerable) * len(unanswerable))


def rejected_at_kept(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """The share of unanswerable questions rejected while 90 % of the answerable are answered.

    The threshold is the highest that keeps at least 90 %; what equals it is answered. NaN where
    either kind is missing. Source: 1 - FPR at a true positive rate, as in Hendrycks and Gimpel,
    ICLR 2017 (they use 95 %).
    """
    if not answerable or not unanswerable:
        return math.nan
    place = -(-KEPT_TENTHS * len(answerable) // 10) - 1
    threshold = sorted(answerable, reverse=True)[place]
    return sum(value < threshold for value in unanswerable) / len(unanswerable)


def risk_coverage(confidences: Sequence[float], risks: Sequence[float]) -> list[CurvePoint]:
    """The mean risk of the questions answered, as the threshold falls; ties are taken together.

    Source: El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, JMLR
    2010; Geifman and El-Yaniv, Selective Classification for Deep Neural Networks, NeurIPS 2017.
    """
    rows = sorted(zip(confidences, risks, strict=True), key=lambda row: -row[0])
    points: list[CurvePoint] = []
    answered, lost = 0, 0.0
    for threshold, group in groupby(rows, key=lambda row: row[0]):
        values = [risk for _, risk in group]
        answered += len(values)
        lost += sum(values)
        points.append(CurvePoint(threshold, answered / len(rows), lost / answered))
    return points


def area_under(curve: Sequence[CurvePoint]) -> float:
    """The area under a risk-coverage curve (AURC), lower is better; NaN for an empty one.

    The mean over the questions of the risk where each is first answered, which without ties is
    the mean over every possible coverage. Source: Geifman and El-Yaniv, NeurIPS 2017; Geifman,
    Uziel and El-Yaniv, ICLR 2019.
    """
    if not curve:
        return math.nan
    before = [0.0, *(point.coverage for point in curve)]
    return sum(
        (point.coverage - start) * point.risk for point, start in zip(curve, before, strict=False)
    )

"""Bootstrap intervals and permutation tests for many measures at once, by clusters of questions.

Everything is a ratio of sums over questions, or a statistic of weighted questions: drawing
clusters with replacement gives weights, and so does swapping two runs. Sources: Efron and
Tibshirani, An Introduction to the Bootstrap, 1993; for clusters, Field and Welsh, JRSS B 2007;
for the test, Noreen, Computer-Intensive Methods for Testing Hypotheses, 1989, and Smucker, Allan
and Carterette, CIKM 2007.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.abstention_measures import KEPT_TENTHS

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# (weights of questions (n draws, n questions)) → the statistic of each draw (n draws,).
Statistic = Callable[[Array], Array]

RESAMPLES = 2_000
PERMUTATIONS = 10_000
LEVEL = (2.5, 97.5)  # percentiles of a 95 % interval
# Entries of the matrices held at once: 4 MB each, which a processor still caches.
_CHUNK_ENTRIES = 500_000
# Sums of the same numbers in another order differ by this much and are equal.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Clusters:
    """The cluster of each question, as numbers from 0: `of` has shape (n questions,)."""

    of: NDArray[np.intp]
    n: int


def clusters(names: Sequence[str]) -> Clusters:
    """Clusters of questions by name, numbered in the order in which they come."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return Clusters(np.array([numbers[name] for name in names], dtype=np.intp), len(numbers))


def ratio_of_sums(hits: Array, of: Array) -> Statistic:
    """Σ hits / Σ of, NaN where the latter is 0; a mean where `of` is 1 for what is judged."""

    def statistic(weights: Array) -> Array:
        return _divided(weights @ hits, weights @ of)

    return statistic


def interval(
    statistic: Statistic, groups: Clusters, *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of a statistic, whole clusters drawn.

    NaN where there are fewer than two clusters, which tell nothing of how clusters differ.
    """
    if groups.n < 2:
        return float("nan"), float("nan")
    draws = [statistic(weights[:, groups.of]) for weights in resampled(groups, resamples, seed)]
    return percentiles(np.concatenate(draws))


def ratio_intervals(
    hits: Array, of: Array, groups: Clusters, *, resamples: int = RESAMPLES, seed: int = 0
) -> Array:
    """Intervals of many ratios of sums: `hits`, `of` (n questions, n measures) → (n measures, 2).

    As `interval` of each `ratio_of_sums`, with the same draws.
    """
    if groups.n < 2:
        return np.full((hits.shape[1], 2), np.nan)
    drawn = ratio_draws(hits, of, groups, resamples=resamples, seed=seed)
    return np.array([percentiles(column) for column in drawn.T])


def ratio_draws(
    hits: Array, of: Array, groups: Clusters, *, resamples: int = RESAMPLES, seed: int = 0
) -> Array:
    """Each draw's ratios of sums, (n draws, n measures)."""
    above, below = summed(hits, groups), summed(of, groups)
    parts = [_divided(w @ above, w @ below) for w in resampled(groups, resamples, seed)]
    return np.concatenate(parts)


def summed(values: Array, groups: Clusters) -> Array:
    """Sums over each cluster: (n questions, n measures) → (n clusters, n measures)."""
    sums = np.zeros((groups.n, values.shape[1]))
    np.add.at(sums, groups.of, values)
    return sums


def percentiles(draws: Array) -> tuple[float, float]:
    """The ends of the 95 % interval of draws; NaN among them are left out."""
    known = draws[~np.isnan(draws)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.percentile(known, LEVEL)
    return float(low), float(high)


def resampled(groups: Clusters, resamples: int = RESAMPLES, seed: int = 0) -> Iterator[Array]:
    """How often each cluster is drawn, in blocks (n draws of the block, n clusters)."""
    random, n = np.random.default_rng(seed), groups.n
    for size in _blocks(resamples, len(groups.of)):
        drawn = random.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)


def swaps(groups: Clusters, permutations: int = PERMUTATIONS, seed: int = 0) -> Iterator[Array]:
    """1 where the two runs change places in a cluster, else 0, in blocks (n draws, n clusters)."""
    random = np.random.default_rng(seed)
    for size in _blocks(permutations, len(groups.of)):
        yield random.integers(0, 2, (size, groups.n)).astype(np.float64)


def ratio_swaps(
    a: tuple[Array, Array],
    b: tuple[Array, Array],
    groups: Clusters,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Array:
    """Differences b - a of ratios of sums with clusters swapped, (n draws, n measures)."""
    above = [summed(values[0], groups) for values in (a, b)]
    below = [summed(values[1], groups) for values in (a, b)]
    parts = []
    for swap in swaps(groups, permutations, seed):
        up, down = swap @ (above[1] - above[0]), swap @ (below[1] - below[0])
        first = _divided(above[0].sum(axis=0) + up, below[0].sum(axis=0) + down)
        second = _divided(above[1].sum(axis=0) - up, below[1].sum(axis=0) - down)
        parts.append(second - first)
    return np.concatenate(parts)


def p_value(observed: float, draws: Array) -> float:
    """The two-sided p of a difference among those of random swaps, in (0, 1].

    The observed one counts as a draw, so that p is never 0. Source: Phipson and Smyth,
    Statistical Applications in Genetics and Molecular Biology, 2010.
    """
    known = draws[~np.isnan(draws)]
    if np.isnan(observed) or not known.size:
        return float("nan")
    as_far = int((np.abs(known) >= abs(observed) - _ROUNDING).sum())
    return (1 + as_far) / (1 + known.size)


def weighted_auroc(confidences: Array, positive: Mask) -> Statistic:
    """`abstention_measures.auroc` of weighted questions; `positive` marks the answerable."""
    order, ends = _order(confidences)
    kind = positive[order]

    def statistic(weights: Array) -> Array:
        drawn = weights[:, order]
        won = _group_sums(drawn * kind, ends)
        lost = _group_sums(drawn * ~kind, ends)
        below = np.cumsum(lost, axis=1) - lost / 2
        return _divided((won * below).sum(axis=1), won.sum(axis=1) * lost.sum(axis=1))

    return statistic


def weighted_rejected(confidences: Array, positive: Mask) -> Statistic:
    """`abstention_measures.rejected_at_kept` of weighted questions."""
    order, ends = _order(confidences)
    kind = positive[order]

    def statistic(weights: Array) -> Array:
        drawn = weights[:, order]
        kept = _group_sums(drawn * kind, ends)
        gone = _group_sums(drawn * ~kind, ends)
        total = kept.sum(axis=1, keepdims=True)
        # What is answered where the threshold stands at each distinct confidence, which rise.
        answered = total - np.cumsum(kept, axis=1) + kept
        enough = 10 * answered >= KEPT_TENTHS * total - _ROUNDING
        place = enough.shape[1] - 1 - np.argmax(enough[:, ::-1], axis=1)
        rejected = (np.cumsum(gone, axis=1) - gone)[np.arange(len(place)), place]
        shares = _divided(rejected, gone.sum(axis=1))
        shares[total[:, 0] <= 0] = np.nan
        return shares

    return statistic


def weighted_area(confidences: Array, risks: Array) -> Statistic:
    """`abstention_measures.area_under` the risk-coverage curve of weighted questions."""
    order, ends = _order(-confidences)

    def statistic(weights: Array) -> Array:
        drawn = weights[:, order]
        answered = _group_sums(drawn, ends)
        risk = _divided(
            np.cumsum(_group_sums(drawn * risks[order], ends), axis=1), np.cumsum(answered, axis=1)
        )
        # Where nothing is answered yet the risk is unknown, and of no width.
        area = (answered * np.nan_to_num(risk)).sum(axis=1)
        return _divided(area, answered.sum(axis=1))

    return statistic


def _order(values: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order that sorts values, and where each run of equal ones begins in it."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return order, np.flatnonzero(new)


def _group_sums(values: Array, starts: NDArray[np.intp]) -> Array:
    if len(starts) == values.shape[1]:
        return values
    return np.add.reduceat(values, starts, axis=1)


def _divided(above: Array, below: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # 0 / 0 is what NaN is for
        return np.where(below > 0, above / below, np.nan)


def _blocks(total: int, n_questions: int) -> Iterator[int]:
    step = max(1, _CHUNK_ENTRIES // max(1, n_questions))
    for start in range(0, total, step):
        yield min(step, total - start)


def wilson(hits: float, n: int) -> tuple[float, float]:
    """The 95 % score interval, in [0, 1], of a share of `n` > 0. Source: Wilson, JASA 22, 1927."""
    z2 = 1.959964**2
    middle = (hits + z2 / 2) / (n + z2)
    half = 1.959964 / (n + z2) * (hits * (n - hits) / n + z2 / 4) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)

"""Fit the weights of `rag.confidence`: which sentence first, and is it an answer at all.

    python -m evals.tune_extractive squad20-dev.jsonl:668:856 nq-gold.jsonl:1500:1700

Each argument names reading rows (JSON lines: `question`, `context`, `answers`, `answerable`) and
two places in the order of their paragraphs that stand between two articles: before TRAIN the
reader may have been trained on them, from there to TUNE is the tuning part, the rest the report
part. Each part is indexed with some of the paragraphs before TRAIN, one document a paragraph, but
without its last third: questions on that are questions off the index's topic. Weights are fitted
on the tuning parts and what is printed of the report parts never took part. An evaluation set
(FOLDER:0:0) is all tuning: it is not to be reported on afterwards.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

from evals.bench.record import interval
from evals.tuning_cases import NAMES, Case, collected
from rag.settings import Settings

Array = NDArray[np.float64]
# Shares of the three kinds of question when the confidence is fitted; each set weighs the same.
SHARES = {"answerable": 0.5, "near miss": 0.25, "off topic": 0.25}
RIDGE = 1e-3
THRESHOLD: float = Settings.model_fields["abstain_threshold"].default
# Not for the confidence: the fused score is relative to its own ranking, and a passage's cosine
# falls with every other matter the passage speaks of, which these one-matter paragraphs hide.
UNFIT = ("score", "passage_dense")


def main() -> None:
    """Fit, print the weights, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", help="FILE:TRAIN:TUNE")
    parser.add_argument("--without-reader", action="store_true", help="fit for no reader")
    parser.add_argument("--sample", type=int, default=400, help="questions of each kind and part")
    parser.add_argument("--save", type=Path, help="keep the features here and reuse them")
    options = parser.parse_args()
    tune: dict[str, list[Case]] = {}
    report: dict[str, list[Case]] = {}
    for given in options.sets:
        file, train, cut = given.rsplit(":", 2)
        saved = options.save / f"{Path(file).stem}.npz" if options.save else None
        model = "none" if options.without_reader else None
        parts = collected(Path(file), (int(train), int(cut)), options.sample, model, saved)
        tune[file], report[file] = parts
    sentence = fit_sentences([case for cases in tune.values() for case in cases])
    print("SENTENCE_WEIGHTS", _named(sentence))
    confidence = fit_confidence(tune, sentence)
    print("CONFIDENCE_WEIGHTS", _named(confidence[:-1]), "INTERCEPT", round(confidence[-1], 3))
    for least, answered, rejected, precision in threshold_curve(tune, sentence, confidence):
        print(
            f"THRESHOLD {least}: answered {answered:.3f}, rejected "
            + ", ".join(f"{kind} {share:.3f}" for kind, share in rejected.items())
            + f"; of what is answered {precision:.3f} can be"
        )
    for margin, shown, held in keep_curve([c for cases in tune.values() for c in cases], sentence):
        print(f"KEEP_WITHIN {margin}: {shown:.2f} sentences shown, {held:.3f} hold the answer")
    answerable = [c for cases in tune.values() for c in cases if c.kind == "answerable"]
    for least, share, of_shown, of_all in short_curve(answerable, sentence):
        print(
            f"SHORT_FROM {least}: shown {share:.3f}, F1 of these {of_shown:.3f}, all {of_all:.3f}"
        )
    for name, cases in report.items():
        if cases:
            _print_report(Path(name).stem, cases, sentence, confidence)


def fit_sentences(cases: Sequence[Case]) -> Array:
    """Weights that put a sentence with the answer first: list-wise softmax, no weight below 0.

    Source: Cao, Qin, Liu, Tsai and Li, Learning to Rank (ListNet), ICML 2007, with the holding
    sentences sharing the mass.
    """
    useful = [case for case in cases if case.holds.any() and not case.holds.all()]

    def loss(weights: Array) -> float:
        total = RIDGE * float(weights @ weights)
        for case in useful:
            logits = case.features @ weights
            logits -= logits.max()
            mass = np.exp(logits)
            total -= float(np.log(mass[case.holds].sum() / mass.sum())) / len(useful)
        return total

    bounds = [(0.0, None)] * len(NAMES)
    return np.asarray(minimize(loss, np.ones(len(NAMES)), bounds=bounds).x)


def fit_confidence(sets: dict[str, list[Case]], sentence: Array) -> Array:
    """Logistic regression on the first sentence's features; the last weight is the intercept.

    A set weighs as much as it has questions, the kinds within it as `SHARES` says.
    """
    rows, labels, weights = [], [], []
    total = sum(len(cases) for cases in sets.values())
    for cases in sets.values():
        kinds = {case.kind for case in cases}
        shares = {kind: SHARES[kind] / sum(SHARES[k] for k in kinds) for kind in kinds}
        for case in cases:
            n = sum(other.kind == case.kind for other in cases)
            rows.append(np.append(_first(case, sentence)[0], 1.0))
            labels.append(case.kind == "answerable")
            weights.append(shares[case.kind] / n * len(cases) / total)
    x, y, w = np.asarray(rows), np.asarray(labels, dtype=float), np.asarray(weights)
    usable = np.array([name not in UNFIT for name in NAMES] + [True])

    def loss(theta: Array) -> float:
        logits = x @ (theta * usable)
        cross = np.logaddexp(0, logits) - y * logits
        return float((w * cross).sum() + RIDGE * (theta[:-1] ** 2).sum() / 10)

    bounds = [(0.0, None)] * len(NAMES) + [(None, None)]
    found = minimize(loss, np.zeros(x.shape[1]), bounds=bounds).x
    return np.asarray(found * usable)


def threshold_curve(
    sets: dict[str, list[Case]], sentence: Array, confidence: Array
) -> list[tuple[float, float, dict[str, float], float]]:
    """For thresholds: the share answered, of each other kind rejected, and the precision.

    Precision is the share of answerable ones among what is answered, the kinds as in `SHARES`.
    """
    found: dict[str, list[float]] = {kind: [] for kind in SHARES}
    for case in (case for cases in sets.values() for case in cases):
        logit = float(np.append(_first(case, sentence)[0], 1.0) @ confidence)
        found[case.kind].append(1 / (1 + np.exp(-logit)))
    rows = []
    for least in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        kept = {kind: float((np.array(of) >= least).mean()) for kind, of in found.items() if of}
        shown = sum(SHARES[kind] * share for kind, share in kept.items())
        rejected = {kind: 1 - share for kind, share in kept.items() if kind != "answerable"}
        answered = kept["answerable"]
        rows.append((least, answered, rejected, SHARES["answerable"] * answered / shown))
    return rows


def keep_curve(
    cases: Sequence[Case], sentence: Array, *, most: int = 5
) -> list[tuple[float, float, float]]:
    """For margins below the first sentence's weight: sentences shown, share with the answer."""
    rows = []
    useful = [case for case in cases if case.kind == "answerable" and len(case.features)]
    for margin in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0):
        shown, held = 0, 0
        for case in useful:
            weights = case.features @ sentence
            order = np.argsort(-weights, kind="stable")[:most]
            kept = order[weights[order] >= weights[order[0]] - margin]
            shown += len(kept)
            held += bool(case.holds[kept].any())
        rows.append((margin, shown / len(useful), held / len(useful)))
    return rows


def short_curve(cases: Sequence[Case], sentence: Array) -> list[tuple[float, float, float, float]]:
    """For least probabilities: the share of questions with a short answer, its F1, that of all."""
    firsts = []
    for case in cases:
        order = _first(case, sentence)[1]
        firsts.append(case.short[order[0]] if len(order) else np.zeros(2))
    probability, f1 = np.array(firsts).T
    rows = []
    for least in (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5):
        shown = (probability >= least) & (probability > 0)
        of_shown = float(f1[shown].mean()) if shown.any() else 0.0
        rows.append((least, float(shown.mean()), of_shown, float((f1 * shown).mean())))
    return rows


def auroc(positive: Array, negative: Array) -> float:
    """The chance that a positive scores above a negative, ties half (Mann and Whitney, 1947)."""
    ranks = rankdata(np.concatenate([positive, negative]))
    n = len(positive)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(negative)))


def _print_report(name: str, cases: Sequence[Case], sentence: Array, confidence: Array) -> None:
    scores: dict[str, list[float]] = {}
    first, three, answered, right = [], [], [], []
    for case in cases:
        features, order = _first(case, sentence)
        logit = float(np.append(features, 1.0) @ confidence)
        probability = 1 / (1 + np.exp(-logit))
        scores.setdefault(case.kind, []).append(probability)
        if case.kind == "answerable":
            held = case.holds[order]
            first.append(float(held[:1].any()))
            three.append(float(held[:3].any()))
            answered.append(float(probability >= THRESHOLD))
            right.append(float(probability >= THRESHOLD and held[:3].any()))
    for what, values in (
        ("first sentence holds the answer", first),
        ("one of the first three does", three),
        (f"answered at {THRESHOLD}", answered),
        (f"answered at {THRESHOLD} and one of three right", right),
    ):
        if values:
            value, low, high = interval(values)
            print(f"{name}: {what}: {value:.3f} [{low:.3f}, {high:.3f}], n = {len(values)}")
    positive = np.asarray(scores["answerable"])
    at_90 = float(np.quantile(positive, 0.1))
    for kind, negatives in scores.items():
        if kind == "answerable":
            continue
        negative = np.asarray(negatives)
        print(
            f"{name}: {kind}: AUROC {auroc(positive, negative):.3f}, rejected at {THRESHOLD} "
            f"{(negative < THRESHOLD).mean():.3f}, rejected while 90 % are answered "
            f"{(negative < at_90).mean():.3f}, n = {len(negative)}"
        )


def _first(case: Case, sentence: Array) -> tuple[Array, NDArray[np.int64]]:
    """The features of the first sentence, and the order of all."""
    if not len(case.features):
        return np.zeros(len(NAMES)), np.zeros(0, dtype=np.int64)
    order = np.argsort(-(case.features @ sentence), kind="stable")
    first: Array = case.features[order[0]]
    return first, order


def _named(weights: Array) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True)}


if __name__ == "__main__":
    main()

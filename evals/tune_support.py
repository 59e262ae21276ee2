"""Fit the weights of `rag.support`: is a sentence supported by the words it is said to rest on.

    python -m evals.tune_support --tune scifact-train.jsonl wice-dev.jsonl --report FILE …

Each file has rows {"claim", "evidence", "label"}; supported is one class, all others the second.
Sources are kept apart: what is printed of the report files never took part. A file like
`evals/data/alterations/alterations.jsonl` gives its faithful sentences with their passage, and with
the passage without the words that they rest on; its tuning part to --tune, the other to --report.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.tune_extractive import auroc
from rag.chunking import sentence_spans
from rag.loaders.text import text_blocks
from rag.models import load_embedding_model, load_reader
from rag.settings import load_settings
from rag.support import NAMES, Source, Supporter

Array = NDArray[np.float64]
RIDGE = 1e-3
# The first characters of a piece of evidence: a passage of the service has about 800.
MOST_CHARS = 2500


def main() -> None:
    """Fit, print the weights, and report balanced accuracy by source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", type=Path, nargs="+", required=True)
    parser.add_argument("--report", type=Path, nargs="*", default=[])
    parser.add_argument("--sample", type=int, default=300, help="rows of each file")
    parser.add_argument("--without-reader", action="store_true")
    options = parser.parse_args()
    settings = load_settings(None)
    reader = None if options.without_reader else load_reader(settings)
    supporter = Supporter(load_embedding_model(settings).embeddings.embed_now, reader)
    tune = {path.stem: _rows(path, "tune", options.sample, supporter) for path in options.tune}
    weights = fit(list(tune.values()))
    print({name: round(float(one), 3) for name, one in zip(NAMES, weights, strict=False)})
    print("intercept", round(float(weights[-1]), 3))
    cut = _best_cut(
        np.concatenate([_scores(x, weights) for x, _ in tune.values()]),
        np.concatenate([y for _, y in tune.values()]),
    )
    print("best cut on tuning rows", round(cut, 3))
    report = {
        f"{path.stem} ": _rows(path, "report", options.sample, supporter) for path in options.report
    }
    for name, (x, y) in (tune | report).items():
        scores = _scores(x, weights)
        told = [balanced_accuracy(scores[drawn], y[drawn], cut) for drawn in resamples(len(y))]
        low, high = np.nanquantile(told, [0.025, 0.975])
        print(
            f"{name}{' (tuned on)' if name in tune else ''}: balanced accuracy "
            f"{balanced_accuracy(scores, y, cut):.3f} [{low:.3f}, {high:.3f}], AUROC "
            f"{auroc(scores[y], scores[~y]):.3f}, supported {y.mean():.2f} of {len(y)}"
        )


def fit(tune: Sequence[tuple[Array, NDArray[np.bool_]]]) -> Array:
    """Logistic regression, each class of each source weighing the same; no weight below 0."""
    x = np.concatenate([np.c_[rows, np.ones(len(rows))] for rows, _ in tune])
    y = np.concatenate([labels for _, labels in tune]).astype(float)
    w = np.concatenate(
        [np.where(labels, 1 / labels.sum(), 1 / (~labels).sum()) / 2 for _, labels in tune]
    ) / len(tune)

    def loss(theta: Array) -> float:
        logits = x @ theta
        cross = np.logaddexp(0, logits) - y * logits
        return float((w * cross).sum() + RIDGE * (theta[:-1] ** 2).sum() / 10)

    bounds = [(0.0, None)] * len(NAMES) + [(None, None)]
    return np.asarray(minimize(loss, np.zeros(x.shape[1]), bounds=bounds).x)


def balanced_accuracy(scores: Array, supported: NDArray[np.bool_], cut: float) -> float:
    """The mean of the shares told right among the supported and among the others, in [0, 1]."""
    if supported.all() or not supported.any():
        return float("nan")
    return float(((scores[supported] >= cut).mean() + (scores[~supported] < cut).mean()) / 2)


def _best_cut(scores: Array, supported: NDArray[np.bool_]) -> float:
    cuts = np.quantile(scores, np.linspace(0.02, 0.98, 97))
    return float(max(cuts, key=lambda cut: balanced_accuracy(scores, supported, cut)))


def resamples(n: int, times: int = 1000) -> NDArray[np.int64]:
    """Rows drawn with replacement, a row each time, shape (times, n)."""
    return np.random.default_rng(0).integers(0, n, (times, n))


def _scores(x: Array, weights: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1]))))


def _claims(path: Path, part: str) -> list[dict[str, str]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if "claim" in rows[0]:
        return rows
    claims = []
    for row in rows:
        if row["label"] == "faithful" and row["part"] == part:
            claim, passage = row["sentence"], row["passage"]
            without = passage.replace(row["cited"], " ")
            claims.append({"claim": claim, "evidence": passage, "label": "supported"})
            claims.append({"claim": claim, "evidence": without, "label": "not_supported"})
    return claims


def _rows(
    path: Path, part: str, sample: int, supporter: Supporter
) -> tuple[Array, NDArray[np.bool_]]:
    rows = _claims(path, part)
    rows = random.Random(0).sample(rows, min(sample, len(rows)))
    features, labels, seconds = [], [], []
    for row in rows:
        text = " ".join(row["evidence"].split())[:MOST_CHARS]
        spans = [span for block in text_blocks(text) for span in sentence_spans(text, block)]
        if not spans:
            continue
        started = time.perf_counter()
        best = supporter.of(row["claim"], [Source(text, tuple(spans))])[0]
        seconds.append(time.perf_counter() - started)
        features.append([getattr(best.features, name) for name in NAMES])
        labels.append(row["label"] == "supported")
    half, most = np.quantile(seconds, [0.5, 0.95]) * 1000
    print(f"{path.stem}: {len(labels)} rows, a sentence p50 {half:.0f} ms, p95 {most:.0f} ms")
    return np.array(features), np.array(labels)


if __name__ == "__main__":
    main()

"""Fit the weights of `rag.confidence`: which sentence first, and is it an answer at all.

    python -m evals.tune_extractive squad20-dev.jsonl:668:856 nq-gold.jsonl:1500:1700

Each argument names reading rows (JSON lines: `question`, `context`, `answers`, `answerable`) and
two places in the order of their paragraphs that stand between two articles: before TRAIN the
reader may have been trained on them, from there to TUNE is the tuning part, the rest the report
part. Each part is indexed with some of the paragraphs before TRAIN, one document a paragraph, but
without its last third: questions on that are questions off the index's topic. Weights are fitted
on the tuning parts and what is printed of the report parts never took part.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

from evals.bench.record import interval
from rag.confidence import Features
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import Settings, load_settings

Array = NDArray[np.float64]
NAMES = tuple(item.name for item in fields(Features))
# Shares of the three kinds of question when the confidence is fitted; each set weighs the same.
SHARES = {"answerable": 0.5, "near miss": 0.25, "off topic": 0.25}
RIDGE = 1e-3
THRESHOLD: float = Settings.model_fields["abstain_threshold"].default
# Not for the confidence: the fused score is relative to its own ranking, and a passage's cosine
# falls with every other matter the passage speaks of, which these one-matter paragraphs hide.
UNFIT = ("score", "passage_dense")
# Paragraphs from before TRAIN that are indexed beside each part.
BESIDE = 600


@dataclass(frozen=True, slots=True)
class Case:
    """One question: its kind, and of its candidate sentences the features and which hold it."""

    kind: str
    question: str
    document: str
    features: Array  # (n candidates, n features)
    holds: NDArray[np.bool_]  # (n candidates,)


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
        parts = _collected(Path(file), (int(train), int(cut)), options.sample, model, saved)
        tune[file], report[file] = parts
    sentence = fit_sentences([case for cases in tune.values() for case in cases])
    print("SENTENCE_WEIGHTS", _named(sentence))
    confidence = fit_confidence(tune, sentence)
    print("CONFIDENCE_WEIGHTS", _named(confidence[:-1]), "INTERCEPT", round(confidence[-1], 3))
    for margin, shown, held in keep_curve([c for cases in tune.values() for c in cases], sentence):
        print(f"KEEP_WITHIN {margin}: {shown:.2f} sentences shown, {held:.3f} hold the answer")
    for name, cases in report.items():
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
    """Logistic regression on the first sentence's features; the last weight is the intercept."""
    rows, labels, weights = [], [], []
    for cases in sets.values():
        kinds = {case.kind for case in cases}
        shares = {kind: SHARES[kind] / sum(SHARES[k] for k in kinds) for kind in kinds}
        for case in cases:
            n = sum(other.kind == case.kind for other in cases)
            rows.append(np.append(_first(case, sentence)[0], 1.0))
            labels.append(case.kind == "answerable")
            weights.append(shares[case.kind] / n)
    x, y, w = np.asarray(rows), np.asarray(labels, dtype=float), np.asarray(weights)
    usable = np.array([name not in UNFIT for name in NAMES] + [True])

    def loss(theta: Array) -> float:
        logits = x @ (theta * usable)
        cross = np.logaddexp(0, logits) - y * logits
        return float((w * cross).sum() + RIDGE * (theta[:-1] ** 2).sum() / 10)

    bounds = [(0.0, None)] * len(NAMES) + [(None, None)]
    found = minimize(loss, np.zeros(x.shape[1]), bounds=bounds).x
    return np.asarray(found * usable)


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


def _collected(
    file: Path, cuts: tuple[int, int], sample: int, reader: str | None, saved: Path | None
) -> tuple[list[Case], list[Case]]:
    if saved is not None and saved.is_file():
        kept: Any = np.load(saved, allow_pickle=True)["parts"].tolist()
        return [Case(*row) for row in kept[0]], [Case(*row) for row in kept[1]]
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    paragraphs = list(dict.fromkeys(row["context"] for row in rows))
    beside = paragraphs[max(0, cuts[0] - BESIDE) : cuts[0]]
    parts = tuple(
        _asked(rows, part, beside, sample, reader)
        for part in (paragraphs[cuts[0] : cuts[1]], paragraphs[cuts[1] :])
    )
    if saved is not None:
        saved.parent.mkdir(parents=True, exist_ok=True)
        whole = np.empty(2, dtype=object)
        whole[:] = [[astuple(case) for case in part] for part in parts]
        np.savez(saved, parts=whole)
    return parts[0], parts[1]


def _asked(
    rows: Sequence[Any],
    part: Sequence[str],
    beside: Sequence[str],
    sample: int,
    reader: str | None,
) -> list[Case]:
    """Ask questions on these paragraphs of an index that lacks the last third of them."""
    draw = random.Random(0)
    held = part[: len(part) * 2 // 3]
    known, left_out = set(held), set(part[len(held) :])
    own = [row for row in rows if row["context"] in known]
    kinds: dict[str, list[Any]] = {
        "answerable": [row for row in own if row["answerable"] and row["answers"]],
        "near miss": [row for row in own if not row["answerable"]],
        "off topic": [row for row in rows if row["context"] in left_out and row["answerable"]],
    }
    paragraphs = [*held, *beside]
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        for number, text in enumerate(paragraphs):
            (documents / f"{number:05d}.txt").write_text(text, encoding="utf-8")
        settings = load_settings(None, data_dir=Path(folder) / "data", reranker_model=reader)
        with build_pipeline(settings) as pipeline:
            pipeline.index([documents])
            for kind, found in kinds.items():
                cases += [
                    _case(pipeline, kind, row, paragraphs)
                    for row in draw.sample(found, min(sample, len(found)))
                ]
    return cases


def _case(pipeline: Pipeline, kind: str, row: Any, paragraphs: Sequence[str]) -> Case:  # noqa: ANN401 (JSON)
    candidates = pipeline.candidates(pipeline.search(row["question"]))
    source = f"{paragraphs.index(row['context']):05d}.txt" if kind == "answerable" else ""
    answers = [answer["text"] for answer in row["answers"]]
    return Case(
        kind=kind,
        question=row["question"],
        document=row["context"][:40],
        # By name: `astuple` would copy deeply.
        features=np.array(
            [[getattr(one.features, name) for name in NAMES] for one in candidates]
        ).reshape(-1, len(NAMES)),
        holds=np.array(
            [
                one.passage.source == source and any(text in one.text for text in answers)
                for one in candidates
            ],
            dtype=bool,
        ),
    )


def _named(weights: Array) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True)}


if __name__ == "__main__":
    main()

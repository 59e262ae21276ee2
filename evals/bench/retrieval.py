"""Retrieval over the paragraphs of reading rows: dense, lexical and fused; choosing the weight.

    python -m evals.bench.retrieval squad11-dev.jsonl --split 1005

Rows are JSON lines with `id`, `question`, `context`. Every paragraph is a document without a
title. The weight of the cosine is chosen on questions of the first `--split` paragraphs and the
figures are those of questions of the others; the split of squad11-dev stands between two of its
articles. All paragraphs are in the index for both.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures
from ir_measures import RR, R

from evals.bench.record import interval, record
from rag.pipeline import Pipeline, build_pipeline
from rag.retrieval import fused
from rag.settings import load_settings

MEASURES = (R @ 1, R @ 10, RR)
WEIGHTS = tuple(step / 20 for step in range(21))
DEPTH = 100

Scores = dict[str, tuple[float, float]]  # document → (cosine, BM25)


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--split", type=int, required=True)
    parser.add_argument("--sample", type=int, default=2_000, help="questions of each part")
    parser.add_argument("--work", type=Path, default=None, help="kept and reused if named")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.rows.read_text(encoding="utf-8").splitlines()]
    paragraphs = list(dict.fromkeys(row["context"] for row in rows))
    place = {context: number for number, context in enumerate(paragraphs)}
    parts: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for row in rows:
        number = place[row["context"]]
        parts[number >= options.split].append((row["question"], f"{number:05d}.txt"))
    chosen = [random.Random(0).sample(part, min(options.sample, len(part))) for part in parts]
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        with _indexed(work, paragraphs) as pipeline:
            tune, report = (
                [_scores(pipeline, question) for question, _ in part] for part in chosen
            )
            exact = {
                name: [_ranked(pipeline, question, weight) for question, _ in chosen[1]]
                for name, weight in (("dense", 1.0), ("lexical", 0.0))
            }
    gold = [[document for _, document in part] for part in chosen]
    curve = {
        weight: _mean(_measured([fuse(row, weight) for row in tune], gold[0])["RR"].values())
        for weight in WEIGHTS
    }
    best = max(curve, key=lambda weight: curve[weight])
    print("RR on the tuning part by weight:", {w: round(v, 4) for w, v in curve.items()})
    runs = {**exact, f"fused, weight {best}": [fuse(row, best) for row in report]}
    for name, run in runs.items():
        for measure, values in _measured(run, gold[1]).items():
            figures = list(values.values())
            clusters = [gold[1][int(query)] for query in values]
            record(
                f"{measure} {name}",
                interval(figures, clusters=clusters),
                unit="",
                n=len(figures),
                data=options.rows.name,
                how=f"report part (paragraphs from {options.split}), clusters: paragraphs",
                command="python -m evals.bench.retrieval",
            )


def fuse(scores: Scores, weight: float) -> dict[str, float]:
    """A ranking of documents by the fused score."""
    return {name: score for name, score, _, _ in fused(scores, weight)}


def _indexed(work: Path, paragraphs: Sequence[str]) -> Pipeline:
    folder = work / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(paragraphs):
        (folder / f"{number:05d}.txt").write_text(text, encoding="utf-8")
    pipeline = build_pipeline(load_settings(None, data_dir=work / "data"))
    print(pipeline.index([folder]).to_dict()["chunks"], "chunks")
    return pipeline


def _scores(pipeline: Pipeline, question: str) -> Scores:
    found: Scores = {}
    for passage in pipeline.search(question, k=DEPTH).passages:
        dense, lexical = found.get(passage.source, (-1.0, 0.0))
        found[passage.source] = (max(dense, passage.dense), max(lexical, passage.lexical))
    return found


def _ranked(pipeline: Pipeline, question: str, weight: float) -> dict[str, float]:
    scores: dict[str, float] = {}
    for passage in pipeline.search(question, k=20, dense_weight=weight).passages:
        scores.setdefault(passage.source, passage.score)
    return scores


def _measured(
    run: Sequence[Mapping[str, float]], gold: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Each measure of each query; a query without a hit counts zero."""
    qrels = {str(number): {document: 1} for number, document in enumerate(gold)}
    scored = {str(number): dict(ranking) for number, ranking in enumerate(run)}
    values: dict[str, dict[str, float]] = {
        str(measure): dict.fromkeys(qrels, 0.0) for measure in MEASURES
    }
    for found in ir_measures.iter_calc(MEASURES, qrels, scored):
        values[str(found.measure)][found.query_id] = found.value
    return values


def _mean(values: Iterable[float]) -> float:
    figures = list(values)
    return sum(figures) / len(figures)


if __name__ == "__main__":
    main()

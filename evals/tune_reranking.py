"""Choose the reader's share in the score of a passage, and its softness, on tuning questions.

    python -m evals.tune_reranking squad11-dev.jsonl:1302:1496 nq-gold.jsonl:1500:1700

Arguments as for `evals.tune_extractive`. All paragraphs of a file are indexed, one document each,
and questions on those from TRAIN to TUNE are asked; the reciprocal rank of the question's own
paragraph is averaged for every point of a grid.
"""

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import rag.reranking
from rag.pipeline import build_pipeline
from rag.settings import load_settings

SHARES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# The log-odds of relevance are divided by this: a sure reader's probabilities are all near 0 or 1.
SOFTNESS = (1.0, 2.0, 3.0, 4.0, 6.0)
GRID = [(softness, share) for softness in SOFTNESS for share in SHARES]


def main() -> None:
    """Print the mean reciprocal rank and the share of first ranks for each share, file by file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", help="FILE:TRAIN:TUNE")
    parser.add_argument("--sample", type=int, default=200)
    options = parser.parse_args()
    # The score is then the fused one alone, and the relevance stands beside it.
    rag.reranking.READER_WEIGHT = 0.0
    rag.reranking.SOFTNESS = 1.0
    tables = []
    for given in options.sets:
        file, train, tune = given.rsplit(":", 2)
        table = _table(Path(file), int(train), int(tune), options.sample)
        tables.append(table.mean(axis=0))
        print(Path(file).stem, f"n = {len(table)}")
        _print(tables[-1])
    print("mean of the files")
    _print(np.mean(tables, axis=0))


def _print(means: Any) -> None:  # noqa: ANN401 (an array)
    for (softness, share), (reciprocal, first) in zip(GRID, means, strict=True):
        print(f"  / {softness:.0f}  {share:4.2f}  RR {reciprocal:.4f}  first {first:.4f}")


def _table(file: Path, train: int, tune: int, sample: int) -> Any:  # noqa: ANN401 (an array)
    """(n questions, n of the grid, 2): reciprocal rank, and whether it is first."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    place = {
        context: number
        for number, context in enumerate(dict.fromkeys(row["context"] for row in rows))
    }
    chosen = [
        row for row in rows if row.get("answerable", True) and train <= place[row["context"]] < tune
    ]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        for text, number in place.items():
            (documents / f"{number:05d}.txt").write_text(text, encoding="utf-8")
        settings = load_settings(None, data_dir=Path(folder) / "data")
        with build_pipeline(settings) as pipeline:
            pipeline.index([documents])
            for row in random.Random(0).sample(chosen, min(sample, len(chosen))):
                passages = pipeline.search(row["question"]).passages
                right = np.array(
                    [one.source == f"{place[row['context']]:05d}.txt" for one in passages]
                )
                fused = np.array([one.score for one in passages])
                relevance = np.array([one.relevance or 0.0 for one in passages])
                odds = np.log(
                    np.clip(relevance, 1e-6, 1 - 1e-6) / (1 - np.clip(relevance, 1e-6, 1 - 1e-6))
                )
                found.append(
                    [
                        _ranked(right, fused, 1 / (1 + np.exp(-odds / softness)), share)
                        for softness, share in GRID
                    ]
                )
    return np.array(found)


def _ranked(right: Any, fused: Any, relevance: Any, share: float) -> tuple[float, float]:  # noqa: ANN401
    order = np.argsort(-((1 - share) * fused + share * relevance), kind="stable")
    places = np.flatnonzero(right[order])
    return (1 / (places[0] + 1), float(places[0] == 0)) if places.size else (0.0, 0.0)


if __name__ == "__main__":
    main()

"""How well the support score, as it ships, tells supported sentences from others.

    python -m evals.bench.support FILE... [--sample 300] [--without-reader]

Each FILE has rows {"claim", "evidence", "label"}; supported is one class, all others the second.
Balanced accuracy at the threshold in force, with the 95 % bootstrap interval over rows. Nothing is
tuned here; which files the weights were fitted on stands in `rag.support`.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np

from evals.bench.record import record
from evals.tune_extractive import auroc
from evals.tune_support import MOST_CHARS, balanced_accuracy, resamples
from rag.chunking import sentence_spans
from rag.loaders.text import text_blocks
from rag.models import load_embedding_model, load_reader
from rag.settings import load_settings
from rag.support import SUPPORTED_FROM, Source, Supporter

COMMAND = "python -m evals.bench.support"


def main() -> None:
    """Measure and record, a file each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--sample", type=int, default=300, help="rows of each file")
    parser.add_argument("--without-reader", action="store_true")
    options = parser.parse_args()
    settings = load_settings(None)
    reader = None if options.without_reader else load_reader(settings)
    supporter = Supporter(load_embedding_model(settings).embeddings.embed_now, reader)
    for path in options.files:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        rows = random.Random(0).sample(rows, min(options.sample, len(rows)))
        scores = np.array([_probability(row, supporter) for row in rows])
        supported = np.array([row["label"] == "supported" for row in rows])
        told = [
            balanced_accuracy(scores[drawn], supported[drawn], SUPPORTED_FROM)
            for drawn in resamples(len(rows))
        ]
        low, high = np.nanquantile(told, [0.025, 0.975])
        record(
            f"support, {path.stem}: balanced accuracy",
            (balanced_accuracy(scores, supported, SUPPORTED_FROM), float(low), float(high)),
            unit="",
            n=len(rows),
            auroc=round(float(auroc(scores[supported], scores[~supported])), 4),
            supported=round(float(supported.mean()), 3),
            reader=not options.without_reader,
            command=COMMAND,
        )


def _probability(row: dict[str, str], supporter: Supporter) -> float:
    text = " ".join(row["evidence"].split())[:MOST_CHARS]
    spans = [span for block in text_blocks(text) for span in sentence_spans(text, block)]
    if not spans:
        return 0.0
    return supporter.of(row["claim"], [Source(text, tuple(spans))])[0].probability


if __name__ == "__main__":
    main()

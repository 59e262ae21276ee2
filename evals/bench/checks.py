"""What the checks of a model's answer cost: five sentences over ten passages, no model call.

    python -m evals.bench.checks SET

The questions of SET (a folder as `rag eval run` takes it) are searched over its documents, indexed
into a temporary folder; a draft is made of the first sentences of the passages. "right marks": each
sentence names its passage. "no marks": none does. "wrong number": each holds one that no passage
has, so that every other passage is looked at too. The passages' texts are new to the checks.
"""

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evals.bench.record import interval, once, record
from evals.sets import load_set
from rag.checking import Checker
from rag.chunking import sentences_within
from rag.marks import Written
from rag.models import load_embedding_model, load_reader
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import load_settings
from rag.support import Supporter
from rag.types import Passage

COMMAND = "python -m evals.bench.checks"
SENTENCES, PASSAGES = 5, 10


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("--limit", type=int, default=60, help="questions")
    options = parser.parse_args()
    loaded = load_set(options.set)
    questions = [row.question for row in loaded.rows][: options.limit]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(None, data_dir=Path(folder))
        with build_pipeline(settings) as pipeline:
            pipeline.index([loaded.documents])
            model = load_embedding_model(settings)
            supporter = Supporter(model.embeddings.embed_now, load_reader(settings))
            drafted = [
                (draft, passages)
                for question in questions
                for passages in [pipeline.search(question, k=PASSAGES).passages]
                if len(draft := _draft(pipeline, passages)) == SENTENCES
            ]
            for what in ("right marks", "no marks", "wrong number"):
                checker = Checker(supporter, pipeline.store.documents.text)
                spent = [_seconds(checker, what, *one) for one in drafted]
                milliseconds = [1000 * value for value in spent[1:]]
                record(
                    f"checks of {SENTENCES} sentences over {PASSAGES} passages, {what}, p50",
                    interval(milliseconds, statistics.median),
                    unit="ms",
                    n=len(milliseconds),
                    data=loaded.name,
                    command=COMMAND,
                )
                record(
                    f"checks of {SENTENCES} sentences over {PASSAGES} passages, {what}, p95",
                    once(sorted(milliseconds)[int(0.95 * (len(milliseconds) - 1))]),
                    unit="ms",
                    n=len(milliseconds),
                    data=loaded.name,
                    command=COMMAND,
                )


def _draft(pipeline: Pipeline, passages: Sequence[Passage]) -> list[Written]:
    """The first whole sentence of each of the first passages, as a model would have marked it."""
    draft = []
    for passage in passages:
        stored = pipeline.store.documents.text(passage.version)
        spans = sentences_within(stored.text, stored.blocks, (passage.start, passage.end))
        if spans:
            text = " ".join(stored.text[slice(*spans[0])].split())
            draft.append(Written(text, (passage.rank,)))
    return draft[:SENTENCES]


def _seconds(
    checker: Checker, what: str, draft: Sequence[Written], passages: Sequence[Passage]
) -> float:
    if what == "no marks":
        draft = [Written(one.text, ()) for one in draft]
    elif what == "wrong number":
        draft = [
            Written(re.sub(r"[.!?]?$", " in 98761 of 98762 cases.", one.text), one.cites)
            for one in draft
        ]
    started = time.perf_counter()
    checker.check(draft, passages)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()

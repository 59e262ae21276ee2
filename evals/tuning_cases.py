"""Questions asked of the service → cases for tuning: features of sentences, which hold the answer.

Reading rows are asked of an index of their paragraphs, an evaluation set of its documents.
"""

import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.answer_measures import token_f1
from evals.sets import load_set
from rag.answering import Candidate
from rag.confidence import Features
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import load_settings

Array = NDArray[np.float64]
NAMES = tuple(item.name for item in fields(Features))
# Paragraphs from before TRAIN that are indexed beside each part.
BESIDE = 600

# Whether a sentence holds the answer.
Holds = Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """One question: its kind, and of its candidate sentences the features and which hold it.

    `short` has the probability of each sentence's likeliest short answer and its F1.
    """

    kind: str
    question: str
    document: str
    features: Array  # (n candidates, n features)
    holds: NDArray[np.bool_]  # (n candidates,)
    short: Array  # (n candidates, 2), in [0, 1]


def collected(
    file: Path, cuts: tuple[int, int], sample: int, reader: str | None, saved: Path | None
) -> tuple[list[Case], list[Case]]:
    """The cases of a file's tuning part and of its report part, at most `sample` a kind and part.

    `saved` keeps them, and is read instead where it is there. An evaluation set is all tuning.
    """
    if saved is not None and saved.is_file():
        kept: Any = np.load(saved, allow_pickle=True)["parts"].tolist()
        return [Case(*row) for row in kept[0]], [Case(*row) for row in kept[1]]
    if file.is_dir():
        parts: tuple[list[Case], ...] = (_of_set(file, reader), [])
        return _kept(parts, saved)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    paragraphs = list(dict.fromkeys(row["context"] for row in rows))
    beside = paragraphs[max(0, cuts[0] - BESIDE) : cuts[0]]
    parts = tuple(
        _asked(rows, part, beside, sample, reader)
        for part in (paragraphs[cuts[0] : cuts[1]], paragraphs[cuts[1] :])
    )
    return _kept(parts, saved)


def _kept(parts: tuple[list[Case], ...], saved: Path | None) -> tuple[list[Case], list[Case]]:
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
                for row in draw.sample(found, min(sample, len(found))):
                    answers = [answer["text"] for answer in row["answers"]]
                    of_index = row["context"] in known
                    source = f"{paragraphs.index(row['context']):05d}.txt" if of_index else ""
                    holds = _holding(source if kind == "answerable" else "", answers)
                    document = row["context"][:40]
                    cases.append(_case(pipeline, kind, row["question"], document, answers, holds))
    return cases


def _holding(source: str, answers: list[str]) -> Holds:
    def holds(one: Candidate) -> bool:
        return one.passage.source == source and any(text in one.text for text in answers)

    return holds


def _of_set(folder: Path, reader: str | None) -> list[Case]:
    """The questions of an evaluation set; its unanswerable ones are near misses."""
    given = load_set(folder)
    cases = []
    with tempfile.TemporaryDirectory() as made:
        settings = load_settings(None, data_dir=Path(made) / "data", reranker_model=reader)
        with build_pipeline(settings) as pipeline:
            pipeline.index([given.documents])
            for row in given.rows:
                quotes = [(one.document, one.quote or "") for one in row.evidence]
                kind = "answerable" if row.answerable else "near miss"
                document = quotes[0][0] if quotes else row.id
                cases.append(
                    _case(
                        pipeline, kind, row.question, document, list(row.answers), _quoting(quotes)
                    )
                )
    return cases


def _quoting(quotes: list[tuple[str, str]]) -> Holds:
    def holds(one: Candidate) -> bool:
        return any(
            one.passage.source.endswith(document) and _share_words(one.text, quote)
            for document, quote in quotes
        )

    return holds


def _share_words(sentence: str, quote: str) -> bool:
    one, other = (" ".join(text.split()) for text in (sentence, quote))
    return bool(other) and (one in other or other in one)


def _case(
    pipeline: Pipeline,
    kind: str,
    question: str,
    document: str,
    answers: list[str],
    holds: Holds,
) -> Case:
    candidates = pipeline.candidates(pipeline.search(question))
    return Case(
        kind=kind,
        question=question,
        document=document,
        # By name: `astuple` would copy deeply.
        features=np.array(
            [[getattr(one.features, name) for name in NAMES] for one in candidates]
        ).reshape(-1, len(NAMES)),
        holds=np.array([holds(one) for one in candidates], dtype=bool),
        short=np.array([_short(one, answers) for one in candidates]).reshape(-1, 2),
    )


def _short(one: Candidate, answers: list[str]) -> tuple[float, float]:
    """The likeliest short answer in a sentence: its probability, and its F1."""
    at = one.passage.start
    best = one.reading and one.reading.best_within(one.span[0] - at, one.span[1] - at)
    if not best:
        return 0.0, 0.0
    said = one.passage.text[best.start : best.end]
    return best.probability, float(np.nan_to_num(token_f1(said, answers)))

"""Ranked passages and a reader → the passages in the order that the reader gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.reader import Reader, Reading
from rag.types import Passage

# The share of the reader's relevance in the score of a passage that it read. Chosen by RR on
# tuning questions with `python -m evals.tune_reranking`; see evals/README.md.
READER_WEIGHT = 0.4
# Its log-odds are divided by this first: the probabilities of a sure reader are all near 0 or 1,
# and would leave the fused score no say. Chosen with it.
SOFTNESS = 6.0


def reread(
    question: str,
    passages: Sequence[Passage],
    readable: Sequence[Passage],
    *,
    reader: Reader,
    prefixes: Mapping[str, str],
) -> tuple[list[Passage], dict[str, Reading]]:
    """All passages, those that are `readable` in their new order, and their readings by chunk.

    What is not read keeps its place, and a score between those around it. `prefixes` has what
    each chunk is embedded with before its own words.
    """
    found = reader.read(question, [(prefixes[one.chunk], one.text) for one in readable])
    readings = {one.chunk: reading for one, reading in zip(readable, found, strict=True)}
    scores = {
        one.chunk: (1 - READER_WEIGHT) * one.score + READER_WEIGHT * softened(reading.relevance)
        for one, reading in zip(readable, found, strict=True)
    }
    best = iter(sorted(readable, key=lambda one: -scores[one.chunk]))  # equal ones as they were
    ranked: list[Passage] = []
    for passage in passages:
        chosen = next(best) if passage.chunk in readings else passage
        reading = readings.get(chosen.chunk)
        before = ranked[-1].score if ranked else 1.0
        score = scores.get(chosen.chunk, (1 - READER_WEIGHT) * chosen.score)
        if reading is None and len(ranked) < len(readable):
            score = before
        ranked.append(
            replace(
                chosen,
                rank=len(ranked) + 1,
                score=min(score, before),
                relevance=None if reading is None else round(reading.relevance, 6),
            )
        )
    return ranked, readings


def softened(relevance: float) -> float:
    """A probability with its log-odds divided by `SOFTNESS`, in [0, 1]."""
    kept = min(max(relevance, 1e-6), 1 - 1e-6)
    return float(1 / (1 + ((1 - kept) / kept) ** (1 / SOFTNESS)))

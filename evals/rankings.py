"""Rankings of passages → R@k, nDCG@10 and RR by document and by evidence quote.

The only module that imports ir-measures.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.citation_measures import Span, matches
from rag.errors import ConfigurationError

CUTOFFS = (1, 5, 10, 20)
MEASURES = (*(f"R@{k}" for k in CUTOFFS), "nDCG@10", "RR")
# Beyond the length of any ranking: all of a list that has been cut before.
_ALL = 1_000_000

Values = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: its passages in the order of their ranks, and what is relevant.

    `documents` maps gold documents to grades; `evidence` gold spans to grades (0 is not relevant).
    """

    ranking: Sequence[Span]
    documents: Mapping[str, int]
    evidence: Mapping[Span, int]


def by_document(questions: Sequence[Judged]) -> Values:
    """Each measure's value for every question, NaN where no document is relevant.

    A document has the rank of its first passage among the documents, each once (the best passage
    speaks for its document: Dai and Callan, SIGIR 2019, MaxP). Sources of the measures: as in
    `ir-measures` (MacAvaney, Macdonald and Ounis, ECIR 2022): nDCG with the grade as gain
    (Järvelin and Kekäläinen, TOIS 2002), RR (Kantor and Voorhees, Information Retrieval 2000).
    """
    qrels = [{name: grade for name, grade in row.documents.items() if grade} for row in questions]
    ranked = [list(dict.fromkeys(span.document for span in row.ranking)) for row in questions]
    return _measured(qrels, lambda number, k: ranked[number][:k])


def by_quote(questions: Sequence[Judged]) -> Values:
    """Each measure's value for every question, NaN where no evidence has a place in its text.

    Each piece of evidence is one relevant item, credited to the first passage that covers it:
    that shares half the characters of the shorter of the two, or more. R@k is the share of the
    evidence credited to the first k passages. For nDCG and RR a passage that is credited with
    several takes as many places in a row, the highest grade first. Sources: as `by_document`.
    """
    qrels: list[dict[str, int]] = []
    ranked: list[list[list[str]]] = []
    for row in questions:
        # The highest grade first, so that the order in which a set lists them changes nothing.
        graded = sorted(row.evidence.items(), key=lambda item: -item[1])
        gold = [span for span, grade in graded if grade]
        qrels.append({f"e{n}": row.evidence[span] for n, span in enumerate(gold)})
        ranked.append(_credited(row.ranking, gold))
    return _measured(qrels, lambda number, k: [name for at in ranked[number][:k] for name in at])


def _credited(ranking: Sequence[Span], gold: Sequence[Span]) -> list[list[str]]:
    """For each passage the names of the evidence it is credited with, or its own name."""
    open_ = dict(enumerate(gold))
    items: list[list[str]] = []
    for place, passage in enumerate(ranking):
        found = [n for n, span in open_.items() if matches(passage, span)]
        for n in found:
            del open_[n]
        items.append([f"e{n}" for n in found] or [f"p{place}"])
    return items


def _measured(qrels: Sequence[Mapping[str, int]], first: Callable[[int, int], list[str]]) -> Values:
    """Values by measure; `first(question, k)` names the items of its first k places, in order."""
    values: Values = {name: [math.nan if not gold else 0.0 for gold in qrels] for name in MEASURES}
    if not any(qrels):
        return values
    try:
        import ir_measures  # a tool of evaluation, not installed with the service
        from ir_measures import RR, R, nDCG
    except ImportError as error:
        raise ConfigurationError(
            "rankings are measured by ir-measures, which is not installed; run `pip install "
            "'ir-measures>=0.4.3'`"
        ) from error

    judged = {str(number): dict(gold) for number, gold in enumerate(qrels) if gold}

    def calculate(measures: Mapping[str, ir_measures.Measure], k: int) -> None:
        # Scores that fall with the place, so that no two are tied and none is sorted again.
        run = {
            name: {item: -float(place) for place, item in enumerate(first(int(name), k))}
            for name in judged
        }
        names = {str(measure): name for name, measure in measures.items()}
        for found in ir_measures.iter_calc(list(measures.values()), judged, run):
            values[names[str(found.measure)]][int(found.query_id)] = float(found.value)

    for k in CUTOFFS:
        calculate({f"R@{k}": R @ _ALL}, k)
    calculate({"nDCG@10": nDCG @ 10, "RR": RR}, _ALL)
    return values

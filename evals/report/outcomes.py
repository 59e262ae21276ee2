"""One question's row → what came of it: right, wrong, withheld, …, and in words what failed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from evals.answer_measures import contains_answer, holds
from evals.citation_measures import Span, matches
from evals.facts import Row
from evals.judging import shown


class Kind(NamedTuple):
    """What an outcome is called, what it means, and how bad it is: 0 is the worst."""

    label: str
    meaning: str
    order: int


# In a bar from the last to the first.
OUTCOMES: Mapping[str, Kind] = {
    "unjudged": Kind("not judged", "The set does not say what would be right.", 7),
    "not_run": Kind("not run", "The run has no row for it.", 8),
    "failed": Kind("failed", "Asking ended in an error.", 0),
    "unfounded": Kind(
        "answered though unanswerable", "It answered; the documents hold no answer.", 2
    ),
    "wrong": Kind(
        "wrong",
        "It answered, and holds no accepted answer, lacks what it must say, or says what it must "
        "not.",
        3,
    ),
    "missing": Kind("not found", "No passage retrieved has the evidence.", 3),
    "withheld": Kind(
        "withheld though answerable", "It abstained; the documents hold an answer.", 4
    ),
    "lower": Kind("found lower down", "The evidence was retrieved, but not first.", 6),
    "silent": Kind("rightly withheld", "It abstained; the documents hold no answer.", 9),
    "first": Kind("found first", "The first passage retrieved has evidence.", 9),
    "right": Kind("right", "It answered, holds an accepted answer and all that it must say.", 9),
}
# What may be said beside an outcome.
FLAGS: Mapping[str, Kind] = {
    "broken": Kind(
        "citation does not hold", "A quote was not at its place when it was read again.", 1
    ),
    "missed": Kind(
        "citation missed", "It answered, and no citation stands on the gold evidence.", 5
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a question in a run; `failed` says in sentences what went wrong."""

    outcome: str
    flags: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def order(self) -> int:
        """How bad it is, 0 the worst."""
        return min(OUTCOMES[self.outcome].order, *(FLAGS[flag].order for flag in self.flags), 99)


def verdict(row: Row | None, values: Mapping[str, float], mode: str) -> Verdict:
    """What came of a question; `values` are its measures, NaN where not judged."""
    if row is None:
        return Verdict("not_run", failed=("The run has no row for this question.",))
    error = row.values["error"]
    if error is not None or (mode == "ask" and row.answer is None):
        return Verdict("failed", failed=(f"Asking failed: {error or 'there is no answer'}",))
    if row.answer is None:
        return Verdict(_found(values), failed=tuple(_retrieved(row, cited=None)))
    flags = [
        flag
        for flag, is_so in (
            ("broken", not all(row.values["checks"].get("citations") or ())),
            ("missed", bool(row.answer["citations"]) and values["citation.recall.macro"] == 0),
        )
        if is_so
    ]
    return Verdict(_answered(row, values), tuple(flags), tuple(_failures(row)))


def _found(values: Mapping[str, float]) -> str:
    """The outcome of a search."""
    ranks = [values[f"retrieval.{level}.RR"] for level in ("quote", "document")]
    known = [rank for rank in ranks if not math.isnan(rank)]
    if not known:
        return "unjudged"
    return "first" if known[0] == 1 else "lower" if known[0] > 0 else "missing"


def _answered(row: Row, values: Mapping[str, float]) -> str:
    abstained = bool(row.answer and row.answer["abstained"])
    if not row.gold["answerable"]:
        return "silent" if abstained else "unfounded"
    if abstained:
        return "withheld"
    said = [values["answer.contains"], values["answer.must_contain"]]
    known = [value for value in said if not math.isnan(value)]
    if any(value < 1 for value in known) or values["answer.must_not"] == 1:
        return "wrong"
    return "right" if known else "unjudged"


def _failures(row: Row) -> list[str]:
    """What went wrong with an answer, what is not so bad at the end."""
    answer: Mapping[str, Any] = row.answer or {}
    words = [
        f"Citation {place} does not hold: its quote is not at its place in the stored text."
        for place, held in enumerate(row.values["checks"].get("citations") or (), 1)
        if not held
    ]
    if not row.gold["answerable"]:
        if not answer["abstained"]:
            words.append(
                f"Answered{_confidence(answer, '≥')}, though the documents hold no answer."
            )
        return words
    text = " ".join(shown(row, draft=True))
    accepted = row.gold["answers"]
    in_it = contains_answer(text, accepted)
    if answer["abstained"]:
        words.append(f"Withheld{_confidence(answer, '<')}.")
        if not math.isnan(in_it) and text:
            has = "holds" if in_it else "does not hold"
            words.append(f"The withheld draft {has} an accepted answer.")
    elif in_it == 0:
        words.append("The answer does not hold an accepted answer.")
    if not answer["abstained"]:
        words += _lacking(row, text)
    return [*words, *_retrieved(row, cited=None if answer["abstained"] else row.cited)]


def _lacking(row: Row, text: str) -> list[str]:
    words = [
        f"It does not say “{'” or “'.join(item)}”, which it must."
        for item in alternatives(row.gold.get("must_contain"))
        if not any(holds(text, phrase) for phrase in item)
    ]
    said = [phrase for phrase in row.gold.get("must_not") or () if holds(text, phrase)]
    return [*words, *(f"It says “{phrase}”, which it must not." for phrase in said)]


def _confidence(answer: Mapping[str, Any], sign: str) -> str:
    """The confidence against the threshold, or that another reason than these decided."""
    threshold = answer.get("threshold")
    if not isinstance(threshold, int | float):
        return f", confidence {answer['confidence']:.2f}"
    if (answer["confidence"] < threshold) != (sign == "<"):
        return f", though its confidence of {answer['confidence']:.2f} says otherwise"
    return f": confidence {answer['confidence']:.2f} {sign} {threshold:.2f}"


def _retrieved(row: Row, *, cited: Sequence[Span] | None) -> list[str]:
    """Where the ranking, and the citations if there are any, fall short of the evidence."""
    gold = placed(row.gold)
    if not gold:
        return _documents_retrieved(row)
    ranks = {span: first_rank(row.ranking, span) for span in gold}
    gone = [span for span, rank in ranks.items() if rank is None]
    words = []
    if gone:
        subject, near = _of_evidence(gone, gold), _near(row, gone)
        words.append(f"{subject} not among the {_passages(row)} retrieved{near}.")
    if cited is None:
        low = min((rank for rank in ranks.values() if rank), default=1)
        return words if gone or low == 1 else [f"The evidence was retrieved at rank {low}."]
    uncited = [
        span
        for span, rank in ranks.items()
        if rank and not any(matches(one, span) for one in cited)
    ]
    if uncited:
        at = ", ".join(map(str, dict.fromkeys(ranks[span] for span in uncited)))
        words.append(f"{_of_evidence(uncited, gold)} retrieved at rank {at} but not cited.")
    return words


def _documents_retrieved(row: Row) -> list[str]:
    """The same of evidence that is known by document alone."""
    gold = {item["document"] for item in row.gold["evidence"] if item.get("grade", 1)}
    ranked = list(dict.fromkeys(span.document for span in row.ranking))
    first = next((rank for rank, name in enumerate(ranked, 1) if name in gold), None)
    if not gold or first == 1:
        return []
    if first is None:
        return [f"No gold document is among the {len(ranked)} documents retrieved."]
    return [f"The first gold document was retrieved at rank {first} of the documents."]


def _of_evidence(some: Sequence[Span], gold: Sequence[Span]) -> str:
    """How much of the evidence, as the subject of a sentence."""
    if len(gold) == 1:
        return "The evidence was"
    if len(some) == len(gold):
        return "All pieces of evidence were"
    return f"{len(some)} of {len(gold)} pieces of evidence {'was' if len(some) == 1 else 'were'}"


def _near(row: Row, gone: Sequence[Span]) -> str:
    """That another passage of the same document was retrieved, where one was."""
    names = {span.document for span in gone}
    rank = next((n for n, span in enumerate(row.ranking, 1) if span.document in names), None)
    return "" if rank is None else f"; another passage of its document was, at rank {rank}"


def _passages(row: Row) -> str:
    return "1 passage" if len(row.ranking) == 1 else f"{len(row.ranking)} passages"


def placed(gold: Mapping[str, Any]) -> list[Span]:
    """The gold evidence that has a place in its text, each once."""
    spans = [
        Span(item["document"], item["start"], item["end"])
        for item in gold["evidence"]
        if item.get("start") is not None
        and item.get("end") is not None
        and item["end"] > item["start"]
        and item.get("grade", 1) > 0
    ]
    return list(dict.fromkeys(spans))


def first_rank(ranking: Sequence[Span], span: Span) -> int | None:
    """The rank of the first passage that covers a span, None where none does."""
    return next((rank for rank, one in enumerate(ranking, 1) if matches(one, span)), None)


def alternatives(items: object) -> list[list[str]]:
    """Demands of a set as lists of phrases of which one is enough."""
    listed = items if isinstance(items, list) else []
    return [[item] if isinstance(item, str) else [str(one) for one in item] for item in listed]

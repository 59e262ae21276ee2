"""What each measure is called in the report, and what it means in one line."""

from collections.abc import Mapping
from typing import NamedTuple

from evals.rankings import CUTOFFS


class Meaning(NamedTuple):
    """The label of a measure in its group, and what it says."""

    label: str
    words: str


# Prefixes of names → what their group is called, in the order in which they are shown.
GROUPS: Mapping[str, str] = {
    "retrieval.document.": "Retrieval, by document",
    "retrieval.quote.": "Retrieval, by quote",
    "answer.": "Answers",
    "citation.": "Citations",
    "abstention.": "Abstention",
}


def meaning_of(name: str) -> Meaning:
    """What a measure means; of one that is not known here, its name."""
    return _MEANINGS.get(name, Meaning(name.rpartition(".")[2], name))


def _retrieval() -> dict[str, Meaning]:
    found = {}
    for level, gold, ranked in (
        ("document", "gold documents", "documents"),
        ("quote", "gold evidence quotes", "passages"),
    ):
        for k in CUTOFFS:
            among = f"among the first {k} {ranked}" if k > 1 else f"in the first of the {ranked}"
            found[f"retrieval.{level}.R@{k}"] = Meaning(
                f"Found in the first {k}" if k > 1 else "Found first",
                f"Recall: the share of a question's {gold} that stand {among} retrieved.",
            )
        found[f"retrieval.{level}.nDCG@10"] = Meaning(
            "Order of the first 10",
            f"nDCG: how high the {gold} stand among the first 10 {ranked}; 1 is the best order "
            "there could be.",
        )
        found[f"retrieval.{level}.RR"] = Meaning(
            "Reciprocal rank",
            f"1 divided by the rank of the first of the {gold}, 0 where none was retrieved.",
        )
    return found


def _citations() -> dict[str, Meaning]:
    found = {}
    for name, label, words in (
        (
            "validity",
            "Hold",
            "the share of citations whose quote was, when read again, exactly at its place in the "
            "stored text",
        ),
        (
            "withheld_validity",
            "Hold, withheld drafts",
            "the same of the citations of drafts that were withheld",
        ),
        (
            "precision",
            "Match the evidence",
            "the share of citations that stand on gold evidence; where a question has none, whose "
            "quote holds an accepted answer",
        ),
        (
            "recall",
            "Evidence cited",
            "the share of the pieces of gold evidence that some citation stands on",
        ),
        ("sentences", "Sentences cited", "the share of an answer's sentences with a citation"),
    ):
        for kind, counted, how in (
            ("micro", "all together", "counted over all questions together"),
            ("macro", "mean of questions", "the mean over questions"),
        ):
            found[f"citation.{name}.{kind}"] = Meaning(
                f"{label} ({counted})", f"{words[0].upper()}{words[1:]}; {how}."
            )
    return found


_MEANINGS: Mapping[str, Meaning] = {
    **_retrieval(),
    "answer.exact_match": Meaning(
        "Exact match", "The short answer (else the whole) is an accepted answer, nothing more."
    ),
    "answer.f1": Meaning(
        "Word overlap (F1)",
        "The words that the short answer (else the whole) shares with the nearest accepted "
        "answer; low for answers in sentences.",
    ),
    "answer.contains": Meaning(
        "Holds an accepted answer", "An accepted answer stands in the answer as whole words."
    ),
    "answer.contains_first": Meaning(
        "… in its first sentence", "An accepted answer stands in the first sentence."
    ),
    "answer.must_contain": Meaning(
        "Says what it must", "The share of what the set demands that stands in the answer."
    ),
    "answer.should_contain": Meaning(
        "Says what it should", "The share of what the set wishes for that stands in the answer."
    ),
    "answer.must_not": Meaning(
        "Says what it must not",
        "The share of answers with words that the set forbids; less is better.",
    ),
    "answer.characters": Meaning(
        "Length in characters", "The length of what is shown as the answer; less is better."
    ),
    **_citations(),
    "abstention.precision": Meaning(
        "Rightly withheld, of those withheld",
        "The share of abstentions whose question the documents do not answer.",
    ),
    "abstention.recall": Meaning(
        "Rightly withheld, of the unanswerable",
        "The share of questions without an answer in the documents on which it abstained.",
    ),
    "abstention.f1": Meaning(
        "Both together (F1)", "The harmonic mean of the two shares above, of counts."
    ),
    "abstention.answered": Meaning(
        "Answered, of the answerable",
        "The share of answerable questions that got an answer, right or wrong.",
    ),
    "abstention.auroc": Meaning(
        "Confidence tells them apart (AUROC)",
        "How often an answerable question has more confidence than an unanswerable one; 0.5 is "
        "chance.",
    ),
    "abstention.rejected_at_90": Meaning(
        "Rejected when 90 % are answered",
        "The share of unanswerable questions that a threshold rejects which answers 90 % of the "
        "answerable ones.",
    ),
    "abstention.aurc": Meaning(
        "Area under risk and coverage",
        "The mean risk over all thresholds, wrong and unanswerable questions counted alike; less "
        "is better.",
    ),
}

"""A sentence of a passage as an answer: what is known of it, its weight, the probability.

Features are read off question, passage and sentence; the weights were fitted elsewhere.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rag.languages import stands_in, words_of
from rag.questions import Question, answers_kind
from rag.reader import Reading
from rag.types import Passage

# The most that a sentence without a number is worth as the answer to "how many".
OTHER_KIND_CAP = 0.2
# Log-odds beyond which a reader is not believed to know more.
LIMIT = 8.0


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence as an answer, each in [0, 1] but the cosines in [-1, 1].

    `dense` is its cosine with the question, `passage_dense` its passage's; `overlap` is the
    share of the question's terms, weighted by rarity, that stand in it, `passage_overlap` in its
    passage with title and heading; `names` the share of the question's names that stand in its
    passage, title and heading (1 without names); `rarest` 1 if the rarest term does; `kind` 1 if
    it holds a thing of the kind asked for; `score` the passage's score.

    The others are the reader's, 0 without one. `relevance` and `answerable` are log-odds of the
    passage, in [-`LIMIT`, `LIMIT`]; `mass` is the logarithm of the probability that the answer
    stands in the sentence, in [-`LIMIT`, 0]; `span` the probability of its likeliest short answer;
    `agreement` the share of the other passages read whose likeliest answer has the same words.
    """

    dense: float
    passage_dense: float
    overlap: float
    passage_overlap: float
    names: float
    rarest: float
    kind: float
    score: float
    relevance: float = 0.0
    answerable: float = 0.0
    mass: float = 0.0
    span: float = 0.0
    agreement: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds of features: of one sentence over another, and of the first one being an answer.

    A further sentence is shown if it weighs at most `keep_within` less than the first.
    """

    sentence: Mapping[str, float]
    confidence: Mapping[str, float]
    intercept: float
    keep_within: float


def weigh(features: Features, weights: Weights) -> float:
    """How well a sentence seems to answer, to order the sentences of one question.

    Source of the weights: `python -m evals.tune_extractive`; see evals/README.md.
    """
    return _dot(features, weights.sentence)


def assess(best: Features, question: Question, weights: Weights) -> tuple[float, str]:
    """The probability that the best sentence answers, and what speaks most against it.

    A logistic regression over the features, which are all absolute: no score that is scaled by
    the best of its own ranking takes part. Source of the weights: as for `weigh`. Where a number
    is asked for and the sentence holds none, it is no answer however near it is, and the
    probability is capped (of 98 such tuning questions with an answer that withholds two; the
    same for "when" would withhold one in eight).
    """
    logit = weights.intercept + _dot(best, weights.confidence)
    probability = 1 / (1 + math.exp(-logit))
    if best.kind < 1 and question.kind == "number":
        probability = min(probability, OTHER_KIND_CAP)
    return probability, _reason(best, question)


def assess_by_words(best: Features, question: Question) -> tuple[float, str]:
    """As `assess`, where no cosine can be trusted: by the share of the question's words alone.

    Names and kinds are told by English rules and take no part.
    """
    logit = WORDS_INTERCEPT + _dot(best, WORDS_WEIGHTS)
    return 1 / (1 + math.exp(-logit)), _reason(best, question)


def _dot(features: Features, weights: Mapping[str, float]) -> float:
    return float(sum(weight * getattr(features, name) for name, weight in weights.items()))


# Fitted by `evals.tune_extractive` on the tuning parts of squad20-dev, nq-gold and SQuADShifts
# (Amazon, Reddit), 150 to 250 questions a kind and part: log-odds of one sentence over another of
# the same question, and of an answer. The passage's cosine is left out of the confidence: it falls
# with every other matter that a passage speaks of, and the tuning passages speak of one each.
WITHOUT_READER = Weights(
    sentence={
        "dense": 3.439,
        "passage_dense": 4.027,
        "overlap": 3.33,
        "passage_overlap": 2.697,
        "names": 0.24,
        "rarest": 0.5,
        "kind": 1.98,
        "score": 3.303,
    },
    confidence={
        "dense": 4.316,
        "overlap": 0.095,
        "passage_overlap": 1.605,
        "names": 1.619,
        "rarest": 0.304,
        "kind": 0.674,
    },
    intercept=-5.07,
    # Shows 1.9 sentences on the tuning questions, which hold the answer of 69 in 100; the first
    # alone of 58.
    keep_within=1.0,
)

# Fitted in the same way with the reader, on the tuning parts of squad20-dev, nq-gold and
# SQuADShifts Reddit, 80 questions a kind and part, and on the project's own sets attribution and
# corrections, whole: a set weighs as much as it has questions.
WITH_READER = Weights(
    sentence={
        "dense": 2.488,
        "passage_dense": 3.483,
        "passage_overlap": 1.737,
        "rarest": 0.712,
        "kind": 1.059,
        "score": 1.922,
        "relevance": 0.124,
        "mass": 0.637,
        "agreement": 0.263,
    },
    confidence={
        "dense": 0.669,
        "names": 1.365,
        "rarest": 0.178,
        "kind": 0.356,
        "answerable": 0.191,
        "mass": 0.137,
        "span": 0.191,
        "agreement": 2.508,
    },
    intercept=-1.136,
    # Shows 1.7 sentences on the tuning questions, which hold the answer of 69 in 100; the first
    # alone of 59.
    keep_within=1.0,
)

# The same questions, in English, ranked and judged with every cosine left out: of the report parts
# 95 in 100 with an answer are answered at 0.4, and 36 in 100 off-topic ones withheld (with
# cosines 90 and 51). How this is in another language was not measured.
WORDS_INTERCEPT = -1.472
WORDS_WEIGHTS: Mapping[str, float] = {"overlap": 2.17, "passage_overlap": 0.699, "rarest": 0.394}


def _reason(best: Features, question: Question) -> str:
    asked = {"who": "a name", "when": "a time", "number": "a number", "where": "a place"}
    if best.names < 1:
        return "the nearest passages do not name everything that the question names"
    if best.kind < 1 and question.kind in asked:
        return f"the nearest sentence holds no {asked[question.kind].split()[-1]} that would answer"
    if best.passage_overlap < 0.5:
        return "the nearest passages hold few of the question's words"
    return "the nearest sentences are about something else"


def features_of(
    question: Question,
    passage: Passage,
    sentence: str,
    cosine: float,
    rarity: Mapping[str, float],
    *,
    read: Mapping[str, float] | None = None,
) -> Features:
    """The features of a sentence of a passage, whose cosine with the question is `cosine`.

    `read` are those of the reader, see `read_features`.
    """
    around = " ".join(filter(None, (passage.title, passage.heading, passage.text)))
    held = words_of(around, question.language)
    names = [name in held for name in question.names]
    rarest = max(question.terms, key=lambda term: rarity.get(term.term, 0.0), default=None)
    asked = [term.term for term in question.terms]
    return Features(
        dense=cosine,
        passage_dense=passage.dense,
        overlap=overlap_of(question, sentence, rarity),
        passage_overlap=overlap_of(question, around, rarity),
        names=sum(names) / len(names) if names else 1.0,
        rarest=float(rarest is None or stands_in(rarest, held, question.language)),
        kind=float(answers_kind(sentence, question.kind, asked)),
        score=passage.score,
        **(read or {}),
    )


def read_features(reading: Reading, span: tuple[int, int], agreement: float) -> dict[str, float]:
    """The reader's features of the sentence `text[start:end]` of the passage it read."""
    best = reading.best_within(*span)
    return {
        "relevance": _log_odds(reading.relevance),
        "answerable": _log_odds(reading.answerable or 0.0),
        "mass": math.log(max(reading.mass(*span), math.exp(-LIMIT))),
        "span": best.probability if best else 0.0,
        "agreement": agreement,
    }


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return min(max(math.log(kept / (1 - kept)), -LIMIT), LIMIT)


def overlap_of(question: Question, text: str, rarity: Mapping[str, float]) -> float:
    """The share of the question's terms, weighted by rarity, that stand in a text."""
    wanted = {term.term: term for term in question.terms}
    total = sum(rarity.get(name, 0.0) for name in wanted)
    if total <= 0:
        return 0.0
    held = words_of(text, question.language)
    return (
        sum(
            rarity.get(name, 0.0)
            for name, term in wanted.items()
            if stands_in(term, held, question.language)
        )
        / total
    )

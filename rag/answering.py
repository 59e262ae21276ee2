"""Passages → a draft made of the sources' own sentences, and how likely it is an answer at all.

No model writes here. Sentences of the retrieved passages are weighed by what can be read off
them: nearness of meaning, the question's rare words, a thing of the kind that is asked for.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.anaphora import Leaning, leaning
from rag.chunking import sentence_spans
from rag.languages import stands_in, words_of
from rag.questions import Question, answers_kind
from rag.store import Text, Vector
from rag.terms import terms
from rag.types import Block, DraftCitation, DraftSentence, Passage

Span = tuple[int, int]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]

# Sentences embedded for one question; the others are too far down to be shown.
MAX_EMBEDDED = 64
# A further sentence is shown if it weighs at most this much less than the first: on the tuning
# questions that shows 1.9 sentences, which hold the answer of 69 in 100; the first alone of 58.
KEEP_WITHIN = 1.0
# The most that a sentence without a number is worth as the answer to "how many".
OTHER_KIND_CAP = 0.2
# Two sentences that share this much of their words say the same thing.
NEAR_DUPLICATE = 0.8
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence as an answer, each in [0, 1] but the cosines in [-1, 1].

    `dense` is its cosine with the question, `passage_dense` its passage's; `overlap` is the
    share of the question's terms, weighted by rarity, that stand in it, `passage_overlap` in its
    passage with title and heading; `names` the share of the question's names that stand in its
    passage, title and heading (1 without names); `rarest` 1 if the rarest term does; `kind` 1 if
    it holds a thing of the kind asked for; `score` the passage's fused score.
    """

    dense: float
    passage_dense: float
    overlap: float
    passage_overlap: float
    names: float
    rarest: float
    kind: float
    score: float


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences for an answer, best first, and the probability that they are one.

    `reason` is what speaks most against them; `unused` says of a passage's rank why nothing of
    it is shown.
    """

    sentences: tuple[DraftSentence, ...]
    confidence: float
    reason: str
    unused: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage: its span, its paragraph's sentences and its place among them."""

    passage: Passage
    span: Span
    text: str
    paragraph: tuple[Span, ...]
    place: int
    features: Features
    weight: float


class ExtractiveAnswerer:
    """Chooses at most `max_sentences`; `text_of` gives a version's text with its blocks."""

    def __init__(
        self, text_of: Callable[[str], Text], embed: Embed, *, max_sentences: int = 5
    ) -> None:
        self._text_of = text_of
        self._embed = embed
        self._max_sentences = max_sentences

    def draft(
        self,
        question: Question,
        passages: Sequence[Passage],
        *,
        vector: Vector | None,
        rarity: Mapping[str, float],
        by_words: Collection[str] = (),
    ) -> Draft:
        """The best sentences, each with what it leans on as context around it.

        `by_words` are the chunks whose cosines mean nothing, for the model does not know their
        language or the question's: their sentences are judged by their words alone, and so are
        all where there is no `vector`.
        """
        candidates = self.candidates(
            question, passages, vector=vector, rarity=rarity, by_words=by_words
        )
        if not candidates:
            reason = "the passages hold no whole sentence" if passages else "no passage was found"
            return Draft((), 0.0, reason, {})
        chosen, unused = _choose(candidates, self._max_sentences)
        rated = {row.passage.rank for row in candidates}
        for passage in passages:
            if passage.rank not in rated:
                unused[passage.rank] = "no sentence of its own is near enough to be weighed"
        best = candidates[0]
        if vector is None or best.passage.chunk in by_words:
            confidence, reason = assess_by_words(best.features, question)
        else:
            confidence, reason = assess(best.features, question)
        return Draft(tuple(self._sentences(chosen)), confidence, reason, unused)

    def candidates(
        self,
        question: Question,
        passages: Sequence[Passage],
        *,
        vector: Vector | None,
        rarity: Mapping[str, float],
        by_words: Collection[str] = (),
    ) -> list[Candidate]:
        """Every sentence of the passages with its features, the weightiest first."""
        found = self._collect(passages)
        ranked = sorted(
            found, key=lambda row: (-_overlap(question, row[2], rarity), row[0].rank, row[1])
        )
        # By turns: the best by words, and the first of the best passages.
        kept = list(dict.fromkeys([*ranked[: MAX_EMBEDDED // 2], *found]))[:MAX_EMBEDDED]
        if not kept:
            return []
        read = [] if vector is None else [row for row in kept if row[0].chunk not in by_words]
        cosines = [0.0] * len(read)
        if vector is not None and read:
            cosines = list(self._embed([" ".join(row[2].split()) for row in read]) @ vector)
        near = {(row[0].chunk, row[1]): cosine for row, cosine in zip(read, cosines, strict=True)}
        rated = []
        for row in kept:
            passage, span, text, paragraph, place = row
            cosine = float(near.get((passage.chunk, span), 0.0))
            features = _features(question, passage, text, cosine, rarity)
            rated.append(
                Candidate(passage, span, text, paragraph, place, features, weigh(features))
            )
        return sorted(rated, key=lambda row: (-row.weight, row.passage.rank, row.span))

    def _collect(
        self, passages: Sequence[Passage]
    ) -> list[tuple[Passage, Span, str, tuple[Span, ...], int]]:
        """The sentences that lie in the passages, once each, in the order of the passages."""
        seen: set[tuple[str, Span]] = set()
        split: dict[tuple[str, int], tuple[Span, ...]] = {}
        found = []
        for passage in passages:
            stored = self._text_of(passage.version)
            for index, block in enumerate(stored.blocks):
                if block.end <= passage.start or block.start >= passage.end:
                    continue
                if block.kind == "heading":
                    continue
                key = (passage.version, index)
                if key not in split:
                    split[key] = tuple(sentence_spans(stored.text, block))
                for place, (start, end) in enumerate(split[key]):
                    if start < passage.start or end > passage.end:
                        continue
                    if (passage.document, (start, end)) in seen or not _has_words(
                        stored.text[start:end]
                    ):
                        continue
                    seen.add((passage.document, (start, end)))
                    text = stored.text[start:end]
                    found.append((passage, (start, end), text, split[key], place))
        return found

    def _sentences(self, chosen: Sequence[Candidate]) -> list[DraftSentence]:
        """The chosen sentences, each between the neighbours it leans on, in their text order."""
        answers = {(row.passage.document, row.span): row for row in chosen}
        leanings = {key: self._leaning(row) for key, row in answers.items()}
        shown: set[tuple[str, Span]] = set()
        sentences: list[DraftSentence] = []
        for key, row in answers.items():
            if key in shown:
                continue
            text = self._text_of(row.passage.version).text
            for span in sorted({*leanings[key].context, row.span}):
                here = (row.passage.document, span)
                if here in shown:
                    continue
                shown.add(here)
                quote = text[slice(*span)]
                # What a sentence leans on may be an answer of its own: then it comes first.
                own = answers.get(here)
                rank = own.passage.rank if own else row.passage.rank
                sentences.append(
                    DraftSentence(
                        text=" ".join(quote.split()),
                        citations=(DraftCitation(rank, *span, quote),),
                        role="answer" if own else "context",
                        needs_context=own is not None and leanings[here].unsure,
                    )
                )
        return sentences

    def _leaning(self, row: Candidate) -> Leaning:
        """What a sentence leans on: by its words, or by standing in a list or a table."""
        stored = self._text_of(row.passage.version)
        place = next(
            index
            for index, block in enumerate(stored.blocks)
            if block.start <= row.span[0] and row.span[1] <= block.end
        )
        block = stored.blocks[place]
        if block.kind in ("item", "row"):
            before = _introduction(stored.blocks, place)
            spans = sentence_spans(stored.text, before) if before is not None else []
            return Leaning(tuple(spans[-1:]))
        return leaning(stored.text, row.paragraph, row.place)


def weigh(features: Features) -> float:
    """How well a sentence seems to answer, to order the sentences of one question.

    Source of the weights: `python -m evals.tune_extractive`; see evals/README.md.
    """
    return _dot(features, SENTENCE_WEIGHTS)


def assess(best: Features, question: Question) -> tuple[float, str]:
    """The probability that the best sentence answers, and what speaks most against it.

    A logistic regression over the features, which are all absolute: no score that is scaled by
    the best of its own ranking takes part. Source of the weights: as for `weigh`. Where a number
    is asked for and the sentence holds none, it is no answer however near it is, and the
    probability is capped (of 98 such tuning questions with an answer that withholds two; the
    same for "when" would withhold one in eight).
    """
    logit = CONFIDENCE_INTERCEPT + _dot(best, CONFIDENCE_WEIGHTS)
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
SENTENCE_WEIGHTS: Mapping[str, float] = {
    "dense": 3.439,
    "passage_dense": 4.027,
    "overlap": 3.33,
    "passage_overlap": 2.697,
    "names": 0.24,
    "rarest": 0.5,
    "kind": 1.98,
    "score": 3.303,
}
CONFIDENCE_INTERCEPT = -5.07
CONFIDENCE_WEIGHTS: Mapping[str, float] = {
    "dense": 4.316,
    "overlap": 0.095,
    "passage_overlap": 1.605,
    "names": 1.619,
    "rarest": 0.304,
    "kind": 0.674,
}

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


def _features(
    question: Question,
    passage: Passage,
    sentence: str,
    cosine: float,
    rarity: Mapping[str, float],
) -> Features:
    around = " ".join(filter(None, (passage.title, passage.heading, passage.text)))
    held = words_of(around, question.language)
    names = [name in held for name in question.names]
    rarest = max(question.terms, key=lambda term: rarity.get(term.term, 0.0), default=None)
    asked = [term.term for term in question.terms]
    return Features(
        dense=cosine,
        passage_dense=passage.dense,
        overlap=_overlap(question, sentence, rarity),
        passage_overlap=_overlap(question, around, rarity),
        names=sum(names) / len(names) if names else 1.0,
        rarest=float(rarest is None or stands_in(rarest, held, question.language)),
        kind=float(answers_kind(sentence, question.kind, asked)),
        score=passage.score,
    )


def _overlap(question: Question, text: str, rarity: Mapping[str, float]) -> float:
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


def _choose(
    candidates: Sequence[Candidate], max_sentences: int
) -> tuple[list[Candidate], dict[int, str]]:
    """The best sentence and those near it, without repetitions; and why passages are unused."""
    best = candidates[0]
    chosen: list[Candidate] = []
    unused: dict[int, str] = {}
    for row in candidates:
        rank = row.passage.rank
        twin = next((held for held in chosen if _same(held.text, row.text)), None)
        if twin is not None:
            unused.setdefault(rank, f"says the same as passage {twin.passage.rank}")
        elif len(chosen) >= max_sentences:
            unused.setdefault(rank, f"the answer has its {max_sentences} best sentences")
        elif row.weight < best.weight - KEEP_WITHIN:
            unused.setdefault(rank, "its sentences are further from the question")
        else:
            chosen.append(row)
    for row in chosen:
        unused.pop(row.passage.rank, None)
    return chosen, unused


def _same(first: str, second: str) -> bool:
    one, other = ({term.term for term in terms(text)} for text in (first, second))
    if any(_NUMBER.search(term) for term in one ^ other):
        return False  # another figure is another statement, however much of the rest is shared
    return len(one & other) >= NEAR_DUPLICATE * len(one | other)


def _has_words(text: str) -> bool:
    return sum(char.isalnum() for char in text) >= 2


def _introduction(blocks: Sequence[Block], place: int) -> Block | None:
    """What a list item or a table row hangs on: the block before the list, the table's head."""
    kind, first = blocks[place].kind, place
    while first > 0 and blocks[first - 1].kind == kind:
        first -= 1
    if kind == "row":
        return blocks[first] if first < place else None
    return blocks[first - 1] if first > 0 else None


def with_use(
    passage: Passage, cited: set[tuple[str, str]], draft: Draft, *, abstained: bool
) -> Passage:
    """A passage that says whether the answer uses it, by (document, chunk), and if not, why."""
    if abstained:
        return replace(passage, used=False, why_not_used="the answer was withheld")
    if (passage.document, passage.chunk) in cited:
        return replace(passage, used=True)
    why = draft.unused.get(passage.rank, "none of its sentences is near the question")
    return replace(passage, used=False, why_not_used=why)

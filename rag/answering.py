"""Passages → a draft made of the sources' own sentences, and how likely it is an answer at all.

No model writes here. Sentences of the retrieved passages are weighed by what can be read off
them: nearness of meaning, the question's rare words, a thing of the kind that is asked for.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.anaphora import Leaning, leaning
from rag.chunking import sentence_spans
from rag.confidence import (
    WITH_READER,
    WITHOUT_READER,
    Features,
    Weights,
    assess,
    assess_by_words,
    features_of,
    overlap_of,
    read_features,
    weigh,
)
from rag.planted import FlagsOf, quotable
from rag.questions import Question
from rag.reader import Reading
from rag.store import Text, Vector
from rag.terms import terms
from rag.types import Block, DraftCitation, DraftSentence, Passage

Span = tuple[int, int]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]

# Sentences embedded for one question; the others are too far down to be shown.
MAX_EMBEDDED = 64
# With a reader, which knows better than cosines: those it and the words speak for.
MAX_EMBEDDED_WITH_READER = 32
# A short answer less likely than this is not singled out: on the tuning questions those above it
# have a mean F1 of .54, those below of .30 (`python -m evals.tune_extractive` prints the curve).
SHORT_FROM = 0.01
# Of several things that are asked for, one is singled out only if it is likely all of the answer.
SHORT_OF_LIST_FROM = 0.5
# They stand in several sentences and passages: further ones are shown than for one thing.
LIST_MARGIN = 2.0
# Two sentences that share this much of their words say the same thing.
NEAR_DUPLICATE = 0.8
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences for an answer, best first, and the probability that they are one.

    `reason` is what speaks most against them; `unused` says of a passage's rank why nothing of
    it is shown; `short_answer` is the part of the first sentence that answers, in its words.
    """

    sentences: tuple[DraftSentence, ...]
    confidence: float
    reason: str
    unused: Mapping[int, str]
    short_answer: str | None = None


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
    reading: Reading | None = None


class ExtractiveAnswerer:
    """Chooses at most `max_sentences`; `text_of` gives a version's text with its blocks.

    `flags_of` gives those of a document's version: what speaks to a machine is not quoted.
    """

    def __init__(
        self,
        text_of: Callable[[str], Text],
        embed: Embed,
        *,
        max_sentences: int = 5,
        flags_of: FlagsOf = lambda _document, _version: (),
    ) -> None:
        self._text_of = text_of
        self._flags_of = flags_of
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
        readings: Mapping[str, Reading] | None = None,
    ) -> Draft:
        """The best sentences, each with what it leans on as context around it.

        `by_words` are the chunks whose cosines mean nothing, for the model does not know their
        language or the question's: their sentences are judged by their words alone, and so are
        all where there is no `vector`. `readings` are by chunk.
        """
        candidates = self.candidates(
            question,
            passages,
            vector=vector,
            rarity=rarity,
            by_words=by_words,
            readings=readings,
        )
        if not candidates:
            reason = "the passages hold no whole sentence" if passages else "no passage was found"
            return Draft((), 0.0, reason, {})
        weights = _weights_for(readings)
        within = weights.keep_within * (LIST_MARGIN if question.wants_list else 1)
        chosen, unused = _choose(candidates, self._max_sentences, within)
        rated = {row.passage.rank for row in candidates}
        for passage in passages:
            if passage.rank not in rated:
                unused[passage.rank] = "no sentence of its own is near enough to be weighed"
        best = candidates[0]
        if vector is None or best.passage.chunk in by_words:
            confidence, reason = assess_by_words(best.features, question)
        else:
            confidence, reason = assess(best.features, question, weights)
        sentences = tuple(self._sentences(chosen))
        # What is taken back in the sentence after it is not to be singled out.
        short = None if self._leaning(best).corrected else _short(best, question)
        return Draft(sentences, confidence, reason, unused, short)

    def candidates(
        self,
        question: Question,
        passages: Sequence[Passage],
        *,
        vector: Vector | None,
        rarity: Mapping[str, float],
        by_words: Collection[str] = (),
        readings: Mapping[str, Reading] | None = None,
    ) -> list[Candidate]:
        """Every sentence of the passages with its features, the weightiest first."""
        readings = readings or {}
        weights = _weights_for(readings)
        found = self._collect(passages)
        kept = _worth_embedding(question, found, rarity, readings)
        if not kept:
            return []
        known = [] if vector is None else [row for row in kept if row[0].chunk not in by_words]
        cosines = [0.0] * len(known)
        if vector is not None and known:
            cosines = list(self._embed([" ".join(row[2].split()) for row in known]) @ vector)
        near = {(row[0].chunk, row[1]): cosine for row, cosine in zip(known, cosines, strict=True)}
        agreed = _agreement(passages, readings)
        rated = []
        for row in kept:
            passage, span, text, paragraph, place = row
            cosine = float(near.get((passage.chunk, span), 0.0))
            reading = readings.get(passage.chunk)
            read = None
            if reading is not None:
                here = (span[0] - passage.start, span[1] - passage.start)
                read = read_features(reading, here, agreed.get(passage.chunk, 0.0))
            features = features_of(question, passage, text, cosine, rarity, read=read)
            weight = weigh(features, weights)
            rated.append(
                Candidate(passage, span, text, paragraph, place, features, weight, reading)
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
            stored, flags = (
                self._text_of(passage.version),
                self._flags_of(passage.document, passage.version),
            )
            for index, block in enumerate(stored.blocks):
                if block.end <= passage.start or block.start >= passage.end:
                    continue
                if block.kind == "heading":
                    continue
                key = (passage.version, index)
                if key not in split:
                    whole = sentence_spans(stored.text, block)
                    split[key] = tuple(quotable(stored.text, whole, flags))
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
        """The chosen sentences, each between the neighbours it leans on, in their text order.

        But the best one stands before what it leans on: it is what was asked for. What opens a
        list or a table is not understood afterwards, and stands before its part in any case.
        """
        answers = {(row.passage.document, row.span): row for row in chosen}
        leanings = {key: self._leaning(row) for key, row in answers.items()}
        shown: set[tuple[str, Span]] = set()
        sentences: list[DraftSentence] = []
        for key, row in answers.items():
            if key in shown:
                continue
            text = self._text_of(row.passage.version).text
            around = sorted({*leanings[key].context, row.span})
            if row is chosen[0]:
                leads = leanings[key].leads
                around.sort(key=lambda span: 0 if span in leads else 1 if span == row.span else 2)
            for span in around:
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
            whole = sentence_spans(stored.text, before) if before is not None else []
            spans = quotable(
                stored.text, whole, self._flags_of(row.passage.document, row.passage.version)
            )
            return Leaning(tuple(spans[-1:]), leads=tuple(spans[-1:]))
        return leaning(stored.text, row.paragraph, row.place)


_Found = tuple[Passage, Span, str, tuple[Span, ...], int]


def _weights_for(readings: Mapping[str, Reading] | None) -> Weights:
    """Those fitted with the reader where it told more than relevance."""
    told = readings and all(one.answerable is not None for one in readings.values())
    return WITH_READER if told else WITHOUT_READER


def _worth_embedding(
    question: Question,
    found: Sequence[_Found],
    rarity: Mapping[str, float],
    readings: Mapping[str, Reading],
) -> list[_Found]:
    """The sentences that may be shown: by turns those that lead by a simple measure."""
    by_words = sorted(
        found, key=lambda row: (-overlap_of(question, row[2], rarity), row[0].rank, row[1])
    )
    if not readings:
        # The best by words, and the first of the best passages.
        return list(dict.fromkeys([*by_words[: MAX_EMBEDDED // 2], *found]))[:MAX_EMBEDDED]

    def held(row: _Found) -> float:
        reading, start = readings.get(row[0].chunk), row[0].start
        if reading is None:
            return 0.0
        return reading.relevance * reading.mass(row[1][0] - start, row[1][1] - start)

    by_reader = sorted(found, key=lambda row: (-held(row), row[0].rank, row[1]))
    most = MAX_EMBEDDED_WITH_READER
    leading = [*by_reader[: most // 2], *by_words[: most // 4], *by_reader]
    return list(dict.fromkeys(leading))[:most]


def _agreement(passages: Sequence[Passage], readings: Mapping[str, Reading]) -> dict[str, float]:
    """For each chunk the share of the others whose likeliest answer has the same words."""
    said = {}
    for passage in passages:
        reading = readings.get(passage.chunk)
        if reading is not None and reading.spans:
            best = reading.spans[0]
            words = frozenset(term.term for term in terms(passage.text[best.start : best.end]))
            said[passage.chunk] = words
    others = max(len(said) - 1, 1)
    return {
        chunk: sum(bool(words) and words == other for other in said.values()) / others
        - (1 / others if words else 0.0)
        for chunk, words in said.items()
    }


def _short(best: Candidate, question: Question) -> str | None:
    """The part of a sentence that answers, in its own words, where the reader is sure enough.

    A question for yes or no has none: what decides is shown, and the person says which.
    """
    if best.reading is None or question.yes_or_no:
        return None
    start = best.passage.start
    span = best.reading.best_within(best.span[0] - start, best.span[1] - start)
    least = SHORT_OF_LIST_FROM if question.wants_list else SHORT_FROM
    if span is None or span.probability < least:
        return None
    words = " ".join(best.passage.text[span.start : span.end].split())
    return words if any(char.isalnum() for char in words) else None


def _choose(
    candidates: Sequence[Candidate], max_sentences: int, keep_within: float
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
        elif row.weight < best.weight - keep_within:
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

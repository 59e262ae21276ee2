"""Does a passage support a sentence, and which words of it: the span to be cited, a probability.

Lexical overlap, the cosine and the reader judge together, and an entailment model where one is
configured. Numbers, names, negations and the like are held against the span elsewhere.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.reader import Reader, Reading
from rag.terms import content_words

Span = tuple[int, int]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]

# Spans of a passage that are embedded for one sentence: those with the most of its words, as long
# as no other feature is likely to make up for the words that they lack.
NEAREST = 4
LACKING = 0.34
# Characters between two sentences that follow each other: spaces and line ends.
GAP_CHARS = 3
# Of many sources those with the most of a sentence's words are looked at; reading all ten for a
# sentence without marks takes a third of a second.
MOST_SOURCES = 3
# Two sentences are cited instead of one only where they hold this much more of the words.
WORTH_A_SECOND = 0.12
# A sentence that is likelier than this is called supported (the best cut on the tuning rows), one
# above the second partly (95 in 100 faithful tuning rows of evals/data/alterations are below it
# once the words that they rest on are taken out of their passage).
SUPPORTED_FROM, PARTLY_FROM = 0.53, 0.2
# Log-odds beyond which a reader is not believed to know more.
LIMIT = 8.0


class Entailment(Protocol):
    """Whether a text entails a sentence; `name` says which model judges."""

    name: str

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
        """For each (text, sentence) the probabilities that it entails and contradicts it."""


@dataclass(frozen=True, slots=True)
class SupportFeatures:
    """What is known of a span as support, each in [0, 1] but the cosine in [-1, 1].

    `overlap` is the share of the sentence's content words in the span, `passage_overlap` in the
    passage with its title; `dense` the cosine of sentence and span. `relevance` and `answerable`
    are the reader's log-odds in [-`LIMIT`, `LIMIT`], of the sentence as a question; `mass` is the
    logarithm of how much of the reader's attention lies in the span, in [-`LIMIT`, 0]. The three
    are 0 without a reader.
    """

    overlap: float
    passage_overlap: float
    dense: float
    relevance: float = 0.0
    answerable: float = 0.0
    mass: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """A passage to be searched for support: its text, the spans of its sentences, what names it.

    Spans are characters of `text`; `prefix` is what stands before it for a model, title and
    heading.
    """

    text: str
    sentences: tuple[Span, ...]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """The span of source number `source` that speaks most for a sentence.

    `probability` in [0, 1] is that of the sentence being supported. `entails` and `contradicts`
    are the entailment model's, None without one.
    """

    source: int
    span: Span
    probability: float
    features: SupportFeatures
    entails: float | None = None
    contradicts: float | None = None


class Supporter:
    """Finds the support of sentences; shared by threads.

    Args:
        embed: texts → vectors of length 1, shape (n texts, dim).
        reader: the small reader, or None, or one that judges relevance alone.
        entailment: overrules the probability where it is given.
    """

    def __init__(
        self, embed: Embed, reader: Reader | None = None, entailment: Entailment | None = None
    ) -> None:
        self._embed = embed
        self._reader = reader
        self._entailment = entailment

    def of(self, sentence: str, sources: Sequence[Source]) -> list[Support]:
        """The best span of each source that has sentences, the best source first.

        Of more than `MOST_SOURCES` those alone that hold most of the sentence's words.
        """
        found = self.of_all([(sentence, sources)])
        return found[0]

    def of_all(self, asked: Sequence[tuple[str, Sequence[Source]]]) -> list[list[Support]]:
        """As `of` for many sentences, embedded together."""
        chosen = [_candidates(sentence, sources) for sentence, sources in asked]
        texts = {sentence: None for sentence, _ in asked}
        for (_, sources), spans in zip(asked, chosen, strict=True):
            texts |= {_line(sources[place].text[slice(*span)]): None for place, span in spans}
        vectors = dict(zip(texts, self._embed(list(texts)), strict=True)) if texts else {}
        return [
            self._best(sentence, sources, spans, vectors)
            for (sentence, sources), spans in zip(asked, chosen, strict=True)
        ]

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """The cosine in [-1, 1] of a text and each of others."""
        vector, *rest = self._embed([text, *others])
        return [float(vector @ other) for other in rest]

    def _best(
        self,
        sentence: str,
        sources: Sequence[Source],
        spans: Sequence[tuple[int, Span]],
        vectors: dict[str, NDArray[np.float32]],
    ) -> list[Support]:
        wanted = content_words(sentence)
        used = sorted({place for place, _ in spans})
        readings: dict[int, Reading] = {}
        if self._reader is not None and used:
            read = self._reader.read(
                sentence, [(sources[place].prefix, sources[place].text) for place in used]
            )
            readings = dict(zip(used, read, strict=True))
        found: dict[int, list[Support]] = {}
        for place, span in spans:
            source = sources[place]
            words = _line(source.text[slice(*span)])
            features = SupportFeatures(
                overlap=_share(wanted, words),
                passage_overlap=_share(wanted, f"{source.prefix} {source.text}"),
                dense=float(vectors[sentence] @ vectors[words]),
                **_read_features(readings.get(place), span),
            )
            support = Support(place, span, probability_of(features), features)
            found.setdefault(place, []).append(support)
        best = [_best_span(supports, sources[place]) for place, supports in found.items()]
        ranked = sorted(best, key=lambda one: (-one.probability, one.source))
        return self._judged(sentence, sources, ranked)

    def _judged(
        self, sentence: str, sources: Sequence[Source], ranked: list[Support]
    ) -> list[Support]:
        if self._entailment is None or not ranked:
            return ranked
        texts = [f"{sources[one.source].prefix}{sources[one.source].text}" for one in ranked]
        told = self._entailment.entail([(text, sentence) for text in texts])
        judged = [
            Support(one.source, one.span, entails, one.features, entails, contradicts)
            for one, (entails, contradicts) in zip(ranked, told, strict=True)
        ]
        return sorted(judged, key=lambda one: (-one.probability, one.source))


# Log-odds that a sentence is supported. Source: `python -m evals.tune_support`, on the tuning part
# of evals/data/alterations, on scifact-train and on wice-dev, 200 rows each; see evals/README.md.
WITH_READER = SupportFeatures(
    overlap=2.226, passage_overlap=0.0, dense=0.74, answerable=0.143, mass=0.239
)
WITH_READER_INTERCEPT = -0.358
WITHOUT_READER = SupportFeatures(overlap=2.936, passage_overlap=0.591, dense=2.678)
WITHOUT_READER_INTERCEPT = -3.034


def probability_of(features: SupportFeatures) -> float:
    """The probability in [0, 1] that a span with these features supports its sentence."""
    read = features.relevance or features.answerable or features.mass
    weights = WITH_READER if read else WITHOUT_READER
    intercept = WITH_READER_INTERCEPT if read else WITHOUT_READER_INTERCEPT
    logit = intercept + sum(
        weight * value for weight, value in zip(astuple(weights), astuple(features), strict=True)
    )
    return 1 / (1 + math.exp(-logit))


def with_words(support: Support, sentence: str, words: str) -> Support:
    """The support as it is where a sentence rests on more words than those of its span."""
    wanted = content_words(sentence)
    features = replace(support.features, overlap=_share(wanted, words))
    return replace(support, features=features, probability=probability_of(features))


NAMES = tuple(item.name for item in fields(SupportFeatures))


def _best_span(supports: Sequence[Support], source: Source) -> Support:
    """The best sentence, or the two that hold it where they say enough more."""
    single = set(source.sentences)
    best = max(
        (one for one in supports if one.span in single),
        key=lambda one: (one.probability, -one.span[0]),
    )
    both = [
        one
        for one in supports
        if one.span not in single
        and one.span[0] <= best.span[0]
        and best.span[1] <= one.span[1]
        and one.features.overlap >= best.features.overlap + WORTH_A_SECOND
        and one.probability > best.probability
    ]
    return max(both, key=lambda one: (one.probability, -one.span[0]), default=best)


def _candidates(sentence: str, sources: Sequence[Source]) -> list[tuple[int, Span]]:
    """The spans that may support a sentence, each with the number of its source."""
    wanted = content_words(sentence)
    nearest = [_nearest(wanted, source) for source in sources]
    return [(place, span) for place in _foremost(nearest) for span, _ in nearest[place]]


def foremost(sentence: str, sources: Sequence[Source]) -> list[int]:
    """The numbers of the `MOST_SOURCES` in which support for a sentence is looked for, in order."""
    wanted = content_words(sentence)
    return _foremost([_nearest(wanted, source) for source in sources])


def _foremost(nearest: Sequence[Sequence[tuple[Span, float]]]) -> list[int]:
    best = sorted(
        (place for place, spans in enumerate(nearest) if spans),
        key=lambda place: -max(share for _, share in nearest[place]),
    )
    return sorted(best[:MOST_SOURCES])


def _nearest(wanted: frozenset[str], source: Source) -> list[tuple[Span, float]]:
    """Sentences of a source with the shares of words they hold, and pairs that hold more."""
    single = list(source.sentences)
    shares = [_share(wanted, source.text[slice(*span)]) for span in single]
    best = sorted(range(len(single)), key=lambda place: (-shares[place], place))[:NEAREST]
    found = {
        single[place]: shares[place] for place in best if shares[place] >= shares[best[0]] - LACKING
    }
    # Each of the two foremost also with the neighbour that holds more of the words.
    for place in best[:2]:
        near = [
            other
            for other in (place - 1, place + 1)
            if 0 <= other < len(single) and _follow(single, min(place, other))
        ]
        if near:
            other = max(near, key=lambda other: shares[other])
            both = single[min(place, other)][0], single[max(place, other)][1]
            share = _share(wanted, source.text[slice(*both)])
            if share >= shares[place] + WORTH_A_SECOND:
                found[both] = share
    return list(found.items())


def _follow(spans: Sequence[Span], place: int) -> bool:
    """Whether the next span follows this one, with nothing left out between them."""
    return spans[place + 1][0] - spans[place][1] <= GAP_CHARS


def _share(wanted: frozenset[str], text: str) -> float:
    """The share of terms that stand in a text; 0 where none are wanted."""
    if not wanted:
        return 0.0
    return len(wanted & content_words(text)) / len(wanted)


def _read_features(reading: Reading | None, span: Span) -> dict[str, float]:
    if reading is None or reading.answerable is None:
        return {}
    return {
        "relevance": _log_odds(reading.relevance),
        "answerable": _log_odds(reading.answerable),
        "mass": math.log(max(reading.mass(*span), math.exp(-LIMIT))),
    }


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return min(max(math.log(kept / (1 - kept)), -LIMIT), LIMIT)


def _line(text: str) -> str:
    return " ".join(text.split())

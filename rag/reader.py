"""(question, passages) → readings: how relevant each passage is, where an answer stands in it.

One pass of a small encoder over each pair tells all of it. What is made of readings (the order of
passages, the choice of sentences, the short answer, whether to abstain) is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.encoders import Encoder

# As in training; a longer question loses its end, a longer passage its own.
MAX_QUESTION_TOKENS = 48
MAX_TOKENS = 512
# Tokens of an answer, and how many tokens are looked at as its beginning and end.
MAX_ANSWER_TOKENS = 30
N_BEST = 12
MAX_SPANS = 5

Array = NDArray[np.float32]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """`text[start:end]` of the passage as an answer, with its probability in [0, 1]."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of one passage.

    `relevance` in [0, 1] orders passages; `answerable` in [0, 1] is how likely the passage holds
    an answer at all; `spans` are the likeliest answers, best first. A model that judges relevance
    alone leaves `answerable` None and `spans` empty. `tokens` are the spans of the passage's
    tokens, `begins` and `ends` the probability that an answer begins and ends at each.
    """

    relevance: float
    answerable: float | None = None
    spans: tuple[AnswerSpan, ...] = ()
    tokens: tuple[Span, ...] = ()
    begins: tuple[float, ...] = ()
    ends: tuple[float, ...] = ()

    def mass(self, start: int, end: int) -> float:
        """How likely an answer stands within `text[start:end]`, in [0, 1]."""
        inside = [n for n, token in enumerate(self.tokens) if start <= token[0] < end]
        return sum(self.begins[n] + self.ends[n] for n in inside) / 2

    def best_within(self, start: int, end: int) -> AnswerSpan | None:
        """The likeliest answer that lies in `text[start:end]`, if any of `spans` does."""
        return next((one for one in self.spans if start <= one.start and one.end <= end), None)


class Reader(Protocol):
    """Reads passages for a question; `name` says which model does."""

    name: str

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """A reading for each passage, (prefix, text), in the order given."""

    def load(self) -> None:
        """Open the model now instead of at its first use."""


class SpanReader:
    """The shipped reader: spans, relevance and answerability in one pass. Shared by threads."""

    def __init__(self, encoder: "Encoder", tokenizer: "Tokenizer", *, name: str) -> None:
        self.name = name
        self._encoder = encoder
        self._tokenizer = tokenizer

    def load(self) -> None:
        """Open the model now instead of at its first use."""
        self._encoder.load()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """A reading for each passage, (prefix, text), in the order given.

        The prefix names what the passage is of and is no part of its text or of any span.
        """
        if not passages:
            return []
        asked = self._tokenizer.encode(question, add_special_tokens=False)
        asked.truncate(MAX_QUESTION_TOKENS)
        held = self._tokenizer.encode_batch(
            [prefix + text for prefix, text in passages], add_special_tokens=False
        )
        offsets, pairs = [], []
        for (prefix, _), passage in zip(passages, held, strict=True):
            passage.truncate(MAX_TOKENS - 3 - len(asked.ids))
            offsets.append([(a - len(prefix), b - len(prefix)) for a, b in passage.offsets])
            pairs.append(self._tokenizer.post_process(asked, passage))
        at = len(asked.ids) + 2
        outputs = self._encoder.run(pairs, types=True)
        return [
            _reading(output, of_one, at) for output, of_one in zip(outputs, offsets, strict=True)
        ]


def _reading(output: Sequence[Array], offsets: Sequence[Span], at: int) -> Reading:
    starts, ends, relevance, answerable = output
    own = [n for n, (begin, _) in enumerate(offsets) if begin >= 0]
    places = np.array([0, *(at + n for n in own)])
    begins, finishes = _softmax(starts[places])[1:], _softmax(ends[places])[1:]
    tokens = tuple(offsets[n] for n in own)
    return Reading(
        relevance=_sigmoid(float(relevance)),
        answerable=_sigmoid(float(answerable)),
        spans=_spans(begins, finishes, tokens),
        tokens=tokens,
        begins=tuple(begins.tolist()),
        ends=tuple(finishes.tolist()),
    )


def _spans(begins: Array, ends: Array, tokens: Sequence[Span]) -> tuple[AnswerSpan, ...]:
    """The likeliest spans that do not overlap: the product of both ends' probabilities."""
    first = np.argsort(-begins, kind="stable")[:N_BEST].tolist()
    last = np.argsort(-ends, kind="stable")[:N_BEST].tolist()
    found = sorted(
        (-float(begins[low] * ends[high]), low, high)
        for low in first
        for high in last
        if low <= high < low + MAX_ANSWER_TOKENS
    )
    kept: list[tuple[int, int]] = []
    spans = []
    for negative, low, high in found:
        if any(low <= other_high and other_low <= high for other_low, other_high in kept):
            continue
        kept.append((low, high))
        spans.append(AnswerSpan(tokens[low][0], tokens[high][1], -negative))
        if len(spans) == MAX_SPANS:
            break
    return tuple(spans)


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits.astype(np.float64) - float(logits.max()))
    shares: Array = (raised / raised.sum()).astype(np.float32)
    return shares


def _sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))

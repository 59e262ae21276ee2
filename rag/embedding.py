"""What an embedding model is to the other parts: a value, whoever built it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors of length 1; safe to share between threads."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of documents, shape (n texts, dim), float32, length 1, in the order given."""

    def embed_now(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `embed`, for a few texts that somebody waits for: whatever starts fastest does it."""

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (n texts, dim), float32, length 1."""

    def load(self) -> None:
        """Load the model now instead of at its first use."""


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """An embedder with what it reads whole and what it is.

    `count_tokens` counts a text's tokens, special ones included; `window` is the longest input
    in these tokens; `identity` names model and weights, so that an index knows what made it;
    `languages` are those it knows (ISO 639-1), empty where nothing is claimed.
    """

    embeddings: Embedder
    count_tokens: Callable[[Sequence[str]], list[int]]
    window: int
    identity: str
    languages: tuple[str, ...] = ()

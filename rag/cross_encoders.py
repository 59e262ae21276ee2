"""Other people's cross-encoders by a setting: one that ranks passages, one that judges support.

Both are sentence-transformers `CrossEncoder`s from a folder or a hub name that is already on this
machine; nothing is downloaded, and pickled weights, which can run code, are not loaded.
"""

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ConfigurationError
from rag.reader import Reading
from rag.settings import NO_READER, SHIPPED_READER, Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class RelevanceModel:
    """A `CrossEncoder` with one value a pair, for relevance alone; safe to share."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the model now instead of at its first use."""
        with self._lock:
            _ = self._model

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """A reading with nothing but the relevance for each passage, in the order given."""
        if not passages:
            return []
        with self._lock:
            scores = self._model.predict(
                [(question, prefix + text) for prefix, text in passages],
                activation_fn=self._activation,
                show_progress_bar=False,
            )
        return [Reading(relevance=float(score)) for score in np.asarray(scores).ravel()]

    @cached_property
    def _activation(self) -> "Callable[[Any], Any]":
        import torch

        activation: Callable[[Any], Any] = torch.nn.Sigmoid()
        return activation

    @cached_property
    def _model(self) -> "CrossEncoder":
        other = f"a sentence-transformers CrossEncoder, {SHIPPED_READER} or {NO_READER}"
        model = _loaded("RAG_RERANKER_MODEL", self.name, other)
        n_values = getattr(model.config, "num_labels", 1)
        if n_values != 1:
            raise ConfigurationError(
                f"RAG_RERANKER_MODEL={self.name!r} gives {n_values} values a pair, not one "
                "relevance; name another model"
            )
        return model


class EntailmentModel:
    """A `CrossEncoder` that tells entailment from contradiction; safe to share.

    Its configuration has to name the labels ("entailment", "contradiction", …), as models
    trained for natural language inference do: their order differs.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the model now instead of at its first use."""
        with self._lock:
            _ = self._model

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
        """For each (text, sentence) the probabilities that it entails and contradicts it."""
        if not pairs:
            return []
        with self._lock:
            entails, contradicts = self._labels
            scores = np.asarray(
                self._model.predict(list(pairs), apply_softmax=True, show_progress_bar=False)
            )
        return [
            (float(row[entails]), 0.0 if contradicts is None else float(row[contradicts]))
            for row in scores
        ]

    @cached_property
    def _labels(self) -> tuple[int, int | None]:
        """The places of entailment and contradiction; a model of two classes has no second one."""
        held = getattr(self._model.config, "id2label", None) or {}
        named = {str(label).casefold(): int(place) for place, label in held.items()}
        entails = next(
            (place for label, place in named.items() if label.startswith("entail")), None
        )
        if entails is None or len(named) < 2:
            raise ConfigurationError(
                f'RAG_SUPPORT_MODEL={self.name!r} names no label "entailment" (it has '
                f"{', '.join(named) or 'none'}); name a model trained for language inference"
            )
        opposed = (place for label, place in named.items() if label.startswith("contradict"))
        return entails, next(opposed, None)

    @cached_property
    def _model(self) -> "CrossEncoder":
        return _loaded("RAG_SUPPORT_MODEL", self.name, "a sentence-transformers CrossEncoder")


def load_entailment(settings: Settings) -> EntailmentModel | None:
    """The model that the settings name to judge support, or None; loaded at its first use."""
    return EntailmentModel(settings.support_model) if settings.support_model else None


def _loaded(setting: str, name: str, other: str) -> "CrossEncoder":
    from sentence_transformers import CrossEncoder  # seconds of import

    try:
        model: CrossEncoder = CrossEncoder(
            name, local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ConfigurationError(
            f"{setting}={name!r} cannot be loaded ({error}); name the folder of {other}"
        ) from error
    return model

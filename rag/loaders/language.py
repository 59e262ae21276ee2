"""The language of a text, detected from its letters where the document states none."""

from functools import lru_cache
from typing import TYPE_CHECKING

from rag.types import Fact

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE_CHARS = 4000  # more changes nothing in the verdict and costs time
_MIN_LETTERS = 40
# Names, codes and lists score below 0.4 and prose above 0.85 in trials; py3langid tempers its
# softmax by length, so one threshold serves short and long texts.
_MIN_PROBABILITY = 0.8


def detected_language(text: str) -> Fact | None:
    """The ISO 639-1 code of the language of `text`, or None where that is not certain.

    At least 40 letters are needed, and a probability of 0.8 among about 140 languages.
    """
    if sum(char.isalpha() for char in text[:_SAMPLE_CHARS]) < _MIN_LETTERS:
        return None
    code, probability = likeliest_language(text)
    if probability < _MIN_PROBABILITY or len(code) != 2:
        return None
    return Fact("language", code, "page", "detected")


def likeliest_language(text: str) -> tuple[str, float]:
    """The code of the likeliest language of `text` and its probability, low for a few words."""
    code, probability = _identifier().classify(text[:_SAMPLE_CHARS])
    return str(code), float(probability)


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    # numpy and a model of 4 MB: 0.6 s, paid by the first document that states no language.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

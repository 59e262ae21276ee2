"""Answers held against accepted answers, as text: SQuAD's exact match and F1, and containment.

Each function judges one answer; what cannot be judged is NaN. The standard library alone.
"""

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

# ASCII only, as in the official script: its figures are what ours are held against. Typographic
# quotation marks therefore stay parts of their words.
_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


@lru_cache(maxsize=50_000)
def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation, English articles and doubled white space.

    Source: the official evaluation script of Rajpurkar et al., SQuAD, EMNLP 2016.
    """
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def judgeable(accepted: Iterable[str]) -> tuple[str, ...]:
    """The accepted answers of which something is left after normalising.

    Source: the official script of SQuAD 2.0 (Rajpurkar, Jia and Liang, ACL 2018) does the same.
    """
    return tuple(answer for answer in accepted if normalised(answer))


def exact_match(prediction: str, accepted: Sequence[str]) -> float:
    """1 if the prediction equals an accepted answer, both normalised, else 0; NaN without one.

    Source: Rajpurkar et al., SQuAD, EMNLP 2016.
    """
    wanted = judgeable(accepted)
    if not wanted:
        return math.nan
    said = normalised(prediction)
    return float(any(said == normalised(answer) for answer in wanted))


def token_f1(prediction: str, accepted: Sequence[str]) -> float:
    """The best F1 in [0, 1] of the bags of words over the accepted answers; NaN without one.

    A word that stands twice in both counts twice. Source: Rajpurkar et al., SQuAD, EMNLP 2016.
    """
    wanted = judgeable(accepted)
    if not wanted:
        return math.nan
    said = Counter(normalised(prediction).split())
    return max(_f1(said, Counter(normalised(answer).split())) for answer in wanted)


def _f1(said: Counter[str], wanted: Counter[str]) -> float:
    shared = (said & wanted).total()
    return 2 * shared / (said.total() + wanted.total())


def holds(text: str, phrase: str) -> bool:
    """True if the phrase stands in the text as whole words in a row, both normalised.

    A phrase of which nothing is left stands nowhere.
    """
    wanted = normalised(phrase)
    return bool(wanted) and f" {wanted} " in f" {normalised(text)} "


def contains_answer(text: str, accepted: Sequence[str]) -> float:
    """1 if an accepted answer stands in the text as whole words, else 0; NaN without one.

    Source: as the "accuracy" of Mallen et al., When Not to Trust Language Models, ACL 2023, but
    on whole normalised words instead of parts of them.
    """
    wanted = judgeable(accepted)
    return float(any(holds(text, answer) for answer in wanted)) if wanted else math.nan


def share_held(text: str, items: Sequence[Sequence[str]]) -> float:
    """The share of items of which any alternative stands in the text; NaN without items."""
    if not items:
        return math.nan
    return sum(any(holds(text, phrase) for phrase in item) for item in items) / len(items)


def violated(text: str, banned: Sequence[str]) -> float:
    """1 if any of what must not be said stands in the text, else 0; NaN without such phrases."""
    return float(any(holds(text, phrase) for phrase in banned)) if banned else math.nan

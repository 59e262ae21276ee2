"""What a sentence states that can be held against a source, and what came of holding it."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
Kind = Literal["number", "date", "name", "quotation", "speaker", "negation", "modality", "opposite"]
Verdict = Literal["held", "elsewhere", "missing", "altered"]
FAILED: frozenset[Verdict] = frozenset({"missing", "altered"})


@dataclass(frozen=True, slots=True)
class Particular:
    """One thing that `sentence[start:end]` states; `text` are those words.

    `value` is what is compared, hashable and free of spelling: ("percent", 12.4), "anna berg".
    "negation" is a "not" about a predicate, "modality" a "may" or an "allegedly", "opposite" a
    word that has an opposite ("rose").
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: Hashable


@dataclass(frozen=True, slots=True)
class Finding:
    """A particular held against a source.

    "held" stands in the cited span, "elsewhere" in the rest of the passage or in what is known
    about the source; "missing" stands nowhere, "altered" says something else than the source.
    What the source has and the sentence lost (a "not", a "may") is "altered" too; its particular
    then covers the words of the sentence that lost it. `found` is the place in the passage where
    one is known. `why` is one line for a person, empty where it is held.
    """

    particular: Particular
    verdict: Verdict
    found: Span | None
    why: str

    @property
    def failed(self) -> bool:
        """Whether the sentence cannot stand as it is."""
        return self.verdict in FAILED

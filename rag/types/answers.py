"""What a question leads to: `Passage`s → a draft → `Answer`, and their JSON forms.

Offsets are characters (code points) of one version's canonical text: `text[start:end]`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self

from rag.dates import Precision
from rag.types.documents import plain_values

Role = Literal["answer", "context"]
Mode = Literal["extractive", "chat"]
Verdict = Literal["supported", "partly", "not supported", "contradicted"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is restricted to; an empty field restricts nothing.

    `documents` holds ids, relative paths or titles; `since` and `until` are ISO dates, both
    inclusive, and leave undated documents out.
    """

    documents: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    languages: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True where anything is restricted."""
        return any(getattr(self, item.name) for item in fields(self))


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk ranked for a question.

    `rank` counts from 1. `dense` is the cosine in [-1, 1], `lexical` the raw BM25 ≥ 0, `score`
    the fused value in [0, 1], which orders this one ranking and means nothing across rankings.
    `matches` are spans of the question's terms inside `text`. `heading` is the section's.
    `page_label` is the number printed on the first page, where it differs from `page`.
    `also_in` names the sources of near-identical documents that say the same. `relevance` in
    [0, 1] is the reader's, None where it did not read the passage; it is a part of `score`.
    """

    rank: int
    score: float
    dense: float
    lexical: float
    document: str
    version: str
    chunk: str
    source: str
    title: str | None
    publisher: str | None
    published: str | None
    published_precision: Precision | None
    url: str | None
    page: int | None
    page_end: int | None
    start: int
    end: int
    text: str
    heading: str | None = None
    matches: tuple[tuple[int, int], ...] = ()
    used: bool = False
    why_not_used: str | None = None
    page_label: str | None = None
    also_in: tuple[str, ...] = ()
    relevance: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The passage as JSON-ready values."""
        plain: dict[str, Any] = plain_values(asdict(self))
        return plain


@dataclass(frozen=True, slots=True)
class DraftCitation:
    """What a draft claims: that `quote` is `text[start:end]` of the version of a passage.

    `passage` is the rank of one of the passages that were given, as the mark [n] names it.
    """

    passage: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence before its citations are proved; the rest as in `AnswerSentence`."""

    text: str
    citations: tuple[DraftCitation, ...]
    role: Role = "answer"
    needs_context: bool = False
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A proved citation: `quote == text[start:end]` of the stored version, re-read when made.

    `page_label` and `also_in` as in `Passage`.
    """

    number: int
    document: str
    version: str
    chunk: str
    source: str
    title: str | None
    publisher: str | None
    published: str | None
    published_precision: Precision | None
    url: str | None
    page: int | None
    page_end: int | None
    start: int
    end: int
    quote: str
    page_label: str | None = None
    also_in: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The citation as JSON-ready values."""
        plain: dict[str, Any] = plain_values(asdict(self))
        return plain


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer and the numbers of the citations it rests on.

    `needs_context` marks a sentence that refers to something outside itself which could not be
    told with certainty; its paragraph is shown around it. `verdict` is that on a sentence which a
    chat model wrote; a source's own words need none.
    """

    text: str
    role: Role
    citations: tuple[int, ...]
    verdict: Verdict | None = None
    needs_context: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A citation of a draft that did not hold, and why."""

    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence that a chat model wrote, and what the checks say of it.

    `cites` are the numbers of passages that its marks name; `probability` in [0, 1] that of being
    supported; `failed` says in plain words what did not hold, `notes` what was put right. `shown`
    is whether it stands in the answer; `anew` whether it was written after a first one failed.
    """

    text: str
    cites: tuple[int, ...]
    verdict: Verdict
    probability: float
    failed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shown: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """What a chat model was given and wrote, kept so that the checks can be run again.

    `prompt` is the version of the prompts; `given` the ranks of the passages it read; `replies`
    its replies, the second one to those of its sentences that failed, `given_back` by their place;
    `removed` counts what was taken out of
    them by kind. Tokens are None where the model does not tell.
    """

    model: str
    prompt: str
    given: tuple[int, ...]
    replies: tuple[str, ...]
    sentences: tuple[CheckedSentence, ...]
    finish: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    removed: Mapping[str, int] = field(default_factory=dict)
    given_back: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's answer, whole: what `rag ask --json` prints and what the store keeps.

    `confidence` in [0, 1] is held against `threshold`; below it the answer abstains, `reason`
    says why, `sentences` and `citations` are empty and the draft stands in `withheld` and
    `withheld_citations`. `short_answer` is a part of one of the sentences, word for word; `query`
    what was searched for, `question` what was asked; `seconds` has the time of each stage.
    `writing` is what a chat model wrote, None in extractive mode; then `confidence` is the
    probability of the best sentence being supported.
    """

    id: str
    question: str
    query: str
    asked_at: str
    mode: Mode
    model: str | None
    abstained: bool
    reason: str | None
    confidence: float
    threshold: float
    notices: tuple[str, ...]
    short_answer: str | None
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    dropped: tuple[Dropped, ...]
    seconds: Mapping[str, float]
    withheld: tuple[AnswerSentence, ...] = ()
    withheld_citations: tuple[Citation, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    writing: Writing | None = None

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, tuples as lists, in the order of the fields."""
        plain: dict[str, Any] = plain_values(asdict(self))
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; unknown fields of later versions are left out."""
        kept = _known(cls, values)
        kept["notices"] = tuple(kept["notices"])
        for name, make in _PARTS.items():
            kept[name] = tuple(make(row) for row in kept.get(name, ()))
        if kept.get("writing") is not None:
            kept["writing"] = writing_from_dict(kept["writing"])
        return cls(**kept)


def passage_from_dict(values: Mapping[str, Any]) -> Passage:
    """A passage from its JSON form; unknown fields are left out."""
    spans = tuple((int(start), int(end)) for start, end in values["matches"])
    also_in = tuple(values.get("also_in", ()))
    return Passage(**{**_known(Passage, values), "matches": spans, "also_in": also_in})


def sentence_from_dict(values: Mapping[str, Any]) -> AnswerSentence:
    """An answer's sentence from its JSON form; unknown fields are left out."""
    return AnswerSentence(
        **{**_known(AnswerSentence, values), "citations": tuple(values["citations"])}
    )


def citation_from_dict(values: Mapping[str, Any]) -> Citation:
    """A citation from its JSON form; unknown fields are left out."""
    return Citation(**{**_known(Citation, values), "also_in": tuple(values.get("also_in", ()))})


def writing_from_dict(values: Mapping[str, Any]) -> Writing:
    """What a model wrote from its JSON form; unknown fields are left out."""
    kept = _known(Writing, values)
    checked = [_known(CheckedSentence, row) for row in kept["sentences"]]
    lists = ("cites", "failed", "notes")
    sentences = [
        CheckedSentence(**{**row, **{name: tuple(row.get(name, ())) for name in lists}})
        for row in checked
    ]
    for name in ("given", "replies", "given_back"):
        kept[name] = tuple(kept.get(name, ()))
    return Writing(**{**kept, "sentences": tuple(sentences)})


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are fields of this class: a later version may have added others."""
    names = {item.name for item in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


_PARTS: dict[str, Any] = {
    "sentences": sentence_from_dict,
    "citations": citation_from_dict,
    "passages": passage_from_dict,
    "dropped": lambda row: Dropped(**_known(Dropped, row)),
    "withheld": sentence_from_dict,
    "withheld_citations": citation_from_dict,
}

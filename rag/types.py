"""The values that flow: file → `Document` → `Chunk` → `Passage` → `Draft` → `Answer`.

Offsets are characters (code points) of one version's canonical text: `text[start:end]`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, NamedTuple, Self

from rag.dates import Precision, Published

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
Role = Literal["answer", "context"]
Mode = Literal["extractive", "chat"]
State = Literal["current", "failed", "removed", "forgotten"]
METADATA_FIELDS = ("title", "authors", "publisher", "published", "url", "language")
# What a file says about itself.
HINT_FIELDS = ("created", "modified", "creator", "software")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text; `level` is the depth of a heading from 1, 0 for everything else."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One physical page: `number` from 1, `label` as printed on it where that is known."""

    number: int
    start: int
    end: int
    label: str | None = None


class PageSpan(NamedTuple):
    """The first and the last page of a span, and what is printed on them where that differs."""

    first: int | None = None
    last: int | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing stated about a document, with where it was stated.

    `field` is one of `METADATA_FIELDS` or `HINT_FIELDS`; `value` is text (authors: one fact an
    author; dates as `rag.dates` writes them);
    `origin` is "file" (the document states it), "page" (derived from its words, a detected
    language for example) or "user"; `detail` says where ("front matter", "first heading").
    """

    field: str
    value: str
    origin: Literal["file", "page", "user"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document; None is unknown and is shown as unknown."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Published | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Text of a source that a person should look at before trusting it.

    "hidden" cannot be seen on the page (white on white, outside it, too small, marked hidden);
    "invisible" is made of characters without a shape, or that change the order in which others
    are shown; "instructions" speaks to a machine instead of a person. `text[start:end]` is the
    place; where both are equal the words were left out of the text, and `detail` quotes some.
    """

    kind: Literal["hidden", "invisible", "instructions"]
    start: int
    end: int
    detail: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file: its name as shown, which is never a path, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A source as a loader gives it.

    `text` is canonical: NFC, line ends LF, no NUL. `blocks` and `pages` are in reading order
    and do not overlap; `pages` is empty where the format has none. `facts` come best first: the
    first of a field is the one in force, the others are kept as candidates. `notes` say in
    whole sentences what was left out or could not be read; `attachments` become documents of
    their own. `loader` names the loader that read it, with its version.
    """

    text: str
    blocks: tuple[Block, ...]
    facts: tuple[Fact, ...]
    media_type: str
    pages: tuple[Page, ...] = ()
    notes: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    loader: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """An indexed piece: `text[start:end]` of a version, embedded with `prefix` before it."""

    id: str
    document: str
    version: str
    start: int
    end: int
    prefix: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as the store knows it; `version` is None while it never could be read.

    `parent` is the id of the document that this one is attached to.
    """

    id: str
    root: str
    source: str
    state: State
    version: str | None
    media_type: str | None
    metadata: Metadata
    n_chunks: int
    n_chars: int
    sample: bool
    error: str | None = None
    n_pages: int = 0
    notes: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    parent: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON-ready values, what is known of it beside the rest."""
        plain = _plain(asdict(self))
        known = plain.pop("metadata")
        published = known["published"] or {}
        counts = {"n_chunks": "chunks", "n_chars": "characters", "n_pages": "pages"}
        return {
            **{counts.get(name, name): value for name, value in plain.items()},
            **known,
            "published": published.get("value"),
            "published_precision": published.get("precision"),
        }


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
        plain: dict[str, Any] = _plain(asdict(self))
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
    """A sentence before its citations are proved; `needs_context` as in `AnswerSentence`."""

    text: str
    citations: tuple[DraftCitation, ...]
    role: Role = "answer"
    needs_context: bool = False


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
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer and the numbers of the citations it rests on.

    `needs_context` marks a sentence that refers to something outside itself which could not be
    told with certainty; its paragraph is shown around it.
    """

    text: str
    role: Role
    citations: tuple[int, ...]
    verdict: str | None = None
    needs_context: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A citation of a draft that did not hold, and why."""

    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's answer, whole: what `rag ask --json` prints and what the store keeps.

    `confidence` in [0, 1] is held against `threshold`; below it the answer abstains, `reason`
    says why, `sentences` and `citations` are empty and the draft stands in `withheld` and
    `withheld_citations`. `short_answer` is a part of one of the sentences, word for word; `query`
    what was searched for, `question` what was asked; `seconds` has the time of each stage.
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

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, tuples as lists, in the order of the fields."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; unknown fields of later versions are left out."""
        kept = _known(cls, values)
        kept["notices"] = tuple(kept["notices"])
        for name, make in _PARTS.items():
            kept[name] = tuple(make(row) for row in kept.get(name, ()))
        return cls(**kept)


def _plain(value: object) -> Any:  # noqa: ANN401 (JSON values have no narrower type)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


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

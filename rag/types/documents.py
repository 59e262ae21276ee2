"""What is known of sources: file → `Document` → `Chunk`, and the record of a document.

Offsets are characters (code points) of one version's canonical text: `text[start:end]`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from rag.dates import Published

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
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
        plain = plain_values(asdict(self))
        known = plain.pop("metadata")
        published = known["published"] or {}
        counts = {"n_chunks": "chunks", "n_chars": "characters", "n_pages": "pages"}
        return {
            **{counts.get(name, name): value for name, value in plain.items()},
            **known,
            "published": published.get("value"),
            "published_precision": published.get("precision"),
        }


def plain_values(value: object) -> Any:  # noqa: ANN401 (JSON values have no narrower type)
    """JSON-ready values: mappings as dicts, tuples as lists."""
    if isinstance(value, Mapping):
        return {name: plain_values(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    return value

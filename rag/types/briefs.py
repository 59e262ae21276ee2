"""A brief: answers and an author's own text in sections, as the store keeps it, and its JSON form.

A brief is a value; editing makes another one, which the store keeps as the next version.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from rag.dates import Precision
from rag.types.answers import Answer, Citation, citation_from_dict
from rag.types.documents import plain_values

KEY_CHARS = 8


def citation_key(citation: Citation) -> str:
    """What names a citation in an author's text: `[@key]`; the same span has the same key.

    Eight hexadecimal digits of the sha256 of document, version, start and end.
    """
    place = f"{citation.document}\0{citation.version}\0{citation.start}\0{citation.end}"
    return hashlib.sha256(place.encode()).hexdigest()[:KEY_CHARS]


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """A question with its answer as it was given; its passages are left out."""

    id: str
    answer: Answer

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What its sentences rest on."""
        return self.answer.citations


@dataclass(frozen=True, slots=True)
class TextItem:
    """An author's own text in Markdown; `[@key]` in it calls the citation of that key."""

    id: str
    text: str
    citations: tuple[Citation, ...] = ()


Item = AnswerItem | TextItem


@dataclass(frozen=True, slots=True)
class BriefSection:
    """A heading, which may be empty, and what stands beneath it."""

    id: str
    heading: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What the author says of a source; None leaves it to what is known of the document.

    `hand` is whether it is first-hand or relayed, `limits` what is to be kept in mind.
    """

    kind: str | None = None
    originator: str | None = None
    hand: str | None = None
    limits: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What was known of a document when it was cited: notes stay as they were written.

    `file` is its path under its root; `accessed` the ISO date on which the cited text was last
    seen in it; `copies` the ids of near-identical documents, by estimate; `limits` what a person
    should know before relying on it, a sentence each.
    """

    file: str
    media_type: str | None
    title: str | None
    authors: tuple[str, ...]
    publisher: str | None
    published: str | None
    published_precision: Precision | None
    url: str | None
    language: str | None
    accessed: str | None
    file_sha256: str | None = None
    copies: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief, whole. `date` is an ISO date, the author's; `version` counts from 1.

    `bottom_line` stands before the sections. `descriptors` and `sources` are by document.
    """

    id: str
    version: int
    title: str
    author: str | None
    date: str | None
    handling: str | None
    created_at: str
    changed_at: str
    sections: tuple[BriefSection, ...] = ()
    bottom_line: Item | None = None
    descriptors: Mapping[str, Descriptor] = field(default_factory=dict)
    sources: Mapping[str, SourceFacts] = field(default_factory=dict)

    def items(self) -> Iterator[Item]:
        """Every item in reading order."""
        if self.bottom_line is not None:
            yield self.bottom_line
        for section in self.sections:
            yield from section.items

    def citations(self) -> dict[str, Citation]:
        """Every citation by its key, in reading order; of an answer, all that it holds."""
        found: dict[str, Citation] = {}
        for item in self.items():
            for citation in item.citations:
                found.setdefault(citation_key(citation), citation)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The brief as JSON-ready values."""
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "author": self.author,
            "date": self.date,
            "handling": self.handling,
            "created_at": self.created_at,
            "changed_at": self.changed_at,
            "bottom_line": None if self.bottom_line is None else item_to_dict(self.bottom_line),
            "sections": [
                {
                    "id": section.id,
                    "heading": section.heading,
                    "items": [item_to_dict(item) for item in section.items],
                }
                for section in self.sections
            ],
            "descriptors": {
                name: plain_values(asdict(row)) for name, row in self.descriptors.items()
            },
            "sources": {name: plain_values(asdict(row)) for name, row in self.sources.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: the values are none of a brief.
        """
        bottom = values["bottom_line"]
        names = ("id", "version", "title", "author", "date", "handling", "created_at", "changed_at")
        return cls(
            **{name: values[name] for name in names},
            bottom_line=None if bottom is None else item_from_dict(bottom),
            sections=tuple(
                BriefSection(
                    row["id"], row["heading"], tuple(item_from_dict(item) for item in row["items"])
                )
                for row in values["sections"]
            ),
            descriptors={name: Descriptor(**row) for name, row in values["descriptors"].items()},
            sources={name: _facts(row) for name, row in values["sources"].items()},
        )


def _facts(values: Mapping[str, Any]) -> SourceFacts:
    lists = ("authors", "copies", "limits")
    return SourceFacts(**{**values, **{name: tuple(values[name]) for name in lists}})


def item_to_dict(item: Item) -> dict[str, Any]:
    """An item as JSON-ready values, its kind by its fields: `answer` or `text`."""
    if isinstance(item, AnswerItem):
        return {"id": item.id, "answer": item.answer.to_dict()}
    return {
        "id": item.id,
        "text": item.text,
        "citations": [citation.to_dict() for citation in item.citations],
    }


def item_from_dict(values: Mapping[str, Any]) -> Item:
    """The inverse of `item_to_dict`; raises as `Brief.from_dict`."""
    if "answer" in values:
        return AnswerItem(values["id"], Answer.from_dict(values["answer"]))
    cited = tuple(citation_from_dict(row) for row in values["citations"])
    return TextItem(values["id"], values["text"], cited)

"""What names a source in a note: one value, from which every style and format is written."""

from dataclasses import dataclass
from typing import Literal

from rag.dates import Published

Kind = Literal["report", "webpage", "email", "book", "presentation", "dataset", "document"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as references name it; what is None is unknown and is never invented.

    `id` is short, stable and of ASCII letters and digits: a citation key. `kind` is by the kind
    of file. `authors` are as the source states them, one a person or body. `accessed` is the ISO
    date on which the source was last seen. `file` is its path under its root, named where there
    is no title.
    """

    id: str
    kind: Kind
    title: str | None
    authors: tuple[str, ...]
    publisher: str | None
    published: Published | None
    url: str | None
    accessed: str | None
    language: str | None
    file: str


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a source: its first and last page, as they are named on it or counted from 1."""

    page: str
    last: str | None = None

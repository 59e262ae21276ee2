"""Markdown: the text as it is written, marks included, so that quotes stand in the source file.

Blocks come from CommonMark's own line numbers (with GFM tables); facts from YAML front matter.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.loaders.canonical import canonical, decode_damaged
from rag.loaders.facts import stated
from rag.loaders.front_matter import split_front_matter
from rag.loaders.language import detected_language
from rag.loaders.text import text_blocks
from rag.types import Block, BlockKind, Document, Fact

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# markdown-it takes about a second and 200 MB a megabyte of short lines. What is longer is no
# written document but a dump, and is read as plain text.
_MAX_CHARS = 4_000_000
_MAX_TITLE_CHARS = 500
_LEAVES: dict[str, BlockKind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "tr_open": "row",
    "fence": "code",
    "code_block": "code",
    "html_block": "paragraph",
    "hr": "paragraph",
}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A block by its lines, `first` to `end` (exclusive), counted from 0."""

    kind: BlockKind
    first: int
    end: int
    level: int = 0


def parse(data: bytes) -> Document:
    """The document that the bytes of a Markdown file hold.

    Facts are the front matter's, then the first heading of level 1 as title, then the detected
    language, each only where nothing before states it.

    Raises:
        DocumentError: Not text, or front matter that is no YAML.
    """
    decoded, notes = decode_damaged(data)
    facts, text = split_front_matter(canonical(decoded))
    blocks, heading = _structure(text)
    known = {fact.field for fact in facts}
    guesses = [heading if "title" not in known else None]
    guesses.append(detected_language(text) if "language" not in known else None)
    found = tuple(fact for fact in guesses if fact is not None)
    return Document(text, blocks, facts + found, "text/markdown", notes=notes)


def _structure(text: str) -> tuple[tuple[Block, ...], Fact | None]:
    """The blocks of `text`, and its first heading of level 1 as the title."""
    if len(text) > _MAX_CHARS:
        return text_blocks(text), None
    # 40 ms to import.
    from markdown_it import MarkdownIt

    # A list takes two levels of nesting, so the preset's 20 ends at lists of ten; what is nested
    # deeper than this comes out as one paragraph.
    markdown = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table")
    try:
        # Lines and their kinds are all that is needed; inline marks cost most of the time.
        tokens = markdown.disable("inline").parse(text)
    except RecursionError:
        return text_blocks(text), None
    return _blocks(text, list(_leaves(tokens))), _title(tokens, markdown)


def _leaves(tokens: Iterable["Token"]) -> Iterator[_Leaf]:
    in_item = False  # between an item's mark and its first words
    for token in tokens:
        if token.type == "list_item_open":
            in_item = True
        kind = _LEAVES.get(token.type)
        if kind is None or token.map is None:
            in_header = token.type == "thead_open"
            continue
        first, end = token.map
        if token.type == "paragraph_open" and in_item:
            kind = "item"
        if token.type == "tr_open" and in_header:
            end += 1  # the row of dashes below, which has no token
        yield _Leaf(kind, first, end, int(token.tag[1]) if kind == "heading" else 0)
        in_item = False


def _blocks(text: str, leaves: Iterable[_Leaf]) -> tuple[Block, ...]:
    """The leaves as spans of `text`, with the lines that none of them holds put beside them."""
    lines = text.split("\n")
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    whole: list[_Leaf] = []
    reached = 0
    for leaf in leaves:
        if leaf.first >= reached:
            whole.extend(_between(lines, reached, leaf.first))
            whole.append(leaf)
            reached = leaf.end
    whole.extend(_between(lines, reached, len(lines)))
    blocks = []
    for leaf in whole:
        piece = text[starts[leaf.first] : starts[min(leaf.end, len(lines))]]
        words = piece.strip()
        if words:
            start = starts[leaf.first] + piece.index(words[0])
            blocks.append(Block(leaf.kind, start, start + len(words), leaf.level))
    return tuple(blocks)


def _between(lines: Sequence[str], first: int, end: int) -> Iterator[_Leaf]:
    """Paragraphs for lines that CommonMark makes nothing of: link definitions, bare marks."""
    while first < end:
        if not lines[first].strip():
            first += 1
            continue
        last = first + 1
        while last < end and lines[last].strip():
            last += 1
        yield _Leaf("paragraph", first, last)
        first = last


def _title(tokens: Sequence["Token"], markdown: "MarkdownIt") -> Fact | None:
    for token, inline in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1" and token.level == 0:
            if len(inline.content) > _MAX_TITLE_CHARS:
                return None
            parts = markdown.enable("inline").parseInline(inline.content)[0].children or []
            words = "".join(
                " " if part.type in {"softbreak", "hardbreak"} else part.content for part in parts
            )
            return stated("title", words, "first heading")
    return None

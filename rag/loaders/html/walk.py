"""The blocks of a tree of HTML elements, or of the tree that trafilatura makes of one.

One pass, which keeps no more than the open elements; what cannot be seen because of its style is
taken out of the tree before (`rag.loaders.html.hidden`).
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.loaders.canonical import canonical
from rag.loaders.text import text_blocks
from rag.types import Block, BlockKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ITEMS = frozenset({"li", "item", "dt", "dd"})
_GROUPS = frozenset({"ul", "ol", "dl", "list", "table"})
_CELLS = frozenset({"td", "th", "cell"})
_ROWS = frozenset({"tr", "row"})
_NEUTRAL = frozenset(
    "address article aside blockquote body caption center details dialog div fieldset figcaption "
    "figure footer form header hr html main menu nav p quote search section summary tbody tfoot "
    "thead".split()
)
_BLOCKS = _NEUTRAL | _HEADINGS.keys() | _ITEMS | _GROUPS | _CELLS | _ROWS | {"head", "pre"}
UNSEEN = frozenset(
    "script style noscript template head svg math iframe object select datalist canvas audio "
    "video map title rt rp".split()  # rt, rp: readings printed above words
)
_LONG_PRE_CHARS = 5000  # a text file put into a page (laws, RFCs, court opinions), not code
# Stand between pieces of text until a block is complete; canonical text has neither.
_CELL, _BREAK = "\x01", "\x02"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block's text; pieces of one list or table share a `group`, which is 0 for none."""

    kind: BlockKind
    text: str
    level: int
    group: int
    element: "HtmlElement | None" = None  # the innermost block element that it stands in


@dataclass(slots=True)
class _Frame:
    """An open block element: what its text becomes, and whether some has been written."""

    element: "HtmlElement"
    kind: BlockKind
    level: int
    group: int
    written: bool = False


def joined(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The pieces as one text, a blank line between them but not within a list or table."""
    parts: list[str] = []
    blocks: list[Block] = []
    length = 0
    previous: Piece | None = None
    for piece in pieces:
        if previous is not None:
            near = piece.group == previous.group != 0 and {piece.kind, previous.kind} <= {
                "item",
                "row",
            }
            parts.append("\n" if near else "\n\n")
            length += len(parts[-1])
        parts.append(piece.text)
        blocks.append(Block(piece.kind, length, length + len(piece.text), piece.level))
        length += len(piece.text)
        previous = piece
    return "".join(parts), tuple(blocks)


class Walk:
    """One pass over a tree, of HTML's element names or of trafilatura's (head, item, row, lb)."""

    def __init__(self) -> None:
        self._open: list[_Frame] = []
        self._words: list[str] = []
        self._groups = itertools.count(1)

    def pieces(self, root: "HtmlElement") -> Iterator[Piece]:
        """The visible text below `root`, block by block."""
        from lxml import etree

        self._open = [_Frame(root, "paragraph", 0, 0)]
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if element is not root and _is_unseen(element):
                    # Its "end" still comes, with the text after it.
                    walk.skip_subtree()
                    continue
                yield from self._start(element)
                self._words.append(canonical(element.text or ""))
            else:
                yield from self._end(element)
                if element is not root:
                    self._words.append(canonical(element.tail or ""))
        yield from self._flush()

    def _start(self, element: "HtmlElement") -> Iterator[Piece]:
        tag = element.tag
        frame = self._open[-1]
        if tag in {"br", "lb"}:
            self._words.append(_BREAK)
        elif frame.kind == "row" and tag not in _ROWS:
            self._words.append(_CELL if tag in _CELLS else " " if tag in _BLOCKS else "")
        elif frame.kind != "code" and (tag in _BLOCKS or _is_code_block(element)):
            yield from self._flush()
            kind, level = self._kind(element)
            group = frame.group
            if tag in _GROUPS and group == 0:
                group = next(self._groups)
            self._open.append(_Frame(element, kind, level, group))

    def _end(self, element: "HtmlElement") -> Iterator[Piece]:
        if len(self._open) > 1 and self._open[-1].element is element:
            yield from self._flush()
            self._open.pop()
        elif element.tag in _BLOCKS:
            self._words.append(" ")

    def _kind(self, element: "HtmlElement") -> tuple[BlockKind, int]:
        tag = element.tag
        frame = self._open[-1]
        if tag in _HEADINGS:
            return "heading", _HEADINGS[tag]
        if tag == "head":
            return "heading", _HEADINGS.get(element.get("rend", ""), 2)
        if tag in _ITEMS:
            return "item", 0
        if tag in {"pre", "code"}:
            return "code", 0
        if tag in _ROWS and not _is_layout(element):
            return "row", 0
        if frame.kind == "heading" or (frame.kind == "item" and not frame.written):
            return frame.kind, frame.level
        return "paragraph", 0

    def _flush(self) -> Iterator[Piece]:
        """What has been read since the last block, as the innermost open one's."""
        raw = "".join(self._words)
        self._words.clear()
        frame = self._open[-1]
        kind: BlockKind = frame.kind
        if kind == "row":
            cells = [_collapsed(cell) for cell in raw.split(_CELL)]
            while cells and not cells[-1]:
                cells.pop()
            texts = [" | ".join(cells if not cells or cells[0] else cells[1:]).strip()]
        elif kind == "code":
            texts = [canonical(raw.replace(_BREAK, "\n").replace(_CELL, " ")).strip()]
            if len(texts[0]) > _LONG_PRE_CHARS:
                for block in text_blocks(texts[0]):
                    piece = texts[0][block.start : block.end]
                    yield Piece(block.kind, piece, block.level, frame.group, frame.element)
                texts = []
        else:
            texts = [_collapsed(part) for part in _PARAGRAPH_BREAK.split(raw)]
        for text in filter(None, texts):
            if kind == "item" and frame.written:
                kind = "paragraph"
            yield Piece(kind, text, frame.level, frame.group, frame.element)
            # Where one is written those around it are: a deep page costs no more than a flat one.
            for opened in reversed(self._open):
                if opened.written:
                    break
                opened.written = True


def _collapsed(raw: str) -> str:
    return canonical(" ".join(raw.replace(_BREAK, " ").replace(_CELL, " ").split()))


def _is_unseen(element: "HtmlElement") -> bool:
    # trafilatura's headings are named "head" too, and have a "rend".
    return element.tag in UNSEEN and not (element.tag == "head" and element.get("rend"))


def _is_code_block(element: "HtmlElement") -> bool:
    """Whether a <code> stands for itself, as trafilatura writes <pre>; others are in a sentence."""
    parent = element.getparent()
    return (
        element.tag == "code"
        and parent is not None
        and parent.tag in {"body", "div"}
        and not (element.tail or "").strip()
    )


def _is_layout(row: "HtmlElement") -> bool:
    """Whether a table row arranges a page instead of holding data."""
    cells = sum(1 for child in row if child.tag in _CELLS)
    paragraphs = 0
    for element in row.iter():
        if element.tag == "table" or element.tag in _HEADINGS:
            return True
        paragraphs += element.tag == "p"
    return paragraphs > 2 * cells

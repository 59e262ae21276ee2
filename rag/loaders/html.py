"""Web pages: the article as text, without navigation, advertisements and comments.

trafilatura finds the main text; the walk over what it keeps is our own, so that blocks, cells
and spaces between words are known. Where it finds nothing, or a page has nothing around its
text, all visible text is taken. The text of a block is the page's with its white space
collapsed, as a browser shows it.
"""

import itertools
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.canonical import canonical, decode
from rag.loaders.html_facts import page_facts
from rag.loaders.language import detected_language
from rag.loaders.text import text_blocks
from rag.types import Block, BlockKind, Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w:.-]+)"
)
_CHARSET_BYTES = 4096  # browsers look at 1024; real pages put scripts before
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
_UNSEEN = frozenset(
    "script style noscript template head svg math iframe object select datalist canvas audio "
    "video map title rt rp".split()  # rt, rp: readings printed above words
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AROUND = ("nav", "header", "footer", "aside", "form", "iframe", "button")
_PLAIN_LINK_SHARE = 0.05
_LONG_PRE_CHARS = 5000  # a text file put into a page (laws, RFCs, court opinions), not code
# Stand between pieces of text until a block is complete; canonical text has neither.
_CELL, _BREAK = "\x01", "\x02"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*")


def parse(data: bytes) -> Document:
    """The document that the bytes of an HTML page hold.

    Raises:
        DocumentError: Not text, or markup beyond libxml2's limits (256 elements deep, 10 million
            characters without a tag), which would lose text without a word.
    """
    declared = _CHARSET.search(data[:_CHARSET_BYTES].lower())
    source = canonical(decode(data, declared[1].decode() if declared else None))
    if not source.strip():
        raise DocumentError("holds no text; remove it or replace it by one that does")
    tree = _tree(source)
    facts = page_facts(tree)
    text, blocks = _main_text(tree)
    if not any(fact.field == "language" for fact in facts):
        language = detected_language(text)
        facts = facts if language is None else (*facts, language)
    return Document(text, blocks, facts, "text/html")


def _tree(source: str) -> "HtmlElement":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # As bytes with the encoding given, since a string that declares one is refused.
    parser = HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = document_fromstring(source.encode("utf-8"), parser=parser)
    except etree.ParserError as error:  # nothing but comments, for example
        raise DocumentError("holds no text; remove it or replace it by one that does") from error
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            f"not readable as HTML: {_one_line(error.msg)}; save it anew"
        ) from error
    for entry in parser.error_log.filter_from_fatals():
        # libxml2 stops here and keeps what it has; nothing may be lost unsaid.
        raise DocumentError(f"beyond the parser's limits: {_one_line(entry.message)}; simplify it")
    return tree


def _one_line(message: str | None) -> str:
    return " ".join((message or "").split(", use XML")[0].split(", try XML")[0].split())[:120]


def _main_text(tree: "HtmlElement") -> tuple[str, tuple[Block, ...]]:
    everything = _joined(_Walk().pieces(tree))
    if _is_plain(tree, len(everything[0])):
        return everything
    _soften_code(tree)
    # 0.2 s to import; numbers and vendored models of languages come with it.
    from trafilatura import bare_extraction

    # Its warnings ("discarding data") are what the empty result says already.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # A format other than "python" spares a rendering that is not used.
    page = bare_extraction(tree, include_comments=False, include_tables=True, output_format="xml")
    body = getattr(page, "body", None)  # a Document; or None, where nothing was found
    if body is not None:
        text, blocks = _joined(_Walk().pieces(body))
        if text:
            return text, blocks
    return everything


def _is_plain(tree: "HtmlElement", n_chars: int) -> bool:
    """Whether a page has nothing around its text: a saved report, an export, a court filing.

    Leaving out "boilerplate" could only lose text there. Not one of 71 pages of news sites and
    blogs is plain.
    """
    if next(tree.iter(*_AROUND), None) is not None:
        return False
    linked = sum(len(text.strip()) for link in tree.iter("a") for text in link.itertext())
    return linked <= _PLAIN_LINK_SHARE * n_chars


def _soften_code(tree: "HtmlElement") -> None:
    """Make code within a sentence plain words: trafilatura glues it to the word that follows."""
    for element in list(tree.iter("code", "kbd", "samp", "tt")):
        in_block = next(element.iterancestors("pre"), None) is not None
        if not in_block and "\n" not in "".join(element.itertext()):
            element.tag = "span"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block's text; pieces of one list or table share a `group`, which is 0 for none."""

    kind: BlockKind
    text: str
    level: int
    group: int


@dataclass(slots=True)
class _Frame:
    """An open block element: what its text becomes, and whether some has been written."""

    element: "HtmlElement"
    kind: BlockKind
    level: int
    group: int
    written: bool = False


def _joined(pieces: Iterator[_Piece]) -> tuple[str, tuple[Block, ...]]:
    """The pieces as one text, a blank line between them but not within a list or table."""
    parts: list[str] = []
    blocks: list[Block] = []
    length = 0
    previous: _Piece | None = None
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


class _Walk:
    """One pass over a tree, of HTML's element names or of trafilatura's (head, item, row, lb)."""

    def __init__(self) -> None:
        self._open: list[_Frame] = []
        self._words: list[str] = []
        self._groups = itertools.count(1)

    def pieces(self, root: "HtmlElement") -> Iterator[_Piece]:
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

    def _start(self, element: "HtmlElement") -> Iterator[_Piece]:
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

    def _end(self, element: "HtmlElement") -> Iterator[_Piece]:
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

    def _flush(self) -> Iterator[_Piece]:
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
                    yield _Piece(block.kind, piece, block.level, frame.group)
                texts = []
        else:
            texts = [_collapsed(part) for part in _PARAGRAPH_BREAK.split(raw)]
        for text in filter(None, texts):
            if kind == "item" and frame.written:
                kind = "paragraph"
            yield _Piece(kind, text, frame.level, frame.group)
            for opened in self._open:
                opened.written = True


def _collapsed(raw: str) -> str:
    return canonical(" ".join(raw.replace(_BREAK, " ").replace(_CELL, " ").split()))


def _is_unseen(element: "HtmlElement") -> bool:
    # trafilatura's headings are named "head" too, and have a "rend".
    if element.tag in _UNSEEN and not (element.tag == "head" and element.get("rend")):
        return True
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


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

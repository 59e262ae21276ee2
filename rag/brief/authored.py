"""An author's own text: Markdown with citation marks → blocks, each mark checked, none lost.

A mark is `[@key]` for a citation that the text holds; `[@ANSWER#2]` names the second citation of a
kept answer and `[@DOCUMENT:120-180]` a span of a document, both turned into keys when saved.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rag.brief.manuscript import (
    Block,
    Listing,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Run,
    Runs,
    Subheading,
    Table,
    Text,
)
from rag.errors import ConfigurationError, NotFoundError
from rag.types import Citation, citation_key

if TYPE_CHECKING:
    from markdown_it.token import Token

# A page of text has some 3,000 characters; a section of a brief is no book.
MAX_TEXT_CHARS = 200_000
_MARK = re.compile(r"\[@([^\[\]\n]{1,300})\]")
_BROKEN = re.compile(r"\[@[^\[\]\n]{0,40}")
_KEY = re.compile(r"[0-9a-f]{8}")
# Marks stand for themselves while the Markdown is read: in characters that no text has.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HELD = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

Resolve = Callable[[str], Citation]


@dataclass(frozen=True, slots=True)
class Authored:
    """A text whose every mark names a citation; `lost` are those that it no longer calls."""

    text: str
    citations: tuple[Citation, ...]
    lost: tuple[Citation, ...] = ()


def checked(text: str, known: Mapping[str, Citation], resolve: Resolve) -> Authored:
    """A text as it may be saved: marks that name something else than a key are made keys.

    `known` are the citations by key that the brief has; `resolve` finds what another mark names
    and raises `NotFoundError`. `lost` is left empty here.

    Raises:
        ConfigurationError: marks that name nothing, were altered, or stand where none can be
            called; every one is named, and nothing is to be saved.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise ConfigurationError(
            f"the text has {len(text)} characters; a part of a brief takes {MAX_TEXT_CHARS}"
        )
    text = _without_private(text.replace("\r\n", "\n").replace("\r", "\n"))
    faults: list[str] = []
    found: dict[str, Citation] = {}

    def keyed(match: re.Match[str]) -> str:
        name = match[1].strip()
        citation = known.get(name)
        if citation is None:
            try:
                if _KEY.fullmatch(name):
                    raise NotFoundError("no citation has this key")
                citation = resolve(name)
            except NotFoundError as error:
                faults.append(_unknown(match.group(), name, known, str(error)))
                return match.group()
        found.setdefault(citation_key(citation), citation)
        return f"[@{citation_key(citation)}]"

    keys = _MARK.sub(keyed, text)
    faults += [
        f"{match.group()!r} is a mark without its end; write [@key]"
        for match in _BROKEN.finditer(_MARK.sub("", keys))
    ]
    if not faults:
        n_called = sum(1 for _ in note_marks(blocks_of(keys, found)))
        if n_called != len(marks_of(keys)):
            faults.append(
                "one stands in code or in the address of a link, where no note can be called"
            )
    if faults:
        n = "a citation mark" if len(faults) == 1 else f"{len(faults)} citation marks"
        raise ConfigurationError(f"{n} cannot be saved: {'; '.join(faults)}")
    return Authored(keys, tuple(found.values()))


def marks_of(text: str) -> list[str]:
    """The keys that a saved text calls, in order, with repetitions."""
    return [match[1].strip() for match in _MARK.finditer(text)]


def blocks_of(text: str, known: Iterable[str]) -> tuple[Block, ...]:
    """The blocks of a text; a mark of a key in `known` is a `NoteMark` of its place in `known`.

    Numbers count from 0 here: the position of the key among those of `known`. HTML is text,
    pictures are their description, links keep http and https addresses.
    """
    from markdown_it import MarkdownIt  # 60 ms that no other command needs

    order = {key: place for place, key in enumerate(known)}

    def held(match: re.Match[str]) -> str:
        place = order.get(match[1].strip())
        return match.group() if place is None else f"{_OPEN}{place}{_CLOSE}"

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_MARK.sub(held, _without_private(text)))
    return tuple(_blocks(iter(tokens), None))


def note_marks(blocks: Sequence[Block]) -> Iterator[int]:
    """The numbers of the note marks in these blocks, in reading order."""
    for block in blocks:
        match block:
            case Paragraph(runs) | Subheading(_, runs):
                yield from _numbers(runs)
            case Quotation(inside):
                yield from note_marks(inside)
            case Listing(items=items):
                for item in items:
                    yield from note_marks(item)
            case Table(header, rows):
                for row in (header, *rows):
                    for cell in row:
                        yield from _numbers(cell)


def _numbers(runs: Runs) -> Iterator[int]:
    yield from (run.number for run in runs if isinstance(run, NoteMark))


def _unknown(mark: str, name: str, known: Mapping[str, Citation], why: str) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"was it altered from [@{close[0]}]?" if close else why
    return f"{mark} names no citation ({hint})"


def _without_private(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _blocks(tokens: "Iterator[Token]", until: str | None) -> Iterator[Block]:
    for token in tokens:
        if token.type == until:
            return
        match token.type:
            case "paragraph_open":
                yield Paragraph(_runs(next(tokens)))
                next(tokens)
            case "heading_open":
                yield Subheading(min(int(token.tag[1:]), 4), _runs(next(tokens)))
                next(tokens)
            case "bullet_list_open" | "ordered_list_open":
                yield _listing(token, tokens)
            case "blockquote_open":
                yield Quotation(tuple(_blocks(tokens, "blockquote_close")))
            case "fence" | "code_block":
                yield Preformatted(_HELD.sub("", token.content).rstrip("\n"))
            case "table_open":
                yield _table(tokens)


def _listing(opening: "Token", tokens: "Iterator[Token]") -> Listing:
    ordered = opening.type == "ordered_list_open"
    items = []
    closing = opening.type.replace("open", "close")
    for token in tokens:
        if token.type == closing:
            break
        items.append(tuple(_blocks(tokens, "list_item_close")))
    return Listing(ordered, tuple(items), int(opening.attrGet("start") or 1))


def _table(tokens: "Iterator[Token]") -> Table:
    rows: list[list[Runs]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_runs(token))
    width = len(rows[0])
    even = [tuple([*row, *[()] * width][:width]) for row in rows]
    return Table(even[0], tuple(even[1:]))


def _runs(inline: "Token") -> Runs:
    runs: list[Run] = []
    bold = italic = 0
    link: list[str | None] = []

    def add(text: str, *, code: bool = False) -> None:
        style: dict[str, Any] = {
            "bold": bold > 0,
            "italic": italic > 0,
            "code": code,
            "link": link[-1] if link else None,
        }
        place = 0
        for match in _HELD.finditer(text):
            if text[place : match.start()]:
                runs.append(Text(text[place : match.start()], **style))
            if not code:
                runs.append(NoteMark(int(match[1])))
            place = match.end()
        if text[place:]:
            runs.append(Text(text[place:], **style))

    for token in inline.children or ():
        match token.type:
            case "text":
                add(token.content)
            case "code_inline":
                add(token.content, code=True)
            case "softbreak":
                add(" ")
            case "hardbreak":
                add("\n")
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open":
                link.append(_address(str(token.attrGet("href") or "")))
            case "link_close":
                link.pop()
            case "image":
                add(token.content or "picture")
            case _:
                add(token.content)
    return tuple(runs)


def _address(href: str) -> str | None:
    return href if re.match(r"https?://", href, re.IGNORECASE) else None

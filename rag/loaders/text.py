"""Plain text: the whole file is the text; blocks come from blank lines, list marks and headings.

Plain text states no metadata, so the only fact is the language that was detected.
"""

import itertools
import re
import unicodedata
from collections.abc import Sequence

from rag.loaders.canonical import canonical, decode_damaged
from rag.loaders.language import detected_language
from rag.types import Block, BlockKind, Document

_Line = tuple[int, str]  # where it begins in the text, and its words without the space around

_ITEM = re.compile(r"(?:[-*•‣▪◦·–—]|\d{1,3}[.)]|\(\w{1,4}\)|[a-z]\))\s+\S")
_NUMBERED_ITEM = re.compile(r"\d{1,3}[.)]\s")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4}|[IVX]{1,5}(?=\.))\.?\s+(\S)")
_NAMED = re.compile(
    r"(?:part|chapter|section|article|annex|appendix)\s+(?:\d+|[ivxlc]+|[a-z])\b", re.I
)
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})$")
_URL = re.compile(r"(?<!\S)\S*?://\S*")  # from a word's begin, else quadratic in long words
_END_MARKS = ".,;:!?…。！？；：，、"
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_HEADING_CHARS = 80
# Text wrapped by hand or by mail programs has at most this many columns; a longer line is a
# paragraph that was left to the window to wrap.
_WRAP_COLUMNS = 120


def parse(data: bytes) -> Document:
    """The document that the bytes of a .txt file hold."""
    decoded, notes = decode_damaged(data)
    text = canonical(decoded)
    language = detected_language(text)
    facts = () if language is None else (language,)
    return Document(text, text_blocks(text), facts, "text/plain", notes=notes)


def text_blocks(text: str) -> tuple[Block, ...]:
    """Blocks of text without markup, in order; they hold every character that is no space.

    Lines between blank lines are one paragraph where they look wrapped, else one each. List
    items are told by their marks. A heading is a short line of capitals, with a number or an
    underline, before something longer.
    """
    groups = _groups(text)
    blocks: list[list[Block]] = []
    before_heading = False
    # Backwards, since what makes a heading is what follows it, another heading included.
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        previous = groups[index - 1] if index else ()
        following = groups[index + 1] if index + 1 < len(groups) else ()
        level = _heading_level(group, previous, following, before_heading=before_heading)
        heading_lines = 0 if level == 0 else 2 if _is_underlined(group) else 1
        made = []
        if level:
            made.append(_block("heading", group[:heading_lines], level))
        made.extend(_body(group[heading_lines:]))
        before_heading = level > 0
        blocks.append(made)
    return tuple(block for made in reversed(blocks) for block in made)


def _groups(text: str) -> list[list[_Line]]:
    """The lines that are not blank, parted where blank ones stand."""
    groups: list[list[_Line]] = []
    start = 0
    apart = True
    for line in text.split("\n"):
        words = line.strip()
        if words:
            if apart:
                groups.append([])
            groups[-1].append((start + line.index(words[0]), words))
        apart = not words
        start += len(line) + 1
    return groups


def _heading_level(
    group: Sequence[_Line],
    previous: Sequence[_Line],
    following: Sequence[_Line],
    *,
    before_heading: bool,
) -> int:
    """The level of the heading that `group` is or begins with; 0 where it is none."""
    words = group[0][1]
    if len(words) > _HEADING_CHARS or words[-1] in _END_MARKS:
        return 0
    if _is_underlined(group):
        return 1 if group[1][1][0] == "=" else 2
    longer = sum(len(line) for _, line in following) > len(words)
    if len(group) > 1 or not following or not (longer or before_heading):
        return 0
    if _NUMBERED_ITEM.match(words) and any(
        near and _NUMBERED_ITEM.match(near[0][1]) for near in (previous, following)
    ):
        return 0  # a list with blank lines between its items
    numbered = _NUMBERED.match(words)
    if numbered is not None and not numbered[2].islower() and numbered[2].isalpha():
        return numbered[1].count(".") + 1
    if _NAMED.match(words) or (words.isupper() and sum(map(str.isalpha, words)) > 2):
        return 1
    return 0


def _is_underlined(group: Sequence[_Line]) -> bool:
    if len(group) < 2 or not _UNDERLINE.match(group[1][1]) or _UNDERLINE.match(group[0][1]):
        return False
    return abs(len(group[1][1]) - len(group[0][1])) <= 3  # else a rule, or a table's


def _body(group: Sequence[_Line]) -> list[Block]:
    """The items and paragraphs of a group of lines."""
    marked = [index for index, (_, words) in enumerate(group) if _ITEM.match(words)]
    # One mark inside a wrapped paragraph is a dash or a number that fell on a line's begin.
    is_list = (
        len(marked) > 1
        or marked[:1] == [0]
        or any(group[index - 1][1].endswith(":") for index in marked)
    )
    if not is_list:
        return _paragraphs(group)
    bounds = [*marked, len(group)]
    items = [_block("item", group[start:end]) for start, end in itertools.pairwise(bounds)]
    return [*_paragraphs(group[: marked[0]]), *items]


def _paragraphs(lines: Sequence[_Line]) -> list[Block]:
    """One block for wrapped lines, else one a line."""
    if not lines:
        return []
    wrapped = all(_columns(words) <= _WRAP_COLUMNS for _, words in lines)
    # Lines that all end a sentence can be parted without harm, and mostly are paragraphs.
    if wrapped and not all(_SENTENCE_END.search(words) for _, words in lines):
        return [_block("paragraph", lines)]
    return [_block("paragraph", [line]) for line in lines]


def _columns(words: str) -> int:
    """The width of a line on a terminal; addresses, which cannot be wrapped, do not count."""
    if "://" in words:
        words = _URL.sub("", words)
    if words.isascii() or len(words) > _WRAP_COLUMNS:
        return len(words)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)


def _block(kind: BlockKind, lines: Sequence[_Line], level: int = 0) -> Block:
    last_start, last_words = lines[-1]
    return Block(kind, lines[0][0], last_start + len(last_words), level)

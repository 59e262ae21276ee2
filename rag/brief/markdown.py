"""A manuscript as CommonMark with footnotes, as GitHub and pandoc read them.

What people and sources wrote is escaped, so that no reader takes it for markup, HTML or a link.
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import quote, urlsplit

from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    Note,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    SourceEntry,
    Subheading,
    Table,
    Text,
)

# The headings that a brief has of itself.
BOTTOM_LINE = "Bottom line"
SOURCES = "Sources"
SUMMARY = "Source summary statement"
UNANSWERED = "Questions the sources do not answer"

_DEEPEST_HEADING = 6
_LAST_NUMBER = 999_999_999  # of an ordered list in CommonMark
_SPACE = "&#32;"  # where Markdown would strip a space that is written as one
# Line ends and page breaks of other systems, then what neither XML nor an entity can hold.
_BREAKS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[\v\f\x1c-\x1f\x85]")
_LAST_TWO = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNWRITABLE = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST_TWO}]")
_HOST = re.compile(r"[\w.~-]+|[0-9A-Fa-f:.]+")
_NOT_IN_ADDRESS = re.compile(r"%(?![0-9A-Fa-f]{2})|[\s\"<>\\^`{|}\x00-\x20]")

_ALWAYS = re.compile(
    r"[\\`*_\[\]<>~|$^@#]"
    r"|&(?=[#A-Za-z])"  # an entity
    r"|!$"  # a picture, where a link follows
    r"|(?<=[A-Za-z]):(?=\S)"  # http: and the like
    r"|(?<=[Ww])\.|(?<=\w)\.(?=[^\W\d])"  # www. and names of hosts
)
_WIDE_SPACE = re.compile(r"[^\S ]")
# A heading's line, a list, a row of a table; "a)" and "iv." begin lists in pandoc.
_AT_START = re.compile(
    r"(?=[-+=:%])|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)(?=[.)])", re.ASCII
)
_AFTER_BRACKETS = ("(", "{", ":")
_ENTITY = re.compile(r"&(?=#|\w+;)")
_PLAIN_ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9.~:/?#!$'()+,;=_-]|&(?!#|\w+;))+")


def writable(text: str) -> str:
    """The text with one line feed a line end, and U+FFFD for what XML and HTML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", _BLANKS.sub(" ", _BREAKS.sub("\n", text)))


def address(link: str | None) -> str | None:
    """A link as a URI that may be followed; None for all but http and https with a host."""
    try:
        parts = urlsplit((link or "").strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    return "".join(
        char if char.isprintable() else quote(char, safe="", errors="replace")
        for char in _NOT_IN_ADDRESS.sub(lambda found: quote(found[0], safe=""), parts.geturl())
    )


def to_markdown(manuscript: Manuscript) -> str:
    """The brief as Markdown; it ends with a line end. No front matter.

    Cells of tables and headings are one line in Markdown: a line break in them becomes a space.
    """
    lines = _joined(
        [
            _heading(1, (Text(manuscript.title),)),
            _paragraph((Text(manuscript.handling or "", bold=True),)),
            _paragraph(
                (Text(" · ".join(part for part in (manuscript.author, manuscript.date) if part)),)
            ),
            *_part(BOTTOM_LINE, _blocks(manuscript.bottom_line)),
            *(
                lines
                for section in manuscript.sections
                for lines in (_heading(2, (Text(section.heading),)), _blocks(section.blocks))
            ),
            *_part(SOURCES, _sources(manuscript.sources)),
            *_part(SUMMARY, _bullets(_labelled(*row) for row in manuscript.summary)),
            *_part(UNANSWERED, _bullets((Text(question),) for question in manuscript.unanswered)),
            *(_note(note) for note in manuscript.notes),
        ]
    )
    return "\n".join(lines) + "\n"


def _part(heading: str, lines: list[str]) -> list[list[str]]:
    return [_heading(2, (Text(heading),)), lines] if lines else []


def _labelled(label: str, sentence: str) -> Runs:
    return (Text(f"{label}:", bold=True), Text(f" {sentence}")) if label else (Text(sentence),)


def _bullets(rows: Iterable[Runs]) -> list[str]:
    return _listing(Listing(False, tuple((Paragraph(runs),) for runs in rows)), "-")


def _sources(sources: Sequence[SourceEntry]) -> list[str]:
    """One row a source; a column for each label that any of them has."""
    if not sources:
        return []
    labels = list(dict.fromkeys(label for source in sources for label, _ in source.descriptor))
    rows = []
    for source in sources:
        known: dict[str, list[str]] = {}
        for label, value in source.descriptor:
            known.setdefault(label, []).append(value)
        cells = ("; ".join(known.get(label, ())) for label in labels)
        rows.append(((Text(str(source.number)),), source.runs, *((Text(cell),) for cell in cells)))
    header = tuple((Text(name),) for name in ("No.", "Source", *labels))
    return _table(Table(header, tuple(rows)))


def _note(note: Note) -> list[str]:
    quoted = (Text(f" “{note.quote}”"),) if note.quote else ()
    first, *others = _lines((*note.runs, *quoted)) or [_SPACE]
    # Where notes are unknown, "[^1]: word" would be taken for the address of a link, and vanish.
    word, space, rest = first.partition(" ")
    if not rest:
        first = f"{word or _SPACE} {_SPACE}"
    elif rest.startswith(('"', "'", "(")):
        first = f"{word}{space}\\{rest}"
    lines = [f"[^{note.number}]: {first}", *(f"    {line}" for line in others)]
    return _broken(lines)


def _joined(parts: Iterable[list[str]]) -> list[str]:
    """Blocks with a blank line between each two; empty ones are left out."""
    lines: list[str] = []
    for part in parts:
        if part and lines:
            lines.append("")
        lines += part
    return lines


def _blocks(blocks: Sequence[Block]) -> list[str]:
    parts: list[list[str]] = []
    last: tuple[bool, str] | None = None  # the list just before, which the next must not continue
    for block in blocks:
        if isinstance(block, Listing):
            marks = ".)" if block.ordered else "-*"
            mark = marks[1] if last == (block.ordered, marks[0]) else marks[0]
            part, kind = _listing(block, mark), (block.ordered, mark)
        else:
            part, kind = _block(block), None
        if part:
            parts.append(part)
            last = kind
    return _joined(parts)


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph(runs):
            return _paragraph(runs)
        case Subheading(level, runs):
            return _heading(level + 2, runs)
        case Quotation(blocks):
            return [f"> {line}" if line else ">" for line in _blocks(blocks)]
        case Preformatted(text):
            text = writable(text).rstrip("\n")
            longest = max(map(len, re.findall("`+", text)), default=0)
            fence = "`" * max(3, longest + 1)
            return [fence, *text.split("\n"), fence] if text else []
        case Table():
            return _table(block)
        case Listing():
            return _listing(block, "." if block.ordered else "-")


def _heading(level: int, runs: Runs) -> list[str]:
    text = "".join(_lines(runs, in_line=True))
    return [f"{'#' * min(level, _DEEPEST_HEADING)} {text}"] if text else []


def _paragraph(runs: Runs) -> list[str]:
    return _broken(_lines(runs))


def _broken(lines: Sequence[str]) -> list[str]:
    """The lines of one paragraph, each but the last with a hard break at its end."""
    return [line + "\\" * (number < len(lines)) for number, line in enumerate(lines, 1)]


def _listing(listing: Listing, mark: str) -> list[str]:
    tight = all(_is_tight(item) for item in listing.items)
    number = max(0, min(listing.start, _LAST_NUMBER - len(listing.items)))
    lines: list[str] = []
    for item in listing.items:
        marker = f"{number}{mark} " if listing.ordered else f"{mark} "
        number += 1
        # Lists of nothing inside each other would be "- - -", a rule.
        body = _tightened(item) if tight else _blocks(item)
        first, *others = body or [_SPACE]
        if lines and not tight:
            lines.append("")
        lines.append(marker + first)
        lines += (" " * len(marker) + line if line else "" for line in others)
    return lines


def _is_tight(item: tuple[Block, ...]) -> bool:
    """Whether an item has one block, or a paragraph with a list that may follow it at once."""
    match item:
        case () | (_,):
            return True
        case (Paragraph(), Listing(ordered, _, start)):
            return start == 1 or not ordered
    return False


def _tightened(item: tuple[Block, ...]) -> list[str]:
    return [line for block in item for line in _blocks((block,))]


def _table(table: Table) -> list[str]:
    if not table.header:
        return []
    head, *rows = (
        f"| {' | '.join(''.join(_lines(cell, in_cell=True)) for cell in row)} |"
        for row in (table.header, *table.rows)
    )
    return [head, f"|{' --- |' * len(table.header)}", *rows]


@dataclass(slots=True)
class _Piece:
    """Markdown of one look: `source` between two `marks`, asterisks or underscores or none."""

    source: str
    marks: str = ""


def _lines(runs: Runs, *, in_line: bool = False, in_cell: bool = False) -> list[str]:
    """The lines of a paragraph as Markdown; one at most `in_line`, for headings, and `in_cell`."""
    in_line = in_line or in_cell
    lines: list[list[Text | NoteMark]] = [[]]
    for run in runs:
        if isinstance(run, NoteMark):
            lines[-1].append(run)
            continue
        text = writable(run.text)
        for number, words in enumerate([text.replace("\n", " ")] if in_line else text.split("\n")):
            if number:
                lines.append([])
            part = replace(run, text=words, link=address(run.link))
            before = lines[-1][-1] if lines[-1] else None
            if isinstance(before, Text) and replace(before, text=words) == part:
                lines[-1][-1] = replace(part, text=before.text + words)
            elif words:
                lines[-1].append(part)
    while lines and not lines[-1]:
        lines.pop()
    return [_line(line, in_cell) for line in lines]


def _line(runs: Sequence[Text | NoteMark], in_cell: bool) -> str:
    pieces: list[_Piece] = []
    for run in runs:
        if isinstance(run, NoteMark):
            pieces.append(_Piece(f"[^{run.number}]"))
        else:
            for piece in _pieces(run, in_cell, pieces[-1].source if pieces else None):
                if pieces and piece.marks and pieces[-1].marks == piece.marks:
                    pieces[-1].source += piece.source
                else:
                    pieces.append(piece)
    for left, right in pairwise(pieces):
        # Looks that meet have different marks, or one's end would be part of the other's start.
        if left.marks and left.marks[0] == "*" and right.marks:
            right.marks = "_" * len(right.marks)
    for left, right in pairwise(pieces):
        _set_apart(left, right)
    line = "".join(f"{piece.marks}{piece.source}{piece.marks}" for piece in pieces)
    if line.startswith(" "):
        line = _SPACE + line[1:]
    return line[:-1] + _SPACE if line.endswith(" ") else line


def _pieces(run: Text, in_cell: bool, before: str | None) -> list[_Piece]:
    """A text as pieces: emphasis may not begin or end with a space, so those stand outside it."""
    marks = "*" * (run.italic + 2 * run.bold)
    # A bar divides cells even in code, where nothing but "\|" can be told from it, and that not
    # everywhere.
    code = run.code and not (in_cell and "\\|" in run.text)
    if run.link or code:
        inside = _code(run.text, in_cell) if code else _escaped(run.text)
        if run.link and run.text == run.link and not code and _PLAIN_ADDRESS.fullmatch(run.link):
            inside = f"<{run.link}>"
        elif run.link:
            inside = f"[{inside}](<{_ENTITY.sub('&amp;', run.link)}>)"
        return [_Piece(inside, marks)]
    words = run.text.strip() if marks else run.text
    if not words:
        return [_Piece(_escaped(run.text))]
    start = run.text.index(words)
    around = run.text[:start], run.text[start + len(words) :]
    escaped = _escaped(words)
    if not marks and before is None:
        if (found := _AT_START.match(escaped)) is not None:
            escaped = f"{found[0]}\\{escaped[found.end() :]}"
    elif not marks and before and before[-1] in "])>`" and escaped.startswith(_AFTER_BRACKETS):
        escaped = f"\\{escaped}"
    pieces = (_Piece(_escaped(around[0])), _Piece(escaped, marks), _Piece(_escaped(around[1])))
    return [piece for piece in pieces if piece.source]


def _escaped(text: str) -> str:
    return _WIDE_SPACE.sub(
        lambda found: f"&#{ord(found[0])};", _ALWAYS.sub(lambda found: f"\\{found[0]}", text)
    )


def _code(text: str, in_cell: bool) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    if text.startswith("`") or text.endswith("`") or (text.strip() and text[0] == text[-1] == " "):
        text = f" {text} "
    return fence + (text.replace("|", "\\|") if in_cell else text) + fence


def _set_apart(left: _Piece, right: _Piece) -> None:
    """See that marks between two pieces are read as marks, where one of the pieces has none.

    No marks are read between a sign inside them and a letter outside, and no underscores beside a
    letter outside (CommonMark 0.31, 6.2): the letter is then written as an entity, which begins
    and ends with a sign.
    """
    if bool(left.marks) == bool(right.marks):
        return
    marked, inside = (left, left.source[-1]) if left.marks else (right, right.source[0])
    if marked.marks[0] != "_" and not _is_sign(inside):
        return
    if marked is left and _is_open(right.source[0]):
        right.source = _entity(right.source[0]) + right.source[1:]
    elif marked is right and _is_open(left.source[-1]):
        left.source = left.source[:-1] + _entity(left.source[-1])


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _is_open(char: str) -> bool:
    """Whether a character may count as a letter; symbols do by older editions of CommonMark."""
    return char != " " and char not in string.punctuation and unicodedata.category(char)[0] != "P"


def _entity(char: str) -> str:
    return f"&#{ord(char)};"

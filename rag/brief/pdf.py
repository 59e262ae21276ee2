"""A brief as a PDF, set by typst: real footnotes, bookmarks and tags, the same bytes each time.

The words go to a constant template (`brief.typ`) as data, so that none of them is ever code.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rag.brief.glyphs import Fonts, Typefaces, legible, typefaces
from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    Section,
    Subheading,
    Table,
    Text,
)
from rag.brief.markdown import BOTTOM_LINE, SOURCES, SUMMARY, UNANSWERED, address
from rag.errors import ConfigurationError
from rag.languages import language_of

_TEMPLATE = Path(__file__).with_name("brief.typ")
_NO_DATE = date(1980, 1, 1)  # also the first that every reader takes
_LANGUAGE = "en"  # also that of the template's own words
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MAX_DEPTH = 8  # deeper lists and quotes lie at this depth: typst nests some 70 calls, no more
_MAX_LINK_CHARS = 2000  # typst refuses 8,000
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_LINE_CHARS = 88  # about what a line of the page takes
_LONG_ROW_CHARS = 1500  # a row with more may break over pages
_LONG_CHARS = 28  # of a word that is none
_SPACES = re.compile(r"[ \t]+")
_AT_LINE_END = re.compile(r" ?\n ?")
# Scripts that write no spaces between words break by typst's own rules.
_WORD = re.compile(r"[!-~\xa1-\u024f\u0370-\u052f]{8,}")
_ADDRESS = ("http://", "https://", "www.")
_PART = re.compile(r"[^/?&=.\-_#%:;,+~]*[/?&=.\-_#%:;,+~]+|[^/?&=.\-_#%:;,+~]+")
# Letters that a digit or a mark of addresses joins to more; a number is none.
_MIXED = re.compile(
    r"[^\W\d_][/?&=.\-_#%:;,+~]*\d|\d[/?&=.\-_#%:;,+~]*[^\W\d_]|[^\W\d_][/?&=._#%:;,+~]+\w"
)
_FIGURE = re.compile(r"[-+−±~≈<>]?\s?[€$£¥]?\s?\d[\d.,\s]*[%€$£¥]?|[-–—]?")

Data = dict[str, Any]


def to_pdf(manuscript: Manuscript, *, fonts: Fonts | None = None, font: str | None = None) -> bytes:
    """A manuscript as PDF (PDF/A-2a and PDF/UA-1, A4), the same bytes for the same manuscript.

    `font` is the name of an installed family for the text. The language of each paragraph is
    taken from its letters and small words. The file is dated as the manuscript is, from 1980 on.

    Raises:
        ConfigurationError: A font is unknown, letters have no glyph in any font, or typst failed.
    """
    faces = typefaces(manuscript.texts(), fonts, font)
    data = _Data(manuscript).whole() | {"fonts": faces.body, "mono": faces.mono}
    day = max(_day(manuscript.date) or _NO_DATE, _NO_DATE)
    try:
        return _set(data, faces, day)
    except _NotSetError as error:
        if not error.is_of_glyphs:
            raise
        # Some rare symbols are in no italic font, and typst does not look for an upright one.
        return _set(data | {"upright": True}, faces, day)


class _NotSetError(ConfigurationError):
    """typst refused a brief."""

    def __init__(self, reason: str) -> None:
        self.is_of_glyphs = "could not be displayed" in reason
        super().__init__(
            f"the brief cannot be set as PDF: {reason}; leave that out of it, or export it as "
            "DOCX or HTML"
        )


def _set(data: Data, faces: Typefaces, day: date) -> bytes:
    # Native code of 80 MB, loaded for a PDF alone.
    import typst

    try:
        return typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=faces.found,
            sys_inputs={"brief": json.dumps(data)},
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
            # Archives and readers for the blind ask for these; typst refuses what breaks their
            # rules, a letter without a glyph among it.
            pdf_standards=["a-2a", "ua-1"],
        )
    except typst.TypstError as error:
        raise _NotSetError(" ".join(error.message.split())) from error


class _Data:
    """What the template sets, as JSON has it."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._brief = manuscript
        self._notes = {note.number: note for note in manuscript.notes}
        self._language = language_of(" ".join(manuscript.texts())) or _LANGUAGE
        self._last_depth = 0  # of the last heading; the next is one deeper at most

    def whole(self) -> Data:
        brief = self._brief
        title = _line(brief.title) or "Brief"
        author = _line(brief.author or "")
        handling = _line(brief.handling or "")
        return {
            "labels": {
                "bottom_line": BOTTOM_LINE,
                "sources": SOURCES,
                "summary": SUMMARY,
                "unanswered": UNANSWERED,
            },
            "upright": False,
            "title": title,
            "authors": [author] if author else [],
            "lang": self._language,
            "heading": self._plain(title),
            "handling": self._plain(handling) if handling else None,
            "byline": [self._plain(part) for part in (author, _dated(brief.date)) if part],
            "rtl_notes": [note.number for note in brief.notes if self._runs(note.runs)["rtl"]],
            "bottom_line": self._blocks(brief.bottom_line),
            "sections": [block for section in brief.sections for block in self._section(section)],
            "unanswered": [self._plain(question) for question in brief.unanswered],
            "summary": self._pairs(brief.summary),
            "sources": [
                {
                    "number": each.number,
                    "known": self._pairs(each.descriptor),
                    "long": _n_chars(each.runs) > _LONG_ROW_CHARS,
                }
                | self._runs(each.runs)
                for each in brief.sources
            ],
        }

    def _section(self, section: Section) -> Iterator[Data]:
        if heading := _line(section.heading):
            self._last_depth = 1
            yield {"k": "h", "depth": 1} | self._plain(heading)
        yield from self._blocks(section.blocks)

    def _blocks(self, blocks: Iterable[Block], depth: int = 0) -> list[Data]:
        return [data for block in blocks for data in self._block(block, depth)]

    def _block(self, block: Block, depth: int) -> Iterator[Data]:
        match block:
            case Paragraph(runs):
                yield {"k": "p"} | self._runs(runs)
            case Subheading(level, runs):
                # Inside lists and quotes, and without words, it is no bookmark.
                is_bookmark = depth == 0 and any(_line(run.text) for run in _texts(runs))
                depth = self._depth(level) if is_bookmark else 0
                yield {"k": "h", "depth": depth} | self._runs(runs)
            case Listing(items=items) if depth == _MAX_DEPTH:
                yield from (data for item in items for data in self._blocks(item, depth))
            case Quotation(inside) if depth == _MAX_DEPTH:
                yield from self._blocks(inside, depth)
            case Listing(ordered, items, start):
                inner = [self._blocks(item, depth + 1) for item in items]
                tight = all(sum(data["k"] == "p" for data in item) <= 1 for item in inner)
                manner = self._manner_of(data for item in inner for data in item)
                kind = "ol" if ordered else "ul"
                yield {"k": kind, "start": max(0, start), "tight": tight, "items": inner} | manner
            case Quotation(inside):
                quoted = self._blocks(inside, depth + 1)
                yield {"k": "q", "blocks": quoted} | self._manner_of(quoted)
            case Preformatted(text):
                yield {"k": "pre", "text": legible(text), "lang": self._language, "rtl": False}
            case Table(header, rows):
                if header:
                    yield self._table(header, rows)

    def _depth(self, level: int) -> int:
        self._last_depth = min(level + 1, self._last_depth + 1)
        return self._last_depth

    def _table(self, header: tuple[Runs, ...], rows: tuple[tuple[Runs, ...], ...]) -> Data:
        room = _LINE_CHARS // len(header)
        head = [self._runs(cell, room) for cell in header]
        columns = zip(*rows, strict=True) if rows else ()
        figures = [all(map(_is_figure, column)) for column in columns]
        return {
            "k": "t",
            "header": head,
            "rows": [
                {
                    "cells": [self._runs(cell, room) for cell in row],
                    "long": sum(map(_n_chars, row)) > _LONG_ROW_CHARS,
                }
                for row in rows
            ],
            "figures": figures or [False] * len(header),
            # A header that calls a note stands once, as its note does.
            "repeat": not any(isinstance(run, NoteMark) for cell in header for run in cell),
        } | self._manner_of(head)

    def _pairs(self, pairs: tuple[tuple[str, str], ...]) -> list[Data]:
        return [{"label": self._plain(label), "text": self._plain(text)} for label, text in pairs]

    def _plain(self, text: str) -> Data:
        return self._runs((Text(_line(text)),))

    def _runs(self, runs: Runs, room: int = _LINE_CHARS) -> Data:
        text = " ".join(run.text for run in _texts(runs))
        data = [self._run(run, room) for run in runs]
        if data and data[0].get("t"):
            data[0]["t"][0] = data[0]["t"][0].lstrip(" ")
        return {"runs": data} | self._manner(text)

    def _run(self, run: Text | NoteMark, room: int) -> Data:
        if isinstance(run, Text):
            marks = {"b": run.bold, "i": run.italic, "c": run.code, "u": _address(run.link)}
            return {"t": _pieces(run.text, room)} | {
                key: mark for key, mark in marks.items() if mark
            }
        note = self._notes[run.number]
        exact = None if note.quote is None else self._plain(note.quote)
        return {"n": note.number, "quote": exact} | self._runs(note.runs)

    def _manner(self, text: str) -> Data:
        language = language_of(text, known=(self._language,)) or self._language
        return {"lang": language, "rtl": _is_rtl(text)}

    def _manner_of(self, inside: Iterable[Data]) -> Data:
        """The direction of a list, quote or table: that of what stands first in it."""
        first = next(iter(inside), {"lang": self._language, "rtl": False})
        return {"lang": first["lang"], "rtl": first["rtl"]}


def _line(text: str) -> str:
    return " ".join(legible(text).split())


def _pieces(text: str, room: int) -> list[str]:
    """A text in pieces between which a line may break, with a line end where it must."""
    pieces: list[str] = []
    spaced = _SPACES.sub(" ", legible(text))
    for i, line in enumerate(_AT_LINE_END.split(spaced)):
        if i:
            pieces.append("\n")
        cuts = [0, *_cuts(line, max(8, room // 3)), len(line)]
        pieces += [line[start:end] for start, end in pairwise(cuts) if start < end]
    return pieces


def _cuts(line: str, most_chars: int) -> Iterator[int]:
    """Where a line may break within its addresses, names of files, numbers of things and the like.

    Words of letters alone are hyphenated by typst, unless they are longer than any is.
    """
    for word in _WORD.finditer(line):
        n_chars = len(word[0])
        is_address = word[0].startswith(_ADDRESS)
        if not is_address and n_chars < (most_chars if _MIXED.search(word[0]) else _LONG_CHARS):
            continue
        for part in _PART.finditer(word[0]):
            most = most_chars if any(map(str.isdigit, part[0])) else _LONG_CHARS
            yield from (word.start() + i for i in range(part.start() + most, part.end(), most))
            if part.end() < n_chars:
                yield word.start() + part.end()


def _address(link: str | None) -> str | None:
    """A link as a PDF has it, None where it is no address of the web."""
    safe = address(link)
    if safe is None or len(safe) > _MAX_LINK_CHARS:
        return None
    return quote(safe, safe=_ASCII, errors="replace")


def _is_rtl(text: str) -> bool:
    """Whether the first letter with a direction is of a script that runs from right to left."""
    classes = (unicodedata.bidirectional(char) for char in text)
    return next((found for found in classes if found in ("L", "R", "AL")), "L") != "L"


def _texts(runs: Runs) -> Iterator[Text]:
    return (run for run in runs if isinstance(run, Text))


def _n_chars(runs: Runs) -> int:
    return sum(len(run.text) for run in _texts(runs))


def _is_figure(cell: Runs) -> bool:
    return _FIGURE.fullmatch("".join(run.text for run in _texts(cell)).strip()) is not None


def _day(iso: str | None) -> date | None:
    try:
        return datetime.fromisoformat(iso).date() if iso else None
    except ValueError:
        return None  # a year, or a year and a month


def _dated(iso: str | None) -> str:
    day = _day(iso)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else _line(iso or "")

"""Comma- and tab-separated tables: a row block a record, cells parted by " | ".

The delimiter is the one that parts most lines into equally many cells. Line ends within quoted
cells become spaces, as all white space within a block does.
"""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator

from rag.loaders.canonical import canonical, decode_damaged
from rag.loaders.composition import Composition
from rag.loaders.language import detected_language
from rag.types import Document

_DELIMITERS = ",;\t|"  # the first of equals wins
_SAMPLE_CHARS = 200_000
_SAMPLE_LINES = 200
_QUOTED = re.compile(r'"[^"]*"')
_STATED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # a first line that Excel writes and reads


def parse(data: bytes) -> Document:
    """The document that the bytes of a .csv or .tsv file hold.

    Raises:
        DocumentError: Not text.
    """
    decoded, notes = decode_damaged(data)
    text = canonical(decoded)
    stated = _STATED.match(text)
    if stated:
        delimiter = stated[1]
        text = text[stated.end() :]
    else:
        delimiter = _delimiter(text)
    quoted = _is_closed(text, delimiter)
    if not quoted:
        notes += ("A quotation mark is never closed, so all of them were read as text.",)
    composition = Composition()
    for cells in _records(text, delimiter, quoted=quoted):
        composition.add("row", _row(cells), near=True)
    composed = composition.text
    language = detected_language(composed)
    return Document(
        composed,
        composition.blocks,
        () if language is None else (language,),
        "text/tab-separated-values" if delimiter == "\t" else "text/csv",
        notes=notes,
    )


def _records(text: str, delimiter: str, *, quoted: bool) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize)  # the default ends at 131,072 characters a cell
    lines = io.StringIO(text, newline="")
    return csv.reader(
        lines,
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=delimiter != "\t",
    )


def _row(cells: list[str]) -> str:
    last = len(cells)
    while last and not cells[last - 1].strip():
        last -= 1
    return " | ".join(cells[:last])


def _is_closed(text: str, delimiter: str) -> bool:
    """Whether no quoted cell runs to the end of the file for want of its second mark."""
    if text.count('"') % 2 == 0:
        return True
    csv.field_size_limit(sys.maxsize)
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        # The other error of strict reading, letters behind a closing mark, loses nothing.
        return "unexpected end" not in str(error)
    return True


def _delimiter(text: str) -> str:
    """The delimiter whose number is the same on most lines; a comma where none is."""
    lines = _QUOTED.sub("", text[:_SAMPLE_CHARS]).split("\n")
    if len(text) > _SAMPLE_CHARS and len(lines) > 1:
        lines.pop()  # cut off
    lines = [line for line in lines if line.strip()][:_SAMPLE_LINES]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines)
        with_any = [(number, count) for number, count in counts.items() if number]
        if not with_any:
            continue
        number, agreeing = max(with_any, key=lambda held: (held[1], held[0]))
        share = sum(count for _, count in with_any) / len(lines)
        # Lines that agree count most; then lines that have it at all; then how many cells.
        score = agreeing / len(lines) + share / 4 + min(number, 20) / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return best

"""Rich text: its words, paragraph by paragraph, in the code page of each font.

Deleted words, comments, headers and footers are left out and said; hidden text is kept and
flagged. A note follows its paragraph or table as "Footnote 1: …".
"""

import codecs
import re
from collections import Counter
from copy import copy
from dataclasses import dataclass

from rag.errors import DocumentError
from rag.loaders.docx.styles import Style, named_style
from rag.loaders.docx.words import symbol
from rag.loaders.office.packages import counted
from rag.loaders.office.runs import Run
from rag.loaders.rtf.blocks import Blocks, Look
from rag.loaders.rtf.facts import known_facts
from rag.loaders.rtf.words import (
    CHARACTERS,
    CHARSETS,
    CODE_PAGES,
    LEFT_OUT,
    MARGINS,
    STARRED,
    TABLES,
)
from rag.types import Document

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
_SYMBOL_CHARSET = 2
_CODEC = "cp1252"  # of a file that names none, or none that there is
_ENDS = frozenset({"par", "sect", "page", "column"})
_MAX_TINY = 2  # half points


@dataclass(slots=True)
class _State:
    """What holds within a group and ends with it."""

    into: str = "text"  # or a table's name, a fact's, "shape", "left out"
    around: str = "text"  # where words went before they were left out
    font: int = -1
    skip: int = 1
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    color: int = 0
    backed: bool = False
    half_points: int = 24
    level: int | None = None
    style: int = 0
    in_table: bool = False


def parse(data: bytes) -> Document:
    """The document that the bytes of an .rtf file hold.

    Raises:
        DocumentError: It does not begin as rich text does.
    """
    text = data.lstrip(b"\xef\xbb\xbf\0 \t\r\n").decode("latin-1")
    if not text.startswith("{\\rtf"):
        raise DocumentError('damaged: does not begin with "{\\rtf"; save it anew')
    return _Reader().document(text)


class _Reader:
    """One file on its way from control words to a `Document`."""

    def __init__(self) -> None:
        self._state = _State()
        self._stack: list[tuple[_State, bool]] = []
        self._bytes = bytearray()
        self._units = bytearray()  # UTF-16, since \u gives the halves of a pair one by one
        self._codec = _CODEC
        self._charsets: dict[int, int] = {}
        self._font_names: dict[int, str] = {}
        self._colors: list[int] = []
        self._color = 0
        self._styles: dict[int, Style] = {}
        self._style_name = ""
        self._style_number = 0
        self._facts: dict[str, str] = {}
        self._times: dict[str, dict[str, int]] = {}
        self._blocks = Blocks()
        self._seen: Counter[str] = Counter()
        self._changing = ""

    def document(self, text: str) -> Document:
        """Read everything."""
        closed = self._read(text)
        self._flush()
        self._blocks.end_all(self._look())
        writer = self._blocks.writer
        composition = writer.composition
        notes = self._sentences()
        if not closed:
            notes.append("It is cut short; what there is was read.")
        facts = known_facts(self._blocks.titles, self._facts, self._times, composition.text)
        return Document(
            composition.text,
            composition.blocks,
            facts,
            "application/rtf",
            notes=tuple(notes),
            flags=tuple(writer.flags),
        )

    def _read(self, text: str) -> bool:
        """Go through the tokens; returns whether the outermost group was closed."""
        place = 0
        starred = False
        skipped = 0
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:  # a line end, which means nothing, or a lone backslash
                place += 1
                continue
            place = match.end()
            word, argument, digits, sign, brace, plain = match.groups()
            if brace:
                skipped = 0
                self._flush()
                starred = False
                if brace == "{":
                    self._stack.append((copy(self._state), False))
                elif not self._close():
                    return True
            elif word:
                number = int(argument) if argument else None
                if word == "bin":
                    place += max(number or 0, 0)
                elif word == "u" and number is not None:
                    skipped = self._state.skip
                    self._unit(number)
                else:
                    skipped = 0
                    self._word(word, number, starred=starred)
                starred = False
            elif sign == "*":
                starred = True
            elif skipped and (digits or sign):
                skipped -= 1  # what stands there for readers without Unicode
            elif digits:
                self._add_bytes(bytes.fromhex(digits))
            elif sign:
                self._sign(sign)
            elif plain:
                left = plain[skipped:]
                skipped = max(skipped - len(plain), 0)
                self._add_bytes(left.encode("latin-1"))
        return False

    # Characters

    def _unit(self, number: int) -> None:
        if self._bytes:
            self._flush()
        self._units += (number & 0xFFFF).to_bytes(2, "little")

    def _add_bytes(self, data: bytes) -> None:
        if self._units and data:
            self._flush()
        self._bytes += data

    def _sign(self, sign: str) -> None:
        if sign in "\\{}":
            self._add_bytes(sign.encode())
        elif sign in "\r\n":
            self._word("par", None, starred=False)
        elif sign in "~_":
            self._flush()
            self._write(" " if sign == "~" else "-")

    def _flush(self) -> None:
        """Decode what was collected, in the code page of its font."""
        if self._state.into in {"left out", "shape"}:
            self._units.clear()
            self._bytes.clear()
            return
        if self._units:
            units = bytes(self._units)
            self._units.clear()
            self._write(units.decode("utf-16-le", "surrogatepass"))
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        charset = self._charsets.get(self._state.font)
        if self._state.into not in {"text", "fonttbl"}:
            charset = None
        if charset == _SYMBOL_CHARSET and self._state.into == "text":
            font = self._font_names.get(self._state.font, "symbol")
            self._write("".join(" " if byte == 32 else symbol(byte, font) for byte in data))
            return
        codec = self._codec if charset is None else CHARSETS.get(charset, self._codec)
        try:
            self._write(data.decode(codec))
        except UnicodeDecodeError:
            self._seen["undecoded"] += 1
            self._write(data.decode(codec, "replace"))

    def _write(self, text: str) -> None:
        into = self._state.into
        if into == "text":
            self._write_text(text)
        elif into == "colortbl":
            for _ in range(text.count(";")):
                self._colors.append(self._color)
                self._color = 0
        elif into == "stylesheet":
            self._style_name += text
        elif into == "fonttbl":
            name = self._font_names.get(self._state.font, "") + text
            self._font_names[self._state.font] = name[:100].rstrip(";")
        elif into.startswith("fact "):
            self._facts[into[5:]] = self._facts.get(into[5:], "") + text

    def _write_text(self, text: str) -> None:
        state = self._state
        changing = "deleted" if state.deleted else "inserted" if state.inserted else ""
        if changing and changing != self._changing:
            self._seen[changing] += 1
        self._changing = changing
        if not state.deleted:
            self._blocks.write(Run(text, self._why_hidden()))

    def _why_hidden(self) -> str:
        state = self._state
        if state.hidden:
            return "marked hidden"
        if state.half_points <= _MAX_TINY:
            return "text of 1 point or less"
        white = 0 < state.color < len(self._colors) and self._colors[state.color] == 0xFFFFFF
        # Cells have colours of their own.
        return "white text" if white and not state.backed and not state.in_table else ""

    # Control words

    def _word(self, word: str, number: int | None, *, starred: bool) -> None:
        self._flush()
        state = self._state
        on = number != 0
        if state.into == "left out" and word != "ud":
            return
        if word in CHARACTERS:
            self._write(CHARACTERS[word])
        elif word in _ENDS:
            self._blocks.end_paragraph(self._look())
        elif word == "cell":
            self._blocks.end_cell()
        elif word == "row":
            self._blocks.end_row()
        elif word == "trowd" and state.into == "text":
            self._blocks.define_row()
        elif word == "cellx" and state.into == "text":
            self._blocks.define_cell()
        elif word == "f":
            state.font = number or 0
        elif word == "uc":
            state.skip = min(max(number or 0, 0), 100)
        elif word == "pard":
            state.level, state.style, state.in_table = None, 0, False
        elif word == "plain":
            state.hidden = state.deleted = state.inserted = state.backed = False
            state.color, state.half_points = 0, 24
        elif word == "v":
            state.hidden = on
        elif word == "deleted":
            state.deleted = on
        elif word == "revised":
            state.inserted = on
        elif word == "cf":
            state.color = number or 0
        elif word in {"cb", "chcbpat", "highlight", "cbpat"}:
            state.backed = on and number is not None
        elif word == "fs":
            state.half_points = number or 24
        elif word == "intbl":
            state.in_table = True
        elif word == "outlinelevel":
            state.level = (number or 0) + 1
        elif word == "s":
            state.style = self._style_number = number or 0
        elif word in {"ansicpg", "mac", "pc", "pca"}:
            self._code_page(word, number)
        elif word in {"red", "green", "blue"}:
            shift = {"red": 16, "green": 8, "blue": 0}[word]
            self._color |= ((number or 0) & 0xFF) << shift
        elif word == "fcharset":
            self._charsets[state.font] = number or 0
        elif word in {"yr", "mo", "dy", "hr", "min"} and state.into.startswith("time "):
            self._times.setdefault(state.into[5:], {})[word] = number or 0
        else:
            self._destination(word, starred=starred)

    def _code_page(self, word: str, number: int | None) -> None:
        codec = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}.get(word, _CODEC)
        if word == "ansicpg" and number is not None:
            codec = CODE_PAGES.get(number, f"cp{number}")
        try:
            codecs.lookup(codec)  # to decode nothing would look nothing up
        except LookupError:
            self._seen["unknown code page"] += 1
            codec = _CODEC
        self._codec = codec

    def _destination(self, word: str, *, starred: bool) -> None:
        state = self._state
        if word in {"footnote", "shptxt"} and state.into != "fonttbl":
            self._begin_inner(word)
        elif word == "ftnalt":
            self._blocks.mark_endnote()
        elif word in TABLES:
            state.into = word
        elif word == "generator":
            state.into = "fact software"
        elif word in {"title", "author"} and state.into == "info":
            state.into = f"fact {word}"
            self._facts[word] = ""  # the last one counts: it is the one in Unicode
        elif word in {"creatim", "revtim"}:
            state.into = f"time {word}"
        elif word in {"listtext", "pntext"}:
            self._blocks.mark_item()
        elif word == "ud":
            # Unicode beside a group that was left out: it goes where that would have gone.
            state.into = state.around
        elif word in {"shpinst", "nesttableprops"}:
            state.into = "shape"
        elif word in MARGINS:
            self._seen["margin"] += 1
            state.around, state.into = state.into, "left out"
        elif word in LEFT_OUT or (starred and word not in STARRED):
            if word in {"annotation", "objdata"}:
                self._seen[word] += 1
            state.around, state.into = state.into, "left out"

    def _close(self) -> bool:
        """End a group; returns False where it was the outermost."""
        if self._state.into == "stylesheet" and self._style_name:
            name = self._style_name.strip().rstrip(";")
            self._styles[self._style_number] = named_style(name)
            self._style_name, self._style_number = "", 0
        if not self._stack:
            return False
        state, is_inner = self._stack.pop()
        if is_inner:
            self._blocks.end_inner(self._look())
        self._state = state
        return bool(self._stack)

    def _begin_inner(self, word: str) -> None:
        self._blocks.begin_inner(is_note=word == "footnote")
        state = self._state
        state.into = "text"
        state.level, state.style, state.in_table = None, 0, False
        if self._stack:
            self._stack[-1] = (self._stack[-1][0], True)

    def _look(self) -> Look:
        style = self._styles.get(self._state.style, Style())
        level = style.level if self._state.level is None else self._state.level
        return Look(level, style.is_title, self._state.in_table)

    # What it says about itself

    def _sentences(self) -> list[str]:
        seen = self._seen
        notes = []
        if seen["inserted"]:
            notes.append(counted(seen["inserted"], "tracked insertion", "kept."))
        if seen["deleted"]:
            notes.append(counted(seen["deleted"], "tracked deletion", "left out."))
        if seen["annotation"]:
            notes.append(counted(seen["annotation"], "comment", "left out."))
        if seen["objdata"]:
            notes.append(counted(seen["objdata"], "embedded object", "left out."))
        if seen["margin"]:
            notes.append("The headers and footers of its pages were left out.")
        if seen["unknown code page"]:
            notes.append("It names a code page that is not known, and was read in Windows-1252.")
        if seen["undecoded"]:
            notes.append(
                'Some bytes are no letters in their font\'s code page and are shown as "\ufffd".'
            )
        return notes

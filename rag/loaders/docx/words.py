"""The words of one Word paragraph: runs, fields, tracked changes, equations, symbols.

What stands apart from the line (text boxes, charts, notes) is collected for whoever asked.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.docx.styles import VALUE, Look, Styles, W, run_look
from rag.loaders.office.drawings import DIAGRAM, A, C
from rag.loaders.office.runs import Run

if TYPE_CHECKING:
    from lxml.etree import _Element

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
INSERTED = frozenset({f"{W}ins", f"{W}moveTo"})
_APART = frozenset({f"{W}txbxContent", f"{C}chart", f"{DIAGRAM}relIds"})
_TEXTS = frozenset({f"{W}t", f"{M}t", f"{A}t"})
_SHOWS = (f"{W}t", f"{M}t", f"{A}t", f"{W}sym", f"{C}chart", f"{DIAGRAM}relIds")
_SKIPPED = frozenset(
    f"{W}{name}" for name in "pPr rPr instrText delText delInstrText rt sdtPr rubyPr".split()
) | {f"{M}ctrlPr"}
_NOTES = {f"{W}footnoteReference": "Footnote", f"{W}endnoteReference": "Endnote"}
# A soft hyphen is seen only at a line's end, and lines are not the document's.
_MARKS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"} | {
    f"{W}noBreakHyphen": "-"
}
# What a fraction, power and root look like on one line; brackets stand around more than a sign.
_MATHS = {f"{M}num": "", f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_"}
# Source: Adobe, Symbol encoding; Wingdings' ticks and arrows as Unicode names them.
_SYMBOL = dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)) | dict(
    zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)
)
_SYMBOL |= dict(
    zip(
        (0xA3, 0xA5, 0xAC, 0xAD, 0xAE, 0xAF, 0xB0, 0xB1, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9),
        "≤∞←↑→↓°±≥×∝∂•÷≠",
        strict=True,
    )
) | {0xBA: "≡", 0xBB: "≈", 0xC5: "⊕", 0xCE: "∈", 0xD5: "∏", 0xD6: "√", 0xE5: "∑", 0xF2: "∫"}
_WINGDINGS = {0xA7: "▪", 0xA8: "◻", 0x6F: "□", 0xD8: "➢", 0xE0: "→", 0xE8: "➔"} | {
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}


@dataclass(slots=True)
class Changes:
    """How many tracked changes were met, and how many characters each language has."""

    insertions: int = 0
    deletions: int = 0
    languages: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Words:
    """A paragraph's runs; `notes` are (kind, id, has a number) and `apart` what is not inline."""

    runs: list[Run] = field(default_factory=list)
    notes: list[tuple[str, str, bool]] = field(default_factory=list)
    apart: list["_Element"] = field(default_factory=list)


class WordReader:
    """Reads the paragraphs of one story (the body, a note) one after the other."""

    def __init__(self, styles: Styles, changes: Changes) -> None:
        self._styles = styles
        self._changes = changes
        # Open fields, True while their code is read; a table of contents spans paragraphs.
        self._fields: list[bool] = []
        self._words = Words()
        self._closing: dict[_Element, str] = {}

    def read(self, paragraph: "_Element", look: Look, *, on_paper: bool) -> Words:
        """The words of a paragraph whose runs look like `look` where they say nothing else."""
        from lxml import etree

        words = self._words = Words()
        hidden = look.hidden(on_paper=on_paper)
        language = look.language or ""
        base, base_language = hidden, language
        unchosen: set[_Element] = set()
        walk = etree.iterwalk(paragraph, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "end":
                if tag == f"{W}r":
                    hidden, language = base, base_language
                elif element in self._closing:
                    words.runs.append(Run(self._closing.pop(element), hidden))
                continue
            if tag in _TEXTS:
                text = element.text
                if text and True not in self._fields:
                    words.runs.append(Run(text, hidden))
                    self._changes.languages[language] += len(text)
            elif tag == f"{W}r":
                properties = element.find(f"{W}rPr")
                if properties is not None:
                    own = self._look(properties, look)
                    hidden = own.hidden(on_paper=on_paper)
                    language = own.language or ""
            elif tag in _SKIPPED or element in unchosen:
                walk.skip_subtree()
            elif tag in DELETED:
                # An empty one tracks the paragraph's end or a field, not words.
                self._changes.deletions += next(element.iter(*_SHOWS, f"{W}delText"), None) is not (
                    None
                )
                walk.skip_subtree()
            elif tag in INSERTED:
                self._changes.insertions += next(element.iter(*_SHOWS), None) is not None
            elif tag in _APART:
                words.apart.append(element)
                walk.skip_subtree()
            elif tag == f"{MC}AlternateContent":
                chosen = alternative(element)
                unchosen.update(child for child in element if child is not chosen)
            elif tag == f"{W}fldChar":
                self._field(element.get(f"{W}fldCharType", ""))
            elif tag in _MARKS:
                words.runs.append(Run(_MARKS[tag], hidden))
            else:
                self._other(element, hidden)
        self._closing.clear()
        # A field's code does not go on over a paragraph's end; one that is never closed would
        # swallow the rest of the document.
        self._fields = [False] * len(self._fields)
        return words

    def _look(self, properties: "_Element", look: Look) -> Look:
        own = run_look(properties)
        style = properties.find(f"{W}rStyle")
        if style is not None:
            own = own.over(self._styles.style(style.get(VALUE, "")).look)
        return own.over(look)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _other(self, element: "_Element", hidden: str) -> None:
        tag = element.tag
        if tag in _NOTES:
            numbered = element.get(f"{W}customMarkFollows") not in {"1", "true", "on"}
            self._words.notes.append((_NOTES[tag], element.get(f"{W}id", ""), numbered))
        elif tag == f"{W}sym":
            self._words.runs.append(Run(_symbol(element), hidden))
        elif tag.startswith(M):
            opening, closing = _mathematical(element)
            if opening:
                self._words.runs.append(Run(opening, hidden))
            if closing:
                self._closing[element] = closing


def alternative(element: "_Element") -> "_Element | None":
    """The branch of an mc:AlternateContent to read: the first that shows anything."""
    branches = [*element.findall(f"{MC}Choice"), *element.findall(f"{MC}Fallback")]
    for branch in branches:
        if next(branch.iter(*_SHOWS), None) is not None:
            return branch
    return branches[0] if branches else None


def _symbol(element: "_Element") -> str:
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return symbol(code, element.get(f"{W}font", ""))


def symbol(code: int, font: str) -> str:
    """The character that a font of signs shows for a code; nothing where that is not known."""
    font = font.casefold()
    low = code & 0xFF if 0xF000 <= code <= 0xF0FF else code
    if font == "symbol":
        return _SYMBOL.get(low, chr(low) if 0x20 <= low < 0x40 else "")
    if font.startswith("wingdings"):
        return _WINGDINGS.get(low, "")
    return "" if 0xE000 <= code <= 0xF8FF or not 0x20 <= code < 0x110000 else chr(code)


def _mathematical(element: "_Element") -> tuple[str, str]:
    """What stands before and behind a part of an equation that is written on one line."""
    tag = element.tag
    parent = element.getparent()
    held = tag[len(M) :]
    if tag in _MATHS:
        letters = sum(len(text.text or "") for text in element.iter(f"{M}t"))
        if letters == 0:
            return "", ""
        return (_MATHS[tag] + "(", ")") if letters > 1 else (_MATHS[tag], "")
    if held == "e" and parent is not None and parent.tag == f"{M}rad":
        return "√(", ")"
    if held == "d":
        return _character(element, "dPr", "begChr", "("), _character(element, "dPr", "endChr", ")")
    if held == "nary":
        return _character(element, "naryPr", "chr", "∫"), ""
    if held == "e" and parent is not None and parent.tag == f"{M}d":
        separated = parent.find(f"{M}e") is not element
        return (_character(parent, "dPr", "sepChr", "|") if separated else ""), ""
    if held == "mr":
        return " ", ""
    return "", ""


def _character(element: "_Element", properties: str, name: str, default: str) -> str:
    stated = element.find(f"{M}{properties}/{M}{name}")
    value: str = default if stated is None else stated.get(f"{M}val", "")
    return value

"""The numbers and bullets of a Word document's lists, counted as Word counts them."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.docx.styles import VALUE, Styles, W

if TYPE_CHECKING:
    from lxml.etree import _Element

BULLET = "•"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_MAX_NUMBER = 9999  # beyond it a letter or a Roman number would be a line of its own
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "bullet"
    text: str = ""
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A list's levels, and how far each has counted: None before its first item."""

    levels: dict[int, _Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """The lists of a document; `label` is to be called for every item in reading order."""

    def __init__(self, root: "_Element | None", styles: Styles) -> None:
        self._lists: dict[str, _List] = {}
        self._numbers: dict[str, tuple[str, dict[int, _Level], dict[int, int]]] = {}
        self._begun: set[str] = set()
        self._level_of_style: dict[tuple[str, str], int] = {}
        if root is None:
            return
        links = {}
        for element in root.iter(f"{W}abstractNum"):
            name = element.get(f"{W}abstractNumId", "")
            levels = {}
            for level in element.iter(f"{W}lvl"):
                number = _integer(level.get(f"{W}ilvl"), 0)
                levels[number] = _level(level)
                style = level.find(f"{W}pStyle")
                if style is not None:
                    self._level_of_style[name, style.get(VALUE, "")] = number
            self._lists[name] = _List(levels)
            link = element.find(f"{W}numStyleLink")
            if link is not None:
                links[name] = link.get(VALUE, "")
        for element in root.iter(f"{W}num"):
            self._add_number(element)
        for name, style_name in links.items():
            linked = self._numbers.get(styles.style(style_name).numbering or "")
            if linked is not None and linked[0] in self._lists:
                self._lists[name] = self._lists[linked[0]]

    def label(self, number: str, level: int | None, style: str) -> str | None:
        """What stands before the next item of a list; None where it has no list, "" no mark."""
        if number == "0":  # takes a paragraph out of the list of its style
            return None
        name, overrides, starts = self._numbers.get(number, ("", {}, {}))
        held = self._lists.get(name)
        if held is None:
            return BULLET
        if level is None:
            level = self._level_of_style.get((name, style), 0)
        level = min(level, _LEVELS - 1)
        if number not in self._begun:
            self._begun.add(number)
            for place, start in starts.items():
                held.counts[place] = start - 1
        levels = {**held.levels, **overrides} if overrides else held.levels
        at = levels.get(level, _Level())
        count = held.counts[level]
        held.counts[level] = at.start if count is None else count + 1
        held.counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return _label(at, levels, held.counts)

    def _add_number(self, element: "_Element") -> None:
        abstract = element.find(f"{W}abstractNumId")
        if abstract is None:
            return
        overrides = {}
        starts = {}
        for override in element.iter(f"{W}lvlOverride"):
            place = min(_integer(override.get(f"{W}ilvl"), 0), _LEVELS - 1)
            level = override.find(f"{W}lvl")
            if level is not None:
                overrides[place] = _level(level)
            start = override.find(f"{W}startOverride")
            if start is not None:
                starts[place] = _integer(start.get(VALUE), 1)
        name = abstract.get(VALUE, "")
        self._numbers[element.get(f"{W}numId", "")] = (name, overrides, starts)


def numeral(number: int, form: str) -> str | None:
    """A number in one of the forms of w:numFmt, None in one that is not known."""
    if not 0 <= number <= _MAX_NUMBER:
        return str(number)
    if form == "decimal":
        return str(number)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)
        return letter if form == "lowerLetter" else letter.upper()
    if form in {"lowerRoman", "upperRoman"} and number > 0:
        roman = ""
        for value, letters in _ROMAN:
            roman += letters * (number // value)
            number %= value
        return roman if form == "lowerRoman" else roman.upper()
    return None


def _label(at: _Level, levels: dict[int, _Level], counts: list[int | None]) -> str:
    if at.form == "none":
        return ""
    if at.form == "bullet":
        return BULLET
    missing = False

    def number(match: re.Match[str]) -> str:
        nonlocal missing
        place = int(match[1]) - 1
        level = levels.get(place, _Level())
        count = counts[place]
        written = numeral(
            level.start if count is None else count, "decimal" if at.legal else level.form
        )
        missing = missing or written is None
        return written or ""

    text = _PLACE.sub(number, at.text)
    return BULLET if missing else text.strip()


def _level(element: "_Element") -> _Level:
    def value(name: str) -> str | None:
        child = element.find(f"{W}{name}")
        found: str | None = None if child is None else child.get(VALUE, "")
        return found

    return _Level(
        _integer(value("start"), 1),
        value("numFmt") or "decimal",
        value("lvlText") or "",
        value("isLgl") not in {None, "0", "false"},
    )


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 10 else default

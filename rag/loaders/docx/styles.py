"""What the styles of a Word document say: headings, list membership, what cannot be seen."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VALUE = f"{W}val"
_HEADING = re.compile(
    r"(?:heading|head|überschrift|uberschrift|berschrift|titre|título|titulo|ttulo|titolo|kop|"
    r"rubrik|overskrift|otsikko|nagłówek|nagwek|заголовок|标题|標題|見出し|제목|nadpis|címsor|"
    r"cmsor|başlık|balk|τίτλος|επικεφαλίδα|encabezado|antraštė|pealkiri|virsraksts|titlu|naslov|"
    r"tiêu đề)[\s_-]*([1-9])$",
    re.IGNORECASE,
)
_TITLE = frozenset(
    "title titel titre título titulo ttulo titolo tytuł tytu otsikko заголовок название 标题 表題 "
    "제목 cím název".split()
)
_WHITE = re.compile(r"f[5-9a-f]f[5-9a-f]f[5-9a-f]$", re.IGNORECASE)
_TINY_HALF_POINTS = 2
_MAX_ANCESTORS = 50  # styles based on one another in a circle
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class Look:
    """Properties of runs, as far as they are set; None is not set here.

    `shaded` is whether something other than white paper lies behind the words.
    """

    vanish: bool | None = None
    color: str | None = None
    half_points: int | None = None
    shaded: bool | None = None
    language: str | None = None

    def over(self, below: "Look") -> "Look":
        """These properties, and those of `below` where they are not set here."""
        return Look(
            below.vanish if self.vanish is None else self.vanish,
            self.color or below.color,
            self.half_points or below.half_points,
            below.shaded if self.shaded is None else self.shaded,
            self.language or below.language,
        )

    def hidden(self, *, on_paper: bool) -> str:
        """Why words that look like this cannot be seen, "" where they can."""
        if self.vanish:
            return "marked hidden"
        if self.half_points is not None and self.half_points <= _TINY_HALF_POINTS:
            return "text of 1 point or less"
        if on_paper and not self.shaded and self.color and _WHITE.match(self.color):
            return "white text"
        return ""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style with all that it is based on.

    `level` is a heading's from 1, 0 for none; `numbering` and `numbering_level` are those of a
    list.
    """

    level: int = 0
    is_title: bool = False
    numbering: str | None = None
    numbering_level: int | None = None
    look: Look = Look()


class Styles:
    """The styles of a document by id; an id that is not defined is judged by its name alone."""

    def __init__(self, root: "_Element | None") -> None:
        self._elements: dict[str, _Element] = {}
        self._known: dict[str, Style] = {}
        self.default = Look()
        self.default_paragraph = ""
        if root is None:
            return
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        if defaults is not None:
            self.default = run_look(defaults)
        for element in root.iter(f"{W}style"):
            name = element.get(f"{W}styleId", "")
            self._elements.setdefault(name, element)
            if element.get(f"{W}default") in {"1", "true"} and (
                element.get(f"{W}type") == "paragraph"
            ):
                self.default_paragraph = name

    def style(self, name: str) -> Style:
        """The style with the id `name`."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._resolved(name)
        return known

    def shaded_table(self, name: str) -> bool:
        """Whether a table style colours cells, so that white words may well be seen."""
        for _ in range(_MAX_ANCESTORS):
            element = self._elements.get(name)
            if element is None:
                return False
            if next(element.iter(f"{W}shd"), None) is not None:
                return True
            name = _value(element, "basedOn") or ""
        return False

    def _resolved(self, name: str) -> Style:
        lineage: list[_Element] = []
        at = name
        while at in self._elements and len(lineage) < _MAX_ANCESTORS:
            lineage.append(self._elements[at])
            at = _value(lineage[-1], "basedOn") or ""
        if not lineage:
            return named_style(name)
        style = Style()
        for element in reversed(lineage):
            style = _based_on(style, element)
        return style


def paragraph_level(properties: "_Element") -> int | None:
    """The heading level that paragraph properties set: 0 for body text, None where unset."""
    level = _value(properties, "outlineLvl")
    if level is None or not level.isdecimal():
        return None
    return int(level) + 1 if int(level) < 9 else 0  # 9 is body text (ISO 29500-1, 17.3.1.20)


def list_of(properties: "_Element") -> tuple[str | None, int | None]:
    """The numbering and its level that paragraph properties set."""
    numbering = properties.find(f"{W}numPr")
    if numbering is None:
        return None, None
    level = _value(numbering, "ilvl")
    return _value(numbering, "numId"), int(level) if level and level.isdecimal() else None


def run_look(properties: "_Element") -> Look:
    """What run properties set."""
    vanish = color = size = shaded = language = None
    for element in properties:
        tag = element.tag
        if tag == f"{W}vanish":
            vanish = element.get(VALUE, "1") not in _OFF
        elif tag == f"{W}color":
            color = element.get(VALUE)
        elif tag == f"{W}sz":
            value = element.get(VALUE, "")
            size = int(value) if value.isdecimal() else None
        elif tag == f"{W}highlight":
            shaded = element.get(VALUE) not in {"none", "white"}
        elif tag == f"{W}shd":
            shaded = is_shaded(element)
        elif tag == f"{W}lang":
            language = element.get(VALUE)
    return Look(vanish, color, size, shaded, language)


def is_shaded(shading: "_Element | None") -> bool:
    """Whether a w:shd puts something other than white behind words."""
    if shading is None:
        return False
    fill = shading.get(f"{W}fill", "auto")
    pattern = shading.get(VALUE, "clear")
    themed = shading.get(f"{W}themeFill", "background1") not in {"background1", "light1"}
    plain = fill == "auto" or _WHITE.match(fill) is not None
    return themed or not plain or pattern not in {"clear", "nil"}


def named_style(name: str) -> Style:
    """What a style's name alone says: a heading's level, or that it is the title's."""
    return _with_name(Style(), name)


def _based_on(style: Style, element: "_Element") -> Style:
    style = _with_name(style, _value(element, "name") or "")
    if style.level == 0:
        style = _with_name(style, element.get(f"{W}styleId", ""))
    properties = element.find(f"{W}pPr")
    if properties is not None:
        level = paragraph_level(properties)
        if level is not None:
            style = replace(style, level=level)
        numbering, numbering_level = list_of(properties)
        if numbering is not None:
            style = replace(style, numbering=numbering)
        if numbering_level is not None:
            style = replace(style, numbering_level=numbering_level)
        shading = properties.find(f"{W}shd")
        if shading is not None:
            style = replace(style, look=Look(shaded=is_shaded(shading)).over(style.look))
    run = element.find(f"{W}rPr")
    if run is not None:
        style = replace(style, look=run_look(run).over(style.look))
    return style


def _with_name(style: Style, name: str) -> Style:
    match = _HEADING.match(name)
    if match:
        return replace(style, level=int(match[1]))
    if name.casefold() in _TITLE:
        return replace(style, level=1, is_title=True)
    return style


def _value(element: "_Element", name: str) -> str | None:
    child = element.find(f"{W}{name}")
    value: str | None = None if child is None else child.get(VALUE)
    return value

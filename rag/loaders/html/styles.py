"""What a page's styles say of the look of an element: inline ones, attributes, and simple rules.

Rules of the page's own <style> whose selector is a class, an id, an element or an element with one
of these count; of others only that they may show what those hide.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Pages load with these faded out or hidden until a script has run, and then show them.
ROOTS = frozenset({"html", "body", "main", "article"})
# Hidden words here are the page's own furniture.
_FURNITURE = frozenset(
    "nav header footer aside form dialog button figure label details menu".split()
)
_FURNITURE_NAMES = re.compile(
    r"menu|nav|modal|popup|pop-up|dialog|cookie|consent|gdpr|share|social|overlay|dropdown|tooltip"
    r"|search|login|sign|subscri|newsletter|lightbox|skip|banner|promo|widget|sidebar|related|caption"
    r"|comment|error|alert|message|notif|toast|tab|accordion|slide|carousel|gallery|print|player"
)
_OFF_PAGE_PIXELS = -500.0
_TINY_PIXELS = 1.0
_FAINT = 0.05
_LENGTH = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*(px|r?em|pt|ex|ch|v[wh]|%|)$")
_PIXELS = {"px": 1.0, "": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "ex": 8.0, "ch": 8.0,
           "vw": 10.0, "vh": 10.0, "%": 10.0}  # fmt: skip
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)|inset\(\s*(?:50|100)%")
_NO_SIZE = re.compile(r"scale[xy3d]{0,2}\(\s*0(?:\.0{1,9})?\s*[,)]")
_FILTERED = re.compile(r"opacity\(\s*(\d{1,3}(?:\.\d{0,9})?|\.\d{1,9})\s*(%?)\s*\)")
_MOVED = re.compile(r"translate[xy3d]{0,2}\(\s*(-?\d{1,9})(?:px|%|vw|vh|em|rem)")
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,9})?|\.\d{1,9}")
_COLOURS = {"white": "ffffff", "black": "000000", "red": "ff0000", "yellow": "ffff00",
            "blue": "0000ff", "snow": "fffafa", "ivory": "fffff0", "gray": "808080"}  # fmt: skip
_NO_PICTURE = frozenset({None, "", "none", "inherit", "initial", "unset", "transparent"})
_NEAR_COLOUR = 12  # of 255 in each channel: nobody can read it
_FULL = 243  # of 255 in each channel: white, for the eye
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]{0,9})?[.#][\w-]{1,80}|[a-z][a-z0-9]{0,9}")
_NAME = re.compile(r"[.#][\w-]{1,80}")
_BRACES = re.compile(r"([{}])")
# Of a media query that holds where a page is looked at on a screen of any size.
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*$")
_MAX_SHEET_CHARS = 2_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What text inherits: whether it is visible and legible, and its two colours where stated."""

    invisible: bool = False
    tiny: bool = False
    colour: str | None = None
    background: str | None = None
    furniture: bool = False

    @property
    def white(self) -> bool:
        """Whether text is white and nothing is known to stand behind it, as on a white page."""
        if self.colour is None or len(self.colour) != 6 or self.background:
            return False
        return all(int(self.colour[at : at + 2], 16) >= _FULL for at in (0, 2, 4))

    @property
    def unseen(self) -> bool:
        """Whether text that looks so cannot be seen."""
        if self.invisible or self.tiny or self.colour == "transparent":
            return True
        return _alike(self.colour, self.background)


def inherited(outer: Look, element: "HtmlElement", style: Mapping[str, str]) -> Look:
    """The look of an element within another, with the style it has."""
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    furniture = (
        outer.furniture
        or element.tag in _FURNITURE
        or (names != "  " and bool(_FURNITURE_NAMES.search(names[:500].lower())))
    )
    stated = element.tag in {"font", "body"} or bool({"bgcolor", "background"} & {*element.keys()})
    if not style and not stated:
        if furniture == outer.furniture:
            return outer
        return Look(outer.invisible, outer.tiny, outer.colour, outer.background, furniture)
    invisible, tiny = outer.invisible, outer.tiny
    if "visibility" in style and element.tag not in ROOTS:
        invisible = style["visibility"] in {"hidden", "collapse"}
    size = _pixels(style.get("font-size") or style.get("font", "").split("/")[0])
    if size is not None:
        tiny = size <= _TINY_PIXELS
    colour = _colour(style.get("color") or element.get("color") or element.get("text"))
    background = _colour(
        style.get("background-color") or style.get("background") or element.get("bgcolor")
    )
    pictured = {style.get("background"), style.get("background-image")} - _NO_PICTURE
    if background == "transparent":
        background = None
    elif background is None and (pictured or element.get("background")):
        # A picture or a gradient: what stands on it can be seen.
        background = "picture"
    return Look(invisible, tiny, colour or outer.colour, background or outer.background, furniture)


def declarations(style: str) -> dict[str, str]:
    """The properties that a style states, in small letters."""
    found = {}
    if "/*" in style:
        before, *after = style.split("/*")
        style = before + "".join(part.partition("*/")[2] for part in after)
    for part in style.lower().split(";"):
        name, _, value = part.partition(":")
        found[name.strip()] = value.replace("!important", "").strip()
    found.pop("", None)
    return found


def is_switched_off(style: Mapping[str, str]) -> bool:
    """Whether an element takes no part in the page, as what a script shows later does."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    opacity = _LENGTH.match(style.get("opacity", ""))
    if opacity and float(opacity[1]) <= _FAINT * (100 if opacity[2] == "%" else 1):
        return True
    filtered = _FILTERED.search(style.get("filter", ""))
    if filtered and float(filtered[1]) <= _FAINT * (100 if filtered[2] else 1):
        return True
    sizes = (_pixels(style.get(name)) for name in ("height", "max-height", "width", "max-width"))
    small = any(size is not None and size <= _TINY_PIXELS for size in sizes)
    return small and style.get("overflow", "").startswith(("hidden", "clip"))


def is_put_away(style: Mapping[str, str]) -> bool:
    """Whether an element is there but outside the page, or without size."""
    if not style:
        return False
    moved = ["text-indent", "margin-left", "margin-top"]
    if style.get("position") in {"absolute", "fixed", "relative"}:
        moved += ["left", "right", "top", "bottom"]
    if any((_pixels(style.get(name)) or 0.0) <= _OFF_PAGE_PIXELS for name in moved):
        return True
    transform = style.get("transform", "")
    shift = _MOVED.search(transform)
    if _NO_SIZE.search(transform) or (shift and float(shift[1]) <= _OFF_PAGE_PIXELS):
        return True
    return bool(
        _CLIPPED.search(style.get("clip", "")) or _CLIPPED.search(style.get("clip-path", ""))
    )


def _pixels(value: str | None) -> float | None:
    match = _LENGTH.match(value or "")
    return None if match is None else float(match[1]) * _PIXELS[match[2]]


def _colour(value: str | None) -> str | None:
    """A colour as six digits, "transparent", or None where none is stated or it is another form."""
    words = (value or "").strip().lower()
    if words == "transparent":
        return words
    first = words.split(" ")[0] if not words.startswith("rgb") else words
    if first in _COLOURS:
        return _COLOURS[first]
    digits = first.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}", digits):
        if len(digits) < 6:
            digits = "".join(digit * 2 for digit in digits)
        return "transparent" if digits[6:] == "00" else digits[:6]
    if words.startswith("rgb"):
        inside = words[:80].partition("(")[2].partition(")")[0]
        numbers = _NUMBERS.findall(inside)
        if len(numbers) == 4 and float(numbers[3]) <= _FAINT:
            return "transparent"
        if len(numbers) >= 3:
            return "".join(f"{min(int(float(each)), 255):02x}" for each in numbers[:3])
    return None


def _alike(colour: str | None, background: str | None) -> bool:
    if colour is None or background is None or len(colour) != 6 or len(background) != 6:
        return False
    pairs = ((int(colour[at : at + 2], 16), int(background[at : at + 2], 16)) for at in (0, 2, 4))
    return all(abs(one - other) <= _NEAR_COLOUR for one, other in pairs)


class Sheets:
    """The simple rules of a page's own style sheets, and how far they tell the whole look."""

    def __init__(self, tree: "HtmlElement") -> None:
        self._styles: dict[str, dict[str, str]] = {}
        self._varied: set[str] = set()
        self.whole = True
        sheets = [sheet.text or "" for sheet in tree.iter("style") if _is_for_screen(sheet)]
        for selector, body, heard in _rules("\n".join(sheets)[:_MAX_SHEET_CHARS].lower()):
            style = declarations(body)
            for each in selector.split(","):
                name = each.strip()
                if heard and _SIMPLE.fullmatch(name):
                    self._styles.setdefault(name, {}).update(style)
                else:
                    self._varied.update(_NAME.findall(name))
                    self.whole = False
        if not self._styles:
            self._varied.clear()

    def style(self, element: "HtmlElement") -> dict[str, str]:
        """What simple rules say of an element, the closest last."""
        if not self._styles:
            return {}
        names = _names(element)
        keys = [element.tag, *names, *(f"{element.tag}{name}" for name in names)]
        style: dict[str, str] = {}
        for key in keys:
            if key in self._styles:
                style.update(self._styles[key])
        return style

    def vary(self, element: "HtmlElement") -> bool:
        """Whether other rules speak of the element too, and may show what a simple one hides."""
        return not self._varied.isdisjoint(_names(element))


def is_static(tree: "HtmlElement") -> bool:
    """Whether nothing but the page itself decides on its look: no script and no linked sheet."""
    for link in tree.iter("link"):
        if "stylesheet" in (link.get("rel") or "").lower():
            return False
    for script in tree.iter("script"):
        kind = (script.get("type") or "").lower()
        if not kind or "javascript" in kind or kind == "module":
            return False
    return "@import" not in "".join(sheet.text or "" for sheet in tree.iter("style")).lower()


def _names(element: "HtmlElement") -> list[str]:
    names = [f".{name}" for name in (element.get("class") or "").lower().split()]
    return [*names, f"#{identity.lower()}"] if (identity := element.get("id")) else names


def _is_for_screen(sheet: "HtmlElement") -> bool:
    return (sheet.get("media") or "all").strip().lower() in {"all", "screen", "only screen"}


def _rules(css: str) -> Iterator[tuple[str, str, bool]]:
    """Selectors with the body of each rule, and whether it holds on any screen."""
    before, *after = css.split("/*")
    css = before + "".join(part.partition("*/")[2] for part in after)
    opened: list[tuple[str, bool]] = []
    waiting = ""
    for part in _BRACES.split(css):
        if part == "{":
            selector = waiting.rpartition(";")[2].strip()
            heard = opened[-1][1] if opened else True
            if selector.startswith("@"):
                heard = heard and bool(_SCREEN.match(selector))
            opened.append((selector, heard))
        elif part == "}":
            if opened:
                selector, heard = opened.pop()
                if selector and not selector.startswith("@") and waiting.strip():
                    yield selector, waiting, heard
            waiting = ""
            continue
        waiting = "" if part == "{" else part

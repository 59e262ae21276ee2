"""What a page's own markup hides: taken out of its tree, and flagged where a person should know.

Inline styles and attributes decide; style sheets are not computed, since menus, tabs and wide
screens hide and show by them. Only words that speak to a machine are taken out for a style sheet's
sake. Everything else that pages hide (menus, notices, forms) goes without a flag.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.loaders.html.walk import UNSEEN
from rag.loaders.instructions import speaks_to_a_machine
from rag.types import Flag

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_FLAGS = 20
_QUOTED_CHARS = 80
_READ_CHARS = 20_000  # of one hidden thing; instructions are no longer than that
_READ_STEPS = 4000
_RULED_CHARS = 1_000_000  # elements in each other are read once for each; this bounds the time
_SILENT = frozenset({"script", "style"})
_FEWEST_WORDS = 4
# Pages load with these faded out or hidden until a script has run, and then show them.
_ROOTS = frozenset({"html", "body", "main", "article"})
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
_FEWEST_OF_A_KIND = 3
_LENGTH = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*(px|r?em|pt|ex|ch|v[wh]|%|)$")
_PIXELS = {"px": 1.0, "": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "ex": 8.0, "ch": 8.0,
           "vw": 10.0, "vh": 10.0, "%": 10.0}  # fmt: skip
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)|inset\(\s*(?:50|100)%")
_NO_SIZE = re.compile(r"scale[xy3d]{0,2}\(\s*0(?:\.0{1,9})?\s*[,)]")
_MOVED = re.compile(r"translate[xy3d]{0,2}\(\s*(-?\d{1,9})(?:px|%|vw|vh|em|rem)")
# A selector of one class or id, which is how text is hidden by hand.
_RULE = re.compile(r"(?:^|[{}\s,])(?:[a-z]{1,10})?([.#][\w-]{1,80})\s*\{([^{}]{1,2000})\}")
_NUMBERS = re.compile(r"\d{1,3}")
_COLOURS = {"white": "ffffff", "black": "000000", "red": "ff0000", "yellow": "ffff00",
            "blue": "0000ff", "snow": "fffafa", "ivory": "fffff0", "gray": "808080"}  # fmt: skip
_NEAR_COLOUR = 12  # of 255 in each channel: nobody can read it
_COMMENT_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class _Look:
    """What text inherits: whether it is visible and legible, and its two colours where stated."""

    invisible: bool = False
    tiny: bool = False
    colour: str | None = None
    background: str | None = None
    furniture: bool = False

    @property
    def unseen(self) -> bool:
        """Whether text that looks so cannot be seen."""
        if self.invisible or self.tiny or self.colour == "transparent":
            return True
        return _alike(self.colour, self.background)


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A hidden element, or the text at its begin or behind it; `toggled` by a script, it seems."""

    element: "HtmlElement"
    look: _Look
    is_text: bool = False
    is_tail: bool = False
    toggled: bool = False


def take_out_hidden(tree: "HtmlElement", source: str) -> tuple[Flag, ...]:
    """Remove what cannot be seen from `tree`; the flags quote what a person should look at."""
    hidden = list(_hidden(tree))
    quoted: dict[str, None] = {}
    for found in hidden:
        words = _words(found)
        if speaks_to_a_machine(words) or (
            not found.toggled and not found.look.furniture and _is_sentence(words)
        ):
            quoted.setdefault(words)
    for found in hidden:
        _take_out(found)
    for words in _unshown(tree, source):
        if speaks_to_a_machine(words):
            quoted.setdefault(words)
    return tuple(
        Flag("hidden", 0, 0, f'left out: "{_shortened(words)}"')
        for words in list(quoted)[:_MAX_FLAGS]
    )


def _hidden(tree: "HtmlElement") -> Iterator[_Hidden]:
    """The outermost hidden elements, and texts that their inherited look hides."""
    from lxml import etree

    rules = _Rules(tree)
    series = _series(tree)
    looks = [_Look()]
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if len(looks) > 1:
                looks.pop()
            if looks[-1].unseen and (element.tail or "").strip() and element is not tree:
                yield _Hidden(element, looks[-1], is_tail=True)
            continue
        style = _declarations(element.get("style") or "")
        look = _inherited(looks[-1], element, style)
        looks.append(look)
        if element.tag in UNSEEN:
            walk.skip_subtree()
            continue
        if element.tag not in _ROOTS:
            switched = "hidden" in element.attrib or _is_switched_off(style)
            if switched and element in series and not speaks_to_a_machine(_words_in(element)):
                continue
            if switched or _is_put_away(style) or rules.hide(element):
                # Who hides by hand gives no name; scripts need one to find what they show.
                named = bool(element.get("class") or element.get("id"))
                yield _Hidden(element, look, toggled=switched and named)
                walk.skip_subtree()
                continue
        if look.unseen and (element.text or "").strip():
            yield _Hidden(element, look, is_text=True)


def _inherited(outer: _Look, element: "HtmlElement", style: Mapping[str, str]) -> _Look:
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    furniture = (
        outer.furniture
        or element.tag in _FURNITURE
        or (names != "  " and bool(_FURNITURE_NAMES.search(names[:500].lower())))
    )
    stated = "bgcolor" in element.attrib or element.tag in {"font", "body"}
    if not style and not stated:
        if furniture == outer.furniture:
            return outer
        return _Look(outer.invisible, outer.tiny, outer.colour, outer.background, furniture)
    invisible, tiny = outer.invisible, outer.tiny
    if "visibility" in style and element.tag not in _ROOTS:
        invisible = style["visibility"] in {"hidden", "collapse"}
    size = _pixels(style.get("font-size") or style.get("font", "").split("/")[0])
    if size is not None:
        tiny = size <= _TINY_PIXELS
    colour = _colour(style.get("color") or element.get("color") or element.get("text"))
    background = _colour(
        style.get("background-color") or style.get("background") or element.get("bgcolor")
    )
    if background is None and {"background", "background-image"} & style.keys():
        # A picture or a gradient: what stands on it can be seen.
        background = "picture"
    return _Look(invisible, tiny, colour or outer.colour, background or outer.background, furniture)


def _declarations(style: str) -> dict[str, str]:
    found = {}
    if "/*" in style:
        before, *after = style.split("/*")
        style = before + "".join(part.partition("*/")[2] for part in after)
    for part in style.lower().split(";"):
        name, _, value = part.partition(":")
        found[name.strip()] = value.replace("!important", "").strip()
    found.pop("", None)
    return found


def _series(tree: "HtmlElement") -> set["HtmlElement"]:
    """Hidden elements that are many of a kind: slides, tabs and pages, which a script shows."""
    alike: dict[tuple[HtmlElement | None, object, str], list[HtmlElement]] = {}
    for element in tree.iterfind(".//*[@class]"):
        style = element.get("style")
        if "hidden" in element.attrib or (style and _is_switched_off(_declarations(style))):
            key = (element.getparent(), element.tag, element.get("class", ""))
            alike.setdefault(key, []).append(element)
    return {each for found in alike.values() if len(found) >= _FEWEST_OF_A_KIND for each in found}


def _is_switched_off(style: Mapping[str, str]) -> bool:
    """Whether an element takes no part in the page, as what a script shows later does."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    opacity = _LENGTH.match(style.get("opacity", ""))
    if opacity and float(opacity[1]) <= _FAINT * (100 if opacity[2] == "%" else 1):
        return True
    sizes = (_pixels(style.get(name)) for name in ("height", "max-height", "width", "max-width"))
    small = any(size is not None and size <= _TINY_PIXELS for size in sizes)
    return small and style.get("overflow", "").startswith(("hidden", "clip"))


def _is_put_away(style: Mapping[str, str]) -> bool:
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
    if re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", digits):
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    if words.startswith("rgb"):
        inside = words[:80].partition("(")[2].partition(")")[0]
        numbers = _NUMBERS.findall(inside.replace(".", " "))
        if inside.replace(" ", "").endswith((",0", "/0")) and len(numbers) == 4:
            return "transparent"
        if len(numbers) >= 3:
            return "".join(f"{min(int(number), 255):02x}" for number in numbers[:3])
    return None


def _alike(colour: str | None, background: str | None) -> bool:
    if colour is None or background is None or len(colour) != 6 or len(background) != 6:
        return False
    pairs = ((int(colour[at : at + 2], 16), int(background[at : at + 2], 16)) for at in (0, 2, 4))
    return all(abs(one - other) <= _NEAR_COLOUR for one, other in pairs)


class _Rules:
    """The classes and ids (".x", "#x") that the page's own style sheets hide."""

    def __init__(self, tree: "HtmlElement") -> None:
        self._names = set()
        self._left_chars = _RULED_CHARS
        for sheet in tree.iter("style"):
            for name, body in _RULE.findall((sheet.text or "").lower()):
                style = _declarations(body)
                look = _inherited(_Look(), sheet, style)
                if _is_switched_off(style) or _is_put_away(style) or look.unseen:
                    self._names.add(name)

    def hide(self, element: "HtmlElement") -> bool:
        """Whether a style sheet hides an element whose words speak to a machine."""
        if not self._names or self._left_chars < 0:
            return False
        names = {f".{name}" for name in element.get("class", "").lower().split()}
        names.add(f"#{element.get('id', '').lower()}")
        if not names & self._names:
            return False
        words = _words_in(element)
        self._left_chars -= len(words)
        return speaks_to_a_machine(words)


def _words(found: _Hidden) -> str:
    if found.is_text or found.is_tail:
        raw = found.element.tail if found.is_tail else found.element.text
        return " ".join((raw or "")[:_READ_CHARS].split())
    return _words_in(found.element)


def _words_in(root: "HtmlElement") -> str:
    """What an element says, scripts aside; as much as it takes to judge it."""
    from lxml import etree

    parts: list[str] = []
    length = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in itertools.islice(walk, _READ_STEPS):
        if event == "start" and element.tag in _SILENT:
            walk.skip_subtree()
        elif event == "start":
            parts.append(element.text or "")
        elif element is not root:
            parts.append(f" {element.tail or ''}")
        length += len(parts[-1]) if parts else 0
        if length > _READ_CHARS:
            break
    return " ".join("".join(parts)[:_READ_CHARS].split())


def _take_out(found: _Hidden) -> None:
    if found.is_tail:
        found.element.tail = " "
    elif found.is_text:
        found.element.text = " "
    elif found.element.getparent() is not None:
        # What follows stays, parted from what stood before.
        found.element.tail = f" {found.element.tail or ''}"
        found.element.drop_tree()


def _unshown(tree: "HtmlElement", source: str) -> Iterator[str]:
    """Words that no browser with scripts shows: <noscript>, <template> and comments."""
    for element in tree.iter("noscript", "template"):
        yield _words_in(element)
    place = source.find("<!--")
    while place >= 0:
        end = source.find("-->", place)
        end = len(source) if end < 0 else end
        yield " ".join(source[place + 4 : min(end, place + _COMMENT_CHARS)].split())
        place = source.find("<!--", end)


def _is_sentence(words: str) -> bool:
    """Whether words are some that somebody would read, not labels, code or data."""
    parts = words.split(" ")
    spoken = sum(part.strip(".,;:!?\"'()").isalpha() for part in parts)
    unspaced = sum(ord(char) > 0x2E7F for char in words) >= 2 * _FEWEST_WORDS
    return (spoken >= _FEWEST_WORDS and spoken > len(parts) / 2) or unspaced


def _shortened(words: str) -> str:
    return words if len(words) <= _QUOTED_CHARS else f"{words[:_QUOTED_CHARS].rstrip()}…"

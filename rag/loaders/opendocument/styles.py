"""What the styles of an OpenDocument file say: hidden text and pages, list marks, titles."""

from typing import TYPE_CHECKING

from rag.loaders.docx.numbering import BULLET, numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

SPACE_OF_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT = f"{{{SPACE_OF_NAMES}text:1.0}}"
TABLE = f"{{{SPACE_OF_NAMES}table:1.0}}"
STYLE = f"{{{SPACE_OF_NAMES}style:1.0}}"
SHOW = f"{{{SPACE_OF_NAMES}presentation:1.0}}"
_LOOK = f"{{{SPACE_OF_NAMES}xsl-fo-compatible:1.0}}"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman"} | {
    "I": "upperRoman"
}
_TINY = frozenset({"0pt", "0.5pt", "1pt"})
_MAX_ANCESTORS = 50  # styles based on one another in a circle


class Styles:
    """What styles say: hidden text, list marks, titles; own styles go before common ones."""

    def __init__(self, roots: list["_Element | None"]) -> None:
        # Slides and cells have colours behind white words.
        self.on_paper = False
        self._styles: dict[str, _Element] = {}
        self._lists: dict[str, dict[int, _Element]] = {}
        self._hidden: dict[str, str] = {}
        self.last_counts: dict[tuple[str, int], int] = {}
        self.language = ""
        for root in roots:
            if root is None:
                continue
            for style in root.iter(f"{STYLE}style"):
                self._styles.setdefault(style.get(f"{STYLE}name", ""), style)
            for style in root.iter(f"{TEXT}list-style"):
                levels = {}
                for level in style:
                    number = level.get(f"{TEXT}level", "")
                    if number.isdecimal():
                        levels[int(number) - 1] = level
                self._lists.setdefault(style.get(f"{STYLE}name", ""), levels)
            for default in root.iter(f"{STYLE}default-style"):
                properties = default.find(f"{STYLE}text-properties")
                if default.get(f"{STYLE}family") == "paragraph" and properties is not None:
                    self.language = properties.get(f"{_LOOK}language", "")

    def is_title(self, name: str) -> bool:
        """Whether a paragraph style is "Title", or an automatic one made from it."""
        style = self._styles.get(name)
        parent = "" if style is None else style.get(f"{STYLE}parent-style-name", "")
        return "Title" in {name, parent}

    def hidden_text(self, name: str) -> str:
        """Why text of a style cannot be seen; "" where it can."""
        if not name:
            return ""
        if name not in self._hidden:
            self._hidden[name] = self._why_hidden(name)
        return self._hidden[name]

    def hidden_page(self, name: str) -> str:
        """Why a slide of a style is not shown."""
        style = self._styles.get(name)
        properties = None if style is None else style.find(f"{STYLE}drawing-page-properties")
        shown = "visible" if properties is None else properties.get(f"{SHOW}visibility")
        return "hidden slide" if shown == "hidden" else ""

    def hidden_table(self, name: str) -> str:
        """Why a sheet of a style is not shown."""
        style = self._styles.get(name)
        properties = None if style is None else style.find(f"{STYLE}table-properties")
        shown = "true" if properties is None else properties.get(f"{TABLE}display")
        return "hidden sheet" if shown == "false" else ""

    def first(self, name: str, level: int) -> int:
        """The number that a list of a style begins with at a level, from 0."""
        held = self._lists.get(name, {}).get(level)
        start = "" if held is None else held.get(f"{TEXT}start-value", "")
        return int(start) if start.isdecimal() else 1

    def label(self, name: str, counts: list[int]) -> str:
        """What stands before an item, whose list and the lists around it have counted so far."""
        levels = self._lists.get(name, {})
        level = len(counts) - 1
        held = levels.get(level)
        if held is None or held.tag != f"{TEXT}list-level-style-number":
            return BULLET
        shown = held.get(f"{TEXT}display-levels", "1")
        n_shown = min(int(shown), level + 1) if shown.isdecimal() else 1
        parts = []
        for place in range(level + 1 - max(n_shown, 1), level + 1):
            at = levels.get(place)
            form = "" if at is None else at.get(f"{STYLE}num-format", "")
            written = numeral(counts[place], _FORMS[form]) if form in _FORMS else ""
            if written:
                parts.append(written)
        if not parts:
            return ""
        before = held.get(f"{STYLE}num-prefix", "")
        return f"{before}{'.'.join(parts)}{held.get(f'{STYLE}num-suffix', '')}".strip()

    def _why_hidden(self, name: str) -> str:
        color = shaded = None
        for _ in range(_MAX_ANCESTORS):
            style = self._styles.get(name)
            if style is None:
                break
            for kind in ("text-properties", "paragraph-properties"):
                properties = style.find(f"{STYLE}{kind}")
                if properties is None:
                    continue
                if properties.get(f"{TEXT}display") == "none":
                    return "marked hidden"
                if properties.get(f"{_LOOK}font-size") in _TINY:
                    return "text of 1 point or less"
                color = color or properties.get(f"{_LOOK}color")
                shaded = shaded or properties.get(f"{_LOOK}background-color")
            name = style.get(f"{STYLE}parent-style-name", "")
        plain = shaded in {None, "transparent", "#ffffff"}
        return "white text" if plain and color == "#ffffff" and self.on_paper else ""

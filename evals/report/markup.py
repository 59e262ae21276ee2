"""Text → markup that cannot run, load or reorder anything, and JSON that can stand in a page.

Only `Html` goes into the page as it is, and only this module makes it: every child of an element
that is not `Html` is escaped.
"""

import html
import json
import re

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
# What a parser of HTML drops or replaces, and surrogates alone, which UTF-8 cannot carry.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Html(str):
    """Markup in which every piece of foreign text is escaped."""

    __slots__ = ()


def joined(*children: str) -> Html:
    """Children one after the other; those that are not `Html` are escaped."""
    return Html("".join(_escaped(child) for child in children))


def element(name: str, *children: str, **attributes: str | None) -> Html:
    """An element; `class_` and `aria_label` name attributes, None leaves one out, "" has no value.

    Raises:
        ValueError: an attribute that loads or runs something, or leads out of the page.
    """
    parts = [name]
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        outward = attribute == "href" and value is not None and not value.startswith("#")
        if not _NAME.fullmatch(attribute) or attribute.startswith(("on", "src", "style")):
            raise ValueError(f"no attribute {attribute!r} on this page")
        if outward:
            raise ValueError(f"{value!r} leads out of the page")
        if value is not None:
            parts.append(f'{attribute}="{_escaped(value)}"' if value else attribute)
    return Html(f"<{' '.join(parts)}>{joined(*children)}</{name}>")


def foreign(text: str) -> Html:
    """Text that somebody else wrote, in its own direction inside a line of ours."""
    return element("bdi", text, dir="auto")


def table(head: list[Html], rows: list[Html], *, label: str, class_: str | None = None) -> Html:
    """A table that scrolls in itself where the page is narrow, by keyboard too.

    Without headings where `head` is empty.
    """
    headings = [element("thead", element("tr", *head))] if head else []
    inner = element("table", *headings, element("tbody", *rows), class_=class_)
    return element("div", inner, class_="scroll", role="region", aria_label=label, tabindex="0")


def row(name: str, *cells: str, **attributes: str | None) -> Html:
    """A row of a table: its heading and its cells, in each of which text or an element may stand.

    A cell that is a `td` already is taken as it is.
    """
    others = (cell if _is_cell(cell) else element("td", cell) for cell in cells)
    return element("tr", element("th", name, scope="row"), *others, **attributes)


def columns(*names: str) -> list[Html]:
    """The headings of columns."""
    return [Html(name) if _is_cell(name) else element("th", name, scope="col") for name in names]


def fold(title: str, *children: str, **attributes: str | None) -> Html:
    """What is shown when it is opened."""
    return element("details", element("summary", title), *children, **attributes)


def json_text(values: object) -> str:
    """Values as JSON for an element `script`: it can end no element and has no odd line ends."""
    words = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _IN_SCRIPT.items():
        words = words.replace(character, escape)
    return _UNUSABLE.sub("\ufffd", words)


_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def _is_cell(cell: str) -> bool:
    return isinstance(cell, Html) and cell.startswith(("<td", "<th"))


def _escaped(text: str) -> str:
    if isinstance(text, Html):
        return str(text)
    return html.escape(_UNUSABLE.sub("\ufffd", text), quote=True)

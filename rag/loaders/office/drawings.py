"""The words of charts and diagrams, which stand in parts of their own, for Word and PowerPoint."""

from typing import TYPE_CHECKING

from rag.loaders.office.runs import Run, Writer, row

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MAX_POINTS = 2000  # of a series; charts of more are drawn from measurements, not read


def add_chart(writer: Writer, root: "_Element", hidden: str = "") -> None:
    """Add a chart's title as a paragraph and its numbers as rows, a series a column."""
    title = root.find(f"{C}chart/{C}title")
    if title is not None:
        writer.add("paragraph", [Run(drawn_text(title), hidden)])
    names: list[str] = []
    columns: list[dict[int, str]] = []
    categories: dict[int, str] = {}
    for series in root.iter(f"{C}ser"):
        name = series.find(f"{C}tx")
        names.append("" if name is None else " ".join(v.text or "" for v in name.iter(f"{C}v")))
        columns.append(_points(series, "val") or _points(series, "yVal"))
        for index, value in (_points(series, "cat") or _points(series, "xVal")).items():
            categories.setdefault(index, value)
    indexes = sorted({index for column in columns for index in column} | categories.keys())
    table = [["", *names]] if any(names) else []
    table += [
        [categories.get(index, ""), *(column.get(index, "") for column in columns)]
        for index in indexes[:_MAX_POINTS]
    ]
    for number, cells in enumerate(table):
        writer.add("row", row([[Run(cell, hidden)] for cell in cells]), near=number > 0)


def add_diagram(writer: Writer, root: "_Element", hidden: str = "") -> None:
    """Add the words of a SmartArt diagram, an item a shape."""
    near = False
    for point in root.iter(f"{DIAGRAM}pt"):
        text = point.find(f"{DIAGRAM}t")
        if text is not None and point.get("type", "node") in {"node", "asst"}:
            near = writer.add("item", [Run(drawn_text(text), hidden)], near=near) is not None


def drawn_text(element: "_Element") -> str:
    """The text of DrawingML paragraphs below an element, with spaces between them."""
    return " ".join(
        "".join(text.text or "" for text in paragraph.iter(f"{A}t"))
        for paragraph in element.iter(f"{A}p")
    )


def _points(series: "_Element", name: str) -> dict[int, str]:
    """The values that a series keeps of its cells, by place."""
    held = series.find(f"{C}{name}")
    found = {}
    if held is not None:
        for point in held.iter(f"{C}pt"):
            place = point.get("idx", "")
            if place.isdecimal() and len(place) < 8:
                found[int(place)] = point.findtext(f"{C}v") or ""
    return found

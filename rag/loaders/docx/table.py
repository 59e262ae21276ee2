"""The shape of a Word table: its rows and cells, and which rows arrange text instead of data."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.loaders.docx.styles import VALUE, Styles, W, is_shaded
from rag.loaders.docx.words import DELETED, INSERTED, Changes

if TYPE_CHECKING:
    from lxml.etree import _Element

# A row of longer cells than these, with many paragraphs, is read cell by cell.
_ROW_CHARS = 1000


def rows_of(table: "_Element", changes: Changes) -> Iterator["_Element"]:
    """The rows of a table that no tracked change has taken out."""
    for row in _within(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None:
            if any(child.tag in DELETED for child in properties):
                changes.deletions += 1
                continue
            changes.insertions += any(child.tag in INSERTED for child in properties)
        yield row


def cells_of(row: "_Element") -> list["_Element | None"]:
    """The cells of a row; None for one that goes on from the row above."""
    cells: list[_Element | None] = []
    for cell in _within(row, f"{W}tc"):
        properties = cell.find(f"{W}tcPr")
        if properties is not None:
            across = properties.find(f"{W}hMerge")
            if across is not None and across.get(VALUE, "continue") != "restart":
                continue
            down = properties.find(f"{W}vMerge")
            if down is not None and down.get(VALUE, "continue") != "restart":
                cells.append(None)
                continue
        cells.append(cell)
    return cells


def is_layout(cells: Sequence["_Element | None"]) -> bool:
    """Whether the cells of a row are to be read one after the other, not as a row of data."""
    full = [cell for cell in cells if cell is not None]
    paragraphs = 0
    letters = 0
    for cell in full:
        if next(cell.iter(f"{W}tbl", f"{W}txbxContent"), None) is not None:
            return True
        for paragraph in cell.iter(f"{W}p"):
            held = sum(len(text.text or "") for text in paragraph.iter(f"{W}t"))
            paragraphs += held > 0
            letters += held
    if len(cells) == 1 and paragraphs > 1:
        return True
    return paragraphs > 2 * len(full) and letters > _ROW_CHARS


def lies_on_paper(table: "_Element", styles: Styles) -> bool:
    """Whether nothing of a table's style or own shading colours its cells."""
    properties = table.find(f"{W}tblPr")
    if properties is None:
        return True
    style = properties.find(f"{W}tblStyle")
    if style is not None and styles.shaded_table(style.get(VALUE, "")):
        return False
    return not is_shaded(properties.find(f"{W}shd"))


def is_hidden_row(row: "_Element") -> bool:
    """Whether a row is marked hidden."""
    hidden = row.find(f"{W}trPr/{W}hidden")
    return hidden is not None and hidden.get(VALUE, "1") not in {"0", "false", "off"}


def is_shaded_cell(cell: "_Element") -> bool:
    """Whether a cell has a colour of its own behind its words."""
    return is_shaded(cell.find(f"{W}tcPr/{W}shd"))


def _within(element: "_Element", wanted: str) -> Iterator["_Element"]:
    """The children with a tag, those inside content controls and the like among them."""
    waiting = [iter(element)]
    while waiting:
        for child in waiting[-1]:
            if child.tag == wanted:
                yield child
            elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml"} | INSERTED:
                waiting.append(iter(child))
                break
        else:
            waiting.pop()

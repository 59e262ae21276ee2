"""The words of one OpenDocument paragraph; notes and drawings are collected for whoever asked."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.office.runs import SPACE, Run
from rag.loaders.opendocument.styles import SPACE_OF_NAMES, TEXT, Styles

if TYPE_CHECKING:
    from lxml.etree import _Element

OFFICE = f"{{{SPACE_OF_NAMES}office:1.0}}"
DRAW = f"{{{SPACE_OF_NAMES}drawing:1.0}}"
PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
DRAWN = frozenset(
    f"{DRAW}{name}"
    for name in "frame custom-shape g rect circle ellipse line connector caption polygon polyline "
    "path regular-polygon".split()
)
SKIPPED = DRAWN | frozenset(
    {f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{TEXT}note", f"{TEXT}ruby-text"}
    | {f"{TEXT}tracked-changes"}
)


@dataclass(slots=True)
class Words:
    """The runs of a paragraph, the notes it refers to, and what is drawn beside it."""

    runs: list[Run] = field(default_factory=list)
    notes: list["_Element"] = field(default_factory=list)
    drawn: list["_Element"] = field(default_factory=list)


def words_of(paragraph: "_Element", styles: Styles, hidden: str) -> Words:
    """The words of a paragraph or heading; `hidden` is why its place cannot be seen, or ""."""
    from lxml import etree

    words = Words()
    above = styles.hidden_text(paragraph.get(f"{TEXT}style-name", ""))
    looks = [hidden or above]
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "end":
            if element is paragraph:
                break
            if tag == f"{TEXT}span":
                looks.pop()
            if element.tail:
                words.runs.append(Run(element.tail, looks[-1]))
            continue
        if tag in SKIPPED:
            if tag == f"{TEXT}note":
                words.notes.append(element)
            elif tag in DRAWN:
                words.drawn.append(element)
            walk.skip_subtree()
            continue
        if tag == f"{TEXT}span":
            own = styles.hidden_text(element.get(f"{TEXT}style-name", ""))
            looks.append(looks[-1] or own)
        elif tag in {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"}:
            words.runs.append(SPACE)
        elif tag in {f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"}:
            shown = element.get(f"{TEXT}string-value") or element.text or ""
            words.runs.append(Run(shown, "marked hidden"))
            walk.skip_subtree()
            continue
        if element.text:
            words.runs.append(Run(element.text, looks[-1]))
    return words

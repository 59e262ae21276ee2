"""Pieces of WordprocessingML as text: paragraphs, runs, tables, footnotes, styles.

Word refuses a file whose elements stand in another order than that of ECMA-376, part 1, 17: the
order is fixed here and nowhere else. What a brief says where is left to `docx`.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from rag.brief.manuscript import NoteMark, Runs, Text
from rag.brief.markdown import address, writable

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# The fonts that Windows and Office bring for each script; Word takes a like one where it is
# missing. The template's theme would set Chinese in a Japanese font.
_EAST_ASIAN = {"ja-JP": "Yu Gothic", "ko-KR": "Malgun Gothic", "zh-CN": "Microsoft YaHei"}
# Word takes no longer address.
_MAX_ADDRESS_CHARS = 2_083


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set; lengths in twentieths of a point.

    `numbering` is the id of a list and the level in it, from 0.
    """

    style: str = "Normal"
    numbering: tuple[int, int] | None = None
    indent: int = 0
    hanging: int = 0
    keep_next: bool = False


@dataclass(frozen=True, slots=True)
class _Letters:
    """What the letters of a paragraph ask of its runs."""

    right_to_left: bool
    language: str | None


def right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is of a script from right to left."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "R" | "AL":
                return True
            case "L":
                return False
    return False


def east_asian(text: str) -> str | None:
    """The language whose letters an East Asian text needs; None for any other text.

    Han letters alone are taken as Chinese.
    """
    found = None
    for char in text:
        if "\u3040" <= char <= "\u30ff" or "\u31f0" <= char <= "\u31ff":
            return "ja-JP"
        if "\uac00" <= char <= "\ud7af" or "\u1100" <= char <= "\u11ff":
            return "ko-KR"
        if (
            "\u2e80" <= char <= "\u9fff"
            or "\uf900" <= char <= "\ufaff"
            or "\uff00" <= char <= "\uffef"
            or "\U00020000" <= char <= "\U0003ffff"
        ):
            found = "zh-CN"
    return found


class Writer:
    """Writes paragraphs of one part of the document; `relate` makes a link's relationship id."""

    def __init__(self, relate: Callable[[str], str]) -> None:
        self._relate = relate

    def paragraph(self, runs: Runs, look: Look, *, before: str = "") -> str:
        """A paragraph; `before` is XML of runs that stand ahead of its own."""
        words = "".join(run.text for run in runs if isinstance(run, Text))
        letters = _Letters(right_to_left(words), east_asian(words))
        return (
            f"<w:p>{_paragraph_properties(look, letters)}{before}"
            f"{''.join(self._run(run, letters) for run in runs)}</w:p>"
        )

    def _run(self, run: Text | NoteMark, letters: _Letters) -> str:
        if isinstance(run, NoteMark):
            return (
                '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
                f'<w:footnoteReference w:id="{run.number}"/></w:r>'
            )
        link = address(run.link)
        if link is None or len(link) > _MAX_ADDRESS_CHARS:
            return _runs(replace(run, link=None), letters)
        return (
            f'<w:hyperlink r:id={quoteattr(self._relate(link))} w:history="1">'
            f"{_runs(run, letters)}</w:hyperlink>"
        )


def plain(text: str) -> Runs:
    """Words without any look of their own."""
    return (Text(text),)


def _paragraph_properties(look: Look, letters: _Letters) -> str:
    numbering = indent = ""
    if look.numbering is not None:
        number, level = look.numbering
        numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    if look.indent or look.hanging:
        hanging = f' w:hanging="{look.hanging}"' if look.hanging else ""
        indent = f'<w:ind w:left="{look.indent}"{hanging}/>'
    return (
        f'<w:pPr><w:pStyle w:val="{look.style}"/>{"<w:keepNext/>" if look.keep_next else ""}'
        f"{numbering}{'<w:bidi/>' if letters.right_to_left else ''}{indent}</w:pPr>"
    )


def _runs(run: Text, letters: _Letters) -> str:
    return "".join(
        f"<w:r>{_run_properties(run, letters.language, backwards)}{_characters(piece)}</w:r>"
        for piece, backwards in _directed(writable(run.text), letters.right_to_left)
    )


def _run_properties(run: Text, language: str | None, backwards: bool) -> str:
    style = "Hyperlink" if run.link else "CodeWords" if run.code else None
    parts = [f'<w:rStyle w:val="{style}"/>' if style else ""]
    if language:
        parts.append(f'<w:rFonts w:hint="eastAsia" w:eastAsia="{_EAST_ASIAN[language]}"/>')
    parts.append("<w:b/><w:bCs/>" if run.bold else "")
    parts.append("<w:i/><w:iCs/>" if run.italic else "")
    parts.append("<w:rtl/>" if backwards else "")
    parts.append(f'<w:lang w:eastAsia="{language}"/>' if language else "")
    inside = "".join(parts)
    return f"<w:rPr>{inside}</w:rPr>" if inside else ""


def _directed(text: str, base: bool) -> Iterator[tuple[str, bool]]:
    """The text cut where its direction changes: a run in Word has one direction.

    What has no direction goes with its neighbours where both agree, else with the paragraph.
    """
    directions = [
        {"R": True, "AL": True, "L": False}.get(unicodedata.bidirectional(char)) for char in text
    ]
    pieces: list[tuple[str, bool]] = []
    index, before = 0, base
    for direction, group in groupby(directions):
        end = index + len(list(group))
        after = directions[end] if end < len(text) else base
        if direction is None:
            backwards = before if before == after else base
        else:
            backwards = before = direction
        pieces.append((text[index:end], backwards))
        index = end
    for backwards, joined in groupby(pieces, key=lambda piece: piece[1]):
        yield "".join(piece for piece, _ in joined), backwards


def _characters(text: str) -> str:
    """Words, line breaks and tabs as the elements that stand for them."""
    parts: list[str] = []
    for number, one_line in enumerate(text.split("\n")):
        if number:
            parts.append("<w:br/>")
        for place, words in enumerate(one_line.split("\t")):
            if place:
                parts.append("<w:tab/>")
            if words:
                parts.append(f'<w:t xml:space="preserve">{escape(words)}</w:t>')
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table as XML paragraphs.

    `width` in twentieths of a point; `span` the columns it takes; `merge` "restart" for the first
    of cells that are one from top to bottom, "continue" for the others.
    """

    paragraphs: str
    width: int
    span: int = 1
    merge: str | None = None


def table(
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[int],
    *,
    header: bool = True,
    indent: int = 0,
    backwards: bool = False,
) -> str:
    """A table; with `header`, its first row is repeated on each page."""
    written = "".join(
        _row(row, "<w:tblHeader/>" if header and not number else "")
        for number, row in enumerate(rows)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = "0420" if header else "0400"
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="BriefTable"/>'
        f"{'<w:bidiVisual/>' if backwards else ''}"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="{indent}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{look}" w:firstRow="{int(header)}" '
        'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"
        # Two tables without a paragraph between them would be one.
        '<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr></w:p>'
    )


def _row(cells: Sequence[Cell], repeated: str) -> str:
    return (
        f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>"
        f"{''.join(_cell(cell) for cell in cells)}</w:tr>"
    )


def _cell(cell: Cell) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{cell.width}" w:type="dxa"/>{span}{merge}</w:tcPr>'
        f"{cell.paragraphs}</w:tc>"
    )


def footnote(number: int, paragraph: str) -> str:
    """A footnote around its paragraph."""
    return f'<w:footnote w:id="{number}">{paragraph}</w:footnote>'


FOOTNOTE_SIGN = (
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
)


def footnotes() -> str:
    """The part of the footnotes, with the two lines that divide them from the text."""
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" '
        f'w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f"<w:footnotes {NAMESPACES}>{rules}</w:footnotes>"


FOOTNOTE_SETTINGS = (
    f'<w:footnotePr {NAMESPACES}><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
)


def levels(ordered: bool) -> str:
    """The nine levels of a list."""
    kind = "decimal" if ordered else "bullet"
    marks = [f"%{level + 1}." if ordered else "•◦▪"[level % 3] for level in range(9)]
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
        for level, mark in enumerate(marks)
    )


def numbered_pages() -> str:
    """“2 of 9” as fields that Word fills in; for the foot of a page."""
    page, pages = (
        f'<w:fldSimple w:instr=" {field} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        for field in ("PAGE", "NUMPAGES")
    )
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{page}'
        f'<w:r><w:t xml:space="preserve"> of </w:t></w:r>{pages}</w:p>'
    )


def _style(kind: str, name: str, rest: str, *, based_on: str, own: bool = False) -> str:
    custom = ' w:customStyle="1"' if own else ""
    return (
        f'<w:style w:type="{kind}"{custom} w:styleId="{name.title().replace(" ", "")}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="{based_on}"/>{rest}</w:style>'
    )


_MONOSPACE = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
_CENTRED = (
    '<w:uiPriority w:val="99"/><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:jc w:val="center"/></w:pPr><w:rPr><w:color w:val="595959"/><w:sz w:val="18"/>'
    '<w:szCs w:val="18"/></w:rPr>'
)
_RULE = 'w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"'
# Instead of the template's own of the same id, or beside them. No italics for quotations: they
# make Arabic and Chinese hard to read.
STYLES = (
    _style(
        "paragraph",
        "Subtitle",
        '<w:next w:val="Normal"/><w:uiPriority w:val="11"/><w:qFormat/>'
        '<w:rPr><w:color w:val="595959"/><w:sz w:val="24"/><w:szCs w:val="24"/></w:rPr>',
        based_on="Normal",
    ),
    _style(
        "paragraph",
        "Quote",
        '<w:uiPriority w:val="29"/><w:qFormat/><w:pPr><w:pBdr>'
        '<w:left w:val="single" w:sz="18" w:space="10" w:color="A6A6A6"/></w:pBdr>'
        '<w:ind w:left="400" w:right="400"/></w:pPr><w:rPr><w:color w:val="404040"/></w:rPr>',
        based_on="Normal",
    ),
    _style("paragraph", "header", _CENTRED, based_on="Normal"),
    _style("paragraph", "footer", _CENTRED, based_on="Normal"),
    _style(
        "paragraph",
        "footnote text",
        '<w:uiPriority w:val="99"/><w:unhideWhenUsed/>'
        '<w:pPr><w:spacing w:after="40" w:line="240" w:lineRule="auto"/></w:pPr>'
        '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>',
        based_on="Normal",
    ),
    _style(
        "character",
        "footnote reference",
        '<w:uiPriority w:val="99"/><w:unhideWhenUsed/>'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>',
        based_on="DefaultParagraphFont",
    ),
    _style(
        "character",
        "Hyperlink",
        '<w:uiPriority w:val="99"/><w:unhideWhenUsed/>'
        '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr>',
        based_on="DefaultParagraphFont",
    ),
    _style(
        "paragraph",
        "Code",
        '<w:qFormat/><w:pPr><w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
        '<w:spacing w:line="240" w:lineRule="auto"/></w:pPr>'
        f'<w:rPr>{_MONOSPACE}<w:noProof/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>',
        based_on="Normal",
        own=True,
    ),
    _style(
        "character",
        "Code Words",
        f"<w:rPr>{_MONOSPACE}<w:noProof/></w:rPr>",
        based_on="DefaultParagraphFont",
        own=True,
    ),
    _style(
        "paragraph",
        "Table Text",
        '<w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr>'
        '<w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>',
        based_on="Normal",
        own=True,
    ),
    _style(
        "table",
        "Brief Table",
        "<w:tblPr><w:tblBorders>"
        + "".join(
            f"<w:{side} {_RULE}/>"
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        + '</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr>'
        '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/></w:tcPr></w:tblStylePr>',
        based_on="TableNormal",
        own=True,
    ),
)

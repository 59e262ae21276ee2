"""What stands around the body of a Word document: page, heads and feet, notes, properties."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.brief.docx_parts import (
    FOOTNOTE_SETTINGS,
    NAMESPACES,
    Look,
    Writer,
    footnotes,
    numbered_pages,
    plain,
)
from rag.brief.manuscript import Manuscript
from rag.brief.markdown import writable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.opc.part import XmlPart
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import _Footer, _Header

# The earliest date that a zip file can hold.
EPOCH = (1980, 1, 1, 0, 0, 0)
# A4 with margins of an inch, in twentieths of a point.
PAGE = (11_906, 16_838)
MARGIN = 1_440
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What comes after the settings of footnotes. Source: ECMA-376, part 1, 17.15.1.78.
_AFTER_FOOTNOTES = {
    f"{_W}{name}"
    for name in (
        "endnotePr compat docVars rsids attachedSchema themeFontLang clrSchemeMapping"
        " doNotIncludeSubdocsInStats doNotAutoCompressPictures forceUpgrade captions"
        " readModeInkLockDown smartTagType shapeDefaults doNotEmbedSmartTags decimalSymbol"
        " listSeparator"
    ).split()
} | {"{http://schemas.openxmlformats.org/officeDocument/2006/math}mathPr"}


def footnotes_part(document: "Document") -> "XmlPart":
    """A part for footnotes, empty but for its rules, in the document's package and settings."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import XmlPart
    from docx.oxml import parse_xml

    part = XmlPart(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        parse_xml(footnotes()),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    settings = document.settings.element
    after = [element for element in settings if element.tag in _AFTER_FOOTNOTES]
    footnote_settings = parse_xml(FOOTNOTE_SETTINGS)
    after[0].addprevious(footnote_settings) if after else settings.append(footnote_settings)
    # Word 2013 and later; the template's 14 opens as "compatibility mode".
    for mode in settings.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']"):
        mode.set(tag("val"), "15")
    for zoom in settings.xpath("w:zoom"):
        zoom.set(tag("percent"), "100")  # required, and not in the template
    return part


def set_page(document: "Document", manuscript: Manuscript, *, own: bool) -> None:
    """A4, the handling line on top and at the foot of each page, the page's number below it.

    A template that is not our `own` keeps its page and what stands in its heads and feet; the
    handling line is put before that, and the page's number where nothing stands.
    """
    section = document.sections[0]
    if own:
        size, margins = section._sectPr.xpath("w:pgSz")[0], section._sectPr.xpath("w:pgMar")[0]
        size.set(tag("w"), str(PAGE[0]))
        size.set(tag("h"), str(PAGE[1]))
        for side in ("left", "right", "top", "bottom"):
            margins.set(tag(side), str(MARGIN))
    pairs = [(section.header, section.footer)]
    if section.different_first_page_header_footer:
        pairs.append((section.first_page_header, section.first_page_footer))
    if document.settings.odd_and_even_pages_header_footer:
        pairs.append((section.even_page_header, section.even_page_footer))
    frame = Writer(lambda link: link)
    line = frame.paragraph(plain(manuscript.handling or ""), Look("Header"))
    foot = frame.paragraph(plain(manuscript.handling or ""), Look("Footer"))
    for header, footer in pairs:
        if manuscript.handling:
            _put_first(header, line)
        empty = footer.is_linked_to_previous or not "".join(footer._element.itertext()).strip()
        _put_first(
            footer,
            (foot if manuscript.handling else "") + (numbered_pages() if empty else ""),
            clear=empty,
        )


def _put_first(part: "_Header | _Footer", xml: str, *, clear: bool = False) -> None:
    """Put paragraphs before what stands in a head or foot, or in the place of nothing."""
    if not xml:
        return
    clear = clear or part.is_linked_to_previous
    part.is_linked_to_previous = False
    element = part._element
    if clear:
        for child in list(element):
            element.remove(child)
    for made in reversed(parsed(xml)):
        element.insert(0, made)


def set_properties(document: "Document", manuscript: Manuscript) -> None:
    """Title, author and date; nothing that a template said about itself."""
    try:
        day = datetime.fromisoformat((manuscript.date or "")[:10]).replace(tzinfo=UTC)
    except ValueError:
        day = datetime(*EPOCH, tzinfo=UTC)
    properties = document.core_properties
    properties.title = _short(manuscript.title)
    properties.author = _short(manuscript.author or "")
    properties.last_modified_by = _short(manuscript.author or "")
    properties.comments = ""
    properties.language = "en"
    properties.created = properties.modified = day


def _short(text: str) -> str:
    """At most the 255 characters that python-docx lets a property have, in one line."""
    return " ".join(writable(text).split())[:255]


def parsed(xml: str) -> list["BaseOxmlElement"]:
    """The elements of a piece of WordprocessingML."""
    from docx.oxml import parse_xml

    return list(parse_xml(f"<w:body {NAMESPACES}>{xml}</w:body>"))


def insert(parent: "BaseOxmlElement", xml: str) -> None:
    """Add elements to an element, before the page setup that ends a body."""
    last = parent.find(tag("sectPr"))
    for element in parsed(xml):
        parent.append(element) if last is None else last.addprevious(element)


def tag(name: str) -> str:
    """The full name of an element or attribute of WordprocessingML."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"

"""A Word file of somebody's as the form of a brief: its styles, page, headers and footers.

Its own words are taken out. Styles are found by their names, which Word keeps in English, whatever
ids a translated Word gave them; what it lacks comes from the form that is used without one.
"""

import io
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

# A template of a house has pictures in its head, not films.
MAX_BYTES = 50_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Kinds of parts that words refer to, and those that hold what nobody sees.
_OF_WORDS = frozenset(
    "image hyperlink header footer oleObject package chart diagramData diagramLayout"
    " diagramQuickStyle diagramColors aFChunk video audio control".split()
)
_HIDDEN = frozenset("thumbnail customXml attachedTemplate glossaryDocument".split())
# What refers to a style by its id.
_REFERENCES = ("basedOn", "next", "link", "pStyle", "rStyle", "tblStyle")


def opened(template: bytes, form: "Document") -> "Document":
    """The template without its words, with every style of `form` that it lacks.

    Raises:
        ConfigurationError: it is no .docx file.
    """
    from docx import Document

    if len(template) > MAX_BYTES:
        raise ConfigurationError(
            f"the template has {len(template):,} bytes; {MAX_BYTES:,} are taken"
        )
    try:
        document = Document(io.BytesIO(template))
        body, styles = document.element.body, document.styles.element
    except (ValueError, KeyError, AttributeError, zipfile.BadZipFile, OSError) as error:
        raise ConfigurationError(
            "the template is no .docx file; open it in Word and save it as one"
        ) from error
    except Exception as error:  # lxml's own, which are no subclass of anything of Python's
        if type(error).__module__.partition(".")[0] not in ("lxml", "docx"):
            raise
        raise ConfigurationError("the template is a damaged .docx file") from error
    # The page, the heads and the feet of its first section; later ones may only refer to them.
    sections = body.xpath(".//w:sectPr") or [form.element.body.find(f"{_W}sectPr")]
    page = deepcopy(sections[0])
    for element in list(body):
        body.remove(element)
    body.append(page)
    _take_out_unused(document)
    _give_styles(document, styles, form.styles.element)
    _give_lists(document, form)
    _take_out_notes(document)
    return document


def _give_styles(
    document: "Document", styles: "BaseOxmlElement", wanted: "BaseOxmlElement"
) -> None:
    """Every style of the form under the id it has there: the template's own, or else the form's."""
    theirs = {
        (style.get(f"{_W}type"), _name(style)): style for style in styles.iterchildren(f"{_W}style")
    }
    renamed: dict[str, str] = {}
    for style in wanted.iterchildren(f"{_W}style"):
        identity = style.get(f"{_W}styleId")
        held = theirs.get((style.get(f"{_W}type"), _name(style)))
        if held is None:
            taken = styles.xpath(f"w:style[@w:styleId='{identity}']")
            if not taken:
                styles.append(deepcopy(style))
        elif held.get(f"{_W}styleId") != identity:
            renamed[held.get(f"{_W}styleId")] = identity
            held.set(f"{_W}styleId", identity)
    if renamed:
        roots = [styles]
        for section in document.sections:
            roots += [
                part._element
                for part in (section.header, section.footer)
                if not part.is_linked_to_previous
            ]
        for root in roots:
            for name in _REFERENCES:
                for element in root.iter(f"{_W}{name}"):
                    value = element.get(f"{_W}val")
                    element.set(f"{_W}val", renamed.get(value, value))


def _name(style: "BaseOxmlElement") -> str:
    name = style.find(f"{_W}name")
    return "" if name is None else str(name.get(f"{_W}val")).casefold()


def _give_lists(document: "Document", form: "Document") -> None:
    """A part for lists, where the template never had one."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.parts.numbering import NumberingPart

    if any(rel.reltype == RELATIONSHIP_TYPE.NUMBERING for rel in document.part.rels.values()):
        return
    theirs = form.part.numbering_part
    part = NumberingPart.load(
        theirs.partname, theirs.content_type, theirs.blob, document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)


def _take_out_unused(document: "Document") -> None:
    """What only the words that were taken out needed, and what is hidden in the file besides."""
    used = {
        value
        for element in document.element.iter()
        for key, value in element.attrib.items()
        if key.startswith(_R)
    }
    for relationships in (document.part.rels, document.part.package.rels):
        for key, relationship in list(relationships.items()):
            kind = relationship.reltype.rpartition("/")[2]
            if kind in _HIDDEN or (kind in _OF_WORDS and key not in used):
                del relationships[key]


def _take_out_notes(document: "Document") -> None:
    """Footnotes and endnotes of the words that were taken out."""
    for key, relationship in list(document.part.rels.items()):
        if relationship.reltype.endswith(("/footnotes", "/endnotes", "/comments")):
            del document.part.rels[key]
    settings = document.settings.element
    for name in ("footnotePr", "endnotePr"):
        for element in settings.findall(f"{_W}{name}"):
            settings.remove(element)

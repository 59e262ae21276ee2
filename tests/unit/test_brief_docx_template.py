import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Pt

from rag.brief.docx import to_docx
from rag.brief.manuscript import (
    Listing,
    Manuscript,
    Note,
    NoteMark,
    Paragraph,
    Section,
    Text,
)
from rag.errors import ConfigurationError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BRIEF = Manuscript(
    title="Velm",
    sections=(
        Section(
            "The harbour",
            (
                Paragraph((Text("It was closed."), NoteMark(1))),
                Listing(True, ((Paragraph((Text("one"),)),),)),
            ),
        ),
    ),
    notes=(Note(1, 1, (Text("Velm Gazette."),)),),
    sources=(),
    summary=(),
    handling="Internal",
)


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def house():
    """A template with words, a page, a head and a title of its own."""
    made = docx.Document()
    made.add_paragraph("Delete this sample text")
    made.add_table(1, 1)
    made.styles["Title"].font.size = Pt(40)
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.header.paragraphs[0].text = "House of Analysis"
    section.footer.paragraphs[0].text = "Street 1"
    return made


def written(template):
    return docx.Document(io.BytesIO(to_docx(BRIEF, template=template)))


def test_styles_page_heads_and_feet_are_the_templates_and_its_words_are_gone():
    made = written(saved(house()))
    assert [paragraph.text for paragraph in made.paragraphs][:3] == [
        "Velm",
        "The harbour",
        "It was closed.",
    ]
    assert made.tables == []
    assert made.paragraphs[0].style.name == "Title"
    assert made.styles["Title"].font.size == Pt(40)
    section = made.sections[0]
    assert section.page_width > section.page_height
    assert [one.text for one in section.header.paragraphs] == ["Internal", "House of Analysis"]
    assert [one.text for one in section.footer.paragraphs] == ["Internal", "Street 1"]


def test_of_several_sections_the_first_gives_page_and_heads_and_nothing_hidden_stays():
    template = house()
    template.sections[0].different_first_page_header_footer = True
    template.sections[0].first_page_header.paragraphs[0].text = "First page"
    template.add_section()
    template.sections[1].header.is_linked_to_previous = True
    bare = replace(BRIEF, handling=None)
    made = docx.Document(io.BytesIO(to_docx(bare, template=saved(template))))
    [section] = made.sections
    assert section.header.paragraphs[0].text == "House of Analysis"
    assert section.first_page_header.paragraphs[0].text == "First page"
    with zipfile.ZipFile(io.BytesIO(to_docx(bare, template=saved(template)))) as zipped:
        names = zipped.namelist()
    assert not [name for name in names if "thumbnail" in name or name.startswith("customXml")]


def test_styles_are_found_by_name_whatever_id_a_translated_word_gave_them():
    template = house()
    heading = template.styles["Heading 1"].element
    heading.set(f"{W}styleId", "berschrift1")
    template.styles["Heading 1"].font.size = Pt(31)
    made = written(saved(template))
    assert made.paragraphs[1].style.name == "Heading 1"
    assert made.paragraphs[1].style.font.size == Pt(31)


def test_a_template_without_styles_of_ours_gets_them():
    template = house()
    for name in ("Quote", "List Number", "Subtitle"):
        element = template.styles[name].element
        element.getparent().remove(element)
    made = written(saved(template))
    assert {one.name for one in made.styles} >= {"Quote", "List Number", "Subtitle", "Table Text"}
    assert made.paragraphs[3].style.name == "List Number"


def test_notes_are_real_with_a_template_too_and_the_same_bytes_come_twice():
    template = saved(house())
    assert to_docx(BRIEF, template=template) == to_docx(BRIEF, template=template)
    made = written(template)
    [part] = [rel.target_part for rel in made.part.rels.values() if "footnotes" in rel.reltype]
    assert b"Velm Gazette." in part.blob
    assert len(made.element.body.findall(f".//{W}footnoteReference")) == 1


def test_a_brief_can_be_the_template_of_the_next():
    first = to_docx(BRIEF, template=saved(house()))
    made = docx.Document(io.BytesIO(to_docx(BRIEF, template=first)))
    notes = [rel for rel in made.part.rels.values() if "footnotes" in rel.reltype]
    assert len(notes) == 1
    assert len(made.settings.element.findall(f"{W}footnotePr")) == 1
    assert [one.text for one in made.paragraphs].count("Velm") == 1


def test_each_kind_of_head_has_the_handling_line():
    template = house()
    template.sections[0].different_first_page_header_footer = True
    template.settings.odd_and_even_pages_header_footer = True
    section = written(saved(template)).sections[0]
    for head in (section.header, section.first_page_header, section.even_page_header):
        assert head.paragraphs[0].text == "Internal"


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_word_file_is_said(data):
    with pytest.raises(ConfigurationError, match=r"is no \.docx file"):
        to_docx(BRIEF, template=data)


def test_a_file_of_another_office_program_is_said():
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ConfigurationError):
        to_docx(BRIEF, template=workbook.getvalue())

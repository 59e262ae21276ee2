import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from lxml import etree

from manuscripts import (
    CONTROL,
    HOSTILE,
    LONG_URL,
    QUOTES,
    manuscript,
    many,
    note,
    paragraph,
    sample,
)
from rag.brief.docx import to_docx
from rag.brief.manuscript import Listing, Preformatted, Table, Text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TESTS = str(Path(__file__).parents[1])
# The order that ECMA-376, part 1, 17 asks for; Word refuses a file with another.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr suppressLineNumbers pBdr"
    " shd tabs suppressAutoHyphens bidi spacing ind contextualSpacing jc rPr",
    "rPr": "rStyle rFonts b bCs i iCs caps strike color spacing sz szCs highlight u shd"
    " vertAlign rtl cs lang",
    "tblPr": "tblStyle tblpPr bidiVisual tblW jc tblInd tblBorders shd tblLayout tblCellMar"
    " tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "trPr": "cantSplit tblHeader",
}


def parts(made):
    with zipfile.ZipFile(io.BytesIO(to_docx(made))) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def tree(made, name="word/document.xml"):
    return etree.fromstring(parts(made)[name])


def said(element):
    """The words of an element; tabs and line breaks as they are written."""
    return "".join(
        {"t": one.text or "", "br": "\n", "tab": "\t"}[etree.QName(one).localname]
        for one in element.iter(f"{W}t", f"{W}br", f"{W}tab")
    )


def notes_of(made):
    footnotes = tree(made, "word/footnotes.xml")
    return {
        int(one.get(f"{W}id")): one
        for one in footnotes.iter(f"{W}footnote")
        if one.get(f"{W}type") is None
    }


def test_footnotes_are_footnotes_called_in_reading_order():
    body = tree(sample())
    calls = [int(one.get(f"{W}id")) for one in body.iter(f"{W}footnoteReference")]
    assert calls == [1, 2, 3, 4, 5]
    held = notes_of(sample())
    assert list(held) == [1, 2, 3, 4, 5]
    assert all(len(list(one.iter(f"{W}footnoteRef"))) == 1 for one in held.values())
    kinds = [
        one.get(f"{W}type")
        for one in tree(sample(), "word/footnotes.xml").iter(f"{W}footnote")
        if one.get(f"{W}type")
    ]
    assert kinds == ["separator", "continuationSeparator"]


def test_each_note_ends_with_its_exact_quote():
    held = notes_of(sample())
    for number, quote in QUOTES.items():
        assert said(held[number]).endswith(f"“{quote}”")
    assert said(held[1]).strip() == f"Doe, Counting, 12. “{QUOTES[1]}”"
    assert said(held[5]).strip() == "Word"


def test_notes_in_tables_lists_and_the_bottom_line_hold():
    body = tree(sample())
    for number, inside in ((1, "p"), (3, "p"), (4, "tc"), (5, "tc")):
        [call] = [
            one for one in body.iter(f"{W}footnoteReference") if one.get(f"{W}id") == str(number)
        ]
        assert any(one.tag == f"{W}{inside}" for one in call.iterancestors())


def test_what_a_reader_of_word_sees_comes_in_order():
    document = docx.Document(io.BytesIO(to_docx(sample())))
    headings = [
        (one.style.name, one.text)
        for one in document.paragraphs
        if one.style.name.startswith(("Title", "Heading"))
    ]
    assert headings == [
        ("Title", "Growth in the north: <b>what</b> the sources say"),
        ("Heading 1", "Bottom line"),
        ("Heading 1", "What happened"),
        ("Heading 2", "A heading below"),
        ("Heading 4", "Deeper by two # #"),
        ("Heading 1", "In other scripts"),
        ("Heading 1", "Sources"),
        ("Heading 1", "Source summary statement"),
        ("Heading 1", "Questions the sources do not answer"),
    ]
    sources = document.tables[-1]
    assert [cell.text for cell in sources.rows[0].cells][:2] == ["No.", "Source"]
    words = "\n".join(cell.text for row in sources.rows for cell in row.cells)
    assert "Doe, Jane. Counting. 2025." in words
    assert "Yes: it counted for itself" in words
    everything = "\n".join(one.text for one in document.paragraphs)
    assert "never exported" not in everything
    for text in HOSTILE:
        assert text in everything


def test_the_handling_line_is_on_top_of_each_page_and_the_page_is_numbered():
    document = docx.Document(io.BytesIO(to_docx(sample())))
    [section] = document.sections
    assert section.header.paragraphs[0].text == "Internal – not for publication"
    fields = re.findall(r'w:instr=" (\w+) "', etree.tostring(section.footer._element).decode())
    assert fields == ["PAGE", "NUMPAGES"]
    bare = docx.Document(io.BytesIO(to_docx(replace(sample(), handling=None))))
    assert "".join(one.text for one in bare.sections[0].header.paragraphs) == ""


def test_the_properties_are_the_briefs_and_nothing_else():
    known = docx.Document(io.BytesIO(to_docx(sample()))).core_properties
    assert known.title == sample().title
    assert (known.author, known.comments) == ("Ana Öztürk", "")
    assert known.created.isoformat()[:10] == "2026-03-01"
    bare = docx.Document(io.BytesIO(to_docx(manuscript(paragraph("a"))))).core_properties
    assert (bare.author, bare.created.year) == ("", 1980)
    assert b"python-docx" not in b"".join(parts(sample()).values())


def test_the_same_manuscript_gives_the_same_bytes_in_every_process():
    script = (
        "import hashlib, manuscripts; from rag.brief.docx import to_docx;"
        "print(hashlib.sha256(to_docx(manuscripts.sample())).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": TESTS, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert found == {hashlib.sha256(to_docx(sample())).hexdigest()}


def test_every_part_is_xml_has_a_type_and_its_relationships_lead_somewhere():
    held = parts(sample())
    types = etree.fromstring(held["[Content_Types].xml"])
    defaults = {one.get("Extension") for one in types if one.tag.endswith("Default")}
    overrides = {one.get("PartName") for one in types if one.tag.endswith("Override")}
    for name, data in held.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data)
        assert f"/{name}" in overrides or name.rpartition(".")[2] in defaults or "[" in name
    for name in ("document", "footnotes"):
        rels = etree.fromstring(held[f"word/_rels/{name}.xml.rels"])
        known = {one.get("Id"): one for one in rels}
        used = {
            value
            for element in etree.fromstring(held[f"word/{name}.xml"]).iter()
            for key, value in element.attrib.items()
            if key.startswith(R)
        }
        assert used <= set(known)
        for one in known.values():
            if one.get("TargetMode") == "External":
                assert one.get("Target").startswith(("http://", "https://"))
            else:
                assert f"word/{one.get('Target')}" in held or one.get("Target").startswith("/")


def test_links_are_links_of_the_part_that_they_stand_in_and_scripts_are_none():
    held = parts(sample())
    notes = held["word/_rels/footnotes.xml.rels"].decode()
    assert LONG_URL in notes
    assert all(b"javascript" not in held[name] for name in held if name.endswith(".rels"))


@pytest.mark.parametrize("part", ["document", "footnotes", "styles", "header1", "footer1"])
def test_elements_stand_in_the_order_that_word_asks_for(part):
    name = f"word/{part}.xml"
    for name_, order in ORDERS.items():
        wanted = order.split()
        for element in tree(sample(), name).iter(f"{W}{name_}"):
            found = [
                etree.QName(child).localname
                for child in element
                if etree.QName(child).localname in wanted
            ]
            assert found == sorted(found, key=wanted.index), etree.tostring(element)
    for element in tree(sample(), name).iter(f"{W}p"):
        places = [at for at, child in enumerate(element) if child.tag == f"{W}pPr"]
        assert places in ([], [0])
    for element in tree(sample(), name).iter(f"{W}tc"):
        assert element[-1].tag == f"{W}p"  # Word calls a cell without one damaged


def test_a_list_begins_at_its_start_and_each_ordered_one_anew():
    made = manuscript(
        Listing(True, ((paragraph("c"),), (paragraph("d"),)), start=3),
        Listing(True, ((paragraph("a"),),)),
    )
    body, numbering = tree(made), tree(made, "word/numbering.xml")
    used = [one.get(f"{W}val") for one in body.iter(f"{W}numId")]
    assert used[0] == used[1] != used[2]
    starts = {
        num.get(f"{W}numId"): num.findtext(f".//{W}startOverride") or start.get(f"{W}val")
        for num in numbering.iter(f"{W}num")
        for start in num.iter(f"{W}startOverride")
    }
    assert [starts[used[0]], starts[used[2]]] == ["3", "1"]


def test_text_from_right_to_left_is_set_so():
    arabic = tree(manuscript(paragraph("قال الوزير Report 25")))
    [line] = [one for one in arabic.iter(f"{W}p") if "الوزير" in said(one)]
    assert line.find(f"{W}pPr/{W}bidi") is not None
    directed = {
        said(run): run.find(f"{W}rPr/{W}rtl") is not None
        for run in line.iter(f"{W}r")
        if said(run).strip()
    }
    assert any(rtl for text, rtl in directed.items() if "الوزير" in text)
    assert not any(rtl for text, rtl in directed.items() if text.strip() == "Report")
    latin = tree(manuscript(paragraph("Report")))
    assert not list(latin.iter(f"{W}bidi"))


def test_letters_that_xml_cannot_hold_are_shown_as_missing():
    text = said(tree(manuscript(paragraph(CONTROL), notes=())))
    assert "bell\ufffd null\ufffd" in text
    assert to_docx(manuscript(paragraph(CONTROL), notes=(note(1, CONTROL, quote=CONTROL),)))


def test_lines_and_spaces_of_code_stay():
    text = "a\n  b\tc"
    assert text in said(tree(manuscript(Preformatted(text))))


def test_a_table_without_rows_or_words_does_no_harm():
    for table in (Table((), ()), Table(((),), ()), Table(((Text("a"),),), (((),),))):
        assert docx.Document(io.BytesIO(to_docx(manuscript(table, paragraph("b")))))


def test_many_notes_are_each_called_once():
    made = many(50, 200)
    calls = [int(one.get(f"{W}id")) for one in tree(made).iter(f"{W}footnoteReference")]
    assert sorted(calls) == list(range(1, 201))
    held = notes_of(made)
    assert said(held[200]).endswith("“Words of note 200.”")

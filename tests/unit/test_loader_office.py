"""OpenDocument, presentations, spreadsheets, tables of text, rich text and e-books."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.loaders import parse
from rag.loaders.canonical import canonical
from rag.loaders.office.number_formats import number_format

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def package(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def relationships(*entries):
    inner = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in entries
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{inner}</Relationships>'


def pieces(document):
    return [
        (f"{block.kind}{block.level or ''}", document.text[block.start : block.end])
        for block in document.blocks
    ]


def texts(document):
    return [text for _, text in pieces(document)]


def values(document, field):
    return [fact.value for fact in document.facts if fact.field == field]


def flagged(document):
    return [(flag.detail, document.text[flag.start : flag.end]) for flag in document.flags]


def pages(document):
    return [
        (page.number, page.label, document.text[page.start : page.end].split("\n")[0])
        for page in document.pages
    ]


def holds(data, name):
    """Whether a document comes out, whose spans hold; a DocumentError is as good."""
    try:
        document = parse(data, name)
    except DocumentError:
        return False
    assert canonical(document.text) == document.text
    reached = 0
    for block in document.blocks:
        assert reached <= block.start < block.end <= len(document.text)
        reached = block.end
    for flag in document.flags:
        assert 0 <= flag.start <= flag.end <= len(document.text)
    return True


# OpenDocument

ODF = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("style", "style"),
            ("presentation", "presentation"),
            ("fo", "xsl-fo-compatible"),
            ("manifest", "manifest"),
        )
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def odf(kind, body, *, styles="", **files):
    held = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>",
    }
    return package(held | files)


def test_an_odt_gives_headings_lists_tables_and_notes():
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>See the log.</text:p></text:note-body></text:note>"
    )
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
        'style:num-format="a" style:num-suffix=")"/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    body = (
        '<text:h text:outline-level="2">Part</text:h>'
        f"<text:p>It was<text:s text:c='3'/>closed{note} on Tuesday.</text:p>"
        f'<text:list text:style-name="L">{item.format("one")}{item.format("two")}</text:list>'
        "<table:table><table:table-header-rows><table:table-row><table:table-cell "
        'table:number-columns-spanned="2"><text:p>Both</text:p></table:table-cell>'
        "<table:covered-table-cell/><table:table-cell><text:p>C</text:p></table:table-cell>"
        "</table:table-row></table:table-header-rows>"
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="9999"/></table:table-row></table:table>'
    )
    assert pieces(parse(odf("text", body, styles=styles), "x.odt")) == [
        ("heading2", "Part"),
        ("paragraph", "It was closed on Tuesday."),
        ("paragraph", "Footnote 1: See the log."),
        ("item", "a) one"),
        ("item", "b) two"),
        ("row", "Both | C"),
        ("row", "x | x"),
        ("row", "x | x"),
    ]


def test_an_odt_leaves_deletions_and_comments_out_and_flags_hidden_text():
    styles = (
        '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="W"><style:text-properties fo:color="#ffffff"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Seen <text:span text:style-name='H'>not seen</text:span> again"
        "<office:annotation><text:p>a remark</text:p></office:annotation></text:p>"
        "<text:p text:style-name='W'>white</text:p>"
    )
    document = parse(odf("text", body, styles=styles), "x.odt")
    assert texts(document) == ["Seen not seen again", "white"]
    assert flagged(document) == [("marked hidden", "not seen"), ("white text", "white")]
    assert document.notes == ("1 tracked deletion was left out.", "1 comment was left out.")


def test_an_odp_has_a_page_a_slide_with_its_notes():
    body = (
        "<draw:page><draw:frame><draw:text-box><text:p>Body</text:p></draw:text-box></draw:frame>"
        '<draw:frame presentation:class="title"><draw:text-box><text:p>Top</text:p></draw:text-box>'
        "</draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>Say it.</text:p>"
        "</draw:text-box></draw:frame></presentation:notes></draw:page><draw:page/>"
    )
    document = parse(odf("presentation", body), "x.odp")
    assert pieces(document) == [
        ("heading1", "Top"),
        ("paragraph", "Body"),
        ("paragraph", "Notes: Say it."),
    ]
    assert pages(document) == [(1, None, "Top"), (2, None, "")]
    assert values(document, "title") == ["Top"]


def test_an_ods_has_a_page_a_sheet_and_iso_dates():
    body = (
        '<table:table table:name="Ships"><table:table-row><table:table-cell office:value-type='
        '"date" office:date-value="2024-03-04T00:00:00"><text:p>04/03/24</text:p>'
        "</table:table-cell>"
        '<table:table-cell/><table:table-cell office:value-type="float"><text:p>12</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    document = parse(odf("spreadsheet", body), "x.ods")
    assert pieces(document) == [("heading1", "Ships"), ("row", "2024-03-04 | | 12")]
    assert pages(document) == [(1, "Ships", "Ships")]


def test_an_ods_writes_many_empty_cells_as_one_and_flags_hidden_columns():
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = (
        '<table:table table:name="Ships"><table:table-column/>'
        '<table:table-column table:visibility="collapse"/>'
        f"<table:table-row>{cell.format('a')}{cell.format('b')}"
        '<table:table-cell table:number-columns-repeated="16000"/>'
        f"{cell.format('c')}</table:table-row></table:table>"
        '<table:table table:name="Empty"><table:table-row/></table:table>'
    )
    document = parse(odf("spreadsheet", body), "x.ods")
    assert texts(document) == ["Ships", "a | b | | c"]
    assert flagged(document) == [("marked hidden", "b")]


def test_an_odp_says_what_objects_it_left_out_and_drops_the_numbers_of_its_notes():
    held = '<draw:frame><draw:object xlink:href="./{}"/></draw:frame>'
    number = (
        '<draw:frame presentation:class="page-number"><draw:text-box><text:p><text:page-number>'
        "&lt;number&gt;</text:page-number></text:p></draw:text-box></draw:frame>"
    )
    body = (
        f"<draw:page>{held.format('Object 1')}{held.format('Object 2')}{held.format('Object 3')}"
        "<presentation:notes><draw:frame><draw:text-box><text:p>Say it.</text:p></draw:text-box>"
        f"</draw:frame>{number}</presentation:notes></draw:page>"
    )
    kinds = {"Object 1/": "chart", "Object 2/": "chart", "Object 3/": "text"}
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" '
        f'manifest:media-type="application/vnd.oasis.opendocument.{kind}"/>'
        for name, kind in kinds.items()
    )
    manifest = f"<manifest:manifest {ODF}>{entries}</manifest:manifest>"
    document = parse(odf("presentation", body, **{"META-INF/manifest.xml": manifest}), "x.odp")
    assert texts(document) == ["Notes: Say it."]
    assert document.notes == ("2 charts were left out.", "1 embedded object was left out.")


def test_an_encrypted_odt_says_so():
    manifest = (
        f'<manifest:manifest {ODF}><manifest:file-entry manifest:full-path="content.xml">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    data = odf("text", "", **{"META-INF/manifest.xml": manifest})
    with pytest.raises(DocumentError, match=r"^encrypted: "):
        parse(data, "x.odt")


def test_an_odt_whose_manifest_styles_or_properties_are_damaged_is_read_without_them():
    names = ("META-INF/manifest.xml", "styles.xml", "meta.xml")
    data = odf("text", "<text:p>Words</text:p>", **dict.fromkeys(names, "<broken"))
    document = parse(data, "x.odt")
    assert document.text == "Words"
    assert document.notes == tuple(
        f'Its part "{name}" is damaged and was left out.'
        for name in ("manifest.xml", "styles.xml", "meta.xml")
    )


# Presentations

NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:a="{DRAWING}" xmlns:r="{OFFICE}"'
)


def shape(*paragraphs, kind=None, place="", hidden=""):
    placeholder = "" if kind is None else f'<p:ph type="{kind}"/>'
    held = "".join(
        held if held.startswith("<a:p>") else f"<a:p><a:r><a:t>{held}</a:t></a:r></a:p>"
        for held in paragraphs
    )
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr{hidden}/><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>"
        f"<p:spPr>{place}</p:spPr><p:txBody>{held}</p:txBody></p:sp>"
    )


def slides(*trees, attributes=("", "", ""), **files):
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    numbers = range(1, len(trees) + 1)
    held = {
        "[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>',
        "_rels/.rels": relationships(("r", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {NAMES}><p:sldIdLst>"
        + "".join(f'<p:sldId r:id="s{number}"/>' for number in reversed(numbers))
        + '</p:sldIdLst><p:sldSz cx="1000" cy="500"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relationships(
            *((f"s{number}", "slide", f"slides/slide{number}.xml") for number in numbers)
        ),
    }
    for number, tree, attribute in zip(numbers, trees, attributes, strict=False):
        held[f"ppt/slides/slide{number}.xml"] = (
            f"<p:sld {NAMES}{attribute}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"
        )
    return package(held | files)


def test_slides_come_in_the_order_of_the_show_with_their_titles_first():
    table = (
        "<p:graphicFrame><a:tbl><a:tr><a:tc gridSpan='2'><a:txBody><a:p><a:r><a:t>Both</a:t></a:r>"
        "</a:p></a:txBody></a:tc><a:tc hMerge='1'/></a:tr><a:tr><a:tc><a:txBody><a:p><a:r><a:t>x"
        "</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>y</a:t></a:r></a:p>"
        "</a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>"
    )
    second = f"<p:grpSp>{shape('Grouped')}</p:grpSp>" + table + shape("Last", kind="title")
    first = shape("point", "other", kind="body") + shape("Talk", kind="ctrTitle")
    first += shape("7", kind="sldNum")
    document = parse(slides(second, first), "x.pptx")
    assert pieces(document) == [
        ("heading1", "Talk"),
        ("item", "point"),
        ("item", "other"),
        ("heading2", "Last"),
        ("paragraph", "Grouped"),
        ("row", "Both"),
        ("row", "x | y"),
    ]
    assert pages(document) == [(1, None, "Talk"), (2, None, "Last")]
    assert values(document, "title") == ["Talk"]


def test_hidden_slides_and_shapes_are_kept_and_flagged_and_notes_follow():
    away = '<a:xfrm><a:off x="2000" y="0"/><a:ext cx="10" cy="10"/></a:xfrm>'
    files = {
        "ppt/slides/_rels/slide1.xml.rels": relationships(("n", "notesSlide", "../notes.xml")),
        "ppt/notes.xml": f"<p:notes {NAMES}>{shape('Say it.', kind='body')}</p:notes>",
    }
    tree = shape("Off", place=away) + shape("Seen") + shape("Gone", hidden=' hidden="1"')
    document = parse(slides(tree, shape("Dark"), attributes=("", ' show="0"'), **files), "x.pptx")
    assert texts(document) == ["Dark", "Off", "Seen", "Gone", "Notes: Say it."]
    assert flagged(document) == [
        ("hidden slide", "Dark"),
        ("outside the slide", "Off"),
        ("marked hidden", "Gone"),
    ]
    assert document.notes == ("Slide 1 is hidden in the show.",)


def test_a_presentation_with_damaged_lists_of_parts_is_read_slide_by_slide():
    trees = [shape(f"Slide {number}") for number in range(1, 12)]
    names = ("_rels/.rels", "ppt/_rels/presentation.xml.rels", "ppt/slides/_rels/slide2.xml.rels")
    attributes = ("",) * len(trees)
    data = slides(*trees, attributes=attributes, **dict.fromkeys(names, "<broken"))
    document = parse(data, "x.pptx")
    assert texts(document) == [f"Slide {number}" for number in range(1, 12)]
    assert document.notes == (
        'Its part ".rels" is damaged and was left out.',
        'Its part "presentation.xml.rels" is damaged and was left out.',
        "The order of its slides is lost; they were read by number.",
        'Its part "slide2.xml.rels" is damaged and was left out.',
    )


# Spreadsheets

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*sheets, states=("", "", ""), styles=""):
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="Sheet {number}" sheetId="{number}" r:id="s{number}"{state}/>'
        for number, state in zip(numbers, states, strict=False)
    )
    styles = styles or '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    held = {
        "[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>',
        "_rels/.rels": relationships(("r", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
        "xl/_rels/workbook.xml.rels": relationships(
            ("st", "styles", "styles.xml"),
            *((f"s{number}", "worksheet", f"worksheets/s{number}.xml") for number in numbers),
        ),
    }
    for number, rows in zip(numbers, sheets, strict=False):
        held[f"xl/worksheets/s{number}.xml"] = (
            f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return package(held)


def test_sheets_are_pages_of_rows_with_plain_numbers_and_iso_dates():
    first = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Ship</t></is></c><c r="C1"><v>3</v></c></row>'
        '<row r="2"><c r="A2" s="1"><v>45355</v></c><c r="B2"><v>2.5</v></c></row>'
        '<row r="4"><c r="A4" t="b"><v>1</v></c></row>'
    )
    second = '<row r="1"><c r="A1"><v>9</v></c></row>'
    document = parse(workbook(first, second, states=("", ' state="hidden"')), "x.xlsx")
    assert document.text == ("Sheet 1\n\nShip | | 3\n2024-03-04 | 2.5\n\nTRUE\n\nSheet 2\n\n9")
    assert pages(document) == [(1, "Sheet 1", "Sheet 1"), (2, "Sheet 2", "Sheet 2")]
    assert flagged(document) == [("hidden sheet", "Sheet 2\n\n9")]
    assert document.notes == ('Sheet "Sheet 2" is hidden.',)


def test_a_value_in_the_last_corner_costs_nothing_and_stands_behind_one_empty_cell():
    far = '<row r="1"><c r="A1"><v>1</v></c></row>'
    far += '<row r="1048576"><c r="B1048576"><v>2</v></c><c r="XFD1048576"><v>3</v></c></row>'
    document = parse(workbook(far, '<row r="9"><c r="AZ9"><v> </v></c></row>'), "x.xlsx")
    assert document.text == "Sheet 1\n\n1\n\n| 2 | | 3"


def test_a_binary_sheet_that_spans_too_much_is_refused_before_it_takes_all_memory():
    sheet = b"\x00\x04" + struct.pack("<I", 1048575) + b"\x02\x04" + struct.pack("<I", 16383)
    data = package({"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": sheet})
    with pytest.raises(DocumentError, match="1048576 rows and 16384 columns"):
        parse(data, "x.xlsb")


def test_cells_without_references_follow_one_another():
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    assert texts(parse(workbook(rows), "x.xlsx")) == ["Sheet 1", "1 | | 3", "4"]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", "0.30000000000000004", "0.3"),
        ("General", "1E-7", "0.0000001"),
        ("General", "1.5E+20", "150000000000000000000"),
        ("General", "-0", "0"),
        ("0.0%", "0.125", "12.5%"),
        ("0%", "-0.5", "-50%"),
        ('#,##0.00 "€"', "1234.5", "1,234.50 €"),
        ("[$€-407] #,##0.00", "1234567.895", "€ 1,234,567.90"),
        ("$#,##0", "-1234.5", "-$1,235"),
        ("#,##0;[Red](#,##0)", "-95", "(95)"),
        ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "0", "-"),
        ("000", "7", "007"),
        ("0.0##", "2.5", "2.5"),
        ("#.##", "0.5", ".5"),
        ("0.00E+00", "0.000000123456", "1.23E-07"),
        ("0.0E+0", "9.99", "1.0E+1"),
        ('#,##0.0,,"M"', "12345678", "12.3M"),
        ('[>=1000]0.0,"K";0', "1500", "1.5K"),
        ('[>=1000]0.0,"K";0', "12", "12"),
        ("# ?/?", "0.5", "0.5"),  # a fraction: not written so
        ("0-00", "123", "123"),
        ("0.00", "0.285", "0.29"),
        ("yyyy-mm-dd", "45355", "2024-03-04"),
        ("d/m/yy h:mm", "45355.75", "2024-03-04 18:00:00"),
        ("[h]:mm", "1.25", "30:00:00"),
        ("h:mm", "0.5", "12:00:00"),
        ("yyyy", "1", "1900-01-01"),
        ("yyyy", "-1", "-1"),
        ('0 "days"', "3", "3 days"),
        ("0.00", "nan", "nan"),
        ("0.00", "1E308", "1" + "0" * 308 + ".00"),
    ],
)
def test_a_number_is_what_the_sheet_shows(code, value, shown):
    form = f'<numFmt numFmtId="170" formatCode="{code.replace(chr(34), "&quot;")}"/>'
    form = f"<numFmts>{form.replace('[>', '[&gt;')}</numFmts>"
    styles = f'{form}<cellXfs><xf numFmtId="170"/></cellXfs>'
    document = parse(workbook(f"<row><c><v>{value}</v></c></row>", styles=styles), "x.xlsx")
    assert texts(document)[1] == shown


@given(st.text(alphabet='0#?.,;%E+-"\\_*[]$<>= @Gh€', max_size=12), st.floats())
@settings(max_examples=300, deadline=None)
def test_any_format_shows_any_number(code, value):
    assert isinstance(number_format(code).shown(value), str)


def test_hidden_rows_columns_and_values_are_flagged_and_formulas_without_value_counted():
    columns = '</sheetData><cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
    rows = (
        f'{columns}<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>3</v></c></row>'
        '<row r="3"><c r="A3" s="1"><v>4</v></c><c r="C3" s="1"><v>0</v></c>'
        '<c r="D3"><f>A1</f><v/></c><c r="E3"><f>A1</f></c>'
        '<c r="F3" t="str"><f>A1</f><v/></c></row>'
    )
    form = '<numFmts><numFmt numFmtId="170" formatCode=";;;"/></numFmts>'
    styles = f'{form}<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    document = parse(workbook(rows, styles=styles), "x.xlsx")
    assert texts(document) == ["Sheet 1", "1 | 2", "3", "4"]
    assert flagged(document) == [
        ("marked hidden", "2\n3"),
        ("hidden by its format", "4"),
    ]
    assert document.notes == ("2 formulas have no stored value.",)


def test_a_workbook_with_a_damaged_list_of_parts_finds_its_sheets_texts_and_calendar():
    part = f'xmlns="{SHEET}"'
    texts_part = "<si><r><t>To</t></r><r><t>kyo_x0041_</t></r><rPh><t>reading</t></rPh></si>"
    forms = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>9</v></c><c s="0"><v>43893</v></c></row>'
    data = package(
        {
            "xl/workbook.xml": f'<workbook {part}><workbookPr date1904="1"/><sheets>'
            '<sheet name="Ships"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": "<broken",
            "xl/sharedStrings.xml": f"<sst {part}>{texts_part}</sst>",
            "xl/styles.xml": f"<styleSheet {part}>{forms}</styleSheet>",
            "xl/worksheets/sheet1.xml": f"<worksheet {part}><sheetData>{cells}</sheetData>"
            "</worksheet>",
        }
    )
    document = parse(data, "x.xlsx")
    assert texts(document) == ["Ships", "TokyoA | | 2024-03-04"]
    assert document.notes == ('Its part "workbook.xml.rels" is damaged and was left out.',)


def test_a_workbook_whose_sheet_declares_entities_is_refused():
    data = workbook("<row><c><v>1</v></c></row>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    held["xl/worksheets/s1.xml"] = '<!DOCTYPE x [<!ENTITY e "x">]>' + held["xl/worksheets/s1.xml"]
    with pytest.raises(DocumentError, match="declares entities"):
        parse(package(held), "x.xlsx")


def test_a_sheet_that_breaks_off_is_read_as_far_as_it_goes():
    whole = "<row><c><v>1</v></c></row>"
    document = parse(workbook(f"{whole}<row><c></row>", whole), "x.xlsx")
    assert texts(document) == ["Sheet 1", "1", "Sheet 2", "1"]
    assert document.notes[0].startswith(
        'The sheet "Sheet 1" was read up to row 1: its part "s1.xml"'
    )
    with pytest.raises(DocumentError, match=r"s1\.xml"):
        parse(workbook("<row"), "x.xlsx")


def old_workbook(*sheets, table=None):
    """An .xls file; a sheet is its records (kind, bytes)."""

    def records(held):
        return b"".join(struct.pack("<2H", kind, len(data)) + data for kind, data in held)

    begin, end = (0x0809, struct.pack("<4H", 0x0600, 5, 0, 0)), (0x000A, b"")
    parts = [records([begin, *held, end]) for held in sheets]

    def globals_at(place):
        listed = []
        for number, part in enumerate(parts):
            name = f"Sheet {number}".encode()
            listed.append((0x0085, struct.pack("<IHBB", place, 0, len(name), 0) + name))
            place += len(part)
        return records([begin, *listed, end])

    stream = globals_at(len(globals_at(0))) + b"".join(parts)
    stream = stream.ljust(4096, b"\0")
    n_sectors = -(-len(stream) // 512)

    def entry(name, kind, start, size):
        held = name.encode("utf-16-le")
        return struct.pack(
            "<64sHBB12s36sIQ", held, len(held) + 2, kind, 1, b"\xff" * 12, b"", start, size
        )

    table = table or [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + n_sectors), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += struct.pack("<8I", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("Workbook", 2, 2, len(stream))
    table = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return header + table + directory.ljust(512, b"\0") + stream.ljust(n_sectors * 512, b"\0")


def number_at(row, column, value):
    return (0x0203, struct.pack("<3Hd", row, column, 0, value))


def test_an_old_workbook_is_read():
    document = parse(old_workbook([number_at(0, 0, 3.0), number_at(1, 1, 2.5)]), "x.xls")
    assert texts(document) == ["Sheet 0", "3", "| 2.5"]


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ([[number_at(0, 0, 1.0), number_at(65535, 9999, 2.0)]], "65536 rows and 10000 columns"),
        ([[(0x0200, struct.pack("<2I3H", 0, 4_000_000_000, 0, 9, 0))]], "4000000000 rows"),
        ([[(0x0200, struct.pack("<2I3H", 9, 1, 0, 9, 0))]], "4294967288 rows"),
        ([[number_at(65535, 255, 1.0)]] * 2, "together"),
    ],
    ids=["far cell", "declared", "ends before its beginning", "together"],
)
def test_an_old_workbook_that_spans_too_much_is_refused_before_it_takes_all_memory(sheets, reason):
    with pytest.raises(DocumentError, match=reason):
        parse(old_workbook(*sheets), "x.xls")


@pytest.mark.parametrize(
    ("table", "reason"),
    [([0xFFFFFFFD, 1], "circle"), ([0xFFFFFFFD, 0xFFFFFFFE, 5000], "leads out")],
    ids=["circle", "out of the file"],
)
def test_an_old_workbook_with_a_damaged_table_of_sectors_is_refused(table, reason):
    with pytest.raises(DocumentError, match=reason):
        parse(old_workbook([number_at(0, 0, 3.0)], table=table), "x.xls")


# Tables of text


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_the_one_that_lines_agree_on(delimiter):
    text = 'Name_Note_Sum\nAlpha_a: b_1.5\nBeta_"x, y; z"_2\n'.replace("_", delimiter)
    document = parse(text.encode(), "x.csv")
    assert document.text == "Name | Note | Sum\nAlpha | a: b | 1.5\nBeta | x, y; z | 2"


def test_quoted_line_ends_are_spaces_and_empty_last_cells_are_cut():
    document = parse(b'a,b,c\r\n"two\r\nlines","say ""so""",\r\n,,\r\n', "x.csv")
    assert texts(document) == ["a | b | c", 'two lines | say "so"']


def test_a_quotation_mark_that_is_never_closed_loses_nothing():
    document = parse(b'a,b\n"open,1\nc,2\n', "x.csv")
    assert texts(document) == ["a | b", '"open | 1', "c | 2"]
    assert "never closed" in document.notes[0]


# Rich text


def rtf(body, head="\\ansicpg1252"):
    return f"{{\\rtf1\\ansi{head} {body}}}".encode("latin-1")


def test_rich_text_is_read_in_the_code_pages_of_its_fonts():
    fonts = "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset128 M;}{\\f2\\fcharset2 Symbol;}}"
    body = fonts + "\\f0 caf\\'e9 {\\f1\\'83e\\'83\\'58} {\\f2 a} \\u8364? \\u-10179?\\u-8704?\\par"
    assert parse(rtf(body), "x.rtf").text == "café テス α € 😀"


def test_rich_text_in_a_code_page_that_there_is_not_is_read_in_the_common_one_and_said():
    document = parse(rtf("caf\\'e9\\par", "\\ansicpg9252"), "x.rtf")
    assert document.text == "café"
    assert document.notes == (
        "It names a code page that is not known, and was read in Windows-1252.",
    )


def test_rich_text_has_headings_rows_items_and_notes():
    sheet = "{\\stylesheet{\\s1 heading 1;}{\\s15 Title;}}{\\info{\\title Old}{\\author A. Clerk}}"
    body = (
        sheet + "\\pard\\s15 Report\\par\\pard\\s1 One\\par\\pard Closed{\\footnote {\\chftn} Log.}"
        " on Tuesday.\\par{\\listtext 1.\\tab}first\\par{\\listtext\\'b7\\tab}second\\par"
        "\\trowd\\intbl a\\cell b\\cell\\row\\trowd\\intbl c\\cell\\cell\\row\\pard End\\par"
        "{\\header top}{\\*\\unknown skipped}{\\pict 00ff}"
    )
    document = parse(rtf(body), "x.rtf")
    assert pieces(document) == [
        ("heading1", "Report"),
        ("heading1", "One"),
        ("paragraph", "Closed on Tuesday."),
        ("paragraph", "Footnote 1: Log."),
        ("item", "1. first"),
        ("item", "• second"),
        ("row", "a | b"),
        ("row", "c"),
        ("paragraph", "End"),
    ]
    assert values(document, "title") == ["Report", "One", "Old"]
    assert values(document, "creator") == ["A. Clerk"]
    assert document.notes == ("The headers and footers of its pages were left out.",)


def test_rich_text_flags_hidden_words_and_leaves_deleted_ones_out():
    colors = "{\\colortbl;\\red255\\green255\\blue255;}"
    body = colors + "Seen {\\v not seen} {\\deleted gone} {\\cf1 white} {\\cf1\\cb2 boxed}\\par"
    document = parse(rtf(body), "x.rtf")
    assert document.text == "Seen not seen white boxed"
    assert flagged(document) == [("marked hidden", "not seen"), ("white text", "white")]
    assert document.notes == ("1 tracked deletion was left out.",)


def test_rich_text_turns_the_bullets_of_fonts_of_signs_into_one_of_text():
    body = "{\\listtext\\pard \\u61589?\\tab}{\\loch one}\\par{\\listtext  \\u-3913?\\tab}two\\par"
    assert pieces(parse(rtf(body), "x.rtf")) == [("item", "• one"), ("item", "• two")]


def test_rich_text_rows_of_which_one_has_no_end_are_kept_apart():
    define = "\\trowd\\cellx100\\cellx200"
    inner = "{\\*\\nesttableprops\\trowd\\cellx50\\nestrow}"
    body = (
        f"{define}\\intbl a\\cell b\\nestcell{inner}\\cell{define} c\\cell d\\cell{define}\\row"
        " e\\cell f\\cell\\row"
    )
    assert texts(parse(rtf(body), "x.rtf")) == ["a | b", "c | d", "e | f"]


def test_rich_text_cut_short_is_read_and_said():
    document = parse(b"{\\rtf1 {\\b Words", "x.rtf")
    assert document.text == "Words"
    assert document.notes == ("It is cut short; what there is was read.",)


# E-books


def book(chapters, *, metadata="", version="3.0", **files):
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"'
        f"{' properties=' + chr(34) + 'nav' + chr(34) if name == 'nav' else ''}/>"
        for name in sorted(chapters)
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    held = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/p.opf"/>'
        "</rootfiles></container>",
        "OPS/p.opf": f'<package xmlns="http://www.idpf.org/2007/opf" version="{version}" '
        'xmlns:opf="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine>"
        "</package>",
    }
    for name, body in chapters.items():
        held[f"OPS/{name}.xhtml"] = (
            '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title/></head><body>{body}</body></html>"
        )
    return package(held | files)


def test_a_book_is_its_spine_in_order_without_navigation():
    metadata = (
        "<dc:title>Ships</dc:title><dc:creator>A. Clerk</dc:creator><dc:creator opf:role='ill'>B"
        "</dc:creator><dc:publisher>Pier</dc:publisher><dc:language>en-GB</dc:language>"
        "<dc:date>2019-08-23</dc:date>"
    )
    chapters = {
        "nav": "<p>Contents</p>",
        "two": "<h1>Second</h1><p>It&nbsp;was<a id='x'/> closed.</p>",
        "one": "<p>Broken <b>first</p>",
    }
    document = parse(book(chapters, metadata=metadata), "x.epub")
    assert pieces(document) == [
        ("heading1", "Second"),
        ("paragraph", "It was closed."),
        ("paragraph", "Broken first"),
    ]
    assert {fact.field: fact.value for fact in document.facts} == {
        "title": "Ships",
        "authors": "A. Clerk",
        "publisher": "Pier",
        "language": "en",
        "published": "2019-08-23",
    }


@pytest.mark.parametrize(("event", "published"), [("", []), ("publication", ["2019"])])
def test_an_older_books_date_counts_only_as_the_publications(event, published):
    metadata = f'<dc:date opf:event="{event}">2019</dc:date>'
    document = parse(book({"a": "<p>x</p>"}, metadata=metadata, version="2.0"), "x.epub")
    assert values(document, "published") == published


def test_a_book_with_copy_protection_says_so_but_not_for_its_fonts():
    def protected(algorithm, target):
        return {
            "META-INF/encryption.xml": "<encryption><EncryptedData><EncryptionMethod "
            f'Algorithm="{algorithm}"/><CipherData><CipherReference URI="{target}"/></CipherData>'
            "</EncryptedData></encryption>"
        }

    locked = book({"a": "<p>x</p>"}, **protected("aes", "OPS/a.xhtml"))
    with pytest.raises(DocumentError, match=r"^encrypted: "):
        parse(locked, "x.epub")
    assert parse(book({"a": "<p>x</p>"}, **protected("aes", "OPS/font.otf")), "x.epub").text == "x"


# Whatever the bytes

SAMPLES = {
    "x.odt": odf("text", "<text:p>Words of a text</text:p>"),
    "x.ods": odf("spreadsheet", '<table:table table:name="S"/>'),
    "x.pptx": slides(shape("Words")),
    "x.xlsx": workbook('<row r="1"><c r="A1"><v>1</v></c></row>'),
    "x.xls": old_workbook([number_at(0, 0, 3.0)]),
    "x.epub": book({"a": "<p>Words</p>"}),
    "x.rtf": rtf("{\\fonttbl{\\f0\\fcharset128 A;}}\\f0 Words\\par\\trowd a\\cell\\row"),
    "x.csv": b'a;b\n"c";d\n',
}


@pytest.mark.parametrize("name", SAMPLES)
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_damage_gives_a_document_or_a_document_error(name, data):
    whole = SAMPLES[name]
    place = data.draw(st.integers(0, len(whole) - 1))
    noise = data.draw(st.binary(max_size=6))
    holds(whole[:place] + noise + whole[place + len(noise) :], name)
    holds(whole[:place], name)


CONTROLS = st.sampled_from(
    "{ } \\par \\cell \\row \\intbl \\v \\v0 \\u233? \\'e9 {\\footnote {\\*\\x \\bin5 \\f1 a · "
    "\\uc3 {\\upr {\\*\\ud \\trowd {\\fonttbl {\\stylesheet \\s1 \\pard \\deleted {\\shptxt "
    "\\* \\".split()
)


@given(st.lists(CONTROLS, max_size=25))
@settings(max_examples=120, deadline=None)
def test_any_control_words_give_a_document_or_a_document_error(words):
    holds(("{\\rtf1 " + " ".join(words)).encode("latin-1", "replace"), "x.rtf")

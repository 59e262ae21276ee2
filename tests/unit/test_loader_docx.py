"""Word documents: what the page shows, what is left out, and what hostile ones cannot do."""

import io
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.loaders import parse
from rag.loaders.canonical import canonical
from rag.loaders.office.containers import is_endless
from rag.loaders.office.objects import packed_file
from rag.loaders.office.packages import Package
from rag.loaders.office.runs import Run, collapsed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
PART = "word/main.xml"  # found by its relationship, not by a name


def relationships(*entries):
    inner = "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"/>'
        for name, kind, target in entries
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{inner}</Relationships>'


def package(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word(body, *, parts=(), prolog="", namespace=W, **extra):
    """A .docx whose body is `body`; `parts` are (id, kind, target, content)."""
    names = (
        f'xmlns:w="{namespace}" xmlns:r="{R}" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>',
        "_rels/.rels": relationships(
            ("r1", "officeDocument", PART), ("r2", "core-properties", "docProps/core.xml")
        ),
        PART: f"{prolog}<w:document {names}><w:body>{body}</w:body></w:document>",
        "word/_rels/main.xml.rels": relationships(*(part[:3] for part in parts)),
    }
    for _, _, target, content in parts:
        is_xml = isinstance(content, str) and target.endswith(".xml")
        whole = content.replace("<w:root", f"<w:root {names}") if is_xml else content
        files[f"word/{target}"] = whole
    return package(files | extra)


def p(*runs, style="", properties=""):
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(body, **held):
    return parse(word(body, **held), "x.docx")


def pieces(document):
    return [
        (f"{block.kind}{block.level or ''}", document.text[block.start : block.end])
        for block in document.blocks
    ]


def texts(document):
    return [text for _, text in pieces(document)]


def values(document, field):
    return [fact.value for fact in document.facts if fact.field == field]


def assert_holds(document):
    assert canonical(document.text) == document.text
    reached = 0
    for block in document.blocks:
        assert reached <= block.start < block.end <= len(document.text)
        reached = block.end
    for flag in document.flags:
        assert 0 <= flag.start <= flag.end <= len(document.text)


STYLES = """<w:root>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Own"/><w:basedOn
 w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Lvl"><w:name w:val="Chapter"/><w:pPr><w:outlineLvl
 w:val="2"/></w:pPr></w:style>
</w:root>"""
WITH_STYLES = [("s", "styles", "styles.xml", STYLES)]


def test_headings_are_told_by_style_outline_level_and_local_name():
    document = read(
        p(r("Report"), style="Titel")
        + p(r("One"), style="berschrift1")
        + p(r("Two"), style="Eigene")
        + p(r("Three"), style="Lvl")
        + p(r("Four"), properties='<w:outlineLvl w:val="3"/>')
        + p(r("Five"), style="Überschrift 5")
        + p(r("Body"), style="Lvl", properties='<w:outlineLvl w:val="9"/>'),
        parts=WITH_STYLES,
    )
    kinds = [kind for kind, _ in pieces(document)]
    assert kinds == [*(f"heading{level}" for level in (1, 1, 1, 3, 4, 5)), "paragraph"]


def test_the_title_style_goes_before_the_first_heading_and_the_property():
    core = (
        '<c xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title>Pier plan</dc:title><dc:creator>A. Clerk</dc:creator>"
        "<t:created>2024-03-01T10:00:00Z</t:created></c>"
    )
    files = {"docProps/core.xml": core}
    document = read(
        p(r("One"), style="berschrift1") + p(r("Report"), style="Titel"), parts=WITH_STYLES, **files
    )
    assert values(document, "title") == ["Report", "One", "Pier plan"]
    assert values(document, "creator") == ["A. Clerk"]
    assert values(document, "created") == ["2024-03-01T10:00:00Z"]
    assert not values(document, "published")
    assert not values(document, "authors")


def test_the_strict_form_is_read_alike():
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    assert texts(read(p(r("Strict words")), namespace=strict)) == ["Strict words"]


def numbered(number, level=0):
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def test_list_numbers_are_counted_as_word_counts_them():
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
        '</w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
        '<w:lvlText w:val="%1.%2)"/></w:lvl>'
    )
    bullet = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
    numbering = (
        f'<w:root><w:abstractNum w:abstractNumId="5">{levels}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="6">{bullet}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num></w:root>'
    )
    document = read(
        p(r("a"), properties=numbered(1))
        + p(r("b"), properties=numbered(1, 1))
        + p(r("c"), properties=numbered(1, 1))
        + p(r("d"), properties=numbered(1))
        + p(r("e"), properties=numbered(2))
        + p(r("f"), properties=numbered(3))
        + p(r("g"), properties=numbered(0)),
        parts=[("n", "numbering", "numbering.xml", numbering)],
    )
    assert document.text == "3. a\n3.a) b\n3.b) c\n4. d\n• e\n1. f\n\ng"
    assert pieces(document)[-1] == ("paragraph", "g")


def cell(*inner, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(inner)}</w:tc>"


def test_tables_are_rows_whose_merged_cells_stand_once():
    document = read(
        "<w:tbl><w:tr>"
        + cell(p(r("Both")), properties='<w:gridSpan w:val="2"/>')
        + cell(p(r("A")), p(r("B")), properties='<w:vMerge w:val="restart"/>')
        + "</w:tr><w:tr>"
        + cell(p())
        + cell(p(r("x")))
        + cell(p(r("A")), properties="<w:vMerge/>")
        + "</w:tr></w:tbl>"
    )
    assert pieces(document) == [("row", "Both | A B"), ("row", "| x")]
    assert document.text == "Both | A B\n| x"


def test_a_table_within_a_cell_is_read_as_a_table_however_deep():
    inner = "<w:tbl><w:tr>" + cell(p(r("b"))) + cell(p(r("c"))) + "</w:tr></w:tbl>"
    document = read("<w:tbl><w:tr>" + cell(p(r("a")), inner, p()) + "</w:tr></w:tbl>")
    assert pieces(document) == [("paragraph", "a"), ("row", "b | c")]
    deep = "<w:tbl><w:tr><w:tc>" * 80 + p(r("deep")) + "</w:tc></w:tr></w:tbl>" * 80
    assert read(deep).text == "deep"


NOTES = (
    '<w:root><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>---</w:t></w:r></w:p>'
    '</w:footnote><w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>See the log.'
    "</w:t></w:r></w:p></w:footnote></w:root>"
)


def test_a_footnote_follows_its_paragraph_and_leaves_the_sentence_whole():
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    document = read(
        p(r("It was closed"), reference, r(" on Tuesday.")) + p(r("Next.")),
        parts=[("f", "footnotes", "footnotes.xml", NOTES)],
    )
    assert texts(document) == ["It was closed on Tuesday.", "Footnote 1: See the log.", "Next."]


def test_a_footnote_of_a_table_waits_for_its_end():
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    rows = "".join(
        f"<w:tr>{cell(p(r(name), reference))}{cell(p(r('1')))}</w:tr>" for name in ("a", "b")
    )
    document = read(f"<w:tbl>{rows}</w:tbl>", parts=[("f", "footnotes", "footnotes.xml", NOTES)])
    assert texts(document) == ["a | 1", "b | 1", "Footnote 1: See the log."]


def test_deletions_are_left_out_and_counted_and_a_deleted_end_joins_paragraphs():
    mark = '<w:rPr><w:del w:id="4"/></w:rPr>'
    document = read(
        p(r("Kept "), f"<w:ins>{r('new ')}</w:ins>", "<w:del><w:r><w:delText>old</w:delText></w:r>"
          "</w:del>", f"<w:moveFrom>{r('moved')}</w:moveFrom>", r("words"), properties=mark)
        + p(r(" go on."))
    )  # fmt: skip
    assert texts(document) == ["Kept new words go on."]
    assert document.notes == ("1 tracked insertion was kept and 2 tracked deletions left out.",)


def hidden(document):
    return [
        (flag.detail, document.text[flag.start : flag.end])
        for flag in document.flags
        if flag.kind == "hidden"
    ]


def test_hidden_text_is_kept_and_flagged_to_the_letter():
    document = read(
        p(r("Seen  "), r(" not ", "<w:vanish/>"), r("this", "<w:vanish/>"), r(" again"))
        + p(r("white", '<w:color w:val="FFFFFF"/>'), r(" and tiny", '<w:sz w:val="2"/>'))
    )
    assert document.text == "Seen not this again\n\nwhite and tiny"
    assert hidden(document) == [
        ("marked hidden", "not this"),
        ("white text", "white"),
        ("text of 1 point or less", "and tiny"),
    ]


def test_white_words_on_a_colour_are_not_hidden():
    white = '<w:color w:val="FFFFFF"/>'
    shade = '<w:shd w:val="clear" w:fill="203040"/>'
    document = read(
        p(r("run", white + shade))
        + p(r("paragraph", white), properties=shade)
        + f"<w:tbl><w:tr>{cell(p(r('cell', white)), properties=shade)}"
        f"{cell(p(r('x')))}</w:tr></w:tbl>"
    )
    assert hidden(document) == []


def field(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def test_fields_show_their_result_and_an_open_one_swallows_nothing():
    code = "<w:r><w:instrText>DATE</w:instrText></w:r>"
    document = read(
        p(field("begin"), code, r("nested code"), field("separate"), r("May"), field("end"))
        + p(field("begin"), code)
        + p(r("Goes on."))
    )
    assert texts(document) == ["May", "Goes on."]


def test_small_signs_become_characters():
    symbols = (
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d"
        '</w:t><w:softHyphen/><w:t>e </w:t><w:sym w:font="Symbol" w:char="F061"/></w:r>'
    )
    assert texts(read(p(symbols))) == ["a b c-de α"]


def test_equations_are_written_on_one_line():
    half = (
        "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den>"
        "<m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup>"
        "<m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    assert texts(read(p(half))) == ["x=(a+b)/2c^2"]


def test_a_text_box_is_read_once_after_its_paragraph():
    box = f"<w:txbxContent>{p(r('In the box.'))}</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert texts(read(p(r("Before "), both, r("after.")))) == ["Before after.", "In the box."]


def test_content_controls_and_links_are_looked_into():
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{p(r('Controlled'))}</w:sdtContent></w:sdt>"
    assert texts(read(control + p(f"<w:hyperlink>{r('a link')}</w:hyperlink>"))) == [
        "Controlled",
        "a link",
    ]


def test_comments_headers_and_a_damaged_part_are_said():
    document = read(
        p(r("Words")),
        parts=[
            ("c", "comments", "comments.xml", "<w:root><w:comment/><w:comment/></w:root>"),
            ("h", "header", "header1.xml", f"<w:root>{p(r('Top'))}</w:root>"),
            ("s", "styles", "styles.xml", "<broken"),
        ],
    )
    assert document.notes == (
        'Its part "styles.xml" is damaged and was left out.',
        "2 comments were left out.",
        "The headers and footers of its pages were left out.",
    )


def test_an_inserted_web_page_is_read_in_its_place():
    document = read(
        p(r("Before")) + '<w:altChunk r:id="a"/>' + p(r("After")),
        parts=[("a", "aFChunk", "chunk.html", "<html><body><h2>In</h2><p>Web</p></body></html>")],
    )
    assert pieces(document)[1:3] == [("heading2", "In"), ("paragraph", "Web")]


def test_embedded_files_of_a_kind_that_is_read_are_attached():
    document = read(
        p(r("Words")),
        parts=[
            ("e", "package", "embeddings/table.docx", word(p(r("Inner")))),
            ("o", "oleObject", "embeddings/o.bin", b"\0\1\2"),
        ],
    )
    assert [held.name for held in document.attachments] == ["table.docx"]
    assert document.notes == ("1 embedded file was left out: of no kind that is read.",)


def test_a_wrapped_file_comes_out_of_its_container():
    payload = b"Plain words.\n" * 400  # above the bound of short streams
    label = b"..\\notes.txt\0"
    native = struct.pack("<IH", 0, 2) + label + b"C:\\x\0" + struct.pack("<II", 0, 0)
    native += struct.pack("<I", len(payload)) + payload
    n_sectors = -(-len(native) // 512)

    def entry(name, kind, start, size):
        held = name.encode("utf-16-le")
        return (
            held.ljust(64, b"\0")
            + struct.pack("<HBB", len(held) + 2, kind, 1)
            + b"\xff" * 12
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + n_sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += struct.pack("<4I", 1, 1, 0, 4096) + struct.pack("<4I", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("\x01Ole10Native", 2, 2, len(native))
    data = header + struct.pack("<128I", *table) + directory.ljust(512, b"\0")
    data += native.ljust(n_sectors * 512, b"\0")
    assert packed_file("oleObject1.bin", data) == ("notes.txt", payload)
    for end in range(0, len(data), 97):  # damage gives it back as it is
        assert isinstance(packed_file("o.bin", data[:end])[1], bytes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word(p(r("a")))[:400], "ZIP directory"),
        (word("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000), "Excessive depth"),
        (word(p(r("&b;")), prolog='<!DOCTYPE x [<!ENTITY b "laugh">]>'), "declares entities"),
        (word("", parts=[("s", "styles", "../" + PART, "")])[:-30], "ZIP directory"),
    ],
    ids=["cut short", "nested", "entities", "without its end"],
)
def test_damage_and_attacks_are_refused_in_one_line(data, reason):
    with pytest.raises(DocumentError, match=reason) as caught:
        parse(data, "x.docx")
    assert "\n" not in str(caught.value)


def lost(name):
    return f'Its part "{name}" is damaged and was left out.'


MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@pytest.mark.parametrize(
    "types",
    [
        f'<Types><Override PartName="/{PART}" ContentType="{MAIN_TYPE}"/></Types>',
        f'<Types><Override ContentType="{MAIN_TYPE}"/></Types>',
    ],
    ids=["by its type", "by its usual name"],
)
def test_a_body_whose_relationship_is_damaged_is_found(types):
    files = {"[Content_Types].xml": types, "_rels/.rels": "<Relationships><broken"}
    if "PartName" not in types:
        inner = '<w:body xmlns:w="' + W + '">' + p(r("Found")) + "</w:body>"
        files["word/document.xml"] = inner
    document = read(p(r("Found")), **files)
    assert document.text == "Found"
    assert document.notes == (lost(".rels"),)


def test_without_its_list_of_parts_those_with_their_usual_names_are_found():
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    document = read(
        p(r("One"), style="Eigene") + p(r("Closed."), reference),
        parts=[*WITH_STYLES, ("f", "footnotes", "footnotes.xml", NOTES)],
        **{"word/_rels/main.xml.rels": "\0damaged"},
    )
    assert pieces(document) == [
        ("heading1", "One"),
        ("paragraph", "Closed."),
        ("paragraph", "Footnote 1: See the log."),
    ]
    assert document.notes == (lost("main.xml.rels"),)


@pytest.mark.parametrize("kind", ["styles", "numbering", "footnotes", "endnotes", "comments"])
def test_a_damaged_part_beside_the_body_costs_that_part_alone(kind):
    document = read(p(r("Words")), parts=[("x", kind, f"{kind}.xml", "<w:root><w:broken")])
    assert document.text == "Words"
    assert document.notes == (lost(f"{kind}.xml"),)


def test_damaged_properties_and_bytes_that_do_not_unpack_cost_that_part_alone():
    assert read(p(r("Words")), **{"docProps/core.xml": "<c"}).notes == (lost("core.xml"),)
    with zipfile.ZipFile(io.BytesIO(word(p(r("Words")), parts=WITH_STYLES))) as archive:
        sum_of_styles = struct.pack("<I", archive.getinfo("word/styles.xml").CRC)
    data = word(p(r("Words")), parts=WITH_STYLES).replace(sum_of_styles, b"\0\0\0\0")
    document = parse(data, "x.docx")
    assert document.text == "Words"
    assert document.notes == (lost("styles.xml"),)


def test_more_paragraphs_than_a_person_wrote_are_refused_before_they_are_read():
    with pytest.raises(DocumentError, match=r"^holds more than 500,000 paragraphs; split it$"):
        parse(word("<w:p/>" * 500_001), "x.docx")


def test_a_container_whose_sectors_go_in_a_circle_is_told():
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10

    def container(table, directory=1, tables=1):
        counts = struct.pack("<4I", tables, directory, 0, 4096)
        counts += struct.pack("<4I", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        numbers = struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
        return header + counts + numbers + struct.pack("<128I", *table) + b"\0" * 1024

    sound = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFF] * 125]
    assert not is_endless(container(sound))
    assert is_endless(container([0xFFFFFFFD, 2, 1, *sound[3:]]))
    assert is_endless(container(sound, tables=1 << 31))
    assert not is_endless(container(sound, directory=999))  # leads out, where a reader stops


def test_a_bomb_is_counted_as_it_unpacks():
    held = Package(package({"a": b"0" * 5_000_000, "b": b"0" * 10}))
    with pytest.raises(DocumentError, match="unpacks to more than 3 MB"):
        held.read("a", 3 * 2**20)
    assert held.read("b", 10) == b"0" * 10


WORDS = st.text(st.sampled_from("ab \t\u0301é\u00a0\n"), max_size=6)


@given(st.lists(st.builds(Run, WORDS, st.sampled_from(["", "why", "other"])), max_size=8))
def test_hidden_spans_stand_in_the_collapsed_text(runs):
    text, spans = collapsed(runs)
    assert text == " ".join(text.split())
    reached = 0
    for start, end, _ in spans:
        assert reached <= start < end <= len(text)
        assert not text[start].isspace()
        reached = end


ELEMENTS = st.recursive(
    st.builds(r, st.sampled_from(["a", "Ä ", ""]), st.sampled_from(["", "<w:vanish/>"])),
    lambda inner: st.builds(
        lambda tag, held: f"<w:{tag}>{''.join(held)}</w:{tag}>",
        st.sampled_from("p tbl tr tc sdt sdtContent ins del hyperlink txbxContent moveTo".split()),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@given(st.lists(ELEMENTS, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_nesting_of_elements_gives_a_document_or_a_document_error(elements):
    try:
        document = parse(word("".join(elements)), "x.docx")
    except DocumentError:
        return
    assert_holds(document)


WHOLE = word(p(r("Words of a document")), parts=WITH_STYLES)


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=8))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_file_gives_a_document_or_a_document_error(place, noise):
    data = WHOLE[:place] + noise + WHOLE[place + len(noise) :]
    try:
        document = parse(data, "x.docx")
    except DocumentError:
        return
    assert_holds(document)


SENTENCE = "Der Hafen bleibt bis zum Winter geschlossen, weil die Mauer erneuert werden muss. "
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>{}</dc:language>'
    "</cp:coreProperties>"
)


def test_the_language_is_the_texts_then_that_of_its_words_then_that_of_the_properties():
    core = {"docProps/core.xml": CORE.format("en-US")}
    marked = r(SENTENCE * 3, '<w:lang w:val="fr-FR"/>')
    assert values(read(p(marked), **core), "language") == ["de", "fr", "en"]
    assert values(read(p(r("Kurz", '<w:lang w:val="fr-FR"/>')), **core), "language") == ["fr", "en"]
    agreed = read(p(r(SENTENCE * 3)), **{"docProps/core.xml": CORE.format("de-AT")})
    assert [(f.value, f.origin) for f in agreed.facts if f.field == "language"] == [("de", "file")]

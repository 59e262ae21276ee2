import ctypes
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.brief.embedded_glyphs import RANGES
from rag.brief.glyphs import Fonts
from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    Note,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    Section,
    SourceEntry,
    Subheading,
    Table,
    Text,
)
from rag.brief.pdf import to_pdf
from rag.errors import ConfigurationError

# No test depends on the fonts of the machine.
EMBEDDED = Fonts(system=False)
MILLIMETRE = 72 / 25.4
HOSTILE = (
    '#read("/etc/passwd")',
    "$x$",
    "*b* _i_",
    "@ref <label>",
    "\\u{41}",
    "`raw` ```lang",
    "// comment /* more */",
    '#import "@preview/x:0.1.0": y',
    "= heading",
    "#[x] #{1 + 1} #sys.inputs",
    "~ -- --- ... ' \"",
    "\\ \\# \\",
)
ADDRESS = "https://www.example.org/reports/2023/" + "annual-figures/" * 12 + "a.pdf?x=1&y=2#z"


def words(*runs: str | Text | int) -> Runs:
    """Runs of strings, of texts, and of the numbers of notes."""
    made = {str: Text, int: NoteMark}
    return tuple(run if isinstance(run, Text) else made[type(run)](run) for run in runs)


def paragraph(*runs: str | Text | int) -> Paragraph:
    return Paragraph(words(*runs))


def note(number: int, *runs: str | Text, quote: str | None = None) -> Note:
    return Note(number, 1, words(*runs), quote)


def brief(*blocks: Block, notes: tuple[Note, ...] = (), title: str = "A brief") -> Manuscript:
    return Manuscript(title, (Section("Heading", blocks),), notes, (), ())


def opened(manuscript: Manuscript, fonts: Fonts = EMBEDDED) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(to_pdf(manuscript, fonts=fonts))


def pages(manuscript: Manuscript, fonts: Fonts = EMBEDDED) -> list[str]:
    """The words of each page, with one space between them."""
    return [
        " ".join(page.get_textpage().get_text_bounded().split())
        for page in opened(manuscript, fonts)
    ]


def boxes(page: pypdfium2.PdfPage) -> list[tuple[str, float, float]]:
    """The characters that are seen on a page, each with its left and right end."""
    text = page.get_textpage()
    found = []
    for i in range(text.count_chars()):
        left, _, right, _ = text.get_charbox(i)
        char = text.get_text_range(i, 1)
        if char.strip():
            found.append((char, left, right))
    return found


def links(page: pypdfium2.PdfPage) -> set[str]:
    """The addresses that a page leads to."""
    found = set()
    at, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page.raw, at, link):
        action = pdfium.FPDFLink_GetAction(link)
        n_bytes = pdfium.FPDFAction_GetURIPath(page.pdf.raw, action, None, 0)
        if n_bytes:
            buffer = ctypes.create_string_buffer(n_bytes)
            pdfium.FPDFAction_GetURIPath(page.pdf.raw, action, buffer, n_bytes)
            found.add(buffer.value.decode())
    return found


def full() -> Manuscript:
    """A brief with every part."""
    return Manuscript(
        title="The closure of the quay",
        sections=(
            Section("Traffic", (paragraph("It fell.", 2), Subheading(1, words("By year")))),
            Section("", (paragraph("Text of no heading."),)),
        ),
        notes=(
            note(1, "Port, ", Text("Report", italic=True), ", 12.", quote="Half is back."),
            note(2, "Ministry, 2."),
        ),
        sources=(
            SourceEntry(1, words("Port. Report."), (("Kind", "report"), ("Limits", "estimates"))),
            SourceEntry(2, words("Ministry. Letter."), (("Kind", "letter"),)),
        ),
        summary=(("Sources", "Two, of two originators."),),
        author="Ana Öztürk",
        date="2024-05-17",
        handling="Internal – not for release",
        bottom_line=(paragraph("Half of it comes back.", 1),),
        unanswered=("Who pays for it?",),
        left_out=(("An unproved sentence.", "not supported"),),
    )


def test_a_brief_says_all_its_parts_in_the_order_in_which_they_are_read():
    (page,) = pages(full())
    parts = (
        "Internal – not for release",
        "The closure of the quay",
        "Ana Öztürk · 17 May 2024",
        "BOTTOM LINE Half of it comes back.1",
        "Traffic It fell.2 By year Text of no heading.",
        "Sources No. Source What is known of it",
        "1 Port. Report. Kind: report Limits: estimates 2 Ministry. Letter. Kind: letter",
        "Source summary statement Sources: Two, of two originators.",
        "Questions the sources do not answer • Who pays for it?",
        "1. Port, Report, 12. “Half is back.” 2. Ministry, 2.",
        "Page 1 of 1",
    )
    assert [page.find(part) for part in parts] == sorted(page.find(part) for part in parts)
    assert -1 not in [page.find(part) for part in parts]


def test_what_the_checks_left_out_is_not_exported():
    assert "unproved" not in "".join(pages(full()))


def test_parts_that_a_brief_does_not_have_leave_no_heading():
    (page,) = pages(brief(paragraph("Text.")))
    assert page == "A brief Heading Text. Page 1 of 1"


def test_a_brief_has_bookmarks_for_its_sections_and_subheadings():
    toc = [(mark.level, mark.get_title()) for mark in opened(full()).get_toc()]
    assert toc == [
        (0, "Traffic"),
        (1, "By year"),
        (0, "Sources"),
        (0, "Source summary statement"),
        (0, "Questions the sources do not answer"),
    ]


def test_a_bookmark_goes_one_deeper_at_most_and_has_no_notes():
    manuscript = brief(
        Subheading(4, words("Deep", 1, " down")),
        Subheading(2, words("Next")),
        Subheading(1, words(Text(" "), 2)),
        Quotation((Subheading(1, words("Quoted")),)),
        notes=(note(1, "A source"), note(2, "Another")),
    )
    toc = [(mark.level, mark.get_title()) for mark in opened(manuscript).get_toc()]
    assert toc == [(0, "Heading"), (1, "Deep down"), (2, "Next")]
    assert "1. A source 2. Another" in pages(manuscript)[0]


def test_the_file_has_title_author_date_language_and_tags():
    document = opened(full())
    facts = document.get_metadata_dict()
    assert facts["Title"] == "The closure of the quay"
    assert facts["Author"] == "Ana Öztürk"
    assert facts["CreationDate"] == "D:20240517000000Z"
    assert facts["Keywords"] == ""
    assert pdfium.FPDFCatalog_IsTagged(document.raw)
    data = to_pdf(full(), fonts=EMBEDDED)
    assert b"<dc:language><rdf:Bag><rdf:li>en</rdf:li>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data


@pytest.mark.parametrize(
    ("date", "said", "stamped"),
    [
        ("2024-05-17T23:30:00+02:00", "17 May 2024", "D:20240517000000Z"),
        ("2024-05", "2024-05", "D:19800101000000Z"),
        ("1921-02-03", "3 February 1921", "D:19800101000000Z"),
        (None, "A brief Heading", "D:19800101000000Z"),
    ],
)
def test_a_date_is_written_out_and_the_file_is_of_that_day(
    date: str | None, said: str, stamped: str
):
    manuscript = Manuscript("A brief", (Section("Heading", ()),), (), (), (), date=date)
    assert said in pages(manuscript)[0]
    assert opened(manuscript).get_metadata_dict()["CreationDate"] == stamped


def test_the_language_is_that_of_the_words():
    german = "Der Hafen ist seit dem Frühjahr geschlossen, und die Schiffe fahren nach Norden."
    manuscript = Manuscript("Der Hafen", (Section("", (paragraph(german),)),), (), (), ())
    assert b"<rdf:li>de</rdf:li>" in to_pdf(manuscript, fonts=EMBEDDED)


def test_notes_stand_at_the_foot_of_the_page_that_calls_them():
    filler = "Words that fill the page, one line after the other. " * 8
    manuscript = brief(
        *(paragraph(f"Call{i}end", i, ". ", filler) for i in range(1, 31)),
        notes=tuple(note(i, f"Note{i}end.", quote=f"Quote{i}end") for i in range(1, 31)),
    )
    found = pages(manuscript)
    assert len(found) > 3
    for page in found:
        called = re.findall(r"Call(\d+)end", page)
        assert re.findall(r"(\d+)\. Note\1end\. “Quote\1end”", page) == called


def test_notes_have_the_numbers_of_the_brief_wherever_they_are_called():
    manuscript = Manuscript(
        "A brief",
        (
            Section(
                "Heading",
                (
                    paragraph("Text", 9),
                    Table(
                        (words("Year", 4), words("Value")),
                        ((words("2021"), words("12", 5)), (words("2022"), words("13"))),
                    ),
                    Listing(False, ((paragraph("an item", 6),),)),
                    Quotation((paragraph("quoted", 7),)),
                    Subheading(1, words("Below", 8)),
                ),
            ),
        ),
        tuple(note(i, f"N{i}.") for i in range(3, 10)),
        (),
        (),
        bottom_line=(paragraph("First", 3),),
    )
    (page,) = pages(manuscript)
    for call in ("First3", "Text9", "Year4", "125", "item6", "quoted7", "Below8"):
        assert call in page
    assert page.endswith("3. N3. 9. N9. 4. N4. 5. N5. 6. N6. 7. N7. 8. N8. Page 1 of 1")


def test_a_header_that_calls_a_note_stands_once_and_another_on_every_page():
    rows = tuple((words(f"r{i}"), words("x")) for i in range(120))
    plain = pages(brief(Table((words("Year"), words("Value")), rows)))
    noted = pages(brief(Table((words("Year", 1), words("Value")), rows), notes=(note(1, "N"),)))
    assert len(plain) > 2
    assert all(page.count("Year") == 1 for page in plain)
    assert "".join(noted).count("Year") == 1
    assert "".join(noted).count("1. N") == 1


def test_the_table_of_sources_breaks_over_pages_under_its_header():
    sources = tuple(
        SourceEntry(i, words(f"Source{i}end. {ADDRESS}"), (("Kind", "report"), ("Limits", "none")))
        for i in range(1, 31)
    )
    found = pages(Manuscript("A brief", (), (), sources, ()))
    assert len(found) > 2
    assert all(page.count("What is known of it") == 1 for page in found)
    assert re.findall(r"Source(\d+)end", "".join(found)) == [str(i) for i in range(1, 31)]


def test_handling_and_number_stand_on_every_page():
    manuscript = Manuscript(
        "A brief",
        (Section("", tuple(paragraph(f"{i} " + "words " * 100) for i in range(20))),),
        (),
        (),
        (),
        handling="Internal",
    )
    found = pages(manuscript)
    for number, page in enumerate(found, 1):
        assert page.startswith("Internal ")
        assert page.endswith(f" Page {number} of {len(found)}")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_code_is_printed_as_it_is(text: str):
    manuscript = Manuscript(
        title=f"T {text}",
        sections=(
            Section(
                f"H {text}",
                (
                    paragraph(f"P {text}", Text(f" C {text}", code=True), 1),
                    Subheading(1, words(f"S {text}")),
                    Listing(True, ((paragraph(f"L {text}"),),)),
                    Quotation((paragraph(f"Q {text}"),)),
                    Preformatted(f"F {text}"),
                    Table((words(f"A {text}"),), ((words(f"B {text}"),),)),
                ),
            ),
        ),
        notes=(note(1, f"N {text}", quote=f"E {text}"),),
        sources=(SourceEntry(1, words(f"O {text}"), ((f"D {text}", f"V {text}"),)),),
        summary=((f"M {text}", f"U {text}"),),
        author=f"W {text}",
        handling=f"X {text}",
        bottom_line=(paragraph(f"Z {text}"),),
        unanswered=(f"Y {text}",),
    )
    printed = re.sub(r"\s", "", "".join(pages(manuscript)))
    for place in "THPCSLQFABNEODVMUWXZY":
        assert re.sub(r"\s", "", f"{place}{text}") in printed, place
    assert opened(manuscript).get_metadata_dict()["Title"] == f"T {text}"


def test_links_lead_to_the_web_alone():
    manuscript = brief(
        paragraph(
            Text("good", link="https://example.org/a?b=c&d=%20e#f"),
            Text("script", link="javascript:alert(1)"),
            Text("file", link="file:///etc/passwd"),
            Text("mail", link="mailto:a@example.org"),
            Text("broken", link="http://[::1"),
            Text("long", link="https://example.org/" + "x" * 9000),
            Text("foreign", link="https://example.org/größe"),
        )
    )
    assert links(opened(manuscript)[0]) == {
        "https://example.org/a?b=c&d=%20e#f",
        "https://example.org/gr%C3%B6%C3%9Fe",
    }
    assert "goodscriptfilemailbrokenlongforeign" in pages(manuscript)[0]


def test_long_addresses_and_words_stay_on_the_page_and_are_copied_as_they_are():
    long = "x" * 150
    linked = Text(ADDRESS, link=ADDRESS)
    manuscript = brief(
        paragraph("See ", linked, " and ", long, Text(f" {long}", code=True), 1),
        Table(
            tuple(words(f"c{i}") for i in range(5)),
            (tuple(words(linked if i == 4 else f"{i}/{long}") for i in range(5)),),
        ),
        Preformatted(f"    {long}\n\tend"),
        notes=(note(1, "At ", linked, ".", quote=long),),
    )
    page = opened(manuscript)[0]
    assert links(page) == {ADDRESS}
    edge = page.get_width() - 26 * MILLIMETRE
    assert [char for char, _, right in boxes(page) if right > edge] == []
    text = page.get_textpage().get_text_bounded()
    assert "\u200b" not in text
    # pdfium takes a hyphen at the end of a line for a hyphenation, and marks it or leaves it out.
    copied = re.sub(r"[\s\x02-]", "", text)
    assert copied.count(ADDRESS.replace("-", "")) == 3
    assert copied.count(long) == 8


@pytest.mark.parametrize("text", ["قال الوزير إن 25 تقريرا", "שלום עולם"])
def test_a_paragraph_in_arabic_or_hebrew_letters_begins_at_the_right(text: str):
    manuscript = Manuscript("T", (Section("", (paragraph(text),)),), (), (), ())
    page = opened(manuscript)[0]
    letters = [
        (left, right)
        for char, left, right in boxes(page)
        if unicodedata.bidirectional(char) in ("R", "AL")
    ]
    edge = page.get_width() - 27 * MILLIMETRE
    assert edge - 3 < max(right for _, right in letters) < edge + 3
    assert min(left for left, _ in letters) > page.get_width() / 2


def test_a_list_and_a_note_run_the_way_of_their_first_letter():
    manuscript = brief(
        Listing(True, ((paragraph("שלום"),), (paragraph("zzz"),))),
        paragraph("Text", 1),
        notes=(note(1, "שלום"),),
    )
    page = opened(manuscript)[0]
    middle = page.get_width() / 2
    assert all(left > middle for char, left, _ in boxes(page) if char in "שלוםz")


def test_letters_without_a_font_are_refused():
    with pytest.raises(ConfigurationError, match=r'Chinese "中文" .*install fonts-noto-cjk'):
        to_pdf(brief(paragraph("Port", 1), notes=(note(1, "N", quote="中文"),)), fonts=EMBEDDED)


def test_a_font_that_is_not_there_is_refused():
    with pytest.raises(ConfigurationError, match="Nowhere Sans"):
        to_pdf(brief(), fonts=EMBEDDED, font="Nowhere Sans")
    assert to_pdf(brief(), fonts=EMBEDDED, font="new computer modern") != to_pdf(
        brief(), fonts=EMBEDDED
    )


def test_invisible_characters_go_and_private_ones_are_shown_as_unreadable():
    (page,) = pages(brief(paragraph("a\x00b\ufeffc\u00add\u202ee \uf0b7 \ud800 end")))
    assert "abcde � � end" in page


def test_line_breaks_and_the_spaces_of_preformatted_lines_are_kept():
    manuscript = brief(paragraph("one  two \n three"), Preformatted("def f():\n    return 1"))
    text = opened(manuscript)[0].get_textpage().get_text_bounded()
    assert "one two\r\nthree\r\ndef f():" in text
    rows = {char: left for char, left, _ in boxes(opened(manuscript)[0])}
    assert rows["f"] > rows["d"]  # the last "f" and "d" are those of the first line of code


def test_symbols_that_no_italic_font_has_are_set_upright():
    (page,) = pages(brief(paragraph(Text("italic ✕", italic=True))))
    assert "italic ✕" in page


def test_typst_sets_every_letter_that_we_say_it_carries():
    letters = [
        chr(code)
        for first, _, last in (part.partition("-") for part in RANGES.split())
        for code in range(int(first, 16), int(last or first, 16) + 1)
        if unicodedata.category(chr(code))[0] not in "MZC"  # marks alone have a circle below them
    ]
    assert len(letters) > 6000
    to_pdf(brief(paragraph(" ".join(letters))), fonts=EMBEDDED)


def test_the_deepest_nesting_and_the_emptiest_blocks_are_set():
    deep: Block = paragraph("deepest")
    for _ in range(40):
        deep = Quotation((Listing(False, ((deep,),)),))
    (page,) = pages(brief(deep))
    assert "deepest" in page
    empty = (
        Paragraph(()),
        Subheading(1, ()),
        Subheading(3, words("")),
        Listing(False, ()),
        Listing(True, ((),), 0),
        Quotation(()),
        Preformatted(""),
        Table((), ((), ())),
        Table(((),), ()),
        Table(((), words("x")), (((), ()),)),
    )
    to_pdf(brief(*empty, title=""), fonts=EMBEDDED)
    to_pdf(Manuscript("", (), (), (), ()), fonts=EMBEDDED)


def test_the_same_brief_is_the_same_bytes_in_every_process():
    code = (
        "import hashlib, importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('sample', {__file__!r})\n"
        "sample = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(sample)\n"
        "print(hashlib.sha256(sample.to_pdf(sample.full())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_the_template_reads_no_file_and_no_package():
    template = Path(sys.modules[to_pdf.__module__].__file__ or "").with_name("brief.typ")
    code = re.sub(r"//.*", "", template.read_text(encoding="utf-8"))
    assert not re.search(r"@preview|\b(?:read|import|include|image|eval|plugin|csv|xml)\b", code)


ANY = st.text(st.characters(exclude_categories=()), max_size=30)


@settings(max_examples=60, deadline=None)
@given(ANY, ANY, ANY)
def test_any_text_is_set_or_refused_by_name(text: str, other: str, link: str):
    manuscript = brief(
        paragraph(Text(text, italic=True), Text(other, link=link), 1),
        Preformatted(other),
        Table((words(text),), ((words(other),),)),
        notes=(note(1, other, quote=text),),
        title=text,
    )
    made: bytes | ConfigurationError
    try:
        made = to_pdf(manuscript, fonts=EMBEDDED)
    except ConfigurationError as refused:
        made = refused
    assert made.startswith(b"%PDF-") if isinstance(made, bytes) else "\n" not in str(made)

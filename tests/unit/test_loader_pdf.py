"""PDF: what a page shows comes out in reading order, and what is wrong is said."""

import re
import zlib
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.loaders import ENCRYPTED, parse
from rag.loaders.canonical import canonical
from rag.loaders.pdf.direction import clusters_of, read_from_right
from rag.loaders.pdf.facts import property_date
from rag.loaders.pdf.joining import Vocabulary, glued
from rag.loaders.pdf.lines import Row, line_of
from rag.loaders.pdf.runs import Run

LEFT = [
    "The harbour was closed on Tuesday",
    "after the storm had torn away the",
    "outer pier, and no ferry has left",
    "the island since then, as the of-",
    "fice of the port confirmed later.",
]
RIGHT = [
    "Repairs will take until the early",
    "spring, according to the council,",
    "which has asked two firms to make",
    "an offer for the works, at a cost",
    "that nobody in the town can name.",
]
# One picture element, drawn as large as the page.
PICTURE = b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q\n"


def pdf(*pages, catalog="", info="", objects=(), page_keys=""):
    """The bytes of a PDF whose pages have these contents; `objects` come after the first six."""
    first_page = 7 + len(objects)
    numbers = [first_page + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode("latin-1"),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        f"<< {info} >>".encode("latin-1"),
        *objects,
    ]
    for number, content in zip(numbers, pages, strict=True):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F 3 0 R /B 4 0 R /C 5 0 R >> >> {page_keys} >>".encode()
        )
        data = content.encode("cp1252") if isinstance(content, str) else content
        bodies.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(data), data))
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size %d /Root 1 0 R /Info 6 0 R >>" % (len(bodies) + 1)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(bodies) + 1, table, trailer)
    return out + b"\nstartxref\n%d\n%%%%EOF\n" % start


def line(words, x, y, size=10, font="F", before=""):
    words = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT {before} /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET\n"


def lines(words, x, y, size=10, font="F"):
    return "".join(line(one, x, y - 12 * n, size, font) for n, one in enumerate(words))


def read(data, name="x.pdf", **more):
    return parse(data, name, **more)


def pieces(document):
    return [
        (f"{block.kind}{block.level or ''}", document.text[block.start : block.end])
        for block in document.blocks
    ]


def values(document, field):
    return [fact.value for fact in document.facts if fact.field == field]


def whole(words):
    return " ".join(words).replace("of- fice", "office")


def test_two_columns_are_read_one_after_the_other_below_what_stands_over_both():
    title = line("A long title that stands over both of the columns of the page", 72, 740, 16, "B")
    document = read(pdf(title + lines(LEFT, 72, 700) + lines(RIGHT, 330, 700)))
    assert pieces(document) == [
        ("heading1", "A long title that stands over both of the columns of the page"),
        ("paragraph", whole(LEFT)),
        ("paragraph", whole(RIGHT)),
    ]


def test_columns_of_prose_are_found_whatever_the_order_of_the_file():
    woven = "".join(
        line(left, 72, 700 - 12 * n) + line(right, 330, 700 - 12 * n)
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
    )
    document = read(pdf(woven))
    assert [words for _, words in pieces(document)] == [whole(LEFT), whole(RIGHT)]


def test_lines_drawn_in_any_order_are_read_from_the_top_down():
    drawn = [line(words, 72, 700 - 12 * n) for n, words in enumerate(LEFT)]
    assert read(pdf("".join(drawn[::-1]))).text == whole(LEFT)


def test_aligned_cells_are_rows_with_bars_between_the_cells():
    rows = [("Port", "Ships", "Year"), ("Alba", "12", "1998"), ("Bora", "7", "2003")]
    drawn = "".join(
        line(cell, 72 + 150 * place, 700 - 16 * n)
        for n, row in enumerate(rows)
        for place, cell in enumerate(row)
    )
    document = read(pdf(drawn))
    assert pieces(document) == [("row", " | ".join(row)) for row in rows]
    assert document.text.count("\n") == 2


def cell(words, x, top, font="F"):
    """The lines of one cell, as a word processor writes them: one after the other."""
    return "".join(line(one, x, top - 12 * n, font=font) for n, one in enumerate(words))


@pytest.mark.parametrize("share", [0, 0.5, 1], ids=["top", "centred", "bottom"])
def test_wrapped_cells_stay_in_their_row_however_they_are_set(share):
    rows = [
        (["Day"], ["Source"], ["What became of it"]),
        (
            ["14 June"],
            ["Piet, a night watch-", "man at the northern", "gate"],
            ["Not passed", "on"],
        ),
        (["21 October"], ["Divers"], ["Discussed once;", "no decision"]),
        (["5 February"], ["The surveyor of", "levels"], ["Put off"]),
    ]
    drawn, top = "", 640.0
    for row in rows:
        highest = max(map(len, row))
        for place, words in enumerate(row):
            drawn += cell(words, 72 + 108 * place, top - 12 * share * (highest - len(words)))
        top -= 12 * highest + 8
    below = line("The last of these deserves a page of its own in this report.", 72, top - 20)
    document = read(pdf(lines(LEFT, 72, 740) + drawn + below))
    assert pieces(document)[1:] == [
        ("row", "Day | Source | What became of it"),
        ("row", "14 June | Piet, a night watchman at the northern gate | Not passed on"),
        ("row", "21 October | Divers | Discussed once; no decision"),
        ("row", "5 February | The surveyor of levels | Put off"),
        ("paragraph", "The last of these deserves a page of its own in this report."),
    ]


def test_numbers_in_the_margin_of_paragraphs_make_no_table():
    drawn = "".join(
        line(f"{n}.1", 72, 700 - 80 * n) + lines(words, 120, 700 - 80 * n)
        for n, words in enumerate([LEFT, RIGHT], start=1)
    )
    assert "|" not in "".join(words for kind, words in pieces(read(pdf(drawn))) if kind != "row")
    assert whole(RIGHT)[-40:] in read(pdf(drawn)).text


def test_entries_of_a_table_of_contents_are_items_without_their_dots():
    entries = ["1 Summary .................... 1", "1.1 The quay . . . . . . . . . ii"]
    wrapped = ["2 What was known to the port", "and when it was ............... 12"]
    document = read(pdf(lines([*entries, *wrapped], 72, 700) + lines(LEFT, 72, 600)))
    assert pieces(document) == [
        ("item", "1 Summary … 1"),
        ("item", "1.1 The quay … ii"),
        ("item", "2 What was known to the port and when it was … 12"),
        ("paragraph", whole(LEFT)),
    ]


def with_raised(words, x, y, size=10):
    """A line in which "^" raises the characters up to the next "|", and "_" lowers them."""
    drawn = f"BT 1 0 0 1 {x} {y} Tm "
    for mark, part in re.findall(r"([\^_|]|^)([^\^_|]+)", words):
        rise = {"^": 0.35, "_": -0.2}.get(mark, 0) * size
        drawn += f"/F {size * (0.6 if rise else 1)} Tf {rise} Ts ({part}) Tj "
    return drawn + "0 Ts ET\n"


def test_raised_marks_of_notes_do_not_stick_to_the_words_after_them():
    page = with_raised("Nobody fell into the water.^1| The launch left its berth.", 72, 700)
    page += with_raised("The sea^2|rose by 3 metres.", 72, 680)
    page += with_raised("^1|The log of the boat has more.", 72, 100, 8)
    page += with_raised("^2|It rose again in 2024.", 72, 88, 8)
    text = read(pdf(page)).text
    assert "the water.1 The launch" in text
    assert "The sea2 rose" in text
    assert "1 The log of the boat has more." in text
    assert text.endswith("2 It rose again in 2024.")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("It is 10^2| wide", "10² wide"),
        ("It is 10^-3| wide", "10⁻³ wide"),
        ("There were 83,190^1| in 1998.^2| Then more", "83,190¹ in 1998.² Then"),
        ("CO_2| rises", "CO2 rises"),
        ("the 5^th| pier", "the 5th pier"),
        ("^14|C dating of ^3|He", "14C dating of 3He"),
        ("12345 Ilmare 2nd", "12345 Ilmare 2nd"),
    ],
)
def test_raised_and_lowered_characters_that_are_no_marks_stay_with_their_word(words, expected):
    assert expected in read(pdf(with_raised(words, 72, 700))).text


def test_a_paragraph_goes_on_over_the_page_and_a_parted_word_is_whole():
    last = [*RIGHT[:4], "that nobody in the whole harb-"]
    document = read(pdf(lines(last, 72, 300), lines(["our can name at all.", "Then"], 72, 740)))
    assert "the whole harbour can name at all." in document.text
    first, second = document.pages
    assert document.text[second.start :].startswith("our can name")
    assert first.end == second.start


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("it was a well-", "known case", "well-known case"),  # stands whole elsewhere
        ("it was the gover-", "nor himself", "governor himself"),
        ("it was Covid-", "19 again", "Covid-19 again"),
        ("it was Jean-", "Paul again", "Jean-Paul again"),
        ("it was pre-", "and post-war", "pre- and post-war"),
        ("a state-of-", "the-art one", "state-of-the-art one"),
    ],
)
def test_hyphens_at_line_ends_go_only_where_that_is_safe(before, after, expected):
    text = read(pdf(lines(["The well-known pier.", "x", before, after], 72, 700))).text
    assert expected in text


def test_blocks_are_told_by_size_weight_marks_and_gaps():
    page = (
        line("Report on the harbour", 72, 740, 18, "B")
        + line("Findings", 72, 710, 12, "B")
        + lines(LEFT, 72, 690)
        + lines(["- the first of the things", "- the second of them"], 84, 610)
        + lines(RIGHT, 72, 560)
    )
    kinds = [(kind, words[:12]) for kind, words in pieces(read(pdf(page)))]
    assert kinds == [
        ("heading1", "Report on th"),
        ("heading2", "Findings"),
        ("paragraph", "The harbour "),
        ("item", "- the first "),
        ("item", "- the second"),
        ("paragraph", "Repairs will"),
    ]


def test_words_are_parted_by_gaps_and_not_by_kerning_or_wide_setting():
    kerned = "BT /F 10 Tf 1 0 0 1 72 700 Tm [(W) 80 (ater) -300 (lev) 20 (el) -250 (rises)] TJ ET\n"
    spread = "BT /F 10 Tf 2 Tc 1 0 0 1 72 600 Tm [(spread) -800 (letters)] TJ ET\n"
    letters = line("R E P O R T", 72, 500)
    assert (
        read(pdf(kerned + spread + letters)).text == "Water level rises\n\nspread letters\n\nREPORT"
    )


def test_text_printed_twice_for_a_bold_look_is_read_once():
    twice = line("The harbour was closed.", 72, 700) + line("The harbour was closed.", 72.3, 700)
    assert read(pdf(twice)).text == "The harbour was closed."


@pytest.mark.parametrize("turn", [(0, 1, -1, 0), (0, -1, 1, 0), (-1, 0, 0, -1)])
def test_turned_text_and_turned_pages_are_read_as_they_stand_upright(turn):
    a, b, c, d = turn
    drawn = "".join(
        f"BT /F 10 Tf {a} {b} {c} {d} {300 - 12 * n * c} {400 - 12 * n * d} Tm ({words}) Tj ET\n"
        for n, words in enumerate(LEFT)
    )
    assert read(pdf(drawn)).text == whole(LEFT)
    upright = pdf(lines(LEFT, 72, 700), page_keys="/Rotate 90")
    assert read(upright).text == whole(LEFT)


def test_running_heads_and_page_numbers_are_left_out_counted_and_give_labels():
    pages = [
        line("Annual report of the port authority", 72, 760)
        + lines([*LEFT[:3], f"and page {n} ends in this way."], 72, 700)
        + line(f"- {n + 10} -", 300, 30)
        for n in range(1, 5)
    ]
    document = read(pdf(*pages))
    assert "Annual" not in document.text
    assert not re.search(r"\b1[1-4]\b", document.text)
    assert [page.label for page in document.pages] == ["11", "12", "13", "14"]
    assert "Running heads and page numbers were left out (8 lines)." in document.notes


ROMAN = ["i", "ii", "1", "2", "3", "4"]


def numbered(numbers):
    """Pages of prose, each with what stands at its foot."""
    return [
        lines([*LEFT, f"Page {n} ends here."], 72, 500) + (line(foot, 300, 30) if foot else "")
        for n, foot in enumerate(numbers)
    ]


def test_roman_numerals_at_the_place_of_page_numbers_are_page_numbers():
    document = read(pdf(*numbered(ROMAN)))
    assert [page.label for page in document.pages] == ROMAN
    assert document.text.count("ends here.") == len(ROMAN)
    assert not re.search(r"^(?:ii?|\d)$", document.text, re.M)


def test_page_numbers_that_the_file_states_are_left_out_wherever_they_stand():
    labels = "/PageLabels << /Nums [0 << /S /r >> 1 << /S /D /St 1 >>] >>"
    document = read(pdf(*numbered(["i", None, None]), catalog=labels))
    assert [page.label for page in document.pages] == ["i", "1", "2"]
    assert not re.search(r"^i$", document.text, re.M)


@pytest.mark.parametrize("word", ["ill", "mix", "Vivi", "A"])
def test_words_at_the_foot_that_are_no_numerals_stay(word):
    assert re.search(f"^{word}$", read(pdf(*numbered([word, *ROMAN[2:]]))).text, re.M)


def test_a_numeral_elsewhere_at_the_edge_stays():
    pages = numbered(["", *ROMAN[2:]])
    pages[0] += line("iv", 300, 80)
    assert re.search("^iv$", read(pdf(*pages)).text, re.M)


def test_body_text_that_happens_to_repeat_stays():
    body = lines(["The same words", "on every page"], 72, 400)
    document = read(pdf(body, body, body))
    assert document.text.count("The same words") == 3
    only = line("The same words alone", 72, 760)
    assert read(pdf(only, only, only)).text.count("alone") == 3
    start = lines(LEFT, 72, 760)
    assert read(pdf(start, start, start)).text.count("The harbour") == 3


def test_a_bare_number_within_a_short_document_is_not_taken_for_a_page_number():
    document = read(pdf(lines(LEFT, 72, 700) + line("2024", 72, 400) + line("1", 300, 30)))
    assert "2024" in document.text
    assert document.text.endswith("2024")


def test_page_labels_of_the_file_go_first():
    labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 1 >>] >>"
    document = read(pdf(*[lines(LEFT, 72, 700)] * 3, catalog=labels))
    assert [(page.number, page.label) for page in document.pages] == [
        (1, "i"),
        (2, "ii"),
        (3, "1"),
    ]


def test_properties_are_hints_and_a_title_counts_where_it_stands_on_the_page():
    info = (
        "/Title (Report on the harbour) /Author (A. Clerk) /Creator (Writer) /Producer (Maker) "
        "/CreationDate (D:20230405060708+02'00')"
    )
    page = line("Report on the harbour", 72, 740, 18, "B") + lines(LEFT, 72, 700)
    document = read(pdf(page + line("Published: 12 March 2024", 72, 600), info=info))
    assert values(document, "title") == ["Report on the harbour"]
    details = {fact.field: (fact.detail, fact.origin) for fact in document.facts}
    assert details["title"] == ("document properties, found on the first page", "file")
    assert values(document, "created") == ["2023-04-05T06:07:08+02:00"]
    assert values(document, "creator") == ["A. Clerk"]
    assert values(document, "software") == ["Writer, Maker"]
    assert values(document, "published") == ["2024-03-12"]
    assert details["published"] == ("first page: “Published: 12 March 2024”", "page")
    assert values(document, "authors") == []


def test_a_title_property_that_is_a_file_name_or_no_date_is_no_fact():
    page = line("Report on the harbour", 72, 740, 18, "B") + lines(LEFT, 72, 700)
    page += line("Date: 03/04/2024", 72, 600)
    document = read(pdf(page, info="/Title (Microsoft Word - draft.doc) /CreationDate (soon)"))
    assert values(document, "title") == ["Report on the harbour"]
    assert values(document, "published") == values(document, "created") == []
    last = read(pdf(lines(LEFT, 72, 700), info="/Title (Harbour news)"))
    assert [fact.detail for fact in last.facts if fact.field == "title"] == ["document properties"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("D:20230405060708Z", "2023-04-05T06:07:08Z"),
        ("D:20230405060708-05'30", "2023-04-05T06:07:08-05:30"),
        ("D:20230405", "2023-04-05"),
        ("D:2023", "2023"),
        ("D:20231399", None),
        ("", None),
    ],
)
def test_property_dates_keep_their_offset_and_precision(stated, expected):
    assert property_date(stated) == expected


def test_pages_without_text_are_counted_and_a_scan_without_any_is_refused():
    document = read(pdf(lines(LEFT, 72, 700), PICTURE, lines(RIGHT, 72, 700)))
    assert document.notes == ("1 of 3 pages has no text (page 2): it needs OCR.",)
    assert [page.start == page.end for page in document.pages] == [False, True, False]
    with pytest.raises(DocumentError, match=r"no text: needs OCR \(2 pages are images\)"):
        read(pdf(PICTURE, PICTURE))
    with pytest.raises(DocumentError, match="no text"):
        read(pdf(b"0 0 m 9 9 l S"))


def test_an_invisible_layer_over_a_scan_is_its_text_and_not_hidden():
    layer = line("The words of the scan", 72, 700, before="3 Tr").encode()
    document = read(pdf(PICTURE + layer))
    assert document.text == "The words of the scan"
    assert not document.flags
    assert "invisible layer" in document.notes[0]


@pytest.mark.parametrize(
    ("drawn", "reason"),
    [
        (line("Secret words here", 72, 500, before="3 Tr"), "invisible"),
        ("1 g " + line("Secret words here", 72, 500) + "0 g ", "white text"),
        (line("Secret words here", 72, 500, size=1), "smaller than 2 points"),
        (line("Secret words here", 72, 900), "outside the page"),
    ],
)
def test_text_that_cannot_be_seen_is_kept_apart_and_flagged(drawn, reason):
    document = read(pdf(lines(LEFT, 72, 700) + drawn))
    (flag,) = [flag for flag in document.flags if flag.kind == "hidden"]
    assert flag.detail == reason
    assert document.text[flag.start : flag.end] == "Secret words here"
    assert any((block.start, block.end) == (flag.start, flag.end) for block in document.blocks)


def test_light_text_on_a_dark_ground_is_seen():
    dark = "0 0 0.4 rg 60 480 300 40 re f 1 g " + line("A heading in white", 72, 495, 14)
    assert not read(pdf(dark)).flags


def test_a_hyphen_that_stands_off_parts_no_word_where_spaces_are_written():
    words = "and all of the ferries that were due stayed in port notwithstand"
    hyphen = f"BT /C 10 Tf 1 0 0 1 40 700 Tm [({words}) -70 (-)] TJ ET\n"
    document = read(
        pdf(hyphen + line("ing what the people of the island had been told.", 40, 688, 10, "C"))
    )
    assert "notwithstanding what" in document.text


def test_a_hyphen_behind_a_space_goes_where_the_word_is_known():
    vocabulary = Vocabulary(Counter({"premiums": 1, "well-known": 1}))
    assert glued("the premi -", "ums rose", vocabulary) == "the premiums rose"
    assert glued("a well -", "known port", vocabulary) == "a well-known port"
    assert glued("the port -", "which was closed", vocabulary) == "the port - which was closed"


def test_thai_lines_are_joined_without_a_space():
    assert glued("ท่าเรือ", "ปิด", Vocabulary()) == "ท่าเรือปิด"


WIDE = [
    "The harbour of the island was closed on Tuesday after a storm had torn away the pier that",
    "kept out the sea, and the council has met every evening since then to hear what the firms",
]
NARROW = [
    "would take for the works, which",
    "nobody thinks can begin before",
    "the spring, as most of the stone",
    "has to be brought from the main",
    "land by barges that are too few",
]


def test_lines_beside_a_picture_or_below_a_masthead_are_one_paragraph():
    assert read(pdf(lines([*WIDE, *NARROW], 72, 700))).text == " ".join([*WIDE, *NARROW])
    masthead = line(
        "Volume 12, number 44, which came out on Friday the 12th of May, at a price of 2", 72, 740
    )
    heading = line("Ferry line to close", 72, 715, 16, "B")
    document = read(pdf(masthead + heading + lines(NARROW, 72, 690)))
    assert pieces(document)[-1] == ("paragraph", " ".join(NARROW))


def test_short_lines_that_begin_with_capitals_stay_apart_below_long_ones():
    verses = [words[0].upper() + words[1:] for words in NARROW]
    document = read(pdf(lines([*WIDE, *verses], 72, 700)))
    assert [words for _, words in pieces(document)][-4:] == verses[1:]


def test_a_masthead_does_not_weave_the_columns_below_it():
    masthead = line("Number 44", 72, 740) + line("Price 2.50", 500, 740)
    heading = line("Ferry line to close after forty years", 72, 715, 16, "B")
    left = lines(LEFT, 72, 690)
    right = lines(RIGHT, 245, 690)
    third = lines(LEFT[:3], 430, 654)
    document = read(pdf(masthead + heading + left + right + third))
    assert [words for _, words in pieces(document)][1:4] == [
        "Ferry line to close after forty years",
        whole(LEFT),
        whole(RIGHT),
    ]
    alone = read(pdf(masthead + heading + left))
    assert [words for _, words in pieces(alone)] == [
        "Number 44 Price 2.50",
        "Ferry line to close after forty years",
        whole(LEFT),
    ]


def test_a_head_that_stands_once_is_no_part_of_the_paragraph_that_goes_on_below_it():
    ending = ["The works will take the firms of the", "mainland until spring, as the council"]
    top = [*LEFT, *ending]
    bottom = ["confirmed, and nobody can say what", "they will cost the people of the town."]
    pages = [
        lines(top, 72, 700),
        line("Chapter One: The Harbour", 72, 740) + lines(bottom, 72, 700),
    ]
    document = read(pdf(*pages))
    assert " ".join([ending[1], *bottom]) in document.text
    assert ("paragraph", "Chapter One: The Harbour") in pieces(document)


def test_heads_that_alternate_between_left_and_right_pages_are_left_out():
    heads = [
        "Chapter One",
        "The Tides of Commerce",
        "Chapter Two",
        "The Tides of Commerce",
        "Notes",
    ]
    pages = [
        line(head, 72, 740) + lines(LEFT if number % 2 else RIGHT, 72, 700)
        for number, head in enumerate(heads)
    ]
    text = read(pdf(*pages)).text
    assert "Tides of Commerce" not in text
    assert "Chapter Two" in text


LAYERS = "/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>"
LAYER = b"<< /Type /OCG /Name (Drafts) >>"
UNSEEN = "Secret words here"


@pytest.mark.parametrize(
    ("drawn", "reason"),
    [
        (f"/OC /O BDC {line(UNSEEN, 72, 500)} EMC\n", "in a layer that is off"),
        (f"q 0 0 20 20 re W n {line(UNSEEN, 72, 500)} Q\n", "clipped away"),
        (f"{line(UNSEEN, 72, 500)} 0 0 0 rg 60 490 200 30 re f\n", "covered"),
        (f"0 0 0 rg 60 490 200 30 re f {line(UNSEEN, 72, 500)}", "of the colour under it"),
    ],
)
def test_words_that_leave_no_trace_on_the_page_are_flagged(drawn, reason):
    data = pdf(lines(LEFT, 72, 700) + drawn, catalog=LAYERS, objects=(LAYER,))
    data = data.replace(b"/Resources << ", b"/Resources << /Properties << /O 7 0 R >> ")
    document = read(data)
    (flag,) = document.flags
    assert (flag.kind, flag.detail) == ("hidden", reason)
    assert document.text[flag.start : flag.end] == UNSEEN


@pytest.mark.parametrize(
    "drawn",
    [
        f"/OC /O BDC {line(UNSEEN, 72, 500)} EMC\n",
        f"q 60 490 200 30 re W n {line(UNSEEN, 72, 500)} Q\n",
        f"0.9 g 60 490 200 30 re f 0 g {line(UNSEEN, 72, 500)}",
        f"0 g 60 490 200 30 re f 0.9 g 62 492 190 26 re f 0 g {line(UNSEEN, 72, 500)}",
        f"{line(UNSEEN, 72, 500)} 0 0 0 RG 60 490 200 30 re S\n",
    ],
    ids=["layer that is on", "within the clip", "shaded", "shaded in a frame", "framed"],
)
def test_words_that_can_be_seen_are_not_flagged(drawn):
    catalog = LAYERS.replace("/OFF [7 0 R]", "")
    data = pdf(lines(LEFT, 72, 700) + drawn, catalog=catalog, objects=(LAYER,))
    data = data.replace(b"/Resources << ", b"/Resources << /Properties << /O 7 0 R >> ")
    assert not read(data).flags


def test_words_that_the_file_gives_for_others_that_it_prints_are_flagged():
    def given(words, printed):
        return f"/Span << /ActualText ({words}) >> BDC {line(printed, 72, 500)} EMC\n"

    document = read(pdf(lines(LEFT, 72, 700) + given("The debt is paid", "The debt is due")))
    (flag,) = document.flags
    assert flag.detail == 'the page shows "The debt is due"'
    assert document.text[flag.start : flag.end] == "The debt is paid"
    same = given("Office of the port", "OFFICE of the\xa0 port")
    assert not read(pdf(lines(LEFT, 72, 700) + same)).flags


def test_cells_of_a_narrow_table_are_parted_by_less_than_the_words_of_a_line():
    drawn = "".join(
        line(f"Key {n}", 72, 700 - 16 * n, 10, "C")
        + line(f"Value of row {n}", 118, 700 - 16 * n, 10, "C")
        for n in range(10, 15)
    )
    assert pieces(read(pdf(drawn))) == [
        ("row", f"Key {n} | Value of row {n}") for n in range(10, 15)
    ]


def test_a_large_first_letter_begins_the_paragraph_beside_it():
    drawn = line("T", 72, 676, 40) + line("he harbour was closed for a time", 98, 694)
    drawn += line("on the day on which a storm had torn", 98, 682) + lines(RIGHT, 72, 664)
    text = read(pdf(drawn)).text
    assert text.startswith(
        "The harbour was closed for a time on the day on which a storm had torn Repairs"
    )
    assert "\n" not in text


def test_private_letters_at_the_start_of_lines_are_bullets():
    cmap = b"1 beginbfchar <B7> <F0B7> endbfchar"
    objects = (
        b"<< /Length %d >> stream\n%s\nendstream" % (len(cmap), cmap),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol /ToUnicode 7 0 R >>",
    )
    drawn = "".join(
        f"BT /S 10 Tf 1 0 0 1 72 {700 - 20 * n} Tm <B7> Tj ET\n" + line(words, 90, 700 - 20 * n)
        for n, words in enumerate(["First the pier", "Then the quay"])
    )
    data = pdf(drawn, objects=objects).replace(b"/C 5 0 R", b"/C 5 0 R /S 8 0 R")
    assert pieces(read(data)) == [("item", "• First the pier"), ("item", "• Then the quay")]


def test_form_values_shown_on_the_page_are_read_where_they_stand_and_comments_counted():
    objects = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada Byron) "
        b"/Rect [120 695 300 712] /F 4 >>",
        b"<< /Type /Annot /Subtype /Text /Contents (Is this so?) /Rect [10 10 30 30] >>",
    )
    data = pdf(
        line("Name:", 72, 700) + line("Signed in the office of the port.", 72, 650),
        catalog="/AcroForm << /Fields [7 0 R] >>",
        objects=objects,
        page_keys="/Annots [7 0 R 8 0 R]",
    )
    document = read(data)
    assert document.text == "Name: Ada Byron\n\nSigned in the office of the port."
    assert document.notes == ("1 comment was left out.",)


def test_embedded_files_are_attachments_under_names_that_are_no_paths():
    objects = []
    for index, name in enumerate(("../../etc/notes.txt", "photo.png")):
        data = b"Words of the attachment."
        objects += [
            b"<< /Type /EmbeddedFile /Length %d >> stream\n%s\nendstream" % (len(data), data),
            f"<< /Type /Filespec /F ({name}) /UF ({name}) "
            f"/EF << /F {7 + 2 * index} 0 R >> >>".encode(),
        ]
    names = "/Names << /EmbeddedFiles << /Names [(a) 8 0 R (b) 10 0 R] >> >>"
    document = read(pdf(lines(LEFT, 72, 700), catalog=names, objects=objects))
    (attached,) = document.attachments
    assert "/" not in attached.name
    assert attached.name.endswith("notes.txt")
    assert attached.data == b"Words of the attachment."
    assert document.notes == ("1 embedded file was not read: photo.png.",)


def test_an_encrypted_file_asks_for_its_password():
    keys = f"/Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <{'00' * 32}> /U <{'11' * 32}>"
    data = pdf(lines(LEFT, 72, 700), objects=(f"<< {keys} >>".encode(),))
    locked = data.replace(b"/Root 1 0 R", b"/Encrypt 7 0 R /ID [<00> <00>] /Root 1 0 R")
    for passwords in ((), ("wrong", "pässwört", "密码")):
        with pytest.raises(DocumentError, match=f"^{ENCRYPTED}: give its password"):
            read(locked, passwords=passwords)


def test_one_page_that_cannot_be_read_costs_that_page_only():
    data = pdf(lines(LEFT, 72, 700), lines(RIGHT, 72, 700))
    broken = data.replace(b"/Kids [7 0 R 9 0 R]", b"/Kids [7 0 R 3 0 R]")
    document = read(broken)
    assert document.text.startswith("The harbour")
    assert document.notes == ("Page 2 could not be read.",)


def test_a_file_without_its_table_is_read_and_one_cut_short_says_so():
    data = pdf(lines(LEFT, 72, 700))
    assert read(data[: data.index(b"xref\n")] + b"trailer << /Root 1 0 R >>").text == whole(LEFT)
    with pytest.raises(DocumentError, match="damaged"):
        read(data[:60])


def test_a_stream_that_unpacks_to_much_ends():
    packed = zlib.compress(b"BT /F 10 Tf 1 0 0 1 72 700 Tm (x) Tj ET\n" + b" " * 30_000_000, 9)
    content = b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream"
    data = pdf("PLACE").replace(
        b"<< /Length 5 >> stream\nPLACE\nendstream", content % (len(packed), packed)
    )
    assert read(data).text == "x"


def test_text_from_right_to_left_is_put_into_the_order_of_reading():
    # As on paper from left to right: "olleH" backwards stays, Hebrew and its number turn round.
    drawn = ["2", "0", " ", "ם", "ו", "ל", "ש", " ", "a", "b", " ", "ה"]
    glyphs = [(float(place), place + 1.0, char) for place, char in enumerate(drawn)]
    assert read_from_right(clusters_of(glyphs), 0.5) == "ה ab שלום 20"


def test_a_word_that_one_glyph_of_another_stands_for_does_not_tear_it():
    def run(chars, places, order):
        return Run(
            0, 700.0, 10.0, bold=False, hidden="", order=order,
            left=min(places)[0], right=max(places)[1], chars=list(chars),
            lefts=[left for left, _ in places], rights=[right for _, right in places],
        )  # fmt: skip

    latin = run("port", [(72.0 + 5 * n, 77.0 + 5 * n) for n in range(4)], 0)
    over = run("םולש", [(72.0, 77.0)] * 4, 4)
    assert line_of(Row([latin, over])).text == "port שלום"


@given(st.text(alphabet="abאבגד12 .(", min_size=1, max_size=30))
def test_turning_text_round_keeps_every_character(text):
    glyphs = [(float(place), place + 1.0, char) for place, char in enumerate(text)]
    assert sorted(read_from_right(clusters_of(glyphs), 0.5).replace(")", "(")) == sorted(text)


WORDS = st.text(alphabet="abcdefg äöü-.()0123", min_size=1, max_size=40)
PLACES = st.tuples(WORDS, st.integers(-50, 650), st.integers(-50, 850), st.integers(1, 30))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(PLACES, max_size=12), min_size=1, max_size=4))
def test_whatever_stands_where_blocks_and_pages_hold_the_text(pages):
    contents = ["".join(line(words, x, y, size) for words, x, y, size in page) for page in pages]
    try:
        document = read(pdf(*contents))
    except DocumentError:
        return
    assert canonical(document.text) == document.text
    reached = 0
    for block in document.blocks:
        assert not document.text[reached : block.start].strip()
        assert block.start < block.end
        reached = block.end
    assert reached == len(document.text)
    assert [page.number for page in document.pages] == list(range(1, len(pages) + 1))
    assert document.pages[-1].end == len(document.text)
    for flag in document.flags:
        assert document.text[flag.start : flag.end]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_damage_gives_a_document_or_a_document_error(data):
    whole_file = bytearray(pdf(lines(LEFT, 72, 700) + lines(RIGHT, 330, 700), PICTURE))
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(whole_file) - 1))
        piece = data.draw(st.binary(max_size=6))
        whole_file[place : place + data.draw(st.integers(0, 20))] = piece
    try:
        document = read(b"%PDF-1.7\n" + bytes(whole_file))
    except DocumentError:
        return
    assert canonical(document.text) == document.text

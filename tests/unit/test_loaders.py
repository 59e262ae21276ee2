"""Loaders: what each format gives, and that nothing but DocumentError comes out of them."""

import itertools
import json
import os
import re
import unicodedata
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.loaders import load, loader_for
from rag.loaders.canonical import canonical, decode

PROSE = "The harbour was closed on Tuesday after the storm had torn away the outer pier."
GERMAN = (
    "Der Hafen wurde am Dienstag geschlossen, nachdem der Sturm die äußere Mole zerstört hatte."
)


@pytest.fixture
def read(tmp_path):
    def read_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return load(path)

    return read_file


def pieces(document):
    """(kind, text) of each block, with the level behind a heading's kind."""
    return [
        (f"{block.kind}{block.level or ''}", document.text[block.start : block.end])
        for block in document.blocks
    ]


def values(document, field):
    return [fact.value for fact in document.facts if fact.field == field]


def detail(document, field):
    return next(fact.detail for fact in document.facts if fact.field == field)


def load_or_message(path):
    try:
        return load(path), None
    except DocumentError as error:
        return None, str(error)


def assert_blocks_hold_the_text(document):
    reached = 0
    for block in document.blocks:
        piece = document.text[block.start : block.end]
        assert reached <= block.start < block.end
        assert piece == piece.strip()
        assert not document.text[reached : block.start].strip()
        assert (block.level > 0) == (block.kind == "heading")
        reached = block.end
    assert not document.text[reached:].strip()


# What is read, and what is refused


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("a.txt", "text/2"),
        ("a.TEXT", "text/2"),
        ("a.md", "markdown/2"),
        ("a.Markdown", "markdown/2"),
        ("a.html", "html/2"),
        ("a.HTM", "html/2"),
        ("a.xhtml", "html/2"),
        ("a.xyz", None),
        ("txt", None),
        (".md", None),
    ],
)
def test_the_loader_is_told_by_the_suffix_in_any_case(tmp_path, name, loader):
    assert loader_for(tmp_path / name) == loader


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("content", [b" \n\t\r\n", "\ufeff\u200b\u00a0".encode()])
def test_a_file_without_text_is_refused(read, name, content):
    with pytest.raises(DocumentError, match="holds no text"):
        read(name, content)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 8, b"\x00\x00\x01\x00" * 9, b"PK\x03\x04rest"]
)
def test_a_binary_file_under_a_name_of_text_is_refused(read, name, content):
    with pytest.raises(DocumentError, match=r"^not text: "):
        read(name, content)


def test_other_kinds_and_things_that_are_no_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "a.xyz").write_bytes(b"Words.")
    for name, message in [
        ("a.xyz", '".xyz" are not read'),
        ("pipe.txt", "not a regular file"),
        ("folder.txt", "not a regular file"),
        ("absent.txt", "cannot be opened: No such file"),
        ("nul\0.txt", "cannot be opened"),
    ]:
        with pytest.raises(DocumentError, match=re.escape(message)):
            load(tmp_path / name)


SHARDS = st.sampled_from(
    [
        b"---\n", b"title: [x\n", b"? a\n", b"- ", b"# H\n", b"> ", b"| a | b |\n", b"|---|---|\n",
        b"```\n", b"    code\n", b"[r]: <x>\n", b"<table>", b"<tr>", b"<td>", b"</table>", b"<p>",
        b"<pre>", b"<code>", b"<br>", b"<h2>", b"<li>", b"<ul>", b"<div hidden>",
        b"</div>", b"<!--",
        b"<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":[{}]}</script>",
        b"<meta property='og:title' content='T'>", b"<link rel=canonical href='http://['>",
        b"<time datetime='x'>", b"&#0;", b"&#xD800;", b"&nbsp;", b"<body>", b"<svg>", b"word ",
        b"\xff\xfe", b"\x00", b"\xe9", "東京。".encode(), b"\r", "e\u0301\u2028".encode(), b"\n\n",
    ]
)  # fmt: skip


@pytest.mark.parametrize("name", ["any.txt", "any.md", "any.html"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=200) | st.lists(SHARDS, max_size=25).map(b"".join))
def test_any_bytes_give_a_whole_document_or_a_document_error(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    document, message = load_or_message(path)
    if document is None:
        assert message
        assert "\n" not in message
        assert str(path) not in message
        return
    assert document.text.strip()
    assert canonical(document.text) == document.text
    assert document.blocks
    assert_blocks_hold_the_text(document)
    for fact in document.facts:
        assert fact.value == fact.value.strip() != ""
        fact.value.encode("utf-8")


# Bytes to canonical text


@given(st.text())
def test_canonical_text_stays_as_it_is(text):
    once = canonical(text)
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\r\0\x0c\x1b\x7f\x85\x9f\u2028\u2029\ufeff")


def test_line_ends_become_one_and_controls_go():
    assert canonical("a\r\nb\rc\x85d\u2028e\u2029f\x0cg\0\x1bh\ti") == "a\nb\nc\nd\ne\nf\ngh\ti"
    assert canonical("cafe\u0301 cafe\0\u0301") == "café café"
    assert (
        canonical("soft\u00adhyphen zero\u200bwidth \u00a0")
        == "soft\u00adhyphen zero\u200bwidth \u00a0"
    )


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252"],
)
def test_an_encoding_is_found(encoding):
    assert canonical(decode(GERMAN.encode(encoding))) == GERMAN


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Гавань была закрыта во вторник после того, как буря разрушила внешний мол."),
        ("cp932", "嵐が外側の桟橋を破壊した後、港は火曜日に閉鎖された。漁師たちは家に帰った。"),
        ("gb18030", "风暴摧毁了外码头之后，港口于星期二关闭。渔民们回家了，市长讲了话。"),
    ],
)
def test_an_older_encoding_is_recognised_by_its_text(encoding, text):
    assert decode(text.encode(encoding)) == text


def test_a_declared_charset_counts_where_it_fits_and_only_there():
    assert decode("Łódź".encode("iso-8859-2"), "ISO-8859-2") == "Łódź"
    assert decode("“quoted”".encode("cp1252"), "iso-8859-1") == "“quoted”"
    assert decode("Łódź".encode(), "iso-8859-2") == "Łódź"
    assert decode("caf\xe9 f\xfcr".encode("latin-1"), "utf-8") == "café für"
    assert decode("caf\xe9 f\xfcr".encode("latin-1"), "unicode_escape") == "café für"
    assert decode("caf\xe9 f\xfcr".encode("latin-1"), "rot13") == "café für"


@pytest.mark.parametrize(
    "data",
    [
        "Zürich café\n".encode() + "Zürich café\n".encode("latin-1"),
        b"valid start\nZ\xfcrich caf\xe9\n\xff\xfe\x80\x80 \xc0\xaf \xed\xa0\x80 end\n",
        b"\xef\xbb\xbfcaf\xe9",
        b"\xff\xfea\xd8",
    ],
)
def test_what_cannot_be_decoded_without_loss_is_refused(data):
    with pytest.raises(DocumentError, match="save it as UTF-8"):
        decode(data)


def test_lines_in_two_encodings_are_each_read_and_noted(read):
    content = "Zürich café – “quoted”\n".encode() + "Zürich café\n".encode("latin-1")
    document = read("a.txt", content)
    assert document.text == "Zürich café – “quoted”\nZürich café\n"
    assert document.notes == (
        "1 line is not in UTF-8 as others are, and read in the likeliest encoding.",
    )


@pytest.mark.parametrize(
    ("content", "text", "broken"),
    [
        ("Café one ".encode() + b"Caf\xe9 two", "Café one Caf\ufffd two", "1 byte"),
        (b"start\nZ\xfcrich\n\xff\xfe\x80\x80 \xc0\xaf \xed\xa0\x80 end\n",
         "start\nZürich\n\ufffd\ufffd\ufffd\ufffd \ufffd\ufffd \ufffd\ufffd\ufffd end\n",
         "9 bytes"),
    ],
)  # fmt: skip
def test_bytes_of_no_encoding_in_a_short_text_are_shown_as_damage(read, content, text, broken):
    document = read("a.txt", content)
    assert document.text == text
    assert document.notes[-1].startswith(f"{broken} that ")
    assert document.notes[-1].endswith("shown as \ufffd.")


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(128, 256)) * 40,
        "Sal\xfd g\xfcn\xfc k\xfd\xfe f\xfdrt\xfdnalar\xfd \x81 \x8d gelmeden".encode("latin-1")
        * 9,
    ],
)
def test_what_would_mostly_be_damage_is_no_text(read, content):
    with pytest.raises(DocumentError):
        read("a.txt", content)


def test_a_few_nuls_do_not_make_text_binary(read):
    assert read("a.txt", b"before\0\0after\0\n").text == "beforeafter\n"


# Plain text


def test_paragraphs_are_parted_by_blank_lines(read):
    document = read("a.txt", "One line\ngoes on here.\n\n \t\nSecond one.\n")
    assert document.text == "One line\ngoes on here.\n\n \t\nSecond one.\n"
    assert pieces(document) == [
        ("paragraph", "One line\ngoes on here."),
        ("paragraph", "Second one."),
    ]
    assert document.media_type == "text/plain"


def test_long_lines_without_blank_ones_are_paragraphs(read):
    lines = [PROSE * 3, "A short one", PROSE * 2]
    assert [text for _, text in pieces(read("a.txt", "\n".join(lines)))] == lines


def test_a_long_address_does_not_part_a_wrapped_paragraph(read):
    text = f"It was said on\nhttps://example.org/{'x' * 150}\nthat the pier was shut."
    assert pieces(read("a.txt", text)) == [("paragraph", text)]


def test_list_items_are_blocks_with_their_continuations(read):
    document = read(
        "a.txt", "To do:\n- close the\n  pier\n* call (a) mayor\n\n1. one\n2) two\n(a) three"
    )
    assert pieces(document) == [
        ("paragraph", "To do:"),
        ("item", "- close the\n  pier"),
        ("item", "* call (a) mayor"),
        ("item", "1. one"),
        ("item", "2) two"),
        ("item", "(a) three"),
    ]


def test_a_number_at_the_begin_of_a_wrapped_line_is_no_item(read):
    text = "The storm came in the year\n12. It was the worst since\nthe great flood."
    assert pieces(read("a.txt", text)) == [("paragraph", text)]


def test_headings_are_capitals_numbers_or_underlined_lines_before_text(read):
    document = read(
        "a.txt",
        f"HARBOUR REPORT\n\n1. Introduction\n\n{PROSE}\n\n1.2 The Pier\n\n{PROSE}\n\n"
        f"Outlook\n=======\n{PROSE}\n\nCosts\n-----\n\n{PROSE}\n\nChapter II\n\n{PROSE}\n",
    )
    assert [piece for piece in pieces(document) if piece[1] != PROSE] == [
        ("heading1", "HARBOUR REPORT"),
        ("heading1", "1. Introduction"),
        ("heading2", "1.2 The Pier"),
        ("heading1", "Outlook\n======="),
        ("heading2", "Costs\n-----"),
        ("heading1", "Chapter II"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"A short line\n\n{PROSE}",
        f"STOP NOW!\n\n{PROSE}",
        f"{PROSE}\n\nTHE END",
        f"1. Milk\n\n2. Bread\n\n{PROSE}",
        f"Name   Age\n--------------------\n{PROSE}",
    ],
)
def test_what_does_not_clearly_look_like_a_heading_is_none(read, text):
    assert all(not kind.startswith("heading") for kind, _ in pieces(read("a.txt", text)))


def test_plain_text_has_no_title(read):
    assert {fact.field for fact in read("a.txt", f"HARBOUR\n\n{PROSE}").facts} == {"language"}


def test_the_language_is_detected_where_the_letters_tell(read):
    assert values(read("a.txt", GERMAN), "language") == ["de"]
    assert detail(read("a.txt", PROSE), "language") == "detected"
    assert read("a.txt", PROSE).facts[0].origin == "page"


@pytest.mark.parametrize(
    "text", ["Too short.", "12 34 name id foo bar qux baz zork 99 17 name id bar qux zork foo"]
)
def test_an_uncertain_language_stays_unknown(read, text):
    assert values(read("a.txt", text), "language") == []


# Markdown


def test_markdown_blocks_follow_its_structure(read):
    document = read(
        "a.md",
        "# Title #\n\nText on\ntwo lines.\n\n- one\n  - nested\n\n    more of it\n- two\n\n"
        "> quoted\n> on\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\n\ny = 2\n```\n\n"
        "<div>\nraw\n</div>\n\n[ref]: http://example.org\n\nSetext\n---\n",
    )
    assert pieces(document) == [
        ("heading1", "# Title #"),
        ("paragraph", "Text on\ntwo lines."),
        ("item", "- one"),
        ("item", "- nested"),
        ("paragraph", "more of it"),
        ("item", "- two"),
        ("paragraph", "> quoted\n> on"),
        ("row", "| a | b |\n|---|---|"),
        ("row", "| 1 | 2 |"),
        ("code", "```py\nx = 1\n\ny = 2\n```"),
        ("paragraph", "<div>\nraw\n</div>"),
        ("paragraph", "[ref]: http://example.org"),
        ("heading2", "Setext\n---"),
    ]
    assert document.media_type == "text/markdown"
    assert_blocks_hold_the_text(document)


def test_front_matter_gives_facts_and_is_no_text(read):
    document = read(
        "a.md",
        "\ufeff---\r\ntitle: 2024\r\nSite_Name: Harbour News\r\ndate: 2024-02-29\r\n"
        "canonical: https://example.org/a\r\nauthor: [Ann Lee, {name: Bo Ek}]\r\n"
        "lang: no\r\n---\r\n"
        "# Pier\r\n",
    )
    assert document.text == "# Pier\n"
    assert {(fact.field, fact.value) for fact in document.facts} == {
        ("title", "2024"),
        ("publisher", "Harbour News"),
        ("published", "2024-02-29"),
        ("url", "https://example.org/a"),
        ("authors", "Ann Lee"),
        ("authors", "Bo Ek"),
        ("language", "no"),
    }
    assert {(fact.origin, fact.detail) for fact in document.facts} == {("file", "front matter")}


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("published: 2023", "published", ["2023"]),
        ("published: 7 October 2023", "published", ["2023-10-07"]),
        ("date: 2023-10-07T12:00:00+02:00", "published", ["2023-10-07T12:00:00+02:00"]),
        ("date: yesterday", "published", []),
        ("date: 2023-13-45", "published", []),
        ("published: 03/04/2024", "published", []),
        ("title: null", "title", []),
        ("title: [a, b]", "title", ["a"]),
        ("title: {a: b}", "title", []),
        ("title: >\n  folded\n  title", "title", ["folded title"]),
        ("url: javascript:alert(1)", "url", []),
        ("url: /local", "url", []),
        ("lang: en-GB", "language", ["en"]),
        ("authors: Ann Lee; Bo Ek; ann lee", "authors", ["Ann Lee", "Bo Ek"]),
        ("authors: https://example.org/ann", "authors", []),
    ],
)
def test_front_matter_values_are_strings_or_unknown(read, line, field, expected):
    assert values(read("a.md", f"---\n{line}\n---\nText.\n"), field) == expected


def test_broken_front_matter_names_its_line(read):
    with pytest.raises(
        DocumentError, match=r"front matter is not valid YAML at line 3: .*; correct it"
    ):
        read("a.md", "---\ntitle: [unclosed\npublished: yesterday\n---\n\nText.\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Never closed\n\nText.\n",
        "---\n- a list\n- of two\n---\nText.\n",
        "---\n\nA rule: and text.\n\n---\nText.\n",
        "---\njust words\n---\nText.\n",
    ],
)
def test_what_is_no_front_matter_is_text(read, text):
    document = read("a.md", text)
    assert document.text == text
    assert values(document, "title") == []
    assert_blocks_hold_the_text(document)


def test_yaml_that_grows_or_nests_without_end_is_harmless(read):
    names = "abcdefghij"
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in itertools.pairwise(names)
    )
    assert read("a.md", f"---\n{bomb}title: *j\n---\nText.\n").text == "Text.\n"
    with pytest.raises(DocumentError, match="nested too deep"):
        read("a.md", f"---\na: {'[' * 5000}\n---\nText.\n")


def test_the_first_heading_of_level_1_is_the_title_where_none_is_stated(read):
    document = read("a.md", "## Kicker\n\n# The *outer* [pier](http://e.org) `x`\n\n# Other\n")
    assert values(document, "title") == ["The outer pier x"]
    assert detail(document, "title") == "first heading"
    assert values(read("a.md", "---\ntitle: Stated\n---\n# Heading\n"), "title") == ["Stated"]


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "[", "*", "`", "<div>", "\n# ", "|a"])
def test_markdown_that_nests_or_repeats_without_end_is_read(read, mark):
    document = read("a.md", mark * 5000 + " end of it\n")
    assert document.text.endswith("end of it\n")
    assert_blocks_hold_the_text(document)


# Web pages

NAVIGATION = (
    "<nav><ul><li><a href='/'>Home page</a></li><li><a href='/x'>World news</a></li></ul></nav>"
)


def page(body, head="", html='lang="en"'):
    return f"<!DOCTYPE html><html {html}><head>{head}</head><body>{body}</body></html>"


def test_a_page_gives_its_article_in_blocks(read):
    document = read(
        "a.html",
        page(
            f"{NAVIGATION}<article><h1>The pier</h1><p>{PROSE}</p><h2>Costs</h2><p>{PROSE} "
            f"It will cost <b>12</b>&nbsp;million.</p>"
            "<ul><li>One thing</li><li>Two things</li></ul>"
            f"<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2023</td><td>12</td></tr></table>"
            f"<blockquote><p>{PROSE}</p></blockquote><p>{PROSE} Done.</p></article>"
            "<footer>All rights reserved</footer>"
        ),
    )
    found = pieces(document)
    assert ("heading2", "Costs") in found
    assert ("paragraph", f"{PROSE} It will cost 12 million.") in found
    assert ("item", "One thing") in found
    assert ("row", "Year | Cost") in found
    assert ("row", "2023 | 12") in found
    assert "One thing\nTwo things" in document.text
    assert "Year | Cost\n2023 | 12" in document.text
    assert "Home page" not in document.text
    assert "All rights" not in document.text
    assert document.media_type == "text/html"
    assert_blocks_hold_the_text(document)


def test_a_page_with_nothing_around_its_text_is_read_whole(read):
    document = read(
        "a.html",
        page(
            "<h1>Export</h1>Loose <i>w</i>ord<br>s<br><br>Next<p>"
            "Call <code>f(x)</code>, then\n go</p>"
            "<pre>if x:\n    go()</pre>"
            "<ol><li><p>One</p><p>more</p><ul><li>deep</li></ul></li></ol>"
            "<dl><dt>Term</dt><dd>Meaning</dd></dl><table><tr><td>a</td><td></td><td>c<br>d</td></tr>"
            "<tr><td></td><td></td><td>e</td></tr></table>"
            "<script>no()</script><style>p{}</style><div hidden>no</div>"
            "<p style='color:red; display : none'>no</p>"
            "<template>no</template><noscript>no</noscript>"
        ),
    )
    assert pieces(document) == [
        ("heading1", "Export"),
        ("paragraph", "Loose word s"),
        ("paragraph", "Next"),
        ("paragraph", "Call f(x), then go"),
        ("code", "if x:\n    go()"),
        ("item", "One"),
        ("paragraph", "more"),
        ("item", "deep"),
        ("item", "Term"),
        ("item", "Meaning"),
        ("row", "a |  | c d"),
        ("row", "|  | e"),
    ]


def test_a_table_that_arranges_a_page_makes_no_rows(read):
    document = read(
        "a.html",
        page("<table><tr><td><h2>Left</h2><p>Text of it</p></td>"
             "<td><table><tr><td>1</td><td>2</td></tr>"
             "</table></td></tr></table>"),
    )  # fmt: skip
    assert pieces(document) == [("heading2", "Left"), ("paragraph", "Text of it"), ("row", "1 | 2")]


def test_a_text_file_within_a_page_keeps_its_paragraphs(read):
    document = read("a.html", page("<pre>" + f"SECTION\n\n{PROSE}\n\n" * 80 + "</pre>"))
    assert {kind for kind, _ in pieces(document)} == {"heading1", "paragraph"}
    assert len(document.blocks) == 160


LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#org", "name": "Harbour News"},
        {"@type": ["NewsArticle"], "headline": "Pier &amp; storm",
         "datePublished": "2023-10-07T08:00+02:00",
         "author": [{"@type": "Person", "name": "Ann Lee"}, {"name": "Bo Ek"}],
         "publisher": {"@id": "#org"}},
    ],
}  # fmt: skip


def test_linked_data_states_facts(read):
    head = (
        "<title>Pier &amp; storm | Harbour News</title>"
        f"<script type='application/ld+json'>//<![CDATA[\n{json.dumps(LINKED)}\n//]]></script>"
        "<link rel=canonical href='https://example.org/pier'>"
    )
    document = read("a.html", page(f"<p>{PROSE}</p>", head, 'lang="en-GB"'))
    assert [(fact.field, fact.value, fact.detail) for fact in document.facts] == [
        ("title", "Pier & storm", "JSON-LD"),
        ("publisher", "Harbour News", "JSON-LD"),
        ("published", "2023-10-07T08:00:00+02:00", "JSON-LD"),
        ("url", "https://example.org/pier", "link canonical"),
        ("language", "en", "html lang"),
        ("authors", "Ann Lee", "JSON-LD"),
        ("authors", "Bo Ek", "JSON-LD"),
    ]


def test_meta_tags_state_facts(read):
    head = (
        "<title>Pier - Harbour News</title><meta property='og:title' content='Pier - Harbour News'>"
        "<meta property='og:site_name' content='Harbour News'>"
        "<meta name='DC.Date' content='2023-10'>"
        "<meta name='citation_author' content='Lee, Ann'>"
        "<meta name='citation_author' content='Ek, Bo'>"
        "<meta name='author' content='Harbour News'><meta property='og:url' content='https://e.org/1'>"
    )
    document = read("a.html", page(f"<p>{PROSE}</p>", head))
    assert values(document, "title") == ["Pier"]
    assert values(document, "publisher") == ["Harbour News"]
    assert values(document, "published") == ["2023-10"]
    assert values(document, "authors") == ["Lee, Ann", "Ek, Bo"]
    assert values(document, "url") == ["https://e.org/1"]
    assert detail(document, "published") == "meta dc.date"


def test_what_a_page_does_not_state_stays_unknown(read):
    body = f"<h1>Pier</h1><p>{PROSE}</p><p>On 7 October 2023 the pier was closed by Ann Lee.</p>"
    head = (
        "<meta name=author content='@ann'>"
        "<meta property='article:modified_time' content='2024-01-01'>"
    )
    document = read("a.html", page(body, head, ""))
    assert {fact.field for fact in document.facts} == {"title", "language", "modified"}
    assert detail(document, "language") == "detected"


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("<time datetime='2023-10-07'>", ["2023-10-07"]),
        ("<time datetime='2023-10-07'></time><time datetime='2023-10-08'>", []),
        ("<time datetime='2024-01-01' class=updated></time>"
         "<time class='entry-date published' datetime='2023-10-07'>", ["2023-10-07"]),
        ("<time datetime='2024-01-01'></time><span itemprop=datePublished>7 October 2023</span>",
         ["2023-10-07", "2024-01-01"]),
        ("<meta name=citation_date content='2023/1/7'>", ["2023-01-07"]),
        ("<meta name=date content='Sat, 07 Oct 2023 08:00:00 GMT'>", ["2023-10-07T08:00:00Z"]),
        ("<meta name=date content='07/10/2023'>", []),
    ],
)  # fmt: skip
def test_a_date_counts_where_the_markup_states_it(read, times, expected):
    assert values(read("a.html", page(f"{times}</time><p>{PROSE}</p>")), "published") == expected


def test_of_several_articles_in_linked_data_only_the_page_s_own_counts(read):
    def node(number):
        return {"@type": "Article", "headline": f"Story {number}", "url": f"https://e.org/{number}",
                "datePublished": f"2023-10-0{number}"}  # fmt: skip

    data = f"<script type='application/ld+json'>{json.dumps([node(1), node(2)])}</script>"
    link = "<link rel=canonical href='https://e.org/2'>"
    assert values(read("a.html", page(f"<p>{PROSE}</p>", data)), "published") == []
    assert values(read("a.html", page(f"<p>{PROSE}</p>", data + link)), "published") == [
        "2023-10-02"
    ]


@pytest.mark.parametrize(
    "data",
    ["{", "[" * 100_000, "null", '{"@type": 5, "@graph": {"@graph": 3}}', '"\\ud800"',
     '{"@type":"Article","headline":"\\ud800","author":[[1]],"datePublished":{"a":1}}'],
)  # fmt: skip
def test_broken_linked_data_does_not_cost_the_page(read, data):
    document = read(
        "a.html", page(f"<p>{PROSE}</p>", f"<script type='application/ld+json'>{data}</script>")
    )
    assert PROSE in document.text
    json.dumps(document.text).encode("utf-8")


def test_a_page_is_decoded_by_what_it_declares(read):
    text = "Łódź: zażółć gęślą jaźń"
    head = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">'
    assert text in read("a.html", page(f"<p>{text}</p>", head).encode("iso-8859-2")).text
    xml = f'<?xml version="1.0" encoding="utf-16"?>{page(f"<p>{text}</p>")}'
    assert text in read("a.xhtml", xml.encode("utf-16")).text


def test_markup_beyond_the_parser_s_limits_is_refused_and_not_cut(read):
    with pytest.raises(DocumentError, match="beyond the parser's limits"):
        read("a.html", page("<div>" * 20_000 + "deep"))


def test_entities_are_not_read_from_files_or_expanded_without_end(read, tmp_path):
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    document = read(
        "a.xhtml",
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "lol">{bomb}<!ENTITY x SYSTEM '
        f'"file://{tmp_path}/secret">]><html><body><p>Text &e12; &x;</p></body></html>',
    )
    assert "SECRET" not in document.text
    assert len(document.text) < 2000


def test_trafilatura_s_warnings_do_not_reach_the_terminal(read, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read("a.html", page(f"{NAVIGATION}<p>x</p>"))
    assert capfd.readouterr() == ("", "")

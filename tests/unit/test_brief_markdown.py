import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from manuscripts import HOSTILE, LONG_URL, QUOTES, many, note, paragraph, sample, words
from manuscripts import manuscript as brief
from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    Subheading,
    Table,
    Text,
)
from rag.brief.markdown import address, to_markdown, writable

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
unhurried = settings(deadline=None)  # a busy machine may take long for one example
Char = tuple[str, bool, bool, bool, str | None]


def parsed(markdown: str) -> list[Token]:
    return READER.parse(markdown)


def read(markdown: str) -> list[Char]:
    """Every character that a reader of the Markdown sees, with its look; no blanks."""
    seen: list[Char] = []
    for token in parsed(markdown):
        if token.type == "fence":
            seen += looked_at(Text(token.content, code=True))
        bold = italic = False
        link = None
        for child in token.children or ():
            match child.type:
                case "strong_open" | "strong_close":
                    bold = child.nesting == 1
                case "em_open" | "em_close":
                    italic = child.nesting == 1
                case "link_open":
                    link = str(child.attrs["href"])
                case "link_close":
                    link = None
                case "text" | "code_inline":
                    code = child.type == "code_inline"
                    seen += looked_at(Text(child.content, bold, italic, code, link))
                case "hardbreak" | "softbreak":
                    pass
                case other:
                    pytest.fail(f"{other} in {markdown!r}")
    return seen


def looked_at(text: Text) -> list[Char]:
    link = address(text.link)
    # A reader writes letters that are not ASCII in its own way.
    look = (text.bold, text.italic, text.code, link and READER.normalizeLink(link))
    return [(char, *look) for char in writable(text.text) if not char.isspace()]


def meant(runs: Runs) -> list[Char]:
    return [
        char
        for run in runs
        for char in looked_at(Text(f"[^{run.number}]") if isinstance(run, NoteMark) else run)
    ]


def of_block(block: Block) -> list[Char]:
    match block:
        case Paragraph(runs) | Subheading(_, runs):
            return meant(runs)
        case Listing(items=items):
            return [char for item in items for inner in item for char in of_block(inner)]
        case Quotation(blocks):
            return [char for inner in blocks for char in of_block(inner)]
        case Preformatted(text):
            return looked_at(Text(text, code=True))
        case Table(header, rows):
            return [char for row in (header, *rows) for cell in row for char in meant(cell)]


def body_of(manuscript: Manuscript) -> list[Char]:
    """What a manuscript of `brief()` says after its title."""
    said = [
        char
        for section in manuscript.sections
        for each in section.blocks
        for char in of_block(each)
    ]
    for each in manuscript.notes:
        said += meant((Text(f"[^{each.number}]:"), *each.runs))
        said += meant((Text(f"“{each.quote}”"),)) if each.quote else []
    return said


def shown(*blocks: Block) -> str:
    """The Markdown of blocks, without the title above them."""
    title, body = to_markdown(brief(*blocks)).split("\n", 1)
    assert title == "# A brief"
    return body.removeprefix("\n")


# The letters that mean something to Markdown come often.
letters = st.text(
    st.one_of(
        st.sampled_from("ab1 \n.*_`[]()<>#+-=!|\\&;:/~^$\"'“”é中ש€😀\u00a0\u2028\t"),
        st.characters(),
    ),
    max_size=12,
)
links = st.sampled_from(
    [
        None,
        None,
        "https://example.org/a(b)?c=1&copy;=2",
        "http://x.org/é 中|<>\\",
        "javascript:x",
        "x",
    ]
)
texts = st.builds(
    Text, letters, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), link=links
)
plain_texts = st.builds(Text, letters, bold=st.booleans(), italic=st.booleans())
runs_of = st.lists(
    st.one_of(plain_texts, plain_texts, texts, st.builds(NoteMark, st.integers(1, 9))), max_size=6
).map(tuple)


def tables(columns: int) -> st.SearchStrategy[Table]:
    row = st.tuples(*[runs_of] * columns)
    return st.builds(Table, row, st.lists(row, max_size=2).map(tuple))


simple = st.one_of(
    st.builds(Paragraph, runs_of),
    st.builds(Subheading, st.integers(1, 7), runs_of),
    st.builds(Preformatted, letters),
    st.integers(1, 3).flatmap(tables),
)
blocks_of = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(Quotation, st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            Listing,
            st.booleans(),
            st.lists(st.lists(inner, max_size=3).map(tuple), max_size=3).map(tuple),
            st.one_of(st.just(1), st.integers(0, 10**10)),
        ),
    ),
    max_leaves=6,
)


@unhurried
@given(runs_of)
@example((Text("a", bold=True), Text("b", italic=True)))
@example((Text("a"), Text('"b"', bold=True), Text("c")))
@example((Text("a "), Text(" b ", bold=True), Text("c")))
@example((Text("a", bold=True), Text("b", italic=True), Text("c", bold=True), Text("d")))
@example((Text("a", bold=True), Text("b", italic=True), *(Text("c", b, code=True) for b in (1, 0))))
@example((Text("http"), Text("://evil.example", bold=True)))
@example((Text("see!"), Text("here", link="https://example.org")))
@example((NoteMark(1), Text("(http://evil.example)")))
@example((NoteMark(1), Text(": http://evil.example")))
def test_a_reader_sees_the_same_words_in_the_same_looks(runs: Runs):
    assert read(shown(Paragraph(runs))) == meant(runs)


@unhurried
@given(st.lists(blocks_of, max_size=4))
@example([Listing(False, ((Listing(False, ((Listing(False, ((),)),),)),),))])
@example([Listing(False, ((paragraph("a"),),)), Listing(False, ((paragraph("b"),),))])
def test_blocks_inside_each_other_say_the_same_words_in_order(blocks: list[Block]):
    made = brief(*blocks)
    title, *rest = to_markdown(made).split("\n", 1)
    assert title == "# A brief"
    # "\\|" as code has no form that all readers of tables understand, and is plain there.
    seen, said = (
        [(char, bold, italic, link) for char, bold, italic, _, link in chars]
        for chars in (read(rest[0]), body_of(made))
    )
    assert seen == said


@unhurried
@given(st.lists(st.tuples(st.lists(plain_texts, max_size=3), st.none() | letters), max_size=3))
@example([([Text("word")], None), ([Text("word")], "b")])
@example([([Text('word "title"')], None)])
@example([([Text("\nword")], None)])
def test_notes_say_the_same_words_where_notes_are_unknown(drawn: list):
    notes = tuple(note(number, *runs, quote=quote) for number, (runs, quote) in enumerate(drawn, 1))
    made = brief(notes=notes)
    assert read(to_markdown(made).split("\n", 1)[1]) == body_of(made)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_its_characters(text: str):
    for block, inside in (
        (paragraph(text), "paragraph_open"),
        (Subheading(1, words(text)), "heading_open"),
        (Table(words(text) and (words(text),), ((words(text),),)), "table_open"),
        (Listing(False, ((paragraph(text),),)), "bullet_list_open"),
    ):
        markdown = shown(block)
        assert parsed(markdown)[0].type == inside
        assert read(markdown) == of_block(block)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_address_stands_bare(text: str):
    assert not re.search(r"(?i)https?://|www\.|mailto:|[a-z]@[a-z]", shown(paragraph(text)))


def test_the_parts_stand_in_order_under_their_headings():
    markdown = to_markdown(sample())
    headings = re.findall(r"^(#+) (.*)$", markdown, re.M)
    assert headings == [
        ("#", r"Growth in the north: \<b\>what\</b\> the sources say"),
        ("##", "Bottom line"),
        ("##", "What happened"),
        ("###", "A heading below"),
        ("#####", r"Deeper by two \# \#"),
        ("##", "In other scripts"),
        ("##", "Sources"),
        ("##", "Source summary statement"),
        ("##", "Questions the sources do not answer"),
    ]
    assert "\n\n**Internal – not for publication**\n\nAna Öztürk · 2026-03-01\n\n" in markdown


def test_parts_without_content_have_no_heading():
    assert to_markdown(brief(paragraph("a"))) == "# A brief\n\na\n"


def test_what_was_left_out_is_not_exported():
    assert "never exported" not in to_markdown(sample())


def test_notes_are_called_where_they_belong_and_defined_at_the_end_in_order():
    markdown = to_markdown(sample())
    assert re.findall(r"^\[\^(\d)\]:", markdown, re.M) == ["1", "2", "3", "4", "5"]
    assert sorted(re.findall(r"\[\^(\d)\](?!:)", markdown)) == ["1", "2", "3", "4", "5"]
    assert r"| Year | Value \| unit | **Note**[^4] |" in markdown
    assert "| 2024 | **12 %**[^5] | a b |" in markdown


def test_quotes_in_notes_are_exact():
    made = brief(notes=tuple(note(number, "See.", quote=quote) for number, quote in QUOTES.items()))
    lines: dict[int, str] = {}
    for token in parsed(to_markdown(made)):
        if token.type == "inline" and token.content.startswith("[^"):
            text = "".join("\n" if c.type == "hardbreak" else c.content for c in token.children)
            lines[int(text[2])] = text
    assert lines == {n: f"[^{n}]: See. “{quote}”" for n, quote in QUOTES.items()}


def test_lists_keep_their_start_and_their_depth():
    markdown = shown(
        Listing(True, ((paragraph("c"), Listing(False, ((paragraph("in"),),))),), start=3),
        Listing(True, ((paragraph("a"),),)),
    )
    assert markdown == "3. c\n   - in\n\n1) a\n"


def test_ordered_lists_that_cannot_follow_at_once_stand_apart():
    markdown = shown(
        Listing(False, ((paragraph("a"), Listing(True, ((paragraph("b"),),), start=2)),))
    )
    assert markdown == "- a\n\n  2. b\n"


def test_a_link_whose_words_are_its_address_is_short():
    assert shown(paragraph(Text(LONG_URL, link=LONG_URL))) == f"<{LONG_URL}>\n"
    link = "https://example.org/a_(b)?c&copy;"
    assert shown(paragraph(Text("a]b", link=link))) == (
        r"[a\]b](<https://example.org/a_(b)?c&amp;copy;>)" + "\n"
    )


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "ftp://x.org", "//x.org", "http://", "https:///x", "http://[x", "x", "",
     "http://x.org:99999/", "http://a b.org/", "data:text/html,x", None],
)  # fmt: skip
def test_only_addresses_of_the_web_are_links(link: str | None):
    assert address(link) is None


def test_an_address_holds_nothing_that_could_end_it():
    assert address(' https://x.org/a b"<>|\\^`{}%zz%41é\u202e ') == (
        "https://x.org/a%20b%22%3C%3E%7C%5C%5E%60%7B%7D%25zz%41é%E2%80%AE"
    )


def test_the_same_manuscript_gives_the_same_text():
    assert to_markdown(many(5, 20)) == to_markdown(many(5, 20))

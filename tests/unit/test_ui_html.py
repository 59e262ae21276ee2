"""Foreign text on the page: nothing of it runs, loads or reorders, and nothing of it is lost."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ui.html import direction, element, excerpt, fragment, isolated, marked

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "' onmouseover='alert(1)",
    "</blockquote></div><style>*{display:none}</style>",
    "&lt;b&gt; &amp; &#60;",
    "\u202egnp.exe\u202c \u2066 unclosed",
]
# Texts that are made of what could do harm more often than chance would have it.
texts = st.lists(st.one_of(st.text(max_size=8), st.sampled_from([*HOSTILE, " ", "\n"]))).map(
    "".join
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Page(HTMLParser):
    """What a browser makes of markup: elements, attributes, text, and what is inside marks."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.marks: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "mark" in self._open:
            self.marks[-1] += data


def safe(text):
    return _SURROGATES.sub("\ufffd", text)


@given(texts)
def test_any_text_comes_out_as_the_same_text_and_no_element_of_its_own(text):
    page = Page(isolated(text))
    assert page.text == safe(text)
    assert page.elements == {"bdi"}
    assert page.attributes == {"dir"}


@given(texts)
def test_any_text_is_safe_as_the_value_of_an_attribute(text):
    page = Page(element("span", "x", title=text))
    assert page.elements == {"span"}
    assert page.attributes == {"title"}
    assert page.text == "x"


@given(texts)
def test_escaped_text_holds_none_of_the_characters_that_markup_is_made_of(text):
    escaped = fragment(text)
    assert not set("<>\"'") & set(escaped)


@given(texts, st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6))
def test_marking_keeps_the_text_and_marks_just_the_spans(text, spans):
    page = Page(marked(text, spans))
    assert page.text == safe(text)
    assert page.elements <= {"div", "bdi", "mark"}
    wanted = {place for start, end in spans for place in range(max(0, start), min(len(text), end))}
    assert "".join(page.marks) == safe("".join(text[place] for place in sorted(wanted)))


@given(texts.filter(bool), st.data(), st.integers(0, 50))
def test_an_excerpt_marks_the_quote_and_nothing_else(text, data, around):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    page = Page(excerpt(text, [(7, start, end)], around=around, anchor="source"))
    assert page.marks == [safe(text[start:end])]
    assert page.elements <= {"blockquote", "bdi", "mark", "span"}


def test_overlapping_and_touching_spans_are_one_mark():
    assert Page(marked("one two three", [(0, 5), (4, 7), (7, 9)])).marks == ["one two t"]


def test_spans_outside_the_text_are_cut_and_empty_ones_left_out():
    assert Page(marked("short", [(-3, 2), (4, 99), (3, 3), (4, 2)])).marks == ["sh", "t"]


def test_an_excerpt_is_cut_between_words_and_says_so():
    text = "alpha beta gamma delta epsilon zeta eta"
    page = Page(excerpt(text, [(1, 17, 22)], around=8, anchor="source"))
    assert page.marks == ["delta"]
    assert page.text == "… gamma [1]delta epsilon …"


def test_an_excerpt_at_the_ends_of_a_text_has_no_ellipsis():
    page = Page(excerpt("all of it", [(1, 0, 9)], around=8, anchor="source"))
    assert page.text == "[1]all of it"


def test_quotes_of_one_text_share_an_excerpt_each_with_its_number():
    page = Page(excerpt("One. Two. Three.", [(2, 0, 4), (1, 10, 16)], around=5, anchor="source"))
    assert page.marks == ["One.", "Three."]
    assert page.text == "[2]One. Two. [1]Three."


def test_a_word_longer_than_the_surroundings_is_cut_where_they_end():
    text = "x" * 100 + "QUOTE" + "y" * 100
    page = Page(excerpt(text, [(1, 100, 105)], around=10, anchor="source"))
    assert page.text == "… " + "x" * 10 + "[1]QUOTE" + "y" * 10 + " …"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "ltr"),
        ("2024: 17 %", "ltr"),
        ("plain", "ltr"),
        ("“مرحبا” he said", "rtl"),
        ("שלום", "rtl"),
        ("中文 (عربي)", "ltr"),
    ],
)
def test_the_first_letter_with_a_direction_decides(text, wanted):
    assert direction(text) == wanted


def test_each_piece_is_isolated_so_that_an_override_cannot_reach_the_next():
    assert marked("a\u202eb c", [(0, 1)]).count("<bdi") == 2


def test_markup_of_ours_is_not_escaped_twice():
    inner = element("strong", "a < b")
    assert element("p", inner) == "<p><strong>a &lt; b</strong></p>"


def test_markup_that_went_through_string_operations_is_foreign_again():
    assert (
        element("p", element("strong", "x") + "<b>")
        == "<p>&lt;strong&gt;x&lt;/strong&gt;&lt;b&gt;</p>"
    )


@pytest.mark.parametrize("name", ["script", "img", "iframe", "style", "svg"])
def test_elements_that_run_or_load_cannot_be_made(name):
    with pytest.raises(ValueError, match="no element"):
        element(name, "x")


@pytest.mark.parametrize("name", ["onclick", "src", "style", "srcset"])
def test_attributes_that_run_or_load_cannot_be_made(name):
    with pytest.raises(ValueError, match="no attribute"):
        element("a", "x", **{name: "y"})


@pytest.mark.parametrize("target", ["https://example.org", "javascript:alert(1)", "/x", ""])
def test_links_lead_only_inside_the_page(target):
    with pytest.raises(ValueError, match="leads out"):
        element("a", "x", href=target)

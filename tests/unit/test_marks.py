"""A model's reply as plain sentences with the passages they cite; nothing else gets through."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.marks import MAX_REPLY_CHARS, Reply, read_reply

TEN = range(1, 11)


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.text, one.cites) for one in read_reply(text, TEN).sentences]


@pytest.mark.parametrize(
    ("mark", "cites"),
    [
        ("[7]", (7,)),
        ("[1,3]", (1, 3)),
        ("[1, 3]", (1, 3)),
        ("[1][3]", (1, 3)),
        ("[1-3]", (1, 2, 3)),
        ("[2–4]", (2, 3, 4)),
        ("[1 to 3]", (1, 2, 3)),
        ("【2】", (2,)),
        ("【2†source】", (2,)),
        ("[^1]", (1,)),
        ("(source 2)", (2,)),
        ("(sources 1 and 3)", (1, 3)),
        ("(see passage 4)", (4,)),
        ("[Source 2, Source 5]", (2, 5)),
        ("[[5]]", (5,)),
        ("[3; 3]", (3,)),
    ],
)
def test_marks_of_every_form_are_read_and_taken_out(mark: str, cites: tuple[int, ...]):
    for text in (f"The bridge fell {mark}.", f"The bridge fell. {mark}", f"The bridge fell.{mark}"):
        assert said(text) == [("The bridge fell.", cites)]


def test_a_mark_belongs_to_the_sentence_before_it_but_at_the_start_of_a_line():
    text = "The bridge fell. [1] It was old. [2]\n[3] Nobody died.[4]Berg paid [5]."
    assert said(text) == [
        ("The bridge fell.", (1,)),
        ("It was old.", (2,)),
        ("Nobody died.", (3, 4)),
        ("Berg paid.", (5,)),
    ]


def test_a_sentence_without_a_mark_knows_those_that_follow_in_its_paragraph():
    reply = read_reply("The bridge fell. It was old. [2]\n\nNobody died.", TEN)
    assert [one.near for one in reply.sentences] == [(2,), (), ()]
    assert [one.cites for one in reply.sentences] == [(), (2,), ()]


def test_numbers_that_no_passage_has_are_left_out_and_told():
    reply = read_reply("The bridge fell [1][12]. Berg paid [99].", TEN)
    assert [one.cites for one in reply.sentences] == [(1,), ()]
    assert reply.unknown == ("[12]", "[99]")


def test_years_and_words_in_brackets_are_no_marks():
    text = 'She said: "It fell [in 2009] and [they] left [2010]." [1]'
    assert said(text) == [('She said: "It fell [in 2009] and [they] left [2010]."', (1,))]


def test_lists_headings_and_emphasis_become_plain_sentences():
    text = (
        "## Answer\n\n**In short:**\n- **The bridge** fell [1].\n2. It was *very* `old` [2].\n\n---"
        "\n> Berg paid [3]."
    )
    assert said(text) == [
        ("The bridge fell.", (1,)),
        ("It was very old.", (2,)),
        ("Berg paid.", (3,)),
    ]


def test_notes_at_the_end_are_no_sentences():
    text = (
        "The bridge fell [^1].\n\n[^1]: The Karsk Post.\n\n**Sources:**\n1. The Karsk Post\n2. It"
    )
    assert said(text) == [("The bridge fell.", (1,))]


def test_addresses_pictures_and_markup_do_not_get_through():
    text = (
        "Look ![x](http://evil.example/p.png) at [this](https://evil.example) or "
        "https://evil.example/a?b=1 or www.evil.example or evil.example/pay <img src=x onerror=y> "
        "&lt;b&gt;now&amp;lt;i&amp;gt; javascript:alert(1) [1]."
    )
    reply = read_reply(text, TEN)
    whole = " ".join(one.text for one in reply.sentences)
    for banned in ("http", "evil", "<", ">", "javascript", "onerror"):
        assert banned not in whole
    assert reply.removed["picture"] == 1
    assert reply.removed["address"] == 5
    assert reply.removed["markup"] == 3


def test_what_stands_in_a_script_is_no_sentence():
    assert said("Berg paid [1]. <script>Send it [2].</script>") == [("Berg paid.", (1,))]


def test_a_name_with_a_dot_is_a_name():
    assert said("Booking.com sold Dr. Holm 12.4 per cent of U.S. firms [1].") == [
        ("Booking.com sold Dr. Holm 12.4 per cent of U.S. firms.", (1,))
    ]


def test_characters_without_a_shape_are_taken_out_and_counted():
    reply = read_reply("The br\u200bidge\u202e fell\u0007 [1].", TEN)
    assert [one.text for one in reply.sentences] == ["The bridge fell."]
    assert reply.removed == {"invisible character": 3}


@pytest.mark.parametrize(
    "text",
    [
        "The sources do not say who paid.",
        "None of the passages mentions a price.",
        "The price is not given in the provided sources.",
        "I cannot find an answer.",
        "There is no information on this in the passages.",
    ],
)
def test_what_the_sources_do_not_say_is_told_apart(text: str):
    (one,) = read_reply(text, TEN).sentences
    assert one.silent


@pytest.mark.parametrize(
    "text", ["The ministry does not say who paid [1].", "The source of the river is not known [1]."]
)
def test_what_somebody_else_does_not_say_is_a_claim(text: str):
    (one,) = read_reply(text, TEN).sentences
    assert not one.silent


def test_words_about_the_passages_are_cut_from_the_front():
    text = "Based on the provided passages, the mayor resigned [1]."
    assert said(text) == [("The mayor resigned.", (1,))]


def test_other_scripts_keep_their_sentences():
    assert said("橋は落ちた。【1】誰も死ななかった。【2】") == [
        ("橋は落ちた。", (1,)),
        ("誰も死ななかった。", (2,)),
    ]


def test_an_empty_reply_has_no_sentences():
    assert read_reply("", TEN) == Reply(())
    assert read_reply(" \n[1]\n ... \n", TEN).sentences == ()


def test_a_huge_reply_is_cut_and_says_so():
    reply = read_reply("The bridge fell [1]. " * 20_000, TEN)
    assert reply.cut
    assert 0 < len(reply.sentences) <= MAX_REPLY_CHARS // 16


@pytest.mark.parametrize(
    "text",
    ["[" * 40_000, "(source " * 5_000, "<a" * 20_000, "![" * 20_000, "*" * 40_000, "a." * 20_000],
)
def test_hostile_repetition_takes_no_time(text: str):
    started = time.perf_counter()
    read_reply(text, TEN)
    assert time.perf_counter() - started < 5


@given(st.text(max_size=400))
def test_any_reply_is_read(text: str):
    for one in read_reply(text, TEN).sentences:
        assert one.text == " ".join(one.text.split())
        assert set(one.cites) <= set(TEN)

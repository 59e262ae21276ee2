"""Answers as text to paste: nothing of a source becomes markup, nothing of it is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.types import Answer, AnswerSentence, Citation
from rag.ui.copying import escaped_label, markdown, plain

SOURCE = Citation(
    number=1,
    document="d",
    version="v",
    chunk="c",
    source="log.txt",
    title="The *log*",
    publisher=None,
    published="1911-11",
    published_precision="month",
    url="https://example.org/a_b",
    page=4,
    page_end=4,
    start=0,
    end=20,
    quote="It <b>went</b>\nout.",
)
ANSWER = Answer(
    id="a" * 12,
    question="When? [now]",
    query="When?",
    asked_at="2026-11-25T08:00:00Z",
    mode="extractive",
    model=None,
    abstained=False,
    reason=None,
    confidence=0.8,
    threshold=0.4,
    notices=(),
    short_answer=None,
    sentences=(AnswerSentence("It <b>went</b>\nout.", "answer", (1,)),),
    citations=(SOURCE,),
    passages=(),
    dropped=(),
    seconds={},
)


def test_markdown_has_a_footnote_with_source_and_quote():
    assert markdown(ANSWER) == (
        "**When? \\[now\\]**\n"
        "\n"
        "It \\<b\\>went\\</b\\> out.[^1]\n"
        "\n"
        "[^1]: The \\*log\\*, publisher unknown, November 1911 (day unknown), page 4, "
        "https://example.org/a\\_b. “It \\<b\\>went\\</b\\> out.”\n"
    )


def test_plain_text_has_its_sources_beneath_it():
    assert plain(ANSWER) == (
        "When? [now]\n"
        "\n"
        "It <b>went</b> out. [1]\n"
        "\n"
        "Sources\n"
        "[1] The *log*, publisher unknown, November 1911 (day unknown), page 4, "
        "https://example.org/a_b. “It <b>went</b> out.”\n"
    )


@pytest.mark.parametrize("form", [markdown, plain])
def test_silence_is_copied_as_silence(form):
    silent = replace(ANSWER, abstained=True, reason="The corpus does not say: no.", sentences=())
    assert form(silent).endswith("The corpus does not say: no.\n")


@given(
    st.lists(
        st.one_of(
            st.text(max_size=6),
            st.sampled_from(
                ["1. ", "- ", "# ", "> ", "<b>", "![x](http://e)", "[x]: y", "&amp;", "**", "`",
                 "|", "~~", "\n", "    ", "---", "===", "$x$"]
            ),
        ),
        max_size=8,
    ).map("".join)
)  # fmt: skip
def test_words_of_a_source_stay_words_in_markdown(text):
    given_answer = replace(
        ANSWER,
        sentences=(AnswerSentence(f"x{text}", "answer", ()), AnswerSentence(text, "answer", (1,))),
    )
    body = markdown(given_answer).split("\n")[2].removesuffix("[^1]")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(body)
    kinds = {token.type for token in tokens}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}
    inner = {child.type for token in tokens for child in token.children or ()}
    assert inner <= {"text", "text_special"}


def test_a_label_holds_no_markdown_icon_or_colour():
    assert escaped_label(":red[x] :smile: **b** $y$\n`c`") == (
        "\\:red\\[x\\] \\:smile\\: \\*\\*b\\*\\* \\$y\\$ \\`c\\`"
    )

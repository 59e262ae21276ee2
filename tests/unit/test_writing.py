"""A model writes, every sentence is checked, what fails is written anew once or left out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from pydantic import Field

from rag.chat import ChatModel, Limits
from rag.checking import Checker
from rag.errors import ConfigurationError, GenerationError
from rag.store import Text
from rag.support import Supporter
from rag.types import Block, Passage
from rag.writing import MAX_SHOWN, Draft, Settled, Token, Writer
from words import Words

TEXT = (
    "The bridge of Karsk fell on 3 May 2024. Nobody was hurt. Judge Tamsin Roe led the inquiry. "
    "It found that 12.4 per cent of the cables had rusted. The mayor denied that he had known."
)
PASSAGE = Passage(
    rank=1,
    score=0.5,
    dense=0.5,
    lexical=3.0,
    document="d1",
    version="v1",
    chunk="c1",
    source="v1.txt",
    title="The bridge of Karsk",
    publisher=None,
    published=None,
    published_precision=None,
    url=None,
    page=None,
    page_end=None,
    start=0,
    end=len(TEXT),
    text=TEXT,
)


QUESTION = "What fell, and was nobody hurt?"


def text_of(_: str) -> Text:
    return Text(TEXT, (Block("paragraph", 0, len(TEXT)),), ())


class Model(GenericFakeChatModel):
    """Says its lines and keeps what it was asked."""

    asked: list[Any] = Field(default_factory=list)

    def _generate(self, messages: Any, *rest: Any, **more: Any) -> Any:
        self.asked.append([message.content for message in messages])
        return super()._generate(messages, *rest, **more)


def writer_of(*replies: str, window: int = 8000, **settings: Any) -> tuple[Writer, Model]:
    model = Model(messages=iter(replies), asked=[])
    limits = Limits(window_tokens=window, max_retries=0)
    chat = ChatModel.of(model, name="fake:model", host="127.0.0.1:1", limits=limits)
    return Writer(chat, Checker(Supporter(Words()), text_of), **settings), model


def write(*replies: str, passages: Sequence[Passage] = (PASSAGE,), **settings: Any) -> Draft:
    return writer_of(*replies, **settings)[0].write(QUESTION, passages)


def shown(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def test_what_holds_is_shown_with_its_words_and_verdict():
    draft = write("The bridge of Karsk fell on 3 May 2024 [1]. Nobody was hurt [1].")
    assert shown(draft) == ["The bridge of Karsk fell on 3 May 2024.", "Nobody was hurt."]
    assert [sentence.verdict for sentence in draft.sentences] == ["supported", "supported"]
    (citation,) = draft.sentences[1].citations
    assert (citation.passage, citation.quote) == (1, "Nobody was hurt.")
    assert draft.confidence > 0.5
    assert draft.notices == ()
    writing = draft.writing
    assert (writing.model, writing.given, len(writing.replies)) == ("fake:model", (1,), 1)
    assert all(row.shown for row in writing.sentences)


def test_what_fails_is_given_back_once_with_what_failed():
    writer, model = writer_of(
        "The bridge fell on 5 May 2024 [1]. Nobody was hurt [1].",
        "A: The bridge of Karsk fell on 3 May 2024 [1].",
    )
    draft = writer.write(QUESTION, [PASSAGE])
    assert shown(draft) == ["The bridge of Karsk fell on 3 May 2024.", "Nobody was hurt."]
    assert [row.anew for row in draft.writing.sentences] == [True, False]
    assert draft.writing.given_back == (0,)
    assert len(model.asked) == 2
    assert "5 May 2024" in model.asked[1][-1]
    assert "Nobody" not in model.asked[1][-1]


@pytest.mark.parametrize("second", ["A: DROP", "nonsense", "A: It fell on 7 May 2024 [1]."])
def test_what_fails_again_is_left_out_and_listed(second: str):
    draft = write("Nobody was hurt [1]. The bridge of Karsk fell on 5 May 2024 [1].", second)
    assert shown(draft) == ["Nobody was hurt."]
    assert draft.notices == ("1 sentence of the model's failed the checks and was left out.",)
    lost = draft.writing.sentences[1]
    assert not lost.shown
    assert lost.failed


def test_a_person_may_see_what_is_not_supported_but_never_what_is_contradicted():
    replies = (
        "Whales sang all night [1]. The bridge of Karsk fell on 5 May 2024 [1].",
        "A: DROP\nB: DROP",
    )
    assert shown(write(*replies)) == []
    marked = write(*replies, unsupported="mark")
    assert [row.verdict for row in marked.writing.sentences] == ["not supported", "contradicted"]
    assert shown(marked) == ["Whales sang all night."]
    assert marked.sentences[0].verdict == "not supported"


def test_sentences_about_what_is_missing_are_kept_apart():
    draft = write("Nobody was hurt [1]. The sources do not say who paid.")
    assert shown(draft) == ["Nobody was hurt."]
    assert draft.silent == ("The sources do not say who paid.",)
    nothing = write("The sources do not say.")
    assert (shown(nothing), nothing.writing.sentences) == ([], ())


def test_a_sentence_is_shown_once_and_not_more_of_them_than_an_answer_has():
    once = write("Nobody was hurt [1]. Nobody was hurt [1].")
    assert shown(once) == ["Nobody was hurt."]
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    many = " ".join(f"Nobody was hurt, {word} [1]." for word in words * 2)
    assert len(shown(write(many, "A: DROP"))) <= MAX_SHOWN
    assert not any("failed" in notice for notice in once.notices)
    long = write("Nobody was hurt [1]. " * 41)
    assert any("first 40 sentences" in notice for notice in long.notices)


def test_everything_that_happened_is_heard_in_order():
    heard: list[Any] = []
    writer, _ = writer_of("Nobody was hurt [1].")
    writer.write("Who was hurt?", [PASSAGE], listen=heard.append)
    tokens = [event.text for event in heard if isinstance(event, Token)]
    assert "".join(tokens) == "Nobody was hurt [1]."
    assert isinstance(heard[-1], Settled)
    assert heard[-1].sentence.verdict == "supported"


def test_a_model_that_is_stopped_has_what_it_wrote_checked():
    writer, model = writer_of("Nobody was hurt [1]. The bridge of Karsk fell on 5 May 2024 [1].")
    calls: Iterator[bool] = iter([False] * 12)
    draft = writer.write("What?", [PASSAGE], stopped=lambda: next(calls, True))
    assert draft.writing.finish == "stopped"
    assert len(model.asked) == 1
    assert any("stopped" in notice for notice in draft.notices)


def test_marks_and_addresses_that_were_dropped_are_told():
    draft = write("Nobody was hurt [1][7]. See https://evil.example [1].", "A: DROP")
    assert any("[7]" in notice for notice in draft.notices)
    assert any("1 address" in notice for notice in draft.notices)
    assert draft.writing.removed == {"address": 1}


def test_passages_that_do_not_fit_are_named():
    four = [replace(PASSAGE, rank=rank) for rank in (1, 2, 3, 4)]
    draft = write("Nobody was hurt [1].", passages=four, window=1250, reply_tokens=100)
    assert draft.writing.given == (1, 2, 3)
    assert draft.notices == ("Passages that did not fit into what the model can read: 4.",)


def test_a_model_that_fails_raises_and_one_that_fails_at_mending_does_not():
    with pytest.raises(GenerationError):
        write("")
    draft = write("Nobody was hurt [1]. It fell on 5 May 2024 [1].", "")
    assert shown(draft) == ["Nobody was hurt."]
    assert any("could not be written anew" in notice for notice in draft.notices)


def test_kept_replies_are_checked_again_without_a_model():
    first = write(
        "The bridge fell on 5 May 2024 [1]. Nobody was hurt [1].",
        "A: The bridge of Karsk fell on 3 May 2024 [1].",
    )
    replayer = Writer(None, Checker(Supporter(Words()), text_of))
    assert not replayer.writes
    again = replayer.replay(QUESTION, first.writing, [PASSAGE])
    assert again.sentences == first.sentences
    assert again.writing == first.writing
    with pytest.raises(ConfigurationError, match="RAG_CHAT_MODEL"):
        replayer.write(QUESTION, [PASSAGE])

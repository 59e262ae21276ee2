"""Answers of a chat model over a real index, through a real server on loopback."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chat_server import ChatServer, Scripted, fails, says, streams
from rag.asking import Found, Watch
from rag.types import Answer
from rag.writing import Settled, Token

HARBOUR = """---
title: Harbour notice
publisher: Velm Gazette
published: 2021-05-03
---

Captain Orla Venn closed the harbour of Velm on 2 May 2021. Nine ferries were sent to Karsk.
"The quay is not safe," said Judge Tamsin Roe. The miller denied that he had been warned.
"""
QUESTION = "Who closed the harbour of Velm?"
TRUE = "Captain Orla Venn closed the harbour of Velm [1]."


@pytest.fixture(scope="module")
def indexed(module_place):
    module_place.write("harbour.md", HARBOUR)
    module_place.write("mill.md", "# The mill\n\nThe mill of Karsk burned down in 1907.\n")
    module_place.open().index()
    return module_place


@pytest.fixture
def asked(indexed, monkeypatch) -> Callable[..., tuple[Answer, ChatServer]]:
    def ask(*script: Scripted, watch: Watch | None = None, **settings: Any):
        with ChatServer(script) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            settings = {"chat_model": "openai:scripted", "chat_max_retries": 0, **settings}
            pipeline = indexed.open(**settings)
            return pipeline.ask(QUESTION, watch=watch), server

    return ask


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_an_answer_is_written_checked_cited_and_kept(asked, indexed, holds):
    answer, server = asked(says(TRUE, " Nine ferries were sent to Karsk [1].", usage=(900, 20)))
    assert (answer.mode, answer.model, answer.abstained) == ("chat", "openai:scripted", False)
    assert texts(answer) == [
        "Captain Orla Venn closed the harbour of Velm.",
        "Nine ferries were sent to Karsk.",
    ]
    assert (
        answer.citations[0].quote == "Captain Orla Venn closed the harbour of Velm on 2 May 2021."
    )
    assert (answer.writing.tokens_in, answer.writing.tokens_out) == (900, 20)
    assert set(answer.seconds) == {"retrieve", "write", "answer"}
    holds(indexed.data, answer.to_dict())
    kept = indexed.open().store.answers.get(answer.id)
    assert kept == answer
    (request,) = server.requests
    told = request.body["messages"][1]["content"]
    assert "Title: Harbour notice\nPublisher: Velm Gazette\nPublished: 2021-05-03" in told
    assert told.endswith(f"Question: {QUESTION}")


def test_what_a_model_changes_never_reaches_the_person(asked):
    answer, server = asked(
        says(
            f"{TRUE} She closed it on 5 May 2021 [1]. Nineteen ferries were sent to Karsk [1]. "
            'Judge Tamsin Roe said: "The quay is safe." [1] The miller admitted that he had been '
            "warned [1]. It cost 4 million crowns [1]."
        ),
        says("A: DROP\nB: DROP\nC: DROP\nD: DROP\nE: DROP"),
    )
    assert texts(answer) == ["Captain Orla Venn closed the harbour of Velm."]
    assert "5 sentences of the model's failed the checks and were left out." in answer.notices
    assert all(row.failed for row in answer.writing.sentences if not row.shown)
    assert len(server.requests) == 2


def test_a_model_that_obeys_a_document_gets_nothing_through(asked):
    answer, _ = asked(
        says(
            "Visit https://evil.example/pay now [1]. ![x](https://evil.example/p.png) "
            "<script>alert(1)</script> The password is 1234 [1]. " + TRUE
        ),
        says("A: DROP\nB: DROP"),
    )
    whole = json.dumps([sentence.text for sentence in answer.sentences])
    assert texts(answer) == ["Captain Orla Venn closed the harbour of Velm."]
    assert "evil" not in whole


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ([fails(429)], "rate"),
        ([fails(500)], "500"),
        ([streams([b"data: nonsense\n\n"])], "scripted"),
        ([says("")], "empty"),
        ([says("Captain", finish=None, cut=True)], "scripted"),
    ],
)
def test_where_the_model_fails_the_sources_answer_and_it_is_said(asked, script, why: str):
    answer, _ = asked(*script)
    assert answer.mode == "extractive"
    assert texts(answer)[0].startswith("Captain Orla Venn closed")
    assert why in answer.notices[0].casefold()
    assert answer.notices[0].endswith("These are the sources' own sentences instead.")


def test_a_model_that_finds_nothing_abstains(asked):
    answer, _ = asked(says("The sources do not say."))
    assert answer.abstained
    assert answer.reason == ("The corpus does not say: the model found no answer in the passages.")
    assert answer.passages


def test_what_a_model_says_of_silence_is_not_repeated(asked):
    answer, _ = asked(says(f"{TRUE} The sources do not say why, but Holm is a thief and must pay."))
    assert texts(answer) == ["Captain Orla Venn closed the harbour of Velm."]
    missing = "The model says that the passages do not answer all of the question."
    assert missing in answer.notices
    assert not any("thief" in notice for notice in answer.notices)


def test_an_answer_of_which_nothing_holds_abstains(asked):
    answer, _ = asked(says("Whales closed it [1]."), says("A: DROP"))
    assert answer.abstained
    assert "the one sentence that the model wrote failed the checks" in answer.reason
    assert not answer.citations


def test_sources_come_first_then_words_then_verdicts(asked):
    heard: list[Any] = []
    asked(says("Captain Orla Venn ", "closed the harbour of Velm [1]."), watch=Watch(heard.append))
    kinds = [type(event) for event in heard]
    assert kinds[0] is Found
    assert kinds[1:-1] == [Token] * (len(kinds) - 2)
    assert kinds[-1] is Settled


def test_a_kept_answer_is_checked_again_without_its_model(asked, indexed, rag):
    answer, _ = asked(says(f"{TRUE} It cost 4 million crowns [1]."), says("A: DROP"))
    status, out, err = rag(indexed, "ask", "--json", "--replay", answer.id)
    again = json.loads(out)
    assert (status, err) == (0, "")
    assert again["sentences"] == answer.to_dict()["sentences"]
    assert again["writing"] == answer.to_dict()["writing"]
    assert again["notices"] == list(answer.notices)
    status, out, _ = rag(indexed, "show", answer.id)
    assert status == 0
    assert "Left out of what the model wrote, 1 sentence:" in out
    assert "It cost 4 million crowns." in out
    assert "written by openai:scripted" in out


def test_the_command_shows_what_a_model_would_be_told(indexed, rag, monkeypatch):
    with ChatServer([says("x")]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        arguments: Sequence[str] = ("ask", "--chat-model", "openai:scripted", "--show-prompt")
        status, out, err = rag(indexed, *arguments, QUESTION)
        assert (status, err) == (0, "")
        assert server.requests == []
    assert "--- system ---" in out
    assert "Captain Orla Venn closed the harbour of Velm on 2 May 2021." in out
    status, _, err = rag(indexed, "ask", "--show-prompt", QUESTION)
    assert status == 1
    assert "RAG_CHAT_MODEL" in err


def test_a_question_and_a_replay_do_not_go_together(indexed, rag):
    assert rag(indexed, "ask", "--replay", "abcdef", "Who?")[0] == 2
    assert rag(indexed, "ask")[0] == 2
    status, _, err = rag(indexed, "ask", "--replay", "nothing")
    assert status == 1
    assert "no answer is called" in err

"""Answers of a chat model on the page: streamed, checked, stopped; a scripted server speaks."""

from collections.abc import Iterator

import pytest

from chat_server import ChatServer, fails, says
from desk_browser import desk

pytestmark = pytest.mark.browser

SOURCE = "The Gull Rock lamp failed on 14 November 1911 because its oil had frozen in the pipe."
TRUE = "Frozen oil made the Gull Rock lamp fail on 14 November 1911 [1]."
FALSE = "It was lit again in 1950 [1]."
QUESTION = "Why did the Gull Rock lamp fail?"


@pytest.fixture(scope="module")
def model() -> Iterator[ChatServer]:
    with ChatServer([says("")]) as server:
        yield server


@pytest.fixture(scope="module")
def address(tmp_path_factory, model) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "log.md").write_text(
        f"---\ntitle: The log\n---\n\n{SOURCE}\n\nThe boat was late by nine days.\n"
    )
    settings = {
        "RAG_CHAT_MODEL": "openai:scripted",
        "OPENAI_BASE_URL": model.url,
        "OPENAI_API_KEY": "sk-never-shown",
        "RAG_CHAT_MAX_RETRIES": "0",
    }
    with desk(folder, **settings) as started:
        yield started


@pytest.fixture
def visit(visit):
    """The page over an indexed corpus; at its end no key was shown."""
    visit.open()
    if visit.page.get_by_text("Nothing is indexed yet").count():
        visit.page.get_by_role("button", name="Index now").click()
        visit.page.get_by_text("No filters in force").wait_for()
    yield visit
    assert "sk-never-shown" not in visit.page.content()


def script(model, *answers):
    """What the model says from now on."""
    model.requests.clear()
    model.script = list(answers)


def test_words_are_shown_as_unchecked_then_each_sentence_with_its_verdict(visit, model):
    slow = [f"{word} " for word in f"{TRUE} {FALSE}".split()]
    script(model, says(*slow, pause_seconds=0.15), says("A: DROP"))
    page = visit.page
    visit.type_question(QUESTION)
    page.get_by_text("Reading: The log").wait_for()
    page.get_by_text("The model writes; nothing is checked yet.").wait_for()
    assert page.get_by_role("button", name="Stop").is_visible()
    page.locator("p", has_text="kept as").wait_for()
    assert page.get_by_role("button", name="Stop").count() == 0
    article = page.get_by_role("article").inner_text()
    assert "Frozen oil made the Gull Rock lamp fail on 14 November 1911." in article
    assert "1950" not in article
    assert page.locator("mark", has_text="frozen").first.text_content() == SOURCE
    page.get_by_text("Left out of what the model wrote: 1 sentence").click()
    page.get_by_text("It was lit again in 1950").wait_for()
    page.locator("p", has_text="Written by openai:scripted").wait_for()


def test_stop_keeps_what_was_written_by_then_checked(visit, model):
    endless = [f"{word} " for word in TRUE.split()] + ["Nothing ", "more ", "came. "] * 400
    script(model, says(*endless, pause_seconds=0.1), says("A: DROP"))
    page = visit.page
    visit.type_question(QUESTION)
    page.get_by_text("Nothing more came. Nothing more came.").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator("p", has_text="kept as").wait_for(timeout=15_000)
    page.get_by_text("The model was stopped; what it had written by then was checked.").wait_for()
    assert "Frozen oil made the Gull Rock lamp fail" in page.get_by_role("article").inner_text()


def test_looking_around_meanwhile_asks_nothing_twice(visit, model):
    script(model, says(*[f"{word} " for word in TRUE.split()], pause_seconds=0.25))
    page = visit.page
    visit.type_question(QUESTION)
    page.get_by_text("The model writes; nothing is checked yet.").wait_for()
    page.get_by_text("Conversations", exact=True).click()
    page.get_by_label("Search conversations").wait_for()
    page.locator("p", has_text="kept as").wait_for()
    assert len(model.requests) == 1


def test_markup_of_a_model_is_only_text(visit, model):
    hostile = f"{TRUE} <img src=x onerror=alert(1)> ![p](https://evil.example/p.png) [1]."
    script(model, says(hostile), says("A: DROP\nB: DROP"))
    visit.ask(QUESTION)
    assert "Frozen oil" in visit.page.get_by_role("article").inner_text()
    assert visit.page.locator("img[src*=evil], a[href*=evil], img[src=x]").count() == 0


def test_a_model_that_is_gone_leaves_the_sources_own_sentences_and_says_why(visit, model):
    script(model, fails(500, "down"))
    visit.ask(QUESTION)
    visit.page.get_by_text("These are the sources' own sentences instead").wait_for()
    assert SOURCE in visit.page.get_by_role("article").inner_text()


def test_a_key_that_is_refused_is_one_line_and_can_be_tried_again(visit, model):
    script(model, fails(401, "bad key"))
    visit.type_question(QUESTION)
    visit.page.get_by_text("does not accept the key (401); correct OPENAI_API_KEY").wait_for()
    script(model, says(TRUE))
    visit.page.get_by_role("button", name="Ask again").click()
    visit.page.locator("p", has_text="kept as").wait_for()
    assert visit.page.get_by_text("does not accept the key").count() == 0

from dataclasses import replace

import pytest

from rag.errors import ConfigurationError, NotFoundError
from rag.store import open_store
from rag.types import Answer


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


BLANK = Answer(
    id="",
    question="",
    query="",
    asked_at="2026-11-25T08:00:00Z",
    mode="extractive",
    model=None,
    abstained=True,
    reason="The corpus does not say: nothing.",
    confidence=0.0,
    threshold=0.4,
    notices=(),
    short_answer=None,
    sentences=(),
    citations=(),
    passages=(),
    dropped=(),
    seconds={},
)


def asked(store, question, *, to=None, owner="", instead_of=None):
    identity = f"{store.answers.count():012x}"
    store.answers.put(replace(BLANK, id=identity, question=question))
    held = store.conversations.add(identity, to=to, owner=owner, instead_of=instead_of)
    return held, identity


def test_a_conversation_keeps_its_answers_in_order_and_is_called_by_its_first_question(store):
    held, first = asked(store, "Who ordered the tank?")
    again, second = asked(store, "When?", to=held)
    assert again == held
    assert store.conversations.answers(held) == [first, second]
    listed = store.conversations.all("")
    assert [(one.id, one.title, one.n_turns) for one in listed] == [
        (held, "Who ordered the tank?", 2)
    ]
    assert store.conversations.holding(second) == held
    assert store.conversations.holding("nothing") is None


def test_an_answer_asked_again_takes_the_place_of_the_one_before(store):
    held, first = asked(store, "Who?")
    asked(store, "When?", to=held)
    _, anew = asked(store, "Who?", to=held, instead_of=first)
    assert store.conversations.answers(held)[0] == anew
    assert store.answers.get(first).question == "Who?"


def test_conversations_of_another_owner_are_not_listed(store):
    asked(store, "Mine?", owner="one@example.org")
    assert store.conversations.all("two@example.org") == []
    assert store.conversations.all("") == []


def test_the_last_used_comes_first_and_words_of_names_and_questions_find_them(store):
    lamp, _ = asked(store, "Why did the LAMP fail?")
    boat, _ = asked(store, "When did the boat come?")
    asked(store, "And the Straße?", to=lamp)
    assert [one.id for one in store.conversations.all("")] == [lamp, boat]
    assert [one.id for one in store.conversations.all("", containing="strasse lamp")] == [lamp]
    store.conversations.rename(boat, " Supply \n runs ")
    assert [one.title for one in store.conversations.all("", containing="supply")] == [
        "Supply runs"
    ]
    assert [one.id for one in store.conversations.all("", containing="boat")] == [boat]
    assert store.conversations.all("", containing="100%") == []


def test_deleting_takes_the_answers_with_it(store):
    held, first = asked(store, "Who?")
    other, kept = asked(store, "When?")
    store.conversations.delete(held)
    assert [one.id for one in store.conversations.all("")] == [other]
    with pytest.raises(NotFoundError):
        store.answers.get(first)
    assert store.answers.get(kept)
    with pytest.raises(NotFoundError, match="no conversation"):
        store.conversations.get(held)


def test_a_conversation_whose_answers_were_deleted_is_not_listed(store):
    _, first = asked(store, "Who?")
    store.answers.delete([first])
    assert store.conversations.all("") == []


def test_one_deleted_in_another_window_is_begun_anew(store):
    held, _ = asked(store, "Who?")
    store.conversations.delete(held)
    anew, _ = asked(store, "When?", to=held)
    assert anew != held


@pytest.mark.parametrize("name", ["", " \n", "x" * 201])
def test_a_name_has_characters_but_not_too_many(store, name):
    held, _ = asked(store, "Who?")
    with pytest.raises(ConfigurationError, match="1 to 200"):
        store.conversations.rename(held, name)


def test_a_store_of_an_earlier_schema_gets_its_conversations(tmp_path):
    with open_store(tmp_path / "data") as opened:
        store = opened
        store.answers.put(replace(BLANK, id="0" * 12, question="Old?"))
        store.database.connection().executescript(
            "DROP TABLE turns; DROP TABLE conversations; DROP TABLE brief_documents;"
            "DROP TABLE brief_item_uses; DROP TABLE brief_items; DROP TABLE brief_versions;"
            "DROP TABLE briefs; PRAGMA user_version = 2"
        )
    with open_store(tmp_path / "data") as opened:
        assert opened.answers.get("0" * 12).question == "Old?"
        assert asked(opened, "New?")

import sqlite3
from dataclasses import replace

import pytest

import kept_briefs as kept
from rag.brief.editing import add_answer, add_section, renamed, save, with_heads
from rag.errors import ConfigurationError, NotFoundError, StoreError
from rag.store import open_store
from rag.types import Brief


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def brief(store):
    harbour, _ = kept.fill(store)
    answer = kept.harbour_answer(store, harbour)
    return kept.saved(store, lambda one: add_answer(one, answer), author="Ada Berg")


def test_a_brief_comes_back_as_it_was_saved(store, brief):
    assert store.briefs.get(brief.id) == brief
    assert Brief.from_dict(brief.to_dict()) == brief
    assert (brief.version, brief.author) == (2, "Ada Berg")
    [row] = store.briefs.all()
    assert (row.id, row.version, row.n_sections, row.n_items) == (brief.id, 2, 1, 1)


def test_every_version_stays_and_says_what_was_done(store, brief):
    later = save(store, renamed(brief, "1", "The harbour"))
    assert [(row.version, row.note) for row in store.briefs.versions(brief.id)] == [
        (3, "section 1 renamed"),
        (2, "answer to “Who closed the harbour?” added"),
        (1, "made"),
    ]
    assert store.briefs.get(brief.id, version=2) == brief
    assert store.briefs.get(brief.id).sections[0].heading == later.sections[0].heading
    with pytest.raises(NotFoundError, match="versions 1 to 3, and no 9"):
        store.briefs.get(brief.id, version=9)


def test_equal_items_of_versions_are_kept_once(store, brief):
    for n in range(5):
        brief = save(store, renamed(brief, "1", f"Heading {n}"))
    assert store.database.row("SELECT count(*) FROM brief_items")[0] == 1


def test_an_edit_of_an_older_version_is_refused_and_loses_nothing(store, brief):
    first = save(store, with_heads(brief, {"handling": "Internal"}))
    with pytest.raises(StoreError, match=r"at version 3, you edited 2"):
        save(store, with_heads(brief, {"handling": "Public"}))
    assert store.briefs.get(brief.id) == first


def test_a_brief_is_found_by_title_and_by_the_beginning_of_its_id(store, brief):
    assert store.briefs.get("Velm in spring") == brief
    assert store.briefs.get(brief.id[:6]) == brief
    store.briefs.new("Velm in spring")
    with pytest.raises(NotFoundError, match="2 briefs are called"):
        store.briefs.get("Velm in spring")
    for name in ("", "nothing", "%", "_" * 12):
        with pytest.raises(NotFoundError, match="no brief is called"):
            store.briefs.get(name)


def test_a_brief_outlives_the_conversation_of_its_answers(store, brief):
    answer = brief.sections[0].items[0].answer
    conversation = store.conversations.add(answer.id, to=None, owner="")
    store.conversations.delete(conversation)
    with pytest.raises(NotFoundError):
        store.answers.get(answer.id)
    assert store.briefs.get(brief.id).sections[0].items[0].answer == answer


def test_deleting_takes_all_versions_and_what_no_other_brief_uses(store, brief):
    answer = brief.sections[0].items[0].answer
    other = kept.saved(store, lambda one: add_answer(one, answer), title="Another")
    store.briefs.delete(brief.id)
    assert store.briefs.get(other.id) == other
    with pytest.raises(NotFoundError):
        store.briefs.get(brief.id)
    with pytest.raises(NotFoundError, match="was deleted"):
        save(store, add_section(brief, "More"))
    store.briefs.delete(other.id)
    for table in ("brief_items", "brief_versions", "brief_item_uses", "brief_documents"):
        assert store.database.row(f"SELECT count(*) FROM {table}")[0] == 0


def test_the_briefs_that_cite_a_document_are_known(store, brief):
    document = next(iter(brief.sources))
    assert [row.id for row in store.briefs.citing(document)] == [brief.id]
    assert store.briefs.citing("none") == []


@pytest.mark.parametrize("title", ["", " \n ", "x" * 501])
def test_a_title_has_characters_but_not_too_many(store, title):
    with pytest.raises(ConfigurationError, match="1 to 500"):
        store.briefs.new(title)


def test_owners_see_their_own(store, brief):
    theirs = store.briefs.new("Theirs", owner="ben")
    assert [row.id for row in store.briefs.all("ben")] == [theirs.id]
    assert [row.id for row in store.briefs.all("")] == [brief.id]
    assert len(store.briefs.all()) == 2


def test_sources_are_named_as_they_were_known_when_they_were_cited(store, brief):
    document = next(iter(brief.sources))
    store.documents.describe(document, {"title": ["Another title"]})
    again = save(store, add_section(brief, "More"))
    assert again.sources[document].title == "Harbour notice"


def test_a_store_of_an_earlier_schema_gets_its_briefs(tmp_path):
    with open_store(tmp_path / "data") as store:
        connection: sqlite3.Connection = store.database.connection()
        connection.executescript(
            "DROP TABLE brief_documents; DROP TABLE brief_item_uses; DROP TABLE brief_items;"
            "DROP TABLE brief_versions; DROP TABLE briefs; PRAGMA user_version = 3"
        )
    with open_store(tmp_path / "data") as store:
        made = store.briefs.new("New")
        assert store.briefs.get(made.id) == replace(made, sources={}, descriptors={})

import pytest

import kept_briefs as kept
from rag.brief import editing
from rag.brief.citing import resolver
from rag.errors import ConfigurationError, NotFoundError
from rag.store import open_store
from rag.types import AnswerItem, TextItem, citation_key


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def answer(store):
    return kept.harbour_answer(store, kept.fill(store)[0])


@pytest.fixture
def resolve(store):
    return resolver(store)


def headings(brief):
    return [section.heading for section in brief.sections]


def test_an_answer_without_a_section_makes_one_under_its_question(store, answer):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    assert headings(brief) == ["Who closed the harbour?"]
    [item] = brief.sections[0].items
    assert isinstance(item, AnswerItem)
    assert item.answer.passages == ()
    assert item.answer.sentences == answer.sentences


def test_a_section_is_meant_by_heading_number_or_made(store, answer):
    brief = store.briefs.new("B")
    for section in ("First", "Second", "first", "2", "Third"):
        brief = editing.add_answer(brief, answer, section).brief
    assert headings(brief) == ["First", "Second", "Third"]
    assert [len(section.items) for section in brief.sections] == [2, 2, 1]
    with pytest.raises(NotFoundError, match="no place 9; the last one is 3"):
        editing.add_answer(brief, answer, "9")


def test_an_unanswered_question_is_said_to_be_one(store, answer):
    empty = kept.answered(store, "Who paid?", [], identity="b" * 12)
    edited = editing.add_answer(store.briefs.new("B"), empty)
    assert edited.notices == ("The sources do not answer it: the brief will say so.",)


def test_editing_an_answer_makes_it_the_authors_text_with_its_marks(store, answer, resolve):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    [key] = brief.citations()
    words = editing.text_of(editing.item_at(brief, "1.1"))
    assert words == f"“The port master of Velm closed the harbour on 3 May 2021.” [@{key}]"
    edited = editing.with_text(brief, "1.1", f"Closed on 3 May [@{key}].", resolve)
    [item] = edited.brief.sections[0].items
    assert item == TextItem(item.id, f"Closed on 3 May [@{key}].", answer.citations)
    assert edited.notices == ()


def test_a_citation_that_an_edit_drops_is_named(store, answer, resolve):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    [key] = brief.citations()
    edited = editing.with_text(brief, "1.1", "They closed it.", resolve)
    assert edited.notices == (f"No longer cited there: [@{key}] “{answer.citations[0].quote}”",)


def test_a_mark_of_an_earlier_version_can_be_put_back_by_restoring(store, answer, resolve):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    edited = editing.save(store, editing.with_text(brief, "1.1", "They closed it.", resolve))
    back = editing.save(store, editing.restored(edited, store.briefs.get(brief.id, version=2)))
    assert back.version == 4
    assert back.sections == brief.sections


def test_sections_and_items_move_and_go(store, answer, resolve):
    brief = store.briefs.new("B")
    for section in ("One", "Two", "Three"):
        brief = editing.add_text(
            editing.add_section(brief, section).brief, f"Words of {section}", resolve, section
        ).brief
    assert headings(editing.moved(brief, "3", "1").brief) == ["Three", "One", "Two"]
    moved = editing.moved(brief, "1.1", "3.1").brief
    assert [len(section.items) for section in moved.sections] == [0, 1, 2]
    assert moved.sections[2].items[0].text == "Words of One"
    assert editing.moved(brief, "1.1", "3").brief.sections[2].items[1].text == "Words of One"
    assert headings(editing.removed(brief, "2").brief) == ["One", "Three"]
    assert editing.removed(brief, "2.1").brief.sections[1].items == ()
    assert headings(editing.renamed(brief, "2", " Zwei \n").brief) == ["One", "Zwei", "Three"]


@pytest.mark.parametrize("place", ["7", "1.7", "x", "0.1", "1.0", "", "-1", "1.1.1"])
def test_a_place_that_is_not_there_is_named(store, answer, place):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    with pytest.raises(NotFoundError):
        editing.removed(brief, place)
    with pytest.raises(NotFoundError):
        editing.moved(brief, place, "1")
    with pytest.raises(NotFoundError):
        editing.item_at(brief, place)


def test_a_section_cannot_be_moved_into_another(store, answer):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    with pytest.raises(ConfigurationError, match="an item's place"):
        editing.moved(brief, "1", "1.1")


def test_the_bottom_line_is_written_edited_and_taken_away(store, answer, resolve):
    brief = store.briefs.new("B")
    made = editing.with_text(brief, "0", f"Shut. [@{answer.id}#1]", resolve).brief
    assert made.bottom_line.text == f"Shut. [@{citation_key(answer.citations[0])}]"
    assert editing.with_text(made, "0", " ", resolve).brief.bottom_line is None
    assert editing.removed(made, "0").brief.bottom_line is None
    assert editing.item_at(made, "0") == made.bottom_line


def test_heads_are_set_and_taken_away(store):
    brief = store.briefs.new("B", author="A", handling="X")
    made = editing.with_heads(brief, {"date": "25 November 2026", "handling": ""}).brief
    assert (made.date, made.handling, made.author) == ("2026-11-25", None, "A")
    with pytest.raises(ConfigurationError, match="no date that can be read"):
        editing.with_heads(brief, {"date": "03/04/2026"})
    with pytest.raises(ConfigurationError, match="1 to 500"):
        editing.with_heads(brief, {"title": " "})


def test_the_author_describes_a_source_that_is_cited(store, answer):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    document = answer.citations[0].document
    made = editing.described(brief, document, {"hand": "first-hand", "limits": "One witness."})
    again = editing.described(made.brief, document, {"limits": ""}).brief
    assert (again.descriptors[document].hand, again.descriptors[document].limits) == (
        "first-hand",
        None,
    )
    with pytest.raises(NotFoundError, match="cites no document x"):
        editing.described(brief, "x", {"kind": "book"})


def test_refreshing_names_what_is_known_anew_of_which_source(store, answer):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    document = answer.citations[0].document
    store.documents.describe(
        document, {"title": ["Notice of the port master"], "authors": ["O. Venn"]}
    )
    edited = editing.refreshed(store, brief)
    assert edited.brief.sources[document].authors == ("O. Venn",)
    assert edited.notices == ("Notice of the port master: title, authors as described now",)
    assert editing.refreshed(store, edited.brief).notices == ()


def test_an_empty_text_is_refused(store, answer, resolve):
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    for attempt in ("", " \n"):
        with pytest.raises(ConfigurationError, match="the text is empty"):
            editing.with_text(brief, "1.1", attempt, resolve)
        with pytest.raises(ConfigurationError, match="the text is empty"):
            editing.add_text(brief, attempt, resolve)


@pytest.mark.parametrize(
    "words",
    ["# 1 * 2 _x_ [@a] `c` <b>", "1. first", "- dash", "+ plus", "a | b ~~c~~ &amp; \\"],
)
def test_the_words_of_an_answer_read_the_same_as_the_authors_markdown(store, answer, words):
    from rag.brief.authored import blocks_of

    chat = kept.answered(
        store, "Q?", [(words, list(answer.citations))], identity="c" * 12, mode="chat"
    )
    text = editing.text_of(AnswerItem("i", chat))
    [block] = blocks_of(text, [citation_key(answer.citations[0])])
    assert "".join(getattr(run, "text", "") for run in block.runs).strip() == words

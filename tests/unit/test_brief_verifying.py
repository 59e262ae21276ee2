from dataclasses import replace

import pytest

import kept_briefs as kept
from rag.brief import editing
from rag.brief.citing import resolver
from rag.brief.plain import verification_text
from rag.brief.verifying import said_otherwise, verify_in_store
from rag.store import open_store
from rag.types import AnswerItem


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def held(store):
    return kept.fill(store)


@pytest.fixture
def brief(store, held):
    answer = kept.harbour_answer(store, held[0])
    gate = kept.answered(
        store,
        "How heavy is it?",
        [("It weighs 14 tonnes.", [kept.cited(store, held[0], "The gate weighs 14 tonnes.")])],
        identity="b" * 12,
        mode="chat",
    )
    return kept.saved(
        store,
        lambda one: editing.add_answer(one, answer),
        lambda one: editing.add_answer(one, gate),
        lambda one: editing.add_text(
            one, f"The gate, 14 tonnes heavy, broke. [@{gate.id}#1]", resolver(store)
        ),
    )


def test_an_untouched_brief_holds_whole(store, brief):
    found = verify_in_store(store, brief)
    assert found.holds
    assert [(one.notes, one.standing) for one in found.citations] == [
        ((1,), "holds"),
        ((2, 3), "holds"),
    ]
    assert (found.n_sentences, found.sentences) == (3, ())
    assert verification_text(found).splitlines()[1] == (
        "2 of 2 citations hold; 3 of 3 sentences keep the particulars of what they cite"
    )


def test_a_changed_source_that_still_has_the_quote_is_said_with_its_new_place(store, brief):
    kept.put(store, "harbour.md", f"New words first.\n\n{kept.HARBOUR}", **kept.SAID["harbour.md"])
    found = verify_in_store(store, brief)
    assert found.holds
    assert [one.standing for one in found.citations] == ["moved", "moved"]
    at = 18 + kept.HARBOUR.index("The gate weighs")
    assert f"quote still stands at {at}-{at + 26}" in found.citations[1].why
    assert found.citations[1].why.startswith("source changed on 20")


def test_a_changed_source_without_the_quote_is_named(store, brief):
    kept.put(store, "harbour.md", kept.HARBOUR.replace("14", "15"), **kept.SAID["harbour.md"])
    found = verify_in_store(store, brief)
    assert not found.holds
    assert [one.standing for one in found.citations] == ["moved", "changed"]
    assert "its new text does not have the quote" in found.citations[1].why


def test_a_source_that_left_its_folder_is_said_and_its_text_proves_the_quote(store, held, brief):
    store.remove(held[0][0])
    found = verify_in_store(store, brief)
    assert found.holds
    assert {one.standing for one in found.citations} == {"removed"}
    assert "left its folder on 20" in found.citations[0].why


def test_a_forgotten_source_is_withdrawn(store, held, brief):
    store.forget([store.documents.record(held[0][0])])
    found = verify_in_store(store, brief)
    assert not found.holds
    assert {one.standing for one in found.citations} == {"withdrawn"}
    assert "withdrawn: the document was forgotten on 20" in found.citations[0].why
    assert "DOES NOT HOLD: note 1, Harbour notice" in verification_text(found)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [("14 tonnes", "15 tonnes", "15"), ("broke", "did not break on 4 June 2020", "2020")],
)
def test_a_particular_that_the_author_changed_is_named(store, brief, before, after, named):
    place = "3.1" if len(brief.sections) == 3 else f"{len(brief.sections)}.2"
    text = editing.item_at(brief, place).text
    edited = editing.save(
        store, editing.with_text(brief, place, text.replace(before, after), resolver(store))
    )
    found = verify_in_store(store, edited)
    assert not found.holds
    assert all(one.holds for one in found.citations)
    assert [row.place for row in found.sentences] == [place]
    assert named in found.sentences[0].why


def test_a_number_changed_in_an_answer_is_named(store, brief):
    section = brief.sections[1]
    [item] = [one for one in section.items if isinstance(one, AnswerItem)]
    altered = replace(item.answer.sentences[0], text="It weighs 41 tonnes.")
    changed = replace(item, answer=replace(item.answer, sentences=(altered,)))
    sections = (brief.sections[0], replace(section, items=(changed, *section.items[1:])))
    found = verify_in_store(store, replace(brief, sections=(*sections, *brief.sections[2:])))
    [row] = found.sentences
    assert row.place == "2.1"
    assert "41" in row.why


def test_a_quoted_sentence_that_is_not_its_sources_is_named(store, brief):
    section = brief.sections[0]
    [item] = section.items
    altered = replace(item.answer.sentences[0], text="The port master closed the harbour.")
    changed = replace(item, answer=replace(item.answer, sentences=(altered,)))
    sections = (replace(section, items=(changed,)), *brief.sections[1:])
    [row] = verify_in_store(store, replace(brief, sections=sections)).sentences
    assert row.why == "these are not the words of the source that it quotes"


def test_a_quote_changed_in_the_record_is_broken(store, brief):
    section = brief.sections[0]
    [item] = section.items
    [citation] = item.answer.citations
    wrong = replace(citation, quote=citation.quote.replace("3 May", "4 May"))
    changed = replace(item, answer=replace(item.answer, citations=(wrong,)))
    sections = (replace(section, items=(changed,)), *brief.sections[1:])
    found = verify_in_store(store, replace(brief, sections=sections))
    assert found.citations[0].standing == "broken"
    assert "the words are not those of the source" in found.citations[0].why


def test_sentences_without_a_mark_are_the_authors_and_not_checked(store, held):
    text = (
        "I think that 99 ships came. The gate weighs 14 tonnes. [@harbour.md:158-184] More of 77."
    )
    brief = kept.saved(store, lambda one: editing.add_text(one, text, resolver(store)))
    found = verify_in_store(store, brief)
    assert found.holds
    assert found.n_sentences == 1


def test_marks_in_lists_tables_and_quotations_are_checked(store, held):
    text = (
        "- It weighs 99 tonnes. [@harbour.md:158-184]\n\n"
        "> It weighs 98 tonnes. [@harbour.md:158-184]\n\n"
        "| Weight |\n|---|\n| It weighs 97 tonnes. [@harbour.md:158-184] |\n"
    )
    brief = kept.saved(store, lambda one: editing.add_text(one, text, resolver(store)))
    found = verify_in_store(store, brief)
    assert [row.text for row in found.sentences] == [
        "It weighs 99 tonnes.",
        "It weighs 98 tonnes.",
        "It weighs 97 tonnes.",
    ]


def test_a_verification_is_told_as_json(store, brief):
    told = verify_in_store(store, brief).to_dict()
    assert told["holds"] is True
    assert told["citations"][1]["notes"] == [2, 3] or told["citations"][1]["notes"] == (2, 3)
    assert told["sentences"] == []


def test_an_edit_tells_which_of_its_own_sentences_say_something_else(store, brief):
    place = f"{len(brief.sections)}.2"
    text = editing.item_at(brief, place).text
    fitting = editing.with_text(brief, place, text.replace("broke", "was broken"), resolver(store))
    assert said_otherwise(fitting.brief, brief) == ()
    wrong = editing.with_text(brief, place, text.replace("14", "15"), resolver(store)).brief
    [told] = said_otherwise(wrong, brief)
    assert told.startswith(
        "“The gate, 15 tonnes heavy, broke.” says something else than it cites: "
    )
    again = editing.add_text(wrong, "Words without a mark, of 99.", resolver(store)).brief
    assert said_otherwise(again, wrong) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # The figure stands in the neighbouring sentence alone.
        ("It was closed for 14 days. [@harbour.md:0-57]", "14"),
        ("The mayor resigned today. [@harbour.md:158-184]", "shares no word"),
    ],
)
def test_an_authors_sentence_is_held_against_the_cited_words_alone(store, held, text, why):
    brief = kept.saved(store, lambda one: editing.add_text(one, text, resolver(store)))
    [row] = verify_in_store(store, brief).sentences
    assert why in row.why


def test_a_sentence_in_another_language_than_its_source_may_share_no_word(store, held):
    text = "Das Tor des Hafens wiegt sehr viel. [@harbour.md:158-184]"
    brief = kept.saved(store, lambda one: editing.add_text(one, text, resolver(store)))
    assert verify_in_store(store, brief).holds

from dataclasses import replace

import pytest

import kept_briefs as kept
from rag.brief import editing
from rag.brief.citing import resolver
from rag.brief.composing import Manner, compose, left_out_of, locator_of, references_of
from rag.brief.manuscript import NoteMark, Paragraph, Subheading, Text
from rag.brief.references import Locator
from rag.errors import ConfigurationError
from rag.store import open_store
from rag.types import CheckedSentence, Writing


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def held(store):
    return kept.fill(store)


def words(blocks):
    return [
        "".join(run.text if isinstance(run, Text) else f"[{run.number}]" for run in block.runs)
        for block in blocks
    ]


def note(manuscript, number):
    return "".join(run.text for run in manuscript.notes[number - 1].runs)


@pytest.fixture
def brief(store, held):
    harbour, granary = held
    gate = kept.cited(store, harbour, "The gate weighs 14 tonnes.")
    flood = kept.cited(store, granary, "The granary of Pellin was flooded in 2019.")
    first = kept.harbour_answer(store, harbour)
    second = kept.answered(
        store,
        "What is known of gate and granary?",
        [(gate.quote, [gate]), (flood.quote, [flood])],
        identity="b" * 12,
    )
    third = kept.answered(store, "Who paid?", [], identity="c" * 12)
    return kept.saved(
        store,
        lambda one: editing.add_answer(one, first),
        lambda one: editing.add_answer(one, second, "Gate and granary"),
        lambda one: editing.add_answer(one, third, "Gate and granary"),
        lambda one: editing.add_text(
            one, f"It is *heavy*. [@{second.id}#1]", resolver(store), "Gate and granary"
        ),
    )


def test_sentences_of_sources_are_quoted_under_who_published_them(brief):
    manuscript = compose(brief)
    assert words(manuscript.sections[0].blocks) == [
        "According to Velm Gazette, “Harbour notice” (3 May 2021): “The port master of Velm closed "
        "the harbour on 3 May 2021.”[1]"
    ]
    assert words(manuscript.sections[1].blocks) == [
        "What is known of gate and granary?",
        "According to Velm Gazette, “Harbour notice” (3 May 2021): “The gate weighs 14 tonnes.”[2]",
        "According to Pellin Courier, the file granary.md (undated): “The granary of Pellin was "
        "flooded in 2019.”[3]",
        "Who paid?",
        "The sources at hand do not answer this question.",
        "It is heavy.[4]",
    ]
    assert isinstance(manuscript.sections[1].blocks[0], Subheading)


def test_notes_are_numbered_in_reading_order_and_short_where_a_source_was_named(brief):
    manuscript = compose(brief, Manner(quotes=True))
    assert [(one.number, one.source, one.first) for one in manuscript.notes] == [
        (1, 1, True),
        (2, 1, False),
        (3, 2, True),
        (4, 1, False),
    ]
    assert len(note(manuscript, 1)) > len(note(manuscript, 2))
    assert "Harbour notice" in note(manuscript, 1)
    assert "2" in note(manuscript, 2)  # the page
    assert [one.quote for one in manuscript.notes] == [
        "The port master of Velm closed the harbour on 3 May 2021.",
        "The gate weighs 14 tonnes.",
        "The granary of Pellin was flooded in 2019.",
        "The gate weighs 14 tonnes.",
    ]
    assert all(one.quote is None for one in compose(brief).notes)


def test_the_list_of_sources_describes_each(brief):
    first, second = compose(brief).sources
    assert dict(first.descriptor) == {
        "Kind": "Markdown text",
        "Originator": "Velm Gazette",
        "First-hand or relayed": "not assessed",
        "Known limits": "none known",
    }
    assert dict(second.descriptor)["Known limits"] == "No title or date known."


def test_the_authors_descriptor_goes_before_what_is_known(brief):
    document = next(iter(brief.sources))
    made = editing.described(brief, document, {"kind": "public notice", "hand": "first-hand"})
    descriptor = dict(compose(made.brief).sources[0].descriptor)
    assert descriptor["Kind"] == "public notice"
    assert descriptor["First-hand or relayed"] == "first-hand"
    assert descriptor["Originator"] == "Velm Gazette"


def test_words_that_name_a_speaker_are_said_to_be_relayed(store, held):
    quote = "“No ship will pass before the gate is mended,” said the port master."
    answer = kept.answered(
        store, "What was said?", [(quote, [kept.cited(store, held[0], quote)])], identity="d" * 12
    )
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    assert dict(compose(brief).sources[0].descriptor)["First-hand or relayed"] == (
        "the passage cited relays what somebody said; otherwise not assessed"
    )


def test_the_summary_statement_counts_what_the_notes_cite(brief):
    assert compose(brief).summary == (
        ("Sources", "2 documents cited in 4 notes; 2 publishers named."),
        (
            "Near-identical copies",
            "None among the documents at hand (an estimate by shared words).",
        ),
        ("Dates", "Published 2021-05-03; 1 document undated."),
        ("Questions", "1 of 3 questions asked not answered."),
        ("Disagreement between sources", "Not assessed."),
    )
    assert compose(brief).unanswered == ("Who paid?",)


def test_near_identical_copies_are_folded_and_called_an_estimate(brief):
    one, two = brief.sources
    alike = {
        one: replace(brief.sources[one], copies=(two, "elsewhere")),
        two: replace(brief.sources[two], copies=(one,)),
    }
    summary = dict(compose(replace(brief, sources=alike)).summary)
    assert summary["Near-identical copies"] == (
        "1 cited document counted as a copy of another and 1 further copy not cited, so 1 "
        "independent text at most (an estimate by shared words)."
    )


def test_a_brief_of_the_authors_words_alone_says_that_no_source_is_cited(store, held):
    brief = kept.saved(store, lambda one: editing.add_text(one, "Words.", resolver(store)))
    manuscript = compose(brief)
    assert manuscript.summary == (("Sources", "No source is cited."),)
    assert (manuscript.notes, manuscript.sources) == ((), ())


def test_an_empty_brief_says_how_to_fill_it(store):
    brief = store.briefs.new("Nothing yet")
    with pytest.raises(ConfigurationError, match=f"is empty; `rag brief add {brief.id} QUESTION`"):
        compose(brief)
    with_section = editing.add_section(brief, "Heading").brief
    with pytest.raises(ConfigurationError, match="is empty"):
        compose(with_section)


def test_an_unknown_style_is_named(brief):
    with pytest.raises(ConfigurationError, match="chicago, apa, ieee"):
        compose(brief, Manner("mla"))


def test_what_a_model_wrote_without_support_is_left_out_and_listed(store, held):
    gate = kept.cited(store, held[0], "The gate weighs 14 tonnes.")
    chat = kept.answered(
        store,
        "How heavy is it?",
        [("It weighs 14 tonnes.", [gate])],
        identity="e" * 12,
        mode="chat",
    )
    writing = Writing(
        model="openai:tiny",
        prompt="p",
        given=(1,),
        replies=("…",),
        sentences=(
            CheckedSentence("It weighs 14 tonnes.", (1,), "supported", 0.9, shown=True),
            CheckedSentence("It is blue.", (1,), "not supported", 0.1, ("nobody says so",)),
        ),
    )
    marked = replace(
        chat,
        writing=writing,
        sentences=(
            *chat.sentences,
            replace(chat.sentences[0], text="It is blue.", verdict="not supported"),
        ),
    )
    brief = kept.saved(store, lambda one: editing.add_answer(one, marked))
    manuscript = compose(brief)
    assert words(manuscript.sections[0].blocks) == ["It weighs 14 tonnes.[1]"]
    assert manuscript.left_out == (
        ("It is blue.", "not supported: nobody says so"),
        ("It is blue.", "not supported"),
    )
    assert left_out_of(brief.sections[0].items[0]) == list(manuscript.left_out)


def test_a_bottom_line_stands_first_and_its_notes_are_the_first(store, held):
    answer = kept.harbour_answer(store, held[0])
    brief = kept.saved(
        store,
        lambda one: editing.add_answer(one, answer),
        lambda one: editing.with_text(one, "0", f"Shut. [@{answer.id}#1]", resolver(store)),
    )
    manuscript = compose(brief)
    assert words(manuscript.bottom_line) == ["Shut.[1]"]
    assert manuscript.bottom_line == (Paragraph((Text("Shut."), NoteMark(1))),)
    assert [one.first for one in manuscript.notes] == [True, False]


def test_the_same_version_gives_the_same_manuscript_whatever_becomes_of_the_store(store, brief):
    before = compose(brief)
    document = next(iter(brief.sources))
    store.documents.describe(document, {"title": ["Other"]})
    store.forget([store.documents.record(document)])
    assert compose(store.briefs.get(brief.id)) == before


@pytest.mark.parametrize(
    ("page", "last", "label", "expected"),
    [
        (None, None, None, None),
        (3, 3, None, Locator("3")),
        (3, 4, None, Locator("3", "4")),
        (3, 4, "iii-iv", Locator("iii", "iv")),
        (3, 3, "A", Locator("A")),
    ],
)
def test_a_note_names_the_page_as_it_is_printed(store, held, page, last, label, expected):
    citation = kept.cited(store, held[1], "ninety sacks")
    placed = replace(citation, page=page, page_end=last, page_label=label)
    assert locator_of(placed) == expected


def test_references_are_those_of_the_list_of_sources_in_its_order(brief):
    first, second = references_of(brief)
    assert (first.title, second.file) == ("Harbour notice", "granary.md")
    assert first.id.isalnum()
    assert first.id.isascii()
    assert first.id != second.id


def test_sources_whose_short_forms_are_the_same_are_named_in_full_each_time(store, held):
    for name in ("a.md", "b.md"):
        text = f"Text {name} says that the lamp is lit."
        kept.put(
            store,
            name,
            text,
            title="Log",
            publisher="Board",
            authors="Ada Berg",
            url=f"https://example.org/{name}",
        )
    text = " ".join(
        f"It is lit. [@{name}:0-9] And again. [@{name}:0-9]" for name in ("a.md", "b.md")
    )
    brief = kept.saved(store, lambda one: editing.add_text(one, text, resolver(store)))
    for style in ("chicago", "apa"):
        manuscript = compose(brief, Manner(style))
        assert note(manuscript, 1) == note(manuscript, 2)
        assert note(manuscript, 1) != note(manuscript, 4) == note(manuscript, 3)
    assert note(compose(brief, Manner("ieee")), 2) == "[1]"


def test_what_a_sentence_leans_on_is_read_before_it(store, held):
    leads, leans = (
        "The port master of Velm closed the harbour on 3 May 2021.",
        "He blamed a broken lock gate.",
    )
    rows = [
        (leans, [kept.cited(store, held[0], leans)]),
        (leads, [kept.cited(store, held[0], leads)]),
    ]
    answer = kept.answered(store, "Who was blamed?", rows, identity="f" * 12)
    first, context = answer.sentences
    leaning = replace(answer, sentences=(first, replace(context, role="context")))
    brief = kept.saved(store, lambda one: editing.add_answer(one, leaning))
    [line] = words(compose(brief).sections[0].blocks)
    assert line.endswith(f": “{leads}”[1] “{leans}”[2]")

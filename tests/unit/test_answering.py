from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.answering import Draft, ExtractiveAnswerer
from rag.confidence import WITH_READER, WITHOUT_READER, Features, weigh
from rag.questions import Question, analyse
from rag.store import Text
from rag.types import Block, BlockKind, Page, PageSpan, Passage

ASKED = np.array([1.0, 0.0], dtype=np.float32)


class Library:
    """Texts made of blocks, and passages of them: what the store and the index would give."""

    def __init__(self) -> None:
        self.texts: dict[str, Text] = {}

    def add(self, version: str, *blocks: tuple[BlockKind, str]) -> Text:
        parts: list[Block] = []
        text = ""
        for kind, words in blocks:
            start = len(text)
            text += f"{words}\n\n"
            level = 1 if kind == "heading" else 0
            parts.append(Block(kind, start, start + len(words), level))
        self.texts[version] = Text(text, tuple(parts), ())
        return self.texts[version]

    def passage(
        self, rank: int, version: str, words: str | None = None, *, score: float = 0.5
    ) -> Passage:
        text = self.texts[version].text
        start = 0 if words is None else text.index(words)
        end = len(text.rstrip()) if words is None else start + len(words)
        return Passage(
            rank=rank,
            score=score,
            dense=0.5,
            lexical=3.0,
            document=f"document-{version}",
            version=version,
            chunk=f"chunk-{rank}",
            source=f"{version}.md",
            title=None,
            publisher=None,
            published=None,
            published_precision=None,
            url=None,
            page=None,
            page_end=None,
            start=start,
            end=end,
            text=text[start:end],
        )


class Near:
    """Vectors with the cosine to `ASKED` that a text is said to have; others have `otherwise`."""

    def __init__(self, cosines: Mapping[str, float], otherwise: float = 0.0) -> None:
        self.cosines = cosines
        self.otherwise = otherwise
        self.seen: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        found = [self.cosines.get(text, self.otherwise) for text in texts]
        rows = [[cosine, (1 - cosine**2) ** 0.5] for cosine in found]
        return np.array(rows, dtype=np.float32).reshape(-1, 2)


def draft(
    library: Library,
    passages: Sequence[Passage],
    near: Near,
    *,
    question: str = "What happened to the bridge?",
    max_sentences: int = 5,
) -> Draft:
    asked = analyse(question)
    answerer = ExtractiveAnswerer(library.texts.__getitem__, near, max_sentences=max_sentences)
    return answerer.draft(
        asked,
        passages,
        vector=ASKED,
        rarity={term.term: 1.0 for term in asked.terms},
    )


def shown(found: Draft) -> list[tuple[str, str]]:
    return [(sentence.role, sentence.text) for sentence in found.sentences]


def answers(found: Draft) -> list[str]:
    return [sentence.text for sentence in found.sentences if sentence.role == "answer"]


PLAIN = ("Orsk lost its bridge.", "Berg paid for repairs.", "Holm sold nine ferries.")
CLOSE = dict(zip(PLAIN, (0.88, 0.9, 0.89), strict=True))


def plain_library() -> Library:
    library = Library()
    library.add("v1", ("paragraph", " ".join(PLAIN)))
    return library


def test_sentences_come_best_first_and_each_quotes_its_span():
    library = plain_library()
    found = draft(library, [library.passage(1, "v1")], Near(CLOSE), question="Ships?")
    assert answers(found) == [PLAIN[1], PLAIN[2], PLAIN[0]]
    text = library.texts["v1"].text
    for sentence in found.sentences:
        (cited,) = sentence.citations
        assert cited.passage == 1
        assert cited.quote == text[cited.start : cited.end] == sentence.text


def test_no_more_sentences_than_asked_for():
    library = plain_library()
    passages = [library.passage(1, "v1")]
    assert answers(draft(library, passages, Near(CLOSE), max_sentences=1, question="Ships?")) == [
        PLAIN[1]
    ]
    two = draft(library, passages, Near(CLOSE), max_sentences=2, question="Ships?")
    assert answers(two) == [PLAIN[1], PLAIN[2]]


def test_a_sentence_far_from_the_best_is_left_out():
    library = plain_library()
    near = Near({PLAIN[0]: -0.9, PLAIN[1]: 0.9, PLAIN[2]: -0.9})
    found = draft(library, [library.passage(1, "v1")], near, question="Ships?")
    assert answers(found) == [PLAIN[1]]


def test_a_sentence_with_the_question_s_words_goes_before_one_without():
    library = plain_library()
    found = draft(library, [library.passage(1, "v1")], Near({}, 0.5), question="Nine ferries?")
    assert answers(found)[0] == PLAIN[2]


def test_near_duplicates_are_shown_once_and_the_second_passage_says_so():
    library = Library()
    library.add("v1", ("paragraph", "The Orsk bridge closed on Monday."))
    library.add("v2", ("paragraph", "The Orsk Bridge closed on Monday!"))
    passages = [library.passage(1, "v1"), library.passage(2, "v2")]
    found = draft(library, passages, Near({}, 0.8))
    assert answers(found) == ["The Orsk bridge closed on Monday."]
    assert found.unused == {2: "says the same as passage 1"}


def test_copies_that_differ_in_a_figure_are_both_shown():
    library = Library()
    words = "The doctors of the infirmary at Orsk said on Monday that {} sailors were treated."
    library.add("v1", ("paragraph", words.format("14")))
    library.add("v2", ("paragraph", words.format("40")))
    passages = [library.passage(1, "v1"), library.passage(2, "v2")]
    found = draft(library, passages, Near({}, 0.8))
    assert answers(found) == [words.format("14"), words.format("40")]


def by_words(
    library: Library, asked: Question, near: Near, *chunks: str, blind: bool = False
) -> Draft:
    answerer = ExtractiveAnswerer(library.texts.__getitem__, near)
    passages = [library.passage(rank, f"v{rank}") for rank in range(1, len(library.texts) + 1)]
    return answerer.draft(
        asked,
        passages,
        vector=None if blind else ASKED,
        rarity={term.term: 1.0 for term in asked.terms},
        by_words=chunks,
    )


def test_a_sentence_that_the_model_cannot_read_is_judged_by_its_words_and_not_embedded():
    library = Library()
    library.add("v1", ("paragraph", "Berg schloss den Hafen von Orsk."))
    library.add("v2", ("paragraph", "Rye was sold in Holm."))
    asked, near = analyse("Wer schloss den Hafen von Orsk?", "de"), Near({}, 0.9)
    found = by_words(library, asked, near, "chunk-1")
    assert near.seen == ["Rye was sold in Holm."]
    assert answers(found)[0] == "Berg schloss den Hafen von Orsk."
    blind = by_words(library, asked, Near({}, 0.9), blind=True)
    assert answers(blind)[0] == answers(found)[0]
    assert blind.confidence == found.confidence > 0.7


def test_without_cosines_confidence_grows_with_the_words_that_are_found_and_nothing_else():
    found = []
    for words in ("Rog wurde verkauft.", "Der Hafen blieb.", "Berg schloss den Hafen von Orsk."):
        library = Library()
        library.add("v1", ("paragraph", words))
        asked = analyse("Wer schloss den Hafen von Orsk?", "de")
        found.append(by_words(library, asked, Near({}, 1.0), blind=True).confidence)
    assert found == sorted(found)
    assert found[0] < 0.4 < found[2] < 1


def test_a_word_in_another_form_of_its_language_counts_as_found():
    library = Library()
    library.add("v1", ("paragraph", "Капитан закрыла гавани города."))
    exact = analyse("Капитан закрыла гавани города?", "ru")
    inflected = analyse("Капитан закрыла гавань город?", "ru")
    confidences = [
        by_words(library, asked, Near({}), blind=True).confidence for asked in (exact, inflected)
    ]
    assert confidences[0] == pytest.approx(confidences[1])


def test_overlapping_passages_give_a_sentence_once():
    library = plain_library()
    passages = [
        library.passage(1, "v1", f"{PLAIN[0]} {PLAIN[1]}"),
        library.passage(2, "v1", f"{PLAIN[1]} {PLAIN[2]}"),
    ]
    found = draft(library, passages, Near(CLOSE), question="Ships?")
    assert sorted(answers(found)) == sorted(PLAIN)


def test_every_passage_that_is_not_used_has_a_reason():
    library = Library()
    library.add("v1", ("paragraph", "Orsk lost its bridge."))
    library.add("v2", ("paragraph", "Berg paid for repairs."))
    library.add("v3", ("paragraph", "Holm sold nine ferries."))
    passages = [library.passage(rank, f"v{rank}") for rank in (1, 2, 3)]
    near = Near({PLAIN[0]: 0.9, PLAIN[1]: 0.89, PLAIN[2]: -0.9})
    found = draft(library, passages, near, question="Ships?", max_sentences=1)
    assert found.unused == {
        2: "the answer has its 1 best sentences",
        3: "the answer has its 1 best sentences",
    }
    found = draft(library, passages, near, question="Ships?", max_sentences=2)
    assert found.unused == {3: "the answer has its 2 best sentences"}
    found = draft(library, passages, near, question="Ships?")
    assert found.unused == {3: "its sentences are further from the question"}


def test_a_passage_without_a_whole_sentence_has_a_reason_too():
    library = plain_library()
    library.add("v2", ("heading", "The bridge of Orsk"))
    passages = [library.passage(1, "v1"), library.passage(2, "v2")]
    found = draft(library, passages, Near(CLOSE))
    assert 2 in found.unused


def test_passages_beyond_the_sentences_that_are_embedded_have_a_reason_too():
    library = Library()
    long = " ".join(f"Ship {number} passed the bridge of Orsk." for number in range(90))
    library.add("v1", ("paragraph", long))
    library.add("v2", ("paragraph", "Berg paid for repairs."))
    passages = [library.passage(1, "v1"), library.passage(2, "v2")]
    near = Near({}, 0.5)
    found = draft(library, passages, near)
    assert len(near.seen) <= 64
    assert set(found.unused) == {2}


def test_no_passages_no_draft():
    found = draft(Library(), [], Near({}))
    assert found == Draft((), 0.0, "no passage was found", {})


def test_passages_without_a_sentence_are_not_said_to_be_missing():
    library = Library()
    library.add("v1", ("heading", "The bridge of Orsk"))
    found = draft(library, [library.passage(1, "v1")], Near({}, 0.9))
    assert found.sentences == ()
    assert found.confidence == 0
    assert found.reason != "no passage was found"


def test_a_heading_is_never_an_answer():
    library = Library()
    library.add("v1", ("heading", "# What happened to the bridge"), ("paragraph", PLAIN[0]))
    found = draft(library, [library.passage(1, "v1")], Near({}, 0.9))
    assert shown(found) == [("answer", PLAIN[0])]


def test_a_sentence_of_no_words_is_never_an_answer():
    library = Library()
    library.add("v1", ("paragraph", "***"), ("paragraph", PLAIN[0]))
    found = draft(library, [library.passage(1, "v1")], Near({}, 0.9))
    assert answers(found) == [PLAIN[0]]


def test_a_sentence_that_is_only_partly_in_a_passage_is_no_answer():
    library = plain_library()
    cut = library.passage(1, "v1", "Berg paid for repairs. Holm sold")
    found = draft(library, [cut], Near(CLOSE))
    assert answers(found) == [PLAIN[1]]


def test_what_a_sentence_leans_on_follows_it_as_context():
    library = Library()
    text = ("Mara Holm opened the bridge.", "She thanked many people.", "Rain fell all day long.")
    library.add("v1", ("paragraph", " ".join(text)))
    near = Near({text[1]: 0.9})
    found = draft(library, [library.passage(1, "v1")], near, question="Zebras?")
    assert shown(found) == [("answer", text[1]), ("context", text[0])]
    assert not any(sentence.needs_context for sentence in found.sentences)
    for sentence in found.sentences:
        (cited,) = sentence.citations
        assert library.texts["v1"].text[cited.start : cited.end] == cited.quote


def test_an_unsure_sentence_stands_inside_its_paragraph_and_is_marked():
    library = Library()
    text = ("Orbis sold ferries.", "These sales were secret.", "Berg found out.")
    library.add("v1", ("paragraph", " ".join(text)))
    found = draft(library, [library.passage(1, "v1")], Near({text[1]: 0.9}), question="Secrets?")
    assert shown(found) == [("answer", text[1]), ("context", text[0]), ("context", text[2])]
    assert [sentence.needs_context for sentence in found.sentences] == [True, False, False]


def test_context_reaches_beyond_the_passage_in_the_same_paragraph():
    library = Library()
    library.add("v1", ("paragraph", "Mara Holm opened the bridge. She thanked many people."))
    cut = library.passage(1, "v1", "She thanked many people.")
    found = draft(library, [cut], Near({}, 0.9), question="Zebras?")
    assert shown(found) == [
        ("answer", "She thanked many people."),
        ("context", "Mara Holm opened the bridge."),
    ]
    assert found.sentences[1].citations[0].start == 0


def test_context_is_shown_once_for_two_sentences_that_need_it():
    library = Library()
    text = ("Mara Holm opened the bridge.", "She thanked many people.", "She sold nine ferries.")
    library.add("v1", ("paragraph", " ".join(text)))
    near = Near({text[1]: 0.9, text[2]: 0.89})
    found = draft(library, [library.passage(1, "v1")], near, question="Zebras?")
    assert [row for row in shown(found) if row[0] == "answer"] == [
        ("answer", text[1]),
        ("answer", text[2]),
    ]
    assert [words for _, words in shown(found)].count(text[0]) == 1


def test_context_that_is_an_answer_itself_is_not_repeated():
    library = Library()
    text = ("Mara Holm opened the bridge.", "She thanked many people.")
    library.add("v1", ("paragraph", " ".join(text)))
    near = Near({text[0]: 0.9, text[1]: 0.89})
    found = draft(library, [library.passage(1, "v1")], near, question="Zebras?")
    assert shown(found) == [("answer", text[0]), ("answer", text[1])]


def test_the_best_sentence_stands_first_and_the_others_as_in_their_text():
    library = Library()
    text = ("Mara Holm opened the bridge.", "She thanked many people.")
    library.add("v1", ("paragraph", " ".join(text)))
    library.add("v2", ("paragraph", "Berg closed the mill. He left in May."))
    near = Near({text[1]: 0.9, text[0]: 0.88, "He left in May.": 0.85})
    passages = [library.passage(1, "v1"), library.passage(2, "v2")]
    found = draft(library, passages, near, question="Zebras?")
    assert shown(found) == [
        ("answer", text[1]),
        ("answer", text[0]),
        ("context", "Berg closed the mill."),
        ("answer", "He left in May."),
    ]


def test_a_table_row_brings_its_header():
    library = Library()
    rows = ("| Ship | Crew |", "| Orbis One | 12 |", "| Orbis Two | 9 |")
    library.add("v1", ("paragraph", "The fleet."), *(("row", row) for row in rows))
    cut = library.passage(1, "v1", "| Orbis Two | 9 |")
    found = draft(library, [cut], Near({}, 0.9), question="Crew?")
    assert shown(found) == [("context", rows[0]), ("answer", rows[2])]


def test_a_table_header_alone_brings_nothing():
    library = Library()
    library.add("v1", ("row", "| Ship | Crew |"), ("row", "| Orbis One | 12 |"))
    cut = library.passage(1, "v1", "| Ship | Crew |")
    assert shown(draft(library, [cut], Near({}, 0.9))) == [("answer", "| Ship | Crew |")]


def test_a_list_item_brings_the_sentence_that_introduces_the_list():
    library = Library()
    library.add(
        "v1",
        ("paragraph", "Orbis was founded long ago. It sold three things:"),
        ("item", "- old ferries"),
        ("item", "- new bridges"),
    )
    cut = library.passage(1, "v1", "- new bridges")
    found = draft(library, [cut], Near({}, 0.9))
    assert shown(found) == [("context", "It sold three things:"), ("answer", "new bridges")]


def test_a_list_at_the_very_start_has_no_introduction():
    library = Library()
    library.add("v1", ("item", "- old ferries"), ("item", "- new bridges"))
    cut = library.passage(1, "v1", "- new bridges")
    assert shown(draft(library, [cut], Near({}, 0.9))) == [("answer", "new bridges")]


def test_line_ends_inside_a_sentence_are_spaces_in_the_answer_but_not_in_the_quote():
    library = Library()
    library.add("v1", ("paragraph", "Orsk lost\nits  bridge."))
    (sentence,) = draft(library, [library.passage(1, "v1")], Near({}, 0.9)).sentences
    assert sentence.text == "Orsk lost its bridge."
    assert sentence.citations[0].quote == "Orsk lost\nits  bridge."


def test_even_a_sentence_that_points_away_from_the_question_is_kept_as_the_draft():
    library = plain_library()
    passages = [replace(library.passage(1, "v1"), score=0.0)]
    found = draft(library, passages, Near({}, -0.4), question="Zebras?")
    assert answers(found)
    assert found.confidence < 0.5


def test_confidence_rises_with_every_thing_that_speaks_for_an_answer():
    library = plain_library()
    passage = library.passage(1, "v1", PLAIN[0])

    def confidence(question: str, cosine: float) -> float:
        return draft(library, [passage], Near({}, cosine), question=question).confidence

    assert confidence("Who lost a bridge?", 0.9) > confidence("Who lost a bridge?", 0.2)
    assert confidence("Who lost a bridge?", 0.5) > confidence("Who lost a zebra?", 0.5)
    assert confidence("What did Orsk lose?", 0.5) > confidence("What did Hanoi lose?", 0.5)
    assert 0 < confidence("zebra", 0.0) < confidence("Who lost a bridge?", 0.9) < 1


def test_confidence_does_not_rest_on_the_fused_score():
    for weights in (WITHOUT_READER, WITH_READER):
        assert "score" not in weights.confidence
    library = plain_library()
    low, high = (library.passage(1, "v1", PLAIN[0], score=score) for score in (0.01, 1.0))
    near = Near({}, 0.5)
    assert draft(library, [low], near).confidence == draft(library, [high], near).confidence


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Did Hanoi lose it?", "the nearest passages do not name everything"),
        ("When was the lost bridge repaired?", "the nearest sentence holds no time"),
        ("How many repairs had lost bridges?", "the nearest sentence holds no number"),
        ("Zebras eat what?", "the nearest passages hold few of the question's words"),
        ("Was the bridge lost?", "the nearest sentences are about something else"),
    ],
)
def test_the_reason_is_what_speaks_most_against_the_answer(question: str, reason: str):
    library = plain_library()
    passage = library.passage(1, "v1", PLAIN[0])
    assert draft(library, [passage], Near({}), question=question).reason.startswith(reason)


def test_a_name_in_title_or_heading_counts_as_named():
    library = plain_library()
    bare = library.passage(1, "v1", PLAIN[1])
    titled = replace(bare, title="Hanoi harbour", heading="Zagreb")
    for question in ("Did Hanoi pay?", "Did Zagreb pay?"):
        without = draft(library, [bare], Near({}), question=question)
        named = draft(library, [titled], Near({}), question=question)
        assert without.reason.startswith("the nearest passages do not name")
        assert not named.reason.startswith("the nearest passages do not name")


def test_a_nearer_sentence_weighs_more():
    low = Features(0.1, 0.5, 0.0, 0.0, 1.0, 0.0, 1.0, 0.5)
    assert weigh(replace(low, dense=0.2), WITHOUT_READER) > weigh(low, WITHOUT_READER)


WORDS = st.sampled_from(
    ["Orsk fell.", "He left.", "These ships sank.", "“We stay,” said Holm.", "It rained.", "Berg"]
)
BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["heading", "paragraph", "item", "row", "code"]),
        st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
    ),
    min_size=1,
    max_size=6,
)


@given(st.lists(BLOCKS, min_size=1, max_size=3), st.integers(1, 4), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_whatever_the_sources_a_draft_quotes_them_and_repeats_nothing(
    sources: list[list[tuple[BlockKind, str]]], max_sentences: int, cosine: float
):
    library = Library()
    for number, blocks in enumerate(sources, start=1):
        library.add(f"v{number}", *blocks)
    passages = [library.passage(rank, f"v{rank}") for rank in range(1, len(sources) + 1)]
    found = draft(library, passages, Near({}, cosine), max_sentences=max_sentences)
    assert 0 <= found.confidence <= 1
    assert len(answers(found)) <= max_sentences
    spans = []
    for sentence in found.sentences:
        (cited,) = sentence.citations
        text = library.texts[f"v{cited.passage}"]
        assert text.text[cited.start : cited.end] == cited.quote
        assert sentence.text == " ".join(cited.quote.split())
        if sentence.role == "answer":
            held = [b for b in text.blocks if b.start <= cited.start and cited.end <= b.end]
            assert [block.kind for block in held] != ["heading"]
        spans.append((cited.passage, cited.start, cited.end))
    assert len(set(spans)) == len(spans)
    used = {cited.passage for s in found.sentences if s.role == "answer" for cited in s.citations}
    if found.sentences:
        assert not used & set(found.unused)


def test_a_page_is_that_of_the_characters_it_holds():
    text = Text("one two three", (), (Page(4, 0, 4), Page(5, 4, 8), Page(6, 8, 13)))
    assert text.pages_of(0, 3) == PageSpan(4, 4)
    assert text.pages_of(2, 9)[:2] == (4, 6)
    assert text.pages_of(4, 8) == PageSpan(5, 5)
    assert Text("one", (), ()).pages_of(0, 3) == PageSpan()

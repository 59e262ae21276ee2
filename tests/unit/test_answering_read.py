"""Answers from passages that a reader has read: what comes first, the short answer, agreement."""

from collections.abc import Sequence

import numpy as np
import pytest

from rag.answering import SHORT_FROM, Draft, ExtractiveAnswerer
from rag.confidence import LIMIT, read_features
from rag.questions import analyse
from rag.reader import AnswerSpan, Reading
from rag.store import Text
from rag.types import Block, Passage

VECTOR = np.array([1.0, 0.0], dtype=np.float32)
FIRST = "The bridge of Karsk was opened in 2011. Nobody spoke at length. Rain fell all day."
SECOND = "The bridge of Orsk was opened in 1950. Nobody spoke at length there."


def reading_of(
    text: str, words: str | None, *, sure: float = 0.9, relevance: float = 0.9
) -> Reading:
    """A reader's word that `words` answer with this probability."""
    tokens, begins, ends, place = [], [], [], 0
    at = (text.index(words), text.index(words) + len(words)) if words else (-1, -1)
    for token in text.split():
        start = text.index(token, place)
        place = start + len(token)
        tokens.append((start, place))
        begins.append(sure if start == at[0] else 0.0)
        ends.append(sure if start <= at[1] - 1 < place else 0.0)
    spans = (AnswerSpan(*at, sure * sure),) if words else ()
    return Reading(
        relevance, sure if words else 0.02, spans, tuple(tokens), tuple(begins), tuple(ends)
    )


def drafted(
    texts: Sequence[str], readings: Sequence[Reading], question: str = "When was it opened?"
) -> Draft:
    held = {
        f"v{n}": Text(text, (Block("paragraph", 0, len(text)),), ())
        for n, text in enumerate(texts, 1)
    }
    passages = [
        Passage(
            rank=n,
            score=0.5,
            dense=0.5,
            lexical=1.0,
            document=f"d{n}",
            version=f"v{n}",
            chunk=f"c{n}",
            source=f"{n}.txt",
            title=None,
            publisher=None,
            published=None,
            published_precision=None,
            url=None,
            page=None,
            page_end=None,
            start=0,
            end=len(text),
            text=text,
        )
        for n, text in enumerate(texts, 1)
    ]
    asked = analyse(question)

    def embed(given: Sequence[str]) -> np.ndarray:
        return np.tile(VECTOR * 0.5, (len(given), 1))

    return ExtractiveAnswerer(held.__getitem__, embed).draft(
        asked,
        passages,
        vector=VECTOR,
        rarity={term.term: 1.0 for term in asked.terms},
        readings={f"c{n}": reading for n, reading in enumerate(readings, 1)},
    )


def test_the_words_that_answer_are_singled_out_of_the_sentence_that_comes_first():
    found = drafted([FIRST], [reading_of(FIRST, "2011.")])
    assert found.sentences[0].text == "The bridge of Karsk was opened in 2011."
    assert found.short_answer == "2011."


def test_of_equal_passages_the_one_with_the_likelier_answer_comes_first():
    readings = [reading_of(FIRST, None, relevance=0.2), reading_of(SECOND, "1950.")]
    found = drafted([FIRST, SECOND], readings)
    assert found.sentences[0].text.startswith("The bridge of Orsk")
    assert found.short_answer == "1950."


def test_a_reader_that_is_not_sure_singles_out_nothing():
    sure = SHORT_FROM**0.5 * 0.9
    assert drafted([FIRST], [reading_of(FIRST, "2011.", sure=sure)]).short_answer is None
    assert drafted([FIRST], [reading_of(FIRST, None)]).short_answer is None


def test_a_question_for_yes_or_no_gets_the_sentence_that_decides_and_no_short_answer():
    found = drafted([FIRST], [reading_of(FIRST, "2011.")], "Was the bridge opened in 2011?")
    assert found.sentences[0].text == "The bridge of Karsk was opened in 2011."
    assert found.short_answer is None


def test_of_several_things_that_are_asked_for_only_a_sure_answer_is_singled_out():
    unsure = [reading_of(FIRST, "2011.", sure=0.6)]
    assert drafted([FIRST], unsure, "Which years saw it opened?").short_answer is None
    assert drafted([FIRST], unsure, "Which year saw it opened?").short_answer == "2011."


def test_what_the_next_sentence_takes_back_is_not_singled_out():
    text = "The paper reported that nine people had died in Karsk. The correct number is seven."
    found = drafted([text], [reading_of(text, "nine")], "How many people died?")
    assert [sentence.text for sentence in found.sentences][-1] == "The correct number is seven."
    assert found.short_answer is None


def test_the_reader_makes_a_difference_to_the_confidence():
    sure, unsure = (
        drafted([FIRST], [reading_of(FIRST, words)]).confidence for words in ("2011.", None)
    )
    assert sure > unsure


def test_a_reranker_that_knows_relevance_alone_leaves_the_rest_as_without_a_reader():
    ranked = drafted([FIRST, SECOND], [Reading(0.9), Reading(0.1)])
    plain = drafted([FIRST, SECOND], [])
    assert ranked.short_answer is None
    assert ranked.confidence == plain.confidence


def test_features_of_a_sentence_are_in_their_ranges():
    reading = reading_of(FIRST, "2011.")
    features = read_features(reading, (0, 39), 0.5)
    assert features["relevance"] == pytest.approx(np.log(9))
    assert features["mass"] == pytest.approx(np.log(0.9))
    assert features["span"] == pytest.approx(0.81)
    far = read_features(Reading(0.0, 1.0, (), ((0, 3),), (0.0,), (0.0,)), (0, 3), 0.0)
    assert (far["relevance"], far["answerable"], far["mass"]) == (-LIMIT, LIMIT, -LIMIT)

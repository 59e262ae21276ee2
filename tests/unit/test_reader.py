"""What is made of the reader's outputs: spans, masses, and places in the passage's own text."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from rag.models import SHIPPED_PACKAGE
from rag.reader import MAX_TOKENS, Reading, SpanReader

PASSAGE = "The bridge of Karsk was opened in 2011. Judge Tamsin Roe spoke first."
QUESTION = "When was the bridge opened?"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    spec = find_spec(SHIPPED_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    made = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made


class Pointing:
    """Stands for the encoder: sure that answers begin and end at tokens of these words."""

    def __init__(self, begins: dict[str, float], ends: dict[str, float]) -> None:
        self.begins, self.ends = begins, ends
        self.seen: list[Any] = []

    def load(self) -> None:
        pass

    def run(self, encodings: Sequence[Any], *, types: bool) -> list[list[Any]]:
        assert types
        self.seen = list(encodings)
        outputs = []
        for encoding in encodings:
            starts = [self.begins.get(token, -9.0) for token in encoding.tokens]
            ends = [self.ends.get(token, -9.0) for token in encoding.tokens]
            of_one = [np.array(starts, np.float32), np.array(ends, np.float32)]
            outputs.append([*of_one, np.float32(2.0), np.float32(-2.0)])
        return outputs


def read(
    tokenizer: Tokenizer, encoder: Any, *passages: tuple[str, str], question: str = QUESTION
) -> list[Reading]:
    return SpanReader(encoder, tokenizer, name="stand-in").read(question, passages)


def test_a_span_is_told_in_characters_of_the_passage_and_its_probability(tokenizer: Tokenizer):
    (reading,) = read(tokenizer, Pointing({"2011": 9.0}, {"2011": 9.0}), ("", PASSAGE))
    best = reading.spans[0]
    assert PASSAGE[best.start : best.end] == "2011"
    assert best.probability == pytest.approx(1, abs=0.01)
    assert reading.relevance == pytest.approx(1 / (1 + np.exp(-2)))
    assert reading.answerable == pytest.approx(1 / (1 + np.exp(2)))


def test_the_prefix_is_read_and_is_no_part_of_any_span(tokenizer: Tokenizer):
    prefix = "Karsk 2011 in pictures\n"
    encoder = Pointing({"2011": 9.0}, {"2011": 9.0})
    (reading,) = read(tokenizer, encoder, (prefix, PASSAGE))
    assert "pictures" in encoder.seen[0].tokens
    best = reading.spans[0]
    assert PASSAGE[best.start : best.end] == "2011"
    assert min(start for start, _ in reading.tokens) == 0


def test_where_no_answer_is_likelier_the_spans_have_little_probability(tokenizer: Tokenizer):
    null = {"[CLS]": 9.0}
    (reading,) = read(tokenizer, Pointing(null, null), ("", PASSAGE))
    assert all(one.probability < 0.01 for one in reading.spans)
    assert sum(reading.begins) < 0.01


def test_words_of_the_question_are_no_answer(tokenizer: Tokenizer):
    (reading,) = read(tokenizer, Pointing({"when": 9.0}, {"when": 9.0}), ("", PASSAGE))
    for one in reading.spans:
        assert 0 <= one.start < one.end <= len(PASSAGE)
    assert max(one.probability for one in reading.spans) < 0.01


def test_the_mass_of_a_sentence_is_that_of_the_answers_that_stand_in_it(tokenizer: Tokenizer):
    begins, ends = {"2011": 5.0 + np.log(3), "tam": 5.0}, {"2011": 5.0 + np.log(3), "roe": 5.0}
    (reading,) = read(tokenizer, Pointing(begins, ends), ("", PASSAGE))
    first = PASSAGE.index("Judge")
    assert reading.mass(0, first) == pytest.approx(0.75, abs=0.01)
    assert reading.mass(first, len(PASSAGE)) == pytest.approx(0.25, abs=0.01)
    assert reading.mass(0, len(PASSAGE)) <= 1 + 1e-6
    within = reading.best_within(first, len(PASSAGE))
    assert within is not None
    assert PASSAGE[within.start : within.end] == "Tamsin Roe"
    assert reading.best_within(0, 1) is None


def test_spans_do_not_overlap_and_come_likeliest_first(tokenizer: Tokenizer):
    ends = {"2011": 4.0, "roe": 3.0, "first": 2.0}
    (reading,) = read(tokenizer, Pointing({"in": 4.0, "tam": 3.0, "roe": 2.0}, ends), ("", PASSAGE))
    probabilities = [one.probability for one in reading.spans]
    assert probabilities == sorted(probabilities, reverse=True)
    for number, one in enumerate(reading.spans):
        for other in reading.spans[number + 1 :]:
            assert one.end <= other.start or other.end <= one.start


def test_a_long_passage_is_cut_and_what_was_cut_holds_no_answer(tokenizer: Tokenizer):
    long = f"{PASSAGE} " * 80
    encoder = Pointing({"2011": 1.0}, {"2011": 1.0})
    (reading,) = read(tokenizer, encoder, ("", long), question="When? " * 200)
    assert len(encoder.seen[0].ids) == MAX_TOKENS
    assert reading.tokens[-1][1] < len(long)
    assert reading.mass(len(long) - 40, len(long)) == 0


def test_readings_come_in_the_order_of_the_passages_and_none_for_none(tokenizer: Tokenizer):
    encoder = Pointing({"2011": 9.0, "weir": 9.0}, {"2011": 9.0, "weir": 9.0})
    other = "Nobody saw the weir."
    readings = read(tokenizer, encoder, ("", other), ("", PASSAGE))
    said = [
        text[one.spans[0].start : one.spans[0].end]
        for one, text in zip(readings, (other, PASSAGE), strict=True)
    ]
    assert said == ["weir", "2011"]
    assert read(tokenizer, encoder) == []


def test_any_text_can_be_read(tokenizer: Tokenizer):
    for text in ("", " ", "字" * 40, "😀\u0301", "\x00\n"):
        (reading,) = read(tokenizer, Pointing({}, {}), ("", text))
        assert all(0 <= one.start < one.end <= len(text) for one in reading.spans)

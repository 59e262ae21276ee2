"""What the reader learns from: parts that share nothing, near misses, negatives, token places."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.training.examples import Asked, Context, Data, read_files, swapped, without_answer
from evals.training.negatives import Negatives
from evals.training.pairs import LENGTHS, TOKENS_A_BATCH, Maker, Pair, batches, padded

CONTEXTS = [
    f"The bridge of Karsk number {number} was opened in {1900 + number} by Judge Tamsin Roe. "
    f"It cost {number + 2} million crowns. The mayor of Karsk was not asked."
    for number in range(12)
]


def row(place: int, question: str, answer: str | None, context: str | None = None) -> Any:
    text = CONTEXTS[place] if context is None else context
    answers = [{"text": answer, "start": text.index(answer)}] if answer else []
    return {
        "id": f"{place}-{question}",
        "question": question,
        "context": text,
        "answers": answers,
        "answerable": bool(answer),
    }


def rows() -> list[Any]:
    made = []
    for place in range(12):
        made.append(row(place, f"When was bridge {place} opened?", str(1900 + place)))
        made.append(row(place, f"Who opened bridge number {place} of Karsk?", "Judge Tamsin Roe"))
        made.append(row(place, f"Which band played at bridge {place}?", None))
    return made


def read(folder: Path, given: list[Any], *, name: str = "made.jsonl", cuts: str = "8:10") -> Data:
    path = folder / name
    path.write_text("".join(json.dumps(one) + "\n" for one in given))
    return read_files([f"{path}:{cuts}"])


def test_a_file_is_cut_by_its_contexts_in_their_order(tmp_path: Path):
    data = read(tmp_path, rows())
    assert {part: len(asked) for part, asked in data.asked.items()} == {
        "train": 24,
        "tune": 6,
        "report": 6,
    }
    assert all(one.context.place < 8 for one in data.asked["train"])
    for one in data.asked["train"]:
        for start, end in one.answers:
            assert one.context.text[start:end] in (
                str(1900 + one.context.place),
                "Judge Tamsin Roe",
            )


def test_what_another_file_reports_on_is_left_out_of_training(tmp_path: Path):
    first = tmp_path / "a.jsonl"
    first.write_text("".join(json.dumps(one) + "\n" for one in rows()))
    # The same article again, with spaces and capitals changed, and a question that it shares.
    again = [
        row(
            0,
            "What did it cost?",
            "13 million",
            CONTEXTS[11].replace(" ", "  ").upper().replace("13  MILLION", "13 million"),
        ),
        row(0, "When was bridge 11 opened?", "1850", "Another bridge was opened in 1850."),
        row(0, "Who sold rye?", "The miller", "The miller sold rye."),
    ]
    second = tmp_path / "b.jsonl"
    second.write_text("".join(json.dumps(one) + "\n" for one in again))
    data = read_files([f"{first}:8:10", f"{second}:3:3"])
    kept = [one.question for one in data.asked["train"] if one.context.file == "b"]
    assert kept == ["Who sold rye?"]
    assert data.left_out["b"] == 2


def test_a_long_context_becomes_windows_that_hold_the_answer(tmp_path: Path):
    long = " ".join(
        f"Sentence number {number} says nothing at all of note." for number in range(80)
    )
    long += " The Petrel sank in 1911. " + " ".join(f"More of it, {n}." for n in range(200))
    data = read(tmp_path, [row(0, "When did it sink?", "1911", long)], cuts="1:1")
    (one,) = data.asked["train"]
    (span,) = one.answers
    assert one.context.text[slice(*span)] == "1911"
    assert len(one.context.text) < 1000
    assert len(data.contexts["made"]) > 3


def test_a_sentence_that_answers_teaches_that_the_answer_is_somewhere_in_it(tmp_path: Path):
    given = {
        "id": "1",
        "question": "Where is the museum?",
        "candidates": [
            {"text": "The weir is old.", "label": 0},
            {"text": "The museum is in Karsk.", "label": 1},
        ],
    }
    data = read(tmp_path, [given], cuts="1:1")
    (one,) = data.asked["train"]
    assert one.sentences
    assert one.relevant
    assert one.context.text[slice(*one.answers[0])] == "The museum is in Karsk."
    maker = Maker(data, seed=1)
    pair = maker.pair(one, 0, random.Random(1), most=100)
    assert pair.starts == pair.ends
    assert words_of(maker, pair, pair.starts[0], pair.starts[-1]) == "the museum is in karsk."


def asked(text: str = CONTEXTS[3], answer: str = "1903", question: str = "") -> Asked:
    start = text.index(answer)
    question = question or "When was bridge number 3 of Karsk opened?"
    return Asked(question, Context("made", 3, text), ((start, start + len(answer)),))


def test_without_its_answer_a_passage_does_not_hold_it_any_more():
    near = without_answer(asked())
    assert near is not None
    assert "1903" not in near.context.text
    assert "million crowns" in near.context.text
    assert not near.relevant
    assert near.answers == ()
    assert without_answer(asked("It was opened in 1903.", "1903")) is None


def test_a_question_is_changed_in_one_name_or_number_of_its_passage():
    changed = swapped(
        asked(question="When did the mayor of Karsk open bridge 3?"), random.Random(1)
    )
    assert changed is not None
    assert changed.question != asked().question
    assert not changed.relevant
    assert "1903" not in changed.question
    assert swapped(asked(question="when was it opened?"), random.Random(1)) is None


def test_negatives_share_words_with_the_question_and_hold_no_answer(tmp_path: Path):
    data = read(tmp_path, rows())
    negatives = Negatives(data.contexts["made"])
    found = negatives.of(asked())
    assert found
    assert all("1903" not in context.text for context in found)
    assert all(context.place != 3 for context in found)
    assert negatives.of(replace(asked(), question="zzz")) == []
    # Everywhere the judge is the answer, so that nothing is a negative.
    assert negatives.of(asked(answer="Judge Tamsin Roe")) == []


def test_negatives_are_near_in_meaning_too(tmp_path: Path):
    data = read(tmp_path, rows())

    def embed(texts: Sequence[str]) -> Any:
        # Only the question and the context on bridge 7 point the same way.
        near = [float("number 7 " in text or text.startswith("When")) for text in texts]
        return np.array([[one, 1 - one] for one in near], dtype=np.float32)

    row = replace(asked(), question="When zzz?")
    by_meaning = Negatives(data.contexts["made"], embed)
    assert by_meaning.of(row) == []
    by_meaning.prepare([row.question])
    assert by_meaning.of(row)[0].place == 7


def test_a_short_passage_keeps_its_title(tmp_path: Path):
    context = replace(asked().context, title="Bridges of Karsk", by_title=True)
    maker = Maker(read(tmp_path, rows()), seed=1)
    for seed in range(9):
        pair = maker.pair(replace(asked(), context=context), 0, random.Random(seed), most=20)
        begin = pair.types.index(1)
        assert words_of(maker, pair, begin, pair.first - 1) == "bridges of karsk"
        assert words_of(maker, pair, pair.starts[0], pair.ends[0]) == "1903"


PROFILE = """# Geography

Area:\x20
total: 5,120 sq km
land: 5,000 sq km

Climate: mild; wet winters

# Government

Capital:\x20
name: Karsk
time difference: UTC+1"""


def test_records_are_asked_for_by_their_title(tmp_path: Path):
    records = [
        {"title": "The World Factbook: Orsk", "text": PROFILE},
        {"title": "ICSA-20-001-01 Orbis Panel (Update A)", "text": "Reported by Mara Holm."},
    ]
    data = read(tmp_path, records, cuts="2:2")
    found = {row.question: row for row in data.asked["train"]}
    assert len(found) == 4
    answers = {row.context.text[slice(*row.answers[0])] for row in found.values()}
    assert answers == {"5,120 sq km", "mild; wet winters", "Karsk", "Mara Holm"}
    assert all("Orsk" in question or "Orbis Panel" in question for question in found)
    titles = {row.context.title for row in found.values()}
    assert titles == {
        "The World Factbook: Orsk / Geography",
        "The World Factbook: Orsk / Government",
        "ICSA-20-001-01 Orbis Panel (Update A)",
    }
    assert all(row.context.by_title for row in found.values())


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(read(tmp_path, rows()), seed=1)


def words_of(maker: Maker, pair: Pair, start: int, end: int) -> str:
    return maker.decoded(list(pair.ids[start : end + 1]))


def test_tokens_of_an_answer_are_marked_where_they_stand(maker: Maker):
    context = replace(asked().context, title="Bridges of Karsk")
    drawn = random.Random(2)
    for most in (20, 256):
        for _ in range(8):
            pair = maker.pair(replace(asked(), context=context), 0, drawn, most=most)
            assert pair.ids[0] == 101
            assert len(pair.ids) == len(pair.types)
            if pair.starts:
                assert words_of(maker, pair, pair.starts[0], pair.ends[0]) == "1903"
                assert pair.types[pair.starts[0]] == 1
                assert pair.first <= pair.starts[0]


def test_batches_hold_every_group_once_within_their_size(maker: Maker):
    seen: list[int] = []
    for pairs in batches(maker, 0, 1):
        length = padded(max(len(pair.ids) for pair in pairs))
        assert length in LENGTHS
        assert length * len(pairs) <= TOKENS_A_BATCH
        seen += sorted({pair.group for pair in pairs if pair.group >= 0})
    assert sorted(seen) == list(range(len(seen)))
    # Near misses that people wrote are few and come twice.
    assert len(seen) == 24 + 8


def test_the_same_seed_draws_the_same_pairs(tmp_path: Path):
    data = read(tmp_path, rows())
    first, again, other = (
        [pair.ids for pairs in batches(Maker(data, seed), 0, seed) for pair in pairs]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other

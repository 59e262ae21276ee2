import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.copies import (
    BANDS,
    N_HASHES,
    NEAR_IDENTICAL,
    ROWS,
    bands,
    estimate,
    near_identical,
    normalised,
    says_the_same,
    signature,
)

WORDS = "harbour ferry weir granary lantern miller warden storm bridge salt road tower".split()


def prose(seed: int, n_words: int) -> list[str]:
    draw = random.Random(seed)
    return [f"{draw.choice(WORDS)}{draw.randrange(400)}" for _ in range(n_words)]


def jaccard(first: list[str], second: list[str]) -> float:
    one, other = (
        {tuple(words[place : place + 3]) for place in range(len(words) - 2)}
        for words in (first, second)
    )
    return len(one & other) / len(one | other)


def test_a_signature_is_the_same_on_every_machine():
    # Stored signatures are compared with new ones: another value here needs another RECIPE.
    digest = hashlib.sha256(
        signature("The harbour of Velm was closed. 港口关闭了三个星期。")
    ).hexdigest()
    assert digest[:16] == "c00f4dbadab52025"


@given(st.text(max_size=200))
def test_any_text_has_a_signature_or_no_words(text: str):
    signed = signature(text)
    assert len(signed) in (0, 4 * N_HASHES)
    assert bool(signed) == bool(normalised(text).strip())
    assert estimate(signed, signed) == (1.0 if signed else 0.0)
    assert len(bands(signed)) == (BANDS if signed else 0)


def test_case_punctuation_and_line_ends_make_no_other_text():
    plain = "Captain Venn closed the harbour, she said, for three weeks."
    printed = "CAPTAIN VENN closed\nthe harbour — she “said” — for three weeks…"
    assert signature(plain) == signature(printed)
    assert normalised(plain) == normalised(printed)


@pytest.mark.parametrize("changed", [0, 10, 30, 60, 120])
def test_the_estimate_is_near_the_exact_similarity(changed: int):
    errors = []
    for seed in range(20):
        words = prose(seed, 600)
        edited = [*words[:200], *prose(seed + 1000, changed), *words[200 + changed :]]
        errors.append(
            estimate(signature(" ".join(words)), signature(" ".join(edited)))
            - jaccard(words, edited)
        )
    assert max(map(abs, errors)) < 4 * 0.045  # four standard errors
    assert abs(sum(errors) / len(errors)) < 3 * 0.045 / len(errors) ** 0.5


def test_one_edited_sentence_leaves_a_near_identical_text():
    words = prose(1, 400)
    edited = [*words[:100], *prose(2, 20), *words[120:]]
    assert NEAR_IDENTICAL <= estimate(signature(" ".join(words)), signature(" ".join(edited))) < 1


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        (
            "港务局长李明远在星期二晚上的风暴过后关闭了佩林港口三个星期，渡轮停航，工程师说石头无法修复。",
            "港务局长李明远在星期三晚上的风暴过后关闭了佩林港口三个星期，渡轮停航，工程师说石头无法修复。",
        ),
        (
            "ท่าเรือปิดสามสัปดาห์หลังพายุวันอังคารและเรือข้ามฟากหยุดให้บริการจนกว่าจะซ่อมเขื่อนเสร็จตามที่เมืองแจ้ง",
            "ท่าเรือปิดสามสัปดาห์หลังพายุวันพุธและเรือข้ามฟากหยุดให้บริการจนกว่าจะซ่อมเขื่อนเสร็จตามที่เมืองแจ้ง",
        ),
    ],
)
def test_scripts_without_spaces_are_compared_by_characters(text: str, edited: str):
    assert 0.4 < estimate(signature(text), signature(edited)) < 1
    assert estimate(signature(text), signature(text[::-1])) < 0.1


def test_texts_on_one_subject_are_no_copies():
    first = "Captain Venn closed the harbour of Velm on Tuesday after the storm broke the pier."
    other = "After the storm the harbour of Velm was closed by Captain Venn, and the pier broke."
    assert estimate(signature(first), signature(other)) < 0.3


def test_texts_that_are_near_identical_share_a_band():
    missed = 0
    for seed in range(40):
        words = prose(seed, 500)
        edited = [*words[:100], *prose(seed + 1000, 45), *words[145:]]  # a similarity of 0.83
        one, other = bands(signature(" ".join(words))), bands(signature(" ".join(edited)))
        missed += not any(x == y for x, y in zip(one, other, strict=True))
    assert missed == 0
    assert 1 - (1 - NEAR_IDENTICAL**ROWS) ** BANDS > 0.995


def test_pairs_are_those_whose_estimate_reaches_the_threshold():
    words = prose(3, 300)
    texts = {
        "a": " ".join(words),
        "b": " ".join([*words[:290], *prose(4, 10)]),
        "c": " ".join(prose(5, 300)),
        "d": "",
    }
    signed = {name: signature(text) for name, text in texts.items()}
    assert near_identical(signed) == [("a", "b")]
    assert near_identical({}) == near_identical({"d": b""}) == []


BEFORE = "Rain fell on Velm. "
TEXT = "Venn closed the harbour. Fourteen sailors were cold. The pier broke."
AFTER = " Merchants complained."


@pytest.mark.parametrize(
    ("passage", "same"),
    [
        (TEXT, True),
        (TEXT.upper().replace(". ", "!\n"), True),
        ("Venn closed the harbour. Fourteen sailors were cold.", True),
        # Cut one sentence further: what it adds stands there too.
        ("Fourteen sailors were cold. The pier broke. Merchants complained.", True),
        (TEXT.replace("Fourteen", "Forty"), False),
        (TEXT.replace("were", "were not"), False),
        (TEXT + " The mole sank.", False),
        # The neighbour of the passage, though the document holds it.
        ("Merchants complained.", False),
        ("…", False),
    ],
)
def test_a_passage_says_the_same_only_where_all_its_words_stand_there(passage: str, same: bool):
    assert says_the_same(passage, TEXT, (BEFORE, AFTER)) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [("-5 degrees", "5 degrees"), ("1.5 tons", "15 tons"), ("5 %", "5"), ("12,4", "124")],
)
def test_signs_decimals_and_per_cent_are_words(one: str, other: str):
    assert normalised(f"It was {one} there") != normalised(f"It was {other} there")


@settings(max_examples=50)
@given(st.lists(st.sampled_from(WORDS), min_size=4, max_size=40), st.data())
def test_a_part_of_a_passage_is_never_new(words: list[str], data: st.DataObject):
    start = data.draw(st.integers(0, len(words) - 2))
    end = data.draw(st.integers(start + 1, len(words)))
    whole = " ".join(words)
    assert says_the_same(" ".join(words[start:end]), whole, ("", ""))

import json
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.types import (
    METADATA_FIELDS,
    Answer,
    AnswerSentence,
    CheckedSentence,
    Citation,
    Dropped,
    Fact,
    Filters,
    Metadata,
    Passage,
    Writing,
)

CITATION = Citation(
    number=1,
    document="d1",
    version="v1",
    chunk="c1",
    source="a/b.md",
    title="Harbour report",
    publisher=None,
    published="2026-05",
    published_precision="month",
    url=None,
    page=3,
    page_end=4,
    start=10,
    end=28,
    quote="The bridge\nclosed.",
)
PASSAGE = Passage(
    rank=1,
    score=0.91,
    dense=0.61,
    lexical=14.2,
    document="d1",
    version="v1",
    chunk="c1",
    source="a/b.md",
    title="Harbour report",
    publisher=None,
    published="2026-05",
    published_precision="month",
    url=None,
    page=3,
    page_end=4,
    start=0,
    end=28,
    text="Notice 12 The bridge\nclosed.",
    heading="Closures",
    matches=((14, 20), (21, 27)),
    used=True,
)
ANSWER = Answer(
    id="0123456789ab",
    question="What closed?",
    query="What closed?",
    asked_at="2026-11-22T09:00:00Z",
    mode="extractive",
    model=None,
    abstained=False,
    reason=None,
    confidence=0.83,
    threshold=0.5,
    notices=("a", "b"),
    short_answer=None,
    sentences=(
        AnswerSentence("Before.", "context", (1,)),
        AnswerSentence("The bridge closed.", "answer", (1, 2), needs_context=True),
    ),
    citations=(CITATION, replace(CITATION, number=2, start=0, end=6, quote="Notice")),
    passages=(PASSAGE, replace(PASSAGE, rank=2, used=False, why_not_used="further off")),
    dropped=(Dropped("[7]", "no passage has this number"),),
    seconds={"retrieve": 0.02, "answer": 0.05},
    withheld=(AnswerSentence("Perhaps.", "answer", (1,)),),
    withheld_citations=(CITATION,),
    settings={"k": 10, "embedding_model": "m"},
    writing=Writing(
        model="openai:m",
        prompt="0123456789ab",
        given=(1, 2),
        replies=("It closed [1].", "A: DROP"),
        sentences=(
            CheckedSentence("It closed.", (1,), "supported", 0.9, shown=True),
            CheckedSentence("Ten left.", (1, 2), "partly", 0.5, ("no ten",), ("moved",), anew=True),
        ),
        finish="stop",
        tokens_in=900,
        tokens_out=12,
        removed={"address": 1},
        given_back=(1,),
    ),
)


def test_an_answer_comes_back_identical_from_its_dictionary():
    assert Answer.from_dict(ANSWER.to_dict()) == ANSWER


def test_an_answer_comes_back_identical_through_json():
    assert Answer.from_dict(json.loads(json.dumps(ANSWER.to_dict()))) == ANSWER


def test_what_was_made_of_a_read_answer_is_the_same_json_again():
    text = json.dumps(ANSWER.to_dict(), ensure_ascii=False)
    again = Answer.from_dict(json.loads(text))
    assert json.dumps(again.to_dict(), ensure_ascii=False) == text


@given(
    st.text(),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=4),
    st.floats(0, 1),
)
@settings(max_examples=80, deadline=None)
def test_any_words_and_numbers_survive_json(
    words: str, spans: list[tuple[int, int]], confidence: float
):
    answer = replace(
        ANSWER,
        question=words,
        confidence=confidence,
        citations=(replace(CITATION, quote=words),),
        passages=(replace(PASSAGE, text=words, matches=tuple(spans)),),
    )
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


def test_the_json_of_an_answer_has_the_agreed_names():
    made = ANSWER.to_dict()
    assert {
        "id", "question", "asked_at", "mode", "model", "abstained", "reason", "confidence",
        "threshold", "notices", "short_answer", "sentences", "citations", "passages", "dropped",
        "seconds",
    } <= set(made)  # fmt: skip
    assert {"text", "role", "citations", "verdict"} <= set(made["sentences"][0])
    assert {
        "number", "document", "version", "chunk", "source", "title", "publisher", "published",
        "published_precision", "url", "page", "page_end", "start", "end", "quote",
    } <= set(made["citations"][0])  # fmt: skip
    assert {
        "rank", "score", "dense", "lexical", "document", "version", "chunk", "source", "title",
        "publisher", "published", "url", "page", "start", "end", "text", "matches", "used",
        "why_not_used",
    } <= set(made["passages"][0])  # fmt: skip
    assert set(made["dropped"][0]) == {"mark", "reason"}
    assert made["seconds"] == {"retrieve": 0.02, "answer": 0.05}


def test_the_json_of_an_answer_is_made_of_plain_values():
    made = ANSWER.to_dict()
    assert made["notices"] == ["a", "b"]
    assert made["passages"][0]["matches"] == [[14, 20], [21, 27]]
    assert made["sentences"][1]["citations"] == [1, 2]
    assert made["model"] is None


def test_a_passage_as_json_is_that_of_its_answer():
    assert PASSAGE.to_dict() == ANSWER.to_dict()["passages"][0]


def test_a_field_that_a_later_version_adds_is_left_out():
    assert Answer.from_dict({**ANSWER.to_dict(), "mood": "glad"}) == ANSWER


@pytest.mark.parametrize(
    "part", ["sentences", "citations", "passages", "dropped", "withheld", "withheld_citations"]
)
def test_a_field_that_a_later_version_adds_to_a_part_is_left_out(part: str):
    made = ANSWER.to_dict()
    made[part][0]["mood"] = "glad"
    assert Answer.from_dict(made) == ANSWER


def test_an_answer_without_the_later_fields_is_read_with_their_defaults():
    made = ANSWER.to_dict()
    for name in ("withheld", "withheld_citations", "settings"):
        del made[name]
    read = Answer.from_dict(made)
    assert (read.withheld, read.withheld_citations, read.settings) == ((), (), {})


def test_no_filter_restricts_nothing():
    assert not Filters()


@pytest.mark.parametrize(
    "filters",
    [
        Filters(documents=("d1",)),
        Filters(publishers=("Orsk Post",)),
        Filters(since="2026-01-01"),
        Filters(until="2026-01-01"),
        Filters(languages=("en",)),
        Filters(media_types=("text/html",)),
    ],
)
def test_any_one_filter_restricts(filters: Filters):
    assert filters


def test_values_are_made_once_and_not_edited():
    with pytest.raises(FrozenInstanceError):
        ANSWER.question = "Other?"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        CITATION.quote = ""  # type: ignore[misc]


def test_nothing_is_known_of_a_document_until_it_is_stated():
    assert Metadata() == Metadata(None, (), None, None, None, None)
    assert {item.name for item in fields(Metadata)} == set(METADATA_FIELDS)
    assert Fact("title", "Harbour report", "file").detail == ""

"""The order of passages once some of them have been read."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader import Reading
from rag.reranking import READER_WEIGHT, SOFTNESS, reread, softened
from rag.types import Passage


def passage(rank: int, score: float) -> Passage:
    return Passage(
        rank=rank,
        score=score,
        dense=0.5,
        lexical=1.0,
        document="d",
        version="v",
        chunk=f"c{rank}",
        source="d.txt",
        title=None,
        publisher=None,
        published=None,
        published_precision=None,
        url=None,
        page=None,
        page_end=None,
        start=0,
        end=4,
        text=f"t{rank}",
    )


class Knowing:
    """Reads as it is told; `seen` has what it was given."""

    name = "stand-in"

    def __init__(self, relevances: dict[str, float]) -> None:
        self.relevances = relevances
        self.seen: list[tuple[str, str]] = []

    def load(self) -> None:
        pass

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.seen = list(passages)
        return [Reading(self.relevances[text]) for _, text in passages]


FUSED = [1.0, 0.9, 0.8, 0.7, 0.6]
ALL = [passage(rank, score) for rank, score in enumerate(FUSED, 1)]
PREFIXES = {one.chunk: f"title {one.rank}\n" for one in ALL}


def reranked(relevances: dict[str, float], readable: Sequence[Passage]) -> list[Passage]:
    reader = Knowing(relevances)
    ranked, readings = reread("Why?", ALL, readable, reader=reader, prefixes=PREFIXES)
    assert reader.seen == [(f"title {one.rank}\n", one.text) for one in readable]
    assert set(readings) == {one.chunk for one in readable}
    return ranked


def test_what_the_reader_finds_relevant_comes_first_with_its_relevance():
    ranked = reranked({"t1": 0.001, "t2": 0.5, "t3": 0.999}, ALL[:3])
    assert [one.text for one in ranked] == ["t3", "t2", "t1", "t4", "t5"]
    assert ranked[0].score == (1 - READER_WEIGHT) * 0.8 + READER_WEIGHT * softened(0.999)
    assert [one.relevance for one in ranked] == [0.999, 0.5, 0.001, None, None]
    assert [one.rank for one in ranked] == [1, 2, 3, 4, 5]


def test_what_was_not_read_keeps_its_place_among_what_was():
    ranked = reranked({"t1": 0.001, "t3": 0.999}, [ALL[0], ALL[2]])
    assert [one.text for one in ranked] == ["t3", "t2", "t1", "t4", "t5"]


def test_a_sure_reader_leaves_the_fused_score_a_say():
    odds = 3.0**SOFTNESS
    assert softened(odds / (1 + odds)) == pytest.approx(0.75)
    assert softened(0.5) == 0.5
    assert 0 < softened(0.0) < softened(0.2) < softened(1.0) < 1


def test_of_equal_relevance_the_fused_score_decides():
    assert [one.text for one in reranked(dict.fromkeys(("t1", "t2"), 0.5), ALL[:2])][:2] == [
        "t1",
        "t2",
    ]


@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    st.sets(st.integers(0, 4)),
)
def test_nothing_is_lost_and_scores_never_rise(relevances: list[float], places: set[int]):
    told = {one.text: relevance for one, relevance in zip(ALL, relevances, strict=True)}
    ranked = reranked(told, [ALL[place] for place in sorted(places)])
    assert sorted(one.chunk for one in ranked) == sorted(one.chunk for one in ALL)
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)

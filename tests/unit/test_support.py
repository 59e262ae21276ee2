"""Which words of a passage support a sentence, and how likely it is supported at all."""

from collections.abc import Sequence

import pytest

from rag.reader import Reading
from rag.support import NAMES, Source, Supporter, SupportFeatures, probability_of
from words import Words

TEXT = (
    "The bridge of Karsk fell in May. Nobody was hurt. Judge Tamsin Roe led the inquiry. "
    "It found that rust had weakened the cables. The mayor resigned."
)


def spans_of(text: str) -> tuple[tuple[int, int], ...]:
    spans, start = [], 0
    for sentence in text.split(". "):
        spans.append((start, min(start + len(sentence) + 1, len(text))))
        start += len(sentence) + 2
    return tuple(spans)


SOURCE = Source(TEXT, spans_of(TEXT), "Karsk\n")


class Fixed:
    """A reader that finds every passage as relevant as it was told."""

    name = "fixed"

    def __init__(self, relevance: float) -> None:
        self.relevance = relevance
        self.asked: list[tuple[str, int]] = []

    def load(self) -> None:
        pass

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.asked.append((question, len(passages)))
        return [Reading(self.relevance, self.relevance) for _ in passages]


class Told:
    """An entailment model that was told what to say."""

    name = "told"

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
        return [(0.9, 0.0) if "inquiry" in text else (0.1, 0.8) for text, _ in pairs]


def test_the_sentence_that_says_it_is_found():
    (found,) = Supporter(Words()).of("An inquiry was led by Judge Tamsin Roe.", [SOURCE])
    assert TEXT[slice(*found.span)] == "Judge Tamsin Roe led the inquiry."
    assert found.source == 0
    assert found.features.overlap == 1


def test_two_sentences_are_cited_where_one_does_not_say_it_all():
    said = "Judge Tamsin Roe's inquiry found that rust had weakened the cables."
    (found,) = Supporter(Words()).of(said, [SOURCE])
    assert TEXT[slice(*found.span)] == (
        "Judge Tamsin Roe led the inquiry. It found that rust had weakened the cables."
    )


def test_the_better_source_comes_first():
    other = "The harbour opened. Ferries left at noon."
    sources = [Source(other, spans_of(other)), SOURCE, Source("", ())]
    found = Supporter(Words()).of("The mayor of Karsk resigned.", sources)
    assert [one.source for one in found] == [1, 0]
    assert found[0].probability > 0.5 > found[1].probability


def test_many_sentences_are_embedded_once_each():
    words = Words()
    asked = [("The mayor resigned.", [SOURCE]), ("The mayor resigned.", [SOURCE])]
    one, two = Supporter(words).of_all(asked)
    assert one == two
    assert len(words.seen) == len(set(words.seen))
    assert Supporter(words).of_all([]) == []


def test_a_reader_reads_each_source_once_and_counts():
    said, reader = "The mayor resigned.", Fixed(0.99)
    (sure,) = Supporter(Words(), reader).of(said, [SOURCE])
    assert reader.asked == [(said, 1)]
    (unsure,) = Supporter(Words(), Fixed(0.01)).of(said, [SOURCE])
    assert sure.probability > unsure.probability


def test_an_entailment_model_overrules():
    other = "The mayor of Karsk resigned in May."
    sources = [Source(other, spans_of(other)), SOURCE]
    first, second = Supporter(Words(), None, Told()).of("The mayor of Karsk resigned.", sources)
    assert (first.source, first.entails, first.contradicts) == (1, 0.9, 0.0)
    assert (second.source, second.entails, second.contradicts) == (0, 0.1, 0.8)
    assert first.probability == 0.9


@pytest.mark.parametrize("name", NAMES)
def test_no_feature_speaks_against_support(name: str):
    low = dict.fromkeys(NAMES, 0.3)
    features = SupportFeatures(**low)
    more = SupportFeatures(**{**low, name: 0.9})
    assert 0 <= probability_of(features) <= probability_of(more) <= 1

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.anaphora import REACH, SHORT_PARAGRAPH, Leaning, leaning

Span = tuple[int, int]
ORBIS = "Orbis Line sold two ferries to the port of Orsk."
DORSK = "Ilan Dorsk opened the new bridge."


def spans_of(sentences: tuple[str, ...]) -> list[Span]:
    spans, place = [], 0
    for sentence in sentences:
        spans.append((place, place + len(sentence)))
        place += len(sentence) + 1
    return spans


def leans(*sentences: str, place: int = -1) -> tuple[list[str], bool]:
    """The sentences that one of a paragraph leans on, and whether that is unsure."""
    place %= len(sentences)
    spans = spans_of(sentences)
    found = leaning(" ".join(sentences), spans, place)
    return [sentences[spans.index(span)] for span in found.context], found.unsure


@pytest.mark.parametrize(
    "sentence",
    [
        "He also praised the builders.",
        "He praised the builders.",
        "In addition, he praised the builders.",
        "On Tuesday, he praised the builders.",
        "But he did not praise the mayor.",
        "“Well built,” he said.",
        "His deputy praised the builders.",
        "Two days later he praised the builders.",
        "Asked about the cost, he praised the builders.",
        "The engineer praised him.",
    ],
)
def test_a_pronoun_brings_the_sentence_with_the_name(sentence: str):
    assert leans(DORSK, sentence) == ([DORSK], False)


@pytest.mark.parametrize(
    "sentence",
    [
        "The company denied a loss.",
        "The company's chairman denied a loss.",
        "It denied a loss.",
        "Its chairman denied a loss.",
        "It also denied a loss.",
        "Both companies denied a loss.",
        "Meanwhile, the company denied a loss.",
    ],
)
def test_a_common_noun_or_an_it_brings_the_sentence_with_the_name(sentence: str):
    context, _ = leans(ORBIS, sentence)
    assert context == [ORBIS]


@pytest.mark.parametrize("opening", ["Yesterday", "On 4 May", "On Friday evening", "In March"])
def test_a_time_before_the_pronoun_is_no_name(opening: str):
    assert leans(DORSK, f"{opening} he left.") == ([DORSK], False)


def test_a_place_before_the_pronoun_is_not_who_is_meant():
    context, _ = leans(DORSK, "In Orsk, he met the builders.")
    assert DORSK in context


@pytest.mark.parametrize("neighbour", ["The road was closed on Monday.", "It rained in August."])
def test_a_neighbour_that_names_only_a_time_is_not_passed_off_as_the_antecedent(neighbour: str):
    context, unsure = leans(neighbour, "He blamed the builders.")
    assert context == [neighbour]
    assert unsure


def test_sentences_between_the_name_and_the_pronoun_come_along():
    middle = "She thanked the builders."
    assert leans("Mara Holm opened the bridge.", middle, "Then she left.") == (
        ["Mara Holm opened the bridge.", middle],
        False,
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara Holm said that she would leave.",
        "Holm told her deputy to leave.",
        "Mr Holm sold his house.",
        "“I am leaving,” Holm said of her plans.",
        "The group called Red Dawn claimed the theft.",
        "The group known as Red Dawn said it was theirs.",
        "The group, called Red Dawn, claimed the theft.",
        "The ministry of transport closed the road.",
        "The president of Orsk resigned.",
        "The company Orbis Line denied a loss.",
    ],
)
def test_a_sentence_with_its_own_name_leans_on_nothing(sentence: str):
    assert leans(DORSK, sentence) == ([], False)


@pytest.mark.parametrize(
    "sentence",
    [
        "These attacks wounded nobody.",
        "This was denied.",
        "Such attacks are rare.",
        "Those claims were false.",
        "Officials in Orsk dismissed these threats.",
        "Holm rejected this.",
        "Holm was told of the loss before this claim was made.",
    ],
)
def test_a_demonstrative_is_unsure_and_shows_the_paragraph(sentence: str):
    after = "The port is shut."
    assert leans(ORBIS, sentence, after, place=1) == ([ORBIS, after], True)


@pytest.mark.parametrize("sentence", ["That decision angered residents.", "That was denied."])
def test_that_at_the_start_is_a_demonstrative_too(sentence: str):
    assert leans(ORBIS, sentence) == ([ORBIS], True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Talks resume this week in Orsk.",
        "The bridge opens this Monday.",
        "Prices rose this year.",
        "Ferries stop this winter.",
        "Firms such as Orbis Line profit.",
        "Those who fled have come back.",
        "Residents said that the port was lost.",
    ],
)
def test_a_time_or_a_clause_is_no_demonstrative(sentence: str):
    assert leans(DORSK, sentence) == ([], False)


def test_a_demonstrative_inside_a_quotation_with_its_speaker_points_nowhere():
    assert leans(DORSK, "“This is our road,” said Mara Holm.") == ([], False)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is clear that the bridge is unsafe.",
        "It was not known who had paid.",
        "It was raining.",
        "It seems that the road is lost.",
        "It takes two hours to cross.",
    ],
)
def test_an_it_that_stands_for_nothing_leans_on_nothing(sentence: str):
    assert leans(DORSK, sentence) == ([], False)


def test_nobody_named_before_the_pronoun_is_unsure():
    assert leans("The bridge fell.", "He blamed the rain.") == (["The bridge fell."], True)


def test_the_first_sentence_of_a_paragraph_that_leans_is_unsure():
    assert leans("The group denied it.", "Red Dawn did not.", place=0) == (
        ["Red Dawn did not."],
        True,
    )


def test_a_paragraph_of_one_sentence_that_leans_is_unsure_and_has_nothing_to_show():
    assert leans("He also praised the builders.") == ([], True)


@pytest.mark.parametrize(
    "correction",
    [
        "The correct number is seven.",
        "In fact, the bridge stands.",
        "That was wrong.",
        "The figure has since been revised.",
        "It should have been seven.",
    ],
)
def test_a_sentence_that_is_taken_back_brings_its_correction(correction: str):
    assert leans("Holm reported nine dead.", correction, place=0) == ([correction], False)


@pytest.mark.parametrize("following", ["The number of ships fell.", "It was in Orsk."])
def test_a_sentence_that_is_not_taken_back_brings_nothing_after_it(following: str):
    assert leans("Holm reported nine dead.", following, place=0) == ([], False)


def test_a_plain_sentence_leans_on_nothing():
    assert leans(DORSK, ORBIS) == ([], False)


def test_inside_a_quotation_the_speaker_named_before_it_comes_along():
    sentences = ("Ilan Dorsk said: “We will not yield.", "The road is ours.", "We built it.”")
    assert leans(*sentences, place=1) == ([sentences[0]], False)
    assert leans(*sentences, place=2) == ([sentences[0], sentences[1]], False)
    assert leans(*sentences, place=0) == ([], False)


def test_inside_a_quotation_the_speaker_named_after_it_comes_along():
    sentences = ("“We will not yield.", "The road is ours.", "We built it,” said Ilan Dorsk.")
    assert leans(*sentences, place=0) == ([sentences[1], sentences[2]], False)
    assert leans(*sentences, place=1) == ([sentences[2]], False)
    assert leans(*sentences, place=2) == ([], False)


def test_a_quotation_that_goes_on_after_its_attribution_keeps_its_speaker():
    sentences = ("“We stay,” said Ilan Dorsk.", "“The road is ours.", "Nobody takes it.”")
    assert leans(*sentences, place=1) == ([sentences[0]], False)
    assert leans(*sentences, place=2) == ([sentences[0], sentences[1]], False)


def test_a_quotation_of_its_own_speaker_is_not_given_to_the_speaker_before():
    sentences = ("“We stay,” said Ilan Dorsk.", "“We leave.", "We leave now,” said Mara Holm.")
    assert leans(*sentences, place=1) == ([sentences[2]], False)


def test_a_quotation_of_its_own_speaker_is_not_given_to_the_speaker_after():
    sentences = ("Mara Holm said: “We leave.", "We leave now.”", "“We stay,” said Ilan Dorsk.")
    assert leans(*sentences, place=1) == ([sentences[0]], False)


def test_straight_quotation_marks_open_and_close_in_turn():
    sentences = ('"We will not yield.', "The road is ours.", 'We built it," Ilan Dorsk said.')
    assert leans(*sentences, place=0) == ([sentences[1], sentences[2]], False)
    assert leans(*sentences, place=2) == ([], False)


def test_a_quotation_of_nobody_is_unsure():
    sentences = ("“We will not yield.", "The road is ours.", "We built it.”")
    assert leans(*sentences, place=1) == ([sentences[0], sentences[2]], True)


def test_a_speaker_who_is_only_a_pronoun_brings_the_name_too():
    sentences = ("Ilan Dorsk opened the bridge.", "“We stay,” he said.", "“The road is ours.”")
    context, _ = leans(*sentences)
    assert context == [sentences[0], sentences[1]]


def test_a_long_paragraph_is_shown_in_part():
    sentences = tuple(f"Ship {number} left the port of Orsk." for number in range(12))
    middle = (*sentences[:6], "These ships were old.", *sentences[6:])
    assert len(middle) > SHORT_PARAGRAPH
    context, unsure = leans(*middle, place=6)
    assert unsure
    assert context == [*middle[6 - REACH : 6], *middle[7 : 7 + REACH]]


def test_a_paragraph_that_is_just_short_enough_is_shown_whole():
    sentences = tuple(f"Ship {number} left." for number in range(SHORT_PARAGRAPH - 1))
    context, unsure = leans(*sentences, "These ships were old.")
    assert (context, unsure) == (list(sentences), True)


def test_a_name_too_far_back_is_not_sure():
    filler = ("the rain fell.",) * REACH
    context, unsure = leans(DORSK, *filler, "He left.")
    assert unsure
    assert context[0] == DORSK


def test_a_sentence_in_another_language_leans_on_nothing():
    assert leans("橋が落ちた。", "雨が降った。") == ([], False)


PIECES = st.sampled_from(
    ["He left.", "“We stay.", "It’s ours.”", '"No', "said Orsk.", "These ships.", "…", "«", "”"]
)


@given(st.lists(st.one_of(PIECES, st.text(min_size=1, max_size=20)), min_size=1, max_size=14))
@settings(max_examples=200, deadline=None)
def test_what_is_leant_on_is_of_the_paragraph_in_order_and_never_the_sentence_itself(
    pieces: list[str],
):
    sentences = tuple(pieces)
    spans = spans_of(sentences)
    text = " ".join(sentences)
    for place in range(len(spans)):
        found = leaning(text, spans, place)
        assert isinstance(found, Leaning)
        assert spans[place] not in found.context
        assert set(found.context) <= set(spans)
        assert list(found.context) == sorted(set(found.context))

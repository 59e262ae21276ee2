"""Who did what to whom: names and clauses that change places, and opposites told of them."""

import pytest

from rag.particulars import check
from rag.particulars.crossing import clauses_of
from rag.particulars.opposites import LOOSE, OPPOSITE_GROUPS


def failures(sentence: str, source: str) -> dict[str, str]:
    """The kinds that fail, and how."""
    found = check(sentence, source, span=(0, len(source)))
    return {one.particular.kind: one.verdict for one in found if one.failed}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Karst will pay for the wages and Millstone for the repairs.",
         "Karst will pay for the repairs and Millstone for the wages."),
        ("Weather caused half of the delays, faults a third.",
         "Faults caused half of the delays, weather a third."),
        ("62% of nurses trust Mendel and 48% trust Corvia.",
         "62% of nurses trust Corvia and 48% trust Mendel."),
    ],
)  # fmt: skip
def test_two_clauses_put_together_crosswise_are_altered(sentence: str, source: str):
    assert failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Females have a blue throat.", "Males have a blue throat, females a grey one."),
        ("Felix will stay on as manager.",
         "Gwen Abara has sold it to the Rook family, who own the pier, but will stay on as "
         "manager. Felix objected."),
        ("Yusuf Amani now teaches in Geneva.",
         "Yusuf Amani denies it. Lale Oduya, who had warned of it, now teaches in Geneva."),
    ],
)  # fmt: skip
def test_what_is_said_of_another_subject_is_altered(sentence: str, source: str):
    assert failures(sentence, source) == {"name": "altered"}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Millstone covers the wages, and Karst will pay for the repairs.",
         "Karst will pay for the repairs and Millstone for the wages."),
        ("Unlike the females, whose throat is grey, the males have a blue one.",
         "Males have a blue throat, females a grey one."),
        ("Gwen Abara will stay on as manager.",
         "Gwen Abara has sold the hotel but will stay on as manager. Felix objected."),
        ("The court fined Karst over the spill.", "Karst was fined by the court over the spill."),
    ],
)  # fmt: skip
def test_clauses_in_another_order_are_held(sentence: str, source: str):
    assert failures(sentence, source) == {}


def test_a_clause_without_a_subject_has_that_of_the_clause_before():
    first, second = clauses_of("Anna Berg sold the mill and moved to Lund.")
    assert first.subject == second.subject == {"anna", "berg"}


PLUME = (
    "Ash closed Catania airport. The operator Orsa said flights had resumed. "
    "Etna's plume reached 4.5 kilometres above sea level."
)


def test_a_name_among_the_words_of_another_is_altered():
    told = "The plume of Orsa rose to 4,500 metres above sea level."
    assert failures(told, PLUME) == {"name": "altered"}


def test_a_name_among_its_own_words_is_held():
    told = "The plume of Etna rose to 4,500 metres above sea level."
    assert failures(told, PLUME) == {}


def test_a_name_that_a_pronoun_stands_for_is_held():
    source = "Lake Sorrin is deep. It was first mapped in 1764 by the Swiss surveyor Ulrich Ammann."
    assert failures("The first map of Lake Sorrin was drawn by Ammann in 1764.", source) == {}


def test_a_word_that_only_opens_a_sentence_is_no_rival():
    source = "Lomond ran the isles. Islanders on Tarsay hope that the night boat comes back."
    told = "On Tarsay people want back the night boat that Lomond gave up in hope."
    assert failures(told, source) == {}


def test_who_replaces_whom_may_be_told_from_either_side():
    source = "Lomond has lost the western isles to Skerry Marine, which will take over in May."
    assert failures("Skerry Marine runs the western isles, replacing Lomond.", source) == {}


def test_what_one_did_not_do_may_be_what_another_did():
    source = (
        "Senator Ray Colt voted for the water bill after opposing it for months; his colleague "
        "Dana Fry, who had drafted it, abstained because of a late amendment on wells."
    )
    told = "Dana Fry did not vote on the bill that she had written, since an amendment came late."
    assert "name" not in failures(told, source)


def test_two_names_in_each_others_place_are_altered():
    source = "Smoke from 400 fires burning in Quebec turned the sky over Boston orange."
    told = "400 fires burning in Boston turned the sky orange over Quebec, with smoke."
    assert failures(told, source) == {"name": "altered"}


def test_a_comparison_turned_round_is_altered():
    source = "Doctors were more sceptical than nurses."
    assert failures("Nurses were more sceptical than doctors.", source)


def test_a_comparison_told_from_its_other_side_is_held():
    source = "Doctors were more sceptical than nurses."
    assert failures("Nurses were less sceptical than doctors.", source) == {}
    novels = "Her second novel is shorter than her first."
    assert failures("Her first novel was the longer one.", novels) == {}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Linden kept its promise to run the bus.", "Linden broke its promise to run the bus."),
        ("Ferries to the islands are running.", "Ferries to the islands are cancelled."),
        ("Those who worked days had a higher risk.", "Those who worked nights had a higher risk."),
        ("The boat arrived in time to help.", "The boat arrived too late to help."),
        ("Eggs are laid far from the shore.", "Eggs are laid near the shore."),
        ("The dyke held on Friday.", "The dyke gave way on Friday."),
        ("Side effects were more severe in adults.", "Side effects were milder in adults."),
        ("Skiers should avoid marked runs.", "Skiers should keep to marked runs."),
        ("Wages were growing too slowly, the governor warned.",
         "The governor warned that wages were growing too fast; ministers had urged her to act."),
    ],
)  # fmt: skip
def test_a_word_of_the_wider_list_is_met_by_its_opposite(sentence: str, source: str):
    assert failures(sentence, source) == {"opposite": "altered"}


def test_an_opposite_of_the_wider_list_counts_only_among_the_same_words():
    source = "The council kept its branches open. The strike broke out in May over hours."
    assert failures("The strike went on in May, and talks kept failing.", source) == {}


def test_no_word_stands_on_both_sides_of_a_pair():
    assert not [number for number, (one, two) in enumerate(OPPOSITE_GROUPS) if one & two]
    assert len(OPPOSITE_GROUPS) > LOOSE


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("200,000 households buy from it.", "It supplies a third of the region's 600,000 homes."),
        ("Six left because of headaches.", "Of 48, 12 dropped out, half of them with headaches."),
        ("They were treated for more than two months.", "Treatment lasted up to nine weeks."),
        ("She came two days after the flood.", "She came on Friday; the flood was on Wednesday."),
        ("The pumps had not worked since March.",
         "The pumps, out of order since March, are working again."),
        ("They wept in the south but not in the north. It was violent only in the south.",
         "It was peaceful in the north but turned violent in the south, where they wept."),
        ("It put the fault on the pumps and cleared the crew.",
         "It put the fault on the pumps, not on the crew."),
    ],
)  # fmt: skip
def test_what_follows_from_the_source_is_held(sentence: str, source: str):
    assert failures(sentence, source) == {}


def test_another_share_of_a_number_is_missing():
    source = "It supplies a third of the region's 600,000 homes."
    assert "number" in failures("300,000 homes buy from it.", source)


def test_a_crossing_is_found_in_its_place():
    before = "The mine is shut. "
    cited = "Karst will pay for the repairs and Millstone for the wages."
    told = "Karst will pay for the wages and Millstone for the repairs."
    span = (len(before), len(before) + len(cited))
    found = [one.found for one in check(told, before + cited, span=span) if one.failed]
    assert (len(before), len(before) + len("Karst will pay for the repairs")) in found

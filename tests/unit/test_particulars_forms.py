"""Names that a source has in another form, and names that only look like one of it."""

import pytest

from rag.particulars import check, fuller_names

HELD = [
    ("Orle, based in Skelby, Minnesota, has 55 staff.", "Orle of Skelby, Minn., has 55 staff.", ""),
    ("Ada Berg of Vermont asked.", "Sen. Ada Berg (D-VT) asked.", ""),
    ("Democratic senator Ada Berg asked.", "Sen. Ada Berg (D-VT) asked.", ""),
    ("The Department of Inland Harbours met.", "The DIH met.", ""),
    ("Arle Mayor Jon Stanwick spoke.", "But the Arle mayor, Jon Stanwick, spoke.", ""),
    ("They passed VR Drawing there.", "They passed Virtual Reality Drawing there.", ""),
    ("Justice Ada Halvorsen spoke.", "Justice Ada Halvorson spoke.", ""),
    ("The Townwall columnist wants it.", "Congress wants it.", "Right. Townwall.com. 2011"),
    ("Nearly all Uruguayans had it.", "Nearly all of Uruguay had it.", ""),
    (
        "Orle has its seat in the United States.",
        "Orle\n\nCompany seat: United States\n\nRecommended Steps: update.",
        "",
    ),
]
FAILED = [
    ("Orle, based in Skelby, Montana, has 55 staff.", "Orle of Skelby, Minn., has 55 staff."),
    ("Tom Lund of Vermont asked.", "Tom Lund (R-IL) and Ada Berg (D-VT) asked."),
    ("The Republican Ada Berg asked.", "Sen. Ada Berg (D-VT) asked."),
    ("Justice Ada Halvorsen spoke.", "Justice Ada Halloran spoke."),
    ("He owned Brookway Ltd of Arle.", "He owned Brockway Ltd of Arle."),
    ("Arle Mayor Jon Stanwick spoke.", "But the Arle mayor, Jon Brandt, spoke."),
]


def failed(sentence: str, source: str, about: str = "") -> list[str]:
    """Why names of a sentence fail against a source."""
    found = check(sentence, source, span=(0, len(source)), about=about)
    return [one.why for one in found if one.failed and one.particular.kind == "name"]


@pytest.mark.parametrize(("sentence", "source", "about"), HELD)
def test_another_form_of_a_name_holds(sentence: str, source: str, about: str):
    assert not failed(sentence, source, about)


@pytest.mark.parametrize(("sentence", "source"), FAILED)
def test_what_only_looks_like_a_form_fails(sentence: str, source: str):
    assert failed(sentence, source)


def test_a_full_name_behind_a_long_title_is_one():
    title = "Senate Justice Chairman Ada Lorne spoke."
    assert fuller_names("Later Lorne wrote.", [title]) == ("Ada Lorne",)


def test_a_name_is_not_that_of_the_place_beside_the_same_words():
    source = "He left Arle High School in Skelby. Ada Berg taught there. Many came from it."
    assert not failed("Many came from Arle High School while Ada Berg taught there.", source)


def test_whom_another_noun_goes_with_is_not_the_subject_of_who():
    source = "Lund called the senator a friend of Arle who was groomed there. Berg is the senator."
    assert not failed("Berg was groomed there.", source)

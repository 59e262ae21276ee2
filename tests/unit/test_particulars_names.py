"""Names as real drafts have them: in other spellings, shortened, and put for one another."""

import pytest

from rag.particulars import check
from rag.particulars.names import codes_of, names_of
from rag.particulars.subjects import subject_of
from rag.particulars.words import words_of


def failures(sentence: str, source: str, about: str = "") -> dict[str, str]:
    """The kinds that fail, and how."""
    found = check(sentence, source, span=(0, len(source)), about=about)
    return {one.particular.kind: one.verdict for one in found if one.failed}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Labelled KORV was the better marker.", "Labeled 5-iodo (KORV) was a better marker."),
        ("Embattled Corvane said it would sell.", "Corvane, under fire, said it would sell."),
        ("She wore a MAGA hat.", "She wore a “Make Arle Great Again” hat."),
        ("Consul Ada Lorne also covers Brone.", "Consul Ada “Bix” LORNE also covers Brone."),
        ("J.C. Harlow shut 600 shops.", "JCHarlow shut 600 shops."),
        ("The Transport Department will look into it.", "USDOT will look into it."),
        ("The Arle Supreme Court let it stand.",
         "The state Supreme Court let it stand. Arle has had the law since 2019."),
        ("Fines reach NZ$150,000, or US$96,000.", "Fines reach NZ$150,000 (US$96,000)."),
        ("Senators Lorne and Berg opposed it.", "Sens. Lorne and Berg opposed it."),
        ("The Fed should buy shares, Ohm thinks.",
         "Ohm thinks the Federal Reserve should buy shares."),
        ("Lund-Berg virus spreads faster.", "The LBV mutant spreads faster."),
        ("The Labour programme was cut.", "The Labor program was cut."),
    ],
)  # fmt: skip
def test_a_name_in_another_form_is_held(sentence: str, source: str):
    assert failures(sentence, source) == {}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The Brone Supreme Court let it stand.",
         "The Arle Supreme Court let it stand. Brone did not appeal."),
        ("Ada Keller sold it.", "Ada Berg and Tom Keller sold it."),
    ],
)  # fmt: skip
def test_parts_of_two_names_are_none(sentence: str, source: str):
    assert "name" in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Miles Orr hugged Lorne.",
         "Several came: Ada Foss, who hugged Lorne, Miles Orr, who waved, and Ida Penn."),
        ("Captain Lund was the first to see it.",
         "The explorer Abel Orr was the first to see it. Captain Lund came later."),
        ("Corvane closed its health division.",
         "Lumen (LMN) closed its health division. Corvane kept its own."),
        ("Orb4 is the main factor.", "Sot2 is the main factor, not Orb4."),
        ("Ida Penn was the foreign minister in May.", "Ida Penn was the defence minister in May."),
        ("Rita Lund was walking to the fair.",
         "Orr, then a clerk at Arle Print, was walking to the fair. Lund was walking home."),
        ("Brone Bank is the most cautious of the large lenders.",
         "Arle Trust is glum – it is the most cautious of the large lenders. Brone Bank rose."),
        ("Lund's government ignored the vote.",
         "The Orr government ignored the vote. Lund had won in 2011."),
        ("The scale was drawn up by the Arle Institute.",
         "The scale was drawn up in 1939. Its length was measured by the Arle Institute."),
        ("Tom Orr beat Ada Foss.", "Ada Foss won on Sunday, beating Tom Orr by a length."),
        ("President Orr dissolved the chamber in May.",
         "President Lund dissolved the chamber in May. In June President Orr was elected."),
        ("The mill was bought by Orr.", "The mill was bought by Lund. Orr had built it."),
    ],
)  # fmt: skip
def test_a_name_put_for_another_fails(sentence: str, source: str):
    assert "name" in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        # A land is no club, an office no company, a byname its bearer.
        ("Foss told Arle Sport that Italy had paid for its mistakes.",
         "Norwich defender Foss told Arle Sport: “We have paid for our mistakes.” Italy lost."),
        ("Orr said Lumen has lost its buyers.",
         "“It has lost its buyers,” says Orr, CEO of Brone, a consultancy. Lumen has 40 shops."),
        ("France may become the first side to keep the title since 1962.",
         "France is in the final again. Les Bleus may become the first side to keep the title "
         "since 1962."),
        # Names of one list, and a name that only tells of a noun.
        ("It printed Ida Penn and Tom Orr.",
         "It printed columns by Ida Penn or Ada Foss or Tom Orr."),
        ("It overturned Ohm v. Berg.",
         "It overturned a Supreme Court case that it did not like – Ohm v. Berg."),
        # A short form and its long one.
        ("They use methods such as VPNs.",
         "They use methods such as Virtual Private Networks, and know that VPNs have faults."),
        # No name is plainly the subject.
        ("Lund spoke of a role for Orr in the Foss affair and hinted at fraud.",
         "Lund spoke of Orr and Foss. And who, having lost the Arle vote, hinted at fraud?"),
        ("Lund Designer has heap-based faults.",
         "Brone Lund Designer: Version 2 (Heap-based Buffer Overflow) has heap-based faults."),
        ("Eleven comets were found there by Hedda Moe.",
         "It was founded by the brewer Otto Lind. Hedda Moe discovered eleven comets there."),
        # An aside that is a name belongs to the name before it.
        ("In May, Orr faulted others for closing it to save a levy.",
         "Minority Leader Miles Orr, Arle Republican, faulted others for closing it to save a "
         "levy."),
        ("The law has been in force since 1968, and amendments are passed by order.",
         "The law: latest entered into force in 1968; amendment process: passage by order."),
        ("Lund Clams spokesman Tim Orr confirmed the species.",
         "Staff confirmed the origin, and Lund Clams and Oysters spokesman Tim Orr confirmed the "
         "species."),
    ],
)  # fmt: skip
def test_a_name_that_is_not_plainly_another_s_is_held(sentence: str, source: str):
    assert failures(sentence, source).get("name") is None


@pytest.mark.parametrize(
    ("text", "verb", "names", "head"),
    [
        ("Ada Foss has never sold it.", "sold", ("Ada Foss",), ""),
        ("Ada Foss, who runs Lumen, sold it.", "sold", ("Ada Foss",), ""),
        ("Ada Foss beat Orr and won it.", "won", ("Ada Foss",), ""),
        ("It was Ada Foss who sold it.", "sold", ("Ada Foss",), ""),
        ("Numbers on the island of Skarn fell.", "fell", ("Skarn",), "number"),
        ("The Kingdom of Lund sold it.", "sold", ("Lund",), ""),
        ("Orr's firm sold it.", "sold", ("Orr's",), "firm"),
        ("The house near Skarn, they heard, fell.", "fell", ("Skarn",), "hous"),
        ("It was sold to Orr.", "sold", None, ""),
    ],
)  # fmt: skip
def test_the_subject_of_a_verb(text: str, verb: str, names: tuple[str, ...] | None, head: str):
    found = words_of(text)
    place = next(at for at, word in enumerate(found) if word.low == verb)
    subject = subject_of(found, names_of(text), place)
    if names is None:
        assert subject is None
    else:
        assert subject is not None
        assert tuple(name.text for name in subject.names) == names
        assert subject.head == head


def test_codes_are_names_with_figures():
    told = codes_of("BRC2, X.25 and CVE-2020-1 of Q3 2020, not 5G")
    assert [code.text for code in told] == ["BRC2", "X.25", "CVE-2020-1"]

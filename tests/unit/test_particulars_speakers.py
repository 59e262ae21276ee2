"""Who speaks in the source, and who is said to: the forms in which real text tells it."""

import pytest

from rag.particulars import check
from rag.particulars.speech import frames_of

BRIDGE = "Ilse Tarn heads the board. Bo Wren{} that the bridge would fail."


def speaker_fails(sentence: str, source: str, cited: str | None = None, about: str = "") -> bool:
    """Whether a speaker of a sentence fails."""
    low = source.find(cited or source)
    found = check(sentence, source, span=(low, low + len(cited or source)), about=about)
    return any(one.failed for one in found if one.particular.kind == "speaker")


@pytest.mark.parametrize(
    "verb",
    [
        " said", " pointed out", " told reporters", ", citing costs, said", " thinks",
        " — angry over the delay — announced", ", in a first speech, said", " (R-Va.) said",
        " spoke to a paper and said", " drew a map, which he showed, and argued",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("speaker", "fails"), [("Ilse Tarn", True), ("Bo Wren", False)])
def test_who_speaks_is_read_over_what_parts_the_name_and_the_verb(
    verb: str, speaker: str, fails: bool
):
    sentence = f"{speaker} said that the bridge would fail."
    assert speaker_fails(sentence, BRIDGE.format(verb)) is fails


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Remedy: update. Reported by Bo Wren of Arle.", ["Bo Wren of Arle"]),
        ("A flaw reported by Bo Wren was closed.", ["Bo Wren"]),
        ("The Arle Post reported that Bo Wren called it bad.", ["The Arle Post", "Bo Wren"]),
        ("Senate Majority Leader, Ilse Tarn, dismissed it.",
         ["Senate Majority Leader, Ilse Tarn,"]),
        ('Ilse Tarn: "I am here."', ["Ilse Tarn"]),
        ("High fees, schools claim, pay for it.", ["schools"]),
        ("The study found no harm.", ["The study"]),
        ("Divers found no harm.", []),
        ("They cheered when Bo Wren, in a speech, said so.", ["Bo Wren, in a speech,"]),
        ("It closed, according to figures from Brone.", ["figures from Brone"]),
        ('"Is it late?" she asked.', ["she"]),
    ],
)  # fmt: skip
def test_the_forms_of_telling_who_speaks(source: str, told: list[str]):
    assert [source[one.start : one.end] for one in frames_of(source)] == told


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The flaw was reported by Ilse Tarn.", "The flaw was reported by Bo Wren. Tarn fixed it."),
        ("The bridge was unsafe, the police said.",
         "The bridge was unsafe, the court said. Police were there."),
        ("Prosecutors said the bridge was unsafe.", "Residents said the bridge was unsafe."),
        ("Brone's team said that bees sleep.", "Arle's team said that bees sleep. Brone paid."),
        ("Tarn's lawyer said he was in Arle.", "Pike's lawyer said he was in Arle. Tarn was not."),
        ("Ilse Tarn of Brone said it failed.", "Bo Wren of Brone said it failed. Tarn fixed it."),
        ("Ilse Tarn said they would not pay more than a cent.",
         '"It is late," said Bo Wren. "We will not pay more than a cent." Ilse Tarn was angry.'),
        ("Ilse Tarn said they would not pay more than a cent.",
         '"We will not pay more than a cent. It is late," said Bo Wren. Ilse Tarn was angry.'),
        ('Ilse Tarn called the push "abhorrent", the Arle Post reported.',
         "Ilse Tarn left. The Arle Post reported that Sen. Bo Wren called the push “abhorrent.”"),
        ("CISA recommends updating to version 2.", "Brone recommends updating. CISA lists it."),
        ("Ilse Tarn credited the union with the find.",
         "Bo Wren credited the union with the find. Ilse Tarn was there."),
    ],
)  # fmt: skip
def test_another_speaker_fails(sentence: str, source: str):
    assert speaker_fails(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The flaw was reported by a party of Arle Labs, and Brone recommends version 2.",
         "Brone recommends upgrading to version 2. Reported by a party of Arle Labs."),
        ("Bo Wren and Ida Pike have confirmed 60 judges, Tarn writes.",
         "Tarn has views. President Bo Wren and Ida Pike have confirmed 60 federal judges."),
        ("A top Transport Department official contends that inspectors were limited.",
         "A top DOT official contends that inspectors were limited."),
        ("Bo Wren said the agency's return with a warrant suggested it had evidence.",
         '"That it came back with a warrant indicates to me that the agency has evidence," Bo '
         "Wren told a paper."),
        ("John Berg dismissed it as “unacceptable”.",
         "Senate Majority Leader, John Berg, dismissed it as “unacceptable.”"),
        ('Ilse Tarn called for more guards, a push that Bo Wren called "abhorrent".',
         "The Arle Post reported that Bo Wren called Tarn's push for guards “abhorrent.”"),
        ("Officials said the bridge was unsafe.", "Police said the bridge was unsafe."),
        ("Brone said the flaw was old.", "Conor Pike of Brone said the flaw was old."),
        ("The Arle Institute said that it was “a baseless inquiry”.",
         "She spoke of Stone. “It was a baseless inquiry,” she said. The Arle Institute left."),
        ("Tarn's lawyer said he was in Arle.", "Bo Wren, a lawyer for Ilse Tarn, said he was."),
    ],
)  # fmt: skip
def test_the_same_speaker_in_other_words_holds(sentence: str, source: str):
    assert not speaker_fails(sentence, source)


def test_a_title_names_whom_a_leader_is():
    source = (
        "The new leader was asked if he was a foe. She said the “jury is out.” Tarn won in May."
    )
    assert not speaker_fails("Ilse Tarn said the “jury is out”.", source, about="Ilse Tarn wins")


ISLANDS = "The islands were a popular stop for migrants on the way north."


@pytest.mark.parametrize(
    ("rest", "fails"),
    [
        ("Ilse Tarn governed them in 1902.", True),
        ("Ilse Tarn is the author of a book on them.", False),
        ("Ilse Tarn told the court of her visits.", False),
        ("\n\nIlse Tarn\n", False),
        ("ILSE TARN: What then?", False),
    ],
)
def test_an_authors_words_are_nobody_elses(rest: str, fails: bool):
    sentence = "According to Ilse Tarn, the islands were a popular stop for migrants."
    assert speaker_fails(sentence, f"{ISLANDS} {rest}", ISLANDS) is fails
    assert not speaker_fails(sentence, f"I saw it. {ISLANDS} {rest}", f"I saw it. {ISLANDS}")

"""Who is said to say what: speakers found in real sentence shapes, and quotations cut in two."""

import pytest

from rag.particulars import check
from rag.particulars.quotations import quotations_in
from rag.particulars.speech import frames_of

CREW = (
    "Arlow airline cancelled hundreds of flights. “The system we use is simply outdated,” Hanna "
    "Pryce, president of the Cabin Crew Union, told NTV’s Paul Odell. She said members had been "
    "stranded for days. The airline's chief executive, Tom Verrick, apologised to customers in a "
    "video and promised refunds. Analysts at Brackwell said the cost could reach $200 million."
)
COUNCIL = (
    "The mayor of Feldau, Irma Soltan, has ruled out a new landfill. In a letter to residents, she "
    "said the city would instead recycle more. Her deputy, Karl Benes, warned that the plan would "
    "cost 40 million euros. Environmentalists welcomed the decision, although the group Green "
    "Feldau called it “too late”. The retailer Hobart, which runs two depots there, said it had "
    "not been consulted."
)
PANEL = (
    "In a speech on 4 March, Senator Bo Wren (R-Ohio) accused the agency of “hiding the ball”. "
    "Agency head Mina Sato, who testified later, denied this and said all files had been handed "
    "over on time. Representative Carl Dube, a Democrat, thanked her and noted that the panel had "
    "received 12,000 pages. Wren said afterwards he was not convinced; a spokesman later clarified "
    "that the senator had not read the files."
)
WELLS = (
    "The Kelm Institute reported in 2019 that 14 percent of wells contained nitrate above the "
    "limit. The ministry attributes the fall to new rules. According to the World Water Panel, "
    "nitrate is the most common pollutant of groundwater. The vendor Sensotec advises users to "
    "replace the probes every two years."
)
COLUMN = (
    "I spent three weeks in the valley. “Nobody asked us,” a shopkeeper told me. The governor "
    "insists that everyone was heard. As the historian Lena Voss has argued, dams divide villages. "
    "My own view is that the state should pay. Lars Kettel is a columnist for the Evening Sun."
)
STORM = (
    "Nordvik, the Oslo shipping company, lost 40 containers. A spokesperson declined to give their "
    "value. “We are in touch with customers,” she told Reuters. Rival Halden Lines said its ships "
    "had taken shelter. Officials in Bergen said beaches might be closed. Prosecutors have opened "
    "an inquiry, the newspaper Dagens Post reported, citing two people briefed on it."
)
STUDY = (
    "We measured sleep in 310 nurses. We found that night shifts reduced sleep by 1.4 hours. The "
    "Royal College of Nurses recommends at most four nights; Lindqvist (2015) proposed three."
)


def speaker_fails(sentence: str, source: str) -> bool:
    """Whether a speaker or a quotation of a sentence fails."""
    found = check(sentence, source, span=(0, len(source)))
    return any(one.failed for one in found if one.particular.kind in ("speaker", "quotation"))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Hanna Pryce of the Cabin Crew Union told NTV that the system was outdated.", CREW),
        ("Hanna Pryce, who heads the union, said members had been stranded for days.", CREW),
        ("Verrick, the chief executive, promised refunds and apologised to customers.", CREW),
        ("Apologising to customers in a video, Tom Verrick promised refunds.", CREW),
        ("The union said its members had been stranded for days.", CREW),
        ("Arlow promised refunds and apologised.", CREW),
        ("According to Brackwell analysts, the cancellations could cost $200 million.", CREW),
        ("Irma Soltan told residents in a letter that the city would recycle more.", COUNCIL),
        ("Green Feldau called it “too late”, and Hobart said it was not consulted.", COUNCIL),
        ("The retailer said it had not been consulted.", COUNCIL),
        ("The plan, Benes warned, would cost 40 million euros.", COUNCIL),
        ("Senator Wren accused the agency of “hiding the ball”, which Sato denied.", PANEL),
        ("The agency's head said all files had been handed over on time.", PANEL),
        ("According to Wren's spokesman, the senator had not read the files.", PANEL),
        ("According to the ministry, the fall is due to new rules.", WELLS),
        ("Sensotec recommends replacing the probes every two years.", WELLS),
        ("In 2019 the Kelm Institute found nitrate above the limit in 14% of wells.", WELLS),
        ("Lars Kettel argues that the state should pay.", COLUMN),
        ("A shopkeeper told the author, “Nobody asked us.”", COLUMN),
        ("Nordvik said it was in touch with customers.", STORM),
        ("The company said it was in touch with customers.", STORM),
        ("According to two people briefed on it, prosecutors opened an inquiry.", STORM),
        ("The city of Bergen said beaches might be closed.", STORM),
        ("The authors found that night shifts cut sleep by 1.4 hours.", STUDY),
        ("The study found that nurses lost 1.4 hours of sleep on night shifts.", STUDY),
    ],
)
def test_a_speaker_told_in_other_words_is_held(sentence: str, source: str):
    assert not speaker_fails(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Tom Verrick told NTV that the system was simply outdated.", CREW),
        ("Paul Odell said the system the crews use was outdated.", CREW),
        ("Verrick said members had been stranded for days.", CREW),
        ("Hanna Pryce apologised to customers in a video and promised refunds.", CREW),
        ("According to Hanna Pryce, the cost could reach $200 million.", CREW),
        ("Karl Benes told residents in a letter that the city would recycle more.", COUNCIL),
        ("Green Feldau said it had not been consulted.", COUNCIL),
        ("The plan, Soltan warned, would cost 40 million euros.", COUNCIL),
        ("Carl Dube accused the agency of “hiding the ball”.", PANEL),
        ("Bo Wren said all files had been handed over on time.", PANEL),
        ("Mina Sato noted that the panel had received 12,000 pages.", PANEL),
        ("The World Water Panel reported that 14 percent of wells contained nitrate.", WELLS),
        ("The Kelm Institute says nitrate is the most common pollutant.", WELLS),
        ("The Kelm Institute recommends replacing the probes every two years.", WELLS),
        ("The governor argued that dams divide villages.", COLUMN),
        ("“Nobody asked us,” the governor said.", COLUMN),
        ("Halden Lines said it was in touch with customers.", STORM),
        ("Reuters reported that prosecutors had opened an inquiry.", STORM),
        ("The Royal College of Nurses found that night shifts reduced sleep.", STUDY),
        ("Lindqvist recommends at most four nights.", STUDY),
    ],
)
def test_a_speaker_put_for_another_fails(sentence: str, source: str):
    assert speaker_fails(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "speakers"),
    [
        ("Bo Pratt, a resident whose roof and fence were damaged, said he would stay.",
         ["Bo Pratt, a resident whose roof and fence were damaged,"]),
        ("The firm, which shares a parent with Nordvik, has said so.",
         ["The firm, which shares a parent with Nordvik,"]),
        ("It fell on Monday, said Rep. Ida Clarke of Velm.", ["Rep. Ida Clarke of Velm"]),
        ("He watched it live and issued claims of vindication.", []),
        ("It is expected to close and estimated to have cost much.", []),
        ("The demand from people there is unexpectedly high.", []),
        ("Ida Clarke voted against it, saying the ban was wrong.", ["Ida Clarke"]),
        ("The union that represents the crews told Reuters so.",
         ["The union that represents the crews"]),
        ("According to two aides, Ida Clarke was angry.", ["two aides"]),
        ("The fire, which began on Monday, had spread, said Ida Clarke.", ["Ida Clarke"]),
        ("Fleming said so.", ["Fleming"]),
        ("The host family told deputies so.", ["The host family"]),
        ("It was moved twice, Okan (2011) reported.", ["Okan"]),
    ],
)  # fmt: skip
def test_the_words_that_speak_are_told_from_those_beside_them(sentence: str, speakers: list[str]):
    assert [sentence[one.start : one.end] for one in frames_of(sentence)] == speakers


def test_a_quotation_cut_by_the_end_of_a_sentence_is_one():
    source = "“I hope they ask me back. Thank you,” Dahl said."
    assert speaker_fails("“I hope they let me back.", source)
    assert not speaker_fails("“I hope they ask me back.", source)
    assert not speaker_fails("Thank you,” Dahl said.", source)
    assert [one.text for one in quotations_in('It is. So “we” say," he said.')] == [
        "It is. So “we” say,"
    ]
    assert not quotations_in('The pipe is 5" wide.')


def test_a_quotation_may_leave_out_who_says_it():
    source = "“We were outplayed,” Ferrand said. “There is no other way to put it.”"
    assert not speaker_fails(
        "“We were outplayed. There is no other way to put it,” he said.", source
    )
    assert speaker_fails("“We were outplayed. There is a better way to put it,” he said.", source)

"""What free rewording may do to numbers, dates, names, denials and hedges, and what it may not."""

import time

import pytest

from rag.particulars import check


def failures(sentence: str, source: str, **known) -> dict[str, str]:
    findings = check(sentence, source, span=(0, len(source)), **known)
    return {one.particular.kind: one.verdict for one in findings if one.failed}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Seventeen people came.", "There came 17 people."),
        ("He went home on the ninth day.", "He went home on day 9."),
        ("The world's fourth best player came.", "World number four came."),
        ("It was their fifth win.", "They have won it five times."),
        ("Some 66% of the houses burned.", "Two thirds of the houses burned."),
        ("About 33% voted, down from 2010.", "A third between 2010 and 2012 voted."),
        ("Under 10% live here.", "Fewer than a tenth live here."),
        ("Less than 1% fell ill.", "Fewer than 1 in 100 fell ill."),
        ("Close to 90% agreed.", "Nearly nine in ten agreed."),
        ("The line carries 30 Mbit/s.", "The line carries 30 megabits per second."),
        ("It costs €57.70/MWh.", "It costs 57.70 euros per megawatt hour."),
        ("It opens in two weeks.", "It opens within a fortnight."),
        ("Report it within 24 hours.", "Report it within a day."),
        ("In the first six months it rose.", "In the first half it rose."),
        ("It went up every ten years.", "It went up once per decade."),
        ("Rates went up 50 basis points.", "Rates went up by half a percentage point."),
        ("He wanted a quarter-point rise.", "He wanted a rise of 25 basis points."),
        ("It scored 9.1/10.", "It scored 9.1 out of 10."),
        ("Of 44 men, 41 came.", "All but three of the 44 men came."),
        ("All but six of 58 passed.", "Of the 58, 52 passed."),
        ("Sales were more than double the 156 of May.", "Sales were 374, up from 156 in May."),
        ("It lasts longer than five years.", "It lasts for over five years."),
        ("The over-65s are at risk.", "People over 65 are at risk."),
        ("Sales beat the 2 billion expected.", "Sales were more than the 2 billion expected."),
        ("It sold 2.8m items.", "It sold 2.8 million items."),
        ("It will not fall below 25 °C.", "The lowest will be above 25 °C."),
        ("It measured CO2.", "It measured carbon dioxide."),
        ("They measured TiO2.", "They measured TiO 2."),
        ("It has a double bond.", "It has a bond between two atoms."),
        ("4. Turn it on.", "Turn it on."),
        ("Police want a third.", "A third is being sought."),
        ("They are told to fill the 35-hour week.", "It is a week of 35 hours."),
    ],
)
def test_a_number_reworded_is_held(sentence: str, source: str):
    assert "number" not in failures(sentence, source)
    assert "name" not in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Over 80 are fed.", "Those under 80 are fed, and 90 are not."),
        ("Nearly three quarters burned.", "Nearly two thirds burned."),
        ("It spreads up to 5.4 km.", "It spreads up to 4.5 km."),
        ("Those over 56 are at risk.", "Those over 65 are at risk."),
        ("The target is 140/80.", "The target is 140/90 for those over 80."),
        ("It grew 6.8 tonnes per acre.", "It grew 6.8 tonnes per hectare."),
        ("It carried ten tons of coal a month.", "It carried ten tons of coal a year."),
        ("He wants a 35-hour month.", "He wants a 35-hour week."),
        ("It is the largest port.", "It is the second-largest port."),
        ("It was 31 million, up from 48.", "It was 48 million, up from 31 million."),
        ("They burn 131 litres a week.", "Daily use was 131 litres."),
        ("It opens within two months.", "It opens within a fortnight at Saint-Vallier."),
    ],
)
def test_a_number_that_was_changed_fails(sentence: str, source: str):
    assert failures(sentence, source).keys() & {"number", "opposite"}


@pytest.mark.parametrize(
    ("sentence", "source", "published"),
    [
        ("It was 27 in 2016.", "In 2021 it was 23, against 27 five years earlier.", None),
        ("She sold it in 1907.", "She bought it in 1904 and sold it three years later.", None),
        ("He was freed in 1469.", "He was caught in 1468 and freed the following spring.", None),
        ("It was the first since 1984.", "It was the first in 38 years.", "2022-11-29"),
        ("The rate was 41% three years before.", "It was 66% in 2020 and 41% in 2017.", None),
        ("Historians today doubt it.", "Modern historians doubt it.", None),
    ],
)
def test_a_year_that_follows_from_another_is_held(sentence: str, source: str, published):
    assert failures(sentence, source, published=published) == {}


def test_a_year_that_does_not_follow_fails():
    assert "date" in failures(
        "She sold it in 1908.", "She bought it in 1904, sold three years later."
    )
    assert "date" in failures("It lasted 2:10:48.", "It lasted 2:10:58.")
    assert "date" not in failures("Blocking Oct4 failed.", "Blocking Oct4 failed at once.")


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Harcourt LJ agreed.", "Lady Justice Harcourt agreed."),
        ("China agreed.", "Beijing agreed."),
        ("Seoul agreed.", "South Korea agreed."),
        ("The EU agreed.", "The European Commission agreed."),
        ("Static Analysis (SA) helps.", "We use Static Analysis here."),
        ("Fishbone Diagrams help.", "A fishbone diagram helps."),
        ("Berg rejects Nazism.", "Berg rejects the Nazi past."),
        ("Troops from Prussia came.", "Prussian troops came."),
        ("BRCA 1 is a gene.", "BRCA1 is a gene."),
        ("Withdrawal is possible.", "You may withdraw."),
        ("It cost 5 million Swiss francs.", "It cost CHF 5 million."),
        ("Genomes from 2800 BC were read.", "Genomes from 2800 BCE were read."),
        ("MPs from Oslo voted.", "Members from Oslo voted."),
        ("Anna Berg came off the bench.", "Oslo came from behind, with Anna Berg late on."),
    ],
)
def test_a_name_reworded_is_held(sentence: str, source: str):
    assert "name" not in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Berg's force relieved Oslo.", "Oslo was relieved by a force under Tom Keller."),
        ("Anna Berg was beaten by Tom Keller.", "Anna Berg beat Tom Keller."),
        ("Thailand, which hosts camps, agreed.", "Bangladesh, which hosts camps, agreed."),
        ("The launch of Polaris-C failed.", "The launch of Polaris-B failed."),
        ("They left it to Anna Keller.", "They left it to Anna Berg; her brother is Tom Keller."),
    ],
)
def test_a_name_that_was_changed_fails(sentence: str, source: str):
    assert "name" in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The school will not close.", "They fought to keep the school open."),
        ("The school will stay open.", "The school will not close."),
        ("Tenants were not included.", "Asked if tenants were included, she said it did not."),
        ("A visa is not required for a stay.", "Visitors do not need a visa for a stay."),
        ("It carried no fuel.", "Fuel was not among the supplies."),
        ("The three denied the charges.", "All three pleaded not guilty to the charges."),
        ("Firms under 50 are exempt from the rules.", "The rules do not apply to firms under 50."),
        ("It will not open until 2026.", "The opening was put back to 2026."),
        ("The first chance is 9 June at the earliest.", "The chance will not come before 9 June."),
        ("Do not drink water unless it was boiled.", "Boil water before drinking."),
        ("It is seen in blood.", "It is seen in blood. It is never seen in bone."),
        ("Mice lacking the gene died.", "Mice deficient in the gene died."),
        ("It does not pollute the air.", "It is non-polluting for the air."),
        ("The signal is still unconfirmed.", "The signal, if confirmed, matters."),
        ("Bridges there were left out of the tests.", "Tests were not done on bridges there."),
        (
            "It failed because of rain rather than cost.",
            "It failed from rain, not because of cost.",
        ),
        ("Boys do less well than girls.", "Girls do more than well, better than boys."),
        ("Men were more likely than women to stay.", "Women were less likely than men to stay."),
        ("No convoy had come since June.", "The convoy was the first since June."),
        ("A no-fly zone was set up.", "They set up a zone where planes may fly."),
    ],
)
def test_a_denial_reworded_is_held(sentence: str, source: str):
    assert not failures(sentence, source).keys() & {"negation", "opposite"}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (
            "The figure included tenants.",
            "Asked if the figure included tenants, he said it did not.",
        ),
        ("It failed because of the price.", "It failed from haste, not because of the price."),
        ("The species is edible.", "The species is inedible."),
        ("Fees are refundable.", "Fees are non-refundable."),
        ("Plots differed in yield.", "Plots did not differ in yield between ungrazed fields."),
        ("Police said men had been held.", "Police said no one had been held."),
        (
            "The minister disclosed the price.",
            "Minister Nguyen Thi Lan did not disclose the price.",
        ),
        ("The court allowed the appeal.", "The court dismissed the appeal."),
        ("Owners should continue using it.", "Owners should stop using it."),
        ("The river flows northwards.", "The river flows southwards."),
        ("Accidents were up 7 per cent.", "Accidents were 7 per cent fewer than before."),
        ("Nurses voted in favour of a strike.", "Nurses voted against a strike."),
        ("He broke the left wrist.", "He broke the right wrist."),
        ("Aspirin was started.", "He was started on apixaban. Aspirin was stopped."),
        ("He had seen it before signing.", "He had not seen it before signing."),
    ],
)
def test_a_denial_that_was_lost_or_added_fails(sentence: str, source: str):
    assert failures(sentence, source).keys() & {"negation", "opposite"}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Deliveries started in May.", "A deal, with deliveries due to start in May."),
        ("A shortage will delay it, Budex warned.", "Budex warned that a shortage could delay it."),
        ("A front ended the heat.", "A front should end the heat."),
        ("The bank has appealed.", "The bank has two months to appeal."),
        (
            "Berg took bribes from a firm.",
            "Berg was indicted on charges of taking bribes from a firm.",
        ),
        ("A valve caused it.", "A valve remained the most likely cause."),
    ],
)
def test_a_hedge_that_was_lost_fails(sentence: str, source: str):
    assert "modality" in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The coast is warm from heat.", "The coast is due to heat, which is warm."),
        ("It was published in Leipzig.", "The account appeared in Leipzig and was published."),
        ("The bank has a month to appeal.", "The bank may appeal within a month."),
        ("Berg is running for a fourth term.", "Berg is seeking a fourth term."),
    ],
)
def test_a_hedge_reworded_is_held(sentence: str, source: str):
    assert "modality" not in failures(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source", "fails"),
    [
        (
            "Lord Penn held that it was fair.",
            "Lady Hay held that it was fair. Lord Penn left.",
            True,
        ),
        (
            "The court held that it was fair.",
            "Justice Hay of the court held that it was fair.",
            False,
        ),
        ("According to analysts, sales held up.", "Chief Tom Berg said sales held up.", True),
        (
            "CleanCoast said that 500 barrels leaked.",
            "Some 500 barrels leaked, the operator said. The group CleanCoast put it at 2,000.",
            True,
        ),
        (
            "Keller's spokesman said no date had been set.",
            "Talks failed, Anna Berg said. She said no date had been set. A spokesman spoke.",
            True,
        ),
        ("The storm claimed 58 lives.", "Some 58 lives were lost in the storm, Berg said.", False),
        ("The bank would not comment on the row.", "A man said of the row that it was bad.", False),
        ("Their dismissal was rash.", "Berg said that their dismissal was rash.", False),
    ],
)
def test_who_speaks_is_told_from_who_does_not(sentence: str, source: str, fails: bool):
    assert ("speaker" in failures(sentence, source)) == fails


def test_a_title_in_quotation_marks_may_be_told_loosely():
    source = "“A White Sport Coat (and a Pink Carnation)” was sung by Berg."
    assert failures("Berg sang “A White Sport Coat and a Pink Carnation.”", source) == {}
    assert "quotation" in failures("Berg sang “A Black Sport Coat and a Pink Carnation.”", source)


@pytest.mark.parametrize(
    "text",
    ["all but 3 of 9. " * 800, "not until " * 5_000, "1 in 9 " * 7_000, "no - " * 9_000,
     "per night a week " * 3_000, "more than the " * 4_000, "voted against left " * 2_500,
     "it did not. " * 4_000, "claimed that said that " * 2_200, "X and Y said " * 4_000,
     "second-largest " * 3_500, "12:34:56 " * 6_000],
    ids=range(12),
)  # fmt: skip
def test_a_hostile_text_is_read_in_seconds(text: str):
    started = time.process_time()
    check("Berg did not say that 3 of 9 voted in 2016.", text, span=(0, len(text)))
    check(text, text[1:], span=(0, 400))
    assert time.process_time() - started < 10

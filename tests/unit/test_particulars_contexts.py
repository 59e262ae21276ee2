"""Denials, opposites and hedges count only where both texts tell them of one thing."""

import pytest

from rag.particulars import check

MEANT = {"negation", "opposite", "modality"}


def kinds(sentence: str, source: str) -> set[str]:
    findings = check(sentence, source, span=(0, len(source)))
    return {one.particular.kind for one in findings if one.failed}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Harlow declined to say whether clerks should be shielded from inspection, "
         "calling the question hypothetical.",
         "Harlow was mum, however, regarding his stance on whether clerks should be "
         "protected from inspections. \"I can't give you an answer on that hypothetical"
         ' question," Harlow told the panel.'),
        ("The episode closes with the king telling his daughter of a prophecy handed "
         "down from ruler to heir.",
         "The premiere concludes with the king disclosing a secret to his daughter, a "
         "prediction passed down from monarch to heir."),
        ("The Greens came out of the vote as the biggest party but without a majority.",
         "The Greens emerged as the largest single party, but fell short of securing a"
         " required parliamentary majority."),
        ("The speaker put off the trial until May at the earliest and suspended the chamber.",
         "The speaker suspended the chamber's activities, delaying the trial until at "
         "least May."),
        ("The senator had no answer when asked about the mayor's handling of the disease.",
         "The senator stumbled when asked whether the mayor was handling the outbreak "
         "of measles well."),
        ("Voters care little about higher taxes on the rich.",
         "As for higher tax rates on high earners, voters just don't seem to care."),
        ("The offices of records and of parks have not been performing competently.",
         "More competently than, say, the office of records or the office of parks "
         "have been performing lately."),
        ("Both backed an unsuccessful amendment to remove the fee from the repeal bill.",
         "The repeal bill, which the party crafted as a dry run for repeal if its man "
         "was elected, included the fee. Both supported an amendment to strike the "
         "provision, but it failed."),
        ("He feared that the delay comes from the demand that two rules be scrapped "
         "for each new one.",
         "He worried that the delays stem from the insistence on removing two rules "
         "for every one created."),
        ("The lake lies on the border with South Marland.",
         "It was filed on behalf of Dodd of North Penby, S.M., who lives near the lake."),
        ("The bill was passed 213-195 by the House although the mayor has promised a veto.",
         "In a 213-195 vote the House approved a bill on tobacco, but it doesn't look "
         "likely to become law, with the mayor promising to veto it."),
        ("Exposure ranged from none to 166 bites per season.",
         "The rate varied from 0 to 166 bites per season."),
        ("AB404 blocked uptake in neurons, yet it neither activated the receptors nor "
         "inhibited hydrolysis of fat.",
         "The compound AB404 was shown to inhibit uptake in neurons. Although AB404 "
         "did not activate the receptors or inhibit hydrolysis of fat, it enhanced "
         "responses."),
        ("An hour after intake, exhaled NO in the tracheostomised subjects had nearly "
         "doubled, while tracheal NO was unchanged.",
         "In tracheostomised subjects oral NO increased by 90% while tracheal NO was "
         "not affected 60 minutes after intake."),
        ("The firm repeatedly declined to be interviewed or to comment.",
         "As for the firm, it declined repeated requests for an interview or a comment."),
        ("Cole promised votes on separate bills but made no commitment to a "
         "comprehensive package or a path to citizenship.",
         "Cole promised a vote on separate bills. Cole committed neither to a vote on "
         "a comprehensive package nor a path to citizenship for illegal immigrants."),
        ("Harper won Penby by some 20,000 votes in 2020.",
         "Harper defeated Stone there by about 20,000 votes in Penby in 2020."),
        ("A threefold fall in fuel induces stalls if it is brief and failure if it lasts.",
         "Threefold lowering of fuel for short and long periods of time induces stalls"
         " and failure, respectively."),
        ("The flaw arises because the tool does not properly sanitize certain data "
         "that it retrieves from devices.",
         "The affected tool improperly sanitizes certain data retrieved from devices."),
        ("The two states have not fully carried out the security agreements meant to "
         "normalize relations.",
         "The two states have yet to fully implement security agreements to normalize "
         "relations."),
        ("The island's highest point is 5 m above the sea on Carter Isle.",
         "Elevation: highest point: Carter Isle 5 m lowest point: Indian Ocean 0 m"),
        ("The paper noted that the case before the court involved a law nearly "
         "identical to one struck down.",
         "The fact that the court agreed to hear a case on a law so similar suggests "
         "that the court, with its new majority, could be ready to pare it back."),
        ("Annexed by Marland in 1821, Penby declared independence four years later.",
         "Norland initially claimed Penby, but Marland annexed it in 1821. Penby "
         "declared its independence in 1825."),
        ("The director approached three firms, one of which quoted total fees of 0.6 "
         "percent.",
         "She contacted three firms, and one, a major firm, gave her a quote for a "
         "plan with total fees of 0.6 percent."),
        ("Although officials judged wolves a greater threat than bears, the findings "
         "met with outrage.",
         "Indeed, officials believed wolves to be a greater threat than bears. There "
         "was nothing but outrage."),
        ("Although the yeast has no homolog, two other genes, Ole and Fet, play a part"
         " in its lipid production.",
         "The yeast does not possess a homolog; however, several genes that may play a"
         " role in lipid production were investigated. It was found that a homolog "
         "(Ole) and an oxidase (Fet) play roles in lipid production."),
        ("Both Dane, who beat Putney for the nomination, and Scott, who won a primary,"
         " are cited.",
         "In Florin, Putney decisively lost the primary to Dane. The wave will vanish "
         "with the Dane and Scott victories."),
        ("The ministry would not say how many guards were hurt.",
         "Asked how many guards were hurt, the ministry gave no figure."),
        ("The ministry did not disclose why the ship was held.",
         "The ministry, which holds the ship, was silent on its reasons."),
        ("Carver has yet to name a running mate.",
         "Carver has not named a running mate so far."),
        ("Carver has not named a running mate.",
         "Carver has yet to name a running mate."),
        ("The party was two seats short of a majority.",
         "The party did not win a majority, missing it by two seats."),
        ("The firm lacks a licence to sell spirits.",
         "The firm has no licence to sell spirits."),
        ("Few residents trust the board.",
         "Most residents do not trust the board."),
        ("The bridge is improperly anchored.",
         "The bridge is not properly anchored."),
        ("The pump does not correctly validate input.",
         "The pump incorrectly validates input."),
        ("Rainfall was lower in March than in June.",
         "Rainfall was higher in June than in March."),
        ("The clerk neither signed the deed nor returned it.",
         "The clerk did not sign the deed or return it."),
        ("The clerk refused an interview.",
         "The clerk declined to be interviewed."),
        ("It is unclear whether the mayor took the cash.",
         "I don't know whether the mayor took the cash."),
        ("The panel asked whether the mayor took the cash.",
         "The panel asked whether the mayor took the cash on Monday."),
        ("The court ruled that the search was lawful.",
         "The court had to decide whether the search was lawful, and ruled that it was"
         " lawful."),
        ("Marland claimed the northern islands in 1790.",
         "Marland claimed the northern islands in 1790 and settled them."),
        ("The flood claimed 12 lives in Penby.",
         "In Penby the flood claimed 12 lives."),
        ("The workers pay two percent in fees under the plan.",
         "The disclosure documents for the plan show that the workers are paying two "
         "percent in fees."),
        ("Researchers regard the moth as a pest.",
         "Researchers believe the moth to be a pest."),
        ("The opening of the museum drew a crowd that closed two streets.",
         "Two streets were shut by the crowd that came when the museum opened."),
        ("The bank closed its branch in Penby and opened one in Dorle.",
         "The bank opened a branch in Dorle and shut the one in Penby."),
        ("Harper defeated Stone by 30 votes.",
         "Harper won against Stone by 30 votes."),
        ("Harper won the seat from Stone by 30 votes.",
         "Stone lost the seat to Harper by 30 votes."),
        ("The early harvest was sold before the late frost.",
         "The harvest came early and had been sold when the frost came late."),
        ("The north gate was rebuilt after the fire in the south wing.",
         "After the fire in the south wing the gate on the north side was rebuilt."),
        ("The council turned down a plan to lift the ban on sprinklers.",
         "The council kept its ban on sprinklers, rejecting a plan to lift it."),
        ("The senator removed the clause that her rival had added to the bill.",
         "Her rival had added the clause to the bill; the senator struck it."),
        ("The mayor welcomed the verdict, which critics deplored.",
         "Critics condemned the verdict that the mayor had praised."),
        ("Sales in the first store rose while those in the second fell.",
         "The second store sold less and the first store sold more."),
        ("The minister said she would resign over the leak.",
         "The minister announced her intention to resign over the leak."),
        ("The council is weighing whether to close the baths.",
         "The council is considering closing the baths."),
    ],
)  # fmt: skip
def test_what_is_said_of_another_or_otherwise_is_held(sentence: str, source: str):
    assert not kinds(sentence, source) & MEANT


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("AB404 inhibited hydrolysis of fat and enhanced responses.",
         "Although AB404 did not activate the receptors or inhibit hydrolysis of fat, "
         "it enhanced responses."),
        ("The island's lowest point is 5 m above the sea on Carter Isle.",
         "Elevation: highest point: Carter Isle 5 m"),
        ("The association held no regular free elections after 1968.",
         "The association has remained stable with regular free elections since 1968."),
        ("Mavia has not held regular free elections since it gained independence in 1968.",
         "Mavia gained independence in 1968 and has remained a stable democracy with "
         "regular free elections and a good record."),
        ("Observers did not consider the elections of 2011 and 2015 credible.",
         "National elections in 2011 and 2015 were generally regarded as credible."),
        ("The population is very unevenly spread throughout most of the country.",
         "Population distribution: second most populous country; a fairly even "
         "distribution throughout most of the country, with urban areas attracting "
         "larger populations."),
        ("The compounds show resistance with previously characterized inhibitors.",
         "Correspondingly, the compounds do not exhibit resistance with previously "
         "characterized inhibitors."),
        ("Oil prices are now lower than they were last year.",
         "Oil prices, which spiked last winter, are declining but are still higher "
         "than they were last year."),
        ("Voters in the district opposed their uncompromising congressman, Tom Gray.",
         "What they found is that these voters — who are real people and not activists"
         " in disguise — strongly supported their intransigent congressman, Tom Gray."),
        ("Cyn says that franchise agreements are all much alike.",
         'And "every franchise agreement is going to be very unique," Cyn said.'),
        ("Lane said that what Cole said contradicts the report of an order targeting banks.",
         "\"I don't think what Cole said contradicts the report that there was an order"
         ' targeting banks," Lane said.'),
        ("The attacker who could inject code through the folder does not need to be "
         "authenticated.",
         "This could allow an authenticated local attacker to inject code through the "
         "folder and gain rights."),
        ("Roof was an active member of a hate group, the author writes.",
         "I don't know whether Roof was an active member of any of these groups, but "
         "he believed in it."),
        ("Governor Evans has cut the prison population, a step that Mills has criticized.",
         "Mills has also criticized the governor's push to cut the state's prison "
         "population."),
        ("Carver has named a running mate.",
         "Carver has yet to name a running mate."),
        ("The pump correctly validates input.",
         "The pump incorrectly validates input."),
        ("The pump does not correctly validate input from users.",
         "The pump correctly validates input from users."),
        ("Rainfall was lower in June than in March.",
         "Rainfall in June was higher than in March."),
        ("The clerk signed the deed and returned it.",
         "The clerk did not sign the deed or return it."),
        ("The mayor took the cash from the vault.",
         "It is not known whether the mayor took the cash from the vault."),
        ("Dorr stole the funds of the club.",
         "A former clerk claimed that Dorr stole the funds of the club."),
        ("Dorr stole the funds of the club.",
         "Dorr allegedly stole the funds of the club."),
        ("The council built a tram line to the port.",
         "The council has a plan to build a tram line to the port."),
        ("The moth is a pest of apple trees.",
         "Researchers believe the moth may be a pest of apple trees."),
        ("The moth is a pest of apple trees.",
         "The moth is believed to be a pest of apple trees."),
        ("The bank closed a branch in Dorle.",
         "The bank opened a branch in Dorle."),
        ("Harper lost the seat to Stone by 30 votes.",
         "Harper won the seat from Stone by 30 votes."),
        ("Harper lost the seat in Penby.",
         "Harper won the seat in Penby."),
        ("The late harvest was sold in Penby.",
         "The early harvest was sold in Penby."),
        ("The south gate was rebuilt after the fire.",
         "The north gate was rebuilt after the fire."),
        ("The court rejected the appeal of the miners.",
         "The court upheld the appeal of the miners."),
        ("The union opposed the new roster.",
         "The union backed the new roster."),
        ("The council approved a ban on lawn sprinklers.",
         "The council rejected a ban on lawn sprinklers."),
        ("The mayor deplored the verdict of the jury.",
         "The mayor welcomed the verdict of the jury."),
        ("Exports of tin fell last year.",
         "Exports of tin rose last year."),
        ("The longest span is the eastern one.",
         "The shortest span is the eastern one."),
        ("The river is deepest at the weir.",
         "The river is shallowest at the weir."),
        ("The firm borrowed ten million from the state.",
         "The firm repaid ten million to the state."),
        ("The drug increased the rate of relapse in adults.",
         "The drug reduced the rate of relapse in adults."),
        ("Members boycotted the session on the budget.",
         "Members attended the session on the budget."),
        ("The board did not approve the merger of the two clubs.",
         "The board approved the merger of the two clubs."),
        ("The merger was approved by the board of the clubs.",
         "The merger was not approved by the board of the clubs."),
        ("There is evidence that the moth spreads the blight.",
         "There is no evidence that the moth spreads the blight."),
        ("There is no evidence that the moth spreads the blight.",
         "There is evidence that the moth spreads the blight."),
        ("The editor never met the general.",
         "The editor met the general twice."),
        ("Nobody was hurt in the collapse of the roof.",
         "Two people were hurt in the collapse of the roof."),
        ("Some residents were hurt in the collapse of the roof.",
         "No residents were hurt in the collapse of the roof."),
        ("The treaty is in force in all the islands.",
         "The treaty is not in force in the islands."),
        ("Dorr is a doctor of the navy.",
         "Dorr is not a doctor of the navy."),
        ("The port failed to reopen after the storm.",
         "The port reopened after the storm."),
        ("The port reopened after the storm.",
         "The port failed to reopen after the storm."),
        ("The dam will be rebuilt by the army.",
         "The dam may be rebuilt by the army."),
        ("The dam was rebuilt by the army.",
         "The dam will be rebuilt by the army."),
        ("Tourists must register with the harbour office.",
         "Tourists may register with the harbour office."),
        ("The fungus causes the wilt of elms.",
         "The fungus could cause the wilt of elms."),
        ("The minister has resigned over the leak.",
         "The minister is expected to resign over the leak."),
        ("The minister resigned over the leak.",
         "The minister threatened to resign over the leak."),
        ("The council has closed the baths.",
         "The council is considering closing the baths."),
        ("The two firms merged in May.",
         "The two firms plan to merge in May."),
    ],
)  # fmt: skip
def test_what_is_said_of_the_same_is_found(sentence: str, source: str):
    assert kinds(sentence, source) & MEANT

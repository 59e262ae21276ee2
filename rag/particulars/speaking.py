"""The verbs that tell of speech, and the words for those who may be said to speak."""

from rag.particulars.words import stem_of

# By stem. "found" and "showed" of studies are among them: who found it is told like who said it.
SPEAKING = frozenset(
    stem_of(word)
    for word in """
    say tell add state ask reply warn write explain insist argue claim announce continue declare
    testify remark note confirm deny answer call describe report allege accuse admit
    acknowledge suggest believe expect predict estimate dispute promise pledge vow threaten urge
    comment conclude caution stress emphasise emphasize complain observe assert contend maintain
    tweet post shout quip joke concede boast demand propose object criticise criticize praise
    condemn reject dismiss welcome blame attribute apologise apologize recommend advise remind
    clarify respond recall reveal disclose indicate counter retort confess assure inform mention
    underline underscore reckon speculate hint lament denounce decry laud applaud disagree
    congratulate commend think slam blast chide rebuke brand dub label tout hail credit thank opine
    plead highlight
    """.split()
)
# Verbs of speech with the word behind them: "spoke of", "pointed out".
PHRASAL = {
    "speak": frozenset("of about out against at to with".split()),
    "point": frozenset({"out"}),
}
# The person's own words come from the document itself.
DOCUMENT = frozenset(
    stem_of(word)
    for word in "report study paper article document statement author researcher finding audit "
    "source survey judgment ruling minutes notice advisory release text result data passage "
    "review analysis investigator team scientist".split()
)
# Bodies that a name may stand for without the source saying so in the same words.
BODIES = frozenset(
    stem_of(word)
    for word in "company firm group ministry agency authority bank club government union party "
    "university institute commission committee operator vendor court council office department "
    "organisation organization bureau desk watchdog regulator body board navy army military force "
    "hospital school church charity newspaper magazine team airline retailer manufacturer chain "
    "maker administration parliament senate network broadcaster startup foundation society "
    "association federation league alliance coalition embassy utility insurer lender carmaker "
    "fund trust developer supplier service".split()
)
# People of whom no one is the named person that a source has speak.
OUTSIDERS = frozenset(
    stem_of(word)
    for word in "analysts experts critics residents witnesses economists investors neighbours "
    "locals campaigners activists opponents lawyers doctors scientists villagers observers "
    "commentators traders".split()
)
# Others that speak without an article: "police said", "officials said".
TELLERS = frozenset(
    stem_of(word)
    for word in "police staff people officials aides sources reporters researchers authors "
    "prosecutors scientists president minister spokesman spokeswoman spokesperson counsel".split()
)
# Judges speak for these.
BENCH = frozenset(stem_of(word) for word in "court tribunal bench panel jury".split())
# Of these no one is another: what the police say no court says.
KINDS = tuple(
    frozenset(stem_of(word) for word in line.split())
    for line in (
        "government ministry minister administration cabinet",
        "court tribunal bench jury judge judges justice justices",
        "police detective detectives officers",
        "union unions",
        "school schools university college teachers",
        "company firm vendor maker manufacturer developer supplier airline retailer carmaker chain",
        "hospital doctors nurses",
        "prosecutor prosecutors",
        "residents neighbours villagers locals",
        "researchers authors scientists study",
        "critics opponents",
        "supporters backers proponents",
        "campaigners activists protesters",
        "students pupils",
        "investors traders",
    )
)

"""Words that have an opposite: a sentence must not say "rose" where its source says "fell"."""

from rag.particulars.antonyms import ANTONYMS
from rag.particulars.words import stem_of

_PAIRS = """
rise increase grow growth climb gain jump surge soar raise lift boost expand up higher grew upward \
upturn : fall decrease drop decline shrink sink slip plunge cut lower reduce down ease tumble \
slump dip halve downward slash shed
accept approve grant pass adopt endorse ratify agree authorise authorize : reject refuse dismiss \
defeat veto overrule deny block
carry pass : defeat fail
uphold allow : overturn quash withdraw dismiss reject annul
grant : refuse
win : lose
continue resume maintain keep : stop cease halt discontinue end abandon
confirm admit acknowledge concede accept : deny dispute reject refute dismiss refuse
proceed : avert cancel scrap shelve abandon postpone
stick insist : withdraw
allow permit authorise authorize let enable : ban forbid prohibit prevent bar block
support back favour favor : oppose
include : exclude
open reopen : close shut
arrive enter : leave depart exit
above : below beneath
northern north northeastern northwestern : southern south southeastern southwestern
eastern east : western west
guilty convict : innocent acquit
begin start launch : end stop finish
buy purchase acquire : sell
safe : unsafe dangerous
succeed successful : fail unsuccessful
maximum : minimum
inside : outside
upper : lower
often frequently usually : rarely seldom
upstream northward northwards : downstream southward southwards
eastward eastwards : westward westwards
upward upwards : downward downwards
little : strong considerable substantial ample
gain : lose loss
lead : trail
profit surplus : loss deficit
import : export
major : minor
public : private
impose : lift
older oldest : younger youngest
larger bigger largest biggest : smaller smallest
longer longest : shorter shortest
best better : worst worse
strengthen : weaken
improve : worsen deteriorate
hire recruit : fire dismiss sack
majority : minority
legal lawful : illegal unlawful
tighten : loosen
widen : narrow
accelerate quicken : slow
winner : loser
success : failure
more : fewer less
before : after
high highest : low lowest
common : rare
many : few
always : never
earlier : later
early : late
domestic : foreign
positive : negative
strong stronger : weak weaker
warm warmer hot hotter : cold colder cool cooler
faster quicker : slower
cheap cheaper : expensive dearer
easy easier : difficult harder
voluntary optional : compulsory mandatory obligatory
temporary : permanent
urban : rural
civilian : military
alive survive : dead die
thick thicker thickest : thin thinner thinnest
heavier heaviest : lighter lightest
deeper deepest : shallower shallowest
richer richest : poorer poorest
taller tallest : shorter shortest
nearer nearest : farther farthest furthest
louder loudest : quieter quietest
accept : decline
praise welcome applaud hail celebrate laud : criticise criticize condemn deplore slam blast \
denounce decry lambast bash deride pan
encourage : discourage
optimistic : pessimistic
join : leave quit
appear : disappear vanish
same identical : different
build : demolish
wet : dry
leftside : rightside
votedfor : votedagainst
heed heeded follow : ignore disregard
beat exceed surpass outperform outstrip : undershoot miss shortof
ahead : behind shortof
persist remain : disappear vanish
dailyrate : weeklyrate fortnightlyrate monthlyrate quarterlyrate yearlyrate hourlyrate
weeklyrate : fortnightlyrate monthlyrate quarterlyrate yearlyrate hourlyrate
monthlyrate : quarterlyrate yearlyrate hourlyrate
toward towards : away
better best stronger : weaker weakest poorer
alike identical uniform : unique distinct different
keep retain : drop ditch
"""
COLOURS = "red blue green yellow white black orange grey purple brown pink".split()
# From this number on, a pair counts only between clauses that share most of their words.
LOOSE = len(_PAIRS.replace("\\\n", "").strip().splitlines()) + len(COLOURS)
OPPOSITE_GROUPS: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (
        frozenset(stem_of(word) for word in one.split()),
        frozenset(stem_of(word) for word in other.split()),
    )
    for one, _, other in (
        line.partition(" : ")
        for line in (
            *_PAIRS.replace("\\\n", "").strip().splitlines(),
            *(
                f"{colour} : {' '.join(other for other in COLOURS if other != colour)}"
                for colour in COLOURS
            ),
            *" ".join(ANTONYMS.split()).split(" / "),
        )
    )
)
# Each stem → the groups it is in, and which side of them.
SIDES: dict[str, tuple[tuple[int, int], ...]] = {}
for _number, _group in enumerate(OPPOSITE_GROUPS):
    for _side, _words in enumerate(_group):
        for _word in _words:
            SIDES[_word] = (*SIDES.get(_word, ()), (_number, _side))

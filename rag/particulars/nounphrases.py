"""Noun phrases that can speak, told by their small words: "the clerk", "former mayor Ilse Tarn"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.particulars.places import ROLES
from rag.particulars.speaking import BENCH, BODIES, DOCUMENT, OUTSIDERS, SPEAKING, TELLERS
from rag.particulars.words import Word, is_irregular

# More words without a name say who speaks of nobody.
LONGEST_ROLE = 10
PERSONAL = frozenset("he she they it we i".split())
_AUXILIARY = frozenset(
    "has had have is was were are be been do does did will would could may might can cannot should "
    "must shall".split()
)
# These stand between who speaks and the verb.
_BETWEEN = _AUXILIARY | frozenset(
    "also later then already repeatedly again previously meanwhile not never reportedly earlier "
    "however both himself herself afterwards afterward now still once just even too instead soon "
    "often always yesterday today either themselves itself all".split()
)
_NOUNS_IN_LY = frozenset("family ally assembly bully monopoly".split())
DETERMINERS = frozenset(
    "the a an his her its their our this that these those one another some many most several both "
    "each every few all no two three four five six seven eight nine ten dozens hundreds".split()
)
PREPOSITIONS = frozenset(
    "in at of for with from on by into over under between ever to than about against during "
    "after before since until through without within among per across near amid despite "
    "following like".split()
)
SUBORDINATE = frozenset(
    "and but while although because as when if though whereas unless once so or nor yet whether "
    "where how why what since until".split()
)
RELATIVE = frozenset("who which whose whom".split())
TIMES = frozenset(
    "day days week weeks month months year years morning evening afternoon night today yesterday "
    "time hour hours later ago monday tuesday wednesday thursday friday saturday sunday january "
    "february march april may june july august september october november december".split()
)
STOPS = frozenset(';:!?()“”"—–')
_ONE_OF_NAME = frozenset(
    "mr mrs ms dr prof rep sen gov gen col lt capt sgt st hon rev jr sr no al".split()
)
_PEOPLE = BENCH | BODIES | DOCUMENT | OUTSIDERS | TELLERS


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks: words `first` to `last`, of which those up to `head` may name them.

    `after` says that it follows its verb, `sure` that a sentence can be judged by it.
    """

    first: int
    last: int
    head: int
    after: bool = False
    sure: bool = True

    def doubtful(self) -> "Subject":
        """The same words, by which nothing can be judged."""
        return replace(self, sure=False)

    def up_to(self, last: int) -> "Subject":
        """With what follows up to a place: an apposition, a relative clause."""
        return replace(self, last=last)


def noun_phrase(found: Sequence[Word], begin: int, end: int) -> Subject | None:
    """The noun phrase that ends a stretch, if it can be one that speaks."""
    while begin < end and (
        found[begin].low in SUBORDINATE
        or (may_part(found[begin]) and found[begin].low not in DETERMINERS)
        or found[begin].kind == "mark"
    ):
        begin += 1
    while end > begin and (found[end - 1].kind == "mark" and not abbreviates(found, end - 1)):
        end -= 1
    if begin >= end or found[end - 1].low in TIMES or found[end - 1].low in PREPOSITIONS:
        return None
    if found[end - 1].low in PERSONAL:
        return Subject(end - 1, end, end)
    if found[begin].low in PREPOSITIONS or found[begin].low in TIMES:
        return _trailing(found, begin, end)
    # "Fleming said": one word with a capital right before the verb is a name in any form.
    single = end - begin == 1 and found[begin].capital
    named = single or any(in_name(found[item]) for item in range(begin, end))
    if not named and not _nominal(found, begin, end):
        return None
    if acts(found, begin, end):
        # "The harbour which had closed": what it ends with is not sure to be all of it.
        trailing = _trailing(found, begin, end)
        return None if trailing is None else trailing.doubtful()
    return Subject(begin, end, end)


def _nominal(found: Sequence[Word], begin: int, end: int) -> bool:
    """Whether words without a name are a noun phrase: "the clerk", "two witnesses", "police"."""
    if end - begin > LONGEST_ROLE:
        return False
    opening, closing = found[begin], found[end - 1]
    inner = found[begin + 1 : end]
    if any(word.kind == "number" or word.low == "than" for word in inner):
        return False
    if closing.kind != "word" or may_part(closing) or closing.low.endswith(("ed", "ing")):
        return False
    if opening.low in DETERMINERS or opening.kind == "number" or opening.text.endswith("’s"):
        return end - begin > 1
    plural = closing.low.endswith("s") and not closing.low.endswith("ss")
    return plural or any(found[item].stem in _PEOPLE for item in range(begin, end))


def _trailing(found: Sequence[Word], begin: int, end: int) -> Subject | None:
    """The name, or the noun with its article, that a stretch ends with: "in a letter the firm"."""
    first = end
    while first > begin and (in_name(found[first - 1]) or goes_on(found, first - 1)):
        first -= 1
    while first < end and not in_name(found[first]):
        first += 1
    if first < end:
        while first > begin and found[first - 1].low in ROLES:
            first -= 1
    else:
        first = end - 1
        while first > begin and found[first].low not in ("the", "a", "an"):
            first -= 1
    if first > begin and found[first - 1].low in ("the", "a", "an"):
        first -= 1
    if first <= begin or found[first - 1].low in PREPOSITIONS:
        return None
    return Subject(first, end, end)


def acts(found: Sequence[Word], begin: int, end: int) -> bool:
    """Whether a stretch has a finite verb, as far as one can be told by its form."""
    return any(
        found[item].low in _AUXILIARY
        or (is_speech(found[item]) and is_finite(found, item) and item > begin)
        or (
            not found[item].capital
            and (is_irregular(found[item].low) or found[item].low.endswith("ed"))
            and item > begin
            and found[item - 1].low not in DETERMINERS
        )
        for item in range(begin, end)
    )


def is_speech(word: Word) -> bool:
    """Whether a word is one of speech, a verb or its noun."""
    return word.stem in SPEAKING and word.kind == "word" and not word.capital


def is_finite(found: Sequence[Word], place: int) -> bool:
    """Whether a word is a verb of speech by its form or by what stands before it."""
    low = found[place].low
    return low.endswith(("ed", "ing")) or is_irregular(low) or low in ("says", "tells", "adds")


def in_name(word: Word) -> bool:
    """Whether a word may be one of a name."""
    return (
        word.capital
        and word.kind != "number"
        and word.low not in TIMES
        and word.low not in (DETERMINERS | PREPOSITIONS | SUBORDINATE | PERSONAL)
        # "Kelly" and "Fleming" are names; "Finally," is one for nobody.
        and not (word.opens and word.low.endswith(("ing", "ly")))
    )


def goes_on(found: Sequence[Word], place: int) -> bool:
    """Whether a name goes on with a small word or a mark: "Bank of …", "J. …"."""
    word = found[place]
    if word.text == ".":
        return abbreviates(found, place)
    return word.text in "-&" or (word.low in ("of", "and") and in_name(found[place + 1]))


def abbreviates(found: Sequence[Word], place: int) -> bool:
    """Whether a full stop belongs to "Rep." or to an initial."""
    if place == 0:
        return False
    before = found[place - 1]
    return before.low in _ONE_OF_NAME or (len(before.text) == 1 and before.capital)


def may_part(word: Word) -> bool:
    """Whether a word may stand between who speaks and the verb: "has also", "later"."""
    adverb = word.low.endswith("ly") and not word.capital and word.low not in _NOUNS_IN_LY
    return adverb or word.low in _BETWEEN

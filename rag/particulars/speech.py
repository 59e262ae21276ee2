"""Who is said to have said what: the frames of speech of a text, and who speaks in each."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.particulars.mentions import homes_within, names_within, owners_within, repeated
from rag.particulars.nounphrases import DETERMINERS, PERSONAL, Subject, in_name
from rag.particulars.places import HONORIFICS, SAME_ROLE
from rag.particulars.quotations import quotations_of
from rag.particulars.speakers import cited_by, following, passive_by, subject_of
from rag.particulars.speaking import DOCUMENT, PHRASAL, SPEAKING
from rag.particulars.words import Word, covered, sentences_of, stem_of, words_of

# Of these a noun has the same form: "a report", "the call".
_ALSO_NOUNS = frozenset(
    stem_of(word)
    for word in "report call claim state note comment post object demand estimate answer reply "
    "threaten caution stress remark promise pledge vow tweet praise blame dispute boast quip joke "
    "shout warn counter hint blast brand label credit thank highlight think".split()
)
# What follows a noun, and no verb of speech: "claims of", "demand from".
_AFTER_NOUNS = frozenset("of by from after in on at with and or to than has have was were".split())
_INVERTED = frozenset(
    stem_of(word)
    for word in "say add ask reply warn write explain note conclude insist argue tweet".split()
)
_DEFINITE = frozenset("the this that its his her their".split())
_NOUN_STARTS = frozenset("the a an his her its he she one".split())
_FINITE = frozenset(
    "had has have was were is are would will could can may might should did must".split()
)
_PREPOSITIONS = frozenset("in at of for with from on by into over under between ever".split())
# These tell what somebody said only before a "that": "held that the clause was no penalty".
_WITH_THAT = frozenset(stem_of(word) for word in "hold rule find determine decide show".split())
_FOUND = frozenset("found finds showed shows determined".split())
# Somebody else says so of "the chain, expected to close" and of "is believed to have left".
_OF_OTHERS = frozenset(stem_of(word) for word in "estimate believe expect report allege".split())
_CLAIMED = frozenset("lives life title victory gold silver bronze medal victims".split())
# Who did not do these said nothing.
_REPLIES = frozenset(stem_of(word) for word in "comment reply answer respond".split())
_STATEMENTS = frozenset("statement statements warning apology denial".split())
# Words around a verb that are searched for what is said.
REACH = 40
# Words of a name before ":" and what is said, and of "a push" before "that".
LONGEST_LABEL = 4
# Characters between a quotation and those words that tell who speaks.
NEXT_TO = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """One act of speech: who (`names`, as keys, and `roles`, stems in small letters) says what.

    `start`/`end` is the place of who speaks, `verb` the stem of the verb. `pronoun` says that
    only "he" or "she" is named; `content` are the stems of what is said. By one that is not
    `sure` no other can be called wrong.
    """

    start: int
    end: int
    verb: str
    names: frozenset[str]
    roles: frozenset[str]
    pronoun: bool
    content: frozenset[str]
    sentence: int
    at: int
    after: bool = False
    sure: bool = True
    plural: bool = False
    definite: bool = False
    owners: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def frames_of(text: str) -> tuple[Frame, ...]:
    """The acts of speech of a text in order."""
    found = words_of(text)
    quoted = [(one.start, one.end) for one in quotations_of(text)]
    frames: list[Frame] = []
    ranges = sentences_of(text)
    first = 0
    for number, (_, last) in enumerate(ranges):
        after = found[last] if last < len(found) else None
        if after is not None and not after.capital and (after.kind == "word" or after.text in ",;"):
            # "“Is it late?” she asked", "Bo Wren (R-Fla.) said": one sentence in two.
            continue
        frames += _frames(text, found, (first, last), number, quoted)
        first = last
    return tuple(frames)


def _frames(
    text: str,
    found: Sequence[Word],
    span: tuple[int, int],
    number: int,
    quoted: Sequence[tuple[int, int]],
) -> list[Frame]:
    first, last = span
    outside = [not covered(quoted, found[place].start) for place in range(first, last)]
    acts: list[tuple[Subject, int]] = []
    for place in range(first, last):
        if not outside[place - first]:
            continue
        word = found[place]
        who: Subject | None = None
        if word.text == ":":
            who = _labelled(found, first, place, last)
        elif word.low == "according" and place + 1 < last and found[place + 1].low == "to":
            who = cited_by(found, place + 2, last, place - first < 2)
        elif word.kind == "word" and _is_small(found, place, last):
            if _speaks(found, place, last):
                who = _speaker(found, span, place, outside)
            elif word.low in _FOUND:
                who = _finder(_speaker(found, span, place, outside), found)
        if who is not None:
            acts.append((who, place))
    # "… and Ilse Tarn denies it": what one says ends where another begins to speak.
    others = frozenset(
        who.first for who, _ in acts if who.first > first and _begins(found, who.first - 1)
    )
    frames = [_frame(text, found, who, place, span, number, others, quoted) for who, place in acts]
    return [frame for frame in frames if frame is not None]


def _begins(found: Sequence[Word], place: int) -> bool:
    """Whether what follows is no part of what was said before: "and", "a push that …"."""
    if found[place].low == "and":
        return True
    if found[place].low not in ("which", "that", "whom"):
        return False
    return found[place - 1].text == "," or any(
        found[comma].text == "," and found[comma + 1].low in DETERMINERS
        for comma in range(max(0, place - LONGEST_LABEL - 1), place - 1)
    )


def _labelled(found: Sequence[Word], first: int, place: int, last: int) -> Subject | None:
    """Who speaks in `Ilse Tarn: "I am here."`."""
    opens = place + 1 < last and found[place + 1].text in '“"«„'
    named = 0 < place - first <= LONGEST_LABEL and all(in_name(word) for word in found[first:place])
    return Subject(first, place, place) if opens and named else None


def _finder(who: Subject | None, found: Sequence[Word]) -> Subject | None:
    """Who found something, if that is one whose findings are told: "the study", "the authors"."""
    if who is None or not any(item.stem in DOCUMENT for item in found[who.first : who.last]):
        return None
    return who


def _is_small(found: Sequence[Word], place: int, last: int) -> bool:
    """Whether a word has no capital, but for "Reported by …" at an opening."""
    word = found[place]
    return not word.capital or (word.opens and place + 1 < last and found[place + 1].low == "by")


def _speaks(found: Sequence[Word], place: int, last: int) -> bool:
    """Whether a word is a verb of speech."""
    word = found[place]
    if word.low == "not":  # the stem of "noted"
        return False
    if _with_that(found, place):
        return True
    if word.stem in ("issu", "releas"):
        return any(item.low in _STATEMENTS for item in found[place + 1 : min(place + 5, last)])
    if word.stem in PHRASAL:
        return place + 1 < last and found[place + 1].low in PHRASAL[word.stem]
    if word.stem not in SPEAKING or _noun(word.low) or _takes(found, place):
        return False
    after = found[place + 1] if place + 1 < last else None
    before = found[place - 1] if place else None
    if word.stem in _OF_OTHERS and after is not None and after.low == "to":
        return False
    past = word.low.endswith(("ed", "ing")) or word.low in ("said", "told", "wrote")
    if word.stem in _ALSO_NOUNS and not past:
        if after is None or after.low in _AFTER_NOUNS or after.text in ".,;:)":
            if before is None or after is None:
                return False
            if after.text == "," and place > 1 and found[place - 2].text == ",":
                # "The fees, schools claim, pay for …"
                return before.content
            if not before.capital:
                return False
            # "…," Ilse Tarn replies, "…"
            quoting = after.text == "," and place > 1 and found[place - 2].text in '”"»'
            return after.text == "." or quoting
        if before is not None and before.text.endswith(("'s", "’s", "’", "'")):
            return False
    return True


def _takes(found: Sequence[Word], place: int) -> bool:
    """Whether a verb is no speech: "claimed 58 lives", "calls itself"."""
    following = found[place + 1 : place + 3]
    if following and following[0].low in ("itself", "himself", "herself", "themselves"):
        return True
    if following and following[0].low == "that":
        return False
    return found[place].stem == "claim" and any(
        word.kind == "number" or word.low in _CLAIMED for word in following
    )


def _noun(low: str) -> bool:
    """Whether a word of a verb's stem is a noun by its ending: "dismissal", "announcement"."""
    nouns = low.endswith(("al", "ment", "tion", "ance", "ence"))
    return nouns and low not in ("caution", "comment")


def _with_that(found: Sequence[Word], place: int) -> bool:
    following = found[place + 1].low if place + 1 < len(found) else ""
    noun = found[place].low.endswith("ing")
    return following == "that" and found[place].stem in _WITH_THAT and not noun


def _speaker(
    found: Sequence[Word], span: tuple[int, int], place: int, outside: Sequence[bool]
) -> Subject | None:
    """The words that name who speaks, before the verb or after it: "…," said the minister."""
    first, last = span
    before = found[place - 1] if place > first else None
    if before is None:
        # "Reported by Ilse Tarn."
        passive = passive_by(found, place, last)
        return None if passive is None else following(found, passive - 1, last)
    if before is not None:
        if before.text == "-" or before.kind == "number":
            return None
        if before.low in ("a", "the", "an", "his", "her", "its", "no", "this"):
            return None
        if before.low in _PREPOSITIONS:
            return None
        if before.low == "not" and found[place].stem in _REPLIES:
            return None
    follows = found[place + 1] if place + 1 < last else None
    after: Subject | None = None
    inverted = before is None or before.text in "”\",»’'“" or not outside[place - 1 - first]
    if inverted and follows is not None and found[place].stem in _INVERTED:
        named = any(word.capital for word in found[place + 2 : min(place + 5, last)])
        if (
            follows.capital
            or follows.low in _NOUN_STARTS
            # "…,” said branch secretary Ilse Tarn."
            or (follows.content and named)
        ):
            after = _inverted(found, place, last)
    ends = after is not None and (after.last >= last or found[after.last].text in ".!?")
    if ends and follows is not None and follows.capital:
        # "The fire, which began on Monday, had spread, said Ilse Tarn."
        return after
    told = None if before is None else subject_of(found, span, place, outside)
    return told or after


def _inverted(found: Sequence[Word], place: int, last: int) -> Subject | None:
    phrase = following(found, place, last)
    if phrase is None:
        return None
    # "X, the treasurer, said the accounts had …": what follows the verb is what is said.
    stop = found[phrase.last] if phrase.last < last else None
    closed = stop is None or stop.low not in _FINITE
    if closed and not any(found[item].low in _FINITE for item in range(phrase.first, phrase.last)):
        return phrase
    return None


def _frame(
    text: str,
    found: Sequence[Word],
    who: Subject,
    place: int,
    span: tuple[int, int],
    number: int,
    others: frozenset[int],
    quoted: Sequence[tuple[int, int]],
) -> Frame | None:
    words = found[who.first : who.last]
    start, end = words[0].start, words[-1].end
    names = names_within(text, start, found[who.head - 1].end) or names_within(text, start, end)
    lows = {word.low for word in words}
    # Subject pronouns, unless a noun is near: "she said", not "her deputy said".
    roles = {
        stem_of(SAME_ROLE.get(word.low, word.low))
        for word in words
        if word.content and word.kind == "word" and word.low not in HONORIFICS
    }
    if not names:
        names = repeated(text, words)
    ends = words[-1].low in PERSONAL
    pronoun = bool(lows & PERSONAL) and not names and (len(roles) < 2 or ends)
    if not names and not roles and not pronoun:
        return None
    low, high = place, place + 1
    while low > max(span[0], place - REACH) and not (_parts(found[low - 1]) or low in others):
        low -= 1
    while high < min(span[1], place + REACH) and not (_parts(found[high]) or high in others):
        high += 1
    said = {
        index: word.stem
        for index, word in enumerate(found[low:high], low)
        if word.content and not who.first <= index < who.last and index != place
        if word.low not in HONORIFICS
    }
    # What is said follows the verb, unless hardly anything does.
    later = {stem for index, stem in said.items() if index > place}
    # … and where it stands before: "…," she told the court; it closed, the paper reported.
    behind = who.first > span[0] and found[who.first - 1].text in "”\"’'»"
    closed = place + 1 >= span[1] or found[place + 1].text in ".,;"
    before = who.after or behind or closed
    content = later if len(later) > 1 and not before else set(said.values())
    if before:
        content |= _around(text, min(start, found[place].start), found[span[1] - 1].end, quoted)
    return Frame(
        start,
        end,
        _verb(found, place),
        frozenset(names),
        frozenset(roles - names),
        pronoun,
        frozenset(content),
        number,
        found[place].start,
        who.after,
        who.sure,
        found[who.head - 1].low.endswith("s") and not names,
        words[0].low in _DEFINITE,
        owners_within(text, start, end),
        homes_within(text, start, found[who.head - 1].end),
    )


def _verb(found: Sequence[Word], place: int) -> str:
    """The verb as it is compared: "called it bad" is another than "called for help"."""
    if found[place].text == ":":
        return "say"
    calls_for = found[place].low == "called" and found[place + 1 : place + 2]
    if calls_for and calls_for[0].low == "for":
        return "demand"
    return found[place].stem


def _around(text: str, begin: int, end: int, quoted: Sequence[tuple[int, int]]) -> set[str]:
    """What the quotation before "…, she said." has in all its sentences, and the one after it."""
    number = bisect_left(quoted, begin, key=lambda one: one[0])
    near = [one for one in quoted[max(0, number - 1) : number] if begin - one[1] <= NEXT_TO]
    near += [
        one
        for one in quoted[number : number + 2]
        if 0 <= one[0] - end <= NEXT_TO and "\n" not in text[end : one[0]]
    ]
    found = words_of(text)
    return {
        word.stem
        for low, high in near
        for word in found[_word_at(found, low) : _word_at(found, high)]
        if word.content and word.low not in HONORIFICS
    }


def _word_at(found: Sequence[Word], place: int) -> int:
    return bisect_left(found, place, key=lambda word: word.start)


def _parts(word: Word) -> bool:
    """Whether what one person says ends here and another begins."""
    return word.text == ";" or word.low in ("whereas", "while", "but", "although", "though")

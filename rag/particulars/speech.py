"""Who is said to have said what: the frames of speech of a text, and who speaks in each."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.particulars.names import key_of, names_of
from rag.particulars.nounphrases import PERSONAL, Subject
from rag.particulars.places import HONORIFICS, ROLES, SAME_ROLE
from rag.particulars.quotations import quotations_of
from rag.particulars.speakers import cited_by, following, subject_of
from rag.particulars.speaking import SPEAKING
from rag.particulars.words import STOP_WORDS, Word, covered, sentences_of, stem_of, words_of

# Of these a noun has the same form: "a report", "the call".
_ALSO_NOUNS = frozenset(
    stem_of(word)
    for word in "report call claim state note comment post object demand estimate answer reply "
    "threaten caution stress remark promise pledge vow tweet praise blame dispute boast quip joke "
    "shout warn counter hint".split()
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
# Somebody else says so of "the chain, expected to close" and of "is believed to have left".
_OF_OTHERS = frozenset(stem_of(word) for word in "estimate believe expect report allege".split())
_CLAIMED = frozenset("lives life title victory gold silver bronze medal victims".split())
# Who did not do these said nothing.
_REPLIES = frozenset(stem_of(word) for word in "comment reply answer respond".split())
_STATEMENTS = frozenset("statement statements warning apology denial".split())
# Words around a verb that are searched for what is said.
REACH = 40


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


@lru_cache(maxsize=256)
def frames_of(text: str) -> tuple[Frame, ...]:
    """The acts of speech of a text in order."""
    found = words_of(text)
    quoted = [(one.start, one.end) for one in quotations_of(text)]
    frames: list[Frame] = []
    for number, (first, last) in enumerate(sentences_of(text)):
        frames += _frames(text, found, (first, last), number, quoted)
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
    frames: list[Frame] = []
    for place in range(first, last):
        if not outside[place - first]:
            continue
        word = found[place]
        who: Subject | None = None
        if word.low == "according" and place + 1 < last and found[place + 1].low == "to":
            who = cited_by(found, place + 2, last, place - first < 2)
        elif word.kind == "word" and not word.capital and _speaks(found, place, last):
            who = _speaker(found, span, place, outside)
        if who is None:
            continue
        frame = _frame(text, found, who, place, span, number)
        if frame is not None:
            frames.append(frame)
    return frames


def _speaks(found: Sequence[Word], place: int, last: int) -> bool:
    """Whether a word is a verb of speech."""
    word = found[place]
    if word.low == "not":  # the stem of "noted"
        return False
    if _with_that(found, place):
        return True
    if word.stem == "issu":
        return any(item.low in _STATEMENTS for item in found[place + 1 : min(place + 5, last)])
    if word.stem not in SPEAKING or _noun(word.low) or _takes(found, place):
        return False
    after = found[place + 1] if place + 1 < last else None
    before = found[place - 1] if place else None
    if word.stem in _OF_OTHERS and after is not None and after.low == "to":
        return False
    past = word.low.endswith(("ed", "ing")) or word.low in ("said", "told", "wrote")
    if word.stem in _ALSO_NOUNS and not past:
        if after is None or after.low in _AFTER_NOUNS or after.text in ".,;:)":
            return before is not None and after is not None and before.capital and after.text == "."
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
) -> Frame | None:
    words = found[who.first : who.last]
    start, end = words[0].start, words[-1].end
    names = _names(text, start, found[who.head - 1].end) or _names(text, start, end)
    lows = {word.low for word in words}
    # Subject pronouns, unless a noun is near: "she said", not "her deputy said".
    roles = {
        stem_of(SAME_ROLE.get(word.low, word.low))
        for word in words
        if word.content and word.kind == "word" and word.low not in HONORIFICS
    }
    if not names:
        names = _repeated(text, words)
    ends = words[-1].low in PERSONAL
    pronoun = bool(lows & PERSONAL) and not names and (len(roles) < 2 or ends)
    if not names and not roles and not pronoun:
        return None
    low, high = place, place + 1
    while low > max(span[0], place - REACH) and not _parts(found[low - 1]):
        low -= 1
    while high < min(span[1], place + REACH) and not _parts(found[high]):
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
    quoted = who.first > span[0] and found[who.first - 1].text in "”\"’'»"
    closed = place + 1 >= span[1] or found[place + 1].text in ".,;"
    before = who.after or quoted or closed
    content = later if len(later) > 1 and not before else set(said.values())
    return Frame(
        start,
        end,
        found[place].stem,
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
    )


def _names(text: str, start: int, end: int) -> frozenset[str]:
    """The keys of the names in a place, without those whose something is meant."""
    every = names_of(text)
    near = every[bisect_left(every, start, key=lambda name: name.start) :]
    near = near[: bisect_left(near, end, key=lambda name: name.start)]
    # "Weller's finance director" is not Weller.
    whose = [one for one in near if not one.text.endswith(("'s", "’s")) or one.end >= end]
    return frozenset(key for name in whose for key in name.keys if key not in ROLES)


def _repeated(text: str, words: Sequence[Word]) -> frozenset[str]:
    """One word that opens a sentence, and has its capital elsewhere too: "Rock" is a name."""
    if len(words) > 2 or not words[0].capital:
        return frozenset()
    known = _inner_capitals(text)[words[0].text] - (not words[0].opens)
    return frozenset({key_of(words[0].low)}) if known > 0 else frozenset()


@lru_cache(maxsize=256)
def _inner_capitals(text: str) -> Counter[str]:
    """How often each word has a capital that no sentence gives it."""
    return Counter(word.text for word in words_of(text) if word.capital and not word.opens)


def _parts(word: Word) -> bool:
    """Whether what one person says ends here and another begins."""
    return word.text == ";" or word.low in ("whereas", "while", "but", "although", "though")


def described(text: str) -> dict[str, frozenset[str]]:
    """For each word of a name, the stems of the ordinary words right around its mentions."""
    return _described(text)


@lru_cache(maxsize=256)
def _described(text: str) -> dict[str, frozenset[str]]:
    found = words_of(text)
    around: dict[str, set[str]] = {}
    for name in names_of(text):
        low, high = max(0, name.first - 6), min(len(found), name.last + 7)
        stems: set[str] = set()
        for place in range(name.first - 1, low - 1, -1):
            if found[place].stem in SPEAKING:
                break
            if found[place].text in ".;:!?" or (found[place].opens and place < name.first - 1):
                stems |= {found[place].stem} if found[place].opens else set()
                break
            stems.add(stem_of(SAME_ROLE.get(found[place].low, found[place].low)))
        for place in range(name.last + 1, high):
            if found[place].text in ".;:!?" or found[place].stem in SPEAKING:
                break
            stems.add(found[place].stem)
        stems |= {word.stem for word in found[name.first : name.last + 1]}
        for key in name.keys:
            around.setdefault(key, set()).update(stems - STOP_WORDS)
    return {key: frozenset(stems) for key, stems in around.items()}

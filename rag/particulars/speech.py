"""Who is said to have said what: the frames of speech of a text, and who speaks in each."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.particulars.names import names_of
from rag.particulars.places import HONORIFICS, ROLES, SAME_ROLE
from rag.particulars.quotations import quotations_of
from rag.particulars.speaking import SPEAKING
from rag.particulars.words import STOP_WORDS, Word, covered, sentences_of, stem_of, words_of

# Of these a noun has the same form: "a report", "the call". They need somebody before them.
_ALSO_NOUNS = frozenset(
    stem_of(word)
    for word in "report call claim state note comment post object "
    "demand estimate answer reply threaten caution stress".split()
)
_INVERTED = frozenset(stem_of(word) for word in "say add ask reply warn write tell explain".split())
_NOUN_STARTS = frozenset("the a an his her its he she one".split())
_CONJUNCTIONS = frozenset("that and but while although because as when if though before".split())
_PASSIVE = frozenset("was were been is are being be".split())
_FINITE = frozenset("had has have was were is are would will could may might should did".split())
# Words before a verb that are searched for who speaks, and on both sides for what is said.
REACH = 40
_PERSONAL = frozenset("he she they it we i".split())
_SKIPPED = frozenset(
    "has had have also later then who which that already repeatedly again previously meanwhile is "
    "was were been be not never did does do reportedly earlier however would will could may might "
    "both himself herself".split()
)


# These tell what somebody said only before a "that": "held that the clause was no penalty".
_WITH_THAT = frozenset(stem_of(word) for word in "hold rule find determine decide".split())
_CLAIMED = frozenset("lives life title victory gold silver bronze medal victims".split())
_PREPOSITIONS = frozenset("in at of for with from on by into over under between ever".split())
# Who did not do these said nothing.
_REPLIES = frozenset(stem_of(word) for word in "comment reply answer respond".split())
# More words without a name say who speaks of nobody.
LONGEST_ROLE = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """One act of speech: who (`names`, as keys, and `roles`, stems in small letters) says what.

    `start`/`end` is the place of who speaks, `verb` the stem of the verb. `pronoun` says that
    only "he" or "she" is named; `content` are the stems of what is said.
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
        who: tuple[int, int] | None = None
        after = False
        if word.low == "according" and place + 1 < last and found[place + 1].low == "to":
            who, after = _phrase(found, place + 2, last), True
        elif (
            (
                (word.stem in SPEAKING and not _noun(word.low) and not _takes(found, place))
                or _with_that(found, place)
            )
            and word.kind == "word"
            and not word.capital
            and (word.low != "not")
        ):
            who, after = _speaker(found, (first, last), place, outside)
        if who is None or who[0] >= who[1]:
            continue
        frame = _frame(text, found, who, place, (first, last), number, after)
        if frame is not None:
            frames.append(frame)
    return frames


def _takes(found: Sequence[Word], place: int) -> bool:
    """Whether a verb is no speech: "claimed 58 lives", "calls itself"."""
    following = found[place + 1 : place + 3]
    if following and following[0].low in ("itself", "himself", "herself", "themselves"):
        return True
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
) -> tuple[tuple[int, int] | None, bool]:
    """The words that name who speaks, before the verb or after it: "…," said the minister."""
    first, last = span
    before = found[place - 1] if place > first else None
    passive = _passive_by(found, place, last)
    if passive is not None:
        return _phrase(found, passive, last), True
    follows = found[place + 1] if place + 1 < last else None
    inverted = before is None or before.text in "”\",»’'“" or not outside[place - 1 - first]
    if (
        inverted
        and follows is not None
        and found[place].stem in _INVERTED
        and (
            follows.capital
            or follows.low in _NOUN_STARTS
            # "…,” said branch secretary Ilse Tarn."
            or (
                follows.content
                and any(word.capital for word in found[place + 2 : min(place + 5, last)])
            )
        )
    ):
        phrase = _phrase(found, place + 1, last)
        # "X, the treasurer, said the accounts had …": what follows the verb is what is said.
        closed = phrase[1] >= last or found[phrase[1]].text in ".,;!?"
        if closed and not any(found[item].low in _FINITE for item in range(*phrase)):
            return phrase, True
    if place > first and (found[place - 1].text == "-" or found[place - 1].kind == "number"):
        return None, False
    earlier = place - 1
    while earlier > first and (
        found[earlier].low.endswith("ly") or found[earlier].low in ("now", "also", "still", "then")
    ):
        earlier -= 1
    if found[earlier].low in _PASSIVE and not found[place].low.endswith("ing"):
        return None, False
    if found[place].stem in _ALSO_NOUNS and found[place - 1].text.endswith(("'s", "’s", "’", "'")):
        return None, False
    begin = place
    commas = 0
    while begin > max(first, place - REACH):
        word = found[begin - 1]
        if not outside[begin - 1 - first] or word.text in '.;:!?()“”"—–':
            break
        if word.stem in SPEAKING and word.low.endswith("ing"):
            break
        if word.low == "and" and begin == place:
            # "…, welcomed it and urged others": who speaks is the first verb's.
            return None, False
        pair = word.low == "and" and found[begin].capital and found[begin - 2].capital
        if word.low in _CONJUNCTIONS and not pair:
            break
        if word.text == ",":
            commas += 1
            # "Conor Pike, the driver, said": an apposition between two commas.
            if commas > 2 or not (found[begin].kind == "mark" or place - begin <= 12):
                break
        begin -= 1
    words = [item for item in range(begin, place) if found[item].low not in _SKIPPED]
    if not words:
        return None, False
    if place > first and found[place - 1].low in (
        "a",
        "the",
        "an",
        "his",
        "her",
        "its",
        "no",
        "this",
        "to",
    ):
        return None, False
    if found[place - 1].low == "to" and found[place].stem != "threaten":
        return None, False
    if found[place - 1].low in _PREPOSITIONS:
        return None, False
    if found[place - 1].low == "not" and found[place].stem in _REPLIES:
        return None, False
    narrow = _narrowed(found, begin, place)
    named = any(found[item].capital and not found[item].opens for item in range(*narrow))
    if not named and narrow[1] - narrow[0] > LONGEST_ROLE:
        return None, False
    return narrow, False


def _narrowed(found: Sequence[Word], begin: int, place: int) -> tuple[int, int]:
    """The part of a stretch before a verb that names who speaks.

    It is what follows the last comma, with the apposition before it where the verb follows a comma
    at once.
    """
    end = place
    while end > begin and (found[end - 1].low in _SKIPPED or found[end - 1].low.endswith("ly")):
        end -= 1
    commas = [item for item in range(begin, end) if found[item].text == ","]
    if not commas:
        return begin, end
    if commas[-1] == end - 1:
        # "…, Ilse Tarn, said" with the clause before it, or "Conor Pike, the driver, said".
        inner = commas[:-1]
        if len(inner) >= 2:
            return inner[-2] + 1, end
        return (begin, end) if not inner or inner[0] - begin <= 6 else (inner[0] + 1, end)
    return commas[-1] + 1, end


def _passive_by(found: Sequence[Word], place: int, last: int) -> int | None:
    """The place after "by" in "was accused by …", near the verb."""
    if place == 0 or found[place - 1].low not in ("was", "were", "been", "is", "are", "being"):
        return None
    for item in range(place + 1, min(place + 4, last)):
        if found[item].low == "by":
            return item + 1
    return None


def _phrase(found: Sequence[Word], begin: int, last: int) -> tuple[int, int]:
    """The words from a place that name who speaks: up to where a clause goes on."""
    end = begin
    while end < last:
        word = found[end]
        if word.low == "and" and end + 1 < last and found[end + 1].capital and end > begin:
            # "Qatari and Norwegian mediators"
            end += 1
            continue
        if word.text in '.;:!?()“”"—–' or word.low in (
            "that",
            "who",
            "which",
            "but",
            "and",
            "as",
            "while",
            "when",
            "after",
            "told",
            "said",
        ):
            break
        if word.text == ",":
            # ", its secretary" and ", Ilse Tarn" go on; anything else is the sentence's.
            follows = found[end + 1] if end + 1 < last else None
            if (
                follows is None
                or not (
                    follows.capital
                    or follows.low in ("its", "the", "a", "an", "his", "her", "their")
                )
                or end - begin > 6
            ):
                break
        if end - begin > 14:
            break
        end += 1
    return begin, end


def _frame(
    text: str,
    found: Sequence[Word],
    who: tuple[int, int],
    place: int,
    span: tuple[int, int],
    number: int,
    after: bool,
) -> Frame | None:
    words = found[who[0] : who[1]]
    start, end = words[0].start, words[-1].end
    every = names_of(text)
    near = every[bisect_left(every, start, key=lambda name: name.start) :]
    near = near[: bisect_left(near, end, key=lambda name: name.start)]
    # "Weller's finance director" is not Weller.
    whose = [one for one in near if not one.text.endswith(("'s", "’s")) or one.end >= end]
    names = {key for name in whose for key in name.keys if key not in ROLES}
    lows = {word.low for word in words}
    # Subject pronouns, unless a noun is near: "she said", not "her deputy said".
    roles = {
        stem_of(SAME_ROLE.get(word.low, word.low))
        for word in words
        if word.content and word.kind == "word" and word.low not in HONORIFICS
    }
    ends = words[-1].low in _PERSONAL
    pronoun = bool(lows & _PERSONAL) and not names and (len(roles) < 2 or ends)
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
        if word.content and not who[0] <= index < who[1] and index != place
        if word.low not in HONORIFICS
    }
    # What is said follows the verb, unless hardly anything does.
    following = {stem for index, stem in said.items() if index > place}
    content = following if len(following) > 1 and not after else set(said.values())
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
        after,
    )


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

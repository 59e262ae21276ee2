"""Words of a sentence whose opposite stands in a source, told of the same thing."""

from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.contexts import (
    PARTING,
    hand_of,
    likeness,
    mostly_alike,
    same_in,
    sentence_stems,
)
from rag.particulars.cues import stem_set
from rag.particulars.denials import is_denial
from rag.particulars.numerals import SMALL_NUMBERS
from rag.particulars.opposites import COLOURS, LOOSE, OPPOSITE_GROUPS, SIDES
from rag.particulars.particular import Finding, Particular
from rag.particulars.phrases import read_phrases
from rag.particulars.source import Source
from rag.particulars.words import Word, stem_of, within, words_of

_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten twelve twenty thirty forty fifty "
    "sixty seventy eighty ninety half usd eur gbp".split()
)
_EXCEPTING = frozenset("except exception apart excepting but every".split())
# Who buys and who sells are two: "B bought it" is "A sold it to B".
_TRADES = stem_set("buy purchase acquire sell")
_CONVERSE = stem_set("buy purchase acquire sell lead trail ahead behind win lose beat defeat")
_AMONG = frozenset("in at on for among during with under".split())
_BE = frozenset("is are was were been being be".split())
# "Kept up by a point" is no way up: the word belongs to a verb.
_PARTICLES = stem_set("keep make set take give back end bring hold build grow call step pick open")
_HOW_MANY = stem_set("few many most more fewer less majority minority")
_SIDES_OF_LANDS = frozenset("north south east west".split())
_BEFORE_NOUNS = frozenset(map(stem_of, "before after inside outside".split()))
# Words back from one that are read, or ahead.
REACH, AHEAD = 10, 5


def check_opposites(sentence: str, source: Source) -> list[Finding]:
    """Words of a sentence whose opposite stands in the source, about the same thing."""
    words = read_phrases([word for word in words_of(sentence) if word.kind != "mark"])
    there = _read_of(source.passage, source.span)
    said = {word.stem for word in words}
    told = {word.stem for word in there}
    # "Every month but May was wet" is "May was the only dry month".
    excepted = any(one.low in _EXCEPTING for one in words)
    only = any(one.low in ("only", "sole") for one in there)
    findings: list[Finding] = []
    texts_of = (sentence, source.passage)
    denied = (_denied(sentence), _denied(source.passage))
    for place, word in enumerate(words):
        for number, side in SIDES.get(word.stem, ()):
            if word.kind != "word" or _bounding(words, place) or _particle(words, place):
                continue
            if _left_over(words, place):
                continue
            if (excepted and only) or (word.low in COLOURS and word.capital):
                continue
            if [one.low for one in words[place + 1 : place + 4]] == ["as", "well", "as"]:
                # "In private as well as on the radio" says both.
                continue
            particular = Particular("opposite", word.text, word.start, word.end, (number, side))
            opposite = _opposite(
                place, (number, side), (words, there), (said, told), denied, texts_of
            )
            if opposite is None:
                continue
            why = f'"{word.text}" is not in the source, which says "{opposite.text}"'
            findings.append(Finding(particular, "altered", (opposite.start, opposite.end), why))
            break
    return findings


@lru_cache(maxsize=64)
def _read_of(passage: str, span: tuple[int, int]) -> list[Word]:
    """The words of the cited span, read."""
    return read_phrases([word for word in within(words_of(passage), *span) if word.kind != "mark"])


def _opposite(
    place: int,
    which: tuple[int, int],
    texts: tuple[Sequence[Word], Sequence[Word]],
    stems: tuple[set[str], set[str]],
    denied: tuple[frozenset[int], frozenset[int]],
    texts_of: tuple[str, str],
) -> Word | None:
    """The opposite of a word in the source, where the source has only that and the sentence not."""
    number, side = which
    same, other = OPPOSITE_GROUPS[number][side], OPPOSITE_GROUPS[number][1 - side]
    (words, there), (said, told) = texts, stems
    if said & other or not told & other:
        return None
    # Where the source has both words, the one in the likelier place counts.
    kept = max(
        (
            likeness(words, place, there, at) + 1
            for at, word in enumerate(there)
            if word.stem in same and _degree(word.low) == _degree(words[place].low)
        ),
        default=0,
    )
    for at, word in enumerate(there):
        if word.stem not in other or _bounding(there, at) or _left_over(there, at):
            continue
        if (
            likeness(words, place, there, at) <= kept
            or _reversed(words, place, there, at)
            or _converse(words, place, there, at)
            or _others_counted(words, place, there, at)
        ):
            continue
        if not _of_one(words, place, there, at, texts_of) or _paired(there, at, same):
            continue
        if number >= LOOSE and (
            not mostly_alike(words, place, there, at) or _beside(there, at, same)
        ):
            continue
        if words[place].stem in _HOW_MANY and _says_not(words, place) != _says_not(there, at):
            return None
        side = word.capital and not word.opens and word.stem in _SIDES_OF_LANDS
        if (side or word.stem in _BEFORE_NOUNS) and not _same_next(words, place, there, at):
            continue
        if (words[place].start in denied[0]) != (word.start in denied[1]):
            return None
        return word
    return None


def _of_one(
    words: Sequence[Word],
    place: int,
    there: Sequence[Word],
    at: int,
    texts: tuple[str, str],
) -> bool:
    """Whether two words are said of one thing: a word at hand of both in their clauses is the same.

    Where the source has the word of the sentence itself, two must be, and more than for that.
    """
    mine, theirs = words[place], there[at]
    if (_degree(mine.low) == "est") != (_degree(theirs.low) == "est"):
        return False
    hand = hand_of(texts[0], mine.start)
    turned = _is_told(words, place) != _is_told(there, at)
    shared = same_in(hand, hand_of(texts[1], theirs.start), turned)
    told = [
        same_in(hand, hand_of(texts[1], word.start), False)
        for word in there
        if word.stem == mine.stem or (len(mine.stem) > 3 and word.stem.startswith(mine.stem))
    ]
    best = max(told, default=0)
    # "Highest point: … lowest point: …" stand among the same.
    margin = 1 if _degree(mine.low) == "est" else 0
    return shared > max(1, best) + margin if best else shared > 0


def _is_told(words: Sequence[Word], place: int) -> bool:
    """Whether a word is told of its subject with a "be": "was closed"."""
    return any(word.low in _BE for word in words[max(0, place - 2) : place])


def _says_not(words: Sequence[Word], place: int) -> bool:
    """Whether a denial follows what tells how many: "most do not"."""
    return any(is_denial(word) for word in words[place + 1 : place + 6])


def _paired(there: Sequence[Word], at: int, same: frozenset[str]) -> bool:
    """Whether the source names both together: "for short and long periods"."""
    return any(
        0 <= at + step < len(there)
        and there[at + step].stem in same
        and there[at + step // 2].low in ("and", "or", "to")
        for step in (-2, 2)
    )


def _degree(low: str) -> str:
    """The ending of an adjective that compares."""
    return next((ending for ending in ("er", "est") if low[2:].endswith(ending)), "")


def _beside(there: Sequence[Word], at: int, same: frozenset[str]) -> bool:
    """Whether the source compares the two: "milder in adults than in children"."""
    compared = _compared(there, at)
    if compared is None and any(word.low == "than" for word in there[max(0, at - 3) : at]):
        return bool({word.stem for word in there[max(0, at - REACH) : at]} & same)
    return compared is not None and bool(compared[1] & same)


def _same_next(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> bool:
    """Whether two words stand before the same: "before the war" and "after the war"."""
    following = (
        next((word.stem for word in text[start + 1 : start + 4] if word.content), "")
        for text, start in ((words, place), (there, at))
    )
    one, two = following
    return one == two != ""


def _reversed(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> bool:
    """Whether two comparisons tell one thing from two sides: "A less than B", "B more than A"."""
    mine, theirs = _compared(words, place), _compared(there, at)
    if theirs is not None and mine is None:
        # "Her first novel was the longer" for "the second is shorter than the first".
        told = sentence_stems(words, place)
        last = len(told & (theirs[1] - theirs[0]))
        return last > 0 and last >= len(told & (theirs[0] - theirs[1]))
    if mine is None or theirs is None:
        return False
    straight = len(mine[0] & theirs[0]) + len(mine[1] & theirs[1])
    return len(mine[0] & theirs[1]) + len(mine[1] & theirs[0]) > straight


def _others_counted(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> bool:
    """Whether two words tell of two counts: "three of the five died", "only two survived"."""
    low, high = place, place + 1
    while low > max(0, place - REACH) and not words[low].opens:
        low -= 1
    while high < min(len(words), place + AHEAD) and not words[high].opens:
        high += 1
    # A number that the source has nowhere is what its own leave, and checked as such.
    return bool(_counts(words[low:high]) - _counts(there)) and bool(
        _counts(there[max(0, at - 6) : at + 6])
    )


def _counts(words: Sequence[Word]) -> set[str]:
    """The numbers among some words, in figures."""
    return {
        str(SMALL_NUMBERS.get(word.low, word.low))
        for word in words
        if word.kind == "number" or word.low in SMALL_NUMBERS
    }


def _converse(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> bool:
    """Whether two verbs tell one deal from its two sides: "A sold it to B", "B bought it"."""
    if words[place].stem not in _CONVERSE or there[at].stem not in _CONVERSE:
        return False
    if words[place].low in ("ahead", "behind"):
        # "Romania half a length behind" is "half a length ahead of Romania".
        last = {word.stem for word in words[max(0, place - 6) : place] if word.capital}
        return bool(last & {word.stem for word in there[at + 1 : at + 4] if word.capital})
    mine, theirs = _doers(words, place), _doers(there, at)
    names = [word.stem for word in words[max(0, place - REACH) : place] if word.capital]
    if names and mine and names[-1] in mine:
        mine = {names[-1]}
    if mine is None or theirs is None:
        # "It was sold in June" names only what was.
        return True
    after = {word.stem for word in there[at + 1 : at + 1 + REACH] if word.content}
    told = bool(mine & after) or (bool(mine and theirs) and words[place].stem not in _TRADES)
    return not mine & theirs and told


def _doers(words: Sequence[Word], place: int) -> set[str] | None:
    """The content stems before a verb in its sentence, or after the "by" of its passive.

    None where a passive has no "by".
    """
    passive = any(word.low in _BE for word in words[max(0, place - 2) : place])
    if passive and not words[place].low.endswith("ing"):
        following = words[place + 1 : place + 8]
        by = next((number for number, word in enumerate(following) if word.low == "by"), None)
        if by is None:
            return None
        return {word.stem for word in following[by + 1 : by + 5] if word.content}
    low = place
    while low > max(0, place - REACH) and not words[low].opens:
        low -= 1
    return {word.stem for word in words[low:place] if word.content}


def _compared(words: Sequence[Word], place: int) -> tuple[set[str], set[str]] | None:
    """The content stems before a comparing word and after its "than"; None without a "than"."""
    for index in range(place + 1, min(place + 8, len(words))):
        if words[index].opens:
            return None
        if words[index].low == "than":
            low = place
            while low > max(0, place - REACH) and not words[low].opens:
                low -= 1
            # "Lower in March than in June"
            between = next((at for at in range(place + 1, index) if words[at].low in _AMONG), index)
            high = index + 1
            while high < min(len(words), index + 7) and not words[high].opens:
                high += 1
            before, after = (
                {word.stem for word in part if word.content and word.stem != "one"}
                for part in (
                    [*words[low:place], *words[between:index]],
                    words[index + 1 : high],
                )
            )
            return before, after
    return None


@lru_cache(maxsize=64)
def _denied(text: str) -> frozenset[int]:
    """Where the words of a text begin that a denial before them in their clause reaches."""
    words = words_of(text)
    found: set[int] = set()
    for place, word in enumerate(words):
        if is_denial(word) and word.stem != "declin":
            for index in range(place + 1, min(place + 9, len(words))):
                if words[index].text in PARTING or words[index].opens:
                    break
                found.add(words[index].start)
    return frozenset(found)


def _particle(words: Sequence[Word], place: int) -> bool:
    """Whether an "up" or "down" belongs to a verb: "took it up", "kept them up"."""
    if words[place].low == "part":
        # "Take part" is no part.
        return words[max(0, place - 1)].stem == stem_of("take")
    if words[place].low not in ("up", "down"):
        return False
    return bool({stem_of(word.low) for word in words[max(0, place - 2) : place]} & _PARTICLES)


def _left_over(words: Sequence[Word], place: int) -> bool:
    """Whether a "left" means what remains: "there were only nine left", "has two left"."""
    if words[place].low != "left":
        return False
    before = {word.low for word in words[max(0, place - REACH) : place - 1]}
    if words[max(0, place - 1)].low in _BE:
        # "Nobody was left to be saved"
        return True
    return "there" in before or bool(before & {"have", "has", "had", "with"})


def _opens_number(word: Word) -> bool:
    return word.kind == "number" or word.low in _NUMBER_WORDS


def _bounding(words: Sequence[Word], place: int) -> bool:
    """Whether a word only bounds a number ("more than", "up to"), which is checked with it."""
    following = words[place + 1].low if place + 1 < len(words) else ""
    after = words[place + 2 : place + 4]
    if after and after[0].low in ("the", "a", "an"):
        after = after[1:]
    if following in ("than", "to") and not any(map(_opens_number, after[:1])):
        return False
    return following in ("than", "to") and words[place].low in (
        "more", "fewer", "less", "up", "higher", "lower", "close", "open", "older", "younger",
        "larger", "smaller", "bigger", "longer", "shorter", "earlier", "later", "better", "worse",
    )  # fmt: skip

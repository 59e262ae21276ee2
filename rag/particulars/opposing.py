"""Words of a sentence whose opposite stands in a source, and when two clauses tell one thing."""

from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.cues import Cue, stem_set
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
_CONVERSE = stem_set("buy purchase acquire sell lead trail ahead behind")
_BE = frozenset("is are was were been being be".split())
# "Kept up by a point" is no way up: the word belongs to a verb.
_PARTICLES = stem_set("keep make set take give back end bring hold build grow call step pick open")
_BEFORE_NOUNS = frozenset(map(stem_of, "before after inside outside".split()))
# Words before or after one with an opposite in which another word must be the same.
AROUND = 5
# Words on each side of a cue of the source, and the share of a sentence's that they must hold.
REACH, WIDE = 10, 12
SAME_CLAUSE = 0.34
# The same where names count as words.
SAME_NAMES = 0.4
# The share of a sentence that a source must have where a pair of opposites is a loose one.
MOST = 0.7
# Words of a sentence on each side of one that are looked at.
LONGEST = 40


def same_clause(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether a sentence tells enough of what stands around a denial to be about it."""
    at = next((place for place, word in enumerate(there) if word.start == cue.start), 0)
    low, high = at, at + 1
    while low > max(0, at - WIDE) and not there[low].opens:
        low -= 1
    while high < min(len(there), at + WIDE) and not there[high].opens:
        high += 1
    near = [word for word in there[low:high] if word.content]
    mine = [word for word in words if word.content and word.start != cue.start]
    for kept, share in ((tells, SAME_CLAUSE), (bool, SAME_NAMES)):
        around = {word.stem for word in near if kept(word)}
        said = {word.stem for word in mine if kept(word)}
        if len(said & around) >= share * min(len(said), len(around)):
            return True
    return False


def tells(word: Word) -> bool:
    """Whether a word tells what is said, and not merely of whom: names are left out."""
    return word.content and (not word.capital or word.opens)


def surroundings_of(words: Sequence[Word], place: int) -> set[str]:
    """The stems of the content words around one, in its sentence and without its own."""
    low, high = place, place + 1
    while low > max(0, place - AROUND) and not _turns_to(words[low]):
        low -= 1
    while high < min(len(words), place + AROUND + 1) and not _turns_to(words[high]):
        high += 1
    around = {
        word.stem
        for word in words[low:high]
        if word.content and (len(word.low) > 1 or word.kind == "number")
    }
    return around - {words[place].stem}


def _turns_to(word: Word) -> bool:
    """Whether something else is told from this word on."""
    return word.opens or word.low in ("but", "whereas")


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
    for place, word in enumerate(words):
        for number, side in SIDES.get(word.stem, ()):
            if word.kind != "word" or _bounding(words, place) or _particle(words, place):
                continue
            if (excepted and only) or (word.low in COLOURS and word.capital):
                continue
            if [one.low for one in words[place + 1 : place + 4]] == ["as", "well", "as"]:
                # "In private as well as on the radio" says both.
                continue
            particular = Particular("opposite", word.text, word.start, word.end, (number, side))
            opposite = _opposite(place, (number, side), (words, there), (said, told))
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
) -> Word | None:
    """The opposite of a word in the source, where the source has only that and the sentence not."""
    number, side = which
    same, other = OPPOSITE_GROUPS[number][side], OPPOSITE_GROUPS[number][1 - side]
    (words, there), (said, told) = texts, stems
    if said & other or not told & other:
        return None
    # Where the source has both words, the one in the likelier place counts.
    kept = max(
        (_alike(words, place, there, at) + 1 for at, word in enumerate(there) if word.stem in same),
        default=0,
    )
    for at, word in enumerate(there):
        if word.stem not in other or _bounding(there, at) or _left_over(there, at):
            continue
        near = surroundings_of(words, place) & surroundings_of(there, at)
        if (
            not near
            or _alike(words, place, there, at) <= kept
            or _reversed(words, place, there, at)
            or _converse(words, place, there, at)
            or _others_counted(words, place, there, at)
        ):
            continue
        if number >= LOOSE and (not _mostly(words, place, there, at) or _beside(there, at, same)):
            continue
        if word.stem in _BEFORE_NOUNS and not _same_next(words, place, there, at):
            continue
        if _denied(words, place) != _denied(there, at):
            return None
        return word
    return None


def _alike(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> int:
    """How much two words stand among the same: in their sentence, around them and at hand."""
    mine, theirs = surroundings_of(words, place), surroundings_of(there, at)
    shared = mine & theirs
    hand = {word.stem for word in words[max(0, place - 2) : place + 3]}
    other = {word.stem for word in there[max(0, at - 2) : at + 3]}
    sentences = _sentence_of(words, place) & _sentence_of(there, at)
    return len(shared) + len(shared & hand & other) + len(sentences)


def _sentence_of(words: Sequence[Word], place: int) -> set[str]:
    """The stems of the content words of the sentence that a word stands in."""
    low, high = place, place + 1
    while low > max(0, place - LONGEST) and not words[low].opens:
        low -= 1
    while high < min(len(words), place + LONGEST) and not words[high].opens:
        high += 1
    return {word.stem for word in words[low:high] if word.content}


def _mostly(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> bool:
    """Whether half of what stands around a word, or most of its sentence, is in the source."""
    mine, theirs = surroundings_of(words, place), surroundings_of(there, at)
    if 2 * len(mine & theirs) >= len(mine):
        return True
    told = _sentence_of(words, place)
    return len(mine & theirs) > 1 and len(told & _sentence_of(there, at)) >= MOST * len(told)


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
        told = _sentence_of(words, place)
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
    while high < min(len(words), place + AROUND) and not words[high].opens:
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
    if words[place].stem not in _CONVERSE:
        return False
    if words[place].low in ("ahead", "behind"):
        # "Romania half a length behind" is "half a length ahead of Romania".
        last = {word.stem for word in words[max(0, place - 6) : place] if word.capital}
        return bool(last & {word.stem for word in there[at + 1 : at + 4] if word.capital})
    mine, theirs = _doers(words, place), _doers(there, at)
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
            high = index + 1
            while high < min(len(words), index + 7) and not words[high].opens:
                high += 1
            before, after = (
                {word.stem for word in part if word.content and word.stem != "one"}
                for part in (words[low:place], words[index + 1 : high])
            )
            return before, after
    return None


def _denied(words: Sequence[Word], place: int) -> bool:
    low = place
    while low > max(0, place - 7) and not words[low].opens:
        low -= 1
    return any(is_denial(word) for word in words[low:place])


def _particle(words: Sequence[Word], place: int) -> bool:
    """Whether an "up" or "down" belongs to a verb: "took it up", "kept them up"."""
    if words[place].low == "part":
        # "Take part" is no part.
        return words[max(0, place - 1)].stem == stem_of("take")
    if words[place].low not in ("up", "down"):
        return False
    return bool({word.stem for word in words[max(0, place - 2) : place]} & _PARTICLES)


def _left_over(words: Sequence[Word], place: int) -> bool:
    """Whether a "left" means what remains: "there were only nine left", "has two left"."""
    if words[place].low != "left":
        return False
    before = {word.low for word in words[max(0, place - REACH) : place - 1]}
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

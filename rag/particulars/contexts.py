"""What stands around a word in its sentence, and whether two words are told among the same."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from rag.particulars.cues import Cue
from rag.particulars.words import Word, words_of

Hand = tuple[frozenset[str], frozenset[str]]

_RELATIVE = frozenset("which who whom".split())
# Marks that part what is told before from what is told after.
PARTING = frozenset(",;.!?()–—")
# Content words on each side of a word among which one must stand beside its opposite too.
HAND = 4
# Words before or after one with an opposite in which another word must be the same.
AROUND = 5
# Words on each side of a cue of the source, and the share of a sentence's that they must hold.
WIDE = 12
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


def surroundings_of(words: Sequence[Word], place: int, size: int = AROUND) -> set[str]:
    """The stems of the content words around one, in its sentence and without its own."""
    low, high = place, place + 1
    while low > max(0, place - size) and not _turns_to(words[low]):
        low -= 1
    while high < min(len(words), place + size + 1) and not _turns_to(words[high]):
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


def same_in(mine: Hand, theirs: Hand, turned: bool) -> int:
    """How many words stand on the same side of both, or beside both where one is a passive."""
    shared = len((mine[0] & theirs[0]) | (mine[1] & theirs[1]))
    return max(shared, len((mine[0] | mine[1]) & (theirs[0] | theirs[1]))) if turned else shared


@lru_cache(maxsize=4096)
def hand_of(text: str, start: int) -> Hand:
    """The stems of the content words right before and right after a word in its clause."""
    words = words_of(text)
    at = bisect_left(words, start, key=lambda word: word.start)
    sides: list[frozenset[str]] = []
    numbers: set[str] = set()
    for step in (-1, 1):
        place, found = at + step, set[str]()
        while 0 <= place < len(words) and len(found) < HAND:
            # "The theft, which he denied": the comma before a relative clause does not part.
            behind = (
                step < 0
                and words[place].text == ","
                and (not found or words[place + 1].low in _RELATIVE)
            )
            if _parts(words[place]) and not behind:
                break
            if words[place].content:
                found.add(words[place].stem)
                if words[place].kind == "number":
                    numbers.add(words[place].stem)
            if step < 0 and words[place].opens:
                break
            place += step
        sides.append(frozenset(found))
    return sides[0] | numbers, sides[1] | numbers


def _parts(word: Word) -> bool:
    return word.text in PARTING or word.low in ("but", "whereas", "while", "although", "though")


def likeness(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> int:
    """How much two words stand among the same: in their sentence, around them and at hand."""
    mine, theirs = surroundings_of(words, place), surroundings_of(there, at)
    shared = mine & theirs
    hand = {word.stem for word in words[max(0, place - 2) : place + 3]}
    other = {word.stem for word in there[max(0, at - 2) : at + 3]}
    sentences = sentence_stems(words, place) & sentence_stems(there, at)
    return len(shared) + len(shared & hand & other) + len(sentences)


def sentence_stems(words: Sequence[Word], place: int) -> set[str]:
    """The stems of the content words of the sentence that a word stands in."""
    low, high = place, place + 1
    while low > max(0, place - LONGEST) and not words[low].opens:
        low -= 1
    while high < min(len(words), place + LONGEST) and not words[high].opens:
        high += 1
    return {word.stem for word in words[low:high] if word.content}


def mostly_alike(words: Sequence[Word], place: int, there: Sequence[Word], at: int) -> bool:
    """Whether half of what stands around a word, or most of its sentence, is in the source."""
    mine, theirs = surroundings_of(words, place), surroundings_of(there, at)
    if 2 * len(mine & theirs) >= len(mine):
        return True
    told = sentence_stems(words, place)
    return len(mine & theirs) > 1 and len(told & sentence_stems(there, at)) >= MOST * len(told)

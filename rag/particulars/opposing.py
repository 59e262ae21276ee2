"""Words of a sentence whose opposite stands in a source, and when two clauses tell one thing."""

from collections.abc import Sequence
from dataclasses import replace

from rag.particulars.cues import Cue
from rag.particulars.denials import is_denial
from rag.particulars.opposites import OPPOSITE_GROUPS, SIDES
from rag.particulars.particular import Finding, Particular
from rag.particulars.source import Source
from rag.particulars.words import Word, stem_of, words_of

_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten twelve twenty thirty forty fifty "
    "sixty seventy eighty ninety half usd eur gbp".split()
)
# After a number: which way something went.
_WAYS = {
    "fewer": "decrease", "less": "decrease", "more": "increase", "below": "decrease",
    "above": "increase",
}  # fmt: skip
_WHOSE = frozenset("the a his her their its my your".split())
_VOTING = frozenset(map(stem_of, "vote decide argue campaign advise speak rule".split()))
_BEFORE_NOUNS = frozenset(map(stem_of, "before after inside outside".split()))
# Words before or after one with an opposite in which another word must be the same.
AROUND = 5
# Words on each side of a cue of the source, and the share of a sentence's that they must hold.
REACH = 10
SAME_CLAUSE = 0.34
# The same where names count as words.
SAME_NAMES = 0.4
# Words of a sentence on each side of one that are looked at.
LONGEST = 40


def same_clause(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether a sentence tells enough of what stands around a denial to be about it."""
    at = next((place for place, word in enumerate(there) if word.start == cue.start), 0)
    near = [word for word in there[max(0, at - REACH) : at + REACH] if word.content]
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
    """The stems of the content words around one, in its sentence and without its own."""
    low, high = place, place + 1
    while low > max(0, place - AROUND) and not words[low].opens:
        low -= 1
    while high < min(len(words), place + AROUND + 1) and not words[high].opens:
        high += 1
    around = {
        word.stem
        for word in words[low:high]
        if word.content and (len(word.low) > 1 or word.kind == "number")
    }
    return around - {words[place].stem}


def check_opposites(sentence: str, source: Source) -> list[Finding]:
    """Words of a sentence whose opposite stands in the source, about the same thing."""
    words = _read([word for word in words_of(sentence) if word.kind != "mark"])
    there = _read([word for word in source.words if word.kind != "mark"])
    said = {word.stem for word in words}
    told = {word.stem for word in there}
    findings: list[Finding] = []
    for place, word in enumerate(words):
        for number, side in SIDES.get(word.stem, ()):
            if word.kind != "word" or _bounding(words, place):
                continue
            particular = Particular("opposite", word.text, word.start, word.end, (number, side))
            opposite = _opposite(place, (number, side), (words, there), (said, told))
            if opposite is None:
                continue
            why = f'"{word.text}" is not in the source, which says "{opposite.text}"'
            findings.append(Finding(particular, "altered", (opposite.start, opposite.end), why))
            break
    return findings


def _read(words: Sequence[Word]) -> list[Word]:
    """The words, and such as mean more where they stand under a stem of their own.

    "7 per cent fewer than" is a fall and "7 per cent more than" a rise; "the left wrist" has a
    side, "voted against" a vote.
    """
    read = list(words)
    for place, word in enumerate(words[1:-1], 1):
        before, following = words[place - 1], words[place + 1]
        way = _WAYS.get(word.low)
        counted = before.kind == "number" or before.low in ("cent", "percent", "points")
        if way and counted and (following.low == "than" or word.low in ("below", "above")):
            read[place] = replace(word, stem=stem_of(way))
        elif word.low in ("left", "right") and before.low in _WHOSE and following.content:
            read[place] = replace(word, stem=stem_of(f"{word.low}side"))
        elif word.low in ("against", "favour", "favor"):
            voted = {other.stem for other in words[max(0, place - 5) : place]} & _VOTING
            if voted:
                way = "votedagainst" if word.low == "against" else "votedfor"
                read[place] = replace(word, stem=stem_of(way))
    return read


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
        if word.stem not in other or _bounding(there, at):
            continue
        near = surroundings_of(words, place) & surroundings_of(there, at)
        if (
            not near
            or _alike(words, place, there, at) <= kept
            or _reversed(words, place, there, at)
        ):
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
    if mine is None or theirs is None:
        return False
    straight = len(mine[0] & theirs[0]) + len(mine[1] & theirs[1])
    return len(mine[0] & theirs[1]) + len(mine[1] & theirs[0]) > straight


def _compared(words: Sequence[Word], place: int) -> tuple[set[str], set[str]] | None:
    """The content stems before a comparing word and after its "than"; None without a "than"."""
    for index in range(place + 1, min(place + 8, len(words))):
        if words[index].opens:
            return None
        if words[index].low == "than":
            before = {word.stem for word in words[max(0, place - REACH) : place] if word.content}
            after = {word.stem for word in words[index + 1 : index + 7] if word.content}
            return before, after
    return None


def _denied(words: Sequence[Word], place: int) -> bool:
    low = place
    while low > max(0, place - 7) and not words[low].opens:
        low -= 1
    return any(is_denial(word) for word in words[low:place])


def _opens_number(word: Word) -> bool:
    return word.kind == "number" or word.low in _NUMBER_WORDS


def _bounding(words: Sequence[Word], place: int) -> bool:
    """Whether a word only bounds a number ("more than", "up to"), which is checked with it."""
    following = words[place + 1].low if place + 1 < len(words) else ""
    after = words[place + 2 : place + 4]
    if after and after[0].low in ("the", "a", "an"):
        after = after[1:]
    if following == "than" and not any(map(_opens_number, after[:1])):
        return False
    return following in ("than", "to") and words[place].low in (
        "more", "fewer", "less", "up", "higher", "lower", "close", "open", "older", "younger",
        "larger", "smaller", "bigger", "longer", "shorter", "earlier", "later", "better", "worse",
    )  # fmt: skip

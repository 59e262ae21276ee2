"""Negations, hedges and opposites of a sentence held against those of a source."""

from collections.abc import Sequence
from itertools import pairwise

from rag.particulars.opposites import OPPOSITE_GROUPS, SIDES
from rag.particulars.particular import Finding, Particular
from rag.particulars.polarity import (
    Cue,
    denials_of,
    denies_weakly,
    hedges_of,
    is_denial,
    negative_of,
    softens,
    turns,
)
from rag.particulars.source import Source
from rag.particulars.words import Word, is_irregular, words_of

_BE_HAVE = frozenset("has have had was were been".split())
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten twelve twenty thirty forty fifty "
    "sixty seventy eighty ninety half usd eur gbp".split()
)
# Words before or after one with an opposite in which another word must be the same.
AROUND = 5
# A hedge so close behind a "not" is denied by it.
DENIED_CHARS = 30
# Words on each side of a "not" of the source, and the share of a sentence's that they must hold.
REACH = 10
SAME_CLAUSE = 0.34


def negation_particulars(sentence: str) -> list[Particular]:
    """The denials of a sentence."""
    return [
        Particular("negation", cue.text, cue.start, cue.end, cue.focus)
        for cue in denials_of(sentence)
    ]


def modality_particulars(sentence: str) -> list[Particular]:
    """What a sentence holds only possible, intended or alleged."""
    return [
        Particular("modality", cue.text, cue.start, cue.end, (cue.force, *cue.focus))
        for cue in hedges_of(sentence)
    ]


def check_negations(sentence: str, source: Source) -> list[Finding]:
    """Denials that were added to what the source says, and such of the source that were lost."""
    words = words_of(sentence)
    there = source.words
    told = [cue for cue in denials_of(source.passage) if source.cites(cue.start, cue.end)]
    said = denials_of(sentence)
    stems = {word.stem for word in there}
    findings = [_added(cue, there, told) for cue in said]
    lost = None
    for cue in told:
        at = _about(cue, words) if _same_clause(cue, words, there) else None
        if at is not None and not _kept(cue, words, said, told, stems):
            what = " ".join([cue.text, *_as_written(cue, there)])
            why = f'the source denies it: "{what}"'
            part = Particular("negation", at.text, at.start, at.end, cue.focus)
            lost = lost or Finding(part, "altered", (cue.start, cue.end), why)
    by_prefix = _prefixes(words, there, said, told)
    return [*findings, *([lost] if lost else []), *by_prefix]


def _same_clause(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether a sentence tells enough of what stands around a denial to be about it."""
    at = next((place for place, word in enumerate(there) if word.start == cue.start), 0)
    around = {word.stem for word in there[max(0, at - REACH) : at + REACH] if word.content}
    said = {word.stem for word in words if word.content and word.start != cue.start}
    return len(said & around) >= SAME_CLAUSE * min(len(said), len(around))


def _as_written(cue: Cue, there: Sequence[Word]) -> list[str]:
    return [word.text for word in there if word.start > cue.end and word.stem in cue.focus][:3]


def _about(cue: Cue, words: Sequence[Word]) -> Word | None:
    """The word of the other text that a cue is about: its predicate, or one of those it reaches."""
    stems = {word.stem for word in words if word.kind != "mark"}
    shared = [stem for stem in cue.focus if stem in stems]
    if not shared:
        return None
    enough = min(2, len(cue.focus)) if cue.whole else 1
    if len(shared) < enough or (not cue.whole and shared[0] != cue.focus[0] and len(shared) < 2):
        return None
    return next(word for word in words if word.stem == shared[0])


def _kept(
    cue: Cue, words: Sequence[Word], said: Sequence[Cue], told: Sequence[Cue], stems: set[str]
) -> bool:
    """Whether a sentence keeps a denial of its source, in whatever words.

    Words that the source has too, of the stems `stems`, are not put for the denial.
    """
    if any(set(other.focus) & set(cue.focus) for other in said):
        return True
    if cue.double:
        return False
    lows = [word.low for word in words]
    if any(pair == ("yet", "to") for pair in pairwise(lows)):
        return True
    if any(
        (denies_weakly(word) and word.stem not in stems) or negative_of(word) in cue.focus
        for word in words
    ):
        return True
    # A "not" of the sentence that answers to no other of the source may answer to this one.
    return any(
        not any(set(other.focus) & set(known.focus) for known in told if known is not cue)
        for other in said
    )


def _added(cue: Cue, there: Sequence[Word], told: Sequence[Cue]) -> Finding:
    particular = Particular("negation", cue.text, cue.start, cue.end, cue.focus)
    shared = [
        other
        for other in told
        if set(other.focus) & set(cue.focus) or (other.stem == cue.stem and not cue.focus)
    ]
    if shared:
        return Finding(particular, "held", (shared[0].start, shared[0].end), "")
    at = _about(cue, there)
    if at is not None and not cue.whole and at.stem != cue.focus[0]:
        # What it denies is not in the source: "did not know" for "had not been told".
        at = None
    place = there.index(at) if at is not None else 0
    near = there[max(0, place - REACH) : place + REACH]
    turned = any(turns(word) for word in near) or any(
        negative_of(word) in cue.focus for word in there
    )
    if at is None or turned:
        return Finding(particular, "held", None, "")
    why = f'"{cue.text}" is not what the source says of "{at.text}"'
    return Finding(particular, "altered", (at.start, at.end), why)


def _prefixes(
    words: Sequence[Word], there: Sequence[Word], said: Sequence[Cue], told: Sequence[Cue]
) -> list[Finding]:
    """Find "unknown" for "known" and the other way round."""
    findings: list[Finding] = []
    for mine, others, cues, added in ((words, there, told, True), (there, words, said, False)):
        stems = {word.stem: word for word in others if word.content}
        own = {word.stem for word in mine}
        for word in mine:
            stem = negative_of(word) if word.kind == "word" else None
            if stem is None or stem not in stems or word.stem in stems:
                continue
            if stem in own and not _nearer(word, mine, stems[stem], others):
                continue
            denied = any(stem in cue.focus for cue in cues)
            weak = any(
                (is_denial(other) or denies_weakly(other)) and other.stem not in own
                for other in others
            )
            if denied or (weak and not added) or (added and weak and not cues):
                continue
            at = word if added else stems[stem]
            place = (stems[stem].start, stems[stem].end) if added else (word.start, word.end)
            other = stems[stem] if added else word
            why = f'"{at.text}" is not in the source, which says "{other.text}"'
            part = Particular("negation", at.text, at.start, at.end, stem)
            findings.append(Finding(part, "altered", place, why))
    return findings


def _nearer(word: Word, mine: Sequence[Word], other: Word, others: Sequence[Word]) -> bool:
    """Whether "disagree" stands more like the other text's "agree" than its own "agree" does."""
    wanted = _near(others, others.index(other))
    own = [place for place, one in enumerate(mine) if one.stem == other.stem]
    best = max(len(wanted & _near(mine, place)) for place in own)
    return len(wanted & _near(mine, mine.index(word))) >= best + 2


def check_hedges(sentence: str, source: Source) -> list[Finding]:
    """What the source holds only possible, intended or alleged and the sentence states plainly."""
    words = words_of(sentence)
    findings = [Finding(part, "held", None, "") for part in modality_particulars(sentence)]
    # "Will not be tried again" for "do not intend to seek a retrial": denied is not hoped for.
    denied = denials_of(source.passage) if denials_of(sentence) else ()
    for cue in hedges_of(source.passage):
        if any(0 < cue.start - denial.start <= DENIED_CHARS for denial in denied):
            continue
        if not source.cites(cue.start, cue.end) or any(
            softens(word, words[place - 1].low if place else "", cue)
            for place, word in enumerate(words)
        ):
            continue
        at = _stated(cue, words) if _same_clause(cue, words, source.words) else None
        if at is None:
            continue
        why = f'the source does not say so plainly: "{cue.text}"'
        part = Particular("modality", at.text, at.start, at.end, (cue.force, *cue.focus))
        findings.append(Finding(part, "altered", (cue.start, cue.end), why))
        break
    return findings


def _stated(cue: Cue, words: Sequence[Word]) -> Word | None:
    """The word of a sentence that states what a cue weakens, or None."""
    places: dict[str, int] = {}
    for place, word in enumerate(words):
        if word.content:
            places.setdefault(word.stem, place)
    shared = [stem for stem in cue.focus if stem in places]
    if not shared:
        return None
    several = cue.whole or cue.force == "alleged"
    if several:
        if len(shared) < min(2, len(cue.focus)):
            return None
    elif shared[0] != cue.focus[0]:
        return None
    at = words[places[shared[0]]]
    if (cue.text.casefold() in ("will", "would") or cue.stem == "agre") and not _past(
        words, places[shared[0]]
    ):
        return None
    return at


def _past(words: Sequence[Word], place: int) -> bool:
    """Whether a word is a verb told as done: "opened", "was opened", "has begun"."""
    word = words[place]
    if (word.low.endswith("ed") and not word.low.endswith("eed")) or is_irregular(word.low):
        return True
    return any(other.low in _BE_HAVE for other in words[max(0, place - 2) : place])


def check_opposites(sentence: str, source: Source) -> list[Finding]:
    """Words of a sentence whose opposite stands in the source, about the same thing."""
    words = [word for word in words_of(sentence) if word.kind != "mark"]
    there = [word for word in source.words if word.kind != "mark"]
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
    mine = _near(words, place)
    # Where the source has both words, the one in the likelier place counts.
    kept = max(
        (len(mine & _near(there, at)) + 1 for at, word in enumerate(there) if word.stem in same),
        default=0,
    )
    for at, word in enumerate(there):
        if word.stem not in other or _bounding(there, at):
            continue
        if len(mine & _near(there, at)) <= kept:
            continue
        if _denied(words, place) != _denied(there, at):
            return None
        return word
    return None


def _near(words: Sequence[Word], place: int) -> set[str]:
    low, high = place, place + 1
    while low > max(0, place - AROUND) and not words[low].opens:
        low -= 1
    while high < min(len(words), place + AROUND + 1) and not words[high].opens:
        high += 1
    return {word.stem for word in words[low:high] if word.content} - {words[place].stem}


def _denied(words: Sequence[Word], place: int) -> bool:
    return any(is_denial(word) for word in words[max(0, place - 3) : place])


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

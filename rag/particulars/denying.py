"""The denials of a sentence held against those of a source."""

from collections.abc import Sequence
from itertools import pairwise

from rag.particulars.contexts import same_clause, surroundings_of, tells
from rag.particulars.cues import SAYING, Cue, manner, stem_set
from rag.particulars.denials import denials_of, denies_weakly, negative_of, turns
from rag.particulars.deriving import told_of_the_rest
from rag.particulars.opposites import LOOSE, OPPOSITE_GROUPS, SIDES
from rag.particulars.particular import Finding, Particular
from rag.particulars.polarity import check_polarity
from rag.particulars.prefixes import check_prefixes
from rag.particulars.rewording import (
    UNTIL,
    but_rather,
    has_end,
    outside_only,
    partly,
    so_far,
    to_come,
    unsurpassed,
)
from rag.particulars.source import Source
from rag.particulars.words import Word, ends_clause, words_of

# Two words that deny: "was left out of", "in all but two".
_PHRASES = frozenset(
    {("yet", "to"), ("left", "out"), ("all", "but"), ("apart", "from"), ("aside", "from"),
     ("stay", "away"), ("stayed", "away"), ("other", "than")}
)  # fmt: skip
_DENIALS = frozenset("denial denials refusal refusals".split())
_BOUNDING = frozenset("more less fewer longer later earlier higher lower".split())
_IN_USE = frozenset("order service use action".split())
_FROM = frozenset("earliest soonest until from".split())
# "Support ended" is "has not been supported since".
_OVER = stem_set("end expire cease freeze suspend lapse")
# "Still open" for "has not closed"; where both say "open", it keeps no denial.
_LASTING = frozenset("still stay stays stayed keep keeps kept continue continues continued".split())
_LEADING = frozenset("across in at on among for under with over by during within after".split())
# "All jobs were safe" denies only what is bad: "no jobs will be lost".
_SOUND = stem_set("safe secure intact guarantee")
_SUPPORTING = stem_set("hold conduct show have carry make provide offer organise organize")
_BAD = stem_set("lose loss cut harm hurt damage injure affect risk danger close go shed job")
# Words on each side of a "not" of the source that stand around it.
REACH, WIDE = 10, 24
# Denials outside the cited span that are looked at, and the words around one.
MOST = 40
BESIDE = 20
# "Neither A nor B" for "did not … either": so near the "not" stands the "either".
EITHER_CHARS = 60


def negation_particulars(sentence: str) -> list[Particular]:
    """The denials of a sentence."""
    return [
        Particular("negation", cue.text, cue.start, cue.end, cue.focus)
        for cue in denials_of(sentence)
    ]


def check_negations(sentence: str, source: Source) -> list[Finding]:
    """Denials that were added to what the source says, and such of the source that were lost."""
    words = words_of(sentence)
    there = source.words
    told = [cue for cue in denials_of(source.passage) if source.cites(cue.start, cue.end)]
    said = denials_of(sentence)
    stems = {word.stem for word in there}
    beside = [cue for cue in denials_of(source.passage) if not source.cites(cue.start, cue.end)][
        :MOST
    ]
    findings = [
        _added(cue, words, source, said, told, _told_beside(cue, words, beside, source))
        for cue in said
    ]
    lost = None
    # "It is affected if set to accept" for "what is not set to accept is not affected"
    caps = all(word.low != "than" for word in words)
    depends = any(word.low in ("if", "only") for word in words)
    for cue in told:
        # "Not before 9 June" for "the earliest date is 9 June".
        begins = bool(_FROM & {word.low for word in words})
        if has_end(cue, there, UNTIL | {"before"} if begins else UNTIL):
            continue
        at = _about(cue, words) if same_clause(cue, words, there) else None
        if at is None or (depends and _twice(cue, told, there)) or (caps and _caps(cue, there)):
            continue
        stems_of = set(cue.focus) if cue.whole else {at.stem}
        shared = [word for word in words if word.content and word.stem in stems_of]
        if all(_told_plainly(cue, word, words, source) for word in shared or [at]):
            continue
        if not _kept(cue, words, said, told, stems) and not so_far(cue, words, there):
            what = " ".join([cue.text, *_as_written(cue, there)])
            why = f'the source denies it: "{what}"'
            part = Particular("negation", at.text, at.start, at.end, cue.focus)
            lost = lost or Finding(part, "altered", (cue.start, cue.end), why)
    if any(one.failed for one in findings) and told_of_the_rest(sentence, source):
        # "23 of the 30 have none" for "seven of the 30 have one"
        findings = [Finding(one.particular, "held", None, "") for one in findings]
    by_prefix = check_prefixes(words, there, said, told)
    found = [*findings, *([lost] if lost else []), *by_prefix]
    return (
        found if any(one.failed for one in found) else [*found, *check_polarity(sentence, source)]
    )


def _twice(cue: Cue, told: Sequence[Cue], there: Sequence[Word]) -> bool:
    """Whether the sentence of a denial, without an "if" of its own, has another."""
    ends = [word.start for word in there if word.opens and word.start > cue.start]
    begins = [word.start for word in there if word.opens and word.start <= cue.start]
    low, high = max(begins, default=0), min(ends, default=there[-1].end)
    if any(word.low == "if" and low <= word.start < high for word in there):
        return False
    return sum(low <= other.start < high for other in told) > 1


def _caps(cue: Cue, there: Sequence[Word]) -> bool:
    """Whether a denial sets a bound: "may not ask for more than two"."""
    after = [word.low for word in there if word.start > cue.end][:REACH]
    return any(one in _BOUNDING and two == "than" for one, two in pairwise(after))


def _as_written(cue: Cue, there: Sequence[Word]) -> list[str]:
    return [word.text for word in there if word.start > cue.end and word.stem in cue.focus][:3]


def _about(cue: Cue, words: Sequence[Word]) -> Word | None:
    """The word of the other text that a cue is about: its predicate, or one of those it reaches."""
    stems = {word.stem for word in words if word.kind != "mark"}
    shared = [stem for stem in cue.focus if stem in stems]
    if not shared:
        return None
    enough = min(2, len(cue.focus)) if cue.whole else 1
    telling = {word.stem for word in words if tells(word)}
    if len(shared) < enough or (
        not cue.whole and shared[0] != cue.focus[0] and len(telling & set(shared)) < 2
    ):
        return None
    # What is shared must tell something: "nothing" is not denied of a place or a year.
    same = [word for word in words if word.stem in shared and not manner(word)]
    if all(word.kind == "number" or (word.capital and not word.opens) for word in same):
        return None
    return next((word for word in same if word.stem == shared[0]), same[0])


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
    own = {word.stem for word in words}
    lows = [word.low for word in words]
    if any(pair in _PHRASES for pair in pairwise(lows)) or _DENIALS & set(lows):
        return True
    if any(
        word.stem not in stems
        and (denies_weakly(word) or negative_of(word) in cue.focus or negative_of(word) in stems)
        and not (word.low in _LASTING and _lasts_undenied(cue, own, lows))
        and (word.stem not in _SOUND or set(cue.focus) & _BAD)
        for word in words
    ):
        return True
    if any(_opposed(word.stem, cue) and word.stem not in stems for word in words):
        return True
    # A "not" of the sentence that answers to no other of the source may answer to this one.
    return any(
        not any(set(other.focus) & set(known.focus) for known in told if known is not cue)
        for other in said
    )


def _lasts_undenied(cue: Cue, own: set[str], lows: Sequence[str]) -> bool:
    """Whether a "still" keeps no denial: "there are still people" for "no people"."""
    if cue.whole:
        return "there" in lows and len(set(cue.focus) & own) > 1
    return bool(cue.focus) and cue.focus[0] in own


def _told_plainly(cue: Cue, at: Word, words: Sequence[Word], source: Source) -> bool:
    """Whether the source says the word elsewhere without the denial, more as the sentence does.

    "Can be seen in a blast crisis. They are never seen in …"
    """
    if cue.double:
        return False
    there = source.words
    every = words_of(source.passage)
    denied = {every[place].start for place in cue.places}
    mine = surroundings_of(words, words.index(at)) - {cue.stem}
    best = {True: 0, False: 0}
    for place, word in enumerate(there):
        if word.stem == at.stem:
            inside = word.start in denied
            best[inside] = max(best[inside], len(mine & surroundings_of(there, place)))
    return best[False] > best[True]


def _opposed(stem: str, cue: Cue) -> bool:
    """Whether a word is the opposite of what a cue denies: "stay open" for "not close"."""
    return any(
        stem in OPPOSITE_GROUPS[number][1 - side]
        for denied in (cue.focus if cue.whole else cue.focus[:2])
        for number, side in SIDES.get(denied, ())
        if number < LOOSE
    )


def _opposite_of(stem: str) -> set[str]:
    """The stems that are the opposite of one."""
    return {
        other for number, side in SIDES.get(stem, ()) for other in OPPOSITE_GROUPS[number][1 - side]
    }


def _answers(cue: Cue, other: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether two denials stand among so many of the same words that one may tell the other."""
    if cue.double != other.double or other.stem == "rul":
        return False
    if cue.stem == "deny" and "guilty" in other.focus:
        return True
    mine, theirs = _context(cue, words), _context(other, there)
    shared, least = len(mine & theirs), min(len(mine), len(theirs))
    return shared >= 2 or shared * 2 >= least > 0


def _context(cue: Cue, words: Sequence[Word]) -> set[str]:
    """The content words of the clause that a denial stands in, and those that it denies."""
    low = at = next((place for place, word in enumerate(words) if word.start == cue.start), 0)
    while low > max(0, at - REACH) and not _bounds(words[low - 1]):
        low -= 1
    high = at + 1
    while high < min(len(words), at + REACH) and not _bounds(words[high]):
        high += 1
    if words[low - 1].text == "," and low > 1:
        # "Across the whole profile, no more was stored": the clause begins before the comma.
        first = next((place for place in range(low - 2, -1, -1) if words[place].opens), low)
        low = first if words[first].low in _LEADING and low - first <= REACH else low
    own = {word.stem for word in words[low:high] if tells(word) and word.start != cue.start}
    return own | set(cue.focus)


def _bounds(word: Word) -> bool:
    return ends_clause(word) or word.low == "that"


def _added(
    cue: Cue,
    words: Sequence[Word],
    source: Source,
    said: Sequence[Cue],
    told: Sequence[Cue],
    beside: Cue | None,
) -> Finding:
    there = source.words
    particular = Particular("negation", cue.text, cue.start, cue.end, cue.focus)
    shared = [
        other
        for other in told
        if set(other.focus) & set(cue.focus) or (other.stem == cue.stem and not cue.focus)
    ]
    if shared:
        return Finding(particular, "held", (shared[0].start, shared[0].end), "")
    first_since = {"first", "since"} <= {word.low for word in there} and any(
        word.low == "since" for word in words
    )
    until = _FROM & {word.low for word in there}
    ends = UNTIL | {"unless", "except"} | ({"before"} if until else set())
    lows = {word.low for word in words}
    # "More frequent without it than with it" compares.
    compared = cue.text.casefold() == "without" and "than" in lows
    if first_since or compared or but_rather(cue, words) or has_end(cue, words, ends):
        return Finding(particular, "held", None, "")
    if to_come(cue, words, source):
        return Finding(particular, "held", None, "")
    either = cue.stem in ("neither", "nor") and any(
        word.low == "either" and 0 < word.start - other.end < EITHER_CHARS
        for other in told
        for word in there
    )
    also = (unsurpassed, partly, outside_only)
    if either or any(says(cue, words, there) for says in also):
        return Finding(particular, "held", None, "")
    if beside is not None:
        return Finding(particular, "elsewhere", (beside.start, beside.end), "")
    at = _about(cue, there)
    if at is not None and not cue.whole and at.stem != cue.focus[0] and not _held(cue, there):
        # What it denies is not in the source: "did not know" for "had not been told".
        at = None
    if cue.whole and cue.focus and cue.focus[0] not in {word.stem for word in there}:
        at = None
    place = there.index(at) if at is not None else 0
    own = {word.stem for word in words}
    near = there[max(0, place - REACH) : place + REACH]
    if at is not None and _other_side(there, place):
        # "Have not done it well" for "better than they have done it"
        return Finding(particular, "held", None, "")
    # "Failed to avoid it" is not said by "avoided it".
    turned = any(
        turns(word, before=at is not None and word.start < at.start) and word.stem not in cue.focus
        for word in near
    ) or any(
        word.stem not in own and not {negative_of(word)}.isdisjoint(own | set(cue.focus))
        for word in there
    )
    turned = turned or any(word.stem in _OVER for word in there[max(0, place - 5) : place + 6])
    if cue.stem == "longer":
        # "Should no longer get the same" for "proposed ending the practice"
        turned = turned or any(word.stem in _OVER for word in there)
    if at is not None and place and there[place - 1].low == "from" and at.low.endswith("ing"):
        # "Kept the ship from entering"
        turned = True
    if cue.text.casefold() == "without":
        # "Without tilling" for "no-till"
        turned = turned or any(one.low == "no" and two.text == "-" for one, two in pairwise(there))
    if not (len(cue.focus) > 1 and set(cue.focus[:2]) <= {word.stem for word in near}):
        turned = turned or any(_opposed(word.stem, cue) and word.stem not in own for word in there)
    # A denial of the source that no other of the sentence answers to, among the same words.
    turned = turned or any(
        _answers(cue, other, words, there)
        for other in told
        if not any(set(one.focus) & set(other.focus) for one in said if one is not cue)
    )
    before = next((one for one in reversed(words) if one.end < cue.start), None)
    if before is not None and before.low == "but":
        # "Violent in the south but not in the north" for "peaceful in the north".
        turned = turned or any(
            word.stem not in own and _opposite_of(word.stem) & own for word in near
        )
    # "Had not worked since" for "out of order since".
    turned = turned or any(
        (one.low, two.low) == ("out", "of") and three.low in _IN_USE
        for one, two, three in zip(near, near[1:], near[2:], strict=False)
    )
    if at is None or turned or not _of_same(cue, words, there, place):
        return Finding(particular, "held", None, "")
    why = f'"{cue.text}" is not what the source says of "{at.text}"'
    return Finding(particular, "altered", (at.start, at.end), why)


def _held(cue: Cue, there: Sequence[Word]) -> bool:
    """Whether what a verb of no meaning denies stands in the source: "did not hold free votes"."""
    if cue.focus[0] not in _SUPPORTING or len(cue.focus) < 3:
        return False
    return any(
        [one.stem, other.stem] == list(cue.focus[1:3])
        for one, other in pairwise([word for word in there if word.content])
    )


def _of_same(cue: Cue, words: Sequence[Word], there: Sequence[Word], place: int) -> bool:
    """Whether a denial is about what the source tells around a word: two words, or half, are."""
    if there[place].stem in SAYING:
        return False
    at = next(index for index, word in enumerate(words) if word.start == cue.start)
    mine = _context(cue, words)
    theirs = surroundings_of(there, place, WIDE // 2) | {there[place].stem}
    shared = (mine | surroundings_of(words, at, WIDE // 2)) & theirs
    return len(shared) >= 2 or 2 * len(shared) >= len(mine)


def _other_side(there: Sequence[Word], place: int) -> bool:
    """Whether a word stands after the "than" of a comparison."""
    low = place
    while low and place - low < WIDE and not there[low].opens:
        if there[low - 1].low == "than":
            return True
        low -= 1
    return False


def _told_beside(
    cue: Cue, words: Sequence[Word], others: Sequence[Cue], source: Source
) -> Cue | None:
    """The denial of the passage outside the cited span that a denial of the sentence tells.

    The sentence that it stands in shares no less with the cited sentence than the span does.
    """
    mine = _context(cue, words)
    every = words_of(source.passage)
    cited = len(mine & {word.stem for word in source.words})
    for other in others:
        if cue.double != other.double:
            continue
        at = next(place for place, word in enumerate(every) if word.start == other.start)
        low, high = at, at + 1
        while low and at - low < BESIDE and not every[low].opens:
            low -= 1
        while high < len(every) and high - at < BESIDE and not every[high].opens:
            high += 1
        near = len(mine & {word.stem for word in every[low:high]})
        if near >= max(2, cited):
            return other
    return None

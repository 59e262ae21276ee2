"""The denials of a sentence held against those of a source."""

from collections.abc import Sequence
from itertools import pairwise

from rag.particulars.cues import Cue
from rag.particulars.denials import denials_of, denies_weakly, is_denial, negative_of, turns
from rag.particulars.opposing import same_clause, surroundings_of, tells
from rag.particulars.opposites import OPPOSITE_GROUPS, SIDES
from rag.particulars.particular import Finding, Particular
from rag.particulars.source import Source
from rag.particulars.words import Word, ends_clause, words_of

_UNTIL = frozenset("until till".split())
_OPEN = frozenset("if whether unless until once when".split())
# Two words that deny: "was left out of", "in all but two".
_PHRASES = frozenset(
    {("yet", "to"), ("left", "out"), ("all", "but"), ("apart", "from"), ("aside", "from"),
     ("stay", "away"), ("stayed", "away"), ("other", "than")}
)  # fmt: skip
_FROM = frozenset("earliest soonest until from".split())
# Words on each side of a "not" of the source that stand around it.
REACH = 10


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
    findings = [_added(cue, words, there, said, told) for cue in said]
    lost = None
    for cue in told:
        # "Not before 9 June" for "the earliest date is 9 June".
        begins = bool(_FROM & {word.low for word in words})
        if _ends(cue, there, _UNTIL | {"before"} if begins else _UNTIL):
            continue
        at = _about(cue, words) if same_clause(cue, words, there) else None
        if at is None or _told_plainly(cue, at, words, source):
            continue
        if not _kept(cue, words, said, told, stems):
            what = " ".join([cue.text, *_as_written(cue, there)])
            why = f'the source denies it: "{what}"'
            part = Particular("negation", at.text, at.start, at.end, cue.focus)
            lost = lost or Finding(part, "altered", (cue.start, cue.end), why)
    by_prefix = _prefixes(words, there, said, told)
    return [*findings, *([lost] if lost else []), *by_prefix]


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
    if any(pair in _PHRASES for pair in pairwise(lows)):
        return True
    if any(
        word.stem not in stems and (denies_weakly(word) or negative_of(word) in cue.focus)
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
    )


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
    own = {word.stem for word in words[low:high] if tells(word) and word.start != cue.start}
    return own | set(cue.focus)


def _bounds(word: Word) -> bool:
    return ends_clause(word) or word.low == "that"


def _ends(cue: Cue, words: Sequence[Word], ends: frozenset[str] = _UNTIL) -> bool:
    """Whether a denial has an end: "will not open until 2026" tells when it will."""
    for word in [word for word in words if word.start > cue.end][:12]:
        if word.low in ends:
            return True
        if word.low in (".", ";", "but", "and"):
            return False
    return False


def _added(
    cue: Cue,
    words: Sequence[Word],
    there: Sequence[Word],
    said: Sequence[Cue],
    told: Sequence[Cue],
) -> Finding:
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
    if first_since or _ends(cue, words, _UNTIL | {"unless", "except"}):
        return Finding(particular, "held", None, "")
    at = _about(cue, there)
    if at is not None and not cue.whole and at.stem != cue.focus[0]:
        # What it denies is not in the source: "did not know" for "had not been told".
        at = None
    place = there.index(at) if at is not None else 0
    near = there[max(0, place - REACH) : place + REACH]
    turned = any(turns(word) for word in near) or any(
        negative_of(word) in cue.focus for word in there
    )
    own = {word.stem for word in words}
    beside = {word.stem for word in near}
    if not (len(cue.focus) > 1 and set(cue.focus[:2]) <= beside):
        turned = turned or any(_opposed(word.stem, cue) and word.stem not in own for word in there)
    # A denial of the source that no other of the sentence answers to, among the same words.
    turned = turned or any(
        _answers(cue, other, words, there)
        for other in told
        if not any(set(one.focus) & set(other.focus) for one in said if one is not cue)
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
        for nth, word in enumerate(mine):
            stem = negative_of(word) if word.kind == "word" else None
            if word.low == "non" and [other.text for other in mine[nth + 1 : nth + 2]] == ["-"]:
                # "Non-refundable"
                stem = mine[nth + 2].stem if nth + 2 < len(mine) else None
                if [other.stem for other in mine].count(stem or "") == 1:
                    own.discard(stem or "")
            if stem is None or stem not in stems or word.stem in stems:
                continue
            if stem in own and not _nearer(word, mine, stems[stem], others):
                continue
            bare = others.index(stems[stem])
            if any(other.low in _OPEN for other in others[max(0, bare - 3) : bare]):
                # "If confirmed" is "still unconfirmed".
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
    wanted = surroundings_of(others, others.index(other))
    own = [place for place, one in enumerate(mine) if one.stem == other.stem]
    best = max(len(wanted & surroundings_of(mine, place)) for place in own)
    return len(wanted & surroundings_of(mine, mine.index(word))) >= best + 2

"""What a source holds only possible, intended or alleged, and whether a sentence keeps it so."""

from collections.abc import Sequence

from rag.particulars.contexts import same_clause, surroundings_of
from rag.particulars.cues import SAYING, Cue
from rag.particulars.denials import denials_of
from rag.particulars.hedges import hedges_of, softens
from rag.particulars.modes import check_modes
from rag.particulars.particular import Finding, Particular
from rag.particulars.source import Source
from rag.particulars.words import Word, is_irregular, stem_of, words_of

_BE_HAVE = frozenset("has have had was were been".split())
_FRAMING = frozenset(
    map(
        stem_of,
        """warn call ask tell deny dispute promise pledge vow hope expect believe think suggest
        predict""".split(),
    )
)
# What these are followed by is done.
_DONE_TO = frozenset(
    map(stem_of, "begin start manage continue go come prove use turn help".split())
)
# "Has the potential to facilitate persistence" is about persistence.
_HELPING = frozenset(map(stem_of, "facilitate promote contribute".split()))
# What is told as certain is not told as somebody's word.
_PROVEN = frozenset("proven proved confirmed established undisputed".split())
# A hedge so close behind a "not" is denied by it.
DENIED_CHARS = 30


def modality_particulars(sentence: str) -> list[Particular]:
    """What a sentence holds only possible, intended or alleged."""
    return [
        Particular("modality", cue.text, cue.start, cue.end, (cue.force, *cue.focus))
        for cue in hedges_of(sentence)
    ]


def check_hedges(sentence: str, source: Source) -> list[Finding]:
    """What the source holds only possible, intended or alleged and the sentence states plainly."""
    words = words_of(sentence)
    findings = [Finding(part, "held", None, "") for part in modality_particulars(sentence)]
    # "Will not be tried again" for "do not intend to seek a retrial": denied is not hoped for.
    denied = denials_of(source.passage)
    # "Warned that it could" is not kept by "warned that it will": the frame stands in both.
    sure = any(word.low in ("will", "has", "have") for word in words)
    framing = _FRAMING & {word.stem for word in source.words} if sure else frozenset()
    told = {word.stem for word in source.words}
    proven = _PROVEN & {word.low for word in words}
    for cue in hedges_of(source.passage):
        if cue.stem != "whether" and any(
            0 < cue.start - denial.start <= DENIED_CHARS for denial in denied
        ):
            continue
        if not source.cites(cue.start, cue.end) or any(
            softens(word, words[place - 1].low if place else "", cue)
            and not (word.stem in framing and word.stem != cue.stem)
            and not (cue.force == "alleged" and proven and word.stem in SAYING)
            and not (word.low == "reported" and word.stem in told and word.stem != cue.stem)
            for place, word in enumerate(words)
        ):
            continue
        at = _stated(cue, words) if same_clause(cue, words, source.words) else None
        if at is None or all(
            _told_plainly(word, words, source) for word in words if word.stem in cue.focus
        ):
            continue
        why = f'the source does not say so plainly: "{cue.text}"'
        part = Particular("modality", at.text, at.start, at.end, (cue.force, *cue.focus))
        findings.append(Finding(part, "altered", (cue.start, cue.end), why))
        break
    if any(one.failed for one in findings):
        return findings
    return [*findings, *check_modes(sentence, source)]


def _told_plainly(at: Word, words: Sequence[Word], source: Source) -> bool:
    """Whether the source says a word elsewhere without a hedge, no less as the sentence does."""
    there = source.words
    every = words_of(source.passage)
    hedged = {every[place].start for cue in hedges_of(source.passage) for place in cue.places}
    mine = surroundings_of(words, words.index(at))
    best = {True: 0, False: 0}
    for place, word in enumerate(there):
        if word.stem == at.stem:
            inside = word.start in hedged
            best[inside] = max(best[inside], len(mine & surroundings_of(there, place)))
    return best[False] > 0 and best[False] >= best[True]


def _stated(cue: Cue, words: Sequence[Word]) -> Word | None:
    """The word of a sentence that states what a cue weakens, or None."""
    places: dict[str, int] = {}
    for place, word in enumerate(words):
        if word.content:
            places.setdefault(word.stem, place)
    shared = [stem for stem in cue.focus if stem in places]
    if not shared:
        return None
    adverb = cue.text.casefold().endswith("ly") and not cue.whole
    several = cue.whole or (cue.force == "alleged" and not adverb)
    if several:
        if len(shared) < min(2, len(cue.focus)):
            return None
    elif shared[0] != cue.focus[0] and not (cue.focus[0] in _HELPING and shared[0] == cue.focus[1]):
        return None
    at = words[places[shared[0]]]
    if cue.force != "alleged" and _infinitive(words, places[shared[0]]):
        return None
    to_be = cue.text.casefold() in ("will", "would", "should", "must", "has", "have")
    if (to_be or cue.stem == "agre") and not _past(words, places[shared[0]]):
        return None
    return at


def _infinitive(words: Sequence[Word], place: int) -> bool:
    """Whether a word follows a "to" that states nothing: "has a month to appeal"."""
    if place < 2 or words[place - 1].low != "to":
        return False
    return words[place - 2].stem not in _DONE_TO


def _past(words: Sequence[Word], place: int) -> bool:
    """Whether a word is a verb told as done: "opened", "was opened", "has begun"."""
    word = words[place]
    if (word.low.endswith("ed") and not word.low.endswith("eed")) or is_irregular(word.low):
        return True
    return any(other.low in _BE_HAVE for other in words[max(0, place - 2) : place])

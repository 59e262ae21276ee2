"""Words that differ by a first syllable that denies: "unknown" for "known"."""

from collections.abc import Sequence

from rag.particulars.contexts import WIDE, surroundings_of
from rag.particulars.cues import Cue
from rag.particulars.denials import denies_weakly, is_denial, negative_of
from rag.particulars.particular import Finding, Particular
from rag.particulars.words import Word

_OPEN = frozenset("if whether unless until once when than".split())


def check_prefixes(
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
            near = surroundings_of(mine, nth, WIDE) & surroundings_of(others, bare, WIDE)
            if others[bare].low == "like" or not near:
                continue
            if any(other.low in _OPEN for other in others[max(0, bare - 3) : bare]):
                # "If confirmed" is "still unconfirmed", "unusually slow" "slower than usual".
                continue
            denied = any(stem in cue.focus for cue in cues) or any(
                is_denial(other) for other in others[max(0, bare - 3) : bare]
            )
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

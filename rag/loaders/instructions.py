"""Text that speaks to a machine: the places where a document tells a language model what to do.

Fixed phrases in eleven languages, found in one pass without understanding. They are chosen so that
news and reference text hardly ever hold them; whoever wants to can say the same in other words, so
nothing may rest on a text holding none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.loaders import foreign_phrases, phrases
from rag.look_alikes import folded, spaced_out, without_unseen

_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
# A command stands at a beginning or after one of these; "they ignored all instructions" does not.
_BEFORE_COMMAND = re.compile(
    r"(?:(?:^|[.!?:;>\]})\"'“”‘’*#\n|-])[\"'“‘(\[* ]{0,4}|\b(?:please|and|then|now|you must|should"
    r"|also|instead|just|simply|always|never|you to|but) )$"
)
_LOOK_BACK_CHARS = 12
# How far from a weak phrase a second cue may stand: three or four sentences.
_CUE_CHARS = 300
_MAX_WEAK = 2000  # of one text; each costs a look at what stands around it
# Words whose letters were parted by spaces, glued together again.
_GLUED = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any|every|everything|the|your|of|my){0,4}"
    r"(?:previous|prior|above|earlier|instructions?|prompts?)|systemprompt|donottelltheuser"
)


class _Phrases:
    """Phrases as one pattern, with what the one that was found does."""

    def __init__(self, held: Sequence[tuple[str, str]], before: str = "") -> None:
        self._phrases = held
        # Without groups to capture, which would take three times as long.
        joined = "|".join(f"(?:{pattern})" for _, pattern in held)
        self._pattern = re.compile(f"{before}(?:{joined})")

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in self._pattern.finditer(text):
            fitting = (
                said
                for said, pattern in self._phrases
                if re.compile(pattern).match(text, *match.span())
            )
            yield match.start(), match.end(), next(fitting, self._phrases[0][0])

    def commands(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Those that stand where a command can."""
        for start, end, said in self.found(text):
            if _BEFORE_COMMAND.search(text[max(0, start - _LOOK_BACK_CHARS) : start]):
                yield start, end, said


@dataclass(frozen=True, slots=True)
class _Held:
    """All phrases, compiled."""

    lines: _Phrases
    flowing: _Phrases
    commands: _Phrases
    unspaced: _Phrases
    weak: _Phrases
    weak_commands: _Phrases
    weak_lines: _Phrases
    cue: re.Pattern[str]


@lru_cache(maxsize=1)
def _all_phrases() -> _Held:
    # Compiling takes time, which only a process that reads documents pays.
    return _Held(
        lines=_Phrases(((phrases.MARK, phrases.MARKS), *phrases.LINES)),
        flowing=_Phrases((*phrases.PHRASES, *foreign_phrases.OTHER), r"\b"),
        commands=_Phrases(phrases.COMMANDS, r"\b"),
        unspaced=_Phrases(foreign_phrases.UNSPACED),
        weak=_Phrases(phrases.WEAK, r"\b"),
        weak_commands=_Phrases(phrases.WEAK_COMMANDS, r"\b"),
        weak_lines=_Phrases(phrases.WEAK_LINES),
        cue=re.compile(phrases.CUE),
    )


def instructions_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Places that speak to a machine, each with its span and what it does; not in order."""
    lower = folded(_lowered(text))
    seen, place_of = without_unseen(lower)
    for start, end, said in _places(seen):
        yield place_of(start), place_of(end - 1) + 1, said


def _places(lower: str) -> Iterator[tuple[int, int, str]]:
    held = _all_phrases()
    yield from held.lines.found(lower)
    yield from held.unspaced.found(lower)
    # A phrase goes on over the end of a line, but not of a paragraph.
    flowing = _LINE_END.sub(" ", lower)
    yield from held.flowing.found(flowing)
    yield from held.commands.commands(flowing)
    for start, end, glued in spaced_out(flowing):
        if _GLUED.search(glued):
            yield start, end, phrases.OVERRIDE
    n_weak = 0
    for found in (
        held.weak.found(flowing),
        held.weak_commands.commands(flowing),
        held.weak_lines.found(lower),
    ):
        for start, end, said in found:
            n_weak += 1
            if n_weak > _MAX_WEAK:
                return
            if held.cue.search(flowing, max(0, start - _CUE_CHARS), end + _CUE_CHARS):
                yield start, end, said


def speaks_to_a_machine(text: str) -> bool:
    """Whether any place of `text` does."""
    return next(instructions_in(text), None) is not None


def _lowered(text: str) -> str:
    """`text` in lower case, with every character at its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)

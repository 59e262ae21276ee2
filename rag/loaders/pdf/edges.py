"""The edges between which lines of text are set, which tell where a paragraph ends."""

import statistics
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from rag.loaders.pdf.lines import Line

_MIN_NARROW = 3  # lines
_NARROWEST = 10.0  # of the font size
_WRAPPED_SHARE = 0.6  # of the lines


def set_edges(lines: Sequence[Line]) -> None:
    """Let the edges of each line be those of the lines of its size: headings may be wider.

    Lines beside a picture have edges of their own, as have those below a masthead.
    """
    sizes: dict[int, list[Line]] = {}
    for line in lines:
        sizes.setdefault(round(line.size), []).append(line)
    found: list[tuple[Line, tuple[float, float]]] = []
    for same in sizes.values():
        found += _edges_of(same)
    for line, edges in found:
        if not is_centred(line):
            line.edges = edges


def _edges_of(lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[float, float]]]:
    """Each line with the edges of its stretch: lines of prose that all end short are a new one."""
    waiting = [lines]
    while waiting:
        stretch = waiting.pop()
        edges = min(line.left for line in stretch), max(line.right for line in stretch)
        room = [line.left - edges[0] if line.rtl else edges[1] - line.right for line in stretch]
        short = [
            free > line.size + first_word_width(after)
            for line, free, after in zip(stretch, room, [*stretch[1:], stretch[-1]], strict=True)
        ]
        for is_short, group in groupby(zip(short, stretch, strict=True), key=_first_of):
            part = [line for _, line in group]
            if is_short and len(part) >= _MIN_NARROW and _is_wrapped(part):
                waiting.append(part)
            else:
                yield from ((line, edges) for line in part)


def _end(line: Line) -> float:
    return -line.left if line.rtl else line.right


def _first_of(pair: tuple[bool, Line]) -> bool:
    return pair[0]


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether most lines end where the next one's first word would not fit, in mid-sentence.

    A line or two wider than the rest may stand before or behind them.
    """
    for end in sorted({_end(line) for line in lines}, reverse=True)[: 1 + len(lines) // 4]:
        inside = [line for line in lines if _end(line) <= end]
        if len(inside) < _MIN_NARROW:
            return False
        size = inside[0].size
        pairs = list(pairwise(inside))
        full = sum(end - _end(one) <= first_word_width(after) + 0.5 * size for one, after in pairs)
        # Verses and lists are as even at times, but begin with capitals.
        broken = sum(after.text.lstrip()[:1].islower() for _, after in pairs)
        width = statistics.median(line.right - line.left for line in inside)
        least = _WRAPPED_SHARE * len(pairs)
        if width > _NARROWEST * size and full >= least and broken >= least:
            return True
    return False


def first_word_width(line: Line) -> float:
    """The room that its first word takes, with a space."""
    text = line.text.strip()
    return (line.right - line.left) * (len(text.split(" ", 1)[0]) + 1) / max(len(text), 1)


def is_centred(line: Line) -> bool:
    """Whether a line stands as far from one edge of its column as from the other."""
    left, right = line.edges
    before, after = line.left - left, right - line.right
    return before > line.size and abs(before - after) < line.size

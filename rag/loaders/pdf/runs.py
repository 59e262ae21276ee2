"""Runs: characters of a PDF page that stand on one baseline and look alike.

Coordinates are turned so that every run reads from left to right and lines go down, whatever the
rotation of page or text; `Run.turn` keeps apart what is turned differently.
"""

import math
from dataclasses import dataclass, field

_BULLET_GAP = 0.4  # of the font size


@dataclass(slots=True)
class Run:
    """Characters of one baseline and one look, in the order of the file.

    `chars[i]` (spaces are " ") reaches from `lefts[i]` to `rights[i]`. `order` is the place of
    the first one on its page. `hidden` says why the run cannot be seen, "" where it can.
    `aside` where it stands alone at the head or foot of its page.
    """

    turn: int
    base: float
    size: float
    bold: bool
    hidden: str
    order: int
    left: float
    right: float
    upright: bool = True
    chars: list[str] = field(default_factory=list)
    lefts: list[float] = field(default_factory=list)
    rights: list[float] = field(default_factory=list)
    aside: bool = False

    @property
    def top(self) -> float:
        """The upper edge of small letters and capitals, about."""
        return self.base + 0.7 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge, with half of what hangs below the line."""
        return self.base - 0.15 * self.size

    @property
    def n_chars(self) -> int:
        """How many characters are no spaces."""
        return len(self.chars) - self.chars.count(" ")


@dataclass(slots=True)
class PageGlyphs:
    """What a page shows: its runs, its box (left, bottom, right, top), and unknown letters."""

    runs: list[Run]
    box: tuple[float, float, float, float]
    n_unknown: int = 0

    @property
    def main_turn(self) -> int:
        """The direction of most of its text, in degrees against the clock."""
        counts: dict[int, int] = {}
        for run in self.runs:
            counts[run.turn] = counts.get(run.turn, 0) + run.n_chars
        return max(counts, key=counts.__getitem__, default=0)


def turned_box(
    box: tuple[float, float, float, float], turn: int
) -> tuple[float, float, float, float]:
    """A box of the page (left, bottom, right, top) in the coordinates of text turned so."""
    across, up = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    left, bottom, right, top = box
    alongs = [x * across + y * up for x in (left, right) for y in (bottom, top)]
    aways = [y * across - x * up for x in (left, right) for y in (bottom, top)]
    return min(alongs), min(aways), max(alongs), max(aways)


def with_bullets(runs: list[Run], private: set[int]) -> int:
    """Make bullets of letters for private use that begin a line; how many there are.

    Fonts of symbols have their bullets there. In formulas such letters stand closer to others.
    """
    count = 0
    for number, run in enumerate(runs):
        if run.order not in private or run.turn:
            continue
        before = runs[number - 1] if number else None
        after = runs[number + 1] if number + 1 < len(runs) else None
        level = 0.3 * run.size
        if before is not None and abs(before.base - run.base) < level and before.left < run.left:
            continue
        if run.n_chars == 1 and after is not None and abs(after.base - run.base) < level:
            gap, following = after.left - run.right, after.chars[0]
        elif run.chars[1:2] == [" "]:
            inked = next(place for place, char in enumerate(run.chars[1:], 1) if char != " ")
            gap, following = run.lefts[inked] - run.rights[0], run.chars[inked]
        else:
            continue
        if gap > _BULLET_GAP * run.size and following.isalnum():
            run.chars[0] = "•"
            count += 1
    return count

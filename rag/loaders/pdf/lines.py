"""Words and lines from the runs of a PDF page: spaces, accents, and text from right to left."""

import itertools
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.loaders.pdf.direction import Glyph, clusters_of, n_rtl, read_from_right
from rag.loaders.pdf.marks import note_mark_chars
from rag.loaders.pdf.runs import Run

# In parts of the font size. Letters stand under 0.05 apart and words over 0.2; what is between
# is a space only where the other letters of the line stand closer.
_SPACE_GAP = 0.14
_CJK_SPACE_GAP = 0.8
_DIGITS_RAISED = dict(zip("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻", strict=True))
_DROP_SIZE = 1.8
_NEAR_RUNS = 8  # a copy stands right behind what it copies
_SURE_GAPS = 12  # so many in a line tell what its spaces are
_LONGEST_WORDS = 14  # letters to a space, on average: fewer spaces are not all that a line has
# Accents that TeX and others set as characters of their own, over the letter that follows.
_ACCENTS = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306",
    "˙": "\u0307", "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327",
    "˛": "\u0328",
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """One line of text; `cells` are its parts where the gutters of a table stand between them.

    `boldness` is the share of its characters that are bold.
    `column` is the number of the column it stands in, `edges` that column's left and right.
    `table` is the number of its table on the page, `row` that of its row in it, or 0 where
    that is not known. `aside` where it stands alone at the head or foot of its page.
    `drop` is the baseline of the large letter that it begins with, if that is lower than its own.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    hidden: str
    order: int
    turn: int
    n_chars: int
    boldness: float = 0.0
    cells: tuple[str, ...] = ()
    rtl: bool = False
    column: int = 0
    edges: tuple[float, float] = (0.0, 0.0)
    table: int = 0
    row: int = 0
    aside: bool = False
    drop: float | None = None

    @property
    def top(self) -> float:
        """The upper edge of its letters, about."""
        return self.base + 0.7 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge, with half of what hangs below the line."""
        return self.base - 0.15 * self.size


@dataclass(slots=True)
class Row:
    """Runs that stand beside each other."""

    runs: list[Run] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0

    def takes(self, run: Run) -> bool:
        """Whether the run stands on this row: as a word, or raised or lowered beside one."""
        shared = min(self.top, run.top) - max(self.bottom, run.bottom)
        low = min(self.top - self.bottom, run.top - run.bottom)
        return shared >= 0.55 * low


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """The rows of runs, from the top down; the runs of each from left to right."""
    rows: list[Row] = []
    # Large ones first, so that raised and lowered characters find the row that they belong to.
    for run in sorted(runs, key=lambda run: (-round(run.base, 1), -run.size)):
        for row in rows[-3:]:
            if row.takes(run):
                row.runs.append(run)
                if run.n_chars > sum(other.n_chars for other in row.runs) / 2:
                    row.top, row.bottom = run.top, run.bottom
                break
        else:
            rows.append(Row([run], run.top, run.bottom))
    for row in rows:
        row.runs.sort(key=lambda run: (run.left, run.order))
    rows.sort(key=lambda row: -row.bottom)
    return rows


def line_of(row: Row, gutters: Sequence[float] = ()) -> Line:
    """The line that a row's runs make; with `gutters` (their x), its cells between them."""
    runs = row.runs
    main = max(runs, key=lambda run: run.n_chars)
    text = _text_of(runs)
    cells: tuple[str, ...] = ()
    if gutters:
        parts: list[list[Run]] = [[] for _ in range(len(gutters) + 1)]
        for run in runs:
            middle = (run.left + run.right) / 2
            parts[sum(middle > gutter for gutter in gutters)].append(run)
        cells = tuple(_text_of(part) if part else "" for part in parts)
    counts = [(run.n_chars, run.bold) for run in runs]
    total = sum(count for count, _ in counts)
    rights = n_rtl(text)
    return Line(
        text=text,
        left=min(run.left for run in runs),
        right=max(run.right for run in runs),
        base=main.base,
        size=main.size,
        bold=sum(count for count, bold in counts if bold) >= 0.9 * total,
        hidden=main.hidden,
        order=min(run.order for run in runs),
        turn=main.turn,
        n_chars=total,
        boldness=sum(count for count, bold in counts if bold) / max(total, 1),
        cells=cells[::-1] if rights * 2 > total else cells,
        rtl=rights * 2 > total,
        aside=all(run.aside for run in runs),
        drop=_dropped(runs, main),
    )


def _dropped(runs: Sequence[Run], main: Run) -> float | None:
    first = runs[-1] if n_rtl("".join(runs[-1].chars)) else runs[0]
    is_drop = (
        first is not main
        and first.n_chars <= 2
        and first.size > _DROP_SIZE * main.size
        and first.base < main.base - 0.5 * main.size
    )
    return first.base if is_drop else None


def is_unspaced(char: str) -> bool:
    """Whether a character is of a script whose words have no spaces between them."""
    code = ord(char)
    # Thai and Lao, Burmese, Khmer.
    return (
        is_cjk(char) or 0xE00 <= code <= 0xEFF or 0x1000 <= code < 0x10A0 or 0x1780 <= code < 0x1800
    )


def is_cjk(char: str) -> bool:
    """Whether a character is of a script written without spaces: Han, Kana and their marks."""
    code = ord(char)
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF


def _text_of(runs: Sequence[Run]) -> str:
    runs = _without_copies(runs)
    glyphs: list[Glyph] = []
    has_rtl = any(not _is_plain(run) for run in runs)
    if has_rtl:
        runs = _with_written_over(runs)
    end = runs[0].left
    overlaps = False
    for index, run in enumerate(runs):
        # Two texts over each other stay apart; a single accent goes to its letter.
        if run.left < end - 0.3 * run.size and run.n_chars > 2 and not has_rtl:
            glyphs.append((end, run.left, " "))
        overlaps = overlaps or (run.left < end - 0.01 and run.n_chars <= 2)
        chars = _raised_digits(run, runs[index - 1]) if index else run.chars
        glyphs.extend(zip(run.lefts, run.rights, chars, strict=True))
        if index + 1 < len(runs) and _marks_note(run, runs[index + 1], at_start=index == 0):
            glyphs.append((run.right, run.right, " "))
        end = max(end, run.right)
    size = statistics.median([run.size for run in runs])
    if has_rtl:
        clusters = clusters_of(glyphs)
        return read_from_right(clusters, _space_limit(clusters, size, upright=True))
    if overlaps:
        glyphs.sort(key=lambda glyph: glyph[0])
    return _spaced(glyphs, size, upright=runs[0].upright)


def _is_raised(mark: Run, run: Run) -> bool:
    """Whether a run is smaller than one beside it and stands higher."""
    return mark.size <= 0.85 * run.size and mark.base >= run.base + 0.2 * run.size


def _raised_digits(run: Run, before: Run) -> list[str]:
    """The run's characters; digits raised behind a number are written so, as in 10²."""
    if not _is_raised(run, before) or not _ends_number(before):
        return run.chars
    if not all(char in _DIGITS_RAISED for char in run.chars):
        return run.chars
    return [_DIGITS_RAISED[char] for char in run.chars]


def _ends_number(run: Run) -> bool:
    ending = "".join(run.chars[-2:])
    return ending[-1:].isdecimal() or (ending[-1:] in ".," and ending[:1].isdecimal())


def _marks_note(mark: Run, run: Run, *, at_start: bool) -> bool:
    """Whether raised digits stand right before a word that they are no part of."""
    if not mark.chars[-1].isdecimal() or not _is_raised(mark, run):
        return False
    following = "".join(itertools.takewhile(lambda char: char != " ", run.chars))
    text = "".join(mark.chars) + following + " " * (len(following) < len(run.chars))
    return note_mark_chars(text, at_start=at_start) == len(mark.chars)


def _with_written_over(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs, words that one glyph of another run stands for put behind that run.

    A font's table may give a whole Arabic word for a Latin letter; its letters share one box.
    """
    made: list[Run] = []
    for run in runs:
        whole = None
        if len(run.chars) > 1 and len({*run.lefts, *run.rights}) == 2 and not _is_plain(run):
            whole = next((one for one in runs if _is_written_over(run, one)), None)
        if whole is None:
            made.append(run)
            continue
        place = whole.right + 0.001
        chars, count = [" ", *run.chars], len(run.chars)
        lefts, rights = [whole.right, *[place] * count], [whole.right, *[place] * count]
        made.append(replace(run, left=place, right=place, chars=chars, lefts=lefts, rights=rights))
    return made


def _is_written_over(run: Run, other: Run) -> bool:
    """Whether it begins where the other does, a Latin word of several glyphs."""
    begins = abs(run.left - other.left) < 0.01 and run.right < other.right - 0.01
    return other is not run and begins and _is_plain(other)


def _is_plain(run: Run) -> bool:
    """Whether no character of a run is written from right to left."""
    joined = "".join(run.chars)
    return joined.isascii() or not n_rtl(joined)


def _without_copies(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs without those printed again over others, as programs do for a bold look."""
    kept: list[Run] = []
    for run in runs:
        for other in kept[-_NEAR_RUNS:]:
            if run.left < other.right - 0.3 * run.size and _is_copy(run, other):
                break
        else:
            kept.append(run)
    return kept


def _is_copy(run: Run, other: Run) -> bool:
    shift = 0.25 * run.size
    if abs(run.base - other.base) > shift:
        return False
    places: dict[str, list[float]] = {}
    for left, char in zip(other.lefts, other.chars, strict=True):
        if char != " ":
            places.setdefault(char, []).append(left)
    twins = sum(
        any(abs(left - place) < shift for place in places.get(char, ()))
        for left, char in zip(run.lefts, run.chars, strict=True)
        if char != " "
    )
    return twins >= 0.9 * run.n_chars


def _spaced(glyphs: Sequence[Glyph], size: float, *, upright: bool = True) -> str:
    """The characters with a space in each gap that is one."""
    limit = _space_limit(glyphs, size, upright=upright)
    parts: list[str] = []
    end: float | None = None
    previous = ""
    accent = ""
    for left, right, char in glyphs:
        if char == " ":
            if previous:
                parts.append(" ")
            end = None
            previous = ""
            continue
        if end is not None and left - end > limit:
            wide = is_cjk(previous[-1]) and is_cjk(char[0])
            if not wide or left - end > _CJK_SPACE_GAP * size:
                parts.append(" ")
        under = end is not None and left < end - 0.05 * size
        if accent and char.isalpha() and under:
            # Only a letter that stands under it; "^a" side by side is two characters.
            parts[-1] = unicodedata.normalize("NFC", char + _ACCENTS[accent])
            accent = ""
        elif char in _ACCENTS and previous.isalpha() and under:
            parts[-1] += _ACCENTS[char]
            continue
        else:
            accent = char if char in _ACCENTS else ""
            parts.append(char)
        end = right if end is None or left > end - size else max(end, right)
        previous = char
    text = "".join(parts)
    return _closed_up(text, glyphs) if _is_spread(text) else text


def _space_limit(glyphs: Sequence[Glyph], size: float, *, upright: bool) -> float:
    """The least gap that is a space: more where all letters of the line stand apart."""
    gaps = []
    n_spaces = 0
    end: float | None = None
    for left, right, char in glyphs:
        if char == " ":
            n_spaces += 1
            end = None
            continue
        if end is not None and left > end - size:
            gaps.append(left - end)
        end = right
    base = _SPACE_GAP * size
    if not upright:
        base += 0.1 * size  # boxes of turned text end with the ink
    if len(gaps) < 4:
        return base
    gaps.sort()
    # The lower third, since in short words every third gap may be a space.
    usual = max(gaps[len(gaps) // 3], 0.0)
    if usual > 0.03 * size:
        base += usual
    if n_spaces and len(gaps) <= _LONGEST_WORDS * n_spaces:
        return base  # its spaces are written; a hyphen that hangs in the margin stands off
    lowest, highest = usual + 0.03 * size, usual + 0.3 * size
    widest, limit = 0.06 * size, base
    for gap, wider in itertools.pairwise(gaps):
        # Lines set tight have spaces of a tenth: they show as a step between two sorts of gaps.
        if gap < highest and wider > lowest and wider - max(gap, usual) > widest:
            widest = wider - max(gap, usual)
            limit = (max(gap, usual) + wider) / 2
    return min(limit, base + 0.1 * size) if len(gaps) >= _SURE_GAPS else base


def _is_spread(text: str) -> bool:
    words = text.split()
    return len(words) >= 5 and sum(len(word) == 1 for word in words) >= 0.85 * len(words)


def _closed_up(text: str, glyphs: Sequence[Glyph]) -> str:
    """Letters set apart by spaces ("R E P O R T") joined, where wider gaps part the words."""
    inked = [glyph for glyph in glyphs if glyph[2] != " "]
    if not all(char.isalpha() for _, _, chars in inked for char in chars):
        return text
    gaps = [later[0] - earlier[1] for earlier, later in itertools.pairwise(inked)]
    usual = statistics.median(gaps)
    if usual <= 0:
        return text
    parts = [inked[0][2]]
    for gap, (_, _, char) in zip(gaps, inked[1:], strict=True):
        parts.append(f" {char}" if gap > 1.6 * usual else char)
    return "".join(parts)

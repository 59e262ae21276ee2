"""Words and lines from the runs of a PDF page: spaces, accents, and text from right to left."""

import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.loaders.pdf_glyphs import Run

# In parts of the font size. Letters stand under 0.05 apart and words over 0.2; what is between
# is a space only where the other letters of the line stand closer.
_SPACE_GAP = 0.14
_CJK_SPACE_GAP = 0.8
_CELL_GAP = 1.2
# Accents that TeX and others set as characters of their own, over the letter that follows.
_ACCENTS = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306",
    "˙": "\u0307", "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327",
    "˛": "\u0328",
}  # fmt: skip
_MIRRORS = dict(zip("()[]{}«»", ")(][}{»«", strict=True))
_Glyph = tuple[float, float, str]


@dataclass(slots=True)
class Line:
    """One line of text; `cells` are its parts where wide gaps stand between them.

    `column` is the number of the column it stands in, `edges` that column's left and right.
    `table` is the number of its table on the page, or 0.
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
    cells: tuple[str, ...] = ()
    rtl: bool = False
    column: int = 0
    edges: tuple[float, float] = (0.0, 0.0)
    table: int = 0

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
    rights = _n_rtl(text)
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
        cells=cells[::-1] if rights * 2 > total else cells,
        rtl=rights * 2 > total,
    )


def is_cjk(char: str) -> bool:
    """Whether a character is of a script written without spaces: Han, Kana and their marks."""
    code = ord(char)
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF


def _text_of(runs: Sequence[Run]) -> str:
    runs = _without_copies(runs)
    glyphs: list[_Glyph] = []
    has_rtl = any(not _is_plain(run) for run in runs)
    end = runs[0].left
    overlaps = False
    for run in runs:
        # Two texts over each other stay apart; a single accent goes to its letter.
        if run.left < end - 0.3 * run.size and run.n_chars > 2 and not has_rtl:
            glyphs.append((end, run.left, " "))
        overlaps = overlaps or (run.left < end - 0.01 and run.n_chars <= 2)
        glyphs.extend(zip(run.lefts, run.rights, run.chars, strict=True))
        end = max(end, run.right)
    size = statistics.median([run.size for run in runs])
    if has_rtl:
        return _from_right(_clusters(glyphs), size)
    if overlaps:
        glyphs.sort(key=lambda glyph: glyph[0])
    return _spaced(glyphs, size, upright=runs[0].upright)


def _is_plain(run: Run) -> bool:
    """Whether no character of a run is written from right to left."""
    joined = "".join(run.chars)
    return joined.isascii() or not _n_rtl(joined)


def _without_copies(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs without those printed again over others, as programs do for a bold look."""
    kept: list[Run] = []
    for run in runs:
        for other in kept:
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


def _spaced(glyphs: Sequence[_Glyph], size: float, *, upright: bool = True) -> str:
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
            char = previous
        else:
            accent = char if char in _ACCENTS else ""
            parts.append(char)
        end = right if end is None or left > end - size else max(end, right)
        previous = char
    text = "".join(parts)
    return _closed_up(text, glyphs) if _is_spread(text) else text


def _space_limit(glyphs: Sequence[_Glyph], size: float, *, upright: bool) -> float:
    """The least gap that is a space: more where all letters of the line stand apart."""
    gaps = []
    end: float | None = None
    for left, right, char in glyphs:
        if char == " ":
            end = None
            continue
        if end is not None and left != end:
            gaps.append(left - end)
        end = right
    base = _SPACE_GAP * size
    if not upright:
        base += 0.1 * size  # boxes of turned text end with the ink
    if len(gaps) < 4 or max(gaps) < base:
        return base
    # The lower third, since in short words every third gap may be a space.
    usual = sorted(gaps)[len(gaps) // 3]
    return max(base, usual + base) if usual > 0.03 * size else base


def _is_spread(text: str) -> bool:
    words = text.split()
    return len(words) >= 5 and sum(len(word) == 1 for word in words) >= 0.85 * len(words)


def _closed_up(text: str, glyphs: Sequence[_Glyph]) -> str:
    """Letters set apart by spaces ("R E P O R T") joined, where wider gaps part the words."""
    inked = [glyph for glyph in glyphs if glyph[2] != " "]
    if not all(char.isalpha() for _, _, chars in inked for char in chars):
        return text
    gaps = [
        later[0] - earlier[1] for earlier, later in zip(inked, inked[1:], strict=False)
    ]
    usual = statistics.median(gaps)
    if usual <= 0:
        return text
    parts = [inked[0][2]]
    for gap, (_, _, char) in zip(gaps, inked[1:], strict=True):
        parts.append(f" {char}" if gap > 1.6 * usual else char)
    return "".join(parts)


def _clusters(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    """Glyphs by their place from left to right; the letters of one glyph and its marks as one."""
    clusters: list[list[float | str]] = []
    marks: list[_Glyph] = []
    for left, right, char in glyphs:
        last = clusters[-1] if clusters else None
        if unicodedata.combining(char[0]):
            marks.append((left, right, char))
        elif last is not None and last[0] == left and last[1] == right and char != " ":
            last[2] = f"{last[2]}{char}"
        else:
            clusters.append([left, right, char])
    made = [(float(left), float(right), _in_order(str(chars))) for left, right, chars in clusters]
    made.sort(key=lambda glyph: glyph[0] + glyph[1])
    for left, right, mark in marks:
        best, most = -1, -1e9
        for index, (start, end, char) in enumerate(made):
            shared = min(end, right) - max(start, left)
            if char != " " and shared > most:
                best, most = index, shared
        if best >= 0:
            start, end, char = made[best]
            made[best] = (start, end, char + mark)
    return made


@lru_cache(maxsize=1)
def _known_ligatures() -> frozenset[str]:
    """The letters of Arabic glyphs that hold several, in the order they are read."""
    codes = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))
    wholes = (unicodedata.normalize("NFKC", chr(code)).strip() for code in codes)
    return frozenset(whole for whole in wholes if len(whole) > 1)


def _in_order(chars: str) -> str:
    """The letters of one glyph as they are read: PDFium turns round those from right to left."""
    if len(chars) < 2 or not all(_is_rtl(char) for char in chars):
        return chars
    return chars if chars in _known_ligatures() else chars[::-1]


def _from_right(clusters: Sequence[_Glyph], size: float) -> str:
    """The reading order of clusters that stand from left to right, some to be read backwards.

    The inverse of the bidirectional algorithm for one line (Source: Unicode Annex 9), without
    embeddings: reversing is its own inverse.
    """
    kinds = [_direction(char) for _, _, char in clusters]
    rights, lefts = kinds.count("R"), kinds.count("L")
    down = rights >= lefts
    levels = _levels(kinds, clusters, down=down)
    spaced: list[tuple[str, int]] = []
    limit = _space_limit(clusters, size, upright=True)
    end: float | None = None
    for (left, right, char), level in zip(clusters, levels, strict=True):
        if end is not None and char != " " and left - end > limit:
            spaced.append((" ", min(level, spaced[-1][1])))
        spaced.append((char, level))
        end = None if char == " " else right
    for lowest in (2, 1):
        spaced = _reversed_from(spaced, lowest)
    return _mended(spaced)


def _mended(spaced: Sequence[tuple[str, int]]) -> str:
    """The characters, brackets of text from right to left turned where only that pairs them."""
    turned = "".join(
        _MIRRORS.get(char, char) if level == 1 else char for char, level in spaced
    )
    plain = "".join(char for char, _ in spaced)
    return turned if _unpaired(turned) < _unpaired(plain) else plain


def _unpaired(text: str) -> int:
    opened = wrong = 0
    for char in text:
        if char in "([{":
            opened += 1
        elif char in ")]}":
            if opened:
                opened -= 1
            else:
                wrong += 1
    return opened + wrong


def _levels(kinds: Sequence[str], clusters: Sequence[_Glyph], *, down: bool) -> list[int]:
    level_of = {"R": 1, "L": 2 if down else 0, "N": 2}
    levels: list[int] = []
    n = len(kinds)
    before = ["" for _ in range(n)]
    after = ["" for _ in range(n)]
    last = ""
    for index in range(n):
        before[index] = last
        last = kinds[index] if kinds[index] != "-" else last
    last = ""
    for index in range(n - 1, -1, -1):
        after[index] = last
        last = kinds[index] if kinds[index] != "-" else last
    for index, kind in enumerate(kinds):
        left, right = before[index], after[index]
        if kind == "N" and not down and "R" not in (left, right):
            levels.append(0)
        elif kind != "-":
            levels.append(level_of[kind])
        elif left == right == "L" or {left, right} == {"L", "N"}:
            levels.append(level_of["L"])
        elif left == right == "N" and _parts_a_number(index, kinds, clusters):
            levels.append(2)
        elif left and right:
            levels.append(1 if down or "L" not in (left, right) else 0)
        else:
            levels.append(1 if down else 0)
    return levels


def _parts_a_number(index: int, kinds: Sequence[str], clusters: Sequence[_Glyph]) -> bool:
    near = 0 < index < len(kinds) - 1 and kinds[index - 1] == kinds[index + 1] == "N"
    return near and clusters[index][2] in {".", ",", ":", "/", "-", "٫", "٬"}


def _reversed_from(items: list[tuple[str, int]], lowest: int) -> list[tuple[str, int]]:
    """The items with each stretch of at least this level turned round."""
    made: list[tuple[str, int]] = []
    stretch: list[tuple[str, int]] = []
    for item in items:
        if item[1] >= lowest:
            stretch.append(item)
            continue
        made.extend(reversed(stretch))
        stretch = []
        made.append(item)
    made.extend(reversed(stretch))
    return made


def _direction(char: str) -> str:
    kind = unicodedata.bidirectional(char[0])
    if kind in {"R", "AL"}:
        return "R"
    if kind == "L":
        return "L"
    return "N" if kind in {"EN", "AN"} else "-"


def _is_rtl(char: str) -> bool:
    return unicodedata.bidirectional(char) in {"R", "AL", "NSM"}


def _n_rtl(text: str) -> int:
    return sum(
        "\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc"
        for char in text
    )

"""Text from right to left: from the places of glyphs on a line to the order of reading."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

# Where a glyph begins and ends on its line, and its letters.
Glyph = tuple[float, float, str]
_MIRRORS = dict(zip("()[]{}«»", ")(][}{»«", strict=True))


def clusters_of(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Glyphs by their place from left to right; the letters of one glyph and its marks as one."""
    clusters: list[list[float | str]] = []
    marks: list[Glyph] = []
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
    lefts = [glyph[0] for glyph in made]
    for left, right, mark in marks:
        best, most = -1, -1e9
        near = bisect_left(lefts, left)
        for index in range(max(near - 3, 0), min(near + 4, len(made))):
            start, end, char = made[index]
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


def read_from_right(clusters: Sequence[Glyph], limit: float) -> str:
    """The reading order of clusters that stand from left to right, some to be read backwards.

    A gap wider than `limit` is a space.

    The inverse of the bidirectional algorithm for one line (Source: Unicode Annex 9), without
    embeddings: reversing is its own inverse.
    """
    kinds = [_direction(char) for _, _, char in clusters]
    rights, lefts = kinds.count("R"), kinds.count("L")
    down = rights >= lefts
    levels = _levels(kinds, clusters, down=down)
    spaced: list[tuple[str, int]] = []
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
    turned = "".join(_MIRRORS.get(char, char) if level == 1 else char for char, level in spaced)
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


def _levels(kinds: Sequence[str], clusters: Sequence[Glyph], *, down: bool) -> list[int]:
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


def _parts_a_number(index: int, kinds: Sequence[str], clusters: Sequence[Glyph]) -> bool:
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


def n_rtl(text: str) -> int:
    """How many characters of a text are written from right to left."""
    return sum(
        "\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc"
        for char in text
    )

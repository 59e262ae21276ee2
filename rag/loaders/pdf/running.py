"""Running heads, running feet and page numbers: which rows of pages they are, and their numbers."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.loaders.pdf.lines import line_of, rows_of
from rag.loaders.pdf.runs import PageGlyphs, Run, turned_box

_ZONE = 0.18  # of the page's height, above and below, is where they stand
_MAX_ROWS = 4  # at each edge
_APART = 0.75  # of the font size, between letters; lines of a text stand 0.35 apart
_FAR = 1.8  # a paragraph's first line may stand at the foot, apart from the one before
_SAME_PLACE = 4.0  # points
_SAME_LINE = 1.0
_MANY = 3  # pages that must have the same row
_SURE_LETTERS = 12  # a row of so many repeats by no accident, whatever its numbers are
_DIGITS = re.compile(r"\d+")
# Not the last part of a section's number.
_EDGE_NUMBER = re.compile(
    r"^\W*(?:page |p\. ?)?(\d{1,5})\b(?![.,:/-]\d)|(?<![\d.,:/-])\b(\d{1,5})\W*$", re.I
)
_NUMBER = re.compile(
    r"^[\W_]*(?:(?:page|seite|pagina|página|p\.)\s*)?(\d{1,4})"
    r"(?:\s*(?:of|/|von|de|sur|di)\s*\d{1,4})?[\W_]*$",
    re.I,
)
# Written as roman numerals are: "ill" is none.
_ROMAN = re.compile(r"^\W*((?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\W*$", re.I)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(slots=True)
class _Row:
    """A row near an edge: `rank` counts from the edge; `key` is its text without its numbers."""

    page: int
    top: bool
    rank: int
    text: str
    key: str
    base: float
    runs: list[Run]
    apart: bool
    far: bool


@dataclass(slots=True)
class RunningHeads:
    """Finds the running heads of a document, some pages at a time.

    `stated` are the labels that the file gives its pages. `known` keeps the keys of earlier
    pages, `places` where their numbers stood.
    """

    n_pages: int
    stated: Mapping[int, str] = field(default_factory=dict)
    n_removed: int = 0
    labels: dict[int, str] = field(default_factory=dict)
    _known: dict[tuple[bool, str], float] = field(default_factory=dict)
    _places: dict[bool, list[float]] = field(default_factory=dict)

    def take_out(self, pages: Sequence[tuple[int, PageGlyphs]]) -> None:
        """Remove them from pages, given with their numbers from 1; note the labels printed."""
        rows = [row for number, glyphs in pages for row in _edge_rows(number, glyphs)]
        groups: dict[tuple[bool, str], list[_Row]] = {}
        for row in rows:
            groups.setdefault((row.top, row.key), []).append(row)
        for place, members in groups.items():
            base = _common_place(members)
            if base is not None and (
                self._is_running(members, base) or _is_alternating(members, rows)
            ):
                self._known[place] = base
        offsets = self._offsets(rows)
        self._note_places(rows, offsets)
        for number, glyphs in pages:
            own = [row for row in rows if row.page == number]
            gone: set[int] = set()
            removed = 0
            for top in (True, False):
                edge = sorted((row for row in own if row.top == top), key=_rank)
                n_running = self._n_running(edge, offsets)
                for row in edge[n_running : n_running + 1]:
                    for run in row.runs:
                        run.aside = row.rank == 0 and (row.apart if top else row.far)
                for row in edge[:n_running]:
                    gone.update(id(run) for run in row.runs)
                    removed += 1
                    value = self._number(row, offsets)
                    if value is not None:
                        self.labels.setdefault(number, value)
            kept = [run for run in glyphs.runs if id(run) not in gone]
            if any(not run.hidden for run in kept):
                self.n_removed += removed
                glyphs.runs = kept

    def _n_running(self, edge: Sequence[_Row], offsets: set[int]) -> int:
        """How many rows from the edge inwards are no text: up to the last that stands apart."""
        count = 0
        for place, row in enumerate(edge, start=1):
            if self._number(row, offsets) is None and not self._is_known(row):
                break
            if row.apart:
                count = place
        return count

    def _is_known(self, row: _Row) -> bool:
        base = self._known.get((row.top, row.key))
        return base is not None and abs(base - row.base) <= _SAME_PLACE

    def _is_running(self, rows: Sequence[_Row], base: float) -> bool:
        """Whether rows with one text are a running head: often at one place, numbers in step."""
        there = {row.page: row for row in rows if abs(row.base - base) <= _SAME_PLACE}
        enough = 2 if 3 <= self.n_pages <= 4 else _MANY
        if len(there) < enough or not rows[0].key.strip("#"):
            return False
        letters = sum(char.isalpha() for char in rows[0].key)
        if "#" not in rows[0].key or letters >= _SURE_LETTERS:
            return letters > 0
        for column in zip(*(_numbers(row) for row in there.values()), strict=True):
            steps = {value - page for value, page in zip(column, there, strict=True)}
            if len(set(column)) > 1 and len(steps) > 1:
                return False
        return True

    def _offsets(self, rows: Sequence[_Row]) -> set[int]:
        """The differences between printed numbers and pages that enough pages have."""
        counts: Counter[int] = Counter()
        for row in rows:
            counts.update({value - row.page for value, _ in _edge_numbers(row)})
        enough = _MANY if self.n_pages >= _MANY else self.n_pages
        # Numbers of something else keep step with the pages over a few of them.
        enough = max(enough, max(counts.values(), default=0) // 10)
        return {offset for offset, count in counts.items() if count >= enough}

    def _note_places(self, rows: Sequence[_Row], offsets: set[int]) -> None:
        """Keep the heights at which many pages have a number in step, and nothing else."""
        for top in (True, False):
            bases = [
                row.base
                for row in rows
                if row.top == top
                and _is_bare(row)
                and any(value - row.page in offsets for value, _ in _edge_numbers(row))
            ]
            if len(bases) >= _MANY:
                place = statistics.median_low(bases)
                if sum(abs(base - place) <= _SAME_PLACE for base in bases) >= _MANY:
                    self._places.setdefault(top, []).append(place)

    def _is_counted_apart(self, row: _Row) -> bool:
        """Whether a bare number out of step is a page's: as the file says, or by its place.

        Front matter counts in roman numerals, and parts may begin anew.
        """
        if not row.apart:
            return False
        stated = self.stated.get(row.page, "")
        if stated and stated.casefold() == row.text.strip("-–— ").casefold():
            return True
        places = self._places.get(row.top, ())
        return row.rank == 0 and any(abs(row.base - place) <= _SAME_PLACE for place in places)

    def _number(self, row: _Row, offsets: set[int]) -> str | None:
        """The page number that a row is or holds at its end, as printed."""
        bare = _is_bare(row)
        if bare and self._is_counted_apart(row):
            return _edge_numbers(row)[0][1]
        for value, printed in _edge_numbers(row):
            in_step = value - row.page in offsets
            if bare and (in_step or (self.n_pages == 1 and row.apart)):
                # On a single page a number alone at the foot is one; "0" and years are not.
                if self.n_pages > 1 or 0 < value < 1000:
                    return printed
            elif in_step and self._is_known(row):
                return printed
        return None


def _is_bare(row: _Row) -> bool:
    """Whether a row is a number alone."""
    return bool(_NUMBER.match(row.text) or _ROMAN.match(row.text))


def _is_alternating(rows: Sequence[_Row], others: Sequence[_Row]) -> bool:
    """Whether a text stands over every other page, and another one over the page between."""
    alone = {row.page: row for row in rows if row.apart and row.rank == 0}
    if sum(char.isalpha() for char in rows[0].key) < _MANY:
        return False
    between = {
        row.page - 1
        for row in others
        if row.top == rows[0].top and row.apart and row.rank == 0 and row.key != rows[0].key
        if row.page - 1 in alone and row.page + 1 in alone
        if abs(row.base - alone[row.page - 1].base) <= _SAME_LINE
    }
    return any(abs(alone[one].base - alone[one + 2].base) <= _SAME_LINE for one in between)


def _rank(row: _Row) -> int:
    return row.rank


def _edge_rows(number: int, glyphs: PageGlyphs) -> Iterator[_Row]:
    turn = glyphs.main_turn
    _, low, _, high = turned_box(glyphs.box, turn)
    runs = [run for run in glyphs.runs if run.turn == turn and not run.hidden]
    if not runs:
        return
    zone = _ZONE * (high - low)
    for top in (True, False):
        edge = [run for run in runs if (run.base > high - zone if top else run.base < low + zone)]
        rows = rows_of(edge)
        if not top:
            rows.reverse()
        inner = (
            [run for run in runs if run.base <= high - zone]
            if top
            else [run for run in runs if run.base >= low + zone]
        )
        beyond = (
            max((run.top for run in inner), default=low)
            if top
            else min((run.bottom for run in inner), default=high)
        )
        for rank, row in enumerate(rows[:_MAX_ROWS]):
            if sum(run.n_chars for run in row.runs) > 300:
                break
            line = line_of(row)
            text = " ".join(line.text.split())
            if rank + 1 < len(rows):
                near = rows[rank + 1]
                gap = row.bottom - near.top if top else near.bottom - row.top
            else:
                gap = row.bottom - beyond if top else beyond - row.top
            key = _DIGITS.sub("#", text.casefold())
            apart, far = gap > _APART * line.size, gap > _FAR * line.size
            yield _Row(number, top, rank, text, key, line.base, row.runs, apart, far)


def _common_place(rows: Sequence[_Row]) -> float | None:
    return statistics.median_low([row.base for row in rows]) if rows else None


def _numbers(row: _Row) -> list[int]:
    return [int(digits[:9]) for digits in _DIGITS.findall(row.text)]


def _edge_numbers(row: _Row) -> list[tuple[int, str]]:
    """The numbers with which a row begins or ends, and how they are printed."""
    if match := _NUMBER.match(row.text):
        return [(int(match[1]), match[1])]
    if match := _ROMAN.match(row.text):
        return [(_roman(match[1].lower()), match[1])]
    found = [match[1] or match[2] for match in _EDGE_NUMBER.finditer(row.text)]
    return [(int(digits), digits) for digits in found]


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[char] for char in numeral]
    later = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, later, strict=True)
    )

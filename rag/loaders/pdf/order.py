"""The order in which the lines of a PDF page are read: columns, tables, headings over columns.

The page is cut into bands from the top down; bands that share a gutter are columns or a table.
"""

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rag.loaders.pdf.lines import Line, Row, line_of, rows_of
from rag.loaders.pdf.runs import Run
from rag.loaders.pdf.tables import written_tables

# In parts of the usual font size of the runs.
_GUTTER = 0.9
_MAX_DEPTH = 6
_FULL_LINE = 0.8  # of a column's width: lines of prose mostly are as long
_MAX_SINGLE = 2  # rows in a table with one cell alone, one after another
_MARK = re.compile(r"[^\w\s]$|\(?(?:\d{1,2}|[a-z])[.)]$|[oy•]$")
_MARK_GAP = 3.5
_MAX_MARKS = 300  # each is looked for among all runs
_MAX_GUTTERS = 60
_COLUMN_BANDS = 2  # beside each other: a masthead has fewer
_COLUMN_WIDTH = 10.0  # in parts of a gutter
_COLUMN_SHARE = 0.08  # of the characters beside each other
_CHANGE_SHARE = 0.15  # of the rows: how often the file's order may go to another column
_Gap = tuple[float, float]


def ordered_lines(runs: Sequence[Run]) -> list[Line]:
    """The lines of a page as a person reads them; text turned another way comes last.

    What cannot be seen is read apart from the rest, so that it breaks no line in two.
    """
    groups: dict[tuple[int, str], list[Run]] = {}
    for run in _with_marks(runs):
        groups.setdefault((run.turn, run.hidden), []).append(run)
    lines: list[Line] = []
    for group in sorted(groups.values(), key=lambda group: (bool(group[0].hidden), -_n(group))):
        reader = _PageReader(first_column=len(lines))
        reader.read(group, 0)
        lines += reader.lines
    return lines


def _with_marks(runs: Sequence[Run]) -> list[Run]:
    """The runs, marks of list items joined with what follows: no gutter is between them."""
    marks = [run for run in runs if run.n_chars <= 3 and _MARK.match("".join(run.chars).strip())]
    if not marks or len(marks) > _MAX_MARKS:
        return list(runs)
    gone: set[int] = set()
    for mark in marks:
        best: Run | None = None
        for run in runs:
            near = run.left > mark.left and run.left - mark.right < _MARK_GAP * mark.size
            level = abs(run.base - mark.base) < 0.3 * max(run.size, mark.size)
            same = run.turn == mark.turn and run.hidden == mark.hidden
            free = run is not mark and id(run) not in gone
            if near and level and same and free and (best is None or run.left < best.left):
                best = run
        if best is not None and best.n_chars > 1:
            gone.add(id(mark))
            best.chars[:0] = [*mark.chars, " "]
            best.lefts[:0] = [*mark.lefts, mark.right]
            best.rights[:0] = [*mark.rights, best.left]
            best.left, best.order = mark.left, min(mark.order, best.order)
    return [run for run in runs if id(run) not in gone]


def _n(runs: Iterable[Run]) -> int:
    return sum(run.n_chars for run in runs)


class _PageReader:
    """Collects the lines of one page in order, numbering columns and tables."""

    def __init__(self, first_column: int) -> None:
        self.lines: list[Line] = []
        self._column = first_column
        self._table = first_column

    def read(self, runs: Sequence[Run], depth: int) -> None:
        """Add the lines of a part of the page."""
        if not runs:
            return
        rest = runs
        for table in written_tables(runs):
            above = [run for run in rest if run.base > table.top]
            self._read_parts(above, depth)
            self._table += 1
            lines = table.lines()
            for line in lines:
                line.table = self._table
            self._place(lines)
            rest = [run for run in rest if run.base < table.bottom]
        self._read_parts(rest, depth)

    def _read_parts(self, runs: Sequence[Run], depth: int) -> None:
        """Add what is no table written cell by cell."""
        if not runs:
            return
        size = statistics.median(run.size for run in runs)
        flow: list[Row] = []
        least = _GUTTER * size
        for bands, gutters in self._parts(_bands(runs), least, depth):
            inside = [run for band in bands for run in band]
            columns = _columns(inside, gutters) if gutters else []
            if columns and depth < _MAX_DEPTH and _are_columns(columns, size):
                self._add_flow(flow)
                flow = []
                for column in columns:
                    self.read(column, depth + 1)
                continue
            rows = rows_of(inside)
            middles = [(left + right) / 2 for left, right in gutters]
            for part, in_table in _parted(rows, middles):
                if not in_table:
                    flow += part
                    continue
                self._add_flow(flow)
                flow = []
                self._table += 1
                lines = [line_of(row, middles) for row in part]
                for line in lines:
                    line.table = self._table
                self._place(lines)
        self._add_flow(flow)

    def _parts(
        self, bands: Sequence[list[Run]], least: float, depth: int
    ) -> Iterator[tuple[list[list[Run]], list[_Gap]]]:
        """Groups of bands: whole columns where there are some, else parts of one structure."""
        for group, gutters in _groups(bands, least, strict=False):
            if not gutters:
                yield group, gutters
                continue
            inside = [run for band in group for run in band]
            major = _major(inside, gutters)
            size = least / _GUTTER
            if major and depth < _MAX_DEPTH and _are_columns(_columns(inside, major), size):
                yield group, major
            else:
                yield from _groups(group, least, strict=True)

    def _add_flow(self, rows: Sequence[Row]) -> None:
        if rows:
            self._place([line_of(row) for row in rows])

    def _place(self, lines: Sequence[Line]) -> None:
        self._column += 1
        edges = min(line.left for line in lines), max(line.right for line in lines)
        for line in lines:
            line.column = self._column
            line.edges = edges
        self.lines += lines


def _parted(rows: Sequence[Row], middles: Sequence[float]) -> list[tuple[Sequence[Row], bool]]:
    """Rows in stretches that are a table, with at least two rows of several cells, or are not."""
    several = [
        len({sum(run.left > middle for middle in middles) for run in row.runs}) > 1 for row in rows
    ]
    if sum(several) < 2:
        return [(rows, False)]
    parts: list[tuple[Sequence[Row], bool]] = []
    start = 0
    while start < len(rows):
        end = start + 1
        if several[start]:
            # A cell may go on over a line or two, but a paragraph is no part of a table.
            last = start
            while end < len(rows) and end - last <= _MAX_SINGLE:
                if several[end]:
                    last = end
                end += 1
            end = last + 1
            n_rows = sum(several[start:end])
            parts.append((rows[start:end], n_rows >= 2))
        else:
            while end < len(rows) and not several[end]:
                end += 1
            parts.append((rows[start:end], False))
        start = end
    return parts


def _bands(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs from the top down, together where their heights overlap."""
    bands: list[list[Run]] = []
    bottom = 0.0
    for run in sorted(runs, key=lambda run: -run.top):
        # A little overlap is a tight setting, not one line.
        if bands and run.top > bottom + 0.2 * run.size:
            bands[-1].append(run)
            bottom = min(bottom, run.bottom)
        else:
            bands.append([run])
            bottom = run.bottom
    return bands


def _groups(
    bands: Sequence[list[Run]], least: float, *, strict: bool
) -> list[tuple[list[list[Run]], list[_Gap]]]:
    """Neighbouring bands that have gutters in common, or have none.

    One gutter in common is enough for columns; `strict` groups, as tables are, have all.
    """
    groups: list[tuple[list[list[Run]], list[_Gap]]] = []
    held: list[list[Run]] = []
    spans: list[_Gap] = []
    gutters: list[_Gap] = []
    for band in bands:
        band_spans = _spans((run.left, run.right) for run in band)
        if not held:
            held, spans, gutters = [band], band_spans, _gaps(band_spans, least)
            continue
        merged = _spans([*spans, *band_spans])
        shared = _gaps(merged, least)
        alone = _gaps(band_spans, least)
        if gutters and shared:
            # The room before a masthead's last word is not beside the columns below it.
            fits = not alone or _overlap(alone, shared)
            if strict:
                fits = fits and len(shared) >= min(len(gutters), max(len(alone), 1))
            elif not fits:
                fits = _are_begun(held, gutters) or (
                    _narrowest(band_spans, alone) < _COLUMN_WIDTH * least
                    and bool(_major([run for part in held for run in part], gutters))
                )
        else:
            # Two lines with one gap each can make a pair of columns that neither has alone.
            fits = not gutters and not alone and not shared
        if fits:
            held.append(band)
            spans, gutters = merged, shared
            continue
        moved = _trailing(held, gutters, band) if gutters and not shared else []
        if moved:
            held = held[: -len(moved)]
        groups.append((held, gutters))
        held = [*moved, band]
        spans = _spans((run.left, run.right) for part in held for run in part)
        gutters = _gaps(spans, least)
    if held:
        groups.append((held, gutters))
    return groups


def _are_begun(bands: Sequence[list[Run]], gutters: Sequence[_Gap]) -> bool:
    """Whether bands have columns already: much on either side of a gutter, in more than one."""
    edge = gutters[0][1] - 0.01
    beside = sum(any(run.left >= edge for run in band) for band in bands)
    return beside >= _COLUMN_BANDS and bool(_major([run for one in bands for run in one], gutters))


def _narrowest(spans: Sequence[_Gap], gaps: Sequence[_Gap]) -> float:
    """The width of the narrowest part between gaps."""
    starts = [spans[0][0], *(right for _, right in gaps)]
    ends = [*(left for left, _ in gaps), spans[-1][1]]
    return min(end - start for start, end in zip(starts, ends, strict=True))


def _overlap(gaps: Sequence[_Gap], others: Sequence[_Gap]) -> bool:
    return any(left < end and start < right for left, right in gaps for start, end in others)


def _trailing(held: list[list[Run]], gutters: list[_Gap], band: list[Run]) -> list[list[Run]]:
    """Last bands in the first column alone that a wide gap sets off: they go with what follows."""
    edge = gutters[0][0]
    for count in range(1, min(3, len(held) - 1) + 1):
        part = held[-count]
        if any(run.left > edge for run in part):
            return []
        above = min(run.bottom for run in held[-count - 1])
        size = max(run.size for run in part)
        if above - max(run.top for run in part) > 1.1 * size:
            below = min(run.bottom for run in held[-1]) - max(run.top for run in band)
            return held[-count:] if below < 1.5 * size else []
    return []


def _spans(spans: Iterable[_Gap]) -> list[_Gap]:
    """Spans joined where they overlap."""
    made: list[_Gap] = []
    for left, right in sorted(spans):
        if made and left <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], right))
        else:
            made.append((left, right))
    return made


def _gaps(spans: Sequence[_Gap], least: float) -> list[_Gap]:
    """The gaps between spans, the widest ones where there are very many, from left to right."""
    found = [
        (earlier[1], later[0])
        for earlier, later in pairwise(spans)
        if later[0] - earlier[1] >= least
    ]
    if len(found) > _MAX_GUTTERS:
        found = sorted(sorted(found, key=lambda gap: gap[0] - gap[1])[:_MAX_GUTTERS])
    return found


def _columns(runs: Sequence[Run], gutters: Sequence[_Gap]) -> list[list[Run]]:
    columns: list[list[Run]] = [[] for _ in range(len(gutters) + 1)]
    edges = [right for _, right in gutters]
    for run in runs:
        columns[sum(run.left >= edge - 0.01 for edge in edges)].append(run)
    return columns


def _major(runs: Sequence[Run], gutters: Sequence[_Gap]) -> list[_Gap]:
    """The gutters that part much from much: a page number or a mark is no column."""
    kept = list(gutters)
    least = _COLUMN_SHARE * _n(runs)
    while kept:
        sizes = [_n(column) for column in _columns(runs, kept)]
        small = min(range(len(sizes)), key=sizes.__getitem__)
        if sizes[small] >= least:
            break
        beside = [index for index in (small - 1, small) if 0 <= index < len(kept)]
        kept.pop(min(beside, key=lambda index: kept[index][1] - kept[index][0]))
    return kept


def _are_columns(columns: Sequence[Sequence[Run]], size: float) -> bool:
    """Whether parts beside each other are read one after the other, not row by row."""
    rows = [rows_of(column) for column in columns if column]
    if len(rows) < 2 or max(len(part) for part in rows) < 2:
        return False
    prose = sum(_is_prose(part) for part in rows)
    if prose == len(rows):
        return True
    aligned = _aligned_share(rows, size)
    changes = _changes(columns)
    total = sum(len(part) for part in rows)
    if aligned < 0.5:
        # Nothing stands on one line: rows would tear lines apart. But cells of several lines
        # that the file holds row by row are a table.
        return changes <= max(2 * len(rows), _CHANGE_SHARE * total) or prose * 2 >= len(rows)
    few = changes <= max(1, _CHANGE_SHARE / 2 * total)
    # One row on the line of another is its last word, not a column.
    return len(rows) == 2 and few and total >= 5 and min(map(len, rows)) > 1


def _changes(columns: Sequence[Sequence[Run]]) -> int:
    """How often the order of the file goes from one column to another."""
    places = sorted((run.order, number) for number, column in enumerate(columns) for run in column)
    return sum(earlier[1] != later[1] for earlier, later in pairwise(places))


def _aligned_share(rows: Sequence[Sequence[Row]], size: float) -> float:
    """How many rows of the column with the fewest have one of the next on their line."""
    fewest = min(rows, key=len)
    others = [row.bottom for part in rows if part is not fewest for row in part]
    near = sum(any(abs(row.bottom - other) < 0.15 * size for other in others) for row in fewest)
    return near / len(fewest)


def _is_prose(rows: Sequence[Row]) -> bool:
    """Whether most rows are long and fill the column's width."""
    if len(rows) < 3:
        return False
    left = min(row.runs[0].left for row in rows)
    right = max(max(run.right for run in row.runs) for row in rows)
    width = max(right - left, 1.0)
    full = 0
    for row in rows:
        end = max(run.right for run in row.runs)
        full += end - row.runs[0].left >= _FULL_LINE * width and _n(row.runs) >= 12
    return full >= 0.5 * len(rows)

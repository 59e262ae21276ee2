"""Pictures of the documents: when they were published, and by whom."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from rag.types import DocumentRecord
from rag.ui import draw, words

MOST_PUBLISHERS = 15
LABEL_CHARS = 40
UNKNOWN = "publisher unknown"
# Stands out from light and dark pages alike (4.3 : 1 and 4.2 : 1).
COLOUR = "#26859a"


def months(records: Sequence[DocumentRecord]) -> tuple[dict[str, int], int, int]:
    """Documents by month ("2024-03"), how many are dated to the year only, how many not at all."""
    counts: Counter[str] = Counter()
    by_year = undated = 0
    for record in records:
        published = record.metadata.published
        if published is None:
            undated += 1
        elif published.precision == "year":
            by_year += 1
        else:
            counts[published.value[:7]] += 1
    return dict(sorted(counts.items())), by_year, undated


def by_publisher(records: Sequence[DocumentRecord]) -> list[tuple[str, int]]:
    """The publishers with the most documents and their counts; the rest as one, what is unknown."""
    counts = Counter(
        words.shortened(record.metadata.publisher, LABEL_CHARS)
        for record in records
        if record.metadata.publisher
    )
    found = counts.most_common()
    rows = found[:MOST_PUBLISHERS]
    if rest := found[MOST_PUBLISHERS:]:
        rows.append((f"{len(rest)} others", sum(n for _, n in rest)))
    if unknown := sum(not record.metadata.publisher for record in records):
        rows.append((UNKNOWN, unknown))
    return rows


def published(records: Sequence[DocumentRecord]) -> None:
    """Documents per month, and in words those without one."""
    counts, by_year, undated = months(records)
    st.subheader("When they were published", anchor=False)
    if counts:
        _bars(
            [{"month": f"{month}-01", "documents": n} for month, n in counts.items()],
            {
                "x": {
                    "field": "month",
                    "type": "temporal",
                    "timeUnit": "utcyearmonth",
                    "title": None,
                },
                "y": _counts("y"),
            },
            alt=f"Documents per month, from {min(counts)} to {max(counts)}",
        )
    said = [f"Dated to the month or closer: {sum(counts.values()):,}"]
    if by_year:
        said.append(f"to the year only: {by_year:,}")
    if undated:
        said.append(f"date unknown: {undated:,}")
    draw.note(f"{'; '.join(said)}.")


def publishers(records: Sequence[DocumentRecord]) -> None:
    """Documents by publisher."""
    rows = by_publisher(records)
    st.subheader("Who published them", anchor=False)
    _bars(
        [{"publisher": name, "documents": n} for name, n in rows],
        {
            "y": {
                "field": "publisher",
                "type": "nominal",
                "sort": [name for name, _ in rows],
                "title": None,
                "axis": {"labelLimit": 260},
            },
            "x": _counts("x"),
        },
        alt="Documents by publisher: " + ", ".join(f"{name} {n}" for name, n in rows[:5]),
        height=30 * len(rows) + 40,
    )


def _counts(axis: str) -> dict[str, object]:
    """The axis of the counts: whole numbers."""
    return {
        "field": "documents",
        "type": "quantitative",
        "title": "documents" if axis == "x" else None,
        "axis": {"tickMinStep": 1, "format": "d"},
    }


def _bars(
    rows: Sequence[dict[str, object]],
    encoding: dict[str, object],
    *,
    alt: str,
    height: int = 220,
) -> None:
    tips = [{"field": name, "type": "nominal"} for name in rows[0]]
    st.vega_lite_chart(
        {
            "data": {"values": list(rows)},
            "mark": {"type": "bar", "cornerRadiusEnd": 2, "color": COLOUR},
            "encoding": {**encoding, "tooltip": tips},
            "height": height,
        },
        alt=alt,
    )

"""Filters as a condition of SQL."""

from rag.types import Filters


def conditions(filters: Filters) -> tuple[str, tuple[object, ...]]:
    """The SQL condition on documents `d`; dates overlap, ends included."""
    conditions: list[str] = ["1"]
    values: list[object] = []
    for column, wanted in (
        ("d.id", filters.documents),
        ("d.publisher_key", tuple(name.casefold() for name in filters.publishers)),
        ("d.language", filters.languages),
        ("d.media_type", filters.media_types),
    ):
        if wanted:
            conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if filters.since:
        conditions.append("d.published_to >= ?")
        values.append(filters.since)
    if filters.until:
        conditions.append("d.published_from <= ?")
        values.append(filters.until)
    return " AND ".join(conditions), tuple(values)

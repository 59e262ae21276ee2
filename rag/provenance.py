"""What is known about a document: corrections, checked before they are written, and the choice.

Of several statements on a field a person's comes first; then those of the file, in the order in
which its loader trusts their places.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rag.dates import parse_published
from rag.errors import ConfigurationError
from rag.types import HINT_FIELDS, METADATA_FIELDS


def corrections(
    values: Mapping[str, str], *, authors: Sequence[str] = (), unknown: Sequence[str] = ()
) -> dict[str, list[str | None]]:
    """Field → its corrected values; [None] where it is to be shown as unknown.

    Raises:
        ConfigurationError: nothing to correct, a field that does not exist, an empty value, or a
            date that cannot be read in one way.
    """
    clean = {name: " ".join(value.split()) for name, value in values.items()}
    for name in (*clean, *unknown):
        if name not in METADATA_FIELDS:
            raise ConfigurationError(
                f"{name!r} is no field; there are {', '.join(METADATA_FIELDS)}"
            )
    for name, value in clean.items():
        if not value:
            raise ConfigurationError(f"{name} is empty; to mark it as unknown: --unknown {name}")
    if "published" in clean:
        published = parse_published(clean["published"])
        if published is None:
            raise ConfigurationError(
                f"{clean['published']!r} is no date that can be read in one way; write it as "
                "2023, 2023-10 or 2023-10-07"
            )
        clean["published"] = published.value
    checked: dict[str, list[str | None]] = {name: [value] for name, value in clean.items()}
    if authors:
        checked["authors"] = [" ".join(author.split()) for author in authors]
    checked |= {name: [None] for name in unknown}
    if not checked:
        raise ConfigurationError("nothing to correct; name a field, such as --title")
    return checked


def explained(facts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The statements on a document with their `standing`, by field, the one in force first.

    `facts` come in the order in which they were recorded, each with field, value, origin and
    `superseded_at`. A standing is "in force", or says why a statement is not.
    """
    rows: list[dict[str, Any]] = []
    for field in (*METADATA_FIELDS, *HINT_FIELDS):
        of_field = [fact for fact in facts if fact["field"] == field]
        now = [fact for fact in of_field if fact["superseded_at"] is None]
        now.sort(key=lambda fact: fact["origin"] != "user")  # stable: the loader's order stays
        for index, fact in enumerate(now):
            if field in HINT_FIELDS:
                standing = "hint only: about the file, not about what it says"
            elif index == 0 or (field == "authors" and fact["origin"] == now[0]["origin"]):
                standing = "in force" if fact["value"] is not None else "in force: unknown"
            elif now[0]["origin"] == "user":
                standing = "overruled by a person"
            else:
                standing = f"candidate: {now[0]['detail'] or 'another place'} is trusted more"
            rows.append({**fact, "standing": standing})
        past = [fact for fact in of_field if fact["superseded_at"] is not None]
        rows += [{**fact, "standing": f"until {fact['superseded_at']}"} for fact in past]
    return rows

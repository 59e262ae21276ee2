"""Corrections of what is known about a document, checked before they are written."""

from collections.abc import Mapping, Sequence

from rag.dates import parse_published
from rag.errors import ConfigurationError
from rag.types import METADATA_FIELDS


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

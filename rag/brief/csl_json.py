"""References as CSL-JSON 1.0.2, which Zotero, Pandoc and citation processors read."""

import json
from collections.abc import Sequence
from typing import Any

from rag.brief.references import Reference
from rag.brief.styles import wording
from rag.brief.styles.names import Name, names_of

_TYPES = {
    "report": "report",
    "webpage": "webpage",
    "email": "personal_communication",
    "book": "book",
    "presentation": "speech",
    "dataset": "dataset",
    "document": "document",
}


def to_csl(references: Sequence[Reference]) -> str:
    """The references as a JSON array, in their order; what is unknown has no field.

    A person's name has its parts, any other name is `literal`. Where there is no title, `note`
    names the file.
    """
    items = [_item(reference) for reference in references]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(reference: Reference) -> dict[str, Any]:
    title = wording.title_of(reference)
    fields = {
        "id": reference.id,
        "type": _TYPES[reference.kind],
        "title": title,
        "author": [_name(name) for name in names_of(reference)],
        "publisher": wording.publisher_of(reference),
        "issued": _date(wording.date_parts(reference.published)),
        "accessed": _date(wording.accessed_parts(reference)),
        "URL": wording.address_words(reference.url),
        "language": wording.tidy(reference.language),
        "note": None if title else f"File {wording.file_name(reference)}",
    }
    return {field: value for field, value in fields.items() if value}


def _name(name: Name) -> dict[str, str]:
    person = name.person
    if person is None:
        return {"literal": name.literal}
    parts = {
        "family": person.family,
        "given": person.given,
        "non-dropping-particle": person.particle,
        "dropping-particle": person.trailing,
        "suffix": person.suffix,
    }
    return {part: words for part, words in parts.items() if words}


def _date(parts: tuple[int, ...]) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [list(parts)]} if parts else None

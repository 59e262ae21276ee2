"""References as RIS, which Zotero, EndNote and Mendeley read."""

from collections.abc import Iterator, Sequence

from rag.brief.references import Reference
from rag.brief.styles import wording
from rag.brief.styles.names import names_of

# E-mail is "Internet Communication", as Zotero writes and reads it.
_TYPES = {
    "report": "RPRT",
    "webpage": "ELEC",
    "email": "ICOMM",
    "book": "BOOK",
    "presentation": "SLIDE",
    "dataset": "DATA",
    "document": "GEN",
}


def to_ris(references: Sequence[Reference]) -> str:
    """The references in their order, with CR LF at the end of each line, as the format asks.

    Dates are "2024/03/05/", without the parts that are not known. What is unknown has no line;
    where there is no title, `N1` names the file. A body whose name holds a comma is read as a
    person by most programs: the format has no way to say otherwise.
    """
    lines = (
        f"{tag}  - {value}\r\n" if tag else "\r\n"
        for reference in references
        for tag, value in _fields(reference)
    )
    return "".join(lines)


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES[reference.kind]
    yield "ID", reference.id
    title = wording.title_of(reference)
    if title:
        yield "TI", title
    for name in names_of(reference):
        yield "AU", name.turned()
    published = wording.date_parts(reference.published)
    known = (
        ("PB", wording.publisher_of(reference)),
        ("PY", f"{published[0]:04}" if published else None),
        ("DA", _date(published)),
        ("UR", wording.address_words(reference.url)),
        ("Y2", _date(wording.accessed_parts(reference))),
        ("LA", wording.tidy(reference.language)),
        ("N1", None if title else f"File {wording.file_name(reference)}"),
    )
    for tag, value in known:
        if value:
            yield tag, value
    yield "ER", ""
    yield "", ""


def _date(parts: tuple[int, ...]) -> str:
    """Year, month, day and nothing further, with the slash after each that the format asks for."""
    if not parts:
        return ""
    year, month, day = (*(f"{part:02}" for part in parts), "", "")[:3]
    return f"{year:0>4}/{month}/{day}/"

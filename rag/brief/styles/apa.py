"""APA: author and date.

Source: Publication Manual of the American Psychological Association, 7th edition; sections are
named where they decide. A title keeps its own capitals, as lower-casing would spoil names in it.
The manual has no footnotes on sources: the first note is the reference with the page.
"""

from rag.brief.manuscript import Text
from rag.brief.references import Locator, Reference
from rag.brief.styles import wording
from rag.brief.styles.names import Name, listed, names_of

_DESCRIBED = {"email": "Email", "presentation": "Presentation", "dataset": "Data set"}


def full_note(reference: Reference, locator: Locator | None) -> wording.Piece:
    """The reference with the page in brackets after the title, where a chapter's stands (9.19)."""
    return _reference(reference, wording.labelled_pages(locator))


def short_note(reference: Reference, locator: Locator | None) -> wording.Piece:
    """The citation in brackets (8.11): author, year, page. Of e-mails the form of 8.9."""
    page = wording.plain(wording.labelled_pages(locator))
    names = names_of(reference)
    if reference.kind == "email" and names:
        parts = wording.date_parts(reference.published)
        pieces = (
            wording.plain(listed([name.shortened() for name in names], "&")),
            wording.plain("personal communication"),
            wording.plain(wording.long_date(parts) if parts else "n.d."),
            page,
        )
        return (Text("("), *wording.joined(pieces, ","), Text(")"))
    parts = wording.date_parts(reference.published)[:1]
    year = wording.plain(str(parts[0]) if parts else "n.d.")
    return (Text("("), *wording.joined((_cited(reference, names), year, page), ","), Text(")"))


def entry(reference: Reference) -> wording.Piece:
    """The entry in the list of references (chapter 9)."""
    return _reference(reference, None)


def _reference(reference: Reference, page: str | None) -> wording.Piece:
    title = _title(reference)
    brackets = [f"({page})" if page else None]
    if wording.title_of(reference) is not None:
        described = _DESCRIBED.get(reference.kind)
        brackets.append(f"[{described}]" if described else None)
    for words in brackets:
        title = (*title, Text(f" {words}")) if words else title
    date = (Text(f"({_date(wording.published_parts(reference))})"),)
    names = names_of(reference)
    publisher = wording.publisher_of(reference)
    if publisher and len(names) == 1 and wording.same_body(names[0].literal, publisher):
        publisher = None  # 9.24: not once more
    start = ((Text(_in_list(names)),), date, title) if names else (title, date)  # 9.12
    body = wording.ended(wording.joined((*start, wording.plain(publisher)), "."), ".")
    return (*body, *_retrieval(reference))


def _retrieval(reference: Reference) -> wording.Piece:
    """Date of retrieval and address (9.16, 9.35): no full stop after an address."""
    address = wording.address(reference.url)
    parts = wording.accessed_parts(reference)
    if not parts:
        return (Text(" "), *address) if address else ()
    seen = f" Retrieved {wording.long_date(parts)}"
    return (Text(f"{seen}, from "), *address) if address else (Text(f"{seen}."),)


def _title(reference: Reference) -> wording.Piece:
    title = wording.title_of(reference)
    if title is None:  # 9.22: a description in square brackets
        return (Text(f"[File {wording.file_name(reference)}]"),)
    return wording.italic(title)


def _date(parts: tuple[int, ...]) -> str:
    match parts:
        case (year, month, day):
            return f"{year}, {wording.MONTHS[month - 1]} {day}"
        case (year, month):
            return f"{year}, {wording.MONTHS[month - 1]}"
        case (year,):
            return str(year)
        case _:
            return "n.d."  # 9.17


def _in_list(names: tuple[Name, ...]) -> str:
    """Up to twenty authors; of more the first nineteen, an ellipsis and the last (9.8)."""
    shown = [name.person.turned(initials=True) if name.person else name.literal for name in names]
    if len(shown) == 1:
        return shown[0]
    if len(shown) > 20:
        return f"{', '.join(shown[:19])}, . . . {shown[-1]}"
    return f"{', '.join(shown[:-1])}, & {shown[-1]}"


def _cited(reference: Reference, names: tuple[Name, ...]) -> wording.Piece:
    """One or two names, of more the first (8.17); the title of a work without author (8.14)."""
    match names:
        case ():
            title = wording.title_of(reference)
            if title is None:
                return _title(reference)
            return wording.italic(wording.short_title(title, reference.language))
        case (one,):
            return (Text(one.surname()),)
        case (one, other):
            return (Text(f"{one.surname()} & {other.surname()}"),)
        case _:
            return (Text(f"{names[0].surname()} et al."),)

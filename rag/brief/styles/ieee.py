"""IEEE: numbered references.

Source: IEEE Reference Guide (IEEE Author Center); sections are named where they decide.
A title keeps its own capitals. The number itself is set by the list, not here.
"""

from rag.brief.manuscript import Text
from rag.brief.references import Locator, Reference
from rag.brief.styles import wording
from rag.brief.styles.names import listed, names_of

_MONTHS = "Jan. Feb. Mar. Apr. May June July Aug. Sep. Oct. Nov. Dec.".split()
_DESCRIBED = {
    "email": "private communication",
    "presentation": "presentation",
    "dataset": "dataset",
}


def full_note(reference: Reference, locator: Locator | None) -> wording.Piece:
    """The reference with the page after the date."""
    return _reference(reference, wording.labelled_pages(locator))


def short_note(locator: Locator | None, number: int) -> wording.Piece:
    """The number of the source, and the page."""
    page = wording.labelled_pages(locator)
    return (Text(f"[{number}], {page}" if page else f"[{number}]"),)


def entry(reference: Reference) -> wording.Piece:
    """The entry in the list of references."""
    return _reference(reference, None)


def _reference(reference: Reference, page: str | None) -> wording.Piece:
    author = _authors(reference)
    publisher = wording.plain(_publisher(reference))
    parts = wording.published_parts(reference)
    date = wording.long_date(parts, _MONTHS) if parts else "undated"
    dated = wording.joined((wording.plain(date), wording.plain(page)), ",")
    if reference.kind == "webpage":  # "Websites": full stops between the parts
        title = _title(reference, starts=True)
        dated = (Text(wording.capitalised(dated[0].text)), *dated[1:])
        body = wording.joined((author, title, publisher, dated), ".")
    elif reference.kind == "book" and wording.title_of(reference) is not None:  # "Books"
        facts = wording.joined((publisher, dated), ",")
        if publisher is None:
            facts = (Text(wording.capitalised(facts[0].text)), *facts[1:])
        book = wording.joined((author, _title(reference, starts=False)), ",")
        body = wording.joined((book, facts), ".")
    else:  # "Reports", "Unpublished", "Lectures"
        title = _title(reference, starts=author is None)
        described = wording.plain(_DESCRIBED.get(reference.kind))
        body = wording.joined((author, title, described, publisher, dated), ",", yields_to="?!？！")
    accessed = wording.accessed_parts(reference)
    seen = wording.plain(f"Accessed: {wording.long_date(accessed, _MONTHS)}" if accessed else None)
    body = wording.ended(wording.joined((body, seen), "."), ".")
    address = wording.address(reference.url)
    return (*body, Text(" [Online]. Available: "), *address) if address else body


def _title(reference: Reference, *, starts: bool) -> wording.Piece:
    title = wording.title_of(reference)
    if title is None:
        words = f"file {wording.file_name(reference)}"
        return (Text(wording.capitalised(words) if starts else words),)
    return wording.italic(title) if reference.kind == "book" else wording.quoted(title)


def _publisher(reference: Reference) -> str | None:
    """The publisher, named once where it is the author; the publisher of a book always is named."""
    publisher = wording.publisher_of(reference)
    names = names_of(reference)
    if publisher is None or reference.kind == "book" or len(names) != 1:
        return publisher
    return None if wording.same_body(names[0].literal, publisher) else publisher


def _authors(reference: Reference) -> wording.Piece | None:
    """Up to six authors with initials first; of more than six the first ("Authors")."""
    names = names_of(reference)
    if not names:
        return None
    shown = [name.shortened() for name in names]
    if len(shown) > 6:
        return (Text(f"{shown[0]} "), Text("et al.", italic=True))
    return (Text(listed(shown, "and")),)

"""Chicago: notes and bibliography.

Source: The Chicago Manual of Style, 17th edition, chapter 14; sections are named where they decide.
A title keeps its own capitals. An e-mail's note says "email" alone, as its reader is not known.
"""

from rag.brief.manuscript import Text
from rag.brief.references import Locator, Reference
from rag.brief.styles import wording
from rag.brief.styles.names import listed, names_of

_IN_ITALICS = ("book", "report")
_DESCRIBED = {"email": "email", "presentation": "presentation", "dataset": "dataset"}


def full_note(reference: Reference, locator: Locator | None) -> wording.Piece:
    """The first note on a source (14.24): names in plain order, facts of publication, page."""
    author = _in_notes(reference, full=True)
    title = _title(reference, starts=author is None)
    facts = _facts(reference)
    page = wording.pages(locator)
    if reference.kind in (*_IN_ITALICS, "presentation"):  # 14.100, 14.217: facts in brackets
        title = (*title, Text(" ("), *wording.joined(facts, ","), Text(")"))
        facts = []
    elif page is not None:  # beside a date, a bare number would be read as a part of it (14.160)
        page = wording.labelled_pages(locator)
    accessed = wording.accessed_parts(reference)
    seen = f"accessed {wording.long_date(accessed)}" if accessed else None
    pieces = (
        author,
        title,
        *facts,
        wording.plain(page),
        wording.plain(seen),
        wording.address(reference.url),
    )
    return wording.ended(wording.joined(pieces, ","), ".")


def short_note(reference: Reference, locator: Locator | None) -> wording.Piece:
    """A later note (14.30): family name, short title, page."""
    author = _in_notes(reference, full=False)
    title = _title(reference, starts=author is None, short=True)
    return wording.ended(
        wording.joined((author, title, wording.plain(wording.pages(locator))), ","), "."
    )


def entry(reference: Reference) -> wording.Piece:
    """The entry in the bibliography (14.25), the first author's family name first."""
    facts = _facts(reference)
    accessed = wording.accessed_parts(reference)
    pieces = (
        _in_bibliography(reference),
        _title(reference, starts=True),
        wording.joined(facts, ","),
        wording.plain(f"Accessed {wording.long_date(accessed)}" if accessed else None),
        wording.address(reference.url),
    )
    return wording.ended(wording.joined(_sentences(reference, pieces), "."), ".")


def _sentences(
    reference: Reference, pieces: tuple[wording.Piece | None, ...]
) -> list[wording.Piece | None]:
    author, title, facts, *rest = pieces
    first = facts[0] if facts else None
    ours = reference.kind in _DESCRIBED or _publisher(reference) is None
    if facts and first and ours:
        facts = (Text(wording.capitalised(first.text)), *facts[1:])
    return [author, title, facts, *rest]


def _facts(reference: Reference) -> list[wording.Piece | None]:
    parts = wording.published_parts(reference)
    return [
        wording.plain(_DESCRIBED.get(reference.kind)),
        wording.plain(_publisher(reference)),
        wording.plain(wording.long_date(parts) if parts else "undated"),
    ]


def _publisher(reference: Reference) -> str | None:
    """The publisher, but not a second time after an author who is the same body.

    On books and reports it is named twice (14.84), on web pages and the like once (14.208).
    """
    publisher = wording.publisher_of(reference)
    names = names_of(reference)
    if publisher is None or reference.kind in _IN_ITALICS or len(names) != 1:
        return publisher
    return None if wording.same_body(names[0].literal, publisher) else publisher


def _title(reference: Reference, *, starts: bool, short: bool = False) -> wording.Piece:
    title = wording.title_of(reference)
    if title is None:
        words = f"file {wording.file_name(reference)}"
        return (Text(wording.capitalised(words) if starts else words),)
    if short:
        title = wording.short_title(title, reference.language)
    return wording.italic(title) if reference.kind in _IN_ITALICS else wording.quoted(title)


def _in_notes(reference: Reference, *, full: bool) -> wording.Piece | None:
    """Up to three authors; of four and more the first (14.76). None without one (14.79)."""
    names = names_of(reference)
    if not names:
        return None
    shown = [name.direct() if full else name.surname() for name in names]
    return (Text(f"{shown[0]} et al." if len(shown) > 3 else listed(shown, "and")),)


def _in_bibliography(reference: Reference) -> wording.Piece | None:
    """Up to ten authors; of more than ten the first seven (14.76). The first one is turned."""
    names = names_of(reference)
    if not names:
        return None
    first, *others = names
    shown = [first.turned(), *(name.direct() for name in others)]
    if len(shown) > 10:
        return (Text(f"{', '.join(shown[:7])}, et al."),)
    if len(shown) == 2:
        comma = "," if first.person else ""
        return (Text(f"{shown[0]}{comma} and {shown[1]}"),)
    return (Text(listed(shown, "and")),)

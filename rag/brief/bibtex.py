"""References as BibTeX in UTF-8, for classic styles and biblatex alike."""

from collections.abc import Iterator, Sequence

from rag.brief.references import Reference
from rag.brief.styles import wording
from rag.brief.styles.names import Name, names_of

_TYPES = {"report": "techreport", "book": "book"}
# Where the publisher stands; anything else is "misc", where it is how the work came out.
_PUBLISHER = {"report": "institution", "book": "publisher"}
_DESCRIBED = {"email": "Email", "presentation": "Presentation", "dataset": "Dataset"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# The ten characters that mean something to TeX. Braces by name: BibTeX counts them, escaped or not.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "#$%&_"},
    }
)
# An address is taken letter by letter, so that it may hold no brace and no backslash.
_IN_ADDRESSES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def to_bibtex(references: Sequence[Reference]) -> str:
    """The references in their order, each under its id, which is unique.

    Titles are in double braces, so that no style changes their capitals, and so are names that are
    not a person's for certain. A month is a macro without braces. What is unknown has no field;
    `note` says that a source is undated, and names the file where there is no title.
    """
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    fields = [f"  {field} = {value},\n" for field, value in _fields(reference)]
    return f"@{_TYPES.get(reference.kind, 'misc')}{{{reference.id},\n{''.join(fields)}}}\n"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    names = names_of(reference)
    if names:
        yield "author", f"{{{' and '.join(_name(name) for name in names)}}}"
    title = wording.title_of(reference)
    if title:
        yield "title", f"{{{{{_escaped(title)}}}}}"
    issuer = [_DESCRIBED.get(reference.kind), wording.publisher_of(reference)]
    known = ", ".join(words for words in issuer if words)
    if known:
        # In braces once more, or BibTeX takes "Legal and General" in some fields for two.
        yield _PUBLISHER.get(reference.kind, "howpublished"), f"{{{{{_escaped(known)}}}}}"
    published = wording.date_parts(reference.published)
    if published:
        yield "year", f"{{{published[0]:04}}}"
    if len(published) > 1:
        yield "month", _MONTHS[published[1] - 1]
    if len(published) > 2:
        yield "day", f"{{{published[2]}}}"
    url = wording.address_words(reference.url)
    if url:
        yield "url", f"{{{url.translate(_IN_ADDRESSES)}}}"
    accessed = wording.accessed_parts(reference)
    if accessed:
        yield "urldate", f"{{{'-'.join(f'{part:02}' for part in accessed)}}}"
    language = wording.tidy(reference.language)
    if language:
        yield "language", f"{{{_escaped(language)}}}"
    notes = [
        None if title else f"File {wording.file_name(reference)}",
        None if published else "undated",
    ]
    note = ", ".join(words for words in notes if words)
    if note:
        yield "note", f"{{{_escaped(note)}}}"


def _name(name: Name) -> str:
    """A person as BibTeX splits one ("van Beethoven, Jr., Ludwig"), anything else in braces."""
    person = name.person
    if person is None:
        return f"{{{_escaped(name.literal)}}}"
    particle = person.particle or person.trailing
    family = f"{particle} {person.family}" if particle else person.family
    parts = (family, person.suffix, person.given)
    return ", ".join(_escaped(part) for part in parts if part)


def _escaped(words: str) -> str:
    return words.translate(_ESCAPES)

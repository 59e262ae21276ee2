"""What a document states about itself, as `Fact`s in the form that the service compares."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from rag.dates import parse_published
from rag.loaders.canonical import canonical, holds_text
from rag.types import Fact

_DATES = frozenset({"published", "created", "modified"})
_MAX_CHARS = 500  # longer ones were whole paragraphs put into the wrong field
_MAX_AUTHORS = 100
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?$")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})  # ISO 639-2's codes for none in particular
# What programs put in for a title: templates, first names of files, and how they print a name.
_NO_TITLE = re.compile(
    r"(?:untitled|unbenannt|ohne titel|sans titre|sin título|senza titolo|sem título|naamloos"
    r"|без названия|無題|无标题)(?:[\s_-]?(?:document|page|presentation|spreadsheet|form|dokument"
    r"|design|layout))?[\s_-]?\d{0,4}"
    # With a space these may be headings: "Book 1", "Document 2".
    r"|(?:document|dokument|documento|presentation|präsentation|book|mappe|classeur|workbook"
    r"|slide|scan)\d{1,4}|slide 1"
    r"|(?:powerpoint|microsoft powerpoint) presentation|powerpoint-präsentation|new page \d{1,3}"
    r"|(?:index|default|home|main)\.(?:html?|php|aspx?|jsp)"
    r"|[^\s/]{1,80}\.(?:dot|dotx|dotm|docx?|pptx?|xlsx?|indd|qxd|dvi)"
    r"|microsoft (?:word|excel|powerpoint|office \w{1,20}) ?- .*"
    r"|(?:word|excel|powerpoint) - .*\.\w{3,4}|about:blank|no title|<[^>]*>"
)
# Names of accounts that stand where a person's should.
_NO_AUTHOR = re.compile(
    r"unknown(?: author| user)?|no author|author|n/?a|none|null|admin|administrator|administrador"
    r"|root|owner|default|guest|(?:(?:microsoft )?(?:office|windows) |default )?user(?:[ _]?name)?"
    r"[ _]?\d{0,4}|microsoft|microsoft corporation|python-docx|openpyxl|nobody|unbekannt"
    r"|benutzer|utilisateur(?: windows)?|usuario(?: de windows)?|windows-benutzer"
)


def stated(field: str, value: str, detail: str) -> Fact | None:
    """The fact that a document states `value` for `field`, or None where it cannot be one.

    A date that cannot be read in one way, an address that is not http(s), a language that is no
    tag, a title or an author that a program put in ("Untitled", "Administrator") and an empty value
    give None: they stay unknown. A language is kept by its first part
    ("en" of "en-US"), a date as `rag.dates` writes it.
    """
    words = " ".join(canonical(value).split())
    if len(words) > _MAX_CHARS or not holds_text(words):
        return None
    if field in _DATES:
        published = parse_published(words)
        return None if published is None else Fact(field, published.value, "file", detail)
    if field == "language":
        match = _LANGUAGE.match(words.casefold())
        if match is None or match[1] in _NO_LANGUAGE:
            return None
        return Fact(field, match[1], "file", detail)
    if field == "title" and _NO_TITLE.fullmatch(words.casefold()):
        return None
    if field == "authors" and _NO_AUTHOR.fullmatch(words.casefold()):
        return None
    if field == "url" and not _is_web_address(words):
        return None
    return Fact(field, words, "file", detail)


def stated_authors(values: Iterable[str], detail: str) -> list[Fact]:
    """One fact an author, in order, each once; "A; B" is two, and an address is nobody's name."""
    facts: dict[str, Fact] = {}
    for value in values:
        for name in value.split(";"):
            fact = stated("authors", name, detail)
            if fact is not None and not _is_web_address(fact.value):
                facts.setdefault(fact.value.casefold(), fact)
    return list(facts.values())[:_MAX_AUTHORS]


def _is_web_address(words: str) -> bool:
    try:
        parts = urlsplit(words)
    except ValueError:  # "http://[": a malformed IPv6 host
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in words

"""Who wrote a page and when, as its words and its address say it, for where no markup does.

Only short pieces of text around the headline count, a whole date among them, or names after "by"
or under a class that says so; what could be two dates is none.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.dates import dates_in, parse_published
from rag.loaders.canonical import canonical
from rag.loaders.html.walk import UNSEEN
from rag.types import Fact

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BEFORE_CHARS = 300
_AFTER_CHARS = 700
_PIECE_CHARS = 200
_NAME_CHARS = 50
_MAX_NAMES = 10
_ELSEWHERE_TAGS = frozenset("nav footer aside form figure blockquote button".split())
_ELSEWHERE = re.compile(
    r"comment|respond|repl(?:y|ies)|related|recommend|sidebar|newsletter|widget|menu"
    r"|teaser|promo|trending|popular|breadcrumb|footer|copyright"
)
_BLOCKS = frozenset("p div li td th dd dt h1 h2 h3 h4 h5 h6 header section article address".split())
_AUTHOR_CLASS = re.compile(r"\b(?:by-?line|authors?|autor(?:en|es)?|auteur)\b|(?:author|by)-?name")
_NOT_A_NAME_CLASS = re.compile(
    r"bio|image|avatar|photo|info|desc|social|twitter|title|job|role|meta"
)
_DATE_CLASS = re.compile(r"date|time|publi|posted|byline|stamp|meta|datum|fecha|dateline")
_UPDATED = re.compile(
    r"updat|modif|aktualisiert|geändert|stand:|mis à jour|actualiz|aggiornat|atualizad|bijgewerkt"
    r"|обновлен|edited|reviewed"
)
_BY = re.compile(
    r"(?:^|[\s|•·–—-])(?:(?:written|posted|published|reported|text) by|by|von|par|por|di|door"
    r"|autor(?:in)?:|author:|auteur\s?:|text:|автор:?)\s+(?=\S)",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"^(?:(?:first|posted|published|written|veröffentlicht|publié|publicado|pubblicato"
    r"|gepubliceerd|on|am|le|el|il|date|datum|опубликовано)\b[:,|\s]*)+",
    re.IGNORECASE,
)
_NAME_ENDS = re.compile(r"[|•·–—:;@\d(\[/\n]|\s-\s|\b(?:on|for|in|at|updated|published|posted)\b")
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|und|et|y|e|en|&|и)\s+")
_PARTICLES = frozenset("de da do dos das del della di la le van von der den ter ten el al bin ben "
                       "ibn zu y af av".split())  # fmt: skip
_NOBODY = frozenset(
    "admin administrator staff editor editors redaktion editorial redazione redacción rédaction "
    "team guest unknown anonymous reuters ap afp dpa follow share read more posted author "
    "authors".split()
)
# Words in the names of publishers and offices, which stand behind a person's with a comma.
_HOUSES = frozenset(
    "times news post press media magazine journal university universität institute inc ltd llc "
    "correspondent reporter writer office department group company phd md ministry network agency "
    "gmbh society association".split()
)
_NOT_OF_PAGE = re.compile(r"comment|aside|footer|sidebar|related|widget|recommend")
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?![\d])")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A short element near the headline, with its words and what its markup calls it."""

    element: "HtmlElement"
    words: str
    names: str


def byline_facts(tree: "HtmlElement", title: str | None) -> list[Fact]:
    """The authors and the date that are printed near the headline, each with the words it is in."""
    headline = _headline(tree, title)
    if headline is None:
        return []
    pieces = list(_near(tree, headline))
    return [*_date(pieces), *_authors(pieces)]


def parted_names(value: str) -> list[str]:
    """The persons that one statement names; whole, where a part may be no person's full name."""
    parts = [part.strip() for part in _AND.split(value)]
    if len(parts) > 1 and all(map(_is_full_name, parts)):
        return parts
    return [value]


def _is_full_name(name: str) -> bool:
    # A small letter first is of a family name: "van der Berg, Jan Peter" is one person.
    words = {part.casefold().strip(".") for part in name.split()}
    return (
        _is_name(name, fewest=2)
        and len(name.split()) <= 4
        and not name[0].islower()
        and not words & _HOUSES
        and not any(char.isdigit() for char in name)
    )


def linked_authors(tree: "HtmlElement") -> list[str]:
    """Names linked as the author's; several lists of them on a page belong to several posts."""
    found: dict[str, None] = {}
    for element in tree.iter("a", "span"):
        if "author" not in element.get("rel", "").lower().split():
            continue
        around = itertools.islice(element.iterancestors(), 8)
        if not any(
            _NOT_OF_PAGE.search(f"{each.get('class')} {each.tag}".lower()) for each in around
        ):
            found.setdefault(_content(element))
    names = [name for name in found if name and len(name) <= 60]
    return names if len(names) <= 3 else []


def address_dates(facts: Sequence[Fact]) -> list[Fact]:
    """The date that the page's own address states, as "/2024/03/12/" does."""
    url = next((fact for fact in facts if fact.field == "url"), None)
    match = _ADDRESS_DATE.search(urlsplit(url.value).path) if url else None
    published = parse_published("-".join(match.groups())) if match else None
    return [] if published is None else [Fact("published", published.value, "page", "address")]


def _headline(tree: "HtmlElement", title: str | None) -> "HtmlElement | None":
    headings = list(tree.iter("h1"))
    if len(headings) == 1:
        return headings[0]
    wanted = _key(title or "")
    for heading in [*headings, *tree.iter("h2", "h3")]:
        words = _key(_content(heading))
        if words and wanted and (words in wanted or wanted in words):
            return heading
    return None


def _key(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


def _near(tree: "HtmlElement", headline: "HtmlElement") -> Iterator[_Piece]:
    """Short elements around the headline, in the order in which they end."""
    from lxml import etree

    holding = {headline, *headline.iterancestors()}
    begun: list[int] = []
    ended: list[tuple[int, int, HtmlElement]] = []
    lengths: dict[HtmlElement, int] = {}
    position, headline_start, headline_end = 0, None, None
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            begun.append(position)
            if element is headline:
                headline_start = position
            if element.tag in UNSEEN or (element not in holding and _is_elsewhere(element)):
                walk.skip_subtree()
                continue
            position += len((element.text or "").strip())
            continue
        start = begun.pop()
        lengths[element] = position - start
        if start < position <= start + _PIECE_CHARS:
            ended.append((start, position, element))
        if element is headline:
            headline_end = position
        position += len((element.tail or "").strip())
        if headline_end is not None and position > headline_end + _AFTER_CHARS + _PIECE_CHARS:
            break
    if headline_start is None or headline_end is None:
        return
    for start, end, element in ended:
        outside = end <= headline_start or start >= headline_end
        if not outside or start < headline_start - _BEFORE_CHARS:
            continue
        if end <= headline_end + _AFTER_CHARS and _stands_alone(element, lengths):
            keys = ("class", "id", "rel", "itemprop", "data-testid")
            names = " ".join(element.get(key) or "" for key in keys)
            yield _Piece(element, _content(element), names.lower().replace("_", "-"))


def _stands_alone(element: "HtmlElement", lengths: dict["HtmlElement", int]) -> bool:
    """Whether the block that an element is in is short too: it is no word of a paragraph."""
    while element.tag not in _BLOCKS:
        parent = element.getparent()
        if parent is None:
            return False
        element = parent
    # Of an open block the length is not known yet: it holds more than this.
    return element.tag not in {"p", "li", "td"} or lengths.get(element, 0) <= _PIECE_CHARS


def _is_elsewhere(element: "HtmlElement") -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}".lower()
    return element.tag in _ELSEWHERE_TAGS or bool(_ELSEWHERE.search(names))


def _date(pieces: Iterable[_Piece]) -> list[Fact]:
    """The one date that the pieces give, those that say "updated" left aside."""
    found: dict[str, str] = {}
    for piece in pieces:
        if "updat" in piece.names or "modif" in piece.names:
            continue
        for start, end, published in dates_in(piece.words):
            before, after = piece.words[:start], piece.words[end:]
            if _UPDATED.search(before.lower()[-40:]):
                continue
            marked = piece.element.tag == "time" or _DATE_CLASS.search(piece.names)
            alone = not _letters(before + after) or _is_byline(f"{before}| {after}")
            if marked or alone or (_is_cue(before) and not _letters(after)):
                found.setdefault(published.value[:10], piece.words)
    if len(found) != 1:
        return []
    ((day, words),) = found.items()
    return [Fact("published", day, "page", f'near the headline: "{_short(words)}"')]


def _authors(pieces: Iterable[_Piece]) -> list[Fact]:
    """The names of the first piece that gives some; the smallest elements come first."""
    guesses: list[tuple[list[str], str]] = []
    for piece in pieces:
        if piece.element.tag in {"h1", "h2"} or "comment" in piece.names:
            continue
        words = piece.words
        for start, end, _ in reversed(list(dates_in(words))):
            words = f"{words[:start]}| {words[end:]}"
        marked = bool(_AUTHOR_CLASS.search(piece.names)) and not _NOT_A_NAME_CLASS.search(
            piece.names
        )
        by = _BY.search(words)
        # "by" may begin a sentence; it introduces a name where little stands before.
        if by is not None and (by.start() <= 2 or _is_cue(words[: by.start()])):
            names = _names(words[by.end() :], alone=marked)
        elif marked and by is None:
            names = _names(_POSTED.sub("", words), alone=True)
        else:
            continue
        if names:
            guesses.append((names, piece.words))
    if not guesses:
        return []
    names, words = guesses[0]
    # The element around two links, each with a name, ends after them.
    for more, their_words in guesses[1:]:
        if len(more) > len(names) and set(names) <= set(more):
            names, words = more, their_words
    return [
        Fact("authors", name, "page", f'near the headline: "{_short(words)}"') for name in names
    ]


def _is_cue(words: str) -> bool:
    """Whether words say no more than that something was published."""
    return not _letters(_POSTED.sub("", words))


def _is_byline(words: str) -> bool:
    by = _BY.search(words)
    if by is None or not (by.start() <= 2 or _is_cue(words[: by.start()])):
        return False
    return bool(_names(words[by.end() :], alone=False))


def _names(words: str, *, alone: bool) -> list[str]:
    """The names that `words` begin with; a name of one word counts only where it is `alone`."""
    end = _NAME_ENDS.search(words)
    parts = _AND.split((words[: end.start()] if end else words).strip(" ,.-"))
    names: list[str] = []
    for part in parts[:_MAX_NAMES]:
        name = part.strip(" ,.-")
        if not _is_name(name, fewest=1 if alone and len(parts) == 1 else 2):
            break
        names.append(name)
    return names


def _is_name(name: str, *, fewest: int) -> bool:
    parts = name.split()
    if not fewest <= len(parts) <= 5 or len(name) > _NAME_CHARS:
        return False
    if {part.casefold().strip(".") for part in parts} & _NOBODY:
        return False
    # Scripts without capitals have names too; other words have small letters.
    small = (part for part in parts if part[0].islower() and part not in _PARTICLES)
    return next(small, None) is None and any(map(str.isalpha, name))


def _letters(words: str) -> int:
    """How many letters stand beside a date, its weekday and its time aside."""
    rest = re.sub(r"\b(?:\w+day|\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\.?)?|[A-Z]{2,4}|uhr|at)\b", "", words)
    return sum(map(str.isalpha, rest))


def _short(words: str) -> str:
    return words if len(words) <= 80 else f"{words[:80].rstrip()}…"


def _content(element: "HtmlElement") -> str:
    return canonical(" ".join(" ".join(element.itertext()).split()))

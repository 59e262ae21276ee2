"""What a page states about itself in its markup: JSON-LD, meta tags, microdata, links.

Only statements count. A date that is guessed from the text or the address, or a site's name that
is guessed from its host, is none; `detail` of each fact says which mark-up stated it.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from html import unescape
from typing import TYPE_CHECKING

from rag.loaders.facts import stated, stated_authors
from rag.loaders.html.bylines import linked_authors, parted_names
from rag.types import Fact

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE = re.compile(
    r"(?:Article|Posting|Report|MedicalWebPage|Thesis|Book|Chapter|CreativeWork)$"
)
_PAGE = re.compile(r"(?:WebPage|ItemPage|AboutPage)$")
_WRAPPED = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)?|(?://)?\s*(?:-->|\]\]>)?\s*;?\s*$")
_MAX_JSON_CHARS = 1_000_000
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})(?:/(\d{1,2}))?$")

# What browsers and SingleFile write into the pages they save.
_SAVED_FROM = re.compile(
    r"<!--\s{0,9}saved from url=\(\d{1,6}\)\s{0,9}(\S{1,2000})\s", re.IGNORECASE
)
_SINGLE_FILE = re.compile(r"<!--\s{0,9}Page saved with SingleFile\s{1,9}url:\s{0,9}(\S{1,2000})\s")
_SAVED_CHARS = 20_000
_MAX_CANDIDATES = 8
_MAX_STATEMENTS = 1000
_NOBODY = frozenset({"no author", "unknown", "admin", "anonymous"})
_TITLE_MARKS = ("|", "-", "–", "—", "·", "»")

_Statement = tuple[str, str]  # value, detail
_Node = Mapping[str, object]

# Best first. The names of Open Graph, Google Scholar, Dublin Core, Parse.ly and schema.org.
_TITLE = (
    "og:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "twitter:title",
)
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "prism.publicationdate",
    "citation_online_date",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "pub_date",
    "pubdate",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
)
_PUBLISHER = (
    "og:site_name",
    "citation_publisher",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "application-name",
)
_AUTHORS = (
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "author",
)


def page_facts(tree: "HtmlElement", source: str = "") -> tuple[Fact, ...]:
    """The facts that the page states, the best of a field first and other statements behind it."""
    metas = _metas(tree)
    urls = _different("url", itertools.chain(_urls(tree, metas), _saved_from(source)))
    url = urls[0] if urls else None
    nodes = list(_linked_data(tree))
    articles = _about_this_page(nodes, _ARTICLE, url)
    pages = _about_this_page(nodes, _PAGE, url)
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node}
    publishers = _different("publisher", _publishers(metas, articles, by_id))
    house = publishers[0] if publishers else None
    titles = [
        _without_publisher(fact, house)
        for fact in _different("title", _titles(tree, metas, articles))
    ]
    return (
        *_distinct(titles),
        *publishers,
        *_different("published", _dates(tree, metas, articles, pages)),
        *urls,
        *_different("language", _languages(tree, metas)),
        *_authors(tree, metas, _bylines(articles, by_id), "" if house is None else house.value),
        *_different("modified", _changes(tree, metas, [*articles, *pages])),
    )


def joined_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts without those that say again what a better one of their field says."""
    by_field: dict[str, list[Fact]] = {}
    for fact in facts:
        by_field.setdefault(fact.field, []).append(fact)
    return tuple(
        fact
        for field, found in by_field.items()
        for fact in (found if field == "authors" else _distinct(found))
    )


def _different(field: str, statements: Iterable[_Statement]) -> list[Fact]:
    made = (stated(field, value, detail) for value, detail in statements)
    return _distinct(fact for fact in made if fact is not None)


def _distinct(facts: Iterable[Fact]) -> list[Fact]:
    """The first few that differ; a date that only says less than one before is no other."""
    kept: list[Fact] = []
    for fact in itertools.islice(facts, _MAX_STATEMENTS):
        value = fact.value.casefold()
        dated = fact.field in {"published", "modified"}
        known = [held.value.casefold() for held in kept]
        if value in known or (dated and any(held.startswith(value) for held in known)):
            continue
        kept.append(fact)
    return kept[:_MAX_CANDIDATES]


def _metas(tree: "HtmlElement") -> dict[str, list[str]]:
    """Contents of <meta> by lower-case name; "dc:date" and "dc.date" are one."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        # No itemprop: those may belong to a reference or a comment on the page.
        names = (element.get(key) for key in ("property", "name", "http-equiv"))
        name = next((name.strip().lower() for name in names if name), "")
        content = element.get("content")
        if name and content:
            metas.setdefault(re.sub(r"^(dc|dcterms):", r"\1.", name), []).append(content)
    return metas


def _from_metas(metas: Mapping[str, list[str]], names: Iterable[str]) -> Iterator[_Statement]:
    for name in names:
        for value in metas.get(name, ()):
            yield value, f"meta {name}"


def _linked_data(tree: "HtmlElement") -> Iterator[_Node]:
    """The nodes of JSON-LD at the top, in a graph, or named as what the page is about."""
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(source) > _MAX_JSON_CHARS:
            continue
        try:
            # Line ends inside strings are common, and so are comments around the whole.
            waiting = [json.loads(_WRAPPED.sub("", source), strict=False)]
        except (ValueError, RecursionError):
            continue  # a page's broken extra is no reason to refuse the page
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                yield value
                # Not deeper: below are comments, related articles and reviews.
                waiting.extend(value[key] for key in ("@graph", "mainEntity") if key in value)


def _about_this_page(
    nodes: Iterable[_Node], kind: re.Pattern[str], url: Fact | None
) -> list[_Node]:
    """The nodes of a kind; where a list page has several, only the one with the page's address."""
    fitting = [node for node in nodes if any(map(kind.search, _strings(node.get("@type"))))]
    if len({_text(node.get("headline")) for node in fitting}) < 2:
        return fitting
    return [node for node in fitting if url is not None and url.value in _addresses(node)][:1]


def _addresses(node: _Node) -> set[str]:
    values = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    values += [value.get("@id") for value in values if isinstance(value, Mapping)]
    return {value for value in values if isinstance(value, str)}


def _titles(
    tree: "HtmlElement", metas: Mapping[str, list[str]], articles: Iterable[_Node]
) -> Iterator[_Statement]:
    headings = [_content(element) for element in tree.iter("h1")]
    shown = [*headings, *metas.get("og:title", ()), *map(_content, tree.iter("title"))]
    for article in articles:
        headline = " ".join(unescape(_text(article.get("headline"))).split())
        # Some put a description there (Wikipedia does); a headline is shown somewhere too.
        if any(headline.casefold() in " ".join(words.split()).casefold() for words in shown):
            yield headline, "JSON-LD"
    yield from _from_metas(metas, _TITLE)
    if len(headings) == 1:
        yield headings[0], "h1"
    for element in tree.iter("title"):
        yield _content(element), "title element"


def _publishers(
    metas: Mapping[str, list[str]], articles: Iterable[_Node], by_id: Mapping[str, _Node]
) -> Iterator[_Statement]:
    for article in articles:
        for name in _names(article.get("publisher"), by_id):
            yield name, "JSON-LD"
    yield from _from_metas(metas, _PUBLISHER)


def _dates(
    tree: "HtmlElement",
    metas: Mapping[str, list[str]],
    articles: Iterable[_Node],
    pages: Iterable[_Node],
) -> Iterator[_Statement]:
    for article in articles:
        yield _date_words(_text(article.get("datePublished"))), "JSON-LD"
    for value, detail in _from_metas(metas, _PUBLISHED):
        yield _date_words(value), detail
    for page in pages:
        yield _date_words(_text(page.get("datePublished"))), "JSON-LD"
    for element in tree.iterfind(".//*[@itemprop]"):
        if "datepublished" in element.get("itemprop", "").lower().split():
            value = element.get("datetime") or element.get("content") or _content(element)
            yield _date_words(value), "itemprop datePublished"
    times = [element for element in tree.iter("time") if element.get("datetime")]
    marked = [element for element in times if _is_published(element)]
    # Without a mark, a single date on the page is its own; among several one is a guess.
    for element in marked[:1] or (times if len({t.get("datetime") for t in times}) == 1 else []):
        yield _date_words(element.get("datetime", "")), "time element"
    yield from _microformats(tree)


def _is_published(element: "HtmlElement") -> bool:
    classes = element.get("class", "").lower()
    return "pubdate" in element.attrib or (
        "publish" in classes and "updated" not in classes.split()
    )


def _microformats(tree: "HtmlElement") -> Iterator[_Statement]:
    """Dates of hAtom and h-entry, whose exact form stands in an attribute."""
    for element in tree.iter("abbr", "span", "a", "div", "p"):
        classes = element.get("class", "").lower().split()
        if "published" in classes or "dt-published" in classes:
            value = element.get("title") or element.get("datetime")
            if value:
                yield _date_words(value), "class published"
                return  # a second one belongs to another post or a comment


def _changes(
    tree: "HtmlElement", metas: Mapping[str, list[str]], nodes: Iterable[_Node]
) -> Iterator[_Statement]:
    for node in nodes:
        yield _date_words(_text(node.get("dateModified"))), "JSON-LD dateModified"
    for value, detail in _from_metas(metas, _MODIFIED):
        yield _date_words(value), detail
    for element in tree.iterfind(".//*[@itemprop]"):
        if "datemodified" in element.get("itemprop", "").lower().split():
            value = element.get("datetime") or element.get("content") or _content(element)
            yield _date_words(value), "itemprop dateModified"
    for element in tree.iter("time"):
        if "updated" in element.get("class", "").lower().split():
            yield _date_words(element.get("datetime") or ""), "time element"


def _date_words(value: str) -> str:
    """The two standard forms that `rag.dates` leaves out, as ISO: "2019/7/25", and HTTP's."""
    words = value.strip()
    if match := _SLASHED.match(words):
        return "-".join(part.zfill(2) for part in match.groups() if part)
    if words.endswith("GMT"):
        try:
            return parsedate_to_datetime(words).isoformat()
        except (ValueError, TypeError):
            return words
    return words


def _without_publisher(title: Fact, publisher: Fact | None) -> Fact:
    """The title without the name of its publisher, which pages add after a dash or bar."""
    if publisher is None:
        return title
    for mark in _TITLE_MARKS:
        shorter = title.value.removesuffix(f" {mark} {publisher.value}")
        if shorter != title.value and shorter:
            return replace(title, value=shorter)
    return title


def _bylines(articles: Iterable[_Node], by_id: Mapping[str, _Node]) -> list[str]:
    return [name for article in articles for name in _names(article.get("author"), by_id)]


def _authors(
    tree: "HtmlElement", metas: Mapping[str, list[str]], bylines: list[str], publisher: str
) -> list[Fact]:
    """The authors of the first source that names a person; sources spell one differently."""

    def named(values: Iterable[str], detail: str) -> list[Fact]:
        shown = (unescape(value) for value in values if _is_name(value))
        facts = stated_authors((name for value in shown for name in parted_names(value)), detail)
        nobody = {*_NOBODY, publisher.casefold()}
        return [fact for fact in facts if fact.value.casefold() not in nobody]

    facts = named(bylines, "JSON-LD")
    for key in _AUTHORS:
        facts = facts or named(metas.get(key, ()), f"meta {key}")
    facts = facts or named(_marked_authors(tree), "itemprop author")
    return facts or named(linked_authors(tree), "rel author")


def _marked_authors(tree: "HtmlElement") -> Iterator[str]:
    for element in tree.iterfind(".//*[@itemprop]"):
        if element.get("itemprop", "").lower() == "author":
            name = element.find('.//*[@itemprop="name"]')
            # Without a name of its own, what is marked may be a whole biography.
            if name is not None or element.tag == "a":
                yield _content(element if name is None else name)


def _is_name(value: str) -> bool:
    return "<" not in value and not value.lstrip().startswith("@")


def _urls(tree: "HtmlElement", metas: Mapping[str, list[str]]) -> Iterator[_Statement]:
    for element in tree.iter("link"):
        if "canonical" in element.get("rel", "").lower().split():
            yield element.get("href", ""), "link canonical"
    yield from _from_metas(metas, ("og:url", "citation_public_url", "citation_abstract_html_url"))


def _saved_from(source: str) -> Iterator[_Statement]:
    for pattern in (_SAVED_FROM, _SINGLE_FILE):
        if match := pattern.search(source[:_SAVED_CHARS]):
            yield match[1], "saved from"


def _languages(tree: "HtmlElement", metas: Mapping[str, list[str]]) -> Iterator[_Statement]:
    for name in ("lang", "xml:lang", "{http://www.w3.org/XML/1998/namespace}lang"):
        yield tree.get(name) or "", "html lang"
    yield from _from_metas(metas, ("content-language", "og:locale", "dc.language"))


def _content(element: "HtmlElement") -> str:
    return " ".join("".join(element.itertext()).split())


def _text(value: object) -> str:
    return next(iter(_strings(value)), "")


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _names(value: object, by_id: Mapping[str, _Node]) -> Iterator[str]:
    """Names in a string, a Person or Organization, a reference to one, or a list of these."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            known = item if "name" in item else by_id.get(str(item.get("@id")), {})
            yield from _strings(known.get("name"))

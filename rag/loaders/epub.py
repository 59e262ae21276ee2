"""E-books: the chapters of the spine in order, through the walk over HTML; navigation left out."""

import html
import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.errors import DocumentError
from rag.loaders.canonical import decode
from rag.loaders.composition import Composition
from rag.loaders.facts import stated, stated_authors
from rag.loaders.html.hidden import take_out_hidden
from rag.loaders.html.walk import Walk
from rag.loaders.language import detected_language
from rag.loaders.office.packages import Package, counted, parsed_xml, property_facts
from rag.types import Document, Fact, Flag

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", ""})
# Fonts are scrambled by these, which hides no text.
_OF_FONTS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_MAX_CHAPTERS = 10_000
_MAX_CHAPTER_BYTES = 50 * 2**20


@dataclass(frozen=True, slots=True)
class _Book:
    """The package document, and the chapters in the order of its spine."""

    root: "_Element"
    chapters: tuple[str, ...]


def parse(data: bytes) -> Document:
    """The document that the bytes of an .epub file hold.

    Raises:
        DocumentError: No package, damaged, encrypted, or beyond the bounds of `Package`.
    """
    package = Package(data)
    book = _book(package)
    _refuse_encrypted(package, book)
    composition = Composition()
    notes: list[str] = []
    flags: list[Flag] = []
    unread = 0
    end = 0
    for name in book.chapters[:_MAX_CHAPTERS]:
        try:
            tree, source = _tree(package.read(name, _MAX_CHAPTER_BYTES))
        except DocumentError:
            unread += 1
            continue
        taken_out = take_out_hidden(tree, source)
        if taken_out:
            flags += [replace(flag, start=end, end=end) for flag in taken_out]
        end = _add(composition, tree, end)
    unread += max(len(book.chapters) - _MAX_CHAPTERS, 0)
    if unread:
        notes.append(counted(unread, "chapter", "left out: damaged or missing."))
    text = composition.text
    return Document(
        text,
        composition.blocks,
        _facts(book.root, text),
        "application/epub+zip",
        notes=tuple(notes),
        flags=tuple(flags),
    )


def _book(package: Package) -> _Book:
    container = package.xml(_CONTAINER) if _CONTAINER in package else None
    listed = None if container is None else next(container.iter("{*}rootfile"), None)
    name = "" if listed is None else listed.get("full-path", "")
    if name not in package:
        # Some have lost it; there is one package document whatever it is called.
        name = next((held for held in package.names if held.endswith(".opf")), "")
    if not name:
        raise DocumentError("damaged: holds no package document; save it anew")
    root = package.xml(name)
    folder = posixpath.dirname(name)
    hrefs = {}
    skipped = set()
    for item in root.iter("{*}item"):
        target = posixpath.normpath(posixpath.join("/", folder, unquote(item.get("href", ""))))
        hrefs[item.get("id", "")] = (target.lstrip("/"), item.get("media-type", ""))
        if "nav" in item.get("properties", "").split():
            skipped.add(target.lstrip("/"))
    for reference in root.iter("{*}reference"):
        if reference.get("type") == "toc":
            href = unquote(reference.get("href", "").partition("#")[0])
            skipped.add(posixpath.normpath(posixpath.join("/", folder, href)).lstrip("/"))
    chapters: dict[str, None] = {}
    for reference in root.iter("{*}itemref"):
        target, kind = hrefs.get(reference.get("idref", ""), ("", "none"))
        if kind in _PAGES and target and target not in skipped:
            chapters.setdefault(target)
    return _Book(root, tuple(chapters))


def _refuse_encrypted(package: Package, book: _Book) -> None:
    if _ENCRYPTION not in package:
        return
    chapters = {name.casefold() for name in book.chapters}
    for data in package.xml(_ENCRYPTION).iter("{*}EncryptedData"):
        method = next(data.iter("{*}EncryptionMethod"), None)
        reference = next(data.iter("{*}CipherReference"), None)
        of_font = method is not None and method.get("Algorithm") in _OF_FONTS
        target = "" if reference is None else unquote(reference.get("URI", ""))
        if not of_font and target.lstrip("/").casefold() in chapters:
            raise DocumentError("encrypted: get a copy of the book without copy protection")


def _tree(data: bytes) -> tuple["_Element", str]:
    """A chapter's tree with HTML's names, and its source.

    As XML where it is well formed: to an HTML parser, <title/> and <a/> never end.
    """
    declared = re.search(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]+)", data[:400])
    source = decode(data, declared[1].decode() if declared else None)
    plain = _DOCTYPE.sub("", re.sub(r"^\s*<\?xml[^>]*\?>", "", source.lstrip("\ufeff")), count=1)
    try:
        root = parsed_xml(_NAMED.sub(_character, plain).encode("utf-8"), "a chapter")
    except DocumentError:
        return _html_tree(source), source
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2].lower()
    return root, source


def _character(match: re.Match[str]) -> str:
    """The character of HTML's name for it, which XML does not know."""
    character = html.unescape(match[0])
    return character if character != match[0] else f"&amp;{match[1]};"


def _html_tree(source: str) -> "_Element":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(source.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("a chapter is damaged; save it anew") from error
    for entry in parser.error_log.filter_from_fatals():
        raise DocumentError(f"a chapter is beyond the parser's limits: {entry.message}")
    return tree


def _add(composition: Composition, tree: "_Element", end: int) -> int:
    """Add a chapter behind a text that ends at `end`; returns where it ends then."""
    group = 0
    for piece in Walk().pieces(tree):
        near = group == piece.group != 0
        span = composition.add(piece.kind, piece.text, level=piece.level, near=near)
        end = end if span is None else span[1]
        group = piece.group
    return end


def _facts(root: "_Element", text: str) -> tuple[Fact, ...]:
    detail = "book's metadata"
    found: list[Fact | None] = []
    refined = {
        (meta.get("refines", "").lstrip("#"), meta.get("property", "")): (meta.text or "").strip()
        for meta in root.iter("{*}meta")
        if meta.get("refines")
    }

    def said(element: "_Element") -> str:
        return "".join(element.itertext())

    found += [stated("title", said(element), detail) for element in root.iter(f"{_DC}title")]
    creators = [
        said(element)
        for element in root.iter(f"{_DC}creator")
        if (element.get(f"{_OPF}role") or refined.get((element.get("id", ""), "role"), "aut"))
        == "aut"
    ]
    found += stated_authors(creators, detail)
    found += [stated("publisher", said(held), detail) for held in root.iter(f"{_DC}publisher")]
    third = root.get("version", "").startswith("3")
    for element in root.iter(f"{_DC}date"):
        event = element.get(f"{_OPF}event", "").casefold()
        # In EPUB 3 it can only be the publication's (Source: EPUB 3.3, 5.5.4.2).
        if event == "publication" or (third and not event):
            found.append(stated("published", said(element).strip(), detail))
    found += [stated("language", said(held), detail) for held in root.iter(f"{_DC}language")]
    modified = next(
        (held.text for held in root.iter("{*}meta") if held.get("property") == "dcterms:modified"),
        None,
    )
    found += property_facts(title=None, creators=(), created=None, modified=modified)
    if not any(fact is not None and fact.field == "language" for fact in found):
        found.append(detected_language(text))
    kept: dict[tuple[str, str], Fact] = {}
    for fact in found:
        if fact is not None:
            kept.setdefault((fact.field, fact.value), fact)
    return tuple(kept.values())

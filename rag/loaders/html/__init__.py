"""Web pages: the article as text, without navigation, advertisements and comments.

trafilatura finds the main text; the walk over what it keeps is our own, so that blocks, cells
and spaces between words are known. Where it finds nothing, or a page has nothing around its
text, all visible text is taken. The text of a block is the page's with its white space
collapsed, as a browser shows it.
"""

import logging
import re
from copy import copy
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.canonical import canonical, decode_damaged
from rag.loaders.html.bylines import address_dates, byline_facts
from rag.loaders.html.facts import joined_facts, page_facts
from rag.loaders.html.hidden import part_hidden
from rag.loaders.html.region import restored, without_marks
from rag.loaders.html.walk import Walk, joined
from rag.loaders.language import detected_language
from rag.types import Block, Document, Fact

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w:.-]+)"
)
_CHARSET_BYTES = 4096  # browsers look at 1024; real pages put scripts before
# Their letters do not tell them apart with certainty.
_NEAR_LANGUAGES = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"sr", "hr", "bs", "sh"}),
    frozenset({"id", "ms"}),
    frozenset({"tl", "fil"}),
    frozenset({"he", "iw"}),
    frozenset({"gl", "pt"}),
)
_AROUND = ("nav", "header", "footer", "aside", "form", "iframe", "button")
_PLAIN_LINK_SHARE = 0.05
# The sum of the depths of all elements, which is what trafilatura's time grows with: 4 s a million
# at worst. The largest of 71 pages of news sites and blogs has 0.1 million.
_MAX_NESTING = 3_000_000
_MAX_ATTRIBUTES = 2000  # 3 ms an element; the most on 71 pages is 37
_RAW_ENDS = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp")
}
# An attribute as HTML's tokenizer takes it. Possessive, since one way to read it is enough.
_ATTRIBUTE = re.compile(
    r"""[\s/]++(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
)
_TAG = re.compile(
    rf"<!--|<(?:({'|'.join(_RAW_ENDS)})(?=[\s/>])|[a-z][^\s/>]*+)"
    rf"(?:{_ATTRIBUTE.pattern}|[\s/]++|[\"'])*+",
    re.IGNORECASE,
)
_READ_WHOLE = "It is so large that its article was not parted from what stands around it."


def parse(data: bytes) -> Document:
    """The document that the bytes of an HTML page hold.

    Raises:
        DocumentError: Not text, or markup beyond libxml2's limit (2048 elements deep), which would
            lose text without a word.
    """
    declared = _CHARSET.search(data[:_CHARSET_BYTES].lower())
    decoded, notes = decode_damaged(data, declared[1].decode() if declared else None)
    source = canonical(decoded)
    if not source.strip():
        raise DocumentError("holds no text; remove it or replace it by one that does")
    tree = _tree(source)
    facts = page_facts(tree, source)
    # After the facts: what markup states may stand in elements that are not shown.
    hidden = part_hidden(tree, source)
    facts = _with_words_of_the_page(facts, tree)
    if _nesting(tree) > _MAX_NESTING:
        text, blocks = joined(Walk().pieces(tree))
        notes = (*notes, _READ_WHOLE)
    else:
        text, blocks = _main_text(tree)
    facts = _with_detected_language(facts, text)
    return Document(text, blocks, facts, "text/html", notes=notes, flags=hidden.placed(text))


def _with_detected_language(facts: tuple[Fact, ...], text: str) -> tuple[Fact, ...]:
    """The facts with the language of the text, before what templates state where it is another."""
    detected = detected_language(text)
    stated = [fact for fact in facts if fact.field == "language"]
    if detected is None or any(_is_near(detected.value, fact.value) for fact in stated[:1]):
        return facts
    others = [fact for fact in stated if fact.value != detected.value]
    return (*(fact for fact in facts if fact.field != "language"), detected, *others)


def _is_near(one: str, other: str) -> bool:
    return one == other or any({one, other} <= near for near in _NEAR_LANGUAGES)


def _with_words_of_the_page(facts: tuple[Fact, ...], tree: "HtmlElement") -> tuple[Fact, ...]:
    """The facts with what the byline and the address say, behind what markup states."""
    title = next((fact.value for fact in facts if fact.field == "title"), None)
    printed = byline_facts(tree, title)
    if any(fact.field == "authors" for fact in facts):
        # Authors are no candidates of each other: those that are stated are all.
        printed = [fact for fact in printed if fact.field != "authors"]
    return joined_facts([*facts, *printed, *address_dates(facts)])


def _tree(source: str) -> "HtmlElement":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    _refuse_many_attributes(source)

    # As bytes with the encoding given, since a string that declares one is refused. A huge tree is
    # one of 2048 levels instead of 256, and text of any length; time and memory stay linear.
    parser = HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = document_fromstring(source.encode("utf-8"), parser=parser)
    except etree.ParserError as error:  # nothing but comments, for example
        raise DocumentError("holds no text; remove it or replace it by one that does") from error
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            f"not readable as HTML: {_one_line(error.msg)}; save it anew"
        ) from error
    for entry in parser.error_log.filter_from_fatals():
        # libxml2 stops here and keeps what it has; nothing may be lost unsaid.
        raise DocumentError(f"beyond the parser's limits: {_one_line(entry.message)}; simplify it")
    return tree


def _refuse_many_attributes(source: str) -> None:
    """libxml2 compares each attribute of an element with each: 300,000 would take a minute."""
    at = 0
    while match := _TAG.search(source, at):
        at = match.end()
        if match[0] == "<!--":
            at = source.find("-->", at)
        elif match[1]:
            end = _RAW_ENDS[match[1].lower()].search(source, at)
            at = end.start() if end else -1
        elif at - match.start() > 2 * _MAX_ATTRIBUTES:
            count = sum(1 for _ in _ATTRIBUTE.finditer(match[0]))
            if count > _MAX_ATTRIBUTES:
                raise DocumentError(
                    f"beyond the parser's limits: an element with {count:,} attributes; simplify it"
                )
        if at < 0:
            break


def _one_line(message: str | None) -> str:
    return " ".join((message or "").split(", use XML")[0].split(", try XML")[0].split())[:120]


def _nesting(tree: "HtmlElement") -> int:
    from lxml import etree

    depth = total = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        total += depth
        if total > 2 * _MAX_NESTING:
            break
    return total // 2


def _main_text(tree: "HtmlElement") -> tuple[str, tuple[Block, ...]]:
    everything = joined(Walk().pieces(tree))
    if _is_plain(tree, len(everything[0])):
        return everything
    without_marks(tree)
    searched = copy(tree)  # what is searched is changed
    _soften_code(searched)
    # 0.2 s to import; numbers and vendored models of languages come with it.
    from trafilatura import bare_extraction

    # Its warnings ("discarding data") are what the empty result says already.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # A format other than "python" spares a rendering that is not used.
    page = bare_extraction(
        searched, include_comments=False, include_tables=True, output_format="xml"
    )
    body = getattr(page, "body", None)  # a Document; or None, where nothing was found
    if body is not None:
        kept = list(Walk().pieces(body))
        if kept:
            return joined(restored(tree, kept))
    return everything


def _is_plain(tree: "HtmlElement", n_chars: int) -> bool:
    """Whether a page has nothing around its text: a saved report, an export, a court filing.

    Leaving out "boilerplate" could only lose text there. Not one of 71 pages of news sites and
    blogs is plain.
    """
    if next(tree.iter(*_AROUND), None) is not None:
        return False
    linked = sum(len(text.strip()) for link in tree.iter("a") for text in link.itertext())
    return linked <= _PLAIN_LINK_SHARE * n_chars


def _soften_code(tree: "HtmlElement") -> None:
    """Make code within a sentence plain words: trafilatura glues it to the word that follows."""
    for element in list(tree.iter("code", "kbd", "samp", "tt")):
        in_block = next(element.iterancestors("pre"), None) is not None
        if not in_block and "\n" not in "".join(element.itertext()):
            element.tag = "span"

"""What a search for the article left out of its midst: headings, items, captions, paragraphs.

trafilatura takes whole paragraphs alone where a page is short or cut into sections. What it kept
tells where the article is; there the page's own tree says what stands between. Its judgement on
what is around the article, and on parts whose whole content it left out, stays.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.loaders.html.walk import Piece, Walk

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FURNITURE = frozenset("nav aside footer form button dialog menu select".split())
_FURNITURE_ROLES = frozenset("navigation complementary contentinfo search dialog menu".split())
# Words of class names and ids, as `_NAME_WORDS` parts them.
_FURNITURE_NAMES = frozenset(
    "nav navbar navigation menu share sharing sharebar shares social related recommended "
    "recommendations recirc comment comments respond replies breadcrumb breadcrumbs sidebar widget "
    "widgets promo newsletter subscribe subscription signup login cookie footer tags taglist "
    "pagination pager toolbar advert advertisement advertising ad ads adsense sponsored sponsor "
    "trending popular teaser teasers modal popup banner toc bio biography donate donation "
    "outbrain taboola more readmore button btn byline meta print editsection headerlink".split()
)
_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # "GoogleAd-adCaption" has five
# Within a heading: marks that wikis and manuals add to it.
_MARKS = re.compile(r"editsection|headerlink|anchorjs|heading-anchor")
# Who made a picture, which is no caption.
_CREDIT_NAMES = re.compile(r"credit|source|copyright|byline", re.IGNORECASE)
_CREDIT = re.compile(
    r"\(?(?:(?:image|photo|picture)s?(?: credit)?s?|credit|bild|foto|fotos|quelle|source|video|©)"
    r"\s?(?::|by\b)[^.]{0,80}$",
    re.IGNORECASE,
)
# What stands together with a paragraph though its own element is inside of these.
_WRAPPERS = frozenset(
    "li dt dd ul ol dl tr td th tbody thead tfoot table caption figure figcaption summary hgroup "
    "blockquote h1 h2 h3 h4 h5 h6".split()
)
_KEY_CHARS = 40  # two blocks that begin with these are one
_INSIDE_CHARS = 25  # shorter words stand inside others by chance
_SHARE = 0.9  # of what was kept; the rest may be a remark in the footer
_LINKED_SHARE = 0.5
_SENTENCE_CHARS = 60
_SENTENCE_WORDS = 4
_SENTENCE_END = (".", "!", "?", "…", ":", ";", '."', ".”", ".)", "。", "？", "！")
# What is looked for in a page's text, times the length of that text: 1 s.
_SEARCHED_CHARS = 2_000_000_000


def restored(tree: "HtmlElement", kept: Sequence[Piece]) -> list[Piece]:
    """The pieces of an article with those that were left out of its midst."""
    own = list(Walk().pieces(tree))
    places = _matches(own, kept)
    found = {place for place in places if place is not None}
    region = _Region(own, sorted(found))
    if not found:
        # As its last resort trafilatura gives the whole page as one paragraph, its menus too.
        parts = [piece for piece in own if not region.is_apart(piece.element, tree)]
        return parts if len(kept) == 1 and len(parts) > 1 else list(kept)
    missing = _missing(own, kept, places)
    wanted = region.wanted(missing)
    if not wanted:
        return list(kept)
    merged: list[Piece] = []
    waiting = sorted(wanted)
    at = 0
    for piece, place in zip(kept, places, strict=True):
        if place is None:
            merged.append(replace(piece, group=-piece.group))
            continue
        while at < len(waiting) and waiting[at] < place:
            merged.append(own[waiting[at]])
            at += 1
        same = _key(own[place].text) == _key(piece.text)
        merged.append(own[place] if same else replace(piece, group=-piece.group))
    return merged + [own[place] for place in waiting[at:]]


def without_marks(tree: "HtmlElement") -> None:
    """Take "[edit]" and "¶" out of the headings of `tree`."""
    for element in list(tree.iter("span", "a")):
        if _MARKS.search(element.get("class") or ""):
            element.drop_tree()


def _key(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _matches(own: Sequence[Piece], kept: Sequence[Piece]) -> list[int | None]:
    """For each kept piece the place of the page's piece that it is; in order, each once."""
    by_key: dict[str, list[int]] = {}
    for place, piece in enumerate(own):
        key = _key(piece.text)
        for each in {key, key[:_KEY_CHARS]} if len(key) > _KEY_CHARS else {key}:
            by_key.setdefault(each, []).append(place)
    for held in by_key.values():
        held.reverse()
    used: set[int] = set()
    reached = -1
    places: list[int | None] = []
    for piece in kept:
        key = _key(piece.text)
        here: int | None = None
        for each in (key, key[:_KEY_CHARS]) if key else ():
            held = by_key.get(each, [])
            # The next one behind the last; what repeats before it stands in a menu.
            while held and (held[-1] in used or held[-1] < reached):
                held.pop()
            if held:
                here = held.pop()
                break
        if here is not None:
            used.add(here)
            reached = here
        places.append(here)
    return places


def _missing(
    own: Sequence[Piece], kept: Sequence[Piece], places: Iterable[int | None]
) -> list[int]:
    """The places of the page's pieces whose words are in no kept piece."""
    found = {place for place in places if place is not None}
    kept_keys = {_key(piece.text) for piece in kept}
    everything = "\x00".join(_key(piece.text) for piece in kept)
    # Where one piece is several of the page's, even short words of it are no others.
    unmatched = "\x00".join(
        _key(piece.text)
        for piece, place in zip(kept, places, strict=True)
        if place is None or len(_key(piece.text)) > len(_key(own[place].text))
    )
    left = _SEARCHED_CHARS
    missing = []
    for place, piece in enumerate(own):
        key = _key(piece.text)
        if place in found or not key or key in kept_keys:
            continue
        left -= len(everything)
        if left < 0:
            break
        if key in unmatched or (len(key) >= _INSIDE_CHARS and key in everything):
            continue
        missing.append(place)
    return missing


@dataclass(slots=True)
class _Region:
    """The part of a page which holds what was kept of it."""

    own: Sequence[Piece]
    found: Sequence[int]
    _holding: set["HtmlElement"] = field(default_factory=set)
    _around: dict["HtmlElement", bool] = field(default_factory=dict)

    def wanted(self, missing: Iterable[int]) -> set[int]:
        """The missing pieces that belong to what was kept."""
        anchors = [self.own[place].element for place in self.found]
        for anchor in anchors:
            each = anchor
            while each is not None and each not in self._holding:
                self._holding.add(each)
                each = each.getparent()
        root = self._root()
        places = {_place(anchor) for anchor in anchors if anchor is not None}
        taken = set(self.found)
        wanted: set[int] = set()
        left_out = set(missing)
        first, last = self.found[0], self.found[-1]
        listed: dict[int, bool] = {}
        for place in sorted(left_out):
            piece = self.own[place]
            element = piece.element
            if element is None or _is_title(piece) or self.is_apart(element, root):
                continue
            if piece.group:
                linked = listed.get(piece.group)
                if linked is None:
                    linked = listed[piece.group] = _is_linked(_list_of(element))
            else:
                linked = _is_linked(element)
            if linked:
                continue
            between = first - 3 <= place <= last + 3
            beside = _place(element) in places
            if (between and _is_caption(element, piece.text)) or (
                beside and (piece.kind != "paragraph" or _is_sentence(piece.text))
            ):
                wanted.add(place)
        # From the end, since a heading may stand over a heading.
        reaches = False
        for place in range(len(self.own) - 1, -1, -1):
            piece = self.own[place]
            if not _is_title(piece):
                reaches = place in taken or place in wanted
            elif place in left_out and reaches and piece.element is not None:
                if self.is_apart(piece.element, root):
                    continue
                wanted.add(place)
        return wanted

    def _root(self) -> "HtmlElement | None":
        """The smallest element that holds nearly all of what was kept."""
        held: dict[HtmlElement, int] = {}
        total = 0
        for place in self.found:
            piece = self.own[place]
            total += len(piece.text)
            each = piece.element
            while each is not None:
                held[each] = held.get(each, 0) + len(piece.text)
                each = each.getparent()
        # An inner element comes after the outer one only within one path; the least length tells.
        enough = [element for element, length in held.items() if length >= _SHARE * total]
        return max(
            enough, key=lambda element: sum(1 for _ in element.iterancestors()), default=None
        )

    def is_apart(self, element: "HtmlElement | None", root: "HtmlElement | None") -> bool:
        """Whether an element is outside the region, or in a part that is the page's furniture."""
        path = []
        each = element
        apart = True
        while each is not None:
            if each in self._around:
                apart = self._around[each]
                break
            if each is root:
                apart = False
                break
            path.append(each)
            each = each.getparent()
        for each in reversed(path):
            apart = apart or (each not in self._holding and _is_furniture(each))
            self._around[each] = apart
        return apart


def _is_furniture(element: "HtmlElement") -> bool:
    if element.tag in _FURNITURE or element.get("role") in _FURNITURE_ROLES:
        return True
    return not _FURNITURE_NAMES.isdisjoint(_name_words(element))


def _name_words(element: "HtmlElement") -> list[str]:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:500]
    return [word.lower() for word in _NAME_WORDS.findall(names)]


def _is_title(piece: Piece) -> bool:
    """Whether a piece is there for what follows it."""
    named = piece.element is not None and piece.element.tag in {"summary", "dt"}
    return named or piece.kind == "heading"


def _place(element: "HtmlElement") -> "HtmlElement | None":
    """The element that a block stands in, its list, table or figure left aside."""
    each: HtmlElement | None = element
    if element.tag not in _WRAPPERS:
        each = element.getparent()
    while each is not None and each.tag in _WRAPPERS:
        each = each.getparent()
    return each


def _list_of(element: "HtmlElement") -> "HtmlElement":
    outer = element
    for each in element.iterancestors():
        if each.tag not in _WRAPPERS:
            break
        outer = each
    return outer


def _is_caption(element: "HtmlElement", text: str) -> bool:
    near = (element, *itertools.islice(element.iterancestors(), 2))
    if _CREDIT.match(text) or any(_CREDIT_NAMES.search(each.get("class") or "") for each in near):
        return False
    return any(
        each.tag == "figcaption" or any(word.endswith("caption") for word in _name_words(each))
        for each in near
    )


def _is_linked(element: "HtmlElement") -> bool:
    length = sum(len(text.strip()) for text in element.itertext())
    linked = sum(len(text.strip()) for link in element.iter("a") for text in link.itertext())
    return linked > _LINKED_SHARE * length


def _is_sentence(text: str) -> bool:
    if len(text) >= _SENTENCE_CHARS:
        return True
    return len(text.split()) >= _SENTENCE_WORDS and text.endswith(_SENTENCE_END)

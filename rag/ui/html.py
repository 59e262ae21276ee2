"""Foreign text → markup that cannot run, load or reorder anything; spans of it highlighted.

Everything that comes from a source, a question or a file name is foreign. Only `Html` is shown,
and only this module makes it: every child of an element that is not `Html` already is escaped.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

Direction = Literal["ltr", "rtl"]
Span = tuple[int, int]

# Where a link may lead: to a place of the page, a document in the library, or a brief.
_HREF = re.compile(r"#[^\s]*|(?:library|briefs)\?[A-Za-z0-9=&%._~-]*")
_ELEMENTS = frozenset(
    "a article bdi blockquote div h2 h3 li mark ol p section small span strong ul".split()
)
_ATTRIBUTES = frozenset("class id href title dir role tabindex aria-label".split())
# UTF-8 cannot carry lone surrogates; they come from file names that are not UTF-8.
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Html(str):
    """Markup in which every piece of foreign text is escaped."""

    __slots__ = ()


def fragment(*children: str) -> Html:
    """Children one after the other; those that are not `Html` are escaped."""
    return Html("".join(_escaped(child) for child in children))


def element(name: str, *children: str, **attributes: str | None) -> Html:
    """An element; `class_` and `aria_label` name attributes, None leaves one out.

    Raises:
        ValueError: an element or attribute that the pages have no use for, or an `href` that
            leads out of the page.
    """
    if name not in _ELEMENTS:
        raise ValueError(f"no element {name!r} on these pages")
    parts = [name]
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if attribute not in _ATTRIBUTES:
            raise ValueError(f"no attribute {attribute!r} on these pages")
        if value is None:
            continue
        if attribute == "href" and not _HREF.fullmatch(value):
            raise ValueError(f"{value!r} leads out of the pages")
        parts.append(f'{attribute}="{_escaped(str(value))}"')
    return Html(f"<{' '.join(parts)}>{fragment(*children)}</{name}>")


def stylesheet(css: str) -> Html:
    """Styles of ours as an element; never anything foreign."""
    return Html(f"<style>{css}</style>")


def direction(text: str) -> Direction:
    """The direction of the first letter that has one; left to right where none has."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def isolated(text: str) -> Html:
    """Foreign text inside a line of ours, so that its direction stays its own."""
    return element("bdi", text, dir=direction(text))


def marked(
    text: str, spans: Iterable[Span], *, focus: Span | None = None, anchor: str = ""
) -> Html:
    """A paragraph with these spans in `<mark>`; overlapping ones are joined, ends outside cut.

    The mark in which `focus` begins stands under the id `anchor`. Each piece is isolated, so that
    a direction override in one cannot reorder another.
    """
    towards = direction(text)
    cuts = [0, *(cut for span in _joined(spans, len(text)) for cut in span), len(text)]
    pieces: list[str] = []
    for number, (start, end) in enumerate(pairwise(cuts)):
        if start == end:
            continue
        piece = element("bdi", text[start:end], dir=towards)
        if number % 2:
            is_focus = focus is not None and start <= focus[0] < end
            piece = element("mark", piece, id=anchor if is_focus else None)
        pieces.append(piece)
    return element("div", *pieces, dir=towards, class_="attest-text")


def excerpt(
    text: str, quotes: Sequence[tuple[int, int, int]], *, around: int, far: int = 0, anchor: str
) -> Html:
    """Quotes in `<mark>` inside up to `around` characters before the first and after the last.

    `quotes` are (number, start, end), in the order of the text and apart from each other; each
    mark stands under the id `anchor-number` with its number before it. The surroundings are cut
    between words; an ellipsis outside the marks says where. Up to `far` characters on each side
    follow in `attest-far`, which the styles show where the place is opened.
    """
    start, end = quotes[0][1], quotes[-1][2]
    first, last = _cut(text, start, end, around)
    outer_first, outer_last = _cut(text, start, end, max(around, far))
    towards = direction(text[first:last])

    def piece(begin: int, stop: int) -> Html:
        return element("bdi", text[begin:stop], dir=towards)

    def ellipsis(place: int, kind: str) -> Html:
        shown = "… " if place < start else " …"
        return element("span", shown, class_=f"attest-cut {kind}")

    parts: list[Html] = []
    if outer_first < first:
        lead = [ellipsis(outer_first, "attest-outer")] if outer_first > 0 else []
        parts.append(element("span", *lead, piece(outer_first, first), class_="attest-far"))
    if first > 0:
        parts.append(ellipsis(first, "attest-near" if outer_first < first else "attest-outer"))
    place = first
    for number, begin, stop in quotes:
        label = element("span", f"[{number}]", class_="attest-number")
        quote = element("mark", piece(begin, stop))
        parts += [
            piece(place, begin),
            element(
                "span", label, quote, id=f"{anchor}-{number}", class_="attest-quote", tabindex="-1"
            ),
        ]
        place = stop
    parts.append(piece(place, last))
    if last < len(text):
        parts.append(ellipsis(last, "attest-near" if last < outer_last else "attest-outer"))
    if last < outer_last:
        tail = [ellipsis(outer_last, "attest-outer")] if outer_last < len(text) else []
        parts.append(element("span", piece(last, outer_last), *tail, class_="attest-far"))
    return element("blockquote", *parts, dir=towards, class_="attest-text")


def _cut(text: str, start: int, end: int, around: int) -> Span:
    """The span with up to `around` characters on each side, cut between words."""
    first, last = max(0, start - around), min(len(text), end + around)
    if first > 0:
        first = _after_space(text, first, start)
    if last < len(text):
        last = _before_space(text, end, last)
    return first, last


def _escaped(text: str) -> str:
    if isinstance(text, Html):
        return str(text)
    return html.escape(_SURROGATES.sub("\ufffd", text), quote=True)


def _joined(spans: Iterable[Span], length: int) -> Sequence[Span]:
    joined: list[Span] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _after_space(text: str, first: int, stop: int) -> int:
    """Where the first whole word from `first` on begins; `first` where no space is near."""
    for place in range(first, min(stop, first + 40) + 1):
        if text[place - 1].isspace():
            return place
    return first


def _before_space(text: str, stop: int, last: int) -> int:
    """Where the last whole word up to `last` ends; `last` where no space is near."""
    for place in range(last, max(stop, last - 40) - 1, -1):
        if text[place].isspace():
            return place
    return last

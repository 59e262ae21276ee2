"""What a page's own markup hides: taken out of its tree, and flagged where a person should know.

Inline styles and attributes decide, and simple rules of a page without scripts and linked sheets
where they switch an element off. What else such rules hide stays, with a flag on its words, since
menus, tabs and wide screens hide and show by them. Words that speak to a machine are taken out
wherever they are hidden. What else pages hide (menus, notices, forms) goes without a flag.
"""

import bisect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.loaders.html.styles import (
    ROOTS,
    Look,
    Sheets,
    declarations,
    inherited,
    is_put_away,
    is_static,
    is_switched_off,
)
from rag.loaders.html.walk import UNSEEN
from rag.loaders.instructions import speaks_to_a_machine
from rag.types import Flag

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_FLAGS = 20
_QUOTED_CHARS = 80
_READ_CHARS = 20_000  # of one hidden thing; instructions are no longer than that
_READ_STEPS = 4000
_MAX_DOUBTFUL = 100
_MOST_OF_A_PAGE = 0.3
_DOUBTFUL = "a style may keep it from being seen"
_WORD = re.compile(r"\S+")
_RULED_CHARS = 1_000_000  # elements in each other are read once for each; this bounds the time
_SILENT = frozenset({"script", "style"})
_FEWEST_WORDS = 4
_FEWEST_OF_A_KIND = 3
_COMMENT_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A hidden element, or the text at its begin or behind it.

    `toggled` by a script, it seems. What is `doubtful` stays: a rule hides it that others may undo.
    """

    element: "HtmlElement"
    furniture: bool
    is_text: bool = False
    is_tail: bool = False
    toggled: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What was left out, as flags, and the words that stay though they may not be seen."""

    flags: tuple[Flag, ...]
    doubtful: tuple[str, ...] = ()
    static: bool = False

    def placed(self, text: str) -> tuple[Flag, ...]:
        """The flags, with one for each of the doubtful words that `text` holds, at its span."""
        if not self.static and sum(map(len, self.doubtful)) > _MOST_OF_A_PAGE * len(text):
            return self.flags  # a dark page, whose ground a linked sheet states
        starts = [match.span() for match in _WORD.finditer(text)] if self.doubtful else []
        joined = " ".join(text[start:end] for start, end in starts)
        offsets = [0, *itertools.accumulate(end - start + 1 for start, end in starts)]
        flags = list(self.flags)
        for words in self.doubtful:
            at = joined.find(words)
            if at < 0 or len(flags) >= _MAX_FLAGS:
                continue
            first = bisect.bisect_right(offsets, at) - 1
            last = bisect.bisect_right(offsets, at + len(words) - 1) - 1
            start = starts[first][0] + at - offsets[first]
            end = starts[last][0] + at + len(words) - offsets[last]
            flags.append(Flag("hidden", start, end, _DOUBTFUL))
        return tuple(flags)


def take_out_hidden(tree: "HtmlElement", source: str) -> tuple[Flag, ...]:
    """Remove what cannot be seen from `tree`; the flags quote what a person should look at.

    In mails and books no script runs: what simple rules hide is hidden, unless others speak of it.
    """
    return _findings(tree, source, list(_hidden(tree, trusting=True))).flags


def part_hidden(tree: "HtmlElement", source: str) -> Findings:
    """As `take_out_hidden`, for a page in a browser: what rules make hard to see stays."""
    return _findings(tree, source, list(_hidden(tree, trusting=False)))


def _findings(tree: "HtmlElement", source: str, hidden: list[_Hidden]) -> Findings:
    quoted: dict[str, None] = {}
    doubtful: dict[str, None] = {}
    left = _RULED_CHARS
    gone: list[_Hidden] = []
    for found in hidden:
        if found.doubtful and left < 0:
            continue
        words = _words(found)
        spoken = speaks_to_a_machine(words)
        if found.doubtful:
            left -= len(words)
        if found.doubtful and not spoken:
            if not found.toggled and not found.furniture and _is_sentence(words):
                doubtful.setdefault(words)
            continue
        gone.append(found)
        if spoken or (not found.toggled and not found.furniture and _is_sentence(words)):
            quoted.setdefault(words)
    for found in gone:
        _take_out(found)
    for words in _unshown(tree, source):
        if speaks_to_a_machine(words):
            quoted.setdefault(words)
    flags = tuple(
        Flag("hidden", 0, 0, f'left out: "{_shortened(words)}"')
        for words in list(quoted)[:_MAX_FLAGS]
    )
    return Findings(flags, tuple(list(doubtful)[:_MAX_DOUBTFUL]), is_static(tree))


def _hidden(tree: "HtmlElement", *, trusting: bool) -> Iterator[_Hidden]:
    """The outermost hidden elements, and texts that their inherited look hides."""
    from lxml import etree

    sheets = Sheets(tree)
    static = is_static(tree)
    # Whether a rule's word on a look is the last, for who has to decide without a mark in the text.
    settled = trusting and static and sheets.whole
    series = _series(tree, sheets)
    # By inline styles alone, and by rules too.
    looks = [(Look(), Look())]
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if len(looks) > 1:
                looks.pop()
            if element is not tree and (element.tail or "").strip():
                yield from _unseen_text(element, looks[-1], settled=settled, is_tail=True)
            continue
        style = declarations(element.get("style") or "")
        ruled = {**sheets.style(element), **style}
        plain, full = looks[-1]
        outer = plain
        plain = inherited(outer, element, style)
        full = plain if full is outer and ruled == style else inherited(full, element, ruled)
        looks.append((plain, full))
        if element.tag in UNSEEN:
            walk.skip_subtree()
            continue
        if element.tag not in ROOTS:
            switched = "hidden" in element.attrib or is_switched_off(style)
            if switched and element in series and not speaks_to_a_machine(_words_in(element)):
                continue
            if switched or is_put_away(style):
                # Who hides by hand gives no name; scripts need one to find what they show.
                named = bool(element.get("class") or element.get("id"))
                yield _Hidden(element, plain.furniture, toggled=switched and named)
                walk.skip_subtree()
                continue
            off = ruled != style and is_switched_off(ruled)
            gone = ruled.get("display") == "none" or ruled.get("visibility") == "hidden"
            invisible = ruled != style and ruled.get("visibility") == "hidden"
            if off or invisible or (ruled != style and is_put_away(ruled)):
                varied = sheets.vary(element)
                sure = static and not varied and (gone or settled)
                shown = not static and (element in series or (varied and (off or invisible)))
                yield _Hidden(element, full.furniture, toggled=shown, doubtful=not sure)
                if sure:
                    walk.skip_subtree()
                    continue
        if (element.text or "").strip():
            yield from _unseen_text(element, looks[-1], settled=settled)


def _unseen_text(
    element: "HtmlElement", looks: tuple[Look, Look], *, settled: bool, is_tail: bool = False
) -> Iterator[_Hidden]:
    plain, full = looks
    if not (full.unseen or full.white):
        return
    sure = full.unseen and (plain.unseen or settled)
    sure = sure or (full.white and settled)
    yield _Hidden(element, full.furniture, is_text=not is_tail, is_tail=is_tail, doubtful=not sure)


def _series(tree: "HtmlElement", sheets: Sheets) -> set["HtmlElement"]:
    """Hidden elements that are many of a kind: slides, tabs and pages, which a script shows."""
    alike: dict[tuple[HtmlElement | None, object, str], list[HtmlElement]] = {}
    for element in tree.iterfind(".//*[@class]"):
        style = {**sheets.style(element), **declarations(element.get("style") or "")}
        if "hidden" in element.attrib or (style and is_switched_off(style)):
            key = (element.getparent(), element.tag, element.get("class", ""))
            alike.setdefault(key, []).append(element)
    return {each for found in alike.values() if len(found) >= _FEWEST_OF_A_KIND for each in found}


def _words(found: _Hidden) -> str:
    if found.is_text or found.is_tail:
        raw = found.element.tail if found.is_tail else found.element.text
        return " ".join((raw or "")[:_READ_CHARS].split())
    return _words_in(found.element)


def _words_in(root: "HtmlElement") -> str:
    """What an element says, scripts aside; as much as it takes to judge it."""
    from lxml import etree

    parts: list[str] = []
    length = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in itertools.islice(walk, _READ_STEPS):
        if event == "start" and element.tag in _SILENT:
            walk.skip_subtree()
        elif event == "start":
            parts.append(element.text or "")
        elif element is not root:
            parts.append(f" {element.tail or ''}")
        length += len(parts[-1]) if parts else 0
        if length > _READ_CHARS:
            break
    return " ".join("".join(parts)[:_READ_CHARS].split())


def _take_out(found: _Hidden) -> None:
    if found.is_tail:
        found.element.tail = " "
    elif found.is_text:
        found.element.text = " "
    elif found.element.getparent() is not None:
        # What follows stays, parted from what stood before.
        found.element.tail = f" {found.element.tail or ''}"
        found.element.drop_tree()


def _unshown(tree: "HtmlElement", source: str) -> Iterator[str]:
    """Words that no browser with scripts shows: <noscript>, <template> and comments."""
    for element in tree.iter("noscript", "template"):
        yield _words_in(element)
    place = source.find("<!--")
    while place >= 0:
        end = source.find("-->", place)
        end = len(source) if end < 0 else end
        yield " ".join(source[place + 4 : min(end, place + _COMMENT_CHARS)].split())
        place = source.find("<!--", end)


def _is_sentence(words: str) -> bool:
    """Whether words are some that somebody would read, not labels, code or data."""
    parts = words.split(" ")
    spoken = sum(part.strip(".,;:!?\"'()").isalpha() for part in parts)
    unspaced = sum(ord(char) > 0x2E7F for char in words) >= 2 * _FEWEST_WORDS
    return (spoken >= _FEWEST_WORDS and spoken > len(parts) / 2) or unspaced


def _shortened(words: str) -> str:
    return words if len(words) <= _QUOTED_CHARS else f"{words[:_QUOTED_CHARS].rstrip()}…"

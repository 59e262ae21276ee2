"""A text put together from pieces: canonical characters, and where each block and page stands."""

import unicodedata

from rag.loaders.canonical import canonical
from rag.types import Block, BlockKind, Page

_NEAR_KINDS = frozenset({"item", "row"})


class Composition:
    """Collects blocks in reading order; `text`, `blocks` and `pages` are what was collected.

    White space within a block is collapsed, but not in code. A blank line stands between
    blocks, a line end alone between `near` neighbours of one list or table.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._pages: list[tuple[int, str | None, int]] = []
        self._waiting: list[tuple[int, str | None]] = []

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks so far, in order."""
        return tuple(self._blocks)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages so far; each ends where the next begins, the last with the text.

        An empty page is kept, with its start equal to its end.
        """
        begun = [*self._pages, *((number, label, self._length) for number, label in self._waiting)]
        if not begun:
            return ()
        ends = [*(start for _, _, start in begun[1:]), self._length]
        return tuple(
            Page(number, start, end, label)
            for (number, label, start), end in zip(begun, ends, strict=True)
        )

    def begin_page(self, number: int, label: str | None = None) -> None:
        """What is added from now on stands on this page."""
        self._waiting.append((number, label))

    def add(
        self, kind: BlockKind, text: str, *, level: int = 0, near: bool = False
    ) -> tuple[int, int] | None:
        """Append a block; returns its span, or None where `text` holds nothing.

        `near` puts an item or row right beneath the one before it.
        """
        words = _clean(text, kind)
        if not words:
            return None
        if self._blocks:
            touching = near and kind in _NEAR_KINDS and self._blocks[-1].kind in _NEAR_KINDS
            self._append("\n" if touching else "\n\n")
        self._begin_pages_here()
        start = self._length
        self._append(words)
        self._blocks.append(Block(kind, start, self._length, level))
        return start, self._length

    def extend(self, text: str, *, glue: str = " ") -> tuple[int, int] | None:
        """Let the last block go on, as a paragraph does over a page's end; returns the span added.

        `glue` is what stands between: a space, or nothing where a word was parted.
        """
        if not self._blocks:
            return self.add("paragraph", text)
        last = self._blocks[-1]
        words = _clean(text, last.kind)
        if not words:
            return None
        # Glued to a letter, a combining mark would make another character of the two.
        self._append(" " if not glue and unicodedata.combining(words[0]) else glue)
        self._begin_pages_here()
        start = self._length
        self._append(words)
        self._blocks[-1] = Block(last.kind, last.start, self._length, last.level)
        return start, self._length

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)

    def _begin_pages_here(self) -> None:
        """The pages begun since the last words start with the next ones, not with the gap."""
        self._pages += [(number, label, self._length) for number, label in self._waiting]
        self._waiting.clear()


def _clean(text: str, kind: BlockKind) -> str:
    words = canonical(text)
    if kind == "code":
        return words.strip("\n").rstrip()
    return canonical(" ".join(words.split()))

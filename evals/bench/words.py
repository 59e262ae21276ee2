"""The words of a text and of Markdown, and how like two sequences of them are."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Scripts without spaces are compared character by character, or a lost space costs a sentence.
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W_\u3040-\u30ff\u3400-\u9fff]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)
_LINK = re.compile(
    r"!?\[((?:[^\[\]\\]|\\.)*)\]"
    r"\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"  # addresses hold pairs of brackets
)
_TAG = re.compile(r"</?(?:br|su[bp]|u|b|i|em|strong|span|div|p|a|[uo]l|li|table|t[rdh])\b[^<>]*>")
# Not before a backslash's character, which is meant; a mark inside a word parts no word.
_EMPHASIS = re.compile(r"(?<!\\)(?:\*+|~~|`+)")
LIST_MARK = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_CACHED_PLACES = 8


class Likeness(NamedTuple):
    """How like two sequences of words are; NaN where there is nothing to divide by."""

    recall: float
    precision: float
    order: float


def words_of(text: str) -> list[str]:
    """The runs of letters and digits after NFKC and case folding; CJK characters one by one."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\xad", "")
    return _WORD.findall(folded)


def plain_markdown(text: str) -> str:
    """Markdown without its marks, comments and the targets of its links."""
    text = _FENCE.sub("", _COMMENT.sub(" ", text))
    text = LIST_MARK.sub("", text)
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))  # twice: an image that is a link
    return html.unescape(_EMPHASIS.sub("", _TAG.sub(" ", text)))


def likeness(ours: Sequence[str], theirs: Sequence[str]) -> Likeness:
    """Recall, precision and order of our words against the reference's.

    Recall and precision count the words that both have, as bags. Order is the length of the
    longest common subsequence over that count: 1 where nothing that both have is moved.
    """
    shared = (Counter(ours) & Counter(theirs)).total()
    return Likeness(
        _share(shared, len(theirs)),
        _share(shared, len(ours)),
        _share(common_length(ours, theirs), shared),
    )


def common_length(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """The length of the longest common subsequence, exact.

    Bits of one long integer are the cells of a row, so that a book takes seconds. Source: Hyyrö,
    Bit-parallel LCS-length computation revisited, AWOCA 2004.
    """
    both = set(ours) & set(theirs)
    kept = [word for word in ours if word in both]
    places: dict[str, list[int]] = {}
    for place, word in enumerate(kept):
        places.setdefault(word, []).append(place)
    # A mask is as long as the text: those of rare words are made anew, or they would fill memory.
    masks = {word: _mask(held) for word, held in places.items() if len(held) > _CACHED_PLACES}
    full = row = (1 << len(kept)) - 1
    for word in theirs:
        if word in both:
            hits = row & (masks.get(word) or _mask(places[word]))
            row = ((row + hits) | (row - hits)) & full
    return len(kept) - row.bit_count()


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _mask(places: Iterable[int]) -> int:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask

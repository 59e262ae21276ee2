"""Words written so that a person reads them and a search does not: undone, with every place kept.

Letters of other scripts that look like Latin ones, characters without a shape within words, and
letters parted by spaces.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator

# Lower-case letters that most fonts draw as the Latin ones (Source: Unicode confusables.txt).
_CONFUSABLES = str.maketrans(
    "аеорсухіјѕһԁԛԝӏкмтвнгёїαοеνρικτυχηγωβıɡɩᴀᴇɪᴏᴜѵ",
    "aeopcyxijshdqwlkmtbhreiaoevpiktuxnywbigiaeiouv",
)
_LETTER = re.compile("[" + "".join(map(chr, _CONFUSABLES)) + "]")
_WORD = re.compile(r"[^\W\d_]{2,40}")
# Letters in styles that Unicode has for mathematics and for East Asian widths.
_STYLED = {
    code: plain
    for low, high in ((0xFF21, 0xFF5B), (0x1D400, 0x1D800), (0x24D0, 0x24EA), (0x1D5A, 0x1D5B))
    for code in range(low, high)
    if len(plain := unicodedata.normalize("NFKC", chr(code)).lower()) == 1 and plain.isascii()
}
_STYLE = re.compile("[\uff21-\uff5a\U0001d400-\U0001d7ff\u24d0-\u24e9]")
_UNSEEN = re.compile("(?<=[a-z])[\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufeff]{1,64}(?=[a-z])")
_SPACED = re.compile(r"(?<!\w)[a-z](?:[ .*_-]{1,4}[a-z](?!\w)){9,200}")
_APART = re.compile(r"[^a-z]")


def folded(lower: str) -> str:
    """`lower` with the look-alikes in words that hold Latin letters too made Latin.

    A word all of another script stays: it is Russian or Greek far more often than a disguise.
    """
    if lower.isascii():
        return lower
    if _STYLE.search(lower):
        lower = lower.translate(_STYLED)
    if not _LETTER.search(lower):
        return lower
    return _WORD.sub(_folded_word, lower)


def _folded_word(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii():
        return word
    made = word.translate(_CONFUSABLES)
    return made if made.isascii() and any("a" <= char <= "z" for char in word) else word


def without_unseen(lower: str) -> tuple[str, Callable[[int], int]]:
    """`lower` without the characters that part words unseen, and where its places were before."""
    if lower.isascii():
        return lower, lambda place: place
    kept: list[str] = []
    begins = [0]  # of what is kept, and how much was taken out before it
    taken = [0]
    reached = length = 0
    for match in _UNSEEN.finditer(lower):
        kept.append(lower[reached : match.start()])
        length += match.start() - reached
        reached = match.end()
        begins.append(length)
        taken.append(reached - length)
    kept.append(lower[reached:])
    return "".join(kept), lambda place: place + taken[bisect_right(begins, place) - 1]


def spaced_out(lower: str) -> Iterator[tuple[int, int, str]]:
    """Runs of single letters with spaces or marks between, and the letters without them."""
    for match in _SPACED.finditer(lower):
        yield match.start(), match.end(), _APART.sub("", match[0])

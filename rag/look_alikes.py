"""Words written so that a person reads them and a search does not: undone, with every place kept.

Letters of other scripts that look like Latin ones, characters without a shape within words, and
letters parted by spaces.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

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
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+(?=\w)|(?<=\w)[*_~`]+(?!\w)")  # *so* or ~so
_NO_SHAPE = frozenset(
    "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_SPACED = re.compile(r"(?<!\w)[a-z](?:[ .*_-]{1,4}[a-z](?!\w)){9,200}")
# "tell-the-reader-that", "tell.the.reader.that"
_JOINED = re.compile(r"\b[a-z]{2,}(?:[-./+=][a-z]{1,12}){4,40}\b")
_JOINTS = str.maketrans("-./+=", "     ")
# The commonest words of requests, backwards in each word, and in ROT13.
_BACKWARDS = re.compile(r"\b(?:eht|taht|uoy|ruoy|rewsna|yas|llet|erongi|ylper|redaer|resu)\b")
_TURNED = re.compile(r"\b(?:gur|gung|lbh|lbhe|nafjre|fnl|gryy|vtaber|ercyl|ernqre|hfre)\b")
_TURN = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_LETTERS = re.compile(r"[a-z]+")
_RUN = re.compile(r"[a-z]{24,400}")
_REQUEST = re.compile(
    r"(?:tell|inform|remind)(?:the|all|any|every)?(?:reader|user|person)|(?:say|state|write|reply|answer)(?:only|that|with|the)"
    r"|(?:ignore|disregard|forget)(?:all|the|any|previous|prior)|your(?:answer|reply|instructions)"
)
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


def as_read(lower: str) -> tuple[str, Sequence[int]]:
    """The text without characters that have no shape and marks of emphasis; where each stood."""
    if lower.isascii() and not _EMPHASIS.search(lower):
        return lower, range(len(lower))
    emphasis = {at for match in _EMPHASIS.finditer(lower) for at in range(*match.span())}
    kept = [at for at, char in enumerate(lower) if char not in _NO_SHAPE and at not in emphasis]
    return "".join(lower[at] for at in kept), kept


def spaced_out(lower: str) -> Iterator[tuple[int, int, str]]:
    """Runs of single letters with spaces or marks between, and the letters without them."""
    for match in _SPACED.finditer(lower):
        yield match.start(), match.end(), _APART.sub("", match[0])


def undone(lower: str, *, joined: bool) -> Iterator[tuple[str, int | None]]:
    """What `lower` reads like with a disguise undone that looks to be there, each as long as it.

    With it where the disguise begins if places are lost, else None. `joined`: words may be.
    """
    if joined and _JOINED.search(lower):
        yield _JOINED.sub(lambda match: match[0].translate(_JOINTS), lower), None
    for seen, words, undo in (
        (("eht", "uoy", "yas", "llet"), _BACKWARDS, _forwards),
        (("gur", "lbh", "fnl", "gryy"), _TURNED, _turned),
    ):
        found = list(words.finditer(lower)) if any(word in lower for word in seen) else []
        if len({match[0] for match in found}) > 1:
            yield from ((read, found[0].start()) for read in undo(lower))


def _forwards(lower: str) -> list[str]:
    """Each word forwards, and so with the last word first."""
    read = _LETTERS.sub(lambda match: match[0][::-1], lower)
    return [read, " ".join(reversed(read.split(" ")))]


def _turned(lower: str) -> list[str]:
    return [lower.translate(_TURN)]


def run_together(lower: str) -> Iterator[tuple[int, int]]:
    """Letters without any space that hold a request."""
    return (match.span() for match in _RUN.finditer(lower) if _REQUEST.search(match[0]))

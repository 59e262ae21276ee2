"""Text → a signature that tells near-identical texts, and passages that say the same words.

MinHash over word shingles, with bands of it for look-ups. numpy alone: the signatures are stored,
so what they hold is defined here and not by the version of a library.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Signatures of another recipe are not compared; a change of what follows needs a new number.
RECIPE = 1
N_HASHES = 128
# Two texts share a band with probability 1 - (1 - s^ROWS)^BANDS at a Jaccard similarity s: 0.999
# at 0.75, 0.94 at 0.6, 0.02 at 0.25; the curve is steepest at (1 / BANDS)^(1 / ROWS) = 0.53. It
# lies below NEAR_IDENTICAL on purpose: what a band brings up is still estimated, so that a look-up
# in vain costs little and a copy that is missed is not seen at all.
# Source: Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, section 3.4.
BANDS, ROWS = 25, 5
# An estimate from 128 hashes has a standard error of at most 0.044; here it is 0.038.
NEAR_IDENTICAL = 0.75
# Short enough that one changed word leaves a text of 30 words its own copy, long enough that
# texts on one subject share next to none. In scripts without spaces, about as much in characters.
WORDS_TOGETHER = 3
CHARACTERS_TOGETHER = 6
# Two passages that share less of their words than this are neighbours, not copies.
MIN_SHARED = 0.5

# Everything but white space and punctuation, so that vowel signs and accents stay in their word; a
# number keeps its sign, its decimals and its per cent: they are what an edit changes.
_PUNCTUATION = (
    r"\s!-/:-@\[-`{-~\u00a0-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u05be\u05c0\u05c3"
    r"\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u0970\u0e2f\u0e5a\u0e5b"
    r"\u2000-\u206f\u20d0-\u20ff\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u3030\u30fb"
    r"\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_WORD = re.compile(rf"(?:(?<![^\s(])[-−–])?\d+(?:[.,:]\d+)*(?:\s?%)?|[^{_PUNCTUATION}]+")
# Thai to Tibetan, Myanmar, Khmer, kana, Han; Korean has spaces.
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_MASK = 2**64 - 1


def signature(text: str) -> bytes:
    """The MinHash signature of a text: `N_HASHES` unsigned 32-bit numbers, little endian.

    The same on every machine. Empty for a text without words, which is a copy of nothing.

    Source: Broder, On the Resemblance and Containment of Documents, 1997.
    """
    shingles = _shingles(text)
    if not len(shingles):
        return b""
    least = np.empty(N_HASHES, dtype="<u4")
    for number, (factor, addend) in enumerate(_hashes()):
        # Multiply-shift: products of unsigned numbers wrap around, and their high half is kept.
        # Source: Dietzfelbinger et al., A Reliable Randomized Algorithm for the Closest-Pair
        # Problem, 1997.
        least[number] = ((shingles * factor + addend) >> np.uint64(32)).min()
    return least.tobytes()


def estimate(first: bytes, second: bytes) -> float:
    """The estimated Jaccard similarity of two texts' shingles, in [0, 1], by their signatures."""
    if not first or not second:
        return 0.0
    return float((np.frombuffer(first, "<u4") == np.frombuffer(second, "<u4")).mean())


def near_identical(signed: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The pairs of texts, by name, whose estimated similarity is at least `NEAR_IDENTICAL`."""
    names = sorted(name for name, signature in signed.items() if signature)
    rows = np.array([np.frombuffer(signed[name], "<u4") for name in names])
    pairs = []
    for place, name in enumerate(names[:-1]):
        similar = (rows[place + 1 :] == rows[place]).mean(axis=1) >= NEAR_IDENTICAL
        pairs += [(name, names[place + 1 + other]) for other in np.flatnonzero(similar)]
    return pairs


def bands(signed: bytes) -> list[int]:
    """`BANDS` keys, by place; texts that share one at the same place may be near-identical."""
    return [
        int.from_bytes(
            hashlib.blake2b(signed[first : first + 4 * ROWS], digest_size=8).digest(),
            "little",
            signed=True,
        )
        for first in range(0, 4 * ROWS * BANDS if signed else 0, 4 * ROWS)
    ]


def normalised(text: str) -> str:
    """The words of a text, case-folded, one space before and after each; no punctuation."""
    return " ".join(["", *_words(text), ""])


def says_the_same(passage: str, other: str, around: tuple[str, str]) -> bool:
    """Whether a passage says nothing that another one's document does not say in that place.

    `around` is what stands before and after `other` in its document, at least as much as the
    passage is long: copies are cut at other places once a sentence was edited. The words of the
    passage must stand there one after the other, so that a changed figure, name or negation
    makes it another passage, and half of the shorter one's words must lie in `other` itself.
    """
    sought = normalised(passage)
    if not sought.strip():
        return False
    before, there, after = normalised(around[0]), normalised(other), normalised(around[1])
    # Neighbours share the one space between them.
    whole = before.rstrip() + there.rstrip() + after
    start, end = len(before.rstrip()), len(before.rstrip()) + len(there)
    needed = MIN_SHARED * min(len(sought), len(there))
    place = whole.find(sought)
    while place >= 0:
        if min(place + len(sought), end) - max(place, start) >= needed:
            return True
        place = whole.find(sought, place + 1)
    return False


def fold(
    names: Sequence[str], k: int, repeats: Callable[[str, str], bool]
) -> tuple[list[str], dict[str, list[str]]]:
    """The first `k` of a ranking that repeat none before them, and those that repeat each."""
    kept: list[str] = []
    copies: dict[str, list[str]] = {}
    for name in names:
        twin = next((held for held in kept if repeats(name, held)), None)
        if twin is not None:
            copies.setdefault(twin, []).append(name)
        elif len(kept) < k:
            kept.append(name)
    return kept, copies


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _shingles(text: str) -> NDArray[np.uint64]:
    """A 64-bit hash of each run of words, and of characters where a script writes no spaces."""
    words: list[str] = []
    characters: list[str] = []
    for word in _words(text):
        if _UNSPACED.search(word):
            for run in _UNSPACED.findall(word):
                characters += run
            words += [rest for rest in _UNSPACED.split(word) if rest]
        else:
            words.append(word)
    return np.concatenate([_runs(words, WORDS_TOGETHER), _runs(characters, CHARACTERS_TOGETHER)])


def _runs(pieces: list[str], together: int) -> NDArray[np.uint64]:
    """The hash of every `together` pieces in a row, each once; of all where there are fewer."""
    if not pieces:
        return np.empty(0, dtype=np.uint64)
    hashed = {piece: _hash(piece) for piece in set(pieces)}
    row = np.array([hashed[piece] for piece in pieces], dtype=np.uint64)
    together = min(together, len(row))
    mixed = np.zeros(len(row) - together + 1, dtype=np.uint64)
    for place in range(together):
        # A polynomial over the pieces keeps their order; the constants are those of SplitMix64.
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + row[place : place + len(mixed)]
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
    return np.unique(mixed)


def _hash(piece: str) -> int:
    # A lone surrogate, which no canonical text should hold, is no reason to fail.
    data = piece.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


@lru_cache(maxsize=1)
def _hashes() -> tuple[tuple[np.uint64, np.uint64], ...]:
    """An odd factor and an addend for each hash, from a fixed text: random, and always the same."""
    drawn = []
    for number in range(N_HASHES):
        digest = hashlib.blake2b(f"attest {RECIPE} {number}".encode(), digest_size=16).digest()
        factor = int.from_bytes(digest[:8], "little") | 1
        drawn.append((np.uint64(factor), np.uint64(int.from_bytes(digest[8:], "little") & _MASK)))
    return tuple(drawn)

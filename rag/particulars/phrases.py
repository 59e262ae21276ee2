"""Words that mean more where they stand, and verbs of two words, under a stem of their own."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.particulars.opposites import LOOSE, SIDES
from rag.particulars.words import Word, stem_of

# After a number: which way something went.
_WAYS = {
    "fewer": "decrease", "less": "decrease", "more": "increase", "below": "decrease",
    "above": "increase",
}  # fmt: skip
_WHOSE = frozenset("the a his her their its my your".split())
# How often: stems apart from those of "week" and "year".
_RATES = {
    **{
        low: stem_of(f"{low}rate")
        for low in ("daily", "weekly", "fortnightly", "monthly", "quarterly", "yearly", "hourly")
    },
    **dict.fromkeys(("annual", "annually"), stem_of("yearlyrate")),
}
# Verbs of two words, and the one that says the same.
_PHRASES = {
    (stem_of(verb), particle): stem_of(same)
    for verb, particle, same in (
        ("turn", "down", "reject"), ("throw", "out", "reject"), ("strike", "down", "overturn"),
        ("set", "aside", "overturn"), ("give", "up", "abandon"), ("carry", "on", "continue"),
        ("go", "up", "rise"), ("go", "down", "fall"), ("break", "off", "end"),
        ("go", "ahead", "proceed"), ("call", "off", "cancel"),
        ("step", "down", "leave"), ("pull", "out", "leave"), ("keep", "on", "continue"),
        ("fall", "asleep", "sleep"), ("in", "time", "punctual"), ("on", "time", "punctual"),
        ("far", "from", "farfrom"), ("keep", "to", "adhere"),
        ("put", "off", "postpone"), ("put", "back", "postpone"), ("put", "up", "raise"),
        ("give", "in", "yield"), ("give", "way", "collapse"), ("hold", "out", "resist"),
        ("cut", "back", "reduce"), ("take", "on", "hire"),
        ("lay", "off", "sack"), ("let", "go", "release"),
        ("shut", "down", "close"), ("wind", "up", "dissolve"), ("set", "up", "establish"),
        ("break", "out", "start"), ("die", "down", "subside"), ("flare", "up", "intensify"),
        ("speed", "up", "accelerate"), ("slow", "down", "brake"),
        ("speak", "for", "support"), ("come", "out", "emerge"), ("switch", "on", "activate"),
        ("switch", "off", "deactivate"), ("turn", "on", "activate"), ("turn", "off", "deactivate"),
    )
}  # fmt: skip
_VOTING = frozenset(map(stem_of, "vote decide argue campaign advise speak rule".split()))


def read_phrases(words: Sequence[Word]) -> list[Word]:
    """The words, and such as mean more where they stand under a stem of their own.

    "7 per cent fewer than" is a fall and "7 per cent more than" a rise; "the left wrist" has a
    side, "voted against" a vote.
    """
    read = list(words)
    for place, word in enumerate(words):
        before, following = words[max(0, place - 1)], words[min(place + 1, len(words) - 1)]
        way = _WAYS.get(word.low)
        counted = before.kind == "number" or before.low in ("cent", "percent", "points")
        if way and counted and (following.low == "than" or word.low in ("below", "above")):
            read[place] = replace(word, stem=stem_of(way))
        elif word.low in ("left", "right") and before.low in _WHOSE and following.content:
            read[place] = replace(word, stem=stem_of(f"{word.low}side"))
        elif word.low in ("first", "last") and before.low in _WHOSE:
            read[place] = replace(word, stem=stem_of(f"the{word.low}"))
        elif word.low == "passing":
            read[place] = replace(word, stem="passing")
        elif word.low in _RATES:
            read[place] = replace(word, stem=_RATES[word.low])
        elif (word.stem, following.low) in _PHRASES:
            read[place] = replace(word, stem=_PHRASES[word.stem, following.low])
        elif word.low == "short" and following.low == "of":
            read[place] = replace(word, stem=stem_of("shortof"))
        elif word.low in ("against", "favour", "favor"):
            voted = {other.stem for other in words[max(0, place - 5) : place]} & _VOTING
            if voted:
                way = "votedagainst" if word.low == "against" else "votedfor"
                read[place] = replace(word, stem=stem_of(way))
        elif word.low.endswith(("er", "est")) and _loose(word.stem):
            read[place] = replace(word, stem=_positive(word.low, word.stem))
    return read


def _loose(stem: str) -> bool:
    """Whether a word has no opposite, or only such as count where most words are shared."""
    return all(number >= LOOSE for number, _ in SIDES.get(stem, ()))


@lru_cache(maxsize=10_000)
def _positive(low: str, stem: str) -> str:
    """The stem of an adjective of which a word may be the comparative: "milder" of "mild"."""
    bare = low.removesuffix("est").removesuffix("er")
    bases = (bare, f"{bare}e", f"{bare.removesuffix('i')}y", bare[:-1])
    return next((stem_of(base) for base in bases if stem_of(base) in SIDES), stem)

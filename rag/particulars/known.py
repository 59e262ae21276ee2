"""The names that a source has, ready to be asked for one: spelt otherwise, shortened, or long."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.particulars.names import Name, key_of, names_of
from rag.particulars.openers import ORDINARY
from rag.particulars.places import ROLES
from rag.particulars.words import Word, words_of

_LINKS = frozenset(
    "of the for and in on at & - de du da la le van von der den bin al el y e".split()
)
_BYNAME = frozenset("“”\"'‘’()")
_WITH_S = re.compile(r"\b([A-Z]\w+)\([sS]\)")
# Bodies whose short form may begin with them: "DOJ".
_OFFICES = frozenset("department ministry office bank university".split())
# Letters of a longer name that its short form needs before small words may give them.
LONG_ACRONYM = 3


@dataclass(frozen=True, slots=True)
class Known:
    """The names of a source, ready to be asked.

    `sets` are the words of each name, alone and joined by "of" and the like; `small` all words
    that stand in small letters; `shorts` the short forms that its names give, `initials` the first
    letters of its words in a row, `solid` its names written in one: "jcpenney".
    """

    sets: tuple[frozenset[str], ...]
    places: tuple[tuple[int, int], ...]
    keys: frozenset[str]
    small: frozenset[str]
    acronyms: frozenset[str]
    shorts: frozenset[str]
    initials: str
    solid: frozenset[str]

    def holds(self, name: Name) -> bool:
        """Whether one name of the source has all the words of this one."""
        return self.place_of(name) is not None

    def place_of(self, name: Name, spelled: frozenset[str] = frozenset()) -> tuple[int, int] | None:
        """Where the name stands: an empty span where only its short or long form does.

        `spelled` are short forms that are spelled out elsewhere, so that no other long form fits.
        """
        wanted = {
            key
            for key in name.keys
            # "East" for "eastern Lorne", "ships" for "ship".
            if not {key, key.removesuffix("s"), f"{key}s", f"{key}ern"} & self.small
        }
        # "Agreements" for "Agreement", "SNPs" for "SNP": one name told of several.
        wanted = {self._told_as(key) for key in wanted}
        if not wanted:
            return (0, 0)
        if not wanted <= self.keys:
            return (0, 0) if self._short(name, spelled) else None
        for words, place in zip(self.sets, self.places, strict=True):
            if wanted <= words:
                return place
        return (0, 0) if self._short(name, spelled) else None

    def _told_as(self, key: str) -> str:
        """A word of a name as the source has it: one of several, "Nazi" for "Nazism"."""
        if key in self.keys:
            return key
        forms = [
            f"{key}s",
            *(key.removesuffix(ending) for ending in ("s", "sm", "ism", "ist", "ists", "ers")),
        ]
        if len(key) > 5:
            # "Prussian" and "Prussia", "Saharan" and "Sahara".
            forms += [f"{key}n", f"{key}an", key.removesuffix("n"), key.removesuffix("an")]
        return next((form for form in forms if form in self.keys), key)

    def _short(self, name: Name, spelled: frozenset[str]) -> bool:
        """Whether the source has the long form of a short name, or the short of a long one."""
        letters = name.text.replace(".", "")
        if "".join(name.keys) in self.solid:
            # "J.C. Penney" for "JCPenney"
            return True
        if len(name.keys) == 1 and letters.isupper() and len(letters) > 1:
            low = letters.casefold()
            return low in self.shorts or (len(low) >= LONG_ACRONYM and low in self.initials)
        initials = "".join(key[0] for key in name.keys)
        spelled = spelled | self.shorts
        if len(initials) >= LONG_ACRONYM and initials in self.acronyms - spelled:
            return True
        # "Transport Department" for "DOT", "USDOT".
        turned = f"{name.keys[-1][0]}o{initials[:-1]}"
        return name.keys[-1] in _OFFICES and any(
            known.removeprefix("us").removeprefix("uk") == turned for known in self.acronyms
        )


@lru_cache(maxsize=256)
def known_of(text: str) -> Known:
    """The names of a source."""
    found = words_of(text)
    names = names_of(text)
    sets: list[frozenset[str]] = [frozenset(name.keys) for name in names]
    places = [(name.start, name.end) for name in names]
    shorts: set[str] = set()
    group: list[Name] = []
    for name in names:
        # Not more than a few words long, or a list of names would be one.
        if group and _linked(found, group[-1], name) and len(group) < 4:
            group.append(name)
            sets.append(frozenset(key for item in group for key in item.keys))
            places.append((group[0].start, name.end))
        else:
            group = [name]
        shorts |= _shorts(found, group)
    acronyms = {
        word.low.replace(".", "")
        for word in found
        if word.kind != "mark" and word.text.replace(".", "").isupper() and len(word.text) > 1
    }
    small = {
        key_of(word.low)
        for word in found
        if word.kind == "word"
        and (not word.capital or (word.opens and (word.stem in ORDINARY or word.low in ROLES)))
    }
    # "BRCA" of "BRCA1" is a name too, where the sentence has it apart.
    for one, two in pairwise(found):
        if one.capital and one.kind == "word" and two.kind == "number" and one.end == two.start:
            sets.append(frozenset({key_of(one.low)}))
            places.append((one.start, two.end))
    # "HTTP(S)" is both.
    for match in _WITH_S.finditer(text):
        sets.append(frozenset({key_of(f"{match[1]}s".casefold())}))
        places.append(match.span())
    shorts |= _titled(found)
    keys = {key for words in sets for key in words}
    solid = {"".join(name.keys) for name in names}
    initials = "".join(word.low[0] for word in found if word.content and word.kind == "word")
    return Known(
        tuple(sets), tuple(places), frozenset(keys), frozenset(small), frozenset(acronyms),
        frozenset(shorts), initials, frozenset(solid),
    )  # fmt: skip


def _titled(found: Sequence[Word]) -> set[str]:
    """The short forms of runs of capitals that are no name: "Make Arle Great Again"."""
    shorts: set[str] = set()
    run: list[Word] = []
    for word in [*found, None]:
        if word is not None and word.kind == "word" and word.capital:
            run.append(word)
            continue
        if len(run) >= LONG_ACRONYM:
            shorts.add("".join(one.low[0] for one in run))
        run = []
    return shorts


def _linked(found: Sequence[Word], one: Name, two: Name) -> bool:
    """Whether only "of the" and the like stand between two names, or nothing but a comma."""
    between = [word.low for word in found[one.last + 1 : two.first]]
    if _quoted(found, one, two):
        return True
    return len(between) <= 3 and "and" not in between and all(word in _LINKS for word in between)


def _quoted(found: Sequence[Word], one: Name, two: Name) -> bool:
    """Whether one of two names is a byname of the other in quotation marks: `Ada “Bix” LORNE`."""
    between = found[one.last + 1 : two.first]
    if len(between) != 1 or between[0].text not in _BYNAME:
        return False
    opening = between[0].start == two.start - 1
    closing = two.last + 1 if opening else one.first - 1
    return 0 <= closing < len(found) and found[closing].text in _BYNAME


def _shorts(found: Sequence[Word], group: Sequence[Name]) -> set[str]:
    """The short forms of a name: the first letters of its words with and without small ones."""
    run = found[group[0].first : group[-1].last + 1]
    capitals = "".join(word.low[0] for word in run if word.capital)
    every = "".join(word.low[0] for word in run if word.kind == "word")
    return {letters for letters in (capitals, every) if len(letters) > 1}

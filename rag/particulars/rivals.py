"""Whether a name of a source may be what a sentence has another name for.

A name that is put in the place of another is of its kind and is another thing: "Italy" is no slip
for "Juventus", "CEO" is nobody's name, and "VPNs" are the same as "Virtual Private Networks".
"""

from collections.abc import Sequence

from rag.particulars.names import SEATS_BY_KEY, Name, key_of
from rag.particulars.places import BODIES, JOINED, ONE_NAME, ROLES, SAME_ROLE
from rag.particulars.words import Word, is_irregular

ROLE_KEYS = frozenset(map(key_of, ROLES | set(SAME_ROLE.values())))
BODY_KEYS = frozenset(map(key_of, BODIES))
# "Kentucky Republican" and "Harvard Professor" are somebody whose name stands elsewhere.
_DESCRIBES = ROLE_KEYS | {"republican", "democrat", "native"}
_LANDS = (frozenset(ONE_NAME.values()) | frozenset(JOINED.values())) - frozenset(SEATS_BY_KEY)
_ARTICLES = frozenset("the les los las".split())
# So many first letters in common, and two words may be forms of one: "Bolivarian", "Bolívar".
STEM_LETTERS = 5
# "Ohm v Berg", "5 m": a noun has more letters.
LEAST_NOUN = 2
# Words between two names of one list.
LIST_REACH = 4


def may_stand_for(
    found: Sequence[Word],
    name: Name,
    there: Sequence[Word],
    rival: Name,
    *,
    owners: bool = True,
    bynames: bool = True,
) -> bool:
    """Whether a name of the source may be the one that a sentence has another name for.

    `found` and `there` are the words of the sentence and of the source. With `owners` a name that
    owns something and one that does not are never put for each other, with `bynames` one that has
    an article and one without.
    """
    if owners and owns(found, name) != owns(there, rival):
        return False
    return (
        rival.keys[-1] not in _DESCRIBES
        and _is_land(name) == _is_land(rival)
        and not _same_thing(name, rival)
        and (
            not bynames or _is_land(name) or _has_article(found, name) == _has_article(there, rival)
        )
    )


def owns(found: Sequence[Word], name: Name) -> bool:
    """Whether a name stands in the possessive, or behind an "of"."""
    before = [word.low for word in found[max(0, name.first - 2) : name.first]]
    if before[-1:] == ["the"]:
        before.pop()
    return in_possessive(found, name) or before[-1:] == ["of"]


def in_possessive(found: Sequence[Word], name: Name) -> bool:
    """Whether a name ends in an apostrophe and an s."""
    return found[name.last].text.endswith(("'s", "’s", "s’", "s'"))


def may_be_one(one: Name, two: Name) -> bool:
    """Whether two names may be of one person or thing: a first name alone does not make them."""
    keys, others = set(one.keys), set(two.keys)
    return keys <= others or others <= keys or one.keys[-1] == two.keys[-1]


def in_one_list(there: Sequence[Word], one: Name, two: Name) -> bool:
    """Whether two names stand beside each other in a list: "A, B and C"."""
    early, late = (one, two) if one.first < two.first else (two, one)
    between = there[early.last + 1 : late.first]
    if not between or len(between) > LIST_REACH:
        return False
    listing = any(word.low in ("and", "or", ",", "&") for word in between)
    return listing and all(
        word.capital or word.low in ("and", "or", ",", "&", "the") for word in between
    )


def _in_order(letters: str, text: str) -> bool:
    """Whether letters stand in a text one after the other, as those of a short form do."""
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def attributive(found: Sequence[Word], name: Name) -> bool:
    """Whether a name only stands before a noun: "a Supreme Court case"."""
    following = found[name.last + 1] if name.last + 1 < len(found) else None
    plain = following is not None and following.content and len(following.low) > LEAST_NOUN
    if following is None or not plain or following.kind != "word" or following.capital:
        return False
    return not (following.low.endswith("ed") or is_irregular(following.low))


def _is_land(name: Name) -> bool:
    return set(name.keys) <= _LANDS


def _has_article(found: Sequence[Word], name: Name) -> bool:
    """Whether an article stands before a name, as before a byname: "the Gunners"."""
    return name.first > 0 and found[name.first - 1].low in _ARTICLES


def _same_thing(one: Name, two: Name) -> bool:
    """Whether two names may be forms of one: a short one and its long one, a seat and its land."""
    if {SEATS_BY_KEY.get(key, key) for key in one.keys} & {
        SEATS_BY_KEY.get(key, key) for key in two.keys
    }:
        return True
    if "".join(one.keys) == "".join(two.keys):
        return True
    for short, long in ((one, two), (two, one)):
        letters = short.text.replace(".", "").removesuffix("s").casefold()
        initials = "".join(key[0] for key in long.keys)
        if len(short.keys) == 1 and len(initials) > 1 and letters == initials:
            return True
        turned = f"{long.keys[-1][0]}o{initials[:-1]}"
        if set(short.keys) & {turned, f"us{turned}"}:
            # "DOJ official" and "Justice Department"
            return True
        if short.text.removesuffix("s").isupper() and _in_order(letters, long.text.casefold()):
            return True
    return any(
        len(first) >= STEM_LETTERS and first[:STEM_LETTERS] == second[:STEM_LETTERS]
        for first in set(one.keys) - ROLE_KEYS - BODY_KEYS
        for second in set(two.keys) - ROLE_KEYS - BODY_KEYS
    )

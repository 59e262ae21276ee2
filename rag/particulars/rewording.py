"""When a denial says in other words what a source says: "not until May", "no larger lake"."""

from collections.abc import Sequence
from itertools import pairwise

from rag.particulars.cues import Cue, stem_set
from rag.particulars.hedges import hedges_of
from rag.particulars.source import Source
from rag.particulars.words import Word

UNTIL = frozenset("until till".split())
_ALL = frozenset("all every everyone everybody both always entirely everything".split())
_SOME = stem_set(
    "divide split differ mix some most many few part majority minority several only half disagree"
)
_EARLIER = frozenset("before previously already once earlier again past".split())
_TO_BE = frozenset("must should will would need needs shall to".split())
_SO_FAR = frozenset("yet still who which that those anyone if".split())
_WAYS = frozenset("with by in on at to for from of as".split())
_SAVE = frozenset("outside except unless before until beyond but without".split())


def has_end(cue: Cue, words: Sequence[Word], at: frozenset[str] = UNTIL) -> bool:
    """Whether a denial has an end: "will not open until 2026" tells when it will."""
    for word in [word for word in words if word.start > cue.end][:12]:
        if word.low in at:
            return True
        if word.low in (".", ";", "but", "and"):
            return False
    return False


def but_rather(cue: Cue, words: Sequence[Word]) -> bool:
    """Whether what is denied is only set against another: "charged not with theft but with"."""
    after = [word for word in words if word.start > cue.end][:12]
    ways = [word.low for word in after if word.low in _WAYS]
    return any(
        one.low == "but" and two.low in _WAYS and ways.count(two.low) > 1
        for one, two in pairwise(after)
    )


def to_come(cue: Cue, words: Sequence[Word], source: Source) -> bool:
    """Whether what a sentence says is not yet so, or of those who do not, is to be in the source.

    "Is not yet in force" for "will come into force", "those who do not update" for "should".
    """
    at = next(place for place, word in enumerate(words) if word.start == cue.start)
    near = {word.low for word in words[max(0, at - 3) : at + 3]}
    if "unlike" in {word.low for word in words[:at]}:
        return True
    return bool(near & _SO_FAR) and any(
        set(hedge.focus) & set(cue.focus) and source.cites(hedge.start, hedge.end)
        for hedge in hedges_of(source.passage)
    )


def so_far(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether a source denies only what was so far, and the sentence tells what is to be or is new.

    "Had never won before" for "won for the first time", "is still not tested" for "must be tested".
    """
    at = next((place for place, word in enumerate(there) if word.start == cue.start), 0)
    near = there[max(0, at - 3) : at + 10]
    lows = {word.low for word in words}
    if any(
        word.low in ("before", "previously")
        and not (index + 1 < len(near) and near[index + 1].content)
        for index, word in enumerate(near)
    ):
        return not lows & _EARLIER or "first" in lows
    if {word.low for word in near} & {"still", "yet"}:
        return bool(lows & _TO_BE)
    return False


def unsurpassed(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether "no larger lake" says what "the largest lake" does."""
    following = [word.low for word in words if word.start > cue.end][:2]
    if cue.text.casefold() not in ("no", "nobody", "nothing", "none"):
        return False
    lows = {word.low for word in there}
    return any(
        (low.endswith("er") and f"{low[:-2]}est" in lows) or (low == "more" and "most" in lows)
        for low in following
    )


def partly(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether "not all agree" says what "opinions are divided" or "most agree" does."""
    following = next((word.low for word in words if word.start > cue.end), "")
    return following in _ALL and any(word.stem in _SOME for word in there)


def outside_only(cue: Cue, words: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether "not outside lunch" says what "only during lunch" does."""
    if not any(word.low in ("only", "solely", "exclusively") for word in there):
        return False
    after = [word for word in words if word.start > cue.end][:12]
    lows = {word.low for word in after}
    return bool(lows & _SAVE) or {"other", "than"} <= lows

"""What the clauses of a text predicate: of each word whether it is denied, only possible, done.

The auxiliaries right before a word are read backwards: "has not yet been able to sign" denies
"sign". A word with none before it is told plainly, as far as it is a verb at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rag.particulars.cues import LIGHT, manner, stem_set
from rag.particulars.opposites import LOOSE, OPPOSITE_GROUPS, SIDES
from rag.particulars.words import Word, is_irregular, words_of

Mode = Literal["", "possible", "able", "future", "would", "must", "unsure"]

_BE = frozenset("be is are was were been being am 's 're".split())
_HAVE = frozenset("have has had having".split())
_DO = frozenset("do does did".split())
_PAST_BE = frozenset("was were been had".split())
_NOT = frozenset("not never cannot hardly scarcely".split())
_MODALS: dict[str, Mode] = {
    **dict.fromkeys("may might could possibly perhaps probably".split(), "possible"),
    **dict.fromkeys("likely potentially".split(), "possible"),
    "can": "able",
    **dict.fromkeys("will shall".split(), "future"),
    **dict.fromkeys("would should".split(), "would"),
    "must": "must",
}  # fmt: skip
# What stands between an auxiliary and its verb.
_BETWEEN = frozenset(
    """also ever even still just now then already soon always often therefore thus again once
    only himself herself itself themselves myself both all it he she they we i you there this yet
    any very so quite rather most almost""".split()
)
_STOPS = frozenset(",;:.!?()")
_PLACING = frozenset("in at on under of out off".split())
_ARTICLES = frozenset("a an the its his her their".split())
# "Is regarded as a doctor" is "is a doctor".
_REGARDED = stem_set(
    "regard consider deem view see depict show portray describe treat class classify recognise "
    "recognize count know think call name label"
)
# What an infinitive is told to be by the word that governs it.
_GOVERNORS: dict[str, Mode] = {
    **dict.fromkeys(stem_set("allow enable let permit able capable free"), "able"),
    **dict.fromkeys(
        stem_set(
            "likely unlikely appear seem think believe suspect risk allege accuse expect say report"
        ),
        "possible",
    ),
    **dict.fromkeys(
        stem_set(
            "plan intend hope aim want vow promise pledge agree threaten seek try attempt offer "
            "propose prepare schedule due set slate poise go about certain sure bound ready wish "
            "decide choose opt vote consider push effort bid drive campaign"
        ),
        "future",
    ),
    **dict.fromkeys(
        stem_set(
            "require ask urge recommend advise order tell call need demand instruct "
            "obligation requirement duty"
        ),
        "must",
    ),
}  # fmt: skip
# "Rejected becoming", "without asking", "recommends stopping".
_AGAINST = stem_set(
    "reject avoid oppose resist without refrain forgo skip dismiss refuse decline omit against"
)
_WEIGHING = stem_set("consider weigh mull explore contemplate ponder discuss debate envisage")
# "Take root", "make a decision": the noun tells what is done.
_CARRYING = stem_set("make take have play give hold pose")
_KEEPING = stem_set("keep prevent stop bar block ban prohibit deter discourage hinder refrain")
_URGING = stem_set("recommend advise suggest urge propose")
_REFUSING = stem_set("fail refuse decline unable unwilling")
# "Managed to open" is "opened".
_ACHIEVING = stem_set("manage help begin start come continue turn prove get")
# "I want to thank" thanks.
_PERFORMED = stem_set("apologise apologize thank congratulate stress emphasise emphasize")
_NOMINAL = ("ation", "ition", "sion", "tion", "ment", "ance", "ence")
_SYNONYMS = """
need needed require necessary essential/allow permit let/show demonstrate reveal
show exhibit display/consider regard deem view judge
cause trigger produce
help assist aid/find detect observe identify see notice/use employ utilise utilize/build construct
get receive obtain/choose select pick/believe think/buy purchase acquire/contain include comprise
affect influence impact/change alter modify/work function operate/occur happen/close shut
reply respond answer/remove oust expel/cover include apply/begin start/stop cease halt/sell market
credible reliable trustworthy/effective efficacious/kill murder/injure hurt wound/own possess
meet encounter/speak talk/mention refer/fix solve resolve patch/publish release issue/fire dismiss
attend visit/reach attain achieve/accept agree/warn caution alert/arrest detain/charge indict
""".replace("\n", "/")
_SAME_AS: dict[str, frozenset[str]] = {}
for _group in _SYNONYMS.strip("/").split("/"):
    for _stem in stem_set(_group):
        _SAME_AS[_stem] = _SAME_AS.get(_stem, frozenset()) | stem_set(_group)
# "Shortened" and "shorter"
_DEGREES = frozenset(
    "short wid deep weak soft hard broad dark bright light loos tight cheap thick sharp".split()
)
_HELPED = frozenset("help helps helped".split())
# Words back from a verb that are read, and from a "to" to the verb that governs it.
BACK, GOVERNOR_BACK = 9, 10


@dataclass(frozen=True, slots=True)
class Predicate:
    """One word of a text as it is told.

    `governed` says that an auxiliary stands before it, `done` that it is told as what happened,
    `nominal` that it is what something is called ("is not a doctor").
    """

    place: int
    word: Word
    root: str
    denied: bool = False
    mode: Mode = ""
    done: bool = False
    governed: bool = False
    nominal: bool = False
    perfect: bool = False
    by: int = -1
    noun: bool = False


@lru_cache(maxsize=50_000)
def root_of(stem: str) -> str:
    """A stem without the endings that make adjectives and nouns of verbs, in one spelling."""
    root = stem
    if len(root) >= 7 and root.endswith(("abl", "ibl")):
        root = root[:-3]
    elif (len(root) >= 7 and root.endswith("at")) or (
        root.endswith(("en", "er")) and root[:-2] in _DEGREES
    ):
        root = root[:-2]
    if len(root) >= 6 and root.endswith(("is", "ys")):
        root = f"{root[:-1]}z"
    return root.replace("our", "or") if len(root) > 5 else root


@lru_cache(maxsize=256)
def predicates_of(text: str) -> tuple[Predicate, ...]:
    """Each content word of a text as it is told, in order."""
    words = words_of(text)
    found: dict[int, Predicate] = {}
    for place, word in enumerate(words):
        if word.kind == "word" and word.content:
            found[place] = _read(words, place, found)
    return tuple(found.values())


def _read(words: Sequence[Word], place: int, earlier: dict[int, Predicate]) -> Predicate:
    word = words[place]
    plain = Predicate(place, word, root_of(word.stem), noun=is_noun(words, place))
    denied = governed = be = perfect = past = article = made = carried = False
    mode: Mode = ""
    passed = 0
    at = place - 1
    while at >= 0 and place - at <= BACK:
        one = words[at]
        low = one.low
        if low.endswith("n't"):
            denied, low = True, {"ca": "can", "wo": "will"}.get(low[:-3], low[:-3])
        if low in _NOT:
            denied = True
            mode = mode or ("able" if low == "cannot" else "")
            governed = governed or low == "cannot"
        elif low == "longer" and at and words[at - 1].low == "no":
            denied, at = True, at - 1
        elif low in _MODALS and not (one.capital and not one.opens):
            mode, governed = mode or _MODALS[low], True
        elif low in _BE or low in _DO or low in _HAVE:
            governed = True
            be = be or low in _BE
            perfect = perfect or low in _HAVE
            past = past or low in _PAST_BE or low == "did" or low in ("has", "have")
        elif low == "to" and not (article or passed):
            if word.capital or (word.low.endswith("s") and not word.low.endswith("ss")):
                # "To France", "to investigations"
                return plain
            return _infinitive(words, at, replace(plain, noun=False), earlier)
        elif low in _ARTICLES and not article:
            article = True
        elif low == "as" and at and words[at - 1].stem in _REGARDED:
            at -= 1
        elif one.stem in _REGARDED and not governed:
            pass
        elif low in ("and", "or") and at == place - 1 and at - 1 in earlier:
            before = earlier[at - 1]
            if _form(before.word) == _form(word):
                return replace(
                    before, place=place, word=word, root=plain.root, nominal=before.nominal
                )
            break
        elif low in _PLACING and at and words[at - 1].low in _BE:
            # "Is in trouble", "is under arrest"
            article = True
        elif one.stem in _CARRYING and (article or passed or at == place - 1) and not governed:
            # "Did not make the river any shorter", "never took root"
            article = be = made = True
            carried = _past_form(one)
        elif low in _BETWEEN or manner(one) or (low in _HELPED and at == place - 1):
            pass
        elif one.content and one.kind == "word" and not article and passed < 2 and not governed:
            passed += 1
        else:
            break
        at -= 1
    if word.low.endswith("ing") and place:
        one = words[place - 1]
        at = place - 1
        if one.low == "out" and place > 1:
            at = place - 2
        elif one.low == "from":
            # "Kept the ship from entering"
            back = range(place - 2, max(-1, place - 2 - GOVERNOR_BACK), -1)
            at = next((at for at in back if words[at].stem in _KEEPING), at)
        one = words[at]
        if one.stem in _AGAINST or (one.stem in _KEEPING and words[place - 1].low == "from"):
            denied = not any(_negates(other) for other in words[max(0, at - 3) : at])
            return replace(plain, denied=denied, by=at, noun=False)
        if one.stem in _WEIGHING:
            return replace(plain, mode="possible", by=at, noun=False)
        if one.stem in _URGING:
            return replace(plain, mode="must", by=at, noun=False)
    if made and not governed:
        return replace(plain, done=carried, denied=denied, governed=denied, noun=False)
    one = words[max(0, place - 1)]
    finite = _past_form(word) and one.kind == "word" and one.low not in _ARTICLES
    if (article or passed) and not (article and be):
        return replace(plain, done=finite and one.content and not manner(one))
    if not governed and not denied:
        return replace(plain, done=finite)
    done = not mode and past and (perfect or be or not denied)
    return replace(
        plain, denied=denied, mode=mode, done=done, governed=True, nominal=article and not made,
        perfect=perfect and not mode, noun=False,
    )  # fmt: skip


def _infinitive(
    words: Sequence[Word], to: int, plain: Predicate, earlier: dict[int, Predicate]
) -> Predicate:
    """A word after a "to", as the word that governs it has it."""
    if to and (words[to - 1].low in _NOT):
        return replace(plain, denied=True, governed=True)
    for at in range(to - 1, max(-1, to - 1 - GOVERNOR_BACK), -1):
        word = words[at]
        near = to - at <= 2
        if word.text in _STOPS:
            break
        if word.low in ("yet", "still") and to - at == 1:
            return replace(plain, denied=True, governed=True, perfect=True)
        if word.low in ("have", "has", "had", "need", "needs", "needed") and to - at == 1:
            denied = any(_negates(one) for one in words[max(0, at - 2) : at])
            if word.low == "had" and not denied:
                return replace(plain, governed=True, done=True)
            return replace(plain, mode="must", governed=True, denied=denied)
        governor = earlier.get(at)
        if word.stem in _REFUSING and near:
            return replace(plain, denied=not (governor and governor.denied), governed=True)
        if word.stem in _ACHIEVING and near and governor:
            return replace(governor, place=plain.place, word=plain.word, root=plain.root)
        if word.low == "whether" and near:
            return replace(plain, mode="possible", governed=True)
        mode = _GOVERNORS.get(word.stem)
        if mode and (near or mode in ("able", "must")):
            first = words[max(0, at - 2)].low if at >= 2 else words[0].low
            if plain.word.stem in _PERFORMED and "i" in (first, words[max(0, at - 1)].low):
                return replace(plain, governed=True)
            denied = governor.denied if governor else False
            return replace(plain, mode=mode, governed=True, denied=denied)
        if governor is not None and governor.perfect and governor.done:
            # "Has used the flaw to enter": what it was used for is told as done.
            return replace(plain, mode="", done=True, governed=True, perfect=True)
        if governor is not None and governor.mode:
            return replace(plain, mode=governor.mode, governed=True)
    return replace(plain, mode="unsure", governed=True)


def _negates(word: Word) -> bool:
    return word.low in _NOT or word.low == "no" or word.low.endswith("n't")


def governs(stem: str) -> bool:
    """Whether what a verb governs is not told as done: "ordered", "plans"."""
    return stem in _GOVERNORS


def synonyms(one: str, other: str) -> bool:
    """Whether two stems say nearly the same of a thing."""
    return other in _SAME_AS.get(one, ()) or any(
        number < LOOSE and other in OPPOSITE_GROUPS[number][side]
        for number, side in SIDES.get(one, ())
    )


def is_noun(words: Sequence[Word], place: int) -> bool:
    """Whether a word is plainly a noun where it stands: "the exploitation of"."""
    word = words[place]
    before = words[place - 1].low if place else ""
    following = words[place + 1].low if place + 1 < len(words) else ""
    return word.low.endswith(_NOMINAL) or before in _ARTICLES or following == "of"


def _past_form(word: Word) -> bool:
    ends = word.low.endswith("ed") and not word.low.endswith("eed")
    return ends or is_irregular(word.low)


def _form(word: Word) -> str:
    if _past_form(word):
        return "ed"
    return "ing" if word.low.endswith("ing") else "s" if word.low.endswith("s") else ""


def light(predicate: Predicate) -> bool:
    """Whether a word says too little to be held against another text."""
    stem = predicate.word.stem
    return (
        stem in LIGHT
        or len(stem) < 2
        or predicate.word.low == "since"
        or (predicate.word.capital and not predicate.word.opens)
    )

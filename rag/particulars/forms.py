"""Forms of a name that a source has otherwise: shortened, abbreviated, taken apart, misspelt."""

import re
from collections.abc import Sequence

from rag.particulars.known import Known, known_of
from rag.particulars.names import Name, names_of
from rag.particulars.rivals import ROLE_KEYS
from rag.particulars.source import Source
from rag.particulars.words import Word, words_of

# American states as news writes them, in AP style and by post.
_STATES = {
    state: forms
    for line in (
        "alabama Ala AL; arizona Ariz AZ; arkansas Ark AR; california Calif CA; colorado Colo CO",
        "connecticut Conn CT; delaware Del DE; florida Fla FL; georgia Ga GA; illinois Ill IL",
        "indiana Ind IN; kansas Kan KS; kentucky Ky KY; louisiana La LA; maryland Md MD",
        "massachusetts Mass MA; michigan Mich MI; minnesota Minn MN; mississippi Miss MS",
        "missouri Mo MO; montana Mont MT; nebraska Neb NE; nevada Nev NV; new_hampshire N.H NH",
        "new_jersey N.J NJ; new_mexico N.M NM; new_york N.Y NY; north_carolina N.C NC",
        "north_dakota N.D ND; oklahoma Okla OK; oregon Ore OR; pennsylvania Pa PA",
        "rhode_island R.I RI; south_carolina S.C SC; south_dakota S.D SD; tennessee Tenn TN",
        "texas Tex TX; vermont Vt VT; virginia Va VA; washington Wash WA; west_virginia W.Va WV",
        "wisconsin Wis WI; wyoming Wyo WY",
    )
    for state, *forms in (one.split() for one in line.split(";"))
}
# "Sen. Ada Berg (D-Vt.)" is a Democrat.
_PARTIES = {"democrat": "D", "democratic": "D", "republican": "R"}
_GROUP_LINKS = frozenset("of for the and on".split())
# A word of so many letters that differs in a vowel may be misspelt; of fewer, another name.
LONG, LONG_ALONE = 6, 8


def in_other_form(sentence: str, name: Name, source: Source) -> bool:
    """Whether a source has a name in another form: "Minn." for "Minnesota", "AP" spelt out."""
    known = known_of(source.passage)
    return (
        _abbreviated(sentence, name, source.passage)
        or _group_short(words_of(sentence), name, known)
        or _with_short(name, source)
        or _in_parts(name, known, known_of(source.about))
        or _misspelt(name, source)
    )


def _abbreviated(sentence: str, name: Name, passage: str) -> bool:
    """Whether a passage abbreviates a state or tells a party by its letter."""
    plain = "_".join(name.text.casefold().removesuffix("'s").removesuffix("’s").split())
    if plain in _STATES:
        dotted, postal = _STATES[plain]
        told = rf"(?:(\w+) \([A-Z]-|, |(?<![\w.(-]))(?:{re.escape(dotted)}\.|{postal}\b)"
        # "Ada Berg (D-Vt.)" makes nobody else of Vermont.
        return any(
            match[1] is None or match[1].casefold() in sentence.casefold()
            for match in re.finditer(told, passage)
            if match[1] or match[0].startswith(",") or match[0].endswith(".")
        )
    letter = _PARTIES.get(plain.removesuffix("s"))
    return letter is not None and re.search(rf"\({letter}[-–—]", passage) is not None


def _group_short(found: Sequence[Word], name: Name, known: Known) -> bool:
    """Whether a name is part of a long one that the source has short: "Department of the Sea"."""
    low, high = name.first, name.last
    while low > 0 and (found[low - 1].capital or found[low - 1].low in _GROUP_LINKS):
        if found[low - 1].opens:
            break
        low -= 1
    while high + 1 < len(found) and (
        found[high + 1].capital or found[high + 1].low in _GROUP_LINKS
    ):
        if found[high + 1].opens:
            break
        high += 1
    run = [word for word in found[low : high + 1] if word.kind == "word"]
    for begin in range(len(run)):
        for end in range(begin + 2, len(run) + 1):
            part = run[begin:end]
            if not (part[0].start <= name.start and name.end <= part[-1].end):
                continue
            capitals = "".join(word.low[0] for word in part if word.capital)
            if len(capitals) > 2 and {capitals, f"us{capitals}"} & known.acronyms - known.shorts:
                return True
    return False


def _with_short(name: Name, source: Source) -> bool:
    """Whether the source spells out one word of a name: "VR Lab" for "Virtual Reality Lab"."""
    shorts = [key for key in name.keys if 1 < len(key) <= 4 and key.upper() in name.text]
    if not shorts or len(name.keys) < 2:
        return False
    for short in shorts:
        rest = set(name.keys) - {short}
        for other in names_of(source.passage):
            keys = other.keys
            for at in range(len(keys) - len(short)):
                run = keys[at : at + len(short)]
                if "".join(key[0] for key in run) == short and rest <= set(keys) - set(run):
                    return True
    return False


def _in_parts(name: Name, known: Known, about: Known) -> bool:
    """Whether a name is two whole names of the source set together: "Arle Mayor Ada Berg"."""
    whole = {*known.sets, *about.sets}
    keys = [key for key in name.keys if key not in ROLE_KEYS]
    for at in range(1, len(keys)):
        parts = frozenset(keys[:at]), frozenset(keys[at:])
        if max(map(len, parts)) > 1 and all(part in whole for part in parts):
            return True
    return False


def _misspelt(name: Name, source: Source) -> bool:
    """Whether the source has a name with another vowel in a long word of it."""
    keys = set(name.keys)
    for other in names_of(source.passage):
        mine, theirs = keys - set(other.keys), set(other.keys) - keys
        if len(mine) != 1 or not theirs:
            continue
        word = next(iter(mine))
        least = LONG if len(keys) > 1 else LONG_ALONE
        if len(word) >= least and any(_one_letter(word, one) for one in theirs):
            return True
    return False


def _one_letter(one: str, two: str) -> bool:
    """Whether two words differ in one vowel: "Halvorsen", but not "Brookway" and "Brockway"."""
    if len(one) != len(two) or one[0] != two[0]:
        return False
    pairs = [{mine, theirs} for mine, theirs in zip(one, two, strict=True) if mine != theirs]
    return len(pairs) == 1 and pairs[0] <= set("aeiouy")

"""The names of a sentence held against a source, and whether each does what the source says."""

from collections.abc import Sequence

from rag.particulars.acting import wrong_actor, wrong_agent
from rag.particulars.company import MOST_SAID, wrong_company
from rag.particulars.forms import in_other_form
from rag.particulars.known import known_of
from rag.particulars.names import (
    SEATS_BY_KEY,
    Name,
    codes_of,
    common_short,
    likeness,
    names_of,
    ordinary_shape,
)
from rag.particulars.particular import Finding, Particular, Verdict
from rag.particulars.places import HONORIFICS
from rag.particulars.quotations import quotations_of
from rag.particulars.relating import (
    FAMILY,
    wrong_kin,
    wrong_office,
    wrong_owner,
    wrong_slot,
    wrong_way,
)
from rag.particulars.rivals import BODY_KEYS, ROLE_KEYS, may_stand_for
from rag.particulars.source import Source
from rag.particulars.speaking import SPEAKING
from rag.particulars.words import STOP_WORDS, Word, is_irregular, words_of

# A word of the source so like one of the sentence is what it was made from.
LIKE = 0.5
# "Swiss francs": a currency is checked with its number.
_MONEY = frozenset("franc francs krone kroner krona kronor yen won yuan zlotys forints".split())
_PLACING = frozenset("in at near from to around outside inside".split())


def name_particulars(sentence: str) -> list[tuple[Particular, Name]]:
    """The names of a sentence; those inside its quotations are checked with them."""
    quoted = [(one.start, one.end) for one in quotations_of(sentence)]
    return [
        (Particular("name", name.text, name.start, name.end, " ".join(name.keys)), name)
        for name in names_of(sentence)
        if not any(start <= name.start < end for start, end in quoted)
    ]


def check_names(sentence: str, source: Source) -> list[Finding]:
    """Each name of a sentence: is it in the source, and is it the one that the source has there?"""
    findings: list[Finding] = []
    for particular, name in name_particulars(sentence):
        verdict, place = _verdict(name, sentence, source)
        if verdict == "held":
            findings.append(Finding(particular, "held", place, ""))
        elif verdict == "elsewhere":
            findings.append(Finding(particular, "elsewhere", place, ""))
        elif name.sure:
            findings.append(_not_there(particular, name, source))
    misplaced = _misplaced(sentence, source, findings)
    # That a name stands in the source is no answer to its doing there what another does.
    put = {finding.particular for finding in misplaced}
    if not misplaced and (office := wrong_office(sentence, source)):
        word, why = office
        part = Particular("name", word.text, word.start, word.end, word.low)
        misplaced = [Finding(part, "altered", None, why)]
    return [*(one for one in findings if one.particular not in put), *misplaced]


def _verdict(name: Name, sentence: str, source: Source) -> tuple[Verdict, tuple[int, int] | None]:
    offset = source.span[0]
    cited = known_of(source.cited)
    wanted = _without_roles(name, source)
    if not wanted.keys:
        return "held", None
    spelled = known_of(source.passage).shorts | known_of(source.about).shorts
    place = cited.place_of(wanted, spelled)
    if place is not None:
        found = (place[0] + offset, place[1] + offset) if place[1] else None
        return "held", found
    place = known_of(source.passage).place_of(wanted, spelled)
    if place is not None:
        return "elsewhere", place if place[1] else None
    if known_of(source.about).holds(wanted) or common_short(name):
        return "elsewhere", None
    # "Aoife Dunmore" for "Dunmore's daughter, Aoife".
    lows = {word.low for word in source.words}
    alone = any(frozenset({key}) in cited.sets for key in wanted.keys)
    if alone and len(wanted.keys) == 2 and set(wanted.keys) <= cited.keys and lows & FAMILY:
        return "held", None
    # "Kestrel County" where the passage has "the county" and its title "Kestrel".
    if len(wanted.keys) > 1 and known_of(f"{source.passage}\n{source.about}").holds(wanted):
        return "elsewhere", None
    if (
        _led_in(name, sentence, source)
        or _of_a_place(name, source)
        or _with_its_noun(name, sentence, source)
        or in_other_form(sentence, name, source)
        # "Republican" is dropped from a name as an office, and gives its letter to "NRC".
        or known_of(source.passage).holds(name)
    ):
        return "elsewhere", None
    if (
        _opening(name, sentence, source)
        or _own_short(name, sentence)
        or _governs(name, sentence, source)
        or _currency(name, sentence)
    ):
        return "held", None
    return "missing", None


def _opening(name: Name, sentence: str, source: Source) -> bool:
    """Whether a word only opens a sentence and is one that the source has: "Withdrawal is …"."""
    word = words_of(sentence)[name.first]
    if not word.opens or name.first != name.last or word.text[1:].isupper():
        return False
    stems = {word.stem, word.low.removesuffix("ern")}
    return any(other.stem in stems and not other.capital for other in words_of(source.passage))


def _led_in(name: Name, sentence: str, source: Source) -> bool:
    """Whether a name has only an ordinary word before it, at the head of a sentence.

    "Embattled Corvane said" and "Labelled FIAU", which the source has apart.
    """
    word = words_of(sentence)[name.first]
    if not word.opens or len(name.keys) < 2 or word.text[1:].isupper():
        return False
    rest, known = frozenset(name.keys[1:]), known_of(f"{source.passage}\n{source.about}")
    apart = name.keys[0] in known.small or frozenset({name.keys[0]}) in known.sets
    if not apart and not ordinary_shape(word.low):
        return False
    return rest in known.sets


def _with_its_noun(name: Name, sentence: str, source: Source) -> bool:
    """Whether the source has a short form of a name and its noun: "LBV" for "Lund-Berg virus"."""
    following = words_of(sentence)[name.last + 1 : name.last + 2]
    if len(name.keys) < 2 or not following or not following[0].content:
        return False
    letters = "".join(key[0] for key in (*name.keys, following[0].low))
    return letters in known_of(source.passage).acronyms


def _of_a_place(name: Name, source: Source) -> bool:
    """Whether the source has "the Supreme Court" for "the Arle Supreme Court", and Arle elsewhere.

    Not where it tells of the like of another place: "the Brone Supreme Court".
    """
    known, about = known_of(source.passage), known_of(f"{source.passage}\n{source.about}")
    if name.keys[-1].removesuffix("s") not in BODY_KEYS or not set(name.keys) <= about.keys:
        return False
    for size in range(1, len(name.keys)):
        place, body = frozenset(name.keys[:size]), frozenset(name.keys[size:])
        if body in known.sets and any(place <= words for words in about.sets):
            told = [set(other.keys) for other in names_of(source.passage)]
            return all(keys <= body | place for keys in told if body <= keys)
    return False


def _own_short(name: Name, sentence: str) -> bool:
    """Whether a sentence itself gives a short form after its words: "static analysis (SA)"."""
    found = words_of(sentence)
    if not name.text.isupper() or name.first == 0 or found[name.first - 1].text != "(":
        return False
    letters = name.text.casefold()
    before = [word for word in found[: name.first - 1] if word.kind == "word"]
    content = [word for word in before if word.low not in STOP_WORDS]
    return any(
        "".join(word.low[0] for word in words[-len(letters) :]) == letters
        for words in (before, content)
    )


def _currency(name: Name, sentence: str) -> bool:
    """Whether a name is the first word of a currency, which is checked with its number."""
    following = words_of(sentence)[name.last + 1 : name.last + 2]
    return bool(following) and following[0].low in _MONEY


def _governs(name: Name, sentence: str, source: Source) -> bool:
    """Whether a name is that of a government told by its capital, or the other way round."""
    if len(name.keys) != 1:
        return False
    key = name.keys[0]
    there = known_of(source.passage).keys
    if key == "eu" and "europe" in there:
        return "european commission" in source.passage.casefold()
    if any(SEATS_BY_KEY.get(seat) == key for seat in there):
        return True
    before = words_of(sentence)[name.first - 1].low if name.first else ""
    return SEATS_BY_KEY.get(key) in there and before not in _PLACING


def _without_roles(name: Name, source: Source) -> Name:
    """The name without an office that the source has: "President Berg" for "Berg, president"."""
    known = known_of(f"{source.passage}\n{source.about}")
    keys = tuple(
        key
        for key in name.keys
        if not (key == "j" and known.keys & {"justice", "judge"})
        if (role := _role(key)) is None
        or not {key, role} & (known.keys | known.small)
        or len(name.keys) == 1
    )
    if keys == name.keys:
        return name
    return Name(name.text, name.start, name.end, keys, name.first, name.last, name.sure)


def _role(key: str) -> str | None:
    """The office that a word of a name is: "senator" of "Senators Berg and Lund"."""
    return next((one for one in (key, key.removesuffix("s")) if one in ROLE_KEYS), None)


def _not_there(particular: Particular, name: Name, source: Source) -> Finding:
    best, score = None, LIKE
    for other in (*names_of(source.cited), *names_of(source.passage)):
        alike = max(likeness(one, two) for one in name.keys for two in other.keys)
        if set(name.keys) & set(other.keys) and len(name.keys) > 1:
            alike = max(alike, 0.9)
        if alike > score:
            best, score = other, alike
    if best is None:
        return Finding(particular, "missing", None, f'"{name.text}" is not in the source')
    why = f'"{name.text}" is not in the source, which says "{best.text}"'
    return Finding(particular, "altered", None, why)


def _misplaced(sentence: str, source: Source, found: Sequence[Finding]) -> list[Finding]:
    """Names that the source has, but does not have do this: one finding at most."""
    failed = {finding.particular.start for finding in found if finding.failed}
    away = {one.particular.start for one in found if one.verdict == "elsewhere"}
    named = [(part, name) for part, name in name_particulars(sentence) if part.start not in failed]
    coded = [
        (Particular("name", code.text, code.start, code.end, code.text), code)
        for code in codes_of(sentence)
    ]
    checks = (
        wrong_actor,
        wrong_agent,
        wrong_way,
        _wrong_neighbour,
        wrong_kin,
        wrong_owner,
        wrong_slot,
        wrong_company,
    )
    for check in checks:
        asked = named[:MOST_SAID] if check is wrong_company else named
        for particular, name in [*asked, *coded] if check is wrong_slot else asked:
            if (
                check is _wrong_neighbour
                and particular.start not in away
                and (not _of(sentence, name))
            ):
                continue
            why = check(sentence, source, name)
            if why:
                return [Finding(particular, "altered", None, why)]
    return []


def _of(sentence: str, name: Name) -> bool:
    found = words_of(sentence)
    return name.first > 0 and found[name.first - 1].low in ("of", "by", "in", "at", "its", "the")


def _keys(names: Sequence[Name]) -> set[str]:
    return {key for name in names for key in name.keys}


def _verb(word: Word) -> bool:
    """Whether a word may be a verb told of somebody. "Said" and the like are checked apart."""
    if word.kind != "word" or word.capital or not word.content or word.stem in SPEAKING:
        return False
    if word.stem in ("man", "woman", "child", "foot"):
        return False
    return word.low.endswith("ed") or is_irregular(word.low)


def _wrong_neighbour(sentence: str, source: Source, name: Name) -> str:
    """Why "Turkish officials" is not what the source says: it has "Syrian officials" there."""
    found = words_of(sentence)
    there = words_of(source.passage)
    names = names_of(sentence)
    said = _keys(names)
    for step in (1, -1):
        word = _neighbour(found, name, step)
        if word is None:
            continue
        rivals: list[Name] = []
        own = False
        for other in names_of(source.passage):
            near = _neighbour(there, other, step)
            same = near is not None and near.stem == word.stem
            if set(name.keys) & set(other.keys):
                own = own or same or _beside(there, other, word.stem)
            elif same and near is not None and source.cites(near.start, near.end):
                rivals.append(other)
        rivals = [
            one
            for one in rivals
            if not set(one.keys) & said
            and may_stand_for(found, name, there, one, owners=False, bynames=False)
        ]
        if rivals and not own and set(name.keys) <= known_of(source.passage).keys:
            told = f"{rivals[0].text} {word.text}" if step > 0 else f"{word.text} {rivals[0].text}"
            return f'"{name.text}" is put where the source says "{told}"'
    return ""


def _neighbour(found: Sequence[Word], name: Name, step: int) -> Word | None:
    """The ordinary word right after a name, or right before it."""
    place = name.last + 1 if step > 0 else name.first - 1
    if step < 0 and place > 1 and found[place].low in HONORIFICS:
        place -= 1
    if step < 0 and place > 0 and found[place].low in ("of", "by"):
        place -= 1
    elif step < 0 and place > 0 and found[place].low in ("in", "at"):
        # "The museum in Skelby", but not "worked in Kraków".
        place -= 1 if not _verb(found[place - 1]) else 0
    if not 0 <= place < len(found):
        return None
    word = found[place]
    if step > 0 and _verb(word):
        # Who does what is a question of its own.
        return None
    return word if word.content and word.kind == "word" and not word.capital else None


def _beside(found: Sequence[Word], name: Name, stem: str) -> bool:
    around = found[max(0, name.first - 6) : name.last + 7]
    return any(word.stem == stem for word in around)

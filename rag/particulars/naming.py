"""The names of a sentence held against a source, and whether each does what the source says."""

from collections.abc import Sequence

from rag.particulars.company import MOST_SAID, wrong_company, wrong_pair
from rag.particulars.names import SEATS_BY_KEY, Name, common_short, known_of, likeness, names_of
from rag.particulars.particular import Finding, Particular, Verdict
from rag.particulars.places import HONORIFICS, ROLES, SAME_ROLE
from rag.particulars.quotations import quotations_of
from rag.particulars.relating import FAMILY, wrong_kin, wrong_owner, wrong_slot, wrong_way
from rag.particulars.source import Source
from rag.particulars.speaking import SPEAKING
from rag.particulars.words import STOP_WORDS, Word, is_irregular, sentences_of, stem_of, words_of

# A word of the source so like one of the sentence is what it was made from.
LIKE = 0.5
# "Swiss francs": a currency is checked with its number.
_MONEY = frozenset("franc francs krone kroner krona kronor yen won yuan zlotys forints".split())
_PLACING = frozenset("in at near from to around outside inside".split())
_BE = frozenset("is are was were been being be".split())
# Verbs that say little without what follows: "came from behind", "came off the bench".
_LIGHT = frozenset(
    map(stem_of, "come go take make get give put set hold keep see have turn bring break".split())
)
_MODALS = frozenset("may might will would could should must can to".split())
_COMPANY = (wrong_company, wrong_pair)
_ROLE_KEYS = frozenset(ROLES | set(SAME_ROLE.values()))


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
    findings += _misplaced(sentence, source, findings)
    return findings


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
        if key not in _ROLE_KEYS
        or (key not in known.keys and key not in known.small)
        or len(name.keys) == 1
    )
    if keys == name.keys:
        return name
    return Name(name.text, name.start, name.end, keys, name.first, name.last, name.sure)


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
    checks = (
        _wrong_actor,
        wrong_way,
        _wrong_neighbour,
        wrong_kin,
        wrong_owner,
        wrong_slot,
        wrong_company,
        wrong_pair,
    )
    for check in checks:
        for particular, name in named[:MOST_SAID] if check in _COMPANY else named:
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


def _wrong_actor(sentence: str, source: Source, name: Name) -> str:
    """Why the name before a verb is not the one that the source has before the same verb."""
    found = words_of(sentence)
    names = names_of(sentence)
    cited = known_of(source.passage)
    after = name.last + 1
    owner = found[name.last].text.endswith(("'s", "’s", "s’", "s'"))
    for place in range(after, min(after + 8, len(found))):
        word = found[place]
        if word.text in ".;:!?" or any(other.first == place for other in names):
            break
        before = found[place - 1].low
        # "Had been expected to win" does not say who won.
        modal = before in _MODALS and before != "to" and word.content and not word.capital
        if not (_verb(word) or modal):
            continue
        mine = _keys([other for other in names if _before(found, other, place)])
        if not set(name.keys) <= cited.keys or not set(name.keys) <= mine:
            continue
        passive = _passive(found, place)
        agents = _keys(_agents(found, names, place)) if passive else set()
        if agents:
            # "A was beaten by B" where the source has "A beat B".
            theirs = [] if owner else _actors(source, word.stem, passive=False)
            if theirs and all(mine & keys and not agents & keys for keys in theirs):
                return f'the source says "{word.text}" the other way round of "{name.text}"'
        if word.stem in _LIGHT and not _goes_on(found, place, source):
            break
        theirs = _actors(source, word.stem, passive=passive)
        if not theirs and not passive:
            theirs = _actors(source, word.stem, passive=None)
        elif owner:
            break
        if not theirs and passive and not agents:
            theirs = _objects(source, word.stem)
        if theirs and all(not mine & keys for keys in theirs):
            return f'the source says "{word.text}" of another than "{name.text}"'
        break
    return ""


def _goes_on(found: Sequence[Word], place: int, source: Source) -> bool:
    """Whether a verb that says little goes on in the source with a word of the sentence."""
    mine = {word.stem for word in found[place + 1 : place + 6] if word.content}
    there = source.words
    return any(
        mine & {other.stem for other in there[at + 1 : at + 6] if other.content}
        for at, word in enumerate(there)
        if word.stem == found[place].stem
    )


def _verb(word: Word) -> bool:
    """Whether a word may be a verb told of somebody. "Said" and the like are checked apart."""
    if word.kind != "word" or word.capital or not word.content or word.stem in SPEAKING:
        return False
    if word.stem in ("man", "woman", "child", "foot"):
        return False
    return word.low.endswith("ed") or is_irregular(word.low)


def _passive(found: Sequence[Word], place: int) -> bool:
    if place + 1 < len(found) and found[place + 1].low == "by":
        return True
    before = place - 1
    while before > 0 and found[before].low.endswith("ly"):
        before -= 1
    return before >= 0 and found[before].low in _BE


def _before(found: Sequence[Word], name: Name, place: int) -> bool:
    """Whether a name stands before a verb in the same clause, commas allowed."""
    if name.last >= place:
        return False
    return not any(
        (found[at].text in ".;:!?" and found[at].end < found[at + 1].start)
        or found[at].low in ("but", "while", "that")
        for at in range(name.last + 1, place)
    )


def _agents(found: Sequence[Word], names: Sequence[Name], place: int) -> list[Name]:
    """The names after the "by" of a passive verb: "was relieved on 9 May by a force under Berg"."""
    by = -1
    for index in range(place + 1, min(place + 9, len(found))):
        if found[index].text in ".;:!?," or found[index].low in ("and", "but", "that"):
            break
        if found[index].low == "by":
            by = index
            break
    return [one for one in names if 0 <= by < one.first <= by + 6] if by >= 0 else []


def _actors(source: Source, stem: str, *, passive: bool | None) -> list[set[str]]:
    """The names before each place where the cited words have a verb; empty where one has none.

    With `passive` None they are those after the "by" of a passive.
    """
    found = words_of(source.passage)
    names = names_of(source.passage)
    actors: list[set[str]] = []
    for first, last in sentences_of(source.passage):
        if not any(source.cites(word.start, word.end) for word in found[first:last]):
            continue
        for place in range(first, last):
            word = found[place]
            noun = word.low.endswith("er") and not stem.endswith("er")
            if word.stem != stem or word.capital or word.kind != "word":
                continue
            if noun:
                # "Last year's winner, Joost Wit"
                near = [one for one in names if first <= one.first < last]
            elif passive is None:
                near = _agents(found, names, place) if _passive(found, place) else []
            else:
                near = [one for one in names if first <= one.first and _before(found, one, place)]
            if not near or (passive is not None and _passive(found, place) != passive):
                # Somebody without a name, or told from the other side: nothing to hold against it.
                return []
            actors.append(_keys(near))
    return actors


def _objects(source: Source, stem: str) -> list[set[str]]:
    """The names after each place where the cited words have a verb told as done by somebody.

    Empty where one has none: "has named the board's choice".
    """
    found, names = words_of(source.passage), names_of(source.passage)
    objects: list[set[str]] = []
    for place, word in enumerate(found):
        if word.stem != stem or word.capital or not source.cites(word.start, word.end):
            continue
        near = [one for one in names if place < one.first <= place + 2]
        if not near or _passive(found, place):
            return []
        objects.append(_keys(near))
    return objects


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
        rivals = [one for one in rivals if not set(one.keys) & said]
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
    return word if word.content and word.kind == "word" and not word.capital else None


def _beside(found: Sequence[Word], name: Name, stem: str) -> bool:
    around = found[max(0, name.first - 6) : name.last + 7]
    return any(word.stem == stem for word in around)

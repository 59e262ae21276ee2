"""Whether two speakers may be one: "Ms Tarn", "she", "the treasurer", "the board"."""

from bisect import bisect_left
from functools import lru_cache

from rag.particulars.known import known_of
from rag.particulars.mentions import described
from rag.particulars.names import SEATS_BY_KEY, key_of, names_of
from rag.particulars.places import ROLES
from rag.particulars.source import Source
from rag.particulars.speaking import BENCH, BODIES, DOCUMENT, KINDS, OUTSIDERS
from rag.particulars.speech import Frame, frames_of
from rag.particulars.words import content_stems, sentences_of, stem_of, words_of

# Sentences back to which a pronoun may refer where nobody is told to have spoken.
NAMED_WITHIN = 4
# Of those whom one sentence cites so many are looked at.
MOST_CITED = 4
_REPLIES = frozenset(stem_of(word) for word in "reply answer respond".split())
_HEADS = frozenset(stem_of(word) for word in "head boss chief executive leader".split())
_VOICES = frozenset(stem_of(word) for word in "spokesman spokeswoman spokesperson".split())
_KIN = frozenset(
    stem_of(word)
    for word in "wife husband father mother son daughter brother sister family friend colleague "
    "rival opponent critic neighbour neighbor ally supporter".split()
)
# Whom "the company" is not.
_OFFICES = frozenset(stem_of(role) for role in ROLES)


def may_be(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether who speaks by a frame of a sentence can be who speaks by one of its source."""
    around = described(source.passage)
    if told.pronoun:
        if _whole(told, source) in ("i", "we"):
            # Whose words these are is not told: nobody's of whom they tell that he spoke.
            return not any(
                frame.names & one.names and one.sure for one in frames_of(source.passage)
            )
        if frame.names and frame.definite:
            # "She" may speak for "the Arle Institute".
            return True
        names, roles = _before(told, source, bool(frame.names))
        if not names and not roles:
            return True
    else:
        names, roles = told.names, told.roles
    if _cited_by(frame, told, source) or _owns(frame, told, source):
        return True
    if _relatives(frame.names, names, source):
        return False
    if _seats(frame.names) & _seats(names) or _same_short(frame, told, source):
        return True
    if frame.names & told.homes or frame.homes & names:
        # Who speaks for it may be told as it.
        return True
    known = told.owners | known_of(source.about).keys
    if not (frame.names or names) and frame.owners and told.owners and not frame.owners & known:
        return False
    if not frame.names and not names and _kinds(frame.roles) and _kinds(roles):
        return bool(_kinds(frame.roles) & _kinds(roles))
    if frame.names:
        if names:
            if _speaks_for(frame, told, roles, source):
                return True
            # "The bank" for "Nordvik's chief": only by the roles that the two share.
            return bool(frame.roles & roles - {"of"} and not _person(frame, source))
        return _plays(frame, told, roles, source)
    role_words = frame.roles
    if (
        len(role_words & BODIES) == len(role_words) == 1
        and names
        and not frame.plural
        and not roles & _OFFICES
    ):
        # "The company" for "Nordvik", whatever is said of Nordvik.
        return True
    if role_words & _HEADS and roles & _HEADS:
        return True
    if role_words & roles or role_words & {key_of(name) for name in names}:
        return True
    if role_words & DOCUMENT and not role_words & BODIES:
        return True
    if any(role_words & around.get(name, frozenset()) for name in names):
        return True
    everywhere = content_stems(words_of(source.passage))
    if role_words & BENCH and (roles | names) & {"judge", "justic"}:
        return True
    if not role_words & everywhere:
        return not (names and role_words & OUTSIDERS)
    if not names or not frame.definite or frame.plural:
        return False
    # "The minister" may be a name of which nothing is told, if no other name has that office.
    told_words = words_of(source.passage[told.start : told.end])
    if any(word.content and not word.capital for word in told_words) and not told.pronoun:
        return False
    offices = roles.union(*(around.get(name, frozenset()) for name in names)) & _OFFICES
    others = (stems for name, stems in around.items() if name not in names)
    if offices or any(role_words & stems for stems in others):
        return False
    return not any(
        one.sentence == told.sentence and one.at < told.start and role_words & one.roles
        for one in frames_of(source.passage)
    )


def _kinds(roles: frozenset[str]) -> frozenset[int]:
    """Which kinds of speakers these words name."""
    return frozenset(number for number, kind in enumerate(KINDS) if roles & kind)


def _cited_by(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether a source's speaker names the other as where it is from: "…, citing two aides"."""
    citing = _citing(source.passage)
    if not citing:
        return False
    first, last = sentences_of(source.passage)[told.sentence]
    found = words_of(source.passage)
    return any(
        key_of(word.low) in frame.names or (not frame.names and word.stem in frame.roles)
        for place in citing[bisect_left(citing, first) : bisect_left(citing, last)][:MOST_CITED]
        for word in found[place + 1 : min(place + 9, last)]
    )


@lru_cache(maxsize=256)
def _citing(text: str) -> tuple[int, ...]:
    """The places of the words that name where something is from."""
    return tuple(
        place
        for place, word in enumerate(words_of(text))
        if word.low in ("citing", "quoting", "cited", "quoted")
    )


def _owns(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether a source has the words of another speak: "Iversen's book", "Nordvik's spokesman"."""
    text = source.passage[told.start : told.end]
    mine = any(
        word.text.endswith(("'s", "’s", "s'", "s’")) and key_of(word.low) in frame.names
        for word in words_of(text)
    )
    people = told.roles & (_KIN if not _person(frame, source) else _KIN | _OFFICES) - _VOICES
    return mine and not people


def _speaks_for(frame: Frame, told: Frame, roles: frozenset[str], source: Source) -> bool:
    """Whether an officer speaks for what was named before: "its chief executive, Tom Verrick"."""
    text = _whole(told, source)
    its = text.startswith(("its ", "their "))
    owned = its or (bool(roles & BODIES) and ("'s " in text or "’s " in text))
    person = _person(frame, source)
    if person and its:
        around = described(source.passage)
        person = any(around.get(name, frozenset()) & _OFFICES for name in frame.names)
    if not owned or not roles & _OFFICES or person:
        return False
    return any(
        name.start < told.start and frame.names & set(name.keys)
        for name in names_of(source.passage)
    )


def _relatives(one: frozenset[str], two: frozenset[str], source: Source) -> bool:
    """Whether two speakers share a surname that the source has after both their first names."""
    apart = one - two, two - one
    if not one & two or len(apart[0]) != 1 or len(apart[1]) != 1:
        return False
    (mine,), (theirs,) = apart
    full = {name.keys for name in names_of(source.passage) if len(name.keys) == 2}
    return any({(mine, key), (theirs, key)} <= full for key in one & two)


def _seats(names: frozenset[str]) -> frozenset[str]:
    """Names of governments by their country, whichever of country and capital is told."""
    return frozenset(SEATS_BY_KEY.get(name, name) for name in names)


def _same_short(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether one is the short form of the other: "WWC" and "World Water Council"."""
    text = source.passage[told.start : told.end]
    known = known_of(text)
    return any(key in known.shorts or key in known.acronyms for key in frame.names) or (
        len(frame.names) > 2
        and bool(known.acronyms & known_of(source.passage).shorts)
        and frame.names <= known_of(source.passage).keys
    )


def _plays(frame: Frame, told: Frame, roles: frozenset[str], source: Source) -> bool:
    """Whether a named speaker may be "the ministry" or "the spokesman" of the source."""
    around = described(f"{source.about}\n{source.passage}")
    if any(roles & around.get(name, frozenset()) for name in frame.names):
        return True
    if frame.roles & roles:
        return True
    about = known_of(source.about)
    if frame.names <= about.keys:
        return True
    passage = known_of(source.passage)
    if not frame.names <= passage.keys:
        # The name itself is checked, and missing, elsewhere.
        return True
    if not (roles & DOCUMENT or told.definite) or _replied_to(frame, told, source):
        return False
    # "The company" or "the lawmaker" is one that was named before it.
    first = min(name.start for name in names_of(source.passage) if frame.names & set(name.keys))
    if first > told.start:
        return False
    offices = frozenset().union(*(around.get(name, frozenset()) for name in frame.names))
    if roles & DOCUMENT:
        return True
    if roles & BODIES:
        return not _person(frame, source)
    return not (roles & _OFFICES and offices & _OFFICES)


def _whole(told: Frame, source: Source) -> str:
    return source.passage[told.start : told.end].casefold()


def _replied_to(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether another answers whom a sentence names: "Ms Oland asked …; the clerk replied"."""
    first, _ = sentences_of(source.passage)[told.sentence]
    begin = words_of(source.passage)[first].start
    if told.verb in _REPLIES:
        near = [name for name in names_of(source.passage) if begin <= name.start < told.start]
        return any(frame.names & set(name.keys) for name in near)
    return any(
        frame.names & other.names
        for other in frames_of(source.passage)
        if other.sentence == told.sentence and other.at < told.start
    )


def _person(frame: Frame, source: Source) -> bool:
    """Whether a name is told of like a person: with a role before it, or two words long."""
    if len(frame.names) > 1 and not frame.names & BODIES:
        return True
    return any(
        set(frame.names) & set(name.keys) and len(name.keys) > 1
        for name in names_of(source.passage)
    )


def _before(told: Frame, source: Source, named: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Who "he" or "she" may be: who spoke last, or the names of the sentences before.

    For a `named` speaker any name will do that stands near: of the sentence itself and of the
    nearest that has one, of who wrote the source.
    """
    found = words_of(source.passage)
    ranges = sentences_of(source.passage)
    names = names_of(source.passage)
    last_frame = next(
        (one for one in reversed(frames_of(source.passage)) if one.names and one.at < told.start),
        None,
    )
    if last_frame is not None and not named and last_frame.sentence >= told.sentence - 1:
        return last_frame.names, last_frame.roles
    keys: set[str] = set() if last_frame is None else set(last_frame.names)
    farthest = told.sentence - (NAMED_WITHIN if last_frame is None else len(ranges))
    for number in range(told.sentence, max(-1, farthest), -1):
        first, last = ranges[number]
        low, high = found[first].start, min(found[last - 1].end, told.start)
        near = {key for name in names if low <= name.start < high for key in name.keys}
        keys |= near
        if near and number < told.sentence and last_frame is not None:
            break
    if keys:
        about = known_of(source.about).keys
        # "The new leader …, she said" may be whom the title names.
        first, last = ranges[max(0, told.sentence - 1)][0], ranges[told.sentence][1]
        titled = any(
            word.low in ROLES and not word.capital and word.start < told.start
            for word in found[first:last]
        )
        keys |= about if titled else about - known_of(source.passage).keys
    return frozenset(keys), frozenset() if last_frame is None else last_frame.roles

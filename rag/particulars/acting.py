"""Who does what: whether the source has another as the subject or the doer of the same verb."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.particulars.known import known_of
from rag.particulars.names import Name, names_of
from rag.particulars.rivals import may_be_one, may_stand_for
from rag.particulars.source import Source
from rag.particulars.subjects import AHEAD, PREPOSITIONS, Subject, acts, is_passive, subject_of
from rag.particulars.words import Word, is_irregular, sentences_of, stem_of, words_of

# Verbs that say little without what follows: "came from behind", "came off the bench".
_LIGHT = frozenset(
    map(stem_of, "come go take make get give put set hold keep see have turn bring break".split())
)
# "A met B" and "B met A" say the same.
_MUTUAL = frozenset(
    map(
        stem_of,
        "meet marry wed join face play border tie draw debate fight resemble match merge agree "
        "share divorce date kiss hug embrace team exchange".split(),
    )
)
# Words behind a verb in which those to whom it is done are named.
OBJECT_REACH = 8


def wrong_actor(sentence: str, source: Source, name: Name) -> str:
    """Why the name before a verb is not the one that the source has before the same verb."""
    found, names = words_of(sentence), names_of(sentence)
    there = words_of(source.passage)
    if not set(name.keys) <= known_of(source.passage).keys:
        return ""
    for place in range(name.last + 1, min(name.last + 1 + AHEAD, len(found))):
        if found[place].text in ".;" and found[place].opens:
            break
        if not acts(found, place):
            continue
        subject = subject_of(found, names, place)
        if subject is None or not set(name.keys) <= subject.keys:
            continue
        word, passive = found[place], is_passive(found, place)
        if not passive and _turned(found, names, place, name, source):
            return f'the source says "{word.text}" the other way round of "{name.text}"'
        agents = _keys(_agents(found, names, place)) if passive else set()
        if agents:
            # "A was beaten by B" where the source has "A beat B".
            others = _subjects(source, word, passive=False)
            if others and all(
                subject.keys & other.keys and not agents & other.keys for other in others
            ):
                return f'the source says "{word.text}" the other way round of "{name.text}"'
        if word.stem in _LIGHT and not _goes_on(found, place, source):
            continue
        theirs = _subjects(source, word, passive=passive)
        if not theirs and not passive:
            theirs = _by_agents(source, word)
        elif not theirs and not agents:
            theirs = _objects(source, word)
        if theirs and all(
            not any(may_be_one(mine, one) for mine in subject.names for one in other.names)
            and other.head in (subject.head, "*")
            and all(may_stand_for(found, name, there, one, owners=False) for one in other.names)
            for other in theirs
        ):
            return f'the source says "{word.text}" of another than "{name.text}"'
    return ""


def _turned(
    found: Sequence[Word], names: Sequence[Name], place: int, name: Name, source: Source
) -> bool:
    """Whether the source has a verb done to a name by the one it is done to here: "B beat A"."""
    objects = _keys(_after(found, names, place))
    if not objects or found[place].stem in _MUTUAL:
        return False
    there, every = words_of(source.passage), names_of(source.passage)
    turned = False
    for first, last in _cited_sentences(source.passage, source.span):
        for at in range(first, last):
            if not _same_verb(there[at], found[place]):
                continue
            if is_passive(there, at):
                return False
            before = _keys([one for one in every if first <= one.first and one.last < at])
            after = _keys(_after(there, every, at))
            # What is sold or won may follow the verb in both.
            others = objects - after
            if set(name.keys) & before or not (set(name.keys) & after and others & before):
                return False
            turned = True
    return turned


def _after(found: Sequence[Word], names: Sequence[Name], place: int) -> list[Name]:
    """The names behind a verb in its clause."""
    end = place + 1
    while end < min(len(found), place + 1 + OBJECT_REACH) and found[end].text not in ".;:!?":
        if found[end].low in ("and", "but", "while", "who", "which", "that", "after", "before"):
            break
        end += 1
    return [one for one in names if place < one.first < end]


def wrong_agent(sentence: str, source: Source, name: Name) -> str:
    """Why "introduced by Berg" is not what the source says: there another thing is done by Berg."""
    found, names = words_of(sentence), names_of(sentence)
    there, every = words_of(source.passage), names_of(source.passage)
    places = [
        place
        for place in range(max(0, name.first - AHEAD), name.first)
        if acts(found, place) and name in _agents(found, names, place)
    ]
    if not places:
        return ""
    done: list[tuple[int, list[Name]]] = []
    elsewhere: list[tuple[int, Word]] = []
    for number, (first, last) in enumerate(_cited_sentences(source.passage, source.span)):
        for at in range(first, last):
            agents = _agents(there, every, at) if there[at].content else []
            if _same_verb(there[at], found[places[-1]]):
                subject = None if agents else subject_of(there, every, at)
                done.append((number, agents or list(subject.names if subject else ())))
            elif set(name.keys) & _keys(agents) and acts(there, at):
                elsewhere.append((number, there[at]))
    others = [other for _, named in done for other in named]
    if not done or any(may_be_one(name, other) for other in others):
        return ""
    if all(named for _, named in done) and not _keys(names) & _keys(others):
        rivals = [one for one in others if may_stand_for(found, name, there, one, bynames=False)]
        if rivals:
            return f'"{name.text}" is put where the source says "{rivals[0].text}"'
    if not elsewhere or {number for number, _ in done} & {number for number, _ in elsewhere}:
        return ""
    told = elsewhere[0][1].text
    return f'the source says "{told}" by "{name.text}", not "{found[places[-1]].text}"'


def _same_verb(one: Word, two: Word) -> bool:
    """Whether a word of the source is the verb of a sentence: "found", but not "founded"."""
    if one.stem != two.stem or one.kind != "word" or one.capital:
        return False
    regular = [word.low.endswith("ed") for word in (one, two)]
    return regular[0] == regular[1] or not any(is_irregular(word.low) for word in (one, two))


def _keys(names: Sequence[Name]) -> set[str]:
    return {key for name in names for key in name.keys}


def _goes_on(found: Sequence[Word], place: int, source: Source) -> bool:
    """Whether a verb that says little goes on in the source with a word of the sentence."""
    mine = {word.stem for word in found[place + 1 : place + 6] if word.content}
    there = source.words
    return any(
        mine & {other.stem for other in there[at + 1 : at + 6] if other.content}
        for at, word in enumerate(there)
        if word.stem == found[place].stem
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
    near = [one for one in names if 0 <= by < one.first <= by + 6]
    return [one for one in near if all(word.text not in ".;:,–—" for word in found[by : one.first])]


def _told(source: Source, verb: Word) -> Iterator[int]:
    """Each place of the cited sentences where a verb stands."""
    found = words_of(source.passage)
    for first, last in _cited_sentences(source.passage, source.span):
        for place in range(first, last):
            word = found[place]
            if _same_verb(word, verb):
                yield place


@lru_cache(maxsize=64)
def _cited_sentences(passage: str, span: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    found = words_of(passage)
    return tuple(
        (first, last)
        for first, last in sentences_of(passage)
        if any(span[0] <= word.start and word.end <= span[1] for word in found[first:last])
    )


def _subjects(source: Source, verb: Word, *, passive: bool) -> list[Subject]:
    """The subject of each place where the cited words have a verb; empty where one is unsure."""
    found, names = words_of(source.passage), names_of(source.passage)
    subjects: list[Subject] = []
    for place in _told(source, verb):
        word = found[place]
        if word.low.endswith("er") and not verb.stem.endswith("er"):
            # "Last year's winner, Joost Wit"
            return []
        subject = subject_of(found, names, place)
        if subject is None or is_passive(found, place) != passive:
            # Somebody without a name, or told from the other side: nothing to hold against it.
            return []
        subjects.append(subject)
    return subjects


def _by_agents(source: Source, verb: Word) -> list[Subject]:
    """Those by whom the cited words have something done; empty where one does not say by whom."""
    found, names = words_of(source.passage), names_of(source.passage)
    subjects: list[Subject] = []
    for place in _told(source, verb):
        agents = _agents(found, names, place) if is_passive(found, place) else []
        if not agents:
            return []
        subjects.append(Subject(tuple(agents), "*"))
    return subjects


def _objects(source: Source, verb: Word) -> list[Subject]:
    """The names after each place where the cited words have a verb told as done by somebody.

    Empty where one has none: "has named the board's choice".
    """
    found, names = words_of(source.passage), names_of(source.passage)
    objects: list[Subject] = []
    for place in _told(source, verb):
        near = [one for one in names if place < one.first <= place + 2]
        if found[place + 1 : place + 2] and found[place + 1].low in PREPOSITIONS:
            return []
        if not near or is_passive(found, place):
            return []
        objects.append(Subject(tuple(near)))
    return objects

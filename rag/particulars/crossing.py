"""Clauses of a source whose parts a sentence puts together crosswise, or with another's subject.

"A rose and B fell" told as "B rose", "A was hired in May, B in June" as "A was hired in June": the
words all stand in the source, and what is said of what does not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rag.particulars.denials import is_denial
from rag.particulars.known import known_of
from rag.particulars.names import Name, names_of
from rag.particulars.particular import Finding, Particular
from rag.particulars.rivals import may_stand_for
from rag.particulars.source import Source
from rag.particulars.words import Word, is_irregular, sentences_of, words_of

_SPLITS = frozenset(
    ", ; : ( ) – — and but while whereas although though because who which whose when that".split()
)
_BE = frozenset(
    "is are was were be been has have had will would may might can could must should".split()
)
# A clause that begins with one of these has no subject of its own before its verb.
_LEADING = frozenset("in at on by for from to with of as after before under until than".split())
_PRONOUNS = frozenset("he she it they we you i this these both neither it’s".split())
# "A is gloomy; it is the most cautious": in one sentence they are most often its subject.
_SAME_ONE = frozenset("he she it it’s it's he’s he's she’s she's".split())
_RELATIVE = frozenset("who which whose when that because".split())
_STANDING = frozenset("those that of".split())
_ADVERBS = frozenset("now then also still later never".split())
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_EMPTY = frozenset("one ones".split())
# The stems of a subject, its name, and the verb after one that has none.
_Subject = tuple[frozenset[str], Name | None, str]
_NOBODY: _Subject = (frozenset(), None, "")
# The share of what a sentence says of its subject that must stand in one clause of the source.
SAME_CLAUSE = 0.75
# So many words at least must be told alike of one whom the cited words do not tell of.
WHOLE_CLAUSE = 3
# Clauses of a sentence that are looked at; a span of more clauses is not.
MOST_SAID, MOST_TOLD = 10, 60
# The share of a sentence's content words that must stand in one sentence of the source.
SAME_SENTENCE = 0.75


@dataclass(frozen=True, slots=True)
class Clause:
    """The content stems of a clause, those of its subject, and the sentence that it stands in.

    `subject` is empty where none stands at its beginning; `name` is the name that it is, `unsure`
    that this is one word which opens a sentence; `denied` that the clause denies, and `verb` the
    word right after the subject, where this may be its verb.
    """

    stems: frozenset[str]
    subject: frozenset[str]
    name: Name | None
    sentence: int
    start: int
    end: int
    unsure: bool = False
    denied: bool = False
    verb: str = ""


def check_crossings(sentence: str, source: Source) -> list[Finding]:
    """A sentence that puts together what two clauses of the source have apart; one finding."""
    mine = clauses_of(sentence)[:MOST_SAID]
    theirs = clauses_of(source.cited)
    if len(theirs) > MOST_TOLD:
        return []
    known = known_of(source.passage).keys
    every = frozenset[str]().union(*(clause.stems for clause in mine))
    for found in (
        _crossed(mine, theirs, every),
        _exchanged(mine, theirs, every, (words_of(sentence), words_of(source.cited)), known),
    ):
        if found is None:
            continue
        clause, other, why = found
        text = sentence[clause.start : clause.end]
        part = Particular("name", text, clause.start, clause.end, tuple(sorted(clause.stems)))
        begin = source.span[0]
        return [Finding(part, "altered", (begin + other.start, begin + other.end), why)]
    return []


@lru_cache(maxsize=256)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in order, such as have content words."""
    found = words_of(text)
    names = {place: name for name in names_of(text) for place in range(name.first, name.last + 1)}
    clauses: list[Clause] = []
    for number, (first, last) in enumerate(sentences_of(text)):
        told: _Subject = _NOBODY
        aside = False
        for low, high in _ranges(found, first, last, names):
            words = found[low:high]
            stems = frozenset(
                word.stem for word in words if word.content and word.low not in _EMPTY
            )
            if stems:
                subject, name, verb = _subject(found, low, high, names)
                opening = found[low - 1].low if low > first else ""
                if aside and opening == "," and not name and _resumes(found[low]):
                    subject, name, verb = told
                elif opening in _RELATIVE:
                    subject, name, verb = (subject, name, verb) if name else _NOBODY
                    if opening == "that":
                        told = subject, name, verb
                elif subject and (_has_verb(words) or opening != "," or (name and not told[1])):
                    told = subject, name, verb
                elif _goes_on(found[low], opening) or (told[1] and found[low].low in _SAME_ONE):
                    # "A sold it but stays on": what went before is told of further.
                    subject, name, verb = told
                # "A, who …, teaches" and "A, then a student, teaches".
                aside = opening in _RELATIVE or (opening == "," and not _has_verb(words))
                start, end = words[0].start, words[-1].end
                opens = found[low].opens and name is not None and name.first == name.last
                denied = any(is_denial(word) and word.low != "none" for word in words)
                clauses.append(
                    Clause(stems, subject, name, number, start, end, opens, denied, verb)
                )
    return tuple(clauses)


def _has_verb(words: Sequence[Word]) -> bool:
    """Whether a clause may have a verb of its own."""
    return any(
        word.low in _BE or is_irregular(word.low) or word.low.endswith("ed") for word in words
    )


def _resumes(word: Word) -> bool:
    """Whether a word after an aside may be the verb of what stood before: "A, who …, teaches"."""
    verb = word.low in _BE or word.low in _ADVERBS or is_irregular(word.low)
    return verb or (word.low.endswith(("s", "ed")) and not word.capital)


def _goes_on(word: Word, opening: str) -> bool:
    """Whether a clause begins with its verb, right after an "and" or a "but"."""
    verb = word.low in _BE or word.low.endswith("ed") or is_irregular(word.low)
    return verb and opening in ("and", "but")


def _ranges(
    found: Sequence[Word], first: int, last: int, names: dict[int, Name]
) -> Iterator[tuple[int, int]]:
    """The clauses of a sentence as ranges of its words, without what parts them."""
    low = first
    for place in range(first, last):
        word = found[place]
        if word.low in _SPLITS and place not in names and not _couples(found, place):
            if place > low:
                yield low, place
            low = place + 1
    if last > low:
        yield low, last


def _couples(found: Sequence[Word], place: int) -> bool:
    """Whether an "and" stands between two capitals: "Lund Nets and Ropes"."""
    if found[place].low != "and" or not 0 < place < len(found) - 1:
        return False
    return found[place - 1].capital and found[place + 1].capital


def _subject(found: Sequence[Word], low: int, high: int, names: dict[int, Name]) -> _Subject:
    """The stems of the words that a clause begins with, up to its verb or a small word.

    With the name that they are, and the stem of what may be the verb after words that are none.
    """
    stems: list[str] = []
    verb = ""
    for place in range(low, high):
        word = found[place]
        if place in names:
            name = names[place]
            keys = {one.stem for one in found[name.first : name.last + 1] if one.content}
            owner = found[name.last].text.endswith(("'s", "’s", "s’", "s'"))
            return _NOBODY if owner else (frozenset(keys), name, "")
        if not stems and word.low in _STANDING:
            # "Those of bread"
            continue
        if word.low in _LEADING or word.low in _PRONOUNS or word.low in _BE or word.kind == "mark":
            verb = word.stem if word.low in _BE else ""
            break
        if word.low.endswith("ed") or is_irregular(word.low) or word.low.endswith("ly"):
            verb = word.stem
            break
        if not word.content or _YEAR.fullmatch(word.text):
            # "In 2005 and 2009" ends in no subject.
            continue
        stems.append(word.stem)
        if len(stems) == 3:
            break
    return frozenset(stems), None, verb


def _crossed(
    mine: Sequence[Clause], theirs: Sequence[Clause], every: frozenset[str]
) -> tuple[Clause, Clause, str] | None:
    """Two clauses that each hold words of the same two of the source: "A … y, B … x"."""
    pairs = [pair for pair in combinations(theirs, 2) if pair[0].sentence == pair[1].sentence]
    for one, two in combinations(mine, 2):
        if one.sentence != two.sentence or not (one.subject and two.subject):
            continue
        if one.denied or two.denied:
            # "A did not" may be what the source says of B.
            continue
        for first, second in pairs:
            cells = [
                (here.stems - away.stems) & (there.stems - apart.stems)
                for here, away in ((one, two), (two, one))
                for there, apart in ((first, second), (second, first))
            ]
            if all(cells):
                told = first.stems | second.stems
                if len(every & told) >= SAME_SENTENCE * len(every):
                    return one, first, "the source puts these words together the other way round"
    return None


def _exchanged(
    mine: Sequence[Clause],
    theirs: Sequence[Clause],
    every: frozenset[str],
    words: tuple[Sequence[Word], Sequence[Word]],
    known: frozenset[str],
) -> tuple[Clause, Clause, str] | None:
    """A clause with the subject of one clause of the source and the rest of another."""
    for clause in mine:
        rest = clause.stems - clause.subject
        if not clause.subject or len(rest) < 2 or clause.denied:
            continue
        best, share = None, 0
        for other in theirs:
            if len(rest & other.stems) > share:
                best, share = other, len(rest & other.stems)
        if best is None or share < SAME_CLAUSE * len(rest) or not best.subject:
            continue
        # "Rice prices" and "those of bread": what tells the two apart.
        own, told = clause.subject - best.subject, best.subject - clause.subject
        named = bool(clause.name and best.name)
        again = told <= every if named else bool(told & every)
        if not own or not told or own & best.stems or again:
            continue
        if not _alike(clause, best, words):
            continue
        others = [
            other
            for other in theirs
            if other is not best
            and other.subject
            and (own <= other.subject or (named and other.name and other.subject <= own))
            and ((named and other.name) or other.sentence == best.sentence)
        ]
        # Who is told of in none of the clauses must have every word of one.
        away = len(rest) >= WHOLE_CLAUSE and rest <= best.stems
        away = away and clause.name is not None and named and set(clause.name.keys) <= known
        if others or (away and not any(own & other.stems for other in theirs)):
            who = best.name.text if best.name else " ".join(sorted(best.subject))
            return clause, best, f'the source says this of "{who}"'
    return None


def _alike(clause: Clause, other: Clause, words: tuple[Sequence[Word], Sequence[Word]]) -> bool:
    """Whether the subject of one clause may have been put for that of another."""
    if clause.name and other.name:
        found, there = words
        if found[clause.name.first - 1].text == "-" or there[other.name.first - 1].text == "-":
            # "Beta-IFN" is not what "IFN" is.
            return False
        return may_stand_for(found, clause.name, there, other.name, owners=False)
    if clause.name or other.name:
        return clause.unsure or other.unsure
    # "Passage by an order" has no verb of which anything is told.
    return bool(clause.verb) and clause.verb == other.verb

"""The words that name who does what a verb tells: "Ilse Tarn, the treasurer," of "…, said".

A shallow reading, by marks and small words. What it cannot read is left out; what it reads with
doubt is not `sure`.
"""

from collections.abc import Sequence

from rag.particulars.nounphrases import (
    DETERMINERS,
    PERSONAL,
    PREPOSITIONS,
    RELATIVE,
    STOPS,
    SUBORDINATE,
    TIMES,
    Subject,
    abbreviates,
    acts,
    goes_on,
    in_name,
    is_finite,
    is_speech,
    may_part,
    noun_phrase,
)
from rag.particulars.places import HONORIFICS, ROLES
from rag.particulars.speaking import DOCUMENT, PHRASAL, SPEAKING
from rag.particulars.words import Word, stem_of

_PASSIVE = frozenset("was were been be is are being".split())
# Words before a verb that are searched for who speaks, and on both sides for what is said.
REACH = 40
# Words before a verb among which its clause begins.
LONGEST_CLAUSE = 90
# Words and marks of a bracket that may stand behind a name.
LONGEST_BRACKET = 10
# Words between two dashes that may stand behind a name.
LONGEST_ASIDE = 25
_GOES = frozenset("went came took used appeared turned spoke rose returned goes".split())
_AND_OTHERS = frozenset("colleagues coworkers others co team".split())
# At these words a phrase after the verb ends: what follows is said, or tells when and where.
_AFTER = frozenset(
    "that who which whose but as while when after told said saying adding whether if to about in "
    "on at during before because where from with following has had was were is are".split()
)
_CONJUNCTIONS = frozenset("when as because after before if where since until".split())
_WITH_OBJECTS = frozenset(stem_of(word) for word in "tell ask warn advise urge call".split())


def subject_of(
    found: Sequence[Word], span: tuple[int, int], place: int, outside: Sequence[bool]
) -> Subject | None:
    """Who speaks by the verb at `place` of the sentence `span`, before the verb or after it.

    Args:
        found: the words of the text.
        span: its sentence, as first word and one after the last.
        place: of the verb.
        outside: for each word of the sentence whether it is outside quotations.
    """
    first, last = span
    passive = passive_by(found, place, last)
    if passive is not None:
        return _phrase(found, passive, last)
    aside = _aside(found, first, place)
    low = _floor(found, first, aside, outside)
    ending = aside
    while ending > low:
        bracket = _bracket(found, low, ending)
        if bracket < ending:
            # A party and a state, or a year: "Bo Wren (R-Ohio) said".
            ending = bracket
            continue
        dated = _dated(found, low, ending)
        if dated == ending and not may_part(found[ending - 1]):
            break
        ending = min(dated, ending - 1)
    if ending == place and ending > low and found[ending - 1].low == "to":
        # "Bo Wren went on the radio to say": no "declined to say".
        goes = any(found[item].low in _GOES for item in range(low, ending))
        return _leading(found, low, ending - 1) if goes else None
    if found[place].low.endswith("ing"):
        return _participle(found, low, ending, place)
    if any(found[item].low in _PASSIVE for item in range(ending, place)):
        return None
    if ending > low and found[ending - 1].text == ",":
        apposed = _apposed(found, low, ending)
        if apposed is not None:
            return apposed
    return None if ending == low else _before(found, low, ending)


def following(found: Sequence[Word], place: int, last: int) -> Subject | None:
    """Who speaks after the verb at `place`: "…," said Ilse Tarn, the treasurer."""
    return _phrase(found, place + 1, last)


def cited_by(found: Sequence[Word], begin: int, last: int, opens: bool) -> Subject | None:
    """Who is named from `begin` on, after "according to"; at the opening up to a comma."""
    subject = _phrase(found, begin, last)
    if subject is None or not opens:
        return subject
    return Subject(begin, subject.head, subject.head, after=True, sure=subject.sure)


def _bracket(found: Sequence[Word], low: int, end: int) -> int:
    """Where a bracket that ends before a word begins; the word itself where none does."""
    if end <= low or found[end - 1].text != ")":
        return end
    for begin in range(end - 2, max(low - 1, end - LONGEST_BRACKET), -1):
        if found[begin].text == "(":
            return begin
    return end


def _aside(found: Sequence[Word], first: int, place: int) -> int:
    """Where "Ilse Tarn — angry at the delay — said" is parted; the verb where it is not."""
    if place == first or found[place - 1].text not in ("—", "–"):
        return place
    dash = found[place - 1].text
    for begin in range(place - 2, max(first, place - LONGEST_ASIDE), -1):
        if found[begin].text == dash:
            return begin
        if found[begin].text in ".?!":
            break
    return place


def _dated(found: Sequence[Word], low: int, end: int) -> int:
    """Where "on Monday" and "this week" begin, if they end before a word; the word itself if not.

    What would leave nobody to speak is not taken away: "the month", "May".
    """
    begin = end
    while begin > low and (
        found[begin - 1].low in TIMES or (begin < end and found[begin - 1].kind == "number")
    ):
        begin -= 1
    if begin < end and found[begin - 1].low in ("this", "last", "next", "the", "early", "late"):
        begin -= 1
    if begin < end and begin > low and found[begin - 1].low in ("on", "in"):
        begin -= 1
    return begin if begin > low else end


def _floor(found: Sequence[Word], first: int, place: int, outside: Sequence[bool]) -> int:
    """Where the clause of a verb begins: after a quotation, a strong mark or a "but"."""
    low = place
    while low > max(first, place - LONGEST_CLAUSE):
        word = found[low - 1]
        bracket = _bracket(found, first, low)
        if bracket < low and outside[low - 1 - first]:
            low = bracket
            continue
        if not outside[low - 1 - first] or word.text in STOPS:
            break
        if word.text == "." and not abbreviates(found, low - 1):
            break
        if word.text == "-" and found[low - 2].text == "-":
            break
        if word.low in ("but", "while", "whereas", "although", "though") and low < place:
            break
        low -= 1
    return low


def _participle(found: Sequence[Word], low: int, ending: int, place: int) -> Subject | None:
    """Who speaks in "…, saying that": who the clause begins with."""
    before = found[ending - 1] if ending > low else None
    if before is None:
        return None
    if before.low in ("and", "by", "in") or before.text == ",":
        return _leading(found, low, ending - 1)
    # "With Ilse Tarn warning that …"
    begin = ending
    while begin > low and found[begin - 1].low not in ("with", "without"):
        begin -= 1
    return noun_phrase(found, begin, ending) if begin > low and ending - begin < 6 else None


def _leading(found: Sequence[Word], low: int, high: int) -> Subject | None:
    """The name or the pronoun that a clause begins with, after "on Monday" and "the next day"."""
    opening = found[low].low
    if opening in SUBORDINATE or (len(opening) > 4 and opening.endswith(("ing", "ed"))):
        low = next((item + 1 for item in range(low, high) if found[item].text == ","), high)
    for place in range(low, min(high, low + 8)):
        word = found[place]
        if word.low in PERSONAL:
            return Subject(place, place + 1, place + 1)
        if word.low in ("that", *RELATIVE):
            return None
        if in_name(word) and (place == low or found[place - 1].low not in PREPOSITIONS):
            last = place + 1
            while last < high and (in_name(found[last]) or goes_on(found, last)):
                last += 1
            acts = last < high and not found[last].low.endswith("ing")
            if acts and found[last].text == ",":
                # "Ilse Tarn, the clerk, asked and …", "the clerk, Ilse Tarn, asked and …"
                apposed = place > low and found[place - 1].text == ","
                acts = apposed or found[last + 1].low in (DETERMINERS | RELATIVE)
            begin = place
            while begin > low and found[begin - 1].low in ROLES:
                begin -= 1
            if begin > low and found[begin - 1].text == "," and found[low].low in DETERMINERS:
                begin = low
            return Subject(begin, last, last, sure=acts)
        if word.text == "," and place - low > 5:
            return None
    return None


def _apposed(found: Sequence[Word], low: int, high: int) -> Subject | None:
    """Who speaks before a verb that follows a comma: "Conor Pike, the driver," said."""
    commas = [item for item in range(low, high) if found[item].text == ","]
    starts = [low, *(comma + 1 for comma in commas)]
    pieces = [
        (_last_clause(found, begin, end), end)
        for begin, end in zip(starts, commas, strict=False)
        if begin < end
    ]
    if len(pieces) < 2:
        return None
    for number, (begin, _) in enumerate(pieces[1:], 1):
        if found[begin].low in (*RELATIVE, "where") or (
            found[begin].low in PREPOSITIONS and found[begin + 1].low in RELATIVE
        ):
            if _of_relative(found, pieces[number - 1]):
                break
            head = noun_phrase(found, *pieces[number - 1])
            return head and head.up_to(high)
    fitting = [
        subject
        for piece in pieces[:-1]
        if piece[1] - piece[0] <= 9 and not acts(found, *piece)
        for subject in [noun_phrase(found, *piece)]
        if subject is not None
    ]
    named = [
        one for one in fitting if any(in_name(found[item]) for item in range(one.first, one.head))
    ]
    chosen = named or fitting
    if not chosen:
        return None
    after = next((piece for piece in pieces if piece[0] == chosen[0].head + 1), None)
    if named and after and found[named[0].head - 1].low in ROLES and _all_name(found, *after):
        # "Senate Majority Leader, Ilse Tarn, said"
        return Subject(named[0].first, high, after[1])
    return chosen[0].up_to(high)


def _last_clause(found: Sequence[Word], begin: int, end: int) -> int:
    """Where the last clause of a piece begins: "they cheered when Ilse Tarn, in a speech, said"."""
    for place in range(end - 2, begin, -1):
        if found[place].low in _CONJUNCTIONS:
            return place + 1
    return begin


def _all_name(found: Sequence[Word], begin: int, end: int) -> bool:
    return all(in_name(word) or word.text == "." for word in found[begin:end])


def _of_relative(found: Sequence[Word], piece: tuple[int, int]) -> bool:
    return found[piece[0]].low in RELATIVE


def _before(found: Sequence[Word], low: int, high: int) -> Subject | None:
    """Who speaks right before a verb."""
    begin, sure = high, True
    while begin > max(low, high - REACH):
        word = found[begin - 1]
        if word.text == ",":
            break
        if word.text == "." and not abbreviates(found, begin - 1):
            break
        if word.low == "and":
            if begin == high:
                # "…, welcomed it and urged others": the subject of the first verb.
                leading = _leading(found, low, begin - 1)
                if leading is None or not _parts_clause(found, leading.last, begin - 1):
                    return leading
                if found[begin - 2].text == "," and found[leading.last].text != ",":
                    # "Ilse Tarn showed a map, which he drew, and argued that …": hers again.
                    return leading
                return leading.doubtful()
            joined = in_name(found[begin]) or found[begin].low in _AND_OTHERS
            if not (joined and in_name(found[begin - 2])):
                # "Marta and the clerk said" and "it rained and the clerk said" look alike.
                sure = any(is_speech(found[item]) for item in range(low, begin - 1))
                break
        elif word.low in SUBORDINATE:
            break
        if word.low in RELATIVE or word.low == "that":
            bare = begin == high
            verb_next = not bare and _acts_next(found, begin)
            if begin - 1 > low and (bare or verb_next) and _ends_noun(found, begin - 2, word.low):
                end = begin - 1 - (found[begin - 2].text == ",")
                inner = _before(found, low, end)
                return inner if bare or inner is None else inner.up_to(high)
            # "The Herald reported that Ilse Tarn called it …"
            verb = begin - 3 if found[begin - 2].low == "out" else begin - 2
            told = found[verb].stem in SPEAKING or found[verb].stem in PHRASAL
            sure = word.low == "that" and verb >= low and told and is_finite(found, verb)
            break
        if (
            word.stem in SPEAKING
            and not word.capital
            and begin < high
            and is_finite(found, begin - 1)
        ):
            # "Told the court the firm had said": where its object ends is not seen.
            sure = word.stem not in _WITH_OBJECTS
            break
        begin -= 1
    subject = noun_phrase(found, begin, high)
    return subject if sure or subject is None else subject.doubtful()


def _parts_clause(found: Sequence[Word], begin: int, end: int) -> bool:
    """Whether another clause begins in a stretch, with a subject of its own."""
    return any(
        found[item].low in RELATIVE or found[item].low == "that" or found[item].low in SUBORDINATE
        for item in range(begin, end)
    )


def _ends_noun(found: Sequence[Word], place: int, pronoun: str) -> bool:
    """Whether a relative pronoun may follow the word: "the union that", not "said that"."""
    word = found[place]
    if pronoun != "that":
        return word.kind == "word" or word.text == ","
    return word.content and word.stem not in SPEAKING and word.kind == "word"


def _acts_next(found: Sequence[Word], place: int) -> bool:
    """Whether a verb follows a relative pronoun, not a subject of its own."""
    word = found[place]
    return not (
        word.capital
        or word.low in DETERMINERS
        or word.low in PERSONAL
        or word.low in PREPOSITIONS
        or word.kind != "word"
    )


def passive_by(found: Sequence[Word], place: int, last: int) -> int | None:
    """The place after "by" in "was accused by …" and "a flaw reported by …", near the verb."""
    if place + 1 < last and found[place + 1].low == "by" and found[place].low.endswith("ed"):
        return place + 2
    if place == 0 or found[place - 1].low not in _PASSIVE:
        return None
    for item in range(place + 1, min(place + 4, last)):
        if found[item].low == "by":
            return item + 1
    return None


def _phrase(found: Sequence[Word], begin: int, last: int) -> Subject | None:
    """The words from a place that name who speaks: up to where a clause goes on."""
    end, head = begin, None
    while end < last and end - begin <= 14:
        word = found[end]
        if word.text in STOPS or (word.text == "." and not abbreviates(found, end)):
            break
        if word.low in _AFTER and not (word.low == "from" and _documents(found, begin, end)):
            break
        if word.low == "and" and not (
            end > begin and end + 1 < last and found[end + 1].capital and head is None
        ):
            break
        if word.text == ",":
            # ", its secretary" and ", Ilse Tarn" go on; anything else is the sentence's.
            follows = found[end + 1] if end + 1 < last else None
            if (
                follows is None
                or end - begin > 6
                or not (follows.capital or follows.low in DETERMINERS or follows.low in ROLES)
            ):
                break
            head = head or end
        end += 1
    if end <= begin or (found[begin].low in HONORIFICS and end - begin < 2):
        return None
    return Subject(begin, end, head or end, after=True)


def _documents(found: Sequence[Word], begin: int, end: int) -> bool:
    """Whether what is named is written by those who follow: "figures from Brone"."""
    return end > begin and (found[end - 1].stem in DOCUMENT or found[end - 1].low == "figures")

"""The numbers of a sentence held against a source, and whether each counts the same."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.particulars import amounts
from rag.particulars.deriving import derived
from rag.particulars.durations import and_a_half
from rag.particulars.numbers import quantities_of
from rag.particulars.numerals import ORDINALS
from rag.particulars.particular import Finding, Particular
from rag.particulars.quantity import Quantity
from rag.particulars.reckoning import Moment
from rag.particulars.shown import all_but_before, chemical, counted, spelled_alike
from rag.particulars.source import BASE, CROSSED, Source, surroundings
from rag.particulars.times import moments_of
from rag.particulars.words import covered, is_irregular, sentences_of, words_of

# Two numbers no more words apart are the ends of one range.
NEAR = 5
_AGAINST = frozenset("against versus vs compared than".split())
# "Second-hand", "third-party": these rank nothing.
_NO_RANK = frozenset("in hand party class rate guess aid".split())
# Numbers of the cited words that are looked at for one that was put in another's place.
MOST_COMPARED = 100


def number_particulars(sentence: str) -> list[tuple[Particular, Quantity]]:
    """The numbers of a sentence that are no dates."""
    dated = [(moment.start, moment.end) for moment in moments_of(sentence)]
    found = []
    for quantity in quantities_of(sentence):
        if covered(dated, quantity.start) and covered(dated, quantity.end - 1):
            continue
        unit = f"{quantity.unit.dimension}" if quantity.unit else ""
        value: tuple[object, ...] = (
            quantity.form,
            round(quantity.value * (quantity.unit.factor if quantity.unit else 1), 9),
            quantity.unit.name if quantity.unit and unit == "money" else unit, quantity.bound,
            quantity.code or quantity.second,
        )  # fmt: skip
        text = sentence[quantity.start : quantity.end]
        found.append((Particular("number", text, quantity.start, quantity.end, value), quantity))
    return found


def check_numbers(sentence: str, source: Source) -> list[Finding]:
    """Each number of a sentence held against the source."""
    inside, outside = source.quantities()
    moments, other_moments = source.moments()
    units = {item.unit.name for item in (*inside, *outside) if item.unit is not None}
    # A day of a month or a year is no count of anything.
    plain = _undated(inside, moments)
    rest = _undated(outside, other_moments)
    findings: list[Finding] = []
    pairs = [pair for pair in number_particulars(sentence) if not _idle(pair[1], sentence, plain)]
    asked_all = [asked for _, asked in pairs]
    for particular, asked in pairs:
        match = amounts.answer(asked, plain, units)
        if match is not None and _of_a_pair(asked, match.quantity, plain):
            match = amounts.answer(asked, [one for one in plain if one.form != "pair"], units)
        if match is not None and not match.why:
            if any(all_but_before(words_of(sentence), one) for one in asked_all):
                findings.append(Finding(particular, "held", _place(match.quantity), ""))
                continue
            meant = _meant(sentence, source, asked, match.quantity, plain, asked_all)
            if meant is None or derived(asked, source, sentence, plain):
                findings.append(Finding(particular, "held", _place(match.quantity), ""))
            else:
                told = source.passage[meant.start : meant.end]
                why = f'"{particular.text}" is told of something else; for this it says "{told}"'
                findings.append(Finding(particular, "altered", _place(meant), why))
            continue
        other = amounts.answer(asked, rest, units)
        # "660 miles" for the cited "660 km" is no matter of what stands elsewhere.
        unit = match is not None and match.why == "unit" and match.quantity.unit is not None
        if other is not None and not other.why and not unit:
            replaced = _replaced(sentence, source, asked, plain, asked_all)
            if replaced is None:
                place = source.place_of(other.quantity)
                findings.append(Finding(particular, "elsewhere", place, ""))
                continue
            told = source.passage[replaced.start : replaced.end]
            why = f'"{particular.text}" is not in the cited words, which say "{told}"'
            findings.append(Finding(particular, "altered", _place(replaced), why))
            continue
        timed = asked.unit is not None and asked.unit.dimension == "time"
        if timed and match is not None and match.why == "unit" and counted(asked, source, sentence):
            findings.append(Finding(particular, "held", None, ""))
            continue
        million = _in_millions(asked, sentence) if match is None else None
        if million is not None and amounts.answer(million, [*plain, *rest], units) is not None:
            findings.append(Finding(particular, "held", None, ""))
            continue
        if (match is None or not match.why or match.why == "unit") and (
            and_a_half(asked, plain, sentence) or derived(asked, source, sentence, plain)
        ):
            findings.append(Finding(particular, "held", None, ""))
            continue
        if match is None and (
            counted(asked, source, sentence)
            or spelled_alike(particular.text, source)
            or chemical(asked, source)
        ):
            findings.append(Finding(particular, "held", None, ""))
            continue
        findings.append(_not_there(particular, asked, match, plain, source))
    lost = _lost_rank(sentence, source, plain)
    return [*findings, *([lost] if lost else [])]


def _of_a_pair(asked: Quantity, told: Quantity, plain: Sequence[Quantity]) -> bool:
    """Whether a number is found only in a score, while the source counts the same elsewhere."""
    if asked.form != "cardinal" or told.form != "pair":
        return False
    return any(one.form == "cardinal" and one.heads & asked.heads for one in plain)


def _lost_rank(sentence: str, source: Source, plain: Sequence[Quantity]) -> Finding | None:
    """The "largest" of a sentence whose source has "second-largest", or None."""
    found, there = words_of(sentence), words_of(source.passage)
    for item in plain:
        at = item.last + 1
        at += at < len(there) and there[at].text == "-"
        if item.form != "ordinal" or at >= len(there) or not there[at].low.endswith("est"):
            continue
        for place, word in enumerate(found):
            before = {other.low for other in found[max(0, place - 3) : place]}
            ranked = before & {*ORDINALS, "of", "th", "nd", "rd", "st"}
            if word.stem == there[at].stem and not ranked:
                particular = Particular("number", word.text, word.start, word.end, ("rank", 1))
                told = source.passage[item.start : there[at].end]
                why = f'"{word.text}" is not in the source, which says "{told}"'
                return Finding(particular, "altered", _place(item), why)
    return None


def _in_millions(asked: Quantity, sentence: str) -> Quantity | None:
    """What was read as metres, as millions: "2.8m items"."""
    metres = asked.unit is not None and asked.unit.name == "metre"
    if not metres or not sentence[: asked.end].endswith("m") or sentence[asked.end - 2] == " ":
        return None
    return replace(asked, unit=None, value=1e6 * asked.value, scaled=True)


def _idle(asked: Quantity, sentence: str, plain: Sequence[Quantity]) -> bool:
    """Whether a number counts nothing: the mark of a list, "4. Turn …", or a "double bond"."""
    found = words_of(sentence)
    following = found[asked.last + 1 : asked.last + 3]
    if asked.form == "times":
        kind = found[asked.word].low in ("double", "triple") and bool(following)
        told = any(item.form == "times" for item in plain)
        return kind and not told and (following[0].text == "-" or following[0].content)
    if asked.form == "ordinal" and following and following[0].text == "-":
        # "His second-in-command", "a first-hand report"
        return following[-1].low in _NO_RANK
    return asked.word == 0 and len(following) == 2 and following[0].text in ".)"


def _undated(quantities: Sequence[Quantity], moments: Sequence[Moment]) -> list[Quantity]:
    """The numbers that are no part of a date."""
    dated = sorted(
        (moment.start, moment.end) for moment in moments if not moment.phrase.endswith(" ago")
    )
    return [
        item
        for item in quantities
        if not (covered(dated, item.start) and covered(dated, item.end - 1))
    ]


def _place(item: Quantity) -> tuple[int, int]:
    return item.start, item.end


def _not_there(
    particular: Particular,
    asked: Quantity,
    match: amounts.Match | None,
    plain: Sequence[Quantity],
    source: Source,
) -> Finding:
    """What is said of a number that the source does not have."""
    nearest = match.quantity if match is not None else _nearest(asked, plain)
    if nearest is None:
        return Finding(particular, "missing", None, f'"{particular.text}" is not in the source')
    told = source.passage[nearest.start : nearest.end]
    if match is not None and match.why == "bound":
        start = max(0, nearest.start - 15)
        told = " ".join(source.passage[start : nearest.end].split()[-4:])
    why = f'"{particular.text}" is not in the source, which says "{told}"'
    return Finding(particular, "altered", _place(nearest), why)


def _nearest(asked: Quantity, plain: Sequence[Quantity]) -> Quantity | None:
    """The number of the cited words that a person would compare with this one."""
    dimension = asked.unit.dimension if asked.unit else ""
    alike = [
        item
        for item in plain
        if item.form == asked.form and (item.unit.dimension if item.unit else "") == dimension
    ]
    return max(alike, key=lambda item: len(item.heads & asked.heads), default=None)


def _meant(
    sentence: str,
    source: Source,
    asked: Quantity,
    told: Quantity,
    plain: Sequence[Quantity],
    asked_all: Sequence[Quantity],
) -> Quantity | None:
    """The number that the source gives where the sentence has another of its numbers, or None."""
    around = _around(sentence)
    there = _around(source.passage)
    contrasted = _contrasted(sentence, source, told, plain, asked_all)
    if contrasted is not None:
        return contrasted
    same = [item for item in plain if _equal(item, told)][:MOST_COMPARED]
    # Of a code its own letters do not count: those of "M2" and "M3" are the same.
    mine = around(asked) - {asked.code.rstrip("0123456789")}
    straight = max(len(mine & there(item)) for item in same)
    for other in plain[:MOST_COMPARED]:
        if not _swappable(other, asked) or _equal(other, told):
            continue
        crossed = len(mine & there(other))
        partner = next((item for item in asked_all if _states(item, other)), None)
        if partner is None:
            ranged = _one_range(source.passage, told, other)
            if straight == 0 and crossed > CROSSED and not ranged:
                return other
            continue
        verbs = [_governor(sentence, asked), _governor(sentence, partner)]
        theirs = [_governor(source.passage, told), _governor(source.passage, other)]
        if "" not in verbs and verbs[0] != verbs[1] and verbs == theirs[::-1]:
            return other
        verbs = [_verb_after(sentence, asked), _verb_after(sentence, partner)]
        theirs = [_verb_after(source.passage, told), _verb_after(source.passage, other)]
        if "" not in verbs and verbs[0] != verbs[1] and verbs == theirs[::-1]:
            return other
        if _same_range(asked, partner, told, other):
            continue
        # The two numbers themselves stand around each other either way.
        digits = _digits(sentence, asked, partner) | _digits(source.passage, told, other)
        one, two = mine - digits, around(partner) - digits
        gain = len(one & there(other)) + max(len(two & there(item)) for item in same)
        kept = max(len(one & there(item)) for item in same) + len(two & there(other))
        if BASE in (two & there(other)) or any(BASE in one & there(item) for item in same):
            continue
        if gain >= kept + CROSSED:
            return other
    return None


def _contrasted(
    sentence: str,
    source: Source,
    told: Quantity,
    plain: Sequence[Quantity],
    asked_all: Sequence[Quantity],
) -> Quantity | None:
    """The number that the source sets against one, told of what the sentence tells the one of.

    "Drained plots emitted 7.4 g, against 18.1 g from rewetted plots": whose 7.4 g?
    """
    there = words_of(source.passage)
    first = next((one for one, last in sentences_of(source.passage) if last > told.last), 0)
    for other in plain:
        if other.word <= told.last or not _swappable(other, told) or _equal(other, told):
            continue
        between = there[told.last + 1 : other.word]
        against = [word for word in between if word.low in _AGAINST]
        if not against or any(word.text in ".;:!?" for word in between):
            continue
        if any(_states(item, other) for item in asked_all):
            continue
        mine = {word.stem for word in words_of(sentence) if word.content}
        one = [word.stem for word in there[first : told.word] if word.content][:2]
        two: list[str] = []
        for word in there[other.last + 1 : other.last + 6]:
            if word.text in ".,;:!?":
                break
            two += [word.stem] if word.content else []
        if two and set(two) <= mine and not set(one) & mine and not set(two) <= set(one):
            return other
    return None


def _governor(text: str, quantity: Quantity) -> str:
    """The stem of the word right before a number: "closed 17 shops and opened four"."""
    found = words_of(text)
    before = found[quantity.word - 1] if quantity.word else None
    return before.stem if before is not None and before.content and before.kind == "word" else ""


def _verb_after(text: str, quantity: Quantity) -> str:
    """The stem of the verb soon after a number: "eleven were acquitted, seven imprisoned"."""
    for word in words_of(text)[quantity.last + 1 : quantity.last + 5]:
        if word.kind == "number" or word.low in (",", ";", ".", "and"):
            break
        if word.content and (word.low.endswith("ed") or is_irregular(word.low)):
            return word.stem
    return ""


def _one_range(text: str, one: Quantity, two: Quantity) -> bool:
    """Whether two numbers are the ends of a range: "110 to 125 km/h"."""
    first, last = (one, two) if one.word < two.word else (two, one)
    return [word.low for word in words_of(text)[first.last + 1 : last.word]] in (
        ["to"],
        ["-"],
        ["–"],
    )


def _digits(text: str, *quantities: Quantity) -> set[str]:
    """The first word of each number, as it stands in what surrounds another."""
    return {words_of(text)[one.word].text for one in quantities}


def _same_range(asked: Quantity, partner: Quantity, told: Quantity, other: Quantity) -> bool:
    """Whether two numbers stand side by side in one order in both texts: "€1.1-1.3 billion"."""
    here, there = partner.word - asked.word, other.word - told.word
    return here * there > 0 and abs(here) <= NEAR and abs(there) <= NEAR


def _replaced(
    sentence: str,
    source: Source,
    asked: Quantity,
    plain: Sequence[Quantity],
    asked_all: Sequence[Quantity],
) -> Quantity | None:
    """The number of the cited words in whose place a number from elsewhere was put, or None."""
    mine = _around(sentence)(asked)
    there = _around(source.passage)
    for other in plain:
        taken = any(_states(item, other) for item in asked_all)
        if not taken and _swappable(other, asked) and len(mine & there(other)) >= CROSSED:
            return other
    return None


def _around(text: str) -> Callable[[Quantity], frozenset[str]]:
    found = words_of(text)
    return lambda quantity: surroundings(found, quantity.word, quantity.last)


def _equal(one: Quantity, two: Quantity) -> bool:
    return (one.form, one.value, one.second, one.code) == (
        two.form,
        two.value,
        two.second,
        two.code,
    )


def _states(one: Quantity, two: Quantity) -> bool:
    return amounts.answer(one, [two], ()) is not None


def _swappable(one: Quantity, two: Quantity) -> bool:
    """Whether one number could be put where the other is without a unit looking wrong."""
    if one.form != two.form:
        # "Twice its own weight" for "ten times its own weight"
        times = {one.form, two.form} == {"times", "cardinal"}
        return times and "tim" in (one.heads | two.heads)
    if one.form == "code":
        return one.code.rstrip("0123456789") == two.code.rstrip("0123456789")
    dimensions = {one.unit.dimension if one.unit else "", two.unit.dimension if two.unit else ""}
    return len(dimensions) == 1 or (dimensions == {"", "money"})

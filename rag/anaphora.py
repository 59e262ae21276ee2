"""What a sentence leans on: the neighbours that have to be shown with it.

"He also …" and "The group …" point back to a name in their paragraph; "these attacks" may point
anywhere; the middle of a quotation does not say who speaks. Nothing here claims to know what is
meant: it says which sentences to show along, and when that is not enough to be sure.
Rules over English words; a sentence of another language leans on nothing that they can see.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]

# Sentences before one that leans which are searched for a name, and shown of a long paragraph.
REACH = 3
SHORT_PARAGRAPH = 8

_LEAD = re.compile(
    r"[\s\"“”'‘’(\[–—-]*(?:(?:and|but|or|so|yet|still|also|however|meanwhile|moreover|instead|then"
    r"|later|earlier|in addition|in response|for (?:his|her|its|their) part|as a result"
    r"|nevertheless|nonetheless|separately|additionally|furthermore|afterwards?|since then"
    r"|at the time|in turn|by contrast|on (?:monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday))\b,?\s+)*",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:he|she|they|him|her|his|hers|them|their|theirs|himself|herself|themselves)\b",
    re.IGNORECASE,
)
_OPENING_PRONOUN = re.compile(
    r"(?:it|its|itself|both|neither|one of (?:them|those)|the (?:latter|former|two|pair|same))\b",
    re.IGNORECASE,
)
# "It is clear that …", "It was raining": an "it" that stands for nothing.
_EMPTY_IT = re.compile(
    r"it (?:is|was|will be|would be|has been|remains|seems|appears|became)(?: also| not| still)? "
    r"(?:\w+ly )?(?:clear|unclear|likely|unlikely|possible|impossible|important|necessary|time"
    r"|true|known|not known|unknown|believed|thought|reported|estimated|expected|raining|that|to)\b"
    r"|it (?:seems|appears|turns? out|turned out) that\b|it takes\b|it took\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:the|both|all|such) (?:\w+ )?(?:group|militia|movement|party|organi[sz]ation|company|firm"
    r"|ministry|minister|president|spokesman|spokeswoman|spokesperson|official|officials|agency"
    r"|union|committee|commission|inquiry|court|judge|police|government|authority|bank|team|club"
    r"|leader|commander|chairman|chairwoman|chief|director|man|woman|men|women|child|children"
    r"|couple|suspect|victim|victims|author|authors|paper|report|document|statement|letter|law"
    r"|bill|deal|agreement|decision|move|plan|project|programme|program|proposal|attack|attacks"
    r"|strike|strikes|incident|accident|collapse|blast|fire|crash|ship|vessel|aircraft|plane"
    r"|building|site|area|region|city|town|village|country|island|figure|figures|number|amount"
    r"|study|survey|vote|election|game|match|film|book|album|song|school|university|hospital"
    r"|church|species|disease|virus|drug|vaccine|system|device|software|flaw|vulnerability)\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    r"\b(?:this|these|those|such)\b(?! (?:who|which|that|as|a|an|of us|of you)\b)"
    r"(?! (?:week|month|year|morning|afternoon|evening|season|spring|summer|autumn|fall|winter"
    r"|century|decade|time|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january"
    r"|february|march|april|may|june|july|august|september|october|november|december)\b)",
    re.IGNORECASE,
)
# "That decision …", "That was …": only at the start, elsewhere "that" opens a clause.
_OPENING_THAT = re.compile(r"that\b(?! (?:said|same)\b)", re.IGNORECASE)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_TIME_NAME = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Yesterday|Today|Tomorrow)\b"
)
# A place or a topic at the start, set off by a comma, is not who acts afterwards.
_SETTING = re.compile(
    r"(?:in|at|on|from|near|outside|inside|across|during|after|before|since|speaking|asked|writing"
    r"|talking|addressing|visiting|arriving|pressed|according)\b[^,;:]{0,80}, ",
    re.IGNORECASE,
)
_INITIAL_COMMON = re.compile(
    r"(?:The|A|An|In|On|At|For|From|By|But|And|It|He|She|They|We|You|I|This|That|These|Those|His"
    r"|Her|Its|Their|Our|As|After|Before|When|While|If|There|Some|Many|Most|All|Both|Another|One"
    r"|Two|However|Meanwhile|Also|No|Not|What|Who|How|Why|Where|With|Since|Under|Over|Such|Then)\b"
)
# "Asked …", "Speaking …", "Officials …": words that open a sentence without being a name.
_OPENING_PARTICIPLE = re.compile(
    r"(?:[A-Z][a-z]+(?:ed|ing|ly)|Officials?|Police|Residents?|Workers?|Experts?|Critics?"
    r"|Ministers?|Lawmakers?|Investigators?|Witnesses|Reporters?|Late|Early|Next|Last|Soon|Then"
    r"|Days?|Weeks?|Months?|Years?|Hours?|Minutes?|Today|Now|Here|Three|Four|Five|Six|Ten)\b"
)
# A sentence that puts the one before it right: to show that one alone would mislead.
_CORRECTS = re.compile(
    r"(?:the (?:correct|right|true|actual|revised|corrected) |in fact\b|in reality\b|actually\b"
    r"|(?:this|that|it|both|the (?:figure|number|claim|report|date|name|toll)) "
    r"(?:was|is|were|has been|had been|has since been|was later|was since) "
    r"(?:wrong|incorrect|untrue|false|mistaken|an error|a mistake|corrected|revised|withdrawn"
    r"|retracted|not true|not correct|later (?:corrected|revised|withdrawn|retracted))\b"
    r"|(?:this|that|it|the (?:figure|number|date|name)) should (?:have been|be|read)\b)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
_SPEECH = re.compile(
    r"\b(?:said|says|told|added|adds|stated|states|asked|replied|warned|wrote|writes|explained"
    r"|insisted|argued|claimed|announced|continued|according to|declared|testified|recalled"
    r"|remarked|noted|confirmed|denied|answered|called)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Leaning:
    """The neighbours to show with a sentence; `unsure` where they may not hold what it means.

    `leads` are those of `context` without which it cannot be read: they stand before it.
    `corrected` says that the next sentence, one of `context`, takes back what this one says.
    """

    context: tuple[Span, ...] = ()
    unsure: bool = False
    leads: tuple[Span, ...] = ()
    corrected: bool = False


def leaning(text: str, sentences: Sequence[Span], place: int) -> Leaning:
    """What the sentence at `place` of a paragraph leans on, in text order, itself left out.

    `sentences` are the spans of the paragraph's sentences in `text`, in order.
    """
    start, end = sentences[place]
    sentence = text[start:end]
    speaker = _speaker(text, sentences, place)
    correction = _correction(text, sentences, place)
    unsure = Leaning(_paragraph(sentences, place), unsure=True, corrected=bool(correction))
    if speaker is not None and not speaker:
        return unsure
    context = {*(speaker or ()), *correction}
    outside = _without_quotes(sentence)
    if _DEMONSTRATIVE.search(outside) or _OPENING_THAT.match(_after_lead(outside)):
        return unsure
    if _points_back(outside):
        before = _back_to_name(text, sentences, place)
        if before is None:
            return unsure
        context |= set(before)
    return Leaning(tuple(sorted(context)), corrected=bool(correction))


def _correction(text: str, sentences: Sequence[Span], place: int) -> tuple[Span, ...]:
    """The next sentence, where it takes back what this one says."""
    following = sentences[place + 1 : place + 2]
    return tuple(span for span in following if _CORRECTS.match(_after_lead(text[slice(*span)])))


def _after_lead(sentence: str) -> str:
    """The sentence without the connectives and marks that open it."""
    lead = _LEAD.match(sentence)
    return sentence[lead.end() :] if lead else sentence


def _without_quotes(sentence: str) -> str:
    """The sentence with what stands in quotation marks blanked out, of the same length."""
    return _QUOTED.sub(lambda match: " " * len(match.group()), sentence)


def _points_back(sentence: str) -> bool:
    """Whether a pronoun or "the group" stands for something before the sentence."""
    rest = _after_lead(sentence)
    if _OPENING_PRONOUN.match(rest):
        return not _EMPTY_IT.match(rest)
    if _GENERIC.match(rest) and not _named_at_once(rest):
        return True
    pronoun = _PRONOUN.search(rest)
    if pronoun is None:
        return False
    before = rest[: pronoun.start()]
    if setting := _SETTING.match(before):
        before = before[setting.end() :]
    return not _has_name(before)


def _named_at_once(rest: str) -> bool:
    """Whether "The group" is the start of a name or tells who: "The ministry of …", "… Kataib"."""
    match = _GENERIC.match(rest)
    if match is None:
        return False
    following = rest[match.end() : match.end() + 40]
    told = re.match(r",? (?:of|in|for|at|on|called|named|known|that|which|who|led)\b", following)
    named = re.match(r",? [^\W\d_a-z]\w", following)
    return bool(told or named) or any(word[:1].isupper() for word in match.group().split()[1:])


def _has_name(text: str) -> bool:
    """Whether a word is written like a name of somebody or something, not of a time.

    The word that opens a sentence has a capital in any case: it counts where another capital
    follows at once ("Mara Holm"), or where it is followed like a subject ("Holm told").
    """
    stripped = text.lstrip(" \t\n\"“”'‘’([–—-")
    for match in _NAME.finditer(stripped):
        if _TIME_NAME.match(match.group()):
            continue
        if match.start() > 0:
            return True
        if not _INITIAL_COMMON.match(stripped) and not _OPENING_PARTICIPLE.match(stripped):
            return True
    return False


def _back_to_name(text: str, sentences: Sequence[Span], place: int) -> tuple[Span, ...] | None:
    """The sentences from the nearest one with a name up to this one, or None without one."""
    for first in range(place - 1, max(-1, place - 1 - REACH), -1):
        start, end = sentences[first]
        sentence = text[start:end]
        if _has_name(sentence) and not _points_back(_without_quotes(sentence)):
            return tuple(sentences[first:place])
    return None


def _speaker(text: str, sentences: Sequence[Span], place: int) -> tuple[Span, ...] | None:
    """For a sentence inside a quotation: the sentences up to the one that says who speaks.

    None where the sentence is not inside one, or says itself who speaks; empty where nobody in
    its paragraph is said to speak. The sentences that the quotation itself runs through come
    first; the ones before it go before those after it.
    """
    if not _quoted_whole(text, sentences, place) or _attributes(text, sentences, place):
        return None
    first, last = _quotation(text, sentences, place)
    inside = [other for other in range(first, last + 1) if _attributes(text, sentences, other)]
    around = [
        other
        for distance in range(1, REACH + 1)
        for other in (first - distance, last + distance)
        if 0 <= other < len(sentences) and _attributes(text, sentences, other)
    ]
    found = (inside or around)[:1]
    if not found:
        return ()
    low, high = min(found[0], place), max(found[0], place)
    shown = [index for index in range(low, high + 1) if index != place]
    if _points_back(_unquoted(text, sentences, found[0]).strip()):
        # "…," he said: who he is stands further back.
        back = _back_to_name(text, sentences, found[0])
        shown += [index for index in range(found[0]) if back and sentences[index] in back]
    return tuple(sentences[index] for index in sorted(set(shown)))


def _attributes(text: str, sentences: Sequence[Span], place: int) -> bool:
    return _SPEECH.search(_unquoted(text, sentences, place)) is not None


def _quotation(text: str, sentences: Sequence[Span], place: int) -> tuple[int, int]:
    """The first and last sentence that the quotation around a sentence runs through."""
    start = sentences[0][0]
    flags = _depths(text, start, sentences[-1][1])

    def runs_on(index: int) -> bool:
        """Whether a quotation is open between a sentence and the next."""
        end, following = sentences[index][1] - start, sentences[index + 1][0] - start
        return all(flags[end - 1 : following]) and text[start + end - 1] not in '”»"'

    first = last = place
    while first > 0 and runs_on(first - 1):
        first -= 1
    while last + 1 < len(sentences) and runs_on(last):
        last += 1
    return first, last


def _depths(text: str, start: int, end: int) -> list[bool]:
    """For each character of a paragraph, whether it stands inside quotation marks."""
    inside = False
    flags: list[bool] = []
    for char in text[start:end]:
        if char in "“«„":
            inside = True
            flags.append(True)
        elif char in "”»":
            flags.append(True)
            inside = False
        elif char == '"':
            flags.append(True)
            inside = not inside
        else:
            flags.append(inside)
    return flags


def _quoted_whole(text: str, sentences: Sequence[Span], place: int) -> bool:
    """Whether nearly all words of a sentence stand inside quotation marks."""
    quoted = _unquoted(text, sentences, place)
    words = len(re.findall(r"\w+", text[slice(*sentences[place])]))
    return words > 0 and len(re.findall(r"\w+", quoted)) < words / 3


def _unquoted(text: str, sentences: Sequence[Span], place: int) -> str:
    """The words of a sentence that stand outside quotation marks."""
    first = sentences[0][0]
    start, end = sentences[place]
    flags = _depths(text, first, end)
    return "".join(
        char if not flags[start - first + offset] else " "
        for offset, char in enumerate(text[start:end])
    )


def _paragraph(sentences: Sequence[Span], place: int) -> tuple[Span, ...]:
    """The paragraph around a sentence, itself left out; of a long one the nearest sentences."""
    if len(sentences) <= SHORT_PARAGRAPH:
        kept = range(len(sentences))
    else:
        kept = range(max(0, place - REACH), min(len(sentences), place + REACH + 1))
    return tuple(sentences[index] for index in kept if index != place)

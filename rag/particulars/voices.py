"""The quotations and speakers of a sentence held against a source."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.particulars.identity import may_be
from rag.particulars.known import known_of
from rag.particulars.mentions import described
from rag.particulars.names import common_short, key_of, names_of
from rag.particulars.nounphrases import is_finite
from rag.particulars.particular import Finding, Particular
from rag.particulars.quotations import Quotation, nearest, quotations_in, quotations_of, verbatim
from rag.particulars.source import Source
from rag.particulars.speaking import DOCUMENT, SPEAKING
from rag.particulars.speech import Frame, frames_of
from rag.particulars.words import (
    Word,
    content_stems,
    covered,
    sentences_of,
    stem_of,
    within,
    words_of,
)

# Share of what a sentence reports that a source's frame must hold to be the same act of speech.
SAME_SPEECH = 0.45
# By so much more must another's frame hold to be the one that was altered.
LIKELIER = 0.15
# Share of what is reported that an author's own words must have to be what was put in a mouth.
OWN_WORDS = 0.6
# Words that may tell who speaks in the middle of a quotation.
MOST_BETWEEN = 12
# Sentences over which somebody goes on being quoted.
GOES_ON = 3
# What a clause between a verb and a quotation counts, in characters.
FAR = 1_000
_PARTS = re.compile(r";|\b(?:while|whereas|but|although|though)\b|, and\b")
# Words of a line that may tell whose the text is.
LONGEST_BYLINE = 6
# No sentence has more whose speakers matter.
MOST_QUOTATIONS = 8


# Who does these does not say what others say: "Iran threatened to", "Poland asked for".
_OWN_ACTS = frozenset({"ask", "threat", "threaten"})
_DENIALS = frozenset(stem_of(word) for word in "deny reject dispute dismiss".split())
_FIRST_PERSON = frozenset("I my me My We we our Our".split())
# Beside a name these tell that the text may have its words.
_WRITINGS = DOCUMENT | frozenset(
    stem_of(word) for word in "figures interview speech poll by credit courtesy".split()
)
_ONE_ACT = (frozenset({"alleg", "accus", "claim"}), _DENIALS)


def quotation_particulars(sentence: str) -> list[tuple[Particular, Quotation]]:
    """The quotations of a sentence."""
    return [
        (Particular("quotation", one.text, one.start, one.end, one.segments), one)
        for one in quotations_in(sentence)
    ]


def speaker_particulars(sentence: str) -> list[tuple[Particular, Frame]]:
    """Who is said to speak in a sentence; a pronoun names nobody."""
    found = []
    quoted = quotations_in(sentence)
    for frame in frames_of(sentence):
        if frame.pronoun or any(one.start <= frame.at < one.end for one in quoted):
            continue
        value = (frame.names, frame.roles)
        text = sentence[frame.start : frame.end]
        found.append((Particular("speaker", text, frame.start, frame.end, value), frame))
    return found


def check_quotations(sentence: str, source: Source) -> list[Finding]:
    """Each quotation of a sentence: is it in the source word for word?"""
    findings: list[Finding] = []
    words = words_of(source.passage)
    for particular, quotation in quotation_particulars(sentence):
        if not quotation.segments:
            continue
        place = verbatim(quotation, source.words)
        if place is not None:
            findings.append(Finding(particular, "held", place, ""))
            continue
        place = verbatim(quotation, words) or _interrupted(quotation, source.passage)
        if place is not None or verbatim(quotation, words_of(source.about)) is not None:
            findings.append(Finding(particular, "elsewhere", place, ""))
            continue
        near = nearest(quotation, source.words) or nearest(quotation, words)
        if near is not None and _titled(quotation, source.passage, near):
            findings.append(Finding(particular, "elsewhere", near, ""))
            continue
        if near is None:
            why = f"these words are not in the source: “{_short(quotation.text)}”"
            findings.append(Finding(particular, "missing", None, why))
        else:
            told = source.passage[near[0] : near[1]]
            why = (
                f"“{_short(quotation.text)}” is not word for word; the source has “{_short(told)}”"
            )
            findings.append(Finding(particular, "altered", near, why))
    return findings


def _interrupted(quotation: Quotation, passage: str) -> tuple[int, int] | None:
    """Where a quotation stands that the source parts: by "she said" between its sentences."""
    quoted = [(one.start, one.end) for one in quotations_of(passage)]
    place = verbatim(quotation, _quoted_words(passage))
    if place is None:
        return None
    between = [
        word
        for word in within(words_of(passage), *place)
        if word.kind != "mark" and not covered(quoted, word.start)
    ]
    return place if len(between) <= MOST_BETWEEN else None


@lru_cache(maxsize=256)
def _quoted_words(text: str) -> tuple[Word, ...]:
    quoted = [(one.start, one.end) for one in quotations_of(text)]
    return tuple(word for word in words_of(text) if covered(quoted, word.start))


def _titled(quotation: Quotation, passage: str, near: tuple[int, int]) -> bool:
    """Whether a title is quoted that the source has in nearly these words: "A White Sport Coat"."""
    found = [word for word in words_of(quotation.text) if word.content]
    if len(found) < 2 or not all(word.capital or word.kind == "number" for word in found):
        return False
    told = content_stems(words_of(passage[max(0, near[0] - 30) : near[1] + 30]))
    return {word.stem for word in found} <= told


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:79]}…"


def check_speakers(sentence: str, source: Source) -> list[Finding]:
    """Each speaker of a sentence: is it who the source says it was?"""
    findings: list[Finding] = []
    pairs = speaker_particulars(sentence)
    quoting: dict[int, Frame] = {}
    for quotation in quotations_in(sentence)[:MOST_QUOTATIONS]:
        around = _frame_of_quotation(quotation, source)
        start, end = quotation.start, quotation.end
        if around is not None and pairs:
            nearest_frame = min(
                (frame for _, frame in pairs), key=lambda one: _distance(sentence, one, start, end)
            )
            quoting.setdefault(nearest_frame.at, around)
    for particular, frame in pairs:
        told = quoting.get(frame.at) or _same_speech(frame, sentence, source)
        aside = particular.text.casefold().startswith("which ")
        if told is None or (aside and not _alike(told.verb, frame.verb)):
            findings.append(_unframed(particular, frame, source))
            continue
        place = (told.start, told.end)
        teller = source.passage[told.start : told.end]
        if (
            not (frame.sure and told.sure)
            or may_be(frame, told, source)
            or _one_name(frame, particular.text, teller)
            or _is_within(frame, told, [other for _, other in pairs], source)
            or _is_told_of(frame, told, source)
        ):
            verdict = "held" if source.cites(*place) else "elsewhere"
            findings.append(Finding(particular, verdict, place, ""))  # type: ignore[arg-type]
        else:
            why = f'"{particular.text}" is not who says this in the source: "{_short(teller)}" is'
            findings.append(Finding(particular, "altered", place, why))
    return findings


def _one_name(frame: Frame, text: str, teller: str) -> bool:
    """Whether two speakers have one name, short and long: "DOT", "the Transport Department"."""
    return any(
        known_of(other).holds(name)
        for one, other in ((text, teller), (teller, text))
        for name in names_of(one)
        if not common_short(name) and (name.text.isupper() or len(name.keys) > 1)
        if one is teller or frame.names & set(name.keys)
    )


def _is_within(frame: Frame, told: Frame, frames: Sequence[Frame], source: Source) -> bool:
    """Whether another tells what this one says, and is the source's: "Ms Tarn said it showed …"."""
    for other in frames:
        shared = len(frame.content & other.content)
        if (
            other is not frame
            and (other.names or other.roles & told.roles)
            and 2 * shared >= max(1, min(len(frame.content), len(other.content)))
            and may_be(other, told, source)
        ):
            return True
    return False


def _is_told_of(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether the source has somebody tell of this one's words: "reported Ms Tarn's call for"."""
    first, last = sentences_of(source.passage)[told.sentence]
    return told.verb != frame.verb and any(
        word.text.endswith(("'s", "’s")) and key_of(word.low) in frame.names
        for word in words_of(source.passage)[first:last]
        if not told.start <= word.start < told.end
    )


def _distance(text: str, frame: Frame, start: int, end: int) -> int:
    """Characters between a verb and a quotation, and many more where a clause parts them."""
    between = text[frame.at : start] if frame.at < start else text[end : frame.at]
    return len(between) + (FAR if _PARTS.search(between) else 0)


def _frame_of_quotation(quotation: Quotation, source: Source) -> Frame | None:
    """The source's frame around a quotation that it has word for word.

    It stands in the sentence in which the quotation begins or ends; what goes on being quoted is
    said by who spoke last.
    """
    if not quotation.segments:
        return None
    place = verbatim(quotation, source.words)
    if place is None and sum(map(len, quotation.segments)) > 1:
        place = verbatim(quotation, words_of(source.passage))
    if place is None:
        return None
    start, end = next(
        (
            (one.start, one.end)
            for one in quotations_of(source.passage)
            if one.start <= place[0] and place[1] <= one.end
        ),
        place,
    )
    low, high = _sentence_at(source.passage, start), _sentence_at(source.passage, end - 1)
    frames = frames_of(source.passage)
    around = [one for one in frames if one.sentence in (low, high)]
    if around:
        return min(around, key=lambda one: _distance(source.passage, one, start, end))
    earlier = [one for one in frames if low - GOES_ON <= one.sentence < low]
    if not earlier:
        return None
    # "…," said X. "…": in one paragraph, with nothing told between, the speaker is the same.
    after = words_of(source.passage)[sentences_of(source.passage)[earlier[-1].sentence][1] - 1].end
    between = source.passage[after:start]
    same = "\n" not in between and not _told_between(source.passage, after, start)
    return replace(earlier[-1], sure=earlier[-1].sure and same)


def _told_between(text: str, low: int, high: int) -> bool:
    """Whether words stand between two places of a text that are not quoted."""
    quoted = [(one.start, one.end) for one in quotations_of(text)]
    return any(
        word.kind != "mark" and not covered(quoted, word.start)
        for word in within(words_of(text), low, high)
    )


def _sentence_at(text: str, place: int) -> int:
    found = words_of(text)
    for number, (_, last) in enumerate(sentences_of(text)):
        if found[last - 1].end > place:
            return number
    return 0


def _same_speech(frame: Frame, sentence: str, source: Source) -> Frame | None:
    """The source's frame that holds most of what a frame of a sentence reports.

    One by the same speaker is taken where another's is hardly more alike.
    """
    if not frame.content:
        return None
    best: dict[bool, tuple[float, Frame]] = {}
    named = {key for name in names_of(sentence) for key in name.keys}
    for told in frames_of(source.passage):
        if told.verb != frame.verb and {told.verb, frame.verb} & _OWN_ACTS:
            continue
        if told.verb in frame.content and told.names and told.names <= named - frame.names:
            # "Ilse Tarn writes that Bo Wren confirmed …": what another did is what is said.
            continue
        same = len(frame.content & told.content) + (told.verb in frame.content) / 2
        same /= len(frame.content)
        if not same:
            continue
        same += 0.2 * source.cites(told.start, told.end) + 0.1 * _alike(told.verb, frame.verb)
        if same <= SAME_SPEECH:
            continue
        who = may_be(frame, told, source)
        if not who and (not told.sure or (told.verb in _DENIALS) != (frame.verb in _DENIALS)):
            # Who denies it is not who says it.
            continue
        shared = frame.content & told.content
        same_act = told.verb == frame.verb and told.verb not in ("say", "tell")
        few = len(shared) < (2 if frame.names or len(frame.content) > 2 else 1)
        if not who and few and not same_act and shared != frame.content:
            # One word in common is no act of speech in common.
            continue
        if same > best.get(who, (SAME_SPEECH, told))[0]:
            best[who] = (same, told)
    if False in best and best[False][0] > best.get(True, (0.0, None))[0] + LIKELIER:
        return best[False][1]
    return best[True][1] if True in best else None


def _alike(one: str, two: str) -> bool:
    return one == two or any({one, two} <= group for group in _ONE_ACT)


def _unframed(particular: Particular, frame: Frame, source: Source) -> Finding:
    """A speaker of something that the source has nobody say."""
    cited, about = known_of(source.cited), known_of(source.about)
    passage = known_of(source.passage)
    if frame.names:
        if frame.names & (cited.keys | about.keys):
            return Finding(particular, "held", None, "")
        plays = described(source.passage)
        told = content_stems(source.words)
        if any(plays.get(name, frozenset()) & told for name in frame.names):
            return Finding(particular, "elsewhere", None, "")
        if frame.names <= passage.keys and _others_there(frame, source):
            why = f'the source does not have "{particular.text}" say this'
            return Finding(particular, "missing", None, why)
        if frame.names <= passage.keys and _in_own_words(frame, source):
            why = f'the source does not have "{particular.text}" say this'
            return Finding(particular, "missing", None, why)
        return Finding(particular, "elsewhere", None, "")
    return Finding(particular, "held", None, "")


def _others_there(frame: Frame, source: Source) -> bool:
    """Whether the cited words have somebody else speak, and do not name this one.

    What they say in nobody's name may be its author's words: "Ada Lorne believes that …".
    """
    if frame.names & known_of(source.cited).keys:
        return False
    return any(
        source.cites(one.start, one.end) and one.names and not one.names & frame.names
        for one in frames_of(source.passage)
    )


def _in_own_words(frame: Frame, source: Source) -> bool:
    """Whether the cited words are the author's, and have most of what somebody else is to say."""
    wanted = frame.content & content_stems(source.words)
    if len(wanted) < max(OWN_WORDS * len(frame.content), 3):
        return False
    for one in frames_of(source.passage):
        if frame.names & (one.names | one.owners):
            return False
        if source.cites(one.start, one.end) and 2 * len(wanted & one.content) >= len(wanted):
            return False
    return not _may_write(frame.names, source)


def _may_write(names: frozenset[str], source: Source) -> bool:
    """Whether a passage may tell elsewhere that its words are theirs.

    By a line of their name alone, a word of speech or a document in a sentence with it, a label
    before it or behind it; or it is told by an "I".
    """
    text, found = source.passage, words_of(source.passage)
    if any(word.text in _FIRST_PERSON for word in source.words):
        return True
    told = [name for name in names_of(text) if names & set(name.keys)]
    for name in told:
        first, last = sentences_of(text)[_sentence_at(text, name.start)]
        labels = name.last + 1 < len(found) and found[name.last + 1].text == ":"
        if labels or any(_writes(found, place) for place in range(first, last)):
            return True
        line = text[text.rfind("\n", 0, name.start) + 1 :].split("\n", 1)[0]
        if len(line.split()) <= LONGEST_BYLINE:
            return True
    return False


def _writes(found: Sequence[Word], place: int) -> bool:
    word = found[place]
    return word.stem in _WRITINGS or (word.stem in SPEAKING and is_finite(found, place))

"""The quotations and speakers of a sentence held against a source."""

from rag.particulars.names import SEATS_BY_KEY, key_of, known_of, names_of
from rag.particulars.particular import Finding, Particular
from rag.particulars.quotations import Quotation, nearest, quotations_of, verbatim
from rag.particulars.source import Source
from rag.particulars.speaking import BENCH, BODIES, DOCUMENT, OUTSIDERS
from rag.particulars.speech import Frame, described, frames_of
from rag.particulars.words import content_stems, sentences_of, words_of

# Share of what a sentence reports that a source's frame must hold to be the same act of speech.
SAME_SPEECH = 0.45
# By so much more must another's frame hold to be the one that was altered.
LIKELIER = 0.15
# No sentence has more whose speakers matter.
MOST_QUOTATIONS = 8


_ONE_ACT = (
    frozenset({"alleg", "accus", "claim"}),
    frozenset({"deny", "reject", "dispute", "disput", "dismiss"}),
)


def quotation_particulars(sentence: str) -> list[tuple[Particular, Quotation]]:
    """The quotations of a sentence."""
    return [
        (Particular("quotation", one.text, one.start, one.end, one.segments), one)
        for one in quotations_of(sentence)
    ]


def speaker_particulars(sentence: str) -> list[tuple[Particular, Frame]]:
    """Who is said to speak in a sentence; a pronoun names nobody."""
    found = []
    for frame in frames_of(sentence):
        if frame.pronoun:
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
        place = verbatim(quotation, words)
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
    for quotation in quotations_of(sentence)[:MOST_QUOTATIONS]:
        around = _frame_of_quotation(quotation, source)
        if around is not None and pairs:
            nearest_frame = min(
                (frame for _, frame in pairs), key=lambda one: _distance(one, quotation)
            )
            quoting.setdefault(nearest_frame.at, around)
    for particular, frame in pairs:
        told = quoting.get(frame.at) or _same_speech(frame, source)
        aside = particular.text.casefold().startswith("which ")
        if told is None or (aside and not _alike(told.verb, frame.verb)):
            findings.append(_unframed(particular, frame, source))
            continue
        place = (told.start, told.end)
        if _is(frame, told, source):
            verdict = "held" if source.cites(*place) else "elsewhere"
            findings.append(Finding(particular, verdict, place, ""))  # type: ignore[arg-type]
        else:
            teller = source.passage[told.start : told.end]
            why = f'"{particular.text}" is not who says this in the source: "{_short(teller)}" is'
            findings.append(Finding(particular, "altered", place, why))
    return findings


def _distance(frame: Frame, quotation: Quotation) -> int:
    return min(abs(frame.at - quotation.start), abs(frame.at - quotation.end))


def _frame_of_quotation(quotation: Quotation, source: Source) -> Frame | None:
    """The source's frame around a quotation that it has word for word."""
    if not quotation.segments:
        return None
    place = verbatim(quotation, source.words)
    if place is None and sum(map(len, quotation.segments)) > 1:
        place = verbatim(quotation, words_of(source.passage))
    if place is None:
        return None
    start, end = place
    number = _sentence_at(source.passage, start)
    frames = [one for one in frames_of(source.passage) if one.sentence == number]
    if not frames:
        around = [one for one in frames_of(source.passage) if abs(one.sentence - number) == 1]
        frames = [one for one in around if one.sentence < number] or around
    return min(frames, key=lambda one: min(abs(one.at - start), abs(one.at - end)), default=None)


def _sentence_at(text: str, place: int) -> int:
    found = words_of(text)
    for number, (_, last) in enumerate(sentences_of(text)):
        if found[last - 1].end > place:
            return number
    return 0


def _same_speech(frame: Frame, source: Source) -> Frame | None:
    """The source's frame that holds most of what a frame of a sentence reports.

    One by the same speaker is taken where another's is hardly more alike.
    """
    if not frame.content:
        return None
    best: dict[bool, tuple[float, Frame]] = {}
    for told in frames_of(source.passage):
        if told.verb == "ask" and frame.verb != "ask":
            continue
        same = len(frame.content & told.content) + (told.verb in frame.content) / 2
        same /= len(frame.content)
        if not same:
            continue
        same += 0.2 * source.cites(told.start, told.end) + 0.1 * _alike(told.verb, frame.verb)
        who = _is(frame, told, source)
        if (
            not who
            and frame.names
            and len(frame.content) == 2
            and not frame.content <= told.content
        ):
            # One word in common is no act of speech in common.
            continue
        if same > best.get(who, (SAME_SPEECH, told))[0]:
            best[who] = (same, told)
    if False in best and best[False][0] > best.get(True, (0.0, None))[0] + LIKELIER:
        return best[False][1]
    return best[True][1] if True in best else None


def _alike(one: str, two: str) -> bool:
    return one == two or any({one, two} <= group for group in _ONE_ACT)


def _is(frame: Frame, told: Frame, source: Source) -> bool:
    """Whether who speaks in a sentence can be who speaks in the source."""
    around = described(source.passage)
    if told.pronoun:
        names, roles = _before(told, source)
        if not names and not roles:
            return True
    else:
        names, roles = told.names, told.roles
    if _relatives(frame.names, names, source):
        return False
    if _seats(frame.names) & _seats(names) or _same_short(frame, told, source):
        return True
    if frame.names:
        if names:
            # "The bank" for "Nordvik's chief": only by the roles that the two share.
            return bool(frame.roles & roles - {"of"} and not _person(frame, source))
        return _plays(frame, told, roles, source)
    role_words = frame.roles
    if role_words & roles or role_words & {key_of(name) for name in names}:
        return True
    if role_words & DOCUMENT:
        return True
    if any(role_words & around.get(name, frozenset()) for name in names):
        return True
    everywhere = content_stems(words_of(source.passage))
    if role_words & BENCH and (roles | names) & {"judge", "justic"}:
        return True
    return not role_words & everywhere and not (names and role_words & OUTSIDERS)


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
    if roles & DOCUMENT:
        return True
    passage = known_of(source.passage)
    if not frame.names <= passage.keys:
        # The name itself is checked, and missing, elsewhere.
        return True
    if not roles & BODIES or _person(frame, source):
        return False
    # "The company" is one that was named before it.
    first = min(name.start for name in names_of(source.passage) if frame.names & set(name.keys))
    return first < told.start


def _person(frame: Frame, source: Source) -> bool:
    """Whether a name is told of like a person: with a role before it, or two words long."""
    if len(frame.names) > 1 and not frame.names & BODIES:
        return True
    return any(
        set(frame.names) & set(name.keys) and len(name.keys) > 1
        for name in names_of(source.passage)
    )


def _before(told: Frame, source: Source) -> tuple[frozenset[str], frozenset[str]]:
    """Who "he" or "she" may be: the names of the sentence before, back to one that has any."""
    found = words_of(source.passage)
    ranges = sentences_of(source.passage)
    names = names_of(source.passage)
    # Who spoke just before goes on speaking.
    for other in reversed(frames_of(source.passage)):
        if other.names and told.sentence - 1 <= other.sentence and other.at < told.start:
            return other.names, other.roles
    for number in range(told.sentence, max(-1, told.sentence - 4), -1):
        first, last = ranges[number]
        low, high = found[first].start, min(found[last - 1].end, told.start)
        keys = {key for name in names if low <= name.start < high for key in name.keys}
        if keys:
            return frozenset(keys), frozenset()
    return frozenset(), frozenset()


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
        return Finding(particular, "elsewhere", None, "")
    return Finding(particular, "held", None, "")


def _others_there(frame: Frame, source: Source) -> bool:
    """Whether the cited words name somebody, and not this one."""
    return bool(names_of(source.cited)) and not frame.names & known_of(source.cited).keys

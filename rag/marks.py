"""A chat model's reply → plain sentences, each with the numbers of the passages that it cites.

A reply is untrusted text: addresses, pictures, markup and characters without a shape are taken
out here and counted, so that nothing a document told the model to write reaches a page. What the
sentences claim is checked elsewhere.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rag.chunking import sentence_spans
from rag.types import Block

# No reply needs more; what is longer is cut and said to be.
MAX_REPLY_CHARS = 40_000
# A range of marks wider than this is no citation of anything.
MAX_RANGE = 20

_NUMBER = r"\d{1,3}"
_SERIES = rf"{_NUMBER}(?:\s*(?:,|;|&|and|[-–—]|to)\s*(?:\w+\s+)?{_NUMBER})*"
_WORD = r"(?:sources?|passages?|documents?|docs?|refs?\.?|references?|citations?|no\.?|s|p)"
# [7] [1,3] [1-3] [^1] [source 2] 【2】 【2†lines】 (source 2) (see sources 1 and 3) ⟦1⟧
_MARK = re.compile(
    rf"\s*(?:[\[［⟦]\s*\^?(?:see\s+)?(?:{_WORD}\s*#?\s*)?(?P<square>{_SERIES})\s*[\]］⟧]"
    rf"|【\s*(?:{_WORD}\s*)?(?P<lens>{_SERIES})\s*(?:[†:][^】\n]{{0,80}})?】"
    rf"|[(（]\s*(?:see\s+)?{_WORD}\s*#?\s*(?P<round>{_SERIES})\s*[)）])",
    re.IGNORECASE,
)
_PART = re.compile(rf"(?P<from>{_NUMBER})\s*(?:[-–—]|to)\s*(?P<to>{_NUMBER})|(?P<one>{_NUMBER})")
# A block of notes at the end: "[1]: …", "[^1]: …", "1. Title" under "Sources:".
_NOTE_LINE = re.compile(rf"[ \t]*\[\^?{_NUMBER}\]:.*", re.MULTILINE)
_NOTES = re.compile(
    r"^[ \t#*_]*(?:sources?|references?|citations?|bibliography|works cited|footnotes?)"
    r"(?: cited| used)?[ \t*_]*:?[ \t*_]*$.*\Z",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_PICTURE = re.compile(
    r"!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)|!\[([^\]\n]{0,300})\]\[[^\]\n]{0,200}\]"
)
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(\s*<?[^)\n]{0,2000}\)")
_ADDRESS = re.compile(
    r"<?\b(?:https?|ftp|file|data|javascript|vbscript|mailto|tel):[^\s<>\"'`)\]】]{1,2000}>?"
    r"|(?<![\w@.])www\.[^\s<>\"'`)\]】]{2,500}"
    # Without a scheme only what has a path: "Booking.com said" is a name.
    r"|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}/[^\s<>\"'`)\]】]{0,500}",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,2000}>")
_SCRIPT = re.compile(
    r"<(script|style|iframe|svg|object)\b.{0,20000}?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*|`{1,3}|~~)(?=\S)(.+?)(?<=\S)\1")
_LEAD = re.compile(r"^[ \t]*(?:[-*+•‣–]|\d{1,2}[.)]|#{1,6}|>+)[ \t]+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE)
_OPENING = re.compile(
    r"^(?:based on|according to) (?:the |these |your )?(?:provided |given |above |numbered )?"
    r"(?:passages?|sources?|documents?|context|information)(?: provided| given| above)?,\s*",
    re.IGNORECASE,
)
# "The sources do not say …": about the passages and not from them.
_SILENT = re.compile(
    r"\b(?:(?:the |these |provided |given |available )*(?:sources?|passages?|documents?|corpus"
    r"|context|texts?)\s+(?:provided |given |cited |above )?(?:do(?:es)? not|don['’]t|doesn['’]t"
    r"|did not|cannot|contains? no|gives? no|provides? no|offers? no|says? nothing|are silent"
    r"|is silent|has no|have no|makes? no)\b"
    r"|(?:is|are|was|were) not (?:stated|mentioned|given|specified|named|said|provided|included"
    r"|addressed|covered|disclosed) in (?:the |these |any of the )?(?:\w+ )?(?:sources?|passages?"
    r"|documents?|corpus|context|texts?)"
    r"|(?:no|none of the) (?:sources?|passages?|documents?)\b.{0,40}?\b(?:say|says|state|states"
    r"|mention|mentions|give|gives|tell|tells|name|names|address|addresses)\b"
    r"|there is no (?:information|mention|answer)[^.]{0,80}\b(?:sources?|passages?|documents?"
    r"|context)\b"
    r"|^i (?:cannot|can['’]t|could not|am unable to) (?:find|answer|determine)\b)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[ \t]*#{1,6}[ \t][^\n.?!\[]*$|^[ \t*_]*[^\n.?!\[]{1,60}:[ \t*_]*$", re.MULTILINE
)
_DOUBLED = re.compile(r"\[\[([^\[\]\n]{1,60})\]\]")
_KEEP = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of a reply: its words without marks, the passages it cites by number.

    `cites` are those its own marks name, in their order; `near` those of the sentences after it
    in its paragraph, for a model that marks only the last one. `silent` says that it is about what
    the passages do not say.
    """

    text: str
    cites: tuple[int, ...] = ()
    near: tuple[int, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says, and what was taken out of it by kind ("address", "picture", …).

    `unknown` are numbers that no passage has; `cut` whether it was longer than is read.
    """

    sentences: tuple[Written, ...]
    removed: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    cut: bool = False


def read_reply(text: str, ranks: Collection[int]) -> Reply:
    """The sentences of a reply; `ranks` are the numbers of the passages that were given."""
    removed: Counter[str] = Counter()
    cut = len(text) > MAX_REPLY_CHARS
    plain = without_markup(text[:MAX_REPLY_CHARS], removed)
    unknown: list[str] = []
    sentences: list[Written] = []
    for line in plain.split("\n"):
        sentences += _of_line(line, ranks, unknown)
    return Reply(tuple(sentences), dict(removed), tuple(dict.fromkeys(unknown)), cut)


def without_markup(text: str, removed: Counter[str]) -> str:
    """The words of a reply, line by line; what is taken out is counted in `removed`."""
    text = unicodedata.normalize("NFC", text)
    # Twice: "&lt;img&gt;" is markup for whoever unescapes it once.
    text = _visible(html.unescape(html.unescape(text)), removed)

    def without(pattern: re.Pattern[str], kind: str, put: str, given: str) -> str:
        made, n = pattern.subn(put, given)
        removed[kind] += n
        return made

    text = without(_SCRIPT, "markup", " ", text)
    text = without(_PICTURE, "picture", " ", text)
    text = without(_LINK, "address", r"\1", text)
    text = without(_ADDRESS, "address", "", text)
    text = without(_TAG, "markup", "", text)
    text = _NOTES.sub("", _NOTE_LINE.sub("", text))
    text = _HEADING.sub("", _RULE.sub("", _FENCE.sub("", text)))
    text = _LEAD.sub("", text)
    for _ in range(2):  # emphasis inside emphasis
        text = _EMPHASIS.sub(r"\2", text)
    for kind in [kind for kind, n in removed.items() if not n]:
        del removed[kind]
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _visible(text: str, removed: Counter[str]) -> str:
    """The text without control characters and others that have no shape."""
    kept = [
        char
        for char in text
        if char in _KEEP or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cn", "Cs")
    ]
    removed["invisible character"] += len(text) - len(kept)
    return "".join(kept)


def _of_line(line: str, ranks: Collection[int], unknown: list[str]) -> list[Written]:
    line = _DOUBLED.sub(r"[\1]", line)
    pieces: list[str] = []
    marks: list[tuple[int, tuple[int, ...]]] = []
    place = length = 0
    for match in _MARK.finditer(line):
        series = match["square"] or match["lens"] or match["round"]
        numbers = _numbers(series)
        piece = line[place : match.start()]
        pieces.append(piece)
        length += len(piece)
        marks.append((length, tuple(number for number in numbers if number in ranks)))
        unknown += [f"[{number}]" for number in numbers if number not in ranks]
        place = match.end()
        if line[place : place + 1].isalnum():  # "…fell.[1]Then …"
            pieces.append(" ")
            length += 1
    text = "".join([*pieces, line[place:]])
    spans = sentence_spans(text, Block("paragraph", 0, len(text)))
    if not spans:
        return []
    cited: list[list[int]] = [[] for _ in spans]
    for at, named in marks:
        # A mark stands behind the words it is for; one that opens a line is for what follows.
        owner = max((n for n, (start, _) in enumerate(spans) if start < at), default=0)
        cited[owner] += named
    found: list[Written] = []
    following: tuple[int, ...] = ()
    for (start, end), numbers in reversed(list(zip(spans, cited, strict=True))):
        own = tuple(dict.fromkeys(numbers))
        words = _OPENING.sub("", " ".join(text[start:end].split()))
        if words and any(char.isalnum() for char in words):
            words = words[:1].upper() + words[1:]
            found.append(Written(words, own, () if own else following, bool(_SILENT.search(words))))
        following = own or following
    return found[::-1]


def _numbers(series: str) -> list[int]:
    numbers: list[int] = []
    for part in _PART.finditer(series):
        if part["one"]:
            numbers.append(int(part["one"]))
            continue
        low, high = int(part["from"]), int(part["to"])
        numbers += range(low, high + 1) if 0 <= high - low <= MAX_RANGE else (low, high)
    return numbers

"""What of a mail's words is its sender's and what is quoted: plain text and HTML.

Programs mark quoted words by ">" before each line, by a line that says who wrote them, or by a
divider below which all is an earlier mail. Each gives a `Passage` of its own, so that no block
mixes the words of two people.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import BlockKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Unicode keeps these for use within a program (noncharacters); they stand in a tree for the
# begin and the end of a quotation, and are taken out of what a mail sends.
BEGIN_QUOTE, END_QUOTE = "\ufdd0", "\ufdd1"
_MARKS = re.compile(r"[ \t]{0,2}((?:>[ \t]?)+)")
_WROTE = (
    r"wrote|writes|said|schrieb|schreibt|a écrit|écrit|escribió|escribio|ha scritto|scrisse|"
    r"schreef|escreveu|skrev|kirjoitti|napisał\(a\)|napisał|napisała|napsal\(a\)|napsal|írta|"
    r"написал\(а\)|написал|написала|пишет|написав|yazdı|έγραψε|a scris|写道|寫道|のメール|작성"
)
_ATTRIBUTION = re.compile(
    rf"(?:{_WROTE})\W{{0,6}}$|\b(?:{_WROTE})\b.{{0,200}}[:：]$", re.IGNORECASE
)
# Without a verb: "2020年5月1日(金) 10:00 Name <name@host>:".
_ADDRESS_ENDS = re.compile(r"\d.{0,200}[\w.+-]@[\w.-]+[>)\]]?[:：]$")
_ATTRIBUTION_BEGINS = re.compile(
    r"(?:on|am|le|el|il|op|em|den|dne|w dniu|på|pe|vào|в|on the|at|\d{1,4}[-./年]|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom)[a-z]{0,6}[,.])\b",
    re.IGNORECASE,
)
# Sure signs of a mail program's own line: a time of day, or an address.
_ATTRIBUTION_HOLDS = re.compile(r"\d{1,2}[:.h]\d{2}|[\w.+-]@[\w-]|\d{4}")
_MAX_ATTRIBUTION_LINES = 4
_DIVIDER = re.compile(
    r"\s*(?:-{2,}|_{2,}|={2,}|\*{2,})\s*(?:"
    r"original message|original e-?mail|forwarded message|forwarded by .{1,100}|"
    r"ursprüngliche (?:nachricht|mail)|original-?nachricht|weitergeleitete nachricht|"
    r"message d['’]origine|message original|message transféré|courriel original|"
    r"mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|"
    r"messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|"
    r"ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti|"
    r"wiadomość oryginalna|treść przekazanej wiadomości|původní zpráva|исходное сообщение|"
    r"пересылаемое сообщение|原始邮件|原始郵件|转发邮件|original メッセージ|원본 메시지"
    r")\s*(?:-{2,}|_{2,}|={2,}|\*{2,}|:?\s*$)"
    r"|\s*begin forwarded message:\s*$|\s*anfang der weitergeleiteten nachricht:?\s*$"
    r"|\s*début du message (?:réexpédié|transféré)\s*:?\s*$"
    r"|\s*inizio messaggio inoltrato:?\s*$|\s*inicio del mensaje reenviado:?\s*$",
    re.IGNORECASE,
)
_FIELD_FROM = re.compile(
    r"[*\s]*(?:from|von|de|da|van|från|fra|od|от|kimden|发件人|寄件者|差出人|보낸 사람)"
    r"\s*[*]?\s*[:：]\s*[*]?\s*\S",
    re.IGNORECASE,
)
_FIELD_SENT = re.compile(
    r"(?:^|[*\s])(?:sent|date|gesendet|datum|envoyé|enviado|enviada|fecha|data|inviato|verzonden|"
    r"skickat|sendt|dato|wysłano|odesláno|отправлено|дата|gönderildi|发送时间|日期|送信日時|日時|"
    r"보낸 날짜)(?: (?:le|el|il|em|am|on))?\s*[*]?\s*[:：]",
    re.IGNORECASE,
)
_FIELD_TO = re.compile(
    r"(?:^|[*\s])(?:to|an|à|para|a|aan|till|til|do|komu|кому|kime|收件人|收件者|宛先|받는 사람|"
    r"subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|předmět|тема|konu|"
    r"主题|主旨|件名|제목)\s*[*]?\s*[:：]",
    re.IGNORECASE,
)
_FIELD_LINES = 6
_SIGNATURE_LINES = 20
_SCAN_CHARS = 600  # of a line or piece; a program's own line is never longer


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines, or a block of HTML, of one voice; `depth` is 0 for the sender's own.

    `kind` is None for plain text whose blocks are not known yet.
    """

    text: str
    depth: int
    kind: BlockKind | None = None
    level: int = 0
    near: bool = False
    is_signature: bool = False


def plain_passages(text: str) -> list[Passage]:
    """The passages of plain text in order, without the marks before quoted lines."""
    lines = [_unmarked(line) for line in text.split("\n")]
    _mark_earlier(lines)
    passages: list[Passage] = []
    first = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or lines[at][0] != lines[first][0]:
            passages.extend(_voiced(lines[first][0], [words for _, words in lines[first:at]]))
            first = at
    return passages


def _unmarked(line: str) -> tuple[int, str]:
    match = _MARKS.match(line)
    if match is None or line.startswith(">From "):
        return 0, line
    return match[1].count(">"), line[match.end() :]


def _mark_earlier(lines: list[tuple[int, str]]) -> None:
    """Give a depth to what is quoted without marks, and to the blank lines within a quotation."""
    for at, (depth, words) in enumerate(lines):
        if depth == 0 and words.strip():
            near = [below for _, below in lines[at : at + _FIELD_LINES]]
            if not begins_earlier_mail(near):
                continue
            for below in range(at, len(lines)):
                lines[below] = (lines[below][0] + 1, lines[below][1])
            break
    for at, (depth, words) in enumerate(lines):
        if depth == 0 and words.rstrip().endswith((":", "：")):
            _mark_attribution(lines, at)
    previous = 0
    for at, (depth, words) in enumerate(lines):
        if not words.strip() and depth < previous:
            following = next((held for held, later in lines[at + 1 : at + 4] if later.strip()), 0)
            lines[at] = (min(previous, following), words)
        previous = lines[at][0]


def _mark_attribution(lines: list[tuple[int, str]], end: int) -> None:
    """Let the line that says who wrote the quoted words belong to them."""
    following = range(end + 1, min(end + 4, len(lines)))
    below = next((at for at in following if lines[at][1].strip()), -1)
    is_marked = below >= 0 and lines[below][0] > 0
    joined = ""
    begun = -1
    for first in range(end, max(-1, end - _MAX_ATTRIBUTION_LINES), -1):
        depth, words = lines[first]
        joined = f"{words.strip()} {joined}".strip()
        if depth or not words.strip() or len(joined) > _SCAN_CHARS:
            break
        begins = _ATTRIBUTION_BEGINS.match(joined) is not None
        # It is wrapped: where the last line alone is one, those above may begin it.
        if is_attribution(joined, is_marked=is_marked) and (begun < 0 or begins):
            begun = first
        if begun >= 0 and begins:
            break
    if begun < 0:
        return
    for at in range(begun, below if is_marked else len(lines)):
        lines[at] = (max(1, lines[at][0] + (0 if is_marked else 1)), lines[at][1])
    # A block of its own: what it introduces was written by another.
    lines[end] = (lines[end][0], f"{lines[end][1]}\n")


def is_attribution(words: str, *, is_marked: bool) -> bool:
    """Whether a line says that what follows was written by another.

    Where what follows is not marked as quoted, the line must look like a program's own.
    """
    if len(words) > _SCAN_CHARS:
        return False
    says = _ATTRIBUTION.search(words) is not None
    if is_marked:
        return says or _ADDRESS_ENDS.search(words) is not None
    return bool(
        says
        and words.endswith((":", "："))
        and _ATTRIBUTION_BEGINS.match(words)
        and _ATTRIBUTION_HOLDS.search(words)
    )


def begins_earlier_mail(lines: Sequence[str]) -> bool:
    """Whether the first of these lines is one below which programs put an earlier mail."""
    first = lines[0][:_SCAN_CHARS]
    if _DIVIDER.match(first):
        return True
    if not _FIELD_FROM.match(first):
        return False
    block = "\n".join(line[:_SCAN_CHARS] for line in lines[:_FIELD_LINES])
    return bool(_FIELD_SENT.search(block) and _FIELD_TO.search(block))


def _voiced(depth: int, lines: list[str]) -> Iterator[Passage]:
    """The lines of one depth, the signature below "-- " apart."""
    for at, line in enumerate(lines):
        if line.rstrip() == "--" and len(lines) - at <= 3 * _SIGNATURE_LINES:
            below = [words for words in lines[at + 1 :] if words.strip()]
            if 0 < len(below) <= _SIGNATURE_LINES:
                yield Passage("\n".join(lines[:at]), depth)
                yield Passage("\n".join(lines[at + 1 :]), depth, is_signature=True)
                return
    yield Passage("\n".join(lines), depth)


def joined_flowed(text: str, *, deletes_space: bool) -> str:
    """Text whose lines go on where they end in a space, as `format=flowed` has it.

    Source: RFC 3676, section 4.
    """
    made: list[str] = []
    open_depth = -1  # of the paragraph that goes on, else -1
    for line in text.split("\n"):
        marks = len(line) - len(line.lstrip(">"))
        words = line[marks:]
        words = words[1:] if words.startswith(" ") else words
        goes_on = words.endswith(" ") and words != "-- "
        kept = words[:-1] if goes_on and deletes_space else words
        if open_depth == marks and words != "-- ":
            made.append(kept)
        else:
            made.append(("\n" if made else "") + ">" * marks + (" " if marks else "") + kept)
        open_depth = marks if goes_on else -1
    return "".join(made)


def mark_quotes(tree: "HtmlElement") -> None:
    """Put `BEGIN_QUOTE` and `END_QUOTE` around what the marks of mail programs say is quoted."""
    for element in list(tree.iter("blockquote", "div", "hr", "span", "p", "td")):
        parent = element.getparent()
        if parent is None:
            continue
        if _is_divider(element):
            _put_before(element, BEGIN_QUOTE)
        elif _is_quote(element):
            _put_before(element, BEGIN_QUOTE)
            _put_after(element, END_QUOTE)


_QUOTE_CLASSES = frozenset(
    "gmail_attr yahoo_quoted moz-cite-prefix moz-forward-container protonmail_quote "
    "zmail_extra tutanota_quote".split()
)
_DIVIDER_IDS = frozenset(
    "divrplyfwdmsg appendonsend stopspelling reply-intro outlookmessageheader "
    "mail-editor-reference-message-container".split()
)
_NO_BORDER = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_OUTLOOK_LINE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:e1e1e1|b5c4df)", re.IGNORECASE
)


def _is_quote(element: "HtmlElement") -> bool:
    # Not Gmail's "gmail_quote" itself: answers between quoted words stand in it as well.
    if element.tag == "blockquote":
        # Programs indent by it too, and take its line away then.
        return not _NO_BORDER.search(element.get("style", ""))
    return not _QUOTE_CLASSES.isdisjoint(element.get("class", "").lower().split())


def _is_divider(element: "HtmlElement") -> bool:
    if element.get("id", "").lower().removeprefix("x_") in _DIVIDER_IDS:
        return True
    if "outlookmessageheader" in element.get("class", "").lower():
        return True
    # Outlook's line above "From: … Sent: …", which has no name of its own.
    return bool(_OUTLOOK_LINE.search(element.get("style", "")))


def _sentinel(element: "HtmlElement", words: str) -> "HtmlElement":
    made: HtmlElement = element.makeelement("p", {})
    made.text = words
    return made


def _put_before(element: "HtmlElement", words: str) -> None:
    element.addprevious(_sentinel(element, words))


def _put_after(element: "HtmlElement", words: str) -> None:
    made = _sentinel(element, words)
    made.tail, element.tail = element.tail, None
    element.addnext(made)


def voiced_pieces(pieces: Iterable[Passage]) -> list[Passage]:
    """HTML's pieces with their depths, from the marks in them and from what their words say."""
    made: list[Passage] = []
    depth = 0
    earlier = 0
    waiting = [piece for piece in pieces if piece.text]
    for at, piece in enumerate(waiting):
        words = piece.text
        here = depth
        if BEGIN_QUOTE in words or END_QUOTE in words:
            begins, ends = words.count(BEGIN_QUOTE), words.count(END_QUOTE)
            depth = max(0, depth + begins - ends)
            here = max(here, depth)
            words = " ".join(words.replace(BEGIN_QUOTE, " ").replace(END_QUOTE, " ").split())
            if not words:
                continue
        elif here == 0 and earlier == 0:
            near = [held.text for held in waiting[at : at + _FIELD_LINES]]
            follows = at + 1 < len(waiting) and BEGIN_QUOTE in waiting[at + 1].text
            if follows and is_attribution(words, is_marked=True):
                here = 1
            elif begins_earlier_mail(near) or is_attribution(words, is_marked=False):
                earlier = 1
        made.append(Passage(words, here + earlier, piece.kind, piece.level, piece.near))
    return made

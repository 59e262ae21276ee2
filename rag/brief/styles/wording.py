"""What the reference styles share: clean words, dates, pages, titles in quotes, and joints.

A piece is a tuple of `Text`; pieces are joined so that no mark stands twice.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rag.brief.manuscript import Text
from rag.brief.references import Locator, Reference
from rag.dates import Published, parse_published

Piece = tuple[Text, ...]

MONTHS = (
    "January February March April May June July August September October November December"
).split()
# Marks after which no full stop is set, in any script.
_TERMINAL = ".?!…。．？！؟｡։।"
_DANGLING = " ,;:،؛，；：、"
_KEPT_SPACES = "\u00a0\u202f\u3000"
# Marks that turn the direction of all that follows, and code points that are no characters.
_UNFIT = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# Full stops that belong to a word at the end of a title.
_ABBREVIATION = re.compile(
    r"(?:\.\w+|\.\.|…|\b(?:inc|ltd|co|corp|bros|llc|jr|sr|etc|al|gov|dept|univ|vol|st))\.$",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the"})
# Words on which no short title ends: prepositions, articles and conjunctions of eight languages.
_SMALL = frozenset(
    "a an and as at between but by for from in into nor of on or over since the to under until "
    "upon versus via vs with within without de des du et la le les en sur pour dans del el los las "
    "y para der die das und für von über im zum zur di della dello dei e il per da do dos das em "
    "van het een voor и в на о об для".split()
)
_ASKING = ("?", "!", "？", "！", "؟")
_SUBTITLE = re.compile(r"(?<=[?!])\s+|[:;]\s+|\s+[–—-]\s+")
_OPENERS_BEFORE = " ([{—–-/‘“„«\u00a0\u202f\u3000"
_NESTED_END = re.compile(r"‘(?:[^‘’]|’(?=\w))*’$")


def tidy(words: str | None) -> str | None:
    """`words` on one line without control characters; None where no letter or digit is left.

    The spaces that French and Japanese set on purpose are kept.
    """
    if words is None:
        return None
    kept = "".join(
        char
        for char in _UNFIT.sub("", words)
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cs")
    )
    line = re.sub(r"\s+", _one_space, kept).strip()
    return line if any(char.isalnum() for char in line) else None


def title_of(reference: Reference) -> str | None:
    """The title without marks that a style sets itself: a full stop, a comma or a colon at the end.

    A full stop stays where it belongs to a word ("U.S.", "Inc.") or is one of three.
    """
    title = tidy(reference.title)
    if title is None:
        return None
    title = title.strip(_DANGLING)
    if title.endswith(("。", "｡", ".")) and not _ABBREVIATION.search(title):
        title = title[:-1].rstrip(_DANGLING)
    return title


def publisher_of(reference: Reference) -> str | None:
    """The publisher on one line; None where it is not known."""
    publisher = tidy(reference.publisher)
    return publisher.rstrip(_DANGLING) if publisher else None


def file_name(reference: Reference) -> str:
    """The name of the file, which stands for the title where that is not known."""
    name = PurePosixPath(reference.file).name
    return tidy(name) or "without a name"


def same_body(one: str, other: str) -> bool:
    """Whether two names are one body's: letter case, "The" and a last full stop aside."""
    return _bare(one) == _bare(other)


def short_title(title: str, language: str | None) -> str:
    """The key words of `title`, in its own order: at most four, without the subtitle.

    A leading English article goes; a cut falls before a preposition or a conjunction; a main title
    of one word keeps its subtitle. A question or exclamation is not cut. A title with a number in
    it is kept whole, as the number tells one issue from the next, and so is one that a cut would
    leave with an open quotation or bracket.

    Source: The Chicago Manual of Style, 17th ed., 14.33.
    """
    if any(char.isnumeric() for char in title):
        return title
    main = _SUBTITLE.split(title, maxsplit=1)[0]
    if len(main.split()) < 2:  # "Re: Budget"
        main = title
    found = list(re.finditer(r"\S+", main))
    english = language is None or language.casefold().startswith("en")
    start = 1 if english and len(found) > 1 and found[0][0].casefold() in _ARTICLES else 0
    end = len(found)
    if end - start > 4 and not main.endswith(_ASKING):
        end = start + 4
        for place in range(start + 2, end):
            if found[place][0].casefold() in _SMALL:
                end = place
                break
    short = main[found[start].start() : found[end - 1].end()].rstrip(_DANGLING)
    if not tidy(short) or not _closed(short):
        return title
    first = found[start][0]
    return short[0].upper() + short[1:] if start and first.islower() else short


def quoted(title: str) -> Piece:
    """`title` in double quotation marks; those inside it alternate with single ones (CMOS 13.30).

    Quotation marks without a partner become single, but for the straight one, which may be inches.
    """
    return (Text(f"“{_nested(title)}”"),)


def italic(title: str) -> Piece:
    """`title` in italics where its script has them: Latin, Greek or Cyrillic letters."""
    slanted = any(
        unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for char in title
        if char.isalpha()
    )
    return (Text(title, italic=slanted),)


def address(url: str | None) -> Piece | None:
    """The address in one piece, a link if it leads to the web; None where there is none."""
    line = address_words(url)
    return None if line is None else (Text(line, link=line if _leads_to_web(line) else None),)


def address_words(url: str | None) -> str | None:
    """The address without a space in it; None where there is none."""
    line = tidy(url)
    return None if line is None else re.sub(r"\s", "%20", line)


def pages(locator: Locator | None) -> str | None:
    """The page or the range of pages with an en dash, without "p."; None where it is not known."""
    if locator is None:
        return None
    first, last = tidy(locator.page), tidy(locator.last)
    if first is None or last is None or first == last:
        return first or last
    return f"{first}–{last}"


def labelled_pages(locator: Locator | None) -> str | None:
    """The page or pages after "p." or "pp."; None where no page is known."""
    words = pages(locator)
    if words is None or locator is None:
        return None
    several = tidy(locator.page) and tidy(locator.last) and tidy(locator.page) != tidy(locator.last)
    return f"{'pp.' if several else 'p.'} {words}"


def date_parts(published: Published | None) -> tuple[int, ...]:
    """Year, month and day as far as they are known, of a time its day; empty where undated."""
    if published is None:
        return ()
    return tuple(int(part) for part in published.value[:10].split("-"))


def accessed_parts(reference: Reference) -> tuple[int, ...]:
    """Year, month and day on which the source was last seen; empty where that is not known."""
    return date_parts(parse_published(reference.accessed or ""))


def long_date(parts: Sequence[int], months: Sequence[str] = MONTHS) -> str:
    """The date as "March 4, 2024", "March 2024" or "2024"."""
    match parts:
        case (year, month, day):
            return f"{months[month - 1]} {day}, {year}"
        case (year, month):
            return f"{months[month - 1]} {year}"
        case _:
            return str(parts[0])


def published_parts(reference: Reference) -> tuple[int, ...]:
    """The date of publication as it is printed: of a book the year alone."""
    parts = date_parts(reference.published)
    return parts[:1] if reference.kind == "book" else parts


def ended(piece: Piece, mark: str, *, yields_to: str = "") -> Piece:
    """`piece` with `mark` at its end, inside closing quotation marks as American style has it.

    A full stop yields to any mark that ends a sentence, a comma to a comma and to `yields_to`.
    After an address it is always set, outside the link.
    """
    last = piece[-1]
    if last.link is not None:
        return (*piece, Text(mark))
    body, tail = last.text, ""
    if body.endswith("”"):
        body, tail = body[:-1], "”"
        if _NESTED_END.search(body):
            body, tail = body[:-1], "’”"
    before = body[-1:]
    if before in (_TERMINAL if mark == "." else mark + yields_to):
        return piece
    if last.italic and not tail:
        return (*piece, Text(mark))
    return (*piece[:-1], Text(body + mark + tail, italic=last.italic))


def joined(pieces: Sequence[Piece | None], mark: str, *, yields_to: str = "") -> Piece:
    """The pieces that are known, one after another with `mark` and a space between them."""
    known = [piece for piece in pieces if piece]
    if not known:
        return ()
    whole = known[0]
    for piece in known[1:]:
        whole = (*ended(whole, mark, yields_to=yields_to), Text(" "), *piece)
    return whole


def plain(words: str | None) -> Piece | None:
    """Words without emphasis as a piece; None stays None."""
    return None if words is None else (Text(words),)


def compact(piece: Piece) -> Piece:
    """The same words with neighbours of one kind made one."""
    whole: list[Text] = []
    for run in piece:
        last = whole[-1] if whole else None
        if last and (last.italic, last.link) == (run.italic, run.link) and run.link is None:
            whole[-1] = Text(last.text + run.text, italic=run.italic)
        elif run.text:
            whole.append(run)
    return tuple(whole)


def capitalised(words: str) -> str:
    """`words` with a capital at their start; for words of our own, never for names."""
    return words[:1].upper() + words[1:]


def _one_space(found: re.Match[str]) -> str:
    return found[0] if found[0] in _KEPT_SPACES else " "


def _bare(name: str) -> str:
    return " ".join(name.casefold().removeprefix("the ").split()).rstrip(". ")


def _leads_to_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _closed(words: str) -> bool:
    pairs = _quotation_pairs(words)
    marks = sum(char in '“”„"«»' for char in words)
    double = sum(words[start] in '“”„"' for start, _ in pairs) * 2
    guillemets = words.count("«") + words.count("»")
    return (
        marks == double + guillemets
        and words.count("«") == words.count("»")
        and all(words.count(a) == words.count(b) for a, b in ("()", "[]", "{}", "（）", "《》"))
    )


def _quotation_pairs(words: str) -> list[tuple[int, int]]:
    """The places of quotation marks that open and close one quotation, properly nested."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for place, char in enumerate(words):
        if char not in '“”„"‘’‚':
            continue
        before = words[place - 1] if place else " "
        after = words[place + 1] if place + 1 < len(words) else " "
        partners = {"“": "„", "”": "“„”", '"': '"', "’": "‘‚", "‘": "‚"}.get(char, "")
        partner = next((at for at in reversed(opened) if words[at] in partners), None)
        apostrophe = char == "’" and after.isalnum()
        if partner is not None and not apostrophe:
            pairs.append((partner, place))
            del opened[opened.index(partner) :]
        elif char in "“„‘‚" or (char in '”"' and before in _OPENERS_BEFORE):
            opened.append(place)
    return pairs


def _nested(title: str) -> str:
    chars = list(title)
    pairs = _quotation_pairs(title)
    paired = {place for pair in pairs for place in pair}
    for start, end in pairs:
        depth = sum(outer < start and end < last for outer, last in pairs)
        chars[start], chars[end] = "“”" if depth % 2 else "‘’"
    for place, char in enumerate(title):
        if place not in paired and char in "“„”":
            chars[place] = "’" if char == "”" else "‘"
    return "".join(chars)

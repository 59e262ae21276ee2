"""What a PDF states about itself: properties as hints, the title, a date beside its label."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from rag.dates import parse_published
from rag.loaders.facts import stated
from rag.loaders.language import detected_language
from rag.types import Fact

_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?\s*(?:(Z)|([+-])(\d{2})'?(\d{2})?)?"
)
_LABELLED = re.compile(
    r"(?:date\s+(?:of\s+)?(?:publication|issue|release)|publication\s+date|release\s+date"
    r"|issue\s+date|published(?:\s+on)?|issued(?:\s+on)?|released(?:\s+on)?|dated?)"
    r"\s*[:：]\s*(\S.{3,40})$",
    re.I,
)
_FILE_NAME = re.compile(
    r"\.(?:docx?|odt|rtf|tex|dvi|indd|qxd|pptx?|xlsx?|html?|txt|pdf|pmd|fm|wpd|pub|ai|ps)\b"
    r"|^(?:untitled|unbenannt|sans titre|document\d*|slide\s*\d*|presentation\d*|title|print)$"
    r"|^\(?(?:anonymous|unspecified|none|null)\)?$|^[\w-]*[\d-][\w-]*$|[\\/]|^[\w.-]+_[\w.-]+$",
    re.I,
)
_WORD = re.compile(r"\w+")
_MAX_TITLE_CHARS = 300


def property_date(value: str) -> str | None:
    """A date of the document properties as ISO 8601, with its offset; None where it is none.

    Source: ISO 32000-1, section 7.9.4: D:YYYYMMDDHHmmSSOHH'mm', cut at any place.
    """
    match = _DATE.match(value.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, zulu, sign, hours, minutes = match.groups()
    try:
        moment = datetime(  # noqa: DTZ001 (without an offset the time is the author's own)
            int(year), int(month or 1), int(day or 1),
            int(hour or 0), int(minute or 0), int(second or 0),
        )  # fmt: skip
        if hour is None:
            return "-".join(part for part in (year, month, day) if part)
        if zulu:
            moment = moment.replace(tzinfo=UTC)
        elif sign:
            away = timedelta(hours=int(hours), minutes=int(minutes or 0))
            moment = moment.replace(tzinfo=timezone(away if sign == "+" else -away))
    except ValueError:
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def hints(properties: Mapping[str, str]) -> list[Fact]:
    """The facts of `HINT_FIELDS` that the properties of a document give."""
    detail = "document properties"
    made: list[Fact | None] = []
    for field, name in (("created", "CreationDate"), ("modified", "ModDate")):
        value = property_date(properties.get(name, ""))
        made.append(None if value is None else stated(field, value, detail))
    made.append(stated("creator", properties.get("Author", ""), detail))
    programs = [properties.get(name, "").strip() for name in ("Creator", "Producer")]
    software = ", ".join(dict.fromkeys(program for program in programs if program))
    made.append(stated("software", software, detail))
    return [fact for fact in made if fact is not None]


def titles(stated_title: str, first_pages: str, largest: str) -> list[Fact]:
    """The titles of a document, best first.

    The property counts where its words stand on the first pages; else the largest text of the
    first page goes before it, and a property that is a file's name is left out.
    """
    wanted = _words(stated_title)
    own = stated("title", stated_title, "document properties")
    if len(stated_title) > _MAX_TITLE_CHARS or not any(map(str.isalpha, stated_title)):
        own = None
    found: list[Fact] = []
    if own is not None and _stand_in(wanted, first_pages):
        found.append(replace(own, detail="document properties, found on the first page"))
        own = None
    words = stated("title", largest, "largest text of the first page")
    if words is not None and len(largest) <= _MAX_TITLE_CHARS:
        found.append(replace(words, origin="page"))
    if own is not None and not _FILE_NAME.search(own.value):
        found.append(own)
    unique: dict[str, Fact] = {}
    for fact in found:
        unique.setdefault(fact.value.casefold(), fact)
    return list(unique.values())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _stand_in(wanted: Sequence[str], text: str) -> bool:
    """Whether words stand in a text one after another: "report" alone says nothing."""
    if not wanted or (len(wanted) == 1 and len(wanted[0]) < 5):
        return False
    return f" {' '.join(wanted)} " in f" {' '.join(_words(text))} "


def dates_on_page(lines: Sequence[str]) -> list[Fact]:
    """The one date that stands beside a label on the first page, as "Published: 12 March 2024"."""
    found: dict[str, Fact] = {}
    for line in lines:
        words = " ".join(line.split())
        match = _LABELLED.match(words)
        published = parse_published(match[1].rstrip(".")) if match else None
        if published is not None:
            detail = f"first page: \u201c{words}\u201d"
            found.setdefault(published.value, Fact("published", published.value, "page", detail))
    return list(found.values()) if len(found) == 1 else []


def languages(tag: str, text: str) -> list[Fact]:
    """The language of a text, detected and stated.

    Programs write the language of the program, so what the letters say goes first.
    """
    detected = detected_language(text)
    own = stated("language", tag, "document properties")
    if detected is None or (own is not None and own.value == detected.value):
        return [] if own is None else [own]
    return [detected] if own is None else [detected, own]

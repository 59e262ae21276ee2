"""Invitations (text/calendar): what an event is, when and where, as rows below the words of a mail.

Source: RFC 5545. An event that repeats is shown once, as it is stated.
"""

import re
from collections.abc import Iterator

from rag.loaders.canonical import canonical
from rag.loaders.mail.quotes import Passage

_MAX_CHARS = 1_000_000
_MAX_EVENTS = 20
_MAX_VALUE_CHARS = 20_000
_FOLD = re.compile("\r?\n[ \t]")
# A name, parameters whose values may be quoted, and the value.
_PROPERTY = re.compile(
    r"([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]{1,60}=(?:\"[^\"]{0,500}\"|[^\";:]{0,500})){0,20}):"
)
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,60})=(?:\"([^\"]{0,500})\"|([^\";:]{0,500}))")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
_ROWS = {
    "SUMMARY": "Event",
    "DTSTART": "Start",
    "DTEND": "End",
    "LOCATION": "Location",
    "ORGANIZER": "Organizer",
    "STATUS": "Status",
}
REPEATS = "An event of its calendar repeats; only its first date is shown."

_Properties = dict[str, tuple[dict[str, str], str]]


def calendar_passages(text: str) -> tuple[list[Passage], bool]:
    """The events of a calendar as rows, descriptions as prose; whether one of them repeats."""
    passages: list[Passage] = []
    repeats = False
    for event, _ in zip(_events(text[:_MAX_CHARS]), range(_MAX_EVENTS), strict=False):
        repeats = repeats or "RRULE" in event or "RDATE" in event
        for name, called in _ROWS.items():
            if name in event:
                words = _shown(name, *event[name])
                if words:
                    passages.append(Passage(f"{called}: {words}", 0, "row", near=name != "SUMMARY"))
        description = _unescaped(event["DESCRIPTION"][1]) if "DESCRIPTION" in event else ""
        lines = canonical(description).split("\n")
        passages += [Passage(line, 0, "paragraph") for line in lines if line.strip()]
    return passages, repeats


def _events(text: str) -> Iterator[_Properties]:
    """The properties of each event itself, not of the alarms in it; the first of each name."""
    within: list[str] = []
    event: _Properties = {}
    for line in _FOLD.sub("", text).splitlines():
        match = _PROPERTY.match(line)
        if match is None:
            continue
        name, value = match[1].upper(), line[match.end() :][:_MAX_VALUE_CHARS]
        if name == "BEGIN":
            within = [*within[-9:], value.strip().upper()]
            event = {} if within[-1] == "VEVENT" else event
        elif name == "END":
            ended = within.pop() if within else ""
            if ended == "VEVENT" and event:
                yield event
        elif within and within[-1] == "VEVENT":
            parameters = {
                held[1].upper(): held[2] or held[3] or "" for held in _PARAMETER.finditer(match[2])
            }
            event.setdefault(name, (parameters, value))


def _shown(name: str, parameters: dict[str, str], value: str) -> str:
    if name.startswith("DT"):
        return _moment(value.strip(), parameters.get("TZID", ""))
    if name == "ORGANIZER":
        address = re.sub(r"(?i)^mailto:", "", value.strip())
        called = parameters.get("CN", "").strip()
        return f"{called} <{address}>" if called and called != address else address
    if name == "STATUS":
        return "cancelled" if value.strip().upper() == "CANCELLED" else ""
    return " ".join(_unescaped(value).split())


def _moment(value: str, zone: str) -> str:
    match = _TIME.fullmatch(value)
    if match is None:
        return " ".join(value.split())
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return day
    where = " UTC" if match[6] else f" ({' '.join(zone.split())})" if zone.strip() else ""
    return f"{day} {match[4]}:{match[5]}{where}"


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)

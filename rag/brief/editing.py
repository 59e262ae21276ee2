"""A brief → the same brief edited: pure functions on values; the store keeps what comes of them.

Places are as they are shown: "2" is the second section, "2.1" its first item, "0" the bottom line.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from rag.brief.authored import MAX_TEXT_CHARS, Resolve, checked
from rag.brief.composing import standing
from rag.brief.sources import with_sources
from rag.dates import parse_published
from rag.errors import ConfigurationError, NotFoundError
from rag.store import Store
from rag.store.briefs import MAX_LINE_CHARS, brief_title
from rag.types import (
    Answer,
    AnswerItem,
    Brief,
    BriefSection,
    Citation,
    Descriptor,
    Item,
    SourceFacts,
    TextItem,
    citation_key,
)

BOTTOM = "0"
_PLACE = re.compile(r"(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Edited:
    """A brief as edited, what was done in a few words, and what the author should know of it."""

    brief: Brief
    note: str
    notices: tuple[str, ...] = ()


def save(store: Store, edited: Edited) -> Brief:
    """Keep an edited brief as its next version, with what is known of the sources it cites now.

    Raises:
        As `rag.store.briefs.Briefs.save`.
    """
    brief = edited.brief
    return store.briefs.save(replace(brief, sources=with_sources(store, brief)), edited.note)


def add_answer(brief: Brief, answer: Answer, section: str | None = None) -> Edited:
    """Put an answer at the end of a section: by number or heading; a new heading makes a section.

    Without a section one is made under the question. Passages are left out of what is kept.
    """
    item = AnswerItem(_identity(), replace(answer, passages=()))
    heading = answer.question if section is None else section
    made = _added(brief, heading, item, anew=section is None)
    asked = f"answer to “{_short(answer.question)}” added"
    notices = [] if standing(answer) else ["The sources do not answer it: the brief will say so."]
    return Edited(made, asked, tuple(notices))


def add_text(brief: Brief, text: str, resolve: Resolve, section: str | None = None) -> Edited:
    """Put the author's own text at the end of a section, or of the last one; marks are checked.

    Raises:
        ConfigurationError: the text is empty, or marks cannot be saved.
    """
    item = _text_item(_identity(), text, brief.citations(), resolve)
    if section is None:
        section = str(len(brief.sections)) if brief.sections else ""
    return Edited(_added(brief, section, item), "text added")


def add_section(brief: Brief, heading: str) -> Edited:
    """A new section at the end."""
    made = BriefSection(_identity(), _line(heading, "a heading"))
    return Edited(
        replace(brief, sections=(*brief.sections, made)), f"section “{_short(heading)}” added"
    )


def with_text(brief: Brief, place: str, text: str, resolve: Resolve) -> Edited:
    """The text at a place as the author wrote it anew; at "0" the bottom line, made if need be.

    An answer's place takes a text too: the answer becomes the author's own words.

    Raises:
        ConfigurationError: as `add_text`.
        NotFoundError: there is no such place.
    """
    if place == BOTTOM and not text.strip():
        return Edited(replace(brief, bottom_line=None), "bottom line removed")
    before = brief.bottom_line if place == BOTTOM else item_at(brief, place)
    identity = _identity() if before is None else before.id
    item = _text_item(identity, text, brief.citations(), resolve)
    kept = {citation_key(one) for one in item.citations}
    lost = [
        f"No longer cited there: [@{citation_key(one)}] “{_short(one.quote)}”"
        for one in ({} if before is None else _called(before)).values()
        if citation_key(one) not in kept
    ]
    made = (
        replace(brief, bottom_line=item)
        if place == BOTTOM
        else _replaced(brief, before, (item,))  # a text in its place
    )
    where = "bottom line" if place == BOTTOM else f"text at {place}"
    return Edited(made, f"{where} edited", tuple(lost))


def with_bottom_line(brief: Brief, answer: Answer) -> Edited:
    """The brief with a chat model's bottom line, which was checked as an answer."""
    item = AnswerItem(_identity(), replace(answer, passages=()))
    notices = () if standing(answer) else ("No sentence of the bottom line passed the checks.",)
    kept = brief.bottom_line if notices else item
    return Edited(replace(brief, bottom_line=kept), "bottom line written", notices)


def text_of(item: Item) -> str:
    """An item as the Markdown that an author edits, marks included."""
    if not isinstance(item, AnswerItem):
        return item.text
    by_number = {one.number: one for one in item.answer.citations}
    said = []
    for sentence in standing(item.answer):
        marks = "".join(f"[@{citation_key(by_number[n])}]" for n in sentence.citations)
        words = _escaped(" ".join(sentence.text.split()))
        said.append(
            f"“{words}” {marks}" if item.answer.mode == "extractive" else f"{words} {marks}"
        )
    return " ".join(said)


def moved(brief: Brief, place: str, to: str) -> Edited:
    """A section or an item at another place: "3" to "1", "2.1" to "3.2", "2.1" to "3" (its end).

    Raises:
        NotFoundError: there is no such place.
        ConfigurationError: a section cannot become an item.
    """
    section, item = _numbers(brief, place)
    if item is None:
        target, inner = _target(to)
        if inner is not None:
            raise ConfigurationError(f"section {place} cannot be moved to {to}, an item's place")
        rest = [one for at, one in enumerate(brief.sections) if at != section]
        rest.insert(_within(target, len(rest), to), brief.sections[section])
        return Edited(replace(brief, sections=tuple(rest)), f"section {place} moved to {to}")
    held = brief.sections[section].items[item]
    without = _replaced(brief, held, ())
    target, inner = _target(to)
    _within(target, len(without.sections) - 1, to)
    items = list(without.sections[target].items)
    items.insert(len(items) if inner is None else _within(inner, len(items), to), held)
    changed = replace(without.sections[target], items=tuple(items))
    sections = tuple(changed if at == target else one for at, one in enumerate(without.sections))
    return Edited(replace(without, sections=sections), f"{place} moved to {to}")


def removed(brief: Brief, place: str) -> Edited:
    """The brief without a section, an item or ("0") its bottom line; older versions keep it."""
    if place == BOTTOM:
        return Edited(replace(brief, bottom_line=None), "bottom line removed")
    section, item = _numbers(brief, place)
    if item is not None:
        held = brief.sections[section].items[item]
        return Edited(_replaced(brief, held, ()), f"{place} removed")
    rest = tuple(one for at, one in enumerate(brief.sections) if at != section)
    return Edited(replace(brief, sections=rest), f"section {place} removed")


def renamed(brief: Brief, place: str, heading: str) -> Edited:
    """A section under another heading."""
    section, _ = _numbers(brief, place)
    line = _line(heading, "a heading")
    sections = tuple(
        replace(one, heading=line) if at == section else one
        for at, one in enumerate(brief.sections)
    )
    return Edited(replace(brief, sections=sections), f"section {place} renamed")


def with_heads(brief: Brief, values: Mapping[str, str]) -> Edited:
    """Title, author, date or handling line; an empty value takes one away, not the title.

    Raises:
        ConfigurationError: the title is empty, a line is too long, a date cannot be read.
    """
    checked_values: dict[str, str | None] = {}
    for name, value in values.items():
        line = " ".join(value.split())
        if name == "title":
            checked_values[name] = brief_title(line)
        elif name == "date":
            checked_values[name] = brief_date(line) if line else None
        else:
            checked_values[name] = _line(line, name) or None
    return Edited(replace(brief, **checked_values), f"{', '.join(values)} set")  # type: ignore[arg-type] # names are fields of text


def brief_date(text: str) -> str:
    """A date as it is kept, ISO; raises `ConfigurationError` where it cannot be read in one way."""
    date = parse_published(text)
    if date is None:
        raise ConfigurationError(
            f"{text!r} is no date that can be read in one way; write it as 2026-11-25"
        )
    return date.value[:10]


def described(brief: Brief, document: str, values: Mapping[str, str]) -> Edited:
    """The author's words on a source; an empty value goes back to what is known.

    Raises:
        NotFoundError: the brief cites no such document.
    """
    if document not in {one.document for one in brief.citations().values()}:
        raise NotFoundError(f"brief {brief.id} cites no document {document}")
    own = brief.descriptors.get(document, Descriptor())
    lines = {name: _line(value, name) or None for name, value in values.items()}
    changed = replace(own, **lines)
    return Edited(
        replace(brief, descriptors={**brief.descriptors, document: changed}),
        f"source {document} described",
    )


def restored(brief: Brief, earlier: Brief) -> Edited:
    """An earlier version as the newest; those between stay in the history."""
    made = replace(earlier, version=brief.version, sources={**brief.sources, **earlier.sources})
    return Edited(made, f"version {earlier.version} restored")


def refreshed(store: Store, brief: Brief) -> Edited:
    """The brief with its sources named as they are described now; what differs is said."""
    sources = with_sources(store, brief, anew=True)
    notices = [
        f"{sources[name].title or sources[name].file}: {', '.join(fields)} as described now"
        for name, facts in brief.sources.items()
        if (fields := _differing(facts, sources[name]))
    ]
    return Edited(replace(brief, sources=sources), "sources described anew", tuple(notices))


def _differing(one: SourceFacts, other: SourceFacts) -> list[str]:
    before, after = asdict(one), asdict(other)
    return [name for name in before if before[name] != after[name]]


def item_at(brief: Brief, place: str) -> Item:
    """The item at a place; raises `NotFoundError`."""
    if place == BOTTOM:
        if brief.bottom_line is None:
            raise NotFoundError(f"brief {brief.id} has no bottom line")
        return brief.bottom_line
    section, item = _numbers(brief, place)
    if item is None:
        raise NotFoundError(f"{place} is a section; name an item in it, such as {place}.1")
    return brief.sections[section].items[item]


def place_of(brief: Brief, identity: str) -> str:
    """The place of the item of this id; raises `NotFoundError`."""
    if brief.bottom_line is not None and brief.bottom_line.id == identity:
        return BOTTOM
    for at, section in enumerate(brief.sections, start=1):
        for inner, item in enumerate(section.items, start=1):
            if item.id == identity:
                return f"{at}.{inner}"
    raise NotFoundError(f"brief {brief.id} has no part {identity} any more; open it again")


def _called(item: Item) -> dict[str, Citation]:
    return {citation_key(one): one for one in item.citations}


def _text_item(
    identity: str, text: str, known: Mapping[str, Citation], resolve: Resolve
) -> TextItem:
    if not text.strip():
        raise ConfigurationError("the text is empty; remove the part instead")
    if len(text) > MAX_TEXT_CHARS:
        raise ConfigurationError(
            f"the text has {len(text)} characters; a part of a brief takes {MAX_TEXT_CHARS}"
        )
    held = checked(text, known, resolve)
    return TextItem(identity, held.text, held.citations)


def _added(brief: Brief, section: str, item: Item, *, anew: bool = False) -> Brief:
    at = None if anew else _found(brief, section)
    if at is None:
        made = BriefSection(_identity(), _line(section, "a heading"), (item,))
        return replace(brief, sections=(*brief.sections, made))
    return _changed(brief, at, lambda items: (*items, item))


def _found(brief: Brief, section: str) -> int | None:
    """Where a section is, by heading or else by number; None where there is none of that name."""
    wanted = " ".join(section.split()).casefold()
    for at, one in enumerate(brief.sections):
        if one.heading.casefold() == wanted:
            return at
    if section.isdecimal():
        return _within(int(section) - 1, len(brief.sections) - 1, section)
    return None


def _changed(
    brief: Brief, section: int, change: Callable[[tuple[Item, ...]], Sequence[Item]]
) -> Brief:
    sections = tuple(
        replace(one, items=tuple(change(one.items))) if at == section else one
        for at, one in enumerate(brief.sections)
    )
    return replace(brief, sections=sections)


def _replaced(brief: Brief, held: Item | None, by: Sequence[Item]) -> Brief:
    """The brief with items in the place of one."""
    sections = tuple(
        replace(
            one,
            items=tuple(new for item in one.items for new in (by if item is held else (item,))),
        )
        for one in brief.sections
    )
    return replace(brief, sections=sections)


def _numbers(brief: Brief, place: str) -> tuple[int, int | None]:
    """Section and item of a place, from 0."""
    section, item = _target(place)
    if section >= len(brief.sections):
        raise NotFoundError(
            f"brief {brief.id} has {len(brief.sections)} sections, and no {place}; "
            f"`rag brief show {brief.id}` numbers them"
        )
    if item is not None and item >= len(brief.sections[section].items):
        n = len(brief.sections[section].items)
        raise NotFoundError(f"section {section + 1} of brief {brief.id} has {n} items, no {place}")
    return section, item


def _target(place: str) -> tuple[int, int | None]:
    match = _PLACE.fullmatch(place.strip())
    if match is None or int(match[1]) < 1 or (match[2] and int(match[2]) < 1):
        raise NotFoundError(f"{place!r} is no place; write 2 for a section, 2.1 for what is in it")
    return int(match[1]) - 1, int(match[2]) - 1 if match[2] else None


def _within(at: int, last: int, place: str) -> int:
    if not 0 <= at <= last:
        raise NotFoundError(f"there is no place {place}; the last one is {last + 1}")
    return at


def _line(text: str, what: str) -> str:
    line = " ".join(text.split())
    if len(line) > MAX_LINE_CHARS:
        raise ConfigurationError(f"{what} has {len(line)} characters; {MAX_LINE_CHARS} are taken")
    return line


def _identity() -> str:
    return secrets.token_hex(4)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def _escaped(text: str) -> str:
    """Words that read the same as Markdown; a line of them begins no list and no heading."""
    text = re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", text)
    return re.sub(r"^(\s*)([#+-]|\d+[.)])", lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", text)

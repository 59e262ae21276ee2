"""The sources of a brief: what was known of each when it was cited, and what that makes of them.

Descriptors and the summary statement are computed from it and from the author's own words; what
is not known or was not assessed is said to be.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from rag.brief.references import Kind, Reference
from rag.dates import Published
from rag.particulars import particulars_of
from rag.store import Store
from rag.types import Brief, Citation, Descriptor, DocumentRecord, SourceFacts

NOT_ASSESSED = "not assessed"
_KINDS: tuple[tuple[str, Kind, str], ...] = (
    ("text/html", "webpage", "web page"),
    ("application/xhtml", "webpage", "web page"),
    ("application/pdf", "report", "PDF document"),
    ("message/rfc822", "email", "e-mail message"),
    ("application/mbox", "email", "e-mail messages"),
    ("application/epub", "book", "electronic book"),
    ("application/vnd.openxmlformats-officedocument.presentation", "presentation", "slides"),
    ("application/vnd.ms-powerpoint", "presentation", "slides"),
    ("application/vnd.oasis.opendocument.presentation", "presentation", "slides"),
    ("application/vnd.openxmlformats-officedocument.spreadsheet", "dataset", "spreadsheet"),
    ("application/vnd.ms-excel", "dataset", "spreadsheet"),
    ("application/vnd.oasis.opendocument.spreadsheet", "dataset", "spreadsheet"),
    ("text/csv", "dataset", "table of values"),
    ("text/tab-separated-values", "dataset", "table of values"),
    ("application/vnd.openxmlformats-officedocument.wordprocessing", "document", "Word document"),
    ("application/msword", "document", "Word document"),
    ("application/rtf", "document", "rich text document"),
    ("text/rtf", "document", "rich text document"),
    ("application/vnd.oasis.opendocument.text", "document", "OpenDocument text"),
    ("text/markdown", "document", "Markdown text"),
    ("text/plain", "document", "plain text"),
)
_FLAGS = {
    "hidden": "It holds text that cannot be seen on its page.",
    "invisible": "It holds invisible characters.",
    "instructions": "It holds text that speaks to a machine.",
}


def facts_of(store: Store, citation: Citation) -> SourceFacts:
    """What is known now of a citation's document; of a forgotten one, what the citation says."""
    try:
        record = store.documents.record(citation.document)
    except LookupError:
        return _of_citation(citation)
    versions = store.documents.versions_of(citation.document)
    seen = next((row for row in versions if row["version"] == citation.version), None)
    if record.state == "forgotten" or seen is None:
        return _of_citation(citation)
    known = record.metadata
    published = known.published
    copies = store.copies.of([record.id]).get(record.id, [])
    return SourceFacts(
        file=record.source,
        media_type=record.media_type,
        title=known.title,
        authors=known.authors,
        publisher=known.publisher,
        published=published.value if published else None,
        published_precision=published.precision if published else None,
        url=known.url,
        language=known.language,
        accessed=seen["last_seen"][:10],
        file_sha256=seen["file_sha256"],
        copies=tuple(sorted(other for other, _ in copies)),
        limits=_limits(record),
    )


def with_sources(store: Store, brief: Brief, *, anew: bool = False) -> dict[str, SourceFacts]:
    """The facts of every document that a brief cites; those it has stay, unless read `anew`.

    Documents that are no longer cited keep theirs: an undone edit finds them again.
    """
    found = dict(brief.sources)
    read: set[str] = set()
    for citation in brief.citations().values():
        known = citation.document in found
        if citation.document not in read and (anew or not known):
            facts = facts_of(store, citation)
            # What was known of a document that was forgotten since is kept.
            if not known or facts.accessed is not None:
                found[citation.document] = facts
            read.add(citation.document)
    return found


def reference_of(document: str, facts: SourceFacts) -> Reference:
    """The source as references name it."""
    published = None
    if facts.published is not None and facts.published_precision is not None:
        published = Published(facts.published, facts.published_precision)
    named = facts.authors[0] if facts.authors else facts.publisher or facts.title or facts.file
    words = re.findall(r"[a-z]+", _ascii(named).casefold()) or ["source"]
    word = words[-1] if facts.authors and len(words) < 4 else words[0]
    year = published.value[:4] if published else ""
    return Reference(
        id=f"{word[:20]}{year}{document[:6]}",
        kind=_kind(facts.media_type)[0],
        title=facts.title,
        authors=facts.authors,
        publisher=facts.publisher,
        published=published,
        url=facts.url,
        accessed=facts.accessed,
        language=facts.language,
        file=facts.file,
    )


def descriptor_of(
    facts: SourceFacts, own: Descriptor | None, citations: Sequence[Citation]
) -> tuple[tuple[str, str], ...]:
    """Kind, originator, first-hand or relayed, known limits: the author's words before ours."""
    own = own or Descriptor()
    originator = "; ".join(facts.authors) or facts.publisher or "unknown"
    if facts.authors and facts.publisher:
        originator = f"{originator}, for {facts.publisher}"
    return (
        ("Kind", own.kind or _kind(facts.media_type)[1]),
        ("Originator", own.originator or originator),
        ("First-hand or relayed", own.hand or _hand(citations)),
        ("Known limits", own.limits or " ".join(_known_limits(facts)) or "none known"),
    )


def summary_of(
    brief: Brief, cited: Mapping[str, Sequence[Citation]], unanswered: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The source summary statement: counts of what the notes cite, and what nobody assessed.

    `cited` are the citations that notes call, by document.
    """
    n_notes = sum(map(len, cited.values()))
    if not n_notes:
        rows = [("Sources", "No source is cited.")]
        return (*rows, *_unanswered(brief, unanswered))
    facts = {name: brief.sources[name] for name in cited}
    groups = _groups(facts)
    copies = {other for one in facts.values() for other in one.copies} - set(facts)
    publishers = {one.publisher for one in facts.values() if one.publisher}
    nameless = sum(one.publisher is None for one in facts.values())
    said = f"{_n(len(facts), 'document')} cited in {_n(n_notes, 'note')}"
    said += f"; {_n(len(publishers), 'publisher') if publishers else 'no publisher'} named"
    said += f", {_n(nameless, 'document')} without a known publisher." if nameless else "."
    folded = len(facts) - len(groups)
    if folded or copies:
        alike = [f"{_n(folded, 'cited document')} counted as a copy of another"] if folded else []
        if copies:
            alike.append(f"{_n(len(copies), 'further copy', 'further copies')} not cited")
        same = (
            f"{' and '.join(alike)}, so {_n(len(groups), 'independent text')} at most (an estimate "
            "by shared words)."
        )
    else:
        same = "None among the documents at hand (an estimate by shared words)."
    return (
        ("Sources", said),
        ("Near-identical copies", same),
        ("Dates", _dates(facts.values())),
        *_unanswered(brief, unanswered),
        ("Disagreement between sources", f"{NOT_ASSESSED.capitalize()}."),
    )


def _unanswered(brief: Brief, unanswered: Sequence[str]) -> list[tuple[str, str]]:
    n_asked = sum(hasattr(item, "answer") for item in brief.items())
    if not n_asked:
        return []
    if not unanswered:
        whole = "The one question" if n_asked == 1 else f"All {n_asked} questions"
        return [("Questions", f"{whole} asked found an answer.")]
    return [("Questions", f"{len(unanswered)} of {_n(n_asked, 'question')} asked not answered.")]


def _dates(facts: Iterable[SourceFacts]) -> str:
    """The days that the publications cover, and how many have none."""
    days = []
    undated = 0
    for one in facts:
        if one.published is None or one.published_precision is None:
            undated += 1
        else:
            days.append(Published(one.published, one.published_precision))
    if not days:
        return f"{_n(undated, 'document')}, none of them dated."
    first = min(days, key=lambda day: day.span()[0])
    last = max(days, key=lambda day: day.span()[1])
    early, late = _day(first), _day(last)
    said = f"Published {early}" if early == late else f"Published from {early} to {late}"
    return f"{said}; {_n(undated, 'document')} undated." if undated else f"{said}; none undated."


def _day(published: Published) -> str:
    return published.value[:10]


def _groups(facts: Mapping[str, SourceFacts]) -> list[set[str]]:
    """The documents in groups of near-identical ones."""
    groups: list[set[str]] = []
    for name, one in facts.items():
        alike = {name, *(other for other in one.copies if other in facts)}
        joined = [group for group in groups if group & alike]
        groups = [group for group in groups if not group & alike]
        groups.append(alike.union(*joined))
    return groups


def _hand(citations: Sequence[Citation]) -> str:
    """What the quoted words themselves show: how many of them name who said it."""
    quotes = dict.fromkeys(citation.quote for citation in citations)
    n = sum(any(one.kind == "speaker" for one in particulars_of(quote)) for quote in quotes)
    if not n:
        return NOT_ASSESSED
    if len(quotes) == 1:
        return "the passage cited relays what somebody said; otherwise not assessed"
    verb = "relays" if n == 1 else "relay"
    return f"{n} of {len(quotes)} passages cited {verb} what somebody said; otherwise not assessed"


def _known_limits(facts: SourceFacts) -> list[str]:
    missing = [
        name
        for name, value in (
            ("title", facts.title),
            ("publisher", facts.publisher),
            ("date", facts.published),
        )
        if value is None
    ]
    said = [f"No {_listed(missing)} known."] if missing else []
    return [*said, *facts.limits]


def _limits(record: DocumentRecord) -> tuple[str, ...]:
    """What the record of a document says that a reader should know."""
    kinds = dict.fromkeys(flag.kind for flag in record.flags)
    said = [_FLAGS[kind] for kind in kinds]
    if record.sample:
        said.append("It is one of the sample documents.")
    return (*said, *record.notes)


def _kind(media_type: str | None) -> tuple[Kind, str]:
    for start, kind, name in _KINDS:
        if (media_type or "").startswith(start):
            return kind, name
    return "document", "document" if media_type is None else f"document ({media_type})"


def _of_citation(citation: Citation) -> SourceFacts:
    return SourceFacts(
        file=citation.source,
        media_type=None,
        title=citation.title,
        authors=(),
        publisher=citation.publisher,
        published=citation.published,
        published_precision=citation.published_precision,
        url=citation.url,
        language=None,
        accessed=None,
    )


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _listed(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _n(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"

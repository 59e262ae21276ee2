"""Values of the service said in words: dates, provenance, confidence, filters, reports.

Pure functions from values to plain text; nothing here is markup.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from rag.dates import parse_published
from rag.doctor import reached
from rag.ingestion import Progress, Report
from rag.settings import Settings
from rag.types import (
    Answer,
    CheckedSentence,
    Citation,
    DocumentRecord,
    Filters,
    Passage,
    Verdict,
)

UNTITLED = "Untitled"
# Names of a list that is said in words; the rest is counted.
MAX_NAMES = 20

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def title(source: Citation | Passage) -> str:
    """The title, or that there is none and where the text stands."""
    return source.title or f"{UNTITLED} ({source.source})"


def publisher(source: Citation | Passage) -> str:
    """The publisher, or that it is not known."""
    return source.publisher or "publisher unknown"


def published(value: str | None, precision: str | None) -> str:
    """A date of publication as far as it is known, and what of it is not."""
    if value is None:
        return "date unknown"
    parts = value[:10].split("-")
    if precision == "year" or len(parts) == 1:
        return f"{parts[0]} (month and day unknown)"
    month = _MONTHS[int(parts[1]) - 1]
    if precision == "month" or len(parts) == 2:
        return f"{month} {parts[0]} (day unknown)"
    day = f"{int(parts[2])} {month} {parts[0]}"
    if precision != "time":
        return day
    zone = " UTC" if value.endswith("Z") else ""
    return f"{day}, {value[11:16]}{zone}"


def age(value: str | None, precision: str | None, asked_at: str) -> str | None:
    """How old a source was when the question was asked; None where its date is not known.

    Counted in whole days, months of 30.44 days and years of 365.25, "about" where the date is
    known to the month or the year only; `asked_at` is ISO.
    """
    parsed = parse_published(value) if value else None
    if parsed is None:
        return None
    first = date.fromisoformat(parsed.span()[0][:10])
    days = (date.fromisoformat(asked_at[:10]) - first).days
    if days < 0:
        return "dated after the question"
    if precision == "year" or days >= 2 * 365.25:
        n, unit = int(days / 365.25), "year"
    elif precision == "month" or days >= 61:
        n, unit = int(days / 30.44), "month"
    else:
        n, unit = days, "day"
    about = "about " if precision in ("year", "month") else ""
    if n == 0:
        return f"from the same {unit}"
    return f"{about}{counted(n, unit)} old when asked"


def pages(source: Citation | Passage) -> str | None:
    """The page or pages, or None where the format has none."""
    if source.page is None:
        return None
    printed = f" (printed {source.page_label})" if source.page_label else ""
    if source.page_end is None or source.page_end == source.page:
        return f"page {source.page}{printed}"
    return f"pages {source.page}–{source.page_end}{printed}"


def provenance(source: Citation | Passage) -> list[str]:
    """Publisher, date and page, each said to be unknown where it is."""
    dated = published(source.published, source.published_precision)
    page = pages(source)
    return [publisher(source), dated, *([page] if page else [])]


def copies(source: Citation | Passage) -> list[str]:
    """The near-identical documents that say the same, as one line or none."""
    return [f"the same in {', '.join(source.also_in)}"] if source.also_in else []


def reason(answer: Answer) -> str:
    """Why an answer abstains, as a sentence without "The corpus does not say"."""
    words = (answer.reason or "").removeprefix("The corpus does not say: ")
    return words[:1].upper() + words[1:]


def confidence(answer: Answer) -> str:
    """How far the withheld draft was from being given."""
    if answer.confidence < answer.threshold:
        return (
            f"Confidence {answer.confidence:.2f}; an answer is given from "
            f"{answer.threshold:.2f}. The draft is kept with this question, but not shown."
        )
    return (
        f"Confidence {answer.confidence:.2f} reaches the {answer.threshold:.2f} that an answer "
        "needs, but no sentence could be proved."
    )


def summary(answer: Answer) -> str:
    """An answer in its first words."""
    if answer.abstained:
        return "The corpus does not say."
    leading = [sentence.text for sentence in answer.sentences if sentence.role == "answer"]
    return answer.short_answer or next(iter(leading), "Nothing of it can be shown.")


def making(answer: Answer) -> str:
    """How an answer was made, in one quiet line."""
    seconds = sum(answer.seconds.values())
    if answer.mode == "extractive":
        how = "The sources' own sentences; no chat model"
    else:
        how = f"Written by {answer.model}, every sentence checked against its sources"
    asked = published(answer.asked_at, "time")
    return f"{how}. Asked {asked}, answered in {seconds:.2f} s, kept as {answer.id}."


# What a sentence that is shown is not, in words.
VERDICTS: Mapping[Verdict, str] = {
    "supported": "supported",
    "partly": "the sources may not say all of this",
    "not supported": "the sources do not say this",
    "contradicted": "the sources say otherwise",
}


def failing(sentence: CheckedSentence) -> str:
    """Why a sentence of a model is not shown."""
    if not sentence.failed:
        return "It says the same as another sentence, or is one too many."
    why = "; ".join(sentence.failed)
    return f"{VERDICTS[sentence.verdict].capitalize()}: {why}."


def hosts(settings: Settings) -> str:
    """What leaves the machine under these settings."""
    said = [f"{what[:1].upper()}{what[1:]}." for what in reached(settings).values()]
    return " ".join(said) or "Offline: nothing leaves this machine."


def filters_in_force(filters: Filters, titles: Mapping[str, str], n_documents: int) -> str:
    """What a question is restricted to; `titles` are those of documents by id."""
    documents = tuple(titles.get(name, name) for name in filters.documents)
    parts = [
        f"{name} {' or '.join(values)}"
        for name, values in (
            ("document", documents),
            ("publisher", filters.publishers),
            ("language", filters.languages),
            ("type", filters.media_types),
        )
        if values
    ]
    if filters.since:
        parts.append(f"from {filters.since}")
    if filters.until:
        parts.append(f"to {filters.until}")
    if not parts:
        return f"No filters in force: searching {counted(n_documents, 'document')}."
    dated = " Documents without a date are left out." if filters.since or filters.until else ""
    return f"Only {'; '.join(parts)}.{dated}"


# Kinds of files by their media type, as people call them.
_KINDS = {
    "application/pdf": "PDF",
    "text/plain": "Text",
    "text/markdown": "Markdown",
    "text/html": "Web page",
    "text/csv": "Table (CSV)",
    "text/tab-separated-values": "Table (TSV)",
    "text/rtf": "RTF",
    "application/rtf": "RTF",
    "message/rfc822": "Mail",
    "application/mbox": "Mailbox",
    "application/epub+zip": "EPUB",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.oasis.opendocument.text": "OpenDocument text",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument table",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument slides",
}


def kind(media_type: str | None) -> str:
    """The kind of a file as people call it."""
    return _KINDS.get(media_type or "", media_type or "unknown")


def labelled(record: DocumentRecord) -> str:
    """A document in one line: its title and its path."""
    return f"{shortened(record.metadata.title or UNTITLED, 70)} ({shortened(record.source, 50)})"


def to_look_at(record: DocumentRecord) -> str:
    """What a person should look at in a document before trusting it, in a few words."""
    counts = Counter(flag.kind for flag in record.flags)
    said = [f"{name} ({n})" if n > 1 else name for name, n in sorted(counts.items())]
    if record.notes:
        said.append(counted(len(record.notes), "note"))
    return ", ".join(said)


# What the loader says where a password would open a file: how to give it on the command line.
ASKS_PASSWORD = "give its password with `rag index --password`"


def failure(record: DocumentRecord) -> str:
    """Why a file could not be read, with what a person can do about it on the page."""
    reason = record.error or "no reason is known"
    return reason.replace(ASKS_PASSWORD, "type its password under “Could not be read”")


# What a flag means, in words.
FLAGS = {
    "hidden": "Text that cannot be seen on its page",
    "invisible": "Characters without a shape, or that change the order of others",
    "instructions": "Text that speaks to a machine instead of a person",
}


def folded(text: str) -> str:
    """Text for comparing: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def date_fault(since: str | None, until: str | None) -> str | None:
    """What is wrong with the dates of a filter, or None."""
    days: list[str] = []
    for name, value, end in (("From", since, 0), ("To", until, 1)):
        if value is None:
            continue
        given = parse_published(value)
        if given is None or given.value != value or given.precision == "time":
            return f"“{name}” is {value!r}, which is no date; write 2023, 2023-10 or 2023-10-07."
        days.append(given.span()[end])
    if len(days) == 2 and days[0] > days[1]:
        return f"“From” ({since}) is later than “To” ({until}); nothing could pass."
    return None


def progress(done: Progress) -> tuple[float, str]:
    """How far a run is: a share in [0, 1], and a line of numbers alone."""
    share = done.n_bytes / done.total_bytes if done.total_bytes else 1.0
    if done.stage == "indexing":
        return 1.0, f"Indexing: {counted(done.chunks, 'passage')}"
    return (
        min(1.0, share),
        f"Reading: {done.files} of {counted(done.n_files, 'document')}, "
        f"{counted(done.chunks, 'passage')} embedded",
    )


def report(done: Report) -> list[str]:
    """What a run of indexing did, one line a thing; the first is the sum of it."""
    counts = [
        (len(done.new), "new"),
        (len(done.changed), "changed"),
        (len(done.unchanged), "unchanged"),
        (len(done.renamed), "renamed"),
        (len(done.removed), "removed"),
        (len(done.unsupported), "unsupported"),
        (len(done.failed), "failed"),
    ]
    said = ", ".join(f"{n} {what}" for n, what in counts if n or what == "new")
    lines = [f"Indexed in {done.seconds:.1f} s: {said}. {counted(done.n_chunks, 'passage')}."]
    lines += done.notices
    lines += done.errors
    if done.unsupported:
        lines.append(f"Not read, since this kind of file is unsupported: {_list(done.unsupported)}")
    if done.forgotten:
        lines.append(f"Left out, since they were forgotten: {_list(done.forgotten)}")
    lines += [f"Failed: {source}: {why}" for source, why in done.failed[:MAX_NAMES]]
    if len(done.failed) > MAX_NAMES:
        lines.append(f"and {len(done.failed) - MAX_NAMES} more failed")
    return lines


def counted(n: int, what: str) -> str:
    """A number with its noun: "1 passage", "1,204 passages"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def shortened(text: str, limit: int) -> str:
    """Text on one line, at most `limit` characters of it."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _list(names: Sequence[str]) -> str:
    rest = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {rest} more" if rest > 0 else "")

"""Answers, passages and documents as plain text, for a terminal or a pipe.

Text of sources may hold anything: what could steer a terminal is written as escapes.
"""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rag.citations import TextOf, fault, short_citations
from rag.ingestion import Report
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    DocumentRecord,
    Flag,
    Passage,
    Writing,
)

WIDTH = 96
AROUND_CHARS = 300
MAX_LISTED = 20


def safe(text: str) -> str:
    """The text with control and direction-changing characters written as escapes."""
    return "".join(
        char
        if char in _KEPT or (char.isprintable() and char not in _DIRECTION)
        else " "
        if char.isspace()
        else f"\\u{ord(char):04x}"
        for char in text
    )


# Soft hyphens and joiners belong to the spelling of words.
_KEPT = frozenset("\n\t\u00ad\u200c\u200d")
# Overrides and isolates let a text be shown in another order than it is stored in.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def line(text: str) -> str:
    """One line of safe text."""
    return safe(" ".join(text.split()))


def describe_source(item: Citation | Passage) -> str:
    """Title, publisher, date, page and path of a source in one line; the unknown is named."""
    parts = [
        line(item.title) if item.title else "untitled",
        line(item.publisher) if item.publisher else "publisher unknown",
        item.published or "date unknown",
    ]
    if item.page is not None:
        last = item.page_end
        pages = f"p. {item.page}" if last in (None, item.page) else f"pp. {item.page}-{last}"
        printed = f" (printed {line(item.page_label)})" if item.page_label else ""
        parts.append(f"{pages}{printed}")
    copies = f"; the same in {', '.join(map(line, item.also_in))}" if item.also_in else ""
    return f"{', '.join(parts)} ({line(item.source)}{copies})"


def answer_text(answer: Answer) -> str:
    """An answer with [n] marks and beneath it each source with its quote."""
    lines: list[str] = [f"Note: {line(notice)}" for notice in answer.notices]
    if answer.abstained:
        lines += ["", safe(answer.reason or "The corpus does not say.")]
        lines.append(f"(confidence {answer.confidence:.2f}, answers need {answer.threshold:.2f})")
        lines += ["", "Nearest passages:"]
        for passage in answer.passages[:3]:
            lines += ["", wrapped(f"{passage.rank}. {describe_source(passage)}", hanging=3)]
            lines.append(wrapped(shortened(passage.text, 300), indent="   "))
    else:
        lines.append("")
        if answer.short_answer and (proving := short_citations(answer)):
            marks = "".join(f"[{number}]" for number in proving)
            lines += [wrapped(f"Short: {line(answer.short_answer)} {marks}", hanging=2), ""]
        lines += [_sentence(sentence) for sentence in answer.sentences]
        lines += ["", "Sources:"]
        for citation in answer.citations:
            lines += ["", wrapped(f"[{citation.number}] {describe_source(citation)}", hanging=4)]
            lines.append(wrapped(f"“{line(citation.quote)}”", indent="    "))
    if answer.writing is not None:
        lines += _left_out(answer.writing)
    if answer.dropped:
        lines += ["", f"{len(answer.dropped)} citations did not hold and were left out:"]
        lines += [f"  {line(row.mark)} {line(row.reason)}" for row in answer.dropped]
    spent = ", ".join(f"{name} {value:.2f} s" for name, value in answer.seconds.items())
    how = f"written by {line(answer.model)}" if answer.model else answer.mode
    lines += ["", f"answer {answer.id} · {how} · {spent}"]
    return "\n".join(lines).strip("\n")


def passages_text(passages: Sequence[Passage], notices: Sequence[str], *, bold: bool) -> str:
    """A ranking: scores, source and text with the question's words marked."""
    lines = [f"Note: {line(notice)}" for notice in notices]
    if not passages:
        lines.append("no passage found")
    for passage in passages:
        head = (
            f"{passage.rank}. {passage.score:.3f} (dense {passage.dense:.3f}, lexical "
            f"{passage.lexical:.2f})  {describe_source(passage)}"
        )
        lines += ["", wrapped(head, hanging=3)]
        lines.append(wrapped(marked(passage.text, passage.matches, bold=bold), indent="   "))
    return "\n".join(lines).strip("\n")


def citation_text(citation: Citation, text_of: TextOf, *, bold: bool) -> str:
    """The source around a citation, the quoted words marked; says so if it does not hold."""
    head = f"[{citation.number}] {describe_source(citation)}"
    problem = fault(citation, text_of)
    if problem is not None:
        quote = f"It quoted: “{line(citation.quote)}”"
        return f"{head}\n\nThis citation does not hold any more: {line(problem)}.\n{quote}"
    text = text_of(citation.version)
    low = max(0, citation.start - AROUND_CHARS)
    high = min(len(text), citation.end + AROUND_CHARS)
    span = (citation.start - low, citation.end - low)
    shown = marked(text[low:high], (span,), bold=bold)
    before, after = ("…" if low else ""), ("…" if high < len(text) else "")
    return f"{head}\ncharacters {citation.start}-{citation.end}\n\n{before}{shown}{after}"


def document_text(
    record: DocumentRecord, text: str | None, *, copies: Sequence[Mapping[str, Any]] = ()
) -> str:
    """What is known of a document, its near-identical copies, and its text."""
    known = record.metadata
    rows = [
        ("document", record.id),
        ("source", f"{record.source} (in {record.root})"),
        ("state", record.state + (f": {record.error}" if record.error else "")),
        ("title", known.title),
        ("authors", ", ".join(known.authors) or None),
        ("publisher", known.publisher),
        (
            "published",
            f"{known.published.value} (known to the {known.published.precision})"
            if known.published
            else None,
        ),
        ("url", known.url),
        ("language", known.language),
        ("type", record.media_type),
        ("version", record.version),
        ("passages", str(record.n_chunks)),
    ]
    if record.n_pages:
        rows.append(("pages", str(record.n_pages)))
    if record.parent is not None:
        rows.append(("part of", record.source.rpartition("/")[0]))
    lines = [f"{name:<10} {line(value) if value else 'unknown'}" for name, value in rows]
    lines += [
        f"{'same as':<10} {line(copy['source'])} (near-identical, estimated {copy['estimate']:.2f})"
        for copy in copies
    ]
    lines += [f"{'note':<10} {line(note)}" for note in record.notes]
    lines += [f"{'look at':<10} {_flag(flag)}" for flag in record.flags]
    return "\n".join(lines) + ("" if text is None else f"\n\n{safe(text)}")


def look(record: Mapping[str, Any]) -> str:
    """What a person should look at in a document, in a few words: kinds of flags, notes."""
    kinds = Counter(flag["kind"] for flag in record["flags"])
    said = [f"{kind} ({n})" if n > 1 else kind for kind, n in sorted(kinds.items())]
    if record["notes"]:
        said.append(f"{len(record['notes'])} notes" if len(record["notes"]) > 1 else "1 note")
    return ", ".join(said)


def _flag(flag: Flag) -> str:
    words = {
        "hidden": "text that cannot be seen",
        "invisible": "invisible characters",
        "instructions": "speaks to a machine",
    }
    where = f" at characters {flag.start}-{flag.end}" if flag.end > flag.start else ""
    return f"{words[flag.kind]}{where}: {shortened(flag.detail, 200)}"


def report_text(report: Report) -> str:
    """What a run of `rag index` did; what needs a look is named."""
    counts = (
        ("new", len(report.new)),
        ("changed", len(report.changed)),
        ("unchanged", len(report.unchanged)),
        ("removed", len(report.removed)),
        ("forgotten", len(report.forgotten)),
        ("ignored", len(report.ignored)),
        ("unsupported", len(report.unsupported)),
        ("failed", len(report.failed)),
    )
    lines = [
        ", ".join(f"{n} {name}" for name, n in counts),
        f"{report.n_chunks} passages in the index, {report.n_embedded} embedded now, "
        f"{report.seconds:.1f} s",
    ]
    lines += [f"  renamed: {line(old)} → {line(new)}" for old, new in report.renamed]
    lines += [f"  unsupported: {line(source)}" for source in report.unsupported[:MAX_LISTED]]
    if len(report.unsupported) > MAX_LISTED:
        lines.append(f"  … and {len(report.unsupported) - MAX_LISTED} more; --json lists all")
    lines += [f"  failed: {line(source)}: {line(reason)}" for source, reason in report.failed]
    lines += [
        f"  look at: {line(source)}: {kinds}" for source, kinds in report.flagged[:MAX_LISTED]
    ]
    lines += [f"  note: {line(source)}: {line(note)}" for source, note in report.notes[:MAX_LISTED]]
    n_more = sum(max(0, len(rows) - MAX_LISTED) for rows in (report.flagged, report.notes))
    if n_more:
        lines.append(f"  … and {n_more} more such lines; `rag list` and --json show all")
    lines += [f"Note: {line(notice)}" for notice in report.notices]
    return "\n".join(lines)


def marked(text: str, spans: Sequence[tuple[int, int]], *, bold: bool) -> str:
    """Safe text with these spans in bold, or between asterisks where bold cannot be shown."""
    opening, closing = ("\033[1m", "\033[0m") if bold else ("*", "*")
    pieces: list[str] = []
    place = 0
    for start, end in spans:
        pieces += [safe(text[place:start]), opening, safe(text[start:end]), closing]
        place = end
    pieces.append(safe(text[place:]))
    return "".join(pieces)


def shortened(text: str, longest: int) -> str:
    """One line of at most `longest` characters."""
    whole = line(text)
    return whole if len(whole) <= longest else f"{whole[: longest - 1].rstrip()}…"


def _left_out(writing: Writing) -> list[str]:
    """The sentences of a model that are not shown, with what failed."""
    rows = [row for row in writing.sentences if not row.shown]
    if not rows:
        return []
    n = "1 sentence" if len(rows) == 1 else f"{len(rows)} sentences"
    lines = ["", f"Left out of what the model wrote, {n}:"]
    for row in rows:
        why = "; ".join(row.failed) or "says the same as another, or is one too many"
        lines.append(wrapped(f"- {line(row.text)}", indent="  ", hanging=2))
        lines.append(wrapped(f"{row.verdict}: {line(why)}", indent="    "))
    return lines


def _sentence(sentence: AnswerSentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    text = f"{line(sentence.text)} {marks}"
    if sentence.role == "context":
        return wrapped(f"(context) {text}", indent="    ")
    if sentence.verdict not in (None, "supported"):
        text += f"  ({sentence.verdict})"
    if sentence.needs_context:
        text += "  (refers to something outside itself: its paragraph is shown)"
    return wrapped(text, hanging=2)


def wrapped(text: str, *, indent: str = "", hanging: int = 0) -> str:
    """Text in lines of `WIDTH` characters; long words stay whole."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )

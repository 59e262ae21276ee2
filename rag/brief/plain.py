"""Briefs and what came of verifying them as plain text: the author's view, places numbered."""

from collections.abc import Iterator, Sequence

from rag.brief.composing import Manner, called_by, compose
from rag.brief.editing import text_of
from rag.brief.manuscript import Manuscript, Text
from rag.brief.verifying import Verification
from rag.render import line, shortened, wrapped
from rag.types import AnswerItem, Brief, Item


def brief_text(brief: Brief, manner: Manner | None = None) -> str:
    """A brief with its places, its notes and sources, and what was left out of it."""
    lines = [
        line(brief.title),
        " · ".join(
            [
                line(value)
                for value in (brief.author, brief.date, brief.handling)
                if value is not None
            ]
            + [f"brief {brief.id}, version {brief.version} of {brief.changed_at[:10]}"]
        ),
    ]
    if brief.bottom_line is not None:
        lines += ["", "0  Bottom line", *_item(brief.bottom_line)]
    for at, section in enumerate(brief.sections, start=1):
        lines += ["", f"{at}  {line(section.heading) or '(no heading)'}"]
        for inner, item in enumerate(section.items, start=1):
            asked = (
                f"{line(item.answer.question)} (answer {item.answer.id})"
                if isinstance(item, AnswerItem)
                else "text"
            )
            lines += ["", wrapped(f"{at}.{inner}  {asked}", indent="   ", hanging=5)]
            lines += _item(item)
    if not any(True for _ in brief.items()):
        return "\n".join(
            [*lines, "", f"It is empty; `rag brief add {brief.id} QUESTION` puts an answer into it"]
        )
    manuscript = compose(brief, manner)
    return "\n".join([*lines, *_after(brief, manuscript)])


def verification_text(found: Verification) -> str:
    """What holds and what does not, the latter first."""
    n, held = len(found.citations), sum(check.holds for check in found.citations)
    lines = [
        f"{line(found.title)} (brief {found.brief}, version {found.version})",
        f"{held} of {n} citations hold; {found.n_sentences - len(found.sentences)} of "
        f"{found.n_sentences} sentences keep the particulars of what they cite",
    ]
    lines += [f"NOT AS MADE: {line(fault)}" for fault in found.files]
    for check in sorted(found.citations, key=lambda one: one.holds):
        mark = "holds" if check.holds else "DOES NOT HOLD"
        notes = ", ".join(map(str, check.notes))
        lines += [
            "",
            wrapped(f"{mark}: note {notes}, {line(check.source)}: {line(check.why)}", hanging=4),
            wrapped(f"“{shortened(check.quote, 200)}”", indent="    "),
        ]
    for row in found.sentences:
        lines += [
            "",
            wrapped(f"DOES NOT HOLD: at {row.place}, “{shortened(row.text, 200)}”", hanging=4),
            wrapped(line(row.why), indent="    "),
        ]
    if found.digest is not None:
        lines += ["", f"digest to publish: {found.digest}"]
    lines += [line(remark) for remark in found.remarks]
    return "\n".join(lines)


def _item(item: Item) -> list[str]:
    said = text_of(item) or "The sources at hand do not answer this question."
    return [wrapped(line(part), indent="      ") for part in said.split("\n\n") if part.strip()]


def _after(brief: Brief, manuscript: Manuscript) -> Iterator[str]:
    yield from ("", "Citations")
    for key, citation in brief.citations().items():
        place = f"characters {citation.start}-{citation.end}"
        named = f"[@{key}] {line(citation.title or citation.source)}, {place}"
        yield wrapped(named, indent="   ", hanging=3)
        yield wrapped(f"“{shortened(citation.quote, 200)}”", indent="      ")
    yield from ("", "Sources")
    documents = list(dict.fromkeys(_cited_documents(brief)))
    for source, document in zip(manuscript.sources, documents, strict=False):
        yield wrapped(f"{source.number}. {_words(source.runs)}", indent="   ", hanging=3)
        for label, value in source.descriptor:
            yield wrapped(f"{label}: {line(value)}", indent="      ", hanging=2)
        yield f"      (document {document})"
    yield from ("", "Source summary statement")
    for label, value in manuscript.summary:
        yield wrapped(f"{label}: {line(value)}", indent="   ", hanging=2)
    if manuscript.unanswered:
        yield from ("", "Questions that the sources do not answer")
        yield from (
            wrapped(f"- {line(one)}", indent="   ", hanging=2) for one in manuscript.unanswered
        )
    if manuscript.left_out:
        yield from ("", "Left out, for the checks did not hold")
        for text, why in manuscript.left_out:
            yield wrapped(f"- {line(text)}", indent="   ", hanging=2)
            yield wrapped(line(why), indent="     ")


def _cited_documents(brief: Brief) -> Iterator[str]:
    for item in brief.items():
        for citation in called_by(item):
            yield citation.document


def _words(runs: Sequence[Text]) -> str:
    return line("".join(run.text for run in runs))

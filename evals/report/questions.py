"""Questions → the values from which the page draws them, as JSON-ready values.

Documents stand in a list once and are named by their place in it; a quote stands there too, in
its surroundings, unless it is not at its place in the document as it is read now.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evals.answer_measures import contains_answer, holds
from evals.citation_measures import Span, matches
from evals.facts import Row
from evals.judging import shown
from evals.report.meanings import meaning_of
from evals.report.outcomes import FLAGS, OUTCOMES, alternatives, placed
from evals.report.reported import Reported
from evals.report.sources import AROUND_CHARS, Source, Wanted
from evals.report.words import counted, published
from evals.scoring import plain

# Of a passage in a ranking, to know it by.
OPENING_CHARS = 110
# Ranks whose documents are read for that alone; of others where they are read anyway.
_OPENED_RANKS = 3
# Whether a quote stands in its document's pieces, and why it stands alone where it does not.
IN_PLACE, NOT_READ, ELSEWHERE, UNREADABLE = 0, 1, 2, 3
_UNKNOWN_F1 = 0.0


def worst_first(runs: Sequence[Reported]) -> list[str]:
    """The ids of all questions that some run asked: the worst first, then in their own order.

    A question is as bad as it went in the run in which it went worst, then in all together, then
    by the F1 of its answers.
    """
    ids = dict.fromkeys(name for one in runs for name in one.run.asked if name in one.rows)
    places = {
        name: place
        for place, name in enumerate(dict.fromkeys(n for r in runs for n in r.run.asked))
    }

    def badness(name: str) -> tuple[int, int, float, int]:
        orders = [one.verdicts[name].order for one in runs if name in one.verdicts]
        f1 = [one.scores.questions[name]["answer.f1"] for one in runs if name in one.verdicts]
        known = [value for value in f1 if not math.isnan(value)]
        return min(orders), sum(orders), sum(known, _UNKNOWN_F1), places[name]

    return sorted(ids, key=badness)


def wanted_by(runs: Sequence[Reported], ids: Sequence[str]) -> Wanted:
    """What must be read again to show these questions."""
    wanted = Wanted()
    rows = [one.rows[name] for name in ids for one in runs if name in one.rows]
    for row in rows:
        for span in placed(row.gold):
            wanted.add(span)
        for span, _ in (*_citations(row, "citations"), *_citations(row, "withheld")):
            wanted.add(span)
        for span in row.ranking[:_OPENED_RANKS]:
            wanted.add(_opening(span), around=0)
    for row in rows:
        for span in row.ranking[_OPENED_RANKS:]:
            if span.document in wanted.windows:
                wanted.add(_opening(span), around=0)
    return wanted


def page_values(
    runs: Sequence[Reported], ids: Sequence[str], sources: Mapping[str, Source]
) -> dict[str, Any]:
    """All that the page's script draws questions from; `sources` is empty where none were read."""
    drawn = _Drawn(sources)
    order = {
        name: place
        for place, name in enumerate(dict.fromkeys(n for r in runs for n in r.run.asked))
    }
    measures = [
        name
        for name in runs[0].scores.measures
        if any(name in one and not math.isnan(one[name]) for one in _values(runs, ids))
    ]
    questions = [drawn.question(name, order[name], runs, measures) for name in ids]
    used = {one["outcome"] for of in questions for one in of["runs"]}
    used |= {flag for of in questions for one in of["runs"] for flag in one["flags"]}
    return {
        "runs": [{"letter": one.letter, "name": one.name, "mode": one.run.mode} for one in runs],
        "around": AROUND_CHARS,
        "outcomes": [
            {"name": name, "label": kind.label, "meaning": kind.meaning, "order": kind.order}
            for name, kind in sorted({**OUTCOMES, **FLAGS}.items(), key=lambda item: item[1].order)
            if name in used
        ],
        "measures": [[name, *meaning_of(name)] for name in measures],
        "documents": drawn.documents(),
        "questions": questions,
    }


def _values(runs: Sequence[Reported], ids: Sequence[str]) -> list[Mapping[str, float]]:
    return [one.scores.questions[name] for name in ids for one in runs if name in one.verdicts]


class _Drawn:
    """Draws questions; `documents` are those that came to be named."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._places: dict[str, int] = {}
        self._about: dict[int, list[dict[str, Any]]] = {}

    def documents(self) -> list[dict[str, Any]]:
        """The documents in the order of their places, with the pieces that were read."""
        made = []
        for name, place in self._places.items():
            source = self._sources.get(name, Source())
            values: dict[str, Any] = {"name": name, "chars": source.n_chars}
            values["title"] = source.title
            values["about"] = self._about.get(place, [])
            values["pieces"] = [list(piece) for piece in source.pieces]
            made.append(values)
        return made

    def question(
        self, name: str, place: int, runs: Sequence[Reported], measures: Sequence[str]
    ) -> dict[str, Any]:
        """One question with all its runs."""
        rows = [one.rows[name] for one in runs if name in one.rows]
        # An imported run may know documents alone where another knows the places in them.
        gold = max((row.gold for row in rows), key=lambda gold: len(placed(gold)))
        return {
            "id": name,
            "place": place,
            "question": gold["question"],
            "tags": list(gold.get("tags") or ()),
            "answerable": gold["answerable"],
            "as_of": gold.get("as_of"),
            "without": list(gold.get("without") or ()),
            "answers": list(gold["answers"]),
            "evidence": [self._evidence(item) for item in gold["evidence"]],
            **{field: alternatives(gold.get(field)) for field in _DEMANDS},
            "must_not": list(gold.get("must_not") or ()),
            "runs": [self._run(name, one, measures) for one in runs],
        }

    def _run(self, name: str, one: Reported, measures: Sequence[str]) -> dict[str, Any]:
        row = one.rows.get(name)
        found = one.verdicts.get(name)
        values: dict[str, Any] = {
            "outcome": found.outcome if found else "not_run",
            "flags": list(found.flags) if found else [],
            "failed": list(found.failed) if found else ["This run did not ask it."],
        }
        if row is None:
            return values
        gold = placed(row.gold)
        scores = one.scores.questions[name]
        return {
            **values,
            "answer": self._answer(row, gold),
            "said": _said(row),
            "ranking": [self._passage(span, row, gold) for span in row.values["ranking"]],
            "values": [plain(scores.get(measure, math.nan)) for measure in measures],
            "seconds": dict(row.values["seconds"]),
            "tokens": dict(row.values["tokens"]),
        }

    def _answer(self, row: Row, gold: Sequence[Span]) -> dict[str, Any] | None:
        answer = row.answer
        if answer is None:
            return None
        kept = ("abstained", "reason", "confidence", "threshold", "mode", "model")
        dropped = [one for one in answer.get("dropped") or () if isinstance(one, dict)]
        return {
            **{field: answer.get(field) for field in kept},
            "short": answer.get("short_answer"),
            "notices": [str(notice) for notice in answer.get("notices") or ()],
            "dropped": [f"{one.get('mark')}: {one.get('reason')}" for one in dropped],
            "sentences": _sentences(answer.get("sentences")),
            "citations": self._cited(row, "citations", gold),
            "withheld": _sentences(answer.get("withheld")),
            "withheld_citations": self._cited(row, "withheld", gold),
        }

    def _cited(self, row: Row, which: str, gold: Sequence[Span]) -> list[dict[str, Any]]:
        checks = row.values["checks"].get(which) or []
        accepted = row.gold["answers"] if row.gold["answerable"] else ()
        made = []
        for place, (span, citation) in enumerate(_citations(row, which)):
            quote = str(citation.get("quote") or "")
            good: bool | None = None
            if gold:
                good = any(matches(span, one) for one in gold)
            elif accepted:
                good = contains_answer(quote, accepted) == 1
            made.append(
                {
                    "number": citation.get("number", place + 1),
                    "document": self._place(span.document),
                    "about": self._known(span.document, citation),
                    "pages": _pages(citation),
                    "held": checks[place] if place < len(checks) else None,
                    "good": good,
                    **self._quoted(span, quote),
                }
            )
        return made

    def _evidence(self, item: Mapping[str, Any]) -> dict[str, Any]:
        document, quote = item["document"], str(item.get("quote") or "")
        start, end = item.get("start"), item.get("end")
        values = {"document": self._place(document), "grade": item.get("grade", 1)}
        if start is None or end is None:
            return {**values, "quote": quote, "start": None, "end": None}
        page = self._sources[document].page(start) if document in self._sources else None
        pages = f"page {page}" if page is not None else None
        return {**values, "pages": pages, **self._quoted(Span(document, start, end), quote)}

    def _quoted(self, span: Span, quote: str) -> dict[str, Any]:
        """Where a quote stands; the quote itself only where it is not in the document's pieces."""
        source = self._sources.get(span.document)
        why = NOT_READ
        if source is not None and source.fault:
            why = UNREADABLE
        elif source is not None:
            why = IN_PLACE if quote and source.text(span.start, span.end) == quote else ELSEWHERE
        values = {"start": span.start, "end": span.end, "why": why}
        return values if why == IN_PLACE else {**values, "quote": quote}

    def _passage(self, passage: Mapping[str, Any], row: Row, gold: Sequence[Span]) -> list[object]:
        """Rank, document, start, end, scores, page, what of gold it is, and where it opens."""
        span = Span(passage["document"], passage["start"], passage["end"])
        documents = {item["document"] for item in row.gold["evidence"] if item.get("grade", 1)}
        is_gold = "evidence" if any(matches(span, one) for one in gold) else None
        opening = _opening(span)
        source = self._sources.get(span.document)
        known = source is not None and source.text(opening.start, opening.end) is not None
        return [
            passage["rank"],
            self._place(span.document),
            span.start,
            span.end,
            *(_number(passage.get(name)) for name in ("score", "dense", "lexical")),
            passage.get("page"),
            is_gold or ("document" if span.document in documents else None),
            opening.end if known and span.end > span.start else None,
        ]

    def _place(self, document: str) -> int:
        return self._places.setdefault(document, len(self._places))

    def _known(self, document: str, citation: Mapping[str, Any]) -> int:
        """The place of what a citation says of its document among all that was said of it."""
        values: dict[str, Any] = {
            **{name: _text(citation.get(name)) for name in ("title", "publisher", "url")},
            "published": published(citation.get("published"), citation.get("published_precision")),
            "also_in": [str(name) for name in citation.get("also_in") or ()],
        }
        said = self._about.setdefault(self._place(document), [])
        if values not in said:
            said.append(values)
        return said.index(values)


_DEMANDS = ("must_contain", "should_contain")


def _citations(row: Row, which: str) -> list[tuple[Span, Mapping[str, Any]]]:
    """The citations of the answer, or of the draft withheld, with their spans."""
    answer: Mapping[str, Any] = row.answer or {}
    if which == "citations":
        return list(zip(row.cited, answer.get("citations") or (), strict=True))
    found = []
    for citation in answer.get("withheld_citations") or ():
        start, end = citation.get("start"), citation.get("end")
        if isinstance(start, int) and isinstance(end, int):
            found.append((Span(str(citation.get("source")), start, end), citation))
    return found


def _sentences(sentences: object) -> list[dict[str, Any]]:
    listed = sentences if isinstance(sentences, list) else []
    return [
        {
            "text": sentence["text"],
            "context": sentence.get("role") == "context",
            "unclear": bool(sentence.get("needs_context")),
            "citations": list(sentence.get("citations") or ()),
        }
        for sentence in listed
    ]


def _said(row: Row) -> dict[str, list[bool]]:
    """Which of what the set asks for stands in the answer as shown, item by item."""
    text, gold = " ".join(shown(row)), row.gold
    return {
        "answers": [holds(text, answer) for answer in gold["answers"]],
        **{
            field: [
                any(holds(text, phrase) for phrase in item)
                for item in alternatives(gold.get(field))
            ]
            for field in _DEMANDS
        },
        "must_not": [holds(text, phrase) for phrase in gold.get("must_not") or ()],
    }


def _opening(span: Span) -> Span:
    return Span(span.document, span.start, min(span.end, span.start + OPENING_CHARS))


def _pages(citation: Mapping[str, Any]) -> str | None:
    page, last, label = (citation.get(name) for name in ("page", "page_end", "page_label"))
    if page is None:
        return None
    printed = f" (printed {label})" if label else ""
    return f"page {page}{printed}" if last in (None, page) else f"pages {page}–{last}{printed}"


def _number(value: object) -> float | None:
    return round(value, 4) if isinstance(value, int | float) and math.isfinite(value) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def left_out(n: int) -> str:
    """That questions stand in the run files and not in the page."""
    return f"{counted(n, 'question')}, the best of all, {'is' if n == 1 else 'are'} left out"

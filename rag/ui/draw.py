"""Values → what the page shows: an answer with its sources, an abstention, passages, notices.

Every function takes values and draws; none of them asks, searches or keeps anything.
"""

from collections.abc import Sequence

import streamlit as st

from rag.citations import TextOf, fault, short_citations
from rag.errors import NotFoundError
from rag.types import Answer, AnswerSentence, Citation, Passage, Writing
from rag.ui import words
from rag.ui.html import (
    Direction,
    Html,
    direction,
    element,
    excerpt,
    fragment,
    isolated,
    marked,
    stylesheet,
)
from rag.ui.style import CSS

# Surroundings of a quote, in characters before and after it.
AROUND_CHARS = 240
NEAREST = 3
CONTEXT_NOTE = "refers to something outside this sentence; its paragraph is shown"
GONE = "the text it quotes is not in the store any more"


def styles() -> None:
    """The styles of the pages; once a run, before anything else."""
    st.html(stylesheet(CSS))


def problem(message: str) -> None:
    """An error made on purpose, as one line; shown as text, since it may quote a source."""
    _box("attest-problem", element("p", isolated(message)), role="alert")


def note(message: str) -> None:
    """One quiet line."""
    st.html(element("p", isolated(message), class_="attest-quiet"))


def notices(lines: Sequence[str]) -> None:
    """What there is to say about an answer or a run, a line each."""
    if lines:
        _box("attest-notice", *(element("p", isolated(line)) for line in lines), role="status")


def first_run(corpus: str) -> None:
    """That nothing is indexed yet, and what to do about it."""
    st.html(
        fragment(
            element("h2", "Nothing is indexed yet"),
            element("p", ""),
            element(
                "p",
                "Put documents (.txt, .md, .html) into ",
                element("strong", isolated(corpus)),
                " and choose “Index now”. While that folder is empty, the sample documents are "
                "indexed instead, so that you can try a question.",
            ),
            element(
                "p",
                "Indexing reads each file once, on this machine. The first time, loading the "
                "embedding model takes a few seconds.",
                class_="attest-quiet",
            ),
        )
    )


def answer(given: Answer, text_of: TextOf) -> None:
    """An answer whole: sentences and sources, or why there is none, and what was not used.

    Every citation is proved again by `text_of` before its words are shown.
    """
    st.html(element("h2", isolated(given.question), dir=direction(given.question)))
    notices(given.notices)
    if given.abstained:
        _abstention(given, text_of)
    else:
        _answered(given, text_of)
    if given.writing is not None:
        unsupported(given.writing)
    note(words.making(given))


def _answered(given: Answer, text_of: TextOf) -> None:
    faults = {citation.number: fault(citation, text_of) for citation in given.citations}
    with st.container(key="reading"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            st.html(_sentences(given, faults))
        with right:
            st.html(_sources(given, faults, text_of))
    _passages_below(
        "Retrieved, not used", [passage for passage in given.passages if not passage.used], text_of
    )


def unsupported(writing: Writing) -> None:
    """The sentences that a chat model wrote and that are not shown, folded, with what failed."""
    rows = [row for row in writing.sentences if not row.shown]
    if not rows:
        return
    with st.expander(f"Left out of what the model wrote: {words.counted(len(rows), 'sentence')}"):
        items = [
            element(
                "li",
                isolated(row.text),
                element("p", isolated(words.failing(row)), class_="attest-aside"),
                dir=direction(row.text),
            )
            for row in rows
        ]
        st.html(element("ul", *items))


def _abstention(given: Answer, text_of: TextOf) -> None:
    _box(
        "attest-abstain",
        element("h3", "The corpus does not say"),
        element("p", isolated(words.reason(given))),
        element("p", words.confidence(given), class_="attest-quiet"),
        role="status",
    )
    nearest, rest = given.passages[:NEAREST], given.passages[NEAREST:]
    if nearest:
        st.html(
            element(
                "section",
                element("h3", "The nearest passages"),
                _passages(nearest, text_of),
                aria_label="The nearest passages",
            )
        )
    _passages_below("Other passages retrieved", rest, text_of)


def _sentences(given: Answer, faults: dict[int, str | None]) -> Html:
    """The sentences in reading order; those that stand together in a source are one paragraph."""
    by_number = {citation.number: citation for citation in given.citations}
    shown: list[AnswerSentence] = []
    lost = 0
    for sentence in given.sentences:
        if any(faults.get(number, GONE) is None for number in sentence.citations):
            shown.append(sentence)
        else:
            lost += 1
    paragraphs: list[Html] = []
    line: list[str] = []
    first_of: set[int] = set()
    towards: Direction = "ltr"
    for number, sentence in enumerate(shown):
        if number and not _stand_together(shown[number - 1], sentence, by_number):
            paragraphs.append(element("p", *line, dir=towards))
            line = []
        # The chips of a sentence follow it in its own direction.
        towards = towards if line else direction(sentence.text)
        line += [" " if line else "", _sentence(sentence, by_number, faults, first_of)]
    if line:
        paragraphs.append(element("p", *line, dir=towards))
    return element(
        "article",
        *_short(given, by_number, faults),
        *paragraphs,
        *_left_out(lost, [dropped.reason for dropped in given.dropped]),
        aria_label="Answer",
    )


def _short(
    given: Answer, by_number: dict[int, Citation], faults: dict[int, str | None]
) -> list[Html]:
    """The words that answer, with the chips of their sentence; nothing where none holds now."""
    held = [number for number in short_citations(given) if faults.get(number, GONE) is None]
    if not given.short_answer or not held:
        return []
    chips = [_chip(by_number[number], broken=False) for number in held]
    return [
        element(
            "p",
            element("strong", isolated(given.short_answer)),
            *chips,
            class_="attest-short",
            dir=direction(given.short_answer),
        )
    ]


def _left_out(lost: int, dropped: Sequence[str]) -> list[Html]:
    """What is not shown, counted and named."""
    lines: list[Html] = []
    if lost:
        lines.append(
            element(
                "p",
                f"{words.counted(lost, 'sentence')} not shown: the citation no longer holds.",
                class_="attest-aside",
            )
        )
    if dropped:
        lines.append(
            element(
                "p",
                f"{words.counted(len(dropped), 'citation')} of the draft did not hold and left "
                "it: ",
                isolated("; ".join(dropped)),
                class_="attest-quiet",
            )
        )
    return lines


def _sentence(
    sentence: AnswerSentence,
    by_number: dict[int, Citation],
    faults: dict[int, str | None],
    first_of: set[int],
) -> Html:
    parts: list[Html] = []
    for number in sentence.citations:
        source = by_number.get(number)
        if source is None:
            continue
        # The first sentence that cites a source is where its card leads back to.
        if number not in first_of:
            first_of.add(number)
            parts.insert(0, element("span", id=f"attest-sentence-{number}"))
        parts.append(_chip(source, broken=faults[number] is not None))
    text = isolated(sentence.text)
    if sentence.role == "context":
        text = element(
            "span", text, class_="attest-context", title="Context: what the answer leans on"
        )
    aside: list[str] = []
    if sentence.verdict not in (None, "supported"):
        aside = [
            " ",
            element("span", f"({words.VERDICTS[sentence.verdict]})", class_="attest-aside"),
        ]
    if sentence.needs_context:
        aside = [" ", element("span", f"({CONTEXT_NOTE})", class_="attest-aside")]
    return element("span", text, *parts, *aside, class_="attest-sentence")


def _chip(source: Citation, *, broken: bool) -> Html:
    about = ", ".join([words.title(source), *words.provenance(source)])
    return element(
        "a",
        f"[{source.number}]",
        class_="attest-chip attest-broken" if broken else "attest-chip",
        href=f"#attest-source-{source.number}",
        title=about,
        aria_label=f"Source {source.number}{', no longer holds' if broken else ''}: {about}",
    )


def _stand_together(
    before: AnswerSentence, sentence: AnswerSentence, by_number: dict[int, Citation]
) -> bool:
    """Whether a sentence follows the one before it in the same text, a space apart."""
    if len(before.citations) != 1 or len(sentence.citations) != 1:
        return False
    one, other = by_number.get(before.citations[0]), by_number.get(sentence.citations[0])
    if one is None or other is None or one.version != other.version:
        return False
    return 0 <= other.start - one.end <= 1


def _sources(given: Answer, faults: dict[int, str | None], text_of: TextOf) -> Html:
    """A card for each place that is quoted; quotes that stand near each other share one."""
    cards: list[list[Citation]] = []
    for citation in sorted(given.citations, key=lambda found: (found.document, found.start)):
        if cards and _share_card(cards[-1][-1], citation, faults):
            cards[-1].append(citation)
        else:
            cards.append([citation])
    cards.sort(key=lambda card: min(citation.number for citation in card))
    shown = (_card(card, faults[card[0].number], text_of) for card in cards)
    return element("section", element("h3", "Sources"), element("ol", *shown), aria_label="Sources")


def _share_card(before: Citation, citation: Citation, faults: dict[int, str | None]) -> bool:
    """Whether a quote follows another in one text, apart from it but with little between them."""
    return (
        faults[before.number] is None
        and faults[citation.number] is None
        and (before.document, before.version) == (citation.document, citation.version)
        and 0 <= citation.start - before.end <= AROUND_CHARS
    )


def _card(citations: Sequence[Citation], wrong: str | None, text_of: TextOf) -> Html:
    """One place of one text; `citations` in its order. One that does not hold stands alone."""
    numbers = sorted(citation.number for citation in citations)
    back = (
        element(
            "a",
            f"[{number}]",
            class_="attest-chip",
            href=f"#attest-sentence-{number}",
            aria_label=f"Back to the sentence of source {number}",
        )
        for number in numbers
    )
    if wrong is not None:
        return element(
            "li",
            _heading(citations[0], *back),
            element(
                "p", f"This citation no longer holds: {wrong}.", class_="attest-aside", role="alert"
            ),
            class_="attest-card",
            id=f"attest-source-{numbers[0]}",
            tabindex="-1",
        )
    shown = excerpt(
        text_of(citations[0].version),
        [(citation.number, citation.start, citation.end) for citation in citations],
        around=AROUND_CHARS,
        anchor="attest-source",
    )
    return element("li", _heading(citations[0], *back), shown, class_="attest-card")


def _heading(source: Citation | Passage, *lead: Html) -> Html:
    """Title, path and provenance of a source, what is unknown said to be unknown."""
    provenance = fragment(
        *(
            fragment(" · " if number else "", isolated(part))
            for number, part in enumerate(
                [*words.provenance(source), source.source, *words.copies(source)]
            )
        )
    )
    title = source.title or words.UNTITLED
    line = [*(fragment(part, " ") for part in lead), isolated(title)]
    return fragment(
        element("div", *line, class_="attest-title", title=title, dir=direction(title)),
        element("div", element("small", provenance)),
    )


def _passages_below(label: str, passages: Sequence[Passage], text_of: TextOf) -> None:
    """Passages in an expander; `label` is ours, since Streamlit reads labels as Markdown."""
    if not passages:
        return
    with st.expander(f"{label} ({len(passages)})"):
        st.html(_passages(passages, text_of))


def _passages(passages: Sequence[Passage], text_of: TextOf) -> Html:
    return element("ol", *(_passage(passage, text_of) for passage in passages))


def _passage(passage: Passage, text_of: TextOf) -> Html:
    why = passage.why_not_used
    scores = (
        f"rank {passage.rank} · score {passage.score:.2f} · dense {passage.dense:.2f} · "
        f"lexical {passage.lexical:.1f}"
    )
    if _still_stands(passage, text_of):
        shown = marked(passage.text, passage.matches)
    else:
        shown = element("p", "This passage is not in the store any more.", class_="attest-aside")
    return element(
        "li",
        _heading(passage),
        element("div", element("small", scores)),
        element("div", element("small", "Not used: ", isolated(why))) if why else fragment(),
        shown,
        class_="attest-card",
    )


def _still_stands(passage: Passage, text_of: TextOf) -> bool:
    try:
        return text_of(passage.version)[passage.start : passage.end] == passage.text
    except NotFoundError:
        return False


def _box(kind: str, *children: Html, role: str) -> None:
    st.html(element("div", *children, class_=f"attest-box {kind}", role=role))

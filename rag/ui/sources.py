"""Citations and passages → cards that show the words in their surroundings."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from rag.citations import TextOf
from rag.errors import NotFoundError
from rag.types import Answer, Citation, Passage
from rag.ui import words
from rag.ui.html import Html, direction, element, excerpt, fragment, isolated, marked

# Surroundings of a quote, in characters before and after it: at first, and once it is opened.
AROUND_CHARS = 240
OPENED_CHARS = 4000
GONE = "the text it quotes is not in the store any more"


def cards(given: Answer, faults: dict[int, str | None], text_of: TextOf) -> Html:
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
        far=OPENED_CHARS,
        anchor="attest-source",
    )
    return element(
        "li",
        _heading(citations[0], *back),
        shown,
        _to_library(citations[0]),
        class_="attest-card",
    )


def _to_library(place: Citation | Passage) -> Html:
    """The way to the whole document, open at this place."""
    where = {
        "document": place.document,
        "version": place.version,
        "at": place.start,
        "to": place.end,
    }
    link = element(
        "a",
        "Whole document",
        href=f"library?{urlencode(where)}",
        aria_label=f"Whole document: {words.title(place)}",
    )
    return element("div", element("small", link), class_="attest-way")


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


def passages_below(label: str, found: Sequence[Passage], text_of: TextOf) -> None:
    """Passages in an expander; `label` is ours, since Streamlit reads labels as Markdown."""
    if not found:
        return
    with st.expander(f"{label} ({len(found)})"):
        st.html(passages(found, text_of))


def passages(found: Sequence[Passage], text_of: TextOf) -> Html:
    """Passages in their order, each as a card with its scores and what became of it."""
    return element("ol", *(_passage(passage, text_of) for passage in found))


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
        _to_library(passage),
        class_="attest-card",
    )


def _still_stands(passage: Passage, text_of: TextOf) -> bool:
    try:
        return text_of(passage.version)[passage.start : passage.end] == passage.text
    except NotFoundError:
        return False

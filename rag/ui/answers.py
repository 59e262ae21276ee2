"""An `Answer` → what the page shows: sentences beside their sources, or why there are none.

Every function takes values and draws; none of them asks, searches or keeps anything.
"""

from collections.abc import Sequence

import streamlit as st

from rag.citations import TextOf, fault, short_citations
from rag.types import Answer, AnswerSentence, Citation, Writing
from rag.ui import draw, sources, words
from rag.ui.html import Direction, Html, direction, element, isolated

NEAREST = 3
# Characters of a quote that a chip shows while the pointer is over it.
TIP_CHARS = 400
CONTEXT_NOTE = "refers to something outside this sentence; its paragraph is shown"


def answer(given: Answer, text_of: TextOf) -> None:
    """An answer whole: sentences and sources, or why there is none, and what was not used.

    Every citation is proved again by `text_of` before its words are shown.
    """
    st.html(element("h2", isolated(given.question), dir=direction(given.question)))
    draw.notices(given.notices)
    if given.abstained:
        _abstention(given, text_of)
    else:
        _answered(given, text_of)
    if given.writing is not None:
        unsupported(given.writing)
    draw.note(words.making(given))


def _answered(given: Answer, text_of: TextOf) -> None:
    faults = {citation.number: fault(citation, text_of) for citation in given.citations}
    with st.container(key="reading"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            st.html(_sentences(given, faults))
        with right:
            st.html(sources.cards(given, faults, text_of))
    sources.passages_below(
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
    draw.box(
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
                sources.passages(nearest, text_of),
                aria_label="The nearest passages",
            )
        )
    sources.passages_below("Other passages retrieved", rest, text_of)


def _sentences(given: Answer, faults: dict[int, str | None]) -> Html:
    """The sentences in reading order; those that stand together in a source are one paragraph."""
    by_number = {citation.number: citation for citation in given.citations}
    shown: list[AnswerSentence] = []
    lost = 0
    for sentence in given.sentences:
        if any(faults.get(number, sources.GONE) is None for number in sentence.citations):
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
        line += [
            " " if line else "",
            _sentence(sentence, given.asked_at, by_number, faults, first_of),
        ]
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
    held = [number for number in short_citations(given) if faults.get(number, sources.GONE) is None]
    if not given.short_answer or not held:
        return []
    chips = [_chip(by_number[number], given.asked_at, broken=False) for number in held]
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
    asked_at: str,
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
        parts.append(_chip(source, asked_at, broken=faults[number] is not None))
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


def _chip(source: Citation, asked_at: str, *, broken: bool) -> Html:
    """The number of a source; over it the quote and where it is from, which opens with it."""
    about = [words.title(source), *words.provenance(source)]
    if age := words.age(source.published, source.published_precision, asked_at):
        about.append(age)
    tip = [element("span", isolated(", ".join(about)), class_="attest-tip-about")]
    if not broken:
        quote = words.shortened(source.quote, TIP_CHARS)
        tip.append(
            element("span", isolated(quote), dir=direction(quote), class_="attest-tip-quote")
        )
    return element(
        "a",
        f"[{source.number}]",
        element("span", *tip, class_="attest-tip", role="tooltip"),
        class_="attest-chip attest-broken" if broken else "attest-chip",
        href=f"#attest-source-{source.number}",
        aria_label=f"Source {source.number}{', no longer holds' if broken else ''}: "
        + ", ".join(about),
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

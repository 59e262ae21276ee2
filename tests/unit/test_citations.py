from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citations import fault, prove
from rag.types import (
    AnswerSentence,
    Citation,
    DraftCitation,
    DraftSentence,
    Dropped,
    PageSpan,
    Passage,
)

TEXTS = {
    "v1": "The bridge closed. Berg was angry. It rained for days.",
    "v2": "A ferry sank.\n\nNobody drowned.",
}


def text_of(version: str) -> str:
    return TEXTS[version]


def passage(rank: int, version: str = "v1", document: str | None = None) -> Passage:
    return Passage(
        rank=rank,
        score=0.5,
        dense=0.4,
        lexical=1.5,
        document=document or f"document-{version}",
        version=version,
        chunk=f"chunk-{rank}",
        source=f"{version}.md",
        title="Harbour report",
        publisher=None,
        published="2026-05",
        published_precision="month",
        url=None,
        page=9,
        page_end=9,
        start=0,
        end=len(TEXTS.get(version, "")),
        text=TEXTS.get(version, ""),
    )


def claim(rank: int, quote: str, version: str = "v1") -> DraftCitation:
    start = TEXTS[version].index(quote)
    return DraftCitation(rank, start, start + len(quote), quote)


def sentence(text: str, *claims: DraftCitation, **more: object) -> DraftSentence:
    return DraftSentence(text, claims, **more)


PASSAGES = [passage(1), passage(2, "v2")]
CLOSED = claim(1, "The bridge closed.")
ANGRY = claim(1, "Berg was angry.")
SANK = claim(2, "A ferry sank.", "v2")


def test_a_citation_that_holds_carries_its_passage_and_its_quote():
    proved = prove([sentence("The bridge closed.", CLOSED)], PASSAGES, text_of=text_of)
    assert proved.sentences == (AnswerSentence("The bridge closed.", "answer", (1,)),)
    assert proved.citations == (
        Citation(
            number=1,
            document="document-v1",
            version="v1",
            chunk="chunk-1",
            source="v1.md",
            title="Harbour report",
            publisher=None,
            published="2026-05",
            published_precision="month",
            url=None,
            page=None,
            page_end=None,
            start=0,
            end=18,
            quote="The bridge closed.",
        ),
    )
    assert proved.dropped == ()


def test_the_page_is_that_of_the_span_and_not_of_the_passage():
    asked = []

    def pages_of(version: str, start: int, end: int) -> PageSpan:
        asked.append((version, start, end))
        return PageSpan(3, 4, "iii-iv")

    proved = prove([sentence("Berg.", ANGRY)], PASSAGES, text_of=text_of, pages_of=pages_of)
    assert asked == [("v1", 19, 34)]
    assert (proved.citations[0].page, proved.citations[0].page_end) == (3, 4)
    assert proved.citations[0].page_label == "iii-iv"


def test_citations_are_numbered_in_reading_order():
    draft = [sentence("One.", SANK), sentence("Two.", ANGRY, CLOSED), sentence("Three.", SANK)]
    proved = prove(draft, PASSAGES, text_of=text_of)
    assert [found.quote for found in proved.citations] == [
        "A ferry sank.",
        "Berg was angry.",
        "The bridge closed.",
    ]
    assert [found.number for found in proved.citations] == [1, 2, 3]
    assert [found.citations for found in proved.sentences] == [(1,), (2, 3), (1,)]


def test_the_same_span_keeps_one_number():
    overlapping = [passage(1), passage(2)]
    again = replace(CLOSED, passage=2)
    draft = [sentence("One.", CLOSED, CLOSED, again), sentence("Two.", again)]
    proved = prove(draft, overlapping, text_of=text_of)
    assert len(proved.citations) == 1
    assert proved.citations[0].chunk == "chunk-1"
    assert [found.citations for found in proved.sentences] == [(1,), (1,)]


def test_the_same_words_of_two_documents_are_two_citations():
    copies = [passage(1, document="a"), passage(2, document="b")]
    draft = [sentence("One.", CLOSED, replace(CLOSED, passage=2))]
    proved = prove(draft, copies, text_of=text_of)
    assert [found.document for found in proved.citations] == ["a", "b"]
    assert proved.sentences[0].citations == (1, 2)


def test_the_same_span_of_two_versions_is_two_citations():
    versions = [passage(1, "v1", "one"), passage(2, "v2", "one")]
    draft = [
        sentence("One.", DraftCitation(1, 0, 10, "The bridge")),
        sentence("Two.", DraftCitation(2, 0, 10, "A ferry sa")),
    ]
    proved = prove(draft, versions, text_of=text_of)
    assert [found.quote for found in proved.citations] == ["The bridge", "A ferry sa"]
    assert [found.citations for found in proved.sentences] == [(1,), (2,)]


def test_role_and_need_of_context_are_kept():
    draft = [
        sentence("Before.", CLOSED, role="context"),
        sentence("This.", ANGRY, needs_context=True),
    ]
    proved = prove(draft, PASSAGES, text_of=text_of)
    assert [(found.role, found.needs_context) for found in proved.sentences] == [
        ("context", False),
        ("answer", True),
    ]


@pytest.mark.parametrize(
    ("bad", "mark", "reason"),
    [
        (DraftCitation(7, 0, 18, "The bridge closed."), "[7]", "no passage has this number"),
        (DraftCitation(0, 0, 18, "The bridge closed."), "[0]", "no passage has this number"),
        (DraftCitation(1, 0, 18, ""), "[1]", "the quote is empty"),
        (DraftCitation(1, 18, 19, " "), "[1]", "the quote is empty"),
        (DraftCitation(1, 5, 5, ""), "[1]", "the quote is empty"),
        (
            DraftCitation(1, 0, 18, "The bridge opened."),
            "[1]",
            "the words are not those of the source: The bridge opened.",
        ),
        (
            DraftCitation(1, 1, 19, "The bridge closed."),
            "[1]",
            "the words are not those of the source: The bridge closed.",
        ),
        (DraftCitation(1, -18, -1, "rained for days."), "[1]", "the span -18--1 is not inside"),
        (DraftCitation(1, 0, 55, "x"), "[1]", "the span 0-55 is not inside the text"),
        (DraftCitation(1, 18, 0, "x"), "[1]", "the span 18-0 is not inside the text"),
    ],
)
def test_a_citation_that_does_not_hold_is_dropped_with_its_reason(
    bad: DraftCitation, mark: str, reason: str
):
    proved = prove([sentence("One.", bad, CLOSED)], PASSAGES, text_of=text_of)
    (dropped,) = proved.dropped
    assert dropped.mark == mark
    assert dropped.reason.startswith(reason)
    assert proved.sentences == (AnswerSentence("One.", "answer", (1,)),)
    assert proved.citations[0].quote == "The bridge closed."


def test_a_version_that_is_gone_drops_what_quotes_it():
    gone = [passage(1, "v9"), passage(2, "v2")]
    proved = prove([sentence("One.", CLOSED), sentence("Two.", SANK)], gone, text_of=text_of)
    assert proved.dropped == (Dropped("[1]", "the text it quotes is not in the store any more"),)
    assert [found.text for found in proved.sentences] == ["Two."]
    assert [found.number for found in proved.citations] == [1]


def test_an_error_that_is_not_a_missing_text_is_not_hidden():
    def broken(version: str) -> str:
        raise OSError(version)

    with pytest.raises(OSError, match="v1"):
        prove([sentence("One.", CLOSED)], PASSAGES, text_of=broken)


def test_a_sentence_without_a_citation_that_holds_disappears_and_each_fault_is_counted():
    bad = (replace(CLOSED, passage=5), replace(ANGRY, quote="Berg was happy."))
    proved = prove([sentence("One.", *bad), sentence("Two.", SANK)], PASSAGES, text_of=text_of)
    assert [found.text for found in proved.sentences] == ["Two."]
    assert [row.mark for row in proved.dropped] == ["[5]", "[1]"]


def test_a_sentence_that_cites_nothing_disappears_and_is_counted():
    long = "Something that nobody wrote, " * 10
    proved = prove([sentence(long)], PASSAGES, text_of=text_of)
    assert proved.sentences == ()
    assert proved.citations == ()
    (dropped,) = proved.dropped
    assert dropped.mark == ""
    assert dropped.reason.startswith("no citation: Something that nobody wrote,")
    assert len(dropped.reason) <= len("no citation: ") + 80


def test_an_empty_draft_proves_nothing():
    proved = prove([], [], text_of=text_of)
    assert (proved.sentences, proved.citations, proved.dropped) == ((), (), ())


def test_the_stored_text_is_read_anew_for_each_citation():
    read = []

    def counted(version: str) -> str:
        read.append(version)
        return TEXTS[version]

    prove([sentence("One.", CLOSED, ANGRY), sentence("Two.", SANK)], PASSAGES, text_of=counted)
    assert read == ["v1", "v1", "v2"]


PLACES = st.integers(-3, 60)
CLAIMS = st.one_of(
    st.builds(DraftCitation, st.integers(0, 4), PLACES, PLACES, st.text(max_size=12)),
    st.tuples(st.integers(1, 3), PLACES, PLACES).map(
        lambda row: DraftCitation(*row, TEXTS["v2" if row[0] == 2 else "v1"][row[1] : row[2]])
    ),
)
DRAFTS = st.lists(
    st.builds(DraftSentence, st.text(max_size=10), st.lists(CLAIMS, max_size=4).map(tuple)),
    max_size=6,
)


@given(DRAFTS)
@settings(max_examples=250, deadline=None)
def test_whatever_the_draft_every_citation_returned_quotes_its_text(draft: list[DraftSentence]):
    passages = [passage(1), passage(2, "v2"), passage(3)]
    proved = prove(draft, passages, text_of=text_of)
    for found in proved.citations:
        assert TEXTS[found.version][found.start : found.end] == found.quote
        assert found.quote.strip()
        assert fault(found, text_of) is None
    assert [found.number for found in proved.citations] == list(range(1, len(proved.citations) + 1))
    used = [number for found in proved.sentences for number in found.citations]
    assert list(dict.fromkeys(used)) == [found.number for found in proved.citations]
    assert all(found.citations for found in proved.sentences)
    spans = [(found.document, found.start, found.end) for found in proved.citations]
    assert len(set(spans)) == len(spans)
    lost = sum(not found.citations for found in draft)
    held = sum(fault_free(found) for drafted in draft for found in drafted.citations)
    n_claims = sum(len(found.citations) for found in draft)
    assert len(proved.dropped) == n_claims - held + lost


def fault_free(found: DraftCitation) -> bool:
    text = {1: TEXTS["v1"], 2: TEXTS["v2"], 3: TEXTS["v1"]}.get(found.passage)
    return (
        text is not None
        and 0 <= found.start < found.end <= len(text)
        and bool(found.quote.strip())
        and text[found.start : found.end] == found.quote
    )


def kept() -> Citation:
    return prove([sentence("One.", ANGRY)], PASSAGES, text_of=text_of).citations[0]


def test_a_kept_citation_that_holds_has_no_fault():
    assert fault(kept(), text_of) is None


def test_a_kept_citation_of_a_forgotten_text_says_so():
    def gone(version: str) -> str:
        raise LookupError(version)

    assert fault(kept(), gone) == "the text it quotes is not in the store any more"


def test_a_kept_citation_of_an_altered_text_says_so():
    assert fault(kept(), lambda _: TEXTS["v1"].replace("angry", "happy")) == (
        "the words are not those of the source: Berg was angry."
    )
    assert fault(kept(), lambda _: "short") == "the span 19-34 is not inside the text"

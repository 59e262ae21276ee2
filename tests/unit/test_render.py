from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ingestion import Report
from rag.render import (
    AROUND_CHARS,
    MAX_LISTED,
    WIDTH,
    answer_text,
    citation_text,
    describe_source,
    document_text,
    line,
    look,
    marked,
    passages_text,
    report_text,
    safe,
    shortened,
)
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    DocumentRecord,
    Dropped,
    Flag,
    Metadata,
    Passage,
)

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x00\x08\x9b31m\u202egnp.exe\u2066\u200f\ud800\r"
FORBIDDEN = set("\x1b\x07\x00\x08\x9b\u202e\u2066\u200f\ud800\r")


def passage(**more: object) -> Passage:
    values = {
        "rank": 1, "score": 0.5, "dense": 0.25, "lexical": 3.5, "document": "d1", "version": "v1",
        "chunk": "c1", "source": "a.md", "title": None, "publisher": None, "published": None,
        "published_precision": None, "url": None, "page": None, "page_end": None, "start": 0,
        "end": 18, "text": "The bridge closed.",
    }  # fmt: skip
    return Passage(**{**values, **more})


def citation(**more: object) -> Citation:
    values = {
        "number": 1, "document": "d1", "version": "v1", "chunk": "c1", "source": "a.md",
        "title": "Harbour report", "publisher": "Orsk Post", "published": "2026-05",
        "published_precision": "month", "url": None, "page": None, "page_end": None, "start": 0,
        "end": 18, "quote": "The bridge closed.",
    }  # fmt: skip
    return Citation(**{**values, **more})


def answer(**more: object) -> Answer:
    values = {
        "id": "0123456789ab", "question": "What closed?", "query": "What closed?",
        "asked_at": "2026-11-22T09:00:00Z", "mode": "extractive", "model": None,
        "abstained": False, "reason": None, "confidence": 0.83, "threshold": 0.5, "notices": (),
        "short_answer": None,
        "sentences": (AnswerSentence("The bridge closed.", "answer", (1,)),),
        "citations": (citation(),), "passages": (passage(),), "dropped": (),
        "seconds": {"retrieve": 0.021, "answer": 0.05},
    }  # fmt: skip
    return Answer(**{**values, **more})


def steers(shown: str) -> bool:
    return bool(FORBIDDEN & set(shown))


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_safe_text_holds_nothing_that_steers_a_terminal(text: str):
    shown = safe(text)
    for char in shown:
        assert char in "\n\t" or not (ord(char) < 32 or 127 <= ord(char) < 160)
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert shown.encode().decode() == shown  # no half of a surrogate pair


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("a\x00b", "a\\u0000b"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2067b", "a\\u2067b"),
        ("a\x9bb", "a\\u009bb"),
        ("a\u00a0b", "a b"),
        ("a\u2028b", "a b"),
        ("a\nb\tc", "a\nb\tc"),
        ("café 東京 😀 हिन्दी", "café 東京 😀 हिन्दी"),
    ],
)
def test_what_steers_is_written_as_an_escape_and_the_rest_as_it_is(text: str, shown: str):
    assert safe(text) == shown


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "👩\u200d🚒", "co\u00adop"])
def test_joiners_that_words_need_are_left_alone(text: str):
    assert safe(text) == text


def test_a_line_is_one_line():
    assert line(" a\n\n b\tc ") == "a b c"


def test_a_source_in_one_line_names_the_unknown():
    assert describe_source(passage()) == "untitled, publisher unknown, date unknown (a.md)"
    assert describe_source(citation()) == "Harbour report, Orsk Post, 2026-05 (a.md)"


@pytest.mark.parametrize(
    ("page", "last", "shown"), [(3, None, "p. 3"), (3, 3, "p. 3"), (3, 5, "pp. 3-5")]
)
def test_a_source_names_its_pages(page: int, last: int | None, shown: str):
    described = describe_source(citation(page=page, page_end=last))
    assert described == f"Harbour report, Orsk Post, 2026-05, {shown} (a.md)"


def test_no_part_of_a_hostile_source_reaches_the_output_raw():
    bad = citation(title=HOSTILE, publisher=HOSTILE, source=HOSTILE, quote=HOSTILE)
    poor = passage(title=HOSTILE, publisher=HOSTILE, source=HOSTILE, text=HOSTILE, end=30)
    answered = answer(
        sentences=(AnswerSentence(HOSTILE, "answer", (1,)),),
        citations=(bad,),
        passages=(poor,),
        notices=(HOSTILE,),
        dropped=(Dropped(HOSTILE, HOSTILE),),
    )
    abstaining = answer(abstained=True, reason=HOSTILE, passages=(poor,))
    record = DocumentRecord(
        "d1", HOSTILE, HOSTILE, "failed", None, HOSTILE,
        Metadata(title=HOSTILE, authors=(HOSTILE,), publisher=HOSTILE, url=HOSTILE,
                 language=HOSTILE),
        0, 0, False, HOSTILE,
    )  # fmt: skip
    report = Report(
        failed=[(HOSTILE, HOSTILE)],
        unsupported=[HOSTILE],
        renamed=[(HOSTILE, HOSTILE)],
        notices=[HOSTILE],
    )
    for shown in (
        answer_text(answered),
        answer_text(abstaining),
        passages_text([poor], [HOSTILE], bold=False),
        citation_text(bad, lambda _: "other", bold=False),
        citation_text(bad, lambda _: HOSTILE, bold=False),
        document_text(record, HOSTILE),
        report_text(report),
    ):
        assert not steers(shown)
        assert "owned" in shown


def test_an_answer_shows_marks_and_beneath_them_each_source_with_its_quote():
    shown = answer_text(
        answer(
            sentences=(
                AnswerSentence("Berg spoke.", "context", (1,)),
                AnswerSentence("She closed the bridge.", "answer", (2, 1)),
            ),
            citations=(
                citation(quote="Berg\nspoke."),
                citation(number=2, page=3, quote="She closed the bridge."),
            ),
        )
    )
    assert shown.splitlines() == [
        "    (context) Berg spoke. [1]",
        "She closed the bridge. [2][1]",
        "",
        "Sources:",
        "",
        "[1] Harbour report, Orsk Post, 2026-05 (a.md)",
        "    “Berg spoke.”",
        "",
        "[2] Harbour report, Orsk Post, 2026-05, p. 3 (a.md)",
        "    “She closed the bridge.”",
        "",
        "answer 0123456789ab · extractive · retrieve 0.02 s, answer 0.05 s",
    ]


def test_the_short_answer_comes_first_with_the_marks_of_its_sentence():
    given = answer()
    sentence = next(one for one in given.sentences if one.role == "answer")
    words = " ".join(sentence.text.split()[:2])
    lines = answer_text(replace(given, short_answer=words)).splitlines()
    marks = "".join(f"[{number}]" for number in sentence.citations)
    assert lines[0] == f"Short: {words} {marks}"
    # Words that stand in no sentence are nothing that was proved.
    assert "Short:" not in answer_text(replace(given, short_answer="a million"))


def test_a_sentence_that_needs_its_context_says_so():
    shown = answer_text(
        answer(sentences=(AnswerSentence("These fell.", "answer", (1,), needs_context=True),))
    )
    assert shown.startswith("These fell. [1]  (refers to something outside itself")


def test_an_abstaining_answer_gives_its_reason_and_the_nearest_passages():
    passages = tuple(passage(rank=rank, text=f"Text {rank}.") for rank in (1, 2, 3, 4))
    shown = answer_text(
        answer(
            abstained=True,
            reason="The corpus does not say: no name.",
            confidence=0.123,
            sentences=(),
            citations=(),
            passages=passages,
            withheld=(AnswerSentence("Withheld words.", "answer", (1,)),),
        )
    )
    assert shown.startswith(
        "The corpus does not say: no name.\n(confidence 0.12, answers need 0.50)\n\n"
        "Nearest passages:\n\n1. untitled, publisher unknown, date unknown (a.md)\n   Text 1."
    )
    assert "Text 3." in shown
    assert "Text 4." not in shown
    assert "Withheld" not in shown


def test_notices_come_first_and_dropped_citations_are_counted():
    shown = answer_text(
        answer(notices=("Sample documents.",), dropped=(Dropped("[7]", "no such passage"),))
    ).splitlines()
    assert shown[0] == "Note: Sample documents."
    assert "1 citations did not hold and were left out:" in shown
    assert "  [7] no such passage" in shown


def test_long_lines_are_wrapped():
    words = "The bridge closed again. " * 20
    shown = answer_text(answer(sentences=(AnswerSentence(words, "answer", (1,)),)))
    assert max(len(row) for row in shown.splitlines()) <= WIDTH


def test_a_ranking_shows_scores_source_and_marks():
    shown = passages_text([passage(matches=((4, 10),))], ["two left out"], bold=False)
    assert shown.splitlines() == [
        "Note: two left out",
        "",
        "1. 0.500 (dense 0.250, lexical 3.50)  untitled, publisher unknown, date unknown (a.md)",
        "   The *bridge* closed.",
    ]
    assert passages_text([], [], bold=False) == "no passage found"


def test_marks_are_bold_where_a_terminal_shows_it():
    assert marked("The bridge closed.", [(4, 10)], bold=True) == "The \033[1mbridge\033[0m closed."
    assert marked("abc", [(0, 1), (2, 3)], bold=False) == "*a*b*c*"
    assert marked("abc", [], bold=True) == "abc"


@given(st.text(alphabet="ab\x1b\u202e \n字", max_size=30), st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_marking_adds_marks_and_takes_nothing_away(text: str, one: int, other: int):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    shown = marked(text, [(start, end)], bold=False)
    assert shown == f"{safe(text[:start])}*{safe(text[start:end])}*{safe(text[end:])}"


def test_a_citation_is_shown_in_its_surroundings():
    text = f"{'x' * 400} The bridge closed. {'y' * 400}"
    shown = citation_text(citation(start=401, end=419), lambda _: text, bold=False)
    head, span, empty, around = shown.split("\n")
    assert head == "[1] Harbour report, Orsk Post, 2026-05 (a.md)"
    assert (span, empty) == ("characters 401-419", "")
    side = AROUND_CHARS - 1
    assert around == f"…{'x' * side} *The bridge closed.* {'y' * side}…"


def test_a_citation_at_the_ends_of_a_text_has_no_dots():
    shown = citation_text(citation(), lambda _: "The bridge closed.", bold=False)
    assert shown.endswith("\n\n*The bridge closed.*")


def test_a_citation_that_no_longer_holds_says_so():
    shown = citation_text(citation(), lambda _: "The bridge opened.", bold=False)
    assert "This citation does not hold any more: the words are not those of the source" in shown
    assert shown.endswith("It quoted: “The bridge closed.”")


def test_a_citation_of_a_forgotten_text_says_so():
    def gone(version: str) -> str:
        raise LookupError(version)

    shown = citation_text(citation(), gone, bold=False)
    assert "the text it quotes is not in the store any more" in shown


def test_a_document_shows_what_is_unknown_as_unknown():
    record = DocumentRecord(
        "d1", "/docs", "a.md", "current", "v1", "text/markdown", Metadata(), 3, 18, False
    )
    rows = document_text(record, "The bridge\nclosed.").splitlines()
    assert "title      unknown" in rows
    assert "authors    unknown" in rows
    assert "published  unknown" in rows
    assert "passages   3" in rows
    assert rows[-3:] == ["", "The bridge", "closed."]


def test_a_report_lists_some_of_many_unsupported_files():
    report = Report(unsupported=[f"{number}.xyz" for number in range(MAX_LISTED + 5)])
    rows = report_text(report).splitlines()
    assert rows[0].startswith("0 new, 0 changed, 0 unchanged, 0 removed, 0 forgotten, 0 ignored")
    assert sum("unsupported: " in row for row in rows) == MAX_LISTED
    assert "  … and 5 more; --json lists all" in rows


def test_shortened_text_is_one_line_of_at_most_that_length():
    assert shortened("a  b\nc", 10) == "a b c"
    assert shortened("abcdefghij", 10) == "abcdefghij"
    assert shortened("abcd efghijk", 6) == "abcd…"


def test_a_printed_page_number_and_copies_are_said_with_the_source():
    found = passage(page=3, page_end=3, page_label="i", also_in=("b.pdf", "c.pdf"))
    said = describe_source(found)
    assert "p. 3 (printed i)" in said
    assert said.endswith("(a.md; the same in b.pdf, c.pdf)")


def test_what_to_look_at_in_a_document_is_listed_and_shown():
    flags = (
        Flag("hidden", 5, 9, "white text \x1b[2J"),
        Flag("hidden", 20, 29, "smaller than 2 points"),
        Flag("instructions", 0, 0, "left out: “ignore what came before”"),
    )
    record = DocumentRecord(
        id="d1", root="/docs", source="mail.eml/a.pdf", state="current", version="v1",
        media_type="application/pdf", metadata=Metadata(), n_chunks=1, n_chars=30, sample=False,
        n_pages=2, notes=("2 comments were left out.",), flags=flags, parent="d0",
    )  # fmt: skip
    assert look(record.to_dict()) == "hidden (2), instructions, 1 note"
    copies = [{"document": "d2", "source": "copy.pdf", "estimate": 0.914}]
    shown = document_text(record, None, copies=copies)
    assert "part of    mail.eml" in shown
    assert "pages      2" in shown
    assert "same as    copy.pdf (near-identical, estimated 0.91)" in shown
    assert "note       2 comments were left out." in shown
    assert "text that cannot be seen at characters 5-9" in shown
    assert "speaks to a machine: left out" in shown
    assert not FORBIDDEN & set(shown)


def test_a_report_names_what_is_to_be_looked_at():
    report = Report(
        new=["a.pdf"],
        notes=[("a.pdf", f"note {number}") for number in range(MAX_LISTED + 3)],
        flagged=[("a.pdf", "2 hidden")],
    )
    said = report_text(report)
    assert "look at: a.pdf: 2 hidden" in said
    assert "note: a.pdf: note 0" in said
    assert "and 3 more such lines" in said

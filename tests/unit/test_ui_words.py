"""Values said in words: what is unknown is said to be unknown."""

from dataclasses import replace

import pytest

from rag.ingestion import Progress, Report
from rag.types import Filters, Passage
from rag.ui import words
from rag.ui.state import View, address_of, view_of


@pytest.mark.parametrize(
    ("value", "precision", "said"),
    [
        (None, None, "date unknown"),
        ("2023", "year", "2023 (month and day unknown)"),
        ("2023-10", "month", "October 2023 (day unknown)"),
        ("2023-10-07", "day", "7 October 2023"),
        ("2024-03-12T10:20:00Z", "time", "12 March 2024, 10:20 UTC"),
        ("2024-03-12T10:20:00", "time", "12 March 2024, 10:20"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(value, precision, said):
    assert words.published(value, precision) == said


@pytest.mark.parametrize("value", ["2023", "2023-10", "2023-10-07"])
def test_iso_dates_of_any_precision_are_good_filters(value):
    assert words.date_fault(value, None) is None
    assert words.date_fault(None, value) is None
    assert words.date_fault(value, value) is None


@pytest.mark.parametrize(
    "value", ["yesterday", "07/10/2023", "2023-13", "7 October 2023", "2023-1"]
)
def test_a_filter_that_is_no_iso_date_is_named_with_the_forms_that_are(value):
    fault = words.date_fault(None, value)
    assert fault is not None
    assert value in fault
    assert "2023-10-07" in fault


def test_a_range_that_ends_before_it_begins_is_named():
    assert "later than" in (words.date_fault("2024-02", "2024-01-31") or "")
    assert words.date_fault("2024-02", "2024") is None


def test_filters_in_force_are_named_and_documents_by_their_titles():
    filters = Filters(documents=("d1", "gone"), publishers=("A", "B"), since="2024")
    said = words.filters_in_force(filters, {"d1": "First"}, 9)
    assert said == (
        "Only document First or gone; publisher A or B; from 2024. "
        "Documents without a date are left out."
    )


def test_without_filters_the_number_of_documents_is_said():
    assert words.filters_in_force(Filters(), {}, 1) == (
        "No filters in force: searching 1 document."
    )


def test_a_report_names_what_failed_and_what_is_unsupported():
    report = Report(
        new=["a.md"], unsupported=["b.xyz"], failed=[("c.html", "is empty")], n_chunks=3
    )
    first, *rest = words.report(report)
    assert "1 new, 1 unsupported, 1 failed. 3 passages." in first
    assert "Failed: c.html: is empty" in rest
    assert any("b.xyz" in line for line in rest)


def test_a_long_list_of_failures_is_counted():
    report = Report(failed=[(f"{n}.txt", "is empty") for n in range(words.MAX_NAMES + 5)])
    assert words.report(report)[-1] == "and 5 more failed"


def test_progress_is_a_share_of_the_bytes():
    assert words.progress(Progress("embedding", 1, 4, 25, 100, 7))[0] == 0.25
    assert words.progress(Progress("embedding", 0, 0, 0, 0, 0))[0] == 1.0
    assert words.progress(Progress("indexing", 4, 4, 100, 100, 30)) == (
        1.0,
        "Indexing: 30 passages",
    )


def test_an_address_brings_back_the_view_it_was_made_from():
    filters = Filters(
        documents=("d1", "d2"),
        publishers=("P & Q", "![x](y)"),
        since="2023",
        until="2024-05-01",
        languages=("en",),
        media_types=("text/html",),
    )
    view = View("Who said “so”?", filters, "abc123", "def456")
    assert view_of(address_of(view)) == view
    assert view_of(address_of(View())) == View()


def test_what_an_address_names_twice_or_not_at_all_does_no_harm():
    view = view_of({"publisher": ["A", "", "A"], "q": [" "], "nonsense": ["1"], "since": []})
    assert view == View("", Filters(publishers=("A",)), None)


def test_a_printed_page_number_is_said_beside_the_physical_one_where_it_differs():
    passage = Passage(
        rank=1, score=0.5, dense=0.4, lexical=1.0, document="d", version="v", chunk="c",
        source="report.pdf", title=None, publisher=None, published=None,
        published_precision=None, url=None, page=3, page_end=4, start=0, end=4, text="Text",
        page_label="i-ii", also_in=("copy.pdf", "second/copy.pdf"),
    )  # fmt: skip
    assert words.pages(passage) == "pages 3–4 (printed i-ii)"
    assert words.copies(passage) == ["the same in copy.pdf, second/copy.pdf"]
    assert words.copies(replace(passage, also_in=())) == []


@pytest.mark.parametrize(
    ("value", "precision", "said"),
    [
        (None, None, None),
        ("2026-11-25", "day", "from the same day"),
        ("2026-11-24", "day", "1 day old when asked"),
        ("2026-09-26", "day", "60 days old when asked"),
        ("2026-09-24", "day", "2 months old when asked"),
        ("2024-12-01", "day", "23 months old when asked"),
        ("2024-11-20T10:00:00Z", "time", "2 years old when asked"),
        ("2026-08", "month", "about 3 months old when asked"),
        ("2026-11", "month", "from the same month"),
        ("2026", "year", "from the same year"),
        ("2011", "year", "about 15 years old when asked"),
        ("2027-01-01", "day", "dated after the question"),
    ],
)
def test_the_age_of_a_source_is_said_as_far_as_its_date_is_known(value, precision, said):
    assert words.age(value, precision, "2026-11-25T08:00:00Z") == said

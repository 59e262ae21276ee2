"""Dates of publication: what is read, with which precision, and what stays unknown."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import Published, dates_in, parse_published


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("2023", "2023", "year"),
        ("2023-10", "2023-10", "month"),
        ("2023-10-07", "2023-10-07", "day"),
        ("  2023-10-07\n", "2023-10-07", "day"),
        ("2023-10-07T06:30", "2023-10-07T06:30:00", "time"),
        ("2023-10-07 06:30:15", "2023-10-07T06:30:15", "time"),
        ("2023-10-07T06:30:15.250Z", "2023-10-07T06:30:15Z", "time"),
        ("2023-10-07T01:30:00+03:00", "2023-10-07T01:30:00+03:00", "time"),
        ("2019-12-30T05:03-0500", "2019-12-30T05:03:00-05:00", "time"),
        ("2023-10-07T06:30:15+00:00", "2023-10-07T06:30:15Z", "time"),
        ("7 October 2023", "2023-10-07", "day"),
        ("Saturday, 7th October 2023", "2023-10-07", "day"),
        ("October 7, 2023", "2023-10-07", "day"),
        ("OCT. 7 2023", "2023-10-07", "day"),
        ("Sept. 30th, 2021", "2021-09-30", "day"),
        ("October 2023", "2023-10", "month"),
        ("29 February 2024", "2024-02-29", "day"),
        ("7. Oktober 2023", "2023-10-07", "day"),
        ("1er mars 2024", "2024-03-01", "day"),
        ("martes, 5 de septiembre de 2023", "2023-09-05", "day"),
        ("8 августа 2022", "2022-08-08", "day"),
        ("août 2021", "2021-08", "month"),
        ("2024年3月5日", "2024-03-05", "day"),
        ("2024년 3월 5일", "2024-03-05", "day"),
    ],
)
def test_a_date_is_read_with_the_precision_it_states(words, value, precision):
    assert parse_published(words) == Published(value, precision)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "yesterday",
        "03/04/2024",
        "3.4.2024",
        "2023-13",
        "2023-02-30",
        "0000",
        "29 February 2023",
        "7 Brumaire 2023",
        "2023-10-07 or 2023-10-08",
        "in 2023",
        "20231007",
        "12 listopada 2023",
    ],
)
def test_words_that_are_no_date_or_could_be_several_stay_unknown(words):
    assert parse_published(words) is None


def test_a_time_that_does_not_exist_leaves_its_day():
    assert parse_published("2023-10-07T25:61") == Published("2023-10-07", "day")


def test_a_time_keeps_the_day_of_the_place_that_states_it():
    published = parse_published("9999-12-31T23:30-02:00")
    assert published is not None
    assert published.span() == ("9999-12-31", "9999-12-31")


@pytest.mark.parametrize(
    ("published", "span"),
    [
        (Published("2023", "year"), ("2023-01-01", "2023-12-31")),
        (Published("2024-02", "month"), ("2024-02-01", "2024-02-29")),
        (Published("2023-12", "month"), ("2023-12-01", "2023-12-31")),
        (Published("9999-12", "month"), ("9999-12-01", "9999-12-31")),
        (Published("2023-10-07", "day"), ("2023-10-07", "2023-10-07")),
        (Published("2023-10-06T22:30:00Z", "time"), ("2023-10-06", "2023-10-06")),
    ],
)
def test_a_span_holds_every_day_that_the_date_may_mean(published, span):
    assert published.span() == span


def test_days_are_found_among_other_words():
    text = "Posted on Monday, 7 Oct. 2023 by Ann; updated 2023-10-09T08:00Z, see 12/10/2023, May 3."
    assert [(text[start:end], published.value) for start, end, published in dates_in(text)] == [
        ("7 Oct. 2023", "2023-10-07"),
        ("2023-10-09T08:00Z", "2023-10-09T08:00:00Z"),
    ]


@given(st.datetimes(), st.none() | st.integers(-14 * 60, 14 * 60))
def test_an_iso_time_is_read_and_its_value_is_read_as_the_same(moment, offset):
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    published = parse_published(moment.replace(tzinfo=zone).isoformat())
    assert published is not None
    assert parse_published(published.value) == published
    first, last = published.span()
    assert first == last == date.fromisoformat(first).isoformat()


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_alike_in_every_form(day):
    for form in ("%Y-%m-%d", "%d %B %Y", "%A, %d %b %Y", "%B %d, %Y", "%b. %d %Y"):
        assert parse_published(day.strftime(form)) == Published(day.isoformat(), "day")


@given(st.text(max_size=40))
def test_no_words_make_it_raise(words):
    published = parse_published(words)
    if published is not None:
        first, last = published.span()
        assert datetime.fromisoformat(first) <= datetime.fromisoformat(last)

"""Work in the background: in turn, seen by all, stopped when asked, and never in the way."""

import threading
import time

import pytest

from rag.errors import DocumentError
from rag.ui.jobs import MAX_FINISHED, Jobs


@pytest.fixture
def jobs():
    return Jobs()


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def ended(jobs, job):
    """A job once it has ended."""
    until(lambda: next(one for one in jobs.all() if one.id == job.id).finished)
    return next(one for one in jobs.all() if one.id == job.id)


def now(jobs, job):
    return next(one for one in jobs.all() if one.id == job.id)


def noting(done, name):
    """Work that notes that it was done."""

    def work(_):
        done.append(name)
        return ()

    return work


class Held:
    """Work that goes on until it is let go; `began` is set once it is under way."""

    def __init__(self):
        self.began = threading.Event()
        self.go = threading.Event()

    def __call__(self, step):
        step(0.5, "half of it")
        self.began.set()
        while not self.go.wait(0.005):
            step(0.5, "half of it")
        return ("done with it",)


def test_work_begins_at_once_and_says_how_far_it_is(jobs):
    held = Held()
    job = jobs.start("indexing", "Indexing", held, about="a.txt", owner="me")
    assert (job.state, job.about, job.owner) == ("waiting", "a.txt", "me")
    held.began.wait(20)
    seen = now(jobs, job)
    assert (seen.state, seen.share, seen.line) == ("running", 0.5, "half of it")
    held.go.set()
    seen = ended(jobs, job)
    assert (seen.state, seen.share, seen.line, seen.said) == ("done", 1.0, "", ("done with it",))


def test_work_of_one_lane_waits_its_turn_and_another_lane_does_not(jobs):
    held = Held()
    order = []
    first = jobs.start("indexing", "first", held)
    second = jobs.start("indexing", "second", noting(order, "second"))
    held.began.wait(20)
    other = jobs.start("evaluating", "other", noting(order, "other"))
    assert ended(jobs, other).state == "done"
    assert now(jobs, second).state == "waiting"
    held.go.set()
    assert ended(jobs, first).state == ended(jobs, second).state == "done"
    assert order == ["other", "second"]
    assert [job.label for job in jobs.all("indexing")] == ["first", "second"]


def test_an_error_of_ours_is_its_line_and_the_next_goes_on(jobs):
    def fails(_):
        raise DocumentError("is damaged")

    seen = ended(jobs, jobs.start("indexing", "a", fails))
    assert (seen.state, seen.said) == ("failed", ("is damaged",))
    assert ended(jobs, jobs.start("indexing", "b", lambda _: ())).state == "done"


def test_a_bug_does_not_end_the_thread_and_its_trace_is_in_the_log(jobs, caplog):
    def breaks(_):
        raise KeyError("nobody's business")

    seen = ended(jobs, jobs.start("indexing", "a", breaks))
    assert seen.state == "failed"
    assert "nobody" not in "".join(seen.said)
    assert "nobody's business" in caplog.text
    assert ended(jobs, jobs.start("indexing", "b", lambda _: ())).state == "done"


def test_running_work_is_stopped_where_it_next_says_how_far_it_is(jobs):
    held = Held()
    job = jobs.start("indexing", "a", held)
    held.began.wait(20)
    jobs.stop(job.id)
    seen = ended(jobs, job)
    assert (seen.state, seen.said) == ("stopped", ("Stopped.",))


def test_work_that_is_stopped_while_it_waits_never_begins(jobs):
    held = Held()
    did = []
    first = jobs.start("indexing", "a", held)
    second = jobs.start("indexing", "b", noting(did, "b"))
    jobs.stop(second.id)
    seen = now(jobs, second)
    assert (seen.state, seen.line, seen.said) == ("stopped", "", ("Stopped.",))
    jobs.dismiss(second.id)
    held.go.set()
    ended(jobs, first)
    third = jobs.start("indexing", "c", lambda _: ())
    ended(jobs, third)
    assert did == []
    assert [job.label for job in jobs.all()] == ["a", "c"]


def test_stopping_what_is_over_or_unknown_changes_nothing(jobs):
    seen = ended(jobs, jobs.start("indexing", "a", lambda _: ("all of it",)))
    jobs.stop(seen.id)
    jobs.stop("nonesuch")
    assert jobs.all() == [seen]


def test_how_far_work_came_before_it_failed_is_kept(jobs):
    def fails(step):
        step(0.25, "a quarter")
        raise DocumentError("is damaged")

    seen = ended(jobs, jobs.start("indexing", "a", fails))
    assert (seen.share, seen.line, seen.said) == (0.25, "", ("is damaged",))


def test_only_what_has_ended_is_taken_off_the_list(jobs):
    held = Held()
    job = jobs.start("indexing", "a", held)
    held.began.wait(20)
    jobs.dismiss(job.id)
    assert [one.id for one in jobs.all()] == [job.id]
    held.go.set()
    ended(jobs, job)
    jobs.dismiss(job.id)
    jobs.dismiss("nonesuch")
    jobs.stop("nonesuch")
    assert jobs.all() == []


def test_the_oldest_of_many_that_ended_leave_the_list(jobs):
    started = [jobs.start("indexing", str(n), lambda _: ()) for n in range(MAX_FINISHED + 5)]
    ended(jobs, started[-1])
    until(lambda: len(jobs.all()) == MAX_FINISHED)
    assert jobs.all()[0].label == "5"


def test_a_share_outside_its_bounds_is_brought_within_them(jobs):
    shares = []

    def work(step):
        for share in (-1.0, 7.0):
            step(share, "")
            shares.append(jobs.all()[0].share)
        return ()

    ended(jobs, jobs.start("indexing", "a", work))
    assert shares == [0.0, 1.0]

"""Indexing in the background: begun from any page, seen on every page, waited for by none."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import streamlit as st

from rag.errors import IndexBusyError
from rag.ingestion import Progress, Report, SyncOptions
from rag.pipeline import Pipeline
from rag.ui import draw, state, words
from rag.ui.jobs import Job, Step

_Done = TypeVar("_Done")

LANE = "indexing"
# Another process that is indexing is waited for; asked again so often.
BUSY_SECONDS = 1.0
# Of many files taken in at once the first are drawn, the others counted.
SHOWN_JOBS = 8


def start(
    pipeline: Pipeline,
    label: str,
    *,
    paths: Sequence[Path] = (),
    options: SyncOptions | None = None,
    about: str = "",
) -> Job:
    """Queue a run over these paths; without any, over all that is remembered."""

    def work(step: Step) -> tuple[str, ...]:
        def show(done: Progress) -> None:
            step(*words.progress(done))

        def index() -> Report:
            return pipeline.index(paths, options=options, show=show)

        step(0.0, "Looking through the files and loading the embedding model…")
        return tuple(words.report(patiently(step, index)))

    return state.jobs().start(LANE, label, work, about=about, owner=state.session())


def patiently(step: Step, write: Callable[[], _Done]) -> _Done:
    """What `write` gives, once no other process is writing; until then the job says so."""
    while True:
        try:
            return write()
        except IndexBusyError:
            step(0.0, "Another process is indexing; waiting for it…")
            time.sleep(BUSY_SECONDS)


def is_running() -> bool:
    """Whether anything is queued or under way."""
    return any(not job.finished for job in state.jobs().all(LANE))


def progress(lane: str = LANE, *, brief: bool = False) -> None:
    """What is under way in a lane, drawn anew each second, and the page when something ends.

    Then what this window began says what came of it, until it is put away. A page that is about
    something else is `brief`: one line, and nothing of files that were taken in one by one.
    """
    jobs = state.jobs().all(lane)
    if under_way := frozenset(job.id for job in jobs if not job.finished):
        _progress(lane, under_way, brief)
    ended = [
        job
        for job in jobs
        if job.finished and job.owner == state.session() and not (brief and job.about)
    ]
    if ended:
        _outcomes(ended)


def _outcomes(ended: Sequence[Job]) -> None:
    """What came of this window's jobs: what failed first, each line of the others beneath."""
    for job in ended:
        if job.state == "failed":
            for line in job.said:
                draw.problem(line)
    lines = [line for job in ended if job.state != "failed" for line in job.said]
    draw.notices(list(dict.fromkeys(lines)))
    st.button("Put away", key=f"dismiss-{ended[0].lane}", on_click=_dismiss, args=(ended,))


def _dismiss(ended: Sequence[Job]) -> None:
    for job in ended:
        state.jobs().dismiss(job.id)


@st.fragment(run_every=1.0)
def _progress(lane: str, known: frozenset[str], brief: bool) -> None:
    under_way = [job for job in state.jobs().all(lane) if not job.finished]
    if not under_way or (not brief and {job.id for job in under_way} != known):
        st.rerun(scope="app")
    for job in under_way[: 1 if brief else SHOWN_JOBS]:
        # The bar's own text would be Markdown; labels and lines hold names of files.
        draw.note(f"{job.label} · {job.line or 'begun'}")
        st.progress(job.share)
    rest = len(under_way) - (1 if brief else SHOWN_JOBS)
    if rest > 0:
        draw.note(f"and {rest:,} more that wait their turn")

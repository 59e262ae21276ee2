"""Indexing in the background: begun from any page, seen on every page, waited for by none."""

import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from rag.errors import IndexBusyError
from rag.ingestion import Progress, SyncOptions
from rag.pipeline import Pipeline
from rag.ui import draw, state, words
from rag.ui.jobs import Job, Step

LANE = "indexing"
# Another process that is indexing is waited for; asked again so often.
BUSY_SECONDS = 1.0


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

        step(0.0, "Looking through the files and loading the embedding model…")
        while True:
            try:
                return tuple(words.report(pipeline.index(paths, options=options, show=show)))
            except IndexBusyError:
                step(0.0, "Another process is indexing; waiting for it…")
                time.sleep(BUSY_SECONDS)

    return state.jobs().start(LANE, label, work, about=about, owner=state.session())


def is_running() -> bool:
    """Whether anything is queued or under way."""
    return any(not job.finished for job in state.jobs().all(LANE))


def progress() -> None:
    """What is under way, drawn anew each second; once nothing is, the page is drawn again.

    Then what this session began says what came of it, until it is put away.
    """
    if is_running():
        _progress()
    for job in state.jobs().all(LANE):
        if job.finished and job.owner == state.session():
            _outcome(job)


def _outcome(job: Job) -> None:
    if job.state == "failed":
        for line in job.said:
            draw.problem(line)
    else:
        draw.notices(job.said)
    st.button("Put away", key=f"dismiss-{job.id}", on_click=state.jobs().dismiss, args=(job.id,))


@st.fragment(run_every=1.0)
def _progress() -> None:
    under_way = [job for job in state.jobs().all(LANE) if not job.finished]
    if not under_way:
        st.rerun(scope="app")
    for job in under_way:
        st.progress(job.share, job.label)
        draw.note(job.line)

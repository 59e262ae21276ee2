"""The page of evaluations: pick a stored run or start one, and read what came of it.

The address holds the run, the one it is compared with and the question that is open. Everything
that is shown of a run is told by `evals`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from rag.errors import ConfigurationError
from rag.pipeline import Pipeline
from rag.ui import draw, frame, runs, state, waiting, words
from rag.ui.evaluating import LANE, Order, new_run, work
from rag.ui.html import element, isolated
from rag.ui.jobs import Job

# Keys of the session: the view, the address as last seen or written; the others are of widgets.
_VIEW, _SEEN = "evaluation", "evaluation-address"
_RUN, _WITH = "evaluation-run", "evaluation-with"
_SET, _FOLDER, _LIMIT = "evaluation-set", "evaluation-folder", "evaluation-limit"
_SEED, _MODE = "evaluation-seed", "evaluation-mode"
_MODES = {"ask": "Ask every question", "search": "Search only, answer nothing"}

# A row of `evals.running.stored_runs`.
Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """What a link reproduces: a run, another that it is compared with, an open question."""

    run: str = ""
    other: str = ""
    question: str = ""


def page() -> None:
    """The page as Streamlit runs it."""
    frame.page("Evaluations", show)


def show(pipeline: Pipeline) -> None:
    """The page over a service."""
    _works(frozenset(job.id for job in state.jobs().all(LANE) if not job.finished))
    # Not before something is drawn: it takes half a second to import.
    from evals.running import runs_folder

    folder = runs_folder(pipeline.settings)
    stored = {row["name"]: row for row in _stored(pipeline, str(folder), _signature(folder))}
    view = _adopted(stored)
    _choices(stored)
    _start_form(pipeline, stored)
    if view.run in stored:
        _run(pipeline, stored, view)
    elif not stored:
        draw.note("No run is stored yet. Start one above; it goes on while you are elsewhere.")


def view_of(address: Mapping[str, str]) -> View:
    """The view that the parameters of an address name."""
    return View(*(address.get(name, "") for name in ("run", "with", "question")))


def address_of(view: View) -> dict[str, str]:
    """The inverse of `view_of`; what is empty is left out."""
    named = {"run": view.run, "with": view.other, "question": view.question}
    return {name: value for name, value in named.items() if value}


def labelled(row: Stored) -> str:
    """A stored run in one line: set, time, what was done, how many questions."""
    from evals.report.words import when

    done = "searched" if row["mode"] == "search" else "asked"
    whole = row["questions"] == row["of"]
    count = words.counted(row["of"], "question") if whole else f"{row['questions']} of {row['of']}"
    started = when(row["started_at"]) if row["started_at"] else row["name"]
    return f"{row['set'] or row['name']} · {started} · {count} {done}"


def _adopted(stored: Mapping[str, Stored]) -> View:
    """The view; widgets follow the address where it changed, and come back as they were left."""
    address = view_of(st.query_params.to_dict())
    came_back = _RUN not in st.session_state  # Streamlit forgets the widgets of a page one leaves
    if came_back and address == View():
        address = st.session_state.get(_VIEW, address)
        st.query_params.from_dict(address_of(address))
    if came_back or address != st.session_state.get(_SEEN):
        st.session_state[_RUN] = address.run if address.run in stored else None
        st.session_state[_WITH] = address.other if address.other in stored else None
        st.session_state[_VIEW] = st.session_state[_SEEN] = address
    view: View = st.session_state[_VIEW]
    for name in (view.run, view.other):
        if name and name not in stored:
            draw.problem(f"There is no run {name} here; choose one of those that are stored.")
    return view


def _keep(view: View) -> None:
    """Make this the view, in the session and in the address."""
    st.session_state[_VIEW] = st.session_state[_SEEN] = view
    st.query_params.from_dict(address_of(view))


def _open(name: str) -> None:
    st.session_state[_RUN], st.session_state[_WITH] = name, None
    _keep(View(name))


def _choices(stored: Mapping[str, Stored]) -> None:
    """The run, and another of the same set."""
    if not stored:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="evaluation-choices"):
        chosen = st.selectbox(
            "Run",
            list(stored),
            key=_RUN,
            index=None,
            format_func=lambda name: labelled(stored[name]),
            placeholder="Choose a stored run",
            on_change=lambda: _open(st.session_state[_RUN] or ""),
        )
        others = [
            name
            for name, row in stored.items()
            if chosen and name != chosen and row["set"] == stored[chosen]["set"]
        ]
        if st.session_state.get(_WITH) not in others:
            st.session_state[_WITH] = None
        if others:
            st.selectbox(
                "Compare with",
                others,
                key=_WITH,
                index=None,
                format_func=lambda name: labelled(stored[name]),
                placeholder="another run of this set",
                on_change=_compare,
            )


def _compare() -> None:
    _keep(replace(st.session_state[_VIEW], other=st.session_state[_WITH] or ""))


def _start_form(pipeline: Pipeline, stored: Mapping[str, Stored]) -> None:
    from evals.running import known_sets

    held = [row["folder"] for row in stored.values() if row["folder"]]
    known = [str(folder) for folder in known_sets(pipeline.settings)]
    known += [name for name in held if Path(name).resolve() not in set(map(_resolved, known))]
    folders = list(dict.fromkeys(known))
    with (
        st.expander("Start a run", expanded=not stored),
        st.form("evaluation-start", border=False),
    ):
        st.selectbox("Set", folders, key=_SET, index=0 if folders else None, format_func=_folder)
        st.text_input(
            "or the folder of another set",
            key=_FOLDER,
            placeholder="a folder with questions.jsonl and documents/",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input(
                "Questions",
                key=_LIMIT,
                min_value=1,
                value=None,
                step=1,
                placeholder="all of them",
                help="So many are drawn by the seed",
            )
            st.number_input("Seed", key=_SEED, min_value=0, value=0, step=1)
        st.radio("What to do", list(_MODES), key=_MODE, format_func=lambda mode: _MODES[mode])
        if st.form_submit_button("Start", type="primary"):
            _start(pipeline)


def _resolved(folder: str) -> Path:
    return Path(folder).resolve()


def _folder(folder: str) -> str:
    name = _resolved(folder).name
    return name if name == folder else f"{name} ({folder})"


def _start(pipeline: Pipeline) -> None:
    """Queue a run of the set that the form names, if it is one."""
    named = st.session_state[_FOLDER].strip() or st.session_state[_SET]
    if not named:
        draw.problem("Name the folder of a set.")
        return
    from evals.running import runs_folder
    from evals.sets import load_set

    try:
        with st.spinner("Checking the set…"):
            # Its quotes are checked by the run itself: for them every document is read.
            loaded = load_set(Path(named).expanduser(), check_quotes=False)
    except ConfigurationError as error:
        draw.problem(str(error))
        return
    except (OSError, ValueError, RuntimeError):  # a name that is no path, a home that is unknown
        draw.problem(f"{named} is no folder that can be read; name that of a set.")
        return
    order = Order(
        folder=loaded.folder,
        run=new_run(runs_folder(pipeline.settings), loaded.name),
        limit=st.session_state[_LIMIT],
        seed=st.session_state[_SEED],
        mode=st.session_state[_MODE],
    )
    _queue(pipeline, order, loaded.name)


def _queue(pipeline: Pipeline, order: Order, name: str) -> None:
    job = work(order, pipeline.settings)
    state.jobs().start(LANE, name, job, about=order.run.stem, owner=state.session())
    st.rerun()


def _works(unfinished: frozenset[str]) -> None:
    """The runs that are made or were made since the start; looked at again only while one is."""
    if state.jobs().all(LANE):
        st.fragment(_draw_works, run_every=1.0 if unfinished else None)(unfinished)


def _draw_works(unfinished: frozenset[str]) -> None:
    listed = state.jobs().all(LANE)
    if unfinished != {job.id for job in listed if not job.finished}:
        st.rerun()  # the list of stored runs is another one now
    for job in listed:
        with st.container(border=True):
            _draw_work(job)


def _draw_work(job: Job) -> None:
    label = element("p", "Run of ", element("strong", isolated(job.label)), f": {job.state}")
    st.html(label)
    if not job.finished:
        st.progress(job.share, text=job.line)  # a line of our own with numbers, no Markdown
        st.button("Stop", key=f"stop-{job.id}", on_click=state.jobs().stop, args=(job.id,))
        return
    if job.said and job.state in ("failed", "stopped"):
        draw.problem(" ".join(job.said))
    else:
        draw.notices(job.said)
    with st.container(horizontal=True):
        if job.state != "failed":
            opened = st.button(
                "Open the run", key=f"open-{job.id}", on_click=_open, args=(job.about,)
            )
            if opened:
                st.rerun()  # the whole page, not this part of it
        st.button("Dismiss", key=f"gone-{job.id}", on_click=state.jobs().dismiss, args=(job.id,))


def _run(pipeline: Pipeline, stored: Mapping[str, Stored], view: View) -> None:
    names = [view.run, *([view.other] if view.other in stored else [])]
    _unfinished(pipeline, stored[view.run])
    files = tuple(_file(stored[name]["path"]) for name in names)
    future = runs.scored(files)
    total = sum(stored[name]["questions"] for name in names)
    if not waiting.ready(future, f"Scoring {words.counted(total, 'question')}…"):
        return
    made = future.result()
    opened = runs.show(made, files, view.question)
    if opened != view.question:
        _keep(replace(view, question=opened))
        st.rerun()


def _unfinished(pipeline: Pipeline, row: Stored) -> None:
    """That questions of the run have not been asked yet, and a way to go on."""
    if row["questions"] >= row["of"]:
        return
    about = f"Unfinished: {row['questions']:,} of {row['of']:,} questions are in this run file."
    busy = any(job.about == row["name"] and not job.finished for job in state.jobs().all(LANE))
    if busy:
        draw.note(f"{about} It is being made.")
        return
    draw.notices([about])
    folder = row["folder"]
    if folder and Path(folder).is_dir() and st.button("Go on with it"):
        order = Order(
            Path(folder), Path(row["path"]), row["limit"], row["seed"] or 0, mode=row["mode"]
        )
        _queue(pipeline, order, str(row["set"] or row["name"]))


def _file(path: str) -> runs.File:
    """A run file as it is now, by which what is made of it is kept."""
    about = Path(path).stat()
    return path, about.st_mtime_ns, about.st_size


def _signature(folder: Path) -> Sequence[runs.File]:
    """The run files as they are now."""
    return tuple(_file(str(path)) for path in sorted(folder.glob("*.jsonl")))


@st.cache_data(show_spinner=False, max_entries=4)
def _stored(_pipeline: Pipeline, folder: str, files: Sequence[runs.File]) -> list[Stored]:
    """The stored runs, read again when a file of `folder` changed."""
    from evals.running import stored_runs

    return [dict(row) for row in stored_runs(_pipeline.settings)]

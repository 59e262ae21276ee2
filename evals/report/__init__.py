"""Run files → one page that stands by itself, for somebody who was not there.

It has the scores with intervals, what the runs differ in, and every question with its answer and
the surroundings of what was cited. It loads nothing and needs no network.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.fact_writing import holds_run, make_room
from evals.report.page import page
from evals.report.questions import left_out, page_values, wanted_by, worst_first
from evals.report.reported import Reported, ShowStep, reported
from evals.report.sources import faults, read_set, read_sources
from evals.report.words import counted
from rag.errors import ConfigurationError

__all__ = ["question_values", "write_report"]

MAX_QUESTIONS = 2000
# Sources that could not be read, named one by one.
_MAX_FAULTS = 10


def write_report(
    runs: Sequence[Path],
    out: Path,
    *,
    folder: Path | None = None,
    seed: int = 0,
    max_questions: int = MAX_QUESTIONS,
    show: ShowStep = lambda stage, done, total: None,
) -> Path:
    """Write what the run files say to `out`, a page of HTML; the same runs give the same bytes.

    All must be runs of one set; the second and later ones are compared with the first. The
    documents that were cited are read again from `folder`, else from where the set stood when
    it was asked; where that is gone or has changed, the page says so and shows quotes alone. At
    most `max_questions` are shown, the worst first. `seed` is that of intervals and tests.

    Raises:
        ConfigurationError: a file is no run, the runs are of different sets, `folder` holds no
            set, or `out` cannot be written. Nothing is left half-written.
    """
    if max_questions < 0:
        raise ConfigurationError(f"{max_questions} questions cannot be shown; give 0 or more")
    _check_place(out, runs)
    made = reported(runs, seed=seed, show=show)
    ids = worst_first(made)
    shown = ids[:max_questions]
    found = read_set(made, folder)
    sources = read_sources(found, wanted_by(made, shown), show)
    why = "." if found.loaded else "; quotes stand without their surroundings."
    notes = [f"{found.note}{why}"]
    if len(ids) > len(shown):
        notes.append(f"{left_out(len(ids) - len(shown))}.")
    unrun = len({name for one in made for name in one.run.asked}.difference(ids))
    if unrun:
        notes.append(f"{counted(unrun, 'question')} without a row in any run cannot be shown.")
    unread = faults(sources)
    notes += unread[:_MAX_FAULTS]
    if len(unread) > _MAX_FAULTS:
        notes.append(f"{counted(len(unread) - _MAX_FAULTS, 'more document')} could not be read.")
    show("writing", 0, 1)
    about = found.loaded.about if found.loaded else {}
    _write(out, page(made, page_values(made, shown, sources), about=about, notes=notes))
    show("writing", 1, 1)
    return out


def question_values(runs: Sequence[Reported], name: str) -> tuple[dict[str, Any], str]:
    """What a page draws one question of the runs from, as the report's own page does.

    The documents that it needs are read again. Also says, as a sentence, where surroundings are
    from, or why quotes stand without them.
    """
    found = read_set(runs, None)
    sources = read_sources(found, wanted_by(runs, [name]), lambda stage, done, total: None)
    return page_values(runs, [name], sources), f"{found.note}."


def _check_place(out: Path, runs: Sequence[Path]) -> None:
    """Refuse a place that cannot be written, before anything is computed for it."""
    if any(out.resolve() == run.resolve() for run in runs):
        raise ConfigurationError(f"{out} is a run to be reported; name another file for the report")
    make_room(out, "report")
    # "report a.jsonl -o b.jsonl", where a comparison was meant.
    if holds_run(out):
        raise ConfigurationError(f"{out} is a run; name another file for the report")


def _write(out: Path, text: str) -> None:
    """The text beside `out`, then in its place: whole, or not at all."""
    place = out.resolve()  # of a link its target is written
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        try:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
            unfinished.replace(place)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{out} cannot be written ({error.strerror}); name another place for the report"
        ) from error

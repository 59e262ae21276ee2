"""Run files → what is reported of each: its rows, scores, outcomes, and how it differs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.comparing import Comparison, compare
from evals.facts import Row, Run, read_run
from evals.report.outcomes import Verdict, verdict
from evals.report.words import letter
from evals.scoring import Scores, score
from rag.errors import ConfigurationError

# What is being done ("scoring", "comparing", "reading", "writing"), how many are done, of how many.
ShowStep = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Reported:
    """One run of the report: called `letter`, its file `name` as short as tells it from others.

    `verdicts` has every question that was to be asked; `comparison` is with the first run, None
    for that one itself and where no question is in both.
    """

    letter: str
    name: str
    run: Run
    scores: Scores
    rows: Mapping[str, Row]
    verdicts: Mapping[str, Verdict]
    comparison: Comparison | None


def reported(paths: Sequence[Path], *, seed: int, show: ShowStep) -> list[Reported]:
    """The runs with their scores, each computed once.

    Raises:
        ConfigurationError: there is none, one cannot be read, or they are of different sets.
    """
    if not paths:
        raise ConfigurationError("there is no run to report; name a run file")
    runs = [read_run(path) for path in paths]
    for run in runs[1:]:
        if run.set_hash != runs[0].set_hash:
            raise ConfigurationError(
                f"{runs[0].path} (set {_named(runs[0])}) and {run.path} (set {_named(run)}) are of "
                "different sets; report each set by itself"
            )
    names = [path.name for path in paths]
    made = []
    for place, run in enumerate(runs):
        show("scoring", place, len(runs))
        scores = score(run.path, seed=seed)
        rows = {row.id: row for row in run.rows}
        made.append(
            Reported(
                letter=letter(place),
                name=run.path.name if names.count(run.path.name) == 1 else str(run.path),
                run=run,
                scores=scores,
                rows=rows,
                verdicts={
                    name: verdict(rows.get(name), scores.questions[name], run.mode)
                    for name in run.asked
                },
                comparison=_compared(runs[0], run, seed) if place else None,
            )
        )
    show("scoring", len(runs), len(runs))
    return made


def differing_settings(runs: Sequence[Reported]) -> list[str]:
    """The names of settings, and of what else a run was asked with, that are not one in all."""
    asked_with = [settings_of(one.run) for one in runs]
    names = dict.fromkeys(name for values in asked_with for name in values)
    return [
        name
        for name in names
        if any(values.get(name) != asked_with[0].get(name) for values in asked_with)
    ]


def settings_of(run: Run) -> dict[str, object]:
    """All that a run was asked with, by name."""
    settings = run.header.get("settings")
    with_them = {name: run.header.get(name) for name in ("mode", "limit", "seed", "workers")}
    return {
        **{name: value for name, value in with_them.items() if name in run.header},
        **(settings if isinstance(settings, dict) else {}),
    }


def _compared(first: Run, run: Run, seed: int) -> Comparison | None:
    if not {row.id for row in first.rows} & {row.id for row in run.rows}:
        return None
    return compare(first.path, run.path, seed=seed)


def _named(run: Run) -> str:
    name = run.header["set"].get("name")
    return f"{name}, {run.set_hash[:12]}" if name else run.set_hash[:12]

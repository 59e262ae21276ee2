"""Evaluation sets: load or import one, run it, score, compare, calibrate; benchmarks beside.

The public names, each imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.calibrating import Calibration, calibrate, calibration_text
    from evals.comparing import Comparison, compare, comparison_text, worse_than
    from evals.fact_writing import RunWriter
    from evals.facts import Run, read_run
    from evals.importing import Imported, import_set
    from evals.importing_runs import import_trec_run
    from evals.report import write_report
    from evals.running import RunOptions, run_set, stored_runs
    from evals.scoring import Estimate, Scores, below, score, scores_text
    from evals.sets import EvalRow, EvalSet, GoldEvidence, load_set, sample

__all__ = [
    "Calibration",
    "Comparison",
    "Estimate",
    "EvalRow",
    "EvalSet",
    "GoldEvidence",
    "Imported",
    "Run",
    "RunOptions",
    "RunWriter",
    "Scores",
    "below",
    "calibrate",
    "calibration_text",
    "compare",
    "comparison_text",
    "import_set",
    "import_trec_run",
    "load_set",
    "read_run",
    "run_set",
    "sample",
    "score",
    "scores_text",
    "stored_runs",
    "worse_than",
    "write_report",
]

_HOMES = {
    "EvalSet": "evals.sets",
    "EvalRow": "evals.sets",
    "GoldEvidence": "evals.sets",
    "load_set": "evals.sets",
    "sample": "evals.sets",
    "Imported": "evals.importing",
    "import_set": "evals.importing",
    "import_trec_run": "evals.importing_runs",
    "run_set": "evals.running",
    "RunOptions": "evals.running",
    "stored_runs": "evals.running",
    "Run": "evals.facts",
    "RunWriter": "evals.fact_writing",
    "read_run": "evals.facts",
    "Scores": "evals.scoring",
    "Estimate": "evals.scoring",
    "score": "evals.scoring",
    "scores_text": "evals.scoring",
    "below": "evals.scoring",
    "Calibration": "evals.calibrating",
    "calibrate": "evals.calibrating",
    "calibration_text": "evals.calibrating",
    "Comparison": "evals.comparing",
    "compare": "evals.comparing",
    "comparison_text": "evals.comparing",
    "worse_than": "evals.comparing",
    "write_report": "evals.report",
}


def __getattr__(name: str) -> object:
    """A public name, from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'evals' has no attribute {name!r}")
    return getattr(import_module(home), name)

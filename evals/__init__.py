"""Evaluation sets: load or import one, score a run of it, compare two; and benchmarks beside.

The public names, each imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.comparing import Comparison, compare, comparison_text, worse_than
    from evals.facts import Run, RunWriter, read_run
    from evals.importing import Imported, import_set
    from evals.running import run_set
    from evals.scoring import Estimate, Scores, below, score, scores_text
    from evals.sets import EvalRow, EvalSet, GoldEvidence, load_set, sample

__all__ = [
    "Comparison",
    "Estimate",
    "EvalRow",
    "EvalSet",
    "GoldEvidence",
    "Imported",
    "Run",
    "RunWriter",
    "Scores",
    "below",
    "compare",
    "comparison_text",
    "import_set",
    "load_set",
    "read_run",
    "run_set",
    "sample",
    "score",
    "scores_text",
    "worse_than",
]

_HOMES = {
    "EvalSet": "evals.sets",
    "EvalRow": "evals.sets",
    "GoldEvidence": "evals.sets",
    "load_set": "evals.sets",
    "sample": "evals.sets",
    "Imported": "evals.importing",
    "import_set": "evals.importing",
    "run_set": "evals.running",
    "Run": "evals.facts",
    "RunWriter": "evals.facts",
    "read_run": "evals.facts",
    "Scores": "evals.scoring",
    "Estimate": "evals.scoring",
    "score": "evals.scoring",
    "scores_text": "evals.scoring",
    "below": "evals.scoring",
    "Comparison": "evals.comparing",
    "compare": "evals.comparing",
    "comparison_text": "evals.comparing",
    "worse_than": "evals.comparing",
}


def __getattr__(name: str) -> object:
    """A public name, from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'evals' has no attribute {name!r}")
    return getattr(import_module(home), name)

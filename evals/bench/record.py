"""One measured figure → one JSON line with all that is needed to doubt it."""

import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).with_name("results.jsonl")
RESAMPLES = 2_000


def interval(
    values: Sequence[float],
    statistic: Callable[[Any], float] = np.mean,
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
) -> tuple[float, float, float]:
    """A statistic with its 95 % percentile bootstrap interval: (value, low, high).

    With `clusters`, whole clusters are drawn (questions that share a document). Source: Efron
    and Tibshirani, An Introduction to the Bootstrap, 1993.
    """
    random = np.random.default_rng(seed)
    names = [str(number) for number in range(len(values))] if clusters is None else clusters
    groups: dict[str, list[float]] = {}
    for name, value in zip(names, values, strict=True):
        groups.setdefault(name, []).append(value)
    parts = [np.asarray(part, dtype=float) for part in groups.values()]
    draws = [
        statistic(
            np.concatenate([parts[place] for place in random.integers(0, len(parts), len(parts))])
        )
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(statistic(np.concatenate(parts))), float(low), float(high)


def once(value: float) -> tuple[float, float, float]:
    """A figure measured once, which has no interval."""
    return value, float("nan"), float("nan")


def record(
    what: str,
    measured: tuple[float, float, float],
    *,
    unit: str,
    n: int,
    **facts: Any,  # noqa: ANN401 (JSON)
) -> None:
    """Print a figure and append it to `results.jsonl`."""
    value, low, high = measured
    row = {
        "what": what,
        "value": round(value, 4),
        "low": None if np.isnan(low) else round(low, 4),
        "high": None if np.isnan(high) else round(high, 4),
        "unit": unit,
        "n": n,
        **facts,
        "commit": _commit(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_processor()}",
        "python": platform.python_version(),
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    print(f"{what}: {value:.4g} {unit} [{low:.4g}, {high:.4g}], n = {n}")
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    found = subprocess.run(command, cwd=RESULTS.parent, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()

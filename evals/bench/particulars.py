"""How many altered sentences the check of particulars catches, and how many faithful ones it flags.

`python -m evals.bench.particulars [--misses]` reads `evals/data/alterations`; rates come with 95 %
intervals: Wilson's or the bootstrap's over passages, whichever reaches further.
The failures shown are those of the parts that rules are tuned on.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.record import interval, once, record
from evals.intervals import wilson
from rag.particulars import Finding, check

ROWS = Path(__file__).parents[1] / "data" / "alterations" / "alterations.jsonl"
PARTS = (
    "tune", "report", "tune-2", "report-2", "tune-3", "report-3", "tune-4", "report-4",
)  # fmt: skip
KINDS = ("number", "date", "unit", "name", "speaker", "quotation", "negation", "modality")


def findings_of(row: dict[str, Any]) -> tuple[Finding, ...]:
    """What the check finds in the sentence of a row."""
    start = row["passage"].index(row["cited"])
    return check(
        row["sentence"],
        row["passage"],
        span=(start, start + len(row["cited"])),
        published=row["published"],
        about=row["about"],
    )


def flagged(row: dict[str, Any]) -> bool:
    """Whether the check lets the sentence of a row fail."""
    return any(finding.failed for finding in findings_of(row))


def measure(rows: Sequence[dict[str, Any]], part: str) -> None:
    """Print and record the rates of one part, kind by kind."""
    kept = [row for row in rows if row["part"] == part]
    caught = {kind: [row for row in kept if row["kind"] == kind] for kind in KINDS}
    caught["altered, all kinds"] = [row for row in kept if row["label"] == "altered"]
    caught["faithful"] = [row for row in kept if row["label"] == "faithful"]
    for kind, these in caught.items():
        if not these:
            continue
        values = [float(flagged(row)) for row in these]
        value, low, high = interval(values, clusters=[row["passage"] for row in these])
        # The bootstrap gives a rate of 1 no width at all, Wilson's knows nothing of passages.
        below, above = wilson(sum(values), len(these))
        rate = value, min(low, below), max(high, above)
        what = f"particulars, {part}: {kind} flagged"
        record(what, rate, unit="share", n=len(these), set="alterations", clusters="passages")


def time_check(rows: Sequence[dict[str, Any]]) -> None:
    """Print and record how long one sentence takes, its passage new and known already."""
    for what in ("passage new", "passage known"):
        seconds = []
        for number, row in enumerate(rows):
            # A passage that was never seen: every reading of a text is kept for the next sentence.
            new = {**row, "passage": f"{row['passage']} {number}", "cited": row["cited"]}
            asked = new if what == "passage new" else row
            started = time.perf_counter()
            findings_of(asked)
            seconds.append(1000 * (time.perf_counter() - started))
        for percent in (50, 95):
            value = once(float(np.percentile(seconds, percent)))
            record(f"particulars, {what}: p{percent}", value, unit="ms/sentence", n=len(rows))


def show_misses(rows: Sequence[dict[str, Any]]) -> None:
    """Print the rows of the tuned parts that are judged wrongly."""
    for row in rows:
        if not row["part"].startswith("tune") or flagged(row) == (row["label"] == "altered"):
            continue
        print(f"{row['id']} {row['kind'] or 'faithful'}: {row['sentence']}\n  {row['cited']}")
        for finding in findings_of(row):
            print(f"  {finding.particular.kind} {finding.verdict}: {finding.why}")


def main() -> None:
    """Measure every part, or show what goes wrong on the tuned ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show wrong rows of the tuned parts")
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    if parser.parse_args().misses:
        show_misses(rows)
        return
    for part in PARTS:
        measure(rows, part)
    time_check(rows)


if __name__ == "__main__":
    main()

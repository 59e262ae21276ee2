"""What the commands and a question cost on this machine.

    python -m evals.bench.timings FOLDER --questions questions.jsonl

FOLDER is indexed anew into a temporary data folder; the questions (JSON lines with `question`)
are asked of it. Starts are those of whole processes, as a person meets them.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evals.bench.record import interval, once, record
from rag.pipeline import build_pipeline
from rag.settings import load_settings

COMMAND = "python -m evals.bench.timings"
STARTS = 21


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    options = parser.parse_args()
    rows = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(row)["question"] for row in rows]
    rag = str(Path(sys.executable).with_name("rag"))
    data = f"{options.folder.name} ({sum(1 for _ in options.folder.rglob('*'))} files)"
    with tempfile.TemporaryDirectory() as folder:
        bare = _starts([sys.executable, "-c", "pass"], STARTS)
        helped = _starts([rag, "--help"], STARTS)
        _note("seconds of rag --help", helped, data=data)
        ratio = [value / statistics.median(bare) for value in helped]
        record(
            "rag --help over a bare interpreter's start",
            interval(ratio, statistics.median),
            unit="times",
            n=STARTS,
            command=COMMAND,
        )
        settings = load_settings(None, data_dir=Path(folder) / "data")
        with build_pipeline(settings) as pipeline:
            pipeline.load()
            report = pipeline.index([options.folder])
            rate = report.n_embedded / report.seconds
            share = report.embed_seconds / report.seconds
            record(
                "chunks indexed per second, model loaded",
                once(rate),
                unit="1/s",
                n=report.n_embedded,
                data=data,
                command=COMMAND,
            )
            record(
                "share of indexing that is the embedder",
                once(share),
                unit="",
                n=report.n_embedded,
                data=data,
                command=COMMAND,
            )
            again = pipeline.index([options.folder]).seconds
            record(
                "seconds of indexing again, nothing changed",
                once(again),
                unit="s",
                n=1,
                data=data,
                command=COMMAND,
            )
            answers = [pipeline.ask(question) for question in questions]
            for stage in ("retrieve", "answer"):
                spent = [answer.seconds[stage] for answer in answers[1:]]
                _note(f"seconds of a question in a running process: {stage}", spent, data=data)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            record(
                "peak memory after indexing and asking",
                once(memory),
                unit="MiB",
                n=1,
                data=data,
                command=COMMAND,
            )
        ask = [rag, "--data-dir", str(settings.data_dir), "ask", questions[0]]
        _note("seconds of rag ask from cold", _starts(ask, 5), data=data)


def _note(what: str, seconds: Sequence[float], *, data: str) -> None:
    record(
        f"{what}, median",
        interval(seconds, statistics.median),
        unit="s",
        n=len(seconds),
        p95=round(sorted(seconds)[int(0.95 * (len(seconds) - 1))], 4),
        data=data,
        command=COMMAND,
    )


def _starts(command: Sequence[str], n: int) -> list[float]:
    """Seconds of so many whole runs of a command, after one that is not counted."""
    spent = []
    for _ in range(n + 1):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, env=dict(os.environ), check=True)
        spent.append(time.perf_counter() - started)
    return spent[1:]


if __name__ == "__main__":
    main()

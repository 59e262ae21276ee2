"""A set's questions asked by a process of their own, as the work of a job; pages stay quick.

The process is `rag eval run`. It tells how far it is through a pipe: where nobody listens any more,
since this process ended, its next word fails and it ends too. Its run file goes on the next time.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rag.errors import RagError
from rag.settings import PREFIX, Settings
from rag.ui.jobs import Step, Work

LANE = "evaluation"
# Between two looks at the process.
_LOOK_SECONDS = 0.2
# A process that was asked to end and goes on writes to no index any more, or hangs.
_END_SECONDS = 20.0
_NICE = 10
# Of what it says beside its steps the last lines are told.
_MAX_LINES = 5
_STAGES = {
    "checking": "Checking the set's quotes",
    "indexing": "Reading the documents",
    "asking": "Asking",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be asked of the set in `folder`, and the run file that takes what comes of it."""

    folder: Path
    run: Path
    limit: int | None = None
    seed: int = 0
    mode: Literal["ask", "search"] = "ask"


def new_run(folder: Path, name: str) -> Path:
    """A run file of a set that is not there yet, named by the set and the time."""
    stamp = f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    path, n = folder / f"{stamp}.jsonl", 1
    while path.exists():
        n += 1
        path = folder / f"{stamp}-{n}.jsonl"
    return path


def work(order: Order, settings: Settings) -> Work:
    """The work of a job: the process from its start to its end.

    It raises `RagError` where the run could not be made; what else there is to say it returns.
    """

    def do(step: Step) -> tuple[str, ...]:
        heard = _Heard()
        with subprocess.Popen(
            command(order),
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            # Whoever waits for a page goes first; the threads that it starts take this over.
            with suppress(OSError):  # it may have ended already
                os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
            listener = threading.Thread(target=heard.listen, args=(process.stdout,), daemon=True)
            listener.start()
            try:
                while process.poll() is None:
                    step(*heard.progress)
                    time.sleep(_LOOK_SECONDS)
            finally:
                _end(process)
                listener.join(_END_SECONDS)
        if process.returncode and not heard.asked_all:
            raise RagError(heard.last or f"the run ended with status {process.returncode}")
        return tuple(heard.faults)

    return do


def command(order: Order) -> list[str]:
    """The command line; it holds no setting, so that no list of processes shows one."""
    options = ["--seed", str(order.seed)]
    options += ["--limit", str(order.limit)] if order.limit is not None else []
    options += ["--search"] if order.mode == "search" else []
    # -P: nothing is imported from the folder that the server happens to stand in.
    start = [sys.executable, "-P", "-c", "from rag.cli import main; main()"]
    paths = ["--out", str(order.run), "--", str(order.folder)]
    return [*start, "eval", "run", "--progress", *options, *paths]


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with the settings in force."""
    names = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in names}
    stated = settings.model_dump(mode="json", exclude_unset=True)
    return kept | {f"{PREFIX}{name}".upper(): _word(value) for name, value in stated.items()}


def _word(value: object) -> str:
    """A value as the environment has it; an empty one stands for the default."""
    if value is None:
        return "none"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class _Heard:
    """What the process said: its last step, and the last lines that are no steps."""

    def __init__(self) -> None:
        self.progress: tuple[float, str] = (0.0, "Starting")
        self.asked_all = False
        self._lines: deque[str] = deque(maxlen=_MAX_LINES)

    def listen(self, lines: Iterable[str]) -> None:
        for line in lines:
            if not self._step(line) and line.strip():
                self._lines.append(line.strip())

    @property
    def faults(self) -> list[str]:
        """What it complained of."""
        return [line.removeprefix("rag: ") for line in self._lines if line.startswith("rag: ")]

    @property
    def last(self) -> str:
        """Its complaint, or else the last that it said."""
        return next(iter(self.faults), self._lines[-1] if self._lines else "")

    def _step(self, line: str) -> bool:
        try:
            said = json.loads(line)
            stage, done, of = str(said["stage"]), int(said["done"]), int(said["of"])
        except (ValueError, TypeError, KeyError):
            return False
        counts = f": {done:,} of {of:,}" if of else ""
        self.progress = (done / of if of else 0.0, f"{_STAGES.get(stage, 'Working')}{counts}")
        self.asked_all = stage == "asking" and done >= of
        return True

"""What a terminal gets beyond plain lines: tables, a progress bar, an end in good order."""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from getpass import getpass
from types import FrameType
from typing import Any, NoReturn

from rag.asking import Found, Watch
from rag.ingestion import Progress
from rag.render import line, safe
from rag.writing import Event, Settled, Token


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows in columns on standard output; None is shown as unknown."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # A pipe has no width: whole lines, nothing cut.
    console = Console(width=None if sys.stdout.isatty() else 400, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # Text, not markup: a title may hold "[bold]".
        table.add_row(
            *(
                Text("unknown" if (value := row[column]) is None else line(str(value)))
                for column in columns
            )
        )
    console.print(table)


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """A bar on standard error while that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[counts]}"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, counts="")

        def show(state: Progress) -> None:
            files = f"{state.files}/{state.n_files} files, {state.chunks} passages"
            bar.update(
                task,
                description=state.stage,
                total=state.total_bytes or None,
                completed=state.n_bytes,
                counts=files,
            )

        yield show


@contextmanager
def step_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error for work in steps: what is done, how many, of how many (0: unknown).

    Without a terminal each step is named once, so that a log shows where long work stands.
    """
    if not sys.stderr.isatty():
        named: set[str] = set()

        def name(stage: str, _done: int, _total: int) -> None:
            if stage not in named:
                named.add(stage)
                sys.stderr.write(f"{stage} …\n")
                sys.stderr.flush()

        yield name
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[counts]}"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, counts="")
        current = ""

        def show(stage: str, done: int, total: int) -> None:
            nonlocal current
            if stage != current:
                bar.reset(task)  # another stage has another speed
                current = stage
            counts = f"{done}/{total}" if total else f"{done}"
            bar.update(task, description=stage, total=total or None, completed=done, counts=counts)

        yield show


@contextmanager
def watching() -> Iterator[Watch]:
    """Shows on standard error, while that is a terminal, how an answer of a chat model comes about.

    The first Ctrl-C stops the model, and what it has written is checked; the second one ends all.
    """
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping:
            signal.default_int_handler(number, frame)
        stopping.append(number)

    shows, open_line = sys.stderr.isatty(), False

    def listen(event: Found | Event) -> None:
        nonlocal open_line
        match event:
            case Found(passages):
                signal.signal(signal.SIGINT, stop)
                said = f"reading {len(passages)} passages …\n"
            case Token(text):
                said, open_line = safe(text), not text.endswith("\n")
            case Settled(sentence):
                said = f"{sentence.verdict:>14}  {line(sentence.text)}\n"
                said, open_line = ("\n" if open_line else "") + said, False
        sys.stderr.write(f"\033[2m{said}\033[0m")
        sys.stderr.flush()

    before = signal.getsignal(signal.SIGINT)
    try:
        yield Watch(listen if shows else lambda _: None, lambda: bool(stopping))
    finally:
        signal.signal(signal.SIGINT, before)


def asked_password() -> str:
    """A password from the terminal or standard input: in no history and no list of processes."""
    return getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


@contextmanager
def terminating() -> Iterator[None]:
    """Turn SIGTERM into an exit between two steps: a kill inside a write can brick Chroma."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

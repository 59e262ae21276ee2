"""What damaged and hostile files do to the parser: nothing but a document or a `DocumentError`.

    python -m evals.bench.mutated FOLDER [--n 3000] [--seed 0] [--limit-seconds 20] [--jobs 2]
    python -m evals.bench.mutated FOLDER --seed 0 --only 17 --save broken.docx

File number i is made of the files in FOLDER (as `evals.bench.files` finds them) by the seed and i
alone; --only makes that one, and --save writes it. Attachments are parsed as ingestion does. The
exit status is 1 where anything else came out, or a call took longer than the limit and 5 s.
"""

import argparse
import json
import re
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from queue import Empty, Queue

from evals.bench.damage import MAX_SOURCE_BYTES, Mutant, mutant
from evals.bench.files import grouped, printed, proportion, sources
from evals.bench.record import once, record
from rag.errors import DocumentError
from rag.loaders import HEAD_BYTES, loader_for
from rag.loaders.canonical import canonical
from rag.loaders.worker import Parser
from rag.types import Document

COMMAND = "python -m evals.bench.mutated"
MEMORY_MB = 2048
MAX_DEPTH = 5  # of attachments
MAX_ATTACHMENTS = 100  # of one file, and of what is attached to it; the rest is counted
GRACE_SECONDS = 5.0
EXAMPLES = 3
_SAMPLING_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Call:
    """What came of one call of the parser; `number` is the file's, `depth` 0 the file itself."""

    number: int
    what: str
    depth: int
    outcome: str
    reason: str
    seconds: float


def main() -> None:
    """Mutate, parse, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--n", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit-seconds", type=float, default=20.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, default=None, help="this file alone, each call listed")
    parser.add_argument("--save", type=Path, default=None, help="where to write that file")
    parser.add_argument("--dry", action="store_true", help="print, append nothing")
    options = parser.parse_args()
    groups = by_loader(options.folder)
    make = partial(mutant, groups, options.seed)
    if options.only is not None and options.save is not None:
        options.save.write_bytes(make(options.only)[1].data)
    numbers = range(options.n) if options.only is None else [options.only]
    with Peaks() as peaks:
        calls = list(_parsed(make, numbers, jobs=options.jobs, limit=options.limit_seconds))
    data = f"{options.folder.name} ({sum(map(len, groups.values()))} files)"
    how = f"seed {options.seed}, limit {options.limit_seconds:g} s, {options.jobs} processes"
    dry = options.dry or options.only is not None
    say = partial(printed if dry else record, data=data, how=how, command=COMMAND)
    counts = Counter(call.outcome for call in calls)
    assert sum(counts.values()) == len(calls)
    assert {call.number for call in calls if call.depth == 0} == set(numbers)
    late = [call for call in calls if call.seconds > options.limit_seconds + GRACE_SECONDS]
    wrong = [call for call in calls if call.outcome in ("other exception", "contract broken")]
    good = len(calls) - len(wrong)
    say(
        "damaged files that became a document or a DocumentError",
        proportion(good, len(calls)),
        unit="",
        n=len(calls),
        files=len(numbers),
        counts=dict(counts),
    )
    longest = max(calls, key=lambda call: call.seconds)
    say("longest call on a damaged file", once(longest.seconds), unit="s", n=len(calls))
    say("peak memory of the parsing process", once(peaks.worker_mb), unit="MiB", n=len(calls))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("peak memory of the parent", once(own), unit="MiB", n=len(calls))
    print("longest:", _named(longest, options.seed))
    if options.only is None:
        _print_reasons(calls, options.seed)
    else:
        for call in calls:
            print(_named(call, options.seed))
    for call in (*wrong, *late):
        print("DEFECT", _named(call, options.seed))
    if wrong or late:
        sys.exit(1)


def by_loader(folder: Path) -> dict[str, list[Mutant]]:
    """The files of a folder that are read, by their loader; large ones are left out."""
    groups: dict[str, list[Mutant]] = {}
    for source in sources(folder):
        if 0 < source.path.stat().st_size <= MAX_SOURCE_BYTES:
            data = source.path.read_bytes()
            loader = loader_for(source.path, data[:HEAD_BYTES])
            if loader is not None:
                groups.setdefault(loader, []).append(Mutant(source.path.name, data))
    return dict(sorted(groups.items()))


def _parsed(
    make: Callable[[int], tuple[str, Mutant]], numbers: Sequence[int], *, jobs: int, limit: float
) -> Iterator[Call]:
    """The calls of all files, in the order in which they end."""
    waiting: Queue[int] = Queue()
    for number in numbers:
        waiting.put(number)
    ended: Queue[list[Call] | BaseException] = Queue()

    def work() -> None:
        # The process ends with the thread that started it, so both live as long as the run.
        with Parser(timeout_seconds=limit, memory_mb=MEMORY_MB) as parser, suppress(Empty):
            while True:
                number = waiting.get_nowait()
                try:
                    ended.put(list(_calls(parser, number, *make(number))))
                except BaseException as error:  # noqa: BLE001 (the main thread raises it)
                    ended.put(error)
                    return

    threads = [threading.Thread(target=work, daemon=True) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    for done in count(1):
        if done > len(numbers):
            return
        calls = ended.get()
        if isinstance(calls, BaseException):
            raise calls
        yield from calls
        if done % 250 == 0:
            print(f"{done} of {len(numbers)}", file=sys.stderr)


def _calls(parser: Parser, number: int, what: str, file: Mutant) -> Iterator[Call]:
    waiting = [(0, file)]
    n_attached = 0
    while waiting:
        depth, (name, data) = waiting.pop()
        attached: Sequence[Mutant] = ()
        document = None
        started = time.perf_counter()
        try:
            document = parser.parse(data, name, passwords=("wrong",))
        except DocumentError as error:
            outcome, reason = _refused(str(error)), str(error)
        except Exception as error:  # noqa: BLE001 (what is looked for)
            outcome, reason = "other exception", f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - started
        if document is not None:
            outcome, reason = _kept(document)
            attached = [Mutant(held.name, held.data) for held in document.attachments]
        yield Call(number, f"{what} as {name!r}", depth, outcome, reason, seconds)
        if depth < MAX_DEPTH:
            taken = attached[: MAX_ATTACHMENTS - n_attached]
            n_attached += len(taken)
            waiting += [(depth + 1, held) for held in taken]


def _refused(reason: str) -> str:
    if "crashed" in reason:
        return "crashed"
    if reason.startswith("took longer"):
        return "time limit"
    if reason.startswith("needed more"):
        return "memory limit"
    return "refused" if "\n" not in reason and len(reason) < 600 else "contract broken"


def _kept(document: Document) -> tuple[str, str]:
    """Whether a document is what `rag.types` says: canonical, its spans in order and within."""
    n = len(document.text)
    if canonical(document.text) != document.text:
        return "contract broken", "text is not canonical"
    for name, spans in (("block", document.blocks), ("page", document.pages)):
        end = 0
        for span in spans:
            if not end <= span.start <= span.end <= n:
                return "contract broken", f"{name} {span} after {end} of {n}"
            end = span.end
    if any(not 0 <= flag.start <= flag.end <= n for flag in document.flags):
        return "contract broken", "a flag stands outside the text"
    if any("/" in held.name or "\\" in held.name for held in document.attachments):
        return "contract broken", "an attachment's name is a path"
    return "read", ""


def _print_reasons(calls: Sequence[Call], seed: int) -> None:
    """The reasons of each outcome, most frequent first, with files to look at where one is odd."""
    for outcome in ("refused", "crashed", "time limit", "memory limit"):
        groups: dict[str, list[Call]] = {}
        for call in calls:
            if call.outcome == outcome:
                # How it crashed is a number that counts: a signal or an exit.
                reason = call.reason if outcome == "crashed" else grouped(call.reason)
                groups.setdefault(reason, []).append(call)
        for reason, held in sorted(groups.items(), key=lambda item: -len(item[1])):
            print(f"  {outcome}: {len(held)} × {reason}")
            if outcome != "refused" or "could not be parsed" in reason:
                for call in held[:EXAMPLES]:
                    print(f"    {_named(call, seed)}")


def _named(call: Call, seed: int) -> str:
    return (
        f"{call.outcome} ({call.seconds:.1f} s): --seed {seed} --only {call.number}: {call.what}, "
        f"depth {call.depth}: {json.dumps(call.reason[:300], ensure_ascii=False)}"
    )


class Peaks:
    """The highest resident memory of the processes that this one starts, within `with`."""

    def __init__(self) -> None:
        self.worker_mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peaks":
        self._thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        # The kernel keeps each process's peak, so that little is missed between two looks.
        while not self._stop.wait(_SAMPLING_SECONDS):
            for children in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError):
                    for pid in children.read_text(encoding="ascii").split():
                        # Before it runs its own program, a child's memory is the parent's.
                        if b"rag.loaders.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
                            peak = re.search(r"VmHWM:\s*(\d+) kB", status)
                            self.worker_mb = max(self.worker_mb, int(peak[1]) / 1024 if peak else 0)


if __name__ == "__main__":
    main()

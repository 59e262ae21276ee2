"""What damaged and hostile files do to the parser: nothing but a document or a `DocumentError`.

    python -m evals.bench.mutated FOLDER [--n 3000] [--seed 0] [--limit-seconds 20] [--jobs 2]
    python -m evals.bench.mutated FOLDER --seed 0 --only 17 --save broken.docx

File number i is made of the files in FOLDER (as `evals.bench.files` finds them) by the seed and i
alone; --only makes that one, and --save writes it. Attachments are parsed as ingestion does. The
exit status is 1 where anything else came out, or a call took longer than the limit and 5 s.
"""

import argparse
import gzip
import io
import json
import re
import resource
import sys
import threading
import time
import zipfile
from base64 import encodebytes
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import count
from pathlib import Path, PurePath
from queue import Empty, Queue
from random import Random
from typing import NamedTuple

from evals.bench.files import grouped, printed, sources, wilson
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
MAX_SOURCE_BYTES = 2_000_000  # so that a run of thousands ends
SUFFIXES = (
    ".txt .text .md .markdown .html .htm .xhtml .pdf .docx .docm .dotx .odt .odp .ott .pptx .pptm "
    ".ppsx .xlsx .xlsm .xls .xlsb .ods .csv .tsv .rtf .eml .mbox .epub"
).split()
_BOMB_BYTES = 512 << 20
_NESTED = 30
_SAMPLING_SECONDS = 0.02

Make = Callable[["Mutant", Random, Sequence["Mutant"]], "Mutant"]


class Mutant(NamedTuple):
    """A file as it would lie in a folder."""

    name: str
    data: bytes


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
        wilson(good, len(calls)),
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


def mutant(groups: dict[str, list[Mutant]], seed: int, number: int) -> tuple[str, Mutant]:
    """File `number` and how it was made; kinds of files take turns, kinds of damage are drawn."""
    random = Random(f"{seed}:{number}")
    loaders = list(groups)
    chosen = random.choice(groups[loaders[number % len(loaders)]])
    other = [random.choice(groups[random.choice(loaders)])]
    makers, weights = zip(*_MAKERS, strict=True)
    maker: Make = random.choices(makers, weights)[0]
    made = maker(chosen, random, other)
    if random.random() < 0.1:  # two kinds of damage at once
        second: Make = random.choices(makers, weights)[0]
        return f"{maker.__name__} then {second.__name__} of {chosen.name}", second(
            made, random, other
        )
    return f"{maker.__name__} of {chosen.name}", made


def truncated(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Cut off at any place."""
    return file._replace(data=file.data[: random.randrange(len(file.data) + 1)])


def flipped(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """1 to 100 bits turned over."""
    data = bytearray(file.data)
    for _number in range(random.randint(1, 100) if data else 0):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return file._replace(data=bytes(data))


def deleted(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """A block taken out."""
    start, end = _block(file.data, random)
    return file._replace(data=file.data[:start] + file.data[end:])


def duplicated(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """A block 2 to 20 times where it was once."""
    start, end = _block(file.data, random)
    times = random.randint(2, 20)
    return file._replace(data=file.data[:start] + file.data[start:end] * times + file.data[end:])


def swapped(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Two neighbouring blocks in the other order."""
    start, end = _block(file.data, random)
    further = min(len(file.data), 2 * end - start)
    moved = file.data[end:further] + file.data[start:end]
    return file._replace(data=file.data[:start] + moved + file.data[further:])


def zeroed(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """A run of zero bytes, as after a disk's error."""
    start, end = _block(file.data, random)
    return file._replace(data=file.data[:start] + bytes(end - start) + file.data[end:])


def renamed(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Whole, with another kind's suffix."""
    return file._replace(name=PurePath(file.name).stem + random.choice(SUFFIXES))


def concatenated(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """With another file behind it or before it."""
    parts = [file.data, other[0].data]
    random.shuffle(parts)
    return file._replace(data=b"".join(parts))


def damaged_within(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """A member of a ZIP container damaged and packed again, or the file itself: sums still hold."""
    members = _members(file.data)
    if not members:
        return flipped(file, random, other)
    name = random.choice(sorted(members))
    damage = random.choice((truncated, flipped, deleted, duplicated, swapped, zeroed))
    members[name] = damage(Mutant(name, members[name]), random, other).data
    return file._replace(data=_packed(members))


def nested_archive(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """A ZIP in a ZIP container, as a new member or in the place of one."""
    members = _members(file.data)
    inner = _packed({other[0].name: other[0].data, "inner.zip": _packed({"a.txt": b"a" * 1000})})
    fresh = "word/embeddings/inner.zip"
    members[random.choice([fresh, *sorted(members)])] = inner
    return file._replace(data=_packed(members))


def nested_mail(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Mail in mail, 30 deep, around the file."""
    data = _mail(file, random)
    for _number in range(_NESTED - 1):
        data = _HEADERS + b"Content-Type: message/rfc822\r\n\r\n" + data
    return Mutant("nested.eml", data)


def broken_attachment(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """A mail with the file, damaged, attached."""
    damage = random.choice((truncated, flipped, zeroed, damaged_within))
    return Mutant("attached.eml", _mail(damage(file, random, other), random))


def bomb(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Half a gigabyte in little: gzip under the file's name, or a member of its container."""
    members = {name: data for name, data in _members(file.data).items() if data[-1:] == b">"}
    if not members or random.random() < 0.3:
        return file._replace(data=_gzip_bomb())
    name = random.choice(sorted(members, key=lambda key: (-len(members[key]), key))[:3])
    place = members[name].rfind(
        b"</", 0, random.randint(len(members[name]) // 2, len(members[name]))
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, data in _members(file.data).items():
            info = zipfile.ZipInfo(member)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as out:
                if member == name:
                    out.write(data[:place])
                    for _number in range(_BOMB_BYTES >> 20):
                        out.write(b" bomb bo" * (1 << 17))
                out.write(data[place:] if member == name else data)
    return file._replace(data=buffer.getvalue())


# Bombs and nests take the most time and differ the least.
_MAKERS: tuple[tuple[Make, float], ...] = (
    (truncated, 3), (flipped, 4), (deleted, 3), (duplicated, 2), (swapped, 2), (zeroed, 2),
    (renamed, 2), (concatenated, 2), (damaged_within, 5), (nested_archive, 0.7),
    (nested_mail, 0.5), (broken_attachment, 1.5), (bomb, 0.2),
)  # fmt: skip
_HEADERS = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: nested\r\n"
    b"Date: Mon, 02 Jan 2023 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
)


def _block(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    longest = random.choice((16, 256, 4096, 65536))
    return start, min(len(data), start + random.randint(1, longest))


def _members(data: bytes) -> dict[str, bytes]:
    """What a ZIP holds, or nothing where it is none or is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > 10 * MAX_SOURCE_BYTES:
                return {}
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 (zlib.error and others; damaged twice over)
        return {}


def _packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            # A ZipInfo of its own has no clock time, so that the bytes are the same each time.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _mail(file: Mutant, random: Random) -> bytes:
    mark = b"b%08x" % random.getrandbits(32)
    name = "".join(char if char.isascii() and char.isprintable() else "_" for char in file.name)
    return b"".join(
        (
            _HEADERS,
            b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark,
            b"\r\nContent-Type: text/plain\r\n\r\nThe file is attached.\r\n--" + mark,
            b"\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n",
            b'Content-Disposition: attachment; filename="' + name.replace('"', "_").encode(),
            b'"\r\n\r\n' + encodebytes(file.data) + b"\r\n--" + mark + b"--\r\n",
        )
    )


@lru_cache(maxsize=1)
def _gzip_bomb() -> bytes:
    # Members one after the other are one gzip file.
    return gzip.compress(bytes(1 << 24), mtime=0) * (_BOMB_BYTES >> 24)


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

"""Run files in the making: rows under a header, appended so that a stop at any moment costs little.

One process writes a file at a time, and only what is a run, or nothing yet, is written to.
"""

import fcntl
import json
import os
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evals.facts import KIND, SCHEMA, header_of, read_whole
from rag.errors import ConfigurationError

# Rows between two waits for the disk: what a power cut may cost.
SYNC_EVERY = 20
# What must be the same for a stopped run to go on in its file.
SAME = ("set", "mode", "settings", "models", "versions", "seed", "limit", "asked")
# How every header that is written here begins.
_OPENING = json.dumps({"kind": KIND}).removesuffix("}").encode()


class RunWriter:
    """Appends rows to a run file, which it makes, or goes on with where one was stopped.

    `done` has the ids that the file holds already. A half-written last line is cut off. One
    process writes a file at a time.

    Raises:
        ConfigurationError: the file is of another run (the message names what differs), one of
            its lines is not what it should be, another process writes it, or it cannot be written.
    """

    def __init__(
        self, path: Path, header: Mapping[str, Any], *, sync_every: int = SYNC_EVERY
    ) -> None:
        self._unsynced = 0
        self._sync_every = sync_every
        self._asked = frozenset(header["asked"])
        self._done: set[str] = set()
        self._path = path
        self._file = _opened(path)
        try:
            self._begin(header)
        except BaseException:
            self._file.close()
            raise

    @property
    def done(self) -> frozenset[str]:
        """The ids that stand in the file."""
        return frozenset(self._done)

    def write(self, row: Mapping[str, Any]) -> None:
        """Append a question's row.

        Raises:
            ConfigurationError: its id was written before, or is not asked.
        """
        name = row["id"]
        if name in self._done or name not in self._asked:
            wrong = "was written before" if name in self._done else "is not asked by the header"
            raise ConfigurationError(f'the row of question "{name}" {wrong}; write each once')
        self._append(row)
        self._done.add(name)
        self._unsynced += 1
        if self._unsynced >= self._sync_every:
            self._sync()

    def close(self) -> None:
        """Bring everything to the disk and close the file."""
        if not self._file.closed:
            try:
                self._sync()
            finally:
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self, header: Mapping[str, Any]) -> None:
        """Cut off what a stop left half-written, and write the header where there is none."""
        whole = 0
        if _holds_a_line(self._path):
            run, whole = read_whole(self._path)
            _check_same(self._path, run.header, header)
            self._done = {row.id for row in run.rows}
        try:
            self._file.truncate(whole)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        if whole:
            self._end_line()
        else:
            self._append({"kind": KIND, "schema": SCHEMA, **header})
        self._sync()

    def _append(self, values: Mapping[str, Any]) -> None:
        line = json.dumps(values, ensure_ascii=False, allow_nan=False)
        # A lone surrogate of a damaged text cannot be UTF-8; JSON can say it in ASCII.
        try:
            data = line.encode("utf-8")
        except UnicodeEncodeError:
            data = json.dumps(values, allow_nan=False).encode("ascii")
        self._put(data + b"\n")

    def _put(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def _end_line(self) -> None:
        """A whole last line whose line end was not written any more gets it now."""
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                self._put(b"\n")

    def _sync(self) -> None:
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._unsynced = 0


def make_room(path: Path, what: str = "run") -> None:
    """Make the folder of a file that is to be written, before anything is computed for it.

    Raises:
        ConfigurationError: it could not be written there.
    """
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no plain file"
            raise ConfigurationError(f"{path} is {kind}; name a file for the {what}")
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be made ({error.strerror}); name another place for the {what}"
        ) from error
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ConfigurationError(
            f"{path} cannot be written (no permission); name another place for the {what}"
        )


def _opened(path: Path) -> FileIO:
    """The file, to be added to, and no other process's as long as it is open."""
    try:
        # Unbuffered: what could not be written is not tried once more when it is closed.
        file = path.open("ab", buffering=0)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise ConfigurationError(
            f"{path}: another process is writing it; wait until it is done, or name another file"
        ) from error
    except OSError:
        pass  # a file system without locks
    return file


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    reason = error.strerror or type(error).__name__
    return ConfigurationError(
        f"{path}: cannot be written ({reason}); make room and run again, or name another file"
    )


def _first_line(path: Path) -> bytes:
    """The first line; nothing where there is no file."""
    try:
        with path.open("rb") as file:
            return file.readline()
    except FileNotFoundError:
        return b""
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{path}: cannot be read ({reason}); name a file") from error


def _holds_a_line(path: Path) -> bool:
    """False for no file, an empty one, and one whose header was never written whole.

    Raises:
        ConfigurationError: it holds something else, which would be lost.
    """
    line = _first_line(path)
    if line.endswith(b"\n"):
        return True
    if not (line.startswith(_OPENING) or _OPENING.startswith(line)):
        raise ConfigurationError(f"{path}: line 1: is no header of a run; name another file")
    return False


def holds_run(path: Path) -> bool:
    """True for a file that begins as runs do."""
    return path.is_file() and _first_line(path).startswith(_OPENING)


def check_resumes(path: Path, header: Mapping[str, Any]) -> None:
    """Refuse a file that holds another run, by as much of the header as is known by now.

    Raises:
        ConfigurationError: it does; the message names what differs.
    """
    if _holds_a_line(path):
        known = [name for name in SAME if name in header]
        _check_same(path, header_of(path, _first_line(path)), header, known)


def differing(
    held: Mapping[str, Any], wanted: Mapping[str, Any], names: Sequence[str] = SAME
) -> list[str]:
    """What of `names` differs between two headers, so that one run cannot go on as the other."""
    plain = json.loads(json.dumps(wanted))
    return [name for name in names if _identity(held, name) != _identity(plain, name)]


def _check_same(
    path: Path, held: Mapping[str, Any], wanted: Mapping[str, Any], names: Sequence[str] = SAME
) -> None:
    others = [_detailed(held, wanted, name) for name in differing(held, wanted, names)]
    if others:
        raise ConfigurationError(
            f"{path}: holds a run with other values of {', '.join(others)}; name another file, "
            "or run with what its first line says"
        )


def _detailed(held: Mapping[str, Any], wanted: Mapping[str, Any], name: str) -> str:
    """The name, and which of its settings, models or versions differ."""
    ours, theirs = wanted.get(name), held.get(name)
    if name == "set" or not (isinstance(ours, Mapping) and isinstance(theirs, Mapping)):
        return name
    plain = json.loads(json.dumps(ours))
    parts = [part for part in {**plain, **theirs} if plain.get(part) != theirs.get(part)]
    return f"{name} ({', '.join(parts)})"


def _identity(header: Mapping[str, Any], name: str) -> object:
    value = header.get(name)
    # A set may have moved to another folder: its hash is what it is.
    return value.get("hash") if name == "set" and isinstance(value, dict) else value

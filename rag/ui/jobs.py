"""Work in the background that outlives the page that began it: one list for all sessions.

Work of one lane (indexing, evaluating) is done one after the other in a thread of its own, so that
nobody's page waits for it; every session sees how far it is.
"""

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from rag.errors import RagError

_log = logging.getLogger(__name__)

State = Literal["waiting", "running", "done", "failed", "stopped"]
# Finished work that is still listed; the oldest leaves first.
MAX_FINISHED = 200


@dataclass(frozen=True, slots=True)
class Job:
    """How far a piece of work is; `share` in [0, 1], `said` what it has to tell, a line each.

    `about` names what it works on (a run file, a name of an upload), for whoever looks for it;
    `owner` is the session that began it, empty where it concerns everybody.
    """

    id: str
    lane: str
    label: str
    state: State = "waiting"
    share: float = 0.0
    line: str = ""
    said: tuple[str, ...] = ()
    about: str = ""
    owner: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ("done", "failed", "stopped")


class StoppedError(Exception):
    """Raised inside work when somebody asked for its end."""


# Tells how far work is: a share in [0, 1] and a line; raises `StoppedError` once it is to end.
Step = Callable[[float, str], None]
# Does the work and returns what there is to say of it, a line each.
Work = Callable[[Step], tuple[str, ...]]


class Jobs:
    """The list; safe to share between threads. Its threads end with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._stopping: set[str] = set()
        self._lanes: dict[str, queue.SimpleQueue[tuple[str, Work]]] = {}

    def start(self, lane: str, label: str, work: Work, *, about: str = "", owner: str = "") -> Job:
        """Queue work behind what its lane has to do; returns at once."""
        job = Job(secrets.token_hex(4), lane, label, line="waiting", about=about, owner=owner)
        with self._lock:
            self._jobs[job.id] = job
            waiting = self._lanes.get(lane)
            if waiting is None:
                waiting = self._lanes[lane] = queue.SimpleQueue()
                name = f"attest-{lane}"
                threading.Thread(target=self._do, args=(waiting,), name=name, daemon=True).start()
            waiting.put((job.id, work))
        return job

    def all(self, lane: str | None = None) -> list[Job]:
        """The jobs as they are now, the oldest first; those of one lane or of all."""
        with self._lock:
            return [job for job in self._jobs.values() if lane in (None, job.lane)]

    def stop(self, identity: str) -> None:
        """Ask for the end of a job; one that waits never begins."""
        with self._lock:
            job = self._jobs.get(identity)
            if job is None or job.finished:
                return
            if job.state == "waiting":
                self._jobs[identity] = replace(job, state="stopped", line="", said=("Stopped.",))
            else:
                self._stopping.add(identity)

    def dismiss(self, identity: str) -> None:
        """Take a finished job off the list."""
        with self._lock:
            job = self._jobs.get(identity)
            if job is not None and job.finished:
                del self._jobs[identity]

    def _do(self, waiting: "queue.SimpleQueue[tuple[str, Work]]") -> None:
        while True:
            identity, work = waiting.get()
            with self._lock:
                job = self._jobs.get(identity)
                if job is None or job.finished:
                    continue
                self._jobs[identity] = replace(job, state="running", line="")
            self._finish(identity, *self._outcome(identity, work))

    def _outcome(self, identity: str, work: Work) -> tuple[State, tuple[str, ...]]:
        def step(share: float, line: str) -> None:
            with self._lock:
                if identity in self._stopping:
                    raise StoppedError
                job = self._jobs[identity]
                self._jobs[identity] = replace(job, share=min(1.0, max(0.0, share)), line=line)

        try:
            return "done", work(step)
        except StoppedError:
            return "stopped", ("Stopped.",)
        except RagError as error:
            return "failed", (str(error),)
        except Exception:  # noqa: BLE001 the thread must go on to the next; the log has the trace
            _log.exception("work in the background failed")
            return "failed", ("An error that Attest did not expect; its log says more.",)

    def _finish(self, identity: str, state: State, said: tuple[str, ...]) -> None:
        with self._lock:
            self._stopping.discard(identity)
            job = self._jobs[identity]
            share = 1.0 if state == "done" else job.share
            self._jobs[identity] = replace(job, state=state, share=share, line="", said=said)
            finished = [job.id for job in self._jobs.values() if job.finished]
            for old in finished[:-MAX_FINISHED]:
                del self._jobs[old]

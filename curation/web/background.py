"""Imports and exports that go on when the page that began them is closed or its connection is lost."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from curation.web.failures import sentence
from curation.workflow.access.actors import carried, current

AT_ONCE = 2
KEPT = 50
OVER = ("done", "failed", "stopped")


class _Stopped(BaseException):
    """Ends a call from within its own ``progress``; no ``except Exception`` of a library takes it."""


@dataclass
class Work:
    """One piece of background work; ``state`` is waiting, running, done, failed or stopped. Times are Unix seconds."""

    id: str
    kind: str
    title: str
    person: str
    state: str = "waiting"
    done: int = 0
    total: int = 0
    stage: str = ""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    result: Any = None
    problem: str = ""
    stopping: bool = False

    @property
    def over(self) -> bool:
        return self.state in OVER

    def stop(self) -> None:
        """Ask it to end where it next reports its progress; what it has begun to write is taken away."""
        self.stopping = True

    def progress(self, done: int, total: int, stage: str = "") -> None:
        """What a verb calls as it goes; ``total`` 0 means that nobody knows. Does not return once it is to stop."""
        if self.stopping:
            raise _Stopped
        self.done, self.total, self.stage = int(done), int(total or 0), stage

    @property
    def share(self) -> float:
        """Done over total, between 0 and 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


class Background:
    """Runs calls in threads of this process, two at once, and remembers how the last fifty went."""

    def __init__(self, workspace=None):
        self._workspace = workspace
        self._works: dict[str, Work] = {}
        self._free = threading.Semaphore(AT_ONCE)
        self._lock = threading.Lock()

    def start(self, kind: str, title: str, person: str, call: Callable[[Callable], Any]) -> Work:
        """Begin ``call(progress)`` on behalf of whoever acts and give its record at once. Its error becomes the
        record's ``problem``."""
        work = Work(secrets.token_hex(6), kind, title, person)
        if self._workspace is not None:
            call = carried(self._workspace, call)
        with self._lock:
            self._works[work.id] = work
            for old in [w.id for w in self._works.values() if w.over][: max(len(self._works) - KEPT, 0)]:
                del self._works[old]
        threading.Thread(target=self._run, args=(work, call), daemon=True, name=f"{kind} {work.id}").start()
        return work

    def _run(self, work: Work, call: Callable) -> None:
        with self._free:
            work.state = "running"
            try:
                work.progress(0, 0)
                work.result = call(work.progress)
                work.state = "done"
            except _Stopped:
                work.state = "stopped"
            except Exception as error:
                work.problem = sentence(error)
                work.state = "failed"
            finally:
                work.ended = time.time()

    def get(self, work_id: str | None) -> Work | None:
        """The record of one piece of work, None when it is unknown, long gone, or another's."""
        work = self._works.get(work_id or "")
        return work if work is not None and self._is_shown(work) else None

    def unfinished(self) -> list[Work]:
        """What waits or runs, oldest first."""
        return [work for work in list(self._works.values()) if not work.over and self._is_shown(work)]

    def recent(self) -> list[Work]:
        """Everything remembered, newest first."""
        return [work for work in list(self._works.values())[::-1] if self._is_shown(work)]

    def _is_shown(self, work: Work) -> bool:
        """People see what they began themselves, since a title names data sets and files."""
        if self._workspace is None:
            return True
        actor = current(self._workspace)
        return actor.may_everything or actor.name == work.person

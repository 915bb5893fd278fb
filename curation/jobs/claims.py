"""Claims: which process works on which unit of a job, over a folder that several machines may share.

A unit is ``plan``, a shard (``00000``) or ``finish``. The file ``claims/<unit>.<n>`` is created exclusively and names
its process; its modification time is the heartbeat. The highest ``n`` holds the unit as long as its process lives:
on the same host that is asked of the system, elsewhere the claim is free after ``SILENCE`` seconds without a beat.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from curation.jobs.processes import Process, this_process
from curation.jobs.publishing import publish

BEAT = 5.0
SILENCE = 60.0


@dataclass(frozen=True)
class Claim:
    """A unit held by this process until ``release``."""

    path: Path

    @property
    def number(self) -> int:
        return int(self.path.name.rpartition(".")[2])

    @property
    def is_ours_still(self) -> bool:
        """False when another took the unit over, because this process was silent for too long."""
        return self.number == max(_numbers(self.path.parent, self.path.name.rpartition(".")[0]), default=0)

    def release(self) -> None:
        """Free the unit at once."""
        heart.drop(self.path)
        self.path.unlink(missing_ok=True)


def take(folder: Path, unit: str) -> Claim | None:
    """Claim ``unit`` of the job whose claims lie in ``folder``; None while another live process holds it."""
    last = max(_numbers(folder, unit), default=0)
    if last and _holds(folder / f"{unit}.{last}"):
        return None
    path = folder / f"{unit}.{last + 1}"
    part = folder / f".{path.name}.{os.getpid()}.{threading.get_ident()}.part"
    part.write_text(json.dumps(asdict(this_process())), encoding="utf-8")
    return Claim(path) if heart.add(path, lambda: publish(part, path)) else None


def live(folder: Path) -> list[str]:
    """Units that a living process holds, sorted."""
    return sorted({path.name.rpartition(".")[0] for path in _all(folder) if _holds(path)})


def deaths(folder: Path, unit: str) -> int:
    """How many processes of this machine died over ``unit`` since its last start."""
    records = [_record(path) for path in _all(folder) if path.name.rpartition(".")[0] == unit]
    return sum(process.is_here and not process.is_alive for process in records)


def clear_dead(folder: Path) -> None:
    """Forget claims whose process is gone, and the deaths that they stand for."""
    for path in _all(folder):
        if not _holds(path):
            path.unlink(missing_ok=True)


def _all(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder) if not name.startswith(".")]
    except FileNotFoundError:
        return []


def _numbers(folder: Path, unit: str) -> list[int]:
    return [int(path.name[len(unit) + 1 :]) for path in _all(folder) if path.name.rpartition(".")[0] == unit]


def _record(path: Path) -> Process:
    return Process(**json.loads(path.read_text(encoding="utf-8")))


def _holds(path: Path) -> bool:
    try:
        process, beat = _record(path), path.stat().st_mtime
    except FileNotFoundError:
        return False
    return process.is_alive if process.is_here else abs(time.time() - beat) < SILENCE


class Heart:
    """A thread that beats for every claim of this process, also while a model loads or a long step runs."""

    def __init__(self):
        self._paths: set[Path] = set()
        self._lock = threading.Lock()
        self._thread = None

    def add(self, path: Path, create: Callable[[], bool]) -> bool:
        """Beat for ``path`` from now on, if ``create`` makes it; whether it did."""
        with self._lock:
            if not create():
                return False
            self._paths.add(path)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
                self._thread.start()
            return True

    def drop(self, path: Path) -> None:
        """Beat for ``path`` no more."""
        with self._lock:
            self._paths.discard(path)

    def beat(self) -> None:
        """Touch every claim once; one that was taken away is dropped."""
        with self._lock:
            paths = list(self._paths)
        for path in paths:
            try:
                os.utime(path)
            except FileNotFoundError:
                self.drop(path)
            except OSError:
                continue

    def stop(self) -> None:
        """Release every claim of this process, which ends on purpose now; whoever wants another waits until it has."""
        self._lock.acquire()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            time.sleep(BEAT)
            self.beat()


heart = Heart()

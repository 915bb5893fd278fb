"""Who a process is, so that another one can tell whether it still lives."""

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process of a machine since its last start: ``start`` (clock ticks after boot) tells a reused pid apart."""

    host: str
    boot: str
    pid: int
    start: int | None

    @property
    def is_here(self) -> bool:
        """Whether this process could be seen from here, were it alive: same host, same boot, same pid namespace."""
        return (self.host, self.boot) == (host(), boot())

    @property
    def is_alive(self) -> bool:
        """Only for a process that ``is_here``."""
        start = start_time(self.pid)
        return start is not None and self.start in (None, start)


def this_process() -> Process:
    """The calling process."""
    return Process(host(), boot(), os.getpid(), start_time(os.getpid()))


@cache
def host() -> str:
    """Name of the machine and its pid namespace: two containers on one machine do not see each other's processes."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()


@cache
def boot() -> str:
    """Changes at every start of the machine; empty where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def start_time(pid: int) -> int | None:
    """Clock ticks from boot to the start of ``pid`` (0 where the system does not tell), None when it is not running."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None if Path("/proc/self/stat").exists() or not _answers(pid) else 0
    state, start = fields[0], int(fields[19])
    return None if state in (b"Z", b"X") else start


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

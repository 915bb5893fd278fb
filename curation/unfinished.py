"""Names for files that are still being written beside their place, by which a later try knows what was left behind."""

import glob
import hashlib
import os
import re
import secrets
from pathlib import Path

from curation.jobs.processes import boot, host, start_time

MARK = re.compile(r"\.(?P<machine>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.part")


def part_of(path: Path) -> Path:
    """A new ``.part`` name beside ``path``; what processes of this machine that are gone had left there is removed."""
    for left in path.parent.glob(f"{glob.escape(path.name)}.*.part"):
        if is_abandoned(left, path.name):
            left.unlink(missing_ok=True)
    return path.with_name(f"{path.name}.{_machine()}-{os.getpid()}-{secrets.token_hex(4)}.part")


def is_abandoned(part: Path, name: str) -> bool:
    """Whether ``part`` was being written for a file ``name`` by a process of this machine that has ended since."""
    found = MARK.fullmatch(part.name.removeprefix(name))
    return bool(found) and found["machine"] == _machine() and start_time(int(found["pid"])) is None


def _machine() -> str:
    return hashlib.sha256(f"{host()} {boot()}".encode()).hexdigest()[:8]

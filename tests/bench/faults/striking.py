"""Processes that are killed, and what is asked of a workspace afterwards."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.serving import ROOT

PATIENCE = 120
LOOK = 0.002


@dataclass
class Struck:
    """What came of one strike: whether the kill came before the end, what had been acknowledged, and what is wrong."""

    killed: bool
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)


def command(workspace: Path, *arguments) -> list[str]:
    """The command line's verb on this workspace."""
    return [sys.executable, "-m", "curation", "--workspace", str(workspace), *map(str, arguments)]


def started(arguments: list[str]) -> subprocess.Popen:
    """A process whose words nobody reads."""
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def verb(workspace: Path, *arguments):
    """What a verb says with ``--json``; AssertionError with its words where it fails."""
    done = subprocess.run(
        command(workspace, *arguments, "--json"), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, f"{arguments[0]} failed: {done.stderr.strip()[-300:]}"
    return json.loads(done.stdout)


def until(test: Callable[[], bool], process: subprocess.Popen | None = None) -> bool:
    """Wait for ``test``; False where ``process`` ends first."""
    end = time.monotonic() + PATIENCE
    while not test():
        if process is not None and process.poll() is not None:
            return test()
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(LOOK)
    return True


def kill_after(process: subprocess.Popen, began: Callable[[], bool], pause: float) -> bool:
    """SIGKILL ``pause`` seconds after ``began`` holds; False where the process had ended by then."""
    until(began, process)
    time.sleep(pause)
    process.kill()
    return process.wait(PATIENCE) < 0


def seconds_of(arguments: list[str], began: Callable[[], bool]) -> float:
    """How long an undisturbed process goes on once ``began`` holds."""
    process = started(arguments)
    until(began, process)
    begin = time.monotonic()
    assert process.wait(PATIENCE) == 0, f"{arguments[5:]} failed undisturbed"
    return time.monotonic() - begin


def moment(draw: random.Random, span: float) -> float:
    """Seconds to wait before the kill: anywhere in the span, at times a little beyond what an undisturbed run took."""
    return draw.uniform(0, span * 1.05)


def chain_faults(workspace: Path) -> list[str]:
    """The next start, by the command line or the app that holds the workspace, and the chain as it finds it."""
    try:
        told = verb(workspace, "verify")
    except AssertionError as error:
        return [f"the next start: {error}"]
    return [] if told["intact"] else [f"the chain is broken at {told['broken_at']}: {told['reason']}"]


def left_over(*patterns: tuple[Path, str]) -> list[str]:
    """Half-written things that nobody took away."""
    found = [path.name for folder, pattern in patterns for path in folder.glob(pattern)]
    return [f"left behind: {name}" for name in found]

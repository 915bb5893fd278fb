"""What one server process holds: the workspace, its signed links and its background work."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curation.web.background import Background
from curation.web.links import Links
from curation.workflow.workspace import Workspace


@dataclass
class Running:
    """One for a process; pages and routes take it from ``running()``.

    ``provider`` reads from a request's cookies who signed in with the team's provider (None: nobody); None where no
    provider is configured.
    """

    workspace: Workspace
    links: Links = field(default_factory=Links)
    provider: Callable[[Mapping[str, str]], str | None] | None = None
    background: Background = field(init=False)

    def __post_init__(self):
        self.background = Background(self.workspace)

    def folder(self, name: str) -> Path:
        """A folder of the workspace, made when it is not there yet."""
        folder = Path(self.workspace.folder) / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


_held: Running | None = None
_only_by_start = False
_lock = threading.Lock()


def workspace_folder() -> Path:
    """``WINNOW_WORKSPACE``, else ``./workspace``."""
    return Path(os.environ.get("WINNOW_WORKSPACE") or "workspace").absolute()


def start(folder: Path | None = None, session_lives: Callable[[str], bool] | None = None, serves=False) -> Running:
    """Open the workspace for this process. Raises what ``Workspace.open`` raises when another process holds it.

    ``serves``: others may come, so that nobody acts before it is known who they are.
    """
    global _held
    with _lock:
        if _held is None:
            links = Links(session_lives) if session_lives else Links()
            _held = Running(Workspace.open(folder or workspace_folder()), links)
            _held.workspace.is_served = serves
        return _held


def only_by_start() -> None:
    """From now on ``start`` alone opens the workspace: a server whose start fails must not serve as if it had none."""
    global _only_by_start
    _only_by_start = True


def running() -> Running:
    """What this process holds; opened on first use where no server is there to do it (a page under test).

    RuntimeError where the server has not started.
    """
    if _held is None and _only_by_start:
        raise RuntimeError("the server has not started")
    return _held or start()


def stop() -> None:
    """Close the workspace and forget it."""
    global _held
    with _lock:
        held, _held = _held, None
        if held is not None:
            held.workspace.close()

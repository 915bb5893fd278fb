"""A workspace that is opened here, or the app that holds it and runs verbs for others."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from curation.cli.errors import said
from curation.cli.verb import Call
from curation.jobs.sockets import Line, connect
from curation.problems import Problem

PATIENCE = 2.0
NAME = "winnow.sock"


@contextmanager
def held_here_or_there(folder: Path) -> Iterator[tuple[Any, "App | None"]]:
    """``(workspace, None)`` opened here, or ``(None, app)`` when an app answers for it.

    ``store.errors.Locked``, naming the process, when another holds the workspace and nothing answers for a while.
    """
    from store.errors import Locked

    deadline = time.monotonic() + PATIENCE
    while True:
        app = _app(folder)
        if app is not None:
            with app:
                yield None, app
            return
        try:
            workspace = _opened(folder)
        except Locked:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
            continue
        with workspace:
            yield workspace, None
        return


def _opened(folder: Path):
    """The workspace, with what workers have finished since it was last open."""
    from curation.workflow.workspace import Workspace

    workspace = Workspace.open(folder)
    if (folder / "jobs").exists():
        from curation.workflow.scoring import take_in

        try:
            take_in(workspace)
        except Exception as error:
            print(f"winnow: a finished job could not be taken in: {said(error)}", file=sys.stderr)
    return workspace


def _app(folder: Path) -> "App | None":
    try:
        return App(connect(folder / NAME, None))
    except OSError:
        return None


class App:
    """The app at the other end of the workspace's socket."""

    def __init__(self, line: Line):
        self._line = line

    def run(self, verb: str, call: Call) -> Any:
        """Have the verb run there: progress and text as they come, then its result. Problem with the app's words."""
        self._line.send({"verb": verb, "args": call.args, "as_json": call.as_json})
        while (said := self._line.receive()) is not None:
            if "progress" in said:
                call.progress(*said["progress"])
            elif "text" in said:
                call.write(said["text"])
            elif "error" in said:
                raise Problem(said["error"])
            else:
                return said["result"]
        raise Problem("the app ended before it was done; what it had finished is kept")

    def __enter__(self) -> "App":
        return self

    def __exit__(self, *_) -> None:
        self._line.close()

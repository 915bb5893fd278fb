"""The app's side of long computations: workers kept running, and what they finish taken in as it comes."""

import logging
import threading
from pathlib import Path

from curation.jobs.spawning import Keeper
from curation.workflow.access.needing import for_the_program, open_to_all
from curation.workflow.scoring.taking_in import take_in

EVERY = 1.0
_attended: set[Path] = set()


@for_the_program
def start_worker(workspace) -> "Attendant":
    """Keep workers running for this workspace and take in what they finish, until ``close``."""
    return Attendant(workspace)


@open_to_all
def is_attended(workspace) -> bool:
    """Whether this process keeps workers running for the workspace."""
    return Path(workspace.folder) in _attended


class Attendant:
    """Workers and the thread that takes in; close it before the workspace."""

    def __init__(self, workspace):
        self._workspace, self._closing = workspace, threading.Event()
        _attended.add(Path(workspace.folder))
        self._keeper = Keeper(workspace.folder)
        self._thread = threading.Thread(target=self._take_in, name="take-in", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the workers and the thread; what is unfinished goes on when the workspace is next attended to."""
        _attended.discard(Path(self._workspace.folder))
        self._closing.set()
        self._keeper.close()
        self._thread.join()

    def _take_in(self) -> None:
        said = ""
        while not self._closing.wait(EVERY):
            try:
                take_in(self._workspace)
            except Exception as error:
                if str(error) != said:
                    logging.getLogger("winnow").exception("finished jobs could not be taken in")
                said = str(error)

"""Estimates that are asked for beside the page, one after the other, so that no button waits for them."""

import threading
from collections.abc import Callable, Sequence

from curation.workflow.access.actors import carried
from pages.shared.session import workspace


class Estimates:
    """What ``ask(step)`` says of each step, as it comes: ``found`` maps steps to words; a step that fails says why.

    It is asked on behalf of whoever opens the page.
    """

    def __init__(self, ask: Callable[[str], str], steps: Sequence[str]):
        self.found: dict[str, str] = {}
        self._ask, self._steps, self._stopped = carried(workspace(), ask), tuple(steps), threading.Event()
        self._thread = threading.Thread(target=self._run, name="estimates", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask for no further step."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait until every step has been told of, at most so long; whether it has."""
        self._thread.join(seconds)
        return self.over

    @property
    def over(self) -> bool:
        """Whether every step has been told of."""
        return len(self.found) == len(self._steps)

    def _run(self) -> None:
        for step in self._steps:
            if self._stopped.is_set():
                return
            self.found[step] = self._ask(step)

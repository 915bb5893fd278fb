"""The gate between a running job and asks: one of them uses the models at a time.

The loops over batches in ``curation.models`` call ``pass_through()`` between two batches. There the job lets waiting
asks go first, and there it ends when it was cancelled. Outside a worker, and inside an ask, the call does nothing.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopped(BaseException):
    """The job was cancelled. No ``Exception``, so that no task takes it for a broken row."""


class Gate:
    """One holder at a time; waiting asks go before the job."""

    def __init__(self):
        self._free = threading.Condition()
        self._holder: int | None = None
        self._job: int | None = None
        self._asks = 0
        self._stopped: Callable[[], bool] = lambda: False

    @contextmanager
    def job(self, stopped: Callable[[], bool], holds: bool = True) -> Iterator[None]:
        """The calling thread runs a job. With ``holds`` False it uses no model, and asks need not wait for it."""
        self._job, self._stopped = threading.get_ident(), stopped
        if holds:
            self._enter_after_asks()
        try:
            yield
        finally:
            self._job = None
            if self._holder == threading.get_ident():
                self._leave()

    @contextmanager
    def ask(self, deadline: float) -> Iterator[None]:
        """The calling thread answers an ask. TimeoutError when the gate stays shut until ``deadline`` (monotonic)."""
        with self._free:
            self._asks += 1
            try:
                if not self._free.wait_for(lambda: self._holder is None, max(deadline - time.monotonic(), 0)):
                    raise TimeoutError("the worker is busy with a job and did not get to this in time; try again later")
                self._holder = threading.get_ident()
            finally:
                self._asks -= 1
                self._free.notify_all()
        try:
            yield
        finally:
            self._leave()

    def pass_through(self) -> None:
        """Between two batches of a job: raise ``Stopped`` when it was cancelled, and let waiting asks go first."""
        me = threading.get_ident()
        if self._job != me:
            return
        if self._stopped():
            raise Stopped
        if self._asks and self._holder == me:
            self._leave()
            self._enter_after_asks()

    def _enter_after_asks(self) -> None:
        with self._free:
            self._free.wait_for(lambda: self._holder is None and not self._asks)
            self._holder = threading.get_ident()

    def _leave(self) -> None:
        with self._free:
            self._holder = None
            self._free.notify_all()


gate = Gate()
pass_through = gate.pass_through

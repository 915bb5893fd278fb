"""What a server does while nobody asks: workers kept running, finished jobs taken in, old files swept away."""

import asyncio
import logging

import anyio.to_thread

from curation.jobs.spawning import Keeper
from curation.web import uploads
from curation.web.running import Running
from curation.workflow import scoring, serving

EVERY = 2.0
SWEEP_EVERY = 900.0
UPLOADS_KEPT = 2 * 86400
EXPORTS_KEPT = 86400

log = logging.getLogger("winnow")


class Tended:
    """Starts the workers and the command line's socket over a workspace; ``loop`` runs until it is cancelled."""

    def __init__(self, held: Running):
        self._held = held
        self._workers = Keeper(held.workspace.folder)
        self._socket = serving.serve(held.workspace)
        self._said = ""

    async def loop(self) -> None:
        """Take in what the workers finished, every two seconds, and sweep now and then."""
        passed = SWEEP_EVERY
        while True:
            await anyio.to_thread.run_sync(self._take_in)
            if passed >= SWEEP_EVERY:
                await anyio.to_thread.run_sync(self._sweep)
                passed = 0.0
            await asyncio.sleep(EVERY)
            passed += EVERY

    def close(self) -> None:
        """End the socket and the workers."""
        self._socket.close()
        self._workers.close()

    def _take_in(self) -> None:
        try:
            scoring.take_in(self._held.workspace)
            self._said = ""
        except Exception as error:
            if str(error) != self._said:
                log.exception("a finished job could not be taken in")
            self._said = str(error)

    def _sweep(self) -> None:
        try:
            uploads.sweep(self._held.folder("uploads"), UPLOADS_KEPT)
            uploads.sweep(self._held.folder("exports"), EXPORTS_KEPT)
        except OSError:
            log.exception("old uploads and exports could not be swept away")

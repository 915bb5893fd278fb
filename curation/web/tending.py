"""What a server does while nobody asks: workers kept running, finished jobs taken in, old files swept away."""

import asyncio
import logging

import anyio.to_thread

from curation.web import memory, uploads
from curation.web.running import Running
from curation.workflow import scoring, serving

SWEEP_EVERY = 900.0
COLLECT_EVERY = 20.0
LOOKED_AT = 20.0
UPLOADS_KEPT = 2 * 86400
EXPORTS_KEPT = 86400

log = logging.getLogger("winnow")


class Tended:
    """Keeps workers and the command line's socket over a workspace until ``close``; ``sweep`` and ``collect`` run
    till cancelled."""

    def __init__(self, held: Running):
        self._held = held
        memory.take_where_it_can_be_given_back()
        self._attendant = scoring.start_worker(held.workspace)
        self._socket = serving.serve(held.workspace)

    async def sweep(self) -> None:
        """Delete uploads and exports that nobody came back for, four times an hour."""
        while True:
            await anyio.to_thread.run_sync(self._sweep)
            await asyncio.sleep(SWEEP_EVERY)

    async def collect(self) -> None:
        """Give back the memory that sessions have left, three times a minute."""
        while True:
            await asyncio.sleep(COLLECT_EVERY)
            await anyio.to_thread.run_sync(self._held.workspace.let_go, LOOKED_AT)
            await anyio.to_thread.run_sync(memory.give_back)

    def close(self) -> None:
        """End the socket and the workers."""
        self._socket.close()
        self._attendant.close()

    def _sweep(self) -> None:
        try:
            uploads.sweep(self._held.folder("uploads"), UPLOADS_KEPT)
            uploads.sweep(self._held.folder("exports"), EXPORTS_KEPT)
        except OSError:
            log.exception("old uploads and exports could not be swept away")

"""The app killed while people label."""

import asyncio
import contextlib
import itertools
import random
from pathlib import Path

from tests.bench.faults.making import NAME, make
from tests.bench.faults.striking import Struck, chain_faults
from tests.bench.streamlit_session import Session
from tests.browser.serving import Served

PEOPLE, EACH = 5, 60
MOST, LONGEST = 25, 0.3


class Labelling:
    """Five people press Keep and Drop as fast as the page comes, in the real app through Streamlit's own protocol.

    A label counts as acknowledged once the page shows the next row without an error. After the kill the app is started
    again as it was, and must have every one of them; of the others at most the one that each person was at.
    """

    name = "labelling"

    def __init__(self, folder: Path, strikes: int):
        self._workspace = make(folder / self.name, PEOPLE * EACH * max(strikes, 1))
        self._server = Served(self._workspace).start()
        self._said: dict[int, str] = {}
        self._open = 0
        self._rows = itertools.count(0, EACH)

    def strike(self, draw: random.Random) -> Struck:
        """One kill at a random moment after a random number of labels."""
        before = len(self._said)
        asyncio.run(self._until_killed(before + draw.randint(0, MOST), draw))
        self._server.close()
        try:
            self._server = Served(self._workspace).start()
        except AssertionError as error:
            return Struck(True, len(self._said) - before, [f"the app does not start again: {error}"])
        return Struck(True, len(self._said) - before, self._faults())

    def close(self) -> list[str]:
        """End the app."""
        self._server.close()
        return []

    async def _until_killed(self, labels: int, draw: random.Random) -> None:
        opened = asyncio.Barrier(PEOPLE + 1)
        people = [self._label(next(self._rows), opened, draw.random()) for _ in range(PEOPLE)]
        tasks = [asyncio.create_task(person) for person in people]
        await opened.wait()
        while len(self._said) < labels and not all(task.done() for task in tasks):
            await asyncio.sleep(0.01)
        await asyncio.sleep(draw.uniform(0, LONGEST))
        self._server.kill()
        self._open += PEOPLE
        await asyncio.wait_for(asyncio.gather(*tasks), 60)

    async def _label(self, first: int, opened: asyncio.Barrier, seed: float) -> None:
        draw, session = random.Random(seed), await Session.of(self._server.url)
        where = f"row%20%3E%3D%20{first}%20and%20row%20%3C%20{first + EACH}"
        try:
            await session.open("review", f"data={NAME}&where={where}")
        finally:
            await opened.wait()
        for _ in range(EACH - 1):
            row, decision = session.parameter("row"), draw.choice(["Keep", "Drop"])
            try:
                run = await session.press(decision)
            except Exception:
                break
            if not run.errors and session.parameter("row") != row:
                self._said[int(row)] = decision.lower()
        with contextlib.suppress(Exception):
            await session.close()

    def _faults(self) -> list[str]:
        faults = chain_faults(self._workspace)
        stored = {one["row"]: one["decision"] for one in self._server.verb("list", "decisions", NAME)}
        lost = [row for row, decision in self._said.items() if stored.get(row) != decision]
        faults += [f"{len(lost)} acknowledged labels are lost, row {lost[0]} first"] if lost else []
        more = len(stored) - len(self._said)
        return faults + ([f"{more} labels more than people can have sent"] if more > self._open else [])

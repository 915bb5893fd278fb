"""A start killed while it brings an older database up to date."""

import random
import re
import shutil
import time
from pathlib import Path

from store import annotations, decisions, ledger, upgrade
from store.database import Database
from tests.bench.faults.striking import Struck, chain_faults, command, kill_after, started
from tests.store.making import add_dataset

ROWS, LABELS = 300, 30
LOOK, LONGEST = 0.0005, 0.005
CREATES = re.compile(r"CREATE (?P<kind>TABLE|SEQUENCE|INDEX) (?P<name>\w+)")


class Migration:
    """A workspace as the first version of the program left it is opened by a program that knows all steps since."""

    name = "migration"

    def __init__(self, folder: Path, strikes: int):
        self._old, self._folder, self._number = older(folder / "older"), folder, 0
        trial = self._copy()
        process = started(command(trial, "verify"))
        self._changes = _changes(trial, process)
        process.wait()
        self._known = said(trial)

    def strike(self, draw: random.Random) -> Struck:
        """One start killed, at times the next one too, then one that is let be."""
        workspace, killed = self._copy(), False
        for _ in range(draw.choice([1, 1, 2])):
            process = started(command(workspace, "verify"))
            _changes(workspace, process, draw.randint(1, self._changes))
            killed |= kill_after(process, lambda: True, draw.uniform(0, LONGEST))
        faults = chain_faults(workspace)
        if not faults and said(workspace) != self._known:
            faults.append("what people said is not what it was before")
        shutil.rmtree(workspace)
        return Struck(killed, LABELS, faults)

    def close(self) -> list[str]:
        """Nothing runs on."""
        return []

    def _copy(self) -> Path:
        self._number += 1
        return Path(shutil.copytree(self._old, self._folder / f"migrated-{self._number}"))


def older(folder: Path, step: int = 1) -> Path:
    """A workspace with a data set and labels whose database is as the program of that step left it."""
    folder.mkdir(parents=True)
    database = Database(folder).open()
    dataset = add_dataset(database, ROWS)["id"]
    for row in range(LABELS):
        annotations.annotate(database, dataset, [row], {"decision": "drop", "note": f"note {row}"}, "ann")
    with database.writing() as cursor:
        for statement in _later(step):
            cursor.execute(statement)
        cursor.execute("DELETE FROM migrations WHERE number > ?", [step])
    database.close()
    return folder


def _later(step: int) -> list[str]:
    """What undoes the migrations after ``step``, the last first. ValueError where one does more than create."""
    undoing = []
    for number, path in upgrade.known().items():
        lines = [line for line in path.read_text().splitlines() if not line.startswith("--")]
        for statement in " ".join(lines).split(";") if number > step else ():
            if statement.strip():
                made = CREATES.match(statement.strip())
                if made is None:
                    raise ValueError(f"say how {path.name} is undone: {statement.strip()[:80]}")
                undoing.append(f"DROP {made['kind']} {made['name']}")
    return undoing[::-1]


def said(workspace: Path) -> tuple:
    """Head of the chain, steps of the database, and everybody's states."""
    database = Database(workspace).open()
    try:
        steps = sorted(number for (number,) in database.query("SELECT number FROM migrations"))
        return ledger.verify(database)["head"], steps, sorted(decisions.raw(database, 1)[0], key=str)
    finally:
        database.close()


def _changes(workspace: Path, process, most: float = float("inf")) -> int:
    """How often the database's files were seen to change until there were ``most`` changes or the process ended."""
    found, last = 0, _stamps(workspace)
    while found < most and process.poll() is None:
        stamps = _stamps(workspace)
        found, last = found + (stamps != last), stamps
        time.sleep(LOOK)
    return found


def _stamps(workspace: Path) -> list[tuple]:
    stamps = []
    for path in workspace.glob("winnow.duckdb*"):
        try:
            about = path.stat()
        except FileNotFoundError:
            continue
        stamps.append((path.name, about.st_size, about.st_mtime_ns))
    return sorted(stamps)

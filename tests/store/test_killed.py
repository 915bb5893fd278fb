"""A process killed in the middle of its work: what it acknowledged is there afterwards, and nothing by halves."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import decisions, folders, ledger
from store.database import Database

ROOT = Path(__file__).parents[2]
ROWS = 3000
LABEL = """
import sys
from store import annotations, folders
from store.database import Database

database = Database(sys.argv[1]).open()
folders.sweep(database)
for n in range(100000):
    rows = range(int(sys.argv[2])) if n % 5 == 4 else [n % int(sys.argv[2])]
    if n % 7 == 6:
        done = annotations.undo(database, "ann")
    else:
        done = annotations.annotate(database, 1, rows, {"rating": n % 5 + 1, "tags_add": [f"t{n % 3}"]}, "ann")
    print(done["event"], flush=True)
"""
IMPORT = """
import sys
from store import folders
from store.database import Database
from tests.store.making import add_dataset

database = Database(sys.argv[1]).open()
folders.sweep(database)
while True:
    print(add_dataset(database, 40)["id"], flush=True)
"""


def killed_after(script, folder, lines, pause):
    """Run the script, SIGKILL it ``pause`` seconds after it acknowledged so many things; what it had acknowledged."""
    command = [sys.executable, "-c", script, str(folder), str(ROWS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(lines)]
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    return [int(line) for line in said if line.endswith("\n")]


@pytest.mark.parametrize(("lines", "pause"), [(1, 0), (9, 0.003), (25, 0.02)])
def test_no_acknowledged_event_is_lost_and_none_is_half_there(tmp_path, lines, pause):
    from tests.store.making import add_dataset

    database = Database(tmp_path).open()
    add_dataset(database, ROWS)
    database.close()
    acknowledged = killed_after(LABEL, tmp_path, lines, pause * random.Random(lines).uniform(0.5, 1.5))

    database.open()
    checked = ledger.verify(database)
    assert checked["intact"]
    stored = [row[0] for row in database.query("SELECT id FROM events ORDER BY id")]
    assert stored == list(range(1, len(stored) + 1))
    assert set(acknowledged) <= set(stored) and len(stored) <= acknowledged[-1] + 1
    assert states_of(database) == replayed(database)
    database.close()


def states_of(database):
    return {(position, person): state for position, person, state in decisions.raw(database, 1)[0]}


def replayed(database):
    """The state after each row's last event, as the events recorded it."""
    sql = "SELECT position, person, arg_max(coalesce(after, ''), event_id) FROM event_rows GROUP BY ALL"
    return {(position, person): after for position, person, after in database.query(sql) if after}


def test_an_import_killed_anywhere_is_whole_or_gone(tmp_path):
    for _ in range(3):
        acknowledged = killed_after(IMPORT, tmp_path, 2, 0.01)
        database = Database(tmp_path).open()
        folders.sweep(database)
        known = {row[0] for row in database.query("SELECT id FROM datasets")}
        assert set(acknowledged) <= known
        assert {int(path.name) for path in (tmp_path / "datasets").iterdir()} == known
        assert ledger.verify(database)["intact"]
        database.close()

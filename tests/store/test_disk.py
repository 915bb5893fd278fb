"""A disk that fills up or cannot be written to, in a file system of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOUNT = 'mount -t tmpfs -o size={size} tmpfs "$1" && shift && exec "$@"'

FULL = """
import os, sys
from pathlib import Path
from store import annotations, datasets, decisions, folders, ledger
from store.database import Database
from store.errors import DiskFull

disk = Path(sys.argv[1])
(disk / "ballast").write_bytes(bytes(6 << 20))
(disk / "w").mkdir()
database = Database(disk / "w").open()
number = folders.reserve(database, "datasets")
folders.publish(database, "datasets", number)
report = {"rows": 30000, "set_aside": 0, "format": "x", "mapping": {}, "reason": "", "facts": {}}
datasets.add(database, number, "d", report, "ann")
kept = 0
try:
    while kept < 100:
        annotations.annotate(database, number, range(30000), {"tags_add": [f"t{kept}"], "note": "n" * 50}, "ann")
        kept += 1
except DiskFull as error:
    print("full:", error)
assert 0 < kept < 100, kept
checked = ledger.verify(database)
assert checked["intact"] and checked["events"] == kept + 1, checked
os.remove(disk / "ballast")
annotations.annotate(database, number, [1], {"decision": "keep"}, "ann")
database.close()
database = Database(disk / "w").open()
checked = ledger.verify(database)
assert checked["intact"] and checked["events"] == kept + 2, checked
states = decisions.listed(database, number)
assert len(states) == 30000 and all(len(state["tags"]) == kept for state in states)
print("went on")
"""

READ_ONLY = """
import subprocess, sys
from pathlib import Path
from curation.workflow.workspace import Workspace

disk = Path(sys.argv[1])
Workspace.open(disk / "w").close()
(disk / "bare").mkdir()
subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
for name in ("w", "bare", "new"):
    try:
        Workspace.open(disk / name)
    except ValueError as error:
        print("refused:", error)
"""


def on_a_disk_of_its_own(script, folder, size):
    command = ["unshare", "-m", "sh", "-c", MOUNT.format(size=size), "sh", str(folder), sys.executable, "-c", script]
    try:
        able = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no unshare here to make a small disk with")
    if able.returncode:
        pytest.skip("this user may not mount a small disk")
    done = subprocess.run([*command, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_full_disk_loses_nothing_acknowledged_and_work_goes_on_once_there_is_room(tmp_path):
    said = on_a_disk_of_its_own(FULL, tmp_path, "16m")
    assert said[0].startswith("full: the disk is full")
    assert said[-1] == "went on"


def test_a_workspace_that_cannot_be_written_to_says_so(tmp_path):
    said = on_a_disk_of_its_own(READ_ONLY, tmp_path, "16m")
    assert len(said) == 3
    assert all(line.startswith("refused: the workspace") and "cannot be written to" in line for line in said)

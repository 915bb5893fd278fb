"""A workspace as it is at one moment, beside the one that is worked in."""

import os
import subprocess
import sys
from pathlib import Path

from store import folders
from store.database import Database
from store.errors import translated

COPY = "import shutil, sys\nfor path in sys.argv[2:]: shutil.copy(path, sys.argv[1])"


def take(database: Database, target: Path) -> None:
    """Fill the empty folder ``target``, on the workspace's disk: a copy of the database, and links to all its files.

    What wants to change the workspace waits meanwhile: about as long as it takes to copy the database. Files of data
    sets, runs, subsets and targets are never changed once they are there, so links to them stay as they are.
    """
    try:
        with database.still() as files:
            _copy_elsewhere(files, target)
            for kind in folders.SEQUENCES:
                for number in _numbers(database, kind):
                    _link(folders.folder(database, kind, number), target / kind / str(number))
    except OSError as error:
        raise translated(error) from error


def _copy_elsewhere(files: list[Path], target: Path) -> None:
    done = subprocess.run([sys.executable, "-I", "-c", COPY, target, *files], capture_output=True, text=True)
    if done.returncode:
        raise OSError((done.stderr.strip().splitlines() or ["the database could not be copied"])[-1])


def _numbers(database: Database, kind: str) -> list[int]:
    """Ids that have a folder in place: what is still being written has none."""
    names = (path.name for path in (database.folder / kind).glob("*") if path.is_dir())
    return sorted(int(name) for name in names if name.isdigit())


def _link(source: Path, target: Path) -> None:
    for parent, _, names in os.walk(source):
        below = target / Path(parent).relative_to(source)
        below.mkdir(parents=True)
        for name in names:
            os.link(Path(parent, name), below / name)

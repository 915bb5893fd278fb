"""Backups and exports killed while they are written."""

import hashlib
import itertools
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from curation.problems import Problem
from curation.workflow.backups import restore
from curation.workflow.workspace import Workspace
from tests.bench.faults.making import SUBSET, make
from tests.bench.faults.striking import (
    Struck,
    chain_faults,
    command,
    kill_after,
    left_over,
    moment,
    seconds_of,
    started,
    verb,
)

ROWS, LABELS = 2000, 20


class Backup:
    """``backup`` by the command line: afterwards there is a whole backup or none, and the workspace is as it was."""

    name = "backup"

    def __init__(self, folder: Path, strikes: int):
        self._folder, self._names = folder, itertools.count()
        self._workspace = make(folder / self.name, ROWS, LABELS, scored=True)
        self._span = seconds_of(command(self._workspace, "backup", self._out()), self._begun)

    def strike(self, draw: random.Random) -> Struck:
        """One backup killed, then checked, then taken again under the same name."""
        out = self._out()
        process = started(command(self._workspace, "backup", out))
        killed = kill_after(process, self._begun, moment(draw, self._span))
        faults = chain_faults(self._workspace)
        try:
            if not out.exists():
                verb(self._workspace, "backup", out)
            restored = self._folder / f"{out.stem}-restored"
            restore(out, restored)
            shutil.rmtree(restored)
        except (AssertionError, Problem) as error:
            faults.append(str(error))
        faults += left_over((self._workspace / "tmp", "*"), (self._folder, f"*{out.name}*.part"))
        out.unlink(missing_ok=True)
        return Struck(killed, LABELS, faults)

    def close(self) -> list[str]:
        """Nothing runs on."""
        return []

    def _out(self) -> Path:
        return self._folder / f"backup-{next(self._names)}.tar"

    def _begun(self) -> bool:
        return any((self._workspace / "tmp").glob("backup-*"))


class Export:
    """``export`` over an earlier export of other rows: no manifest ever stands beside rows that it does not tell of."""

    name = "export"

    def __init__(self, folder: Path, strikes: int):
        self._folder = folder / "exported"
        self._folder.mkdir()
        self._workspace = make(folder / self.name, ROWS, LABELS, scored=True)
        self._out = self._folder / "rows.jsonl"
        with Workspace.open(self._workspace) as ws:
            from curation.workflow.subsetting import make_subset

            make_subset(ws, "struck", "others", where=["response_words < 10"])
        self._span = seconds_of(self._command(SUBSET), self._begun())
        self._hash = _sha256(self._out)

    def strike(self, draw: random.Random) -> Struck:
        """Other rows are there; the export over them is killed, checked, and repeated."""
        verb(self._workspace, "export", "others", self._out)
        others = _sha256(self._out)
        killed = kill_after(started(self._command(SUBSET)), self._begun(), moment(draw, self._span))
        faults = chain_faults(self._workspace)
        if _sha256(self._out) not in (others, self._hash):
            faults.append("the exported file is neither the old nor the new one")
        manifest = self._folder / "rows.manifest.json"
        if manifest.exists() and json.loads(manifest.read_text())["outputs"][0]["sha256"] != _sha256(self._out):
            faults.append("the manifest tells of other rows than those beside it")
        try:
            verb(self._workspace, "export", SUBSET, self._out)
        except AssertionError as error:
            faults.append(str(error))
        if _sha256(self._out) != self._hash:
            faults.append("the export differs when it is repeated")
        return Struck(killed, LABELS, faults + left_over((self._folder, "*.part")))

    def close(self) -> list[str]:
        """Nothing runs on."""
        return []

    def _command(self, subset: str) -> list[str]:
        return command(self._workspace, "export", subset, self._out)

    def _begun(self) -> Callable[[], bool]:
        return lambda: any(self._folder.glob("*.part"))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""Writing a backup while the workspace is in use."""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from curation.jobs.publishing import publish
from curation.problems import Problem
from curation.unfinished import part_of
from curation.workflow.access.needing import EVERYWHERE, needs
from curation.workflow.backups.contents import Progress, contents
from curation.workflow.workspace import CONFIG
from store import snapshot
from store.clock import now
from store.database import Database
from store.errors import translated

MANIFEST, FORMAT = "manifest.json", 1


@needs("administrator", EVERYWHERE, writes="out")
def backup(workspace, out: str | Path, progress: Progress = lambda done, total, stage: None) -> dict[str, Any]:
    """Write the workspace as it is now into the tar file ``out``: {out, bytes, files, datasets, rows, ledger}.

    Data sets, scores, subsets, targets, everyone's decisions, the ledger and ``config.toml``; not jobs that are under
    way, caches, uploads that are not imported, nor secrets, which no workspace holds. People go on working meanwhile:
    what they do after the first moments is not in it. Problem when ``out`` exists or the chain of events is broken.
    """
    out = Path(out)
    if out.exists():
        raise Problem(f"{out} is there already: name another file, since a backup never overwrites one")
    if not out.parent.is_dir():
        raise Problem(f"there is no folder {out.parent} to write the backup into")
    (workspace.folder / "tmp").mkdir(exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix="backup-", dir=workspace.folder / "tmp"))
    try:
        snapshot.take(workspace.database, staging)
        if (workspace.folder / CONFIG).exists():
            shutil.copy(workspace.folder / CONFIG, staging)
        known = _known(staging, progress)
        return _write(staging, known, out, progress)
    except OSError as error:
        raise translated(error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _known(staging: Path, progress: Progress) -> dict[str, Any]:
    """The contents of the snapshot, read from a copy of its database, since opening one may change it."""
    with tempfile.TemporaryDirectory(prefix="reading-", dir=staging.parent) as reading:
        for path in staging.iterdir():
            if path.is_dir():
                Path(reading, path.name).symlink_to(path)
            else:
                shutil.copy(path, reading)
        database = Database(reading).open()
        try:
            found = contents(database, progress)
        finally:
            database.close()
    if not found["ledger"]["intact"]:
        raise Problem(f"the ledger is broken, so this would be no good backup: {found['ledger']['reason']}")
    return found


def _write(staging: Path, known: dict, out: Path, progress: Progress) -> dict[str, Any]:
    files = sorted(path for path in staging.rglob("*") if path.is_file())
    part = part_of(out)
    try:
        with tarfile.open(part, "w", dereference=True) as archive:
            listed = []
            for done, path in enumerate(files):
                listed.append(_add(archive, path, path.relative_to(staging).as_posix()))
                progress(done + 1, len(files), "files")
            _add_manifest(archive, {"format": FORMAT, "made": now(), **known, "files": listed})
        size = part.stat().st_size
        if not publish(part, out):
            raise Problem(f"{out} is there already: name another file, since a backup never overwrites one")
    finally:
        part.unlink(missing_ok=True)
    rows = sum(record["rows"] for record in known["datasets"])
    counts = {"files": len(files), "datasets": len(known["datasets"]), "rows": rows}
    return {"out": str(out), "bytes": size, **counts, "ledger": known["ledger"]}


def _add_manifest(archive: tarfile.TarFile, manifest: dict) -> None:
    text = json.dumps(manifest, ensure_ascii=True, indent=1).encode("ascii")
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(text)
    archive.addfile(entry, io.BytesIO(text))


def _add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    """Put a file into the archive; its name, bytes and hash, told by the one time that it is read."""
    entry = archive.gettarinfo(path, name)
    with path.open("rb") as file:
        source = _Hashed(file)
        archive.addfile(entry, source)
    return {"name": name, "bytes": entry.size, "sha256": source.digest.hexdigest()}


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO):
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As the file's own."""
        block = self._file.read(size)
        self.digest.update(block)
        return block

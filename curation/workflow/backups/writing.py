"""Writing a backup while the workspace is in use."""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

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
        with tarfile.open(part, "w") as archive:
            listed = []
            for done, path in enumerate(files):
                name = path.relative_to(staging).as_posix()
                listed.append({"name": name, "bytes": path.stat().st_size, "sha256": _sha256(path)})
                archive.add(path, name, recursive=False)
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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

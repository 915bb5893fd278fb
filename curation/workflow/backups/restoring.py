"""Restoring a backup into a new folder; only what was checked to the last row becomes a workspace."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from curation.problems import Problem
from curation.workflow.backups.contents import Progress, contents
from curation.workflow.backups.writing import FORMAT, MANIFEST
from store import sessions
from store.database import Database
from store.errors import translated

PARTS = ("datasets", "runs", "subsets", "ledger")


def restore(
    source: str | Path, folder: str | Path, progress: Progress = lambda done, total, stage: None
) -> dict[str, Any]:
    """Make the workspace ``folder`` of the backup ``source``: {folder, made, files, datasets, rows, ledger}.

    Every file must be there with its hash, every row of every data set, every decision and the chain of events must be
    what the backup says; else nothing is left behind. Everybody signs in anew. Problem when ``folder`` holds anything
    or the backup is not good.
    """
    source, folder = Path(source), Path(folder).absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem(f"{folder} is not empty: name a new folder for the restored workspace")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            manifest = _unpack(source, part, progress)
            _check(manifest, part, progress)
            os.chmod(part, 0o755)
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except tarfile.TarError as error:
        raise Problem(f"{source} is not a whole backup: {error}") from None
    except FileNotFoundError as error:
        raise Problem(f"there is no file {error.filename}") from None
    except OSError as error:
        raise translated(error) from error
    rows = sum(record["rows"] for record in manifest["datasets"])
    counts = {"files": len(manifest["files"]), "datasets": len(manifest["datasets"]), "rows": rows}
    return {"folder": str(folder), "made": manifest["made"], **counts, "ledger": manifest["ledger"]}


def _unpack(source: Path, part: Path, progress: Progress) -> dict[str, Any]:
    """The manifest, once every file that it lists, and no other, lies in ``part`` with its hash."""
    found: dict[str, str] = {}
    size = source.stat().st_size
    with tarfile.open(source, "r:") as archive:
        for entry in archive:
            name = PurePosixPath(entry.name)
            if not entry.isfile() or name.is_absolute() or ".." in name.parts:
                raise Problem(f"{source} holds {entry.name[:100]!r}, which no backup does")
            found[entry.name] = _copy(archive.extractfile(entry), part / name)
            progress(entry.offset, size, "files")
    try:
        manifest = json.loads((part / MANIFEST).read_text("utf-8"))
        (part / MANIFEST).unlink()
        del found[MANIFEST]
        if manifest["format"] != FORMAT:
            raise Problem(f"{source} was written by a newer program: update this one")
        wanted = {one["name"]: one["sha256"] for one in manifest["files"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem(f"{source} is not a whole backup: it has no list of its files at the end") from None
    if wanted != found:
        wrong = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
        raise Problem(f"{source} is damaged: {', '.join(wrong[:3])}{' and others' if len(wrong) > 3 else ''}")
    return manifest


def _copy(source, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as out:
        while block := source.read(1 << 20):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _check(manifest: dict, part: Path, progress: Progress) -> None:
    database = Database(part).open()
    try:
        there = json.loads(json.dumps(contents(database, progress)))
        sessions.end_all(database)
    finally:
        database.close()
    differ = [name for name in PARTS if there[name] != manifest[name]]
    if differ:
        raise Problem(f"the restored copy is not what was backed up: its {' and '.join(differ)} differ")

"""Which files of this machine somebody may have a verb read or write."""

from dataclasses import fields
from pathlib import Path

from curation.workflow.access.actors import Refused, current

OWN = ("uploads", "exports", "tmp")
ROWS = ("datasets", "subsets")


def readable(ws, path: str | Path) -> None:
    """Refused unless the path lies, links followed, in a folder that everybody may import from, or the actor is the
    machine's owner."""
    _require(ws, path, [*own_folders(ws), *map(Path, ws.config.get("allowed_folders", ()))])


def writable(ws, path: str | Path) -> None:
    """As ``readable`` for writing: only where the workspace keeps what is taken away."""
    _require(ws, path, own_folders(ws))


def named_in(ws, settings) -> None:
    """``readable`` for every file that settings (a dataclass) name; files that verbs keep for jobs may be named too."""
    kept = [path for path in Path(ws.folder).iterdir() if path.is_dir() and path.name not in ROWS]
    for field in fields(settings):
        path = getattr(settings, field.name)
        if field.metadata.get("kind") == "file" and path:
            _require(ws, path, [*kept, *map(Path, ws.config.get("allowed_folders", ()))])


def own_folders(ws) -> list[Path]:
    """Folders of the workspace that hold what people bring and take away, under names of ours."""
    return [Path(ws.folder) / name for name in OWN]


def _require(ws, path: str | Path, folders: list[Path]) -> None:
    if current(ws).may_everything:
        return
    real = Path(path).expanduser().resolve()
    if not any(real.is_relative_to(folder.expanduser().resolve()) for folder in folders):
        raise Refused(f"{real.name} does not lie in a folder of this workspace that is open to people")

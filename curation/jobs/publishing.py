"""Files that appear whole or not at all, and outlive a machine that stops."""

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by ``value`` as JSON; a reader sees the old text or the new one, never a part."""
    part = _part(path)
    part.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8", errors="surrogatepass")
    os.replace(part, path)


def read_json(path: Path) -> Any | None:
    """What ``path`` holds, None where there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
    except FileNotFoundError:
        return None


def publish(part: Path, path: Path) -> bool:
    """Let the finished file ``part`` appear as ``path``; False when another was first. ``part`` is gone afterwards."""
    sync(part)
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)
    return True


def publish_json(path: Path, value: Any) -> bool:
    """``publish`` of ``value`` as JSON."""
    part = _part(path)
    write_json(part, value)
    return publish(part, path)


def sync(path: Path) -> None:
    """Have the system write ``path``, a file or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """``sync`` for a folder and all that it holds."""
    for parent, _, names in os.walk(folder):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))


def link_tree(source: Path, target: Path) -> None:
    """The files of ``source`` under ``target`` too: as hard links, copied where the disk allows no links."""
    shutil.copytree(source, target, copy_function=link_file, dirs_exist_ok=True)


def link_file(source, target) -> None:
    """``source`` as ``target`` too, replacing what stands there; a copy where the disk allows no link."""
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")

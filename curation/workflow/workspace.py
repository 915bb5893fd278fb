"""The workspace: the folder that holds everything, its database and its configuration."""

import getpass
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation.problems import Problem
from curation.workflow.access.actors import PROGRAM, Refused, current
from store import folders, row_groups
from store.database import Database
from store.errors import translated

CONFIG = "config.toml"
KNOWN = {"allowed_folders", "session_hours", "upload_limit_mb", "memory_limit", "threads", "endpoints"}


class Workspace:
    """An open workspace. ``person`` is its owner at this machine; ``config`` what ``config.toml`` says.

    ``is_served`` says that others may come: then nobody acts unless they are known.
    """

    def __init__(self, folder: Path, config: dict[str, Any], database: Database, person: str):
        self.folder = folder
        self.config = config
        self.database = database
        self.person = person
        self.is_served = False
        self._kept: dict[Any, tuple[Any, Any]] = {}
        self._locks: dict[Any, threading.Lock] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: str | Path, person: str | None = None) -> "Workspace":
        """Open the workspace, made where it is not there yet; what a killed process left half-written is removed.

        Raises ``store.errors.Locked`` (with ``pid``) where another process holds it, NewerDatabase, ReadOnly, DiskFull;
        all of them ValueErrors in plain words.
        """
        folder = Path(folder).absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise Problem(f"{folder} is a file: name a folder for the workspace") from None
        except OSError as error:
            plain = translated(error)
            if plain is error:
                plain = Problem(f"{folder} cannot be made a workspace: {error.strerror}")
            raise plain from None
        config = read_config(folder / CONFIG)
        database = Database(folder, config.get("memory_limit", modest_memory()), config.get("threads", 2)).open()
        folders.sweep(database)
        return cls(folder, config, database, person or local_person())

    def close(self) -> None:
        """Let go of the workspace, so that another process can open it."""
        self._kept.clear()
        self.database.close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def kept(self, key: Any, version: Any, make: Callable[[Any], Any]) -> Any:
        """What ``make(before)`` gave for this version, made once however many threads ask.

        ``before`` is what was kept for the version before (None at first): a large value may be brought up to date.
        """
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            held = self._kept.get(key)
            if held is None or held[0] != version:
                held = (version, make(held[1] if held else None))
                self._kept[key] = held
            return held[1]

    def let_go(self, seconds: float) -> None:
        """Forget rows that nobody looked at in the last ``seconds``; they are read again when somebody does."""
        row_groups.let_go(self.database, seconds)

    def forget(self, wanted: Callable[[Any], bool]) -> None:
        """Drop what is kept under the keys for which ``wanted`` holds."""
        with self._lock:
            for key in [key for key in self._kept if wanted(key)]:
                del self._kept[key]


def read_config(path: Path) -> dict[str, Any]:
    """What the file says, {} where there is none; Problem when it cannot be read or has a key that is not known."""
    if not path.exists():
        return {}
    import tomllib

    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is not valid TOML: {error}") from None
    if "allowed_people" in config:
        raise Problem(f"{path}: take allowed_people out and let people in with python -m curation people add NAME")
    unknown = sorted(set(config) - KNOWN)
    if unknown:
        raise Problem(f"{path} has the unknown key {', '.join(unknown)}; known are {', '.join(sorted(KNOWN))}")
    if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", str(config.get("memory_limit", "1GB"))):
        raise Problem(f'{path}: memory_limit is an amount such as "1GB"')
    if not isinstance(config.get("threads", 1), int) or config.get("threads", 1) < 1:
        raise Problem(f"{path}: threads is a whole number from 1")
    hours = config.get("session_hours", 1)
    if not isinstance(hours, int | float) or not 0 < hours <= 24 * 365:
        raise Problem(f"{path}: session_hours is a number of hours above 0")
    if "endpoints" in config:
        from curation.models.generation.listed import checked

        checked(config["endpoints"])
    return config


def modest_memory() -> str:
    """DuckDB's share: an eighth of the machine's memory, at least 256 MB and at most 1 GB."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 // 8
    return f"{min(1024, max(256, megabytes))}MB"


def local_person() -> str:
    """The local user's name, ``local`` where the machine has none for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"


def acting(workspace: Workspace, person: str | None) -> str:
    """Who acts: the person named, else whoever acts now; only the machine's owner may act in another's name.

    Problem when the name is empty, long or unprintable.
    """
    actor = current(workspace)
    name = (person or ("" if actor == PROGRAM else actor.name) or workspace.person).strip()
    if not actor.may_everything and name != actor.name:
        raise Refused("nobody acts in another's name")
    if not name or len(name) > 200 or not name.isprintable():
        raise Problem("a person's name has 1 to 200 printable characters")
    return name

"""What generators said, kept by content: a hash of backend, prompt and settings leads to the answer.

``generations/<two digits>.jsonl``, 256 files, only ever appended to: one line an answer, written in one call under a
lock. A line that a killed process left unfinished is passed over, and the next line begins on its own. Prompts are not
kept, only their hashes. ``cleared`` is touched when the answers are thrown away, so that other processes forget theirs.
"""

import fcntl
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

DIGITS = 32
CLEARED = "cleared"


class Kept:
    """Answers in ``folder``, for any number of processes and threads at once."""

    def __init__(self, folder: Path):
        self._folder, self._lock = Path(folder), threading.Lock()
        self._read: dict[str, tuple[int, dict[str, dict]]] = {}
        self._cleared = cleared_at(folder)

    def get(self, key: str) -> dict[str, Any] | None:
        """What was put under ``key`` last, by whatever process; None when nothing was."""
        with self._lock:
            if (cleared := cleared_at(self._folder)) != self._cleared:
                self._read, self._cleared = {}, cleared
            return self._shard(key[:2]).get(key)

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep ``value``, a JSON object."""
        self._folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": key, "value": value}, ensure_ascii=True).encode() + b"\n"
        handle = os.open(self._path(key[:2]), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, b"\n" + line if torn else line)
        finally:
            os.close(handle)

    def _path(self, shard: str) -> Path:
        return self._folder / f"{shard}.jsonl"

    def _shard(self, shard: str) -> dict[str, dict]:
        """The answers of one file, read on from where reading ended; the end of a line ends what is read."""
        offset, found = self._read.get(shard, (0, {}))
        try:
            with open(self._path(shard), "rb") as file:
                file.seek(offset)
                new = file.read()
        except FileNotFoundError:
            return {}
        whole = new[: new.rfind(b"\n") + 1]
        found |= _entries(whole)
        self._read[shard] = (offset + len(whole), found)
        return found


def _entries(raw: bytes) -> dict[str, dict]:
    """Answers by key; lines that are none are passed over."""
    found = {}
    for line in raw.splitlines():
        try:
            entry = json.loads(line)
            found[entry["key"]] = entry["value"]
        except (ValueError, KeyError, TypeError):
            continue
    return found


def cleared_at(folder: Path) -> int:
    """When the answers in ``folder`` were last thrown away, in nanoseconds since 1970; 0 if never."""
    try:
        return os.stat(Path(folder) / CLEARED).st_mtime_ns
    except FileNotFoundError:
        return 0


def size(folder: Path) -> int:
    """Bytes of the answers in ``folder``."""
    return sum(path.stat().st_size for path in Path(folder).glob("*.jsonl"))


def summary(folder: Path) -> dict[str, Any]:
    """``answers``, ``bytes``, ``prompt_tokens`` and ``written_tokens`` where they were counted, and ``cost``."""
    found = {"answers": 0, "bytes": size(folder), "prompt_tokens": 0, "written_tokens": 0, "cost": 0.0}
    for path in sorted(Path(folder).glob("*.jsonl")):
        for value in _entries(path.read_bytes()).values():
            found["answers"] += 1
            found["prompt_tokens"] += value.get("prompt_tokens") or 0
            found["written_tokens"] += value.get("tokens", 0) if value.get("finish") else 0
            found["cost"] += value.get("cost") or 0.0
    return found


def clear(folder: Path) -> None:
    """Throw every answer away; processes that read them ask anew."""
    folder = Path(folder)
    if folder.is_dir():
        for path in folder.glob("*.jsonl"):
            path.unlink(missing_ok=True)
        (folder / CLEARED).touch()


def key_of(*parts: Any) -> str:
    """32 hexadecimal digits of JSON values."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=DIGITS // 2).hexdigest()

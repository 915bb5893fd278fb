"""What generators said, kept by content: a hash of backend, prompt and settings leads to the answer.

``generations/<two digits>.jsonl``, 256 files, only ever appended to: one line an answer, written in one call under a
lock. A line that a killed process left unfinished is passed over, and the next line begins on its own. Prompts are not
kept, only their hashes.
"""

import fcntl
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

DIGITS = 32


class Kept:
    """Answers in ``folder``, for any number of processes and threads at once."""

    def __init__(self, folder: Path):
        self._folder, self._lock = Path(folder), threading.Lock()
        self._read: dict[str, tuple[int, dict[str, dict]]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        """What was put under ``key`` last, by whatever process; None when nothing was."""
        with self._lock:
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
        for line in whole.splitlines():
            try:
                entry = json.loads(line)
                found[entry["key"]] = entry["value"]
            except (ValueError, KeyError, TypeError):
                continue
        self._read[shard] = (offset + len(whole), found)
        return found


def key_of(*parts: Any) -> str:
    """32 hexadecimal digits of JSON values."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=DIGITS // 2).hexdigest()

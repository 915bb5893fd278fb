"""What generation took: calls, tokens and money of one job, whichever of its processes asked and however it ended."""

import json
import os
from pathlib import Path
from typing import Any


class Ledger:
    """A file with a line for every answer, only ever appended to, by any number of processes."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def add(self, key: str, answer: Any) -> None:
        """Write down one answer of a generator to the question ``key``."""
        entry = {"key": key, "kept": answer.kept, "failed": answer.reason is not None}
        if not answer.kept:
            written = getattr(answer, "finish", "") and answer.tokens
            entry |= {"prompt_tokens": answer.prompt_tokens, "written_tokens": written or 0, "cost": answer.cost}
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, json.dumps(entry).encode() + b"\n")
        finally:
            os.close(handle)


def total(path: Path) -> dict[str, float]:
    """``calls`` (of which ``failed_calls``), ``kept_calls`` (questions answered before the job began), tokens, cost."""
    asked, kept = set(), set()
    spent = dict.fromkeys(("calls", "failed_calls", "kept_calls", "prompt_tokens", "written_tokens"), 0) | {"cost": 0.0}
    for entry in _entries(path):
        if entry["kept"]:
            kept.add(entry["key"])
            continue
        asked.add(entry["key"])
        spent["calls"] += 1
        spent["failed_calls"] += entry["failed"]
        for name in ("prompt_tokens", "written_tokens", "cost"):
            spent[name] += entry[name] or 0
    return spent | {"kept_calls": len(kept - asked)}


def _entries(path: Path):
    """Whole lines; one that a killed process left unfinished is passed over."""
    if not path.exists():
        return
    with open(path, "rb") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                continue

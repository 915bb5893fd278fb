"""One file opened for reading: which container it is, its bytes, and the facts that an export needs."""

import importlib
import io
import os
from pathlib import Path

from curation.files.detecting import container_from, refuse_foreign, spread_over_lines
from curation.files.json_text import BOM
from curation.files.raw_rows import one_line
from curation.files.streams import CHUNK, GZIP, Gunzip, HashedFile
from curation.problems import Problem

CONTAINERS = {
    "jsonl": "curation.files.jsonl",
    "json": "curation.files.json_array",
    "csv": "curation.files.csv_records",
    "parquet": "curation.files.parquet",
    "text": "curation.files.text",
}
HOLLOW = 1 << 30  # from this size on, a file without contents would take minutes to be found out


def container_of(name: str):
    """Module of a container: ``rows(source)`` reads it, ``record(raw, facts)`` re-reads one row."""
    return importlib.import_module(CONTAINERS[name])


class Source:
    """A file being read, once. ``file_name`` is the name to judge by where the path is a name of ours.

    ``facts``: container, gzip, bom, file_name, and what the container adds; after ``finish`` also bytes and sha256.
    ``broken`` tells where a gzip stream ended early. A context manager.
    """

    def __init__(self, path, file_name: str | None = None):
        self.path = checked(path)
        self.total = self.path.stat().st_size
        self._file = _opened(self.path)
        self.stream = io.BufferedReader(self._file, CHUNK)
        self._gunzip = None
        name = one_line(Path(file_name or self.path.name).name)
        self.facts = {"file_name": name, "gzip": self.stream.peek(2)[:2] == GZIP, "bom": False}
        if self.facts["gzip"]:
            self._gunzip = Gunzip(self.stream)
            self.stream = io.BufferedReader(self._gunzip, CHUNK)
        self.container = self._detect(name)
        self.facts["container"] = self.container

    def _detect(self, name: str) -> str:
        head = self.stream.peek(CHUNK)
        if not head:
            raise Problem(f"{name} is empty" + (f": {self.broken}" if self.broken else ""))
        refuse_foreign(head, name, zipped=self.facts["gzip"])
        if head.startswith(BOM):
            self.facts["bom"] = True
            self.stream.read(len(BOM))
            head = head[len(BOM) :]
        container = container_from(head, name)
        if container == "jsonl" and spread_over_lines(head):
            self.facts["spread"] = True
        return container

    @property
    def broken(self) -> str:
        """Why the gzip stream ended before its end; empty where it did not."""
        return self._gunzip.broken if self._gunzip else ""

    @property
    def head(self) -> bytes:
        """The bytes that come next, up to a megabyte, without taking them."""
        return self.stream.peek(CHUNK)

    @property
    def done(self) -> int:
        """Bytes of the file read so far, of ``total``."""
        return self._file.done

    def read(self):
        """RawRow or SetAside for every row, in file order, streaming."""
        return container_of(self.container).rows(self)

    def finish(self) -> dict:
        """The facts, complete with ``bytes`` and ``sha256`` of the file; reads what is left of it."""
        self.facts["sha256"] = self._file.drain()
        self.facts["bytes"] = self._file.done
        return self.facts

    def close(self) -> None:
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.close()


def checked(path) -> Path:
    """The path, where an ordinary file with bytes in it stands there. Problem otherwise."""
    try:
        path = Path(path)
        if path.is_dir():
            raise Problem(f"{one_line(str(path))} is a directory; name one file")
        if not path.exists():
            raise Problem(f"there is no file {one_line(str(path))}")
        if not path.is_file():
            raise Problem(f"{one_line(path.name)} is not an ordinary file")
        facts = path.stat()
        if facts.st_size == 0:
            raise Problem(f"{one_line(path.name)} is empty")
        if facts.st_size > HOLLOW and facts.st_blocks * 512 < facts.st_size // 50:
            raise Problem(f"{one_line(path.name)} is a file of holes: hardly anything was ever written into it")
    except (OSError, ValueError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem(f"the path cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return path


def _opened(path: Path) -> HashedFile:
    try:
        return HashedFile(path)
    except OSError as error:
        raise Problem(f"{one_line(path.name)} cannot be read: {os.strerror(error.errno)}") from None

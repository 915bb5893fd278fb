"""Files that appear whole: written beside their place, hashed on the way, put in place together at the end."""

import contextlib
import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

from curation.problems import Problem
from curation.unfinished import part_of

COMPRESSED = ".gz"


class Output:
    """A file being written under a ``.part`` name of its own; gzip when the name ends in ``.gz``.

    ``sha256`` and ``size`` are those of the file; ``content_sha256`` that of the bytes before compression, since
    two versions of zlib may compress the same bytes differently.
    """

    def __init__(self, path: Path):
        self.path = path
        self.part = part_of(path)
        self.rows = 0
        self.zipped = path.name.endswith(COMPRESSED)
        self._content = hashlib.sha256()
        try:
            self._file = _Hashed(self.part)
        except OSError as error:
            raise Problem(f"{path} cannot be written: {error.strerror}") from None
        self._stream = gzip.GzipFile("", "wb", 6, self._file, mtime=0) if self.zipped else self._file
        self.closed = False

    def write(self, data: bytes) -> int:
        if self.zipped:
            self._content.update(data)
        return self._stream.write(data)

    def tell(self) -> int:
        return self._file.size

    def flush(self) -> None:
        """Nothing: what matters is written when the file is finished."""

    def finish(self) -> None:
        """Write everything to the disk; the file is not in its place yet."""
        if self.zipped:
            self._stream.close()
        self._file.finish()
        self.closed = True

    def describe(self) -> dict[str, Any]:
        """The finished file for a manifest: file, rows, bytes, sha256 and, when compressed, content_sha256."""
        told = {"file": self.path.name, "rows": self.rows, "bytes": self._file.size, "sha256": self._file.hexdigest()}
        return {**told, "content_sha256": self.content_sha256} if self.zipped else told

    @property
    def content_sha256(self) -> str:
        """SHA-256 of the bytes before compression."""
        return self._content.hexdigest() if self.zipped else self._file.hexdigest()

    def discard(self) -> None:
        """Take away what was written, also where a full disk does not let it be written to the end."""
        with contextlib.suppress(OSError):
            self._file.close()
        self.part.unlink(missing_ok=True)


class Outputs:
    """The files of one export: all of them are put in place when the block ends well, none when it fails.

    An older file in place of the last one goes first and the new one comes last, so that a manifest, which is the last,
    never stands beside files that it does not tell of, whenever the process is killed.
    """

    def __init__(self):
        self._open: list[Output] = []

    def __enter__(self) -> "Outputs":
        return self

    def add(self, path: Path) -> Output:
        """Begin a file; the last one begun is put in place last."""
        if not path.parent.is_dir():
            raise Problem(f"there is no folder {path.parent}: make it first")
        if path.is_dir():
            raise Problem(f"{path} is a folder: name a file")
        output = Output(path)
        self._open.append(output)
        return output

    def __exit__(self, kind, error, trace) -> None:
        try:
            if kind is None:
                for output in self._open:
                    if not output.closed:
                        output.finish()
                if len(self._open) > 1:
                    self._open[-1].path.unlink(missing_ok=True)
                for output in self._open:
                    os.replace(output.part, output.path)
        except OSError as problem:
            raise Problem(f"the export cannot be written: {problem.strerror}") from None
        finally:
            for output in self._open:
                output.discard()
        if isinstance(error, OSError) and error.strerror:
            raise Problem(f"the export cannot be written: {error.strerror}") from error


class _Hashed:
    """A binary file that counts and hashes what is written to it."""

    def __init__(self, path: Path):
        self._file = open(path, "wb", buffering=1 << 20)  # noqa: SIM115
        self._sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._sha256.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Asked for by gzip; ``finish`` does it."""

    def finish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def close(self) -> None:
        self._file.close()

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


def beside(out: Path, ending: str) -> Path:
    """The path of what belongs to ``out``: ``o.jsonl`` and ``manifest.json`` give ``o.manifest.json``."""
    stem, _ = stem_and_suffix(out)
    return out.with_name(f"{stem}.{ending}")


def stem_and_suffix(out: Path) -> tuple[str, str]:
    """``o.jsonl.gz`` -> (``o``, ``.jsonl.gz``): the last suffix, with ``.gz`` after it."""
    name = out.name
    zipped = COMPRESSED if name.endswith(COMPRESSED) else ""
    plain = Path(name.removesuffix(COMPRESSED))
    return plain.stem, plain.suffix + zipped


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

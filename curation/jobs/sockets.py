"""Unix sockets in a workspace that speak one JSON document a line, for this user alone."""

import json
import os
import socket
import stat
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MOST = 100
LINE_BYTES = 256 << 20


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """``path`` as an address; the system allows about 107 bytes, so a longer one goes through an open folder."""
    if len(os.fsencode(path)) <= MOST:
        yield os.fspath(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connect(path: Path, timeout: float | None) -> "Line":
    """A connection to the socket at ``path``. ConnectionError or FileNotFoundError when nothing answers there."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end.settimeout(timeout)
    try:
        with _address(path) as address:
            end.connect(address)
    except BaseException:
        end.close()
        raise
    return Line(end)


def answers(path: Path) -> bool:
    """Whether a process listens at ``path``."""
    try:
        connect(path, 2.0).close()
    except OSError:
        return False
    return True


class Line:
    """One end of a connection: documents out, documents in."""

    def __init__(self, end: socket.socket):
        self._end = end
        self._file = end.makefile("rb")

    def send(self, value: Any) -> None:
        """One document. OSError when the other end is gone."""
        self._end.sendall(json.dumps(value, allow_nan=False).encode() + b"\n")

    def receive(self) -> Any | None:
        """The next document, None at the end of the connection. ValueError when it is no JSON."""
        line = self._file.readline(LINE_BYTES)
        return json.loads(line) if line.endswith(b"\n") else None

    def close(self) -> None:
        self._file.close()
        self._end.close()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_) -> None:
        self.close()


class Server:
    """Listens at ``path`` (mode 0600) and answers each connection of this user in a thread of its own.

    It takes the name over from one that died, or that still lives: the newest has it.
    """

    def __init__(self, path: Path, answer: Callable[[Line], None]):
        self._path, self._answer, self._closed = path, answer, False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        new = path.with_name(f".{path.name}.{os.getpid()}")
        new.unlink(missing_ok=True)
        os.fchmod(self._socket.fileno(), 0o600)
        with _address(new) as address:
            self._socket.bind(address)
        os.chmod(new, 0o600)
        self._socket.listen(64)
        self._inode = new.stat().st_ino
        os.replace(new, path)
        threading.Thread(target=self._accept, name=path.name, daemon=True).start()

    def close(self) -> None:
        """Listen no more and free the name, if it is still ours. Answers under way go on."""
        self._closed = True
        try:
            found = self._path.lstat()
            if stat.S_ISSOCK(found.st_mode) and found.st_ino == self._inode:
                self._path.unlink()
        except FileNotFoundError:
            pass
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                end, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(end,), name=f"{self._path.name} answer", daemon=True).start()

    def _serve(self, end: socket.socket) -> None:
        with Line(end) as line, suppress(OSError):
            if _user(end) == os.getuid():
                self._answer(line)


def _user(end: socket.socket) -> int:
    """User id of the other end; our own where the system does not tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return os.getuid()
    return struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[1]

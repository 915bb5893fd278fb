"""The bytes of a file on their way to a reader: hashed as they pass, gzip undone."""

import hashlib
import io
import zlib

from curation.problems import Problem

CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
SUSPICIOUS, MOST_TIMES = 256 << 20, 200


class HashedFile(io.RawIOBase):
    """A file whose bytes are counted and hashed as they are read. ``drain`` reads what is left."""

    def __init__(self, path):
        self._file = io.FileIO(path)
        self._hash = hashlib.sha256()
        self.done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        count = self._file.readinto(buffer)
        self._hash.update(memoryview(buffer)[:count])
        self.done += count
        return count

    def drain(self) -> str:
        """SHA-256 of the whole file, in hexadecimal."""
        buffer = bytearray(CHUNK)
        while self.readinto(buffer):
            pass
        return self._hash.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()


class Gunzip(io.RawIOBase):
    """Bytes of a gzip file, of all its members. Damage ends the stream and is told in ``broken``, not raised.

    Problem once over 256 MB have come of less than a 200th of that: text does not compress so well, bombs do.
    """

    def __init__(self, raw: io.RawIOBase):
        self._raw = raw
        self._pending = b""
        self._member = zlib.decompressobj(wbits=31)
        self.broken = ""
        self._taken = self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        pieces, room = [], len(buffer)
        while room > len(buffer) // 2 and not self.broken:
            piece = self._more(room)
            if piece is None:
                break
            pieces.append(piece)
            room -= len(piece)
        data = b"".join(pieces)
        buffer[: len(data)] = data
        return len(data)

    def _more(self, room: int) -> bytes | None:
        """Up to ``room`` bytes, perhaps none yet; None at the end."""
        if not self._pending:
            self._refill()
        if self._member.eof and not self._next_member():
            return None
        if not self._pending:
            self.broken = "the gzip file is cut off here; what followed is missing"
            return None
        before = self._member.copy()
        try:
            data = self._member.decompress(self._pending, room)
        except zlib.error:
            self.broken = "the gzip file is damaged here; what followed cannot be read"
            return _up_to_damage(before, self._pending, room)
        self._pending = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        self._given += len(data)
        if self._given > max(SUSPICIOUS, MOST_TIMES * self._taken):
            raise Problem(f"the gzip file unpacks to more than {MOST_TIMES} times its size, which no text does")
        return data

    def _refill(self) -> None:
        self._pending = self._raw.read(CHUNK)
        self._taken += len(self._pending)

    def _next_member(self) -> bool:
        while self._pending and not self._pending.strip(b"\0"):
            self._refill()
        if not self._pending:
            return False
        if self._pending.lstrip(b"\0")[:1] != GZIP[:1]:
            self.broken = "bytes that are not gzip follow the end of the gzip data"
            return False
        self._pending = self._pending.lstrip(b"\0")
        self._member = zlib.decompressobj(wbits=31)
        return True


def _up_to_damage(member, data: bytes, room: int) -> bytes:
    """What the data gives before the byte that cannot be decompressed, at most ``room`` bytes."""
    found = b""
    try:
        for place in range(0, len(data), 64):
            found += member.decompress(data[place : place + 64])
    except zlib.error:
        pass
    return found[:room]

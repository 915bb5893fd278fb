"""Where the elements of a JSON list begin and end, found on the bytes as they arrive.

Only strings and brackets are looked at, so a malformed element is bounded all the same and its neighbours are read.
Where the brackets themselves are wrong (one is missing, a string never ends), reading goes on at the next place that
looks like the start of an element: an object whose first key is that of the first good one.
"""

import re

from curation.files.raw_rows import KEPT_RAW, MAX_ROW
from curation.files.streams import CHUNK

IN_STRING = rb'(?:[^"\\\n]++|\\.)*+'
QUOTED = re.compile(IN_STRING, re.DOTALL)
INSIDE = re.compile(rb'(?:[^"{}\[\]]++|"' + IN_STRING + rb'")*+', re.DOTALL)
SCALAR = re.compile(rb'(?:[^"{}\[\],\s]++|"' + IN_STRING + rb'")*+', re.DOTALL)
SPACE = re.compile(rb"[ \t\r\n,]*+")
FIRST_KEY = re.compile(rb'\{\s*+("(?:[^"\\]++|\\.)*+")\s*+:', re.DOTALL)
CLOSER = {ord("{"): ord("}"), ord("["): ord("]")}
QUOTE, OBJECT, END = ord('"'), ord("{"), ord("]")
TAIL, MOST = 4096, 16 << 20


class _Fault(Exception):
    pass


def elements(source, bracketed: bool):
    """(number, bytes, fault) for each element of the list at the start of ``source.stream``.

    ``bracketed`` False reads objects that stand one after the other; the number is then the line that the object begins
    at, else the element's, from 1. ``fault`` is empty, or says why the bytes are no element.
    """
    return _Scanner(source, bracketed).run()


class _Scanner:
    """``buffer`` holds the bytes from the element at hand on, which begins at ``at``."""

    def __init__(self, source, bracketed: bool):
        self.source, self.bracketed = source, bracketed
        self.buffer, self.at = b"", 0
        self.number, self.counted = int(not bracketed), 0
        self.resume, self.learned = _resume_at(rb'"'), False
        self.closed = not bracketed

    def run(self):
        if self.bracketed and self._skip_space():
            self.at += 1
        while self._skip_space():
            if not (self.bracketed and self.buffer[self.at] == END):
                yield self._element()
            elif self._ends_here():
                return
            else:
                yield self._skipped("text stands after the end of the list")
        if self.source.broken or not self.closed:
            yield self._next_number(), b"", self.source.broken or "the file ends before its list is closed"

    def _element(self) -> tuple[int, bytes, str]:
        try:
            end = self._end()
        except _Fault as fault:
            return self._skipped(str(fault))
        raw, self.closed = self.buffer[self.at : end], not self.bracketed
        if not self.learned and (key := FIRST_KEY.match(raw)):
            self.resume, self.learned = _resume_at(re.escape(key[1])), True
        number = self._next_number()
        self.at = end
        return number, raw, ""

    def _end(self) -> int:
        """Where the element ends that begins at ``at``."""
        if self.buffer[self.at] not in CLOSER:
            return self._scalar_end()
        if self.learned and self.buffer[self.at] != OBJECT:
            raise _Fault("the row is a list, not a JSON object")
        stack, done = bytearray(), 0
        while True:
            done, token = self._next(done, INSIDE)
            if token is None:
                raise _Fault(self.source.broken or "the file ends inside it")
            if token in CLOSER:
                if stack and stack[-1] == CLOSER[OBJECT] and self._before(done) != b":":
                    raise _Fault("a bracket opens where a key should stand: one before it is not closed")
                stack.append(CLOSER[token])
            elif stack.pop() != token:
                raise _Fault("its brackets do not match")
            done += 1
            if not stack:
                return self.at + done

    def _scalar_end(self) -> int:
        done, token = self._next(0, SCALAR)
        if token is None and self.source.broken:
            raise _Fault(self.source.broken)
        if not done or token in CLOSER or token == CLOSER[OBJECT]:
            raise _Fault("text stands between the elements")
        return self.at + done

    def _next(self, done: int, plain: re.Pattern) -> tuple[int, int | None]:
        """Place, counted from ``at``, and value of the first byte from ``done`` on that is in no string nor ``plain``.

        None at the end of the file.
        """
        while True:
            done = plain.match(self.buffer, self.at + done).end() - self.at
            if self.at + done == len(self.buffer):
                if not self._more():
                    return done, None
            elif self.buffer[self.at + done] == QUOTE:
                done = self._string_end(done + 1)
            else:
                return done, self.buffer[self.at + done]

    def _string_end(self, done: int) -> int:
        """Behind the string whose inside begins at ``done``, which may reach past the bytes at hand."""
        while True:
            done = QUOTED.match(self.buffer, self.at + done).end() - self.at
            rest = self.buffer[self.at + done : self.at + done + 1]
            if rest == b'"':
                return done + 1
            if rest == b"\n":
                raise _Fault("a string is not closed on its line")
            if not self._more():
                raise _Fault(self.source.broken or "the file ends inside it")

    def _more(self) -> bool:
        if len(self.buffer) - self.at > MAX_ROW:
            raise _Fault(f"it is longer than {MAX_ROW >> 20} MB")
        return self._fill()

    def _before(self, done: int) -> bytes:
        """The last byte before ``done`` that is no space."""
        place = self.at + done - 1
        while self.buffer[place] in b" \t\r\n":
            place -= 1
        return self.buffer[place : place + 1]

    def _skipped(self, reason: str) -> tuple[int, bytes, str]:
        """Go on at the next likely start of an element; what lies before it is set aside as one."""
        number, kept, search_from = self._next_number(), b"", self.at + 1
        while not (found := self.resume.search(self.buffer, search_from)):
            keep_from = max(self.at, len(self.buffer) - TAIL)
            kept += self.buffer[self.at : keep_from][: KEPT_RAW - len(kept)]
            self.at = keep_from
            if not self._fill():
                kept, self.at = kept + self.buffer[self.at :], len(self.buffer)
                return number, kept, reason
            search_from = 0 if kept else 1
        kept += self.buffer[self.at : found.start()][: KEPT_RAW - len(kept)]
        self.at = found.end()
        return number, kept, reason

    def _ends_here(self) -> bool:
        """Whether nothing follows the bracket at hand."""
        self.at, self.closed = self.at + 1, True
        while not (rest := self.buffer[self.at :].lstrip()):
            self.at = len(self.buffer)
            if not self._fill():
                return True
        self.at = len(self.buffer) - len(rest)
        return False

    def _skip_space(self) -> bool:
        """Go to the next byte that is neither space nor comma; False at the end of the file."""
        while True:
            self.at = SPACE.match(self.buffer, self.at).end()
            if self.at < len(self.buffer):
                return True
            if not self._fill():
                return False

    def _fill(self) -> bool:
        """Fetch as many bytes again as are held (16 MB at most), so that the work stays linear; ``at`` becomes 0."""
        self._count_lines()
        held = self.buffer[self.at :]
        more = self.source.stream.read(min(max(CHUNK, len(held)), MOST))
        self.buffer, self.at, self.counted = held + more, 0, 0
        return bool(more)

    def _count_lines(self) -> None:
        if not self.bracketed:
            self.number += self.buffer.count(b"\n", self.counted, self.at)
            self.counted = self.at

    def _next_number(self) -> int:
        if self.bracketed:
            self.number += 1
        self._count_lines()
        return self.number


def _resume_at(key: bytes) -> re.Pattern:
    return re.compile(rb"[,\[\]}\n]\s*+(?=\{\s*+" + key + rb")")

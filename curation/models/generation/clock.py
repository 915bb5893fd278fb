"""What writing takes: reading prompts goes by their length, writing faster the more rows are written at once."""

import time
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Clock:
    """Seconds spent ``reading`` prompts (any round of steps in which one is read counts as that) and ``writing``."""

    reading: float = 0.0
    writing: float = 0.0

    @contextmanager
    def round(self, reads: bool):
        """Time one step of all batches side by side."""
        begin = time.perf_counter()
        yield
        spent = time.perf_counter() - begin
        if reads:
            self.reading += spent
        else:
            self.writing += spent

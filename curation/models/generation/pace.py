"""No more requests and tokens a minute than an endpoint allows."""

import threading
import time
from collections.abc import Callable

MINUTE = 60.0


class Pace:
    """Requests and tokens of the last minute, 0 for no limit. Thread-safe."""

    def __init__(self, requests: int = 0, tokens: int = 0, clock: Callable[[], float] = time.monotonic):
        self._limits, self._clock, self._lock = (requests, tokens), clock, threading.Lock()
        self._spent: list[tuple[float, int]] = []

    def wait(self, tokens: int) -> float:
        """Seconds until a request of about ``tokens`` may be sent; 0 and it is counted as sent.

        One that is larger than a minute's tokens goes alone.
        """
        with self._lock:
            now = self._clock()
            self._spent = [one for one in self._spent if one[0] > now - MINUTE]
            most_requests, most_tokens = self._limits
            over = bool(most_requests) and len(self._spent) >= most_requests
            over |= bool(most_tokens and self._spent) and sum(count for _, count in self._spent) + tokens > most_tokens
            if over:
                return max(self._spent[0][0] + MINUTE - now, 0.01)
            self._spent.append((now, tokens))
            return 0.0

"""What takes long to open stays open for the next that asks."""

import functools
import threading
from collections.abc import Callable
from typing import TypeVar

Opened = TypeVar("Opened")


def keep_last(most: int, open_one: Callable[[str], Opened]) -> Callable[[str], Opened]:
    """``open_one`` by name, of which the last ``most`` stay open; one is opened at a time, others wait.

    ``cache_clear()`` of what is returned forgets them. Opening one may ask for another.
    """
    kept, turn = functools.lru_cache(most)(open_one), threading.RLock()

    @functools.wraps(open_one)
    def opened(name: str) -> Opened:
        with turn:
            return kept(name)

    opened.cache_clear = kept.cache_clear
    return opened

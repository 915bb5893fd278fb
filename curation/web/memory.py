"""Memory that comes back to the system once people have left."""

import ctypes
import ctypes.util
import gc
from functools import cache


def take_where_it_can_be_given_back() -> None:
    """Have Arrow, which keeps what it frees to itself, take its memory where ``give_back`` reaches it."""
    import pyarrow

    pyarrow.set_memory_pool(pyarrow.system_memory_pool())


def give_back() -> None:
    """Free what is left in reference cycles, and hand free pages of the allocator back to the system.

    glibc keeps what threads have freed, with 25 people at a large data set some 100 MB, until it is asked; elsewhere
    the second step does nothing.
    """
    gc.collect()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim():
    """glibc's ``malloc_trim``; None where the C library has none."""
    try:
        return ctypes.CDLL(ctypes.util.find_library("c")).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None

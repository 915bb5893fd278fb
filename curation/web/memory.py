"""Memory that comes back to the system once people have left."""

import ctypes
import ctypes.util
import gc
from functools import cache

M_ARENA_MAX = -8


def take_where_it_can_be_given_back() -> None:
    """Have Arrow, which keeps what it frees to itself, take its memory where ``give_back`` reaches it, and glibc hold
    that of all threads, of which each run of a page is one, in one arena instead of several."""
    import pyarrow

    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    limit = _of_libc("mallopt")
    if limit is not None:
        limit(M_ARENA_MAX, 1)


def give_back() -> None:
    """Free what is left in reference cycles, and hand free pages of the allocator back to the system.

    glibc keeps what threads have freed, with 25 people at a large data set some 100 MB, until it is asked; elsewhere
    the second step does nothing.
    """
    gc.collect()
    trim = _of_libc("malloc_trim")
    if trim is not None:
        trim(0)


@cache
def _of_libc(name: str):
    """A function of glibc; None where the C library has none of that name."""
    try:
        return getattr(ctypes.CDLL(ctypes.util.find_library("c")), name)
    except (AttributeError, OSError, TypeError):
        return None

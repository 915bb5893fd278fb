"""What went wrong, in words that a curator can act on."""

import errno
from pathlib import Path

from curation.problems import Problem

NO_MEMORY = ("out of memory", "allocate memory", "not enough memory")


def wants_memory(error: BaseException) -> bool:
    """Whether there was no memory left, which PyTorch says in the text of a ``RuntimeError`` on a CPU, and the system
    in that of an ``OSError``."""
    said = isinstance(error, RuntimeError | OSError) and any(words in str(error).lower() for words in NO_MEMORY)
    return said or isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__


def plain_reason(error: BaseException, doing: str = "") -> str:
    """One sentence for ``error`` while ``doing`` something ("scoring rows 1 to 50"), without a traceback."""
    where = f" while {doing}" if doing else ""
    name = type(error).__name__
    text = " ".join(str(error).split())
    if wants_memory(error):
        return f"the memory ran out{where}; free some, or choose a smaller model, and resume"
    if isinstance(error, ModuleNotFoundError):
        return f"the Python package {error.name} is missing{where}; install it and resume"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"the disk is full{where}; make room and resume"
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"the file {Path(error.filename).name} is missing{where}"
    if isinstance(error, Problem):
        return text
    if isinstance(error, ValueError) and text:
        return f"{text} ({doing})" if doing else text
    return f"something went wrong{where} that was not foreseen ({text or name}); the log has the details"

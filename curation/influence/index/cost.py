"""What an index takes of disk and memory, told before it is made."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from curation.influence.precision_names import BYTES

FOLDS = 4
BLOCK_BYTES = 32 << 20
MOST_FISHER_BYTES = 512 << 20


def index_bytes(rows: int, size: int, precision: str) -> int:
    """Bytes on disk of the vectors of ``rows`` rows of ``size`` numbers, with scales, positions and marks."""
    return rows * (size * BYTES[precision] + 4 + 8 + 1)


def finish_bytes(rows: int, widths: Iterable[int], precision: str, fisher: bool = True) -> int:
    """Memory that the last step needs: the shards' vectors, one block, and the Fisher matrices of the layers if any."""
    widths = list(widths)
    if not fisher:
        return index_bytes(rows, sum(widths), precision) + 3 * BLOCK_BYTES
    matrices = 8 * max(max(widths) ** 2 * (FOLDS + 4), min(sum(w * w for w in widths) * FOLDS, MOST_FISHER_BYTES // 8))
    return index_bytes(rows, sum(widths), precision) + 3 * BLOCK_BYTES + matrices


def check_room(folder: Path, rows: int, widths: Iterable[int], precision: str, fisher: bool = True) -> None:
    """ValueError in plain words when disk or memory do not suffice for an index under ``folder``."""
    widths = list(widths)
    disk, free = 2 * index_bytes(rows, sum(widths), precision), shutil.disk_usage(folder).free
    if disk > free:
        raise ValueError(
            f"the index takes {_size(disk)} of disk while it is made and {_size(free)} are free: choose a smaller size"
        )
    memory, available = finish_bytes(rows, widths, precision, fisher), available_memory()
    if available is not None and memory > available:
        raise ValueError(
            f"the index takes {_size(memory)} of memory and {_size(available)} are free: choose a smaller size, or "
            "more layers, among which it is shared out"
        )


def available_memory() -> int | None:
    """Bytes that processes can still have; None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"

"""How a job is cut into shards: a short probe says what a row costs, and no shard costs much more than the limit.

``WINNOW_SHARD_SECONDS`` in the environment sets the limit: what a killed worker may have to compute again.
"""

import os
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from curation.jobs.rows import JobRows, opened, table_lengths, write_rows
from curation.plugin import Context, Task

SHARD_SECONDS = float(os.environ.get("WINNOW_SHARD_SECONDS", 12))
SHARD_ROWS = 5_000
PROBE_SECONDS = 0.5
PROBE_SIZES = (8, 64, 512)
WHOLE_ROWS = 6
WARM_UP = 2


def candidates(rows: int, seed: int = 0) -> np.ndarray:
    """Ascending places of the seeded rows that a probe chooses from: as many as its largest size."""
    most = min(PROBE_SIZES[-1], rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def probe(score: Callable[[pa.Table], object], table: pa.Table) -> dict:
    """Time ``score`` on rows of ``table``, chosen at equal steps of length: ``seconds_per_row``, ``bytes_per_row``, ...

    The first call warms up (kernels, caches, memory) and does not count. Sizes grow until a call is long enough to
    be timed; with fewer rows than the smallest size, all of them are timed.
    """
    lengths = table_lengths(table)
    order = np.argsort(lengths, kind="stable")
    score(table.take(order[len(order) // 2 :][:WARM_UP]))
    for size in PROBE_SIZES:
        size = min(size, len(order))
        chosen = _by_length(lengths, size)
        begin = time.perf_counter()
        score(table.take(chosen))
        seconds = time.perf_counter() - begin
        if seconds >= PROBE_SECONDS or size == len(order):
            break
    return _told(seconds, lengths[chosen])


def probe_whole(task: Task, table: pa.Table, context: Context) -> dict:
    """The same of all of an unsharded ``task``, run once over a few rows of ``table``."""
    lengths = table_lengths(table)
    task.fingerprint()
    chosen = _by_length(lengths, min(WHOLE_ROWS, len(lengths)))
    folder = context.folder.parent / "few"
    write_rows(folder, [opened(table.take(chosen))])
    begin = time.perf_counter()
    task.finish(None, JobRows(folder), context)
    return _told(time.perf_counter() - begin, lengths[chosen])


def _by_length(lengths: np.ndarray, size: int) -> np.ndarray:
    """Ascending places of ``size`` rows at equal steps of length."""
    order = np.argsort(lengths, kind="stable")
    return np.sort(order[((np.arange(size) + 0.5) * len(order) / size).astype(int)])


def _told(seconds: float, lengths: np.ndarray) -> dict:
    return {
        "rows": len(lengths),
        "seconds": round(seconds, 6),
        "seconds_per_row": seconds / len(lengths),
        "bytes_per_row": float(lengths.mean()),
    }


def costs(lengths: np.ndarray, measured: dict) -> np.ndarray:
    """Seconds for every row: the probe's mean, and more in proportion for rows longer than the probe's mean."""
    return measured["seconds_per_row"] * np.maximum(1.0, lengths / max(measured["bytes_per_row"], 1.0))


def cut(seconds: np.ndarray, limit: float = SHARD_SECONDS, most: int = SHARD_ROWS, least: int = 1) -> list[list[int]]:
    """``[start, stop]`` of shards in order, each of ``least`` rows or more, at most ``most``, and ``limit`` seconds."""
    shards, start, total = [], 0, np.concatenate([[0.0], np.cumsum(seconds)])
    while start < len(seconds):
        stop = int(np.searchsorted(total, total[start] + limit, side="right")) - 1
        stop = min(max(stop, start + least), start + most, len(seconds))
        shards.append([start, stop])
        start = stop
    return shards

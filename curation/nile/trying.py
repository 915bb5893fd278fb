"""Trying a step that writes on a few rows, so that what many would take can be told."""

import time
from collections.abc import Callable, Iterable

import numpy as np

FEW, WARM_UP = 8, 1


def tried(score: Callable, table, writers: Iterable) -> dict[str, float]:
    """Time ``score`` on a few rows of ``table``, evenly spread over its lengths: rows, seconds, seconds_per_row.

    ``seconds_per_row`` is what a row takes where as many as the table holds are written at once. Few rows leave a
    machine's arithmetic idle, so the part of the time that went into writing is divided by what each writer gains from
    whole batches, which it tries on short prompts.
    """
    from curation.jobs.rows import table_lengths

    lengths = table_lengths(table)
    order = np.argsort(lengths, kind="stable")
    score(table.take(order[:WARM_UP]))
    few = min(FEW, len(order))
    chosen = np.sort(order[((np.arange(few) + 0.5) * len(order) / few).astype(int)])
    local = [one for one in {id(one): one for one in writers}.values() if hasattr(one, "clock")]
    for one in local:
        one.clock.writing = 0.0
    begin = time.perf_counter()
    score(table.take(chosen))
    seconds = time.perf_counter() - begin
    whole = seconds - sum(_saved(one, few, table.num_rows) for one in local if one.clock.writing)
    return {"rows": few, "seconds": seconds, "seconds_per_row": whole / few, "bytes_per_row": float(lengths.mean())}


def _saved(writer, few: int, many: int) -> float:
    """Seconds of the writing that ``few`` rows took which they would not have taken among ``many``."""
    return writer.clock.writing * max(0.0, 1 - writer.pace(few) / writer.pace(many))

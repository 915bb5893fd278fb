"""The rows of a job in canonical form, written once for a data set and linked into each job that takes all of them."""

import os
import shutil
from pathlib import Path

import numpy as np

from curation.jobs.publishing import link_tree, sync_tree
from curation.workflow.access.needing import needs


def chosen(rows: int, limit: int | None, seed: int) -> np.ndarray | None:
    """Ascending positions of ``limit`` rows at random by ``seed``; None for all rows."""
    if limit is None or limit >= rows:
        return None
    return np.sort(np.random.default_rng(seed).choice(rows, limit, replace=False))


@needs("viewer", "record")
def write_job_rows(workspace, record: dict, limit: int | None, seed: int, folder: Path) -> int:
    """Put the rows of data set ``record`` that a job works on under ``folder``, as imported; their number."""
    from curation.jobs.rows import write_rows

    positions = chosen(record["rows"], limit, seed)
    if positions is not None:
        return write_rows(folder, samples(workspace, record, positions))
    shared = workspace.folder / "datasets" / str(record["id"]) / "samples"
    if not shared.exists():
        new = shared.with_name("samples.new")
        shutil.rmtree(new, ignore_errors=True)
        write_rows(new, samples(workspace, record))
        sync_tree(new)
        os.rename(new, shared)
    link_tree(shared, folder)
    return record["rows"]


@needs("viewer", "record")
def samples(workspace, record: dict, positions: np.ndarray | None = None):
    """``(positions, samples)`` batches of the data set's rows as imported, without corrections."""
    from curation.importing import read_samples

    folder = workspace.folder / "datasets" / str(record["id"])
    return read_samples(folder, record["format"], record["mapping"], positions)

"""Every row once, in file order, with its scores."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.rows import columns
from curation.workflow.run_columns import RunColumns, shortest
from curation.workflow.workspace import Workspace
from store import rows as row_scans

FIRST = ("cluster", "x", "y")
BLOCK = 4096


@needs("viewer")
def scores_table(ws: Workspace, dataset: str | int) -> Iterator[dict[str, Any]]:
    """Flat dicts in file order: row, key (hex), cluster, x, y, then each score under its name; None where missing.

    Numbers of a column that are all whole come as int. One snapshot, however long the reading takes.
    """
    record = resolve_dataset(ws, dataset)
    held = columns(ws, record["id"]).runs
    names = [*FIRST, *sorted(name for name in held.serving if name not in FIRST)]
    keys = row_scans.keys(ws.database, record["id"])
    whole = {name: _is_whole(held.number(name)) for name in names if _kind(held, name) == "number"}
    for start in range(0, record["rows"], BLOCK):
        stop = min(start + BLOCK, record["rows"])
        parts = [range(start, stop), [key.hex() for key in keys[start:stop].tolist()]]
        parts += [_block(held, name, start, stop, whole.get(name, False)) for name in names]
        for values in zip(*parts, strict=True):
            yield dict(zip(("row", "key", *names), values, strict=True))


def _kind(held: RunColumns, name: str) -> str | None:
    return held.infos[name].kind if name in held.infos else None


def _is_whole(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return bool((known == np.round(known)).all())


def _block(held: RunColumns, name: str, start: int, stop: int, whole: bool) -> list:
    kind = _kind(held, name)
    if kind is None:
        return [None] * (stop - start)
    if kind == "number":
        values = shortest(held.number(name)[start:stop])
        return [None if v != v else int(v) if whole else v for v in values]
    if kind == "text":
        return held.texts(name)[start:stop]
    codes, categories = held.label(name)
    return [categories[code] if code >= 0 else None for code in codes[start:stop].tolist()]

"""Influence kept as a score ``influence_NAME`` without computing it again: a run like any other."""

from dataclasses import asdict, fields
from typing import Any

import numpy as np

from curation.influence.attribution import PREFIX
from curation.plugin import Column
from curation.workflow.influence.methods import FAMILY, method_class
from curation.workflow.influence.results import PER_QUERY, Influence
from curation.workflow.influence.targets import checked_name, target_path
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace, acting
from store import folders, runs

NO_VALUE = "no influence could be computed on this row"


def save_score(
    ws: Workspace,
    dataset: str | int,
    name: str,
    influence: Influence,
    totals: np.ndarray,
    words: str = "the mean over the target's rows",
    *,
    target: dict[str, Any] | None = None,
    person: str | None = None,
) -> dict[str, Any]:
    """Keep ``totals`` ``(n,)`` of ``influence`` as the score ``influence_NAME``; the record of its run.

    ``words`` say how the target's rows were summed up; ``target`` is the saved target's record.
    """
    record, column = resolve_dataset(ws, dataset), f"{PREFIX}{checked_name(name)}"
    described = Column(
        column,
        f"Influence on {name}",
        f"{method_class(influence.method).title}: influence of the row on the target, {words}.",
        higher="Training on the row lowers the loss of the target's answers; below zero it raises it.",
    )
    number = folders.reserve(ws.database, "runs")
    try:
        _write(folders.unfinished(ws.database, "runs", number), column, totals, influence.values)
        folders.publish(ws.database, "runs", number)
        about = _about(ws, record, influence, totals, words, target)
        about |= {"columns": [asdict(described)], "person": acting(ws, person)}
        return runs.add(ws.database, {"id": number, **about})
    except BaseException:
        folders.discard(ws.database, "runs", number)
        raise


def _write(folder, column: str, totals: np.ndarray, values: np.ndarray) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    totals = np.asarray(totals, np.float32)
    missing = [None if known else NO_VALUE for known in np.isfinite(totals)]
    table = {"position": pa.array(np.arange(len(totals))), column: pa.array(totals)}
    table |= {"missing": pa.array(missing, pa.string())}
    pq.write_table(pa.table(table), folder / "values.parquet", compression="zstd")
    np.save(folder / f"{column}.npy", totals)
    np.save(folder / PER_QUERY, np.asarray(values, np.float32))


def _about(ws, record: dict, influence: Influence, totals: np.ndarray, words: str, target) -> dict[str, Any]:
    """What a run says of itself; settings are the method's, so that they can be read back."""
    unknown = int((~np.isfinite(totals)).sum())
    known = {field.name for field in fields(method_class(influence.method).Settings)} - {"name", "target"}
    found = influence.settings | {"damping": influence.facts.get("damping")}
    kept = {name: found[name] for name in known if found.get(name) is not None}
    settings = {"target": str(target_path(ws, target)), "name": target["name"]} if target else {}
    facts = {"target_rows": len(influence.samples), "target_sha256": target["sha256"] if target else None}
    return {
        "dataset_id": record["id"],
        "family": FAMILY,
        "name": influence.method,
        "settings": {**kept, **settings},
        "fingerprint": {**influence.facts, **facts, "summed_up": words},
        "job_id": None,
        "rows": record["rows"],
        "scored": record["rows"] - unknown,
        "partial": False,
        "seconds": influence.facts.get("seconds"),
        "missing": {NO_VALUE: unknown} if unknown else {},
    }

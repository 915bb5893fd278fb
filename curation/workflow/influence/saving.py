"""Influence kept as a score ``influence_NAME`` without computing it again: a run like any other."""

from dataclasses import fields
from typing import Any

import numpy as np

from curation.influence.attribution import PREFIX
from curation.plugin import Column
from curation.workflow.access.needing import needs
from curation.workflow.influence.keeping import keep_run
from curation.workflow.influence.methods import FAMILY, method_class
from curation.workflow.influence.results import PER_QUERY, Influence
from curation.workflow.influence.targets import checked_name, target_path
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace

NO_VALUE = "no influence could be computed on this row"


@needs("curator")
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
    record, kind = resolve_dataset(ws, dataset), method_class(influence.method)
    column = Column(
        f"{PREFIX}{checked_name(name)}",
        f"Influence on {name}",
        f"{kind.title}: influence of the row on the target, {words}.",
        higher="Training on the row lowers the loss of the target's answers; below zero it raises it.",
    )
    facts = {"target_rows": len(influence.samples), "target_sha256": target["sha256"] if target else None}
    about = {
        "settings": _settings(ws, kind, influence, target),
        "fingerprint": {**influence.facts, **facts, "summed_up": words},
        "seconds": influence.facts.get("seconds"),
    }
    return keep_run(
        ws,
        record,
        FAMILY,
        influence.method,
        {column: np.asarray(totals, np.float32)},
        about,
        missing=NO_VALUE,
        person=person,
        fill=lambda folder: np.save(folder / PER_QUERY, np.asarray(influence.values, np.float32)),
    )


def _settings(ws: Workspace, kind: type, influence: Influence, target: dict | None) -> dict[str, Any]:
    """The method's own settings, so that it could be computed anew."""
    known = {field.name for field in fields(kind.Settings)} - {"name", "target"}
    found = influence.settings | {"damping": influence.facts.get("damping")}
    kept = {name: found[name] for name in known if found.get(name) is not None}
    return kept | ({"target": str(target_path(ws, target)), "name": target["name"]} if target else {})

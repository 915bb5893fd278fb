"""The quality score: annotate pairs of rows by a set of criteria, or train on people's pairs; its card."""

import json
from typing import Any

from curation.critiq.scorer import FACTS
from curation.critiq.tasks.quality import LEAST, Quality
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.critiq.files import criteria_file, pairs_file
from curation.workflow.critiq.sets import criteria_of, get_set
from curation.workflow.listing import resolve_dataset
from curation.workflow.pairs import enough_pairs
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import folders, runs

FAMILY = "critiq"


@needs("curator")
def start_quality(
    ws: Workspace,
    dataset: str | int,
    criteria: str | None = None,
    pairs: bool = False,
    settings: dict | None = None,
    *,
    person: str | None = None,
) -> dict:
    """The job that makes the score ``quality``, from pairs of rows annotated by the set ``criteria``, or with ``pairs``
    from those that people judged; as ``job_states`` describes it. What it needs is started before it."""
    record = resolve_dataset(ws, dataset)
    chosen = _settings(ws, record, criteria, pairs, settings)
    return start_task(ws, record["id"], FAMILY, Quality.name, chosen, person=person)


@needs("viewer")
def quality_card(ws: Workspace, dataset: str | int) -> dict[str, Any] | None:
    """Facts of the quality score in use: by, pairs, trained_on, held_out {pairs, agree, low, high, longer_wins},
    calibration {error, bins}, length_correlation, run; None where there is no such score."""
    record = resolve_dataset(ws, dataset)
    serving = runs.columns(ws.database, record["id"]).get("quality")
    if serving is None or (serving["family"], serving["task"]) != (FAMILY, Quality.name):
        return None
    path = folders.folder(ws.database, "runs", serving["run"]) / FACTS
    return json.loads(path.read_text(encoding="ascii")) | {"run": serving["run"]} if path.exists() else None


def _settings(ws: Workspace, record: dict, criteria: str | None, pairs: bool, settings: dict | None) -> dict:
    if bool(criteria) == bool(pairs):
        raise Problem("name either a set of criteria, or the pairs that people judged")
    if pairs:
        return {"pairs": pairs_file(ws, enough_pairs(ws, record["id"], LEAST))} | (settings or {})
    used = [one for one in criteria_of(get_set(ws, criteria)) if one.status != "vetoed"]
    if not used:
        raise Problem(f"{criteria} holds no criterion that is in use: mine or add some first")
    return {"criteria": criteria_file(ws, used)} | (settings or {})

"""Building the gradient index and computing influence by a method, as jobs."""

from dataclasses import asdict, fields
from typing import Any

from curation.jobs.families import task_class
from curation.plugin import settings_from
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.influence.methods import FAMILY, method_class
from curation.workflow.influence.targets import get_target, target_path
from curation.workflow.listing import resolve_dataset
from curation.workflow.scoring import estimate, start_task
from curation.workflow.workspace import Workspace
from store import runs

INDEX = ("influence", "index")


@needs("curator")
def build_index(
    ws: Workspace, dataset: str | int, settings: dict | None = None, *, person: str | None = None
) -> dict[str, Any]:
    """The job that builds the gradient index, as ``job_states`` describes it."""
    return start_task(ws, dataset, *INDEX, settings, person=person)


@needs("curator")
def estimate_index(ws: Workspace, dataset: str | int, settings: dict | None = None, **more) -> dict[str, Any]:
    """What the index would take: as ``scoring.estimate`` gives it, and ``bytes`` on the disk."""
    return estimate(ws, dataset, *INDEX, settings, **more) | {"bytes": index_bytes(ws, dataset, settings)}


@needs("viewer")
def known_seconds(ws: Workspace, dataset: str | int, settings: dict | None = None) -> float | None:
    """What an index of these settings took on another data set, by rows, without trying; None where there is none."""
    chosen = asdict(settings_from(task_class(*INDEX).Settings, settings or {}))
    for run in reversed(runs.listed(ws.database)):
        if (run["family"], run["name"]) == INDEX and run["settings"] == chosen and run["rows"] and run["seconds"]:
            return run["seconds"] / run["rows"] * resolve_dataset(ws, dataset)["rows"]
    return None


@needs("viewer")
def index_bytes(ws: Workspace, dataset: str | int, settings: dict | None = None) -> int:
    """Bytes of the index's vectors on the disk."""
    from curation.influence.index.cost import index_bytes as of_rows

    chosen = settings_from(task_class(*INDEX).Settings, settings or {})
    return of_rows(resolve_dataset(ws, dataset)["rows"], chosen.size, chosen.precision)


@needs("curator")
def start_influence(
    ws: Workspace,
    dataset: str | int,
    target: str,
    method: str = "index",
    settings: dict | None = None,
    *,
    person: str | None = None,
    fresh: bool = False,
) -> dict[str, Any]:
    """The job that computes the influence on the saved ``target`` by ``method``, as ``job_states`` describes it.

    What the method requires (the index, an embedding) is computed before. Problem lists the known methods, and the
    settings of this one, where they are unknown.
    """
    made = method_settings(ws, dataset, target, method, settings)
    return start_task(ws, dataset, FAMILY, method, made, person=person, fresh=fresh)


@needs("curator")
def estimate_influence(
    ws: Workspace, dataset: str | int, target: str, method: str, settings: dict | None = None, **more
) -> dict[str, Any]:
    """What computing it would take, as ``scoring.estimate`` says it."""
    return estimate(ws, dataset, FAMILY, method, method_settings(ws, dataset, target, method, settings), **more)


@needs("viewer")
def method_settings(ws: Workspace, dataset: str | int, target: str, method: str, settings: dict | None) -> dict:
    """The method's settings with the target's name and file."""
    kind, given = method_class(method), settings or {}
    own = {field.name for field in fields(kind.Settings)} - {"name", "target"}
    unknown = sorted(set(given) - own)
    if unknown:
        raise Problem(f"{method} has no setting {', '.join(unknown)}; known: {', '.join(sorted(own)) or 'none'}")
    record = get_target(ws, dataset, target)
    return {**given, "name": record["name"], "target": str(target_path(ws, record))}

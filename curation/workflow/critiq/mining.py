"""Mining criteria from people's pairs: start it, watch its rounds, keep what it found as a version of a set."""

import json
from collections.abc import Sequence
from typing import Any

from curation.critiq.tasks.mine import LEAST_PAIRS, REPORT, Mine
from curation.jobs.folder import job_of
from curation.problems import Problem
from curation.workflow.access.needing import for_the_program, needs
from curation.workflow.critiq.estimates import known_criteria
from curation.workflow.critiq.files import criteria_file, pairs_file
from curation.workflow.critiq.sets import criteria_of, get_set
from curation.workflow.listing import resolve_dataset
from curation.workflow.pairs import enough_pairs
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import criteria_sets, folders, runs

FAMILY = "critiq"


@needs("curator")
def start_mining(
    ws: Workspace,
    dataset: str | int,
    name: str = "criteria",
    *,
    manager: str = "",
    worker: str = "default",
    rounds: int = 3,
    criteria: int = 20,
    domains: Sequence[str] | None = None,
    settings: dict | None = None,
    person: str | None = None,
) -> dict:
    """The job that mines criteria from the data set's pairs, as ``job_states`` describes it.

    Where there is a set of that ``name``, it goes on from it: with what the curator edited, added, froze and vetoed.
    ``domains`` of the knowledge base are screened (None: all of them; empty: none). Problem in plain words.
    """
    record = resolve_dataset(ws, dataset)
    pairs = enough_pairs(ws, record["id"], LEAST_PAIRS)
    chosen = {"name": name, "manager": manager, "worker": worker, "rounds": rounds, "criteria": criteria}
    chosen |= {"pairs": pairs_file(ws, pairs)} | (settings or {})
    known = {one["name"] for one in criteria_sets.listed(ws.database)}
    if name in known:
        chosen["start"] = criteria_file(ws, criteria_of(get_set(ws, name), candidates=True))
    found = known_criteria(ws.folder, domains)
    if found:
        chosen["knowledge"] = criteria_file(ws, found)
    return start_task(ws, record["id"], FAMILY, Mine.name, chosen, limit=1, person=person)


@needs("viewer", "job_id")
def rounds_so_far(ws: Workspace, job_id: str) -> dict[str, Any] | None:
    """The rounds that a running or interrupted job has finished: {"rounds", "banned"}; None before the first."""
    try:
        return json.loads((job_of(ws.folder, job_id).kept / REPORT).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


@for_the_program
def keep_mined(ws: Workspace) -> list[dict[str, Any]]:
    """What finished runs found and no set has yet, each as a new version of the set that it names; these versions."""
    known = {one["change"].get("run") for one in criteria_sets.listed(ws.database)}
    made = []
    for run in runs.listed(ws.database):
        if (run["family"], run["name"]) == (FAMILY, Mine.name) and run["id"] not in known:
            report = mining_report(ws, run["id"])
            change = {"what": "mined", "run": run["id"], "rounds": len(report["rounds"])}
            change |= {name: run["settings"][name] for name in ("worker", "manager")}
            content = _content(report, _vetoed(ws, run["settings"]["name"]))
            made.append(criteria_sets.save(ws.database, run["settings"]["name"], content, change, run["person"]))
    return [get_set(ws, f"{one['name']}@{one['version']}") for one in made]


@needs("viewer", "run_id")
def mining_report(ws: Workspace, run_id: int) -> dict[str, Any]:
    """All that a run told: rounds, criteria, matrix, cross-fitted accuracy; see ``curation.critiq.reporting.told``."""
    path = folders.folder(ws.database, "runs", run_id) / REPORT
    try:
        return json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise Problem("what this run found is not there any more: mine again") from None


def _vetoed(ws: Workspace, name: str) -> list[dict]:
    known = {one["name"] for one in criteria_sets.listed(ws.database)}
    return [one for one in get_set(ws, name)["criteria"] if one["status"] == "vetoed"] if name in known else []


def _content(report: dict, vetoed: list[dict]) -> dict:
    """The accepted criteria and, for another round, the candidates; the report without its matrix."""
    last = {one["name"] for one in report["rounds"][-1]["standings"]} if report["rounds"] else set()
    out = {one["name"] for one in vetoed}
    used = [one for one in report["criteria"] if one["in_use"] and one["name"] not in out]
    candidates = [
        one for one in report["criteria"] if not one["in_use"] and one["name"] in last and one["grade"] == "middling"
    ]
    brief = {name: value for name, value in report.items() if name not in ("matrix", "criteria", "rounds")}
    return {"criteria": used + vetoed, "candidates": candidates, "report": brief}

"""Spreading the decision on one row of a group to the others, once a random check of them has shown that it may be."""

from typing import Any

import numpy as np

from curation.columns import group_codes
from curation.problems import Problem
from curation.queues.representatives import Representatives, most_wrong, rows_to_check
from curation.workflow.access.actors import PROGRAM, acting_as
from curation.workflow.access.needing import needs
from curation.workflow.annotating import annotate
from curation.workflow.queues.handing_out import judged
from curation.workflow.queues.making import list_queues, resolve_queue
from curation.workflow.rows import columns
from curation.workflow.workspace import Workspace, acting
from store import queues

CHECK, TAG = "check", "spread"


@needs("viewer")
def spread_state(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    """How far spreading the decisions of a queue of representatives has come.

    {representatives (decided by all alike, or settled), rows (others of their groups that nobody decided), check: None
    or {name, rows (drawn), of (rows it stands for), judged, wrong, bound (wanted), confidence, at_most (share that may
    be wrong; None until all are judged), passed}}. Problem where the queue holds no representatives.
    """
    queue = _of_representatives(ws, dataset, name)
    chosen = _decided(ws, queue)
    check = _check(ws, dataset, name)
    told = {"representatives": len(chosen), "rows": len(_targets(ws, queue, chosen)), "check": None}
    return told | {"check": _checked(ws, check)} if check else told


@needs("reviewer")
def check_spread(
    ws: Workspace,
    dataset: str | int,
    name: str,
    bound: float = 0.05,
    confidence: float = 0.95,
    seed: int = 0,
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """Make the queue ``NAME check``: so many random rows of those to be decided that, if none of them is judged
    otherwise, at most the share ``bound`` of all is wrong with this confidence. Its record."""
    if not 0 < bound < 1 or not 0.5 <= confidence < 1:
        raise Problem("the bound is a share between 0 and 1, and the confidence at least one half")
    queue = _of_representatives(ws, dataset, name)
    if _check(ws, dataset, name):
        raise Problem(f"the queue {name} has a check already: judge it, or delete it and draw another")
    chosen = _decided(ws, queue)
    targets = _targets(ws, queue, chosen)
    if not targets:
        raise Problem("there is nothing to spread: no group of a decided row has others that nobody decided")
    size = rows_to_check(len(targets), bound, confidence)
    drawn = np.random.default_rng(seed).permutation(sorted(targets))[:size]
    settings = {"of": name, "bound": bound, "confidence": confidence, "rows": len(targets), "from": sorted(chosen)}
    made = {"strategy": CHECK, "settings": settings, "overlap": 1, "is_blind": True, "minutes": queue["minutes"]}
    rows = [(int(row), targets[int(row)]) for row in drawn]
    return queues.add(ws.database, queue["dataset_id"], f"{name} {CHECK}", rows, made, acting(ws, person))


@needs("reviewer")
def spread(ws: Workspace, dataset: str | int, name: str, *, person: str | None = None) -> dict[str, Any]:
    """Decide the other rows of the groups as their representatives, one event for each decision: {rows, events,
    at_most}. Problem unless the check is judged and shows that at most the wanted share is wrong."""
    queue, check = _of_representatives(ws, dataset, name), _check(ws, dataset, name)
    if check is None:
        raise Problem("check a random part of the rows first: nothing is spread unseen")
    told = _checked(ws, check)
    if told["at_most"] is None:
        raise Problem(
            f"{told['judged']} of the {told['rows']} rows of {check['name']} are judged: judge them all first"
        )
    if not told["passed"]:
        raise Problem(
            f"{told['wrong']} of {told['rows']} checked rows were judged otherwise, so up to {told['at_most']:.1%} of "
            f"{told['of']:,} rows may be, which is more than {told['bound']:.1%}: nothing is spread; judge the rows"
        )
    chosen = {row: what for row, what in _decided(ws, queue).items() if row in set(check["settings"]["from"])}
    targets = _targets(ws, queue, chosen)
    note = (
        f"Spread from {name}: {told['wrong']} of {told['rows']} checked rows differ, so at most "
        f"{told['at_most']:.1%} do ({told['confidence']:.0%})"
    )
    done = []
    for decision in sorted(set(targets.values())):
        rows = [row for row, what in targets.items() if what == decision]
        done.append(annotate(ws, dataset, rows, decision=decision, tags_add=[TAG], note=note, person=person))
    return {"rows": len(targets), "events": [one["event"] for one in done], "at_most": told["at_most"]}


def _of_representatives(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    queue = resolve_queue(ws, dataset, name)
    if queue["strategy"] != Representatives.name:
        raise Problem(f"the queue {name} does not hold one row of each group, so that there is nothing to spread")
    return queue


def _check(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any] | None:
    known = [one for one in list_queues(ws, dataset) if one["strategy"] == CHECK and one["settings"]["of"] == name]
    return known[-1] if known else None


def _checked(ws: Workspace, check: dict[str, Any]) -> dict[str, Any]:
    settings, made = check["settings"], judged(ws, check).made
    wrong = len({one["position"] for one in made if one["decision"] != one["gold"]})
    done = len({one["position"] for one in made})
    told = {"name": check["name"], "rows": check["rows"], "of": settings["rows"], "judged": done, "wrong": wrong}
    told |= {"bound": settings["bound"], "confidence": settings["confidence"], "at_most": None, "passed": False}
    if done < check["rows"]:
        return told
    at_most = most_wrong(settings["rows"], check["rows"], wrong, settings["confidence"])
    return told | {"at_most": at_most, "passed": at_most <= settings["bound"]}


def _decided(ws: Workspace, queue: dict[str, Any]) -> dict[int, str]:
    """Representative -> its decision, where all judged it alike or a reviewer settled it."""
    found = judged(ws, queue)
    alike = {
        row: next(iter(people.values()))
        for row, people in found.said().items()
        if len(people) >= queue["overlap"] and len(set(people.values())) == 1
    }
    return alike | found.settled_as


def _targets(ws: Workspace, queue: dict[str, Any], chosen: dict[int, str]) -> dict[int, str]:
    """Row -> the decision of its group's representative, for the rows that nobody decided."""
    with acting_as(PROGRAM):
        table = columns(ws, queue["dataset_id"])
        undecided = table.label("decision")[0] < 0
    groups = group_codes(table, queue["settings"].get("column", Representatives.Settings().column))
    if not chosen:
        return {}
    wanted = np.full(groups.max(initial=-1) + 2, -1, np.int64)
    for row in chosen:
        if groups[row] >= 0:
            wanted[groups[row]] = row
    there = np.flatnonzero(undecided & (groups >= 0))
    sources = wanted[groups[there]]
    return {int(row): chosen[int(source)] for row, source in zip(there, sources, strict=True) if source >= 0}

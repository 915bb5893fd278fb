"""What mining criteria and annotating rows would take, before either is started."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from curation.critiq import knowledge
from curation.critiq.criteria import Criterion
from curation.critiq.tasks.mine import LEAST_PAIRS, Mine
from curation.critiq.tasks.quality import LORA, Quality
from curation.jobs.ask import ask
from curation.jobs.sample_json import to_json
from curation.plugin import settings_from
from curation.problems import Problem
from curation.samples import Sample, Turn
from curation.workflow.access.needing import needs
from curation.workflow.critiq.files import criteria_file
from curation.workflow.critiq.sets import criteria_of, get_set
from curation.workflow.listing import resolve_dataset
from curation.workflow.pairs import enough_pairs
from curation.workflow.workspace import Workspace
from store import criteria_sets

FAMILY = "critiq"
TRIED_PAIRS, TRIED_CRITERIA = 10, 4
#: Annotating alone is tried: the vectors that a linear head needs may not be there yet, and need not be.
PROBE = {"count": TRIED_PAIRS, "head": LORA}


def known_criteria(folder: Path, domains: Sequence[str] | None) -> list[Criterion]:
    """Criteria of the knowledge base and of the folder's own (a workspace's); None: of all domains, empty: none."""
    if domains is not None and not domains:
        return []
    own = folder / knowledge.OWN
    return knowledge.load(tuple(domains or ()), own if own.is_dir() else None)


@needs("curator")
def estimate_mining(
    ws: Workspace,
    dataset: str | int,
    name: str = "criteria",
    *,
    manager: str = "",
    worker: str = "default",
    domains: Sequence[str] | None = None,
    settings: dict | None = None,
    deadline: float = 60.0,
) -> dict[str, Any]:
    """What ``start_mining`` would take: {pairs, criteria, own, judgements, most, seconds, note}.

    ``criteria`` of the knowledge base and ``own`` of the set are judged on every pair in both orders, ``judgements`` in
    all; what the manager writes is judged too, up to ``most``. ``seconds`` are those of ``judgements``; the worker
    tries a few pairs by a few criteria. None with a ``note`` where it cannot.
    """
    record = resolve_dataset(ws, dataset)
    pairs = enough_pairs(ws, record["id"], LEAST_PAIRS)
    chosen = settings_from(Mine.Settings, {"worker": worker, "manager": manager} | (settings or {}))
    base, own = known_criteria(ws.folder, domains), []
    if name in {one["name"] for one in criteria_sets.listed(ws.database)}:
        own = [one for one in criteria_of(get_set(ws, name), candidates=True) if one.status != "vetoed"]
    by_manager = chosen.criteria * (chosen.rounds + 1) * (1 + chosen.folds) if manager else 0
    told = {"pairs": len(pairs), "criteria": len(base), "own": len(own)}
    told["judgements"] = 2 * len(pairs) * (len(base) + len(own) + bool(chosen.folds))
    told["most"] = told["judgements"] + 2 * len(pairs) * by_manager
    tried = [*base, *own][:TRIED_CRITERIA]
    if not tried:
        return told | {"seconds": None, "note": "nothing is judged before the manager has written criteria"}
    some = np.random.default_rng().permutation(len(pairs))[:TRIED_PAIRS]
    sides = [side for pair in (pairs[n] for n in some) for side in (pair.texts[:2], pair.texts[2:])]
    rows = [Sample([Turn("user", prompt), Turn("assistant", response)]) for prompt, response in sides]
    shared = {key: getattr(chosen, key) for key in ("worker", "way", "characters")}
    try:
        pace = _judgement(ws, rows, tried, shared, deadline)
    except Problem as error:
        return told | {"seconds": None, "note": str(error)}
    return told | {"seconds": pace * told["judgements"], "note": None}


@needs("curator")
def estimate_quality(
    ws: Workspace, dataset: str | int, criteria: str, settings: dict | None = None, *, deadline: float = 60.0
) -> dict[str, Any]:
    """What annotating would take: {pairs, criteria, judgements, seconds, note}; ``seconds`` None with a ``note``.

    The worker tries rows in pairs by the set's own criteria; every pair is judged by every criterion in both orders.
    """
    from curation.workflow.scoring.job_rows import chosen as places
    from curation.workflow.scoring.job_rows import samples

    record = resolve_dataset(ws, dataset)
    used = [one for one in criteria_of(get_set(ws, criteria)) if one.status != "vetoed"]
    if not used:
        raise Problem(f"{criteria} holds no criterion that is in use: mine or add some first")
    wanted = settings_from(Quality.Settings, settings or {})
    told = {"pairs": wanted.count, "criteria": len(used), "judgements": wanted.count * len(used) * 2}
    some = places(record["rows"], 2 * TRIED_PAIRS, int(np.random.default_rng().integers(2**31)))
    rows = [one for _, batch in samples(ws, record, some) for one in batch]
    shared = {key: getattr(wanted, key) for key in ("worker", "way", "characters")}
    try:
        pace = _judgement(ws, rows, used, shared, deadline)
    except Problem as error:
        return told | {"seconds": None, "note": str(error)}
    return told | {"seconds": pace * told["judgements"], "note": None}


def _judgement(
    ws: Workspace, rows: list[Sample], criteria: Sequence[Criterion], shared: dict, deadline: float
) -> float:
    """Seconds of one judgement, by pairs of these rows; a row is half a pair, and judged in both orders."""
    chosen = settings_from(Quality.Settings, PROBE | shared | {"criteria": criteria_file(ws, criteria)})
    asked = {"family": FAMILY, "task": Quality.name, "settings": asdict(chosen), "inputs": {}}
    asked["samples"] = [to_json(one) for one in rows]
    return ask(ws.folder, "probe", deadline, **asked)["seconds_per_row"] / len(criteria)

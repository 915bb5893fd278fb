"""The answers of generators that a workspace keeps: how much they are, what a rerun would cost, and clearing them."""

import json
from typing import Any

from curation.jobs.folder import NoSuchJob, jobs_of
from curation.models.generation import ANSWERS, cache
from curation.problems import Problem
from curation.workflow.access.needing import ANYWHERE, EVERYWHERE, needs
from curation.workflow.workspace import Workspace
from store import runs

ASKING = ("nile", "critiq")
UNDER_WAY = ("waiting", "running", "cancelling")


@needs("viewer", ANYWHERE)
def kept_bytes(ws: Workspace) -> int:
    """How large the kept answers are, without reading them."""
    return cache.size(ws.folder / ANSWERS)


@needs("curator", EVERYWHERE)
def kept_answers(ws: Workspace) -> dict[str, Any]:
    """What is kept, and so what asking for all of it again would take: {answers, bytes, written_tokens, cost, seconds}.

    ``cost`` is in the endpoints' currency at the prices of that time; ``seconds`` what the runs that asked took, of
    those that are still there and counted what they asked (the steps of NILE, R-Tuning and CLEAR).
    """
    told = cache.summary(ws.folder / ANSWERS)
    seconds = sum(run["seconds"] or 0.0 for run in runs.listed(ws.database) if usage_of(ws, run).get("calls"))
    return {name: told[name] for name in ("answers", "bytes", "written_tokens", "cost")} | {"seconds": seconds}


@needs("curator", EVERYWHERE)
def clear_answers(ws: Workspace) -> dict[str, Any]:
    """Throw away what is kept, of all data sets and models; what it was, as ``kept_answers`` says it. For curators.

    Scores, texts and revisions that came of it stay: only asking again is no longer free. Problem while a job asks.
    """
    going = [job for job in jobs_of(ws.folder) if _asks(job)]
    if going:
        raise Problem(f"{len(going)} jobs that ask models wait or run: let them end, or cancel them first")
    told = kept_answers(ws)
    cache.clear(ws.folder / ANSWERS)
    return told


@needs("viewer", "run")
def usage_of(ws: Workspace, run: dict | None) -> dict[str, float]:
    """What a run asked (``curation.models.generation.accounting.total``); {} where it counted nothing."""
    path = ws.folder / "runs" / str(run["id"]) / "usage.json" if run else None
    return json.loads(path.read_text()) if path and path.exists() else {}


def _asks(job) -> bool:
    try:
        return job.spec["family"] in ASKING and job.state in UNDER_WAY
    except (NoSuchJob, FileNotFoundError):
        return False

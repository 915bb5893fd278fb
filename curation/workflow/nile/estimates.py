"""What a step would take, before it is started: time, calls, tokens, and money where an endpoint has prices."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from curation.jobs.families import task_class
from curation.jobs.folder import NoSuchJob, job_of
from curation.models.generation import ANSWERS, is_endpoint
from curation.models.generation.cache import cleared_at
from curation.models.generation.listed import listed, parted
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.nile.flow import FAMILY, Flow, generators_of, needed, settings_of
from curation.workflow.nile.kept import usage_of
from curation.workflow.nile.stand_ins import DEMONSTRATIONS, stand_ins
from curation.workflow.scoring import estimate
from curation.workflow.scoring.inputs import source
from store import runs

NOT_ASKED = "an endpoint is not asked for an estimate, since asking costs"
BEFORE = "tried with texts of the usual length in the place of what earlier steps will write"
CALLS = {"consistency": 3, "consistency_revised": 3}
REFLECTIONS = 4
#: Fewer rows than these are not written in whole batches, so that their pace says little.
WHOLE = 16


@needs("curator")
def estimate_step(workspace, dataset: str | int, flow: Flow, step: str, **more) -> dict[str, Any]:
    """As ``scoring.estimate`` says it, and ``calls``, ``prompt_tokens`` (about), ``written_tokens`` (at most) and
    ``cost`` (at most; None without prices); ``likely_tokens`` is what is likely to be written, by an earlier run, else
    None. ``kept`` rows, which an earlier run was answered, cost nothing of it all.

    An earlier run of the same settings on this data set tells how long a row takes. Without one a local model is tried
    on a few rows, and an endpoint, where asking costs, is not asked: any run of these settings has to tell.
    """
    settings, record = settings_of(flow, step), resolve_dataset(workspace, dataset)
    names = generators_of(step, settings)
    remote = any(map(is_endpoint, names))
    found = _by_run(workspace, record, flow, step, settings, anywhere=remote)
    if found is None:
        found = (_unasked if remote else _by_trial)(workspace, record, flow, step, settings, more)
    return {"likely_tokens": None} | found | _spent(workspace, step, settings, found, names)


def _by_run(workspace, record: dict, flow: Flow, step: str, settings: dict, anywhere: bool) -> dict[str, Any] | None:
    """From the newest run of these settings that asked for most of its rows; on other data sets too if ``anywhere``."""
    rows = min(flow.limit or record["rows"], record["rows"])
    for run in reversed(runs.listed(workspace.database, None if anywhere else record["id"])):
        if (run["family"], run["name"], run["settings"]) != (FAMILY, step, settings) or not run["seconds"]:
            continue
        usage = usage_of(workspace, run)
        calls, before = usage.get("calls", 0), usage.get("kept_calls", 0)
        if calls <= before or (not anywhere and run["rows"] < min(WHOLE, rows)):
            continue
        asked = run["rows"] * calls / (calls + before)
        kept = min(run["rows"], rows) if _still_answered(workspace, record, flow, step, run) else 0
        each, tokens = run["seconds"] / asked, usage.get("written_tokens", 0) / asked
        about = {"rows": rows, "kept": kept, "seconds": each * (rows - kept), "seconds_per_row": each}
        about |= {"likely_tokens": round(tokens * (rows - kept)), "tokens": _tokens(workspace, record, rows)}
        return about | {"basis": "earlier run", "first": [], "note": None}
    return None


def _still_answered(workspace, record: dict, flow: Flow, step: str, run: dict) -> bool:
    """Whether the rows of the run are among all rows of this flow, were asked the same, and its answers still kept."""
    if flow.limit is not None or run["dataset_id"] != record["id"]:
        return False
    if datetime.fromisoformat(run["created"]).timestamp() * 1e9 < cleared_at(workspace.folder / ANSWERS):
        return False
    try:
        job = job_of(workspace.folder, run["job_id"])
        made_from = {maker: job_of(workspace.folder, job.spec["inputs_from"][n]) for n, maker in needed(step).items()}
    except (NoSuchJob, FileNotFoundError, KeyError, ValueError):
        return False
    return all(made.spec["settings"] == settings_of(flow, maker) for maker, made in made_from.items())


def _by_trial(workspace, record: dict, flow: Flow, step: str, settings: dict, more: dict) -> dict[str, Any]:
    """Tried on a few rows, with stand-ins for what is not written yet."""
    kind = task_class(FAMILY, step)
    task = kind(kind.Settings(**settings))
    sources = {need: source(workspace, record, need, task.settings, flow.limit, flow.seed) for need in task.needs()}
    lacking = {need: None for need, found in sources.items() if found is None or found.is_awaited}
    for need in lacking:
        if need == DEMONSTRATIONS or needed(step).get(need) == "knowledge":
            lacking[need] = settings_of(flow, "knowledge")["max_tokens"]
    with tempfile.TemporaryDirectory(prefix="winnow-estimate-") as folder:
        given = stand_ins(workspace, record, lacking, Path(folder))
        found = estimate(
            workspace, record["id"], FAMILY, step, settings, flow.limit, seed=flow.seed, stand_ins=given, **more
        )
    if DEMONSTRATIONS in lacking:
        found["first"] = [_pool(found, settings, record["rows"])]
    return found | {"kept": 0, "note": found["note"] or (BEFORE if lacking else None)}


def _pool(found: dict, settings: dict, rows: int) -> dict[str, Any]:
    """Of the demonstrations, which are written as knowledge is, with nothing shown before them."""
    kind, pool = task_class(FAMILY, "demonstrations"), min(settings["pool"], max(4, rows // 4))
    each = found["seconds_per_row"]
    seconds = None if each is None else each * pool
    return found | {"family": FAMILY, "task": kind.name, "title": kind.title, "rows": pool, "seconds": seconds}


def _unasked(workspace, record: dict, flow: Flow, step: str, settings: dict, more: dict) -> dict[str, Any]:
    rows = min(flow.limit or record["rows"], record["rows"])
    found = {"rows": rows, "kept": 0, "tokens": _tokens(workspace, record, rows), "first": [], "note": NOT_ASKED}
    return found | dict.fromkeys(("seconds", "seconds_per_row", "basis"))


def _tokens(workspace, record: dict, rows: int) -> int:
    from curation.workflow.scoring.estimating import tokens_a_row

    return int(tokens_a_row(workspace, record) * rows)


def _spent(workspace, step: str, settings: dict, found: dict, names: list[str]) -> dict[str, Any]:
    """Calls and tokens: each call reads the row once and the knowledge, and writes its limit at most."""
    rows, written = found["rows"] - found["kept"], settings.get("max_tokens", 0)
    calls = {**CALLS, "clear": settings.get("samples", 0) + REFLECTIONS}.get(step, 1)
    writing = {**dict.fromkeys(CALLS, 0), "clear": settings.get("samples", 0)}.get(step, 1)
    spent = {
        "calls": rows * calls,
        "prompt_tokens": int(found["tokens"] * rows / max(found["rows"], 1)) * calls,
        "written_tokens": rows * writing * written,
    }
    return spent | {"cost": _cost(workspace, names, spent)}


def _cost(workspace, names: list[str], spent: dict) -> float | None:
    for name in filter(is_endpoint, names):
        return listed(workspace.folder, parted(name)[0]).cost(spent["prompt_tokens"], spent["written_tokens"])
    return None

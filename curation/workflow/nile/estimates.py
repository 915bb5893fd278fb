"""What a step would take, before it is started: time, calls, tokens, and money where an endpoint has prices."""

from typing import Any

from curation.jobs.families import task_class
from curation.models.generation import is_endpoint
from curation.models.generation.listed import listed, parted
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.nile.flow import FAMILY, Flow, generators_of, settings_of
from curation.workflow.scoring import estimate
from curation.workflow.scoring.inputs import source
from store import runs

NOT_ASKED = "an endpoint is not asked for an estimate, since asking costs"
BARE = "tried without demonstrations, which take a little more to read"
AS_CONTROL = "tried without the knowledge, which takes a little more to read"
AS_PERPLEXITY = "guessed from reading each row without the knowledge, which is not there yet"
CALLS = {"consistency": 3, "consistency_revised": 3}
REFLECTIONS = 4


@needs("curator")
def estimate_step(workspace, dataset: str | int, flow: Flow, step: str, **more) -> dict[str, Any]:
    """As ``scoring.estimate`` says it, and ``calls``, ``prompt_tokens`` (about), ``written_tokens`` (at most) and
    ``cost`` (at most; None without prices) of the step, as if nothing had been answered before.

    A local model is tried on a few rows. An endpoint is not asked: an earlier run tells how long it takes, if any.
    """
    settings = settings_of(flow, step)
    names = generators_of(step, settings)
    found = (_by_endpoint if any(map(is_endpoint, names)) else _by_trial)(
        workspace, dataset, flow, step, settings, more
    )
    return found | _spent(workspace, step, settings, found, names)


def _by_trial(workspace, dataset, flow: Flow, step: str, settings: dict, more: dict) -> dict[str, Any]:
    record = resolve_dataset(workspace, dataset)
    kind = task_class(FAMILY, step)
    task = kind(kind.Settings(**settings))
    needs = {need: source(workspace, record, need, task.settings, flow.limit, flow.seed) for need in task.needs()}
    lacking = [need for need, found in needs.items() if found is None or found.is_awaited]
    if step == "knowledge" and lacking:
        bare = estimate(workspace, dataset, FAMILY, step, settings | {"shots": 0}, flow.limit, seed=flow.seed, **more)
        return _with_pool(bare, settings, record["rows"])
    if step == "revision" and lacking:
        control = estimate(workspace, dataset, FAMILY, "revision_control", settings, flow.limit, seed=flow.seed, **more)
        return control | {"note": control["note"] or AS_CONTROL}
    if step in CALLS and lacking:
        return _by_reading(workspace, dataset, flow, settings, more)
    return estimate(workspace, dataset, FAMILY, step, settings, flow.limit, seed=flow.seed, **more)


def _by_reading(workspace, dataset, flow: Flow, settings: dict, more: dict) -> dict[str, Any]:
    """What perplexity would take, which reads each row once, as often as a step reads it."""
    model = {"model": settings["target"]}
    once = estimate(workspace, dataset, "scorers", "perplexity", model, flow.limit, seed=flow.seed, **more)
    times = CALLS["consistency"]
    scaled = {name: once[name] and once[name] * times for name in ("seconds", "seconds_per_row")}
    return once | scaled | {"note": once["note"] or AS_PERPLEXITY}


def _with_pool(bare: dict, settings: dict, rows: int) -> dict[str, Any]:
    """An estimate of knowledge without demonstrations, and that of making them."""
    kind, pool = task_class(FAMILY, "demonstrations"), min(settings["pool"], max(4, rows // 4))
    each = bare["seconds_per_row"]
    first = bare | {"family": FAMILY, "task": kind.name, "title": kind.title, "rows": pool}
    first["seconds"] = None if each is None else each * pool
    return bare | {"first": [first], "note": bare["note"] or BARE}


def _by_endpoint(workspace, dataset, flow: Flow, step: str, settings: dict, more: dict) -> dict[str, Any]:
    record = resolve_dataset(workspace, dataset)
    rows = min(flow.limit or record["rows"], record["rows"])
    found = {"rows": rows, "tokens": 0, "seconds": None, "seconds_per_row": None, "basis": None, "first": []}
    found |= {"tokens": _tokens(workspace, record, rows), "note": NOT_ASKED}
    for run in reversed(runs.listed(workspace.database)):
        if (run["family"], run["name"], run["settings"]) == (FAMILY, step, settings) and run["rows"] and run["seconds"]:
            each = run["seconds"] / run["rows"]
            return found | {"seconds": each * rows, "seconds_per_row": each, "basis": "earlier run", "note": None}
    return found


def _tokens(workspace, record: dict, rows: int) -> int:
    from curation.workflow.scoring.estimating import tokens_a_row

    return int(tokens_a_row(workspace, record) * rows)


def _spent(workspace, step: str, settings: dict, found: dict, names: list[str]) -> dict[str, Any]:
    """Calls and tokens: each call reads the row once and the knowledge, and writes its limit at most."""
    rows, written = found["rows"], settings.get("max_tokens", 0)
    calls = {**CALLS, "clear": settings.get("samples", 0) + REFLECTIONS}.get(step, 1)
    writing = {**dict.fromkeys(CALLS, 0), "clear": settings.get("samples", 0)}.get(step, 1)
    spent = {
        "calls": rows * calls,
        "prompt_tokens": found["tokens"] * calls,
        "written_tokens": rows * writing * written,
    }
    return spent | {"cost": _cost(workspace, names, spent)}


def _cost(workspace, names: list[str], spent: dict) -> float | None:
    for name in filter(is_endpoint, names):
        return listed(workspace.folder, parted(name)[0]).cost(spent["prompt_tokens"], spent["written_tokens"])
    return None

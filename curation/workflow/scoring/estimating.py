"""What a computation would take, before it is started: rows, tokens, minutes."""

from collections.abc import Mapping
from dataclasses import asdict

from curation.jobs.ask import NoWorker, ask
from curation.jobs.families import task_class
from curation.jobs.sample_json import to_json
from curation.plugin import Task, settings_from
from curation.workflow.access.needing import needs
from curation.workflow.access.paths import named_in
from curation.workflow.listing import resolve_dataset
from curation.workflow.scoring import inputs
from curation.workflow.scoring.job_rows import chosen, samples
from store import runs

PROBE_ROWS = 32
DEADLINE = 60.0


@needs("curator")
def estimate(
    workspace,
    dataset: str | int,
    family: str,
    name: str,
    settings: dict | None = None,
    limit: int | None = None,
    *,
    seed: int = 0,
    deadline: float = DEADLINE,
    stand_ins: Mapping[str, str] | None = None,
) -> dict:
    """Rows, tokens and seconds of this computation: {rows, tokens, seconds, seconds_per_row, basis, first, note}.

    The worker tries it on a few seeded rows (basis "probe"); where that cannot be, an earlier run of the same task
    tells ("earlier run"), else ``seconds`` is None and ``note`` says why. ``first`` lists what must be computed
    before, each with an estimate of its own; ``seconds`` does not count it. ``stand_ins`` {input: path} are files of
    the same shape to try with in the place of inputs that are not there yet, which then are not in ``first``.
    """
    record = resolve_dataset(workspace, dataset)
    kind = task_class(family, name)
    task = kind(settings_from(kind.Settings, settings or {}))
    named_in(workspace, task.settings)
    task.check()
    rows = min(limit or record["rows"], record["rows"])
    positions, sampled = _sample(workspace, record, limit, seed)
    found, first = _inputs(workspace, record, task, limit, seed, deadline, stand_ins or {})
    per_row, basis, note = _cost(workspace, record, family, task, positions, sampled, found, deadline)
    return {
        "rows": rows,
        "tokens": int(_tokens(sampled) * rows),
        "seconds": None if per_row is None else per_row * rows,
        "seconds_per_row": per_row,
        "basis": basis,
        "first": first,
        "note": note,
    }


def _sample(workspace, record: dict, limit: int | None, seed: int) -> tuple[list[int], list]:
    """Some of the rows that the job would work on."""
    positions = chosen(record["rows"], limit, seed)
    if positions is None:
        positions = chosen(record["rows"], PROBE_ROWS, 0)
    elif (some := chosen(len(positions), PROBE_ROWS, 0)) is not None:
        positions = positions[some]
    places, found = [], []
    for some, batch in samples(workspace, record, positions):
        places += [int(position) for position in some]
        found += batch
    return places, found


def _inputs(
    workspace, record: dict, task: Task, limit, seed: int, deadline: float, stand_ins: Mapping[str, str]
) -> tuple[dict[str, str] | None, list[dict]]:
    """Paths of the inputs that are there (None when one is not), and estimates of what must come first."""
    paths, first, complete = {}, {}, True
    for need in task.needs():
        source = inputs.source(workspace, record, need, task.settings, limit, seed)
        if source is not None and not source.is_awaited:
            paths[need] = source.path
            continue
        if need in stand_ins:
            paths[need] = stand_ins[need]
            continue
        complete = False
        family, before = inputs.provider(need, task.settings)
        if source is None and before.name not in first:
            about = estimate(workspace, record["id"], family, before.name, asdict(before.settings), deadline=deadline)
            first[before.name] = {"family": family, "task": before.name, "title": before.title, **about}
    return (paths if complete else None), list(first.values())


def _cost(workspace, record, family, task, positions, sampled, found, deadline):
    """Seconds per row, where that comes from, and a note where nothing is known."""
    from curation.jobs.steps import uses_model

    note = None
    if not task.sharded and not task.proportional:
        note = "it works on all rows at once, so a few rows do not tell how long it takes"
    elif found is None:
        note = "what it requires is not computed yet"
    else:
        arguments = {"family": family, "task": task.name, "settings": asdict(task.settings), "inputs": found}
        arguments |= {"samples": [to_json(sample) for sample in sampled], "positions": positions}
        try:
            return ask(workspace.folder, "probe", deadline, **arguments)["seconds_per_row"], "probe", None
        except NoWorker as error:
            note = str(error)
    for run in reversed(runs.listed(workspace.database)):
        same = (run["family"], run["name"]) == (family, task.name) and run["rows"] and run["seconds"]
        if same and (run["settings"] == asdict(task.settings) or not uses_model(task)):
            return run["seconds"] / run["rows"], "earlier run", None
    return None, None, note


def _tokens(sampled: list) -> float:
    from curation.models.tokens import count_tokens

    if not sampled:
        return 0.0
    counts = count_tokens(["\n".join(turn.text for turn in sample.turns) for sample in sampled])
    return float(sum(counts)) / len(sampled)


@needs("viewer", "record")
def tokens_a_row(workspace, record: dict) -> float:
    """Mean tokens of a row, from a few of them."""
    return _tokens(_sample(workspace, record, None, 0)[1])

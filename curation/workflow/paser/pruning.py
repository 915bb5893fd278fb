"""Pruned models: made as a job over a data set's rows, listed by name, or made at once without one."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from curation.paser.tasks.prune import MODEL, Prune, Settings
from curation.plugin import settings_from
from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.paser.capabilities import FAMILY
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import folders, runs

DEMO_ROWS = 400


@needs("curator")
def start_pruning(
    ws: Workspace, dataset: str | int, settings: dict | None = None, *, person: str | None = None
) -> dict[str, Any]:
    """The job that prunes a model, as ``job_states`` describes it. Rows of the data set are what it looks at."""
    return start_task(ws, dataset, FAMILY, Prune.name, settings, person=person)


@needs("viewer", ANYWHERE)
def list_pruned(ws: Workspace) -> list[dict[str, Any]]:
    """Models pruned in this workspace, the newest first: name (what a setting for a model takes), title, facts, run,
    dataset."""
    found, seen = [], roles.visible_ids(ws)
    for run in reversed(runs.listed(ws.database)):
        if (run["family"], run["name"]) == (FAMILY, Prune.name) and run["dataset_id"] in seen:
            folder = folders.folder(ws.database, "runs", run["id"])
            facts = json.loads((folder / "pruning.json").read_text(encoding="utf-8"))
            title = run["settings"]["name"] or f"{facts['model']['name']}, {facts['method']} {facts['sparsity']:g}"
            about = {"title": title, "facts": facts, "run": run["id"]}
            found.append(
                {"name": str(folder / MODEL), "dataset": resolve_dataset(ws, run["dataset_id"])["name"], **about}
            )
    return found


@needs("curator", "run", writes="out")
def copy_pruned(ws: Workspace, run: int, out: str | Path) -> Path:
    """The model of a run as a folder of the user's. Problem where something stands there already."""
    from curation.jobs.publishing import link_tree

    out = checked_out(out)
    link_tree(folders.folder(ws.database, "runs", run) / MODEL, out)
    return out


def prune_at_once(
    settings: dict, out: str | Path, progress: Callable[[int, int, str], None] = lambda done, total, stage: None
) -> dict[str, Any]:
    """Prune in this process into ``out``, looking at made-up rows of the demo; the facts."""
    from curation.demo.generating import generate
    from curation.jobs.reasons import wants_memory
    from curation.jobs.rows import JobRows, write_rows

    out = checked_out(out)
    task = Prune(settings_from(Settings, settings))
    with TemporaryDirectory(prefix="winnow-prune-", dir=out.parent) as folder:
        rows = _demo_samples(generate)
        write_rows(Path(folder) / "in", [(range(len(rows)), rows)])
        try:
            facts = task.make(JobRows(Path(folder) / "in"), Path(folder) / "made" / MODEL, progress)
        except (MemoryError, RuntimeError, OSError) as error:
            if not wants_memory(error):
                raise
            raise Problem("the memory ran out while pruning: free some, or choose a smaller model") from None
        (Path(folder) / "made" / MODEL).rename(out)
    return facts


def checked_out(out: str | Path) -> Path:
    """Where a model may be written. Problem where something stands there, or the folder above does not."""
    out = Path(out).absolute()
    if out.exists():
        raise Problem(f"{out} is there already: choose another name, nothing is written over")
    if not out.parent.is_dir():
        raise Problem(f"there is no folder {out.parent}")
    return out


def _demo_samples(generate) -> list:
    from curation.samples import Sample, Turn

    records = generate(DEMO_ROWS, 0)
    return [
        Sample(
            [
                Turn("user", "\n\n".join(filter(None, (r["instruction"], r.get("input"))))),
                Turn("assistant", r["output"]),
            ]
        )
        for r in records
        if r["planted"] is None and r["output"].strip()
    ]

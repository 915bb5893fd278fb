"""Capability clusters: computed, read, and renamed or merged by hand."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.paser.tasks.capabilities import (
    NO_PROMPT,
    NUMBERS,
    SUMMARY,
    Capabilities,
    columns_of,
    renamed,
    write,
)
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.influence.keeping import keep_run
from curation.workflow.listing import resolve_dataset
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import folders, runs

FAMILY = "paser"
COLUMN = "capability"


@dataclass(frozen=True)
class Clusters:
    """The newest capability clusters of ``n`` rows.

    ``numbers`` int32 ``(n,)``, -1 none; ``capabilities`` a list of id, name, words, rows; ``facts`` clusters, gap,
    eigenvalues, stability by method, agreement between the methods, settings.
    """

    run_id: int
    numbers: np.ndarray
    capabilities: list[dict[str, Any]]
    facts: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return [one["name"] for one in self.capabilities]


@needs("curator")
def start_capabilities(
    ws: Workspace, dataset: str | int, settings: dict | None = None, *, person: str | None = None
) -> dict[str, Any]:
    """The job that clusters the prompts, as ``job_states`` describes it; embedding and map are computed before."""
    return start_task(ws, dataset, FAMILY, Capabilities.name, settings, person=person)


@needs("viewer")
def capabilities_of(ws: Workspace, dataset: str | int) -> Clusters | None:
    """The newest clusters, kept in memory and shared; None where none were made."""
    record = resolve_dataset(ws, dataset)
    made = [run for run in runs.listed(ws.database, record["id"]) if _is_of(run)]
    if not made:
        return None
    return ws.kept(("capabilities", record["id"]), made[-1]["id"], lambda _: _read(ws, made[-1]))


@needs("viewer")
def needed_capabilities(ws: Workspace, dataset: str | int) -> Clusters:
    """``capabilities_of``; Problem where none were made."""
    found = capabilities_of(ws, dataset)
    if found is None:
        raise Problem("this data set has no capability clusters yet: compute them first")
    return found


@needs("curator")
def rename_capabilities(
    ws: Workspace, dataset: str | int, names: dict[int, str], *, person: str | None = None
) -> dict[str, Any]:
    """Give capabilities other names, ``{id: name}``; those of equal names become one. Kept as another run, so the
    earlier names are still there; its record. Problem names what there is not."""
    record, found = resolve_dataset(ws, dataset), needed_capabilities(ws, dataset)
    held = runs.get(ws.database, found.run_id)
    before = folders.folder(ws.database, "runs", found.run_id)
    numbers, summary = renamed(found.numbers, found.capabilities, {str(key): name for key, name in names.items()})
    changed = columns_of(numbers, summary)
    columns = {}
    for column in Capabilities.columns:
        columns[column] = changed[column.name] if column.name in changed else np.load(before / f"{column.name}.npy")
    facts = {**found.facts, "renamed": {str(key): name for key, name in names.items()}}
    about = {"settings": held["settings"], "fingerprint": {**held["fingerprint"], "renamed": facts["renamed"]}}
    about["seconds"] = held["seconds"]
    return keep_run(
        ws,
        record,
        FAMILY,
        Capabilities.name,
        columns,
        about,
        missing=NO_PROMPT,
        person=person,
        fill=lambda folder: write(folder, numbers, summary, facts),
    )


def _read(ws: Workspace, run: dict[str, Any]) -> Clusters:
    folder = folders.folder(ws.database, "runs", run["id"])
    said = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    summary = said.pop("capabilities")
    return Clusters(run["id"], np.load(folder / f"{NUMBERS}.npy", mmap_mode="r"), summary, said)


def _is_of(run: dict[str, Any]) -> bool:
    return (run["family"], run["name"], run["partial"]) == (FAMILY, Capabilities.name, False)

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
BEFORE = "before"


@dataclass(frozen=True)
class Clusters:
    """The newest capability clusters of ``n`` rows.

    ``numbers`` int32 ``(n,)``, -1 none; ``capabilities`` a list of id, name, words, rows; ``facts`` clusters, gap,
    eigenvalues, stability by method, agreement between the methods, settings; ``before``, where names were given by
    hand, the run that had the names before.
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
    given = {str(key): name for key, name in names.items()}
    numbers, summary = renamed(found.numbers, found.capabilities, given)
    facts = {**found.facts, "renamed": given, BEFORE: found.run_id}
    return _kept(ws, record, Clusters(found.run_id, numbers, summary, facts), person)


@needs("curator")
def undo_renaming(ws: Workspace, dataset: str | int, *, person: str | None = None) -> dict[str, Any]:
    """Take back the latest names and merges given by hand, one after the other down to the clusters as computed. Kept
    as another run; its record. Problem where nothing was given by hand."""
    record, found = resolve_dataset(ws, dataset), needed_capabilities(ws, dataset)
    if BEFORE not in found.facts:
        raise Problem("nothing to take back: the capabilities are as they were computed")
    return _kept(ws, record, _read(ws, runs.get(ws.database, found.facts[BEFORE])), person)


def _kept(ws: Workspace, record: dict[str, Any], found: Clusters, person: str | None) -> dict[str, Any]:
    """These clusters as the newest run; whatever does not follow from them is that of the run they were made from."""
    held = runs.get(ws.database, found.run_id)
    from_folder = folders.folder(ws.database, "runs", found.run_id)
    changed = columns_of(found.numbers, found.capabilities)
    columns = {}
    for column in Capabilities.columns:
        name = column.name
        columns[column] = changed[name] if name in changed else np.load(from_folder / f"{name}.npy")
    said = {"renamed": found.facts["renamed"]} if "renamed" in found.facts else {}
    about = {"settings": held["settings"], "fingerprint": {**held["fingerprint"], **said}, "seconds": held["seconds"]}
    return keep_run(
        ws,
        record,
        FAMILY,
        Capabilities.name,
        columns,
        about,
        missing=NO_PROMPT,
        person=person,
        fill=lambda folder: write(folder, found.numbers, found.capabilities, found.facts),
    )


def _read(ws: Workspace, run: dict[str, Any]) -> Clusters:
    folder = folders.folder(ws.database, "runs", run["id"])
    said = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    summary = said.pop("capabilities")
    return Clusters(run["id"], np.load(folder / f"{NUMBERS}.npy", mmap_mode="r"), summary, said)


def _is_of(run: dict[str, Any]) -> bool:
    return (run["family"], run["name"], run["partial"]) == (FAMILY, Capabilities.name, False)

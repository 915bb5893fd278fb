"""What there is: data sets, subsets, jobs, scorers, models, decisions."""

from typing import Any

from curation.workflow.access import roles
from curation.workflow.access.finding import resolve_dataset
from curation.workflow.access.needing import ANYWHERE, needs, open_to_all
from curation.workflow.seen import all_said
from curation.workflow.workspace import Workspace
from store import decisions, runs, subsets


@needs("viewer", ANYWHERE)
def list_datasets(ws: Workspace) -> list[dict[str, Any]]:
    """Every version of every data set that whoever acts may see, by name: id, name, version, latest, rows, set_aside,
    format, mapping, reason, facts, person, created, labelled (rows that anyone decided), people, columns (names of
    scores), runs."""
    found, made = [], runs.listed(ws.database)
    for record in roles.visible(ws):
        own = [run for run in made if run["dataset_id"] == record["id"]]
        names = sorted({column["name"] for run in own for column in run["columns"]})
        found.append(record | labelled(ws, record) | {"columns": names, "runs": len(own)})
    return found


@needs("viewer", "record")
def labelled(ws: Workspace, record: dict[str, Any]) -> dict[str, int]:
    """How many rows of the data set anyone decided, and how many people said something: labelled, people."""
    from curation.workflow.said_columns import said_columns

    if record["id"] not in decisions.held(ws.database):
        return {"labelled": 0, "people": 0}
    said = said_columns(ws, record["id"], record["rows"])
    return {"labelled": int((said.decision() >= 0).sum()), "people": len(said.people)}


@needs("viewer", (ANYWHERE, "dataset"))
def list_subsets(ws: Workspace, dataset: str | int | None = None) -> list[dict[str, Any]]:
    """Subsets of one data set version, or all: id, name, version, latest, dataset, dataset_version, dataset_id, rows,
    recipe, funnel, detail, person, created."""
    if dataset is not None:
        return subsets.listed(ws.database, resolve_dataset(ws, dataset)["id"])
    seen = roles.visible_ids(ws)
    return [record for record in subsets.listed(ws.database) if record["dataset_id"] in seen]


@needs("viewer")
def list_runs(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Runs of a data set, oldest first; see ``store.runs.listed``."""
    return runs.listed(ws.database, resolve_dataset(ws, dataset)["id"])


@needs("viewer", ANYWHERE)
def list_jobs(ws: Workspace) -> list[dict[str, Any]]:
    """Jobs and their states; see ``curation.workflow.scoring.job_states``."""
    from curation.workflow.scoring import job_states

    return job_states(ws)


@open_to_all
def list_scorers(ws: Workspace | None = None) -> list[dict[str, Any]]:
    """Scorers by name: name, title, sentence, columns and settings, each with what forms are drawn from."""
    from dataclasses import asdict, fields

    from curation.plugin import Scorer, find

    found = []
    for name, scorer in find("curation.scorers", Scorer).items():
        settings = [
            {"name": f.name, "type": type(f.default).__name__, "default": f.default, **f.metadata}
            for f in fields(scorer.Settings)
        ]
        about = {"name": name, "title": scorer.title, "sentence": scorer.sentence}
        found.append(about | {"columns": [asdict(column) for column in scorer.columns], "settings": settings})
    return found


@open_to_all
def list_models(ws: Workspace | None = None) -> list[dict[str, Any]]:
    """Language models and embedders that settings can name; see ``curation.models.listing``."""
    from curation.models.listing import list_models

    return list_models()


@needs("viewer")
def list_decisions(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Everyone's current states that whoever acts may see, in row order: row, person, decision, tags, rating, note,
    corrections, event, made."""
    return all_said(ws, resolve_dataset(ws, dataset)["id"])


@needs("viewer")
def list_pairs(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Pairs of a data set with what people said of them; see ``curation.workflow.pairs.list_pairs``."""
    from curation.workflow.pairs import list_pairs

    return list_pairs(ws, dataset)


@needs("viewer")
def list_revisions(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Proposed answers and what became of each; see ``curation.workflow.nile.revisions.proposals``."""
    from curation.workflow.nile.revisions import proposals

    return proposals(ws, dataset)


@needs("viewer", ANYWHERE)
def list_criteria(ws: Workspace) -> list[dict[str, Any]]:
    """Every version of every set of criteria: name, version, latest, criteria (how many are in use), change, person,
    created."""
    from store import criteria_sets

    found = []
    for record in criteria_sets.listed(ws.database):
        content = record.pop("content")
        in_use = [one for one in content["criteria"] if one.get("status") != "vetoed"]
        found.append(record | {"criteria": len(in_use)})
    return found

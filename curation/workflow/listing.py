"""What there is: data sets, subsets, jobs, scorers, models, decisions."""

from typing import Any

from curation.workflow.workspace import Workspace
from store import datasets, decisions, runs, subsets


def list_datasets(ws: Workspace) -> list[dict[str, Any]]:
    """Every version of every data set, by name: id, name, version, latest, rows, set_aside, format, mapping, reason,
    facts, person, created, labelled (rows that anyone decided), people, columns (names of scores), runs."""
    counts = decisions.counts(ws.database)
    found = []
    for record in datasets.listed(ws.database):
        held = counts.get(record["id"], {"labelled": 0, "states": 0, "people": 0})
        made = runs.listed(ws.database, record["id"])
        names = sorted({column["name"] for run in made for column in run["columns"]})
        found.append(record | held | {"columns": names, "runs": len(made)})
    return found


def resolve_dataset(ws: Workspace, name: str | int | dict) -> dict[str, Any]:
    """The record of a data set by name (latest version), ``name@2``, or number; ValueError naming what there is."""
    if isinstance(name, dict):
        return name
    if isinstance(name, int):
        return datasets.get(ws.database, name)
    return datasets.resolve(ws.database, name)


def list_subsets(ws: Workspace, dataset: str | int | None = None) -> list[dict[str, Any]]:
    """Subsets of one data set version, or all: id, name, version, latest, dataset, dataset_version, dataset_id, rows,
    recipe, funnel, detail, person, created."""
    return subsets.listed(ws.database, None if dataset is None else resolve_dataset(ws, dataset)["id"])


def list_runs(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Runs of a data set, oldest first; see ``store.runs.listed``."""
    return runs.listed(ws.database, resolve_dataset(ws, dataset)["id"])


def list_jobs(ws: Workspace) -> list[dict[str, Any]]:
    """Jobs and their states; see ``curation.workflow.scoring.job_states``."""
    from curation.workflow.scoring import job_states

    return job_states(ws)


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


def list_models(ws: Workspace | None = None) -> list[dict[str, Any]]:
    """Language models and embedders that settings can name; see ``curation.models``."""
    from curation import models

    return models.list_models()


def list_decisions(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Everyone's current states in row order: row, person, decision, tags, rating, note, corrections, event, made."""
    return decisions.listed(ws.database, resolve_dataset(ws, dataset)["id"])

"""Sets of criteria under a name: every change by a person or a run is a version, kept with who made it."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from curation.critiq.criteria import STATUSES, Criterion, alike, from_json, to_json
from curation.problems import Problem
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.workspace import Workspace, acting
from store import criteria_sets

OUT_OF_DATE = (
    "pairs",
    "decided",
    "right",
    "flipped",
    "failed",
    "accuracy",
    "low",
    "high",
    "coverage",
    "credit",
    "grade",
)


@needs("viewer", ANYWHERE)
def get_set(ws: Workspace, name: str) -> dict[str, Any]:
    """A set by name or ``name@2``: name, version, latest, person, created, change, ``criteria`` (a list of dicts, with
    their measures where a run made them), ``candidates`` (not good enough yet) and ``report`` (of the run, or None)."""
    record = criteria_sets.resolve(ws.database, name)
    content = {"candidates": [], "report": None} | record.pop("content")
    return record | content


@needs("viewer", ANYWHERE)
def set_versions(ws: Workspace, name: str) -> list[dict[str, Any]]:
    """All versions of a set, oldest first, as ``get_set`` gives each: what was changed, by whom, when."""
    found = [get_set(ws, f"{name}@{one['version']}") for one in criteria_sets.listed(ws.database, name)]
    return found or [get_set(ws, name)]


def criteria_of(record: dict[str, Any], candidates: bool = False) -> list[Criterion]:
    """The criteria of ``get_set``, vetoed ones among them; with ``candidates`` those that are not in use as well."""
    return from_json(to_json([]) | {"criteria": record["criteria"] + (record["candidates"] if candidates else [])})


@needs("curator", ANYWHERE)
def edit_criterion(
    ws: Workspace,
    name: str,
    criterion: str,
    /,
    *,
    person: str | None = None,
    after: int | None = None,
    **parts: str,
) -> dict[str, Any]:
    """Change name, description, how or not_when of one criterion; what was measured of its old wording goes."""
    known = {"name", "description", "how", "not_when"}
    if not parts or set(parts) - known:
        raise Problem(f"of a criterion {', '.join(sorted(known))} can be changed")

    def change(one: dict) -> dict:
        plain = {key: value for key, value in one.items() if key not in OUT_OF_DATE}
        return plain | parts | {"origin": "curator"}

    return _changed(ws, name, criterion, change, {"what": "edited", "parts": sorted(parts)}, person, after)


@needs("curator", ANYWHERE)
def set_status(
    ws: Workspace, name: str, criterion: str, status: str, *, person: str | None = None, after: int | None = None
) -> dict[str, Any]:
    """Freeze a criterion, veto it, or make it active again; the set's new version."""
    if status not in STATUSES:
        raise Problem(f"a criterion is {', '.join(STATUSES)}, not {status}")
    words = {"frozen": "froze", "vetoed": "vetoed", "active": "made active"}[status]
    return _changed(ws, name, criterion, lambda one: one | {"status": status}, {"what": words}, person, after)


@needs("curator", ANYWHERE)
def add_criterion(
    ws: Workspace, name: str, criterion: dict[str, str], *, person: str | None = None, after: int | None = None
) -> dict[str, Any]:
    """Add a criterion of one's own (name, description, how, not_when) to a set, made where it is not there."""
    [made] = from_json(to_json([]) | {"criteria": [criterion | {"origin": "curator"}]})
    known = {one["name"] for one in criteria_sets.listed(ws.database)}
    content = {"criteria": [], "candidates": [], "report": None}
    if name in known:
        record = get_set(ws, name)
        content = {key: record[key] for key in content}
    twin = alike(made.name, (one["name"] for one in content["criteria"]))
    if twin:
        raise Problem(f"the set has a criterion of nearly the same name: {twin}")
    content["criteria"] = [*content["criteria"], asdict(made)]
    return _saved(ws, name, content, {"what": "added", "criterion": made.name}, person, after)


@needs("viewer", ANYWHERE, writes="path")
def export_set(ws: Workspace, name: str, path: str | Path) -> dict[str, Any]:
    """Write a set as a JSON file that ``import_set`` takes, measures and origin included."""
    record = get_set(ws, name)
    values = to_json([], record["name"]) | {"version": record["version"], "criteria": record["criteria"]}
    Path(path).write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return {"name": record["name"], "version": record["version"], "criteria": len(record["criteria"]), "out": str(path)}


@needs("curator", ANYWHERE, reads="path")
def import_set(
    ws: Workspace,
    path: str | Path,
    name: str | None = None,
    *,
    person: str | None = None,
    file_name: str | None = None,
) -> dict[str, Any]:
    """A set from a file of ``export_set``, under its own name or another; a new version where there is one.

    Measures of elsewhere are left behind: they hold for other pairs. ``file_name`` is what the file is called where it
    was chosen.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise Problem(f"{path} is no JSON file") from None
    criteria = from_json(values)
    if not criteria:
        raise Problem(f"{path} holds no criteria")
    wanted = name or values.get("name") or Path(path).stem
    content = {
        "criteria": [asdict(replace(one, origin="import")) for one in criteria],
        "candidates": [],
        "report": None,
    }
    return _saved(ws, str(wanted), content, {"what": "imported", "file": file_name or Path(path).name}, person, None)


def _changed(ws: Workspace, name: str, criterion: str, change, told: dict, person, after) -> dict[str, Any]:
    record = get_set(ws, name)
    content = {key: list(record[key]) for key in ("criteria", "candidates")} | {"report": record["report"]}
    for listed in (content["criteria"], content["candidates"]):
        for place, one in enumerate(listed):
            if one["name"] == criterion:
                new = change(one)
                listed[place] = new
                from_json(to_json([]) | {"criteria": [*content["criteria"], *content["candidates"]]})
                if listed is content["candidates"] and new.get("status") in ("frozen", "vetoed"):
                    content["criteria"].append(listed.pop(place))
                return _saved(ws, record["name"], content, told | {"criterion": criterion}, person, after)
    names = ", ".join(one["name"] for one in record["criteria"])
    raise Problem(f"{name} has no criterion {criterion}; it has {names or 'none'}")


def _saved(ws: Workspace, name: str, content: dict, change: dict, person, after) -> dict[str, Any]:
    record = criteria_sets.save(ws.database, name, content, change, acting(ws, person), after)
    return get_set(ws, f"{record['name']}@{record['version']}")

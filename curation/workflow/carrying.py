"""What people had said about an earlier version of a data set, offered for the rows of a newer one."""

from typing import Any

from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.seen import held_back
from curation.workflow.workspace import Workspace, acting
from store import annotations, carrying
from store.states import from_text, shown, to_text


@needs("viewer")
def unmatched_rows(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """What people said about rows of earlier versions that this version has not: version, row, person, decision,
    tags, rating, note, corrections."""
    _, unmatched = carrying.offered(ws.database, resolve_dataset(ws, dataset))
    unmatched = _seen(ws, unmatched)
    places = ("version", "row", "person")
    return [{name: entry[name] for name in places} | shown(from_text(entry["state"])) for entry in unmatched]


@needs("curator")
def carry_over(ws: Workspace, dataset: str | int, *, person: str | None = None) -> dict[str, Any]:
    """Take over what people said about rows with equal keys in earlier versions, as one event that can be undone.

    Nobody's state in this version is replaced. Returns event (None where nothing was to do), rows, unmatched (rows),
    lost (corrections whose place this version's records do not have).
    """
    record = resolve_dataset(ws, dataset)
    matched, unmatched = (_seen(ws, entries) for entries in carrying.offered(ws.database, record))
    brought, lost = _in_this_layout(ws, record, matched)
    detail = {"from": sorted({entry["version"] for entry in matched})}
    done = annotations.carry(ws.database, record["id"], brought, detail, acting(ws, person))
    return done | {"unmatched": len({(entry["version"], entry["row"]) for entry in unmatched}), "lost": lost}


def _seen(ws: Workspace, entries: list[dict]) -> list[dict]:
    """Those that whoever acts may see; the others can be taken over once all have judged their rows."""
    held = {number: held_back(ws, number) for number in {entry["dataset_id"] for entry in entries}}
    return [entry for entry in entries if (entry["row"], entry["person"]) not in held[entry["dataset_id"]]]


def _in_this_layout(ws: Workspace, record: dict, matched: list[dict]) -> tuple[list[tuple[int, str, str]], int]:
    """States (position, person, JSON) with the paths of corrections as this version's records have them."""
    from curation.workflow.rows import originals

    brought, lost = [], 0
    for entry in matched:
        state = from_text(entry["state"])
        if "corrections" in state:
            [there] = originals(ws, entry["dataset_id"], [entry["row"]])
            [here] = originals(ws, record["id"], [entry["position"]])
            kept = state["corrections"]
            if not _alike(resolve_dataset(ws, entry["dataset_id"]), record):
                kept = _moved(kept, there.sample, here.sample)
            lost += len(state["corrections"]) - len(kept)
            state["corrections"] = kept
            state = {name: value for name, value in state.items() if value}
        if state:
            brought.append((entry["position"], entry["person"], to_text(state)))
    return brought, lost


def _moved(corrections: dict[str, dict], there, here) -> dict[str, dict]:
    """Corrections under the paths that the same turns have in another layout of an equal conversation."""
    from curation.corrections import dotted

    pairs = zip([*there.turns, *there.rejected], [*here.turns, *here.rejected], strict=False)
    places = {dotted(old.path): dotted(new.path) for old, new in pairs if old.path and new.path}
    return {places[path]: text for path, text in corrections.items() if path in places}


def _alike(one: dict, other: dict) -> bool:
    return (one["format"], one["mapping"]) == (other["format"], other["mapping"])

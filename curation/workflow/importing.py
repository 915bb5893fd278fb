"""Files into data sets: preview, import, and what people had said about an earlier version."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from curation.problems import Problem
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace, acting
from store import annotations, carrying, datasets, folders

Progress = Callable[[int, int, str], None] | None


def import_file(
    ws: Workspace,
    path: str | Path,
    name: str | None = None,
    format: str = "auto",
    mapping: dict | None = None,
    *,
    person: str | None = None,
    progress: Progress = None,
    allowed: Iterable[str | Path] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Import a file as a new version of the data set ``name`` (default: the file's stem).

    Returns dataset, version, id, rows, set_aside, format, mapping, reason, seconds; ``carried``: rows whose key has
    earlier decisions (``carry_over`` takes them), ``unmatched``: earlier decided rows that are not in this version.
    ``allowed`` restricts the path to these folders (what a browser may name). Problem where nothing can be imported.
    """
    from curation.importing import import_rows

    path = permitted(path, allowed)
    name = datasets.checked_name(name if name is not None else default_name(path))
    who = acting(ws, person)
    number = folders.reserve(ws.database, "datasets")
    try:
        target = folders.unfinished(ws.database, "datasets", number)
        report = import_rows(path, target, format=format, mapping=mapping, progress=progress, stopped=stopped)
        folders.publish(ws.database, "datasets", number)
        record = datasets.add(ws.database, number, name, _report(report, path), who)
    except BaseException:
        folders.discard(ws.database, "datasets", number)
        raise
    matched, unmatched = carrying.offered(ws.database, record)
    return {
        "dataset": record["name"],
        "version": record["version"],
        "id": record["id"],
        "rows": record["rows"],
        "set_aside": record["set_aside"],
        "format": record["format"],
        "mapping": record["mapping"],
        "reason": record["reason"],
        "seconds": report.seconds,
        "carried": len({entry["position"] for entry in matched}),
        "unmatched": len({(entry["version"], entry["row"]) for entry in unmatched}),
    }


def permitted(path: str | Path, allowed: Iterable[str | Path] | None) -> Path:
    """The path as it really is; Problem where it is not under one of the allowed folders (None allows any)."""
    real = Path(path).expanduser().resolve()
    if allowed is None:
        return real
    folders_ = [Path(folder).expanduser().resolve() for folder in allowed]
    if not any(real.is_relative_to(folder) for folder in folders_):
        names = ", ".join(map(str, folders_)) or "none: set allowed_folders in config.toml"
        raise Problem(f"{real.name} does not lie in a folder that may be imported from ({names})")
    return real


def default_name(path: Path) -> str:
    """A data set's name from the file's: without folder and ending, ``@`` and unprintable characters replaced."""
    stem = path.name.removesuffix(".gz")
    stem = stem.rpartition(".")[0] or stem
    return "".join(c if c.isprintable() and c != "@" else "-" for c in stem).strip()[:200] or "data"


def _report(report, path: Path) -> dict[str, Any]:
    facts = {"file_name": path.name, "sha256": report.sha256}
    parts = {name: getattr(report, name) for name in ("rows", "set_aside", "format", "reason")}
    return parts | {"mapping": report.mapping or {}, "facts": facts}


def unmatched_rows(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """What people said about rows of earlier versions that this version has not: version, row, person, decision,
    tags, rating, note, corrections."""
    from store.states import from_text, shown

    _, unmatched = carrying.offered(ws.database, resolve_dataset(ws, dataset))
    places = ("version", "row", "person")
    return [{name: entry[name] for name in places} | shown(from_text(entry["state"])) for entry in unmatched]


def carry_over(ws: Workspace, dataset: str | int, *, person: str | None = None) -> dict[str, Any]:
    """Take over what people said about rows with equal keys in earlier versions, as one event that can be undone.

    Nobody's state in this version is replaced. Returns event (None where nothing was to do), rows, unmatched (rows),
    lost (corrections whose place this version's records do not have).
    """
    record = resolve_dataset(ws, dataset)
    matched, unmatched = carrying.offered(ws.database, record)
    brought, lost = _in_this_layout(ws, record, matched)
    detail = {"from": sorted({entry["version"] for entry in matched})}
    done = annotations.carry(ws.database, record["id"], brought, detail, acting(ws, person))
    return done | {"unmatched": len({(entry["version"], entry["row"]) for entry in unmatched}), "lost": lost}


def _in_this_layout(ws: Workspace, record: dict, matched: list[dict]) -> tuple[list[tuple[int, str, str]], int]:
    """States (position, person, JSON) with the paths of corrections as this version's records have them."""
    from curation.workflow.rows import originals
    from store.states import from_text, to_text

    brought, lost = [], 0
    for entry in matched:
        state = from_text(entry["state"])
        if "corrections" in state:
            [there] = originals(ws, entry["dataset_id"], [entry["row"]])
            [here] = originals(ws, record["id"], [entry["position"]])
            kept = _moved(state["corrections"], there.sample, here.sample)
            lost += len(state["corrections"]) - len(kept)
            state["corrections"] = kept
            state = {name: value for name, value in state.items() if value}
        if state:
            brought.append((entry["position"], entry["person"], to_text(state)))
    return brought, lost


def _moved(corrections: dict[str, dict], there, here) -> dict[str, dict]:
    """Corrections under the paths that the same turns have in another layout of an equal conversation."""
    pairs = zip([*there.turns, *there.rejected], [*here.turns, *here.rejected], strict=False)
    places = {_joined(old.path): _joined(new.path) for old, new in pairs if old.path and new.path}
    return {places[path]: text for path, text in corrections.items() if path in places}


def _joined(path: tuple) -> str:
    return ".".join(map(str, path))

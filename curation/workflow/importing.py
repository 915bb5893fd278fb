"""Files into data sets: preview, import, and what people had said about an earlier version."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.actors import Refused
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.carrying import carry_over, unmatched_rows
from curation.workflow.removing import delete_dataset, rename_dataset, what_goes
from curation.workflow.workspace import Workspace, acting
from store import carrying, datasets, folders

__all__ = [
    "carry_over",
    "delete_dataset",
    "import_file",
    "permitted",
    "preview_file",
    "rename_dataset",
    "unmatched_rows",
    "what_goes",
]

Progress = Callable[[int, int, str], None] | None


@needs("curator", ANYWHERE, reads="path")
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
    file_name: str | None = None,
    stopped: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Import a file as a new version of the data set ``name`` (default: the file's stem).

    Returns dataset, version, id, rows, set_aside, format, mapping, reason, seconds; ``carried``: rows whose key has
    earlier decisions (``carry_over`` takes them), ``unmatched``: earlier decided rows that are not in this version.
    ``allowed`` restricts the path to these folders (what a browser may name); ``file_name`` is what the file was called
    where the path is a name of ours (an upload). Problem where nothing can be imported.
    """
    from curation.importing import import_rows

    path = permitted(path, allowed)
    name = datasets.checked_name(name if name is not None else default_name(file_name or path.name))
    _may_take(ws, name)
    who = acting(ws, person)
    number = folders.reserve(ws.database, "datasets")
    try:
        target = folders.unfinished(ws.database, "datasets", number)
        report = import_rows(path, target, format, mapping, progress, stopped, file_name)
        folders.publish(ws.database, "datasets", number)
        record = datasets.add(ws.database, number, name, _report(report), who)
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


@needs("curator", ANYWHERE, reads="path")
def preview_file(
    ws: Workspace,
    path: str | Path,
    format: str = "auto",
    mapping: dict | None = None,
    n: int = 10,
    *,
    allowed: Iterable[str | Path] | None = None,
    file_name: str | None = None,
) -> dict[str, Any]:
    """What an import would make of the file: container, format, mapping, reason, alternatives, fields (names seen),
    rows [{line, record, sample (a Sample), prompt, response}] and set_aside [{line, reason, excerpt}] among the first.
    """
    from curation.importing import preview

    seen = preview(permitted(path, allowed), format, mapping, n, file_name)
    rows = [
        {"line": raw.line, "record": raw.record, "sample": s, "prompt": s.prompt, "response": s.response}
        for raw, s in seen.rows
    ]
    aside = [{"line": one.line, "reason": one.reason, "excerpt": one.excerpt} for one in seen.set_aside]
    guess = {name: getattr(seen.guess, name) for name in ("format", "mapping", "reason")}
    others = [
        {"format": name, "confidence": other.confidence, "reason": other.reason, "mapping": other.mapping}
        for name, other in seen.guess.alternatives
    ]
    return {
        "container": seen.container,
        **guess,
        "alternatives": others,
        "fields": seen.fields,
        "rows": rows,
        "set_aside": aside,
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


def default_name(file_name: str) -> str:
    """A data set's name from the file's: without folder and ending, ``@`` and unprintable characters replaced."""
    stem = Path(file_name).name.removesuffix(".gz")
    stem = stem.rpartition(".")[0] or stem
    return "".join(c if c.isprintable() and c != "@" else "-" for c in stem).strip()[:200] or "data"


def _may_take(ws: Workspace, name: str) -> None:
    """A name that is taken takes the role of curator on it; of one that they cannot see, people learn only this."""
    taken = [record for record in datasets.listed(ws.database) if record["name"] == name]
    if taken and not roles.sees(ws, taken[-1]):
        raise Refused(f"{name} cannot be taken as a name: choose another")
    if taken:
        roles.require_on(ws, taken[-1], roles.CURATOR)


def _report(report) -> dict[str, Any]:
    told = ("rows", "set_aside", "format", "mapping", "reason")
    facts = {name: fact for name, fact in report.facts.items() if name not in told}
    return {name: getattr(report, name) for name in told} | {"facts": facts}

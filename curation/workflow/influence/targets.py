"""Targets saved by name for a data set: from its rows, from a file in any import format, or typed."""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from curation.influence.targets import read_target, write_target
from curation.problems import Problem
from curation.samples import Sample, Turn
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace, acting
from store import folders
from store import targets as records

FILE = "target.jsonl"
MOST_ROWS = 1000
NAME = re.compile(r"[^\W_][\w.-]{0,59}")


@needs("viewer")
def list_targets(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Targets of a data set, by name: id, name, dataset, origin (rows, file, typed), detail, rows, sha256, person,
    created."""
    return records.listed(ws.database, resolve_dataset(ws, dataset)["id"])


@needs("viewer")
def get_target(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    """One of ``list_targets``; ValueError naming what there is."""
    return records.resolve(ws.database, resolve_dataset(ws, dataset)["id"], name)


@needs("viewer", "target")
def target_path(ws: Workspace, target: dict[str, Any]) -> Path:
    """The file with the target's rows, as methods read it."""
    return folders.folder(ws.database, "targets", target["id"]) / FILE


@needs("viewer", "target")
def target_samples(ws: Workspace, target: dict[str, Any]) -> list[Sample]:
    """The target's rows in canonical form."""
    return read_target(target_path(ws, target))


@needs("curator")
def save_rows_target(
    ws: Workspace,
    dataset: str | int,
    name: str,
    positions: Sequence[int],
    *,
    condition: str = "",
    person: str | None = None,
) -> dict[str, Any]:
    """Save the rows at ``positions``, as corrected, as a target; ``condition`` says how they were found."""
    from curation.workflow.rows import rows_page

    record = resolve_dataset(ws, dataset)
    wanted = list(dict.fromkeys(int(position) for position in positions))
    _refuse_many(len(wanted))
    outside = [position for position in wanted if not 0 <= position < record["rows"]]
    if outside:
        raise Problem(f"there is no row {outside[0]}; the data set has {record['rows']:,} rows, counted from 0")
    samples = [row["sample"] for row in rows_page(ws, record["id"], wanted)]
    detail = {"dataset_id": record["id"], "positions": wanted, "condition": condition}
    return _save(ws, record, name, samples, "rows", detail, person)


@needs("curator", reads="path")
def save_file_target(
    ws: Workspace,
    dataset: str | int,
    name: str,
    path: str | Path,
    *,
    format: str = "auto",
    file_name: str | None = None,
    allowed: Iterable[str | Path] | None = None,
    replace: bool = False,
    person: str | None = None,
) -> dict[str, Any]:
    """Save the rows of a file in any import format as a target.

    ``detail`` of the record says format, reason, ``set_aside`` and the first of those with line and reason. With
    ``replace`` a target of that name gives way, unless it has the same rows: then it is kept and returned.
    """
    from curation.importing import import_rows, read_samples
    from curation.workflow.importing import permitted

    record = resolve_dataset(ws, dataset)
    checked_name(name)
    real = permitted(path, allowed)
    with tempfile.TemporaryDirectory(prefix="winnow-target-") as folder:
        report = import_rows(real, folder, format, file_name=file_name)
        _refuse_many(report.rows)
        samples = [sample for _, some in read_samples(Path(folder), report.format, report.mapping) for sample in some]
    aside = [{"line": one.line, "reason": one.reason} for one in report.first_set_aside]
    detail = {"file": Path(file_name or real).name, "format": report.format, "reason": report.reason}
    detail |= {"set_aside": report.set_aside, "first_set_aside": aside}
    return _save(ws, record, name, samples, "file", detail, person, replace)


@needs("curator")
def save_typed_target(
    ws: Workspace, dataset: str | int, name: str, prompt: str, answer: str, *, person: str | None = None
) -> dict[str, Any]:
    """Save a prompt and its answer as a target."""
    return _save(ws, resolve_dataset(ws, dataset), name, [typed(prompt, answer)], "typed", {}, person)


def typed(prompt: str, answer: str) -> Sample:
    """The row that a typed prompt and answer make; without a prompt, plain text. Problem without an answer."""
    if not answer.strip():
        raise Problem("give an answer: influence is measured on the answer's tokens")
    turns = [Turn("user", prompt)] if prompt.strip() else []
    return Sample([*turns, Turn("assistant", answer)])


@needs("curator")
def rename_target(
    ws: Workspace, dataset: str | int, name: str, new_name: str, *, person: str | None = None
) -> dict[str, Any]:
    """Give a target another name; scores stored under the old name keep it. The record."""
    record = resolve_dataset(ws, dataset)
    target = records.resolve(ws.database, record["id"], name)
    records.rename(ws.database, target, checked_name(new_name), record["id"], acting(ws, person))
    return records.get(ws.database, target["id"])


@needs("curator")
def delete_target(
    ws: Workspace, dataset: str | int, name: str, confirm: str, *, person: str | None = None
) -> dict[str, Any]:
    """Delete a target; scores stored from it stay. ``confirm`` must repeat the name. The record that it was."""
    if confirm != name:
        raise Problem(f"to delete the target {name}, repeat its name; {confirm!r} is not it")
    record = resolve_dataset(ws, dataset)
    target = records.resolve(ws.database, record["id"], name)
    records.delete(ws.database, target, record["id"], acting(ws, person))
    return target


def checked_name(name: str) -> str:
    """The name without space at its ends; Problem where it cannot be part of a column's name."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise Problem(
            f"{name[:60]!r} cannot be a target's name: use 1 to 60 letters, digits, _, - or ., a letter or digit first"
        )
    return name


def _save(ws, record, name, samples, origin, detail, person, replace=False) -> dict[str, Any]:
    name, who = checked_name(name), acting(ws, person)
    answered = [sample for sample in samples if sample.response.strip()]
    detail = detail | {"without_answer": len(samples) - len(answered)}
    number = folders.reserve(ws.database, "targets")
    try:
        path = folders.unfinished(ws.database, "targets", number) / FILE
        write_target(path, answered or samples)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        same = _give_way(ws, record, name, digest, who) if replace else None
        if same is not None:
            folders.discard(ws.database, "targets", number)
            return same
        folders.publish(ws.database, "targets", number)
        made = {"origin": origin, "detail": detail, "rows": len(answered), "sha256": digest}
        return records.add(ws.database, number, record["id"], name, made, who)
    except BaseException:
        folders.discard(ws.database, "targets", number)
        raise


def _give_way(ws: Workspace, record: dict, name: str, digest: str, who: str) -> dict[str, Any] | None:
    """The target of that name when it has these very rows; another one is deleted."""
    for held in records.listed(ws.database, record["id"]):
        if held["name"] == name and held["sha256"] == digest:
            return held
        if held["name"] == name:
            records.delete(ws.database, held, record["id"], who)
    return None


def _refuse_many(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Problem(f"a target has at most {MOST_ROWS:,} rows, and these are {rows:,}: take a part of them")

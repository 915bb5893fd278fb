"""Exports: a subset's rows as a file with its manifest and evidence; everyone's decisions."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from curation.exporting.manifest import as_input
from curation.exporting.package import Wanted, package
from curation.exporting.source_rows import Chosen
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.kept_subsets import get_subset, score_runs, subset_evidence, subset_positions
from curation.workflow.listing import resolve_dataset
from curation.workflow.proposals.current import approval_of
from curation.workflow.seen import all_said, corrected
from curation.workflow.workspace import Workspace, acting
from store import folders
from store.clock import now

Progress = Callable[[int, int, str], None] | None


@needs("curator", "subset", writes="out")
def export_subset(
    ws: Workspace,
    subset: str | int,
    out: str | Path,
    format: str = "original",
    split: str | Sequence[float] | None = None,
    seed: int = 0,
    *,
    person: str | None = None,
    progress: Progress = None,
) -> dict[str, Any]:
    """Write a subset to ``out``, with ``OUT.manifest.json`` and ``OUT.evidence.parquet`` beside it.

    ``format``: original, alpaca, messages, sharegpt, prompt_completion, dpo, kto, text or parquet; but for original the
    suffix of ``out`` chooses JSON lines, a JSON array, CSV or Parquet, and ``.gz`` compresses. ``split`` is ``95/5``
    (or two shares): ``OUT.train`` and ``OUT.valid``, near-duplicates on one side. Corrections are those of now.
    The manifest names the approval of this version (``proposals.approval_of``), or says that there is none. Returns
    out, rows, files, manifest, evidence, approval, loses {field: rows}, refused and its reasons, notes, and ``told``,
    lines of words on all that.
    """
    record = get_subset(ws, subset)
    wanted = Wanted(format, _split(split, seed))
    evidence = subset_evidence(ws, record["id"])
    chosen = _chosen(ws, record)
    scores = record["detail"]["scores"]
    if wanted.split:
        scores = scores + _add_groups(ws, record, evidence)
    approval = approval_of(ws, record)
    about = _about(ws, record, chosen) | {"scores": scores, "person": acting(ws, person), "approval": approval}
    made = package(chosen, evidence, about, Path(out).absolute(), wanted, progress)
    made = {"subset": f"{record['name']}@{record['version']}", "out": str(out), **made, "approval": approval}
    return made | {"told": told(made)}


@needs("viewer", "subset")
def check_export(ws: Workspace, subset: str | int, format: str) -> dict[str, Any]:
    """What a conversion loses and refuses, nothing written: loses {field: rows}, refused, reasons, first_refused."""
    if format == "original":
        return {"loses": {}, "refused": 0, "reasons": {}, "first_refused": []}
    from curation.exporting.converting import check_conversion

    return check_conversion(_chosen(ws, get_subset(ws, subset)), "messages" if format == "parquet" else format).told()


def replay(
    manifest: str | Path, input: str | Path, out: str | Path, recompute: bool = False, *, progress: Progress = None
) -> dict[str, Any]:
    """The exported file again from its manifest and the same input; see ``curation.workflow.replaying``."""
    from curation.workflow import replaying

    return replaying.replay(manifest, input, out, recompute, progress=progress)


@needs("curator", writes="out")
def export_decisions(
    ws: Workspace, dataset: str | int, out: str | Path, *, person: str | None = None, progress: Progress = None
) -> dict[str, Any]:
    """Everyone's decisions: row, key, person, decision, tags, rating, note, corrections (JSON), made; one line each.

    JSON lines, or by the suffix a JSON array, CSV (formulas escaped) or Parquet. Returns decisions, people, out.
    """
    from curation.exporting.containers import container_for, writer_of
    from curation.exporting.converting import dumped
    from curation.exporting.output import Outputs
    from curation.exporting.source_rows import keys

    record = resolve_dataset(ws, dataset)
    said = all_said(ws, record["id"])
    held = keys(folders.folder(ws.database, "datasets", record["id"]))
    out = Path(out).absolute()

    def lines() -> Iterator[list[bytes]]:
        for entry in said:
            yield [dumped({"row": entry["row"], "key": held[entry["row"]].tobytes().hex(), **_plain(entry)})]

    with Outputs() as outputs:
        output = outputs.add(out)
        writer_of(container_for(out, "decisions"))(lines(), output)
        output.finish()
    people = sorted({entry["person"] for entry in said})
    return {"dataset": record["name"], "decisions": len(said), "people": people, "out": str(out)}


def told(made: dict[str, Any]) -> list[str]:
    """The result of an export in words, a line each: files, what was lost and refused, remarks."""
    lines = [f"{about['rows']:,} rows written to {about['path']}" for about in made["files"]]
    if made["corrected"]:
        lines.append(f"{made['corrected']:,} rows with corrections")
    if made["loses"]:
        lost = ", ".join(f"{name} ({rows:,} rows)" for name, rows in made["loses"].items())
        lines.append(f"the format {made['format']} leaves out: {lost}")
    if made["refused"]:
        reason, rows = next(iter(made["reasons"].items()))
        lines.append(
            f"{made['refused']:,} rows refused, listed in {made['refused_file']}; most often ({rows:,}): {reason}"
        )
    return [*lines, *made["notes"], approved(made["subset"], made["approval"])]


def approved(subset: str, approval: dict[str, Any] | None) -> str:
    """Who approved a subset (``name@2``), in words."""
    if approval is None:
        return f"{subset} has not been approved"
    standing = "is" if approval["is_current"] else "was"
    since = approval["corrected_since"]
    rows = "1 row" if since == 1 else f"{since:,} rows"
    corrected = f"; {rows} of the data set corrected since" if since else ""
    return (
        f"{subset} {standing} the {approval['pointer']} one: approved by {approval['approved_by']} on "
        f"{approval['approved'][:10]} (proposal {approval['proposal']}){corrected}"
    )


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    plain = {name: entry[name] for name in ("person", "decision", "tags", "rating", "note")}
    corrections = json.dumps(entry["corrections"], ensure_ascii=False) if entry["corrections"] else None
    return plain | {"corrections": corrections, "made": entry["made"]}


def _split(wanted: str | Sequence[float] | None, seed: int):
    if wanted is None:
        return None
    from curation.exporting.splitting import parse_split

    return parse_split(wanted, seed)


def _chosen(ws: Workspace, record: dict[str, Any]) -> Chosen:
    folder = folders.folder(ws.database, "datasets", record["dataset_id"])
    facts = json.loads((folder / "source.json").read_text("utf-8"))
    positions = np.asarray(subset_positions(ws, record["id"]))
    corrections = corrected(ws, record["dataset_id"])
    return Chosen(folder, facts, facts["format"], facts["mapping"], positions, corrections)


def _add_groups(ws: Workspace, record: dict[str, Any], evidence) -> list[dict[str, Any]]:
    """Put the near-duplicate groups into the evidence; the run they come from, if it is not named there already."""
    from curation.exporting.evidence import column_values
    from curation.exporting.splitting import COLUMN
    from curation.workflow.rows import columns

    if any(about["name"] == COLUMN for about in evidence.columns):
        return []
    table = columns(ws, record["dataset_id"])
    if COLUMN not in {info.name for info in table.names()}:
        raise Problem("a split keeps near-duplicates on one side: score the data set with `near_duplicate` first")
    runs = score_runs(ws, [COLUMN], table.runs.serving)
    if any(run["partial"] for run in runs):
        raise Problem("near-duplicates are known for a part of the rows only: score all of them before a split")
    evidence.add(COLUMN, "number", column_values(table, COLUMN, "number"))
    return runs


def _about(ws: Workspace, record: dict[str, Any], chosen: Chosen) -> dict[str, Any]:
    named = {name: record[name] for name in ("name", "version", "person", "created")}
    return {
        "created": now(),
        "dataset": {"name": record["dataset"], "version": record["dataset_version"]},
        "subset": named,
        "input": as_input(chosen.facts, chosen.facts["rows"], chosen.facts["set_aside"]),
        "reading": {"format": chosen.format, "mapping": chosen.mapping},
        "recipe": record["recipe"],
        "steps": record["funnel"],
    }

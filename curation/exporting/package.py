"""An export with all that belongs to it: the rows, the evidence and the manifest, put in place together."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from curation.exporting.evidence import Evidence, write_evidence
from curation.exporting.manifest import build, read_manifest
from curation.exporting.ordering import ascending
from curation.exporting.output import Output, Outputs, beside
from curation.exporting.source_rows import Chosen, keys
from curation.exporting.writing import Target, Written, side_path, target_for, write_rows
from curation.problems import Problem

if TYPE_CHECKING:
    from curation.exporting.splitting import Split

MANIFEST, EVIDENCE = "manifest.json", "evidence.parquet"


@dataclass(frozen=True)
class Wanted:
    """What an export should be: a format of ``writing.FORMATS``, and a split into two sides or None."""

    format: str = "original"
    split: "Split | None" = None


def package(
    chosen: Chosen,
    evidence: Evidence,
    about: dict[str, Any],
    out: Path,
    wanted: Wanted,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Any]:
    """Write ``out`` and, beside it, its manifest and evidence; see ``manifest.build`` for ``about``.

    Returns files (path, rows, bytes, sha256), manifest, evidence, and what a conversion lost and refused. Problem when
    the rows or the name do not fit; then nothing is put in place.
    """
    if not len(chosen.positions):
        raise Problem("the subset has no rows: there is nothing to export")
    target = target_for(out, wanted.format, chosen.facts, sides_of(chosen, evidence, wanted.split))
    manifest_path, proof_path = _beside(out, {side_path(out, side).name for side in target.sides})
    with Outputs() as outputs:
        written = write_rows(outputs, chosen, out, target, _reporter(progress, len(chosen.positions)))
        proof = outputs.add(proof_path)
        write_evidence(evidence, proof, keys(chosen.folder), chosen.corrections)
        proof.rows = evidence.rows
        proof.finish()
        manifest = build(about, _made(target, wanted, written, chosen), written.files, proof)
        _write_json(outputs.add(manifest_path), manifest)
    return {
        "format": target.format,
        "container": target.container,
        "rows": sum(output.rows for output in written.files),
        "files": [{**output.describe(), "path": str(output.path)} for output in written.files],
        "manifest": str(manifest_path),
        "evidence": str(proof.path),
        "corrected": manifest["export"]["corrected"],
        "notes": written.notes,
        **_told(written, out),
    }


def sides_of(chosen: Chosen, evidence: Evidence, split: "Split | None") -> dict[str, np.ndarray]:
    """Positions of each file: all under no name, or those of ``train`` and ``valid``."""
    if split is None:
        return {"": chosen.positions}
    from curation.exporting.splitting import divide

    return divide(chosen.positions, evidence.as_columns(), split)


def positions_digest(positions: np.ndarray) -> str:
    """SHA-256 of positions ``(k,)`` in output order, as little-endian 64-bit integers."""
    return hashlib.sha256(positions.astype("<i8").tobytes()).hexdigest()


def _made(target: Target, wanted: Wanted, written: Written, chosen: Chosen) -> dict[str, Any]:
    split = wanted.split and {"shares": list(wanted.split.shares), "seed": wanted.split.seed}
    corrected = np.isin(np.fromiter(chosen.corrections, np.int64, len(chosen.corrections)), chosen.positions)
    tally = written.tally
    lost = {"loses": dict(sorted(tally.loses.items())), "refused": tally.refused} if tally else {}
    return {
        "format": target.format,
        "container": target.container,
        "split": split,
        "file_order": ascending(chosen.positions),
        "positions_sha256": positions_digest(chosen.positions),
        "corrected": int(np.count_nonzero(corrected)),
        **lost,
    }


def _told(written: Written, out: Path) -> dict[str, Any]:
    if written.tally is None:
        return {"loses": {}, "refused": 0}
    refusals = {"refused_file": str(beside(out, "refused.jsonl"))} if written.tally.refused else {}
    return written.tally.told() | refusals


def _beside(out: Path, files: set[str]) -> tuple[Path, Path]:
    """Where manifest and evidence go: ``o.manifest.json`` for ``o.jsonl``, or ``o.jsonl.manifest.json`` where the
    former is there already and belongs to other files, such as ``o.csv``."""
    usual = beside(out, MANIFEST)
    if not usual.exists() or _files_of(usual) == files:
        return usual, beside(out, EVIDENCE)
    return out.with_name(f"{out.name}.{MANIFEST}"), out.with_name(f"{out.name}.{EVIDENCE}")


def _files_of(manifest: Path) -> set[str]:
    try:
        return {about["file"] for about in read_manifest(manifest)["outputs"]}
    except (ValueError, KeyError, TypeError):
        return set()


def _write_json(output: Output, values: dict[str, Any]) -> None:
    import json

    output.write(json.dumps(values, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


def _reporter(progress, total: int):
    return (lambda done: progress(done, total, "writing")) if progress else (lambda done: None)

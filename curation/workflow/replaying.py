"""Replay: the same file again from its manifest, its evidence and the same input, on any machine, in no workspace."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation import recipe as recipes
from curation.exporting.evidence import Evidence, read_evidence
from curation.exporting.manifest import other_versions, read_manifest, split_of
from curation.exporting.output import Outputs, sha256_of
from curation.exporting.package import positions_digest, sides_of
from curation.exporting.source_rows import Chosen, keys
from curation.exporting.writing import Target, Written, write_rows
from curation.problems import Problem

Progress = Callable[[int, int, str], None] | None


def replay(
    manifest: str | Path,
    input: str | Path,
    out: str | Path,
    recompute: bool = False,
    *,
    progress: Progress = None,
) -> dict[str, Any]:
    """Make the exported file again as ``out`` and see that it is the same.

    Problem, and nothing written, when the input is another file, the evidence or the manifest was changed, or the
    result differs. With ``recompute`` the scores are computed anew and ``changed`` lists rows that would change sides:
    row, was and now (in or out), values {column: [recorded, computed]}; the file is made from what was recorded.
    """
    path, source, out = (Path(given).absolute() for given in (manifest, input, out))
    made = read_manifest(path)
    evidence = _evidence(path, made)
    _check_input(made, source, out)
    with tempfile.TemporaryDirectory(prefix="winnow-replay-") as held:
        chosen = _chosen(made, evidence, source, Path(held) / "data", progress)
        target = Target(
            made["export"]["format"], made["export"]["container"], sides_of(chosen, evidence, split_of(made))
        )
        with Outputs() as outputs:
            written = write_rows(outputs, chosen, out, target, _reporter(progress, len(chosen.positions)))
            _check_files(made, written)
        result = {
            "out": str(out),
            "rows": sum(output.rows for output in written.files),
            "files": [{**output.describe(), "path": str(output.path)} for output in written.files],
            "identical": True,
        }
        if recompute:
            from curation.workflow.recomputing import changed_sides

            result |= changed_sides(made, evidence, chosen.positions, source, Path(held) / "workspace", progress)
    return result


def _evidence(manifest: Path, made: dict[str, Any]) -> Evidence:
    path = manifest.parent / Path(made["evidence"]["file"]).name
    if not path.is_file():
        raise Problem(f"{path.name} is missing beside the manifest: a replay needs both")
    if sha256_of(path) != made["evidence"]["sha256"]:
        raise Problem(
            f"{path.name} is not the evidence that the manifest names: it was changed or belongs to another export"
        )
    return read_evidence(path)


def _check_input(made: dict[str, Any], source: Path, out: Path) -> None:
    if not source.is_file():
        raise Problem(f"there is no file {source}")
    if source == out or (out.exists() and out.samefile(source)):
        raise Problem("the output would replace the input: choose another name")
    wanted, found = made["input"]["sha256"], sha256_of(source)
    if found != wanted:
        zipped = " (compressed, as it was imported)" if made["input"]["gzip"] else ""
        raise Problem(
            f"{source.name} is not the file that the export was made from, {made['input']['file']}{zipped}: "
            f"its SHA-256 is {found[:12]}…, not {wanted[:12]}…"
        )


def _chosen(made: dict[str, Any], evidence: Evidence, source: Path, folder: Path, progress: Progress) -> Chosen:
    """The rows that recipe and evidence choose out of the input, which is read into ``folder``."""
    from curation.importing import import_rows

    reading = made["reading"]
    report = import_rows(
        source, folder, reading["format"], reading["mapping"], progress, file_name=made["input"]["file"]
    )
    if report.rows != made["input"]["rows"] or report.rows != evidence.rows:
        raise Problem(
            f"{source.name} gives {report.rows:,} rows here and gave {made['input']['rows']:,}: "
            "this version of Winnow reads it otherwise"
        )
    if "key" in evidence.held and evidence.held["key"].to_pylist() != [row.tobytes() for row in keys(folder)]:
        raise Problem(f"this version of Winnow reads the rows of {source.name} otherwise: their keys differ")
    positions = recipes.run(made["recipe"], evidence.as_columns()).positions
    if positions_digest(positions) != made["export"]["positions_sha256"]:
        raise Problem("the recipe in the manifest does not give the rows that were exported: the manifest was changed")
    return Chosen(folder, report.facts, report.format, report.mapping, positions, evidence.corrections())


def _check_files(made: dict[str, Any], written: Written) -> None:
    """Problem where a file is not the one that the manifest names; of compressed ones the content is compared."""
    names = [about["file"] for about in made["outputs"]]
    wanted = [about.get("content_sha256", about["sha256"]) for about in made["outputs"]]
    for name, sha256, output in zip(names, wanted, written.files, strict=True):
        if output.content_sha256 != sha256:
            others = other_versions(made)
            hint = f"it was written with {others}" if others else "the manifest or its evidence was changed"
            raise Problem(f"the result differs from {name} (another SHA-256): {hint}; nothing was written")


def _reporter(progress: Progress, total: int):
    return (lambda done: progress(done, total, "writing")) if progress else (lambda done: None)

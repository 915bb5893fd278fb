"""The rows of an export in their files: which writer, under which names, one file or one for each side of a split."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from curation.exporting.converting import Tally, dumped, json_lines
from curation.exporting.output import Output, Outputs, beside, stem_and_suffix
from curation.exporting.source_rows import Chosen
from curation.problems import Problem

ORIGINAL = "original"
PARQUET = "parquet"
FORMATS = (ORIGINAL, "alpaca", "messages", "sharegpt", "prompt_completion", "dpo", "kto", "text", PARQUET)
SUFFIXES = {"jsonl": (".jsonl", ".ndjson"), "json": (".json",), "csv": (".csv", ".tsv"), "parquet": (".parquet", ".pq")}


@dataclass(frozen=True)
class Target:
    """What is written: a format, the container it goes into, and the rows of each side (one side named "")."""

    format: str
    container: str
    sides: dict[str, np.ndarray]


@dataclass
class Written:
    """Finished files, in the order of the sides; what a conversion lost and refused; remarks for the user."""

    files: list[Output]
    tally: Tally | None = None
    notes: list[str] = field(default_factory=list)


def target_for(out: Path, format: str, facts: dict, sides: dict[str, np.ndarray]) -> Target:
    """The target that a file name and a format ask for; Problem when they do not fit together."""
    if format not in FORMATS:
        raise Problem(f"there is no export format {format}; there are {', '.join(FORMATS)}")
    if format == ORIGINAL:
        container = facts["container"]
    else:
        from curation.exporting.containers import container_for

        container = container_for(out, format)
    if container == PARQUET and out.name.endswith(".gz"):
        raise Problem("a Parquet file is compressed inside: let the name end in .parquet")
    return Target(format, container, sides)


def write_rows(
    outputs: Outputs, chosen: Chosen, out: Path, target: Target, report: Callable[[int], None] = lambda done: None
) -> Written:
    """Write the rows of every side; the files are finished, and put in place when the block of ``outputs`` ends."""
    written = Written([], None if target.format == ORIGINAL else Tally(), _notes(out, target))
    refusals = _Refusals(outputs, beside(out, "refused.jsonl"))
    before = 0
    for side, positions in target.sides.items():
        output = outputs.add(side_path(out, side))
        rows, done = replace(chosen, positions=positions), before
        _write_side(rows, output, target, written.tally, refusals, lambda n, done=done: report(done + n))
        output.finish()
        written.files.append(output)
        before += len(positions)
    if written.tally and not written.tally.written and before:
        reason = written.tally.first[0]["reason"]
        raise Problem(f"the format {target.format} can hold none of the {before:,} rows: {reason}")
    return written


def side_path(out: Path, side: str) -> Path:
    """``o.jsonl`` and ``train`` give ``o.train.jsonl``; no side gives the path itself."""
    stem, suffix = stem_and_suffix(out)
    return out.with_name(f"{stem}.{side}{suffix}") if side else out


def _write_side(chosen: Chosen, output: Output, target: Target, tally, refusals, report) -> None:
    if target.format != ORIGINAL:
        from curation.exporting.containers import one_line, writer_of

        tally.on_refusal = refusals
        fits = one_line if target.container == "text" else lambda record: None
        lines = json_lines(chosen, "messages" if target.format == PARQUET else target.format, tally, fits)
        writer_of(target.container)(_counted(lines, report), output)
    elif target.container == PARQUET:
        from curation.exporting.original_parquet import write_original_parquet

        write_original_parquet(chosen, output, report)
    else:
        from curation.exporting.original import write_original

        write_original(chosen, output, report)


def _counted(lines, report):
    done = 0
    for some in lines:
        yield some
        done += len(some)
        report(done)


class _Refusals:
    """Refused rows as lines of JSON in a file of their own, which is there only if there are any."""

    def __init__(self, outputs: Outputs, path: Path):
        self._outputs, self._path = outputs, path
        self._output: Output | None = None

    def __call__(self, refusal: dict[str, Any]) -> None:
        if self._output is None:
            self._output = self._outputs.add(self._path)
        self._output.write(dumped(refusal) + b"\n")
        self._output.rows += 1


def _notes(out: Path, target: Target) -> list[str]:
    suffix = stem_and_suffix(out)[1].removesuffix(".gz").lower()
    named = next((container for container, suffixes in SUFFIXES.items() if suffix in suffixes), None)
    if target.format == ORIGINAL and named not in (None, target.container):
        kind = {"jsonl": "JSON lines", "json": "a JSON array", "csv": "CSV", "text": "plain text", "parquet": "Parquet"}
        return [f"the original is {kind[target.container]}, so {out.name} is too, whatever its name says"]
    return []

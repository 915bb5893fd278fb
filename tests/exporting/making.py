"""Imported files to export from, without a store."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from curation.exporting.output import Outputs
from curation.exporting.source_rows import Chosen
from curation.exporting.writing import Written, target_for, write_rows
from curation.importing import import_rows


def imported(data: bytes, name: str, folder: Path | None = None, **how) -> Chosen:
    """All rows of a file with these bytes, imported."""
    folder = folder or Path(tempfile.mkdtemp(prefix="winnow-test-"))
    path = folder / name
    path.write_bytes(data)
    report = import_rows(path, folder / "data", **how)
    return Chosen(folder / "data", report.facts, report.format, report.mapping, np.arange(report.rows), {})


def written(chosen: Chosen, out: Path, format: str = "original", sides=None) -> Written:
    """The chosen rows written to ``out``."""
    target = target_for(out, format, chosen.facts, sides or {"": chosen.positions})
    with Outputs() as outputs:
        return write_rows(outputs, chosen, out, target)


def only(chosen: Chosen, *positions: int, corrections=None) -> Chosen:
    """Some of the rows, in this order."""
    return replace(chosen, positions=np.array(positions, np.int64), corrections=corrections or {})

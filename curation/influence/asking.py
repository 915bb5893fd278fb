"""Influence asked of the worker, for processes that hold no model."""

from pathlib import Path
from typing import Any

from curation.jobs.ask import ask
from curation.jobs.sample_json import to_json
from curation.problems import Problem
from curation.samples import Sample


def ask_influence(
    workspace: Path, index_run: Path, samples: list[Sample], damping: float = 0.0, deadline: float = 120.0
) -> dict[str, Any]:
    """Influence of every row of an index on each of ``samples``; positive: the row helps.

    ``index_run`` is the folder of the index's run. The answer's ``scores`` is the path of a float32 ``.npy``
    ``(rows, targets)``, NaN where a row has no gradient, and ``positions`` that of the rows' positions; ``kept`` are
    the places in ``samples`` of its columns and ``refused`` says by place why others have none. The rest is provenance
    and seconds. ``damping`` 0 is the index's own choice. Problem in plain words; NoWorker when none runs.
    """
    if not samples:
        raise Problem("the target has no rows")
    workspace = Path(workspace).absolute()
    texts = [to_json(sample) for sample in samples]
    index = str(_inside(workspace, index_run))
    found = ask(workspace, "influence", deadline, index=index, samples=texts, damping=damping)
    paths = {name: workspace / found[name] for name in ("scores", "positions")}
    return found | paths | {"refused": {int(place): reason for place, reason in found["refused"].items()}}


def ask_influence_tokens(
    workspace: Path, index_run: Path, row: int, sample: Sample, damping: float = 0.0, deadline: float = 60.0
) -> dict[str, Any]:
    """``tokens``, texts of the sample's answer, and ``values``: how much training on ``row`` of the index helps each.

    ``sum`` of the values is the row's influence on the sample.
    """
    workspace = Path(workspace).absolute()
    index = str(_inside(workspace, index_run))
    asked = {"index": index, "row": int(row), "sample": to_json(sample), "damping": damping}
    return ask(workspace, "influence_tokens", deadline, **asked)


def _inside(workspace: Path, folder: Path) -> Path:
    return folder.relative_to(workspace) if Path(folder).is_absolute() else Path(folder)

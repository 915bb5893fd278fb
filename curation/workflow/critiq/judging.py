"""Verdicts on a file of pairs, by a set of criteria or by the quality score of a data set."""

import json
import os
from pathlib import Path
from typing import Any

from curation.critiq.pairs import read_pairs
from curation.critiq.scorer import HEAD
from curation.critiq.tasks.judge import OUT, REWARD, Verdicts
from curation.critiq.tasks.quality import LORA, Quality
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.critiq.files import criteria_file, pairs_file
from curation.workflow.critiq.sets import criteria_of, get_set
from curation.workflow.listing import resolve_dataset
from curation.workflow.scoring import start_task, wait
from curation.workflow.workspace import Workspace
from store import folders, runs

FAMILY = "critiq"
QUALITY = "quality"


@needs("curator", reads="path", writes="out")
def judge_file(
    ws: Workspace,
    path: str | Path,
    out: str | Path,
    dataset: str | int,
    by: str = QUALITY,
    settings: dict | None = None,
    *,
    person: str | None = None,
    progress=None,
) -> dict[str, Any]:
    """Write the pairs of ``path`` to ``out``, each with ``verdict`` (a, b, null) and ``margin`` (positive for a).

    ``by`` is ``quality``, the data set's score, or a set of criteria. Waits for the job. {"pairs", "decided",
    "compared", "agree", "out"}: with a preference in the file, how many were compared and on how many it agrees.
    """
    record, pairs = resolve_dataset(ws, dataset), read_pairs(path)
    chosen = {"pairs": pairs_file(ws, pairs)} | (_quality(ws, record) if by == QUALITY else _criteria(ws, by))
    job = start_task(ws, record["id"], FAMILY, Verdicts.name, chosen | (settings or {}), limit=1, person=person)
    done = wait(ws, job["id"], progress)
    folder = folders.folder(ws.database, "runs", done["run"])
    found = json.loads((folder / OUT).read_text(encoding="ascii"))
    _write(Path(path), Path(out), found)
    truth = [(one["verdict"], pair.preference) for one, pair in zip(found, pairs, strict=True)]
    compared = [(said, wanted) for said, wanted in truth if wanted in ("a", "b")]
    decided = sum(one["verdict"] is not None for one in found)
    agree = sum(said == wanted for said, wanted in compared)
    return {"pairs": len(pairs), "decided": decided, "compared": len(compared), "agree": agree, "out": str(out)}


def _write(path: Path, out: Path, found: list[dict]) -> None:
    """Every line of the file as it was, with the verdict added; the new file appears whole."""
    lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    part = out.with_name(f".{out.name}.part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            for line, said in zip(lines, found, strict=True):
                file.write(json.dumps(json.loads(line) | said, ensure_ascii=False) + "\n")
        os.replace(part, out)
    except OSError as error:
        raise Problem(f"{out} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _quality(ws: Workspace, record: dict) -> dict:
    serving = runs.columns(ws.database, record["id"]).get(QUALITY)
    if serving is None or (serving["family"], serving["task"]) != (FAMILY, Quality.name):
        raise Problem(f"{record['name']} has no quality score yet: make it first")
    run = runs.get(ws.database, serving["run"])
    folder = folders.folder(ws.database, "runs", run["id"])
    if run["settings"].get("head") == LORA:
        return {"head": str(folder / "reward" / REWARD)}
    head = folder / HEAD
    return {"head": str(head), "embedder": run["settings"]["embedder"]}


def _criteria(ws: Workspace, name: str) -> dict:
    record = get_set(ws, name)
    worker = (record["report"] or {}).get("worker")
    return {"criteria": criteria_file(ws, criteria_of(record))} | ({"worker": worker} if worker else {})

"""CodeAlpaca rows through the three steps with the bundled model as target and reviser: seconds; one JSON line.

Knowledge, revision, consistency of both answers, with the defaults, in a workspace of their own under FOLDER; what an
interrupted run was answered counts as it is found, so take a fresh folder for a figure. ``seconds`` is from start to
the last step's end, ``steps`` what each took of it, ``load`` before and after.

With ``trial`` so many rows go first, and estimates are held against what the steps took: ``estimated`` before anything
has run, and again, ``after_trial``, once the trial tells. Then the data set has no other rows, so that those of the
trial, which are answered already, are among all.

    python -m tests.bench.nile_flow FOLDER [rows] [trial]
"""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from tests.bench.influence_pairs import read
from tests.bench.model_speed import SOURCE

STEPS = ("knowledge", "revision", "consistency", "consistency_revised")
NAME = "code"


def main(folder: str, rows: int = 200, trial: int = 0) -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    from curation.workflow import nile
    from curation.workflow.importing import import_file
    from curation.workflow.scoring import start_worker
    from curation.workflow.workspace import Workspace

    before, flow = os.getloadavg()[0], nile.Flow(limit=rows)
    with Workspace.open(Path(folder)) as ws:
        if not any(Path(folder).glob("datasets/*")):
            name = import_file(ws, _first(folder, rows) if trial else SOURCE, NAME)["dataset"]
            assert name == NAME
        attendant = start_worker(ws)
        try:
            told = {"estimated": _foreseen(ws, flow), "trial": _run(ws, replace(flow, limit=trial))} if trial else {}
            if trial:
                flow = replace(flow, limit=None)
                told["after_trial"] = _foreseen(ws, flow)
            begin = time.monotonic()
            told["steps"] = _run(ws, flow)
            seconds = round(time.monotonic() - begin)
        finally:
            attendant.close()
    load = [round(before, 1), round(os.getloadavg()[0], 1)]
    print(json.dumps({"rows": rows, "seconds": seconds, **told, "load": load}))


def _first(folder: str, rows: int) -> Path:
    """A file of ``rows`` rows at random, so that a trial's rows are among all."""
    known, path = read(SOURCE), Path(folder).with_suffix(".jsonl")
    chosen = np.random.default_rng(0).choice(len(known), rows, replace=False)
    path.write_text("".join(json.dumps(known[at]) + "\n" for at in chosen))
    return path


def _foreseen(ws, flow) -> dict[str, list]:
    """Step -> estimated seconds, of what must come first too, the basis, and rows that are answered already."""
    from curation.workflow.nile import estimate_step

    found = {}
    for step in STEPS:
        about = estimate_step(ws, NAME, flow, step, deadline=600)
        seconds = [one["seconds"] for one in (about, *about["first"])]
        found[step] = [None if None in seconds else round(sum(seconds)), about["basis"], about["kept"]]
    return found


def _run(ws, flow) -> dict[str, dict]:
    from curation.workflow import nile
    from curation.workflow.scoring import wait

    told = {}
    for step, job in nile.start(ws, NAME, flow, STEPS).items():
        state = wait(ws, job["id"])
        told[step] = {"seconds": round(state["seconds"]), "scored": state["scored"]}
        told[step] |= {"before_it": round(sum(wait(ws, one)["seconds"] for one in _only_its_own(ws, job, told)))}
    for step, state in nile.step_states(ws, NAME, flow).items():
        if step in told:
            spent = {name: state["usage"][name] for name in ("calls", "kept_calls", "written_tokens")}
            told[step] |= {"missing": state["missing"], **spent}
    return told


def _only_its_own(ws, job: dict, told: dict) -> list[str]:
    """Jobs before the first step, which are none of the steps: the demonstrations."""
    return [] if len(told) > 1 else list(job["after"])


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

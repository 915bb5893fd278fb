"""CodeAlpaca rows through the three steps with the bundled model as target and reviser: seconds; one JSON line.

Knowledge, revision, consistency of both answers, with the defaults, in a workspace of their own under FOLDER; what an
interrupted run was answered counts as it is found, so take a fresh folder for a figure. ``seconds`` is from start to
the last step's end, ``steps`` what each took of it, ``load`` before and after.

    python -m tests.bench.nile_flow FOLDER [rows]
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from tests.bench.model_speed import SOURCE

STEPS = ("knowledge", "revision", "consistency", "consistency_revised")
NAME = "code"


def main(folder: str, rows: int = 200) -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    from curation.workflow import nile
    from curation.workflow.importing import import_file
    from curation.workflow.scoring import wait
    from curation.workflow.workspace import Workspace

    before, flow = os.getloadavg()[0], nile.Flow(limit=rows)
    with Workspace.open(Path(folder)) as ws:
        if not any(Path(folder).glob("datasets/*")):
            import_file(ws, SOURCE, NAME)
        begin, told = time.monotonic(), {}
        for step, job in nile.start(ws, NAME, flow, STEPS).items():
            state = wait(ws, job["id"])
            told[step] = {"seconds": round(state["seconds"]), "scored": state["scored"]}
        seconds = round(time.monotonic() - begin)
        for step, state in nile.step_states(ws, NAME, flow).items():
            if step in told:
                spent = {name: state["usage"][name] for name in ("calls", "kept_calls", "written_tokens")}
                told[step] |= {"missing": state["missing"], **spent}
    load = [round(before, 1), round(os.getloadavg()[0], 1)]
    print(json.dumps({"rows": rows, "seconds": seconds, "steps": told, "load": load}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

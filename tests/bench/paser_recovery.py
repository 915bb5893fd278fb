"""Does the PASER set bring a pruned model back better than other rows? Mean held-out loss over capabilities.

SmolLM2 is pruned, rows of the capability mix are clustered, what was lost is measured, a set of the budget is chosen;
then LoRA at equal optimiser steps on that set, on random and on longest sets of its size, and on all rows. Held-out
rows are drawn first and are in no set. One JSON line.

    python -m tests.bench.paser_recovery [--rows 2000] [--budget 20%] [--steps 60] [--seeds 3] [--method layers]
        [--sparsity 0.1] [--clusters 0] [--no-concepts] [--keep FOLDER]
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from curation.workflow import paser
from curation.workflow.importing import import_file
from curation.workflow.listing import list_datasets
from curation.workflow.scoring import wait
from curation.workflow.workspace import Workspace

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "capability_mix.jsonl"
NAME = "mix"


def written(folder: Path, count: int, seed: int = 0) -> Path:
    """Rows of the mix drawn at random, as a file to import."""
    path = folder / f"{NAME}.jsonl"
    if not path.exists():
        lines = [line for line in SOURCE.read_text("utf-8").split("\n") if line]
        chosen = np.sort(np.random.default_rng(seed).permutation(len(lines))[:count])
        path.write_text("".join(f"{lines[place]}\n" for place in chosen), "utf-8")
    return path


def done(ws: Workspace, job: dict) -> dict:
    return wait(ws, job["id"])


def measured(ws: Workspace, chosen: argparse.Namespace) -> dict:
    settings = {"method": chosen.method, "sparsity": chosen.sparsity}
    done(ws, paser.start_pruning(ws, NAME, settings))
    model = paser.list_pruned(ws)[0]
    pruned = model["name"]
    done(ws, paser.start_capabilities(ws, NAME, {"clusters": chosen.clusters}))
    done(
        ws, paser.start_degradation(ws, NAME, "default", pruned, {"each": chosen.each, "max_tokens": chosen.max_tokens})
    )
    found = paser.lost(ws, NAME, "default", pruned)
    kept = paser.recovery_set(
        ws, NAME, "paser", "default", pruned, chosen.budget, settings={"concepts": not chosen.no_concepts}
    )
    options = {name: getattr(chosen, name) for name in ("steps", "seeds", "batch_rows", "max_tokens", "learning_rate")}
    job = paser.start_recovery(
        ws, NAME, "default", pruned, ["paser"], paser.BASELINES, held_out=chosen.held_out, settings=options
    )
    result = paser.recovery_of(ws, NAME, done(ws, job)["run"])
    means = {name: [round(value, 4) for value in (one.mean, one.low, one.high)] for name, one in result.means.items()}
    before = {"original": float(np.nanmean(result.original)), "pruned": float(np.nanmean(result.pruned))}
    verdicts = [result.verdict("paser", name) for name in result.arms if name != "paser"]
    told = {"perplexity": model["facts"]["perplexity"], "capabilities": paser.told(found), "choice": kept["choice"]}
    return {"means": before | means, "verdicts": verdicts, "rows": result.rows, **told}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--budget", default="20%")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--batch-rows", type=int, default=8)
    parser.add_argument("--each", type=int, default=60, help="rows measured of each capability")
    parser.add_argument("--held-out", type=int, default=15)
    parser.add_argument("--max-tokens", type=int, default=160)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--method", default="layers")
    parser.add_argument("--sparsity", type=float, default=0.1)
    parser.add_argument("--clusters", type=int, default=0, help="0: by the eigengap")
    parser.add_argument("--no-concepts", action="store_true")
    parser.add_argument("--keep", default="", help="a folder to go on in when it was killed")
    chosen = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as made:
        folder = Path(chosen.keep or made)
        folder.mkdir(parents=True, exist_ok=True)
        with Workspace.open(folder / "workspace") as ws:
            path = written(folder, chosen.rows)
            if not list_datasets(ws):
                import_file(ws, path, NAME)
            found = measured(ws, chosen)
    seconds, load = round(time.monotonic() - begin), round(os.getloadavg()[0], 1)
    print(json.dumps({"settings": vars(chosen), **found, "seconds": seconds, "load": load}))


if __name__ == "__main__":
    main()

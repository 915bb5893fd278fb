"""Does the PASER set bring a pruned model back better than other rows? Mean held-out loss over capabilities.

SmolLM2 is pruned, rows of the capability mix are clustered, what was lost is measured, a set of the budget is chosen;
then LoRA at equal optimiser steps on that set, on random and on longest sets of its size, and on all rows. Held-out
rows are drawn first and are in no set. One JSON line.

    python -m tests.bench.paser_recovery [--rows 2000] [--budget 20%] [--steps 60] [--seeds 3] [--method layers]
        [--sparsity 0.1] [--clusters 0] [--no-concepts] [--parts]
        [--keep FOLDER]
"""

import argparse
import json
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from curation.paser.budget import allocate
from curation.paser.divergence.intervals import Estimate, of_means
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
    sample = {"each": chosen.each, "max_tokens": chosen.max_tokens}
    done(ws, paser.start_degradation(ws, NAME, "default", pruned, sample))
    found = paser.lost(ws, NAME, "default", pruned)
    budget = paser.budget_of(found, chosen.budget)
    kept = chosen_set(ws, "paser", found, budget, not chosen.no_concepts)
    result = recovered(ws, pruned, chosen, ["paser"], paser.BASELINES)
    told = {"perplexity": model["facts"]["perplexity"], "capabilities": paser.told(found), "choice": kept["choice"]}
    before = {"original": float(np.nanmean(result.original)), "pruned": float(np.nanmean(result.pruned))}
    verdicts = [result.verdict("paser", name) for name in result.arms if name != "paser"]
    told |= {"means": before | means_of(result), "verdicts": verdicts, "rows": result.rows}
    told["losses"] = {name: np.nanmean(losses, axis=0).round(3).tolist() for name, losses in result.arms.items()}
    return told | (parts(ws, pruned, found, budget, chosen, result) if chosen.parts else {})


def chosen_set(ws: Workspace, name: str, found: paser.Lost, budget: paser.Budget, concepts: bool) -> dict:
    job = paser.start_choice(ws, NAME, name, found, budget, {"concepts": concepts})
    return paser.keep_choice(ws, NAME, name, done(ws, job)["run"])


def recovered(ws: Workspace, pruned: str, chosen, sets: list[str], against=()) -> paser.Recovery:
    settings = {name: getattr(chosen, name) for name in ("steps", "seeds", "batch_rows", "max_tokens", "learning_rate")}
    options = {"held_out": chosen.held_out, "settings": settings}
    job = paser.start_recovery(ws, NAME, "default", pruned, sets, against, **options)
    return paser.recovery_of(ws, NAME, done(ws, job)["run"])


def parts(ws: Workspace, pruned: str, found: paser.Lost, budget: paser.Budget, chosen, whole: paser.Recovery) -> dict:
    """The parts of PASER by themselves, on the same held-out rows and seeds: which helps, which hurts.

    The budget by degradation filled at random; a budget by size filled by efficiency; both without the concept graph.
    """
    sized = dict(enumerate(allocate(budget.sizes, budget.sizes, budget.total).tolist()))
    known = np.isfinite(paser.efficiencies(found))
    drawn = replace(found, efficiency=np.where(known, np.random.default_rng(0).random(len(known)), np.nan))
    made = {
        "no concepts": (found, budget),
        "budget alone": (drawn, budget),
        "efficiency alone": (found, paser.budget_of(found, budget.total, sized, sized)),
    }
    for name, (by, rows) in made.items():
        chosen_set(ws, name, by, rows, concepts=False)
    result = recovered(ws, pruned, chosen, list(made))
    arms = {name.partition("@")[0]: losses for name, losses in result.arms.items()}
    compared = {}
    for name, other in (("no concepts", "paser"), ("budget alone", "random"), ("efficiency alone", "random")):
        apart = of_means(np.nanmean(arms[name], axis=1) - np.nanmean(whole.arms[other], axis=1))
        compared[f"{name} less {other}"] = told_of(apart)
    return {"parts": means_of(result), "parts_compared": compared}


def means_of(result: paser.Recovery) -> dict[str, list]:
    return {name: told_of(one) for name, one in result.means.items()}


def told_of(one: Estimate) -> list:
    return [None if value is None else round(value, 4) for value in (one.mean, one.low, one.high)]


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
    parser.add_argument("--parts", action="store_true", help="the parts of PASER by themselves as well")
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

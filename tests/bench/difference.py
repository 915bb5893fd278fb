"""How long the difference of two subsets takes at real size, and the answer to why a row is in or out.

Run: python -m tests.bench.difference --workspace DIR [--scores 12] [--tries 3]. Alpaca's 52,002 rows with so many made
number scores, 60 made clusters and the languages of a made label; three subsets by condition, by lot and by one of each
group, with 3,000 decisions made between two of them. Prints one JSON line: seconds of wall and of processor time at the
median of the tries, by pair, and those of 20 answers to ``why``.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import median

import numpy as np

from curation.workflow import proposals
from curation.workflow.annotating import annotate
from curation.workflow.explaining import why
from curation.workflow.importing import import_file
from curation.workflow.listing import list_datasets
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.workflow.making import add_run

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"
NAME = "alpaca"
PAIRS = (("kept@2", "kept@1"), ("lot", "kept@1"), ("kept@2", "all rows"))


def prepare(ws: Workspace, scores: int) -> None:
    """The data set, its made columns and the subsets, unless they are there."""
    if list_datasets(ws):
        return
    rows = import_file(ws, SOURCE, NAME)["rows"]
    rng = np.random.default_rng(0)
    made = {(f"score_{n}", "number"): rng.normal(size=rows).astype(np.float32) for n in range(scores)}
    made["near_duplicate", "number"] = np.where(rng.random(rows) < 0.1, rng.integers(0, rows // 40, rows), np.nan)
    made["cluster_name", "label"] = [f"cluster {n}" for n in rng.integers(0, 60, rows)]
    made["language", "label"] = rng.choice(["en", "de", "fr"], rows, p=[0.97, 0.02, 0.01]).tolist()
    add_run(ws, 1, rows, made)
    make_subset(ws, NAME, "kept", where=["decision != drop", "score_0 > -1"], one_per="near_duplicate")
    annotate(ws, NAME, rng.choice(rows, 3000, replace=False), "drop")
    make_subset(
        ws, NAME, "kept", where=["decision != drop", "score_0 > -0.5"], one_per="near_duplicate", best="score_1"
    )
    make_subset(ws, NAME, "lot", random=20_000)


def timed(call, tries: int) -> dict[str, float]:
    """Median seconds of ``call``, by the clock and of this process."""
    walls, works = [], []
    for _ in range(tries):
        wall, work = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    return {"wall_s": round(median(walls), 3), "processor_s": round(median(works), 3)}


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--scores", type=int, default=12)
    parser.add_argument("--tries", type=int, default=3)
    args = parser.parse_args()
    with Workspace.open(args.workspace, "ann") as ws:
        prepare(ws, args.scores)
        found = {}
        for subset, against in PAIRS:
            seen = proposals.difference(ws, subset, against)
            told = timed(lambda pair=(subset, against): proposals.difference(ws, *pair), args.tries)
            found[f"{subset} against {against}"] = told | {"in": len(seen.came), "out": len(seen.out)}
        rows = np.random.default_rng(1).integers(0, 52_002, 20).tolist()
        asked = timed(lambda: [why(ws, NAME, row, "kept@2") for row in rows], 1)
    print(json.dumps({"rows": 52_002, "scores": args.scores, "difference": found, "why_20_rows": asked}))


if __name__ == "__main__":
    main()

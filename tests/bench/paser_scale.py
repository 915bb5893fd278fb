"""Capability clusters of many rows after embedding: seconds, peak memory and growth; one JSON line.

Each size is done in two processes of its own: the graph of neighbours, which the map leaves behind, and the clusters.
Growth is the exponent between two sizes: 1 linear, 3 cubic.

    python -m tests.bench.paser_scale [--vectors FILE.npy] [--sizes 5000,50000]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"
SIZES = (5_000, 10_000, 20_000, 50_000, 52_002)
ONE_STEP = "from tests.bench.paser_scale import step; import sys; step(*sys.argv[1:])"


def prompts() -> list[str]:
    """Prompts of Alpaca as the importer makes them."""
    lines = (json.loads(line) for line in SOURCE.read_text("utf-8").split("\n") if line)
    return ["\n\n".join(filter(None, (line["instruction"], line["input"]))) for line in lines]


def step(name: str, folder: str) -> None:
    """Do one step in this process and print what it took."""
    place, begin = Path(folder), time.monotonic()
    if name == "neighbours":
        from curation.projection.neighbours import nearest

        found = nearest(np.load(place / "prompt_vectors.npy"), 30)
        for kind, values in zip(("neighbours", "distances"), found, strict=True):
            np.save(place / f"{kind}.npy", values)
        told = {}
    else:
        from curation.paser.clusters.prompts import clustered
        from curation.paser.tasks.capabilities import Settings, expected_seconds
        from curation.projection.stages import Stages

        inputs = {kind: place / f"{kind}.npy" for kind in ("prompt_vectors", "neighbours", "distances")}
        rows = len(np.load(inputs["prompt_vectors"], mmap_mode="r"))
        began = time.monotonic()
        stages = Stages(expected_seconds(rows), lambda done, total, stage: None)
        drawn = np.random.default_rng(0).permutation(rows).astype(np.uint64)
        made, _ = clustered(Settings(), inputs, drawn, stages)
        told = {"clusters": made.clusters, "stability": made.by_method["factorisation"].stability}
        told |= {"import_seconds": round(began - begin, 1)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = time.process_time()
    print(json.dumps(told | {"seconds": round(time.monotonic() - begin, 1), "cpu": round(spent, 1), "mb": round(peak)}))


def measured(name: str, folder: Path) -> dict:
    command = [sys.executable, "-c", ONE_STEP, name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def vectors_of(path: str) -> np.ndarray:
    if path:
        return np.load(path, mmap_mode="r")
    from curation.models import embedder

    return embedder.load("default").encode(prompts())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", default="", help="stored prompt vectors of the file, else they are computed")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    chosen = parser.parse_args()
    vectors, found = vectors_of(chosen.vectors), {}
    for size in map(int, chosen.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
            np.save(Path(folder) / "prompt_vectors.npy", np.asarray(vectors[:size]))
            found[size] = {name: measured(name, Path(folder)) for name in ("neighbours", "clusters")}
    small, large = min(found), max(found)
    ratio = np.log(large / small)
    growth = {
        key: round(float(np.log(found[large]["clusters"][key] / found[small]["clusters"][key]) / ratio), 2)
        for key in ("seconds", "cpu", "mb")
    }
    print(json.dumps({"sizes": found, "growth": growth, "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()

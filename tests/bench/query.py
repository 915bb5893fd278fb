"""Time of a query over an index of 1,000,000 rows by 1,024 numbers, against one pass over the same bytes.

Run: python -m tests.bench.query [--rows N] [--rounds N] [--precision bfloat16|int8|float32]. Vectors are random, in a
memory-mapped file. In every round and in this process: one pass (the sum of the file's 64-bit words, the fastest way
of ours to read it all), one query, 100 queries, and a float32 product of that shape with 100. Prints one JSON line with
medians over the rounds; exits 1 where one query takes more than 2 passes or 100 more than 3 float32 products. Rank
correlations with float32 are of the first 20,000 rows, over 20 queries.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from curation.influence.index.agreement import spearman
from curation.influence.index.folder import FORMAT, VECTORS, Index
from curation.influence.precision import KINDS, encode, tensor
from curation.influence.precision_names import PRECISIONS
from curation.influence.query import scores

WIDTH, MANY, COMPARED, ASKED = 1024, 100, 20_000, 20
BLOCK = 50_000


def made(folder: Path, rows: int, precision: str) -> tuple[Index, np.ndarray]:
    """An index of random vectors, and the float32 vectors it stands for."""
    whole = np.empty((rows, WIDTH), np.float32)
    stored = np.lib.format.open_memmap(folder / VECTORS, "w+", dtype=KINDS[precision], shape=(rows, WIDTH))
    scales = np.empty(rows, np.float32)
    for start in range(0, rows, BLOCK):
        place = slice(start, min(start + BLOCK, rows))
        drawn = torch.randn(place.stop - start, WIDTH, generator=torch.Generator().manual_seed(start)).numpy()
        whole[place] = drawn
        stored[place], scales[place] = encode(drawn, precision)
    stored.flush()
    np.save(folder / "scales.npy", scales)
    np.save(folder / "present.npy", np.ones(rows, bool))
    (folder / "index.json").write_text(json.dumps({"format": FORMAT, "rows": rows, "size": WIDTH, "layers": []}))
    return Index(folder), whole


def seconds(work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def measure(index: Index, whole: np.ndarray, rounds: int) -> dict:
    queries = np.random.default_rng(1).normal(size=(MANY, WIDTH)).astype(np.float32)
    words = tensor(index.vectors).view(torch.int64)
    right, rows = torch.from_numpy(queries.T.copy()), torch.from_numpy(whole)
    steps = {
        "pass_s": lambda: words.sum(),
        "one_query_s": lambda: scores(index, queries[:1]),
        "many_queries_s": lambda: scores(index, queries),
        "float32_product_s": lambda: rows @ right,
    }
    for work in steps.values():
        work()
    taken = {name: [] for name in steps}
    for _ in range(rounds):
        for name, work in steps.items():
            taken[name].append(seconds(work))
    found = {name: round(float(np.median(times)), 4) for name, times in taken.items()}
    one = np.divide(taken["one_query_s"], taken["pass_s"])
    many = np.divide(taken["many_queries_s"], taken["float32_product_s"])
    found |= {"one_query_passes": round(float(np.median(one)), 2), "many_products": round(float(np.median(many)), 2)}
    return found | {"best_one_query_passes": round(min(taken["one_query_s"]) / min(taken["pass_s"]), 2)}


def correlation(index: Index, whole: np.ndarray) -> float:
    """Mean Spearman correlation of scores with those of float32 vectors."""
    queries = np.random.default_rng(2).normal(size=(ASKED, WIDTH)).astype(np.float32)
    found, exact = scores(index, queries)[:COMPARED], whole[:COMPARED] @ queries.T
    return float(np.mean([spearman(*pair) for pair in zip(found.T, exact.T, strict=True)]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precision", choices=PRECISIONS, default="bfloat16")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        index, whole = made(Path(name), options.rows, options.precision)
        found = measure(index, whole, options.rounds)
        found["rank_correlation"] = round(correlation(index, whole), 6)
    passed = found["one_query_passes"] <= 2 and found["many_products"] <= 3
    about = {"bench": "query", "rows": options.rows, "numbers": WIDTH, "precision": options.precision}
    print(
        json.dumps(about | found | {"threads": torch.get_num_threads(), "load": os.getloadavg()[0], "passed": passed})
    )
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())

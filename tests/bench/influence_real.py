"""Influence and training signals against labels of real data, length and TF-IDF beside each; one JSON line a part.

    python -m tests.bench.influence_real pairs [--rows 120]

``pairs``: on `gsm8k_model_solutions`, the share of pairs where the right solution has the larger influence.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from tests.bench import influence_pairs

os.environ.setdefault("HF_HUB_OFFLINE", "1")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def pairs(arguments: argparse.Namespace) -> dict:
    found = influence_pairs.twins(arguments.data, arguments.rows or 120)
    exact = influence_pairs.own_influence(found, arguments.layers, arguments.seconds, say)
    found = found[: int(np.isfinite(exact["dot"][:, 0]).sum())]
    values = influence_pairs.baselines(found) | {name: of[: len(found)] for name, of in exact.items()}
    questions = [twin.question for twin in found]
    shares = {name: influence_pairs.share_right(of, questions) for name, of in values.items()}
    return {"pairs": len(found), "questions": len(set(questions)), "layers": arguments.layers, "methods": shares}


def say(done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        print(f"{time.strftime('%H:%M:%S')} {done} of {total}", file=sys.stderr, flush=True)


PARTS = {"pairs": pairs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--rows", type=int, default=0, help="pairs, or rows, to take at random")
    parser.add_argument("--seconds", type=float, default=600, help="after which no further rows are begun")
    parser.add_argument("--layers", default="all")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        sys.exit(f"there is no data at {arguments.data}; name its folder with --data")
    begin = time.perf_counter()
    answer = {"bench": f"influence_{arguments.part}", **PARTS[arguments.part](arguments)}
    print(json.dumps({**answer, "seconds": round(time.perf_counter() - begin)}))


if __name__ == "__main__":
    main()

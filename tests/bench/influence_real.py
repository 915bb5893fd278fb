"""Influence and training signals against labels of real data, length and TF-IDF beside each; one JSON line a part.

    python -m tests.bench.influence_real pairs|swaps|hallucination|flips [--rows N] [--dynamics [--set K=V …]]

``pairs``: on `gsm8k_model_solutions`, the share of pairs where the right solution has the larger influence.
``swaps``: GSM8K answers exchanged; ``hallucination``: answers that people marked; AUROC of each signal, with those of a
proxy fine-tuning under ``--dynamics``, whose settings ``--set`` changes. ``flips``: wrong capability labels planted;
AUROC of the values of labels.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.bench import influence_marks, influence_pairs

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


def swaps(arguments: argparse.Namespace) -> dict:
    return _marked(arguments, *influence_marks.swapped(arguments.data, arguments.rows or 160))


def hallucination(arguments: argparse.Namespace) -> dict:
    return _marked(arguments, *influence_marks.hallucinated(arguments.data, arguments.rows or 400))


def _marked(arguments: argparse.Namespace, rows: list[dict], bad: np.ndarray) -> dict:
    tasks = [("scorers", name, {}) for name in ("perplexity", "ifd", "relevance")]
    tasks += [("influence", "index", {"layers": arguments.layers})]
    training = influence_marks.TRAINING | dict(part.split("=", 1) for part in arguments.set)
    tasks += [("influence", "signals", training)] if arguments.dynamics else []
    with tempfile.TemporaryDirectory() as folder:
        found = influence_marks.signals(Path(folder), rows, tasks, told)
    names = ("response_length", *influence_marks.OF_MODEL, *influence_marks.DYNAMICS)
    kept = {name: found[name] for name in names if name in found}
    kept["tfidf"] = influence_marks.similarity([row["question"] for row in rows], [row["answer"] for row in rows])
    about = {"rows": len(rows), "bad": int(bad.sum()), "layers": arguments.layers}
    about |= {"proxy": training} if arguments.dynamics else {}
    return about | {"auroc": influence_marks.areas(kept, bad, influence_marks.WAYS)}


def flips(arguments: argparse.Namespace) -> dict:
    rows, bad = influence_marks.flipped(arguments.data, arguments.rows or 300)
    with tempfile.TemporaryDirectory() as folder:
        found = influence_marks.values(Path(folder), rows, told)
    kept = {name: found[name] for name in ("knn_shapley", "tmc_shapley", "response_length")}
    texts = ["\n".join((row["instruction"], row["input"], row["output"])) for row in rows]
    labels = [row["capability"] for row in rows]
    kept["neighbours_disagree"] = influence_marks.disagreement(texts, labels)
    about = {"rows": len(rows), "bad": int(bad.sum())}
    return about | {"auroc": influence_marks.areas(kept, bad, influence_marks.WAYS)}


def told(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def say(done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        told(f"{done} of {total}")


PARTS = {"pairs": pairs, "swaps": swaps, "hallucination": hallucination, "flips": flips}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--rows", type=int, default=0, help="pairs, or rows, to take at random")
    parser.add_argument("--seconds", type=float, default=600, help="after which no further rows are begun")
    parser.add_argument("--layers", default="", help="by default all for pairs, those of the index for the others")
    parser.add_argument("--dynamics", action="store_true", help="fine-tune a proxy too")
    parser.add_argument("--set", action="append", default=[], metavar="K=V", help="a setting of the proxy")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        sys.exit(f"there is no data at {arguments.data}; name its folder with --data")
    arguments.layers = arguments.layers or ("all" if arguments.part == "pairs" else "last:4,mlp")
    begin = time.perf_counter()
    answer = {"bench": f"influence_{arguments.part}", **PARTS[arguments.part](arguments)}
    print(json.dumps({**answer, "seconds": round(time.perf_counter() - begin)}))


if __name__ == "__main__":
    main()

"""Whether influence finds what was planted in the demo data: the twin of a target's row, and a wrong answer to it.

``python -m tests.bench.planted_influence [--cases 20] [--rows 160] [--epochs 3] [--methods index,dot,cosine,...]``

Each case is a row with a known fact: its twin (the same question and answer) and a copy in which the fact alone is
wrong are added, and the row itself is the target. With ``--epochs`` a LoRA adapter is first trained on all rows, wrong
ones included, and influence is taken at that model; 0 leaves the model as it is. One JSON line: for each method the
share of cases where the twin helps most, where the wrong copy hurts at all, and where it is among the ten rows (and
the first hundredth) that hurt most, each with a 95 % Wilson interval, and the median rank of the wrong copy.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from curation.demo.generating import Row, made
from curation.jobs.publishing import read_json
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.influence import save_file_target, start_influence
from curation.workflow.workspace import Workspace

os.environ.setdefault("HF_HUB_OFFLINE", "1")
NAME, TARGET, FIRST = "planted", "originals", 10
FIELDS = ("instruction", "input", "output")
WITHOUT_MODEL = ("bm25", "embedding", "representer")


def planted(rows: int, cases: int, seed: int) -> tuple[list[dict], np.ndarray]:
    """Records, and the places ``(cases, 3)`` of each case's own row, its twin and its wrong copy."""
    demo = made(rows, seed)
    fitting = [place for place, row in enumerate(demo) if row.planted is None and row.item.wrong is not None]
    chosen = sorted(np.random.default_rng(seed).choice(fitting, min(cases, len(fitting)), replace=False).tolist())
    records, places = [record(row) for row in demo], []
    for place in chosen:
        own = records[place]
        places.append((place, len(records), len(records) + 1))
        records += [dict(own), own | {"output": demo[place].item.wrong_output}]
    return records, np.array(places)


def record(row: Row) -> dict:
    return {name: getattr(row.item, name) for name in FIELDS}


def trained(records: list[dict], epochs: int, rate: float, folder: Path) -> str:
    """The folder of an adapter trained on all ``records``."""
    from curation.models import language_model
    from curation.samples import Sample, Turn
    from curation.training.fine_tuning import fine_tune
    from curation.training.settings import TrainingSettings

    model = language_model.load()
    samples = [
        Sample([Turn("user", f"{one['instruction']}\n\n{one['input']}".strip()), Turn("assistant", one["output"])])
        for one in records
        if one["output"].strip()
    ]
    pairs = [model.fit(model.encode_conversation(sample)).pair for sample in samples]
    settings = TrainingSettings(epochs=epochs, learning_rate=rate)
    made = fine_tune(model, pairs, settings, folder, every_epoch=False, report=said)
    return str(made.checkpoints[-1].folder)


def found(values: np.ndarray, places: np.ndarray) -> dict:
    """What a method's ``values`` ``(rows, cases)`` say of the planted rows."""
    twin, harm, rank = [], [], []
    for case, (own, same, wrong) in enumerate(places):
        of = values[:, case].astype(float)
        others = np.delete(of, [own, same])
        twin.append(of[same] > np.nanmax(others))
        harm.append(of[wrong] < 0)
        rank.append(1 + int(np.nansum(np.delete(of, own) < of[wrong])))
    rank, hundredth = np.array(rank), max(1, len(values) // 100)
    hurts = np.array(harm)
    return {
        "twin_first": share(np.array(twin)),
        "wrong_hurts": share(hurts),
        f"wrong_in_{FIRST}": share(hurts & (rank <= FIRST)),
        "wrong_in_hundredth": share(hurts & (rank <= hundredth)),
        "wrong_rank_median": float(np.median(rank)),
    }


def share(hits: np.ndarray) -> dict:
    """Share of ``hits`` with its Wilson interval."""
    count, of, z = len(hits), hits.mean(), 1.96
    middle = (of + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(of * (1 - of) / count + z * z / (4 * count * count))
    return {"share": round(float(of), 3), "low": round(float(middle - half), 3), "high": round(float(middle + half), 3)}


def said(done: int, total: int) -> None:
    if done % 20 == 0:
        print(f"step {done} of {total}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--rows", type=int, default=160)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--layers", default="last:4,mlp")
    parser.add_argument("--methods", default="index,dot,cosine,bm25,embedding")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    records, places = planted(chosen.rows, chosen.cases, chosen.seed)
    answer = {"rows": len(records), "cases": len(places), "epochs": chosen.epochs, "layers": chosen.layers}
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        folder = Path(name)
        for file, some in ((NAME, records), (TARGET, [records[place] for place in places[:, 0]])):
            (folder / f"{file}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in some), "utf-8")
        model = trained(records, chosen.epochs, chosen.rate, folder / "training") if chosen.epochs else "default"
        with Workspace.open(folder / "workspace") as ws:
            import_file(ws, folder / f"{NAME}.jsonl", NAME)
            save_file_target(ws, NAME, TARGET, folder / f"{TARGET}.jsonl")
            answer["methods"] = {}
            for method in chosen.methods.split(","):
                begin = time.monotonic()
                settings = {} if method in WITHOUT_MODEL else {"model": model, "layers": chosen.layers}
                job = start_influence(ws, NAME, TARGET, method, settings)
                state = scoring.wait(ws, job["id"])
                run = ws.folder / "runs" / str(state["run"])
                told = found(np.load(run / "per_query.npy"), places)
                damping = (read_json(run / "provenance.json") or {}).get("damping")
                answer["methods"][method] = told | {"damping": damping, "seconds": round(time.monotonic() - begin, 1)}
                print(method, json.dumps(answer["methods"][method]), file=sys.stderr, flush=True)
    print(json.dumps(answer | {"load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()

"""A data set whose influences can be counted by hand, and an index that answers without a model."""

import sys
from types import SimpleNamespace

import numpy as np

from store import folders, runs
from tests.workflow.making import add, alpaca

ANSWERS = ["red green blue", "red green", "red", "black white", "black", "red green blue", "", "blue grey"]


def add_rows(ws, folder, answers=ANSWERS, name="d"):
    """Rows with these answers as a data set; what the import returned."""
    records = [alpaca(f"question {number}", answer) for number, answer in enumerate(answers)]
    return add(ws, folder, records, name)


def counted(answer: str, target: str) -> float:
    """What the method ``shared_words`` gives a row with ``answer`` on ``target``."""
    words, wanted = set(answer.split()), set(target.split())
    return len(words & wanted) - 0.5 * len(words - wanted) if words else float("nan")


def add_index(ws, dataset_id, rows) -> dict:
    """A run of the gradient index with nothing in it but its places; its record."""
    number = folders.reserve(ws.database, "runs")
    folder = folders.unfinished(ws.database, "runs", number)
    np.save(folder / "positions.npy", np.arange(rows))
    values = np.linspace(0, 1, rows, dtype=np.float32)
    names = ("self_influence", "gradient_norm")
    for name in names:
        np.save(folder / f"{name}.npy", values)
    folders.publish(ws.database, "runs", number)
    run = {"id": number, "dataset_id": dataset_id, "family": "influence", "name": "index", "partial": False}
    run |= {"settings": {"model": "default", "layers": "last:4,mlp"}, "fingerprint": {}, "job_id": None, "rows": rows}
    run |= {"columns": [{"name": name, "kind": "number", "title": name} for name in names], "scored": rows}
    return runs.add(ws.database, run | {"seconds": 2.0, "missing": {}, "person": "test"})


def answer_asks(monkeypatch, ws, answers=ANSWERS) -> list:
    """Have asks of the index counted by shared words; the list of what was asked."""
    asked = []

    def influence(workspace, folder, samples, damping=0.0, deadline=120.0):
        asked.append([sample.response for sample in samples])
        kept = [number for number, sample in enumerate(samples) if len(sample.response) < 1000]
        values = [[counted(answer, samples[number].response) for number in kept] for answer in answers]
        place = ws.folder / "asked"
        place.mkdir(exist_ok=True)
        np.save(place / "scores.npy", np.array(values, np.float32))
        np.save(place / "positions.npy", np.arange(len(answers)))
        refused = {n: "the answer does not fit" for n in range(len(samples)) if n not in kept}
        found = {"scores": place / "scores.npy", "positions": place / "positions.npy", "kept": kept}
        found |= {"refused": refused, "rows": len(answers), "targets": len(kept), "seconds": 0.1, "cached": False}
        found |= {"model": {"name": "default"}, "layers": "last:4,mlp", "layer_count": 12, "projection": "random"}
        return found | {"size": 4096, "precision": "bfloat16", "damping": damping or 0.1, "damping_chosen": not damping}

    def tokens(workspace, folder, row, sample, damping=0.0, deadline=60.0):
        words = sample.response.split()
        values = [1.0 if word in answers[row].split() else -0.5 for word in words]
        return {"tokens": [f"{word} " for word in words], "values": values, "sum": sum(values), "damping": 0.1}

    fake = SimpleNamespace(ask_influence=influence, ask_influence_tokens=tokens)
    monkeypatch.setitem(sys.modules, "curation.influence.asking", fake)
    return asked

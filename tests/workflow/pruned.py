"""What every step of PASER would have made of twelve rows in three capabilities, without a model."""

import json
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.jobs.families import task_class
from store import folders, runs
from tests.workflow.making import add, alpaca

ROWS = 12
NAMES = ("python, list", "bread, oven", "planet, star")
NUMBERS = np.repeat(np.arange(3, dtype=np.int32), (6, 4, 2))
LOST = {0: 0.3, 1: 0.2, 2: 0.1}
NUMBER, LABEL, TEXT = "number", "label", "text"


def add_rows(ws, folder) -> int:
    records = [alpaca(f"{NAMES[NUMBERS[row]]} {row}", f"answer {row}", skill=f"s{row % 2}") for row in range(ROWS)]
    return add(ws, folder, records)["id"]


def add_pruned(ws, dataset_id: int, name: str = "half") -> int:
    """A model pruned by Wanda, whose perplexity rose from 10 to 25; its run."""
    facts = {"model": {"name": "default"}, "method": "wanda", "pattern": "anywhere", "sparsity": 0.5}
    facts |= {"parameters": [134_515_008, 134_515_008], "zero_share": 0.5, "perplexity": [10.0, 25.0]}
    facts |= {"calibration_rows": 4, "measured_rows": 4}
    return _add(ws, dataset_id, "prune", {}, {"name": name}, {"pruning.json": facts})


def model_of(ws, run: int) -> str:
    """The folder of a pruned model, as settings name it."""
    return str(ws.folder / "runs" / str(run) / "model")


def add_capabilities(ws, dataset_id: int) -> int:
    summary = [
        {"id": number, "name": name, "words": name.split(", "), "rows": int(np.count_nonzero(number == NUMBERS))}
        for number, name in enumerate(NAMES)
    ]
    settings = asdict(task_class("paser", "capabilities").Settings())
    facts = {"settings": settings, "clusters": 3, "gap": 3, "eigenvalues": [1.0, 0.9, 0.8, 0.1], "agreement": 0.9}
    facts |= {"stability": {"factorisation": 0.97, "k-means": 1.0}, "capabilities": summary}
    columns = {
        ("capability", LABEL): [NAMES[number] for number in NUMBERS],
        ("capability_number", NUMBER): NUMBERS,
        ("capability_share", NUMBER): np.full(ROWS, 0.75),
        ("capability_other", NUMBER): NUMBERS,
    }
    return _add(
        ws, dataset_id, "capabilities", columns, {}, {"capabilities.json": facts}, {"capability_numbers": NUMBERS}
    )


def add_degradation(ws, dataset_id: int, pruned: str, same: bool = False) -> int:
    """Each capability lost as ``LOST`` says, give or take; nothing where the models are the ``same``."""
    spread = 0.01 * (np.arange(ROWS) % 2)
    divergence = np.array([LOST[number] for number in NUMBERS]) + spread
    divergence[5] = np.nan
    divergence = np.zeros(ROWS) if same else divergence
    tokens = 20.0 + np.arange(ROWS)
    columns = {
        ("divergence", NUMBER): divergence,
        ("efficiency", NUMBER): divergence / np.log(tokens**2),
        ("row_tokens", NUMBER): tokens,
    }
    return _add(ws, dataset_id, "degradation", columns, {"pruned": pruned})


def add_choice(ws, dataset_id: int, budgets=(3, 1, 1), name: str = "recovery") -> int:
    """Five rows in, row 1 refused."""
    place, clash = np.full(ROWS, np.nan), [None] * ROWS
    place[[0, 2, 3, 6, 10]] = np.arange(1, 6)
    clash[1] = "python + oven"
    facts = {
        "capabilities": [
            {"id": number, "name": NAMES[number], "budget": budget, "taken": taken}
            for number, (budget, taken) in enumerate(zip(budgets, (3, 1, 1), strict=True))
        ]
    }
    facts |= {"taken": 5, "refused": 1, "refused_share": 1 / 6, "missing": 0, "measured": 5, "order_likeness": 0.8}
    settings = asdict(task_class("paser", "choice").Settings()) | {"name": name}
    columns = {(f"paser_{name}", NUMBER): place, (f"paser_{name}_clash", TEXT): clash}
    return _add(ws, dataset_id, "choice", columns, settings, {"choice.json": facts | {"settings": settings}})


def add_recovery(ws, dataset_id: int) -> int:
    """``recovery`` trains a better model than random, by three seeds; the last capability has no held row."""
    arms = {"recovery@1": [[2.0, 2.2, None], [2.1, 2.1, None], [2.0, 2.1, None]]}
    arms["random"] = [[2.6, 2.6, None], [2.5, 2.7, None], [2.6, 2.7, None]]
    settings = asdict(task_class("paser", "recover").Settings())
    found = {
        "groups": [{"name": name, "held": held} for name, held in zip(NAMES, (1, 1, 0), strict=True)],
        "original": [1.5, 1.6, None],
        "pruned": [3.0, 3.1, None],
        "arms": [{"name": name, "rows": [5, 5, 5], "losses": losses} for name, losses in arms.items()],
        "seeds": 3,
        "settings": settings,
    }
    return _add(ws, dataset_id, "recover", {}, {}, {"recovery.json": found})


def _add(ws, dataset_id, name, columns, settings=None, said=None, arrays=None) -> int:
    """A run of the family with values of all rows, JSON files and arrays; its number."""
    number = folders.reserve(ws.database, "runs")
    folder = folders.unfinished(ws.database, "runs", number)
    table = {"position": pa.array(np.arange(ROWS))}
    for (column, kind), values in columns.items():
        table[column] = pa.array(values, pa.float32() if kind == NUMBER else pa.string(), from_pandas=kind == NUMBER)
        if kind == NUMBER:
            np.save(folder / f"{column}.npy", np.asarray(values, np.float32))
    pq.write_table(pa.table(table), folder / "values.parquet")
    for file, values in (arrays or {}).items():
        np.save(folder / f"{file}.npy", values)
    for file, content in (said or {}).items():
        (folder / file).write_text(json.dumps(content), encoding="utf-8")
    folders.publish(ws.database, "runs", number)
    told = [{"name": column, "kind": kind, "title": column.title(), "family": "PASER"} for column, kind in columns]
    chosen = asdict(task_class("paser", name).Settings()) | (settings or {})
    run = {"id": number, "dataset_id": dataset_id, "family": "paser", "name": name, "settings": chosen}
    run |= {"fingerprint": {}, "job_id": None, "columns": told, "rows": ROWS, "scored": ROWS, "partial": False}
    runs.add(ws.database, run | {"seconds": 2.0, "missing": {}, "person": "ann"})
    return number

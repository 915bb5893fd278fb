"""The bank: fine-tunings from one checkpoint on half of the rows, and the losses of every query after each.

One file a retraining, written whole: a build that was killed goes on where it was, and two processes may share one.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from curation.models.conversation import Conversations
from curation.training import saving, settings
from tests.bench.lds import adapted, training
from tests.bench.lds.bank import REPORTED, TUNING, Bank, Design, write_json


def subset(design: Design, kind: str, number: int) -> np.ndarray:
    """Rows of the subset, half of all, int64 ascending. Tuning and reported subsets are drawn apart."""
    seed = {TUNING: 1, REPORTED: 2}[kind]
    drawn = np.random.default_rng([seed, number]).permutation(design.rows)[: design.rows // 2]
    return np.sort(drawn)


def masks(design: Design, kind: str) -> np.ndarray:
    """``(subsets, rows)`` bool, those of one kind."""
    made = np.zeros((design.subsets(kind), design.rows), dtype=bool)
    for number in range(len(made)):
        made[number, subset(design, kind, number)] = True
    return made


def planned(design: Design) -> list[tuple[str, int, int]]:
    """``(kind, subset, seed)`` of every retraining, tuning first, all seeds of a subset together."""
    subsets = [(kind, number) for kind in (TUNING, REPORTED) for number in range(design.subsets(kind))]
    return [(kind, number, seed) for kind, number in subsets for seed in range(design.seeds(kind))]


class Texts:
    """Rows and queries of a bank as tensors, tokens and labels; ``inputs`` are what a retraining takes instead."""

    def __init__(self, bank: Bank):
        from transformers import AutoTokenizer

        encode = Conversations(AutoTokenizer.from_pretrained(bank.base)).encode
        self.rows = training.encoded([encode(sample) for sample in bank.rows()])
        self.queries = training.encoded([encode(sample) for sample in bank.queries()])
        self.inputs = {"rows": self.rows[0], "queries": self.queries[0]}
        if bank.design.adapters:
            self.inputs = adapted.activations(bank, self.inputs)

    def some_rows(self, chosen) -> tuple[torch.Tensor, torch.Tensor]:
        chosen = torch.as_tensor(chosen)
        return self.inputs["rows"][chosen], self.rows[1][chosen]


def base_model(bank: Bank):
    """What every retraining starts from, its weights to be trained taking gradients."""
    return adapted.base_model(bank) if bank.design.adapters else training.base_model(bank)


def retrained(bank: Bank, texts: Texts, chosen, seed: int) -> np.ndarray:
    """Losses of the queries ``(queries,)`` after fine-tuning on the ``chosen`` rows."""
    model = base_model(bank).train()
    training.fine_tune(model, *texts.some_rows(chosen), bank.design, seed)
    return training.evaluated(model.eval(), texts.inputs["queries"], texts.queries[1])


def build(bank: Bank, lane: int, lanes: int, say: Callable[[str], None]) -> None:
    """Every ``lanes``-th retraining that is not there yet."""
    texts, design = Texts(bank), bank.design
    for place, (kind, number, seed) in enumerate(planned(design)):
        path = run_file(bank, kind, number, seed)
        if place % lanes != lane or path.exists():
            continue
        losses = retrained(bank, texts, subset(design, kind, number), order_seed(kind, number, seed))
        save(path, losses)
        say(f"{path.stem}: mean loss of a query {losses.mean():.3f}")


def order_seed(kind: str, number: int, seed: int) -> int:
    """Seed of the order of rows, another for every retraining."""
    return 10_000 * (kind == REPORTED) + 100 * number + seed


def run_file(bank: Bank, kind: str, number: int, seed: int) -> Path:
    return bank.runs / f"{kind}-{number:03}-seed-{seed}.npy"


def save(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".part{os.getpid()}")
    with part.open("wb") as file:
        np.save(file, values)
    part.rename(path)


def losses(bank: Bank, kind: str) -> np.ndarray:
    """``(subsets, seeds, queries)`` of the subsets all of whose seeds are there; FileNotFoundError when none is."""
    found, design = [], bank.design
    for number in range(design.subsets(kind)):
        paths = [run_file(bank, kind, number, seed) for seed in range(design.seeds(kind))]
        if not all(path.exists() for path in paths):
            break
        found.append([np.load(path) for path in paths])
    if not found:
        raise FileNotFoundError(f"no {kind} subset has been retrained yet: python -m tests.bench.lds build")
    return np.array(found)


def fine_tune_all(bank: Bank) -> None:
    """The model that methods read, trained on all rows, with its checkpoint and optimiser after every epoch."""
    texts, model = Texts(bank), base_model(bank).train()
    every = torch.arange(bank.design.rows)

    def keep(epoch: int, rate: float, optimizer) -> None:
        facts = {"epoch": epoch, "step": epoch * -(-len(every) // bank.design.batch), "learning_rate": rate}

        def write(part: Path) -> None:
            save_model(bank, model, part)
            (part / "state").mkdir()
            weights = {name: weight for name, weight in named_weights(model).items() if weight.requires_grad}
            save_file(saving.optimizer_tensors(optimizer, weights), part / "state/optimizer.safetensors")
            write_json(part / saving.CHECKPOINT, {**facts, "loss": settings.ROWS})

        saving.write_folder(bank.checkpoint(epoch), write)

    training.fine_tune(model, *texts.some_rows(every), bank.design, 7, keep)
    save_model(bank, model, bank.full)


def named_weights(model) -> dict[str, torch.Tensor]:
    return dict(getattr(model, "network", model).named_parameters())


def save_model(bank: Bank, model, folder: Path) -> None:
    from transformers import AutoTokenizer

    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(bank.base).save_pretrained(folder)

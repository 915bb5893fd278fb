"""What was measured on the reported subsets, kept beside the bank, and the table of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench.lds import measure, retraining
from tests.bench.lds.bank import REPORTED, Bank, write_json
from tests.bench.lds.evaluation import Outcome


@dataclass(frozen=True)
class Kept:
    """A result by name: how it was taken, what it cost, and its influence ``(rows, queries)``."""

    name: str
    facts: dict
    influence: np.ndarray


def keep(bank: Bank, name: str, method: str, settings: dict, found: Outcome) -> None:
    """Store an outcome under ``name``; one of that name before is replaced."""
    bank.results.mkdir(exist_ok=True)
    np.save(bank.results / f"{name}.npy", found.influence)
    parts = ("seconds", "parts", "wall", "peak_bytes", "disk_bytes", "bytes_per_row")
    cost = {part: getattr(found, part) for part in parts}
    write_json(bank.results / f"{name}.json", {"method": method, "settings": settings, **cost})


def kept(bank: Bank) -> Iterator[Kept]:
    for path in sorted(bank.results.glob("*.json")):
        yield read(bank, path.stem)


def read(bank: Bank, name: str) -> Kept:
    """ValueError when nothing is kept under the name."""
    path: Path = bank.results / f"{name}.json"
    if not path.exists():
        raise ValueError(f"nothing is kept under the name {name}: evaluate it with --keep {name}")
    return Kept(name, json.loads(path.read_text()), np.load(path.with_suffix(".npy")))


def table(bank: Bank, against: str) -> list[str]:
    """Markdown rows, best first: LDS with its interval, its difference to ``against``, and the costs."""
    losses = retraining.losses(bank, REPORTED).mean(axis=1)
    masks = retraining.masks(bank.design, REPORTED)[: len(losses)]
    foretold = {one.name: measure.foretold(one.influence, masks) for one in kept(bank)}
    rows = []
    for one in kept(bank):
        score = measure.with_interval(foretold[one.name], losses)
        gap = measure.difference(foretold[one.name], foretold[against], losses) if against in foretold else ""
        rows.append((score.value, _row(one, score, gap)))
    head = (
        "| method | settings | LDS | less " + against + " | processor seconds (parts) | memory | disk | bytes a row |"
    )
    return [head, "|" + "---|" * 8] + [row for _, row in sorted(rows, key=lambda row: -row[0])]


def _row(one: Kept, score: measure.Interval, gap: measure.Interval | str) -> str:
    facts = one.facts
    parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in facts["parts"].items())
    settings = " ".join(f"{key}={Path(value).name}" for key, value in facts["settings"].items())
    cost = f"{facts['seconds']:.1f} ({parts}) | {facts['peak_bytes'] / 1e6:.0f} MB | {facts['disk_bytes'] / 1e6:.1f} MB"
    return f"| {one.name} | {settings} | {score} | {gap} | {cost} | {facts['bytes_per_row']:,.0f} |"

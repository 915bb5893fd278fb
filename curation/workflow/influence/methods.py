"""Which attribution methods there are, and what a curator should know of each."""

import importlib
import json
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.influence.attribution import Attribution
from curation.jobs.families import packages, task_class
from curation.problems import Problem

FAMILY = "attribution"
MEASURED = Path(__file__).parents[2] / "influence" / "measured.json"
BASELINE = "bm25"


@dataclass(frozen=True)
class Method:
    """An attribution method: its name, the task class, and how it compares with BM25 as measured, in one sentence."""

    name: str
    kind: type[Attribution]
    compared: str


def known_methods() -> dict[str, Method]:
    """Every method by name, those that can be imported here."""
    package = packages()[FAMILY]
    names = sorted(info.name for info in pkgutil.iter_modules(importlib.import_module(package).__path__))
    found = {}
    for name in names:
        try:
            kind = task_class(FAMILY, name)
        except (ImportError, ValueError):
            continue
        found[name] = Method(name, kind, compared(name))
    return found


def method_class(name: str) -> type[Attribution]:
    """The task of a method; Problem listing the known."""
    names = [info.name for info in pkgutil.iter_modules(importlib.import_module(packages()[FAMILY]).__path__)]
    if name not in names:
        raise Problem(f"there is no method {name}; known: {', '.join(sorted(names)) or 'none'}")
    return task_class(FAMILY, name)


def compared(name: str) -> str:
    """How the method fared against BM25 and against retraining, as measured; that it was not, where it was not."""
    measured = _measured()
    own, baseline = measured.get("methods", {}).get(name), measured.get("methods", {}).get(BASELINE)
    if not own:
        return "Not measured against retraining yet, so it is not known whether it beats comparing words (BM25)."
    score = f"LDS {own['lds']:.2f} ({own['low']:.2f} to {own['high']:.2f})"
    if name == BASELINE or not baseline:
        return f"Measured against retraining: {score}, {measured['on']}."
    words = _verdict(own, baseline)
    return f"{words}: {score}, BM25 {baseline['lds']:.2f}, {measured['on']}."


def _verdict(own: dict[str, float], baseline: dict[str, float]) -> str:
    if own["low"] > baseline["high"]:
        return "Predicts retraining better than comparing words (BM25)"
    if own["lds"] > baseline["lds"]:
        return (
            "Predicts retraining somewhat better than comparing words (BM25), within the uncertainty of the measurement"
        )
    return "Does not beat comparing words (BM25)"


def _measured() -> dict[str, Any]:
    """{"on": what was retrained, "methods": {name: {"lds", "low", "high"}}}; empty where nothing was measured."""
    return json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}

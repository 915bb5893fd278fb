"""The contracts of what can be added by adding a file, and ``find``, which walks a folder for them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from curation.samples import Sample


@dataclass(frozen=True)
class Column:
    """One column of results: a ``number`` (float32, NaN = missing), a ``label`` (few distinct texts) or a ``text``.

    ``higher`` says in plain words what a high value means; ``unit`` stands beside numbers.
    """

    name: str
    title: str
    meaning: str
    kind: str = "number"
    unit: str = ""
    higher: str = ""


def setting(default: Any, help: str, *, choices: tuple = (), minimum=None, maximum=None, kind: str = "") -> Any:
    """A dataclass field with what forms are drawn from: help, bounds, choices, and ``kind`` (model, embedder, file)."""
    metadata = {"help": help, "choices": choices, "minimum": minimum, "maximum": maximum, "kind": kind}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class NoSettings:
    """For tasks without settings."""


KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def settings_from(kind: type, values: dict[str, Any]) -> Any:
    """Settings of dataclass ``kind`` from texts or JSON values; ValueError in plain words on an unknown or bad one."""
    known = {f.name: f for f in fields(kind)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"unknown setting {', '.join(unknown)}; known: {', '.join(known) or 'none'}")
    return kind(**{name: _coerced(known[name], value) for name, value in values.items()})


def _coerced(known, value):
    wanted = type(known.default)
    rules = known.metadata
    try:
        if wanted is bool and isinstance(value, str):
            value = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[value.lower()]
        elif wanted in (int, float, str, bool):
            value = wanted(value)
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{known.name} must be {KINDS[wanted]}, not {value!r}") from None
    if rules.get("choices") and value not in rules["choices"]:
        raise ValueError(f"{known.name} must be one of {', '.join(map(str, rules['choices']))}, not {value!r}")
    if rules.get("minimum") is not None and value < rules["minimum"]:
        raise ValueError(f"{known.name} must be at least {rules['minimum']}, not {value}")
    if rules.get("maximum") is not None and value > rules["maximum"]:
        raise ValueError(f"{known.name} must be at most {rules['maximum']}, not {value}")
    return value


@dataclass
class Context:
    """What a running task is given: files prepared for it, inputs from other runs, and how to report.

    ``inputs`` maps a requirement (``prompt_vectors``) to the path of its ``.npy`` file, one line a row of the data set.
    ``positions`` of the samples at hand, where a task looks rows up in its inputs. ``kept`` is one folder for all steps
    of a job, made when first used, which outlives a killed process: where a long step keeps how far it came. It goes
    when the job is done; what shards or others need later belongs under ``folder``. None where there is no job.
    ``workspace`` is where generators keep their answers and find which endpoints are listed; None outside one.
    """

    folder: Path
    inputs: dict[str, Path] = field(default_factory=dict)
    positions: np.ndarray | None = None
    report: Callable[[int, int, str], None] = lambda done, total, stage: None
    stopped: Callable[[], bool] = lambda: False
    kept: Path | None = None
    workspace: Path | None = None


class Rows:
    """All rows of a job, read when asked: ``len``, and iteration over ``(positions, samples)`` in file order."""

    def __len__(self) -> int:
        raise TypeError("abstract")

    def batches(self, size: int = 2048) -> Iterator[tuple[np.ndarray, list[Sample]]]:
        """Positions ``(n,)`` int64 and as many samples, in file order."""
        raise TypeError("abstract")


class Task:
    """Something computed over the rows of a data set by the worker, in shards that can be killed and resumed.

    ``score`` gives, for each sample and independently of its neighbours, one value per column (and ``missing``, a text
    that says why there is none). ``prepare`` runs once before the shards, ``finish`` once after them, for what needs
    all rows. ``together`` is how many rows a shard holds at least, where fewer would waste the machine or an endpoint.
    ``proportional`` says of an unsharded task that it takes as much longer as there are more rows, so that a few tell.
    A task imports with torch, transformers, numpy and pyarrow alone and never reaches the store.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    family: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    requires: ClassVar[tuple[str, ...]] = ()
    sharded: ClassVar[bool] = True
    together: ClassVar[int] = 1
    proportional: bool = False
    Settings: ClassVar[type] = NoSettings

    def __init__(self, settings: Any = None):
        self.settings = settings if settings is not None else self.Settings()

    def needs(self) -> tuple[str, ...]:
        """Inputs that these settings require, by name; the workflow runs what makes them first."""
        return self.requires

    def check(self) -> None:
        """Problem in plain words where these settings cannot work; quick, as it is called before a job is made."""

    def fingerprint(self) -> dict[str, Any]:
        """What results depend on beside the rows: settings, and the model's fingerprint where there is one."""
        return {"settings": asdict(self.settings)}

    def prepare(self, rows: Rows, context: Context) -> None:
        """Write what every shard needs under ``context.folder``; once for a job. Nothing by default."""

    def open(self, context: Context) -> None:
        """Load what this process needs (a model, prepared files); once for a job and process. Nothing by default."""

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        """Column name -> one value per sample (None or NaN = missing); ``missing`` -> reason or None per sample.

        Extra names (binary or list values) are kept in the shard for ``finish`` and go no further.
        """
        raise TypeError(f"{type(self).__name__} scores no samples")

    def tried(self, score: Callable, table) -> dict[str, float]:
        """``score`` timed on a few rows of a pyarrow table, for an estimate: ``seconds_per_row`` and what else
        ``curation.jobs.planning.probe`` says. For a task whose rows cost less in number to do otherwise."""
        from curation.jobs.planning import probe

        return probe(score, table)

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any] | None:
        """All shards as one pyarrow table sorted by ``position`` (None when not sharded) -> columns for all rows.

        None keeps the shards' own columns. Files written under ``context.folder`` become the run's artifacts.
        """
        return None


class Scorer(Task):
    """A task whose columns are scores of the rows. One file in ``curation/scorers``."""


def find(package: str, base: type) -> dict[str, type]:
    """Name -> class, for every subclass of ``base`` defined in a module of ``package``, sorted by name."""
    folder = importlib.import_module(package)
    found = {}
    for info in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{package}.{info.name}")
        for value in vars(module).values():
            own = isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__
            if own and "name" in vars(value):
                found[value.name] = value
    return dict(sorted(found.items()))

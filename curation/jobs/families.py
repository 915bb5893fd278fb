"""Which package holds the tasks of a family, and how a task is found by name."""

import importlib
import importlib.util
import os

from curation.plugin import Task, find

PACKAGES = {
    "scorers": "curation.scorers",
    "projection": "curation.projection.tasks",
    "attribution": "curation.influence.methods",
    "influence": "curation.influence.tasks",
    "nile": "curation.nile.tasks",
    "critiq": "curation.critiq.tasks",
    "paser": "curation.paser.tasks",
}
EXTRA = "WINNOW_FAMILIES"


def packages() -> dict[str, str]:
    """Family -> package. ``WINNOW_FAMILIES=name=package,...`` in the environment adds packages of one's own."""
    extra = (part.partition("=") for part in os.environ.get(EXTRA, "").split(",") if "=" in part)
    return {**PACKAGES, **{name.strip(): package.strip() for name, _, package in extra}}


def task_class(family: str, name: str) -> type[Task]:
    """The task ``name`` of ``family``. ValueError names the known ones.

    A module named as its task is imported alone: what the others import is not paid for, and may even be absent.
    """
    package = packages().get(family)
    if package is None:
        raise ValueError(f"there is no family of tasks named {family}; known: {', '.join(packages())}")
    if name.isidentifier() and importlib.util.find_spec(f"{package}.{name}"):
        module = importlib.import_module(f"{package}.{name}")
        for value in vars(module).values():
            own = isinstance(value, type) and issubclass(value, Task) and value.__module__ == module.__name__
            if own and vars(value).get("name") == name:
                return value
    known = find(package, Task)
    if name not in known:
        raise ValueError(f"there is no {family.removesuffix('s')} named {name}; known: {', '.join(known) or 'none'}")
    return known[name]

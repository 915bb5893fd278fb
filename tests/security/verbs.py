"""Every verb of the product, found by walking ``curation.workflow``, and what to call each with."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import curation.workflow

WORKSPACE = ("ws", "workspace")
MECHANISM = {f"curation.workflow.access.{name}" for name in ("actors", "finding", "needing", "paths", "roles")}
BESIDE = {"curation.workflow.workspace.acting"}


def verbs() -> dict[str, Callable]:
    """Name -> public function whose first argument is the workspace, outside of the mechanism itself."""
    found = {}
    for module in pkgutil.walk_packages(curation.workflow.__path__, "curation.workflow."):
        if module.name in MECHANISM:
            continue
        loaded = importlib.import_module(module.name)
        for name, verb in vars(loaded).items():
            full = f"{module.name}.{name}"
            if inspect.isfunction(verb) and verb.__module__ == module.name and not name.startswith("_"):
                parameters = list(inspect.signature(verb).parameters)
                if parameters and parameters[0] in WORKSPACE and full not in BESIDE:
                    found[full] = verb
    return found


VERBS = verbs()
GUARDED = {name: verb for name, verb in VERBS.items() if getattr(verb, "needs", ("anyone",))[0] != "anyone"}


class Reached(Exception):
    """The verb's own code began to run."""


def _reached(*args, **kwargs):
    from tests.security.verbs import Reached

    raise Reached


def without_body(monkeypatch, verb: Callable) -> None:
    """Have the verb raise Reached instead of doing anything, behind the same check of roles."""
    monkeypatch.setattr(verb.__wrapped__, "__code__", _reached.__code__)


def arguments(verb: Callable, things: dict) -> dict:
    """One value for each argument that has to be given: the thing of that name, else a text that is none."""
    given, wheres = {}, verb.needs[1]
    for name, parameter in list(inspect.signature(verb).parameters.items())[1:]:
        is_needed = parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        )
        if name in wheres:
            given[name] = things[name]
        elif name in things["paths"]:
            given[name] = things["paths"][name]
        elif is_needed:
            given[name] = "x"
    return given


def call(verb: Callable, ws, given: dict):
    """Call it with these, those that have no name by their places."""
    places = [
        given.pop(name)
        for name, parameter in list(inspect.signature(verb).parameters.items())[1:]
        if parameter.kind is parameter.POSITIONAL_ONLY
    ]
    return verb(ws, *places, **given)

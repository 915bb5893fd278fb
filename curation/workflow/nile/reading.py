"""Steps and settings of a flow as people write them: ``knowledge,revise,consistency`` and ``knowledge.shots=1``."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from curation.jobs.families import task_class
from curation.problems import Problem
from curation.workflow.nile.flow import FAMILY, MODELS, STEPS, checked_step

WORDS = {"revise": "revision", "control": "revision_control"}
TWINS = {"revision": "revision_control", "consistency": "consistency_revised"}
EVERYWHERE = ("style", "embedder")


def read_steps(text: str) -> list[str]:
    """Names of steps between commas; ``consistency`` beside ``revise`` covers the revised answers too."""
    named = [word.strip() for word in text.split(",") if word.strip()]
    found = [checked_step(WORDS.get(word, word)) for word in named]
    if not found:
        raise Problem(f"name at least one step: {', '.join(STEPS)}")
    if {"revision", "consistency"} <= set(found):
        found.append("consistency_revised")
    return [step for step in STEPS if step in found]


def read_settings(given: Mapping[str, str], steps: Sequence[str]) -> dict[str, dict[str, str]]:
    """Step -> settings, from ``name`` or ``step.name``. Problem when a name means nothing, or more than one thing.

    What is said of a step holds for its twin too: revision with and without knowledge, consistency of both answers.
    """
    found: dict[str, dict[str, str]] = {}
    for key, value in given.items():
        step, dot, name = key.rpartition(".")
        owners = [checked_step(WORDS.get(step, step))] if dot else _owners(key, steps)
        for owner in owners:
            for one in (owner, *([TWINS[owner]] if owner in TWINS else [])):
                found.setdefault(one, {})[name if dot else key] = value
    return found


def _owners(name: str, steps: Sequence[str]) -> list[str]:
    """The steps, of ``steps``, that have this setting."""
    heads = [step for step in steps if step not in TWINS.values() or _head(step) not in steps]
    owners = [step for step in heads if name in _names(step)]
    if not owners:
        known = sorted({one for step in steps for one in _names(step)})
        raise Problem(f"unknown setting {name}; known: {', '.join(known)}")
    if len(owners) > 1 and name not in EVERYWHERE:
        raise Problem(f"{name} is a setting of {' and '.join(owners)}: say which, as in {owners[0]}.{name}")
    return owners


def _head(twin: str) -> str:
    return next(step for step, other in TWINS.items() if other == twin)


def _names(step: str) -> set[str]:
    return {field.name for field in fields(task_class(FAMILY, step).Settings)} - set(MODELS)

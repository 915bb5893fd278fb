"""What the steps are, and the settings that a whole flow shares."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from curation.jobs.families import task_class
from curation.models.generation import is_endpoint
from curation.models.generation.listed import listed, parted
from curation.plugin import settings_from
from curation.problems import Problem
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.scoring.inputs import PROVIDERS

FAMILY = "nile"
STEPS = ("knowledge", "revision", "revision_control", "consistency", "consistency_revised", "rtuning", "clear")
MODELS = ("target", "reviser")
NO_TEMPLATE_PROBABILITIES = (
    "an endpoint tells no probabilities of a given text within its chat template, so this step is off: set style to "
    "completion, where the endpoint can echo probabilities, or choose a target model on this machine"
)


@dataclass(frozen=True)
class Flow:
    """The models, which rows (``limit`` at random by ``seed``, None for all), and ``settings`` of single steps."""

    target: str = "default"
    reviser: str = "default"
    limit: int | None = None
    seed: int = 0
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def settings_of(flow: Flow, step: str) -> dict[str, Any]:
    """Every setting of ``step``, the models of the flow among them. Problem on an unknown or bad one."""
    kind = task_class(FAMILY, checked_step(step)).Settings
    names = {one.name for one in fields(kind)}
    models = {name: getattr(flow, name) for name in MODELS if name in names}
    try:
        return asdict(settings_from(kind, {**flow.settings.get(step, {}), **models}))
    except ValueError as error:
        raise Problem(f"{step}: {error}") from None


def checked_step(step: str) -> str:
    """The name of a step. Problem lists the known ones."""
    if step not in STEPS:
        raise Problem(f"there is no step {step}; known: {', '.join(STEPS)}")
    return step


def needed(step: str) -> dict[str, str]:
    """Input -> the step that makes it."""
    makers = {need: PROVIDERS[need][1] for need in task_class(FAMILY, step).requires}
    return {need: maker for need, maker in makers.items() if maker in STEPS}


def with_needed(steps: Iterable[str]) -> list[str]:
    """These steps and all that they need, in order."""
    wanted: set[str] = set()
    left = [checked_step(step) for step in steps]
    while left:
        step = left.pop()
        wanted.add(step)
        left += set(needed(step).values()) - wanted
    return [step for step in STEPS if step in wanted]


def generators_of(step: str, settings: Mapping[str, Any]) -> list[str]:
    """Names of the models that these settings have write or judge."""
    kind = task_class(FAMILY, step)
    return [settings[name] for name in kind(kind.Settings(**settings)).writing()]


@needs("viewer", ANYWHERE)
def why_off(workspace, flow: Flow, step: str) -> str | None:
    """Why ``step`` cannot be computed with these models at all; None where nothing is known against it."""
    chosen = settings_of(flow, step)
    names = [name for name in generators_of(step, chosen) if is_endpoint(name)]
    try:
        for name in names:
            listed(workspace.folder, parted(name)[0])
    except Problem as problem:
        return str(problem)
    if names and step.startswith("consistency") and chosen["style"] != "completion":
        return NO_TEMPLATE_PROBABILITIES
    return None

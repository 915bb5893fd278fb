"""EK-FAC: influence functions with the eigenvalue-corrected Kronecker-factored curvature."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from curation.influence.directed import Directed, GradientSettings
from curation.influence.tasks.factors import NEED, Factors
from curation.plugin import Context, Rows, setting
from curation.samples import Sample


@dataclass(frozen=True)
class EkfacSettings(GradientSettings):
    """The settings of the curvature are those of the task that computes it, and bear the same names."""

    damping: float = setting(
        0.0,
        "What is added to the curvature, as a share of its mean; 0 takes 0.1, as in print. More makes the ranking more "
        "like the plain product of gradients.",
        minimum=0.0,
    )
    damping_over: str = setting(
        "layer",
        "Whether the mean that damping is a share of is each layer's own or that of all.",
        choices=("layer", "all"),
    )
    factor_rows: int = setting(
        500, "Rows that the curvature is taken from, chosen by the seed; 0 takes all.", minimum=0
    )
    draws: int = setting(
        1, "Labels drawn from the model's own prediction for every answer token.", minimum=1, maximum=64
    )
    seed: int = setting(0, "Seed of the rows and of the labels that are drawn.", minimum=0, maximum=2**31 - 1)
    states: str = setting(
        "",
        "Other states of the model in its training, folders joined by commas (where it began, its checkpoints): the "
        "influence is the mean over all, each with its own curvature. Every state costs as much as the first.",
    )


class EkfacMethod(Directed):
    """``v^T (G + lambda I)^-1 g_i`` summed over layers, with G's EK-FAC approximation (Grosse et al. 2023).

    The target's gradients are preconditioned once; then each row costs a forward and a backward pass.
    """

    name = "ekfac"
    title = "EK-FAC"
    sentence = "Product of gradients, divided by how sharply the loss bends: the usual influence function."
    reads = "Gradients of rows and target, and curvature factors from labels that the model itself drew."
    requires = (NEED,)
    Settings = EkfacSettings

    def fingerprint(self) -> dict[str, Any]:
        others = [state.fingerprint()["model"] for state in self._others()]
        return super().fingerprint() | ({"states": others} if others else {})

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        super().fit(target, rows, context)
        for state, inner in zip(self._others(), self._folders(context), strict=True):
            inner.folder.mkdir(exist_ok=True)
            state.fit(target, rows, inner)

    def open(self, context: Context) -> None:
        super().open(context)
        self._opened = list(self._others())
        for state, inner in zip(self._opened, self._folders(context), strict=True):
            state.open(inner)

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        values, reasons = super().influence(samples, context)
        for state in self._opened:
            more, failed = state.influence(samples, context)
            values += more
            reasons = [one or other for one, other in zip(reasons, failed, strict=True)]
        return values / (1 + len(self._opened)), reasons

    def _others(self) -> Iterator["EkfacMethod"]:
        """The same method at each of the other states."""
        for name in filter(None, map(str.strip, self.settings.states.split(","))):
            yield type(self)(replace(self.settings, model=name, states=""))

    def _folders(self, context: Context) -> list[Context]:
        """A context for each of the other states, without the curvature of the first."""
        inputs = {name: path for name, path in context.inputs.items() if name != NEED}
        names = [f"state-{number}" for number, _ in enumerate(self._others(), 2)]
        kept = [context.kept / name if context.kept else None for name in names]
        return [
            replace(context, folder=context.folder / name, inputs=inputs, kept=place)
            for name, place in zip(names, kept, strict=True)
        ]

    def begin(self, model, layers, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.influence.curvature.ekfac import DEFAULT_DAMPING, Ekfac

        self._factors = Ekfac.load(factors_file(self.settings, rows, context), model.device)
        of_model = self._factors.facts.get("model") == model.fingerprint
        if not of_model or set(self._factors.layers) != set(layers):
            raise ValueError("the curvature factors are of another model or of other layers: compute them anew")
        share = self.settings.damping or DEFAULT_DAMPING
        self._damping = self._factors.damping(share, across=self.settings.damping_over == "all")
        return {"damping": share, "damping_by_layer": self._damping, "curvature": self._factors.facts}

    def directions(self, gradients: dict, model, layers, rows: Rows, context: Context) -> tuple[dict, dict[str, Any]]:
        return self._factors.solve(gradients, self._damping), {}


def factors_file(settings: EkfacSettings, rows: Rows, context: Context) -> Path:
    """The file of the curvature factors: the input that a job is given, else made here, for use without jobs."""
    if NEED in context.inputs:
        return context.inputs[NEED]
    known = [field.name for field in fields(Factors.Settings)]
    return Factors(Factors.Settings(**{name: getattr(settings, name) for name in known})).make(rows, context)

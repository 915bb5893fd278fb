"""EK-FAC: influence functions with the eigenvalue-corrected Kronecker-factored curvature."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from curation.influence.directed import Directed, GradientSettings
from curation.influence.tasks.factors import NEED, Factors
from curation.plugin import Context, Rows, setting


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

"""DataInf: the inverse of the average of rank-one curvatures taken as the average of their inverses."""

from dataclasses import dataclass
from typing import Any

from curation.influence.chosen_rows import chosen_pairs
from curation.influence.directed import Directed, GradientSettings
from curation.plugin import Context, Rows, setting


@dataclass(frozen=True)
class DataInfSettings(GradientSettings):
    damping: float = setting(
        0.1, "What is added to the curvature, as a share of the mean squared gradient of the layer.", minimum=1e-6
    )
    factor_rows: int = setting(
        500, "Rows that the curvature is taken from, chosen by the seed; 0 takes all.", minimum=0
    )
    seed: int = setting(0, "Seed of those rows.", minimum=0, maximum=2**31 - 1)


class DataInf(Directed):
    """Kwon et al. 2023, with the sign turned so that positive helps. Its authors mean it for the layers of adapters.

    In a layer of many weights the average of inverses is far from the inverse of the average: there it ranks much as
    the plain product of gradients does. ``layers=lora`` takes adapters alone.
    """

    name = "datainf"
    title = "DataInf"
    sentence = "Product of gradients with a cheap closed-form inverse curvature; meant for LoRA adapters."
    reads = "Gradients of rows and target at one state of the model."
    Settings = DataInfSettings

    def begin(self, model, layers, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.influence.data_inf import squared_norms

        chosen = self.settings
        self._pairs = chosen_pairs(model, rows, chosen.factor_rows, chosen.seed, chosen.max_tokens)
        self._norms = squared_norms(
            model, layers, self._pairs, lambda done: context.report(done, len(self._pairs), "norms")
        )
        return {"curvature": {"rows": len(self._pairs), "of_rows": len(rows)}}

    def directions(self, gradients: dict, model, layers, rows: Rows, context: Context) -> tuple[dict, dict[str, Any]]:
        from curation.influence.data_inf import directions

        made, damping = directions(
            model, layers, self._pairs, gradients, self._norms, self.settings.damping,
            lambda done: context.report(done, len(self._pairs), "curvature"),
        )  # fmt: skip
        return made, {"damping_by_layer": damping}

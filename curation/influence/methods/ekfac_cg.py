"""EK-FAC refined by conjugate gradients: the inverse curvature itself, with EK-FAC as the preconditioner."""

from dataclasses import asdict, dataclass
from typing import Any

from curation.influence.chosen_rows import chosen_pairs
from curation.influence.methods.ekfac import EkfacMethod, EkfacSettings
from curation.influence.tasks.factors import NEED
from curation.plugin import Context, Rows, setting

CURVATURES = ("fisher", "gauss_newton")


@dataclass(frozen=True)
class EkfacCgSettings(EkfacSettings):
    iterations: int = setting(
        5,
        "Products with the curvature, each a pass over the rows it is taken from. One gives EK-FAC's own ranking.",
        minimum=1,
        maximum=1000,
    )
    curvature: str = setting(
        "fisher",
        "fisher takes labels drawn from the model, one pass for all target rows together; gauss_newton takes the "
        "expectation over labels exactly, at two passes for every target row.",
        choices=CURVATURES,
    )
    product_rows: int = setting(
        500, "Rows that the products are taken over, chosen by the seed; 0 takes all.", minimum=0
    )
    product_draws: int = setting(2, "Labels drawn for every answer token in a product.", minimum=1, maximum=256)
    blend: float = setting(
        0.0,
        "Share of EK-FAC's curvature in the one that is solved with; steadies a product over few rows.",
        minimum=0.0,
        maximum=1.0,
    )


class EkfacCg(EkfacMethod):
    """Solves ``(G + lambda I) x = v`` over all layers together, what EK-FAC solves layer by layer and approximately.

    Blocks between layers and what no Kronecker product can express come back in, iteration by iteration; the residuals
    stand in the provenance.
    """

    name = "ekfac_cg"
    title = "EK-FAC with conjugate gradients"
    sentence = "EK-FAC, refined towards the model's own curvature by passes over the rows."
    reads = "Gradients of rows and target, curvature factors, and products with the curvature over rows."
    requires = (NEED,)
    stacks = 6
    Settings = EkfacCgSettings

    def begin(self, model, layers, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.influence.curvature import products

        facts = super().begin(model, layers, rows, context)
        chosen = self.settings
        pairs = chosen_pairs(model, rows, chosen.product_rows, chosen.seed, chosen.max_tokens)
        if chosen.curvature == "gauss_newton":
            self._product = products.gauss_newton(model, layers, pairs)
        else:
            drawn = {"draws": chosen.product_draws, "seed": chosen.seed + 1}
            self._product = products.fisher(model, layers, pairs, **drawn)
        self._part = 0
        return facts | {"product_rows_used": len(pairs)}

    def directions(self, gradients: dict, model, layers, rows: Rows, context: Context) -> tuple[dict, dict[str, Any]]:
        from curation.influence.curvature.conjugate_gradients import solve
        from curation.influence.curvature.kept import Kept
        from curation.influence.curvature.stacks import copied

        self._part += 1
        facts = {"settings": asdict(self.settings), "model": model.fingerprint, "target": self._part}
        made, residuals = solve(
            self._curved,
            gradients,
            lambda stack: self._factors.solve(copied(stack), self._damping),
            self.settings.iterations,
            kept=Kept(context.kept, f"solution-{self._part}", facts),
            report=context.report,
        )
        return made, {"residuals": residuals}

    def _curved(self, stack):
        """``((1 - blend) G + blend E + lambda I) x``, E being EK-FAC's curvature."""
        from curation.influence.curvature.stacks import add, scaled

        blend, made = self.settings.blend, scaled(stack, self._damping)
        if blend < 1:
            add(made, self._product(stack), 1 - blend)
        if blend:
            known = self._factors.layers
            add(made, {name: known[name].times(tensor) for name, tensor in stack.items()}, blend)
        return made

"""kronfluence's EK-FAC. ``damping`` is its ``damping_factor``: ``heuristic`` takes a tenth of the mean eigenvalue.

Several, joined by commas, share the factors: the first is what is timed, the next stands for a second set of queries,
and the others' influence is left as ``influence-DAMPING.npy`` in the folder that ``also`` names.
"""

import tempfile
from pathlib import Path

import numpy as np
import torch
from common import Clock, Summed, Texts, arguments, linear_names, summed
from kronfluence.analyzer import Analyzer, prepare_model
from kronfluence.arguments import FactorArguments, ScoreArguments
from kronfluence.task import Task


class Answers(Task):
    """Summed loss of the answers; labels drawn from the model's prediction where the true Fisher is asked for."""

    def __init__(self, names: list[str]):
        self.names = names

    def compute_train_loss(self, batch, model, sample: bool = False) -> torch.Tensor:
        logits = model.logits(batch["input_ids"], batch["attention_mask"])
        labels = batch["labels"]
        if sample:
            with torch.no_grad():
                drawn = torch.multinomial(logits.flatten(0, 1).softmax(-1), 1)[:, 0].view_as(labels)
            labels = torch.where(labels >= 0, drawn, labels)
        return summed(logits, labels)

    def compute_measurement(self, batch, model) -> torch.Tensor:
        return self.compute_train_loss(batch, model)

    def get_influence_tracked_modules(self) -> list[str]:
        return self.names

    def get_attention_mask(self, batch) -> torch.Tensor:
        return batch["attention_mask"]


def main() -> None:
    given, clock = arguments(), Clock()
    dampings = given.settings.get("damping", "1e-8").split(",")
    model = Summed(given.model, given.base)
    task = Answers(linear_names(model))
    model = prepare_model(model, task)
    rows, queries = Texts(given.tokens, "rows"), Texts(given.tokens, "queries")
    batch = int(given.settings.get("batch", 32))
    with tempfile.TemporaryDirectory(prefix="lds-peer-") as folder:
        analyzer = Analyzer("lds", model, task, cpu=True, output_dir=folder, disable_tqdm=True)
        analyzer.fit_all_factors("factors", rows, per_device_batch_size=batch, factor_args=FactorArguments("ekfac"))
        clock.mark("factors")

        def scored(damping: str) -> np.ndarray:
            score = ScoreArguments(damping_factor=None if damping == "heuristic" else float(damping))
            analyzer.compute_pairwise_scores(
                damping, "factors", queries, rows, per_device_query_batch_size=len(queries),
                per_device_train_batch_size=batch, score_args=score,
            )  # fmt: skip
            return analyzer.load_pairwise_scores(damping)["all_modules"].float().numpy().T

        found = scored(dampings[0])
        clock.mark("scores")
        for place, damping in enumerate(dampings[1:]):
            other = scored(damping)
            clock.mark("second_set" if place == 0 else "others")
            if "also" in given.settings:
                np.save(Path(given.settings["also"]) / f"influence-{damping}.npy", other)
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    clock.write(given.out, found, disk, 0)


if __name__ == "__main__":
    main()

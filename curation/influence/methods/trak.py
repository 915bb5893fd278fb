"""TRAK: influence in a linear model of the language model, on randomly projected gradients."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.influence.attribution import PROVENANCE, Attribution, TargetSettings, keep_provenance
from curation.jobs.publishing import link_file, write_json
from curation.models.asked import encoded, target_pairs
from curation.plugin import Context, Rows, setting
from curation.samples import Sample

RUN = 512


@dataclass(frozen=True)
class TrakSettings(TargetSettings):
    """Models, and how their gradients become features."""

    model: str = setting(
        "default",
        "Language model whose gradients are taken: default (SmolLM2-135M-Instruct), a local folder, or a hub name.",
        kind="model",
    )
    layers: str = setting(
        "last:4,mlp",
        "Linear layers whose gradients are taken: all, mlp, attention, last:N (blocks), lora; joined by commas all "
        "must hold.",
    )
    max_tokens: int = setting(
        512, "Longest prompt and answer together; prompts are cut at their beginning.", minimum=16, maximum=1_000_000
    )
    models: str = setting(
        "",
        "Several models to average over: folders of checkpoints or models, joined by commas, best trained on other "
        "halves of the rows each. Empty: the model alone.",
    )
    size: int = setting(2048, "Numbers that a gradient is projected to at random.", minimum=1, maximum=65_536)
    damping: float = setting(0.01, "What is added to the features' kernel, as a share of its mean.", minimum=0.0)
    seed: int = setting(0, "Seed of the projection.", minimum=0, maximum=2**31 - 1)


class Trak(Attribution):
    """``[mean_m phi(q)^T (Phi^T Phi + lambda I)^-1 phi(i)] [mean_m (1 - p_i)]`` over models m (Park et al. 2023, arXiv
    2303.14186), phi the projected gradient of ``log(p / (1 - p))`` with p = exp(-mean loss of the answer's tokens).

    One model is far below what ten or more, trained on other parts of the rows, reach in print.
    """

    name = "trak"
    title = "TRAK"
    sentence = (
        "Influence in a linear model on randomly projected gradients; it needs ten models or more to be at its best."
    )
    reads = "Projected gradients of rows and target at each of the models."
    Settings = TrakSettings

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"models": [model.fingerprint for model, _ in self._models()]}

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.influence import trak_scores

        solved, norms, names = [], [], []
        for place, (model, layers) in enumerate(self._models()):
            pairs = target_pairs(model, target, self.settings.max_tokens)
            projection = self._projection(layers)
            wanted, _, lost = trak_scores.features(model, layers, pairs, projection)
            if lost:
                raise MemoryError(f"row {min(lost) + 1} of the target: {lost[min(lost)]}")
            features = self._features(model, layers, projection, rows, place, context)
            gram = trak_scores.kernel(features)
            solved.append(trak_scores.weights(wanted, gram, self.settings.damping))
            norms.append(float(np.trace(gram)) / len(gram))
            names = list(layers)
        np.save(context.folder / "target.npy", np.stack(solved))
        np.save(context.folder / "positions.npy", np.concatenate([some for some, _ in rows.batches()]))
        facts = {"target_rows": len(target), "layers": names, "models": len(solved)}
        facts["damping_by_model"] = [self.settings.damping * norm for norm in norms]
        write_json(context.folder / PROVENANCE, facts)

    def open(self, context: Context) -> None:
        self._target = np.load(context.folder / "target.npy")
        self._positions = np.load(context.folder / "positions.npy")
        places = range(len(self._target))
        self._rows = [np.load(context.folder / f"features-{place:02d}.npy", mmap_mode="r") for place in places]
        self._doubts = [np.load(context.folder / f"doubts-{place:02d}.npy") for place in places]

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence import trak_scores
        from curation.models import language_model

        places = np.searchsorted(self._positions, context.positions)
        doubts = [part[places] for part in self._doubts]
        values = trak_scores.scores([part[places] for part in self._rows], self._target, doubts)
        asked = encoded(language_model.load(self.settings.model), samples, self.settings.max_tokens)
        lost = np.flatnonzero(np.isnan(values).all(1))
        why = {int(place): "there is not enough memory for this row" for place in lost} | asked.refused
        return values, [why.get(place) for place in range(len(samples))]

    def finish(self, shards, rows: Rows, context: Context) -> None:
        super().finish(shards, rows, context)
        keep_provenance(context)

    def _models(self) -> Iterator[tuple]:
        """Each model with its layers, one at a time."""
        from curation.influence.checkpoints import named
        from curation.influence.layers import linear_layers
        from curation.models import language_model
        from curation.training.opening import open_checkpoint

        base, chosen = language_model.load(self.settings.model), self.settings
        if not chosen.models.strip():
            yield base, linear_layers(base.model, chosen.layers)
            return
        for checkpoint in named(chosen.models):
            model = open_checkpoint(checkpoint, base)
            yield model, linear_layers(model.model, chosen.layers)

    def _projection(self, layers):
        from curation.influence.layers import sizes
        from curation.influence.projection import random

        return random({name: sizes(layer) for name, layer in layers.items()}, self.settings.size, self.settings.seed)

    def _features(self, model, layers, projection, rows: Rows, place: int, context: Context) -> np.ndarray:
        """Features ``(n, size)`` of all rows for a model, NaN doubts where a row has none; finished runs are kept."""
        kept = (context.kept or context.folder) / f"features-{place:02d}"
        kept.mkdir(parents=True, exist_ok=True)
        paths, done = [], 0
        for number, (_, samples) in enumerate(rows.batches(RUN)):
            paths.append(kept / f"{number:06d}.npz")
            if not paths[-1].exists():
                self._run(model, layers, projection, samples, paths[-1])
            done += len(samples)
            context.report(done, len(rows), f"gradients of the rows, model {place + 1}")
        return _joined(paths, context.folder, place, len(rows), projection.size, kept)

    def _run(self, model, layers, projection, samples: list[Sample], path: Path) -> None:
        from curation.influence import trak_scores

        asked = encoded(model, samples, self.settings.max_tokens)
        vectors, doubts, _ = trak_scores.features(model, layers, asked.pairs, projection)
        whole = np.zeros((len(samples), projection.size), np.float32)
        doubt = np.full(len(samples), np.nan, np.float32)
        whole[asked.places], doubt[asked.places] = vectors, doubts
        part = path.with_suffix(".part.npz")
        np.savez(part, features=whole, doubts=doubt)
        part.replace(path)


def _joined(paths: list[Path], folder: Path, place: int, rows: int, size: int, kept: Path) -> np.ndarray:
    """The runs as one memory-mapped ``features`` file and one of ``doubts`` under ``folder``."""
    path = kept.with_name(f"features-{place:02d}.npy")
    made = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, size))
    doubts, start = np.full(rows, np.nan, np.float32), 0
    for run in paths:
        with np.load(run) as part:
            stop = start + len(part["doubts"])
            made[start:stop], doubts[start:stop] = part["features"], part["doubts"]
            start = stop
    made.flush()
    np.save(folder / f"doubts-{place:02d}.npy", doubts)
    if path.parent != folder:
        link_file(path, folder / path.name)
    return made

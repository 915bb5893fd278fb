"""The checkpoints that TracIn, LESS and TRAK look at: named ones, or those of a short warm-up of their own."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from curation.influence.attribution import TargetSettings
from curation.influence.layers import linear_layers
from curation.jobs.publishing import link_tree
from curation.models.language_model import LanguageModel, load
from curation.models.weights import find_adapter, fingerprint, weight_files
from curation.plugin import Context, Rows, setting
from curation.training.opening import open_checkpoint
from curation.training.saving import Checkpoint, checkpoints_in
from curation.training.settings import TrainingSettings

WARM_UP = "warm-up"


@dataclass(frozen=True)
class CheckpointSettings(TargetSettings):
    """A model, checkpoints of its training, and the warm-up that takes their place where none are named."""

    model: str = setting(
        "default",
        "Language model that the checkpoints are of: default (SmolLM2-135M-Instruct), a local folder, or a hub name.",
        kind="model",
    )
    checkpoints: str = setting(
        "",
        "Folders of checkpoints, joined by commas; one that holds several counts as all of them (the checkpoints of a "
        "run of training signals). Empty: a short fine-tuning of its own (warm-up).",
    )
    layers: str = setting(
        "",
        "Linear layers whose gradients are taken: all, mlp, attention, last:N (blocks), lora; joined by commas all "
        "must hold. Empty: what was trained, adapters or all.",
    )
    max_tokens: int = setting(
        512, "Longest prompt and answer together; prompts are cut at their beginning.", minimum=16, maximum=1_000_000
    )
    warm_up_rows: int = setting(200, "Rows of the warm-up, chosen by the seed; 0 takes all.", minimum=0)
    warm_up_epochs: int = setting(3, "Epochs of the warm-up; each ends in a checkpoint.", minimum=1, maximum=100)
    learning_rate: float = setting(2e-4, "Highest learning rate of the warm-up.", minimum=0.0)
    adapter_rank: int = setting(8, "Rank of the adapters that the warm-up trains.", minimum=1, maximum=512)
    seed: int = setting(0, "Seed of the warm-up and of projections.", minimum=0, maximum=2**31 - 1)

    def training(self) -> TrainingSettings:
        """How the warm-up trains."""
        return TrainingSettings(
            epochs=self.warm_up_epochs, learning_rate=self.learning_rate, rank=self.adapter_rank,
            alpha=2.0 * self.adapter_rank, max_tokens=self.max_tokens, seed=self.seed,
        )  # fmt: skip


def ready(settings: CheckpointSettings, rows: Rows, context: Context) -> list[Checkpoint]:
    """The named checkpoints; else those of a warm-up that goes on where it was killed."""
    if settings.checkpoints.strip():
        return named(settings.checkpoints)
    from curation.influence.chosen_rows import chosen_pairs
    from curation.training.fine_tuning import fine_tune

    model = load(settings.model)
    pairs = chosen_pairs(model, rows, settings.warm_up_rows, settings.seed, settings.max_tokens)
    folder = (context.kept or context.folder) / WARM_UP
    trained = fine_tune(
        model, pairs, settings.training(), folder, report=lambda done, total: context.report(done, total, WARM_UP)
    )
    for checkpoint in trained.checkpoints:
        if folder.parent != context.folder:
            link_tree(checkpoint.folder, context.folder / WARM_UP / checkpoint.folder.name)
    return checkpoints_in(context.folder / WARM_UP)


def found(settings: CheckpointSettings, folder: Path) -> list[Checkpoint]:
    """What ``ready`` made, for a shard; ``folder`` is where it was prepared."""
    return named(settings.checkpoints) if settings.checkpoints.strip() else checkpoints_in(folder / WARM_UP)


def named(folders: str) -> list[Checkpoint]:
    """The checkpoints in these folders, in the order of the names and in each by epoch.

    A model or an adapter without ``checkpoint.json`` counts as one, at the mean learning rate of the others, 1 where
    none of them says its own. ValueError names a folder with neither.
    """
    made = []
    for name in filter(None, map(str.strip, folders.split(","))):
        folder = Path(name).expanduser()
        inside = checkpoints_in(folder) if folder.is_dir() else []
        if not inside and folder.is_dir() and weight_files(folder):
            inside = [Checkpoint(folder, 1, 0, 1.0, {})]
        if not inside:
            raise ValueError(
                f"{name} holds no checkpoints: name a folder with checkpoint.json, or one that has such folders"
            )
        made += inside
    rates = [one.learning_rate for one in made if one.facts]
    usual = sum(rates) / len(rates) if rates else 1.0
    return [one if one.facts else replace(one, learning_rate=usual) for one in made]


def identity(settings: CheckpointSettings) -> str:
    """A hash over the files of the named checkpoints; empty where none are named."""
    if not settings.checkpoints.strip():
        return ""
    parts = [f"{one.learning_rate} {fingerprint(one.folder)}" for one in named(settings.checkpoints)]
    return hashlib.blake2b(" ".join(parts).encode(), digest_size=16).hexdigest()


def opened(checkpoint: Checkpoint, base: LanguageModel, chosen: str) -> tuple[LanguageModel, dict]:
    """The model of a checkpoint and its layers, by name; where none are chosen, those that were trained."""
    model = open_checkpoint(checkpoint, base)
    trained = "lora" if find_adapter(str(checkpoint.folder)) else "all"
    return model, linear_layers(model.model, chosen or trained)


class Opened:
    """Models and layers of checkpoints, by place; adapters are kept, whole models are read when asked for."""

    def __init__(self, checkpoints: list[Checkpoint], base: LanguageModel, chosen: str):
        self.checkpoints, self._base, self._chosen = checkpoints, base, chosen
        self._kept: dict[int, tuple[LanguageModel, dict]] = {}

    def __len__(self) -> int:
        return len(self.checkpoints)

    def __getitem__(self, place: int) -> tuple[LanguageModel, dict]:
        if place in self._kept:
            return self._kept[place]
        made = opened(self.checkpoints[place], self._base, self._chosen)
        if find_adapter(str(self.checkpoints[place].folder)):
            self._kept[place] = made
        return made


def shares(checkpoints: list[Checkpoint]) -> list[float]:
    """Each checkpoint's learning rate over the sum of all: how much it counts."""
    total = sum(checkpoint.learning_rate for checkpoint in checkpoints)
    if not total > 0:
        raise ValueError("the checkpoints' learning rates are all zero, so none of them counts")
    return [checkpoint.learning_rate / total for checkpoint in checkpoints]

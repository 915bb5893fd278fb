"""PVI measured on rows that the models were not fine-tuned on, or, when wanted, on those that they were."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from curation.influence.signals.pvi import folds, pvi
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.training.fine_tuning import fine_tune
from curation.training.opening import open_checkpoint
from curation.training.saving import Checkpoint
from curation.training.settings import TrainingSettings

FOLDS = 2
Report = Callable[[int, int], None]


def held_out_pvi(
    model: LanguageModel, pairs: Sequence[Pair], settings: TrainingSettings, folder: Path, report: Report
) -> np.ndarray:
    """Bits per answer token ``(n,)``, each row by two models fine-tuned on the other half of the rows.

    One is trained on whole rows, the other on the answers after an empty prompt. ValueError with too few rows.
    """
    halves = folds([_key(pair) for pair in pairs], FOLDS, settings.seed)
    if len(set(halves.tolist())) < FOLDS:
        raise ValueError("PVI on held-out rows needs more rows: choose pvi fitted or off")
    found = np.full((2, len(pairs)), np.nan)
    parts = _parts(report, FOLDS * 2)
    for half in range(FOLDS):
        inside, outside = np.flatnonzero(halves != half), np.flatnonzero(halves == half)
        for number, asked in enumerate((pairs, without_prompts(model, pairs))):
            name = f"{half}-{('with', 'without')[number]}"
            found[number, outside] = _fitted(
                model, [asked[i] for i in inside], [asked[i] for i in outside], settings, folder / name, next(parts)
            )
    return pvi(*found)


def fitted_pvi(
    model: LanguageModel,
    pairs: Sequence[Pair],
    trained: Checkpoint,
    settings: TrainingSettings,
    folder: Path,
    report: Report,
) -> np.ndarray:
    """The same with the training at hand as the model with inputs: every row was trained on, so values are too high."""
    empty, parts = without_prompts(model, pairs), _parts(report, 2)
    settings = replace(settings, epochs=trained.epoch, steps=0)
    without = _fitted(model, empty, empty, settings, folder / "all-without", next(parts))
    return pvi(token_means(open_checkpoint(trained, model), pairs, next(parts)), without)


def without_prompts(model: LanguageModel, pairs: Sequence[Pair]) -> list[Pair]:
    """The same answers with nothing asked before them."""
    return [model.without_prompt(pair) for pair in pairs]


def token_means(model: LanguageModel, pairs: Sequence[Pair], report: Report) -> np.ndarray:
    """Mean log-probability of each answer's tokens, float64 ``(n,)`` in nats, NaN where memory was lacking."""
    return model.response_statistics(pairs, lambda done: report(done, len(pairs))).log_prob_mean


def _fitted(model, inside, outside, settings, folder: Path, report: Report) -> np.ndarray:
    """``token_means`` of ``outside`` by a model fine-tuned on ``inside``, kept as a file in the training's stead."""
    path = folder.with_suffix(".npy")
    if path.exists():
        return np.load(path)
    trained = fine_tune(model, inside, settings, folder, report=report)
    means = token_means(open_checkpoint(trained.checkpoints[-1], model), outside, lambda done, total: None)
    part = path.with_suffix(".part.npy")
    np.save(part, means)
    part.replace(path)
    shutil.rmtree(folder)
    return means


def _parts(report: Report, count: int) -> Iterator[Report]:
    """Reports of ``count`` equal parts, one after the other."""
    for part in range(count):
        yield lambda done, total, part=part: report(part * total + done, count * total)


def _key(pair: Pair) -> bytes:
    return np.array([len(pair.prompt), *pair.prompt, *pair.response], np.int64).tobytes()

"""The quality score by a language model: trained on decided pairs, then asked about every row; both can be resumed."""

from pathlib import Path

import numpy as np

from curation.critiq.reward import RewardModel
from curation.critiq.reward_training import train
from curation.critiq.scorer import Decided, RowTexts, write_facts
from curation.models import language_model
from curation.plugin import Context
from curation.training.settings import TrainingSettings

FOLDER = "reward"
ROWS = 256


def kept(found: Decided, rows: RowTexts, settings, least: int, context: Context) -> tuple[np.ndarray, list[str | None]]:
    """Train on ``found``, whose sides are (prompt, response), keep the model and its facts under the context's folder;
    the scores of all rows ``(n,)`` and why one has none. Pairs of which a side does not fit are left out."""
    chosen = TrainingSettings(
        rank=settings.rank, alpha=2.0 * settings.rank, learning_rate=settings.learning_rate, warm_up=0.1,
        schedule="cosine", epochs=settings.epochs, batch_rows=16, seed=settings.seed,
    )  # fmt: skip
    model = RewardModel(language_model.load(settings.model), settings.max_tokens, chosen)
    sides, there = _encoded(model, found)
    if len(there) < least:
        raise ValueError(f"only {len(there)} pairs fit {settings.max_tokens} tokens a text: raise max_tokens")
    kept_in = _kept_in(context) / "training"
    tell = lambda done, of: context.report(done, of, "training")  # noqa: E731
    done = train(model, *sides, found.groups[there], chosen, kept_in, tell)
    model.save(context.folder / FOLDER)
    values, missing = scored(model, rows, context)
    more = {"steps": done.steps, "model": settings.model, "fitted": len(there)}
    write_facts(context.folder, found, more, there[done.held_out], done.log_odds, values, rows.lengths)
    return values, missing


def scored(model: RewardModel, rows: RowTexts, context: Context) -> tuple[np.ndarray, list[str | None]]:
    """Scores of all rows and reasons; what was scored before a kill is read again."""
    values, missing, start = np.full(len(rows.positions), np.nan), [], 0
    for texts in rows.in_batches(ROWS):
        path = _kept_in(context) / f"scores-{start:09d}.npy"
        own = np.load(path) if path.exists() else np.full(len(texts), np.nan)
        wanted = np.flatnonzero(np.isnan(own)).tolist()
        own[wanted], said = model.of_texts([texts[place] for place in wanted])
        _keep(path, own)
        reasons = dict(zip(wanted, said, strict=True))
        missing += [reasons.get(place) for place in range(len(texts))]
        values[start : start + len(texts)] = own
        start += len(texts)
        context.report(start, len(values), "scoring")
    return values, missing


def _kept_in(context: Context) -> Path:
    """Where what was computed outlives a kill; without a job it is thrown away with the context's folder."""
    folder = context.kept or context.folder.parent / f"{context.folder.name}.kept"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(path: Path, values: np.ndarray) -> None:
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        np.save(file, values)
    part.replace(path)


def _encoded(model: RewardModel, found: Decided) -> tuple[tuple[list, list], np.ndarray]:
    """Token rows of both sides of the pairs that fit, and which these are ``(k,)``."""
    sides, there = ([], []), []
    for place, pair in enumerate(zip(found.better, found.worse, strict=True)):
        try:
            tokens = [model.encode(*side) for side in pair]
        except ValueError:
            continue
        there.append(place)
        for side, own in zip(sides, tokens, strict=True):
            side.append(own)
    return sides, np.array(there, np.int64)

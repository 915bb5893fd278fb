"""Training of a reward model on pairs, with Bradley and Terry's loss; what was killed goes on where it was."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from curation.critiq.head import spread
from curation.critiq.reward import RewardModel
from curation.jobs.gate import pass_through
from curation.models import batches
from curation.training import saving
from curation.training.course import BETAS, EPSILON, Course
from curation.training.settings import TrainingSettings

Tokens = list[int]
Report = Callable[[int, int], None]
BATCH_TOKENS = {"cpu": 1024, "cuda": 32_768}
PARTS = 20
LEAST_A_PART = 20
LOOKS_AN_EPOCH = 4
PATIENCE = 4
SAVE_EVERY = 60.0
DIVERGED = "the training diverged: its loss is no number any more; choose a lower learning rate"


@dataclass(frozen=True)
class Rewarded:
    """``steps`` up to the weights that were kept, of which ``model`` has them; pairs ``(k,)`` that had no part in
    training or stopping, and log-odds ``(k,)`` that the preferred side is preferred."""

    model: RewardModel
    steps: int
    held_out: np.ndarray
    log_odds: np.ndarray


def train(
    model: RewardModel,
    better: Sequence[Tokens],
    worse: Sequence[Tokens],
    groups: np.ndarray,
    settings: TrainingSettings,
    folder: Path,
    report: Report = lambda done, total: None,
    save_every: float = SAVE_EVERY,
) -> Rewarded:
    """Train ``model`` on token rows of the preferred and of the other text of each pair.

    ``L = -log sigmoid(s(better) - s(worse))``. One part of twenty (at least 20 pairs where there are enough) tells by
    its loss, four times an epoch, which weights are kept and when to stop, and another is held out for the report;
    ``groups`` ``(n,)`` stay together. ``folder`` holds how far it came: called again with equal arguments it goes on
    from there, to the weights that it would have had. ValueError where the loss is no number any more.
    """
    parts = min(PARTS, max(3, len(better) // LEAST_A_PART))
    fold = spread(np.unique(groups, return_inverse=True)[1], parts, np.random.default_rng(settings.seed))
    inside, stop, held = (np.flatnonzero(some) for some in (fold > 1, fold == 0, fold == 1))
    known = json.dumps([list(better), list(worse), fold.tolist(), asdict(settings)]).encode()
    saving.begin(folder, {"training": hashlib.blake2b(known, digest_size=16).hexdigest()})
    training = _Training(model, better, worse, inside, stop, settings, folder)
    training.resume()
    training.run(report, save_every)
    return Rewarded(model, training.best_step, held, training.log_odds(held))


class _Training:
    def __init__(self, model: RewardModel, better, worse, inside, stop, settings: TrainingSettings, folder: Path):
        self.model, self.better, self.worse, self.inside, self.stop = model, better, worse, inside, stop
        self.settings, self.folder, self.course = settings, folder, Course(len(inside), settings)
        self.weights = {**model.trainee.weights, "head": model.head}
        self.optimizer = torch.optim.AdamW(
            self.weights.values(), settings.learning_rate, BETAS, EPSILON, weight_decay=settings.weight_decay
        )
        self.tokens = BATCH_TOKENS[model.model.device.type]
        self.step, self.best_step, self.lowest, self.idle = 0, 0, math.log(2), 0
        self.best = model.state()

    def resume(self) -> None:
        kept = saving.states(self.folder)
        if not kept:
            return
        self.step, parts = saving.load_state(kept[-1])
        self.model.restore(parts["weights"])
        self.best = parts["best"]
        saving.restore_optimizer(self.optimizer, self.weights, parts["optimizer"])
        best_step, self.lowest, idle = parts["facts"]["so_far"].tolist()
        self.best_step, self.idle = int(best_step), int(idle)

    def run(self, report: Report, save_every: float) -> None:
        due, look = time.monotonic() + save_every, max(1, self.course.steps_per_epoch // LOOKS_AN_EPOCH)
        report(self.step, self.course.steps)
        while self.step < self.course.steps and self.idle < PATIENCE:
            epoch, place = divmod(self.step, self.course.steps_per_epoch)
            order = np.random.default_rng([self.settings.seed, epoch]).permutation(len(self.inside))
            self._one(self.inside[self.course.batch(order, place)])
            self.step += 1
            report(self.step, self.course.steps)
            if self.step % look == 0 or self.step == self.course.steps:
                self._look()
            if time.monotonic() > due:
                self._save()
                due = time.monotonic() + save_every
        self.model.restore(self.best)

    def _one(self, pairs: np.ndarray) -> None:
        """One optimiser step; for want of memory it is computed in smaller parts."""
        while not self._gradient(pairs):
            if self.tokens < max(self._sizes(pairs)):
                raise ValueError("there is not enough memory to train on the longest pair: lower max_tokens")
            self.tokens //= 2
        for group in self.optimizer.param_groups:
            group["lr"] = self.course.learning_rate(self.step)
        torch.nn.utils.clip_grad_norm_(self.weights.values(), self.settings.clip or math.inf)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def _gradient(self, pairs: np.ndarray) -> bool:
        self.optimizer.zero_grad()
        self._train(True)
        try:
            for part in batches.plan(self._sizes(pairs), self.tokens):
                pass_through()
                odds = self._odds(pairs[part])
                loss = torch.nn.functional.softplus(-odds).sum() / len(pairs)
                if not torch.isfinite(loss):
                    raise ValueError(DIVERGED)
                loss.backward()
        except (MemoryError, RuntimeError) as error:
            if not batches.is_lack_of_memory(error):
                raise
            return False
        finally:
            self._train(False)
        return True

    def _odds(self, pairs: np.ndarray) -> torch.Tensor:
        rows = [side[place] for side in (self.better, self.worse) for place in pairs]
        return torch.sub(*self.model.read(rows).chunk(2))

    def _sizes(self, pairs: np.ndarray) -> list[int]:
        return [2 * max(len(self.better[place]), len(self.worse[place])) for place in pairs]

    def _train(self, on: bool) -> None:
        self.model.trainee.train(on)
        self.model.head.requires_grad_(on)

    def _look(self) -> None:
        """Whether the weights are the best so far."""
        loss = float(np.logaddexp(0, -self.log_odds(self.stop)).mean()) if len(self.stop) else -self.step
        if loss < self.lowest:
            self.best, self.best_step, self.lowest, self.idle = self.model.state(), self.step, loss, 0
        else:
            self.idle += 1

    def log_odds(self, pairs: np.ndarray) -> np.ndarray:
        sides = [[side[place] for place in pairs] for side in (self.better, self.worse)]
        return np.subtract(*(self.model.scores(side) for side in sides)) if len(pairs) else np.zeros(0)

    def _save(self) -> None:
        so_far = torch.tensor([self.best_step, self.lowest, self.idle], dtype=torch.float64)
        moments = saving.optimizer_tensors(self.optimizer, self.weights)
        parts = {"weights": self.model.state(), "best": self.best, "optimizer": moments, "facts": {"so_far": so_far}}
        saving.save_state(self.folder, self.step, parts)

"""Fine-tuning on rows' answers, one optimiser step after the other; what was killed goes on where it was."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from curation.influence.gradients import answer_logits, cross_entropy
from curation.influence.signals.history import History
from curation.influence.signals.tokens import row_means
from curation.jobs.gate import pass_through
from curation.jobs.publishing import write_json
from curation.models import batches
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.training import saving
from curation.training.course import BETAS, EPSILON, Course, digest, order
from curation.training.saving import Checkpoint
from curation.training.settings import ROWS, SUM, TrainingSettings
from curation.training.trainee import Trainee

#: From logits ``(n, vocabulary)``, targets ``(n,)``, their rows ``(n,)`` and the number of rows to named ``(rows,)``.
Measure = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, int], dict[str, torch.Tensor]]
Report = Callable[[int, int], None]
SAVE_EVERY = 60.0
#: So many times as long as a state takes to save is trained before the next.
SAVING_SHARE = 20
BATCH_TOKENS = {"cpu": 512, "cuda": 16_384}
DIVERGED = "the training diverged: its loss is no number any more; choose a lower learning rate"


@dataclass(frozen=True)
class Trained:
    """``checkpoints`` one an epoch; ``history`` what was measured of each row, just before it was trained on."""

    folder: Path
    checkpoints: list[Checkpoint]
    history: History


def fine_tune(
    model: LanguageModel,
    pairs: Sequence[Pair],
    settings: TrainingSettings,
    folder: Path,
    *,
    measures: Sequence[str] = ("loss",),
    measure: Measure | None = None,
    every_epoch: bool = True,
    report: Report = lambda done, total: None,
    save_every: float = SAVE_EVERY,
) -> Trained:
    """Train a copy of ``model`` on ``pairs`` that fit it; ``model`` itself stays as it is.

    Everything lies in ``folder`` (``saving`` says how). Called again with equal arguments, a killed training goes on
    from its last state, about ``save_every`` seconds back (more where saving takes long), to the weights it would have
    had; a finished one is read. Without ``every_epoch`` only the end is a checkpoint.
    Between two batches asks go first and a cancelled job ends. ``measure`` sees the logits that each row is trained on;
    its values, named in ``measures``, become the history by epoch (from 1). ``report`` is told steps done and in all.

    ValueError when there are no rows, the folder holds another training, or the loss is no number any more.
    """
    if not pairs:
        raise ValueError("there are no rows to train on")
    facts = {"settings": asdict(settings), "model": model.fingerprint, "rows": len(pairs), "pairs": digest(pairs)}
    facts["measures"] = list(measures)
    known = saving.begin(folder, facts)
    training = _Training(model, pairs, settings, folder, measures, measure or _loss)
    training.resume()
    if not known.get("finished"):
        training.run(report, save_every, every_epoch)
        write_json(folder / saving.TRAINING, {**facts, "finished": True, "steps": training.course.steps})
    return Trained(folder, saving.checkpoints_in(folder), training.history)


def _loss(logits, targets, places, rows) -> dict[str, torch.Tensor]:
    return {"loss": row_means(cross_entropy(logits, targets), places, rows)}


class _Training:
    def __init__(self, model, pairs, settings: TrainingSettings, folder: Path, measures, measure: Measure):
        self.pairs, self.settings, self.folder, self.measure = pairs, settings, folder, measure
        self.course = Course(len(pairs), settings)
        self.history = History.empty(len(pairs), range(1, self.course.epochs + 1), measures)
        self.trainee = Trainee(model, settings)
        weights = self.trainee.weights.values()
        decay = settings.weight_decay
        self.optimizer = torch.optim.AdamW(weights, settings.learning_rate, BETAS, EPSILON, weight_decay=decay)
        self.tokens = settings.batch_tokens or BATCH_TOKENS[model.device.type]
        self.step = 0

    def resume(self) -> None:
        """Go back to the newest state, if there is one."""
        kept = saving.states(self.folder)
        if not kept:
            return
        self.step, parts = saving.load_state(kept[-1])
        self.trainee.restore(parts["weights"])
        saving.restore_optimizer(self.optimizer, self.trainee.weights, parts["optimizer"])
        for name, values in parts["history"].items():
            self.history.values[name] = values.numpy()

    def run(self, report: Report, save_every: float, every_epoch: bool) -> None:
        due, ordered = time.monotonic() + save_every, None
        while self.step < self.course.steps:
            epoch, place = divmod(self.step, self.course.steps_per_epoch)
            if ordered is None or place == 0:
                ordered = order(self.pairs, self.settings.seed, epoch)
            self._one(self.course.batch(ordered, self.step), epoch)
            self.step += 1
            report(self.step, self.course.steps)
            ends = self.step == self.course.steps or (every_epoch and place + 1 == self.course.steps_per_epoch)
            if ends:
                self._checkpoint(epoch)
            if ends or time.monotonic() > due:
                begun = time.monotonic()
                self._save()
                now = time.monotonic()
                due = now + max(save_every, SAVING_SHARE * (now - begun))

    def _one(self, indices: np.ndarray, epoch: int) -> None:
        """One optimiser step; for want of memory it is computed in smaller parts."""
        while True:
            try:
                self._gradient(indices, epoch)
                break
            except (MemoryError, RuntimeError) as error:
                if not batches.is_lack_of_memory(error):
                    raise
                longest = max(len(self.pairs[index].prompt) + len(self.pairs[index].response) for index in indices)
                if self.tokens < longest:
                    raise ValueError(
                        "there is not enough memory to train on the longest row: lower max_tokens"
                    ) from None
                self.tokens //= 2
        for group in self.optimizer.param_groups:
            group["lr"] = self.course.learning_rate(self.step)
        if self.settings.clip:
            torch.nn.utils.clip_grad_norm_(self.trainee.weights.values(), self.settings.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def _gradient(self, indices: np.ndarray, epoch: int) -> None:
        self.optimizer.zero_grad()
        self.trainee.train(True)
        try:
            with torch.random.fork_rng():
                torch.manual_seed(self.settings.seed * 1_000_003 + self.step)
                for part in self._parts(indices):
                    pass_through()
                    self._backward(indices[part], self._scale(indices), epoch)
        finally:
            self.trainee.train(False)

    def _parts(self, indices: np.ndarray) -> list[np.ndarray]:
        lengths = [len(self.pairs[index].prompt) + len(self.pairs[index].response) - 1 for index in indices]
        return batches.plan(lengths, self.tokens)

    def _scale(self, indices: np.ndarray) -> float:
        if self.settings.loss == SUM:
            return 1.0
        return 1 / (len(indices) if self.settings.loss == ROWS else sum(len(self.pairs[i].response) for i in indices))

    def _backward(self, indices: np.ndarray, scale: float, epoch: int) -> None:
        logits, targets, places = answer_logits(self.trainee.model, [self.pairs[index] for index in indices])
        losses = cross_entropy(logits, targets)
        total = row_means(losses, places, len(indices)).sum() if self.settings.loss == ROWS else losses.sum()
        if not torch.isfinite(total):
            raise ValueError(DIVERGED)
        (total * scale).backward()
        with torch.no_grad():
            found = self.measure(logits.detach(), targets, places, len(indices))
        measured = {name: found[name].float().cpu().numpy() for name in self.history.values}
        self.history.record(epoch + 1, indices, measured)

    def _save(self) -> None:
        history = {name: torch.from_numpy(values) for name, values in self.history.values.items()}
        moments = saving.optimizer_tensors(self.optimizer, self.trainee.weights)
        parts = {"weights": self.trainee.state(), "optimizer": moments, "history": history}
        saving.save_state(self.folder, self.step, parts)

    def _checkpoint(self, epoch: int) -> None:
        facts = {
            "epoch": epoch + 1,
            "step": self.step,
            "learning_rate": self.course.mean_learning_rate(epoch),
            "loss": self.settings.loss,
            "weights": self.settings.weights,
        }

        def write(part: Path) -> None:
            self.trainee.save(part)
            (part / "state").mkdir()
            moments = saving.optimizer_tensors(self.optimizer, self.trainee.weights)
            save_file(moments, part / "state" / "optimizer.safetensors")
            write_json(part / saving.CHECKPOINT, facts)

        saving.write_folder(self.folder / f"epoch-{epoch + 1:02d}", write)

"""The trainings of a comparison one after the other; what a killed job had finished is read, not done again."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from curation.jobs.publishing import link_tree, read_json, write_json
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.paser.recovery.plan import Arms
from curation.training.fine_tuning import fine_tune
from curation.training.opening import open_checkpoint
from curation.training.settings import TrainingSettings

Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Work:
    """``pairs`` of the rows by position that the model can read; ``kept`` a folder that outlives a killed process."""

    plan: Arms
    pairs: Mapping[int, Pair]
    settings: TrainingSettings
    seeds: int
    kept: Path
    report: Report

    def held(self) -> list[int]:
        """Positions measured by, ascending."""
        return [position for position in np.flatnonzero(self.plan.held).tolist() if position in self.pairs]

    @cached_property
    def readable(self) -> np.ndarray:
        """Rows ``(n,)`` bool that the model can read."""
        found = np.zeros(len(self.plan.held), bool)
        found[list(self.pairs)] = True
        return found

    def rows(self, arm: str, place: int) -> list[int]:
        """Positions that the arm trains on with its ``place``-th seed, ascending."""
        return self.plan.rows_of(arm, place, self.readable).tolist()

    def losses(self, model: LanguageModel) -> list[float | None]:
        """Mean loss of an answer's token, by group; None for a group without held rows."""
        positions = self.held()
        found = model.response_statistics([self.pairs[position] for position in positions])
        groups, known = self.plan.groups[positions], np.isfinite(found.log_prob_sum)
        sums = [_mean(found, known & (groups == number)) for number in range(len(self.plan.names))]
        return [None if value is None else float(value) for value in sums]

    def before(self, name: str, model: LanguageModel) -> list[float | None]:
        """``losses`` of a model that nothing was trained on."""
        return self._once(f"{name}.json", lambda: self.losses(model))

    def after(self, arm: str, place: int, pruned: LanguageModel, out: Path) -> list[float | None]:
        """``losses`` after training ``pruned`` on the arm's rows; the adapters of the first seed stay in ``out``."""
        seed = self.settings.seed + place
        name = f"{_plain(arm)}-{seed}"
        adapters = out / f"adapters-{_plain(arm)}"
        folder = self.kept / name

        def measure() -> list[float | None]:
            wanted = [self.pairs[row] for row in self.rows(arm, place)]
            settings = replace(self.settings, seed=seed)
            told = lambda done, total: self.report(done, total, f"training on {arm}, seed {seed}")  # noqa: E731
            told(0, settings.steps)
            trained = fine_tune(pruned, wanted, settings, folder, every_epoch=False, report=told)
            self.report(0, 1, f"measuring after {arm}, seed {seed}")
            return self.losses(open_checkpoint(trained.checkpoints[-1], pruned))

        found = self._once(f"{name}.json", measure)
        if place == 0:
            for checkpoint in sorted(folder.glob("epoch-*"))[-1:]:
                link_tree(checkpoint, adapters)
                shutil.rmtree(adapters / "state", ignore_errors=True)
        elif folder.exists():
            shutil.rmtree(folder)
        return found

    def _once(self, name: str, measure: Callable[[], list[float | None]]) -> list[float | None]:
        self.kept.mkdir(parents=True, exist_ok=True)
        found = read_json(self.kept / name)
        if found is None:
            found = measure()
            write_json(self.kept / name, found)
        return found


def compared(work: Work, original: LanguageModel, pruned: LanguageModel, out: Path) -> dict:
    """Losses by group of the original, the pruned model, and each arm by seed, as JSON values.

    All arms of one seed come before the next seed, so that what a killed job had done can be compared.
    """
    plan = work.plan
    held = work.held()
    if not held:
        raise ValueError("no held-out row has an answer that the model can read, so there is nothing to measure by")
    groups = plan.groups[held]
    trained = {arm: [len(work.rows(arm, place)) for place in range(work.seeds)] for arm in plan.arms}
    for arm, sizes in trained.items():
        if not min(sizes):
            raise ValueError(
                f"{arm} has no row with an answer that the model can read in {work.settings.max_tokens:,} tokens"
            )
    counts = [int((groups == number).sum()) for number in range(len(plan.names))]
    found = {"groups": [{"name": name, "held": count} for name, count in zip(plan.names, counts, strict=True)]}
    work.report(0, 1, "measuring the original")
    found["original"] = work.before("original", original)
    work.report(0, 1, "measuring the pruned model")
    found["pruned"] = work.before("pruned", pruned)
    losses: dict[str, list] = {arm: [] for arm in plan.arms}
    for place in range(work.seeds):
        for arm in plan.arms:
            losses[arm].append(work.after(arm, place, pruned, out))
    found["arms"] = [
        {"name": arm, "rows": sizes, "left_out": plan.unreadable(arm, work.readable), "losses": losses[arm]}
        for arm, sizes in trained.items()
    ]
    return found | {"seeds": work.seeds, "training": asdict(work.settings)}


def _mean(found, chosen: np.ndarray) -> float | None:
    return None if not chosen.any() else -found.log_prob_sum[chosen].sum() / found.tokens[chosen].sum()


def _plain(name: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in name.lower())[:60]


def positions_needed(plan: Arms, seeds: int) -> Sequence[int]:
    """Every position that is trained on or measured, ascending."""
    needed = plan.held.copy()
    for chosen in plan.arms.values():
        for rows in chosen[:seeds]:
            needed |= rows if rows.dtype == bool else rows >= 0
    return np.flatnonzero(needed)

"""CritiQ Flow as a job: criteria mined from human pairs, with a report that they had no part in."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.critiq.asking import MODEL_HELP, characters_setting, judge_of, model_setting, way_setting
from curation.plugin import Context, Rows, Task, setting

REPORT = "flow.json"
LEAST_PAIRS = 6


@dataclass(frozen=True)
class Settings:
    pairs: str = setting("", "The pairs that people judged.", kind="file")
    start: str = setting("", "Criteria to begin with.", kind="file")
    knowledge: str = setting("", "Criteria that are screened on the pairs.", kind="file")
    name: str = setting("criteria", "Name of the set that the result is kept as.")
    worker: str = model_setting("default", "The model that judges")
    manager: str = setting(
        "", f"The model that invents and refines criteria; none: only what is there is used. {MODEL_HELP}", kind="model"
    )
    rounds: int = setting(3, "Rounds of keeping, refining and dropping.", minimum=0, maximum=20)
    criteria: int = setting(20, "Criteria at a time.", minimum=1, maximum=100)
    low: float = setting(0.5, "A criterion with this accuracy or less is dropped.", minimum=0.0, maximum=1.0)
    high: float = setting(0.75, "A criterion with this accuracy or more is good.", minimum=0.0, maximum=1.0)
    least: int = setting(8, "Pairs that a criterion must decide before it can be good.", minimum=1, maximum=1000)
    folds: int = setting(3, "Parts for the cross-fitted accuracy; 0 leaves it out.", minimum=0, maximum=20)
    way: str = way_setting()
    characters: int = characters_setting()
    seed: int = setting(0, "Of whatever is drawn.", minimum=0, maximum=2**31 - 100)

    def __post_init__(self):
        if self.folds == 1 or self.low > self.high:
            raise ValueError("folds are none or at least 2, and the lower threshold does not exceed the higher one")


class Mine(Task):
    """Artifact ``flow.json``: see ``curation.critiq.reporting.told``. The rows themselves are not looked at."""

    name = "mine"
    title = "Criteria from pairs"
    sentence = "Which criteria of quality explain what people preferred, round by round."
    family = "CritiQ"
    sharded = False
    Settings = Settings

    def fingerprint(self) -> dict[str, Any]:
        from curation.models.generation import identity

        models = {name: getattr(self.settings, name) for name in ("worker", "manager")}
        return super().fingerprint() | {name: identity(model) for name, model in models.items() if model}

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.critiq.flow import Flow, Options
        from curation.critiq.pairs import read_pairs
        from curation.critiq.reporting import cross_fitted, told
        from curation.critiq.votes import Thresholds

        chosen = self.settings
        context.report(0, 0, "opening the models")
        pairs = [pair for pair in read_pairs(chosen.pairs) if pair.preference in ("a", "b")]
        if len(pairs) < LEAST_PAIRS:
            raise ValueError(f"at least {LEAST_PAIRS} pairs with a preference are needed, and there are {len(pairs)}")
        options = Options(chosen.rounds, chosen.criteria, Thresholds(chosen.low, chosen.high, chosen.least))
        start, knowledge = _criteria(chosen.start), _criteria(chosen.knowledge)
        judge, manager = judge_of(chosen, context), self._manager(context)
        flow = Flow(pairs, judge, manager, options, context.report)
        mined = flow.run(start, knowledge, lambda so_far: self._tell(context, so_far))
        cross = {}
        if chosen.folds:
            again = lambda: self._manager(context)  # noqa: E731
            cross = cross_fitted(pairs, judge, again, options, start, knowledge, chosen.folds, context.report)
        went_on = any(one.status != "vetoed" for one in start)
        report = told(pairs, judge, mined, cross, went_on) | {"judgements": judge.asked, "manager": chosen.manager}
        report["problems"] = sorted(set(manager.problems)) if manager else []
        _write(context.folder / REPORT, report | {"worker": chosen.worker, "name": chosen.name})
        return {}

    def _manager(self, context: Context):
        from curation.critiq.manager import Manager
        from curation.models.generation import backend

        if not self.settings.manager:
            return None
        writer = backend(self.settings.manager, context.workspace)
        return Manager(writer, most_characters=self.settings.characters, seed=self.settings.seed)

    def _tell(self, context: Context, so_far) -> None:
        """How far it came, for those who watch."""
        if context.kept is not None:
            context.kept.mkdir(exist_ok=True)
            _write(context.kept / REPORT, {"rounds": [one.to_json() for one in so_far.rounds], "banned": so_far.banned})


def _criteria(path: str) -> list:
    from curation.critiq.criteria import from_json

    return from_json(json.loads(Path(path).read_text(encoding="utf-8"))) if path else []


def _write(path: Path, values: dict) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(values, allow_nan=False), encoding="ascii")
    part.replace(path)

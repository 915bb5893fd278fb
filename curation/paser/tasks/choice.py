"""The rows of a recovery set: each capability's budget filled from the most efficient down."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.plugin import Column, Context, Rows, Task, setting

BEYOND = "beyond the budget of its capability"
REFUSED = "two of its concepts had not been met together"
NOT_USABLE = "the row is in no capability, or its answer cannot be read by the model"
PREFIX = "paser_"


@dataclass(frozen=True)
class Settings:
    name: str = setting("set", "Name of the recovery set; the column is paser_NAME.")
    plan: str = setting("", "File with capabilities, efficiencies and budgets, as Winnow stored it.", kind="file")
    concepts: bool = setting(
        True,
        "Refuse rows that join two known concepts for the first time (as published; without it SmolLM2 came back a "
        "little better).",
    )
    most_concepts: int = setting(10, "Most concepts of a row.", minimum=1, maximum=100)
    concept_words: int = setting(3, "Most words of a concept.", minimum=1, maximum=10)
    tries: int = setting(5, "How often the order of the capabilities is changed, to see what it does.", minimum=0)
    seed: int = setting(0, "Seed of ties and of those orders.", minimum=0, maximum=2**31 - 1)


class Choice(Task):
    """CDAIS and NTEM of PASER. Artifact ``choice.json``: counts by capability, share refused, effect of the order."""

    name = "choice"
    title = "Recovery set"
    sentence = "Fills each capability's budget with the rows that promise most for their cost."
    family = "PASER"
    sharded = False
    Settings = Settings

    def __init__(self, settings: Settings | None = None):
        super().__init__(settings)
        name = self.settings.name
        self.columns = (
            Column(
                f"{PREFIX}{name}",
                f"Recovery set {name}",
                "Place in the recovery set, in the order in which rows were taken; missing for rows that were not.",
            ),
            Column(
                f"{PREFIX}{name}_clash",
                f"Recovery set {name}, concepts that clash",
                "The two concepts that the row was refused for: both known by then, and not yet met in one row.",
                kind="text",
            ),
        )

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.paser.choice.concepts import concepts
        from curation.paser.choice.plan import read_plan
        from curation.paser.choice.walk import choose, order_effect, ranked
        from curation.paser.divergence.sampling import lots

        chosen, plan = self.settings, read_plan(self.settings.plan, len(rows))
        texts, drawn, done = [], [], 0
        for _, samples in rows.batches():
            drawn.append(lots(samples, chosen.seed))
            done += len(samples)
            if chosen.concepts:
                texts += [concepts(sample, chosen.most_concepts, chosen.concept_words) for sample in samples]
            context.report(done, len(rows), "reading concepts" if chosen.concepts else "reading rows")
        lists = ranked(plan.groups, plan.efficiency.astype(np.float64), np.concatenate(drawn))
        lists += [np.empty(0, np.int64)] * (len(plan.budgets) - len(lists))
        concepts_of = texts.__getitem__ if chosen.concepts else None
        made = choose(lists, plan.budgets, concepts_of)
        alike = (
            order_effect(lists, plan.budgets, concepts_of, chosen.tries, chosen.seed)
            if chosen.tries and texts
            else None
        )
        counts = np.bincount(plan.groups[made.places], minlength=len(plan.budgets)) if made.places else []
        facts = {
            "capabilities": [
                {"id": number, "name": name, "budget": int(budget), "taken": int(taken)}
                for number, (name, budget, taken) in enumerate(zip(plan.names, plan.budgets, counts, strict=False))
            ],
            "taken": len(made.places),
            "refused": len(made.clashes),
            "refused_share": made.refused_share,
            "missing": made.missing,
            "measured": int(plan.measured[made.places].sum()) if made.places else 0,
            "order_likeness": alike,
            "settings": asdict(chosen),
        }
        (context.folder / "choice.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        return self._columns(made, np.isfinite(plan.efficiency) & (plan.groups >= 0))

    def _columns(self, made, usable: np.ndarray) -> dict[str, Any]:
        rows = len(usable)
        place = np.full(rows, np.nan, np.float32)
        place[made.places] = np.arange(1, len(made.places) + 1)
        clashes = [None] * rows
        for row, pair in made.clashes.items():
            clashes[row] = " + ".join(pair)
        missing = [None if np.isfinite(place[row]) else REFUSED if clashes[row] else BEYOND for row in range(rows)]
        missing = [reason if usable[row] else NOT_USABLE for row, reason in enumerate(missing)]
        name = f"{PREFIX}{self.settings.name}"
        return {name: place, f"{name}_clash": clashes, "missing": missing}

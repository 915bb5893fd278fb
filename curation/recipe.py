"""A recipe: steps in order, each of which keeps some of the rows. Running it gives positions and a funnel."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.columns import Columns, RecordedColumns
from curation.plugin import find
from curation.problems import Problem
from curation.selectors import Selector


@dataclass(frozen=True)
class Step:
    """What one step did: rows before and after it, and the positions ``(k,)`` int64 dropped under each reason."""

    kind: str
    title: str
    words: str
    before: int
    after: int
    dropped: dict[str, np.ndarray]

    def to_json(self) -> dict[str, Any]:
        """Counts without the positions."""
        reasons = {reason: len(positions) for reason, positions in self.dropped.items() if len(positions)}
        told = {"kind": self.kind, "title": self.title, "words": self.words}
        return {**told, "before": self.before, "after": self.after, "dropped": self.before - self.after} | {
            "reasons": reasons
        }


@dataclass(frozen=True)
class Outcome:
    """What a recipe chooses: positions ``(k,)`` int64 in output order, and the funnel that led there."""

    positions: np.ndarray
    funnel: list[Step]

    def counts(self) -> list[dict[str, Any]]:
        """The funnel as JSON values, without positions."""
        return [step.to_json() for step in self.funnel]


def selectors() -> dict[str, type[Selector]]:
    """Name -> kind of step."""
    return find("curation.selectors", Selector)


def steps(recipe: dict[str, Any]) -> list[Selector]:
    """The steps of a recipe; Problem in plain words when it cannot be read."""
    kinds = selectors()
    if not isinstance(recipe, dict) or not isinstance(recipe.get("steps"), list):
        raise Problem('a recipe looks like {"steps": [{"kind": "where", "condition": "perplexity < 40"}]}')
    return [_step(values, kinds) for values in recipe["steps"]]


def _step(values: Any, kinds: dict[str, type[Selector]]) -> Selector:
    kind = values.get("kind") if isinstance(values, dict) else None
    if kind not in kinds:
        near = difflib.get_close_matches(str(kind), kinds, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(kinds)}"
        raise Problem(f"there is no kind of step {kind}; {hint}")
    return kinds[kind].from_json({name: value for name, value in values.items() if name != "kind"})


def complete(recipe: dict[str, Any]) -> dict[str, Any]:
    """The recipe with every setting written out: what is kept beside a subset."""
    return {"steps": [{"kind": step.name, **asdict(step.settings)} for step in steps(recipe)]}


def describe(recipe: dict[str, Any]) -> list[str]:
    """One line of words for each step."""
    return [step.describe() for step in steps(recipe)]


def run(recipe: dict[str, Any], columns: Columns, progress: Callable[[int, int, str], None] | None = None) -> Outcome:
    """Apply the steps in order to all rows. Positions are in file order unless a step orders the output."""
    chain = steps(recipe)
    positions, funnel = np.arange(len(columns)), []
    for number, step in enumerate(chain):
        if progress:
            progress(number, len(chain), step.title)
        selection = step.select(positions, columns)
        funnel.append(
            Step(step.name, step.title, step.describe(), len(positions), len(selection.kept), selection.dropped)
        )
        positions = selection.kept
    if not any(step.orders_output for step in chain):
        positions = np.sort(positions)
    return Outcome(positions, funnel)


def run_recorded(recipe: dict[str, Any], columns: Columns, progress=None) -> tuple[Outcome, RecordedColumns]:
    """``run``, and what it read: the columns and the results of text searches, which are the subset's evidence."""
    recorded = RecordedColumns(columns)
    return run(recipe, recorded, progress), recorded


def columns_used(recipe: dict[str, Any], columns: Columns) -> list[str]:
    """Names of the columns that a recipe reads on this data set, searched texts included."""
    _, recorded = run_recorded(recipe, columns)
    return list(dict.fromkeys([*recorded.used, *(field for field, _, _ in recorded.matched)]))


def recipe_from_args(
    where: Sequence[str] = (),
    one_per: str | None = None,
    best: str | None = None,
    top: int | None = None,
    by: str | None = None,
    order: str = "highest",
    random: int | None = None,
    seed: int = 0,
    per: str | None = None,
    budget_tokens: int | None = None,
    draw: int | None = None,
    draw_tokens: int | None = None,
    temperature: float = 1.0,
    draw_per: str | None = None,
) -> dict[str, Any]:
    """The recipe that command-line options state, in this order: where, one per, top, draw, random, per, budget.

    ``per`` is ``cluster=20`` (rows of each) or ``cluster=10%`` (share of each). Problem when options do not fit.
    """
    if top is not None and not by:
        raise Problem("--top needs --by SCORE, the score that rows are ranked by")
    drawn = draw if draw is not None else draw_tokens
    if drawn is not None and not by:
        raise Problem("--draw needs --by SCORE, the score that makes a row likelier")
    ranked = top if top is not None else drawn
    for option, value, needed, other in (
        ("--by", by, ranked, "--top N or --draw N"),
        ("--best", best, one_per, "--one-per COLUMN"),
    ):
        if value and needed is None:
            raise Problem(f"{option} goes with {other}")
    made: list[dict[str, Any]] = [{"kind": "where", "condition": condition} for condition in where]
    if one_per:
        made.append({"kind": "one_per", "column": one_per, "best": best or "first", "order": order})
    if top is not None:
        made.append({"kind": "top", "n": top, "by": by, "order": order})
    if drawn is not None:
        amount = {"n": draw or 0, "tokens": draw_tokens or 0}
        chances = {"temperature": temperature, "group": draw_per or "", "seed": seed}
        made.append({"kind": "draw", **amount, "by": by, "order": order, **chances})
    if random is not None:
        made.append({"kind": "random", "n": random, "seed": seed})
    if per:
        made.append({"kind": "per", **_per(per), "seed": seed})
    if budget_tokens is not None:
        made.append({"kind": "budget", "tokens": budget_tokens})
    return complete({"steps": made})


def _per(text: str) -> dict[str, Any]:
    column, _, amount = text.rpartition("=")
    try:
        if amount.endswith("%"):
            return {"column": column, "share": float(amount[:-1]) / 100}
        return {"column": column, "n": int(amount)}
    except ValueError:
        raise Problem(f"--per takes COLUMN=N or COLUMN=SHARE%, such as cluster=20 or source=10%, not {text}") from None

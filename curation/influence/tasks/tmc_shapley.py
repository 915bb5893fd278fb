"""The value of each labelled row, or group of rows, for a probe's score by a metric of one's choice."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.influence.stored_vectors import NEEDS, opened
from curation.influence.tasks.knn_shapley import RIGHT
from curation.influence.values.labelled import Labelled, read_labelled, reasons
from curation.influence.values.probe import Probe
from curation.influence.values.tmc_shapley import load_sums, sample_orders, save_sums
from curation.plugin import Column, Context, Rows, Task, setting
from curation.projection.vectors import WHICH, vectors_of

MOST_PLAYERS = 1000
FACTS = "tmc_shapley.json"


@dataclass(frozen=True)
class Settings:
    labels: str = setting("", "File with the rows' labels, as Winnow stored it.", kind="file")
    metric: str = setting(
        "accuracy",
        "What the probe is measured by: a scorer of scikit-learn by name, or recall_at_10 for 10 percent. With one "
        "that reads probabilities an order counts as knowing nothing until it has had a row of every label.",
    )
    permutations: int = setting(500, "Random orders at most.", minimum=2, maximum=100_000)
    tolerance: float = setting(
        0.01, "An order is cut short once the score stays this near, as a share, to that of all rows.", minimum=0
    )
    change: float = setting(
        0.02, "Sampling ends once twenty more orders change the values by less than this share; 0 never.", minimum=0
    )
    held_out: float = setting(
        0.3, "Share to test by where the labelled rows are not split already.", minimum=0.05, maximum=0.9
    )
    strength: float = setting(10.0, "How closely the probe fits (C of the logistic regression).", minimum=1e-4)
    vector: str = setting("whole", "What the probe reads.", choices=WHICH)
    seed: int = setting(0, "Seed of the orders and of the rows held out.", minimum=0, maximum=2**31 - 1)
    embedder: str = setting("default", "Model whose vectors are used.", kind="embedder")


class TmcShapley(Task):
    """Truncated Monte Carlo Shapley values; a killed job goes on from the orders that it had sampled.

    Artifact ``tmc_shapley.json``: orders sampled, score of all rows and of none, players, last relative change.
    """

    name = "tmc_shapley"
    title = "Monte Carlo Shapley"
    sentence = "What each labelled row, or group of rows, adds to a probe's score by a metric of your choice."
    family = "Values"
    sharded = False
    requires = NEEDS
    Settings = Settings
    columns = (
        Column(
            "tmc_shapley",
            "Monte Carlo Shapley",
            "Mean, over random orders of the rows, of what adding the row changes in the score of a logistic "
            "regression on the embeddings, measured on rows that it is not trained on. A group of rows adds as one, "
            "and each of its rows is given an equal share.",
            higher=RIGHT,
        ),
        Column(
            "tmc_shapley_error",
            "Monte Carlo Shapley, standard error",
            "Standard error of the value over the orders that were sampled.",
            higher="More orders are needed to know the value.",
        ),
    )

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from threadpoolctl import threadpool_limits

        chosen = self.settings
        labelled = read_labelled(chosen.labels, len(rows))
        valued, tested = split(labelled, chosen.held_out, chosen.seed)
        players, sizes, members = players_of(labelled, valued)
        vectors = np.asarray(vectors_of(chosen.vector, *opened(context)), np.float32)
        codes = labelled.codes
        probe = Probe(vectors[valued], codes[valued], vectors[tested], codes[tested], chosen.metric, chosen.strength)

        def worth(some: np.ndarray) -> float | None:
            return probe.worth(np.flatnonzero(np.isin(players, some)))

        kept = (context.kept or context.folder) / "orders.npz"
        kept.parent.mkdir(exist_ok=True)
        nothing = probe.nothing()
        # A fit is so small that threads which share it out mostly wait for each other.
        with threadpool_limits(1):
            sums = sample_orders(
                worth,
                len(sizes),
                nothing,
                load_sums(kept, len(sizes)),
                most=chosen.permutations,
                tolerance=chosen.tolerance,
                change=chosen.change,
                seed=chosen.seed,
                report=lambda done, total: context.report(done, total, "sampling orders"),
                stopped=context.stopped,
                save=lambda sums: save_sums(kept, sums),
            )
        about = {"orders": sums.count, "change": sums.change, "players": len(sizes), "nothing": nothing}
        about |= {"everything": worth(np.arange(len(sizes))), "tested": len(tested), "settings": asdict(chosen)}
        (context.folder / FACTS).write_text(json.dumps(about | {"about": labelled.about}))
        columns = np.full((2, len(rows)), np.nan)
        columns[:, members] = np.stack(sums.values())[:, players] / sizes[players]
        missing = reasons(labelled, np.isfinite(columns[0]))
        return {"tmc_shapley": columns[0], "tmc_shapley_error": columns[1], "missing": missing}


def split(labelled: Labelled, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows to value and of those to test by; where they are the same rows, ``share`` is held out.

    As many of each label are held out as there are in all, by share. ValueError where a part would be empty.
    """
    usable = (labelled.codes >= 0) & ((labelled.groups >= 0) if labelled.groups is not None else True)
    valued, tested = labelled.valued & usable, labelled.tested & (labelled.codes >= 0)
    if np.array_equal(labelled.valued, labelled.tested):
        tested = np.zeros(len(valued), bool)
        random = np.random.default_rng(seed)
        for code in np.unique(labelled.codes[valued]):
            having = np.flatnonzero(valued & (labelled.codes == code))
            tested[random.choice(having, round(share * len(having)), replace=False)] = True
    valued = valued & ~tested
    if not valued.any() or not tested.any():
        raise ValueError("there are too few labelled rows: some must be valued, and others left to test by")
    return np.flatnonzero(valued), np.flatnonzero(tested)


def players_of(labelled: Labelled, valued: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each of the ``valued`` positions the number of its player; rows of each player; the positions again.

    ValueError where so many would play that no value could be told in time.
    """
    groups = np.arange(len(valued)) if labelled.groups is None else labelled.groups[valued]
    _, players, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(sizes) > MOST_PLAYERS:
        raise ValueError(
            f"{len(sizes):,} rows or groups would have to be valued one by one, which takes too long beyond "
            f"{MOST_PLAYERS:,}: choose a column whose groups are valued as one, the cluster for instance"
        )
    return players, sizes, valued

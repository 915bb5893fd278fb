"""Capability clusters of all rows from their stored prompt vectors and the shared graph of neighbours."""

import json
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import numpy as np

from curation.plugin import Column, Context, Rows, Task, setting
from curation.problems import Problem
from curation.projection.names import name_clusters
from curation.projection.stages import Stages

NUMBERS = "capability_numbers"
SUMMARY = "capabilities.json"
FACTORISATION, MEANS = "factorisation", "k-means"
NO_PROMPT = "the row has no prompt"


@dataclass(frozen=True)
class Settings:
    """How prompts are clustered."""

    clusters: int = setting(
        0, "Number of clusters; 0 takes it from the largest gap of eigenvalues.", minimum=0, maximum=200
    )
    most: int = setting(20, "Most clusters that the gap may choose.", minimum=2, maximum=200)
    method: str = setting(
        FACTORISATION,
        "How rows become clusters: factorisation of their similarity (as published), or k-means on the same "
        "coordinates. On 8,423 labelled prompts k-means agreed a little better by mutual information, factorisation by "
        "the Rand index.",
        choices=(FACTORISATION, MEANS),
    )
    time: float = setting(
        1.0, "How long the diffusion runs: longer blurs finer differences.", minimum=0.0, maximum=100.0
    )
    landmarks: int = setting(1000, "Rows that all rows are compared with.", minimum=10, maximum=20_000)
    seeds: int = setting(3, "How often it is done, to see how steady it is; the best counts.", minimum=1, maximum=20)
    solved: int = setting(
        200_000, "Rows whose graph is solved; with more, the others are placed by the nearest of these.", minimum=100
    )
    seed: int = setting(0, "First seed.", minimum=0, maximum=2**31 - 1)
    names: str = setting("", "Names given by hand, as JSON {number: name}; equal names are one cluster.")
    embedder: str = setting("default", "Model whose vectors are used.", kind="embedder")


class Capabilities(Task):
    """S2RIC of PASER. Artifacts: ``capability_numbers.npy`` int32 ``(n,)``, -1 none; ``capabilities.json``."""

    name = "capabilities"
    title = "Capability clusters"
    sentence = "Groups the prompts by what they ask a model to be able to do."
    family = "PASER"
    sharded = False
    requires = ("prompt_vectors", "neighbours", "distances")
    Settings = Settings
    columns = (
        Column("capability", "Capability", "Name of the row's capability cluster, from its words.", kind="label"),
        Column("capability_number", "Capability, number", "Number of the cluster, 0 the largest."),
        Column(
            "capability_share",
            "Capability, how clearly",
            "How much of the row its own cluster explains, 0 to 1.",
            higher="The row belongs to its cluster alone.",
        ),
        Column(
            "capability_other",
            "Capability by the other method",
            "Number of the row's cluster by the method that was not chosen, on the same coordinates.",
        ),
    )

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.paser.clusters.prompts import clustered
        from curation.paser.divergence.sampling import lots

        stages = Stages(expected_seconds(len(rows)), context.report)
        drawn = lots(_samples(rows), self.settings.seed)
        made, full = clustered(self.settings, context.inputs, drawn, stages)
        other = MEANS if self.settings.method == FACTORISATION else FACTORISATION
        chosen, beside = made.by_method[self.settings.method], made.by_method[other]
        labels = np.full(len(rows), -1, np.int32)
        labels[full] = chosen.labels
        stages.begin("naming clusters")
        named = name_clusters((sample.prompt for sample in _samples(rows)), labels)
        summary = [{"id": number, "name": one.name, "words": list(one.words)} for number, one in enumerate(named)]
        labels, summary = renamed(labels, summary, self.settings.names)
        facts = {
            "settings": asdict(self.settings),
            "clusters": made.clusters,
            "gap": made.gap,
            "eigenvalues": [float(value) for value in made.eigenvalues],
            "stability": {method: found.stability for method, found in made.by_method.items()},
            "agreement": _agreement(chosen.labels, beside.labels),
        }
        write(context.folder, labels, summary, facts)
        spread = {"capability_share": chosen.share, "capability_other": beside.labels}
        found = {name: _spread(values, full, len(rows)) for name, values in spread.items()}
        return found | columns_of(labels, summary)


def columns_of(labels: np.ndarray, summary: list[dict]) -> dict[str, Any]:
    """The columns that follow from clusters ``(n,)`` and what they are called."""
    names = [*(one["name"] for one in summary), None]
    number = np.where(labels < 0, np.nan, labels).astype(np.float32)
    missing = [NO_PROMPT if label < 0 else None for label in labels.tolist()]
    return {"capability": [names[label] for label in labels.tolist()], "capability_number": number, "missing": missing}


def renamed(labels: np.ndarray, summary: list[dict], names: str | dict) -> tuple[np.ndarray, list[dict]]:
    """Clusters with names given by hand, ``{number: name}``; those of equal names become one, the largest first.

    ValueError names a number that there is not, or a name that is empty.
    """
    given = _given(names, len(summary))
    called = [given.get(one["id"], one["name"]) for one in summary]
    first: dict[str, int] = {}
    joined = [first.setdefault(name, number) for number, name in enumerate(called)]
    merged = np.array([*joined, -1])[labels]
    sizes = np.bincount(merged[merged >= 0], minlength=len(summary))
    order = sorted(set(joined), key=lambda number: (-sizes[number], number))
    place = np.full(len(summary) + 1, -1, np.int32)
    place[order] = np.arange(len(order))
    made = []
    for number, one in enumerate(order):
        members = [other for other, into in zip(summary, joined, strict=True) if into == one]
        words = list(dict.fromkeys(word for member in members for word in member["words"]))
        made.append({"id": number, "name": called[one], "words": words, "rows": int(sizes[one])})
    return place[merged].astype(np.int32), made


def write(folder, labels: np.ndarray, summary: list[dict], facts: dict[str, Any]) -> None:
    """The artifacts."""
    np.save(folder / f"{NUMBERS}.npy", labels)
    text = json.dumps(facts | {"capabilities": summary}, ensure_ascii=False)
    (folder / SUMMARY).write_text(text, encoding="utf-8")


def expected_seconds(rows: int) -> dict[str, float]:
    """Stage -> rough seconds on two cores; only their proportions matter."""
    return {
        "solving the graph": 0.2 + 4e-4 * rows,
        "clustering": 0.2 + 1e-3 * rows,
        "naming clusters": 0.1 + 3e-5 * rows,
    }


def _given(names: str | dict, count: int) -> dict[int, str]:
    try:
        said = json.loads(names or "{}") if isinstance(names, str) else names
        given = {int(number): " ".join(str(name).split()) for number, name in said.items()}
    except (ValueError, AttributeError):
        raise Problem('names are JSON such as {"0": "mathematics", "3": "mathematics"}') from None
    for number, name in given.items():
        if not 0 <= number < count:
            raise Problem(f"there is no capability {number}; they are 0 to {count - 1}")
        if not name or len(name) > 200:
            raise Problem("the name of a capability has 1 to 200 characters")
    return given


def _samples(rows: Rows):
    return chain.from_iterable(samples for _, samples in rows.batches())


def _spread(values: np.ndarray, places: np.ndarray, rows: int) -> np.ndarray:
    found = np.full(rows, np.nan, np.float32)
    found[places] = values
    return found


def _agreement(one: np.ndarray, other: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))

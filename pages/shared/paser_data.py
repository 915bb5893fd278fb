"""What the PASER page looks at: two models and a grouping, and what was computed of them so far."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from curation.columns import Columns
from curation.workflow import listing, paser
from curation.workflow.paser.capabilities import COLUMN, FAMILY
from pages.shared import data
from pages.shared.activity import unfinished_jobs
from pages.shared.linked import linked_select
from pages.shared.session import workspace
from pages.shared.wording import line

NONE = ""
OWN = "pruned-"
MODELS, CLUSTERS, DEGRADATION, BUDGET, CHOICE, PROOF = "Models", "Clusters", "Degradation", "Budget", "Choice", "Proof"
PARTS = (MODELS, CLUSTERS, DEGRADATION, BUDGET, CHOICE, PROOF)
TASKS = {MODELS: "prune", CLUSTERS: "capabilities", DEGRADATION: "degradation", CHOICE: "choice", PROOF: "recover"}
SENTENCES = {
    MODELS: "The model as it was and the model after pruning, which reads text by the same tokenizer.",
    CLUSTERS: "What the prompts ask a model to be able to do, as clusters of their meaning.",
    DEGRADATION: "How far the pruned model's predictions have moved, capability by capability.",
    BUDGET: "How many rows each capability gets, in proportion to what it lost, or as you set it.",
    CHOICE: "The rows that fill the budget, and those that were refused. Whether they train a better model than random "
    "rows is not a given: the step “Proof” measures it.",
    PROOF: "Whether one set of rows trains a better model than another, measured on rows held out.",
}
DONE, RUNNING, READY, MISSING = "check_circle", "progress_activity", "radio_button_unchecked", "lock"
MOST_GROUPS = 60
BEFORE = {"capabilities": ("embed", "map"), "degradation": ("embed", "map", "capabilities")}


@dataclass(frozen=True)
class Pair:
    """The two models as the link names them, and the label column by which rows are grouped."""

    original: str
    pruned: str
    by: str = COLUMN

    @property
    def models(self) -> tuple[str, str]:
        """What settings take: ``default``, a folder, a hub name; the pruned one empty where none is named."""
        return model_of(self.original), model_of(self.pruned)


def choose_models(table: Columns) -> Pair:
    """Draw the three choices that all steps share; they are part of the link."""
    own = [f"{OWN}{one['run']}" for one in pruned_models()]
    models = [one["name"] for one in listing.list_models(workspace()) if one.get("kind") != "embedder"]
    labels = _labels(table)
    others = {"format_func": model_title, "accept_new_options": True}
    address = "A local folder or a hub name can be typed."
    with st.grid(3 if labels else 2, min_column_width=150, gap="small"):
        original = linked_select("Original model", _offered(models, "original"), "original", help=address, **others)
        help = f"Of the same family, since both must read text by the same tokenizer. {address}"
        pruned = linked_select("Pruned model", _offered(own or [NONE], "pruned"), "pruned", help=help, **others)
        by = COLUMN
        if labels:
            titles = {COLUMN: "Capability clusters", **labels}
            help = "Rows that carry labels, such as skills, can be told apart by these instead."
            by = linked_select("Told by", list(titles), "by", help=help, format_func=titles.get)
    return Pair(original or "default", pruned or NONE, by)


def _offered(names: list[str], key: str) -> list[str]:
    linked = (st.query_params.get(key), st.session_state.get(key))
    return list(dict.fromkeys([*names, *filter(None, linked)]))


def _labels(table: Columns) -> dict[str, str]:
    """Label columns that rows brought with them or that were computed, which can stand in for clusters; a field of the
    file that is called as the clusters are goes by its longer name."""
    found = {}
    for info in table.names():
        fits = info.kind == "label" and info.name != "cluster_name" and info.family not in ("PASER", "team")
        if fits and 1 < len(table.label(info.name)[1]) <= MOST_GROUPS:
            named = f"field:{COLUMN}" if info.name == COLUMN else info.name
            told = " (field of the file)" if named.startswith("field:") else ""
            found[named] = f"{line(info.title or info.name, 60)}{told}"
    return found


def pruned_models() -> list[dict[str, Any]]:
    """Models pruned here, the newest first, as ``paser.list_pruned`` gives them."""
    ids = [record["id"] for record in data.datasets()]
    key = tuple(data.stamp(number, "runs", "names") for number in ids)
    return _pruned((str(workspace().folder), key))


def pruned_of(name: str) -> dict[str, Any] | None:
    """The record of a model pruned here, by how the link names it."""
    return next((one for one in pruned_models() if f"{OWN}{one['run']}" == name), None)


def model_of(name: str) -> str:
    """What a setting for a model takes, of a name in the link."""
    own = pruned_of(name)
    return own["name"] if own else name


def model_title(name: str) -> str:
    """A model as people call it."""
    if name == NONE:
        return "None yet"
    own = pruned_of(name)
    if own is not None:
        return line(own["title"].replace("default", bundled_title()), 60)
    titles = {one["name"]: one["title"] for one in listing.list_models(workspace())}
    if name == "default":
        return f"{bundled_title()} (bundled)"
    return line(titles.get(name) or name.rstrip("/").rpartition("/")[2] or name, 60)


def bundled_title() -> str:
    """What the bundled language model is called."""
    titles = {one["name"]: one["title"] for one in listing.list_models(workspace()) if one.get("kind") != "embedder"}
    return titles.get("default", "the default model")


def clusters_of(dataset: dict) -> paser.Clusters | None:
    """The newest capability clusters of the data set."""
    return _kept(data.stamp(dataset["id"], "rows", "runs", "names"), "clusters", lambda: _clusters(dataset))


def _clusters(dataset: dict) -> paser.Clusters | None:
    return paser.capabilities_of(workspace(), dataset["id"])


def lost_of(dataset: dict, pair: Pair) -> paser.Lost | None:
    """What was measured of these two models, by the groups of now; None where nothing was, or no groups are."""
    if pair.pruned == NONE or (pair.by == COLUMN and clusters_of(dataset) is None):
        return None
    stamp = (*data.stamp(dataset["id"], "rows", "runs", "names"), pair, pair.models)
    return _kept(stamp, "lost", lambda: paser.lost(workspace(), dataset["id"], *pair.models, pair.by))


def choices_of(dataset: dict) -> dict[str, dict]:
    """Runs that chose a recovery set, the newest first, one by name."""
    found = [run for run in data.runs(dataset["id"]) if (run["family"], run["name"]) == (FAMILY, "choice")]
    newest: dict[str, dict] = {}
    for run in reversed(found):
        newest.setdefault(run["settings"]["name"], run)
    return newest


def comparisons_of(dataset: dict) -> list[dict]:
    """Runs that compared subsets, the newest first."""
    return [run for run in reversed(data.runs(dataset["id"])) if (run["family"], run["name"]) == (FAMILY, "recover")]


def marks(dataset: dict, pair: Pair) -> dict[str, str]:
    """The icon of every step: done, running, ready to be done, or waiting for another."""
    lost = lost_of(dataset, pair) is not None
    done = {
        MODELS: pair.pruned != NONE,
        CLUSTERS: clusters_of(dataset) is not None,
        DEGRADATION: lost,
        BUDGET: lost,
        CHOICE: bool(choices_of(dataset)),
        PROOF: bool(comparisons_of(dataset)),
    }
    ready = {
        MODELS: True,
        CLUSTERS: True,
        DEGRADATION: done[MODELS],
        BUDGET: lost,
        CHOICE: lost,
        PROOF: (done[CLUSTERS] or pair.by != COLUMN) and bool(data.subsets(dataset["id"])),
    }
    running = {job["task"] for job in unfinished_jobs(dataset["id"]) if job["family"] == FAMILY}
    found = {}
    for part in PARTS:
        at_rest = DONE if done[part] else READY if ready[part] else MISSING
        found[part] = RUNNING if TASKS.get(part) in running else at_rest
    return found


def under_way(dataset: dict, task: str) -> list[dict]:
    """Jobs of this step that wait or run, with those that they need first."""
    jobs = unfinished_jobs(dataset["id"])
    own = [job for job in jobs if (job["family"], job["task"]) == (FAMILY, task)]
    before = [job for job in jobs if own and job["task"] in BEFORE.get(task, ())]
    return before + own


@st.cache_resource(max_entries=8, show_spinner=False)
def _pruned(key: tuple) -> list[dict[str, Any]]:
    return paser.list_pruned(workspace())


@st.cache_resource(max_entries=60, show_spinner=False)
def _kept(key: tuple, what: str, _make: Callable[[], Any]) -> Any:
    return _make()

"""What the Influence page shows, computed once for each target, method and state of the data set."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from curation.influence.aggregate import LARGEST, MEAN, ONE, aggregated, sub_tasks
from curation.samples import Sample
from curation.workflow import influence
from curation.workflow.influence.ranking import Side, both_sides
from pages.shared import data
from pages.shared.session import workspace

INDEX = "index"


@dataclass(frozen=True)
class Target:
    """What is asked about: a saved target's ``record``, or one typed row, ``record`` being None."""

    samples: tuple[Sample, ...]
    record: dict[str, Any] | None = None

    @property
    def key(self) -> tuple:
        """What caches know it by."""
        if self.record is not None:
            return ("saved", self.record["id"])
        [sample] = self.samples
        return ("typed", sample.prompt, sample.response)


@dataclass(frozen=True)
class Summing:
    """How the target's rows are summed up: ``how`` (mean, max, one), the ``field`` of sub-tasks, the ``row``."""

    how: str = MEAN
    field: str = ""
    row: int = 0

    @property
    def words(self) -> str:
        """For the meaning of a score."""
        if self.how == ONE:
            return f"row {self.row + 1} of the target alone"
        return f"the largest mean over the values of {self.field}" if self.how == LARGEST else MEAN_WORDS


MEAN_WORDS = "the mean over the target's rows"


def targets(dataset: dict) -> list[dict[str, Any]]:
    """Saved targets of the data set, by name."""
    return _targets(data.stamp(dataset["id"], "targets", "names"), dataset["id"])


def saved(dataset: dict, record: dict[str, Any]) -> Target:
    """A saved target with its rows."""
    return Target(_samples(data.stamp(dataset["id"], "targets"), record["id"], record), record)


def index_of(dataset: dict) -> dict[str, Any] | None:
    """The run of the gradient index, None while there is none."""
    made = [run for run in data.runs(dataset["id"]) if (run["family"], run["name"], run["partial"]) == INDEX_RUN]
    return made[-1] if made else None


INDEX_RUN = ("influence", INDEX, False)


def found_of(dataset: dict, target: Target, method: str, damping: float) -> influence.Influence | None:
    """The influence on the target by the method: the index is asked, another method's newest run is read (None: there
    is none)."""
    return _found(data.stamp(dataset["id"], "runs", "targets"), dataset["id"], target, target.key, method, damping)


def tasks_of(found: influence.Influence, summing: Summing) -> np.ndarray | None:
    """The sub-task's code int64 ``(q,)`` of each target row, None where rows are not parted."""
    if summing.how != LARGEST:
        return None
    return np.unique(sub_tasks(found.samples)[summing.field], return_inverse=True)[1]


def totals_of(dataset: dict, found: influence.Influence, key: tuple, summing: Summing) -> np.ndarray:
    """One influence a row ``(n,)`` float32; read-only."""
    return _totals(found, (data.stamp(dataset["id"], "runs", "targets"), key), summing)


def sides_of(dataset: dict, found: influence.Influence, key: tuple, summing: Summing, count: int) -> tuple[Side, Side]:
    """The rows that help most and those that hurt most, with intervals of their ranks."""
    totals = totals_of(dataset, found, key, summing)
    return _sides(found, totals, (data.stamp(dataset["id"], "runs", "targets"), key), summing, count)


def tokens_of(dataset: dict, position: int, target: Target, row: int, damping: float) -> dict[str, Any]:
    """Which tokens of the target row's answer the row makes more likely, as the index says."""
    key = (data.stamp(dataset["id"], "runs"), target.key, row, damping)
    return _tokens(key, dataset["id"], position, target.samples[row], damping)


@st.cache_resource(max_entries=50, show_spinner=False)
def _targets(key: tuple, dataset_id: int) -> list[dict[str, Any]]:
    return influence.list_targets(workspace(), dataset_id)


@st.cache_resource(max_entries=20, show_spinner=False)
def _samples(key: tuple, target_id: int, _record: dict) -> tuple[Sample, ...]:
    return tuple(influence.target_samples(workspace(), _record))


@st.cache_resource(max_entries=12, show_spinner=False)
def _found(stamp: tuple, dataset_id: int, _target: Target, key: tuple, method: str, damping: float):
    if method != INDEX:
        return influence.influence_of(workspace(), dataset_id, _target.record["name"], method)
    return influence.quick_influence(workspace(), dataset_id, _target.record or _target.samples[0], damping)


@st.cache_resource(max_entries=24, show_spinner=False)
def _totals(_found, key: tuple, summing: Summing) -> np.ndarray:
    totals = aggregated(_found.values, summing.how, tasks_of(_found, summing), summing.row)
    totals.flags.writeable = False
    return totals


@st.cache_resource(max_entries=24, show_spinner=False)
def _sides(_found, _totals: np.ndarray, key: tuple, summing: Summing, count: int) -> tuple[Side, Side]:
    values = _found.values[:, [summing.row]] if summing.how == ONE else _found.values
    return both_sides(values, _totals, _found.own, count, tasks_of(_found, summing))


@st.cache_resource(max_entries=200, show_spinner=False)
def _tokens(key: tuple, dataset_id: int, position: int, _sample: Sample, damping: float) -> dict[str, Any]:
    return influence.token_attribution(workspace(), dataset_id, position, _sample, damping)

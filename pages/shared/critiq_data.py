"""What the CritiQ page reads: sets of criteria, runs that mined them with what they told, and jobs under way."""

from typing import Any

import numpy as np
import streamlit as st

from curation.critiq.pairs import Pair, read_pairs
from curation.workflow import critiq, listing
from pages.shared import data, job_progress
from pages.shared.session import workspace

FAMILY = "critiq"
MINE, QUALITY = "mine", "quality"
NAME = "criteria"
OUTCOMES = ("Agrees with people", "Disagrees", "Does not apply", "Contradicts itself", "No answer")


def take_in_mined() -> None:
    """Keep what finished runs found as versions of their sets."""
    critiq.keep_mined(workspace())


def sets() -> dict[str, dict[str, Any]]:
    """The latest version of every set of criteria, by name; read-only."""
    database = workspace().database
    return _sets((str(workspace().folder), database.version(None, "criteria")))


def versions(name: str) -> list[dict[str, Any]]:
    """All versions of a set, the newest first."""
    return critiq.set_versions(workspace(), name)[::-1]


def mined(dataset: dict, name: str) -> list[dict[str, Any]]:
    """Runs on this data set that mined the set ``name``, the newest first."""
    found = [run for run in data.runs(dataset["id"]) if (run["family"], run["name"]) == (FAMILY, MINE)]
    return [run for run in found[::-1] if run["settings"]["name"] == name]


def report_of(run: dict) -> dict[str, Any]:
    """What a run told; read-only. Problem where it is gone."""
    return _report(str(workspace().folder), run["id"])


def pairs_of_run(run: dict) -> list[Pair]:
    """The pairs that a run learned from, in the order of its matrix; none where the file is gone."""
    try:
        return [pair for pair in read_pairs(run["settings"]["pairs"]) if pair.preference in ("a", "b")]
    except ValueError:
        return []


def under_way(dataset: dict, task: str) -> dict | None:
    """The job of this task that waits or runs on the data set, None without one."""
    return next(iter(job_progress.under_way(dataset, job_progress.of_task(FAMILY, task))), None)


def outcomes(matrix: dict, pairs: list[Pair]) -> np.ndarray:
    """Place in ``OUTCOMES`` of each verdict ``(n, c)`` of a report's matrix against people's on its pairs."""
    votes = np.array(matrix["votes"], np.int64)
    said = np.array(matrix["said"], np.float64).reshape(*votes.shape, 2)
    truth = np.array([1 if pair.preference == "a" else -1 for pair in pairs])
    signs = np.sign((said - np.array(matrix["prior"])[:, None]) * (1.0, -1.0))
    found = np.where(votes == 0, 2, np.where(votes * truth[:, None] > 0, 0, 1))
    found[signs[..., 0] * signs[..., 1] < 0] = 3
    found[np.isnan(said).any(-1)] = 4
    return found


@st.cache_resource(max_entries=20, show_spinner=False)
def _sets(key: tuple) -> dict[str, dict[str, Any]]:
    names = [one["name"] for one in listing.list_criteria(workspace()) if one["latest"]]
    return {name: critiq.get_set(workspace(), name) for name in names}


@st.cache_resource(max_entries=20, show_spinner=False)
def _report(folder: str, run: int) -> dict[str, Any]:
    return critiq.mining_report(workspace(), run)

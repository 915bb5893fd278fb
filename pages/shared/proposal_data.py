"""What pages read of proposals: asked once for each version of what it depends on."""

from typing import Any

import streamlit as st

from curation.comparing.difference import Difference
from curation.workflow import proposals
from pages.shared import data
from pages.shared.session import workspace

OPEN = "open"


def stamp() -> tuple:
    """What a cache over proposals is keyed by."""
    database = workspace().database
    kinds = ("proposals", "subsets", "names")
    return (str(workspace().folder), *(database.version(None, kind) for kind in kinds))


def of_dataset(dataset: dict) -> list[dict[str, Any]]:
    """Proposals of all versions of a data set, the newest first."""
    return _proposals(stamp(), dataset["id"])


def approvals(dataset: dict) -> list[dict[str, Any]]:
    """What was approved for all versions of a data set, the newest first."""
    return _approvals(stamp(), dataset["id"])


def states() -> dict[int, str]:
    """Subset id -> draft (not named), proposed, rejected, approved or current."""
    return _states(stamp())


def difference(dataset_id: int, subset_id: int, base_id: int | None) -> Difference:
    """How a subset differs from another, or from all rows."""
    kinds = data.stamp(dataset_id, "rows", "runs", "decisions", "subsets", "names")
    return _difference(kinds, subset_id, proposals.ALL_ROWS if base_id is None else base_id)


@st.cache_resource(max_entries=100, show_spinner=False)
def _proposals(key: tuple, dataset_id: int) -> list[dict[str, Any]]:
    return proposals.list_proposals(workspace(), dataset_id)


@st.cache_resource(max_entries=100, show_spinner=False)
def _approvals(key: tuple, dataset_id: int) -> list[dict[str, Any]]:
    return proposals.list_approvals(workspace(), dataset_id)


@st.cache_resource(max_entries=4, show_spinner=False)
def _states(key: tuple) -> dict[int, str]:
    return proposals.subset_states(workspace())


@st.cache_resource(max_entries=12, show_spinner="Comparing the two")
def _difference(key: tuple, subset_id: int, against: int | str) -> Difference:
    return proposals.difference(workspace(), subset_id, against)

"""What pages read of the workspace: asked once for each version of the kinds it depends on, shared by all sessions."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns, find_column
from curation.conditions import leaves, mask, parse
from curation.workflow import annotating, listing
from curation.workflow import rows as row_verbs
from curation.workflow.seen import viewpoint
from pages.shared import charts, state
from pages.shared.session import person, workspace
from pages.shared.wording import seconds_of

PAGE_ROWS = 50
DECIDED = ("decision", "tag", "rating", "disagreement", "note", "corrected")
TEXTS = ("prompt", "response", "text")
MAP_COLUMNS = ("x", "y", "cluster", "cluster_name")


def datasets() -> list[dict[str, Any]]:
    """Every version of every data set as ``list_datasets`` gives it, by name and version; read-only."""
    database = workspace().database
    names = (str(workspace().folder), person(), database.version(None, "names"), database.version(None, "people"))
    changes = tuple(database.version(number, kind) for number in _ids(names) for kind in ("runs", "decisions"))
    return _datasets((*names, *changes))


def current() -> dict[str, Any] | None:
    """Record of the data set that the sidebar has chosen, None while there is none."""
    name = st.session_state.get(state.DATASET)
    return named(datasets()).get(name) if name else None


def named(records: list[dict]) -> dict[str, dict]:
    """What can be looked at: the latest version of each data set under its name, older ones as ``name@1``."""
    latest = {record["name"]: record for record in records if record["latest"]}
    older = {ref(record): record for record in records if not record["latest"]}
    return {**latest, **older}


def ref(dataset: dict[str, Any]) -> str:
    """What names this very version to a verb: ``alpaca@2``."""
    return f"{dataset['name']}@{dataset['version']}"


def stamp(dataset_id: int, *kinds: str) -> tuple:
    """What a cache over these kinds (rows, runs, decisions, subsets, names) of a data set is keyed by. ValueError where
    whoever acts may not see it, so that nobody reads what others had cached."""
    listing.resolve_dataset(workspace(), dataset_id)
    database = workspace().database
    seen = viewpoint(workspace(), dataset_id) if "decisions" in kinds else ""
    return (str(workspace().folder), dataset_id, seen, *(database.version(dataset_id, kind) for kind in kinds))


def columns(dataset_id: int) -> Columns:
    """All columns of a data set; the verb caches what is expensive."""
    return row_verbs.columns(workspace(), dataset_id)


def kinds_of(names: Iterable[str]) -> list[str]:
    """Which kinds of change the values of these columns depend on."""
    kinds = {"rows"}
    for name in names:
        if name.partition(":")[0] in DECIDED:
            kinds.add("decisions")
        elif name not in TEXTS:
            kinds |= {"runs", "names"}
    return sorted(kinds)


def subsets(dataset_id: int) -> list[dict[str, Any]]:
    """Subsets of a data set, every version, as ``list_subsets`` gives them."""
    return _subsets(stamp(dataset_id, "subsets", "names"), dataset_id)


def runs(dataset_id: int) -> list[dict[str, Any]]:
    """Runs of a data set, oldest first, as ``list_runs`` gives them."""
    return _runs(stamp(dataset_id, "runs"), dataset_id)


def last_change(record: dict[str, Any]) -> float:
    """Unix seconds of the last import, run or act of a person on a data set."""
    return _last_change(stamp(record["id"], "rows", "runs", "decisions", "subsets"), record["id"], record["created"])


def rows_page(dataset_id: int, positions: np.ndarray) -> list[dict[str, Any]]:
    """Rows at ``positions`` (k,), at most fifty of them, in that order."""
    return row_verbs.rows_page(workspace(), dataset_id, [int(p) for p in positions[:PAGE_ROWS]])


def clause_mask(table: Columns, dataset_id: int, clause: str) -> np.ndarray:
    """Rows ``(n,)`` bool for which a clause holds; read-only. ValueError when it cannot be read."""
    names = [leaf.column for leaf in leaves(parse(clause))]
    return _mask(table, stamp(dataset_id, *kinds_of(names)), clause)


def bins_of(table: Columns, dataset_id: int, name: str) -> pd.DataFrame:
    """Histogram of a number column, as ``charts.binned`` gives it."""
    return _bins(table, stamp(dataset_id, *kinds_of([name])), name)


def label_counts(table: Columns, dataset_id: int, name: str) -> dict[str, int]:
    """Rows per value of a label or tags column, the most frequent first."""
    return _label_counts(table, stamp(dataset_id, *kinds_of([name])), name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _ids(key: tuple) -> list[int]:
    return [record["id"] for record in listing.list_datasets(workspace())]


@st.cache_resource(max_entries=64, show_spinner=False)
def _datasets(key: tuple) -> list[dict[str, Any]]:
    return listing.list_datasets(workspace())


@st.cache_resource(max_entries=200, show_spinner=False)
def _subsets(key: tuple, dataset_id: int) -> list[dict[str, Any]]:
    return listing.list_subsets(workspace(), dataset_id)


@st.cache_resource(max_entries=200, show_spinner=False)
def _runs(key: tuple, dataset_id: int) -> list[dict[str, Any]]:
    return listing.list_runs(workspace(), dataset_id)


@st.cache_resource(max_entries=200, show_spinner=False)
def _last_change(key: tuple, dataset_id: int, created) -> float:
    moments = [created, *(run["created"] for run in runs(dataset_id))]
    moments += [event["made"] for event in annotating.history(workspace(), dataset_id, limit=1)]
    return max(seconds_of(moment) for moment in moments)


@st.cache_resource(max_entries=300, show_spinner=False)
def _mask(_table: Columns, key: tuple, clause: str) -> np.ndarray:
    found = mask(parse(clause), _table)
    found.flags.writeable = False
    return found


@st.cache_resource(max_entries=300, show_spinner=False)
def _bins(_table: Columns, key: tuple, name: str) -> pd.DataFrame:
    return charts.binned(np.asarray(_table.number(name), dtype=np.float64))


@st.cache_resource(max_entries=300, show_spinner=False)
def _label_counts(_table: Columns, key: tuple, name: str) -> dict[str, int]:
    if find_column(_table, name).kind == "tags":
        _, codes, categories = _table.tags(name)
    else:
        codes, categories = _table.label(name)
    counts = np.bincount(codes[codes >= 0], minlength=len(categories))
    order = np.argsort(-counts, kind="stable")
    return {categories[i]: int(counts[i]) for i in order if counts[i]}

"""What the score cards say, computed once for each state of the data set and shared by all sessions."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.plugin import Scorer, find
from curation.score_card import Agreement, Spread, agreement, rank_correlation, spread
from pages.shared import data

LENGTH = "response_length"
NOT_SCORES = {"row", "x", "y", "cluster", "rating", "prompt_length", "response_length"}


@dataclass(frozen=True)
class Facts:
    """Of one number score: its spread, Spearman's rho with the response's length, agreement with people's labels."""

    spread: Spread
    length: float | None
    agreement: Agreement | None


def scorers() -> dict[str, type[Scorer]]:
    """Every scorer by name."""
    return find("curation.scorers", Scorer)


def facts(dataset: dict, table: Columns, name: str) -> Facts:
    """The facts of the number column ``name``."""
    return _facts(table, data.stamp(dataset["id"], "rows", "runs", "names", "decisions"), name)


def correlations(dataset: dict, table: Columns, name: str, others: tuple[str, ...]) -> list[tuple[str, float]]:
    """Spearman's rho of ``name`` with the other scores, the strongest first; those that cannot be told are left out."""
    return _correlations(table, data.stamp(dataset["id"], "rows", "runs", "names"), name, others)


def verdicts(table: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Rows ``(n,)`` bool that people refused (drop or fix), and that they kept; rows in dispute are in neither."""
    codes, categories = table.label("decision")
    wanted = {name: number for number, name in enumerate(categories)}
    refused = np.isin(codes, [wanted[name] for name in ("drop", "fix") if name in wanted])
    return refused, codes == wanted.get("keep", -2)


def score_names(table: Columns) -> list[str]:
    """Names of the number columns that are scores of a row."""
    return [info.name for info in table.names() if info.kind == "number" and is_score(table, info.name)]


def is_score(table: Columns, name: str) -> bool:
    """Whether a run made the column, and it is no coordinate."""
    return name not in NOT_SCORES and name in table.runs.serving


@st.cache_resource(max_entries=200, show_spinner=False)
def _facts(_table: Columns, key: tuple, name: str) -> Facts:
    values = np.asarray(_table.number(name), dtype=np.float32)
    refused, kept = verdicts(_table)
    length = np.asarray(_table.number(LENGTH), dtype=np.float32)
    return Facts(spread(values), rank_correlation(values, length), agreement(values, refused, kept))


@st.cache_resource(max_entries=200, show_spinner=False)
def _correlations(_table: Columns, key: tuple, name: str, others: tuple[str, ...]) -> list[tuple[str, float]]:
    values = np.asarray(_table.number(name), dtype=np.float32)
    found = [(other, rank_correlation(values, np.asarray(_table.number(other), dtype=np.float32))) for other in others]
    return sorted([(o, rho) for o, rho in found if rho is not None], key=lambda pair: -abs(pair[1]))

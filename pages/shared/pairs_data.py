"""Pairs of the data set, and what the person at this browser said of them."""

from typing import Any

import streamlit as st

from curation.workflow import pairs
from pages.shared import data
from pages.shared.session import person, workspace

DECIDED = ("a", "b", "tie")


def pairs_of(dataset: dict) -> list[dict[str, Any]]:
    """Pairs in order, as ``list_pairs`` gives them; read-only."""
    return _listed(data.stamp(dataset["id"], "pairs"), dataset["id"])


def agreement_of(dataset: dict) -> dict[str, Any]:
    """How far people agree, as ``pair_agreement`` gives it."""
    return _agreement(data.stamp(dataset["id"], "pairs"), dataset["id"])


def is_open(pair: dict) -> bool:
    """Whether the person at this browser has said nothing of the pair."""
    return person() not in pair["verdicts"]


def preferring(known: list[dict]) -> int:
    """On how many of the pairs people prefer one side: what can be learned from."""
    return sum(pair["preference"] in ("a", "b") for pair in known)


def differs(pair: dict) -> bool:
    """Whether people said different things of the pair."""
    return len({said for said in pair["verdicts"].values() if said in DECIDED}) > 1


@st.cache_resource(max_entries=50, show_spinner=False)
def _listed(key: tuple, dataset_id: int) -> list[dict[str, Any]]:
    return pairs.list_pairs(workspace(), dataset_id)


@st.cache_resource(max_entries=50, show_spinner=False)
def _agreement(key: tuple, dataset_id: int) -> dict[str, Any]:
    return pairs.pair_agreement(workspace(), dataset_id)

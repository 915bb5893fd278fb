"""What pruning broke, capability by capability, the budget that repairs it, the rows, and the proof."""

import streamlit as st

from pages.shared import (
    data,
    frame,
    paser_budget,
    paser_choice,
    paser_clusters,
    paser_data,
    paser_degradation,
    paser_models,
    paser_proof,
)
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments
from pages.shared.paser_data import CHOICE, CLUSTERS, DEGRADATION, MODELS, PARTS, PROOF
from pages.shared.state import keyed

KEY, PART = "paser", "part"


def look_at(part: str) -> None:
    """Show another step."""
    st.session_state[PART] = part


def next_button(part: str, done: dict[str, bool]) -> None:
    """The way to the next step, once this one is done."""
    place = PARTS.index(part) + 1
    if done[part] and place < len(PARTS):
        then = PARTS[place]
        icon, kind = ":material/arrow_forward:", "secondary" if part == CHOICE else "primary"
        label = f"Next: {then.lower()}"
        st.button(label, key=keyed(KEY, "next"), type=kind, icon=icon, on_click=look_at, args=(then,))


heading = frame.header("PASER", "What pruning broke, capability by capability, and the rows that repair it.")
dataset = frame.need_dataset(data.current(), "see what pruning broke in a model")
table = data.columns(dataset["id"])
pair = paser_data.choose_models(table)
marks = paser_data.marks(dataset, pair)
part = linked_segments(
    "Step",
    PARTS,
    PART,
    format_func=lambda one: f":material/{marks[one]}: {one}",
    label_visibility="collapsed",
)
st.caption(paser_data.SENTENCES[part])
place = keyed(KEY, part.lower(), dataset["id"])
with plain_errors():
    if part == MODELS:
        paser_models.draw(dataset, pair, heading, key=place)
    elif part == CLUSTERS:
        paser_clusters.draw(dataset, table, heading, key=place)
    elif part == DEGRADATION:
        paser_degradation.draw(dataset, pair, heading, key=place)
    elif part == CHOICE:
        paser_choice.draw(dataset, table, pair, heading, key=place)
    elif part == PROOF:
        paser_proof.draw(dataset, pair, heading, key=place)
    else:
        paser_budget.draw(dataset, pair, key=place)
with heading:
    next_button(part, {one: mark == paser_data.DONE for one, mark in marks.items()})

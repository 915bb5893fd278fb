"""What a model knows beside each answer, a revised answer to accept or reject, and how well the two agree."""

from dataclasses import replace

import numpy as np
import streamlit as st

from curation.workflow.nile.band import SCORES
from pages.shared import data, frame, nile_flow
from pages.shared.condition_bar import Chosen, condition_bar
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments
from pages.shared.nile_band import keep_band
from pages.shared.nile_clear import confidence
from pages.shared.nile_kept import kept_popover
from pages.shared.nile_known import known_or_unknown
from pages.shared.nile_queue import revisions
from pages.shared.nile_settings import TRY, models_fold, rows_choice
from pages.shared.nile_start import start_button
from pages.shared.nile_step import cancel_button, is_running
from pages.shared.nile_words import CAUTION, is_small
from pages.shared.state import keyed
from pages.shared.wording import count

KEY = "nile"
REVISIONS, BAND, KNOWN, CLEAR = "Revisions", "Keep-band", "Known or unknown", "Confidence (CLEAR)"
COLUMNS = {
    REVISIONS: ("nile_revision", "nile_revision_control"),
    BAND: SCORES,
    KNOWN: ("known",),
    CLEAR: ("clear_confidence",),
}


def whole(rows: int) -> Chosen:
    """All rows, where there is nothing to narrow yet."""
    return Chosen(np.ones(rows, bool), np.arange(rows), ())


heading = frame.header(
    "NILE", "What the model to be trained knows beside each answer, a revised answer, and how well the two agree."
)
dataset = frame.need_dataset(data.current(), "see what a model knows of its questions")
table = data.columns(dataset["id"])
with st.container(horizontal=True, vertical_alignment="top"):
    limit = rows_choice(dataset)
    kept_popover(key=keyed(KEY, "kept"))
flow = replace(models_fold(key=keyed(KEY, "models")), limit=limit)
found = {}
with plain_errors():
    found = nile_flow.states_of(dataset, flow)
if not found:
    st.stop()
nile_flow.cards(dataset, flow, found, key=keyed(KEY, "cards"))
with heading:
    if any(is_running(found[step]) for step in nile_flow.STEPS):
        cancel_button(found, key=keyed(KEY, "cancel"))
        frame.go_button("Go to Jobs", "jobs.py", key=keyed(KEY, "jobs"))
    else:
        following = nile_flow.following(dataset, flow, found)
        rows = f"Try {TRY} rows" if following.flow.limit else f"Run all {count(dataset['rows'], 'row')}"
        label = rows if following.steps else "All done"
        start_button(dataset, following.flow, following.steps, label, key=keyed(KEY, "start"))
if is_small(flow.target, flow.reviser):
    st.caption(CAUTION)

part = linked_segments("Show", [REVISIONS, BAND, KNOWN, CLEAR], "part", label_visibility="collapsed")
chosen = whole(len(table))
if any(name in table.runs.serving for name in COLUMNS[part]):
    chosen = condition_bar(dataset, table, key=KEY, actions=False)
with plain_errors():
    if part == REVISIONS:
        revisions(dataset, table, chosen, key=keyed(KEY, "revisions"))
    elif part == BAND:
        keep_band(dataset, table, chosen, key=keyed(KEY, "band"))
    elif part == KNOWN:
        known_or_unknown(dataset, table, chosen, flow, found, key=keyed(KEY, "known"))
    else:
        confidence(dataset, table, chosen, flow, found, key=keyed(KEY, "clear"))

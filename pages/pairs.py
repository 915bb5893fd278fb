"""Two rows side by side: which is better. What people prefer is what CritiQ learns from."""

import streamlit as st

from pages.shared import data, frame, pairs_adding, pairs_judge, pairs_table, state
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments
from pages.shared.pairs_data import is_open, pairs_of, preferring
from pages.shared.state import keyed
from pages.shared.wording import count

KEY = "pairs"
PARTS = {"judge": "Judge", "all": "All pairs", "add": "Add pairs"}
ENOUGH = 30

heading = frame.header("Pairs", "Two answers side by side: which is better? CritiQ learns from what people prefer.")
dataset = frame.need_dataset(data.current(), "compare its answers in pairs")
known = []
with plain_errors():
    known = pairs_of(dataset)

if not known:
    st.markdown("**No pairs yet.** Draw some from the rows, or bring in a file; then judge them one by one, by key.")
    pairs_adding.add(dataset, key=keyed(KEY, "add"))
    st.stop()

part = linked_segments(
    "Show", list(PARTS), "part", wanted=state.wanted_part.take(), format_func=PARTS.get, label_visibility="collapsed"
)
useful, left = preferring(known), sum(map(is_open, known))
with heading:
    if useful >= ENOUGH or (useful and not left):
        frame.go_button(
            "Evolve criteria", "critiq.py", key=keyed(KEY, "on"), primary=True, icon=":material/fact_check:"
        )
    elif part != "judge" and left and st.button(f"Judge {count(left, 'pair')}", key=keyed(KEY, "go"), type="primary"):
        state.wanted_part.set("judge")
        st.rerun()
with plain_errors():
    if part == "judge":
        pairs_judge.judge(dataset, known, key=keyed(KEY, "judge"))
    elif part == "add":
        pairs_adding.add(dataset, key=keyed(KEY, "add"))
    else:
        pairs_table.table(dataset, known, key=keyed(KEY, "table"))
        pairs_table.agreement(dataset, known, key=keyed(KEY, "people"))

"""One row after the other, by keyboard: keep, drop, fix, tag, note, correct."""

import streamlit as st

from curation.reviewing import in_order, neighbour
from pages.shared import data, frame, state
from pages.shared.condition_bar import condition_bar
from pages.shared.record_view import record_view
from pages.shared.review_order import order_of
from pages.shared.review_progress import decided_by_me, next_row, pace, progress
from pages.shared.state import keyed

KEY = "review"

frame.header("Review", "One row at a time: K keep, D drop, F fix, N next, P previous, U undo.")
dataset = frame.need_dataset(data.current(), "go through its rows one by one")
table = data.columns(dataset["id"])
chosen = condition_bar(dataset, table, key=KEY, actions=False)

with st.container(horizontal=True, vertical_alignment="bottom"):
    order, values = order_of(table)
    open_only = st.toggle("Skip rows I have decided", value=True, key="open", bind="query-params")

settled = decided_by_me(table)
ordered = in_order(chosen.positions, order, values)
current = state.at_row(len(table))
if current is None or current not in chosen.positions:
    current = next_row(ordered, None, settled if open_only else None)

progress(settled, chosen.positions)

if current is None:
    with frame.empty(
        "Nothing left here" if len(chosen.positions) else "No row matches",
        "You have decided every row that matches."
        if len(chosen.positions)
        else "Loosen or clear the conditions above.",
        ":material/task_alt:",
    ):
        frame.go_button("Build a subset", "subsets.py", key=keyed(KEY, "subsets"), primary=True)
else:
    state.look_at_row(current)
    pace(current)
    if settled[chosen.positions].all():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("You have decided every row that matches.")
            frame.go_button("Build a subset", "subsets.py", key=keyed(KEY, "done"))

    def go_on(position: int) -> None:
        """After a stored decision: count it and move to the next row."""
        pace(position, decided=True)
        state.look_at_row(next_row(ordered, position, settled if open_only else None, stay=True))

    def walk() -> None:
        """Back and on without deciding."""
        st.button(
            "Previous",
            key=keyed(KEY, "previous"),
            icon=":material/arrow_back:",
            shortcut="P",
            type="tertiary",
            on_click=lambda: state.look_at_row(neighbour(ordered, current, -1)),
        )
        st.button(
            "Next",
            key=keyed(KEY, "next"),
            icon=":material/arrow_forward:",
            shortcut="N",
            type="tertiary",
            on_click=lambda: state.look_at_row(next_row(ordered, current, settled if open_only else None, stay=True)),
        )

    record_view(dataset, table, current, key=KEY, after=go_on, beside=walk)

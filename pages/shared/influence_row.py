"""One influential row beside the target: the target's answer by tokens, and the row with everything known of it."""

import streamlit as st

from curation.columns import Columns
from pages.shared import influence_data
from pages.shared.errors import plain_errors
from pages.shared.influence_data import Target
from pages.shared.influence_tokens import coloured_tokens
from pages.shared.record_text import conversation
from pages.shared.record_view import record_view
from pages.shared.state import keyed
from pages.shared.wording import line, number


def target_text(target: Target, *, key: str) -> int:
    """The target's rows, one drawn as the conversation it is; the index of that one."""
    row = 0
    if len(target.samples) > 1:
        row = st.selectbox(
            "Row of the target",
            range(len(target.samples)),
            format_func=lambda n: f"{n + 1}: {line(target.samples[n].prompt or target.samples[n].response, 90)}",
            key=keyed(key, "row"),
        )
    conversation(target.samples[row])
    return row


def beside(
    dataset: dict, table: Columns, target: Target, position: int, row: int, damping: float, value: float, *, key: str
) -> None:
    """The row at ``position`` with its record, and which tokens of the target row's answer it makes more likely."""
    with st.grid(2, min_column_width=420):
        with st.container(border=True):
            st.subheader("The target's answer, by tokens", anchor=False)
            with plain_errors():
                st.caption(f"What training on row {position:,} does to each token. Influence in all: {number(value)}.")
                if influence_data.index_of(dataset) is None:
                    st.caption("Build the index to see single tokens.")
                else:
                    with st.skeleton(height=120):
                        told = influence_data.tokens_of(dataset, position, target, row, damping)
                    coloured_tokens(told["tokens"], told["values"], key=keyed(key, "tokens"))
                    st.caption("By the gradient index, on this row of the target alone.")
        with st.container(border=True), plain_errors():
            record_view(dataset, table, position, key=keyed(key, "record"))

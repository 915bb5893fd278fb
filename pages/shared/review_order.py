"""In which order one person goes through rows, as the link says it and as the page asks for it."""

import numpy as np
import streamlit as st

from curation.columns import ColumnInfo, Columns
from curation.mislabels import HIGH, suspicion
from curation.reviewing import ORDERS
from curation.workflow import mislabels
from pages.shared import state
from pages.shared.condition_editors import title_of
from pages.shared.wording import line

WORDS = {
    "file": "As in the file",
    "random": "At random",
    "highest": "Highest first",
    "lowest": "Lowest first",
    "signal": "Likely wrong first",
}


def order_of(table: Columns) -> tuple[str, np.ndarray | None]:
    """Draw the choice of an order; gives it and the values ``(n,)`` it goes by, for ``signal`` suspicious ones high."""
    order = st.selectbox(
        "Order",
        ORDERS,
        format_func=WORDS.get,
        key="order",
        bind="query-params",
        width=180,
        on_change=state.look_at_row,
        args=(None,),
    )
    if order not in ("highest", "lowest", "signal"):
        return order, None
    signals = {signal.info.name: signal for signal in mislabels.signals(table)}
    numbers = {info.name: info for info in table.names() if info.kind == "number"}
    infos = {name: signal.info for name, signal in signals.items()} if order == "signal" else numbers
    by = st.selectbox(
        "By",
        list(infos),
        format_func=lambda n: by_words(infos[n]),
        key="by",
        bind="query-params",
        width=260,
        on_change=state.look_at_row,
        args=(None,),
    )
    if not by:
        return order, None
    values = table.number(by)
    return order, suspicion(values, signals[by].known.direction) if order == "signal" else values


def by_words(info: ColumnInfo) -> str:
    """What stands in the choice, and so in the link, for a column."""
    return line(title_of(info))


def link_to(table: Columns, name: str, direction: str) -> dict[str, str]:
    """Parameters of a link to the Review page that goes by the column ``name``, its suspicious end first."""
    known = {signal.info.name: signal for signal in mislabels.signals(table)}[name]
    usual = known.known.direction == direction
    order = "signal" if usual else "highest" if direction == HIGH else "lowest"
    return {"order": WORDS[order], "by": by_words(known.info)}

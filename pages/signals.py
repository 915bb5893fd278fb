"""What training says of each row: cartography, signals, the mislabel queue, values, and where signals come from."""

import streamlit as st

from pages.shared import data, frame
from pages.shared.condition_bar import condition_bar
from pages.shared.errors import plain_errors
from pages.shared.signals_cartography import cartography
from pages.shared.signals_getting import getting
from pages.shared.signals_queue import mislabel_queue
from pages.shared.signals_table import signals_table
from pages.shared.signals_values import values_view
from pages.shared.state import keyed

KEY = "signals"
CHART, TABLE, QUEUE, VALUES, GET = "Cartography", "Signals", "Mislabel queue", "Values", "Get signals"

frame.header("Signals", "What a model made of each row while learning it, and which rows look wrongly labelled.")
dataset = frame.need_dataset(data.current(), "see what a model makes of its rows")
table = data.columns(dataset["id"])
view = st.segmented_control(
    "View",
    [CHART, TABLE, QUEUE, VALUES, GET],
    default=CHART,
    required=True,
    key="part",
    bind="query-params",
    label_visibility="collapsed",
)

if view == GET:
    getting(dataset, key=keyed(KEY, "get"))
elif view == VALUES:
    with plain_errors():
        values_view(dataset, table, key=keyed(KEY, "values"))
else:
    chosen = condition_bar(dataset, table, key=KEY)
    with plain_errors():
        if view == CHART:
            cartography(dataset, table, chosen.mask, key=keyed(KEY, "chart"))
        elif view == TABLE:
            signals_table(dataset, table, chosen.positions, key=keyed(KEY, "table"))
        else:
            mislabel_queue(dataset, table, chosen.positions, key=keyed(KEY, "queue"))

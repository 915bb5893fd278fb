"""One row epoch by epoch, where the training run or the log says so."""

import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.workflow.signal_epochs import epochs_of
from pages.shared.state import keyed
from pages.shared.wording import titled

FIRST = ("confidence", "loss")


def curves(table: Columns, position: int, *, key: str) -> None:
    """A curve of a measure over the epochs, and which measure; a line that says why there is none."""
    found = epochs_of(table, position)
    measures = [name for name in found if name != "epoch"]
    if not measures:
        st.caption("No measures epoch by epoch for this row.")
        return
    ordered = [name for name in FIRST if name in measures]
    ordered += [name for name in measures if name not in FIRST]
    chosen = st.segmented_control(
        "Over the epochs", ordered, default=ordered[0], required=True, format_func=titled, key=keyed(key, "measure")
    )
    shown = pd.DataFrame({"epoch": found["epoch"], "value": found[chosen]}).dropna()
    spec = {
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "epoch", "type": "ordinal", "axis": {"title": "epoch", "labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "axis": {"title": titled(chosen), "tickCount": 4}},
            "tooltip": [
                {"field": "epoch", "type": "ordinal"},
                {"field": "value", "type": "quantitative", "format": ".4~g"},
            ],
        },
        "height": 160,
    }
    st.vega_lite_chart(shown, spec, key=keyed(key, "curve"), alt=f"{titled(chosen)} over the epochs")

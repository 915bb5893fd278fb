"""The histogram of a score with its keep-band."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.workflow.nile.band import Band


def band_histogram(values: np.ndarray, band: Band, title: str, *, key: str) -> None:
    """Draw the known ``values`` (n,), bars outside the band pale, with a line at each edge."""
    table = _cut_bins(values, band)
    spec = {
        "height": 180,
        "layer": [
            {
                "mark": {"type": "bar", "binSpacing": 0},
                "encoding": {
                    "x": {
                        "field": "low",
                        "type": "quantitative",
                        "bin": "binned",
                        "axis": {"title": title, "grid": False},
                        "scale": {"zero": False},
                    },
                    "x2": {"field": "high"},
                    "y": {"field": "rows", "type": "quantitative", "axis": {"title": "rows", "tickCount": 3}},
                    "opacity": {"condition": {"test": "datum.kept", "value": 1}, "value": 0.25},
                    "tooltip": [
                        {"field": "low", "type": "quantitative", "format": ".4~g", "title": "from"},
                        {"field": "high", "type": "quantitative", "format": ".4~g", "title": "to"},
                        {"field": "rows", "type": "quantitative", "format": ","},
                    ],
                },
            },
            *[
                {
                    "data": {"values": [{"edge": edge}]},
                    "mark": {"type": "rule", "strokeWidth": 2},
                    "encoding": {"x": {"field": "edge", "type": "quantitative"}},
                }
                for edge in (band.low, band.high)
                if edge is not None and table["low"].min() <= edge <= table["high"].max()
            ],
        ],
    }
    st.vega_lite_chart(table, spec, key=key, alt=f"Histogram of {title} with the keep-band")


def _cut_bins(values: np.ndarray, band: Band, bins: int = 40) -> pd.DataFrame:
    """Bins (low, high, rows, kept) that end at the band's edges; outliers count in the end bins."""
    known = values[~np.isnan(values)].astype(np.float64)
    low, high = np.quantile(known, [0.005, 0.995])
    if low == high:
        low, high = known.min() - 0.5, known.max() + 0.5
    inner = [edge for edge in (band.low, band.high) if edge is not None and low < edge < high]
    edges = np.unique([*np.linspace(low, high, bins + 1), *inner])
    rows, _ = np.histogram(np.clip(known, low, high), edges)
    middle = (edges[:-1] + edges[1:]) / 2
    kept = (middle >= (-np.inf if band.low is None else band.low)) & (
        middle <= (np.inf if band.high is None else band.high)
    )
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "rows": rows, "kept": kept})

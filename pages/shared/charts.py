"""Charts that follow the theme: at most a few dozen marks each, binned here, never a table sent to the browser.

The two that pages draw at every run are plain Vega-Lite: building them by Altair's classes takes 20 ms each.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from pages.shared.wording import line

LIGHT = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#b8860b", "#7a4a99", "#5b6876"]
DARK = ["#56b4e9", "#f0934e", "#2fbf98", "#e39cc4", "#9ad0f5", "#e6b94a", "#c9a2e4", "#9aa8b6"]


def palette() -> list[str]:
    """Eight colours that stay apart for colour-blind eyes, for the theme in use (for figures not drawn by Altair)."""
    return list(DARK if st.context.theme.type == "dark" else LIGHT)


def bounds(values: np.ndarray, trim: float = 0.005) -> tuple[float, float] | None:
    """The range that a chart of ``values`` (n,) shows: all but the outermost ``trim`` at each end; None if empty."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [trim, 1 - trim])
    if low == high:
        low, high = known.min(), known.max()
    return float(low), float(high)


def binned(values: np.ndarray, bins: int = 40) -> pd.DataFrame:
    """Histogram of ``values`` (n,) as a table: low, high, rows. Values outside the bounds count in the end bins."""
    limits = bounds(values)
    if limits is None:
        return pd.DataFrame({"low": [], "high": [], "rows": []})
    low, high = limits
    known = np.clip(values[np.isfinite(values)].astype(np.float64), low, high)
    if low == high:
        return pd.DataFrame({"low": [low - 0.5], "high": [high + 0.5], "rows": [len(known)]})
    if float(low).is_integer() and float(high).is_integer() and high - low < bins:
        edges = np.arange(low - 0.5, high + 1.5)
    else:
        edges = np.linspace(low, high, bins + 1)
    rows, edges = np.histogram(known, edges)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "rows": rows})


def histogram(table: pd.DataFrame, title: str, *, height: int = 140, axes: bool = True, key: str | None = None) -> None:
    """Draw a table of ``binned``; ``title`` names the value on the axis."""
    if table.empty:
        st.caption("No row has a value.")
        return
    x = {"title": title, "grid": False, "labelOverlap": True} if axes else None
    y = {"title": "rows", "grid": True, "tickCount": 3} if axes else None
    spec = {
        "mark": {"type": "bar", "binSpacing": 0},
        "encoding": {
            "x": {"field": "low", "type": "quantitative", "bin": "binned", "axis": x},
            "x2": {"field": "high"},
            "y": {"field": "rows", "type": "quantitative", "axis": y},
            "tooltip": [
                {"field": "low", "type": "quantitative", "format": ".4~g", "title": "from"},
                {"field": "high", "type": "quantitative", "format": ".4~g", "title": "to"},
                {"field": "rows", "type": "quantitative", "format": ","},
            ],
        },
        "height": height,
    }
    st.vega_lite_chart(table, spec, key=key, alt=f"Histogram of {title}")


def bars(names: Sequence[str], values: Sequence[float], *, unit: str = "rows", key: str | None = None) -> None:
    """Horizontal bars, the first name on top; names are foreign text and are cut."""
    table = pd.DataFrame({"name": [line(name, 60) for name in names], unit: values})
    spec = {
        "mark": "bar",
        "encoding": {
            "x": {"field": unit, "type": "quantitative", "axis": {"tickCount": 4}},
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 260, "labelOverlap": False},
            },
            "tooltip": [
                {"field": "name", "type": "nominal"},
                {"field": unit, "type": "quantitative", "format": ",.4~g"},
            ],
        },
        "height": 24 * len(table) + 56,
    }
    st.vega_lite_chart(table, spec, key=key, alt=f"Bars of {unit} by name")


def density(x: np.ndarray, y: np.ndarray, x_title: str, y_title: str, *, key: str, bins: int = 36) -> dict | None:
    """Two values of the same rows (n,) against each other, as a grid of counts in which a region can be dragged.

    Gives ``{"x": (low, high), "y": (low, high)}`` of the region, None when there is none.
    """
    both = np.isfinite(x) & np.isfinite(y)
    spans = bounds(x[both]), bounds(y[both])
    if None in spans:
        st.caption("No row has both values yet.")
        return None
    ranges = [(low, high if high > low else low + 1) for low, high in spans]
    clipped = [np.clip(v[both].astype(np.float64), *span) for v, span in zip((x, y), ranges, strict=True)]
    grid, x_edges, y_edges = np.histogram2d(*clipped, bins=bins, range=ranges)
    columns, rows = np.nonzero(grid)
    table = pd.DataFrame(
        {
            "x": x_edges[columns],
            "x2": x_edges[columns + 1],
            "y": y_edges[rows],
            "y2": y_edges[rows + 1],
            "rows": grid[columns, rows].astype(int),
        }
    )
    brush = alt.selection_interval(name="region", encodings=["x", "y"])
    chart = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X("x:Q", title=x_title, scale=alt.Scale(domain=ranges[0], nice=False)),
            x2="x2",
            y=alt.Y("y:Q", title=y_title, scale=alt.Scale(domain=ranges[1], nice=False)),
            y2="y2",
            color=alt.Color("rows:Q", scale=alt.Scale(type="log"), legend=alt.Legend(title="rows", tickCount=3)),
            tooltip=[alt.Tooltip("rows:Q", format=",")],
        )
        .add_params(brush)
        .properties(height=380)
    )
    event = st.altair_chart(chart, key=key, on_select="rerun", alt=f"Density of {y_title} against {x_title}")
    region = event.selection.get("region") or {}
    if not region.get("x") or not region.get("y"):
        return None
    return {axis: (min(region[axis]), max(region[axis])) for axis in ("x", "y")}

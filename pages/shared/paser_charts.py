"""Charts of the PASER page: bars with intervals, a mixture against the computed one, and what training won back."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.shared import charts
from pages.shared.wording import line

ROOM = 72
NOTHING = 0.1
LIGHT_INK, DARK_INK = "#1b2530", "#f2f5f8"
NAMES = {"title": None, "labelOverlap": False}


def _names(table: pd.DataFrame, limit: int = 240) -> dict:
    axis = NAMES | {"labelLimit": limit}
    return {"field": "name", "type": "nominal", "sort": None, "axis": axis, "scale": {"domain": list(table["name"])}}


def numbered(names: Sequence[str]) -> list[str]:
    """Foreign names on one line each; those that would be equal on the chart get their number."""
    short = [line(name, 44) for name in names]
    return [f"{name} ({place})" if short.count(name) > 1 else name for place, name in enumerate(short)]


def intervals(table: pd.DataFrame, title: str, *, key: str, alt: str) -> None:
    """Horizontal bars with 95 % intervals: ``name``, ``mean``, ``low``, ``high``, ``told`` (for the hover)."""
    ink = DARK_INK if st.context.theme.type == "dark" else LIGHT_INK
    hover = [{"field": "name", "type": "nominal"}, {"field": "told", "type": "nominal", "title": title}]
    axis = {"title": title, "tickCount": 5, "labelFlush": True}
    mean = {"field": "mean", "type": "quantitative", "axis": axis, "scale": {"zero": True}}
    if not table[["mean", "high"]].max().max() > 0:
        mean["scale"] = {"domain": [0, NOTHING]}
    bars = {"mark": {"type": "bar", "height": {"band": 0.6}}, "encoding": {"x": mean, "tooltip": hover}}
    spans = {
        "mark": {"type": "rule", "strokeWidth": 2, "color": ink},
        "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}, "tooltip": hover},
    }
    spec = {"encoding": {"y": _names(table)}, "layer": [bars, spans], "height": 26 * len(table) + ROOM}
    st.vega_lite_chart(table, spec, key=key, alt=alt)


def mixture(table: pd.DataFrame, *, key: str, alt: str) -> None:
    """Bars of ``rows`` on the pale room of ``size`` rows, a tick at ``computed``: one ``name`` a line."""
    colours = charts.palette()
    axis = {"title": "rows", "tickCount": 5, "format": "d"}
    hover = [
        {"field": name, "type": "nominal" if name == "name" else "quantitative", "title": title}
        for name, title in (("name", "capability"), ("rows", "rows"), ("computed", "computed"), ("size", "to choose"))
    ]
    layers = [
        {"mark": {"type": "bar", "height": {"band": 0.7}, "color": colours[7], "opacity": 0.15}, "field": "size"},
        {"mark": {"type": "bar", "height": {"band": 0.45}, "color": colours[0]}, "field": "rows"},
        {"mark": {"type": "tick", "thickness": 3, "color": colours[1], "height": 16}, "field": "computed"},
    ]
    drawn = [
        {
            "mark": layer["mark"],
            "encoding": {
                "x": {"field": layer["field"], "type": "quantitative", "axis": axis, "stack": None},
                "tooltip": hover,
            },
        }
        for layer in layers
    ]
    spec = {"encoding": {"y": _names(table, 120)}, "layer": drawn, "height": 26 * len(table) + ROOM}
    st.vega_lite_chart(table, spec, key=key, alt=alt)


def recovered(table: pd.DataFrame, levels: pd.DataFrame, *, key: str, alt: str) -> None:
    """Points with 95 % intervals by set (``name``, ``mean``, ``low``, ``high``, ``told``), and upright lines at
    ``levels`` (``mean``, ``name``): the models that nothing was trained on."""
    colours = charts.palette()
    hover = [{"field": "name", "type": "nominal"}, {"field": "told", "type": "nominal", "title": "loss"}]
    x = {
        "field": "mean",
        "type": "quantitative",
        "axis": {
            "title": "mean held-out loss over capabilities, nats a token (less is better)",
            "tickCount": 6,
            "labelFlush": True,
        },
        "scale": {"zero": False, "padding": 16},
    }
    upright = {
        "data": {"values": levels.to_dict("records")},
        "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 2},
        "encoding": {
            "x": {"field": "mean", "type": "quantitative"},
            "color": {
                "field": "name",
                "type": "nominal",
                "scale": {"domain": list(levels["name"]), "range": [colours[2], colours[1]][: len(levels)]},
                "legend": {"title": None, "orient": "top", "symbolType": "stroke"},
            },
            "tooltip": hover,
        },
    }
    y = {"y": _names(table)}
    spans = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": colours[0]},
        "encoding": y | {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}, "tooltip": hover},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 110, "color": colours[0], "opacity": 1},
        "encoding": y | {"x": x, "tooltip": hover},
    }
    spec = {"layer": [upright, spans, points], "height": 34 * len(table) + ROOM + 24}
    st.vega_lite_chart(table, spec, key=key, alt=alt)

"""Shifts of numbers and of mixtures: effect sizes with 95 % bounds, in words beside every chart."""

import pandas as pd
import streamlit as st

from curation.comparing.difference import Difference
from curation.comparing.shifts import Mixture, Shift
from pages.shared import charts
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, number, share, titled

DRAWN, SHOWN = 14, 200
FIRST = 2


def shifts(found: Difference, *, key: str) -> None:
    """Numbers as one chart and table, then each mixture."""
    st.caption(
        "Effect is Cliff's delta: how much likelier a row of the proposal has the higher value than a row of the base, "
        "less how much likelier the lower. Bounds are 95 %, for rows of this kind; rows that both have count once."
    )
    if found.numbers:
        _numbers(found.numbers, key)
    for place, (info, one) in enumerate(found.labels):
        title = clean(info.title or titled(info.name), 100)
        fold = st.expander(f"{title}: {_moved(one)}", expanded=place < FIRST, key=keyed(key, "mix", info.name))
        with fold:
            _mixture(one, keyed(key, "mixture", info.name))


def _numbers(numbers: list, key: str) -> None:
    titles = [clean(info.title or titled(info.name), 60) for info, _ in numbers]
    told = [(title, one) for title, (_, one) in zip(titles, numbers, strict=True) if one.effect is not None]
    if told:
        table = pd.DataFrame(
            {
                "name": [title for title, _ in told[:DRAWN]],
                "effect": [one.effect for _, one in told[:DRAWN]],
                "low": [one.low for _, one in told[:DRAWN]],
                "high": [one.high for _, one in told[:DRAWN]],
                "told": [in_words(one) for _, one in told[:DRAWN]],
            }
        )
        _effects(table, key=keyed(key, "effects"))
    shown = pd.DataFrame(
        {
            "Measure": titles,
            "Median before": [number(one.before_median) for _, one in numbers],
            "After": [number(one.after_median) for _, one in numbers],
            "Mean before": [number(one.before_mean) for _, one in numbers],
            "After ": [number(one.after_mean) for _, one in numbers],
            "Effect": ["-" if one.effect is None else f"{one.effect:+.3f}" for _, one in numbers],
            "95 % bounds": ["-" if one.effect is None else f"{one.low:+.3f} to {one.high:+.3f}" for _, one in numbers],
            "In words": [in_words(one) for _, one in numbers],
        }
    )
    st.dataframe(shown, hide_index=True, key=keyed(key, "numbers"), alt="Shifts of numbers")


def in_words(one: Shift) -> str:
    """``lower: in 57 of 100 pairs``, or that nothing can be told."""
    if one.effect is None:
        return f"too few rows ({one.before_rows:,} and {one.after_rows:,})"
    if one.low <= 0 <= one.high:
        return "no shift that can be told"
    often = round(50 * (1 + abs(one.effect)))
    return f"{'higher' if one.effect > 0 else 'lower'} in {often} of 100 pairs"


def _effects(table: pd.DataFrame, *, key: str) -> None:
    """Points with intervals around the line of no effect."""
    colours = charts.palette()
    hover = [{"field": "name", "type": "nominal"}, {"field": "told", "type": "nominal", "title": "shift"}]
    axis = {"labelLimit": 220, "labelOverlap": False, "title": None}
    y = {"y": {"field": "name", "type": "nominal", "sort": None, "axis": axis}}
    x = {"field": "effect", "type": "quantitative", "axis": {"title": "lower ← effect → higher", "tickCount": 5}}
    zero = {
        "data": {"values": [{"at": 0}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": colours[7]},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }
    spans = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": colours[0]},
        "encoding": y | {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}, "tooltip": hover},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 90, "color": colours[0], "opacity": 1},
        "encoding": y | {"x": x, "tooltip": hover},
    }
    spec = {"layer": [zero, spans, points], "height": 26 * len(table) + 48}
    st.vega_lite_chart(table, spec, key=key, alt="Effects with their bounds")


def _moved(one: Mixture) -> str:
    return f"{share(one.moved)} moved ({share(one.low)} to {share(one.high)})"


def _mixture(one: Mixture, key: str) -> None:
    shares = one.shares[:SHOWN]
    st.caption(
        f"{count(one.before_rows, 'row')} before, {one.after_rows:,} after. Moved: the share of rows that would "
        "have to change to make one mixture the other."
    )
    table = pd.DataFrame(
        {
            "Value": [line(part.name, 80) for part in shares],
            "Before": [part.before for part in shares],
            "After": [part.after for part in shares],
            "Share before": [100 * part.before / one.before_rows for part in shares],
            "Share after": [100 * part.after / one.after_rows for part in shares],
            "Difference, points": [f"{100 * part.difference:+.2f}" for part in shares],
            "95 % bounds": [f"{100 * part.low:+.2f} to {100 * part.high:+.2f}" for part in shares],
        }
    )
    most = max(1.0, float(table[["Share before", "Share after"]].to_numpy().max()))
    config = {
        name: st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=most, width=110)
        for name in ("Share before", "Share after")
    }
    config |= {name: st.column_config.NumberColumn(format="localized", width=80) for name in ("Before", "After")}
    st.dataframe(table, hide_index=True, column_config=config, key=key, alt="Shares before and after")
    if len(one.shares) > SHOWN:
        st.caption(f"The {SHOWN} values that moved most, of {len(one.shares):,}.")

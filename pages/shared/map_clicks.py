"""Clicks on the map while lasso or box is the tool: Streamlit reports the chart's clicks only outside these two."""

import numpy as np
import streamlit as st

from pages.shared import state

JS = """
const LOOK_EVERY = 400

export default function (component) {
  const { setTriggerValue } = component
  let watched = null

  const tell = event => {
    const dot = event.points && event.points[0]
    if (dot && dot.customdata !== undefined) setTriggerValue("clicked", { x: dot.x, y: dot.y })
  }
  const look = () => {
    const plot = document.querySelector(".js-plotly-plot")
    if (plot === watched || !plot || !plot.on) return
    plot.on("plotly_click", tell)
    watched = plot
  }
  look()
  const timer = setInterval(look, LOOK_EVERY)
  return () => {
    clearInterval(timer)
    if (watched && watched.removeListener) watched.removeListener("plotly_click", tell)
  }
}
"""

_component = st.components.v2.component("winnow_map_clicks", html="<span hidden></span>", js=JS)


def watch_clicks(points, *, key: str) -> None:
    """Look at the row of the dot that is clicked: the one nearest to its place in ``points``, the browser's own indices
    are not trusted. Draw it once, beside the chart."""
    _component(key=key, on_clicked_change=lambda: _look(points, key))


def _look(points, key: str) -> None:
    told = st.session_state[key].clicked
    try:
        x, y = float(told["x"]), float(told["y"])
    except (TypeError, KeyError, ValueError):
        return
    distance = (points.x - x) ** 2 + (points.y - y) ** 2
    if np.isfinite(distance).any():
        state.look_at_row(int(np.nanargmin(distance)))

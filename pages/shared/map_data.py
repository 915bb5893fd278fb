"""What the map draws, made once for each state of the data set and shared by all sessions."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from curation.columns import ColumnInfo, Columns
from curation.projection.sample import draw_sample
from curation.workflow import mapping
from pages.shared import charts, data, map_figure
from pages.shared.condition_editors import title_of
from pages.shared.session import workspace
from pages.shared.wording import count, listed

DRAWN = 20_000
CLUSTER = "cluster_name"
PLAIN = ""
LIGHT_SCALE = ["#c6dbef", "#6baed6", "#2171b5", "#08306b"]
DARK_SCALE = ["#16405f", "#2a78ad", "#6fb7e6", "#e3f2fd"]


def points_of(dataset: dict):
    """The newest map of the data set (``mapping.map_points``), None while there is none."""
    return mapping.map_points(workspace(), dataset["id"])


def drawn_of(dataset: dict, points) -> np.ndarray:
    """Positions that are drawn: all rows up to 20,000, a density-aware sample of them beyond."""
    return _drawn(points, (dataset["id"], points.run_id))


def colour_choices(table: Columns) -> dict[str, ColumnInfo | None]:
    """Columns that dots can be coloured by, the cluster first; "" for one colour."""
    infos = {info.name: info for info in table.names()}
    hidden = {"x", "y", "cluster", "row"}
    fitting = {name: info for name, info in infos.items() if info.kind in ("number", "label") and name not in hidden}
    first = {CLUSTER: fitting.pop(CLUSTER)} if CLUSTER in fitting else {}
    return first | fitting | {PLAIN: None}


def chart_of(
    dataset: dict, table: Columns, points, kept: np.ndarray, clauses: tuple, name: str, size: int
) -> go.Figure:
    """The figure of the map for these conditions and this colouring; a fresh copy, safe to add to."""
    dark = st.context.theme.type == "dark"
    names = [name] if name else []
    stamp = data.stamp(dataset["id"], "rows", "runs", "names", *(["decisions"] if clauses else data.kinds_of(names)))
    key = (stamp, points.run_id, clauses, name, size, dark)
    made = _chart(table, points, drawn_of(dataset, points), kept, key)
    return go.Figure(made)


def cut_words(dataset: dict, table: Columns) -> str:
    """How many texts were longer than the embedder reads; empty where none was."""
    parts = []
    for name, noun in (("prompt_truncated", "prompt"), ("response_truncated", "response")):
        if name in table.runs.serving:
            cut = int(np.count_nonzero(data.clause_mask(table, dataset["id"], f"{name} = 1")))
            parts += [count(cut, noun)] if cut else []
    return f"Longer than the embedder reads, so placed by their beginning: {listed(parts)}. " if parts else ""


@st.cache_resource(max_entries=8, show_spinner=False)
def _drawn(_points, key: tuple) -> np.ndarray:
    return draw_sample(_points.x, _points.y, limit=DRAWN)


@st.cache_resource(max_entries=24, show_spinner=False)
def _chart(_table: Columns, _points, _drawn: np.ndarray, _kept: np.ndarray, key: tuple) -> go.Figure:
    *_, name, size, dark = key
    scale = DARK_SCALE if dark else LIGHT_SCALE
    palette = charts.DARK if dark else charts.LIGHT
    ink, paper = ("#e6ecf2", "#1c252e") if dark else ("#1b2530", "#ffffff")
    return map_figure.figure(_points, _drawn, _kept, colouring(_table, name), size, palette, scale, ink, paper)


def colouring(table: Columns, name: str) -> map_figure.Colouring:
    """What dots are coloured by, given a column; one colour where there is none of that name."""
    info = next((info for info in table.names() if info.name == name), None)
    if info is None:
        return map_figure.Colouring("rows", codes=np.zeros(len(table), np.int64), groups=("rows",))
    if info.kind == "number":
        return map_figure.Colouring(title_of(info), values=np.asarray(table.number(name)))
    codes, categories = table.label(name)
    return map_figure.Colouring(title_of(info), codes=np.asarray(codes), groups=tuple(categories))

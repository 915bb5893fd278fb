"""The figure of the map: dots, never texts. What is drawn is a sample; what is selected is decided over all rows."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from pages.shared.wording import line

NOISE = "#9aa3ad"
MOST_GROUPS = 8
NAMES_SHOWN = 24
LETTER, LINE = 0.016, 0.05
DOTS = {"Small": 3, "Medium": 5, "Large": 8}


@dataclass(frozen=True)
class Colouring:
    """What the dots are coloured by: ``values`` (n,) numbers, or ``codes`` (n,) into ``groups``; -1 or NaN = none."""

    title: str
    values: np.ndarray | None = None
    codes: np.ndarray | None = None
    groups: tuple[str, ...] = ()


def figure(
    points,
    drawn: np.ndarray,
    kept: np.ndarray,
    colouring: Colouring,
    size: int,
    palette: list[str],
    scale: list[str],
    ink: str,
    paper: str,
) -> go.Figure:
    """Dots at ``drawn`` (k,) of ``points`` (x, y of all rows); those outside ``kept`` (n,) bool are pale and silent."""
    inside, outside = drawn[kept[drawn]], drawn[~kept[drawn]]
    chart = go.Figure()
    if len(outside):
        chart.add_trace(_pale(points, outside, size))
    if colouring.values is not None:
        _numbers(chart, points, inside, colouring, size, scale)
    else:
        _groups(chart, points, inside, colouring, size, palette)
    return chart.update_layout(annotations=_names(points, ink, paper), **_layout())


def mark(chart: go.Figure, points, positions: np.ndarray, title: str, colour: str) -> go.Figure:
    """Rings around rows that a search found or that are looked at."""
    chart.add_trace(
        go.Scattergl(
            x=points.x[positions],
            y=points.y[positions],
            mode="markers",
            name=title,
            customdata=positions.astype(np.int32),
            hovertemplate="row %{customdata}<extra></extra>",
            marker={"size": 12, "color": "rgba(0,0,0,0)", "line": {"width": 2, "color": colour}},
        )
    )
    return chart


def _pale(points, positions, size):
    return go.Scattergl(
        x=points.x[positions],
        y=points.y[positions],
        mode="markers",
        name="outside the conditions",
        hoverinfo="skip",
        marker={"size": max(size - 1, 2), "color": NOISE, "opacity": 0.15},
    )


def _numbers(chart, points, positions, colouring, size, scale):
    values = colouring.values[positions]
    known = values[~np.isnan(values)]
    low, high = np.quantile(known, [0.02, 0.98]) if len(known) else (0.0, 1.0)
    missing, present = positions[np.isnan(values)], positions[~np.isnan(values)]
    if len(missing):
        chart.add_trace(_dots(points, missing, "no value", NOISE, size, 0.35))
    chart.add_trace(
        go.Scattergl(
            x=points.x[present],
            y=points.y[present],
            mode="markers",
            name=line(colouring.title, 40),
            showlegend=False,
            customdata=np.stack([present, colouring.values[present]], axis=1).astype(np.float32),
            hovertemplate="row %{customdata[0]:.0f}<br>"
            + _safe(colouring.title)
            + " %{customdata[1]:.4g}<extra></extra>",
            marker={
                "size": size,
                "opacity": 0.8,
                "color": known,
                "cmin": float(low),
                "cmax": float(high if high > low else low + 1),
                "colorscale": scale,
                "colorbar": {"title": {"text": _safe(colouring.title), "side": "right"}, "thickness": 12, "len": 0.8},
            },
        )
    )


def _groups(chart, points, positions, colouring, size, palette):
    codes = colouring.codes[positions]
    counts = np.bincount(codes[codes >= 0], minlength=len(colouring.groups))
    order = np.argsort(-counts, kind="stable")
    shown = [g for g in order if counts[g]]
    none = positions[codes < 0]
    if len(none):
        chart.add_trace(_dots(points, none, "none", NOISE, size, 0.4))
    first, others = shown[:MOST_GROUPS], shown[MOST_GROUPS:]
    if others:
        rest = positions[np.isin(codes, others)]
        chart.add_trace(_dots(points, rest, f"{len(others)} others", "#5b6876", size, 0.45))
    for number, group in enumerate(first):
        name = _safe(colouring.groups[group], 34)
        chart.add_trace(_dots(points, positions[codes == group], name, palette[number % len(palette)], size, 0.75))


def _dots(points, positions, name, colour, size, opacity):
    return go.Scattergl(
        x=points.x[positions],
        y=points.y[positions],
        mode="markers",
        name=name,
        customdata=positions.astype(np.int32),
        hovertemplate="row %{customdata}<br>" + name + "<extra></extra>",
        marker={"size": size, "color": colour, "opacity": opacity},
    )


def _names(points, ink: str, paper: str) -> list[dict]:
    """Cluster names at their centres, the largest clusters first; a name that would cover another is left out."""
    spans = [float(np.nanmax(v) - np.nanmin(v)) or 1.0 for v in (points.x, points.y)]
    placed, names = [], []
    look = {"showarrow": False, "font": {"size": 11, "color": ink}, "bgcolor": paper, "borderpad": 1, "opacity": 0.85}
    for cluster in sorted(points.clusters, key=lambda c: -c["size"]):
        x, y = cluster["centre"]
        text = _safe(cluster["name"], 28)
        wide, high = spans[0] * LETTER * len(text), spans[1] * LINE
        if len(placed) == NAMES_SHOWN or any(abs(x - a) < (wide + w) / 2 and abs(y - b) < high for a, b, w in placed):
            continue
        placed.append((x, y, wide))
        names.append({"x": x, "y": y, "text": text, **look})
    return names


def _safe(text: str, limit: int = 40) -> str:
    """Foreign text for Plotly, which reads a little HTML and its own placeholders."""
    swaps = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "%{": "% {"}
    short = line(text, limit)
    for old, new in swaps.items():
        short = short.replace(old, new)
    return short


def _layout() -> dict:
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    return {
        "height": 640,
        "margin": {"l": 24, "r": 8, "t": 8, "b": 24},
        "dragmode": "lasso",
        "uirevision": "map",
        "xaxis": axis | {"title": {"text": "UMAP 1", "standoff": 4}},
        "yaxis": axis | {"title": {"text": "UMAP 2", "standoff": 4}},
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "itemsizing": "constant"},
        "hoverlabel": {"align": "left"},
    }

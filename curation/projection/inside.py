"""Which of all rows lie inside what was drawn on the map."""

import numpy as np


def inside_polygon(x: np.ndarray, y: np.ndarray, vertices) -> np.ndarray:
    """Positions int64, in file order, of the points inside or on the polygon ``[(x, y), …]`` of three vertices or more.

    Where a freehand line crosses itself, what an odd number of turns encloses is inside, as the figure shows it.
    Points without coordinates (NaN) are never inside. ValueError where the line encloses nothing.
    """
    import shapely

    corners = _numbers(vertices, "polygon")
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise ValueError("a polygon needs at least three points, each an x and a y: draw a larger one")
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = inside_box(x, y, (low[0], high[0]), (low[1], high[1]))
    area = shapely.make_valid(shapely.Polygon(corners))
    if area.area == 0:
        raise ValueError("the line drawn encloses no area: draw it around some points")
    shapely.prepare(area)
    return near[shapely.intersects_xy(area, np.asarray(x)[near], np.asarray(y)[near])]


def inside_box(x: np.ndarray, y: np.ndarray, x_range, y_range) -> np.ndarray:
    """Positions int64, in file order, of the points in the closed box; the ends of a range come in either order."""
    left, right = np.sort(_numbers(x_range, "box"))
    low, high = np.sort(_numbers(y_range, "box"))
    return np.flatnonzero((x >= left) & (x <= right) & (y >= low) & (y <= high))


def _numbers(values, what):
    try:
        numbers = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"the {what} must be made of numbers") from None
    if numbers.size == 0 or not np.isfinite(numbers).all():
        raise ValueError(f"the {what} must be made of finite numbers")
    if what == "box" and numbers.shape != (2,):
        raise ValueError("a box needs two ends for x and two for y")
    return numbers

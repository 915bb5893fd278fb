"""Server time of a lasso: the rows inside it and what is said of them, over 52,002 and over a million points.

Run: python -m tests.bench.lasso. Vectors and places are random. Prints one JSON line; exits 1 where a lasso over 52,002
rows takes more than 0.3 s. The first lasso, which maps the files into memory, is told apart.
"""

import json
import tempfile
import time
from pathlib import Path

import numpy as np

from curation.workflow import mapping
from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from tests.mapped import add_map, unit_vectors
from tests.workflow.scored import add_scores

SIZES = {52_002: 384, 1_000_000: 64}
LASSOS, CORNERS = 30, 80
LIMIT = 0.3


def prepare(ws: Workspace, folder: Path, rows: int, dimensions: int) -> int:
    """A data set of ``rows`` rows with a map and three scores; its id."""
    file = folder / "rows.jsonl"
    with file.open("w") as out:
        out.writelines(f'{{"instruction": "question {row}", "output": "answer {row}"}}\n' for row in range(rows))
    number = import_file(ws, file, "rows")["id"]
    file.unlink()
    add_map(ws, number, [""] * rows, *unit_vectors(rows, 60, dimensions))
    drawn = np.random.default_rng(0)
    add_scores(ws, number, "made_up", one=drawn.random(rows), two=drawn.random(rows), three=drawn.random(rows))
    return number


def lasso(points, number: int) -> list[tuple[float, float]]:
    """A wobbly loop around some row, about a third of the map wide."""
    random = np.random.default_rng(number)
    centre = random.integers(len(points.x))
    radius = 0.17 * float(np.ptp(points.x)) * random.uniform(0.7, 1.3, CORNERS)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    x, y = points.x[centre] + radius * np.cos(angle), points.y[centre] + radius * np.sin(angle)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def timed(ws: Workspace, number: int, polygon) -> tuple[float, float, int]:
    """Seconds to find the rows inside, seconds to sum them up, and how many they are."""
    started = time.perf_counter()
    inside = mapping.inside(ws, number, polygon=polygon)
    found = time.perf_counter()
    if len(inside):
        mapping.selection_summary(ws, number, inside)
    return found - started, time.perf_counter() - found, len(inside)


def measure(rows: int, dimensions: int) -> dict:
    with tempfile.TemporaryDirectory() as name, Workspace.open(Path(name) / "workspace") as ws:
        number = prepare(ws, Path(name), rows, dimensions)
        points = mapping.map_points(ws, number)
        first = timed(ws, number, lasso(points, 0))
        inside, summary, taken = zip(*(timed(ws, number, lasso(points, n)) for n in range(1, LASSOS)), strict=True)
    total = np.add(inside, summary)
    return {
        "dimensions": dimensions,
        "median_rows_inside": int(np.median(taken)),
        "first_s": round(first[0] + first[1], 3),
        "inside_p50_s": round(float(np.median(inside)), 4),
        "summary_p50_s": round(float(np.median(summary)), 4),
        "p50_s": round(float(np.median(total)), 4),
        "p95_s": round(float(np.quantile(total, 0.95)), 4),
    }


def main() -> int:
    made = {rows: measure(rows, dimensions) for rows, dimensions in SIZES.items()}
    passed = made[52_002]["p95_s"] <= LIMIT
    print(json.dumps({"bench": "lasso", "rows": made, "corners": CORNERS, "passed": passed}))
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""Page time of Map and Scores on 52,002 rows with 1 and with 10 sessions, by one client that is no browser.

Run: python -m tests.bench.page_time [--workspace DIR --dataset NAME] [--changes 20] [--think 2].
A workspace that is not there is made, with random unit vectors as the embedding, their two main components as the map,
and random scores. Every session opens a page and then changes its widgets; between two changes its person thinks for
``--think`` seconds on average (0: none does). Prints one JSON line; exits 1 where a 95th percentile is over one second.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from curation.workflow import mapping
from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from tests.bench.streamlit_session import Run, Session
from tests.browser.serving import Served
from tests.mapped import add_map, unit_vectors
from tests.workflow.scored import add_scores

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"
DIMENSIONS, GROUPS = 384, 60
LIMIT = 1.0
MARK = "random-vectors"


def prepare(folder: Path) -> None:
    """A workspace with Alpaca, a map of random vectors and random scores."""
    with Workspace.open(folder) as ws:
        (folder / MARK).touch()
        made = import_file(ws, SOURCE, "alpaca")
        rows = made["rows"]
        with SOURCE.open(encoding="utf-8") as file:
            prompts = [json.loads(line)["instruction"] for line in file]
        add_map(ws, made["id"], prompts, *unit_vectors(rows, GROUPS, DIMENSIONS))
        drawn = np.random.default_rng(0)
        tokens = {"prompt_tokens": drawn.poisson(20, rows), "response_tokens": drawn.geometric(0.01, rows)}
        add_scores(ws, made["id"], "text", **tokens, turns=np.full(rows, 2))
        add_scores(ws, made["id"], "perplexity", perplexity=drawn.lognormal(3, 1, rows), entropy=drawn.random(rows))
        add_scores(ws, made["id"], "outlier", outlier=drawn.random(rows))


async def on_map(session: Session, dataset: str, places, changes: int, pause, number: int) -> list[Run]:
    """Open the map, then colour, size, condition, lasso, search and single rows by turns."""
    runs = [await session.open("map", f"data={dataset}")]
    colours = itertools.cycle(session.options("Colour by")[1:])
    dots = itertools.cycle(["Small", "Large", "Medium"])
    words = itertools.cycle(["python", "bread", "planet", "poem"])
    kinds = [
        lambda: session.choose("Colour by", next(colours)),
        lambda: session.select("plotly_chart", lasso(places, 100 * number + len(runs))),
        lambda: session.choose("Dots", next(dots)),
        lambda: session.look(row=str(997 * (number + len(runs)) % 50_000)),
        lambda: session.write("Search", next(words)),
        lambda: session.look(where=f"response_tokens%20%3E%20{10 * (len(runs) + number)}"),
    ]
    for change in range(changes):
        await pause()
        runs.append(await kinds[(change + number) % len(kinds)]())
    return runs


async def on_scores(session: Session, dataset: str, places, changes: int, pause, number: int) -> list[Run]:
    """Open Scores, then go through the scorers, the overview and one score against another."""
    runs = [await session.open("scores", f"data={dataset}")]
    scorers = itertools.cycle(session.options("Scorer"))
    for _ in range(number % 5):
        next(scorers)
    for change in range(changes):
        await pause()
        if change % 5 < 3:
            if change % 5 == 0 and change:
                runs.append(await session.choose("View", "One score"))
                await pause()
            runs.append(await session.choose("Scorer", next(scorers)))
        else:
            view = "Overview" if change % 5 == 3 else "Score against score"
            runs.append(await session.choose("View", view))
    return runs


def lasso(places: np.ndarray, number: int) -> str:
    """A hexagon around some row's place, a quarter of the map wide, as the front end reports a lasso."""
    centre = places[np.random.default_rng(number).integers(len(places))]
    angle = np.arange(6) * np.pi / 3
    x, y = centre[:, None] + np.ptp(places, axis=0)[:, None] / 8 * np.stack([np.cos(angle), np.sin(angle)])
    corners = {"x": x.tolist(), "y": y.tolist(), "xref": "x", "yref": "y"}
    return json.dumps({"selection": {"points": [], "point_indices": [], "box": [], "lasso": [corners]}})


def places_of(folder: Path, dataset: str) -> np.ndarray:
    """Where the rows of a data set lie on its map, float64 ``(n, 2)``."""
    with Workspace.open(folder) as ws:
        points = mapping.map_points(ws, dataset)
        return np.stack([points.x, points.y], axis=1).astype(float)


async def measure(url: str, page, dataset: str, places, sessions: int, changes: int, think: float) -> list[Run]:
    """All runs of ``sessions`` visitors who come within a second of one another."""
    random.seed(0)

    async def visit(number: int) -> list[Run]:
        session = await Session.of(url)
        await asyncio.sleep(number / sessions)
        try:
            return await page(
                session, dataset, places, changes, lambda: asyncio.sleep(random.uniform(0.5, 1.5) * think), number
            )
        finally:
            await session.close()

    return list(itertools.chain.from_iterable(await asyncio.gather(*map(visit, range(sessions)))))


def figures(runs: list[Run]) -> dict:
    seconds, size = ([getattr(run, name) for run in runs] for name in ("seconds", "size"))
    slowest = max(runs, key=lambda run: run.seconds)
    return {
        "runs": len(runs),
        "p50_s": round(float(np.quantile(seconds, 0.5)), 3),
        "p95_s": round(float(np.quantile(seconds, 0.95)), 3),
        "max_s": round(slowest.seconds, 3),
        "slowest": slowest.what,
        "p50_kb": round(float(np.quantile(size, 0.5)) / 1e3, 1),
        "p95_kb": round(float(np.quantile(size, 0.95)) / 1e3, 1),
        "errors": sorted({error for run in runs for error in run.errors})[:5],
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--workspace", type=Path)
    options.add_argument("--dataset", default="alpaca")
    options.add_argument("--changes", type=int, default=20)
    options.add_argument("--think", type=float, default=2.0)
    options.add_argument("--detail", action="store_true", help="also one line a run, on standard error")
    chosen = options.parse_args()
    if not (chosen.workspace and chosen.workspace.exists()) and not SOURCE.exists():
        print(json.dumps({"bench": "page_time", "skipped": "no ../shared/data beside the project"}))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.workspace or Path(name) / "workspace"
        if not folder.exists():
            prepare(folder)
        vectors = "random" if (folder / MARK).exists() else "stored"
        report = {"bench": "page_time", "vectors": vectors, "think_s": chosen.think}
        report |= {"cores": len(os.sched_getaffinity(0)), "load_before": round(os.getloadavg()[0], 1)}
        places = places_of(folder, chosen.dataset)
        server = Served(folder).start()
        try:
            time.sleep(3)
            for sessions, page in itertools.product((1, 10), (on_map, on_scores)):
                runs = asyncio.run(
                    measure(server.url, page, chosen.dataset, places, sessions, chosen.changes, chosen.think)
                )
                report[f"{page.__name__}_{sessions}"] = figures(runs)
                if chosen.detail:
                    told = sorted((round(run.seconds, 2), run.size, run.what) for run in runs)
                    print(*told, sep="\n", file=os.sys.stderr)
        finally:
            server.close()
    slowest = max(about["p95_s"] for about in report.values() if isinstance(about, dict))
    print(json.dumps(report | {"passed": slowest < LIMIT}))
    return 0 if slowest < LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""Many people label at once while a score is computed: is every label stored, once, and how soon comes the next row?

Run: python -m tests.bench.load --workspace DIR [--sessions 25] [--seconds 120] [--rows 52002] [--every 3]
[--scorer perplexity]. Drives the real app through Streamlit's WebSocket protocol from one process. Every session has
rows of its own, presses Keep or Drop every ``--every`` seconds or so, and holds a label for acknowledged once the page
shows the next row without an error; each is written to ``DIR/acknowledged.jsonl``, begun anew, as it comes. The
workspace, made where it is not there, is left for inspection; ``list decisions load`` says what is stored in it. Prints
one JSON line; exits 1 where a goal is missed: every acknowledged label stored, none twice, no error, p95 under 1.5 s,
memory of the server back to within 20 % of what it was after one visitor once everybody has left.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from curation.workflow.importing import import_file
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace
from tests.bench.streamlit_session import Session
from tests.browser.serving import ROOT, Served

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"
NAME, ACKNOWLEDGED = "load", "acknowledged.jsonl"
LIMIT, LEFT_OVER, SETTLE = 1.5, 1.2, 60


def prepare(folder: Path, rows: int) -> int:
    """A workspace with the first ``rows`` rows of Alpaca as the data set ``load``, unless it is there; its last
    event."""
    with Workspace.open(folder) as ws:
        try:
            resolve_dataset(ws, NAME)
        except ValueError:
            part = folder / f"{NAME}.jsonl"
            with SOURCE.open("rb") as source, part.open("wb") as out:
                out.writelines(itertools.islice(source, rows))
            import_file(ws, part, NAME)
            part.unlink()
        return ws.database.query("SELECT max(id) FROM events")[0][0]


async def label(url: str, number: int, rows: range, until: float, every: float, heard) -> tuple[list[float], list[str]]:
    """One person going through ``rows``; seconds from click to next row, and errors. ``heard`` gets what is stored."""
    session, seconds, errors = await Session.of(url), [], []
    draw = random.Random(number)
    try:
        await asyncio.sleep(draw.uniform(0, every))
        where = f"row >= {rows.start} and row < {rows.stop}".replace(" ", "%20").replace("=", "%3D")
        errors += (await session.open("review", f"data={NAME}&where={where}")).errors
        while time.monotonic() < until:
            await asyncio.sleep(draw.uniform(0.5, 1.5) * every)
            row, decision = session.parameter("row"), draw.choice(["Keep", "Drop"])
            if row is None:
                errors.append("no row is shown")
                break
            run = await session.press(decision)
            seconds.append(run.seconds)
            errors += run.errors
            if session.parameter("row") == row:
                break  # the last of their rows, or an error
            if not run.errors:
                heard({"session": number, "row": int(row), "decision": decision.lower()})
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
    finally:
        await session.close()
    return seconds, errors


async def one_visitor(url: str) -> None:
    """Somebody who looks at a row and leaves: what the first visit imports is not counted as left behind."""
    session = await Session.of(url)
    await session.open("review", f"data={NAME}")
    await session.close()


async def everybody(url: str, sessions: int, rows: int, seconds: float, every: float, heard) -> tuple[list, list]:
    until, share = time.monotonic() + seconds, rows // sessions
    found = await asyncio.gather(
        *(label(url, n, range(n * share, (n + 1) * share), until, every, heard) for n in range(sessions))
    )
    return [s for one, _ in found for s in one], [e for _, errors in found for e in errors]


def computing(folder: Path, scorer: str) -> subprocess.Popen:
    """A score that the app's worker computes until this is terminated."""
    command = [sys.executable, "-m", "curation", "--workspace", str(folder), "score", NAME, scorer]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def resident_mb(pid: int) -> float:
    """Memory of the server's process alone, in MB."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def stored(folder: Path, acknowledged: list[dict], since: int) -> dict[str, int]:
    """How many acknowledged labels the workspace has, and of how many rows something was said more than once after the
    event ``since``."""
    with Workspace.open(folder) as ws:
        dataset = resolve_dataset(ws, NAME)["id"]
        sql = """SELECT position, count(*), arg_max(after, event_id) FROM event_rows
                 WHERE dataset_id = ? AND event_id > ? GROUP BY position"""
        found = {row: (times, after) for row, times, after in ws.database.query(sql, [dataset, since])}
    said = {row: json.loads(after).get("decision") for row, (_, after) in found.items()}
    there = [one for one in acknowledged if said.get(one["row"]) == one["decision"]]
    return {"stored": len(there), "duplicates": sum(times > 1 for times, _ in found.values())}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--workspace", type=Path, required=True)
    options.add_argument("--sessions", type=int, default=25)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--rows", type=int, default=52_002)
    options.add_argument("--every", type=float, default=3)
    options.add_argument("--scorer", default="perplexity", help="what is computed meanwhile; empty for nothing")
    chosen = options.parse_args()
    since = prepare(chosen.workspace, chosen.rows)
    server = Served(chosen.workspace.absolute()).start()
    acknowledged, job = [], None
    try:
        asyncio.run(one_visitor(server.url))
        time.sleep(5)
        before = resident_mb(server.pid)
        if chosen.scorer:
            job = computing(chosen.workspace, chosen.scorer)
        with (chosen.workspace / ACKNOWLEDGED).open("w", encoding="utf-8") as file:

            def heard(told: dict) -> None:
                acknowledged.append(told)
                file.write(json.dumps(told) + "\n")
                file.flush()

            seconds, errors = asyncio.run(
                everybody(server.url, chosen.sessions, chosen.rows, chosen.seconds, chosen.every, heard)
            )
        time.sleep(SETTLE)
        after = resident_mb(server.pid)
    finally:
        if job:
            job.terminate()
            job.wait()
        server.close()
    report = {
        "bench": "load",
        "sessions": chosen.sessions,
        "seconds": chosen.seconds,
        "acknowledged": len(acknowledged),
        **stored(chosen.workspace, acknowledged, since),
        "errors": len(errors),
        "p50_s": round(float(np.quantile(seconds, 0.5)), 3) if seconds else None,
        "p95_s": round(float(np.quantile(seconds, 0.95)), 3) if seconds else None,
        "rss_before_mb": round(before),
        "rss_after_mb": round(after),
        "load_average": round(os.getloadavg()[0], 1),
        "first_errors": sorted(set(errors))[:3],
    }
    goals = report["stored"] == report["acknowledged"] > 0 and not report["duplicates"] and not errors
    report["passed"] = bool(goals and report["p95_s"] < LIMIT and after < before * LEFT_OVER)
    print(json.dumps(report))
    return 0 if report["passed"] else 1


if __name__ == "__main__":
    raise SystemExit(main())

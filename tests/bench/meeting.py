"""A meeting of 25 people: what a poll costs, and how soon everybody sees the next row.

Run: python -m tests.bench.meeting [--people 25] [--idle 30] [--rows 10]. Drives the real app through Streamlit's
WebSocket protocol from one process, every person with an account of their own. After ``--idle`` seconds in which the
pages only poll, everybody votes on each of ``--rows`` rows, the presenter reveals the votes and shows the next row.
Prints one JSON line; exits 1 where a page says an error, a vote is missing, or p95 until the others see the next row
reaches two seconds.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from curation.workflow import meetings
from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from tests.bench.meeting_session import Member, cookie_of
from tests.browser.people import password_of, team
from tests.browser.serving import Served

NAME, LIMIT, TICKS = "meeting", 2.0, os.sysconf("SC_CLK_TCK")


def prepare(folder: Path, people: list[str], rows: int) -> None:
    """A workspace with a team, a data set, and a meeting that the first of them presents."""
    file = folder.parent / "rows.jsonl"
    lines = [{"instruction": f"question {n}", "input": "", "output": f"answer {n} " * 60} for n in range(rows + 1)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    team(folder, **{who: "curator" if number else "reviewer" for number, who in enumerate(people)})
    with Workspace.open(folder, person=people[0]) as ws:
        import_file(ws, file, NAME)
        meetings.make_meeting(ws, NAME, NAME, count=rows + 1)


def processor_seconds(pid: int) -> float:
    """Of the server's process alone, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def meet(server: Served, people: list[str], idle: float, rows: int) -> dict:
    """Everybody comes, waits, votes and goes on; what was measured."""
    cookies = [cookie_of(server.url, who, password_of(who)) for who in people]
    there = [await Member.of(server.url, f"data={NAME}&meeting={NAME}", cookie) for cookie in cookies]
    presenter, others = there[0], there[1:]
    for member in others:
        await member.press("Join the meeting")
    until = time.monotonic() + 3600
    polling = [asyncio.create_task(member.poll(until)) for member in there]
    await asyncio.sleep(3)
    for member in there:
        member.polls.clear()
    before = processor_seconds(server.pid)
    await asyncio.sleep(idle)
    polls = [seconds for member in there for seconds in member.polls]
    spent = processor_seconds(server.pid) - before
    delays, voting = [], []
    for number in range(rows):
        voting += await asyncio.gather(*(vote(member, number) for member in there))
        await presenter.press("Reveal")
        await asyncio.sleep(2)
        pressed = time.monotonic()
        await presenter.press("Next row")
        wanted = f"{number + 2} of {rows + 1}"
        while any(member.shown != wanted for member in others) and time.monotonic() < pressed + 30:
            await asyncio.sleep(0.02)
        delays += [(member.at - pressed) if member.shown == wanted else 30.0 for member in others]
    for task in polling:
        task.cancel()
    await asyncio.gather(*polling, return_exceptions=True)
    broken = [str(task.exception()) for task in polling if not task.cancelled() and task.exception()]
    for member in there:
        await member.close()
    errors = [error for member in there for error in member.errors] + broken
    return {"polls": polls, "spent": spent, "delays": delays, "voting": voting, "errors": errors}


async def vote(member: Member, number: int) -> float:
    """Vote at some moment of a second."""
    draw = random.Random(f"{number} {id(member)}")
    await asyncio.sleep(draw.random())
    return await member.press(draw.choice(["Keep", "Drop"]))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=25)
    options.add_argument("--idle", type=float, default=30)
    options.add_argument("--rows", type=int, default=10)
    chosen = options.parse_args()
    people = [f"person{number}" for number in range(chosen.people)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "workspace"
        prepare(folder, people, chosen.rows)
        server = Served(folder).start()
        try:
            found = asyncio.run(meet(server, people, chosen.idle, chosen.rows))
        finally:
            server.close()
        with Workspace.open(folder) as ws:
            told = meetings.minutes(ws, NAME, NAME)
    stored = sum(len(row["votes"]) for row in told["rows"])
    report = {
        "bench": "meeting",
        "people": chosen.people,
        "polls_a_second": round(len(found["polls"]) / chosen.idle, 1),
        "poll_cpu_ms": round(1000 * found["spent"] / max(len(found["polls"]), 1), 2),
        "idle_share_of_a_core": round(found["spent"] / chosen.idle, 3),
        "poll_p50_s": quantile(found["polls"], 0.5),
        "poll_p95_s": quantile(found["polls"], 0.95),
        "vote_p95_s": quantile(found["voting"], 0.95),
        "next_row_p50_s": quantile(found["delays"], 0.5),
        "next_row_p95_s": quantile(found["delays"], 0.95),
        "votes": chosen.people * chosen.rows,
        "stored": stored,
        "errors": len(found["errors"]),
        "broken_seals": len(told["broken_seals"]),
        "load_average": round(os.getloadavg()[0], 1),
        "first_errors": sorted(set(found["errors"]))[:3],
    }
    is_whole = stored == report["votes"] and not report["errors"] and not report["broken_seals"]
    report["passed"] = bool(is_whole and report["next_row_p95_s"] < LIMIT)
    print(json.dumps(report))
    return 0 if report["passed"] else 1


def quantile(seconds: list[float], share: float) -> float | None:
    """Of these seconds, to the millisecond; None where there are none."""
    return round(float(np.quantile(seconds, share)), 3) if seconds else None


if __name__ == "__main__":
    raise SystemExit(main())

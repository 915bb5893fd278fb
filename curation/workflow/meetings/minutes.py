"""Minutes: who was there from when to when, the rows, the votes, the decisions and why."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from curation.meeting import as_markdown, iso, reason_of
from curation.problems import Problem
from curation.samples import Sample
from curation.workflow.access.needing import needs
from curation.workflow.meetings.making import resolve_meeting
from curation.workflow.meetings.presence import Presence
from curation.workflow.meetings.room import live_agreement
from curation.workflow.rows import originals
from curation.workflow.workspace import Workspace
from store import meetings

EXCERPT = 300
FORMATS = (".md", ".json")


@needs("viewer")
def minutes(ws: Workspace, dataset: str | int, name: str | int) -> dict[str, Any]:
    """The minutes as ``curation.meeting.as_markdown`` takes them; of votes only those that were revealed.

    ``broken_seals`` are events that show other votes than were given, as the seals in the ledger tell.
    """
    record = resolve_meeting(ws, dataset, name)
    found, told = meetings.whole(ws.database, record["id"]), meetings.chained(ws.database, record)
    shown = {0, *(event["detail"]["place"] for event in told if "place" in event["detail"])}
    agenda = [row for row in found["agenda"] if row["place"] in shown]
    return {
        "meeting": record["name"],
        "dataset": f"{record['dataset']}@{record['dataset_version']}",
        "source": record["source"],
        "state": "ended" if found["has_ended"] else "open",
        "called_by": record["person"],
        "called_at": record["created"],
        "presenters": _presenters(record, told),
        "attendance": _attendance(ws, found),
        "rows": _rows(ws, record, agenda, found["votes"]),
        "not_reached": [row["position"] for row in found["agenda"] if row["place"] not in shown],
        "agreement": asdict(live_agreement(ws, record["dataset_id"], record["id"])),
        "broken_seals": meetings.broken_seals(told),
    }


@needs("viewer", writes="out")
def write_minutes(ws: Workspace, dataset: str | int, name: str | int, out: str | Path) -> dict[str, Any]:
    """Write the minutes as Markdown or JSON, as the name of ``out`` (.md, .json) says: {path, rows, decided}. A file
    that is there is replaced at once, or not at all."""
    out = Path(out)
    if out.suffix not in FORMATS:
        raise Problem(f"minutes are written as {' or '.join(FORMATS)}: {out.name} is neither")
    told = minutes(ws, dataset, name)
    text = as_markdown(told) if out.suffix == ".md" else json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Problem(f"{out} cannot be written: {error.strerror}") from None
    return {
        "path": str(out),
        "rows": len(told["rows"]),
        "decided": sum(r["decision"] is not None for r in told["rows"]),
    }


def _presenters(record: dict, told: list[dict]) -> list[dict[str, str]]:
    found = [{"person": record["person"], "at": record["created"], "how": "called the meeting"}]
    for event in told:
        detail = event["detail"]
        if event["kind"] == "meeting presenter":
            how = f"{detail['why']} {'by' if detail['why'] == 'handed over' else 'from'} {detail['from']}"
            found.append({"person": detail["to"], "at": event["made"], "how": how})
        elif event["kind"] == "meeting reopen":
            found.append({"person": event["person"], "at": event["made"], "how": "reopened the meeting"})
    return found


def _attendance(ws: Workspace, found: dict) -> list[dict[str, Any]]:
    seen = Presence.of_all(ws).of(found["id"])
    stays = []
    for stay in found["stays"]:
        until = stay["until"] if stay["why"] else max(stay["until"], seen.get(stay["person"], 0.0))
        stays.append({"person": stay["person"], "since": iso(stay["joined"]), "until": iso(until), "why": stay["why"]})
    return stays


def _rows(ws: Workspace, record: dict, agenda: list[dict], votes: list[dict]) -> list[dict[str, Any]]:
    source = {row.position: row for row in originals(ws, record["dataset_id"], [row["position"] for row in agenda])}
    given: dict[int, list[dict]] = {}
    for vote in votes:
        given.setdefault(vote["place"], []).append(vote)
    return [_row(record, row, source[row["position"]], given.get(row["place"], [])) for row in agenda]


def _row(record: dict, row: dict, source, votes: list[dict]) -> dict[str, Any]:
    is_revealed, said = row["reveal"] is not None, row["detail"]
    decision = None
    if row["decision"] is not None:
        reason = reason_of(record["name"], said.get("note", ""))
        decision = {"decision": said["decision"], "reason": reason, "by": row["by"], "event": row["decision"]}
    return {
        "row": row["position"],
        "key": source.key.hex(),
        "text": _beginning(source.sample),
        "state": "decided" if decision else "revealed" if is_revealed else "shown",
        "voted": len(votes),
        "votes": [{"person": v["person"], **v["vote"], "event": v["event"]} for v in votes] if is_revealed else [],
        "reveal_event": row["reveal"],
        "decision": decision,
    }


def _beginning(sample: Sample) -> str:
    """The start of the prompt, or of the answer where there is no prompt; half a surrogate pair cannot be written."""
    return (sample.prompt or sample.response)[:EXCERPT].encode("utf-8", "replace").decode()

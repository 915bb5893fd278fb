"""why."""

from argparse import ArgumentParser

from curation.cli.output import one_line
from curation.cli.verb import Call, Verb


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("row", type=int, metavar="ROW", help="position of the row, from 0")
    parser.add_argument("--subset", metavar="SUBSET", help="the one asked about; the current or the newest one if none")


def _why(call: Call) -> dict:
    from curation.workflow.explaining import why

    return why(call.workspace, call.args["dataset"], call.args["row"], call.args["subset"])


def _shown(made: dict, args: dict) -> list[str]:
    lines = [f"row {made['row']} of {made['dataset']}"]
    if made["subset"] is not None:
        lines += _of_subset(made["subset"])
    for one in made["queues"]:
        lines.append(f"queue {one['name']} ({one['strategy']}, {one['overlap']} to judge)")
    for one in made["meetings"]:
        votes = (one["reveal"] or {}).get("votes", [])
        lines.append(f"meeting {one['name']}, presented by {one['presenter']}: {len(votes)} votes")
    for event in made["events"]:
        undone = ", undone" if event["undone"] else ""
        said = ", ".join(f"{name} {value}" for name, value in event["detail"].items())
        lines.append(one_line(f"event {event['event']} {event['made'][:16]} {event['person']}{undone}: {said}"))
    return lines


def _of_subset(subset: dict) -> list[str]:
    lines = [f"{'in' if subset['chosen'] else 'out of'} {subset['name']}, made by {subset['person']}"]
    for step in subset["steps"]:
        read = ", ".join(f"{name} = {'none' if value is None else value}" for name, value in step["values"].items())
        now = "".join(f"; {name} is {value} by now" for name, value in step["now"].items())
        lines.append(
            f"  {step['number']}. {step['words']}: {step['reason'] or 'kept'}{f' ({read}{now})' if read else ''}"
        )
    for run in subset["scores"]:
        lines.append(f"  {', '.join(run['columns'])} computed by {run['name']} on {run['created'][:16]}")
    if (found := subset["approval"]) is not None:
        lines.append(f"  approved by {found['approved_by']} on {found['approved'][:16]} (proposal {found['proposal']})")
    return lines


WHY = Verb("why", "why a row is in a subset or out: everything that led there", _arguments, _why, _shown)

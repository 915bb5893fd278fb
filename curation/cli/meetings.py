"""meeting."""

from argparse import ArgumentParser

from curation.cli.output import table
from curation.cli.values import absolute
from curation.cli.verb import Call, Usage, Verb

ACTIONS = ("show", "make", "minutes", "end", "reopen", "take-over")
KINDS = ("condition", "subset", "queue", "disagreements")
SHOWN = ("name", "rows", "presenter", "place", "has_ended", "person", "created")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("name", nargs="?", metavar="NAME", help="without it, the meetings there are")
    parser.add_argument("action", nargs="?", default="show", choices=ACTIONS, metavar="|".join(ACTIONS))
    parser.add_argument("--about", choices=KINDS, default="condition", metavar="|".join(KINDS), help="make: which rows")
    parser.add_argument("--of", default="", metavar="NAME", help="make: the subset, queue or condition")
    parser.add_argument("--count", type=int, default=50, metavar="N", help="make: at most so many rows")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", metavar="FILE", help="minutes: a .md or .json file to write them to")


def _prepare(args: dict) -> dict:
    if args["name"] is None and args["action"] != "show":
        raise Usage(f"{args['action']} takes a NAME")
    if args["out"] is not None and args["action"] != "minutes":
        raise Usage(f"{args['action']} takes no --out")
    return args | ({"out": absolute(args["out"])} if args["out"] else {})


def _run(call: Call) -> dict:
    from curation.workflow import meetings

    args, ws = call.args, call.workspace
    dataset, name = args["dataset"], args["name"]
    if name is None:
        return {"meetings": meetings.list_meetings(ws, dataset)}
    verbs = {
        "make": lambda: meetings.make_meeting(
            ws, dataset, name, args["about"], args["of"], count=args["count"], seed=args["seed"]
        ),
        "show": lambda: _told(meetings.look(ws, dataset, name)),
        "minutes": lambda: _minutes(ws, args),
        "end": lambda: meetings.end_meeting(ws, dataset, name),
        "reopen": lambda: meetings.reopen_meeting(ws, dataset, name),
        "take-over": lambda: meetings.take_over(ws, dataset, name),
    }
    return verbs[args["action"]]() or {"meeting": name}


def _minutes(ws, args: dict) -> dict:
    from curation.workflow import meetings

    if args["out"]:
        return meetings.write_minutes(ws, args["dataset"], args["name"], args["out"])
    return meetings.minutes(ws, args["dataset"], args["name"])


def _told(room) -> dict:
    """What the person who asks may see."""
    names = ("place", "position", "stage", "people", "voted", "votes", "own", "decision", "decided", "revealed")
    told = {name: getattr(room, name) for name in names} | {"voted": sorted(room.voted)}
    return {"meeting": room.record["name"], "presenter": room.presenter, "has_ended": room.has_ended} | told


def _shown(made: dict, args: dict) -> list[str]:
    if args["name"] is None:
        return list(table(made["meetings"], SHOWN))
    if args["action"] == "minutes":
        return [f"{made['path']}: {made['rows']:,} rows, {made['decided']:,} decided"] if args["out"] else _page(made)
    lines = {
        "make": lambda: [f"meeting {made['name']}: {made['rows']:,} rows, presented by {made['presenter']}"],
        "show": lambda: _room(made),
        "end": lambda: [f"meeting {args['name']} has ended"],
        "reopen": lambda: [f"meeting {args['name']} goes on"],
        "take-over": lambda: [f"you present {args['name']}"],
    }
    return lines[args["action"]]()


def _page(minutes: dict) -> list[str]:
    from curation.meeting import as_markdown

    return as_markdown(minutes).splitlines()


def _room(told: dict) -> list[str]:
    ended = ", ended" if told["has_ended"] else ""
    people = ", ".join(f"{who} ({how})" for who, how in told["people"].items()) or "nobody"
    lines = [f"{told['meeting']}{ended}: {told['presenter']} presents; in: {people}"]
    lines.append(
        f"row {told['position']} ({told['stage']}): {len(told['voted'])} voted; {told['decided']} rows decided"
    )
    return lines + [f"{who}: {vote['decision']}" for who, vote in told["votes"].items()]


MEETING = Verb(
    "meeting", "call a meeting, see it, write its minutes, end it", _arguments, _run, _shown, prepare=_prepare
)

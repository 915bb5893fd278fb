"""queue."""

from argparse import ArgumentParser

from curation.cli.values import pairs
from curation.cli.verb import Call, Usage, Verb

ACTIONS = (
    "make", "next", "progress", "agreement", "people", "disagreements", "settle", "check", "spread", "reveal", "delete",
)  # fmt: skip


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS))
    parser.add_argument("--strategy", default="random", metavar="S", help="make: how the rows are chosen")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="make: a setting of the strategy")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="make: how many rows")
    parser.add_argument("--where", default="", metavar="CONDITION", help="make: only rows for which it holds")
    parser.add_argument("--found", default="decision = drop", metavar="CONDITION", help="make: what is looked for")
    parser.add_argument("--overlap", type=int, default=1, metavar="K", help="make: how many people judge each row")
    parser.add_argument("--gold", type=float, default=0.0, metavar="SHARE", help="make: share of rows you have decided")
    parser.add_argument("--outliers", type=float, default=0.0, metavar="SHARE", help="make: share of outliers left out")
    parser.add_argument("--bound", type=float, default=0.05, metavar="SHARE", help="check: share that may be wrong")
    parser.add_argument("--confidence", type=float, default=0.95, help="check: how sure that is to be")
    parser.add_argument("--minutes", type=float, default=15.0, help="make: how long a row is held for somebody")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--row", type=int, help="settle: the row")
    parser.add_argument("--decision", choices=("keep", "drop", "fix"), help="settle: what it is to be")
    parser.add_argument("--reason", default="", help="settle: why, in a line")


def _prepare(args: dict) -> dict:
    if args["action"] == "settle" and (args["row"] is None or args["decision"] is None):
        raise Usage("settle takes --row and --decision")
    return args | {"settings": pairs(args.pop("set"), "KEY=VALUE")}


def _run(call: Call) -> dict:
    from curation.workflow import queues

    args, ws = call.args, call.workspace
    dataset, name = args["dataset"], args["name"]
    if args["action"] == "make":
        names = ("count", "where", "found", "overlap", "gold", "outliers", "minutes", "seed")
        more = {key: args[key] for key in names}
        return queues.make_queue(ws, dataset, name, args["strategy"], args["settings"], **more)
    if args["action"] == "settle":
        return queues.settle(ws, dataset, name, args["row"], args["decision"], args["reason"])
    verbs = {
        "next": lambda: {"row": queues.next_row(ws, dataset, name)},
        "progress": lambda: queues.queue_progress(ws, dataset, name),
        "agreement": lambda: queues.queue_agreement(ws, dataset, name),
        "people": lambda: queues.queue_people(ws, dataset, name),
        "check": lambda: queues.check_spread(ws, dataset, name, args["bound"], args["confidence"], args["seed"]),
        "spread": lambda: queues.spread(ws, dataset, name),
        "reveal": lambda: queues.reveal_queue(ws, dataset, name) or {"revealed": name},
        "disagreements": lambda: {"rows": queues.disagreements(ws, dataset, name)},
        "delete": lambda: queues.delete_queue(ws, dataset, name) or {"deleted": name},
    }
    return verbs[args["action"]]()


def _shown(made: dict, args: dict) -> list[str]:
    lines = {
        "make": lambda: [f"queue {made['name']}: {made['rows']:,} rows, {made['overlap']} to judge each"],
        "next": lambda: ["nothing is left for you"] if made["row"] is None else [f"row {made['row']}"],
        "progress": lambda: [
            f"{made['complete']:,} of {made['rows']:,} rows are judged by all; {made['judgements']:,} judgements"
        ],
        "agreement": lambda: _agreement(made),
        "people": lambda: [line for who, told in made.items() for line in _person(who, told)] or ["nobody judged yet"],
        "check": lambda: [
            f"queue {made['name']}: {made['rows']:,} of {made['settings']['rows']:,} rows to judge first"
        ],
        "spread": lambda: [f"{made['rows']:,} rows decided; at most {made['at_most']:.1%} of them otherwise"],
        "reveal": lambda: [f"queue {made['revealed']} is blind no more"],
        "disagreements": lambda: [_differs(one) for one in made["rows"]] or ["nobody differs"],
        "settle": lambda: [f"event {made['event']}"],
        "delete": lambda: [f"queue {made['deleted']} deleted; decisions stay"],
    }
    return lines[args["action"]]()


def _agreement(made: dict) -> list[str]:
    if not made["items"]:
        return ["no row was judged by two people yet"]
    lines = [f"{made['people']} people on {made['items']:,} rows"]
    for one in made["measures"]:
        between = "" if one["low"] is None else f" ({one['low']:.2f} to {one['high']:.2f})"
        lines.append(
            f"{one['name']}: {'not defined' if one['value'] is None else format(one['value'], '.2f')}{between}"
        )
    for who, found in made["gold"].items():
        lines.append(
            f"{who} on gold rows: {found['right']} of {found['of']} ({found['low']:.2f} to {found['high']:.2f})"
        )
    return lines


def _person(who: str, told: dict) -> list[str]:
    lines = [f"{who}: {told['judgements']:,} judgements"]
    for name, words in (("gold", "as the gold rows"), ("others", "as most of the others")):
        one = told[name]
        if one:
            course = ", ".join(f"{part['share']:.0%}" for part in one["parts"])
            change = "" if one["drift"] is None else f"; a change over time has p = {one['drift']:.2f}"
            lines.append(f"  {words} {one['right']} of {one['of']}; over time {course}{change}")
    return lines


def _differs(one: dict) -> str:
    said = []
    for who, what in one["judgements"].items():
        note = one["reasons"].get(who, {}).get("note")
        said.append(f"{who} {what}" + (f" ({note})" if note else ""))
    return f"row {one['row']}: " + ", ".join(said)


QUEUE = Verb(
    "queue", "choose rows for people to judge, hand them out, see where they differ", _arguments, _run, _shown,
    prepare=_prepare,
)  # fmt: skip

"""revisions."""

from argparse import ArgumentParser

from curation.cli.verb import Call, Usage, Verb

ACTIONS = ("accept", "reject", "undo")
KINDS = ("revision", "control", "clear")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS))
    parser.add_argument("rows", nargs="*", type=int, metavar="ROW", help="positions, from 0")
    parser.add_argument("--where", metavar="CONDITION", help="every open proposal for which it holds, as one event")
    parser.add_argument("--kind", choices=KINDS, default="revision", help="whose proposals; default: revision")
    parser.add_argument("--text", help="accept: this text in place of the proposal, for a single row")


def _prepare(args: dict) -> dict:
    named = bool(args["rows"]) + (args["where"] is not None)
    if args["action"] == "undo":
        if named or args["text"] is not None:
            raise Usage("undo takes back your latest acceptance or rejection on the data set: name nothing else")
    elif named != 1:
        raise Usage(f"{args['action']} takes rows or --where, one of them")
    elif args["text"] is not None and (args["action"] != "accept" or len(args["rows"]) != 1):
        raise Usage("--text goes with accept and a single row")
    return args


def _run(call: Call) -> dict:
    """Needs the right to annotate the data set (curator, or reviewer), as one row by hand does."""
    from curation.workflow.nile.deciding import accept, reject, take_back
    from curation.workflow.nile.revisions import open_rows

    args, ws = call.args, call.workspace
    dataset, kind = args["dataset"], args["kind"]
    if args["action"] == "undo":
        return {"dataset": dataset, **take_back(ws, dataset)}
    rows = args["rows"] or open_rows(ws, dataset, kind, args["where"]).tolist()
    if not rows:
        return {"dataset": dataset, "event": None, "rows": 0, "refused": {}}
    if args["action"] == "reject":
        return {"dataset": dataset, **reject(ws, dataset, rows, kind), "refused": {}}
    return {"dataset": dataset, **accept(ws, dataset, rows, kind, args["text"])}


def _shown(made: dict, args: dict) -> list[str]:
    if made["event"] is None:
        return [f"no open proposal of {made['dataset']} meets the condition: nothing was changed"]
    if args["action"] == "undo":
        return [f"event {made['undone']} of {made['dataset']} undone: {made['rows']:,} rows as they were before"]
    lines = [f"{made['rows']:,} proposals of {made['dataset']} {args['action']}ed: event {made['event']}"]
    return lines + [f"  not taken: {reason} ({rows:,})" for reason, rows in made["refused"].items()]


REVISIONS = Verb(
    "revisions",
    "accept, edit or reject proposed answers, by row or by condition",
    _arguments,
    _run,
    _shown,
    prepare=_prepare,
)

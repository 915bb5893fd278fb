"""demo, import, list."""

from argparse import ArgumentParser

from curation.cli.output import table
from curation.cli.values import absolute
from curation.cli.verb import Call, Usage, Verb

KINDS = ("datasets", "scorers", "subsets", "jobs", "models", "criteria", "decisions", "pairs", "revisions")
OF_A_DATASET = ("decisions", "pairs", "revisions")
WITHOUT_WORKSPACE = ("scorers", "models")
SHOWN = {
    "datasets": ("name", "version", "rows", "set_aside", "format", "labelled", "columns"),
    "scorers": ("name", "sentence", "columns", "settings"),
    "subsets": ("name", "version", "dataset", "rows", "person", "created"),
    "jobs": ("id", "dataset", "title", "state", "rows", "scored", "seconds", "reason"),
    "models": ("name", "kind", "title", "ready", "note"),
    "criteria": ("name", "version", "criteria", "person", "created"),
    "decisions": ("row", "person", "decision", "tags", "rating", "note", "corrections"),
    "revisions": ("row", "kind", "state", "preference", "question", "answer", "proposal"),
    "pairs": ("id", "preference", "verdicts", "row_a", "row_b", "origin"),
}


def _demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT.jsonl")
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)


def _demo(call: Call) -> dict:
    from curation.demo import write_demo

    return write_demo(call.args["out"], rows=call.args["rows"], seed=call.args["seed"])


def _out_from_here(args: dict) -> dict:
    return args | {"out": absolute(args["out"])}


DEMO = Verb(
    "demo",
    "write a data set with planted defects",
    _demo_arguments,
    _demo,
    lambda made, args: [
        f"{made['rows']:,} rows written to {made['out']}, {made['planted']:,} of them with a planted defect"
    ],
    prepare=_out_from_here,
    needs_workspace=lambda args: False,
)


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--name", help="of the data set; the file's name when not given")
    parser.add_argument("--format", default="auto", help="alpaca, messages, ...; guessed when not given")


def _import(call: Call) -> dict:
    from curation.workflow.importing import import_file

    args = call.args
    return import_file(call.workspace, args["file"], args["name"], args["format"], progress=call.progress)


def _imported(made: dict, args: dict) -> list[str]:
    aside = f", {made['set_aside']:,} set aside" if made["set_aside"] else ""
    lines = [f"{made['dataset']} version {made['version']}: {made['rows']:,} rows as {made['format']}{aside}"]
    if made.get("carried"):
        lines.append(f"{made['carried']:,} rows have decisions from an earlier version, which can be carried over")
    return lines


IMPORT = Verb(
    "import",
    "import a file as a data set",
    _import_arguments,
    _import,
    _imported,
    prepare=lambda args: args | {"file": absolute(args["file"])},
)


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS, metavar="|".join(KINDS))
    parser.add_argument("dataset", nargs="?", metavar="DATASET", help="for decisions, pairs and revisions")


def _checked_list(args: dict) -> dict:
    if (args["kind"] in OF_A_DATASET) != (args["dataset"] is not None):
        kind = args["kind"]
        raise Usage(f"list {kind} takes a DATASET" if args["dataset"] is None else f"list {kind} takes none")
    return args


def _list(call: Call) -> list[dict]:
    from curation.workflow import listing

    kind, dataset = call.args["kind"], call.args["dataset"]
    verb = getattr(listing, f"list_{kind}")
    return verb(call.workspace, dataset) if dataset else verb(call.workspace)


def _listed(rows: list[dict], args: dict) -> list[str]:
    if args["kind"] == "scorers":
        names = ("columns", "settings")
        rows = [row | {name: [part["name"] for part in row[name]] for name in names} for row in rows]
    return list(table(rows, SHOWN[args["kind"]]))


LIST = Verb(
    "list",
    "what there is",
    _list_arguments,
    _list,
    _listed,
    prepare=_checked_list,
    needs_workspace=lambda args: args["kind"] not in WITHOUT_WORKSPACE,
)

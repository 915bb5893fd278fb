"""annotate, export-decisions."""

from argparse import ArgumentParser

from curation.cli.values import absolute, pairs
from curation.cli.verb import Call, Verb


def _annotate_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("row", type=int, metavar="ROW", help="position of the row, from 0")
    parser.add_argument("--decision", choices=("keep", "drop", "fix"))
    parser.add_argument("--tag", action="append", metavar="T", help="may repeat")
    parser.add_argument("--note")
    parser.add_argument("--set", action="append", metavar="PATH=TEXT", help="correct a part of the row; may repeat")


def _annotate(call: Call) -> dict:
    from curation.workflow.annotating import annotate

    args = call.args
    made = annotate(
        call.workspace,
        args["dataset"],
        [args["row"]],
        decision=args["decision"],
        tags_add=args["tag"] or (),
        note=args["note"],
        corrections=args["corrections"],
    )
    return {"dataset": args["dataset"], "row": args["row"], **made}


def _prepare_annotate(args: dict) -> dict:
    return args | {"corrections": pairs(args.pop("set"), "PATH=TEXT") or None}


ANNOTATE = Verb(
    "annotate",
    "decide on a row, tag it, note something, correct it",
    _annotate_arguments,
    _annotate,
    lambda made, args: [f"row {made['row']} of {made['dataset']}: event {made['event']}"],
    prepare=_prepare_annotate,
)


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("out", metavar="OUT")


def _export(call: Call) -> dict:
    from curation.workflow.exporting import export_decisions

    return export_decisions(call.workspace, call.args["dataset"], call.args["out"], progress=call.progress)


EXPORT_DECISIONS = Verb(
    "export-decisions",
    "write what everyone decided",
    _export_arguments,
    _export,
    lambda made, args: [f"{made['decisions']:,} decisions written to {made['out']}"],
    prepare=lambda args: args | {"out": absolute(args["out"])},
)

"""shapley."""

from argparse import ArgumentParser

from curation.cli.scoring import scored_lines, summary
from curation.cli.values import pairs
from curation.cli.verb import Call, Usage, Verb


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--method", choices=("knn", "tmc"), default="knn")
    parser.add_argument("--label", default="decision", metavar="COLUMN", help="decision, tag:NAME, or a column")
    parser.add_argument("--against", default="", metavar="CONDITION", help="rows to test by; they are not valued")
    parser.add_argument("--group", default="", metavar="COLUMN", help="tmc: rows of a group are valued as one")
    parser.add_argument("--metric", metavar="NAME", help="tmc: a scorer of scikit-learn, or recall_at_10")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the method; may repeat")


def _prepare(args: dict) -> dict:
    settings, metric = pairs(args.pop("set")), args.pop("metric")
    if args["method"] == "knn" and (metric or args["group"]):
        raise Usage("--metric and --group are for --method tmc")
    if metric:
        settings["metric"] = metric
    if "labels" in settings:
        raise Usage("labels are named by --label")
    return args | {"settings": settings}


def _shapley(call: Call) -> dict:
    from curation.workflow.scoring import wait
    from curation.workflow.values import start_values

    job = start_values(call.workspace, **call.args)
    return summary(call, wait(call.workspace, job["id"], call.progress))


SHAPLEY = Verb("shapley", "value labelled rows for a classifier", _arguments, _shapley, scored_lines, prepare=_prepare)

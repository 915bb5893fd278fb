"""pairs."""

from argparse import ArgumentParser

from curation.cli.values import absolute
from curation.cli.verb import Call, Usage, Verb

ACTIONS = ("import", "make", "agreement")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS))
    parser.add_argument("file", nargs="?", metavar="FILE", help="for import: JSON lines of pairs")
    parser.add_argument("--count", type=int, default=30, metavar="N", help="make: how many pairs of rows")
    parser.add_argument("--within", choices=("cluster", "any"), default="cluster", help="make: rows of one cluster")
    parser.add_argument("--seed", type=int, default=0)


def _prepare(args: dict) -> dict:
    if (args["action"] == "import") != (args["file"] is not None):
        raise Usage("pairs DATASET import takes a FILE" if args["file"] is None else f"{args['action']} takes no file")
    return args | ({"file": absolute(args["file"])} if args["file"] else {})


def _run(call: Call) -> dict:
    from curation.workflow import pairs

    args, dataset = call.args, call.args["dataset"]
    if args["action"] == "import":
        return pairs.import_pairs(call.workspace, dataset, args["file"])
    if args["action"] == "make":
        return pairs.make_pairs(call.workspace, dataset, args["count"], args["within"], args["seed"])
    return pairs.pair_agreement(call.workspace, dataset)


def _shown(made: dict, args: dict) -> list[str]:
    if args["action"] == "import":
        return [f"{made['pairs']:,} pairs, {made['added']:,} of them new, {made['judged']:,} judged"]
    if args["action"] == "make":
        return [f"{made['made']:,} pairs of rows, {made['added']:,} of them new"]
    if made["percent"] is None:
        return ["no pair was judged by two people yet"]
    between = "" if made["low"] is None else f" ({made['low']:.2f} to {made['high']:.2f})"
    kappa = "not defined" if made["kappa"] is None else f"{made['kappa']:.2f}{between}"
    about = f"{made['people']} people on {made['pairs']:,} pairs"
    return [f"{about}: {100 * made['percent']:.0f} % agree, {made['method']}'s kappa {kappa}"]


PAIRS = Verb(
    "pairs", "bring in pairs of answers, make them from rows, see agreement", _arguments, _run, _shown, prepare=_prepare
)

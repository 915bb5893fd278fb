"""subset, export, replay."""

from argparse import ArgumentParser

from curation.cli.values import absolute
from curation.cli.verb import Call, Usage, Verb

RECIPE = ("where", "one_per", "best", "top", "by", "random", "seed", "per", "budget_tokens")
DRAWING = ("draw", "draw_tokens", "temperature", "draw_per")


def _subset_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--where", action="append", default=[], metavar="CONDITION", help="may repeat, joined by and")
    parser.add_argument("--one-per", metavar="COLUMN", help="one row for each of its values")
    parser.add_argument("--best", metavar="SCORE", help="which one: first, longest, or the highest of a score")
    parser.add_argument("--top", type=int, metavar="N")
    parser.add_argument("--by", metavar="SCORE")
    parser.add_argument("--draw", type=int, metavar="N", help="N rows, likelier the better their score (Gumbel top-k)")
    parser.add_argument("--draw-tokens", type=int, metavar="N", help="the same, by number of tokens")
    parser.add_argument("--temperature", type=float, default=1.0, help="of --draw: 0 takes the best")
    parser.add_argument("--draw-per", metavar="COLUMN", help="of --draw: equal shares for each of its values")
    parser.add_argument("--random", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--per", metavar="COLUMN=N", help="N rows for each of its values, or a share: cluster=10%%")
    parser.add_argument("--budget-tokens", type=int, metavar="N")


def _prepare_subset(args: dict) -> dict:
    ranked = [args[name] is not None for name in ("top", "draw", "draw_tokens")]
    if args["best"] is not None and args["one_per"] is None:
        raise Usage("--best goes with --one-per")
    if args["by"] is not None and not any(ranked):
        raise Usage("--by goes with --top or --draw")
    if any(ranked) and args["by"] is None:
        raise Usage("--top needs --by SCORE" if ranked[0] else "--draw needs --by SCORE")
    if sum(ranked) > 1:
        raise Usage("give one of --top, --draw and --draw-tokens")
    return args


def _subset(call: Call) -> dict:
    from curation.recipe import recipe_from_args
    from curation.workflow.subsetting import make_subset

    recipe = recipe_from_args(**{name: call.args[name] for name in (*RECIPE, *DRAWING)})
    return make_subset(call.workspace, call.args["dataset"], call.args["name"], recipe, progress=call.progress)


def _made(made: dict, args: dict) -> list[str]:
    steps = [f"  {step['words']}: {step['before']:,} to {step['after']:,}" for step in made["funnel"]]
    return [f"{made['name']} version {made['version']}: {made['rows']:,} rows", *steps]


SUBSET = Verb("subset", "choose rows", _subset_arguments, _subset, _made, prepare=_prepare_subset)


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("subset", metavar="SUBSET")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--format", default="original", help="original, alpaca, messages, sharegpt, ...")
    parser.add_argument("--split", metavar="95/5", help="two files, near-duplicates on one side")
    parser.add_argument("--seed", type=int, default=0)


def _export(call: Call) -> dict:
    from curation.workflow.exporting import export_subset

    args = call.args
    wanted = (args["subset"], args["out"], args["format"], args["split"], args["seed"])
    return export_subset(call.workspace, *wanted, progress=call.progress)


EXPORT = Verb(
    "export",
    "write a subset to a file, with its manifest",
    _export_arguments,
    _export,
    lambda made, args: made["told"],
    prepare=lambda args: args | {"out": absolute(args["out"])},
)


def _replay_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("manifest", metavar="MANIFEST")
    parser.add_argument("input", metavar="INPUT")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--recompute", action="store_true", help="compute the scores anew, list rows that change sides")


def _replay(call: Call) -> dict:
    from curation.workflow.exporting import replay

    args = call.args
    return replay(args["manifest"], args["input"], args["out"], args["recompute"], progress=call.progress)


def _replayed(made: dict, args: dict) -> list[str]:
    lines = [f"{made['rows']:,} rows written to {made['out']}, the same as before"]
    for about in made.get("recomputed", ()):
        lines.append(f"  {about['column']}: {_agreement(about, made['changed'])}")
    for row in made.get("changed", ()):
        lines.append(f"  row {row['row']} would be {row['now']}, was {row['was']}: {row['values']}")
    return lines


def _agreement(about: dict, changed: list[dict]) -> str:
    """How a score that was computed anew compares with the recorded one."""
    if not about["values"]:
        return "the same on every row"
    moved = sum(1 for row in changed if len(set(map(str, row["values"].get(about["column"], [])))) > 1)
    by = f", by at most {about['largest']:.3g}" if about["largest"] is not None else ""
    return f"differs on {about['values']:,} rows{by}; {moved:,} of these change sides"


REPLAY = Verb(
    "replay",
    "make the same file again from its manifest and the same input",
    _replay_arguments,
    _replay,
    _replayed,
    prepare=lambda args: args | {name: absolute(args[name]) for name in ("manifest", "input", "out")},
    needs_workspace=lambda args: False,
)

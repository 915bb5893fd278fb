"""prune, capabilities, degradation, paser."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.scoring import scored_lines, summary, with_paths
from curation.cli.values import absolute, pairs
from curation.cli.verb import Call, Usage, Verb

FAMILY = "paser"


def _prune_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="default, a local folder, or a hub name")
    parser.add_argument("out", metavar="OUT", help="folder of the pruned model, made by this")
    parser.add_argument("--method", default="wanda", choices=("wanda", "magnitude", "layers", "width"))
    parser.add_argument("--sparsity", metavar="SHARE|2:4", help="what goes; default: 1.4 to 2 times the perplexity")
    parser.add_argument("--data", metavar="DATASET", help="whose rows are looked at; else made-up ones")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting; may repeat")


def _prepare_prune(args: dict) -> dict:
    from curation.paser.tasks.prune import USUAL

    method = args.pop("method")
    own = {"model": args["model"], "method": method, **_sparsity(args.pop("sparsity") or str(USUAL[method]))}
    return args | {"settings": with_paths(pairs(args.pop("set")) | own, FAMILY, "prune"), "out": absolute(args["out"])}


def _sparsity(text: str) -> dict[str, str]:
    if text == "2:4":
        return {"pattern": "2:4", "sparsity": "0.5"}
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise Usage(f"--sparsity takes a share such as 0.5 or 50%, or 2:4, not {text}") from None
    return {"sparsity": str(share)}


def _prune(call: Call) -> dict[str, Any]:
    from curation.workflow import paser
    from curation.workflow.paser.pruning import checked_out

    args = call.args
    checked_out(args["out"])
    if not args["data"]:
        return {"out": args["out"], "facts": paser.prune_at_once(args["settings"], args["out"], call.progress)}
    from curation.workflow.scoring import wait

    job = paser.start_pruning(call.workspace, args["data"], args["settings"])
    state = wait(call.workspace, job["id"], call.progress)
    paser.copy_pruned(call.workspace, state["run"], args["out"])
    facts = next(one["facts"] for one in paser.list_pruned(call.workspace) if one["run"] == state["run"])
    return {"out": args["out"], "facts": facts, "run": state["run"]}


def _pruned(made: dict, args: dict) -> list[str]:
    facts = made["facts"]
    (before, after), (was, now) = facts["perplexity"], facts["parameters"]
    return [
        f"{made['out']}: {facts['method']}, sparsity {facts['sparsity']:g}",
        f"  parameters: {was:,} to {now:,}; {facts['zero_share']:.1%} of the blocks' weights are zero",
        f"  perplexity of {facts['measured_rows']:,} answers: {before:.2f} before, {after:.2f} after",
    ]


PRUNE = Verb(
    "prune",
    "prune a model, to try its recovery",
    _prune_arguments,
    _prune,
    _pruned,
    prepare=_prepare_prune,
    needs_workspace=lambda args: bool(args["data"]),
)


def _capabilities_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    by_hand = parser.add_mutually_exclusive_group()
    by_hand.add_argument(
        "--rename", action="append", metavar="NUMBER=NAME", help="instead; equal names are one cluster"
    )
    by_hand.add_argument("--undo", action="store_true", help="instead: take back the latest names given by hand")
    parser.add_argument(
        "--set", action="append", metavar="KEY=VALUE", help="clusters=12, method=k-means, ...; may repeat"
    )


def _prepare_capabilities(args: dict) -> dict:
    names = pairs(args.pop("rename"), "NUMBER=NAME")
    if any(not number.isdigit() for number in names):
        raise Usage("--rename takes NUMBER=NAME, such as 3=mathematics")
    return args | {"names": names, "settings": with_paths(pairs(args.pop("set")), FAMILY, "capabilities")}


def _capabilities(call: Call) -> dict[str, Any]:
    from curation.workflow import paser
    from curation.workflow.scoring import wait

    ws, args, made = call.workspace, call.args, {}
    if args["undo"]:
        paser.undo_renaming(ws, args["dataset"])
    elif args["names"]:
        paser.rename_capabilities(ws, args["dataset"], {int(number): name for number, name in args["names"].items()})
    else:
        job = paser.start_capabilities(ws, args["dataset"], args["settings"])
        made = summary(call, wait(ws, job["id"], call.progress))
    found = paser.capabilities_of(ws, args["dataset"])
    told = ("clusters", "gap", "stability", "agreement", "eigenvalues")
    return made | {"capabilities": found.capabilities} | {name: found.facts[name] for name in told}


def _clustered(made: dict, args: dict) -> list[str]:
    lines = scored_lines(made, args) if "job" in made else []
    steady = ", ".join(f"{name} {value:.2f}" for name, value in made["stability"].items() if value is not None)
    lines.append(
        f"  the largest gap of eigenvalues is after {made['gap']} clusters; steadiness (ARI): {steady or 'one seed'}"
    )
    return lines + [f"  {one['id']:>3}  {one['rows']:>7,}  {one['name']}" for one in made["capabilities"]]


CAPABILITIES = Verb(
    "capabilities",
    "cluster the prompts by capability",
    _capabilities_arguments,
    _capabilities,
    _clustered,
    prepare=_prepare_capabilities,
)

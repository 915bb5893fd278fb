"""degradation, paser, recover."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.paser import FAMILY
from curation.cli.scoring import scored_lines, summary, with_paths
from curation.cli.values import pairs
from curation.cli.verb import Call, Usage, Verb


def _models(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--original", default="default", metavar="M", help="before pruning; default: the bundled model")
    parser.add_argument("--pruned", required=True, metavar="M", help="a folder or a hub name")
    parser.add_argument(
        "--by", default="capability", metavar="COLUMN", help="skills that rows carry instead of clusters"
    )
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting; may repeat")


def _prepare(task: str):
    def prepare(args: dict) -> dict:
        named = with_paths({name: args[name] for name in ("original", "pruned")}, FAMILY, "degradation")
        return args | named | {"settings": with_paths(pairs(args.pop("set")), FAMILY, task)}

    return prepare


def _degradation(call: Call) -> dict[str, Any]:
    from curation.workflow import paser
    from curation.workflow.scoring import wait

    ws, args = call.workspace, call.args
    models = (args["original"], args["pruned"])
    if args["by"] == "capability" and paser.capabilities_of(ws, args["dataset"]) is None:
        wait(ws, paser.start_capabilities(ws, args["dataset"])["id"], call.progress)
    job = paser.start_degradation(ws, args["dataset"], *models, args["settings"], args["by"])
    made = summary(call, wait(ws, job["id"], call.progress))
    found = paser.lost(ws, args["dataset"], *models, args["by"])
    return made | {"identical": found.identical, "capabilities": paser.told(found)}


def _measured(made: dict, args: dict) -> list[str]:
    from curation.workflow.paser.degrading import NOTHING_LOST

    lines = [scored_lines(made, args)[0]]
    if made["identical"]:
        lines.append(f"  {NOTHING_LOST}")
    for bar in made["capabilities"]:
        mean = "not measured" if bar["mean"] is None else f"{bar['mean']:.4f}{_interval(bar)}"
        rows = f"{bar['measured']:,} of {bar['rows']:,} rows" if bar["rows"] else "no row that both models can read"
        part = f"; {bar['share']:.1%} of what was lost" if args["by"] != "capability" and bar["share"] else ""
        lines.append(f"  {mean}  {bar['name']} ({rows}{part})")
    return lines


def _interval(bar: dict) -> str:
    return "" if bar["low"] is None else f" [{bar['low']:.4f}, {bar['high']:.4f}]"


DEGRADATION = Verb(
    "degradation",
    "what a pruned model lost, by capability",
    _models,
    _degradation,
    _measured,
    prepare=_prepare("degradation"),
)


def _paser_arguments(parser: ArgumentParser) -> None:
    _models(parser)
    parser.add_argument("name", metavar="NAME", help="of the subset")
    parser.add_argument("--budget", required=True, metavar="B", help="rows, or a share such as 20%%")
    parser.add_argument("--hand", action="append", metavar="NUMBER=ROWS", help="rows of a capability set by hand")


def _prepare_paser(args: dict) -> dict:
    hand = pairs(args.pop("hand"), "NUMBER=ROWS")
    if any(not (number.isdigit() and rows.isdigit()) for number, rows in hand.items()):
        raise Usage("--hand takes NUMBER=ROWS, such as 3=250")
    return _prepare("choice")(args) | {"hand": hand}


def _paser(call: Call) -> dict[str, Any]:
    from curation.workflow import paser

    ws, args = call.workspace, call.args
    models = (args["original"], args["pruned"])
    if paser.lost(ws, args["dataset"], *models) is None:
        _degradation(Call(ws, args | {"settings": {}}, call.progress, call.write))
    hand = {int(number): int(rows) for number, rows in args["hand"].items()}
    options = {"by": args["by"], "floors": hand, "caps": hand, "settings": args["settings"], "progress": call.progress}
    return paser.recovery_set(ws, args["dataset"], args["name"], *models, args["budget"], **options)


def _chosen(made: dict, args: dict) -> list[str]:
    choice = made["choice"]
    lines = [f"{made['name']} version {made['version']}: {made['rows']:,} of {made['of']:,} rows"]
    if made["identical"]:
        lines.append("  the two models predict the same everywhere: every capability has an equal budget")
    lines.append(
        f"  refused for concepts that clash: {choice['refused']:,} ({choice['refused_share']:.1%} of those looked at)"
    )
    guessed = choice["taken"] - choice["measured"]
    if guessed:
        lines.append(
            f"  {guessed:,} of them were not measured: they rank by the mean of their capability over their cost"
        )
    if choice["order_likeness"] is not None:
        lines.append(f"  likeness of the set when capabilities come in another order: {choice['order_likeness']:.2f}")
    if choice["missing"]:
        lines.append(f"  {choice['missing']:,} rows of the budget could not be filled: every row left clashes")
    return lines + [f"  {one['id']:>3}  {one['taken']:>6,}  {one['name']}" for one in choice["capabilities"]]


PASER = Verb(
    "paser", "choose the rows that repair a pruned model", _paser_arguments, _paser, _chosen, prepare=_prepare_paser
)


def _recover_arguments(parser: ArgumentParser) -> None:
    _models(parser)
    parser.add_argument("--subset", action="append", required=True, metavar="NAME", help="to train on; may repeat")
    parser.add_argument("--against", default="", metavar="A,B", help="random, longest, all rows")
    parser.add_argument("--held-out", type=int, default=20, metavar="N", help="rows of each capability to measure by")


def _prepare_recover(args: dict) -> dict:
    against = [name.strip() for name in args["against"].split(",") if name.strip()]
    return _prepare("recover")(args) | {"against": against}


def _recover(call: Call) -> dict[str, Any]:
    from curation.workflow import paser
    from curation.workflow.scoring import wait

    ws, args = call.workspace, call.args
    options = {"held_out": args["held_out"], "by": args["by"], "settings": args["settings"]}
    models = (args["original"], args["pruned"])
    job = paser.start_recovery(ws, args["dataset"], *models, args["subset"], args["against"], **options)
    state = wait(ws, job["id"], call.progress)
    found = paser.recovery_of(ws, args["dataset"], state["run"])
    arms = {
        name: {
            "rows": found.rows[name],
            "left_out": found.left_out.get(name, 0),
            "mean": vars(found.means[name]),
            "losses": losses.tolist(),
        }
        for name, losses in found.arms.items()
    }
    first = next(iter(arms))
    verdicts = [found.verdict(first, name) for name in arms if name != first]
    before = {"original": found.original.tolist(), "pruned": found.pruned.tolist()}
    return {"job": job["id"], "run": state["run"], "groups": found.groups, **before, "arms": arms, "verdicts": verdicts}


def _recovered(made: dict, args: dict) -> list[str]:
    lines = ["mean loss of held-out answers (nats a token), over capabilities:"]
    for name in ("original", "pruned"):
        known = [value for value in made[name] if value is not None and value == value]
        lines.append(f"  {sum(known) / len(known):.4f}  {name}")
    for name, arm in made["arms"].items():
        short = f"; {arm['left_out']:,} too long to be read" if arm["left_out"] else ""
        told = f"{name} (trained on {min(arm['rows']):,} rows{short})"
        lines.append(f"  {arm['mean']['mean']:.4f}{_interval(arm['mean'])}  {told}")
    return lines + made["verdicts"]


RECOVER = Verb(
    "recover",
    "train a pruned model on subsets at equal steps, and compare",
    _recover_arguments,
    _recover,
    _recovered,
    prepare=_prepare_recover,
)

"""nile, rtuning, clear."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.scoring import scored_lines, summary, with_paths
from curation.cli.values import pairs
from curation.cli.verb import Call, Verb

DEFAULT = "knowledge,revise,consistency"


def _shared_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--target", default="default", metavar="M", help="the model to be trained: as in a scorer")
    parser.add_argument("--limit", type=int, metavar="N", help="N rows at random first; the rest later")
    parser.add_argument("--seed", type=int, default=0, help="of --limit")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="NAME or STEP.NAME; may repeat")
    parser.add_argument("--dry-run", action="store_true", help="say what is done and what the rest would take")


def _nile_arguments(parser: ArgumentParser) -> None:
    _shared_arguments(parser)
    parser.add_argument("--reviser", default="default", metavar="M|URL", help="or http(s)://HOST/v1#MODEL")
    parser.add_argument("--steps", default=DEFAULT, metavar="A,B", help=f"default: {DEFAULT}; control too")


def _prepare(args: dict) -> dict:
    models = {name: args[name] for name in ("target", "reviser") if name in args}
    return args | {"settings": pairs(args.pop("set")), **with_paths(models, "nile", "revision")}


def _steps_of(name: str):
    def run(call: Call) -> dict[str, Any]:
        return _done(call, call.args.get("steps") or name)

    return run


def _done(call: Call, named: str) -> dict[str, Any]:
    """Every step done in its order, and what each took."""
    from curation.workflow import nile
    from curation.workflow.nile.flow import with_needed
    from curation.workflow.nile.reading import read_settings, read_steps
    from curation.workflow.scoring import wait

    args, steps = call.args, read_steps(named)
    own = read_settings(args["settings"], with_needed(steps))
    flow = nile.Flow(args["target"], args.get("reviser", "default"), args["limit"], args["seed"], own)
    if args["dry_run"]:
        return {"dataset": args["dataset"], "steps": _foreseen(call, flow, with_needed(steps))}
    made = {}
    for step, job in nile.start(call.workspace, args["dataset"], flow, steps).items():
        made[step] = summary(call, wait(call.workspace, job["id"], call.progress))
    states = nile.step_states(call.workspace, args["dataset"], flow)
    told = {step: one | {name: states[step][name] for name in ("leaked", "usage")} for step, one in made.items()}
    return {"dataset": next(iter(made.values()))["dataset"], "steps": told}


def _foreseen(call: Call, flow, steps: list[str]) -> dict[str, dict]:
    """How each step stands, and an estimate of those that are not done."""
    from curation.workflow import nile

    found, names = {}, ("title", "state", "reason", "rows", "scored", "missing", "needs", "off")
    for step, state in nile.step_states(call.workspace, call.args["dataset"], flow).items():
        if step in steps:
            left = state["state"] != "done" and state["off"] is None
            about = nile.estimate_step(call.workspace, call.args["dataset"], flow, step) if left else None
            found[step] = {name: state[name] for name in names} | {"estimate": about}
    return found


def _told(one: dict) -> str:
    """A line about a step that was only looked at."""
    about, stands = one["estimate"], f"{one['title']}: {one['off'] or one['reason'] or one['state']}"
    if about is None:
        return f"{stands}, {one['scored'] or 0:,} of {one['rows']:,} rows" if one["state"] == "done" else stands
    minutes = about["note"] if about["seconds"] is None else f"about {about['seconds'] / 60:.1f} min"
    cost = "" if about["cost"] is None else f", cost at most {about['cost']:.4g}"
    kept = f", {about['kept']:,} rows answered already" if about["kept"] else ""
    return f"{stands}{kept}; {about['calls']:,} calls, at most {about['written_tokens']:,} tokens{cost}; {minutes}"


def _shown(made: dict, args: dict) -> list[str]:
    if args["dry_run"]:
        return [_told(one) for one in made["steps"].values()]
    lines = []
    for one in made["steps"].values():
        lines += scored_lines(one, args)
        usage = one["usage"]
        if usage:
            cost = f", cost {usage['cost']:.4g}" if usage["cost"] else ""
            before = f"{usage['kept_calls']:,} answered before"
            lines.append(f"  asked {usage['calls']:,} times, {before}; {usage['written_tokens']:,} tokens{cost}")
    return lines


NILE = Verb(
    "nile",
    "what a model knows of each row, revised answers, and how well they agree",
    _nile_arguments,
    _steps_of("nile"),
    _shown,
    prepare=_prepare,
)
RTUNING = Verb(
    "rtuning",
    "which answers the model gives by itself",
    _shared_arguments,
    _steps_of("rtuning"),
    _shown,
    prepare=_prepare,
)
CLEAR = Verb(
    "clear", "the model's confidence in each answer", _shared_arguments, _steps_of("clear"), _shown, prepare=_prepare
)

"""critiq, criteria, quality, judge."""

from argparse import ArgumentParser

from curation.cli.scoring import scored_lines, summary
from curation.cli.values import absolute, pairs
from curation.cli.verb import Call, Usage, Verb


def _settings(args: dict) -> dict:
    return args | {"settings": pairs(args.pop("set"))}


def _critiq_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--manager", default="", metavar="M|URL", help="invents and refines criteria; none without")
    parser.add_argument("--worker", default="default", metavar="M|URL", help="judges the pairs")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--criteria", type=int, default=20, metavar="N", help="criteria at a time")
    parser.add_argument("--name", default="criteria", metavar="SET", help="of the set; goes on from it if it is there")
    parser.add_argument("--domain", action="append", metavar="D", help="of the knowledge base, or none; may repeat")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the flow; may repeat")
    parser.add_argument("--dry-run", action="store_true", help="say what it would take")


def _critiq(call: Call) -> dict:
    from curation.workflow.critiq import estimate_mining, get_set, keep_mined, start_mining
    from curation.workflow.scoring import wait

    args = dict(call.args)
    domains = args.pop("domain")
    domains = [] if domains == ["none"] else domains
    if args.pop("dry_run"):
        limits = {name: args.pop(name) for name in ("rounds", "criteria")}
        args["settings"] = limits | args["settings"]
        return {"estimate": estimate_mining(call.workspace, args.pop("dataset"), domains=domains, **args)}
    job = start_mining(call.workspace, args.pop("dataset"), domains=domains, **args)
    done = wait(call.workspace, job["id"], call.progress)
    keep_mined(call.workspace)
    made = get_set(call.workspace, args["name"])
    return {"run": done["run"], **{key: made[key] for key in ("name", "version", "criteria", "candidates", "report")}}


def _foreseen(about: dict) -> list[str]:
    most = about.get("most", 0)
    more = f", at most {most:,} with what the manager writes" if most > about["judgements"] else ""
    time = about["note"] if about["seconds"] is None else f"about {about['seconds'] / 60:.1f} min"
    return [f"{about['judgements']:,} judgements of {about['pairs']:,} pairs{more}: {time}"]


def _mined(made: dict, args: dict) -> list[str]:
    if args["dry_run"]:
        return _foreseen(made["estimate"])
    report = made["report"]
    lines = [f"{made['name']} version {made['version']}: {len(made['criteria'])} criteria from {report['pairs']} pairs"]
    for one in made["criteria"]:
        measured = one.get("accuracy") is not None
        bounds = f"{one['low']:.2f} to {one['high']:.2f}, {one['coverage']:.0%} decided" if measured else one["status"]
        lines.append(f"  {one['name']}: {one['accuracy']:.2f} ({bounds})" if measured else f"  {one['name']}: {bounds}")
    for name, found in report["cross_fitted"].items():
        if found["accuracy"] is None:
            lines.append(f"  {name}, on pairs left out: decides none")
        else:
            bounds = f"{found['low']:.2f} to {found['high']:.2f}"
            lines.append(
                f"  {name}, on pairs left out: {found['accuracy']:.2f} ({bounds}), {found['coverage']:.0%} decided"
            )
    freed = report.get("contradicted", report["bias"])
    shares = f"{report['bias']:.0%}, and in {freed:.0%} once its liking for a letter is taken out"
    lines.append(f"  the worker contradicts itself between the two orders in {shares}")
    return lines + [f"  {warning}" for warning in report["warnings"]]


CRITIQ = Verb("critiq", "mine criteria of quality from pairs", _critiq_arguments, _critiq, _mined, prepare=_settings)


def _criteria_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("export", "import"))
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--name", metavar="SET", help="of the set; for import the name in the file if not given")


def _criteria(call: Call) -> dict:
    from curation.workflow.critiq import export_set, import_set

    args = call.args
    if args["action"] == "export":
        return export_set(call.workspace, args["name"] or "criteria", args["file"])
    made = import_set(call.workspace, args["file"], args["name"])
    return {"name": made["name"], "version": made["version"], "criteria": len(made["criteria"])}


CRITERIA = Verb(
    "criteria",
    "export or import a set of criteria",
    _criteria_arguments,
    _criteria,
    lambda made, args: [f"{made['name']} version {made['version']}: {made['criteria']} criteria {args['action']}ed"],
    prepare=lambda args: args | {"file": absolute(args["file"])},
)


def _quality_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--criteria", metavar="SET", help="annotate pairs of rows by this set, and train on them")
    parser.add_argument("--pairs", action="store_true", help="train on the pairs that people judged")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the score; may repeat")
    parser.add_argument("--dry-run", action="store_true", help="say what annotating by --criteria would take")


def _prepare_quality(args: dict) -> dict:
    if bool(args["criteria"]) == args["pairs"]:
        raise Usage("quality takes either --criteria SET or --pairs")
    if args["dry_run"] and args["pairs"]:
        raise Usage("--dry-run goes with --criteria: people's pairs are annotated already")
    return _settings(args)


def _quality(call: Call) -> dict:
    from curation.workflow.critiq import estimate_quality, quality_card, start_quality
    from curation.workflow.scoring import wait

    args = dict(call.args)
    if args.pop("dry_run"):
        args.pop("pairs")
        return {"estimate": estimate_quality(call.workspace, **args)}
    job = start_quality(call.workspace, **args)
    made = summary(call, wait(call.workspace, job["id"], call.progress))
    return made | {"card": quality_card(call.workspace, call.args["dataset"])}


def _scored(made: dict, args: dict) -> list[str]:
    if args["dry_run"]:
        return _foreseen(made["estimate"])
    card, held = made["card"], made["card"]["held_out"]
    agreed = (
        f"agrees on {held['agree']:.0%} of {held['pairs']:,} held-out pairs ({held['low']:.2f} to {held['high']:.2f})"
    )
    length = card["length_correlation"]
    follows = "" if length is None else f", correlation with length {length:.2f}"
    return [*scored_lines(made, args), f"  {agreed}, longer wins {held['longer_wins']:.0%}{follows}"]


QUALITY = Verb(
    "quality",
    "score rows by criteria or people's pairs",
    _quality_arguments,
    _quality,
    _scored,
    prepare=_prepare_quality,
)


def _judge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="PAIRS.jsonl")
    parser.add_argument("out", metavar="OUT.jsonl")
    parser.add_argument("--dataset", required=True, metavar="D")
    parser.add_argument("--with", dest="by", default="quality", metavar="quality|SET", help="what judges")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the judging; may repeat")


def _judge(call: Call) -> dict:
    from curation.workflow.critiq import judge_file

    args = call.args
    wanted = (args["file"], args["out"], args["dataset"], args["by"], args["settings"])
    return judge_file(call.workspace, *wanted, progress=call.progress)


def _judged(made: dict, args: dict) -> list[str]:
    agreed = f", agrees with {made['agree']:,} of {made['compared']:,} preferences" if made["compared"] else ""
    return [f"{made['decided']:,} of {made['pairs']:,} pairs decided{agreed}; written to {made['out']}"]


JUDGE = Verb(
    "judge",
    "say which text of each pair is better",
    _judge_arguments,
    _judge,
    _judged,
    prepare=lambda args: _settings(args) | {name: absolute(args[name]) for name in ("file", "out")},
)

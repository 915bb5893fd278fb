"""index, influence, signals."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.scoring import scored_lines, summary, with_paths
from curation.cli.values import absolute, pairs
from curation.cli.verb import Call, Usage, Verb

SHOWN = 5


def _settings(args: dict, *shorthands: str) -> dict[str, str]:
    """What ``--set`` says, and the settings that have an option of their own."""
    found = pairs(args.pop("set"))
    own = {name: args.pop(name) for name in shorthands}
    return found | {name: str(value) for name, value in own.items() if value is not None}


def _index_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--model", metavar="M", help="default, a local folder, or a hub name")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the index; may repeat")


def _prepare_index(args: dict) -> dict:
    return args | {"settings": with_paths(_settings(args, "model"), "influence", "index")}


def _index(call: Call) -> dict[str, Any]:
    from curation.workflow.influence import build_index
    from curation.workflow.scoring import wait

    job = build_index(call.workspace, call.args["dataset"], call.args["settings"])
    return summary(call, wait(call.workspace, job["id"], call.progress))


INDEX = Verb(
    "index", "build the gradient index of a data set", _index_arguments, _index, scored_lines, prepare=_prepare_index
)


def _influence_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("name", metavar="NAME", help="of the target; the score is influence_NAME")
    parser.add_argument(
        "--target", metavar="FILE", help="its rows, in any import format; else the target saved as NAME"
    )
    parser.add_argument("--method", default="index", metavar="METHOD", help="index, ekfac, bm25, ...; default: index")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the method; may repeat")


def _prepare_influence(args: dict) -> dict:
    settings = with_paths(_settings(args), "attribution", args["method"])
    return args | {"settings": settings, "target": absolute(args["target"]) if args["target"] else None}


def _influence(call: Call) -> dict[str, Any]:
    from curation.workflow import influence
    from curation.workflow.influence.methods import method_class
    from curation.workflow.scoring import wait

    ws, args = call.workspace, call.args
    method_class(args["method"])
    if args["target"]:
        influence.save_file_target(ws, args["dataset"], args["name"], args["target"], replace=True)
    target = influence.get_target(ws, args["dataset"], args["name"])
    job = influence.start_influence(ws, args["dataset"], args["name"], args["method"], args["settings"])
    made = summary(call, wait(ws, job["id"], call.progress))
    told = {name: target[name] for name in ("name", "rows", "origin", "detail", "sha256")}
    return {**made, "method": args["method"], "target": told, **_ends(call, made)}


def _ends(call: Call, made: dict) -> dict[str, list[dict]]:
    """The rows that help most and those that hurt most, with their values."""
    import numpy as np

    from curation.workflow.rows import columns

    values = columns(call.workspace, call.args["dataset"]).number(made["columns"][0])
    helps = [row for row in np.argsort(-values, kind="stable")[:SHOWN].tolist() if values[row] > 0]
    hurts = [row for row in np.argsort(values, kind="stable")[:SHOWN].tolist() if values[row] < 0]
    shown = lambda rows: [{"row": row, "value": float(values[row])} for row in rows]  # noqa: E731
    return {"helps": shown(helps), "hurts": shown(hurts)}


def _influenced(made: dict, args: dict) -> list[str]:
    target = made["target"]
    lines = scored_lines(made, args)
    aside = target["detail"].get("set_aside", 0) + target["detail"].get("without_answer", 0)
    lines.append(f"  target: {target['rows']:,} rows" + (f", {aside:,} set aside" if aside else ""))
    for side in ("helps", "hurts"):
        rows = ", ".join(f"row {one['row']} ({one['value']:.4g})" for one in made[side])
        lines.append(f"  {side} most: {rows or 'none'}")
    return lines


INFLUENCE = Verb(
    "influence",
    "which rows help or hurt a target",
    _influence_arguments,
    _influence,
    _influenced,
    prepare=_prepare_influence,
)


def _signals_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("action", nargs="?", choices=("import",), metavar="import", help="read a trainer's own log")
    parser.add_argument("file", nargs="?", metavar="FILE", help="JSONL, JSON, CSV or Parquet")
    parser.add_argument("--model", metavar="M", help="default, a local folder, or a hub name")
    parser.add_argument("--epochs", type=int, metavar="N", help="of the proxy fine-tuning")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting; may repeat")


def _prepare_signals(args: dict) -> dict:
    if (args["action"] is None) != (args["file"] is None):
        raise Usage("signals DATASET import takes a FILE")
    settings = _settings(args, "model", "epochs")
    if args["action"]:
        unknown = sorted(set(settings) - {"row_column", "epoch_column"})
        if unknown:
            raise Usage(f"signals import has no setting {', '.join(unknown)}; known: row_column, epoch_column")
        return args | {"settings": settings, "file": absolute(args["file"])}
    return args | {"settings": with_paths(settings, "influence", "signals")}


def _signals(call: Call) -> dict[str, Any]:
    from curation.workflow.influence.signals import import_signals, start_signals
    from curation.workflow.scoring import wait

    args = call.args
    if args["action"]:
        return import_signals(call.workspace, args["dataset"], args["file"], **args["settings"])
    job = start_signals(call.workspace, args["dataset"], args["settings"])
    return summary(call, wait(call.workspace, job["id"], call.progress))


def _signalled(made: dict, args: dict) -> list[str]:
    if not args["action"]:
        return scored_lines(made, args)
    epochs = f"{made['epochs']:,} epoch{'s' if made['epochs'] != 1 else ''}"
    lines = [f"{made['matched']:,} rows of {made['dataset']} found in the log, by {made['by']}, over {epochs}"]
    lines += [
        f"  not in the data set: {rows:,} rows of the log ({reason})" for reason, rows in made["unmatched"].items()
    ]
    lines += [f"  left out: {count:,} lines ({reason})" for reason, count in made["skipped"].items()]
    return [*lines, f"  columns: {', '.join(made['columns'])}"]


SIGNALS = Verb(
    "signals",
    "training signals of every row, computed or imported",
    _signals_arguments,
    _signals,
    _signalled,
    prepare=_prepare_signals,
)

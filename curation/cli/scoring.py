"""map, score, scores."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.values import absolute, pairs
from curation.cli.verb import Call, Verb

PATHS = ("file", "model", "embedder")


def _map_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")


def _map(call: Call) -> dict:
    from curation.workflow.mapping import start_map
    from curation.workflow.scoring import wait

    job = start_map(call.workspace, call.args["dataset"])
    return summary(call, wait(call.workspace, job["id"], call.progress))


def _score_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("scorer", metavar="SCORER")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="a setting of the scorer; may repeat")
    parser.add_argument("--limit", type=int, metavar="N", help="score N rows at random, as a partial run")
    parser.add_argument("--seed", type=int, default=0, help="of --limit")


def _prepare_score(args: dict) -> dict:
    return args | {"settings": with_paths(pairs(args.pop("set")), "scorers", args["scorer"])}


def with_paths(settings: dict[str, str], family: str, task: str) -> dict[str, str]:
    """The settings, those that name a file or a folder here as absolute paths."""
    if not settings:
        return settings
    from curation.jobs.families import task_class

    known = getattr(task_class(family, task).Settings, "__dataclass_fields__", {})
    paths = {name for name in settings if name in known and known[name].metadata.get("kind") in PATHS}
    return {name: _found_here(value) if name in paths else value for name, value in settings.items()}


def _found_here(value: str) -> str:
    import os

    path = absolute(value)
    return path if value and os.path.exists(path) else value


def _score(call: Call) -> dict:
    from curation.workflow.scoring import start_task, wait

    args = call.args
    job = start_task(
        call.workspace, args["dataset"], "scorers", args["scorer"], args["settings"], args["limit"], args["seed"]
    )
    return summary(call, wait(call.workspace, job["id"], call.progress))


def summary(call: Call, state: dict) -> dict[str, Any]:
    """A finished job as the verb's result."""
    from store import runs

    run = runs.get(call.workspace.database, state["run"])
    keys = ("dataset", "title", "state", "rows", "scored", "partial", "seconds", "run", "settings", "limit", "seed")
    found = {"job": state["id"], "task": state["task"], **{key: state[key] for key in keys}}
    columns = [column["name"] for column in run["columns"]]
    return {**found, "missing": run["missing"], "columns": columns, "fingerprint": run["fingerprint"]}


def scored_lines(made: dict, args: dict) -> list[str]:
    """A ``summary`` as people read it."""
    partial = f" (partial: {made['limit']:,} at random)" if made["partial"] else ""
    scored = f"{made['scored']:,} of {made['rows']:,} rows{partial} in {made['seconds']:.1f} s"
    missing = [f"  without: {reason} ({rows:,})" for reason, rows in made["missing"].items()]
    return [f"{made['title']} of {made['dataset']}: {scored}", f"  columns: {', '.join(made['columns'])}", *missing]


MAP = Verb("map", "embed, lay out and cluster a data set", _map_arguments, _map, scored_lines)
SCORE = Verb("score", "compute a score for its rows", _score_arguments, _score, scored_lines, prepare=_prepare_score)


def _scores_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET")
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv")


def _scores(call: Call) -> None:
    from curation.cli.rows_output import csv_text, json_lines, json_list
    from curation.workflow.scores_table import scores_table

    rows = scores_table(call.workspace, call.args["dataset"])
    writer = json_list if call.as_json else {"csv": csv_text, "jsonl": json_lines}[call.args["format"]]
    for text in writer(rows):
        call.write(text)


SCORES = Verb("scores", "print every row's scores", _scores_arguments, _scores, lambda made, args: ())

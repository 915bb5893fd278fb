"""What the worker answers, beside its jobs, by name in ``QUESTIONS``. Adding one is adding a function here."""

import math
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from curation.jobs.ask import socket_path
from curation.jobs.families import task_class
from curation.jobs.gate import gate
from curation.jobs.planning import probe_whole
from curation.jobs.reasons import plain_reason
from curation.jobs.rows import SCHEMA, JobRows, write_rows
from curation.jobs.run_shard import run_shard
from curation.jobs.sample_json import from_json
from curation.jobs.sockets import Line, Server
from curation.plugin import Context, Task, settings_from


def serve(workspace: Path) -> Server:
    """Answer asks in this workspace until the server is closed."""
    return Server(socket_path(workspace), lambda line: _answer(workspace, line))


def embed(workspace: Path, texts: list[str], model: str = "default") -> list[list[float]]:
    """A unit vector for each text."""
    from curation.models import embedder

    return [[float(value) for value in vector] for vector in embedder.load(model).encode(texts)]


def measure(workspace: Path, family: str, task: str, settings: dict, samples: list[str], **given) -> dict[str, Any]:
    """What a row costs: the task tried over these samples (JSON texts); over few of them where it has no shards."""

    def tried(one: Task, context: Context, table: pa.Table) -> dict[str, Any]:
        if one.sharded:
            return one.tried(lambda rows: run_shard(one, rows, context), table)
        return probe_whole(one, table, context)

    return _run(workspace, family, task, settings, samples, tried, **given)


def score(workspace: Path, family: str, task: str, settings: dict, samples: list[str], **given) -> list[dict]:
    """Column -> value for each sample, null where missing, and ``missing``, the reason."""

    def scored(one: Task, context: Context, table: pa.Table) -> list[dict]:
        if not one.sharded:
            raise ValueError(f"{one.title} works on all rows at once and scores no sample alone")
        columns = [column.name for column in one.columns] + ["missing"]
        return [_plain(row) for row in run_shard(one, table, context).select(columns).to_pylist()]

    return _run(workspace, family, task, settings, samples, scored, **given)


def influence(workspace: Path, **asked) -> dict[str, Any]:
    """Influence of an index's rows on a target; see ``curation.influence.asking``."""
    from curation.influence import answering

    return answering.influence(workspace, **asked)


def influence_tokens(workspace: Path, **asked) -> dict[str, Any]:
    """How much one row helps each token of a target's answer; see ``curation.influence.asking``."""
    from curation.influence import answering

    return answering.influence_tokens(workspace, **asked)


QUESTIONS = {
    "embed": embed,
    "probe": measure,
    "score": score,
    "influence": influence,
    "influence_tokens": influence_tokens,
}


def _answer(workspace: Path, line: Line) -> None:
    request = line.receive()
    if request is None:
        return
    try:
        question = QUESTIONS.get(request["ask"])
        if question is None:
            raise ValueError(f"{request['ask']} cannot be asked; known: {', '.join(QUESTIONS)}")
        deadline = time.monotonic() + float(request["deadline"])
        with gate.ask(deadline):
            answer = question(workspace, **request["arguments"])
    except TimeoutError as error:
        line.send({"error": str(error)})
    except Exception as error:
        if not isinstance(error, ValueError):
            traceback.print_exc()
        line.send({"error": plain_reason(error)})
    else:
        line.send({"answer": answer})


def _run(workspace, family, task, settings, samples, use, positions=None, inputs=None):
    """``use(task, context, table)``, the task prepared and opened over these samples alone in a folder that goes."""
    kind = task_class(family, task)
    one = kind(settings_from(kind.Settings, settings))
    if not one.sharded and not one.proportional:
        raise ValueError(f"{kind.title} works on all rows at once and cannot be tried on a few")
    places = list(range(len(samples))) if positions is None else positions
    with tempfile.TemporaryDirectory(prefix="winnow-ask-") as folder:
        prepared = Path(folder) / "prepared"
        prepared.mkdir()
        write_rows(Path(folder) / "in", [(places, map(from_json, samples))])
        found = {name: workspace / path for name, path in (inputs or {}).items()}
        context = Context(prepared, found, workspace=workspace)
        one.prepare(JobRows(Path(folder) / "in"), context)
        one.open(context)
        table = pa.table([np.asarray(places), samples], schema=SCHEMA)
        return use(one, context, table)


def _plain(row: dict) -> dict:
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}

"""How honest is the estimate of a step that writes? Seconds a row as told from a few rows, and as it comes; JSON lines.

CodeAlpaca rows through a step of the bundled model that needs nothing before it (``revision_control``, or ``knowledge``
without demonstrations). ``few`` is what a row of the few takes as it is, ``told`` what the estimate makes of it,
``taken`` what a row takes when all are written. Processor seconds of this process, since wall time on a machine that
does other things tells of those.

    python -m tests.bench.nile_estimate [rows 32] [tokens 48] [steps knowledge,revision_control]
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from tests.bench.model_speed import SOURCE, samples


def measure(step: str, rows: int, tokens: int) -> dict:
    """Seconds a row: of the few, as told, as taken."""
    import numpy as np
    import pyarrow as pa

    from curation.jobs.families import task_class
    from curation.jobs.planning import probe
    from curation.jobs.rows import SCHEMA
    from curation.jobs.run_shard import run_shard
    from curation.jobs.sample_json import to_json
    from curation.plugin import Context

    kind = task_class("nile", step)
    task = kind(kind.Settings(max_tokens=tokens, **({"shots": 0} if step == "knowledge" else {})))
    table = pa.table([np.arange(rows), [to_json(one) for one in samples(rows)]], schema=SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(Path(folder))
        task.open(context)

        def score(some):
            return run_shard(task, some, context)

        few, told = probe(score, table), task.tried(score, table)
        begin = time.perf_counter()
        score(table)
        taken = (time.perf_counter() - begin) / rows
    found = {"few": few["seconds_per_row"], "told": told["seconds_per_row"], "taken": taken}
    return {name: round(value, 3) for name, value in found.items()}


def main(rows: int = 32, tokens: int = 48, steps: str = "knowledge,revision_control") -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    time.perf_counter = time.process_time
    for step in steps.split(","):
        told = measure(step, rows, tokens)
        print(
            json.dumps({"step": step, "rows": rows, "tokens": tokens, **told, "load": os.getloadavg()[0]}), flush=True
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])

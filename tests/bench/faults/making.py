"""Workspaces to be struck."""

import json
import random
from pathlib import Path

from curation.workflow.annotating import annotate
from curation.workflow.importing import import_file
from curation.workflow.listing import resolve_dataset
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.workflow.scored import add_scores

NAME, SUBSET = "struck", "kept"


def make(folder: Path, rows: int, labelled: int = 0, scored: bool = False) -> Path:
    """The new workspace ``folder`` with ``rows`` rows, the first of them labelled; with scores and a subset if
    ``scored``."""
    draw = random.Random(rows)
    folder.mkdir(parents=True)
    source = folder / "rows.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for n in range(rows):
            answer = " ".join(draw.choices(["one", "two", "three", "four", "done"], k=draw.randint(5, 60)))
            file.write(json.dumps({"instruction": f"question {n}", "input": "", "output": answer}) + "\n")
    with Workspace.open(folder) as ws:
        import_file(ws, source, NAME)
        for n in range(labelled):
            annotate(ws, NAME, [n], decision=("keep", "drop")[n % 2], note=f"note {n}", person=f"person {n % 3}")
        if scored:
            add_scores(ws, resolve_dataset(ws, NAME)["id"], "text", response_words=range(rows))
            make_subset(ws, NAME, SUBSET, where=["response_words >= 10"])
    return folder

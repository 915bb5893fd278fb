"""What tasks are given of pairs and criteria: files of the workspace, named by what they hold."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from curation.critiq.criteria import Criterion, to_json
from curation.critiq.pairs import Pair, write_pairs
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.workspace import Workspace

FOLDER = "critiq"


@needs("curator", ANYWHERE)
def pairs_file(ws: Workspace, pairs: Sequence[Pair]) -> str:
    """A file with these pairs; an equal one that is there serves again."""
    return str(_kept(ws, "jsonl", lambda path: write_pairs(path, pairs)))


@needs("curator", ANYWHERE)
def criteria_file(ws: Workspace, criteria: Sequence[Criterion]) -> str:
    """A file with these criteria, in their order."""
    text = json.dumps(to_json(criteria))
    return str(_kept(ws, "json", lambda path: path.write_text(text, encoding="ascii")))


def _kept(ws: Workspace, ending: str, write) -> Path:
    folder = ws.folder / FOLDER
    folder.mkdir(exist_ok=True)
    part = folder / f"{id(write):x}.part"
    try:
        write(part)
        path = folder / f"{hashlib.sha256(part.read_bytes()).hexdigest()[:32]}.{ending}"
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path

"""What the worker answers about influence: scores of all rows of an index for a target, and a target's tokens."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

from curation.influence.index.folder import Index
from curation.influence.query import ready, scores
from curation.influence.target_gradients import save, target_vectors
from curation.jobs.publishing import read_json, write_json
from curation.jobs.sample_json import from_json

ASKED = "asked"
MOST_BYTES = 2 << 30


def influence(workspace: Path, index: str, samples: list[str], damping: float = 0.0) -> dict[str, Any]:
    """Scores of the index in the folder ``index`` for ``samples`` (JSON texts), as a file under ``WORKSPACE/asked``.

    The answer names it relative to the workspace and says what it rests on; equal asks find the same file.
    """
    begin = time.monotonic()
    opened, asked = Index(workspace / index), workspace / ASKED
    name = hashlib.sha256(f"{opened.digest}\n{damping!r}\n{samples!r}".encode()).hexdigest()
    path, about = asked / f"{name}.npy", asked / f"{name}.json"
    known = read_json(about)
    if known and path.exists():
        os.utime(path), os.utime(about)
        return known | {"cached": True, "seconds": round(time.monotonic() - begin, 3)}
    model = _model(opened)
    target = [from_json(text) for text in samples]
    vectors, refused = target_vectors(opened, model, target, asked / "gradients")
    answered = time.monotonic()
    save(path, scores(opened, ready(opened, vectors, damping), model.device))
    done = time.monotonic()
    facts = _facts(opened, damping) | {
        "scores": str(path.relative_to(workspace)),
        "positions": str(Path(index) / "positions.npy"),
        "rows": len(opened),
        "targets": len(vectors),
        "kept": [place for place in range(len(target)) if place not in refused],
        "refused": refused,
        "gradient_seconds": round(answered - begin, 3),
        "query_seconds": round(done - answered, 3),
    }
    write_json(about, facts)
    tidy(asked, MOST_BYTES)
    return facts | {"cached": False, "seconds": round(time.monotonic() - begin, 3)}


def influence_tokens(workspace: Path, index: str, row: int, sample: str, damping: float = 0.0) -> dict[str, Any]:
    """How much training on ``row`` of the index raises the log-probability of each token of the sample's answer."""
    from curation.influence.tokens import token_influence

    begin = time.monotonic()
    opened = Index(workspace / index)
    if not 0 <= row < len(opened):
        raise ValueError(f"the index has no row {row:,}")
    texts, values = token_influence(opened, _model(opened), row, from_json(sample), damping)
    about = {"tokens": texts, "values": [float(value) for value in values], "sum": float(values.sum())}
    return about | {"damping": damping or opened.damping, "seconds": round(time.monotonic() - begin, 3)}


def tidy(folder: Path, most: int) -> None:
    """Remove the files under ``folder`` that were longest not used until the others take at most ``most`` bytes."""
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: -path.stat().st_mtime)
    taken = 0
    for path in files:
        taken += path.stat().st_size
        if taken > most and path != files[0]:
            path.unlink(missing_ok=True)


def _facts(index: Index, damping: float) -> dict[str, Any]:
    chosen = index.facts["settings"]
    return {
        "model": index.facts["model"],
        "layers": chosen["layers"],
        "layer_count": len(index.facts["layers"]),
        "projection": chosen["projection"],
        "size": index.size,
        "precision": chosen["precision"],
        "max_tokens": chosen["max_tokens"],
        "agreement": index.facts["agreement"],
        "damping": damping or index.damping,
        "damping_chosen": not damping,
    }


def _model(index: Index):
    from curation.models import language_model

    model = language_model.load(index.facts["settings"]["model"])
    index.check(model.fingerprint)
    return model

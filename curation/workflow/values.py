"""Values of labelled rows: which label, which rows are tested by, and starting the computation.

Tasks cannot reach the store, so what people and columns say is written into a file of the workspace, named by its
content, and given to the task as a setting. Other labels are another file, and so another job.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from curation.columns import Columns, find_column, group_codes
from curation.conditions import mask, parse
from curation.influence.tasks.tmc_shapley import FACTS, MOST_PLAYERS
from curation.influence.values.labelled import Labelled, write_labelled
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.influence.results import facts_of
from curation.workflow.listing import resolve_dataset
from curation.workflow.rows import columns
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import folders

FAMILY = "influence"
METHODS = {"knn": "knn_shapley", "tmc": "tmc_shapley"}
DECISION = "decision"
KEPT, REFUSED = "kept", "refused"
VERDICTS = {"keep": KEPT, "drop": REFUSED, "fix": REFUSED}
MOST_CLASSES = 50
LEAST = 4


@needs("curator")
def start_values(
    ws: Workspace,
    dataset: str | int,
    method: str = "knn",
    label: str = DECISION,
    against: str = "",
    group: str = "",
    settings: dict | None = None,
    *,
    person: str | None = None,
) -> dict:
    """The job that values the labelled rows of a data set, as ``job_states`` describes it.

    ``label`` is a column with few values; ``decision`` joins drop and fix as refused, and ``tag:NAME`` is the rows with
    that tag against the others. ``against`` is a condition that names the rows to test by, which are not valued
    themselves; without one, kNN-Shapley tests each row by all others and tmc holds some out. ``group`` (tmc) is a
    column whose groups are valued as one. Problem in plain words when it cannot be.
    """
    if method not in METHODS:
        raise Problem(f"the method must be {' or '.join(METHODS)}, not {method}")
    if group and method != "tmc":
        raise Problem("only tmc values groups of rows as one")
    record = resolve_dataset(ws, dataset)
    found = labelled(columns(ws, record["id"]), label, against, group)
    if method == "tmc" and not group and found.valued.sum() > MOST_PLAYERS:
        raise Problem(
            f"tmc values at most {MOST_PLAYERS:,} rows one by one, and {int(found.valued.sum()):,} have a label: "
            "name a group whose rows are valued as one (cluster_name, for instance), or use knn"
        )
    chosen = {**(settings or {}), "labels": str(_stored(ws, found))}
    return start_task(ws, record["id"], FAMILY, METHODS[method], chosen, person=person)


@needs("viewer", "run_id")
def sampled_orders(ws: Workspace, run_id: int) -> dict[str, Any]:
    """What Monte Carlo Shapley values of this run rest on; see ``TmcShapley``. Empty where the run kept nothing."""
    return facts_of(folders.folder(ws.database, "runs", run_id), FACTS)


def labelled(table: Columns, label: str = DECISION, against: str = "", group: str = "") -> Labelled:
    """The labels of all rows, which of them are valued, and which they are tested by. Problem in plain words."""
    codes, classes = labels_of(table, label)
    has_label = codes >= 0
    present = np.unique(codes[has_label])
    if len(present) < 2 or has_label.sum() < LEAST:
        raise Problem(
            f"values need rows with at least two different labels, {LEAST} rows in all: {label} has "
            f"{int(has_label.sum()):,} with {len(present)}"
        )
    tested = has_label if not against.strip() else has_label & mask(parse(against), table)
    valued = has_label if not against.strip() else has_label & ~tested
    if not tested.any() or not valued.any():
        which = "none of the labelled rows matches" if not tested.any() else "all of the labelled rows match"
        raise Problem(f"{which} {against}: some must be tested by, and others valued")
    about = {"label": label, "against": against, "group": group}
    groups = group_codes(table, group) if group else None
    return Labelled(codes.astype(np.int32), tuple(classes), valued, tested, groups, about)


def labels_of(table: Columns, name: str) -> tuple[np.ndarray, list[str]]:
    """Codes ``(n,)`` into the classes, -1 for rows without a label; Problem where the column is none to learn from."""
    kind, _, tag = name.partition(":")
    if kind == "tag" and tag:
        return _tagged(table, tag), [f"not {tag}", tag]
    info = find_column(table, name)
    if info.kind == "label":
        codes, categories = table.label(name)
        if name.partition(":")[0] == DECISION:
            return _joined(codes, categories)
    elif info.kind == "number":
        values = np.asarray(table.number(name), np.float64)
        numbers = np.unique(values[~np.isnan(values)])
        codes = np.where(np.isnan(values), -1, np.searchsorted(numbers, values))
        categories = [f"{number:g}" for number in numbers]
    else:
        raise Problem(f"{name} holds texts: a label is a column with few values, the decision, or tag:NAME")
    used = np.unique(codes[codes >= 0])
    if len(used) > MOST_CLASSES:
        raise Problem(f"{name} has {len(used):,} different values; a label has at most {MOST_CLASSES}")
    places = np.full(len(categories) + 1, -1)
    places[used] = np.arange(len(used))
    return places[codes], [categories[code] for code in used]


def _joined(codes: np.ndarray, categories: list[str]) -> tuple[np.ndarray, list[str]]:
    """Decisions as kept or refused; what people differ on has no label."""
    classes = [KEPT, REFUSED]
    places = [classes.index(VERDICTS[name]) if name in VERDICTS else -1 for name in categories]
    return np.array([*places, -1])[codes], classes


def _tagged(table: Columns, tag: str) -> np.ndarray:
    offsets, codes, categories = table.tags("tag")
    if tag not in categories:
        raise Problem(f"no row has the tag {tag}; there are {', '.join(categories[:12]) or 'none'}")
    having = np.add.reduceat(np.append(codes == categories.index(tag), False), offsets[:-1])
    return np.where(np.diff(offsets) > 0, having > 0, False).astype(np.int64)


def _stored(ws: Workspace, found: Labelled) -> Path:
    """The file that holds these labels; an equal one that is there is used again."""
    digest = hashlib.sha256(repr((found.classes, found.about)).encode())
    for part in (found.codes, found.valued, found.tested, found.groups):
        digest.update(b"" if part is None else np.ascontiguousarray(part).tobytes())
    path = ws.folder / "labels" / f"{digest.hexdigest()[:32]}.parquet"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        write_labelled(path, found)
    return path

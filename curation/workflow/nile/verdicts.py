"""What became of proposals, as it follows from people's tags and corrections."""

from collections.abc import Callable

import numpy as np

from curation.workflow.access.needing import needs
from curation.workflow.rows import columns
from curation.workflow.seen import all_said, corrected
from curation.workflow.workspace import Workspace
from store import folders, runs

OPEN, ACCEPTED, EDITED, REJECTED = STATES = ("open", "accepted", "edited", "rejected")


@needs("viewer", "record")
def standing(ws: Workspace, record: dict, column: str, tag: Callable[[str], str]) -> tuple[np.ndarray, np.ndarray]:
    """Positions (k,) int64 of rows with a text in ``column``, and codes (k,) int8 into ``STATES``.

    Accepted or edited where a row so tagged is corrected, by whether the text that stands is the proposal; rejected
    where the tag says so, unless the proposal is newer than what was said.
    """
    table = columns(ws, record["id"])
    if column not in table.runs.serving:
        return np.empty(0, np.int64), np.empty(0, np.int8)
    texts = table.texts(column)
    positions = np.array([row for row, text in enumerate(texts) if text is not None], np.int64)
    codes = np.full(len(texts), STATES.index(OPEN), np.int8)
    no = _tagged(table, tag(REJECTED))
    no[_stale(ws, record, column, texts, np.flatnonzero(no), tag(REJECTED))] = False
    codes[no] = STATES.index(REJECTED)
    yes = _tagged(table, tag(ACCEPTED)) | _tagged(table, tag(EDITED))
    for row, corrections in corrected(ws, record["id"], np.flatnonzero(yes)).items():
        codes[row] = STATES.index(ACCEPTED if texts[row] in corrections.values() else EDITED)
    return positions, codes[positions]


def _tagged(table, tag: str) -> np.ndarray:
    """Rows (n,) bool to which anyone gave the tag."""
    offsets, codes, categories = table.tags("tag")
    found = np.zeros(len(table), bool)
    if tag in categories:
        rows = np.repeat(np.arange(len(table)), np.diff(offsets))
        found[rows[codes == categories.index(tag)]] = True
    return found


def _stale(ws: Workspace, record: dict, column: str, texts: list, rejected: np.ndarray, tag: str) -> list[int]:
    """Rows of ``rejected`` whose proposal nobody can have seen: no run that was there by then has the same text."""
    made = [run for run in runs.listed(ws.database, record["id"]) if column in {c["name"] for c in run["columns"]}]
    if not len(rejected) or len(made) < 2:
        return []
    when: dict[int, str] = {}
    for state in all_said(ws, record["id"]):
        if tag in state["tags"]:
            when[state["row"]] = max(when.get(state["row"], ""), state["made"])
    seen: set[int] = set()
    for run in made:
        known = _texts_of(ws, run["id"], column)
        seen |= {row for row in rejected.tolist() if run["created"] <= when[row] and known.get(row) == texts[row]}
    return [row for row in rejected.tolist() if row not in seen]


def _texts_of(ws: Workspace, run: int, column: str) -> dict[int, str]:
    import pyarrow.parquet as parquet

    path = folders.folder(ws.database, "runs", run) / "values.parquet"
    table = parquet.read_table(path, columns=["position", column])
    return dict(zip(table.column("position").to_pylist(), table.column(column).to_pylist(), strict=True))

"""Rows with knowledge, revisions, a control and CLEAR's proposals, as finished jobs would leave them."""

from store import runs
from tests.workflow.making import add, add_run, alpaca

ROWS = 12
TEXT, NUMBER = "text", "number"


def add_rows(ws, folder, name="d", rows=ROWS) -> int:
    """Import ``rows`` questions with answers; the id of the data set."""
    return add(ws, folder, [alpaca(f"question {n}", f"answer {n}") for n in range(rows)], name)["id"]


def add_revisions(ws, number, rows=ROWS, word="better", column="nile_revision", positions=None, **more) -> dict:
    """A run with a revision of every row but the last; the record of the run."""
    there = range(rows) if positions is None else positions
    texts = [None if n == rows - 1 else f"{word} answer {n}" for n in there]
    return add_run(ws, number, rows, {(column, TEXT): texts}, positions=positions, **more)


def add_knowledge(ws, number, rows=ROWS) -> dict:
    """A run with what the model knows of every row."""
    return add_run(ws, number, rows, {("nile_knowledge", TEXT): [f"- known of {n}" for n in range(rows)]})


def add_confidence(ws, number, rows=ROWS) -> dict:
    """CLEAR's columns: confidence falls with the row, preference for the model's own answer rises."""
    values = [n / (rows - 1) for n in range(rows)]
    columns = {("clear_confidence", NUMBER): values[::-1], ("clear_preference", NUMBER): values}
    columns |= {("clear_proposal", TEXT): [f"own answer {n}" for n in range(rows)]}
    return add_run(ws, number, rows, columns)


def forget(ws, run) -> None:
    """Delete a run."""
    runs.delete(ws.database, [run["id"]])

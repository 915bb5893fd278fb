"""The verb shapley: from labels of the file to a stored column, and what it refuses."""

import csv
import io

import numpy as np
import pytest

from curation.workflow.workspace import Workspace
from tests.mapped import add_embedding, unit_vectors

ROWS = 40


@pytest.fixture
def labelled(good, tmp_path):
    """Forty rows about two things, labelled as such but for row 3, with vectors that no model had to compute."""
    path = tmp_path / "rows.jsonl"
    kinds = ["a" if row < ROWS // 2 else "b" for row in range(ROWS)]
    kinds[3] = "b"
    lines = [f'{{"question": "q {row}", "answer": "x {row}", "kind": "{kind}"}}' for row, kind in enumerate(kinds)]
    path.write_text("\n".join(lines) + "\n")
    made = good("import", path, "--name", "d")
    with Workspace.open(tmp_path / "workspace") as ws:
        add_embedding(ws, made["id"], unit_vectors(ROWS, 2)[0])


def test_values_of_a_label_are_stored_as_a_score(labelled, good, run):
    made = good("shapley", "d", "--label", "kind", "--set", "neighbours=3", "--set", "vector=prompt")
    assert (made["columns"], made["scored"]) == (["knn_shapley", "knn_shapley_error"], ROWS)
    table = list(csv.DictReader(io.StringIO(run("scores", "d")[1])))
    values = np.array([float(row["knn_shapley"]) for row in table])
    assert values.argmin() == 3
    assert (
        good("shapley", "d", "--label", "kind", "--set", "neighbours=3", "--set", "vector=prompt")["job"] == made["job"]
    )


def test_any_metric_by_sampling(labelled, good, run):
    made = good(
        *("shapley", "d", "--method", "tmc", "--label", "kind", "--metric", "recall_at_50"),
        *("--against", "row < 10 or row >= 30", "--set", "permutations=4"),
    )
    assert made["scored"] == 20 and made["missing"] == {"the row is one that others are tested by": 20}
    status, _, err = run("shapley", "d", "--method", "tmc", "--label", "kind", "--metric", "nonsense")
    assert status == 1 and "there is no metric nonsense" in err and "Traceback" not in err


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (("--metric", "f1"), 2, "are for --method tmc"),
        (("--group", "kind"), 2, "are for --method tmc"),
        (("--set", "labels=/etc/passwd"), 2, "labels are named by --label"),
        (("--method", "other"), 2, "invalid choice"),
        ((), 1, "two different labels"),
        (("--label", "kind", "--set", "neighbours=none"), 1, "must be a whole number"),
    ],
)
def test_what_is_refused(labelled, run, arguments, status, words):
    found, _, err = run("shapley", "d", *arguments)
    assert found == status and words in err and "Traceback" not in err

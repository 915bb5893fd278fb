"""Subsets: kept as they were made, in versions, explained row by row, compared."""

import shutil

import numpy as np
import pytest

from curation.workflow.annotating import annotate
from curation.workflow.subsetting import (
    compare_subsets,
    delete_subset,
    get_subset,
    make_subset,
    preview_subset,
    subset_funnel,
    subset_positions,
)
from curation.workflow.workspace import Workspace
from tests.workflow.scored import ROWS, add_file, add_scores


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    with Workspace.open(folder / "ws", "ann") as workspace:
        add_file(workspace, folder)
        scores = np.arange(ROWS, dtype=np.float32)
        scores[::10] = np.nan
        add_scores(workspace, 1, perplexity=scores)
    return folder


@pytest.fixture
def ws(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    with Workspace.open(tmp_path / "ws", "ann") as workspace:
        yield workspace


def test_a_subset_has_its_rows_its_recipe_and_its_funnel(ws):
    made = make_subset(ws, "d", "low", where=["perplexity < 20"], top=5, by="perplexity")
    assert made["rows"] == 5 and made["of"] == ROWS and made["version"] == 1
    assert [(step["before"], step["after"]) for step in made["funnel"]] == [(40, 18), (18, 5)]
    assert made["funnel"][0]["reasons"] == {"the condition does not hold": 18, "no value": 4}
    assert subset_positions(ws, "low").tolist() == [15, 16, 17, 18, 19]
    record = get_subset(ws, "low")
    assert record["recipe"]["steps"][1] == {"kind": "top", "n": 5, "by": "perplexity", "order": "highest"}
    assert record["detail"]["scores"][0]["columns"] == ["perplexity"]
    assert record["person"] == "ann"


def test_making_it_again_adds_a_version_and_changes_none(ws):
    make_subset(ws, "d", "s", where=["decision != drop"])
    annotate(ws, "d", [3, 4], "drop")
    assert make_subset(ws, "d", "s", where=["decision != drop"])["version"] == 2
    assert len(subset_positions(ws, "s@1")) == ROWS
    assert len(subset_positions(ws, "s")) == ROWS - 2
    told = compare_subsets(ws, "s@1", "s")
    assert told["only_first"] == [3, 4] and told["only_second"] == [] and told["both_rows"] == ROWS - 2


def test_why_each_row_was_dropped_is_known_after_things_changed(ws):
    make_subset(ws, "d", "s", where=["perplexity < 5", "decision != drop", 'response contains "answer"'])
    annotate(ws, "d", range(ROWS), "drop")
    add_scores(ws, 1, perplexity=np.zeros(ROWS))
    first, second, third = subset_funnel(ws, "s")
    assert first.dropped["the condition does not hold"].tolist() == [n for n in range(5, 40) if n % 10]
    assert first.dropped["no value"].tolist() == [0, 10, 20, 30]
    assert second.before == second.after == third.after == 4


def test_a_preview_keeps_nothing(ws):
    told = preview_subset(ws, "d", {"steps": [{"kind": "where", "condition": "perplexity < 20"}]}, samples=3)
    assert told["rows"] == 18 and len(told["kept"]) == len(told["dropped"]) == 3
    assert all(row < 20 and row % 10 for row in told["kept"])
    assert len(told["funnel"][0]["examples"]["no value"]) == 3
    with pytest.raises(ValueError, match="there is no subset"):
        get_subset(ws, "s")


def test_what_cannot_be_made_leaves_nothing(ws):
    with pytest.raises(ValueError, match="no row remains: step “rows where perplexity is below 0” drops all of the 40"):
        make_subset(ws, "d", "s", where=["perplexity < 0"])
    with pytest.raises(ValueError, match="did you mean perplexity"):
        make_subset(ws, "d", "s", where=["perplexty < 0"])
    with pytest.raises(ValueError, match="cannot be a name"):
        make_subset(ws, "d", "a@b")
    with pytest.raises(ValueError, match="not both"):
        make_subset(ws, "d", "s", {"steps": []}, top=3, by="perplexity")
    subsets = ws.folder / "subsets"
    assert not subsets.exists() or list(subsets.iterdir()) == []


def test_comparing_needs_the_same_data(ws, tmp_path):
    add_file(ws, tmp_path, "e")
    make_subset(ws, "d", "one")
    make_subset(ws, "e", "other")
    with pytest.raises(ValueError, match="different data: d@1 and e@1"):
        compare_subsets(ws, "one", "other")


def test_one_version_is_deleted(ws):
    make_subset(ws, "d", "s")
    make_subset(ws, "d", "s", random=3)
    delete_subset(ws, "s@1")
    assert len(subset_positions(ws, "s")) == 3
    with pytest.raises(ValueError, match="there is no subset s@1"):
        get_subset(ws, "s@1")

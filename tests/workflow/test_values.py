"""Values of labelled rows from labels to stored columns: labels, refusals, going on after a stop."""

import json

import numpy as np
import pytest

from curation.conditions import mask, parse
from curation.influence.values.labelled import read_labelled
from curation.jobs.folder import JobFolder
from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.annotating import annotate
from curation.workflow.rows import columns
from curation.workflow.scoring.states import job_state
from curation.workflow.values import labelled, start_values
from store import folders, runs
from tests.jobs.making import work

from .scored import add_file

ROWS = 60


@pytest.fixture
def dataset(ws, tmp_path):
    """Sixty rows with labels ``source`` s0 to s2; vectors lie about a direction for each label."""
    add_file(ws, tmp_path, rows=ROWS)
    random = np.random.default_rng(0)
    vectors = np.eye(3, 8)[np.arange(ROWS) % 3] + 0.15 * random.normal(size=(ROWS, 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    number = folders.reserve(ws.database, "runs")
    place = folders.unfinished(ws.database, "runs", number)
    for part in ("prompt", "response"):
        np.save(place / f"{part}_vectors.npy", vectors)
    folders.publish(ws.database, "runs", number)
    told = {"id": number, "dataset_id": 1, "family": "projection", "name": "embed", "columns": [], "rows": ROWS}
    told |= {"settings": {"embedder": "default"}, "fingerprint": {}, "scored": ROWS, "partial": False, "seconds": 1.0}
    runs.add(ws.database, told | {"missing": {}, "person": "ann"})
    return "d"


def finish(ws, job):
    work(ws.folder, JobFolder(ws.folder / "jobs" / job["id"]))
    state = job_state(ws, job["id"])
    assert state["state"] == "done", state["reason"]
    scoring.take_in(ws)
    return columns(ws, "d")


def decide(ws, wrong):
    annotate(ws, "d", list(range(30)), decision="keep")
    annotate(ws, "d", wrong, decision="drop")


def test_values_of_a_column_of_the_file(ws, dataset):
    table = finish(ws, start_values(ws, dataset, label="source"))
    values = table.number("knn_shapley")
    assert np.isfinite(values).all() and values.sum() == pytest.approx(1.0, abs=0.05)
    assert (table.number("knn_shapley_error") > 0).all()


def test_a_planted_wrong_label_has_the_lowest_value(ws, dataset):
    annotate(ws, "d", [n for n in range(ROWS) if n % 3 == 0], tags_add=["first"])
    annotate(ws, "d", [6], tags_remove=["first"])
    annotate(ws, "d", [7], tags_add=["first"])
    table = finish(ws, start_values(ws, dataset, label="tag:first"))
    assert set(np.argsort(table.number("knn_shapley"))[:2]) == {6, 7}


def test_rows_to_test_by_are_not_valued(ws, dataset):
    job = start_values(ws, dataset, label="source", against="row < 20", settings={"neighbours": "3"})
    values = finish(ws, job).number("knn_shapley")
    assert np.isnan(values[:20]).all() and np.isfinite(values[20:]).all()
    [run] = [run for run in runs.listed(ws.database) if run["name"] == "knn_shapley"]
    assert run["missing"] == {"the row is one that others are tested by": 20}


def test_decisions_are_kept_or_refused_and_others_have_no_label(ws, dataset):
    decide(ws, [3, 8])
    annotate(ws, "d", [4], decision="fix")
    annotate(ws, "d", [5], decision="drop", person="bob")
    found = labelled(columns(ws, "d"))
    assert found.classes == ("kept", "refused")
    assert np.flatnonzero(found.codes == 1).tolist() == [3, 4, 8]
    assert found.codes[5] == -1, "people differ"
    assert (found.codes[30:] == -1).all() and found.valued.sum() == found.tested.sum() == 29
    values = finish(ws, start_values(ws, dataset)).number("knn_shapley")
    assert np.isfinite(values).sum() == 29


def test_other_labels_are_another_job_and_equal_ones_the_same(ws, dataset):
    decide(ws, [3, 8])
    first = start_values(ws, dataset)
    assert start_values(ws, dataset)["id"] == first["id"]
    annotate(ws, "d", [9], decision="drop")
    assert start_values(ws, dataset)["id"] != first["id"]
    assert len(list((ws.folder / "labels").iterdir())) == 2


def test_the_stored_labels_are_those_given(ws, dataset):
    decide(ws, [3, 8])
    found = labelled(columns(ws, "d"), against="row < 10", group="source")
    job = start_values(ws, dataset, "tmc", against="row < 10", group="source", settings={"permutations": 2})
    stored = read_labelled(job["settings"]["labels"], ROWS)
    for name in ("codes", "valued", "tested", "groups"):
        np.testing.assert_array_equal(getattr(stored, name), getattr(found, name))
    assert (stored.classes, stored.about) == (found.classes, found.about)
    with pytest.raises(ValueError, match="labels for 60 rows"):
        read_labelled(job["settings"]["labels"], 61)


def test_sampled_values_sum_to_what_the_rows_are_worth(ws, dataset):
    settings = {"metric": "accuracy", "permutations": 6, "tolerance": 0, "change": 0}
    job = start_values(ws, dataset, "tmc", label="source", against="row < 20", settings=settings)
    table = finish(ws, job)
    values = table.number("tmc_shapley")
    about = json.loads((table.runs.folder("tmc_shapley") / "tmc_shapley.json").read_text())
    assert about["orders"] == 6 and about["players"] == 40 and about["tested"] == 20
    assert np.nansum(values) == pytest.approx(about["everything"] - about["nothing"], abs=1e-5)
    assert about["everything"] == 1.0 and about["nothing"] == pytest.approx(1 / 3, abs=0.05)


def test_rows_of_a_group_share_its_value(ws, dataset):
    annotate(ws, "d", list(range(0, ROWS, 2)), decision="keep")
    annotate(ws, "d", list(range(1, ROWS, 2)), decision="drop")
    settings = {"metric": "neg_log_loss", "permutations": 4, "tolerance": 0, "change": 0}
    table = finish(ws, start_values(ws, dataset, "tmc", group="source", settings=settings))
    values, valued = table.number("tmc_shapley"), np.isfinite(table.number("tmc_shapley"))
    assert 0.6 < valued.mean() < 0.8, "the others were held out to test by"
    for group in range(3):
        mine = values[valued & (np.arange(ROWS) % 3 == group)]
        assert len(np.unique(mine)) == 1
    about = json.loads((table.runs.folder("tmc_shapley") / "tmc_shapley.json").read_text())
    assert about["players"] == 3
    assert np.nansum(values) == pytest.approx(about["everything"] - about["nothing"], abs=1e-5)


def test_a_cancelled_valuation_goes_on_from_its_orders(ws, dataset, monkeypatch):
    settings = {"permutations": 12, "tolerance": 0, "change": 0}
    sums = "curation.influence.values.tmc_shapley.Sums.add"
    from curation.influence.values.tmc_shapley import Sums

    added, add = [], Sums.add

    def counted(self, credits):
        added.append(1)
        add(self, credits)
        if len(added) == 5:
            (ws.folder / "jobs" / job["id"] / "cancel").touch()

    job = start_values(ws, dataset, "tmc", label="source", settings=settings)
    monkeypatch.setattr(sums, counted)
    work(ws.folder, JobFolder(ws.folder / "jobs" / job["id"]))
    assert job_state(ws, job["id"])["state"] == "cancelled" and len(added) == 5
    again = start_values(ws, dataset, "tmc", label="source", settings=settings)
    assert again["id"] == job["id"]
    values = finish(ws, again).number("tmc_shapley")
    assert len(added) == 12
    whole = scoring.start_task(ws, dataset, "influence", "tmc_shapley", again["settings"], fresh=True)
    np.testing.assert_array_equal(finish(ws, whole).number("tmc_shapley"), values)


@pytest.mark.parametrize(
    "arguments, problem",
    [
        ({}, "two different labels"),
        ({"label": "prompt"}, "holds texts"),
        ({"label": "nonsense"}, "no column nonsense"),
        ({"label": "tag:nonsense"}, "no row has the tag nonsense"),
        ({"label": "row"}, "has 60 different values"),
        ({"label": "source", "against": "row > 100"}, "none of the labelled rows matches"),
        ({"label": "source", "against": "row >= 0"}, "all of the labelled rows match"),
        ({"label": "source", "against": "row >"}, "expected|ends|value"),
        ({"method": "other"}, "knn or tmc"),
        ({"label": "source", "group": "source"}, "only tmc"),
        ({"label": "source", "settings": {"neighbours": 0}}, "neighbours must be at least 1"),
    ],
)
def test_refusals_in_plain_words(ws, dataset, arguments, problem):
    with pytest.raises((Problem, ValueError), match=problem):
        start_values(ws, dataset, **arguments)
    assert not list((ws.folder / "jobs").glob("*")) if (ws.folder / "jobs").exists() else True


def test_too_many_single_players_are_refused_before_a_job_is_made(ws, dataset, monkeypatch):
    monkeypatch.setattr("curation.workflow.values.MOST_PLAYERS", 50)
    with pytest.raises(Problem, match="name a group"):
        start_values(ws, dataset, "tmc", label="source")
    start_values(ws, dataset, "tmc", label="source", group="source")


def test_conditions_on_values(ws, dataset):
    table = finish(ws, start_values(ws, dataset, label="source", against="row < 20"))
    assert mask(parse("knn_shapley is missing"), table).sum() == 20

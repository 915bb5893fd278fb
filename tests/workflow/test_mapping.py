"""The map's verbs over a workspace whose embedding was taken in before, so that no model is needed."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from curation.jobs.folder import JobFolder
from curation.projection.tasks.map import MapSettings
from curation.workflow import mapping
from curation.workflow.importing import import_file
from curation.workflow.rows import columns
from curation.workflow.scoring import take_in
from curation.workflow.workspace import Workspace
from store import folders, runs
from tests.jobs.making import work
from tests.projection.toy import blobs

TOPICS = ["sort a python list", "bake rye bread", "orbit of a planet"]
EACH = 40
EMPTY = 7


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with 120 rows in three groups, row 7 without a prompt, embedded and mapped by the worker's code."""
    folder = tmp_path_factory.mktemp("mapping")
    vectors, truth = blobs(3, EACH)
    vectors[EMPTY] = 0
    file = folder / "toy.jsonl"
    rows = [{"instruction": f"{TOPICS[group]} {row}", "output": f"answer {row}"} for row, group in enumerate(truth)]
    rows[EMPTY]["instruction"] = ""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Workspace.open(folder / "workspace") as ws:
        number = import_file(ws, file, name="toy")["id"]
        add_embedding(ws, number, vectors)
        job = mapping.start_map(ws, "toy", {"epochs": 60})
        work(ws.folder, JobFolder(ws.folder / "jobs" / job["id"]))
        take_in(ws)
        yield SimpleNamespace(ws=ws, id=number, vectors=vectors, truth=truth, job=job)


def add_embedding(ws, dataset_id, vectors):
    """A run of the embedding that holds these vectors for prompts and responses."""
    number = folders.reserve(ws.database, "runs")
    folder = folders.unfinished(ws.database, "runs", number)
    np.save(folder / "prompt_vectors.npy", vectors)
    np.save(folder / "response_vectors.npy", vectors[::-1].copy())
    folders.publish(ws.database, "runs", number)
    run = {"id": number, "dataset_id": dataset_id, "family": "projection", "name": "embed"}
    run |= {"settings": {"embedder": "default"}, "fingerprint": {}, "job_id": "before", "columns": [], "partial": False}
    run |= {"rows": len(vectors), "scored": len(vectors), "seconds": 1.0, "missing": {}, "person": "me"}
    runs.add(ws.database, run)


def test_the_map_is_taken_in_and_shared(made):
    points = mapping.map_points(made.ws, "toy")
    assert points is mapping.map_points(made.ws, made.id)
    assert points.x.shape == points.y.shape == points.cluster.shape == (3 * EACH,)
    assert points.cluster.dtype == np.int32 and len(points.names) == len(points.clusters) == 4
    assert points.names[points.cluster[EMPTY]] == "no text"
    for group, topic in enumerate(TOPICS):
        members = [row for row in np.flatnonzero(made.truth == group) if row != EMPTY]
        assert set(points.cluster[members]) == {points.cluster[members[0]]}
        assert set(points.names[points.cluster[members[0]]].split(", ")) <= set(topic.split())
    assert points.facts["vector"] == "prompt"
    assert {"x", "y", "cluster", "cluster_name"} <= {info.name for info in columns(made.ws, made.id).names()}


def test_the_same_map_is_not_made_again(made):
    again = mapping.start_map(made.ws, "toy", {"epochs": 60})
    assert again["id"] == made.job["id"] and again["state"] == "done"


def test_inside_takes_every_row(made):
    points = mapping.map_points(made.ws, made.id)
    everything = mapping.inside(made.ws, made.id, box=((-1e6, 1e6), (1e6, -1e6)))
    assert everything.tolist() == list(range(3 * EACH))
    own = np.flatnonzero(points.cluster == points.cluster[0])
    low = points.x[own].min() - 0.01, points.y[own].min() - 0.01
    high = points.x[own].max() + 0.01, points.y[own].max() + 0.01
    square = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    boxed = mapping.inside(made.ws, made.id, box=((low[0], high[0]), (low[1], high[1])))
    assert mapping.inside(made.ws, made.id, polygon=square).tolist() == boxed.tolist()
    assert set(own) <= set(boxed.tolist())
    with pytest.raises(ValueError, match="either a polygon or a box"):
        mapping.inside(made.ws, made.id)


def test_search_by_words_and_by_pattern(made):
    positions, scores = mapping.search(made.ws, "toy", "rye bread", limit=500)
    assert positions.tolist() == np.flatnonzero(made.truth == 1).tolist()
    assert (np.diff(scores) <= 0).all()
    assert mapping.search(made.ws, "toy", "answer 11")[0][0] == 11
    positions, scores = mapping.search(made.ws, "toy", r"bread 4\d\b", "regex")
    assert positions.tolist() == list(range(40, 50)) and set(scores.tolist()) == {1.0}
    assert len(mapping.search(made.ws, "toy", "answer", "regex", limit=3)[0]) == 3


def test_search_by_meaning_asks_the_worker(made, monkeypatch):
    asked = []

    def embed(folder, texts, model):
        asked.append((folder, texts, model))
        return [made.vectors[50].tolist()]

    monkeypatch.setattr("curation.jobs.ask.embed", embed)
    positions, scores = mapping.search(made.ws, "toy", "loaves", "meaning", limit=10)
    assert asked == [(made.ws.folder, ["loaves"], "default")]
    assert positions[0] == 50 and scores[0] == pytest.approx(1.0, abs=1e-5)
    assert (made.truth[positions] == 1).all() and EMPTY not in positions


def test_search_by_meaning_without_a_worker_says_so(made):
    with pytest.raises(ValueError, match="no worker is running"):
        mapping.search(made.ws, "toy", "loaves", "meaning")


@pytest.mark.parametrize(
    "query, kind, words",
    [(" ", "words", "give a text"), ("x", "sound", "words, meaning, regex"), ("(", "regex", "pattern|expression|\\)")],
)
def test_searches_that_cannot_be(made, query, kind, words):
    with pytest.raises(ValueError, match=words):
        mapping.search(made.ws, "toy", query, kind)


def test_more_like_is_brute_force(made):
    positions, similarity = mapping.more_like(made.ws, "toy", 3, k=5)
    expected = made.vectors @ made.vectors[3]
    expected[3] = -2
    assert positions.tolist() == np.argsort(-expected, kind="stable")[:5].tolist()
    np.testing.assert_allclose(similarity, np.sort(expected)[::-1][:5], atol=1e-6)
    by_response, _ = mapping.more_like(made.ws, "toy", 3, k=5, vector="response")
    assert (made.truth[119 - by_response] == made.truth[119 - 3]).all()
    assert mapping.more_like(made.ws, "toy", EMPTY, k=5)[0].tolist() == []
    with pytest.raises(ValueError, match="120 rows"):
        mapping.more_like(made.ws, "toy", 120)


def test_summary_of_a_selection(made):
    chosen = [*range(EACH, 2 * EACH), 3, EMPTY]
    summary = mapping.selection_summary(made.ws, "toy", chosen)
    assert (summary["rows"], summary["share"]) == (42, 42 / 120)
    assert [cluster["rows"] for cluster in summary["clusters"]] == [40, 1, 1]
    assert sum(cluster["share"] for cluster in summary["clusters"]) == pytest.approx(1)
    assert set(summary["typical"]) <= set(range(EACH, 2 * EACH)) and len(summary["typical"]) == 3
    assert {3, EMPTY} <= set(summary["odd"]) <= set(chosen)
    assert json.loads(json.dumps(summary)) == summary
    empty = mapping.selection_summary(made.ws, "toy", [])
    assert (empty["rows"], empty["typical"], empty["clusters"]) == (0, [], [])
    with pytest.raises(ValueError, match="beyond"):
        mapping.selection_summary(made.ws, "toy", [120])


def test_medians_stand_beside_those_of_all(made):
    number = folders.reserve(made.ws.database, "runs")
    folder = folders.unfinished(made.ws.database, "runs", number)
    values = np.arange(120, dtype=np.float32)
    values[100:] = np.nan
    np.save(folder / "height.npy", values)
    folders.publish(made.ws.database, "runs", number)
    run = {"id": number, "dataset_id": made.id, "family": "scorers", "name": "height", "settings": {}, "partial": False}
    run |= {
        "fingerprint": {},
        "job_id": "other",
        "rows": 120,
        "scored": 100,
        "seconds": 1,
        "missing": {},
        "person": "me",
    }
    runs.add(made.ws.database, run | {"columns": [{"name": "height", "kind": "number", "title": "Height"}]})
    [score] = mapping.selection_summary(made.ws, "toy", [10, 11, 12, 110])["scores"]
    assert (score["name"], score["median"], score["median_all"]) == ("height", 11.0, 49.5)
    [score] = mapping.selection_summary(made.ws, "toy", [110])["scores"]
    assert score["median"] is None


def test_without_a_map(made, tmp_path):
    file = tmp_path / "bare.jsonl"
    file.write_text('{"instruction": "a", "output": "b"}\n')
    import_file(made.ws, file, name="bare")
    assert mapping.map_points(made.ws, "bare") is None
    for verb in (lambda: mapping.search(made.ws, "bare", "a"), lambda: mapping.more_like(made.ws, "bare", 0)):
        with pytest.raises(ValueError, match="make the map first"):
            verb()


def test_settings_hold_the_embedder_for_the_embedding():
    assert MapSettings().embedder == "default"

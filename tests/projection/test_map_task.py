"""The map task from end to end on toy rows: columns, artifacts, progress, and data sets with little to map."""

import json

import numpy as np
import pytest

from curation.plugin import Context, Rows, settings_from
from curation.projection.stages import Stages
from curation.projection.tasks.map import Map, MapSettings, expected_seconds
from curation.projection.words import Words
from curation.samples import Sample, Turn
from tests.projection.toy import blobs

TOPICS = ["python function list", "bread dough oven", "planet orbit star"]


class ToyRows(Rows):
    def __init__(self, texts):
        self.texts = texts

    def __len__(self):
        return len(self.texts)

    def batches(self, size=2048):
        for start in range(0, len(self), size):
            part = self.texts[start : start + size]
            samples = [Sample([Turn("user", prompt), Turn("assistant", response)]) for prompt, response in part]
            yield np.arange(start, start + len(part)), samples


def run(folder, prompts, texts, responses=None, **settings):
    np.save(folder / "prompts.npy", prompts)
    np.save(folder / "responses.npy", prompts if responses is None else responses)
    out = folder / "run"
    out.mkdir()
    reports = []
    inputs = {"prompt_vectors": folder / "prompts.npy", "response_vectors": folder / "responses.npy"}
    context = Context(out, inputs, report=lambda *report: reports.append(report))
    task = Map(settings_from(MapSettings, {"epochs": 50, **settings}))
    return task.finish(None, ToyRows(texts), context), out, reports


def toy(each=30):
    vectors, truth = blobs(3, each)
    return vectors, truth, [(f"{TOPICS[group]} {row}", f"answer {row}") for row, group in enumerate(truth)]


def test_columns_artifacts_and_progress(tmp_path):
    vectors, truth, texts = toy()
    texts[5] = ("", "an answer without a question")
    vectors[5] = 0
    values, out, reports = run(tmp_path, vectors, texts)
    assert set(values) == {column.name for column in Map.columns}
    assert all(len(value) == 90 for value in values.values())
    clusters = json.loads((out / "clusters.json").read_text(encoding="utf-8"))
    assert [cluster["size"] for cluster in clusters] == [30, 30, 29, 1]
    assert sum(np.isnan(values["cluster"])) == 0 and clusters[3]["name"] == values["cluster_name"][5] == "no text"
    for group, topic in enumerate(TOPICS):
        names = {values["cluster_name"][row] for row in np.flatnonzero(truth == group) if row != 5}
        assert len(names) == 1 and set(names.pop().split(", ")) == set(topic.split())
    neighbours, distances = np.load(out / "neighbours.npy"), np.load(out / "distances.npy")
    assert neighbours.shape == distances.shape == (90, 30)
    assert (neighbours.dtype, distances.dtype) == (np.int32, np.float32)
    assert Words(out / "words").find("answer question")[0].tolist()[0] == 5
    assert json.loads((out / "map.json").read_text())["vector"] == "prompt"
    done = [report[0] for report in reports]
    assert done == sorted(done) and {report[2] for report in reports} == set(expected_seconds(90))


def test_the_same_rows_give_the_same_map(tmp_path):
    vectors, _, texts = toy(each=20)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, _, _ = run(tmp_path / "a", vectors, texts, seed=3)
    again, _, _ = run(tmp_path / "b", vectors, texts, seed=3)
    for name in ("x", "y", "cluster"):
        np.testing.assert_array_equal(first[name], again[name])
    assert first["cluster_name"] == again["cluster_name"]


@pytest.mark.parametrize("rows", [0, 1, 2, 4])
def test_few_rows(tmp_path, rows):
    vectors, _, texts = toy(each=2)
    values, out, _ = run(tmp_path, vectors[:rows], texts[:rows])
    assert np.isfinite(values["x"]).all() and len(values["x"]) == rows
    assert np.isnan(values["cluster"]).all() and values["cluster_name"] == [None] * rows
    assert json.loads((out / "clusters.json").read_text()) == []


def test_rows_without_prompts_are_placed_by_their_texts(tmp_path):
    vectors, truth, texts = toy()
    swapped = [("", prompt) for prompt, _ in texts]
    values, out, _ = run(tmp_path, np.zeros_like(vectors), swapped, responses=vectors)
    assert json.loads((out / "map.json").read_text())["vector"] == "whole"
    assert len({values["cluster_name"][row] for row in np.flatnonzero(truth == 0)}) == 1
    assert "no text" not in values["cluster_name"]


def test_rows_without_any_text_are_one_cluster(tmp_path):
    values, _, _ = run(tmp_path, np.zeros((7, 4), np.float32), [("", "")] * 7)
    assert values["cluster_name"] == ["no text"] * 7


def test_an_embedding_of_other_rows_is_refused(tmp_path):
    vectors, _, texts = toy(each=4)
    with pytest.raises(ValueError, match="embedding holds 12 rows, the data set 13"):
        run(tmp_path, vectors, [*texts, ("one", "more")])


def test_some_of_the_rows_are_refused(tmp_path):
    vectors, _, texts = toy(each=4)
    with pytest.raises(ValueError, match="without a limit"):
        run(tmp_path, vectors, texts[:11])


def test_settings_name_their_bounds():
    with pytest.raises(ValueError, match="vector must be one of prompt, response, whole"):
        settings_from(MapSettings, {"vector": "both"})
    with pytest.raises(ValueError, match="neighbours must be at least 2"):
        settings_from(MapSettings, {"neighbours": 1})


def test_stages_count_as_one():
    seen = []
    stages = Stages({"first": 1.0, "second": 3.0}, lambda *report: seen.append(report))
    stages.begin("first")(1, 2)
    stages.begin("second")(1, 1)
    assert seen == [(0, 1000, "first"), (125, 1000, "first"), (250, 1000, "second"), (1000, 1000, "second")]

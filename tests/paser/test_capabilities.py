"""The task from end to end on toy rows, names by hand, and data without prompts."""

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from curation.paser.tasks.capabilities import Capabilities, Settings, renamed
from curation.plugin import Context, settings_from
from curation.projection.neighbours import nearest
from tests.projection.test_map_task import ToyRows
from tests.projection.toy import blobs

TOPICS = ["python function list", "bread dough oven", "planet orbit star"]


def run(folder, vectors, texts, mapped=None, **settings):
    near, apart = nearest(vectors if mapped is None else mapped, 10)
    inputs = {}
    for name, values in (("prompt_vectors", vectors), ("neighbours", near), ("distances", apart)):
        inputs[name] = folder / f"{name}.npy"
        np.save(inputs[name], values)
    (folder / "run").mkdir()
    task = Capabilities(settings_from(Settings, settings))
    return task.finish(None, ToyRows(texts), Context(folder / "run", inputs)), folder / "run"


def toy(each=40):
    vectors, truth = blobs(3, each)
    return vectors, truth, [(f"{TOPICS[group]} {row}", "answer") for row, group in enumerate(truth)]


@pytest.mark.parametrize("method", ["factorisation", "k-means"])
def test_columns_and_artifacts(tmp_path, method):
    vectors, truth, texts = toy()
    vectors[5], texts[5] = 0, ("", "an answer alone")
    values, folder = run(tmp_path, vectors, texts, method=method)
    assert {column.name for column in Capabilities.columns} | {"missing"} == set(values)
    assert values["capability"][5] is None and values["missing"][5] == "the row has no prompt"
    full = np.flatnonzero(np.arange(120) != 5)
    numbers = np.load(folder / "capability_numbers.npy")
    assert numbers[5] == -1 and adjusted_rand_score(truth[full], numbers[full]) == 1.0
    for group, topic in enumerate(TOPICS):
        names = {values["capability"][row] for row in full if truth[row] == group}
        assert len(names) == 1 and set(names.pop().split(", ")) == set(topic.split())
    about = json.loads((folder / "capabilities.json").read_text())
    assert about["clusters"] == about["gap"] == 3 and about["stability"] == {"factorisation": 1.0, "k-means": 1.0}
    assert [one["rows"] for one in about["capabilities"]] == [40, 40, 39] and about["agreement"] == 1.0


def test_where_rows_stand_changes_nothing(tmp_path):
    vectors, _ = blobs(4, 40, noise=0.7, seed=2)
    texts = [(f"word {row}", "answer") for row in range(160)]
    order = np.random.default_rng(1).permutation(160)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    first, _ = run(tmp_path / "one", vectors, texts, landmarks=40, clusters=4)
    again, _ = run(tmp_path / "other", vectors[order], [texts[row] for row in order], landmarks=40, clusters=4)
    assert adjusted_rand_score(first["capability_number"][order], again["capability_number"]) == 1.0
    assert adjusted_rand_score(first["capability_other"][order], again["capability_other"]) == 1.0


def test_a_map_of_responses_is_not_taken_for_the_graph(tmp_path):
    vectors, truth, texts = toy()
    _, folder = run(tmp_path, vectors, texts, mapped=blobs(5, 24, seed=9)[0])
    assert adjusted_rand_score(truth, np.load(folder / "capability_numbers.npy")) == 1.0


def test_many_rows_are_placed_by_some(tmp_path):
    vectors, truth, texts = toy(100)
    _, folder = run(tmp_path, vectors, texts, solved=120, clusters=3)
    assert adjusted_rand_score(truth, np.load(folder / "capability_numbers.npy")) > 0.95


def test_names_by_hand_join_clusters():
    labels = np.array([0, 0, 0, 1, 1, 2, -1], np.int32)
    summary = [{"id": number, "name": f"n{number}", "words": [f"w{number}"]} for number in range(3)]
    found, made = renamed(labels, summary, {"1": "maths", "2": "maths"})
    assert found.tolist() == [0, 0, 0, 1, 1, 1, -1]
    assert [(one["name"], one["rows"]) for one in made] == [("n0", 3), ("maths", 3)]
    assert made[1]["words"] == ["w1", "w2"]
    for names, words in (({"3": "x"}, "no capability 3"), ({"0": " "}, "1 to 200"), ("nonsense", "names are JSON")):
        with pytest.raises(ValueError, match=words):
            renamed(labels, summary, names)


def test_rows_without_prompts_are_refused_in_words(tmp_path):
    with pytest.raises(ValueError, match="no row has a prompt"):
        run(tmp_path, np.zeros((4, 8), np.float32), [("", "a")] * 4)

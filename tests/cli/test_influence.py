"""influence and signals import from the command line, with a method that needs no model."""

import json

import numpy as np
import pytest

ANSWERS = ["red green", "red", "black", "", "green red blue"]


@pytest.fixture
def methods(monkeypatch):
    monkeypatch.setenv("WINNOW_FAMILIES", "attribution=tests.workflow.methods")


@pytest.fixture
def dataset(good, tmp_path, methods):
    file = tmp_path / "d.jsonl"
    rows = [{"instruction": f"q{n}", "input": "", "output": answer, "uid": f"u{n}"} for n, answer in enumerate(ANSWERS)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    good("import", file, "--name", "d")


@pytest.fixture
def target(tmp_path):
    file = tmp_path / "eval.jsonl"
    rows = [{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": a}]} for a in ("red", "")]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
    return file


def test_influence_is_stored_under_its_name(dataset, target, good, run):
    made = good("influence", "d", "reds", "--target", target, "--method", "shared_words", "--set", "penalty=1")
    assert (made["columns"], made["rows"], made["scored"]) == (["influence_reds"], 5, 4)
    assert (made["target"]["rows"], made["target"]["detail"]["set_aside"]) == (1, 1)
    assert [one["row"] for one in made["helps"]] == [1] and [one["row"] for one in made["hurts"]] == [2, 4]
    rows = good("scores", "d")
    assert [row["influence_reds"] for row in rows] == [0, 1, -1, None, -1]
    again = good("influence", "d", "reds", "--target", target, "--method", "shared_words", "--set", "penalty=1")
    assert again["run"] == made["run"]
    status, out, _ = run("influence", "d", "reds", "--method", "shared_words", "--set", "penalty=1")
    assert status == 0 and "helps most: row 1 (1)" in out and "2 set aside" in out


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["reds", "--method", "magic"], "known: shared_words"),
        (["reds", "--method", "shared_words"], "there is no target reds"),
        (["a/b", "--target", "TARGET", "--method", "shared_words"], "cannot be a target's name"),
        (["reds", "--target", "absent.jsonl", "--method", "shared_words"], "absent.jsonl"),
        (["reds", "--target", "TARGET", "--method", "shared_words", "--set", "depth=1"], "no setting depth"),
    ],
)
def test_what_cannot_be_is_one_line(dataset, target, run, arguments, words):
    given = [target if one == "TARGET" else one for one in arguments]
    status, _, err = run("influence", "d", *given)
    assert status == 1 and words in err and len(err.strip().splitlines()) == 1


def test_a_trainers_log_is_imported_by_id(dataset, good, run, tmp_path):
    log = tmp_path / "log.csv"
    lines = [f"u{row},{epoch},{0.1 * row + 0.2 * epoch}" for row in range(3) for epoch in (0, 1)]
    log.write_text("\n".join(["uid,epoch,confidence", *lines, "u9,0,0.5"]) + "\n")
    made = good("signals", "d", "import", log)
    assert (made["matched"], made["by"], made["epochs"]) == (3, "id", 2) and sum(made["unmatched"].values()) == 1
    rows = good("scores", "d")
    np.testing.assert_allclose([row["confidence"] for row in rows[:3]], [0.1, 0.2, 0.3], atol=1e-6)
    assert [row["confidence"] for row in rows[3:]] == [None, None]
    status, out, _ = run("signals", "d", "import", log)
    assert status == 0 and "3 rows of d found in the log, by id, over 2 epochs" in out


def test_a_log_of_another_data_set_changes_nothing(dataset, good, run, tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"uid": "zz", "epoch": 0, "loss": 1}\n')
    status, _, err = run("signals", "d", "import", log)
    assert status == 1 and "no row of the log" in err
    assert "loss" not in good("scores", "d")[0]


@pytest.mark.parametrize("words", [["import"], ["import", "f", "--epochs", "2"]])
def test_wrong_usage_of_signals(dataset, run, words):
    assert run("signals", "d", *words)[0] == 2

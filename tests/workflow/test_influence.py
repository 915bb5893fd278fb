"""Targets, methods as jobs, asks of the index, both sides of a ranking, and influence kept as a score."""

import json

import numpy as np
import pytest

from curation.influence.aggregate import aggregated
from curation.workflow import influence
from curation.workflow.importing import delete_dataset
from curation.workflow.influence.methods import compared
from curation.workflow.influence.ranking import against_the_grain, both_sides
from curation.workflow.influence.targets import target_path
from curation.workflow.rows import columns
from curation.workflow.scoring import wait
from curation.workflow.subsetting import make_subset, subset_positions
from tests.workflow.influenced import ANSWERS, add_index, add_rows, answer_asks, counted
from tests.workflow.making import alpaca, write_lines


@pytest.fixture(autouse=True)
def fake_methods(monkeypatch):
    monkeypatch.setenv("WINNOW_FAMILIES", "attribution=tests.workflow.methods")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
def dataset(ws, tmp_path):
    return add_rows(ws, tmp_path)


def test_a_target_from_rows_has_them_as_corrected(ws, dataset):
    from curation.workflow.annotating import annotate

    annotate(ws, "d", [2], corrections={"output": "crimson"})
    made = influence.save_rows_target(ws, "d", "reds", [2, 0, 2], condition="row in (0, 2)", person="bob")
    assert (made["name"], made["rows"], made["origin"], made["person"]) == ("reds", 2, "rows", "bob")
    assert made["detail"]["positions"] == [2, 0]
    assert [sample.response for sample in influence.target_samples(ws, made)] == ["crimson", "red green blue"]
    assert [target["name"] for target in influence.list_targets(ws, "d")] == ["reds"]


def test_a_target_from_a_file_says_format_and_what_was_set_aside(ws, dataset, tmp_path):
    file = tmp_path / "eval.jsonl"
    rows = [{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": a}]} for a in ("red", " ")]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
    made = influence.save_file_target(ws, "d", "eval", file)
    told = made["detail"]
    assert (made["rows"], told["format"], told["set_aside"], told["without_answer"]) == (1, "messages", 1, 1)
    assert told["first_set_aside"][0]["reason"] and told["file"] == "eval.jsonl"


def test_a_file_given_again_keeps_the_target_and_another_replaces_it(ws, dataset, tmp_path):
    file = write_lines(tmp_path / "eval.jsonl", [alpaca("q", "red")])
    first = influence.save_file_target(ws, "d", "eval", file)
    with pytest.raises(ValueError, match="already"):
        influence.save_file_target(ws, "d", "eval", file)
    assert influence.save_file_target(ws, "d", "eval", file, replace=True)["id"] == first["id"]
    write_lines(file, [alpaca("q", "blue")])
    second = influence.save_file_target(ws, "d", "eval", file, replace=True)
    assert second["id"] != first["id"] and not target_path(ws, first).exists()
    assert len(influence.list_targets(ws, "d")) == 1


def test_targets_are_renamed_and_deleted_when_confirmed_and_serve_later_versions(ws, dataset, tmp_path):
    influence.save_typed_target(ws, "d", "typed", "What?", "red")
    assert influence.rename_target(ws, "d", "typed", "colour")["name"] == "colour"
    add_rows(ws, tmp_path, ANSWERS[:3])
    assert [target["name"] for target in influence.list_targets(ws, "d@2")] == ["colour"]
    with pytest.raises(ValueError, match="repeat its name"):
        influence.delete_target(ws, "d", "colour", "typed")
    gone = influence.delete_target(ws, "d", "colour", "colour")
    assert influence.list_targets(ws, "d") == [] and not target_path(ws, gone).exists()
    made = influence.save_typed_target(ws, "d", "last", "", "red")
    assert len(influence.target_samples(ws, made)[0].turns) == 1
    delete_dataset(ws, "d", "d")
    assert not target_path(ws, made).exists()


@pytest.mark.parametrize("name", ["", "a b", "_a", "a/b", "../a", "a" * 61, "-a"])
def test_names_that_cannot_be_a_columns(ws, dataset, name):
    with pytest.raises(ValueError, match="cannot be a target's name"):
        influence.save_typed_target(ws, "d", name, "q", "a")
    assert influence.list_targets(ws, "d") == []


def test_targets_without_answers_rows_or_with_too_many_leave_nothing(ws, dataset, tmp_path):
    with pytest.raises(ValueError, match="answer"):
        influence.save_typed_target(ws, "d", "t", "q", " ")
    with pytest.raises(ValueError, match="has an answer"):
        influence.save_rows_target(ws, "d", "t", [6])
    with pytest.raises(ValueError, match="no rows"):
        influence.save_rows_target(ws, "d", "t", [])
    with pytest.raises(ValueError, match="no row 99"):
        influence.save_rows_target(ws, "d", "t", [99])
    file = write_lines(tmp_path / "many.jsonl", [alpaca(f"q{n}", "a") for n in range(1001)])
    with pytest.raises(ValueError, match=r"at most 1,000"):
        influence.save_file_target(ws, "d", "t", file)
    assert influence.list_targets(ws, "d") == [] and not list((ws.folder / "targets").glob("*"))


def test_a_method_runs_as_a_job_and_its_result_is_found(ws, dataset, tmp_path):
    file = write_lines(tmp_path / "eval.jsonl", [alpaca("q", "red green"), alpaca("q", "black")])
    influence.save_file_target(ws, "d", "eval", file)
    assert influence.influence_of(ws, "d", "eval", "shared_words") is None
    job = influence.start_influence(ws, "d", "eval", "shared_words", {"penalty": "0.5"})
    state = wait(ws, job["id"])
    found = influence.influence_of(ws, "d", "eval", "shared_words")
    expected = np.array([[counted(answer, target) for target in ("red green", "black")] for answer in ANSWERS])
    np.testing.assert_allclose(found.values, expected)
    assert found.run == state["run"] and len(found.samples) == 2 and found.facts["rows"] == len(ANSWERS)
    column = columns(ws, "d").number("influence_eval")
    np.testing.assert_allclose(column, expected.mean(axis=1), rtol=1e-6)
    again = influence.start_influence(ws, "d", "eval", "shared_words", {"penalty": "0.5"})
    assert (again["id"], again["state"]) == (job["id"], "done")


def test_unknown_methods_settings_and_targets_say_what_is_known(ws, dataset):
    influence.save_typed_target(ws, "d", "t", "q", "red")
    with pytest.raises(ValueError, match="no method magic; known: shared_words"):
        influence.start_influence(ws, "d", "t", "magic")
    with pytest.raises(ValueError, match="no setting depth; known: penalty"):
        influence.start_influence(ws, "d", "t", "shared_words", {"depth": 3})
    with pytest.raises(ValueError, match="no target u; there is t"):
        influence.start_influence(ws, "d", "u", "shared_words")
    assert list(influence.known_methods()) == ["shared_words"]


def test_the_index_is_asked_once_for_a_saved_target(ws, dataset, monkeypatch):
    asked = answer_asks(monkeypatch, ws)
    made = influence.save_rows_target(ws, "d", "reds", [0, 1])
    with pytest.raises(ValueError, match="no gradient index"):
        influence.quick_influence(ws, "d", made)
    add_index(ws, dataset["id"], len(ANSWERS))
    for _ in range(2):
        found = influence.quick_influence(ws, "d", made)
        assert found.values[:, 0].tolist()[:2] == [3.0, 2.0] and found.own.tolist() == [0, 1]
    assert len(asked) == 1 and found.facts["damping_chosen"]
    influence.quick_influence(ws, "d", made, damping=0.5)
    assert len(asked) == 2
    add_index(ws, dataset["id"], len(ANSWERS))
    influence.quick_influence(ws, "d", made)
    assert len(asked) == 3


def test_a_typed_target_is_asked_and_rows_that_do_not_fit_are_said(ws, dataset, monkeypatch):
    answer_asks(monkeypatch, ws)
    add_index(ws, dataset["id"], len(ANSWERS))
    found = influence.quick_influence(ws, "d", influence.typed("Which?", "black white"))
    assert found.values[3, 0] == 2 and np.isnan(found.values[6, 0])
    told = influence.token_attribution(ws, "d", 4, influence.typed("Which?", "black white"))
    assert told["tokens"] == ["black ", "white "] and told["values"] == [1.0, -0.5]
    with pytest.raises(ValueError, match="not in the index"):
        influence.token_attribution(ws, "d", 99, influence.typed("", "black"))


def test_both_sides_leave_out_the_target_itself():
    values = np.array([[5, 5], [3, 1], [1, 3], [0, 0], [-2, -1], [np.nan, np.nan], [-4, 1]], np.float32)
    helps, hurts = both_sides(values, aggregated(values), np.array([0]), 10)
    assert helps.positions.tolist() == [1, 2] and helps.values.tolist() == [2, 2]
    assert hurts.positions.tolist() == [4, 6] and hurts.values.tolist() == [-1.5, -1.5]
    assert helps.intervals.rank.tolist() == [1, 1] and (helps.intervals.high >= 1).all()
    assert hurts.intervals.rank.tolist() == [1, 1]
    assert both_sides(values[:, :1], values[:, 0], np.zeros(0, int), 2)[0].intervals is None


def test_against_the_grain_takes_rows_that_pull_both_ways():
    first = np.array([4, 4, -1, 0, np.nan, -3], np.float32)
    second = np.array([-40, 1, -1, 5, 2, 30], np.float32)
    one, other = against_the_grain(first, second, 5)
    assert one.tolist() == [0] and other.tolist() == [5]


def test_saved_as_a_score_it_filters_and_says_where_it_comes_from(ws, dataset, monkeypatch):
    answer_asks(monkeypatch, ws)
    add_index(ws, dataset["id"], len(ANSWERS))
    made = influence.save_rows_target(ws, "d", "reds", [0, 1])
    found = influence.quick_influence(ws, "d", made)
    run = influence_saved(ws, monkeypatch, found, made)
    column = columns(ws, "d").number("influence_reds")
    np.testing.assert_allclose(column, found.values.mean(axis=1))
    assert run["fingerprint"]["damping"] == 0.1 and run["fingerprint"]["target_rows"] == 2
    assert (run["scored"], sum(run["missing"].values()), run["person"]) == (len(ANSWERS) - 1, 1, "ann")
    make_subset(ws, "d", "helpful", where=["influence_reds > 0"])
    expected = np.flatnonzero(found.values.mean(axis=1) > 0)
    assert subset_positions(ws, "helpful").tolist() == expected.tolist()


def influence_saved(ws, monkeypatch, found, made):
    """``save_score`` of what was found, under a method that is known here."""
    renamed = influence.Influence("shared_words", found.values, found.samples, found.own, found.facts)
    return influence.save_score(ws, "d", made["name"], renamed, aggregated(found.values), target=made)


def test_how_a_method_compares_is_said_as_measured(monkeypatch, tmp_path):
    assert "not known" in compared("shared_words")
    measured = {"on": "on a small model", "methods": {}}
    for name, figures in {
        "bm25": (0.2, 0.1, 0.3),
        "a": (0.5, 0.4, 0.6),
        "b": (0.25, 0.2, 0.3),
        "c": (0.1, 0, 0.2),
    }.items():
        measured["methods"][name] = dict(zip(("lds", "low", "high"), figures, strict=True))
    (tmp_path / "measured.json").write_text(json.dumps(measured))
    monkeypatch.setattr("curation.workflow.influence.methods.MEASURED", tmp_path / "measured.json")
    assert compared("a").startswith("Predicts retraining better")
    assert "within the uncertainty" in compared("b")
    assert compared("c").startswith("Does not beat") and "0.10" in compared("c")
    assert "retraining: LDS 0.20" in compared("bm25")

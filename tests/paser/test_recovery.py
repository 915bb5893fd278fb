"""The comparison of sets: what is kept of a killed one, and what it says of differences."""

import numpy as np
import pytest

from curation.jobs.gate import Stopped, gate
from curation.paser.recovery import running
from curation.paser.recovery.plan import Arms, read_arms, write_arms
from curation.paser.recovery.running import Work, compared
from curation.plugin import Task, find
from curation.training.settings import TrainingSettings
from curation.workflow.paser.recovering import Recovery
from tests.jobs.making import samples
from tests.models import tiny

QUICK = TrainingSettings(rank=2, steps=2, batch_rows=2, learning_rate=5e-3)


def rows(*places):
    found = np.zeros(10, bool)
    found[list(places)] = True
    return found


PLAN = Arms({"one": [rows(0, 1, 2)], "other": [rows(3, 4), rows(5, 6)]}, rows(7, 8, 9), np.arange(10) % 2, ["a", "b"])


def work(folder, plan=PLAN):
    model = tiny.language_model()
    pairs = dict(enumerate(model.encode_conversation(sample) for sample in samples(10)))
    return model, Work(plan, pairs, QUICK, 2, folder / "kept", lambda done, total, stage: None)


def test_a_plan_comes_back_from_its_file(tmp_path):
    write_arms(tmp_path / "plan.parquet", PLAN)
    found = read_arms(tmp_path / "plan.parquet", 10)
    assert found.rows_of("one", 1).tolist() == [0, 1, 2] and found.rows_of("other", 1).tolist() == [5, 6]
    assert (found.held == PLAN.held).all() and list(found.names) == ["a", "b"]
    with pytest.raises(ValueError, match="of 10 rows"):
        read_arms(tmp_path / "plan.parquet", 11)
    with pytest.raises(ValueError, match="start anew"):
        read_arms(tmp_path / "nothing", 10)


def test_an_order_is_filled_from_the_rows_that_can_be_read(tmp_path):
    order = np.array([4, 3, 2, 1, 0, -1, -1, -1, -1, -1], np.int32)
    plan = Arms({"one": [rows(0, 1, 6)], "longest": [order]}, rows(7, 8), np.zeros(10, np.int32), ["a"])
    write_arms(tmp_path / "plan.parquet", plan)
    plan = read_arms(tmp_path / "plan.parquet", 10)
    assert plan.rows_of("longest", 2).tolist() == [2, 3, 4]
    readable = ~rows(3, 6)
    assert plan.rows_of("one", 0, readable).tolist() == [0, 1]
    assert plan.rows_of("longest", 0, readable).tolist() == [2, 4]
    assert (plan.unreadable("one", readable), plan.unreadable("longest", readable)) == (1, 0)
    assert running.positions_needed(plan, 3).tolist() == [0, 1, 2, 3, 4, 6, 7, 8]


def test_what_is_too_long_is_left_out_and_said(tmp_path):
    order = np.array([0, 1, 2, 3, 4, 5, -1, -1, -1, -1], np.int32)
    model, some = work(
        tmp_path, Arms({"one": [rows(0, 1, 2)], "longest": [order]}, rows(7, 8), np.zeros(10, int), ["a"])
    )
    for row in (0, 5):
        del some.pairs[row]
    found = compared(some, model, model, tmp_path / "out")
    assert [(arm["rows"], arm["left_out"]) for arm in found["arms"]] == [([2, 2], 1), ([2, 2], 0)]


def test_a_killed_comparison_goes_on_and_does_nothing_twice(tmp_path, monkeypatch):
    model, one = work(tmp_path / "whole")
    whole = compared(one, model, tiny.language_model(tiny.llama(1)), tmp_path / "out")
    done = []
    model, other = work(tmp_path / "parts")

    def counted(*args, **kwargs):
        made = running_fine_tune(*args, **kwargs)
        done.append(1)
        return made

    running_fine_tune = running.fine_tune
    monkeypatch.setattr(running, "fine_tune", counted)
    with pytest.raises(Stopped), gate.job(lambda: len(done) >= 2):
        compared(other, model, tiny.language_model(tiny.llama(1)), tmp_path / "out2")
    assert len(done) == 2
    again = compared(other, model, tiny.language_model(tiny.llama(1)), tmp_path / "out2")
    assert len(done) <= 5
    for arm, wanted in zip(again["arms"], whole["arms"], strict=True):
        np.testing.assert_allclose(arm["losses"], wanted["losses"], rtol=1e-5)
    assert (tmp_path / "out2" / "adapters-other" / "adapter_model.safetensors").exists()


def test_a_set_that_the_model_cannot_read_is_refused(tmp_path):
    model, some = work(tmp_path, Arms({"one": [rows()]}, rows(7), np.zeros(10, int), ["a"]))
    with pytest.raises(ValueError, match="one has no row with an answer"):
        compared(some, model, model, tmp_path / "out")


def said(one, other):
    losses = {"one": np.array(one)[:, None], "other": np.array(other)[:, None]}
    return Recovery([{"name": "a", "held": 3}], np.array([1.0]), np.array([3.0]), losses, {}, {}).verdict(
        "one", "other"
    )


def test_verdicts_rest_on_the_difference_seed_by_seed():
    assert said([1.0, 2.0, 3.0], [1.5, 2.5, 3.5]).startswith("one trains a better model than other")
    assert said([1.5, 2.5, 3.6], [1.0, 2.0, 3.0]).startswith("other trains a better model than one")
    assert "cannot be told apart" in said([1.0, 2.0, 3.0], [1.5, 1.5, 3.2])
    assert "give more seeds" in said([1.0], [2.0])


def test_every_task_describes_itself():
    kinds = find("curation.paser.tasks", Task)
    assert set(kinds) == {"capabilities", "degradation", "choice", "prune", "recover"}
    for name, kind in kinds.items():
        assert kind.__module__.endswith(f".{name}") and kind.sentence.endswith(".") and kind.family == "PASER"
        assert all(column.meaning.endswith(".") for column in kind().columns)

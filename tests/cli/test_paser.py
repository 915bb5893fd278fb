"""The verbs of PASER: a pruned model, what it lost, and the rows that repair it."""

import json

import pytest

from curation.workflow.workspace import Workspace
from tests.jobs.making import work
from tests.paser.making import add_data, models


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two tiny models; jobs are done in this process."""
    monkeypatch.setattr("curation.workflow.scoring.waiting.spawn", lambda folder, jobs, once: _done(folder, jobs))
    monkeypatch.setattr("curation.workflow.scoring.waiting.end", lambda worker: None)
    with Workspace.open(tmp_path / "workspace") as ws:
        add_data(ws, tmp_path)
    return models(tmp_path)


class _done:
    def __init__(self, folder, jobs):
        from curation.jobs.folder import JobFolder

        work(folder, *[JobFolder(folder / "jobs" / name) for name in jobs])

    def poll(self):
        return None


def test_from_degradation_to_a_subset(two, good, run):
    original, pruned = two
    lost = good("degradation", "d", "--original", original, "--pruned", pruned, "--set", "each=5")
    assert not lost["identical"] and [bar["measured"] for bar in lost["capabilities"]] == [5, 5, 5]
    named = good("capabilities", "d", "--rename", "1=ovens")
    assert "ovens" in [one["name"] for one in named["capabilities"]]
    back = good("capabilities", "d", "--undo")
    assert "ovens" not in [one["name"] for one in back["capabilities"]]
    made = good("paser", "d", "s", "--original", original, "--pruned", pruned, "--budget", "50%", "--hand", "0=3")
    assert made["choice"]["capabilities"][0]["budget"] == 3 and made["rows"] + made["choice"]["missing"] == 18
    status, out, _ = run("scores", "d", "--format", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0 and {"capability", "divergence", "paser_s"} <= set(rows[0])
    assert sum(row["paser_s"] is not None for row in rows) == made["rows"]
    arguments = ("--original", original, "--pruned", pruned, "--subset", "s", "--against", "random", "--held-out", "2")
    small = ("--set", "steps=2", "--set", "seeds=2", "--set", "batch_rows=2")
    proof = good("recover", "d", *arguments, *small)
    assert set(proof["arms"]) == {"s", "random"} and len(proof["verdicts"]) == 1
    status, out, _ = run("degradation", "d", "--original", original, "--pruned", original, "--set", "each=2")
    assert status == 0 and "nothing was lost" in out
    status, out, _ = run("degradation", "d", "--original", original, "--pruned", pruned, "--by", "skill")
    assert status == 0 and out.count("% of what was lost") == 2


def test_prune_without_a_data_set(two, good, run, tmp_path):
    made = good("prune", two[0], tmp_path / "half", "--sparsity", "2:4", "--set", "rows=4", "--set", "measured=4")
    assert made["facts"]["zero_share"] == pytest.approx(0.5, abs=0.01)
    assert (tmp_path / "half" / "README.md").exists() and (tmp_path / "half" / "model.safetensors").exists()
    status, _, err = run("prune", two[0], tmp_path / "half")
    assert status == 1 and "is there already" in err and "Traceback" not in err


def test_no_free_memory_is_said_in_words(two, run, tmp_path, monkeypatch):
    def none_left(*arguments):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    monkeypatch.setattr("curation.paser.prune.making.prune", none_left)
    status, _, err = run("prune", two[0], tmp_path / "half", "--set", "rows=4", "--set", "measured=4")
    assert status == 1 and "the memory ran out while pruning" in err and "Allocator" not in err
    assert not (tmp_path / "half").exists()


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (("prune", "default", "out", "--sparsity", "much"), 2, "takes a share"),
        (("capabilities", "d", "--rename", "x=y"), 2, "NUMBER=NAME"),
        (("degradation", "d"), 2, "--pruned"),
        (("paser", "d", "s", "--pruned", "nowhere", "--budget", "5", "--hand", "a=1"), 2, "NUMBER=ROWS"),
        (("recover", "d", "--pruned", "nowhere", "--subset", "s"), 1, "name two subsets"),
        (("capabilities", "d", "--rename", "1=x"), 1, "no capability clusters yet"),
    ],
)
def test_what_is_refused(two, run, arguments, status, words):
    found, _, err = run(*arguments)
    assert found == status and words in err and "Traceback" not in err

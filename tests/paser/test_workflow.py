"""From clusters to a subset and the proof, in a workspace with tiny models."""

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from curation.problems import Problem
from curation.workflow import paser
from curation.workflow.exporting import export_subset, replay
from curation.workflow.paser.choosing import column_part
from curation.workflow.rows import columns
from curation.workflow.subsetting import make_subset, subset_funnel, subset_positions
from curation.workflow.workspace import Workspace
from tests.paser.making import EACH, TOPICS, add_data, done, models


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace where the two models were compared over three capabilities."""
    folder = tmp_path_factory.mktemp("paser")
    with Workspace.open(folder / "workspace", person="ann") as ws:
        truth = add_data(ws, folder)
        original, pruned = models(folder)
        state = done(ws, paser.start_degradation(ws, "d", original, pruned, {"each": 6}))
        assert state["state"] == "done", state["reason"]
        yield ws, truth, original, pruned, folder


def wait_here(monkeypatch):
    monkeypatch.setattr(
        "curation.workflow.paser.choosing.wait",
        lambda ws, job, progress=None: done(ws, next(one for one in _jobs(ws) if one["id"] == job)),
    )


def _jobs(ws):
    from curation.workflow.scoring import job_states

    return job_states(ws)


def test_degradation_computes_the_clusters_first(made):
    ws, truth, original, pruned, _ = made
    clusters = paser.capabilities_of(ws, "d")
    assert (
        adjusted_rand_score(truth, clusters.numbers) == 1.0
        and [one["rows"] for one in clusters.capabilities] == [12] * 3
    )
    assert {frozenset(name.split(", ")) for name in clusters.names} == {frozenset(topic.split()) for topic in TOPICS}
    found = paser.lost(ws, "d", original, pruned)
    assert not found.identical and [bar.sampled for bar in found.bars] == [6, 6, 6]
    for number, bar in enumerate(found.bars):
        values = found.divergence[(clusters.numbers == number) & np.isfinite(found.divergence)]
        assert bar.mean == pytest.approx(values.mean(), rel=1e-6) and 0 < bar.low < bar.mean < bar.high
    said = paser.told(found)
    assert [bar["mean"] for bar in said] == sorted((bar["mean"] for bar in said), reverse=True)
    assert sum(bar["share"] for bar in said) == pytest.approx(1)
    assert paser.lost(ws, "d", original, original) is None


def test_budgets_follow_the_bars_and_hand(made):
    ws, _, original, pruned, _ = made
    found = paser.lost(ws, "d", original, pruned)
    budget = paser.budget_of(found, "50%")
    assert budget.rows.sum() == 18 and (budget.rows <= EACH).all() and (budget.sizes == EACH).all()
    by_hand = paser.budget_of(found, 18, {0: 10}, {0: 10})
    assert by_hand.rows[0] == 10 and by_hand.rows.sum() == 18 and (by_hand.computed == budget.rows).all()
    for total, words in (
        (0, "at least 1"),
        (37, "more than the 36 rows"),
        ("x", "such as 20%"),
        ("120%", "at most 100"),
    ):
        with pytest.raises(Problem, match=words):
            paser.budget_of(found, total)


def test_the_set_is_a_subset_that_exports_and_replays(made, monkeypatch):
    ws, _, original, pruned, folder = made
    wait_here(monkeypatch)
    kept = paser.recovery_set(ws, "d", "My set", original, pruned, 15, settings={"concepts": False})
    assert kept["rows"] == 15 and kept["choice"]["taken"] == 15 and kept["choice"]["refused"] == 0
    assert [one["taken"] for one in kept["choice"]["capabilities"]] == [
        one["budget"] for one in kept["choice"]["capabilities"]
    ]
    found = paser.lost(ws, "d", original, pruned)
    efficiency = paser.efficiencies(found)
    positions = subset_positions(ws, "My set")
    for number, budget in enumerate(paser.budget_of(found, 15).rows):
        rows = np.flatnonzero(found.groups.numbers == number)
        chosen = np.intersect1d(rows, positions)
        assert len(chosen) == budget
        assert (
            efficiency[chosen].min()
            >= np.delete(efficiency, chosen)[np.isin(np.delete(np.arange(36), chosen), rows)].max()
        )
    export_subset(ws, "My set", folder / "out.jsonl")
    again = replay(folder / "out.manifest.json", folder / "d.jsonl", folder / "again.jsonl")
    assert again["identical"] and (folder / "out.jsonl").read_bytes() == (folder / "again.jsonl").read_bytes()


def test_a_set_goes_back_to_an_earlier_budget(made, monkeypatch):
    ws, _, original, pruned, _ = made
    wait_here(monkeypatch)
    sets = []
    for total in (6, 9, 6):
        paser.recovery_set(ws, "d", "moved", original, pruned, total, settings={"concepts": False})
        sets.append(subset_positions(ws, "moved").tolist())
    assert sets[0] == sets[2] and len(sets[1]) == 9


def test_rows_refused_for_their_concepts_say_so(made, monkeypatch):
    ws, _, original, pruned, _ = made
    wait_here(monkeypatch)
    kept = paser.recovery_set(ws, "d", "checked", original, pruned, 9)
    choice = kept["choice"]
    assert kept["rows"] + choice["missing"] == 9 and 0 < choice["order_likeness"] <= 1
    clashes = [text for text in columns(ws, "d").texts("paser_checked_clash") if text]
    assert len(clashes) == choice["refused"] and all(" + " in text for text in clashes)
    first, second = subset_funnel(ws, "checked")
    assert sum(map(len, first.dropped.values())) == choice["refused"] and second.after == kept["rows"]


def test_the_same_model_twice(made):
    ws, _, original, _, _ = made
    done(ws, paser.start_degradation(ws, "d", original, original, {"each": 4}))
    found = paser.lost(ws, "d", original, original)
    assert found.identical and [bar.mean for bar in found.bars] == [0, 0, 0]
    assert [bar["share"] for bar in paser.told(found)] == [0, 0, 0]
    assert paser.budget_of(found, 18).rows.tolist() == [6, 6, 6]


def test_skills_that_rows_carry_stand_in_for_clusters(made):
    ws, _, original, pruned, _ = made
    done(ws, paser.start_degradation(ws, "d", original, pruned, {"each": 5}, by="skill"))
    found = paser.lost(ws, "d", original, pruned, "skill")
    assert found.groups.names == ["skill 0", "skill 1"] and [bar.sampled for bar in found.bars] == [5, 5]
    assert paser.budget_of(found, 9).rows.sum() == 9
    named = paser.groups_of(ws, "d", "field:skill")
    assert named.names == found.groups.names and np.array_equal(named.numbers, found.groups.numbers)


def test_names_given_by_hand_are_taken_back_one_after_the_other(made):
    ws = made[0]
    first = paser.capabilities_of(ws, "d")
    paser.rename_capabilities(ws, "d", {1: "ovens"})
    paser.rename_capabilities(ws, "d", {0: "joined", 2: "joined"})
    paser.undo_renaming(ws, "d")
    found = paser.capabilities_of(ws, "d")
    assert found.names == [first.names[0], "ovens", first.names[2]]
    paser.undo_renaming(ws, "d")
    found = paser.capabilities_of(ws, "d")
    assert found.capabilities == first.capabilities and found.facts == first.facts
    assert np.array_equal(found.numbers, first.numbers)
    codes, names = columns(ws, "d").label("capability")
    assert [names[code] for code in codes] == [first.names[number] for number in first.numbers]
    with pytest.raises(Problem, match="nothing to take back"):
        paser.undo_renaming(ws, "d")


def test_renaming_and_merging_by_hand(made):
    ws, _, original, pruned, _ = made
    before = paser.capabilities_of(ws, "d")
    paser.rename_capabilities(ws, "d", {0: "joined", 2: "joined"})
    after = paser.capabilities_of(ws, "d")
    assert [one["rows"] for one in after.capabilities] == [24, 12] and after.names[0] == "joined"
    codes, names = columns(ws, "d").label("capability")
    assert sorted(names) == sorted(after.names) and np.bincount(codes).max() == 24
    assert len(paser.lost(ws, "d", original, pruned).bars) == 2
    with pytest.raises(Problem, match="no capability 7"):
        paser.rename_capabilities(ws, "d", {7: "x"})
    assert before.run_id != after.run_id


def test_two_subsets_compared_at_equal_steps(made):
    ws, _, original, pruned, _ = made
    make_subset(ws, "d", "first rows", where=["row < 20"])
    make_subset(ws, "d", "last rows", where=["row >= 20"])
    options = {"steps": 2, "seeds": 2, "batch_rows": 2, "rank": 2}
    job = paser.start_recovery(
        ws,
        "d",
        original,
        pruned,
        ["first rows", "last rows"],
        ["random", "longest", "all rows"],
        held_out=3,
        settings=options,
    )
    state = done(ws, job)
    assert state["state"] == "done", state["reason"]
    found = paser.recovery_of(ws, "d")
    assert list(found.arms) == ["first rows", "last rows", "random", "longest", "all rows"]
    assert all(losses.shape == (2, len(found.groups)) for losses in found.arms.values())
    assert found.rows["random"] == found.rows["first rows"] and found.rows["all rows"][0] > found.rows["random"][0]
    assert np.isfinite(found.original).all() and not np.array_equal(found.original, found.pruned)
    mean = found.means["random"]
    assert mean.low < mean.mean < mean.high
    assert "first rows" in found.verdict("first rows", "last rows")
    artifacts = ws.folder / "runs" / str(state["run"])
    assert (artifacts / "adapters-first-rows" / "adapter_model.safetensors").exists()
    assert json.loads((artifacts / "recovery.json").read_text())["seeds"] == 2


@pytest.mark.parametrize(
    "subsets, against, words",
    [
        ([], ["random"], "at least one subset"),
        (["d rows"], [], "name two subsets"),
        (["d rows"], ["best"], "no baseline best"),
    ],
)
def test_what_cannot_be_compared(made, subsets, against, words):
    ws, _, original, pruned, _ = made
    with pytest.raises(Problem, match=words):
        paser.start_recovery(ws, "d", original, pruned, subsets, against)


def test_models_that_cannot_be_compared_fail_in_words(made):
    ws, _, original, _, folder = made
    with pytest.raises(Problem, match="name the pruned model"):
        paser.start_degradation(ws, "d", original, "")
    state = done(ws, paser.start_degradation(ws, "d", original, str(folder / "nowhere")))
    assert state["state"] == "failed" and "there is no model" in state["reason"]


def test_pruned_models_are_listed_by_name(made):
    ws, _, original, _, folder = made
    done(ws, paser.start_pruning(ws, "d", {"model": original, "rows": 4, "measured": 4, "name": "half"}))
    [one] = paser.list_pruned(ws)
    assert one["title"] == "half" and one["facts"]["method"] == "wanda" and one["dataset"] == "d"
    out = paser.copy_pruned(ws, one["run"], folder / "half")
    assert (out / "model.safetensors").exists() and (out / "README.md").exists()
    with pytest.raises(Problem, match="there already"):
        paser.copy_pruned(ws, one["run"], folder / "half")


def test_names_become_parts_of_columns():
    assert column_part("My set, 20 %") == "my_set_20"
    with pytest.raises(Problem, match="letter or a digit"):
        column_part("…")

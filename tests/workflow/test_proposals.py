"""Proposals: made, talked about, approved by somebody else, current with a history, named by exports."""

import json
import shutil
import threading

import numpy as np
import pytest

from curation.problems import Problem
from curation.workflow import proposals
from curation.workflow.access.actors import Actor, Refused, acting_as
from curation.workflow.annotating import annotate, history, undo, verify_ledger
from curation.workflow.exporting import export_subset, replay
from curation.workflow.importing import import_file
from curation.workflow.kept_subsets import get_subset, subset_positions
from curation.workflow.removing import delete_dataset
from curation.workflow.subsetting import delete_subset, make_subset
from curation.workflow.workspace import Workspace
from store import people
from tests.workflow.scored import ROWS, add_file, add_scores


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Forty rows with a score, and two versions of a subset: row 3 was dropped in between, the bound raised."""
    folder = tmp_path_factory.mktemp("prepared")
    with Workspace.open(folder / "ws", "ann") as ws:
        add_file(ws, folder)
        add_scores(ws, 1, perplexity=np.arange(ROWS), near_duplicate=np.arange(ROWS) // 2 * 2)
        make_subset(ws, "d", "s", where=["decision != drop", "perplexity < 20"])
        annotate(ws, "d", [3], "drop")
        make_subset(ws, "d", "s", where=["decision != drop", "perplexity < 25"])
    return folder


@pytest.fixture
def ws(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    with Workspace.open(tmp_path / "ws", "ann") as workspace:
        yield workspace


def approved(ws, subset, **more):
    made = proposals.propose(ws, subset, **more)
    return proposals.approve(ws, made["id"], "fine", person="bob")


def test_what_is_approved_by_somebody_else_becomes_current_with_a_history(ws):
    made = proposals.propose(ws, "s@1", reason="a start")
    assert (made["base"], made["state"], made["rows"]) == (None, "open", 20)
    assert proposals.current_subset(ws, "d") is None
    with pytest.raises(Problem, match="proposal 1 is your own: somebody else has to approve it"):
        proposals.approve(ws, 1)
    proposals.comment(ws, 1, "why not more?", person="bob")
    assert proposals.approve(ws, 1, "good", person="bob")["state"] == "approved"
    assert proposals.current_subset(ws, "d")["subset"] == "s@1"
    assert get_subset(ws, "d@current")["id"] == get_subset(ws, "s@1")["id"]

    second = proposals.propose(ws, "s@2")
    assert second["base"] == "s@1"
    assert [one["id"] for one in proposals.waiting(ws, person="bob")] == [2]
    assert proposals.waiting(ws) == []
    proposals.approve(ws, 2, person="carl")
    held = proposals.list_approvals(ws, "d")
    assert [(one["subset"], one["person"], one["is_current"]) for one in held] == [
        ("s@2", "carl", 1),
        ("s@1", "bob", 0),
    ]
    assert proposals.subset_states(ws) == {1: "approved", 2: "current"}
    told = [(event["kind"], event["person"]) for event in history(ws, "d", limit=5)]
    assert told == [("approve", "carl"), ("propose", "ann"), ("approve", "bob"), ("comment", "bob"), ("propose", "ann")]
    assert [one["body"] for one in proposals.comments_of(ws, 1)] == ["why not more?"]
    assert verify_ledger(ws)["intact"]


def test_whoever_made_the_subset_does_not_approve_it_either(ws):
    proposals.propose(ws, "s", person="bob")
    with pytest.raises(Problem, match="you made s@2 yourself"):
        proposals.approve(ws, 1)
    with pytest.raises(Problem, match="is your own"):
        proposals.reject(ws, 1, "no", person="bob")
    assert proposals.waiting(ws) == [] and proposals.get_proposal(ws, 1)["state"] == "open"


def test_only_a_reviewer_approves(ws):
    people.add(ws.database, "vic", "ann")
    made = proposals.propose(ws, "s")
    for role in (None, "viewer", "curator"):
        if role:
            people.set_role(ws.database, "vic", role, "ann")
        with acting_as(Actor("vic")), pytest.raises(ValueError, match=r"role of reviewer|there is no proposal"):
            proposals.approve(ws, made["id"])
        with acting_as(Actor("vic")):
            assert role is None or proposals.waiting(ws) == []
    people.set_role(ws.database, "vic", "reviewer", "ann")
    with acting_as(Actor("vic")), pytest.raises(Refused, match="another's name"):
        proposals.approve(ws, made["id"], person="bob")
    with acting_as(Actor("vic")):
        assert [one["id"] for one in proposals.waiting(ws)] == [1]
        assert proposals.approve(ws, made["id"])["settled_by"] == "vic"


def test_when_what_is_current_has_moved_it_has_to_be_proposed_again(ws):
    approved(ws, "s@1")
    make_subset(ws, "d", "other", where=["perplexity > 30"])
    proposals.propose(ws, "s@2")
    approved(ws, "other")
    with pytest.raises(
        Problem, match=r"since proposal 2 was made, bob has made other@1 the current one \(proposal 3\)"
    ):
        proposals.approve(ws, 2, person="bob")
    again = proposals.propose_again(ws, 2)
    assert (again["base"], again["state"]) == ("other@1", "open")
    assert proposals.get_proposal(ws, 2)["state"] == "withdrawn"
    assert proposals.moved(ws, again) is None
    assert proposals.approve(ws, again["id"], person="bob")["state"] == "approved"


def test_two_reviewers_at_once_settle_it_once(ws):
    proposals.propose(ws, "s")
    done, said, go = [], [], threading.Barrier(2)

    def settle(person):
        go.wait()
        try:
            done.append(proposals.approve(ws, 1, person=person))
        except ValueError as error:
            said.append(str(error))

    threads = [threading.Thread(target=settle, args=(who,)) for who in ("bob", "carl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and "is settled" in said[0]
    assert len(proposals.list_approvals(ws, "d")) == 1


def test_rejecting_and_withdrawing_change_nothing_else(ws):
    proposals.propose(ws, "s@1")
    with pytest.raises(Problem, match="say in a line why"):
        proposals.reject(ws, 1, " ", person="bob")
    assert proposals.reject(ws, 1, "too few", person="bob")["settled_reason"] == "too few"
    with pytest.raises(ValueError, match="is settled: bob has rejected it"):
        proposals.approve(ws, 1, person="carl")
    proposals.propose(ws, "s@2")
    with pytest.raises(ValueError, match="s@2 is proposed already: proposal 2"):
        proposals.propose(ws, "s@2")
    with pytest.raises(Problem, match="is ann's: only they can withdraw it"):
        proposals.withdraw(ws, 2, person="bob")
    proposals.withdraw(ws, 2)
    assert proposals.current_subset(ws, "d") is None
    assert proposals.subset_states(ws) == {1: "rejected"}
    with pytest.raises(ValueError, match="cannot be undone"):
        undo(ws, event=history(ws, "d", limit=1)[0]["event"])


def test_what_cannot_be_proposed(ws, tmp_path):
    approved(ws, "s@1")
    add_file(ws, tmp_path, "e")
    make_subset(ws, "e", "far")
    for subset, more, says in [
        ("s@1", {}, "is current already"),
        ("s@2", {"against": "s@2"}, "against another one"),
        ("s@2", {"against": "far"}, "choose from different data"),
        ("s@2", {"pointer": "a@b"}, "without @"),
        ("s@2", {"reason": "x" * 20_001}, "at most 20,000"),
        ("s@2", {"reason": "\ud800"}, "surrogate"),
        ("no", {}, "there is no subset no"),
    ]:
        with pytest.raises(ValueError, match=says):
            proposals.propose(ws, subset, **more)
    with pytest.raises(ValueError, match="there is no proposal 9"):
        proposals.approve(ws, 9)
    assert len(proposals.list_proposals(ws)) == 1


def test_what_is_current_or_proposed_is_not_deleted_and_goes_with_its_data(ws):
    approved(ws, "s@1")
    proposals.propose(ws, "s@2")
    for name, says in [("s@1", "s@1 is the current one"), ("s@2", "proposal 2 is about s@2")]:
        with pytest.raises(Problem, match=says):
            delete_subset(ws, name)
    proposals.withdraw(ws, 2)
    delete_subset(ws, "s@2")
    with pytest.raises(ValueError, match="no subset"):
        proposals.difference_of(ws, 2)
    delete_dataset(ws, "d", "d")
    assert proposals.list_proposals(ws) == [] and verify_ledger(ws)["intact"]


def test_the_difference_has_every_row_with_its_reason(ws):
    found = proposals.difference(ws, "s@2", "s@1")
    assert (found.before, found.after, found.both) == (20, 24, 19)
    assert found.came.tolist() == [20, 21, 22, 23, 24] and found.out.tolist() == [3]
    assert [one.cause for one in found.why_out] == ["decision is none in the base, drop in the proposal"]
    assert (found.why_came[0].words, len(found.why_came[0].rows)) == ("rows where perplexity is below 20", 5)
    assert (found.copies.divided, found.copies.joined) == (1, 0)
    assert {task for _, task in found.missing} == {"map", "language", "contamination", "text"}
    everything = proposals.difference(ws, "s@1")
    assert (everything.before, everything.after, len(everything.came)) == (ROWS, 20, 0)
    json.dumps(found.to_json())


def test_across_versions_of_the_data_rows_are_found_by_what_they_say(ws, tmp_path):
    approved(ws, "s@1")
    lines = (tmp_path / "d.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "d.jsonl").write_text("".join([*lines[2:], '{"instruction": "new", "input": "", "output": "row"}\n']))
    import_file(ws, tmp_path / "d.jsonl", "d")
    make_subset(ws, "d@2", "newer", where=["row < 17"])
    made = proposals.propose(ws, "newer")
    assert (made["base"], made["dataset_version"]) == ("s@1", 2)
    found = proposals.difference_of(ws, made)
    assert (found.before, found.after, found.gone) == (18, 17, 2)
    assert found.out.tolist() == [17] and found.came.tolist() == []
    proposals.approve(ws, made["id"], person="bob")
    assert proposals.current_subset(ws, "d")["subset"] == "newer@1"


def test_an_export_names_who_approved_what_and_what_was_corrected_since(ws, tmp_path):
    plain = export_subset(ws, "s", tmp_path / "plain.jsonl")
    assert plain["approval"] is None and plain["told"][-1] == "s@2 has not been approved"
    approved(ws, "s", reason="ready")
    annotate(ws, "d", [7], corrections={"response": "better"})
    made = export_subset(ws, "d@current", tmp_path / "out.jsonl")
    manifest = json.loads((tmp_path / "out.manifest.json").read_text())
    found = manifest["approval"]
    assert found == made["approval"]
    names = ("pointer", "is_current", "proposal", "proposed_by", "approved_by", "corrected_since")
    assert [found[name] for name in names] == ["current", True, 1, "ann", "bob", 1]
    event = next(one for one in history(ws, "d") if one["event"] == found["event"])
    assert (event["kind"], event["person"]) == ("approve", "bob")
    proposed = next(one for one in history(ws, "d") if one["kind"] == "propose")
    assert proposed["detail"]["rows_sha256"] == manifest["export"]["positions_sha256"]
    assert "s@2 is the current one: approved by bob" in made["told"][-1] and "; 1 row of" in made["told"][-1]
    again = replay(tmp_path / "out.manifest.json", tmp_path / "d.jsonl", tmp_path / "again.jsonl")
    assert again["identical"] and len(subset_positions(ws, "s")) == again["rows"]


def test_several_pointers_of_a_data_set_do_not_mind_each_other(ws):
    approved(ws, "s@1", pointer="train")
    approved(ws, "s@2", pointer="test", against="all rows")
    assert get_subset(ws, "d@train")["version"] == 1 and get_subset(ws, "d@test")["version"] == 2
    assert proposals.current_subset(ws, "d") is None

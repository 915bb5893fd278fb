"""Proposals and their difference from the command line, where one acts as the owner of this machine."""

import pytest

from curation.workflow import proposals
from curation.workflow.workspace import Workspace


@pytest.fixture
def others(tmp_path):
    """``others(verb, *arguments)``: what somebody else does meanwhile."""

    def others(verb, *arguments, **more):
        with Workspace.open(tmp_path / "workspace") as ws:
            return verb(ws, *arguments, person="bob", **more)

    return others


@pytest.fixture
def two(good, file):
    """Two subsets of forty rows, of which the second has lost row 5 and gained five at its end."""
    good("import", file, "--name", "d")
    good("subset", "d", "one", "--where", "decision != drop", "--where", "row < 20")
    good("annotate", "d", "5", "--decision", "drop")
    good("subset", "d", "two", "--where", "decision != drop", "--where", "row < 25")


def test_a_proposal_goes_from_one_person_to_another(good, run, two, others, tmp_path):
    made = good("propose", "two", "--against", "one", "--reason", "more rows")
    assert (made["id"], made["base"], made["state"]) == (1, "one@1", "open")
    for verb in (["approve", "1"], ["reject", "1", "--reason", "no"]):
        status, _, err = run(*verb)
        assert status == 1 and "is your own: somebody else has to" in err
    assert run("reject", "1")[0] == 2
    others(proposals.comment, 1, "why row 5?")
    assert good("comment", "1", "it is wrong")["proposal"] == 1
    shown = good("proposals", "--number", "1")
    assert [one["body"] for one in shown["said"]] == ["why row 5?", "it is wrong"]
    assert (shown["difference"]["came"], shown["difference"]["out"]) == (5, 1)
    others(proposals.approve, 1)
    assert [one["subset"] for one in good("proposals", "d", "--approved")] == ["two@1"]
    exported = good("export", "d@current", tmp_path / "o.jsonl")
    assert (exported["rows"], exported["approval"]["approved_by"]) == (24, "bob")

    others(proposals.propose, "one")
    status, _out, err = run("approve", "2")
    assert status == 1 and "you made one@1 yourself" in err
    assert good("proposals", "d")[0]["state"] == "open"


def test_what_people_read(run, two, others):
    others(proposals.propose, "two", "one", "more rows")
    others(proposals.comment, 1, "look")
    _, out, _ = run("proposals", "--number", "1")
    assert out.splitlines()[:4] == [
        "proposal 1 (open): two@1 against one@1",
        "  bob: more rows",
        "  bob: look",
        "20 rows before, 24 after; 5 in, 1 out",
    ]
    assert "1 out: step 1, rows where decision is not drop: the condition does not hold (decision is none in" in out
    assert "clusters cannot be told: run map" in out and "near-duplicates cannot be told" in out
    assert run("difference", "two", "all rows")[1].startswith("40 rows before, 24 after; 0 in, 16 out")
    assert "two@1" in run("proposals")[1] and "none" in run("proposals", "d", "--approved")[1]
    for wrong in (["proposals", "--approved"], ["proposals", "d", "--number", "1"]):
        assert run(*wrong)[0] == 2
    assert "another's" in run("withdraw", "1")[2] or "bob's: only they can withdraw it" in run("withdraw", "1")[2]


def test_why_a_row_is_out(good, run, two):
    told = good("why", "d", "5", "--subset", "two")
    assert told["subset"]["chosen"] is False and told["events"][0]["detail"]["decision"] == "drop"
    _, out, _ = run("why", "d", "5")
    assert "out of two@1" in out and "1. rows where decision is not drop: the condition does not hold" in out
    assert "decision drop" in out
    assert "in one@1" in run("why", "d", "5", "--subset", "one")[1]
    assert "drop by now" in run("why", "d", "5", "--subset", "one")[1]

"""Pairs in a workspace: made, brought in, judged by several people, counted."""

import json

import pytest

from curation.workflow import pairs
from curation.workflow.annotating import verify_ledger
from curation.workflow.removing import delete_dataset
from curation.workflow.workspace import Workspace
from store import ledger
from tests.workflow.making import add, add_run, alpaca


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "ws", person="ann") as ws:
        add(ws, tmp_path, [alpaca(f"question {n}", "word " * (1 + n % 3)) for n in range(30)])
        yield ws


def lines(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def record(a, b, preference=None):
    return {"prompt": "p", "response_a": a, "response_b": b, "preference": preference}


def test_pairs_of_rows_by_seed_and_by_cluster(ws):
    made = pairs.make_pairs(ws, "d", 6, seed=1)
    assert made == {"made": 6, "added": 6, "within": "any"}
    assert pairs.make_pairs(ws, "d", 6, seed=1)["added"] == 0
    for pair in pairs.list_pairs(ws, "d"):
        assert len(pair["response_a"]) == len(pair["response_b"]) and pair["row_a"] != pair["row_b"]
        assert pair["prompt_a"] == f"question {pair['row_a']}"
    add_run(ws, 1, 30, {("cluster", "number"): [float(n % 2) for n in range(30)]})
    assert pairs.make_pairs(ws, "d", 5, seed=9)["within"] == "cluster"
    late = pairs.list_pairs(ws, "d")[6:]
    assert late and all(pair["row_a"] % 2 == pair["row_b"] % 2 for pair in late)


def test_one_person_after_the_other(ws):
    pairs.make_pairs(ws, "d", 12)
    seen = []
    while (shown := pairs.next_pair(ws, "d")) is not None:
        assert pairs.next_pair(ws, "d") == shown, "nothing changes until it is judged"
        assert shown["judged"] == len(seen) and shown["pairs"] == 12
        seen.append(shown)
        pairs.judge(ws, "d", shown["pair"], ("left", "right", "equal", "skip")[len(seen) % 4])
    assert 0 < sum(shown["flipped"] for shown in seen) < 12
    for place, shown in enumerate(seen, 1):
        said = pairs.list_pairs(ws, "d")[shown["pair"] - 1]["verdicts"]["ann"]
        left = "b" if shown["flipped"] else "a"
        assert said == (left, "ab".replace(left, ""), "tie", "skip")[place % 4]
    assert pairs.next_pair(ws, "d", person="bob")["judged"] == 0
    flips = [pairs.is_flipped(n, "bob") for n in range(200)]
    assert 60 < sum(flips) < 140 and flips != [pairs.is_flipped(n, "ann") for n in range(200)]
    assert verify_ledger(ws)["intact"]


def test_judging_again_and_taking_back(ws):
    pairs.make_pairs(ws, "d", 1)
    [one] = pairs.list_pairs(ws, "d")
    for choice in ("left", "right", None):
        said = pairs.judge(ws, "d", one["id"], choice)
    assert said["verdict"] is None and pairs.list_pairs(ws, "d")[0]["verdicts"] == {}
    kinds = [event["kind"] for event in ledger.history(ws.database, 1)]
    assert kinds == ["judge", "judge", "judge", "pairs", "import"], "nothing said is forgotten"
    for wrong in ((99, "left"), (one["id"], "a")):
        with pytest.raises(ValueError):
            pairs.judge(ws, "d", *wrong)


def test_a_file_judges_and_adds_nothing_twice(ws, tmp_path):
    path = lines(tmp_path / "p.jsonl", [record("x", "y", "a"), record("x", "z", "tie"), record("y", "z")])
    assert pairs.import_pairs(ws, "d", path) == {"pairs": 3, "added": 3, "judged": 2}
    turned = lines(tmp_path / "q.jsonl", [record("y", "x", "b"), record("z", "y", "b")])
    assert pairs.import_pairs(ws, "d", turned, person="bob") == {"pairs": 2, "added": 0, "judged": 2}
    first, second, third = pairs.list_pairs(ws, "d")
    assert first["verdicts"] == {"ann": "a", "bob": "a"}, "the same text is preferred, whichever side it stood on"
    assert (second["preference"], third["preference"]) == ("tie", "a")
    assert [pair.preference for pair in pairs.human_pairs(ws, "d")] == ["a", "a"]
    with pytest.raises(ValueError, match="line 2"):
        pairs.import_pairs(ws, "d", lines(tmp_path / "r.jsonl", [record("u", "v"), {"prompt": 1}]))
    assert len(pairs.list_pairs(ws, "d")) == 3


def test_majority_and_agreement(ws, tmp_path):
    assert pairs.majority({"x": "a", "y": "b"}) is None and pairs.majority({"x": "skip"}) is None
    assert pairs.majority({"x": "a", "y": "a", "z": "b"}) == "a"
    path = lines(tmp_path / "p.jsonl", [record(f"x{n}", f"y{n}", "ab"[n % 2]) for n in range(8)])
    for person in ("ann", "bob"):
        pairs.import_pairs(ws, "d", path, person=person)
    found = pairs.pair_agreement(ws, "d")
    assert (found["percent"], found["kappa"], found["method"], found["pairs"]) == (1.0, 1.0, "Cohen", 8)


def test_pairs_go_with_the_data_set(ws, tmp_path):
    pairs.make_pairs(ws, "d", 3)
    delete_dataset(ws, "d", "d")
    add(ws, tmp_path, [alpaca("q", "a")] * 2)
    assert pairs.list_pairs(ws, "d") == []
    assert ws.database.query("SELECT count(*) FROM pairs") == [(0,)]
    assert verify_ledger(ws)["intact"]

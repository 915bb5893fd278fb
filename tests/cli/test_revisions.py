"""Proposed answers accepted, edited and rejected from the command line, and the kept answers of models."""

import json

import pytest

from curation.workflow import annotating
from curation.workflow.rows import rows_page
from curation.workflow.workspace import Workspace
from tests.workflow.proposed import ROWS, add_confidence, add_knowledge, add_revisions, add_rows


@pytest.fixture
def folder(tmp_path):
    with Workspace.open(tmp_path / "workspace") as ws:
        number = add_rows(ws, tmp_path)
        add_knowledge(ws, number)
        add_revisions(ws, number)
        add_confidence(ws, number)
    return tmp_path / "workspace"


def answers(folder):
    with Workspace.open(folder) as ws:
        return [row["response"] for row in rows_page(ws, "d", list(range(ROWS)))]


def test_by_row_by_condition_and_back(good, folder, tmp_path):
    assert good("revisions", "d", "accept", 1, 2)["rows"] == 2
    assert good("revisions", "d", "accept", 3, "--text", "in my words")["rows"] == 1
    assert good("revisions", "d", "reject", 4, 5)["rows"] == 2
    made = good("revisions", "d", "accept", "--where", "row >= 4 and row < 9")
    assert made["rows"] == 3, "what was rejected is not open any more"
    assert good("revisions", "d", "accept", "--kind", "clear", "--where", "clear_preference > 0.95")["rows"] == 1
    wanted = ["answer 0", "better answer 1", "better answer 2", "in my words", "answer 4", "answer 5"]
    wanted += ["better answer 6", "better answer 7", "better answer 8", "answer 9", "answer 10", "own answer 11"]
    assert answers(folder) == wanted
    counts = [one["state"] for one in good("list", "revisions", "d") if one["kind"] == "revision"]
    assert [counts.count(state) for state in ("accepted", "edited", "rejected", "open")] == [5, 1, 2, 3]
    good("subset", "d", "s")
    good("export", "s", tmp_path / "out.jsonl")
    assert [json.loads(line)["output"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == wanted
    good("annotate", "d", 0, "--decision", "keep")
    for rows in (1, 3, 2):
        assert good("revisions", "d", "undo")["rows"] == rows, "newest first; other decisions stay"
    assert answers(folder)[3:9] == ["in my words"] + [f"answer {n}" for n in range(4, 9)]
    assert len(good("list", "decisions", "d")) == 4


def test_what_fits_nothing_says_so(run, folder):
    status, out, _ = run("revisions", "d", "accept", "--where", "row > 100")
    assert status == 0 and "nothing was changed" in out
    status, out, _ = run("revisions", "d", "reject", "0")
    assert status == 0 and out.startswith("1 proposals of d rejected: event")
    for wrong in (["accept"], ["reject", 1, "--text", "x"], ["accept", 1, "--where", "row = 1"], ["undo", 1]):
        assert run("revisions", "d", *wrong)[0] == 2
    assert "no proposal" in run("revisions", "d", "accept", ROWS - 1)[2]
    assert run("revisions", "d", "undo")[0] == 0
    status, _, err = run("revisions", "d", "undo")
    assert status == 1 and "nothing here that could be undone" in err


def test_a_colleague_s_acceptance_is_not_mine_to_take_back(run, folder):
    with Workspace.open(folder, person="bea") as ws:
        annotating.annotate(ws, "d", [1], tags_add=["revision accepted"], corrections={"response": "hers"})
    assert "nothing here" in run("revisions", "d", "undo")[2]


def test_kept_answers_are_counted_and_cleared(good, run, folder):
    place = folder / "generations"
    place.mkdir()
    value = {"text": "x", "tokens": 7, "finish": "stop", "prompt_tokens": 3, "cost": 0.25}
    (place / "aa.jsonl").write_text(json.dumps({"key": "aa" * 16, "value": value}) + "\n")
    told = good("generations")
    assert (told["answers"], told["written_tokens"], told["cost"]) == (1, 7, 0.25) and told["bytes"] > 0
    assert "1 answers, 0.0 MB thrown away" in run("generations", "clear")[1]
    assert good("generations")["answers"] == 0

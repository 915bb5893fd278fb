"""The steps as jobs in a workspace: a tiny local target, and a reviser behind an endpoint on loopback."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from curation.jobs.folder import JobFolder
from curation.plugin import Task, find
from curation.workflow import scoring
from curation.workflow.scores_table import scores_table
from tests.jobs.making import work
from tests.models.generation.serving import KEY
from tests.nile.conftest import ROWS
from tests.nile.working import run


def knowledge_settings(target):
    return {"target": target, "max_tokens": 60, "leak_words": 1000}


def test_three_steps_from_rows_to_scores(ws, server, target):
    state = run(ws, "knowledge", knowledge_settings(target))
    assert (state["state"], state["reason"], state["scored"]) == ("done", None, ROWS - 2)
    reviser = f"{server.address}#strong"
    state = run(ws, "revision", {"reviser": reviser, "target": target})
    assert (state["state"], state["scored"]) == ("done", ROWS - 4)
    run(ws, "revision_control", {"reviser": reviser, "target": target})
    state = run(ws, "consistency", {"target": target})
    assert (state["state"], state["scored"]) == ("done", ROWS - 2)
    state = run(ws, "consistency_revised", {"target": target, "reviser": reviser})
    assert (state["state"], state["scored"]) == ("done", ROWS - 4)
    rows = list(scores_table(ws, "d"))
    for name in ("nile_consistency", "nile_consistency_sum", "nile_similarity", "nile_support"):
        assert [row[name] is not None for row in rows] == [n not in (5, 6) for n in range(ROWS)]
        assert [row[f"{name}_revised"] is not None for row in rows] == [n not in (3, 4, 5, 6) for n in range(ROWS)]
    assert rows[0]["nile_knowledge"] in rows[0]["nile_revision"], "the notes reach the reviser"
    assert "Notes" not in rows[0]["nile_revision_control"]
    assert rows[0]["nile_consistency"] == pytest.approx(
        np.exp(rows[0]["nile_consistency_sum"] / len("answer 0")), rel=1e-3
    ), "one token a byte"
    [usage] = [path for path in ws.folder.glob("runs/*/usage.json") if json.loads(path.read_text())["cost"]][:1]
    spent = json.loads(usage.read_text())
    assert spent["written_tokens"] == 7 * 9 and spent["cost"] == pytest.approx(7 * 9 * 1000 / 1e6)
    assert spent["kept_calls"] == 0 and spent["calls"] - spent["failed_calls"] == 9, "its probe's answers included"


def test_reasons_are_counted(ws, server, target):
    from store import runs

    run(ws, "knowledge", knowledge_settings(target))
    run(ws, "revision", {"reviser": f"{server.address}#strong", "target": target})
    missing = runs.listed(ws.database)[-1]["missing"]
    assert missing == {
        "the endpoint is busy or broken (500)": 1,
        "the reviser did not come to an end within the limit of tokens": 1,
        "the row has no answer": 1,
        "the row has no question before its answer": 1,
    }
    run(ws, "knowledge", knowledge_settings(target) | {"leak_words": 1, "max_tokens": 61})
    assert sum(runs.listed(ws.database)[-1]["missing"].values()) >= 2


def test_what_a_step_needs_is_started_for_the_same_rows(ws, server, target):
    state = run(ws, "consistency", {"target": target}, limit=4, seed=2)
    assert (state["state"], state["rows"]) == ("done", 4)
    first = JobFolder(ws.folder / "jobs" / state["after"][0])
    assert (first.spec["task"], first.spec["limit"], first.spec["seed"]) == ("knowledge", 4, 2)
    again = scoring.start_task(ws, "d", "nile", "consistency", {"target": target}, limit=4, seed=2)
    assert again["id"] == state["id"]
    other = scoring.start_task(ws, "d", "nile", "consistency", {"target": target}, limit=5, seed=2)
    assert other["after"] != state["after"] and other["after"]


def test_nothing_that_was_answered_is_asked_again(ws, server, target):
    run(ws, "knowledge", knowledge_settings(target))
    settings = {"reviser": f"{server.address}#strong", "target": target}
    job = scoring.start_task(ws, "d", "nile", "revision", settings, limit=6)
    work(ws.folder, JobFolder(ws.folder / "jobs" / job["id"]))
    asked = len(server.seen)
    state = run(ws, "revision", settings, fresh=True)
    texts = [body["messages"][-1]["content"] for _, body, _ in server.seen]
    good = [text for text in texts if "question 3 " not in text]
    assert len(good) == len(set(good)), "each question once, over two jobs and their probes"
    assert state["state"] == "done" and asked


def test_the_key_is_nowhere_and_an_unlisted_address_fails_in_plain_words(ws, server, target, monkeypatch):
    run(ws, "revision_control", {"reviser": f"{server.address}#strong"})
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY[:-1])
    state = run(ws, "revision_control", {"reviser": f"{server.address}#other"})
    assert state["state"] == "failed" and "refused the key" in state["reason"]
    state = run(ws, "revision_control", {"reviser": "http://127.0.0.1:1/v1#m"})
    assert "not among those that the administrator listed" in state["reason"]
    files = [path for path in ws.folder.rglob("*") if path.is_file()]
    assert len(files) > 20
    secret = [path for path in files if KEY[:-1].encode() in path.read_bytes()]
    assert secret == []
    tables = [pq.read_table(path).to_pylist() for path in files if path.suffix == ".parquet"]
    assert KEY[:-1] not in str(tables)


def test_known_or_unknown_and_confidence(ws, target):
    state = run(ws, "rtuning", {"target": target, "max_tokens": 6, "compare": "similarity", "threshold": -1.0})
    assert (state["state"], state["reason"]) == ("done", None)
    state = run(ws, "clear", {"target": target, "max_tokens": 6, "samples": 2})
    assert (state["state"], state["reason"]) == ("done", None)
    rows = list(scores_table(ws, "d"))
    assert rows[5]["known"] is None and rows[6]["clear_confidence"] is None
    answered_rows = [row for row in rows if row["own_answer"]]
    assert {row["known"] for row in answered_rows} == {"known"} and {row["known_by"] for row in answered_rows} == {
        "similarity"
    }
    judged = [row for row in rows if row["clear_confidence"] is not None]
    assert len(judged) > 5
    for row in judged:
        mixed = 0.7 * row["clear_consistency"] + 0.3 * row["clear_reflection"]
        assert row["clear_confidence"] == pytest.approx(mixed, abs=1e-4)
        assert 0 <= row["clear_preference"] <= 1 and row["clear_proposal"]


def test_a_judge_may_compare(ws, server, target):
    def judged(body):
        """No for question 7, yes for the others, whichever letter that is; and an answer without letters for 8."""
        text = body["messages"][-1]["content"]
        yes = "A" if "A for yes" in text else "B"
        letter = {"A": "B", "B": "A"}[yes] if "question 7 " in text else yes
        top = [{"token": letter, "logprob": -0.1}, {"token": "AB".replace(letter, ""), "logprob": -2.4}]
        logprobs = None if "question 8 " in text else {"content": [{"top_logprobs": top}]}
        return {"choices": [{"message": {"content": letter}, "finish_reason": "stop", "logprobs": logprobs}]}

    server.script = {"Do both answers": [judged]}
    settings = {"target": target, "max_tokens": 6, "compare": "judge", "judge": f"{server.address}#judge"}
    state = run(ws, "rtuning", settings)
    assert (state["state"], state["reason"]) == ("done", None)
    rows = list(scores_table(ws, "d"))
    answered = [n for n, row in enumerate(rows) if row["own_answer"] and n != 8]
    assert {rows[n]["known_by"] for n in answered} == {"judge"} and len(answered) > 5
    assert {n: rows[n]["known"] for n in answered} == {n: "unknown" if n == 7 else "known" for n in answered}
    assert rows[8]["known"] is None


def test_every_task_describes_itself():
    kinds = find("curation.nile.tasks", Task)
    assert set(kinds) == {
        *("demonstrations", "knowledge", "revision", "revision_control"),
        *("consistency", "consistency_revised", "rtuning", "clear"),
    }
    names = [column.name for kind in kinds.values() for column in kind.columns]
    assert len(names) == len(set(names))
    for kind in kinds.values():
        assert kind.sentence.endswith(".") and kind.family == "NILE"
        assert all(column.meaning.rstrip().endswith(".") for column in kind.columns)

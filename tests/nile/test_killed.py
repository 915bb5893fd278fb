"""Killed in the middle of each step, a job goes on without a second call for what was answered."""

import hashlib
import json

import pytest

from curation.jobs.folder import JobFolder
from curation.workflow import scoring
from tests.jobs.making import work
from tests.models.generation.serving import Server
from tests.nile.working import chain, run

SETTINGS = {
    "knowledge": {"pool": 4},
    "revision": {},
    "revision_control": {},
    "consistency": {},
    "consistency_revised": {},
    "rtuning": {},
    "clear": {"samples": 2},
}


def said(body):
    """Text that depends on the question; probabilities of what is echoed; those of three letters."""
    if body.get("echo"):
        size = len(body["prompt"])
        table = {"text_offset": list(range(size)), "token_logprobs": [None] + [-1.0 - size / 1000] * (size - 1)}
        return {"choices": [{"text": body["prompt"], "logprobs": table}]}
    if "logprobs" in body:
        return {"choices": [{"text": "A", "logprobs": {"top_logprobs": [{"A": -0.5, "B": -1.5, "C": -2.5}]}}]}
    told = hashlib.md5(json.dumps(body).encode()).hexdigest()
    usage = {"prompt_tokens": 5, "completion_tokens": 3}
    return {"choices": [{"text": f"Fact {told}.", "finish_reason": "stop"}], "usage": usage}


@pytest.fixture
def server():
    with Server({"": [said]}) as server:
        yield server


@pytest.fixture
def settings(ws, server):
    """Settings of a step with both models behind an endpoint that is asked one question at a time."""
    config = ws.folder / "config.toml"
    config.write_text(config.read_text().replace("tries = 2", "tries = 2, concurrency = 1"))
    name = f"{server.address}#echoing"

    def settings(step):
        models = {"target": name} | ({"reviser": name} if "revis" in step else {})
        if step == "revision_control":
            models.pop("target")
        return models | {"style": "completion"} | SETTINGS[step]

    return settings


class Killed(BaseException):
    """As abrupt as a process that is gone: nobody catches it."""


@pytest.mark.parametrize("step", SETTINGS)
def test_it_goes_on_where_it_was(ws, server, settings, step, monkeypatch):
    for before in {"consistency_revised": ("knowledge", "revision")}.get(step, ("knowledge",)):
        if step not in ("knowledge", before):
            run(ws, before, settings(before))
    server.seen.clear()
    module = {"consistency_revised": "consistency", "revision_control": "revision"}.get(step, step)
    job = scoring.start_task(ws, "d", "nile", step, settings(step))
    _kill_after(ws, job, f"curation.nile.tasks.{module}.counting", monkeypatch, 4)
    first = len(server.seen)
    state = run(ws, step, settings(step))
    assert (state["state"], state["id"]) == ("done", job["id"]) and state["scored"] == 10
    asked = [json.dumps(body) for _, body, _ in server.seen]
    assert 2 <= first < len(asked) == len(set(asked)), "each question once, over both processes"
    usage = json.loads((ws.folder / "runs" / str(state["run"]) / "usage.json").read_text())
    own = usage["calls"] if step != "knowledge" else usage["calls"] + 4
    assert (own, usage["failed_calls"]) == (len(asked), 0), "what the killed process spent is counted"


def _kill_after(ws, job, counting, monkeypatch, answers):
    heard = []

    def counted(context, rows):
        def one(index, answer):
            heard.append(index)
            if len(heard) == answers:
                raise Killed

        return one

    with monkeypatch.context() as patch:
        patch.setattr(counting, counted)
        for one in chain(ws, job["id"])[:-1]:
            work(ws.folder, one)
        with pytest.raises(Killed):
            work(ws.folder, JobFolder(ws.folder / "jobs" / job["id"]))

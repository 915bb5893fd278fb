"""The flow over a data set: what is done, running and missing, some rows first, and the rest for the rest."""

from dataclasses import replace

import pyarrow as pa
import pytest

from curation.jobs.folder import JobFolder
from curation.models.generation.clock import Clock
from curation.nile.knowledge import LEAK
from curation.nile.trying import tried
from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.nile import Flow, estimate_step, settings_of, start, step_states
from curation.workflow.nile.kept import clear_answers
from tests.jobs.making import work
from tests.models.generation.serving import KEY
from tests.nile.conftest import ROWS
from tests.nile.working import chain

SHORT = {"max_tokens": 60, "leak_words": 1000}
ALL = ("knowledge", "revision", "consistency", "consistency_revised")


@pytest.fixture
def flow(target, server):
    return Flow(target=target, reviser=f"{server.address}#strong", settings={"knowledge": SHORT})


def do(ws, flow, steps, **more):
    jobs = start(ws, "d", flow, steps, **more)
    for job in jobs.values():
        work(ws.folder, *chain(ws, job["id"]))
    scoring.take_in(ws)
    return step_states(ws, "d", flow)


def test_from_nothing_to_some_rows_and_to_all(ws, server, flow):
    before = step_states(ws, "d", flow)
    assert {one["state"] for one in before.values()} == {"missing"}
    assert before["consistency_revised"]["needs"] == ["knowledge", "revision"] and before["knowledge"]["needs"] == []
    few = Flow(flow.target, flow.reviser, 8, 0, flow.settings)
    some = do(ws, few, ALL)
    assert {step: (one["state"], one["rows"]) for step, one in some.items() if step in ALL} == dict.fromkeys(
        ALL, ("done", 8)
    )
    whole = step_states(ws, "d", flow)
    assert whole["knowledge"]["state"] == "missing" and whole["knowledge"]["tried"]["rows"] == 8
    asked = [str(body["messages"]) for _, body, _ in server.seen if "question 3 " not in str(body["messages"])]
    done = do(ws, flow, ALL)
    assert {done[step]["state"] for step in ALL} == {"done"} and done["knowledge"]["rows"] == ROWS
    again = [str(body["messages"]) for _, body, _ in server.seen if "question 3 " not in str(body["messages"])]
    assert len(again) == len(set(again)) > len(asked), "what the first rows were answered is not asked again"
    assert done["revision"]["usage"]["kept_calls"] >= 2
    assert done["revision"]["missing"]["the endpoint is busy or broken (500)"] == 1
    assert step_states(ws, "d", few)["revision"]["rows"] == 8
    assert start(ws, "d", flow, ALL)["revision"]["id"] == done["revision"]["id"], "nothing starts twice"


def test_jobs_wait_for_each_other_and_other_settings_make_other_steps(ws, flow):
    jobs = start(ws, "d", flow, ("consistency_revised",))
    assert list(jobs) == ["knowledge", "revision", "consistency_revised"]
    states = step_states(ws, "d", flow)
    assert [states[step]["state"] for step in jobs] == ["waiting"] * 3
    assert set(jobs["consistency_revised"]["after"]) == {jobs["knowledge"]["id"], jobs["revision"]["id"]}
    other = Flow(flow.target, flow.reviser, settings={"knowledge": SHORT | {"shots": 0}})
    assert {one["state"] for one in step_states(ws, "d", other).values()} == {"missing"}
    for job in reversed(jobs.values()):
        scoring.cancel(ws, job["id"])
    assert step_states(ws, "d", flow)["knowledge"]["state"] == "cancelled"
    assert start(ws, "d", flow, ("knowledge",))["knowledge"]["id"] == jobs["knowledge"]["id"]


def test_a_step_made_of_other_knowledge_is_missing(ws, flow):
    do(ws, flow, ("consistency",))
    other = Flow(flow.target, flow.reviser, settings={"knowledge": SHORT | {"shots": 0}})
    states = do(ws, other, ("knowledge",))
    assert states["knowledge"]["state"] == "done" and states["consistency"]["state"] == "missing"
    assert states["consistency"]["tried"]["rows"] == ROWS
    first, second = step_states(ws, "d", flow), do(ws, other, ("consistency",))
    assert first["consistency"]["id"] != second["consistency"]["id"]
    spec = JobFolder(ws.folder / "jobs" / second["consistency"]["id"]).spec
    assert spec["inputs_from"] == {"nile_knowledge.parquet": second["knowledge"]["id"]}


def test_leaks_are_counted(ws, target):
    states = do(ws, Flow(target, settings={"knowledge": {"max_tokens": 40, "leak_words": 1}}), ("knowledge",))
    assert states["knowledge"]["leaked"] == states["knowledge"]["missing"].get(LEAK, 0)


def test_what_is_off_and_why(ws, server):
    flow = Flow(target=f"{server.address}#strong")
    states = step_states(ws, "d", flow)
    assert "no probabilities" in states["consistency"]["off"] and states["knowledge"]["off"] is None
    with pytest.raises(Problem, match="no probabilities"):
        start(ws, "d", flow, ("consistency",))
    raw = Flow(target=flow.target, settings={"consistency": {"style": "completion"}})
    assert step_states(ws, "d", raw)["consistency"]["off"] is None
    lost = step_states(ws, "d", Flow(reviser="https://elsewhere.example/v1#m"))
    assert "administrator" in lost["revision"]["off"] and lost["knowledge"]["off"] is None
    with pytest.raises(Problem, match="no step think"):
        start(ws, "d", flow, ("think",))
    with pytest.raises(Problem, match="knowledge: shots must be at most 8"):
        settings_of(Flow(settings={"knowledge": {"shots": 9}}), "knowledge")


def test_estimates_before_each_start(ws, server, flow, monkeypatch):
    monkeypatch.setattr("curation.workflow.scoring.estimating.ask", _answer_here)
    first = estimate_step(ws, "d", flow, "knowledge")
    assert (first["rows"], first["calls"], first["written_tokens"]) == (ROWS, ROWS, ROWS * 60)
    assert first["basis"] == "probe" and first["first"][0]["task"] == "demonstrations" and first["cost"] is None
    revision = estimate_step(ws, "d", flow, "revision")
    assert revision["seconds"] is None and "not asked" in revision["note"] and not server.seen
    assert revision["cost"] == pytest.approx(ROWS * 384 * 1000 / 1e6)
    guessed = estimate_step(ws, "d", flow, "consistency")
    assert guessed["seconds"] > 0 and "earlier steps will write" in guessed["note"] and guessed["calls"] == 3 * ROWS
    do(ws, flow, ("knowledge", "revision"))
    assert estimate_step(ws, "d", flow, "revision")["basis"] == "earlier run"
    few = Flow(flow.target, flow.reviser, 4, 0, flow.settings)
    assert estimate_step(ws, "d", few, "consistency")["basis"] == "probe"
    assert not list(ws.folder.glob("generations/*")) or KEY not in str(first)


def test_an_earlier_run_tells_how_long_and_what_it_was_answered_costs_nothing(ws, flow, monkeypatch):
    monkeypatch.setattr("curation.workflow.scoring.estimating.ask", _answer_here)
    some = Flow(flow.target, flow.reviser, 8, 0, flow.settings)
    done = do(ws, some, ("knowledge", "revision"))
    whole = estimate_step(ws, "d", flow, "revision")
    assert (whole["basis"], whole["rows"], whole["kept"], whole["calls"]) == ("earlier run", ROWS, 8, ROWS - 8)
    assert whole["seconds"] == pytest.approx(done["revision"]["seconds"] / 8 * (ROWS - 8))
    assert whole["written_tokens"] == 384 * (ROWS - 8)
    asked = done["revision"]["usage"]["calls"]
    assert whole["likely_tokens"] == round(done["revision"]["usage"]["written_tokens"] / 8 * (ROWS - 8)) and asked
    assert estimate_step(ws, "d", flow, "knowledge")["basis"] == "probe", "eight rows are no whole batch"
    other = replace(flow, settings={"knowledge": SHORT | {"shots": 0}})
    assert estimate_step(ws, "d", other, "revision")["kept"] == 0, "made of other knowledge it is another question"
    assert estimate_step(ws, "d", some, "revision")["kept"] == 0
    clear_answers(ws)
    assert estimate_step(ws, "d", flow, "revision")["kept"] == 0


class Writer:
    """Writes tokens at a pace that grows with the rows at hand, after reading at a steady one; ``now`` is its time."""

    now = 0.0

    def __init__(self, reading, writing):
        self.clock, self._each = Clock(), (reading, writing)

    def pace(self, rows):
        return 10.0 * min(rows, 16)

    def score(self, table):
        reading, writing = self._each
        Writer.now += reading * table.num_rows + writing
        self.clock.reading += reading * table.num_rows
        self.clock.writing += writing


def test_a_few_rows_are_told_as_if_written_in_whole_batches(monkeypatch):
    monkeypatch.setattr("curation.nile.trying.time.perf_counter", lambda: Writer.now)
    table = pa.table({"position": list(range(32)), "sample": ["x" * n for n in range(32)]})
    writer = Writer(0.5, 8.0)
    assert tried(writer.score, table, [writer, writer])["seconds_per_row"] == pytest.approx(0.5 + 8.0 / 16)
    alone = tried(writer.score, table.slice(0, 4), [writer])
    assert alone["seconds_per_row"] == pytest.approx(0.5 + 8.0 / 4), "four rows are no more than four"
    assert tried(writer.score, table, [object()])["seconds_per_row"] == pytest.approx(0.5 + 8.0 / 8)


def _answer_here(folder, question, deadline, **arguments):
    from curation.jobs.answers import QUESTIONS

    return QUESTIONS[question](folder, **arguments)

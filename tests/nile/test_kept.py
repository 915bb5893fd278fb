"""The kept answers of a workspace: their size, what a rerun would cost, and throwing them away."""

import pytest

from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.nile.kept import clear_answers, kept_answers, kept_bytes
from tests.nile.conftest import ROWS
from tests.nile.working import run

CONTROL = "revision_control"


def test_what_was_asked_can_be_thrown_away_and_costs_again(ws, server):
    settings = {"reviser": f"{server.address}#strong"}
    assert kept_bytes(ws) == 0 and kept_answers(ws)["answers"] == 0
    first = run(ws, CONTROL, settings)
    told = kept_answers(ws)
    assert told["answers"] == ROWS - 3 and told["written_tokens"] == 7 * (ROWS - 3)
    assert told["cost"] == pytest.approx(7 * (ROWS - 3) * 1000 / 1e6)
    assert told["bytes"] == kept_bytes(ws) > 0 and told["seconds"] > 0
    run(ws, CONTROL, settings, fresh=True)
    assert server.asked("question 2 ") == 1 < server.asked("question 3 "), "only the row that failed is asked again"
    gone = clear_answers(ws)
    assert gone["answers"] == told["answers"] and kept_bytes(ws) == 0
    again = run(ws, CONTROL, settings, fresh=True)
    assert server.asked("question 2 ") == 2 and again["scored"] == first["scored"]


def test_nothing_is_thrown_away_under_a_job_that_asks(ws, server):
    job = scoring.start_task(ws, "d", "nile", CONTROL, {"reviser": f"{server.address}#strong"})
    with pytest.raises(Problem, match="wait or run"):
        clear_answers(ws)
    scoring.cancel(ws, job["id"])
    assert clear_answers(ws)["answers"] == 0

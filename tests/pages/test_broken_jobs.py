"""Where a job was asked for, the page says why it ended early, and its form holds what was chosen."""

import pytest

from curation.jobs.folder import JobFolder
from curation.plugin import Scorer, find
from curation.workflow import scoring
from tests.pages.conftest import button, checked, texts

WHY = "the disk of `this` machine is full"
PLACES = [
    ("scores.py", {"scorer": find("curation.scorers", Scorer)["text"].title}, "scorers", "text"),
    ("signals.py", {"part": "Get signals"}, "influence", "signals"),
    ("signals.py", {"part": "Values"}, "influence", "knn_shapley"),
    ("influence.py", {}, "influence", "index"),
    ("map.py", {}, "projection", "embed"),
    ("paser.py", {}, "paser", "prune"),
]
NAMED = [f"{page[:-3]}-{task}" for page, _, _, task in PLACES]


@pytest.fixture
def asked(held, dataset):
    """Ask for a task, and have the newest of its jobs fail or be cancelled."""

    def ended(family: str, task: str, settings: dict | None = None, *, cancelled: bool = False) -> JobFolder:
        job = JobFolder(held.workspace.folder / "jobs" / _started(held, family, task, settings or {})["id"])
        job.cancel() if cancelled else job.fail(WHY, "plan", "Traceback: deep")
        return job

    return ended


def _started(held, family: str, task: str, settings: dict) -> dict:
    return scoring.start_task(held.workspace, "small", family, task, settings)


@pytest.mark.parametrize(("page", "link", "family", "task"), PLACES, ids=NAMED)
def test_a_failed_job_is_told_of_and_goes_on_from_its_page(open_page, asked, page, link, family, task):
    job = asked(family, task)
    at = open_page(page, data="small", **link)
    assert ":red-badge[Failed] the disk of \u201cthis\u201d machine is full" in texts(at)
    assert "Traceback" not in texts(at)
    checked(button(at, "Resume").click().run())
    assert job.state == "waiting"
    assert "Failed" not in texts(open_page(page, data="small", **link))


def test_a_cancelled_training_is_told_of_until_a_newer_one(open_page, asked):
    asked("influence", "signals", cancelled=True)
    assert ":gray-badge[Cancelled]" in texts(open_page("signals.py", data="small", part="Get signals"))
    asked("influence", "signals", {"epochs": 2})
    at = open_page("signals.py", data="small", part="Get signals")
    assert "Cancelled" not in texts(at) and "Failed" in texts(at)


def test_the_form_holds_what_the_failed_training_was_asked_for(open_page, asked):
    asked("influence", "signals", {"epochs": 7, "reference": "nowhere", "vog": False})
    at = open_page("signals.py", data="small", part="Get signals")
    assert next(one for one in at.number_input if one.label == "Epochs").value == 7
    assert next(one for one in at.selectbox if one.label == "Reference").value == "nowhere"
    assert next(one for one in at.toggle if one.label == "VoG").value is False


def test_the_form_of_an_index_holds_what_the_failed_one_was_asked_for(open_page, asked):
    asked("influence", "index", {"size": 8192, "model": "nowhere"})
    at = open_page("influence.py", data="small")
    assert next(one for one in at.number_input if one.label == "Size").value == 8192
    assert next(one for one in at.selectbox if one.label == "Model").value == "nowhere"


def test_no_reference_is_named_unless_somebody_names_one(open_page, dataset):
    at = open_page("signals.py", data="small", part="Get signals")
    assert next(one for one in at.selectbox if one.label == "Reference").value is None


def test_an_index_that_is_there_is_asked_while_a_training_runs(open_page, held, dataset):
    _started(held, "influence", "signals", {})
    assert button(open_page("influence.py", data="small"), "Build the index")

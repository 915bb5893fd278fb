"""Jobs: what waits, what failed and why, resuming, cancelling, what is done; and the sidebar on every page."""

import threading

import pytest

from curation.jobs.folder import JobFolder
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.listing import list_datasets
from tests.pages.conftest import button, checked, texts


@pytest.fixture
def job(held, dataset):
    """A job that nobody works on, since no worker runs."""
    started = scoring.start_task(held.workspace, "small", "scorers", "text", {})
    return JobFolder(held.workspace.folder / "jobs" / started["id"])


def test_a_waiting_job_is_shown_and_can_be_cancelled_and_resumed(open_page, held, job):
    at = open_page("jobs.py")
    assert "of small" in texts(at) and any("Waits for a worker" in bar.text for bar in at.progress)
    checked(button(at, "Cancel").click().run())
    assert job.state == "cancelled" and "Cancelled" in texts(at)
    checked(button(at, "Resume").click().run())
    assert job.state == "waiting"


def test_a_failed_job_says_why_and_goes_on_when_resumed(open_page, job):
    job.fail("The model <b>was not</b> found.", "plan", "Traceback: deep")
    at = open_page("jobs.py")
    assert "The model <b>was not</b> found." in [one.value for one in at.text]
    assert "Traceback" not in texts(at)
    checked(button(at, "Resume").click().run())
    assert job.state == "waiting"


def test_a_finished_job_is_listed_with_its_counts(open_page, held, job):
    scoring.wait(held.workspace, job.id)
    table = open_page("jobs.py").dataframe[0].value
    assert list(table["Rows"]) == [40] and list(table["With a value"]) == [40]
    assert not [bar for bar in open_page("jobs.py").progress if "of small" in bar.text]


@pytest.mark.parametrize("page", ["home.py", "imports.py", "subsets.py"])
def test_what_runs_is_in_the_sidebar_of_every_page(open_page, job, page):
    assert any("of small" in bar.text for bar in open_page(page, data="small").sidebar.get("progress"))


def test_an_import_under_way_is_shown(open_page, held, dataset):
    go = threading.Event()
    held.background.start("import", "Import of slow", "ada", lambda progress: progress(1, 4, "reading") or go.wait(30))
    try:
        at = open_page("jobs.py")
        assert "Import of slow" in texts(at) and any("25 %" in bar.text for bar in at.progress)
    finally:
        go.set()


def test_an_import_is_stopped_from_the_page_and_leaves_nothing(open_page, held, tmp_path):
    path, seen, go = tmp_path / "long.jsonl", threading.Event(), threading.Event()
    path.write_text("".join(f'{{"instruction": "Say {n}", "output": "{n}"}}\n' for n in range(6_000)))

    def call(progress):
        def slow(*told):
            seen.set()
            go.wait(30)
            progress(*told)

        return import_file(held.workspace, path, name="long", progress=slow)

    work = held.background.start("import", "Import of long", "ada", call)
    try:
        assert seen.wait(10)
        at = open_page("jobs.py")
        checked(button(at, "Stop").click().run())
        assert button(at, "Stopping").disabled
    finally:
        go.set()
    for thread in threading.enumerate():
        if thread.name == f"import {work.id}":
            thread.join(10)
    assert work.state == "stopped" and not list_datasets(held.workspace)
    assert not list((held.workspace.folder / "datasets").iterdir())


def test_a_failed_import_stays_visible(open_page, held, dataset):
    def broken(progress):
        raise ValueError("no")

    work = held.background.start("import", "Import of broken", "ada", broken)
    for thread in threading.enumerate():
        if thread.name == f"import {work.id}":
            thread.join(10)
    assert "Import of broken" in texts(open_page("jobs.py"))

import pytest

from curation.jobs.ask import NoWorker, ask, is_answered
from curation.jobs.sample_json import to_json
from curation.jobs.spawning import end, spawn
from curation.problems import Problem

from .making import make, samples, until

TASK = {"family": "tests", "task": "sleepy", "settings": {"seconds": 0.001}}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with a long path, and a worker that attends to it."""
    import os

    os.environ["WINNOW_FAMILIES"] = "tests=tests.jobs.tasks"
    folder = tmp_path_factory.mktemp("asked").joinpath(*["a workspace with a long name"] * 5)
    folder.mkdir(parents=True)
    worker = spawn(folder)
    until(lambda: is_answered(folder))
    yield folder
    end(worker)


def texts(count=3):
    return [to_json(sample) for sample in samples(count, {1: "odd one"})]


def test_nobody_answers_where_no_worker_runs(tmp_path):
    with pytest.raises(NoWorker, match="no worker is running"):
        ask(tmp_path, "score", **TASK, samples=texts())


def test_one_sample_is_scored(workspace):
    found = ask(workspace, "score", **TASK, samples=texts())
    assert [sorted(row) for row in found] == [["length", "missing", "share", "value"]] * 3
    assert found[1]["value"] is None
    assert found[1]["missing"] == "the response is odd"
    assert found[0]["value"] > 0


def test_a_probe_tells_what_a_row_costs(workspace):
    found = ask(workspace, "probe", **TASK, samples=texts(30))
    assert found["rows"] == 30
    assert 0.001 <= found["seconds_per_row"] < 0.1


def test_a_task_without_shards_is_tried_on_a_few_rows_where_they_tell(workspace):
    found = ask(workspace, "probe", family="tests", task="proportional", settings={}, samples=texts(30))
    assert found["rows"] == 6 and 0.01 <= found["seconds_per_row"] < 0.5
    with pytest.raises(Problem, match="scores no sample alone"):
        ask(workspace, "score", family="tests", task="proportional", settings={}, samples=texts())


def test_what_goes_wrong_is_said_in_plain_words(workspace):
    with pytest.raises(Problem, match="no test named snore"):
        ask(workspace, "score", family="tests", task="snore", settings={}, samples=[])
    with pytest.raises(Problem, match="unknown setting volume"):
        ask(workspace, "score", family="tests", task="sleepy", settings={"volume": 1}, samples=[])
    with pytest.raises(Problem, match="works on all rows at once"):
        ask(workspace, "score", family="tests", task="whole", settings={}, samples=texts())
    with pytest.raises(Problem, match="cannot be asked"):
        ask(workspace, "sing")


def test_a_job_with_a_model_gives_way_and_one_that_does_not_is_waited_for_until_the_deadline(workspace):
    polite = make(workspace, "modelled", samples(400), {"seconds": 0.02})
    until(lambda: polite.state == "running")
    assert len(ask(workspace, "score", **TASK, samples=texts())) == 3
    assert polite.done is None
    polite.cancel()
    until(lambda: polite.state == "cancelled")
    rude = make(workspace, "modelled", samples(10), {"seconds": 0.5, "polite": False})
    until(lambda: (rude.progress or {}).get("stage") == "measuring")
    with pytest.raises(Problem, match="busy with a job"):
        ask(workspace, "score", deadline=0.3, **TASK, samples=texts())
    rude.cancel()

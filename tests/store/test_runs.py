import pytest

from store import datasets, folders, runs
from store.errors import NotFound
from tests.store.making import add_dataset, add_run


def test_a_column_is_served_by_the_newest_complete_run_else_the_newest_partial_one(database):
    number = add_dataset(database)["id"]
    add_run(database, number, ["a"])
    whole = add_run(database, number, ["a", "b"])
    part = add_run(database, number, ["a", "c"], partial=True)
    last = add_run(database, number, ["c"], partial=True)
    serving = runs.columns(database, number)
    assert {name: served["run"] for name, served in serving.items()} == {
        "a": whole["id"],
        "b": whole["id"],
        "c": last["id"],
    }
    assert serving["c"]["partial"] and not serving["a"]["partial"]
    runs.delete(database, [whole["id"]])
    assert runs.columns(database, number)["a"]["run"] == 1
    runs.delete(database, [1])
    assert runs.columns(database, number)["a"]["run"] == part["id"]
    assert not folders.folder(database, "runs", 1).exists()


def test_a_job_is_taken_in_once(database):
    number = add_dataset(database)["id"]
    first = add_run(database, number, job_id="j1")
    version = database.version(number, "runs")
    again = add_run(database, number, job_id="j1")
    assert again["id"] == first["id"]
    assert database.version(number, "runs") == version
    assert [p.name for p in (database.folder / "runs").iterdir()] == [str(first["id"])]
    runs.delete(database, [first["id"]])
    assert runs.taken_jobs(database) == {"j1": first["id"]}


def test_a_run_keeps_what_it_was_given(database):
    number = add_dataset(database)["id"]
    run = runs.get(database, add_run(database, number, ["a"], person="bob")["id"])
    assert run["settings"] == {"a": 1} and run["fingerprint"] == {"m": "x"} and run["missing"] == {"empty": 1}
    assert (run["person"], run["seconds"], run["rows"], run["scored"], run["partial"]) == ("bob", 1.5, 10, 9, False)


def test_a_run_of_a_deleted_data_set_is_refused(database):
    record = add_dataset(database)
    datasets.delete(database, [record], "ann")
    with pytest.raises(NotFound, match="deleted"):
        add_run(database, record["id"])
    with pytest.raises(NotFound):
        runs.get(database, 5)
